"""Claims that are known inequalities.

The letters of a row stand for parts of a claim: arrays of one size, or numbers.  A claim is a row where the kernel proves that
right less left is a positive multiple of what it is there, under the row's conditions, which the kernel proves of the parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, free_symbols, is_family, number, substitute
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.kernel.vocabulary import ShapeError, build, same_size
from derivcheck.proving.statements.known_bounds import BOUNDS, Bound
from derivcheck.syntax import Scope, read_condition
from derivcheck.syntax.declarations import declare_all

ATTEMPTS = 40
"""How many choices of parts are tried for a row."""

LETTERS = 5
"""Among how many parts of a claim the letters of a row are chosen."""

CITED_ATTEMPTS, CITED_LETTERS = 200, 8
"""The same for the rows that the step's reason names; multiples are tried of these only."""

FACTORS = 4
"""How many positive parts of a claim are tried as the multiple of a row that it is."""

SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def known_bound(kernel: Kernel, context: Context, left: Term, relation: str, right: Term,
                named: Sequence[str] = ()) -> str | None:
    """The name of the known inequality that a claim about numbers is, if it is one; named: the rows that are tried first."""
    if relation not in {"<=", ">="} or left.shape or uses_complex(context, left, right):
        return None
    below, above = (left, right) if relation == "<=" else (right, left)
    parts = _parts(below, above)
    first = [row for row in _read() if row[0].name in named]
    rest = [row for row in _read() if row[0].name not in named]
    found = _among(first, kernel, context, parts, (below, above), CITED_ATTEMPTS, CITED_LETTERS, _factors(parts))
    return found or _among(rest, kernel, context, parts, (below, above), ATTEMPTS, LETTERS, [number(1)])


def _among(rows: Sequence[tuple[Bound, Scope, Term]], kernel: Kernel, context: Context, parts: Sequence[Term],
           sides: tuple[Term, Term], attempts: int, letters: int, factors: Sequence[Term]) -> str | None:
    """The first of the rows that a claim is."""
    for bound, scope, row in rows:
        if not _operators(row.args) <= _operators(sides) | NEUTRAL:
            continue
        for values in itertools.islice(_choices(scope, parts, letters), attempts):
            if any(_is(kernel, context, row, bound, scope, values, factor, *sides) for factor in factors):
                return bound.name
    return None


def _factors(parts: Sequence[Term]) -> list[Term]:
    """1, and positive parts of a claim: numbers and what is divided by them, and symbols that are declared positive."""
    numbers = {p.number for p in parts if p.op == "number" and p.number > 0 and p.number != 1}
    scalars = [p for p in parts if p.op == "symbol" and not p.shape and not is_family(p)]
    symbols = [p for p in scalars if p.symbol.type.kind in {"positive", "size"}]
    more = [number(q) for n in sorted(numbers) for q in (n, 1 / n)]
    return [number(1), *more[:FACTORS], *symbols[:FACTORS]]


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


def _choices(scope: Scope, parts: Sequence[Term], most: int) -> Iterator[dict[Symbol, Term]]:
    """Parts for the letters of a row, by their types; arrays of one row have one size."""
    symbols = scope.context().symbols
    letters = [s for s in symbols.values() if s.type.kind != "size"]
    sizes = [s for s in symbols.values() if s.type.kind == "size"]
    numbers_first = sorted(parts, key=lambda p: bool(free_symbols(p)))
    lists = [[p for p in (numbers_first if letter.type.kind == "positive" else parts) if _fits(letter, p)][:most]
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


def _is(kernel: Kernel, context: Context, row: Term, bound: Bound, scope: Scope, values: Mapping[Symbol, Term], factor: Term,
        below: Term, above: Term) -> bool:
    """Whether a claim is a multiple of a row for these parts."""
    try:
        low, high = (substitute(side, values) for side in row.args)
        if factor != number(1):
            low, high = build("mul", factor, low), build("mul", factor, high)
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
