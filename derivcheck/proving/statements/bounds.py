"""Known inequalities as rows of one table, and claims that are one of them.

The letters of a row stand for parts of a claim: arrays of one size, or numbers.  A claim is a row where the kernel proves that
right less left is the same in both, under the row's conditions, which the kernel proves of the parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, free_symbols, is_family, substitute
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.kernel.vocabulary import ShapeError, build, same_size
from derivcheck.syntax import Scope, read_condition
from derivcheck.syntax.declarations import declare_all

ATTEMPTS = 150
"""How many choices of parts are tried for a claim."""

LETTERS = 5
"""Among how many parts of a claim the letters of a row are chosen."""

SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


@dataclass(frozen=True, slots=True)
class Bound:
    """A known inequality.

    letters: the types of its letters; says: the inequality, with ``<=``; needs: what must hold of the parts; example: a
    claim that it proves; near_miss: one that looks like it and is false, in the symbols of ``EXAMPLES``.
    """

    name: str
    letters: Mapping[str, str]
    says: str
    needs: tuple[str, ...] = ()
    example: str = ""
    near_miss: str = ""


EXAMPLES = {"d, n": "size", "k": "index(d)", "x, y, z": "vector(d)", "w": "simplex(d)", "r": "positive[d]", "a, b": "real",
            "p, q": "positive", "A": "matrix(d, d)"}
"""The symbols of the examples."""

PAIR = {"n": "size", "u, v": "vector(n)"}
ONE = {"n": "size", "u": "vector(n)"}
WEIGHED = {"n": "size", "u": "vector(n)", "w": "simplex(n)"}
POSITIVE = {"n": "size", "u": "positive[n]", "w": "simplex(n)"}

BOUNDS: tuple[Bound, ...] = (
    Bound("Cauchy-Schwarz", PAIR, "dot(u, v)**2 <= dot(u, u)*dot(v, v)", (),
          "(x.T @ y)**2 <= sum(x[i]**2, i in 1..d)*sum(y[i]**2, i in 1..d)", "x.T @ x*(y.T @ y) <= (x.T @ y)**2"),
    Bound("Cauchy-Schwarz", PAIR, "abs(dot(u, v)) <= norm(u)*norm(v)", (),
          "abs(dot(x, y + z)) <= norm(x)*norm(y + z)", "abs(dot(x, y)) <= norm(x) + norm(y)"),
    Bound("Cauchy-Schwarz", PAIR, "dot(u, v) <= norm(u)*norm(v)", (),
          "dot(x, y) <= norm(x)*norm(y)", "dot(x, y) <= norm(x)*norm(z)"),
    Bound("Cauchy-Schwarz", ONE, "sum(u[i], i in 1..n)**2 <= n*sum(u[i]**2, i in 1..n)", (),
          "sum(x[i], i in 1..d)**2 <= d*sum(x[i]**2, i in 1..d)", "sum(x[i], i in 1..d)**2 <= sum(x[i]**2, i in 1..d)"),
    Bound("triangle inequality", PAIR, "norm(u + v) <= norm(u) + norm(v)", (),
          "norm(x + y) <= norm(x) + norm(y)", "norm(x) + norm(y) <= norm(x + y)"),
    Bound("triangle inequality", PAIR, "norm(u - v) <= norm(u) + norm(v)", (),
          "norm(x - y) <= norm(x) + norm(y)", "norm(x - y) <= norm(x) - norm(y)"),
    Bound("triangle inequality", PAIR, "norm(u) - norm(v) <= norm(u - v)", (),
          "norm(x) - norm(y) <= norm(x - y)", "norm(x) + norm(y) <= norm(x - y)"),
    Bound("triangle inequality", ONE, "abs(sum(u[i], i in 1..n)) <= sum(abs(u[i]), i in 1..n)", (),
          "abs(sum(x[i], i in 1..d)) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= abs(sum(x[i], i in 1..d))"),
    Bound("triangle inequality", ONE, "sum(u[i], i in 1..n) <= sum(abs(u[i]), i in 1..n)", (),
          "sum(x[i], i in 1..d) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= sum(x[i], i in 1..d)"),
    Bound("order of norms", ONE, "norm(u) <= sum(abs(u[i]), i in 1..n)", (),
          "norm(x) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= norm(x)"),
    Bound("order of norms", ONE, "sum(abs(u[i]), i in 1..n) <= sqrt(n)*norm(u)", (),
          "sum(abs(x[i]), i in 1..d) <= sqrt(d)*norm(x)", "sum(abs(x[i]), i in 1..d) <= norm(x)"),
    Bound("Jensen", WEIGHED, "sum(w[i]*u[i], i in 1..n)**2 <= sum(w[i]*u[i]**2, i in 1..n)", (),
          "sum(w[i]*x[i], i in 1..d)**2 <= sum(w[i]*x[i]**2, i in 1..d)",
          "sum(w[i]*x[i]**2, i in 1..d) <= sum(w[i]*x[i], i in 1..d)**2"),
    Bound("Jensen", WEIGHED, "exp(sum(w[i]*u[i], i in 1..n)) <= sum(w[i]*exp(u[i]), i in 1..n)", (),
          "exp(sum(w[i]*x[i], i in 1..d)) <= sum(w[i]*exp(x[i]), i in 1..d)",
          "exp(sum(x[i], i in 1..d)) <= sum(exp(x[i]), i in 1..d)"),
    Bound("Jensen", WEIGHED, "abs(sum(w[i]*u[i], i in 1..n)) <= sum(w[i]*abs(u[i]), i in 1..n)", (),
          "abs(sum(w[i]*x[i], i in 1..d)) <= sum(w[i]*abs(x[i]), i in 1..d)",
          "sum(w[i]*abs(x[i]), i in 1..d) <= abs(sum(w[i]*x[i], i in 1..d))"),
    Bound("Jensen: the logarithm is concave", POSITIVE, "sum(w[i]*log(u[i]), i in 1..n) <= log(sum(w[i]*u[i], i in 1..n))", (),
          "sum(w[i]*log(r[i]), i in 1..d) <= log(sum(w[i]*r[i], i in 1..d))",
          "log(sum(w[i]*r[i], i in 1..d)) <= sum(w[i]*log(r[i]), i in 1..d)"),
    Bound("means", {"n": "size", "u": "positive[n]"}, "sum(log(u[i]), i in 1..n)/n <= log(sum(u[i], i in 1..n)/n)", (),
          "sum(log(r[i]), i in 1..d)/d <= log(sum(r[i], i in 1..d)/d)",
          "log(sum(r[i], i in 1..d)/d) <= sum(log(r[i]), i in 1..d)/d"),
    Bound("Young", {"s, t": "real", "f": "positive"}, "s*t <= s**f/f + t**(f/(f - 1))*(f - 1)/f", ("s >= 0", "t >= 0", "f > 1"),
          "p*q <= p**3/3 + 2*q**(3/2)/3", "p*q <= p**3/3 + q**(3/2)/3"),
    Bound("Bernoulli", {"t": "real", "f": "positive"}, "1 + f*t <= (1 + t)**f", ("t > -1", "f >= 1"),
          "1 + 3*p/2 <= (1 + p)**(3/2)", "1 + p/2 <= (1 + p)**(1/2)"),
)
"""The inequalities, each with what it proves and with a near miss that it must not."""


def known_bound(kernel: Kernel, context: Context, left: Term, relation: str, right: Term) -> str | None:
    """The name of the known inequality that a claim about numbers is, if it is one."""
    if relation not in {"<=", ">="} or left.shape or uses_complex(context, left, right):
        return None
    below, above = (left, right) if relation == "<=" else (right, left)
    parts = _parts(below, above)
    attempts = 0
    for bound, scope, row in _read():
        if not _operators(row.args) <= _operators((below, above)) | NEUTRAL:
            continue
        for values in _choices(scope, parts):
            attempts += 1
            if attempts > ATTEMPTS:
                return None
            if _is(kernel, context, row, bound, scope, values, below, above):
                return bound.name
    return None


NEUTRAL = frozenset({"number", "symbol", "add", "neg", "mul", "div", "pow", "entry", "sum", "dot", "matmul", "transpose"})
"""Operators that a claim may have written otherwise."""


def _operators(terms: Sequence[Term]) -> frozenset[str]:
    return frozenset(t.op for side in terms for t in side.walk())


@cache
def _read() -> tuple[tuple[Bound, Scope, Term], ...]:
    found = []
    for bound in BOUNDS:
        scope, _ = declare_all(Scope(), list(bound.letters.items()))
        found.append((bound, scope, read_condition(bound.says, scope)))
    return tuple(found)


def _parts(*sides: Term) -> list[Term]:
    """The parts of a claim that letters may stand for, those first that occur more often."""
    counted: dict[Term, int] = {}
    for side in sides:
        for t in side.walk():
            if not is_family(t) and len(t.shape) <= 1:
                counted[t] = counted.get(t, 0) + 1
    return sorted(counted, key=lambda t: (-counted[t], sum(1 for _ in t.walk())))


def _choices(scope: Scope, parts: Sequence[Term]) -> Iterator[dict[Symbol, Term]]:
    """Parts for the letters of a row, by their types; arrays of one row have one size."""
    symbols = scope.context().symbols
    letters = [s for s in symbols.values() if s.type.kind != "size"]
    sizes = [s for s in symbols.values() if s.type.kind == "size"]
    numbers_first = sorted(parts, key=lambda p: bool(free_symbols(p)))
    lists = [[p for p in (numbers_first if letter.type.kind == "positive" else parts) if _fits(letter, p)][:LETTERS]
             for letter in letters]
    for chosen in itertools.product(*lists):
        shapes = [p.shape[0] for p in chosen if p.shape]
        if all(same_size(shape, shapes[0]) for shape in shapes[1:]):
            values = dict(zip(letters, chosen, strict=True))
            yield {**values, **{s: shapes[0] for s in sizes}} if shapes else values


def _fits(letter: Symbol, part: Term) -> bool:
    """Whether a part may stand for a letter, by its shape and, where a type says more, by its declaration."""
    wanted = letter.type
    if len(part.shape) != len(wanted.shape) + len(wanted.family) or part.op in {"true", "false"}:
        return False
    if wanted.kind == "real" and not wanted.attributes:
        return part.op != "number"
    if not part.shape:
        return wanted.kind == "positive" and (part.op != "number" or part.number > 1)
    if part.op != "symbol":
        return False
    declared = part.symbol.type
    return wanted.attributes <= declared.attributes and (wanted.kind == "real" or declared.kind == wanted.kind)


def _is(kernel: Kernel, context: Context, row: Term, bound: Bound, scope: Scope, values: Mapping[Symbol, Term], below: Term,
        above: Term) -> bool:
    """Whether a claim is a row for these parts."""
    try:
        low, high = (substitute(side, values) for side in row.args)
        one, other = build("add", below, high), build("add", above, low)
    except ShapeError:
        return False
    proved = kernel.prove(Claim(one, "=", other, context))
    if not isinstance(proved, Proof) or proved.conditions:
        return False
    needs = (read_condition(need, scope) for need in (*bound.needs, *_signs(scope)))
    return all(_holds(kernel, context, substitute(need, values)) for need in needs)


def _signs(scope: Scope) -> list[str]:
    """What the types of letters that are numbers say of them."""
    return [f"{s.name} > 0" for s in scope.context().symbols.values() if s.type.kind == "positive" and not s.type.family]


def _holds(kernel: Kernel, context: Context, relation: Term) -> bool:
    written = {"eq": "=", **{op: sign for sign, op in SIGNS.items()}}[relation.op]
    outcome = kernel.prove(Claim(relation.args[0], written, relation.args[1], context))
    return isinstance(outcome, Proof) and not outcome.conditions
