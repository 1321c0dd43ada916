"""Every step judged against the one before, and where that fails against the earlier good ones."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Derivation, RawStep
from derivcheck.kernel.outcome import Counterexample
from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import build, same_shape, transposed
from derivcheck.proving.batch import Draws
from derivcheck.proving.decide import Decision, Judge, Options
from derivcheck.proving.diagnose import diagnose
from derivcheck.running import scopes
from derivcheck.running.expectations import as_expected
from derivcheck.running.findings import finding
from derivcheck.running.lines import Line, last_value, read_lines
from derivcheck.running.report import DerivationReport, Diagnosis, NamedCondition, StepReport, Witness
from derivcheck.syntax import Scope, show
from derivcheck.syntax.as_latex import latex
from derivcheck.syntax.as_mathml import mathml
from derivcheck.syntax.lettering import declared
from derivcheck.syntax.typeset import typeset

_HOLDS = frozenset({"proved", "checked"})
_LINKS = frozenset({"<=>", "=>", "<=="})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run judges; the first three as ``proving`` wants them."""

    samples: int = 32
    seed: int = 0
    timeout: float = 10.0
    strict: bool = False

    def options(self) -> Options:
        """What the judge is told."""
        return Options(self.samples, self.seed, self.timeout)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A decision about a line; failure: the traceback of what failed inside."""

    decision: Decision
    diagnosis: Diagnosis | None = None
    recovers: int | None = None
    failure: str | None = None


@dataclass(slots=True)
class _Bench:
    """The judges of one derivation, one for each set of facts that holds in it, and which steps are good so far."""

    settings: Settings
    modulo: tuple[str, ...]
    lines: Sequence[Line]
    draws: Draws
    judges: dict[int, Judge] = field(default_factory=dict)
    good: set[int] = field(default_factory=set)

    def judge(self, scope: Scope) -> Judge:
        if id(scope) not in self.judges:
            self.judges[id(scope)] = Judge(scope.context(), self.settings.options(), self.draws)
        return self.judges[id(scope)]


def judge_derivation(derivation: Derivation, settings: Settings, draws: Draws | None = None) \
        -> tuple[DerivationReport, tuple[Diagnostic, ...]]:
    """The report on a derivation, and what is wrong with its declarations (then no step of it is judged) or with the whole.

    draws: instances that other derivations with the same declarations have drawn.
    """
    if derivation.fault:
        return unjudged(
            derivation, settings, "invalid", f"the derivation cannot be judged as it was meant: {derivation.fault}"
        ), ()
    scope, wrong = scopes.build(derivation.declarations)
    lines = () if wrong else read_lines(derivation, scope)
    bench = _Bench(settings, derivation.declarations.modulo or (), lines, draws or Draws())
    wrong = wrong or _contradictions(bench, derivation)
    if wrong:
        return unjudged(derivation, settings, "invalid", f"the declarations cannot be used: {wrong[0].message}"), wrong
    return _derivation(derivation, tuple(_step(bench, line) for line in lines)), (*_lone(lines), *_readable(lines))


def unjudged(
    derivation: Derivation, settings: Settings, verdict: str, reason: str, failure: str | None = None
) -> DerivationReport:
    """A derivation all of whose steps have one verdict for one reason, which is not their own."""
    raws: list[tuple[RawStep, str | None]] = [(raw, None) for raw in derivation.steps]
    raws += [(raw, case.when.text) for case in derivation.cases for raw in case.steps]
    lines = [Line(index, raw, Scope(), (), None, (), case) for index, (raw, case) in enumerate(raws)]
    first = tuple(_report(line, settings, None) for line in lines[:1])
    later = (replace(_report(line, settings, verdict), reason=reason, internal=failure) for line in lines[1:])
    return _derivation(derivation, (*first, *later))


def _derivation(derivation: Derivation, steps: tuple[StepReport, ...]) -> DerivationReport:
    return DerivationReport(derivation.name, derivation.title, derivation.source, derivation.note, steps)


def _lone(lines: Sequence[Line]) -> tuple[Diagnostic, ...]:
    """A warning where a first line is all there is: an equation written on one line looks checked, and nothing was."""
    if len(lines) != 1 or lines[0].read is None:
        return ()
    message = "there is no step to judge: a step is a line of its own that begins with a relation such as ="
    return (Diagnostic("no-step", message, place=lines[0].raw.text.place(), severity="warning"),)


def _readable(lines: Sequence[Line]) -> tuple[Diagnostic, ...]:
    """What is wrong with the mark of a first line that can be read against its author's expectation: no step says it."""
    first = lines[0] if lines else None
    if first is None or first.read is None or first.raw.expectation.kind != "invalid":
        return ()
    message = "the first line is expected to be invalid, and it can be read: remove the mark"
    return (Diagnostic("bad-expectation", message, place=first.raw.text.place()),)


def _contradictions(bench: _Bench, derivation: Derivation) -> tuple[Diagnostic, ...]:
    """A diagnostic for each set of facts that nothing can satisfy: anything would follow from it."""
    found = []
    for scope in {id(line.scope): line.scope for line in bench.lines}.values():
        reason = bench.judge(scope).contradiction()
        if reason is not None:
            facts = derivation.declarations.assumptions
            place = facts[0].place() if facts else derivation.place
            found.append(Diagnostic("contradiction", f"the declarations contradict each other: {reason}", place=place))
    return tuple(dict.fromkeys(found))


def _step(bench: _Bench, line: Line) -> StepReport:
    started = time.perf_counter()
    if line.diagnostics:
        return _report(line, bench.settings, "invalid")
    if not line.trail:
        bench.good.add(line.index)
        return _start(bench, line)
    judged = _judged(bench, line)
    if judged.recovers is not None or (judged.decision.verdict in _HOLDS and line.trail[-1] in bench.good):
        bench.good.add(line.index)
    return _decided(bench, line, judged, (time.perf_counter() - started) * 1000)


def _start(bench: _Bench, line: Line) -> StepReport:
    """The first step that could be read: nothing to judge, unless unreadable ones stand before it."""
    if line.index == 0:
        return _report(line, bench.settings, None)
    report = _report(line, bench.settings, "undecided")
    return replace(report, reason="no step before it could be read, so there is nothing to hold it against")


def _judged(bench: _Bench, line: Line) -> _Judged:
    """The judgement of a line.  What fails inside is reported as a conflict, never hidden, and other steps go on."""
    try:
        return _judge_line(bench, line)
    except (RecursionError, MemoryError) as error:
        return _Judged(_without_verdict("undecided", f"the step is too large to be judged: {type(error).__name__}"))
    except Exception as error:  # noqa: BLE001 - the boundary at which a defect becomes exit status 101
        message = f"internal error: {type(error).__name__}: {error}"
        return _Judged(_without_verdict("conflict", message), failure=traceback.format_exc())


def _without_verdict(verdict: str, reason: str) -> Decision:
    return Decision(verdict, reason=reason)


def _judge_line(bench: _Bench, line: Line) -> _Judged:
    relation = line.relation or "="
    judge, right = bench.judge(line.scope), _term(line)
    left = _left(bench, line.trail[-1], relation)
    decision = _decide(bench, judge, left, relation, right)
    if decision.verdict in _HOLDS:
        skipped = line.trail[-1] != line.index - 1 and bench.lines[line.index - 1].case == line.case
        return _Judged(decision, recovers=line.trail[-1] if skipped else None)
    recovers = _recovers(bench, judge, line)
    if decision.verdict != "refuted":
        return _Judged(decision, recovers=recovers)
    # a step that recovers is right by itself: the mistake stands, and is diagnosed, in a line before
    return _Judged(decision, None if recovers is not None else _diagnosis(judge, left, relation, right), recovers)


def _decide(bench: _Bench, judge: Judge, left: Term, relation: str, right: Term) -> Decision:
    """The judge's decision, and if that fails and transposition is to be ignored, the one about the transpose."""
    decision = judge.decide(left, relation, right)
    ignored = "transpose" in bench.modulo and relation in {"=", "~"} and decision.verdict in {"refuted", "undecided"}
    if not ignored or not 1 <= len(left.shape) <= 2 or not same_shape(transposed(left.shape), right.shape):
        return decision
    other = judge.decide(build("transpose", left), relation, right)
    return replace(other, notes=(*other.notes, "equal up to transposition")) if other.verdict in _HOLDS else decision


def _term(line: Line) -> Term:
    if line.read is None:
        raise ValueError(f"step {line.index} was not read")
    return line.read.term


def _left(bench: _Bench, index: int, relation: str) -> Term:
    before = bench.lines[index]
    return _term(before) if relation in _LINKS else last_value(before)


def _recovers(bench: _Bench, judge: Judge, line: Line) -> int | None:
    """The latest earlier good step, before the one it was written under, that the line follows from."""
    for position in range(len(line.trail) - 2, -1, -1):
        index = line.trail[position]
        relations = [bench.lines[i].relation for i in (*line.trail[position + 1 :], line.index)]
        relation = composed([r for r in relations if r is not None])
        if index not in bench.good or relation is None:
            continue
        left, right = _left(bench, index, relation), _term(line)
        if relation == "=" and not bench.modulo and judge.fails(left, right):
            continue
        if _decide(bench, judge, left, relation, right).verdict in _HOLDS:
            return index
    return None


def composed(relations: Sequence[str]) -> str | None:
    """The relation between the ends of a chain, such as ``<`` for ``= <= <``; ``None`` where the chain says nothing."""
    kinds = set(relations)
    for strict, weak, none in (("<", "<=", "="), (">", ">=", "="), ("=>", "=>", "<=>"), ("<==", "<==", "<=>"), ("~", "~", "=")):
        if kinds <= {strict, weak, none}:
            return strict if strict in kinds and strict != weak else weak if kinds & {strict, weak} else none
    return None


def _diagnosis(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    found = diagnose(judge, left, relation, right)
    if found is None:
        return None
    repair, assumption = (None if term is None else show(term) for term in (found.repair, found.assumption))
    return Diagnosis(found.code, found.message, repair, assumption)


def _report(line: Line, settings: Settings, verdict: str | None) -> StepReport:
    """What is known of a line before it is judged."""
    source, place, expected = line.raw.text.source, line.raw.text.place(), line.raw.expectation
    diagnostics = tuple(finding(source, diagnostic) for diagnostic in line.diagnostics)
    formula = typeset(line.read.term, declared(line.scope)) if line.read else None
    return StepReport(
        index=line.index,
        relation=line.relation,
        text=line.text,
        reads_as=show(line.read.term) if line.read else None,
        latex=latex(formula) if formula else None,
        mathml=mathml(formula) if formula else None,
        place=place,
        excerpt=source.line(place.line),
        verdict=verdict,
        expect=expected.kind,
        as_expected=as_expected(expected.kind, verdict, (), settings.strict),
        previous=line.trail[-1] if line.trail else None,
        reason=diagnostics[0].message if diagnostics else None,
        by=line.raw.by,
        remark=expected.remark,
        notes=(*line.raw.notes, *(line.read.notes if line.read else ())),
        diagnostics=diagnostics,
        case=line.case,
    )


def _decided(bench: _Bench, line: Line, judged: _Judged, milliseconds: float) -> StepReport:
    decision = judged.decision
    conditions = tuple(NamedCondition(show(c.term), c.kind, c.gained) for c in decision.conditions)
    if decision.verdict == "invalid":
        message = decision.reason or "a side is defined nowhere"
        line = replace(line, diagnostics=(Diagnostic("undefined-everywhere", message, place=line.raw.text.place()),))
    report = _report(line, bench.settings, decision.verdict)
    return replace(
        report,
        as_expected=as_expected(report.expect, decision.verdict, conditions, bench.settings.strict),
        method=decision.method,
        conditions=conditions,
        reason=decision.reason,
        instances=decision.instances,
        counterexample=_witness(decision.counterexample),
        diagnosis=judged.diagnosis,
        recovers=judged.recovers,
        notes=(*report.notes, *decision.notes),
        milliseconds=milliseconds,
        internal=judged.failure,
    )


def _witness(found: Counterexample | None) -> Witness | None:
    if found is None:
        return None
    return Witness(dict(found.values), dict(found.sizes), found.left, found.right, found.entry, found.note)
