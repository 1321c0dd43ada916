"""What is written about random variables: expectations, variances, probabilities, laws, independence."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from derivcheck.kernel.terms import Shape, Term
from derivcheck.kernel.vocabulary import MEANS, describe, same_shape
from derivcheck.syntax.environment import Elaboration
from derivcheck.syntax.parse import Node, Parser
from derivcheck.syntax.tokens import fail

LAWS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "variance"), "bernoulli": ("p",), "binomial": ("n", "p"), "poisson": ("rate",), "geometric": ("p",),
    "exponential": ("rate",), "uniform": ("a", "b"), "gamma": ("shape", "rate"), "beta": ("a", "b"), "categorical": ("pi",),
}
"""The laws of random variables with the names of their parameters."""

_OUTSIDE = frozenset(
    (law, kind) for kinds, laws in (
        (("positive", "nonnegative", "negative", "integer", "natural"), ("normal", "uniform")),
        (("negative", "integer", "natural"), ("exponential", "gamma", "beta")),
        (("negative", "positive", "nonzero", "natural"), ("poisson", "binomial", "bernoulli")), (("negative",), ("geometric",)),
    ) for law in laws for kind in kinds if (law, kind) not in {("uniform", "positive"), ("uniform", "nonnegative")})
"""Laws with the kinds of numbers that do not hold their values."""

OF_LAWS = frozenset({"kl", "entropy", "cross_entropy"})
"""Functions that take laws for arguments too."""


def is_mean(env: Elaboration, name: str) -> bool:
    """Whether a name stands for an expectation, variance, covariance or probability: nothing has it, and something is random."""
    return name in MEANS and name not in env.bound and name not in env.scope.symbols and env.scope.has_random()


def mean(env: Elaboration, node: Node, op: str, items: Sequence[Node]) -> Term:
    """``E[f]``, ``E[f | Y, A]``, ``Var(f)``, ``Cov(f, g | Y)``, ``P(A | B)``."""
    known: list[Node] = []
    if items and items[-1].kind == "given":
        last, *known = items[-1].children
        items = [*items[:-1], last]
    if len(items) != MEANS[op]:
        example = {"E": "E[f] or E[f | Y]", "Var": "Var(f)", "Cov": "Cov(f, g)", "P": "P(A) or P(A | B)"}[op]
        fail("syntax", f"write {example}", node.span)
    read = env.condition if op == "P" else env.value
    return env.make(node, op, *map(read, items), *map(env.term, known))


def is_law(env: Elaboration, node: Node) -> bool:
    """Whether a piece is a law such as ``normal(mu, s2)`` rather than a call of a function."""
    return node.kind == "call" and node.text in LAWS and len(node.children) == len(LAWS[node.text]) and (
        node.text not in {*env.bound, *env.scope.symbols})


def law(env: Elaboration, node: Node) -> Term:
    """The law that a piece names; raises ``InputError``.  Its shape is that of its values."""
    if node.kind != "call" or node.text not in LAWS:
        names = ", ".join(f"{name}({', '.join(parameters)})" for name, parameters in LAWS.items())
        fail("syntax", f"a law is wanted here: {names}", node.span)
    wanted = LAWS[node.text]
    if len(node.children) != len(wanted):
        fail("syntax", f"write {node.text}({', '.join(wanted)})", node.span)
    args = tuple(env.value(child) for child in node.children)
    return Term("law", args, node.text, _values(node, args, env.scope.defined))


def _values(node: Node, args: tuple[Term, ...], known: Collection[str]) -> Shape:
    """The shape of what a law is about; raises ``InputError`` where its parameters are none.  known: names that are defined."""
    first = args[0].shape
    if node.text == "categorical":
        if len(first) != 1:
            fail("shape", f"categorical(pi) takes a vector of probabilities, not {describe(first)}", node.span)
        return ()
    if node.text == "normal" and len(first) == 1 and same_shape(args[1].shape, (*first, *first)):
        spread = args[1]
        own = spread.op == "symbol" and spread.symbol.name not in known
        if own and "positive_definite" not in spread.symbol.type.attributes:
            declare = f"declare {spread.symbol.name}: matrix(n, n) positive_definite"
            fail("type", f"a covariance is positive definite: {declare}", node.span)
        return first
    if any(a.shape for a in args):
        fail("shape", f"the parameters of {node.text} are scalars; normal(mu, Sigma) also takes a vector and a matrix", node.span)
    return ()


def said_of_random(text: str, env: Elaboration) -> Term | None:
    """The fact ``X ~ normal(mu, s2)`` or ``independent(X, [Y, Z])``; ``None`` for any other text."""
    if "~" not in text and "independent" not in text:
        return None
    parser = Parser(text)
    node = parser.expression()
    mark = parser.accept("~")
    if mark is not None:
        named = parser.expression()
        parser.finish()
        return _follows(env, node, law(env, named))
    if node.kind != "call" or node.text != "independent" or "independent" in env.scope.symbols:
        return None
    parser.finish()
    return _independent(env, node)


def _follows(env: Elaboration, node: Node, given: Term) -> Term:
    variable = _random(env, node)
    if given.data == "categorical" and (variable.symbol.type.kind != "index" or variable.shape):
        fail("type", f"a categorical variable is an index: declare {variable.symbol.name}: index(K) random", node.span)
    if not same_shape(variable.shape, given.shape):
        kinds = f"{variable.symbol.name} is {describe(variable.shape)}, and the law is one of {describe(given.shape)}"
        fail("shape", kinds, node.span)
    if (given.data, variable.symbol.type.kind) in _OUTSIDE:
        fail("type", f"values of {given.data} variables need not be {variable.symbol.type.kind}: declare another type", node.span)
    return Term("follows", (variable, given))


def _random(env: Elaboration, node: Node) -> Term:
    """The random variable that a piece names."""
    found = env.value(node)
    if found.op != "symbol" or "random" not in found.symbol.type.attributes:
        fail("type", "a random variable is wanted here, declared as X: real random", node.span)
    return found


def _independent(env: Elaboration, node: Node) -> Term:
    items, known = list(node.children), list[Node]()
    if items and items[-1].kind == "given":
        last, *known = items.pop().children
        items.append(last)
    if len(items) < 2:
        fail("syntax", "write independent(X, Y), or independent([X, Y], Z) for pairs", node.span)
    groups = []
    for item in items:
        if item.kind == "bracket":
            members = tuple(_random(env, child) for child in item.children)
            groups.append(Term("group", members))
        else:
            groups.append(_random(env, item))
    if known:
        groups.append(Term("given", tuple(_random(env, child) for child in known)))
    named = [m for group in groups for m in (group.args or (group,))]
    twice = next((m for m in named if named.count(m) > 1), None)
    if twice is not None:
        fail("type", f"{twice.symbol.name} stands here twice: nothing is independent of itself", node.span)
    return Term("independent", tuple(groups))
