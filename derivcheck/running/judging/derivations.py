"""Every step judged against the one before, and where that fails against the earlier good ones."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Derivation, RawStep
from derivcheck.kernel.outcome import Counterexample
from derivcheck.kernel.terms import Term
from derivcheck.proving.decide import Judge
from derivcheck.running.judging import lets, scopes
from derivcheck.running.judging.bench import HOLDS, Bench, Judgement, said
from derivcheck.running.judging.endings import endings
from derivcheck.running.judging.expectations import as_expected
from derivcheck.running.judging.findings import finding
from derivcheck.running.judging.lines import Line, read_lines
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.processes.watch import Limit, Stage
from derivcheck.running.report import DerivationReport, Diagnosis, StepReport, Witness
from derivcheck.running.settings import Settings
from derivcheck.syntax import Scope, show
from derivcheck.syntax.as_latex import latex
from derivcheck.syntax.as_mathml import mathml
from derivcheck.syntax.lettering import declared
from derivcheck.syntax.typeset import typeset


@dataclass(frozen=True, slots=True)
class _Judged:
    """A decision about a line; failure: the traceback of what failed inside; limit: what ended it before its end."""

    decision: Judgement
    diagnosis: Diagnosis | None = None
    recovers: int | None = None
    failure: str | None = None
    limit: Limit | None = None


def judge_derivation(derivation: Derivation, around: Surroundings) -> tuple[DerivationReport, tuple[Diagnostic, ...]]:
    """The report on a derivation, and what is wrong with its declarations (then no step of it is judged) or with the whole."""
    settings = around.settings
    limit = around.watch.at(Stage.DECLARING)
    if limit:
        return unjudged(derivation, settings, "undecided", f"reading what it declares and says: {limit.said}", limit=limit), ()
    if derivation.fault:
        return unjudged(
            derivation, settings, "invalid", f"the derivation cannot be judged as it was meant: {derivation.fault}"
        ), ()
    scope, wrong = scopes.build(derivation.declarations)
    lines = () if wrong else read_lines(derivation, scope)
    bench = Bench(around, derivation.declarations.modulo or (), lines)
    wrong = wrong or _contradictions(bench, derivation)
    if wrong:
        return unjudged(derivation, settings, "invalid", f"the declarations cannot be used: {wrong[0].message}"), wrong
    report = _derivation(derivation, tuple(_step(bench, line) for line in lines))
    told = (*_lone(lines, derivation.steps), *_readable(lines))
    return _compared(bench, derivation, _with_endings(bench, report)), told


def _with_endings(bench: Bench, report: DerivationReport) -> DerivationReport:
    """The report with what its errors have done to the result; a defect in finding that out leaves the verdicts as they are."""
    limit = bench.around.watch.at(Stage.ENDING) if bench.errors else None
    if limit:
        return _without_endings(report, limit.said, limit=limit.kind)
    if any(step.limit and step.verdict == "refuted" for step in report.steps):
        return report  # what a mistake is, and what it does to the end, is found by the same means
    try:
        return replace(report, endings=endings(bench, report.steps))
    except Exception as error:  # noqa: BLE001 - told at the last step, and no verdict is lost
        return _without_endings(report, _internal(error), internal=traceback.format_exc())


def _compared(bench: Bench, derivation: Derivation, report: DerivationReport) -> DerivationReport:
    """The report with what an answer has to do with its question; where that is not found out, nobody has compared it."""
    if type(derivation) is Derivation:
        return report
    from derivcheck.running.answering.compared import Attempt, compare  # what answers no question is not compared

    if not isinstance(derivation, Attempt):
        raise TypeError(f"{type(derivation).__name__} is no kind of derivation that is judged")
    limit = bench.around.watch.at(Stage.COMPARING)
    if limit:
        return _without_endings(report, limit.said, limit=limit.kind)
    return replace(report, compared=compare(bench, derivation))


def _without_endings(
    report: DerivationReport, why: str, limit: str | None = None, internal: str | None = None
) -> DerivationReport:
    *steps, last = report.steps
    notes = (*last.notes, f"what the errors have done to the result was not found out: {why}")
    last = replace(last, notes=notes, limit=limit or last.limit, internal=internal)
    return replace(report, steps=(*steps, last))


def unjudged(
    derivation: Derivation, settings: Settings, verdict: str, reason: str, failure: str | None = None, limit: Limit | None = None
) -> DerivationReport:
    """A derivation all of whose steps have one verdict for one reason, which is not their own."""
    raws: list[tuple[RawStep, str | None]] = [(raw, None) for raw in derivation.steps]
    raws += [(raw, case.when.text) for case in derivation.cases for raw in case.steps]
    syntax = derivation.declarations.syntax or "plain"
    raws = [(raw, case) for raw, case in raws if lets.begun(raw, syntax) is None] or raws
    lines = [Line(index, raw, Scope(), (), None, (), case) for index, (raw, case) in enumerate(raws)]
    first = tuple(_report(line, settings, None) for line in lines[:1])
    later = (replace(_report(line, settings, verdict), reason=reason, internal=failure, limit=_kind(limit)) for line in lines[1:])
    return _derivation(derivation, (*first, *later))


def _derivation(derivation: Derivation, steps: tuple[StepReport, ...]) -> DerivationReport:
    return DerivationReport(derivation.name, derivation.title, derivation.source, derivation.note, steps)


def _lone(lines: Sequence[Line], raws: Sequence[RawStep]) -> tuple[Diagnostic, ...]:
    """A warning where a first line is all there is: an equation written on one line looks checked, and nothing was."""
    if len(lines) > 1 or (lines and lines[0].read is None):
        return ()
    message = "there is no step to judge: a step is a line of its own that begins with a relation such as ="
    return tuple(Diagnostic("no-step", message, place=raw.text.place(), severity="warning") for raw in raws[:1])


def _readable(lines: Sequence[Line]) -> tuple[Diagnostic, ...]:
    """What is wrong with the mark of a first line that can be read against its author's expectation: no step says it."""
    first = lines[0] if lines else None
    if first is None or first.read is None or first.raw.expectation.kind != "invalid":
        return ()
    message = "the first line is expected to be invalid, and it can be read: remove the mark"
    return (Diagnostic("bad-expectation", message, place=first.raw.text.place()),)


def _contradictions(bench: Bench, derivation: Derivation) -> tuple[Diagnostic, ...]:
    """A diagnostic for each set of facts that nothing can satisfy: anything would follow from it."""
    found = []
    for scope in {id(line.scope): line.scope for line in bench.lines}.values():
        reason = bench.contradiction(scope)
        if reason is not None:
            facts = derivation.declarations.assumptions
            place = facts[0].place() if facts else derivation.place
            found.append(Diagnostic("contradiction", f"the declarations contradict each other: {reason}", place=place))
    return tuple(dict.fromkeys(found))


def _step(bench: Bench, line: Line) -> StepReport:
    started = time.perf_counter()
    if line.diagnostics:
        bench.errors[line.index] = bench.errors.get(line.trail[-1], ()) if line.trail else ()
        return _report(line, bench.around.settings, "invalid")
    if not line.trail:
        bench.good.add(line.index)
        return _start(bench, line)
    judged = _judged(bench, line)
    before = bench.errors.get(line.trail[-1], ())
    holds = judged.decision.verdict in HOLDS
    if judged.recovers is not None or (holds and line.trail[-1] in bench.good):
        bench.good.add(line.index)
    else:
        bench.errors[line.index] = before + ((line.index,) if judged.decision.verdict == "refuted" else ())
    report = _decided(bench, line, judged, (time.perf_counter() - started) * 1000)
    good = line.index in bench.good
    return replace(report, corrects=before if good else (), carries=before if holds and not good else ())


def _start(bench: Bench, line: Line) -> StepReport:
    """The first step that could be read: nothing to judge, unless unreadable ones stand before it."""
    if line.index == 0:
        return _report(line, bench.around.settings, None)
    report = _report(line, bench.around.settings, "undecided")
    return replace(report, reason="no step before it could be read, so there is nothing to hold it against")


def _judged(bench: Bench, line: Line) -> _Judged:
    """The judgement of a line.  What fails inside is reported as a conflict, never hidden, and other steps go on."""
    limit = bench.around.watch.at(Stage.JUDGING, line.index)
    try:
        return _ended(bench, line, limit) if limit else _judge_line(bench, line)
    except (RecursionError, MemoryError) as error:
        bench.told(error)
        return _Judged(_without_verdict("undecided", f"the step is too large to be judged: {type(error).__name__}"))
    except Exception as error:  # noqa: BLE001 - the boundary at which a defect becomes exit status 101
        return _Judged(_without_verdict("conflict", _internal(error)), failure=traceback.format_exc())


def _kind(limit: Limit | None) -> str | None:
    return limit.kind if limit else None


def _ended(bench: Bench, line: Line, limit: Limit) -> _Judged:
    """A line whose judging was ended; within the same limits nobody need try it again.

    Another process may know the verdict meanwhile, but no more of it is found out here.
    """

    def find() -> Judgement:
        bench.around.memory.met.add(limit.kind)
        return Judgement("undecided", reason=limit.said, limit=limit.kind)

    relation = line.relation or "="
    terms = (bench.left(line.trail[-1], relation), bench.term(line))
    decision = bench.answer("decision", bench.judge(line.scope), terms, said(relation, line.raw.by), Judgement, find)
    if decision.limit:
        return _Judged(decision)
    return _right(bench, line, decision) if decision.verdict in HOLDS else _Judged(_noted(decision, limit.said), limit=limit)


def _without_verdict(verdict: str, reason: str) -> Judgement:
    return Judgement(verdict, reason=reason)


def _judge_line(bench: Bench, line: Line) -> _Judged:
    relation = line.relation or "="
    judge, right = bench.judge(line.scope), bench.term(line)
    left = bench.left(line.trail[-1], relation)
    known = bench.around.watch.verdict(line.index)
    decision = msgspec.json.decode(known, type=Judgement) if known else bench.decide(judge, left, relation, right, line.raw.by)
    if decision.verdict in HOLDS:
        return _right(bench, line, decision)
    bench.around.watch.judged(msgspec.json.encode(decision))
    limit = bench.around.watch.at(Stage.DIAGNOSING, line.index)
    if limit:
        return _Judged(_noted(decision, limit.said), limit=limit)
    try:
        return _explained(bench, judge, line, left, decision)
    except (RecursionError, MemoryError) as error:
        bench.told(error)
        return _Judged(decision)
    except Exception as error:  # noqa: BLE001 - the verdict stands by itself: a defect here is told beside it
        return _Judged(_noted(decision, _internal(error)), failure=traceback.format_exc())


def _right(bench: Bench, line: Line, decision: Judgement) -> _Judged:
    """A step that holds: where it passes over a line, it recovers from that."""
    skipped = line.trail[-1] != line.index - 1 and bench.lines[line.index - 1].case == line.case
    return _Judged(decision, recovers=line.trail[-1] if skipped and line.trail[-1] in bench.good else None)


def _noted(decision: Judgement, why: str) -> Judgement:
    return replace(decision, notes=(*decision.notes, f"what went wrong was not found out: {why}"))


def _explained(bench: Bench, judge: Judge, line: Line, left: Term, decision: Judgement) -> _Judged:
    """A decision with the earlier step that the line agrees with, or else with what went wrong."""
    recovers = _recovers(bench, judge, line)
    # a step that recovers is right by itself: the mistake stands, and is diagnosed, in a line before
    if decision.verdict != "refuted" or recovers is not None:
        return _Judged(decision, None, recovers)
    if decision.evident is not None:
        return _Judged(decision, Diagnosis(*decision.evident))
    relation, right = line.relation or "=", bench.term(line)

    def find() -> Diagnosis | None:
        return _diagnosis(judge, left, relation, right, decision.counterexample)

    left = bench.facing(left, relation, right)
    return _Judged(decision, bench.answer("diagnosis", judge, (left, right), relation, Diagnosis | None, find))


def _internal(error: Exception) -> str:
    return f"internal error: {type(error).__name__}: {error}"


def _recovers(bench: Bench, judge: Judge, line: Line) -> int | None:
    """The latest earlier good step, before the wrong one that it was written under, that the line follows from."""
    if line.trail[-1] in bench.good:
        return None  # in a chain of inequalities a false step may still leave a true relation between the ends
    for index in reversed(line.trail[:-1]):
        relation = bench.relation(index, line) if index in bench.good else None
        if relation is not None and bench.holds(judge, bench.left(index, relation), relation, bench.term(line)):
            return index
    return None


def _diagnosis(judge: Judge, left: Term, relation: str, right: Term, witness: Witness | None) -> Diagnosis | None:
    from derivcheck.proving.diagnose import diagnose  # takes time to import, and right steps do without it

    found = diagnose(judge, left, relation, right, None if witness is None else _counterexample(witness))
    if found is None:
        return None
    repair, assumption = (None if term is None else show(term) for term in (found.repair, found.assumption))
    return Diagnosis(found.code, found.message, repair, assumption)


def _counterexample(it: Witness) -> Counterexample:
    return Counterexample(it.sizes, it.values, it.left, it.right, it.entry, it.note)


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


def _decided(bench: Bench, line: Line, judged: _Judged, milliseconds: float) -> StepReport:
    decision = judged.decision
    if decision.verdict == "invalid":
        message = decision.reason or "a side is defined nowhere"
        line = replace(line, diagnostics=(Diagnostic("undefined-everywhere", message, place=line.raw.text.place()),))
    report = _report(line, bench.around.settings, decision.verdict)
    return replace(
        report,
        as_expected=as_expected(report.expect, decision.verdict, decision.conditions, bench.around.settings.strict),
        method=decision.method,
        conditions=decision.conditions,
        reason=decision.reason,
        instances=decision.instances,
        counterexample=decision.counterexample,
        diagnosis=judged.diagnosis,
        recovers=judged.recovers,
        notes=(*report.notes, *decision.notes),
        milliseconds=milliseconds,
        internal=judged.failure,
        limit=_kind(judged.limit) or decision.limit,
    )
