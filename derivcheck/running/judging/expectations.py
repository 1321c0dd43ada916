"""Whether a verdict is what the author expects."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.running.report import NamedCondition

_HOLDS = frozenset({"proved", "checked"})


def as_expected(expect: str, verdict: str | None, conditions: Sequence[NamedCondition], strict: bool) -> bool:
    """Whether a verdict with its conditions meets an expectation; a step that is not judged expects nothing.

    strict: a right step must be proved, and must not lose part of the domain or some of the sizes.
    """
    if verdict is None:
        return True
    lost = [condition for condition in conditions if not condition.gained]
    match expect:
        case "wrong":
            return verdict == "refuted"
        case "invalid":
            return verdict == "invalid"
        case "open":
            return verdict in {"undecided", "checked"}
        case "conditional":
            return verdict == "refuted" or (verdict in _HOLDS and bool(lost))
        case _:
            narrowed = any(condition.kind != "point" for condition in lost)
            return verdict == "proved" and not narrowed if strict else verdict in _HOLDS
