"""Why a claim about random variables could not be brought to one that the kernel knows."""


class Unlowered(Exception):
    """The claim stays undecided; the message says why."""
