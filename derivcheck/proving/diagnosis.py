"""What a diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.terms import Term


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by its code, one sentence, the term that would be right, and the assumption under which the step is, if found."""

    code: str
    message: str
    repair: Term | None = None
    assumption: Term | None = None


OTHERS: dict[str, tuple[str, tuple[str, str] | None]] = {
    "wrong-relation": ("another relation holds, as after multiplying by a negative number", ("-x < 3", "<=> x < -3")),
    "lost-solution": ("a solution is lost: by dividing by what can be 0, or by a root of one sign", ("x**2 = x", "<=> x = 1")),
    "gained-solution": (
        "a solution is gained: by multiplying by what can be 0, or by squaring", ("sqrt(x) = x - 2", "<=> x = (x - 2)**2"),
    ),
    "missing-assumption": ("something is used that is not assumed; `holds_if` says what", ("sqrt(x**2)", "x")),
    "expectation-of-function": ("the expectation of a function is taken for the function of the expectation", None),
    "expectation-of-product": ("the expectation of a product is taken for the product of the expectations", None),
    "variance-of-multiple": ("a constant factor comes out of a variance without being squared", None),
    "variance-of-sum": ("the variance of a sum without its covariances, or with a constant", None),
    "joint-probability": ("the probability of two events is taken for the product of theirs", None),
    "overlapping-events": ("the probabilities of events that overlap are added", None),
    "transposed-conditional": ("the probability of A given B is taken for that of B given A", None),
    "condition-dropped": ("what is conditional is taken for what is not, or the other way round", None),
    "cross-entropy": ("cross-entropy, entropy and divergence are taken for each other", None),
    "forgotten-dependence": ("what a name stands for is held fixed under a derivative, but varies with its variable", None),
    "shape-mismatch": ("the two sides differ in shape, and no small edit makes the step right", None),
    "no-value": ("an integral, a limit or a series on one side has no finite value", None),
    "differs": ("no small edit makes the step right; the sentence says by what, or where, the sides differ", None),
}
"""What is told of a step besides the mistakes of the table: the code, what it says, a step and the wrong one after it."""
