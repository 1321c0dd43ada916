"""A run shared out between machines: every so many-th file for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

_FORM = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """The share ``number`` of ``count``, from 1."""

    count: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The share that ``3/20`` means; raises ``ValueError``."""
        found = _FORM.fullmatch(text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise ValueError(f"{text} is not a share such as 3/20")
        return cls(int(found[2]), int(found[1]))

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items of this share; every item is in one share."""
        return items[self.number - 1 :: self.count]

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
