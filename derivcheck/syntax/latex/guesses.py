"""What the symbols of a document may be: a type for each name that its formulas hold, guessed from how it is written.

Nothing is judged by a guess: it is a proposal for the author to confirm or mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import InputError
from derivcheck.syntax.latex.identifiers import function_of
from derivcheck.syntax.latex.names import Identifier, literal, read_identifier
from derivcheck.syntax.latex.scripts import TRANSPOSES
from derivcheck.syntax.latex.sums import bound_names, ranges
from derivcheck.syntax.latex.words import STYLES, Words, read_words, shown

_BOLD = ("mathbf", "boldsymbol", "bm", "vec", "pmb")
_CONSTANTS = frozenset({"e", "pi", "oo"})
_DIMENSIONS = ("d", "n", "m", "D", "N")


@dataclass(frozen=True, slots=True)
class Guess:
    """A name with a guess at its type, and why; latex: its spelling, if that does not follow from the name."""

    name: str
    type: str
    why: str
    latex: str | None = None


@dataclass(slots=True)
class _Uses:
    """How a name is written in the formulas of a document."""

    subscripts: list[tuple[str, ...]] = field(default_factory=list)
    count: int = 0
    called: int = 0
    arguments: int = 0
    bold: bool = False
    members: bool = False
    transposed: bool = False
    inverted: bool = False
    subscript: bool = False
    alone: bool = False


@dataclass(slots=True)
class _Found:
    """What the formulas hold; upper: the end of the range of an index, by its name."""

    uses: dict[str, _Uses] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    upper: dict[str, str] = field(default_factory=dict)


def guess(formulas: Iterable[str]) -> tuple[Guess, ...]:
    """A guess at the type of every name in the formulas, sizes first; formulas that are no LaTeX are passed over."""
    found = _Found()
    for text in formulas:
        try:
            _collect(found, read_words(text))
        except InputError:
            continue  # what is wrong with it is said when the document is judged
    return tuple(sorted(_guesses(found), key=lambda it: (it.type != "size", not it.type.startswith("index"))))


def _collect(found: _Found, words: Words) -> None:
    found.bound |= bound_names(words)
    for index, upper in ranges(words):
        found.upper.setdefault(index, upper)
    inside = _subscripted(words)
    at = 0
    while at < len(words):
        at = _word(found, words, at, at in inside)


def _subscripted(words: Words) -> set[int]:
    """The words that stand in subscripts, but for those under big operators."""
    found: set[int] = set()
    for at in range(1, len(words) - 1):
        before = words[at - 1]
        if words[at].is_("_") and not (before.kind == "command" and before.text in {"sum", "prod", "lim", "int", "max", "min"}):
            start, stop, _ = words.argument(at + 1, words[at])
            found.update(range(start, stop))
    return found


_WITH_WORDS = frozenset({"begin", "end", "label", "tag", "ref", "eqref", "textcircled", "text", "textrm", "textit", "mbox",
                         "operatorname"})
"""Commands whose argument holds no names."""


def _word(found: _Found, words: Words, at: int, subscript: bool) -> int:
    """Note the name that begins at a word; returns what follows it."""
    word = words[at]
    if word.is_("{"):
        return at + 1
    identifier = _longest(words, at)
    worded = word.kind == "command" and word.text in _WITH_WORDS
    named = identifier is not None and not subscript and function_of(identifier.key) is None and _operand(words, identifier.end)
    if worded and not named and at + 1 < len(words):
        return words.match.get(at + 1, at) + 1
    if identifier is None:
        return at + 1
    key, after = identifier.key, identifier.end
    styled = word.kind == "command" and word.text in STYLES
    before = "".join(words[k].text for k in range(max(at - 2, 0), at))
    transposing = key == "T" and before.endswith(("^", "^{"))
    function = styled and (function_of(key) is not None or key == "d")
    if transposing or function or key in _CONSTANTS or key.isdigit() or (subscript and styled) or _differential(words, at, key):
        return after
    _note(found.uses.setdefault(key, _Uses()), words, identifier, subscript)
    return after


def _longest(words: Words, at: int) -> Identifier | None:
    """The identifier that begins here; capitals side by side are one."""
    identifier = read_identifier(words, at)
    stop = at
    while stop < len(words) and words[stop].kind == "letter" and words[stop].text.isupper() and (
            stop == at or words[stop - 1].end == words[stop].start):
        stop += 1
    if stop - at < 2 or not _called(words, stop):
        return identifier
    key = "".join(words[k].text for k in range(at, stop))
    return Identifier(key, key, stop)


def _note(use: _Uses, words: Words, identifier: Identifier, subscript: bool) -> None:
    """Add one occurrence of a name."""
    start, stop = identifier.tail
    subs = words.argument(start + 1, words[start])[:2] if stop else _script(words, identifier.end, "_")
    above = _script(words, identifier.end, "^")
    raised = "" if above is None else "".join(shown(words[k]) for k in range(*above))
    bold = any(style in identifier.styled for style in _BOLD)
    transposed = raised in TRANSPOSES or raised == "T"
    use.count += 1
    use.bold |= bold
    use.transposed |= transposed
    use.members |= subs is not None and (bold or transposed)
    use.inverted |= raised == "-1"
    use.subscript |= subscript
    use.alone |= subs is None
    arguments = _called(words, identifier.end)
    use.called += arguments > 0
    use.arguments = max(use.arguments, arguments)
    if subs is not None:
        whole = literal(words, *subs)
        use.subscripts.append(tuple(_indices(words, *subs)) or ((whole,) if whole else ()))


def _operand(words: Words, at: int) -> bool:
    return at < len(words) and words[at].text in {"(", "_", "^", "left"}


def _differential(words: Words, at: int, key: str) -> bool:
    """Whether a bare d is the sign of a derivative or of an integral: it begins a side of a fraction or follows a space."""
    return key == "d" and at > 0 and words[at - 1].text in {"{", ",", ";"} and at + 1 < len(words) and (
        read_identifier(words, at + 1) is not None or words[at + 1].text in {"}", "^"})


def _script(words: Words, at: int, sign: str) -> tuple[int, int] | None:
    """The script of a kind on the name that ends here."""
    for _ in range(2):
        if at + 1 >= len(words) or words[at].text not in {"_", "^"}:
            return None
        start, stop, after = words.argument(at + 1, words[at])
        if words[at].is_(sign):
            return start, stop
        at = after
    return None


def _called(words: Words, at: int) -> int:
    """How many arguments stand in brackets behind a name; none if no brackets do."""
    while at < len(words) and (words[at].is_("'") or (words[at].kind == "command" and words[at].text == "left")):
        at += 1
    if at >= len(words) or not words[at].is_("("):
        return 0
    depth, commas = 0, 0
    for word in words.words[at:]:
        depth += word.is_("(") - word.is_(")")
        commas += depth == 1 and (word.text in {",", "|", ";"} or (word.kind == "command" and word.text in {"mid", "|"}))
        if depth == 0:
            break
    return 1 + commas


def _indices(words: Words, start: int, stop: int) -> Iterator[str]:
    """The single letters and numbers in a subscript; nothing if it holds anything else than these, commas and signs."""
    found: list[str] = []
    at = start
    while at < stop:
        identifier = read_identifier(words, at)
        if identifier is not None and identifier.end <= stop:
            if len(identifier.key) > 1 and words[at].kind == "command" and words[at].text in STYLES:
                return
            found.append(identifier.key)
            at = identifier.end
        elif words[at].kind == "digit" or words[at].text in {",", "+", "-"}:
            if words[at].kind == "digit" and (not found or at == start or words[at - 1].is_(",")):
                found.append(words[at].text)
            at += 1
        else:
            return
    yield from found


def _guesses(found: _Found) -> Iterator[Guess]:
    sizes = {upper for upper in found.upper.values() if not upper.isdigit()}
    taken = set(found.uses) | sizes
    dimension = next((name for name in _DIMENSIONS if name not in taken), "dim")
    indices = {key for key, use in found.uses.items() if use.subscript and key not in sizes} | found.bound
    default = sorted(sizes)[0] if sizes else next((n for n in _DIMENSIONS[1:] if n not in taken), "size_1")
    made = [g for key, use in found.uses.items() for g in _of(found, key, use, indices, sizes, dimension, default)]
    used = {word for it in made for word in re.findall(r"\w+", it.type)}
    yield from (Guess(name, "size", "it ends a sum") for name in sorted(sizes))
    for name in (dimension, default):
        if name in used and name not in sizes:
            yield Guess(name, "size", "a dimension that the formulas do not name")
            sizes.add(name)
    yield from made


def _of(found: _Found, key: str, use: _Uses, indices: set[str], sizes: set[str], dimension: str, default: str) -> Iterator[Guess]:
    """The guesses at what a name is: itself, and names that it forms with a literal subscript."""
    if key in sizes or (key in found.bound and not use.subscripts and not use.subscript):
        return
    literals = sorted({subs[0] for subs in use.subscripts if len(subs) == 1 and _is_literal(found, subs[0], key)})
    for sub in literals:
        made = _plain(f"{key}_{''.join(filter(str.isalnum, sub))}", use, dimension, f"{sub} stands in no other subscript")
        yield made if sub.isidentifier() else replace(made, latex=f"{key}_{{\\text{{{sub}}}}}")
    entries = [subs for subs in use.subscripts if subs and not (len(subs) == 1 and subs[0] in literals)]
    if entries:
        yield _array(found, key, use, entries, dimension, default)
    elif key in indices and not use.called:
        yield Guess(key, f"index({_range(found, [key], default)})", "it stands in subscripts")
    elif use.alone or not literals:
        yield _plain(key, use, dimension, "")


def _is_literal(found: _Found, sub: str, key: str) -> bool:
    """Whether a subscript belongs to a name: it is a word, or a letter that no sum binds and no other name has."""
    if not sub.isidentifier() or (len(sub) > 1 and sub not in found.uses):
        return not sub.isdigit()
    if sub in found.bound or sub in found.upper.values() or sub.isdigit():
        return False
    others = {other for other, use in found.uses.items() if other != key and any(sub in subs for subs in use.subscripts)}
    alone = sub in found.uses and found.uses[sub].alone and not found.uses[sub].subscript
    return not others and not alone and {subs for subs in found.uses[key].subscripts} == {(sub,)}


def _range(found: _Found, subs: Iterable[str], default: str) -> str:
    return next((found.upper[sub] for sub in subs if sub in found.upper), default)


def _array(found: _Found, key: str, use: _Uses, entries: list[tuple[str, ...]], dimension: str, default: str) -> Guess:
    size = _range(found, [sub for subs in entries for sub in subs], default)
    why = f"it has subscripts such as {', '.join(entries[0])}"
    if any(len(subs) > 1 for subs in entries):
        return Guess(key, f"matrix({size}, {dimension})", "it has two subscripts")
    if use.members:
        return Guess(key, f"vector({dimension})[{size}]", f"{why}, and is written as a vector")
    return Guess(key, f"vector({size})", why)


def _plain(name: str, use: _Uses, dimension: str, why: str) -> Guess:
    base = name.split("_")[0]
    if use.called and use.called == use.count:
        return Guess(name, f"function({', '.join(['real'] * use.arguments)}) -> real", "brackets always follow it")
    if base[:1].isupper() and len(base) == 1 and (use.bold or use.inverted or use.transposed):
        return Guess(name, f"matrix({dimension}, {dimension})", "a capital that is bold, transposed or inverted")
    if use.bold or use.transposed:
        return Guess(name, f"vector({dimension})", "it is written as a vector")
    return Guess(name, "real", why or "nothing says that it is anything else")
