"""Instances at which false claims often show: special values, values near numbers that the claim mentions, roots."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from flint import arb, fmpq

from derivcheck.kernel.terms import RELATIONS, Claim, Context, Term, Type, free_symbols, number
from derivcheck.kernel.values.arithmetic import Gaussian
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.refuting.reach import LARGEST_FAMILIAR
from derivcheck.proving.sampling.instances import Sampler
from derivcheck.proving.sampling.membership import Place, in_domain, of_kind, places, with_entry
from derivcheck.proving.sampling.turning import first_value, interpolated, turning, values_about, with_size

SPECIAL: tuple[Value, ...] = (
    *map(fmpq, (0, 1, -1, 2, -2)), fmpq(1, 2), fmpq(-1, 2), fmpq(3), fmpq(-3), *map(fmpq, (4, -4, 5, -5, 7, -7)), fmpq(3, 2),
    fmpq(-3, 2), fmpq(1, 3), fmpq(-1, 3), *map(fmpq, (10, -10, 99, 101, -101, 1000, -1000, 10**6, 10**6 - 1, 10**6 + 1)),
    fmpq(-10**6), fmpq(1, 1000), fmpq(-1, 1000), fmpq(1, 10**6), fmpq(22, 7), fmpq(10**9 + 7, 10**9), fmpq(10**12 + 39),
    fmpq(123456789, 1000003),
)

WHOLE = frozenset({"integer", "natural", "sign", "index"})

COMPLEX: tuple[Value, ...] = tuple(Gaussian(fmpq(a), fmpq(b)) for a, b in (
    (0, 1), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1), (-3, 4), (3, -4), (0, 2), (-2, 1), (5, 12), (-5, 7)))


def special_instances(claim: Claim, context: Context, sampler: Sampler, configurations: Sequence[Mapping[str, int]],
                      turns_only: bool = False) -> Iterator[Instance]:
    """Instances with special values in one place after the other, and with roots of the statements' equations.

    turns_only: only those about where the claim turns.
    """
    values = [*SPECIAL, *mentioned(claim)]
    turns = turning(claim)
    for sizes in configurations:
        base = sampler.draw(sizes, "fraction")
        if base is None:
            continue
        yield from _about_turns(turns, context, base, sampler)
        if turns_only:
            continue
        yield from _with_roots(claim, context, base, sampler)
        free = [p for p in places(base, list(context.symbols)) if _is_free(context.symbols[p[0]].type)]
        for place in free[:6]:
            type_ = context.symbols[place[0]].type
            for value in [*values, *COMPLEX] if type_.kind == "complex" else values:
                candidate = with_entry(base, place, value)
                if of_kind(type_, value) and (found := _kept(candidate, context, sampler)) is not None:
                    yield found
        if len(free) > 1:
            yield from _together(context, base, free, sampler)


def _about_turns(turns: Sequence[Term], context: Context, base: Instance, sampler: Sampler) -> Iterator[Instance]:
    """Instances on both sides of where a claim turns, with one place changed."""
    for place in places(base, list(context.symbols))[:8] if turns else ():
        type_ = context.symbols[place[0]].type
        if type_.attributes or type_.kind == "complex":
            continue

        def at(t: Term, x: fmpq, place: Place = place) -> fmpq | arb | None:
            return first_value(t, with_entry(base, place, x), context)

        for x in values_about(turns, at, type_.kind in WHOLE):
            candidate = with_entry(base, place, x)
            fits = of_kind(type_, x) and (type_.upper is None or sampler.in_range(x, type_, base))
            if fits and (found := _kept(candidate, context, sampler)) is not None:
                yield found


def sizes_about_turns(claim: Claim, sampler: Sampler) -> list[dict[str, int]]:
    """Sizes on both sides of where a claim turns, and next to the integers that it mentions; as large as can be drawn."""
    turns = [t for t in turning(claim) if all(s.type.kind == "size" for s in free_symbols(t))]
    context, names = claim.context, sampler.sizes
    found = [dict.fromkeys(names, int(x.p)) for x in mentioned(claim) if x.q == 1 and x > LARGEST_FAMILIAR]
    for others in (1, 2, 3):
        base = Instance(dict.fromkeys(names, others))
        for name in names:
            def at(t: Term, x: fmpq, name: str = name, base: Instance = base) -> fmpq | arb | None:
                return first_value(t, with_size(base, name, x), context)

            found += [dict(with_size(base, name, x).sizes) for x in values_about(turns, at, whole=True)]
    return [c for k, c in enumerate(found) if min(c.values()) > 0 and c not in found[:k] and sampler.affordable(c)]


def _is_free(type_: Type) -> bool:
    return not type_.attributes and type_.kind not in {"index", "size", "function"}


def _together(context: Context, base: Instance, free: Sequence[Place], sampler: Sampler) -> Iterator[Instance]:
    """All free places at special values: every choice of simple ones for two or three places, else equal or drawn ones."""
    simple = SPECIAL[:8]
    if len(free) <= 3 and not context.assumptions:
        choices: Iterable[tuple[Value, ...]] = itertools.product(simple, repeat=len(free))
    else:
        drawn = [tuple(sampler.random.choices(simple, k=len(free))) for _ in range(20)]
        choices = [*((x,) * len(free) for x in simple[:6]), *drawn]
    for choice in choices:
        candidate = base
        for place, value in zip(free, choice, strict=True):
            if of_kind(context.symbols[place[0]].type, value):
                candidate = with_entry(candidate, place, value)
        if (found := _kept(candidate, context, sampler)) is not None:
            yield found


def _kept(candidate: Instance, context: Context, sampler: Sampler) -> Instance | None:
    """The candidate, or one like it that satisfies what is assumed, if it is in its types."""
    found = sampler.solver.satisfied(candidate) if context.assumptions else candidate
    return found if found is not None and in_domain(found, context) else None


def mentioned(claim: Claim) -> list[fmpq]:
    """The numbers in a claim and its definitions, their opposites, points close to them and between them."""
    bodies = (claim.left, claim.right, *(d.body for d in claim.context.definitions.values()))
    numbers = sorted({t.number for body in bodies for t in body.walk() if t.op == "number" and abs(t.number) < 10**30})[:12]
    found: list[fmpq] = []
    for x in numbers:
        c = fmpq(x.numerator, x.denominator)
        found += [c, -c, c + 1, c - 1, c + fmpq(1, 1000), c - fmpq(1, 1000)]
    ordered = [fmpq(x.numerator, x.denominator) for x in numbers]
    found += [(a + b) / 2 for a, b in pairwise(ordered)]
    return [x for k, x in enumerate(found) if x not in SPECIAL and x not in found[:k]]


def _with_roots(claim: Claim, context: Context, base: Instance, sampler: Sampler) -> Iterator[Instance]:
    """Solutions of the equations in two linked statements, in one unknown each."""
    equations = [t for side in (claim.left, claim.right) for t in side.walk() if t.op in RELATIONS]
    if not equations or claim.left.op not in RELATIONS | {"and", "or", "not", "true", "false"}:
        return
    for place in places(base, list(context.symbols))[:6]:
        type_ = context.symbols[place[0]].type
        for equation in equations[:8]:
            for value in roots(equation, place, base, context):
                candidate = with_entry(base, place, value)
                if of_kind(type_, value) and (found := _kept(candidate, context, sampler)) is not None:
                    yield found


def roots(equation: Term, place: Place, instance: Instance, context: Context) -> list[Value]:
    """Rational roots, and roots of quadratic factors, of an equation that is a polynomial in one place."""
    points = [fmpq(k) for k in range(-4, 5)]
    values = []
    for x in points:
        left, right = (evaluate(a, with_entry(instance, place, x), context).entries for a in equation.args)
        if len(left) != 1 or len(right) != 1 or not isinstance(left[0], fmpq) or not isinstance(right[0], fmpq):
            return []
        values.append(left[0] - right[0])
    polynomial = interpolated(points, values)
    if polynomial.degree() < 1 or polynomial.degree() > 6:
        return []
    found: list[Value] = []
    for factor, _ in polynomial.factor()[1]:
        c = [fmpq(x) for x in factor.coeffs()]
        if len(c) == 2:
            found.append(-c[0] / c[1])
        elif len(c) == 3 and c[1] * c[1] - 4 * c[0] * c[2] > 0:
            root = build("sqrt", _term(c[1] * c[1] - 4 * c[0] * c[2]))
            found += [build("div", build("add", _term(-c[1]), r), _term(2 * c[2])) for r in (root, build("neg", root))]
    return found


def _term(x: fmpq) -> Term:
    return number(Fraction(int(x.p), int(x.q)))
