"""A file of derivations with its steps in another syntax; all else stays byte for byte.

What is written is read again: a derivation whose steps would not be the same terms stays as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import yaml

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import nodes, reading
from derivcheck.files.document import Derivation, Document
from derivcheck.files.nodes import Items, Node, Pairs, Scalar
from derivcheck.files.source import Source
from derivcheck.running.converting.rewriting import Edit, Extent, Rewriting, reason, rewritten
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import Line, read_lines


@dataclass(frozen=True, slots=True)
class Conversion:
    """A file's text in the new syntax; kept: the derivations that stay in the old one, and diagnostics says why."""

    text: str
    kept: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def convert(document: Document, syntax: str) -> Conversion:
    """The document with its steps in a syntax, ``plain`` or ``latex``; a document with errors stays as it is.

    Raises ``ValueError`` for a document without text.
    """
    if document.source is None:
        raise ValueError(f"{document.path} has no text")
    errors = tuple(d for d in document.diagnostics if d.severity == "error")
    root = None if errors else nodes.compose(document.source)
    if not isinstance(root, Pairs):
        return Conversion(document.source.text, tuple(d.name for d in document.derivations), errors)
    before = {derivation.name: _read(derivation) for derivation in document.derivations}
    kept = {name: found.wrong for name, found in before.items() if found.wrong}
    while True:
        text = _File(document, document.source, root, before, frozenset(kept), syntax).converted()
        different = {name: wrong for name, wrong in _compared(document, before, text).items() if name not in kept}
        if not different:
            return Conversion(text, tuple(kept), tuple(dict.fromkeys(d for wrong in kept.values() for d in wrong)))
        kept |= different


@dataclass(frozen=True, slots=True)
class _Reading:
    """A derivation's steps as read, and what keeps it from being converted."""

    lines: tuple[Line, ...]
    wrong: tuple[Diagnostic, ...] = ()


def _read(derivation: Derivation) -> _Reading:
    if derivation.fault:
        return _Reading((), (Diagnostic("bad-value", derivation.fault, place=derivation.place),))
    scope, wrong = scopes.build(derivation.declarations)
    if wrong:
        return _Reading((), wrong)
    lines = read_lines(derivation, scope)
    return _Reading(lines, tuple(d for line in lines if line.read is None for d in line.diagnostics))


def _compared(document: Document, before: Mapping[str, _Reading], text: str) -> dict[str, tuple[Diagnostic, ...]]:
    """What is wrong with each derivation whose steps are not the same when the new text is read."""
    source = Source(document.path, text)
    try:
        again = reading.read(source, nodes.compose(source), PurePath(document.path).stem)
    except InputError as error:
        messages = error.diagnostics
        return {d.name: _lost(d.place, messages) for d in document.derivations}
    found = {derivation.name: derivation for derivation in again.derivations}
    different: dict[str, tuple[Diagnostic, ...]] = {}
    for old in document.derivations:
        after = _read(found[old.name]) if old.name in found else _Reading((), again.diagnostics)
        wrong = _differences(before[old.name], after, old.place)
        if wrong:
            different[old.name] = wrong
    return different


def _differences(before: _Reading, after: _Reading, place: Place) -> tuple[Diagnostic, ...]:
    """Why two readings of a derivation are not the same, at the first step that differs."""
    if before.wrong:
        return ()
    for old, new in zip(before.lines, after.lines, strict=False):
        if _meaning(old) != _meaning(new):
            return _lost(old.raw.text.place(), new.diagnostics)
    return _lost(place, after.wrong) if len(before.lines) != len(after.lines) or after.wrong else ()


def _meaning(line: Line) -> tuple[object, ...]:
    read = line.read
    return read and read.term, line.relation, line.case, line.raw.expectation, reason(line)


def _lost(place: Place, causes: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    because = f": {causes[0].message}" if causes else "; write the steps as a list, each step an item of its own"
    code = causes[0].code if causes else "ambiguous"
    return (Diagnostic(code, f"in the other syntax this would be read differently{because}", place=place),)


@dataclass(frozen=True, slots=True)
class _File:
    """A file on its way into another syntax; kept: the derivations that stay as they are."""

    document: Document
    source: Source
    root: Pairs
    readings: Mapping[str, _Reading]
    kept: frozenset[str]
    syntax: str

    def converted(self) -> str:
        """The whole text."""
        return _applied(self.source.text, [*self._steps(), *self._keys()])

    def _steps(self) -> Iterator[Edit]:
        extents = _extents(self.source)
        bodies = _bodies(self.root)
        for derivation in self.document.derivations:
            if derivation.name not in self.kept:
                default = derivation.declarations.syntax or "plain"
                steps = _Steps(extents, self.readings[derivation.name].lines, default, self.syntax)
                yield from steps.edits(bodies.get(derivation.name, self.root))

    def _keys(self) -> Iterator[Edit]:
        """The edits of the ``syntax`` keys of the file and its derivations."""
        bodies = _bodies(self.root)
        converted = [name for name in self.readings if name not in self.kept]
        general = _value(self.root, "syntax")
        old = general.piece.text if isinstance(general, Scalar) else "plain"
        if not bodies:
            yield from self._set(self.root, self.syntax, old) if converted else ()
            return
        relying = any(_value(bodies[name], "syntax") is None for name in converted)
        for name, body in bodies.items():
            own = _value(body, "syntax")
            if name in converted and isinstance(own, Scalar):
                yield from self._set(body, self.syntax, own.piece.text)
            elif name in self.kept and own is None and relying and old != self.syntax:
                yield from self._set(body, old, self.syntax)
        if relying:
            yield from self._set(self.root, self.syntax, old)

    def _set(self, pairs: Pairs, value: str, now: str) -> Iterator[Edit]:
        """Give a mapping the key ``syntax``, unless the value holds already."""
        if value == now:
            return
        extents = _extents(self.source)
        present = _value(pairs, "syntax")
        if isinstance(present, Scalar):
            extent = extents.of(present)
            yield Edit(extent.start, extent.end, value)
            return
        first = next((key for key, _ in pairs.pairs if key.piece.text in {"derivations", "steps", "cases"}), pairs.pairs[0][0])
        at = extents.of(first).start
        text, line = self.source.text, at - self.source.place(at, at).column + 1
        flowing = text[pairs.start : pairs.start + 1] == "{"
        end = ", " if flowing else ("\r\n" if "\r\n" in text else "\n") + text[line:at]
        yield Edit(at, at, f"syntax: {value}{end}")


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of one derivation on their way from its syntax to another."""

    extents: _Extents
    lines: Sequence[Line]
    default: str
    syntax: str

    def edits(self, body: Pairs) -> Iterator[Edit]:
        """The edits of the steps and of those of the cases."""
        cases = _value(body, "cases")
        inner = cases.items if isinstance(cases, Items) else ()
        for pairs in (body, *(item for item in inner if isinstance(item, Pairs))):
            match _value(pairs, "steps"):
                case Scalar() as block:
                    yield from self._scalar(block)
                case Items(items=items):
                    yield from (edit for item in items for edit in self._item(item))

    def _item(self, item: Node) -> Iterator[Edit]:
        match item:
            case Scalar():
                yield from self._scalar(item)
            case Pairs():
                text, own = _value(item, "step"), _value(item, "syntax")
                if not isinstance(text, Scalar):
                    return
                said = _value(item, "by") is None, _value(item, "expect") is None
                yield from self._scalar(text, own.piece.text if isinstance(own, Scalar) else None, *said)
                if isinstance(own, Scalar) and own.piece.text != self.syntax:
                    extent = self.extents.of(own)
                    yield Edit(extent.start, extent.end, self.syntax)

    def _scalar(self, scalar: Scalar, own: str | None = None, reasons: bool = True, marks: bool = True) -> list[Edit]:
        extent = self.extents.of(scalar)
        lines = [line for line in self.lines if extent.start <= line.raw.text.offsets[0] < extent.end]
        old = own or self.default
        if all((line.raw.syntax or old) == self.syntax for line in lines):
            return []
        inside = scalar.comment is None
        return rewritten(scalar.piece, extent, lines, Rewriting(old, self.syntax, reasons and inside, marks and inside))


@dataclass(frozen=True, slots=True)
class _Extents:
    """Where the scalars of a file are written, in their order."""

    extents: Sequence[Extent]

    def of(self, scalar: Scalar) -> Extent:
        """The extent of a scalar."""
        return self.extents[bisect_right(self.extents, scalar.piece.offsets[0], key=lambda extent: extent.start) - 1]


def _extents(source: Source) -> _Extents:
    events = [event for event in yaml.parse(source.text, Loader=yaml.CSafeLoader) if isinstance(event, yaml.ScalarEvent)]
    return _Extents([Extent(nodes.index(e.start_mark), nodes.index(e.end_mark), e.style or "") for e in events])


def _bodies(root: Pairs) -> dict[str, Pairs]:
    """The derivations' mappings by name; none where the steps stand at the top level."""
    derivations = _value(root, "derivations")
    pairs = derivations.pairs if isinstance(derivations, Pairs) else ()
    return {key.piece.text: value for key, value in pairs if isinstance(value, Pairs)}


def _value(pairs: Pairs, name: str) -> Node | None:
    return next((value for key, value in pairs.pairs if key.piece.text == name), None)


def _applied(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
