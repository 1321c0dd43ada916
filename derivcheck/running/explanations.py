"""What each code in a report says, from the tables that the codes stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.diagnostic import CODES
from derivcheck.proving.diagnosis import OTHERS
from derivcheck.proving.mistakes.table import TABLE


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code says.

    kind: ``input`` for what cannot be read, ``mistake`` for what went wrong in a step; wrong: a step and a wrong one after it;
    near: two that look like them and are right.
    """

    code: str
    phrase: str
    kind: str
    wrong: tuple[str, str] | None = None
    near: tuple[str, str] | None = None


def explanations() -> Iterator[Explanation]:
    """Every code that a diagnostic or a diagnosis may have, in the order of the tables."""
    yield from (Explanation(code, phrase, "input") for code, phrase in CODES.items())
    yield from (Explanation(row.code, row.phrase, "mistake", row.wrong, row.near) for row in TABLE)
    yield from (Explanation(code, phrase, "mistake", wrong) for code, (phrase, wrong) in OTHERS.items())
