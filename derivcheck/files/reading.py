"""From YAML nodes to a document: which keys there are and what form their values have.

Everything that is wrong is gathered, so one reading names every mistake in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import steps
from derivcheck.files.document import Case, Declarations, Declared, Derivation, Document, RawStep
from derivcheck.files.keys import Findings, Keys, at_most, free_text_of, keys_of, pairs_of, text_of, texts_of, unique
from derivcheck.files.limits import MOST, refuse
from derivcheck.files.nodes import Items, Node, Pairs, Scalar
from derivcheck.files.source import Piece, Source

DECLARING = ("symbols", "define", "assume", "layout", "modulo", "syntax")
OWN_KEYS = ("title", "source", "note", *DECLARING, "steps", "cases", "grading")
FILE_KEYS = (*OWN_KEYS, "derivations")
HEADING_KEYS = ("title", "source", "note", "symbols", "define", "assume", "layout", "modulo")
TELLING = frozenset(FILE_KEYS) - {"title", "source", "note", "syntax"}
"""Keys that tell a file of derivations from other YAML."""
LAYOUTS = ("mixed", "numerator", "denominator")
MODULO = ("transpose",)
SYNTAXES = ("plain", "latex")



def read(source: Source, root: Node | None, stem: str) -> Document:
    """The document that a file's YAML holds; ``stem`` names its derivation where the steps stand at the top level."""
    findings = Findings()
    if not isinstance(root, Pairs):
        message = "the file is empty" if root is None else "the file holds no keys"
        findings.add("no-derivation", f"{message}: write symbols: and steps:, or see `derivcheck new`", source.place(0, 0))
        return Document(source.path, source, (), tuple(findings.found))
    keys = keys_of(root, FILE_KEYS, "a file", findings)
    derivations = _derivations(root, keys, stem, findings)
    title = free_text_of(keys, "title", Findings())
    return Document(source.path, source, derivations, tuple(dict.fromkeys(findings.found)), title)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header of a document says; fault: the first mistake in it."""

    declarations: Declarations = field(default_factory=Declarations)
    about: Mapping[str, str | None] = field(default_factory=dict)
    fault: str | None = None

    def extended(self, own: Heading) -> Heading:
        """This header with a later one, which takes the place of what it says again."""
        declarations = self.declarations.extended(own.declarations)
        return Heading(declarations, {**self.about, **own.about}, self.fault or own.fault)


def read_heading(root: Node | None, place: Place) -> tuple[Heading, tuple[Diagnostic, ...]]:
    """What a header's YAML says, and what is wrong with it; the header stands at a place."""
    findings = Findings()
    if root is None:
        return Heading(), ()
    if not isinstance(root, Pairs):
        findings.add("bad-value", "a header maps symbols, define, assume to what they say, such as symbols: {x: real}", place)
        return Heading(fault=findings.first()), tuple(findings.found)
    keys = keys_of(root, HEADING_KEYS, "a header", findings)
    declarations = _declarations(keys, findings)
    names = [name for name in ("title", "source", "note") if name in keys]
    about: dict[str, str | None] = {name: free_text_of(keys, name, findings) for name in names}
    return Heading(declarations, about, findings.first()), tuple(dict.fromkeys(findings.found))


def holds_derivations(root: Node | None) -> bool:
    """Whether this is a file of derivations, complete or not, rather than some other YAML."""
    return isinstance(root, Pairs) and any(key.piece.text in TELLING for key, _ in root.pairs)


def _derivations(root: Pairs, keys: Keys, stem: str, findings: Findings) -> tuple[Derivation, ...]:
    shared = _declarations(keys, findings)
    if "derivations" not in keys:
        if "steps" in keys:
            only = _derivation(stem, keys["steps"][0].place, keys, shared, findings)
            return (replace(only, fault=findings.first()),)
        findings.add("no-derivation", "there are no steps: write steps:, or derivations: with a name for each", root.place)
        return ()
    for own in ("steps", "cases"):
        if own in keys:
            findings.add("bad-value", f"{own} cannot stand beside derivations: put it into one of them", keys[own][0].place)
    node = keys["derivations"][1]
    if not isinstance(node, Pairs) or not node.pairs:
        findings.add("bad-value", "derivations maps each derivation's name to its steps", node.place)
        return ()
    for key in ("title", "source", "note"):
        free_text_of(keys, key, findings)  # also where every derivation has its own
    if len(node.pairs) > MOST:
        refuse(findings.found, f"a file may have {MOST:,} derivations; split it into several", node.place)
    general = findings.first()
    about = {key: pair for key, pair in keys.items() if key in {"title", "source", "note", "grading"}}
    found = []
    for name, value in unique(node, findings):
        place = name.place
        if not isinstance(value, Pairs):
            findings.add("bad-value", f"the derivation {name.piece.text} is a mapping with the key steps", value.place)
            continue
        before = len(findings.found)
        own_keys = keys_of(value, OWN_KEYS, "a derivation", findings)
        merged = shared.extended(_declarations(own_keys, findings))
        made = _derivation(name.piece.text, place, about | own_keys, merged, findings)
        found.append(replace(made, fault=general or findings.first(before)))
    return tuple(found)


def _derivation(name: str, place: Place, keys: Keys, declarations: Declarations, findings: Findings) -> Derivation:
    before = len(findings.found)
    raw = _steps(keys["steps"][1], declarations.syntax, findings) if "steps" in keys else ()
    if not raw and len(findings.found) == before:
        code, where = ("bad-value", keys["steps"][0].place) if "steps" in keys else ("missing-key", place)
        findings.add(code, f"the derivation {name} has no steps", where)
    if raw and (wrong := steps.unjudged(raw[0])):
        findings.take((wrong,))
    title, source, note = (free_text_of(keys, key, findings) for key in ("title", "source", "note"))
    cases = _cases(keys, declarations.syntax, findings)
    grading = keys["grading"][1] if "grading" in keys else None
    return Derivation(name, declarations, raw, cases, place, title, source, note, grading=grading)


def _declarations(keys: Keys, findings: Findings) -> Declarations:
    syntax = _syntax(keys, findings)
    layout = text_of(keys, "layout", findings)
    if layout and layout.text not in LAYOUTS:
        findings.add("bad-value", f"layout is one of {', '.join(LAYOUTS)}", layout.place())
        layout = None
    modulo = texts_of(keys, "modulo", findings)
    for piece in modulo or ():
        if piece.text not in MODULO:
            findings.add("bad-value", f"modulo is a list of {', '.join(MODULO)}", piece.place())
    return Declarations(
        at_most(keys, "symbols", _symbols(keys, findings), findings),
        at_most(keys, "define", _definitions(keys, findings), findings),
        at_most(keys, "assume", texts_of(keys, "assume", findings) or (), findings),
        layout.text if layout else None,
        None if modulo is None else tuple(piece.text for piece in modulo),
        syntax,
    )


def _syntax(keys: Keys, findings: Findings) -> str | None:
    piece = text_of(keys, "syntax", findings)
    if piece and piece.text not in SYNTAXES:
        findings.add("bad-value", f"syntax is one of {', '.join(SYNTAXES)}", piece.place())
    return piece.text if piece else None


def _symbols(keys: Keys, findings: Findings) -> Iterable[Declared]:
    for key, value in pairs_of(keys, "symbols", "names to their types, such as x: real", findings):
        latex: tuple[Piece, ...] = ()
        node = value
        if isinstance(value, Pairs):
            entry = keys_of(value, ("type", "latex"), "a symbol", findings)
            latex = texts_of(entry, "latex", findings) or ()
            if "type" not in entry:
                findings.add("missing-key", f"the symbol {key.piece.text} has no type", key.place)
                continue
            node = entry["type"][1]
        if isinstance(node, Scalar) and not node.piece.text:
            message = f"{key.piece.text} has no type; between braces names that share a type stand in quotes: {{'x, y': real}}"
            findings.add("bad-value", message, key.place)
            continue
        if not isinstance(node, Scalar):
            findings.add("bad-value", f"the type of {key.piece.text} is text, such as real or vector(n)", node.place)
            continue
        type_ = node.piece.flat()
        yield from (Declared(name, type_, latex) for name in key.piece.split(","))


def _definitions(keys: Keys, findings: Findings) -> Iterable[tuple[Piece, Piece]]:
    for key, value in pairs_of(keys, "define", "left sides to expressions, such as f(x): x**2", findings):
        if isinstance(value, Scalar) and value.piece.text:
            yield key.piece.flat(), value.piece.flat()
        else:
            hint = "put an expression that begins with [ or { in quotes"
            findings.add("bad-value", f"the definition of {key.piece.text} is an expression; {hint}", value.place)


def _cases(keys: Keys, syntax: str | None, findings: Findings) -> tuple[Case, ...]:
    if "cases" not in keys:
        return ()
    node = keys["cases"][1]
    if not isinstance(node, Items):
        findings.add("bad-value", "cases is a list of {when: condition, steps: …}", node.place)
        return ()
    found = []
    for item in node.items:
        if not isinstance(item, Pairs):
            findings.add("bad-value", "a case is a mapping with the keys when and steps", item.place)
            continue
        entry = keys_of(item, ("when", "steps"), "a case", findings)
        when = text_of(entry, "when", findings)
        raw = _steps(entry["steps"][1], syntax, findings) if "steps" in entry else ()
        if when is None or not raw:
            missing = "when" if when is None else "steps"
            findings.add("missing-key", f"a case needs the key {missing}", item.place)
        else:
            found.append(Case(when.flat(), raw))
    return tuple(found)


def _steps(node: Node, syntax: str | None, findings: Findings) -> tuple[RawStep, ...]:
    try:
        match node:
            case Scalar():
                return steps.from_latex(node.piece) if syntax == "latex" else steps.from_block(node.piece)
            case Items(items=items):
                return tuple(raw for item in items for raw in _item(item, syntax, findings))
    except InputError as error:
        findings.take(error.diagnostics)
        return ()
    findings.add("bad-value", "steps is a block of lines, steps: |, or a list", node.place)
    return ()


def _item(node: Node, syntax: str | None, findings: Findings) -> tuple[RawStep, ...]:
    match node:
        case Scalar():
            return _nonempty(node, syntax, findings)
        case Pairs():
            return _mapped_step(node, syntax, findings)
    findings.add("bad-value", "a step is text: put one that begins with [ or - in quotes", node.place)
    return ()


def _nonempty(node: Scalar, syntax: str | None, findings: Findings) -> tuple[RawStep, ...]:
    if syntax == "latex":
        raw = steps.from_latex_text(node.piece, node.comment)
    else:
        one = steps.from_text(node.piece, node.comment)
        raw = (one,) if one else ()
    if not raw:
        findings.add("bad-value", "a step is empty", node.place)
    return raw


def _mapped_step(node: Pairs, syntax: str | None, findings: Findings) -> tuple[RawStep, ...]:
    entry = keys_of(node, ("step", "by", "assume", "expect", "syntax"), "a step", findings)
    own = _syntax(entry, findings)
    if "step" not in entry or not isinstance(entry["step"][1], Scalar):
        findings.add("missing-key", "a step needs the key step with its text", node.place)
        return ()
    raw = _nonempty(entry["step"][1], own or syntax, findings)
    if not raw:
        return ()
    first = replace(raw[0], assume=texts_of(entry, "assume", findings) or ())
    made = tuple(replace(step, syntax=own or step.syntax) for step in (first, *raw[1:]))
    expect = text_of(entry, "expect", findings)
    expected = steps.expectation(expect) if expect else made[-1].expectation
    by = free_text_of(entry, "by", findings) or made[-1].by
    return (*made[:-1], replace(made[-1], by=by, expectation=expected))
