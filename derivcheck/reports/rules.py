"""The rules of a report in SARIF: every code that a remark may have, with a text that explains it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derivcheck.reports.wording import LOST, MEANING
from derivcheck.running.explanations import Explanation, explanations

_WARNINGS = {"no-step", "missing-relation", "not-judged"} | set(LOST)
_TAGS = {"input": "input", "mistake": "mathematics", "verdict": "verdict"}


def rules() -> list[dict[str, Any]]:
    """A ``reportingDescriptor`` for each code."""
    return [_rule(explanation) for explanation in (*explanations(), *_verdicts())]


def _verdicts() -> Iterator[Explanation]:
    """What is told where there is no diagnosis: a verdict, or what it costs."""
    yield from (Explanation(word, said, "verdict") for word, said in MEANING.items())
    yield Explanation("corrects", "the step is right by itself, and silently corrects an error before it", "verdict")
    yield from (Explanation(word, said, "verdict") for word, said in LOST.items())


def _rule(explanation: Explanation) -> dict[str, Any]:
    phrase = explanation.phrase.replace("`", "")
    said = f"{phrase[0].upper()}{phrase[1:]}."
    level = "warning" if explanation.code in _WARNINGS else "error"
    return {
        "id": explanation.code,
        "name": explanation.code.title().replace("-", ""),
        "shortDescription": {"text": said},
        "fullDescription": {"text": said},
        "help": {"text": _help(said, explanation, " ", ""), "markdown": _help(said, explanation, "\n\n", "`")},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": [_TAGS[explanation.kind]], "precision": "very-high", "problem.severity": level},
    }


def _help(said: str, explanation: Explanation, separator: str, mark: str) -> str:
    return separator.join((said, *_examples(explanation, mark)))


def _examples(explanation: Explanation, mark: str) -> Iterator[str]:
    for verdict, pair in (("wrong", explanation.wrong), ("right", explanation.near)):
        if pair:
            before, after = (f"{mark}{text}{mark}" for text in pair)
            yield f"After {before} the step {after} is {verdict}."
