"""The value of a term at an instance, by plain recursion over the term at many digits."""

from __future__ import annotations

from independent.operators import OPERATORS
from independent.world import World


class Evaluator(World):
    """A world that knows all operators of the vocabulary that can be evaluated."""

    operators = OPERATORS
