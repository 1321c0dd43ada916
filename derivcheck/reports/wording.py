"""What is said of a step, in the same words in every format."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from derivcheck.running.report import DerivationReport, Ending, NamedCondition, StepReport, Witness, numbered
from derivcheck.running.results import Report

_LONGEST = 600
_MOST_ACCENTS = 4
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | {
    chr(code) for first, last in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for code in range(first, last + 1)
}
"""Letters and marks that leave nothing on the page, though Python holds them for printable."""
_WHERE = {"point": "it fails at isolated points only", "domain": "loses part of the domain", "size": "loses some sizes"}

MEANING = {
    "proved": "holds for all values and all sizes that the declarations allow, by exact reasoning",
    "checked": "not proved; it held on every random instance",
    "refuted": "false: there is a counterexample in the declared domain, or the shapes differ",
    "undecided": "neither proved nor refuted within the budget",
    "invalid": "it cannot be read, or does not type-check in itself",
    "conflict": "an internal error: exact and numeric evidence disagree, or a part of the program failed",
}
"""What each verdict says."""

LOST = {
    "lost-domain": "the step holds, but loses part of the domain",
    "lost-size": "the step holds, but loses some sizes",
}
"""What a step that holds is told of all the same, by its code."""


def headline(step: StepReport) -> str:
    """One phrase for what is remarkable about a step: the diagnosis, the reason, or the expectation it misses."""
    said = remarkable(step)
    if not step.as_expected and step.expect != "right":
        missed = f"expected to be {step.expect}, but {step.verdict}"
        said = f"{missed}: {said}" if said else missed
    return said


def remarkable(step: StepReport) -> str:
    """The same whatever the author expects."""
    if step.verdict == "refuted":
        return step.diagnosis.message if step.diagnosis else recovery(step) or step.reason or "the two sides differ"
    if step.verdict in {"proved", "checked"}:
        return _held(step)
    return step.reason or f"{step.verdict}"


def _held(step: StepReport) -> str:
    lost = [condition_text(c) for c in step.conditions if not c.gained]
    if lost:
        return "it needs " + ", ".join(lost)
    return f"it held on {step.instances} random instances, but is not proved" if step.verdict == "checked" else ""


def condition_text(condition: NamedCondition) -> str:
    """A condition with what it means for the step."""
    if condition.gained:
        return f"{condition.text} (gains what the left side lacks)"
    return f"{condition.text} ({_WHERE.get(condition.kind, condition.kind)})"


def narrowed(step: StepReport) -> str | None:
    """What kind of condition a step that should simply hold has lost, other than isolated points: domain or size."""
    if step.expect != "right" or step.verdict not in {"proved", "checked"}:
        return None
    return next((c.kind for c in step.conditions if not c.gained and c.kind != "point"), None)


def severity(step: StepReport) -> str | None:
    """``error`` for a step that is not as expected, ``warning`` for one that loses part of the domain or some sizes."""
    if not step.as_expected:
        return "error"
    return "warning" if narrowed(step) else None


def code(step: StepReport) -> str:
    """The stable word for what is remarkable about a step: a diagnostic's or a diagnosis's code, what is lost, or the verdict."""
    lost = narrowed(step)
    if lost:
        return f"lost-{lost}"
    if step.verdict == "refuted" and step.corrects and not step.diagnosis:
        return "corrects"
    if step.verdict == "invalid":
        return step.diagnostics[0].code if step.diagnostics else "invalid"
    if step.verdict == "refuted" and step.diagnosis:
        return step.diagnosis.code
    return step.verdict or "first"


def instance(witness: Witness) -> str:
    """The values of a counterexample: ``V = 2, o = 1, x = 1/2``; empty where the sides are constants."""
    values = [f"{name} = {value}" for name, value in (*witness.sizes.items(), *witness.values.items())]
    return ", ".join(values)


def sides(witness: Witness, left: str = "left", right: str = "right") -> str:
    """The two sides of a counterexample by their names, and in which entry they differ; what is rounded says so."""
    entry = f" in entry [{', '.join(map(str, witness.entry))}]" if witness.entry else ""
    return f"{left} {_is(witness.left)}, {right} {_is(witness.right)}{entry}"


def _is(value: str) -> str:
    return f"≈ {value}" if "." in value else f"is {value}"


def recovery(step: StepReport) -> str | None:
    """The sentence on the earlier step that a step agrees with, and on the wrong ones between that it corrects."""
    if step.recovers is None:
        return None
    earlier = "the first line" if step.recovers == 0 else f"step {step.recovers}"
    if not step.corrects:
        return f"it agrees with {earlier}, so the error before it goes no further"
    goes = "error goes" if len(step.corrects) == 1 else "errors go"
    return f"step {step.index} silently corrects {numbered(step.corrects)}: it agrees with {earlier}, and the {goes} no further"


def carried(step: StepReport) -> str | None:
    """What a step that follows from a wrong one still has of it."""
    return f"the error{'s' if len(step.carries) > 1 else ''} of {numbered(step.carries)}" if step.carries else None


def evidence(step: StepReport) -> Iterator[tuple[str, str]]:
    """What goes with a headline, each sentence with the words that lead to it: the repair, the counterexample, the author's."""
    found, diagnosis = step.counterexample, step.diagnosis
    if diagnosis and diagnosis.repair:
        yield "right would be: ", diagnosis.repair
    if diagnosis and diagnosis.holds_if and diagnosis.holds_if not in headline(step):
        yield "holds if: ", diagnosis.holds_if
    if found:
        where = shortened(instance(found))
        yield ("at ", f"{where}: {shortened(sides(found))}") if where else ("", shortened(sides(found)))
        if found.note:
            yield "", found.note
    if step.remark and step.remark not in step.excerpt:
        yield "the author says: ", step.remark


def asides(step: StepReport) -> Iterator[tuple[str, str]]:
    """What is said of a step whether or not it is right: what it corrects, what it needs, the notes."""
    said = recovery(step) if step.verdict != "refuted" or step.diagnosis else None  # then it is the headline
    if said:
        yield "", said
    yield from (("needs ", condition_text(condition)) for condition in step.conditions)
    yield from (("note: ", note) for note in step.notes)


def facts(derivation: DerivationReport, step: StepReport) -> Iterator[tuple[str, str]]:
    """Everything that is known of a step, each with its label; an empty label continues the one before."""
    yield from ((label, text) for label, text in _facts(derivation, step) if text)


def _facts(derivation: DerivationReport, step: StepReport) -> Iterator[tuple[str, str | None]]:
    yield "meaning", MEANING.get(step.verdict or "")
    yield "when", step.case
    if step.previous is not None:
        before = derivation.steps[step.previous]
        yield "from", f"step {step.previous}: {before.reads_as or before.text}"
    yield "relation", step.relation
    yield "reads as", step.reads_as
    yield "in LaTeX", step.latex
    yield "because", step.by
    yield "method", step.method
    yield "reason", step.reason
    yield from (("needs", condition_text(condition)) for condition in step.conditions)
    yield "instances", f"{step.instances} random instances" if step.instances else None
    if step.counterexample:
        yield "at", instance(step.counterexample)
        yield "there", sides(step.counterexample)
        yield "", step.counterexample.note
    if step.diagnosis:
        yield "diagnosis", f"{step.diagnosis.code}: {step.diagnosis.message}"
        yield "right", step.diagnosis.repair
        yield "holds if", step.diagnosis.holds_if
    yield "recovers", recovery(step)
    yield "carries", f"{carried(step)}: it follows from the step before, not from the start" if step.carries else None
    yield from (("note", note) for note in step.notes)
    if step.expect != "right" or not step.as_expected:
        met = "as expected" if step.as_expected else f"not as expected: {headline(step)}"
        yield "expected", f"{step.expect}{f' ({step.remark})' if step.remark else ''}; {met}"
    yield "time", f"{step.milliseconds:.1f} ms" if step.milliseconds else None


def result(ending: Ending) -> tuple[str, str]:
    """The end of a derivation that is reached after an error, and what it is."""
    sound = {True: "right", False: "wrong", None: "not known to be right"}[ending.sound]
    return f"the result{f' when {ending.case}' if ending.case else ''}, step {ending.step}: ", sound


def is_told(ending: Ending, derivation: DerivationReport) -> bool:
    """Whether a step has said already what an ending says: the last one by itself, or the one that corrects the error."""
    if ending.sound:
        return set(ending.errors) <= {error for step in derivation.steps for error in step.corrects}
    return ending.against == derivation.steps[ending.step].previous


def summary(report: Report) -> str:
    """One line for the run."""
    tally = report.tally
    parts = [f"{count} {verdict}" for verdict, count in tally.verdicts.items()]
    said = f"{_number(tally.steps, 'step')} in {_number(tally.derivations, 'derivation')}"
    said += f": {', '.join(parts)}" if parts else ""
    said += f"; {tally.unexpected} not as expected" if tally.unexpected else "; all as expected" if parts else ""
    said += f"; {_number(tally.errors, 'error')} in the input" if tally.errors else ""
    return f"{said} ({report.seconds:.2f} s)"


def outcome(report: Report) -> str:
    """The run in a headline."""
    tally = report.tally
    parts = [f"{_number(tally.unexpected, 'step')} not as expected"] if tally.unexpected else []
    parts += [f"{_number(tally.errors, 'error')} in the input"] if tally.errors else []
    said = ", ".join(parts) or ("all as expected" if tally.steps else "nothing to check")
    mark = "✗" if parts else "✓" if tally.steps else "?"
    return f"{mark} derivcheck: {said}{', interrupted before the end' if report.interrupted else ''}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def line_of(excerpt: str) -> str:
    """The author's line by itself, tabs as spaces."""
    return excerpt.replace("\t", " ").strip()


def shortened(text: str) -> str:
    """A text of reasonable length, the rest left to ``derivcheck explain``."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def printable(text: str) -> str:
    """Text in which whatever does more than stand in its place is shown as an escape, so that it can only be read.

    That is: control characters and line ends, marks of direction and other characters without width, letters that cannot be
    seen, halves of surrogate pairs, and accents beyond those that a letter can bear.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    accents = 0
    for c in text:
        accents = accents + 1 if unicodedata.combining(c) else 0
        shown.append(c if c.isprintable() and c not in _UNSEEN and accents <= _MOST_ACCENTS else _escaped(c))
    return "".join(shown)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
