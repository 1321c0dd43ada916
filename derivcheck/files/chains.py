"""A document's displays gathered into derivations, under the headers that hold where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import nodes, reading, steps
from derivcheck.files.blocks import Block, Fence, Formula, Header, Trouble
from derivcheck.files.conclusions import conclusion, speaks_of
from derivcheck.files.document import Derivation, Document, Expectation, RawStep
from derivcheck.files.limits import MOST, MOST_STEPS, refuse
from derivcheck.files.reading import Heading
from derivcheck.files.source import Piece, Source, join
from derivcheck.syntax.latex.displays import LINKS, Display, Part, leading, split
from derivcheck.syntax.latex.macros import without_definitions
from derivcheck.syntax.latex.unjudged import lacking, unjudged

_START = Place(1, 1, 1, 1)
_DEFINING = re.compile(r":=|\\(?:coloneqq?|triangleq)(?![A-Za-z])")
_NOTHING = re.compile(r"[\s|:>-]*")
_CLASHING = re.compile(r":(?=:|\d+$)")
"""A colon in a label that would part the name of a derivation from the file or the step."""


def ours(blocks: Sequence[Block]) -> bool:
    """Whether a document holds something for us: a header, or YAML in a fence."""
    return any(isinstance(block, (Header, Fence)) or (isinstance(block, Trouble) and block.ours) for block in blocks)


def read(source: Source, blocks: Sequence[Block], stem: str, heading: Heading | None = None) -> Document:
    """The derivations of a document and what is wrong with it.

    stem: the name of the steps of a fence without a name; heading: what holds where no header stands, if displays are to be
    read there.
    """
    reader = _Reader(source, stem, general=heading, heading=heading)
    for number, block in enumerate(blocks):
        reader.take(block)
        if number == MOST_STEPS or max(len(reader.derivations), len(reader.found)) > MOST:
            message = f"a document may have {MOST_STEPS:,} displays, {MOST:,} derivations and as many mistakes; split it"
            refuse(reader.found, message)
    reader.close()
    if heading is None and not ours(blocks):
        message = f"no header declares what the symbols are: `derivcheck new {source.path}` proposes one"
        reader.found.append(Diagnostic("no-derivation", message, place=_START, severity="warning"))
    elif not reader.derivations and not reader.found:
        message = f"nothing is to be checked: no display with a relation {'stands here' if heading else 'follows the header'}"
        reader.found.append(Diagnostic("no-derivation", message, place=_START))
    return Document(source.path, source, tuple(_unique(reader.derivations)), tuple(dict.fromkeys(reader.found)))


def _unique(derivations: Sequence[Derivation]) -> Iterator[Derivation]:
    """The derivations with a number behind names that stood already."""
    taken: dict[str, int] = {}
    names = {derivation.name for derivation in derivations}
    for derivation in derivations:
        name, number = derivation.name, taken.get(derivation.name, 0) + 1
        if number > 1:
            while f"{name}-{number}" in names:
                number += 1
        taken[name] = number
        made = name if number == 1 else f"{name}-{number}"
        names.add(made)
        yield replace(derivation, name=made)


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of each chain in a display; a marked formula alone in its row, or one below other rows, stands alone."""
    groups: list[list[Part]] = []
    for part in parts:
        alone = bool(groups) and part.first_of_row and len(groups[-1]) == 1 and _unrelated(groups[-1][0])
        if not groups or part.first_of_chain or (alone and (len(groups) > 1 or groups[-1][0].mark)):
            groups.append([])
        groups[-1].append(part)
    return groups


def _unrelated(part: Part) -> bool:
    return part.relation is None and not part.states


def _bare(part: Part) -> bool:
    """Whether a part is a relation that has nothing after it."""
    return part.relation is not None and not part.text[leading(part.text)[1] :].strip()


@dataclass(slots=True)
class _Chain:
    """A derivation that is being read; dangling: the relation it ended with, until something follows."""

    heading: Heading
    steps: list[RawStep] = field(default_factory=list)
    dangling: RawStep | None = None
    statements: bool = False
    label: str | None = None
    number: str | None = None
    fault: str | None = None

    def add(self, raw: RawStep, part: Part) -> None:
        """A further step."""
        self.steps.append(raw)
        self.statements |= part.relation in LINKS or (part.relation is None and part.states)
        self.name(part)

    def name(self, part: Part) -> None:
        """Take over the label and the number of a part unless there are some."""
        self.label = self.label or part.label
        self.number = self.number or part.number


@dataclass(slots=True)
class _Reader:
    """The blocks so far; waiting: a display without a relation, the first line of what may follow; end: of the last display."""

    source: Source
    stem: str
    derivations: list[Derivation] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    general: Heading | None = None
    heading: Heading | None = None
    chain: _Chain | None = None
    waiting: Part | None = None
    end: int = 0

    def take(self, block: Block) -> None:
        """The next block of the document."""
        match block:
            case Formula():
                block = replace(block, text=without_definitions(block.text))
                if self.heading and block.text.strip():
                    self._formula(block, self.heading)
            case Trouble():
                if self.heading or block.ours:
                    self._refuse(block.code, block.message, block.start, min(block.start + 4, block.end), block.severity)
            case Header():
                self.close()
                self._header(block)
            case Fence():
                self.close()
                self._fence(block)

    def close(self) -> None:
        """End the chain and make a derivation of it."""
        self._pass_over()
        chain, self.chain = self.chain, None
        if chain is None:
            return
        if chain.dangling:
            place = chain.dangling.text.place()
            message = f"nothing follows {chain.dangling.text.text.strip()}: write what the chain goes on with, or remove it"
            self.found.append(Diagnostic("syntax", message, place=place))
        if not chain.steps:
            return
        if wrong := steps.unjudged(chain.steps[0]):
            self.found.append(wrong)
            chain.fault = chain.fault or wrong.message
        self.derivations.append(self._derivation(chain))

    def _derivation(self, chain: _Chain) -> Derivation:
        place, heading = chain.steps[0].text.place(), chain.heading
        name = _CLASHING.sub("-", chain.label) if chain.label else f"eq-{chain.number}" if chain.number else f"line-{place.line}"
        return Derivation(
            name,
            replace(heading.declarations, syntax="latex"),
            tuple(chain.steps),
            (),
            place,
            heading.about.get("title"),
            heading.about.get("source"),
            heading.about.get("note"),
            heading.fault or chain.fault,
        )

    def _pass_over(self) -> None:
        """Nothing goes on with the formula that waits: tell what it states, if anything."""
        part, self.waiting = self.waiting, None
        if part:
            self._tell(unjudged(part.text, part.start))

    def _tell(self, wrong: Diagnostic | None) -> None:
        if wrong:
            self._refuse(wrong.code, wrong.message, wrong.span.start, wrong.span.end, wrong.severity)

    def _refuse(self, code: str, message: str, start: int, end: int, severity: str = "error") -> None:
        self.found.append(Diagnostic(code, message, place=self.source.place(start, end), severity=severity))

    def _header(self, block: Header) -> None:
        try:
            heading, wrong = reading.read_heading(nodes.compose(block.yaml), block.yaml.place(0, 1))
        except InputError as error:
            heading, wrong = Heading(fault=error.diagnostics[0].message), error.diagnostics
        self.found += wrong
        self.general = self.general or heading
        self.heading = heading if heading is self.general else self.general.extended(heading)

    def _fence(self, block: Fence) -> None:
        try:
            document = reading.read(block.yaml, nodes.compose(block.yaml), self.stem)
        except InputError as error:
            self.found += error.diagnostics
            return
        self.derivations += document.derivations
        self.found += document.diagnostics

    def _formula(self, block: Formula, heading: Heading) -> None:
        display = self._split(block, heading)
        directly = _NOTHING.fullmatch(self.source.text, self.end, block.start) is not None
        groups = _groups(display.parts)
        for number, group in enumerate(groups):
            self._group(group, heading, directly or number > 0)
        if groups:
            self.end = block.end

    def _split(self, block: Formula, heading: Heading) -> Display:
        """The display's parts, whole statements where it goes on with a chain of statements."""
        names = heading.declarations.letters
        try:
            display = split(block.text, block.start, names=names)
            chain = self.chain
            if chain and display.parts:
                linked = display.parts[0].relation in LINKS and self._states(chain, heading)
                if linked or (chain.statements and chain.dangling):
                    display = split(block.text, block.start, True, names)
        except InputError as error:
            display = Display(diagnostics=error.diagnostics)
        for wrong in display.diagnostics:
            self._tell(wrong)
        if block.number and display.parts:
            return replace(display, parts=(*display.parts[:-1], replace(display.parts[-1], number=block.number)))
        if not (display.parts or display.diagnostics):
            self._tell(unjudged(block.text, block.start))
        return display

    def _group(self, parts: Sequence[Part], heading: Heading, directly: bool) -> None:
        """The parts of one chain, which may go on with the one before."""
        first, chain = parts[0], self.chain
        if chain and chain.dangling:
            self._resumed(chain, chain.dangling, first)
        elif _unrelated(first) and len(parts) == 1:
            self._alone(first, heading, directly)
            return
        elif first.relation is None:
            self._tell(lacking(first.text, first.start))
            if directly and (self.waiting or (chain and any(map(_bare, parts[1:2])))):
                self._unlinked(first, "a derivation of its own begins here")
            self._begin(heading, first)
        elif self.waiting and first.relation not in LINKS:
            waiting, self.waiting = self.waiting, None
            self._begin(heading, waiting)
            self._add(first)
        elif chain and not self.waiting and (first.relation not in LINKS or self._states(chain, heading)):
            self._add(first)
        else:
            self._begin(heading, first)
        for part in parts[1:]:
            self._add(part)
        self._pass_over()

    def _alone(self, part: Part, heading: Heading, directly: bool) -> None:
        """A formula alone: a first line if a relation follows, a step where a mark says so."""
        self._tell(lacking(part.text, part.start))
        if directly and (self.waiting or (self.chain and not part.mark)) and not unjudged(part.text):
            self._unlinked(part, "it is not judged")
        self._pass_over()
        if not part.mark:
            self.waiting = part
        elif self.chain:
            self._add(part)
        else:
            self._begin(heading, part)

    def _unlinked(self, part: Part, result: str) -> None:
        message = f"no relation stands between this and what is above: write = in front if it goes on; {result}"
        self._refuse("missing-relation", message, part.start, part.end, "warning")

    def _states(self, chain: _Chain, heading: Heading) -> bool:
        """Whether a link goes on with a chain: it is one of statements, or an equation that is no definition's."""
        if chain.statements:
            return True
        stated = not chain.dangling and conclusion(chain.steps) is not None
        return stated and not speaks_of(chain.steps[0].text.text, heading.declarations.defined)

    def _conclude(self, chain: _Chain) -> None:
        """Make a chain of relations the statement that a link goes on with; one that is judged ends with that."""
        stated = None if chain.statements else conclusion(chain.steps)
        if stated is None:
            return
        if len(chain.steps) > 2 or any(step.expectation != Expectation() for step in chain.steps):
            self.close()
            self.chain = _Chain(chain.heading, [stated], statements=True)
        else:
            chain.steps, chain.statements = [stated], True

    def _begin(self, heading: Heading, part: Part) -> None:
        """A new chain; a relation in front of its first line has nothing before it and is left out."""
        self.close()
        self.chain = _Chain(heading)
        if part.relation is None:
            self._add(part)
            return
        raw = self._step(part)
        after = leading(part.text)[1]
        written = part.text[:after].strip()
        rest = raw.text.part(after, len(raw.text.text)).stripped()
        if rest.text:
            note = f"{written} at the beginning is left out: the line above it is not part of the derivation"
            if part.relation not in LINKS:
                message = f"nothing that is judged stands before this {written}, so it is left out: write what it follows from"
                self._refuse("missing-relation", message, part.start, part.start + after, "warning")
            self.chain.add(replace(raw, text=rest, notes=(note, *raw.notes)), replace(part, relation=None))
        else:
            self.chain = None
            self._refuse("syntax", f"nothing stands before this {written} and nothing after it", part.start, part.end)

    def _add(self, part: Part) -> None:
        """A step of the chain, or the relation that it ends with for now."""
        if self.chain is None:
            return
        if part.relation in LINKS:
            self._conclude(self.chain)
        chain, raw = self.chain, self._step(part)
        if _bare(part):
            chain.dangling = raw
            chain.statements |= part.relation in LINKS
            chain.name(part)
        else:
            chain.add(raw, part)

    def _resumed(self, chain: _Chain, dangling: RawStep, first: Part) -> None:
        """What follows the relation that the chain ended with; the relation may stand again in front of it."""
        chain.dangling = None
        written = leading(dangling.text.text)[0]
        if first.relation == written:
            self._add(first)
            return
        raw = self._step(first)
        by = " ".join(filter(None, [dangling.by, raw.by])) or None
        chain.add(replace(raw, text=join([dangling.text, raw.text]), by=by, notes=dangling.notes + raw.notes), first)

    def _step(self, part: Part) -> RawStep:
        """The step that a part is; a mark that is not in the format is a fault of the chain."""
        whole = Piece(self.source, part.text, range(part.start, part.end + 1))
        defining = _DEFINING.match(part.text.lstrip())
        notes = (*part.notes, "a definition belongs into define: of the header") if defining else part.notes
        raw = RawStep(whole, part.by, notes=notes)
        if part.mark is None:
            return raw
        try:
            expected = steps.expectation(Piece.whole(self.source, part.mark.start, part.mark.end))
        except InputError as error:
            self.found += error.diagnostics
            expected = Expectation()
            if self.chain:
                self.chain.fault = self.chain.fault or error.diagnostics[0].message
        return replace(raw, expectation=expected)
