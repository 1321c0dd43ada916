"""A file that was handed in, read as answers to the questions of a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Derivation, Document
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, Claim
from derivcheck.kernel.vocabulary import same_shape
from derivcheck.running.answering.binding import bound, first_line
from derivcheck.running.answering.definitions import Definition, definition
from derivcheck.running.answering.ordered import ordered
from derivcheck.running.answering.questions import Question, questions
from derivcheck.running.judging.lines import Line


def read(path: str, data: bytes, key_path: str, key: bytes) -> Document:
    """The answers that a file holds, each bound to its question; what answers none is told."""
    document = load(Input(Path(path), True), data, bare=True)
    if document is None:
        raise ValueError("a file that was handed in is always read")
    asked = questions(key_path, key).questions
    attempts: list[Derivation] = []
    wrong = list(document.diagnostics)
    before: list[Definition] = []
    for derivation in document.derivations:
        made = next((definition(derivation, it.scope) for it in asked.values()), None)
        if made is not None and derivation.name not in asked:
            before.append(made)
            continue
        question = _question(derivation, list(asked.values()), before)
        if question is None:
            message = "no question of the key begins like this, and none is called so: it is not graded"
            wrong.append(Diagnostic("no-question", message, place=derivation.place, severity="warning"))
            continue
        attempt, more = bound(question, derivation, before)
        attempts.append(attempt)
        wrong += more
    return replace(document, derivations=tuple(attempts), diagnostics=tuple(dict.fromkeys(wrong)))


def _question(derivation: Derivation, asked: Sequence[Question], before: Sequence[Definition]) -> Question | None:
    """The question that a derivation is named after, the only one that is asked, or the one that it begins like."""
    named = next((it for it in asked if it.name.casefold() == derivation.name.casefold()), None)
    if named is not None:
        return named
    if len(asked) == 1:
        return asked[0]
    layout = derivation.declarations.layout
    for likes in (_looks_like, _equals):
        for question, line in _first_lines(derivation, asked, before):
            turned = question.with_layout(layout) if layout and layout in question.grading.layouts else question
            if likes(turned, line):
                return question
    return None


def _first_lines(
    derivation: Derivation, asked: Sequence[Question], before: Sequence[Definition]
) -> Iterator[tuple[Question, Line]]:
    for question in asked:
        line = first_line(question, derivation, before)
        if line is not None:
            yield question, line


def _looks_like(question: Question, line: Line) -> bool:
    return line.read is not None and ordered(line.read.term) == ordered(question.start)


def _equals(question: Question, line: Line) -> bool:
    if line.read is None:
        return False
    start, term = question.start, line.read.term
    if start.op in LOGIC or term.op in LOGIC or not same_shape(start.shape, term.shape):
        return False
    context = line.scope.context()
    return isinstance(Kernel(context).prove(Claim(start, "=", term, context)), Proof)


