"""The five documents as published: nothing but headers and marks was added, and every formula means what its plain twin says.

``published_sources.txt`` has one line for each side of a relation in the documents' displays: the line of the source, the
step of the plain derivation named above that says the same, and what the formula denotes in plain syntax, or behind ``!`` the
code and phrase of the diagnostic that refuses it.  A matrix or a distinction of cases is one side: there are 249, and 304 if each
of the 61 cells of the six matrices is counted for itself.  The documents' sentences hold 18 further sides between dollars, which
are no steps and are left alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.blocks import Formula
from derivcheck.files.document import Derivation, Document
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.files.markdown import blocks
from derivcheck.kernel.vocabulary import same_shape
from derivcheck.proving.decide import Judge
from derivcheck.running.judging import scopes
from derivcheck.running.judging.derivations import judge_derivation
from derivcheck.running.judging.lines import Line, read_lines
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.report import DerivationReport, StepReport
from derivcheck.running.settings import Settings
from derivcheck.syntax import read_expression
from derivcheck.syntax.latex.displays import leading, split

CORPUS = Path(__file__).parents[2] / "derivations"
TABLE = Path(__file__).with_name("published_sources.txt")

SHA256 = {
    "000-softmax-gradients.md": "fb469c03bf69c56f8855870025d5545f7522ae413363d19c07f2431da43e4448",
    "001-row-by-row.md": "9d502a0e715e73f56f4907593696de1b2bdac4b0de13db6b4968bd8ce565ba73",
    "002-word2vec.md": "ce162eeda2a246bb552c6e6bcb137f7fa5ce084cbda9a1762793cacd519366e2",
    "003-word2vec.md": "56e4241af544d105e867ffbe4e37b291e125f68fbb212df44fea8eb57cf2daf0",
    "004-softmax-jacobian.md": "f2c8fc48dce4e8dd9ae278a348f821c6a2e9ba221972827a5cf2ea63c6c1a65e",
}
"""The documents, and the digest of each source's text."""

DISPLAYED, CELLS, STEPS, REFUSED, HALF_FREE = 249, 61, 248, 42, 2
"""Sides in displays; cells of the matrices among them; sides that are steps (line 60 of 001 puts two formulas side by side, and
the first is none); those that cannot be read or typed; those that read, but with an index free on one side only."""

_MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", re.DOTALL)
_ADDED = re.compile(r"<!-- derivcheck.*?-->\n|%![^\n]*\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A formula: its line in the source, the step that is its twin, what it denotes, and what is wrong with it."""

    line: int
    twin: str
    step: int | None
    plain: str
    code: str
    phrase: str


@cache
def table() -> dict[str, tuple[tuple[Row, ...], ...]]:
    """The rows of each document, chain by chain."""
    found: dict[str, list[list[Row]]] = {}
    document = twin = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[document][-1].append(row(line, twin))
        elif line.startswith("  "):
            twin = line.strip()
            found[document].append([])
        elif line:
            document = line
            found[document] = []
    return {document: tuple(map(tuple, chains)) for document, chains in found.items()}


def row(line: str, twin: str) -> Row:
    number, step, text = (part.strip() for part in line.split("|", 2))
    plain, _, refusal = f" {text} ".partition(" ! ")
    code, _, phrase = refusal.strip().partition(": ")
    return Row(int(number), twin, None if step == "-" else int(step), plain.strip(), code, phrase)


@cache
def opened(path: Path) -> Document:
    document = load(Input(path, True))
    assert document is not None and all(it.code == "missing-relation" for it in document.diagnostics)
    return document


@cache
def judged(path: Path) -> tuple[DerivationReport, ...]:
    return tuple(report(derivation) for derivation in opened(path).derivations)


def report(derivation: Derivation) -> DerivationReport:
    made, wrong = judge_derivation(derivation, Surroundings(Settings()))
    assert not wrong
    return made


@cache
def lines(path: Path) -> tuple[tuple[Line, ...], ...]:
    return tuple(read_lines(derivation, scopes.build(derivation.declarations)[0]) for derivation in opened(path).derivations)


def twin_of(row: Row) -> StepReport | None:
    file, _, name = row.twin.partition("::")
    steps = next(derivation.steps for derivation in judged(CORPUS / file) if derivation.name == name)
    return None if row.step is None else steps[row.step]


def source_line(path: Path, line: Line) -> int:
    """The line that a formula has in the source, which lacks the headers and marks."""
    piece, text = line.raw.text, opened(path).source
    assert text is not None
    start = leading(piece.text)[1]
    after = start + len(piece.text[start:]) - len(piece.text[start:].lstrip())
    return _ADDED.sub("", text.text[: piece.offsets[after]]).count("\n") + 1


def paired(document: str) -> list[tuple[Row, Line, StepReport]]:
    path = CORPUS / "latex" / document
    found: list[tuple[Row, Line, StepReport]] = []
    for rows, read, derivation in zip(table()[document], lines(path), judged(path), strict=True):
        found += zip(rows, read, derivation.steps, strict=True)
    return found


@pytest.mark.parametrize("document", SHA256)
def test_without_headers_and_marks_the_document_is_the_source(document: str) -> None:
    text = (CORPUS / "latex" / document).read_bytes().decode()
    assert hashlib.sha256(_ADDED.sub("", text).encode()).hexdigest() == SHA256[document]


@pytest.mark.parametrize("document", SHA256)
def test_every_step_is_as_its_mark_says(document: str) -> None:
    steps = [step for derivation in judged(CORPUS / "latex" / document) for step in derivation.steps]
    assert not [step.text for step in steps if not step.as_expected]
    assert not [step.text for step in steps if step.verdict == "checked"]


@pytest.mark.parametrize("document", SHA256)
def test_every_formula_stands_where_the_table_says(document: str) -> None:
    path = CORPUS / "latex" / document
    assert [source_line(path, line) for _, line, _ in paired(document)] == [row.line for row, _, _ in paired(document)]


@pytest.mark.parametrize("document", SHA256)
def test_a_formula_denotes_what_its_plain_text_denotes(document: str) -> None:
    judges: dict[int, Judge] = {}
    for row, line, _ in paired(document):
        assert bool(row.plain) == (line.read is not None), line.text
        if line.read is None:
            continue
        plain = read_expression(row.plain, line.scope)
        assert same_shape(line.read.term.shape, plain.shape), line.text
        judge = judges.setdefault(id(line.scope), Judge(line.scope.context()))
        decision = judge.decide(line.read.term, "=", plain)
        assert decision.verdict == "proved" and decision.instances, f"{line.text} is not {row.plain}"


@pytest.mark.parametrize("document", SHA256)
def test_a_formula_that_is_refused_is_refused_for_its_own_reason(document: str) -> None:
    for row, line, _ in paired(document):
        found: tuple[Diagnostic, ...] = line.diagnostics
        assert [it.code for it in found] == ([row.code] if row.code else []), line.text
        assert all(it.message.startswith(row.phrase) for it in found), line.text


@pytest.mark.parametrize("document", SHA256)
def test_a_verdict_is_that_of_the_plain_step(document: str) -> None:
    for row, line, step in paired(document):
        twin = twin_of(row)
        if row.code or twin is None or step.verdict in {None, "undecided"} or twin.verdict is None:
            continue
        # a correction is refuted against the wrong step before it, and proved where that step could not be read
        assert step.verdict == twin.verdict or (holds(step) and holds(twin)), f"{row.twin}: {line.text}"


def holds(step: StepReport) -> bool:
    return step.verdict == "proved" or step.recovers is not None


def test_five_in_six_of_the_formulas_read_and_the_others_are_in_the_table() -> None:
    rows = [row for document in SHA256 for row, _, _ in paired(document)]
    displays = [block for name in SHA256 for block in _blocks(CORPUS / "latex" / name) if isinstance(block, Formula)]
    parts = [part for block in displays for part in split(block.text, block.start).parts]
    sides = [part for part in parts if part.text[leading(part.text)[1] :].strip()]
    cells = [cell for block in displays for body in _MATRIX.findall(block.text) for cell in re.split(r"\\\\|&", body)]
    assert (len(sides), len(cells), len(rows)) == (DISPLAYED, CELLS, STEPS)
    assert len([row for row in rows if not row.plain]) == REFUSED
    assert len([row for row in rows if row.plain and row.code]) == HALF_FREE


def _blocks(path: Path) -> list[object]:
    source = opened(path).source
    assert source is not None
    return list(blocks(source))
