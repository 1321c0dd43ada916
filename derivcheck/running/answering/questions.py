"""The questions of a key, read once: what is asked, what the key's own steps say, and how far each of them has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Derivation, Document
from derivcheck.files.finding import Input
from derivcheck.files.grading import FORMS, Grading, read_grading
from derivcheck.files.load import load
from derivcheck.files.source import Piece
from derivcheck.kernel.terms import LOGIC, Context, Term
from derivcheck.running.answering.forms import has, left_to_do
from derivcheck.running.answering.gathered import gathered
from derivcheck.running.answering.ordered import Key, ordered
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import Line, read_lines
from derivcheck.syntax import Scope, read_condition, read_expression

_USUAL_FORMS = ("no derivative", "no integral", "no limit", "no sum")
_ARRAYS = frozenset({"matmul", "dot", "softmax", "logsumexp", "norm", "tr", "frobenius"})


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a line has come.

    key: what it is but for order; gathered: and but for like terms and numbers; left: how much it leaves to differentiate,
    integrate or take limits of.
    """

    key: Key
    gathered: Key
    left: int

    @classmethod
    def of(cls, term: Term, context: Context) -> Stand:
        """The stand of a term."""
        return cls(ordered(term), gathered(term), left_to_do(term, context))


@dataclass(frozen=True, slots=True)
class Question:
    """A derivation of the key with what it asks for, as terms under its declarations.

    start, arrive, milestones: what is to be compared with; form: what the result must be; terms, stands: the key's lines,
    start and arrive taking the places of the first and the last; allowed: the facts that may be assumed.
    """

    name: str
    derivation: Derivation
    grading: Grading
    scope: Scope = field(repr=False)
    start: Term
    arrive: Term
    milestones: Mapping[str, Term]
    form: tuple[str, ...]
    terms: tuple[Term, ...] = field(repr=False)
    stands: tuple[Stand, ...] = field(repr=False)
    shown: Mapping[str, Stand] = field(repr=False)
    allowed: frozenset[Key] = field(repr=False)

    def with_layout(self, layout: str) -> Question:
        """The question where derivatives have another layout; what cannot be read in it stays as it is."""
        declarations = replace(self.derivation.declarations, layout=layout)
        scope, wrong = scopes.build(declarations)
        if wrong:
            return self
        piece = self.grading.start or self.derivation.steps[0].text
        try:
            start = _target(piece, scope, declarations.syntax)
        except InputError:
            return self
        return replace(self, derivation=replace(self.derivation, declarations=declarations), scope=scope, start=start)

    @property
    def largest_step(self) -> int:
        """How many steps of the key one step may pass over."""
        return self.grading.largest_step or max(1, len(self.stands) - 2)


@dataclass(frozen=True, slots=True)
class Questions:
    """A key's questions by name, and what is wrong with the key."""

    document: Document
    questions: Mapping[str, Question]
    diagnostics: tuple[Diagnostic, ...] = ()


@lru_cache(maxsize=2)
def questions(path: str, data: bytes) -> Questions:
    """The questions of a key, given its bytes."""
    document = load(Input(Path(path), True), data)
    if document is None:
        raise ValueError("a file that is named is always ours")
    found: dict[str, Question] = {}
    wrong = list(document.diagnostics)
    for derivation in document.derivations:
        if derivation.grading is None:
            continue
        grading, more = read_grading(derivation.grading)
        wrong += more
        if grading is None or derivation.fault:
            continue
        made = _question(derivation, grading)
        if isinstance(made, Question):
            found[derivation.name] = made
        else:
            wrong += made
    if not found and not wrong:
        message = "no derivation of the key has a grading part: write grading: {points: 10} beside its steps"
        wrong.append(Diagnostic("no-derivation", message))
    return Questions(document, found, tuple(dict.fromkeys(wrong)))


def _question(derivation: Derivation, grading: Grading) -> Question | tuple[Diagnostic, ...]:
    scope, wrong = scopes.build(derivation.declarations)
    if wrong:
        return wrong
    lines = read_lines(replace(derivation, cases=()), scope)
    unread = tuple(diagnostic for line in lines if line.read is None for diagnostic in line.diagnostics)
    if unread:
        return unread
    syntax = derivation.declarations.syntax
    try:
        start = _target(grading.start, scope, syntax) if grading.start else _stated(lines[0])
        arrive = _target(grading.arrive, scope, syntax) if grading.arrive else _stated(lines[-1])
        milestones = {name: _target(piece, scope, syntax) for name, piece in grading.milestones}
        allowed = [_fact(piece, scope) for piece in grading.allow]
    except InputError as error:
        return error.diagnostics
    context = scope.context()
    terms = [start, *map(_stated, lines[1:-1]), arrive]
    return Question(
        derivation.name,
        derivation,
        grading,
        scope,
        start,
        arrive,
        milestones,
        _usual(start, arrive) if grading.form is None else grading.form,
        tuple(terms),
        tuple(Stand.of(term, context) for term in terms),
        {name: Stand.of(term, context) for name, term in milestones.items()},
        frozenset(ordered(term) for term in (*scope.assumptions, *allowed)),
    )


def _stated(line: Line) -> Term:
    """What a line of the key states or is equal to."""
    if line.read is None:
        raise ValueError("the key was read before")
    return line.read.term


def _target(piece: Piece, scope: Scope, syntax: str | None) -> Term:
    """What is to be compared with; raises ``InputError`` with its place."""
    try:
        if syntax == "latex" or piece.text.strip().startswith("$"):
            from derivcheck.syntax.latex.reading import read_latex_step  # keys in plain syntax do not wait for LaTeX

            return read_latex_step(piece.text.strip().strip("$"), scope, None).term
        return _expression_or_statement(piece.text, scope)
    except InputError as error:
        raise InputError(*piece.locate(error.diagnostics)) from None


def _expression_or_statement(text: str, scope: Scope) -> Term:
    try:
        return read_expression(text, scope)
    except InputError as error:
        if any(d.code == "type" for d in error.diagnostics):
            return read_condition(text, scope)
        raise


def _fact(piece: Piece, scope: Scope) -> Term:
    made, wrong = scopes.add_fact(scope, piece)
    if wrong:
        raise InputError(*wrong)
    return made.assumptions[-1]


def _usual(start: Term, arrive: Term) -> tuple[str, ...]:
    """The forms that the result has and the question has not, where there are no products of arrays to write sums with."""
    if start.op in LOGIC:
        return ()
    arrays = any(t.op in _ARRAYS for t in arrive.walk())
    return tuple(form for form in _USUAL_FORMS if form in FORMS and has(form, arrive) and not has(form, start)
                 and not (form == "no sum" and arrays))


def positions(stand: Stand, stands: Sequence[Stand]) -> tuple[int, int]:
    """Between which of the key's lines a line stands, first and last taken together: the numbers that it may have."""
    same = [i for i, it in enumerate(stands) if it.key == stand.key]
    if same:
        return same[0], same[-1]
    if stand.gathered == stands[0].gathered:  # the question with something added and taken away is the question
        return 0, 0
    unfinished = [i for i, it in enumerate(stands) if it.left > stands[-1].left]
    first = next((i for i, it in enumerate(stands) if it.left <= stand.left), len(stands) - 1)
    if stand.left > stands[-1].left and unfinished:  # what leaves something to do has not come to the end
        first = min(first, unfinished[-1])
    if stand.left <= stands[-1].left:
        return first, len(stands) - 1
    return first, max(first, unfinished[-1])  # along another road than the key's, as far as what is left allows
