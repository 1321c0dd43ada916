"""How the names of a document are written: with which subscripts, transposed, bold, before brackets, free or bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from derivcheck.diagnostic import InputError
from derivcheck.syntax.latex.identifiers import function_of
from derivcheck.syntax.latex.macros import Macro
from derivcheck.syntax.latex.names import Identifier, literal, read_identifier
from derivcheck.syntax.latex.scripts import TRANSPOSES
from derivcheck.syntax.latex.sums import bound_names, ranges
from derivcheck.syntax.latex.words import STYLES, Words, read_words, shown

_BOLD = ("mathbf", "boldsymbol", "bm", "vec", "pmb")
_CONSTANTS = frozenset({"e", "pi", "oo"})
_WORDED = frozenset({"begin", "end", "label", "tag", "ref", "eqref", "textcircled", "text", "textrm", "textit", "mbox",
                     "operatorname"})
"""Commands whose argument holds no names."""


@dataclass(slots=True)
class Uses:
    """How one name is written.

    subscripts: the parts of each; arguments: in the brackets behind it, each a name or nothing; members: it has a subscript
    where it is bold or transposed; subscript: it stands in one; alone: it has none itself.
    """

    subscripts: list[tuple[str, ...]] = field(default_factory=list)
    count: int = 0
    called: int = 0
    arguments: tuple[str, ...] = ()
    bold: bool = False
    vector: bool = False
    members: bool = False
    transposed: bool = False
    inverted: bool = False
    subscript: bool = False
    alone: bool = False


@dataclass(slots=True)
class Found:
    """The names of the formulas; free: those that stand in some formula that does not bind them; upper: the end of an index."""

    uses: dict[str, Uses] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    upper: dict[str, str] = field(default_factory=dict)


def collect(formulas: Iterable[str], macros: Mapping[str, Macro]) -> Found:
    """The names of the formulas; one that is no LaTeX is passed over, as judging the document says what is wrong with it."""
    found = Found()
    for text in formulas:
        try:
            _Formula(found, read_words(text, macros)).collect()
        except InputError:
            continue
    return found


@dataclass(slots=True)
class _Formula:
    """One formula; bound: the names that it introduces; subscripts: its words that stand in subscripts."""

    found: Found
    words: Words
    bound: frozenset[str] = field(init=False)
    subscripts: set[int] = field(init=False)
    after_transpose: int = -1

    def __post_init__(self) -> None:
        self.bound = bound_names(self.words)
        self.subscripts = set(self._subscripted())

    def collect(self) -> None:
        self.found.bound |= self.bound
        for index, upper in ranges(self.words):
            self.found.upper.setdefault(index, upper)
        at = 0
        while at < len(self.words):
            at = self._word(at)

    def _subscripted(self) -> Iterator[int]:
        """The words in subscripts of names, not those under big operators, of ∇, or at the end of a bracket."""
        for at in range(1, len(self.words) - 1):
            before = self.words[at - 1]
            operator = before.kind == "command" and before.text in {"sum", "prod", "lim", "int", "max", "min", "nabla", "partial"}
            if self.words[at].is_("_") and not operator and before.text not in {"]", ")", "|"}:
                start, stop, _ = self.words.argument(at + 1, self.words[at])
                yield from range(start, stop)

    def _word(self, at: int) -> int:
        """Note the name that begins at a word; returns what follows it."""
        word = self.words[at]
        if word.is_("{"):
            return at + 1
        identifier = self._identifier(at)
        subscript = at in self.subscripts
        named = identifier is not None and not subscript and function_of(identifier.key) is None and self._operand(identifier.end)
        if word.kind == "command" and word.text in _WORDED and not named and at + 1 < len(self.words):
            return self.words.match.get(at + 1, at) + 1
        if identifier is None:
            return at + 1
        if not self._is_sign(identifier, at, subscript):
            self._note(identifier, at, subscript)
        return identifier.end

    def _is_sign(self, identifier: Identifier, at: int, subscript: bool) -> bool:
        """Whether this is no name: a constant, a function, a transposition, the d of a derivative, Kronecker's δ."""
        key, words = identifier.key, self.words
        styled = words[at].kind == "command" and words[at].text in STYLES
        before = "".join(words[k].text for k in range(max(at - 2, 0), at))
        transposing = key == "T" and before.endswith(("^", "^{"))
        function = styled and (function_of(key) is not None or key == "d")
        kronecker = key == "delta" and len(self._parts(identifier)) == 2
        return (transposing or function or kronecker or key in _CONSTANTS or key.isdigit() or (subscript and styled)
                or (key == "d" and self._is_differential(at)))

    def _is_differential(self, at: int) -> bool:
        """Whether a bare d is the sign of a derivative or of an integral."""
        words = self.words
        variable = read_identifier(words, at + 1) is not None or (at + 1 < len(words) and words[at + 1].text in {"}", "^"})
        integral = any(words[k].kind == "command" and words[k].text == "int" for k in range(at))
        return variable and (integral or (at > 0 and words[at - 1].is_("{")))

    def _identifier(self, at: int) -> Identifier | None:
        """The identifier that begins here; capitals side by side before a bracket are one."""
        words, stop = self.words, at
        while stop < len(words) and words[stop].kind == "letter" and words[stop].text.isupper() and (
                stop == at or words[stop].glued):
            stop += 1
        if stop - at < 2 or not self._called(stop):
            return read_identifier(words, at)
        key = "".join(words[k].text for k in range(at, stop))
        return Identifier(key, key, stop)

    def _note(self, identifier: Identifier, at: int, subscript: bool) -> None:
        """Add one occurrence of a name."""
        words, use = self.words, self.found.uses.setdefault(identifier.key, Uses())
        below, above = self._below(identifier), self._script(identifier.end, "^")
        raised = "" if above is None else "".join(shown(words[k]) for k in range(*above))
        bold = any(style in identifier.styled for style in _BOLD)
        transposed = raised in TRANSPOSES or raised == "T"
        normed = at > 0 and shown(words[at - 1]) in {"\\|", "\\lVert", "\\Vert"}
        arguments = () if subscript else self._called(identifier.end)
        multiplied = at == self.after_transpose and not identifier.key.endswith("hat")
        use.count += 1
        use.bold |= bold
        use.transposed |= transposed
        use.vector |= normed or multiplied
        use.members |= below is not None and (bold or transposed or multiplied)
        use.inverted |= raised == "-1"
        use.subscript |= subscript
        use.alone |= below is None
        use.called += bool(arguments)
        use.arguments = max(use.arguments, arguments, key=len)
        if identifier.key not in self.bound:
            self.found.free.add(identifier.key)
        if below is not None:
            whole = literal(words, *below)
            use.subscripts.append(self._parts(identifier) or ((whole,) if whole else ()))
        if transposed and above is not None:
            self.after_transpose = above[1] + (words[above[0] - 1].is_("{"))

    def _operand(self, at: int) -> bool:
        return at < len(self.words) and self.words[at].text in {"(", "_", "^", "left"}

    def _below(self, identifier: Identifier) -> tuple[int, int] | None:
        """The subscript of a name, inside its accent or behind it."""
        start, stop = identifier.tail
        return self.words.argument(start + 1, self.words[start])[:2] if stop else self._script(identifier.end, "_")

    def _script(self, at: int, sign: str) -> tuple[int, int] | None:
        """The script of a kind on the name that ends here."""
        for _ in range(2):
            if at + 1 >= len(self.words) or self.words[at].text not in {"_", "^"}:
                return None
            start, stop, after = self.words.argument(at + 1, self.words[at])
            if self.words[at].is_(sign):
                return start, stop
            at = after
        return None

    def _called(self, at: int) -> tuple[str, ...]:
        """The arguments in brackets behind a name, each the name that it is or nothing; empty if no brackets follow."""
        words = self.words
        while at < len(words) and (words[at].is_("'") or (words[at].kind == "command" and words[at].text == "left")):
            at += 1
        if at >= len(words) or not words[at].is_("("):
            return ()
        depth, starts, stop = 0, [at + 1], len(words)
        for k in range(at, len(words)):
            word = words[k]
            depth += word.is_("(") - word.is_(")")
            if depth == 0:
                stop = k
                break
            if depth == 1 and (word.text in {",", "|", ";"} or (word.kind == "command" and word.text in {"mid", "|"})):
                starts.append(k + 1)
        ends = [*(start - 1 for start in starts[1:]), stop - (words[stop - 1].text == "right")]
        return tuple(map(self._only_name, starts, ends))

    def _only_name(self, start: int, stop: int) -> str:
        """The name that an argument is, if it is one and nothing else."""
        identifier = read_identifier(self.words, start)
        return identifier.key if identifier is not None and identifier.end == stop else ""

    def _parts(self, identifier: Identifier) -> tuple[str, ...]:
        """The letters and numbers of a name's subscript; none if it holds anything else than these, commas and signs."""
        below = self._below(identifier)
        found: list[str] = []
        at, stop = below or (0, 0)
        while at < stop:
            inner = read_identifier(self.words, at)
            word = self.words[at]
            if inner is not None and inner.end <= stop:
                if len(inner.key) > 1 and word.kind == "command" and word.text in STYLES:
                    return ()
                found.append(inner.key)
                at = inner.end
            elif word.kind == "digit" or word.text in {",", "+", "-"}:
                if word.kind == "digit" and (not found or self.words[at - 1].is_(",")):
                    found.append(word.text)
                at += 1
            else:
                return ()
        return tuple(found)
