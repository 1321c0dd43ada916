"""Why a claim about random variables could not be brought to one that the kernel knows."""

from __future__ import annotations

from derivcheck.kernel.terms import Symbol


class Unlowered(Exception):
    """The claim stays undecided; the message says why."""


class NeedsOutcomes(Unlowered):
    """A law gives no closed form, so that its variable has to be one of an unknown law."""

    def __init__(self, reason: str, variable: Symbol) -> None:
        super().__init__(reason)
        self.variable = variable
