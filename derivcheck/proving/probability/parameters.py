"""What has to hold of the parameters of a law, and of the values of a variable that follows it."""

from __future__ import annotations

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import BOUND, ONE, ZERO, Claim, Context, Symbol, Term, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.facts import randoms
from derivcheck.proving.probability.lowering import Lowering
from derivcheck.proving.probability.unlowered import Unlowered


def lawful(law: Term, lowering: Lowering) -> list[Term]:
    """What makes the parameters of a law those of a law."""
    if any(randoms((a,)) for a in law.args):
        return []
    args = tuple(lowering.of(a) for a in law.args)
    match law.data:
        case "normal" if not law.shape:
            return [Term("gt", (args[1], ZERO))]
        case "bernoulli" | "binomial":
            return [Term("ge", (args[-1], ZERO)), Term("le", (args[-1], ONE))]
        case "geometric":
            return [Term("gt", (args[0], ZERO)), Term("le", (args[0], ONE))]
        case "exponential" | "poisson" | "gamma" | "beta":
            return [Term("gt", (a, ZERO)) for a in args]
        case "uniform":
            return [Term("lt", args)]
        case "categorical":
            return _probabilities(args[0], lowering)
    return []


def refuse_no_law(facts: list[Term], context: Context) -> None:
    """Refuse parameters that are plainly none of a law, from which anything would follow; raises ``Unlowered``."""
    kernel = Kernel(context)
    for fact in facts:
        contrary = {"gt": "<=", "ge": "<", "lt": ">=", "le": ">"}.get(fact.op)
        if contrary and isinstance(kernel.prove(Claim(fact.args[0], contrary, fact.args[1], context)), Proof):
            raise Unlowered("a law is stated whose parameters are none: a variance, a rate or a probability out of its range")


def _probabilities(pi: Term, lowering: Lowering) -> list[Term]:
    if pi.op == "symbol" and "simplex" in pi.symbol.type.attributes:
        return []
    k = Symbol(lowering.fresh(), BOUND)
    at = build("entry", pi, symbol(k))
    return [Term("eq", (build("sum", at, ONE, pi.shape[0], data=k), ONE))]


def possible(law: Term, it: Symbol, lowering: Lowering) -> list[Term]:
    """What makes a value one that a variable of the law has with some probability."""
    if law.data != "categorical":
        return []
    return [Term("gt", (build("entry", lowering.of(law.args[0]), symbol(it)), ZERO))]
