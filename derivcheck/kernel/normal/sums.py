"""Indexed sums and products in normal form.

A sum atom is Σ over one or several indices of a single monomial that the indices connect: what does not depend on an
index is pulled out, deltas are contracted, sums inside are merged, independent factors become factors of their own,
and the bound indices are numbered in the order that makes the key least.  Bound indices are numbered from the height
of what they enclose (``bound h``), so a closed sum has the same key wherever it stands and substitution cannot capture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.calculus import derivative
from derivcheck.kernel.normal.entries import contract, whole_sum
from derivcheck.kernel.normal.indicators import at_least_zero
from derivcheck.kernel.normal.labelling import orderings
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    Target,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.power_sums import power_sum
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.outcome import OutOfBudget

LARGEST_EXPLICIT = 200


def summation(alg: Algebra, variable: int, body: Poly) -> Poly:
    """Σ of ``body`` over the range of an open index variable."""
    lower, upper = alg.ranges[variable]
    length = constant_value(alg.subtract(upper, lower))
    if length is not None:
        return _explicit_sum(alg, variable, lower, length, body)
    total: Poly = {}
    for m, c in body.items():
        total = alg.add(total, alg.scale(sum_over(alg, (variable,), {m: fmpq(1)}), c))
    return total


def _explicit_sum(alg: Algebra, variable: int, lower: Poly, length: fmpq, body: Poly) -> Poly:
    if length > LARGEST_EXPLICIT:
        if variable not in alg.variables_of(body.items()):
            return alg.scale(body, length + 1)
        raise OutOfBudget
    total: Poly = {}
    for step in range(int(length) + 1):
        total = alg.add(total, alg.substitute(body, {variable: alg.add(lower, constant(step))}))
    return total


def sum_over(alg: Algebra, variables: Sequence[int], body: Poly) -> Poly:
    """Σ over several open index variables whose ranges do not depend on each other."""
    total: Poly = {}
    for m, c in body.items():
        total = alg.add(total, alg.scale(_sum_monomial(alg, tuple(variables), m), c))
    return total


def _sum_monomial(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly:
    alg.budget.spend()
    names = frozenset(variables)
    outside = tuple((a, e) for a, e in m if names.isdisjoint(alg.variables[a]))
    inside = tuple((a, e) for a, e in m if not names.isdisjoint(alg.variables[a]))
    if outside:
        return alg.multiply({outside: fmpq(1)}, _sum_monomial(alg, variables, inside))
    for rule in (_contract_delta, _sum_out_powers, _merge_inner_sums, _apply_pair_rule):
        result = rule(alg, variables, inside)
        if result is not None:
            return result
    result = constant(1)
    for component, factors in _components(alg, variables, inside):
        result = alg.multiply(result, _sum_component(alg, component, factors))
    return result


def _contract_delta(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly | None:
    for a, _ in m:
        if a in alg.deltas:
            difference = thaw(alg.keys[a][1])
            solved = alg.solve_index(difference, frozenset(variables))
            if solved is None:
                continue
            v, value = solved
            lower, upper = alg.ranges[v]
            rest: Poly = {tuple(x for x in m if x[0] != a): fmpq(1)}
            within = alg.multiply(at_least_zero(alg, alg.subtract(value, lower)), at_least_zero(alg, alg.subtract(upper, value)))
            body = alg.multiply(within, alg.substitute(rest, {v: value}))
            others = tuple(w for w in variables if w != v)
            return sum_over(alg, others, body) if others else body
    return None


def _sum_out_powers(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly | None:
    """An index that stands only in its own powers and in inequalities is summed first, in closed form."""
    if len(variables) < 2:
        return None
    for v in variables:
        holders = tuple((a, e) for a, e in m if v in alg.variables[a])
        closed = power_sum(alg, v, holders)
        if closed is not None:
            rest: Poly = {tuple(x for x in m if x not in holders): fmpq(1)}
            return sum_over(alg, tuple(w for w in variables if w != v), alg.multiply(closed, rest))
    return None


def _merge_inner_sums(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly | None:
    """Sums that depend on these variables are opened, so that a nest of sums has one form whatever its order."""
    names = frozenset(variables)
    for a, e in m:
        key = alg.keys[a]
        if key[0] != "sum" or not isinstance(e, int) or e < 1 or len(variables) + len(key[1]) > 8:
            continue
        if any(not names.isdisjoint(alg.variables_of(bound)) for ends in key[1] for bound in ends):
            continue
        with_one_less = tuple((b, k - 1 if b == a else k) for b, k in m if b != a or k > 1)
        opened, body = open_sum(alg, key)
        try:
            return sum_over(alg, (*variables, *opened), alg.multiply({with_one_less: fmpq(1)}, body))
        finally:
            for _ in opened:
                alg.close()
    return None


def _apply_pair_rule(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly | None:
    """Σ_j Q[j, i] Q[j, k] for an orthogonal Q, Σ_j A[i, j] inv(A)[j, k]: a delta in place of the two factors."""
    for v in variables:
        holders = [(a, e) for a, e in m if v in alg.variables[a]]
        copies = [a for a, e in holders for _ in range(e if isinstance(e, int) and 0 < e <= 2 else 3)]
        if len(copies) != 2:
            continue
        contracted = contract(alg, v, *copies)
        if contracted is None:
            contracted = _meeting(alg, v, *copies)
        if contracted is not None:
            rest: Poly = {tuple(x for x in m if x not in holders): fmpq(1)}
            body = alg.multiply(contracted, rest)
            others = tuple(w for w in variables if w != v)
            return sum_over(alg, others, body) if others else body
    return None


def _meeting(alg: Algebra, v: int, a: int, b: int) -> Poly | None:
    for first, second in ((a, b), (b, a)):
        meet = alg.kinds[alg.keys[first][0]].meet
        if meet is not None:
            return meet(alg, v, alg.keys[first], alg.keys[second])
    return None


def _components(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Iterator[tuple[tuple[int, ...], Monomial]]:
    """The factors grouped by the variables that connect them."""
    remaining = list(variables)
    while remaining:
        group, grown = {remaining[0]}, True
        while grown:
            grown = False
            for a, _ in m:
                here = alg.variables[a] & frozenset(variables)
                if here & group and not here <= group:
                    group |= here
                    grown = True
        yield tuple(v for v in variables if v in group), tuple((a, e) for a, e in m if alg.variables[a] & group)
        remaining = [v for v in remaining if v not in group]


def _sum_component(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly:
    if len(variables) == 1:
        closed = whole_sum(alg, variables[0], m)
        if closed is None:
            closed = power_sum(alg, variables[0], m)
        if closed is not None:
            return closed
    for v in variables:
        moved = _moved_to_one(alg, variables, v, m)
        if moved is not None:
            return moved
    return _sum_atom(alg, variables, m)


def _moved_to_one(alg: Algebra, variables: tuple[int, ...], v: int, m: Monomial) -> Poly | None:
    """The sum with index v renamed so that entries stand at v itself, and its range made 1..n by single terms.

    Σ_a^b f = F(b) - F(a - 1) with F(k) = Σ_1^k f, for any extension of f beyond the range, which requires b >= a - 1.  What
    is known of the index simplifies f: single terms are taken from the form that holds where they stand.
    """
    lower, upper = alg.ranges[v]
    flip, offset = _offset(alg, v, m)
    if flip:
        lower, upper = alg.subtract(offset, upper), alg.subtract(offset, lower)
    else:
        lower, upper = alg.add(lower, offset), alg.add(upper, offset)
    beyond = upper.get(UNIT, fmpq(0))
    before = constant_value(alg.subtract(lower, constant(1)))
    if not flip and not offset and (before is None or (before == 0 and beyond == 0)):
        return None
    size = {k: c for k, c in upper.items() if k != UNIT}
    if before is None or not size or abs(before) > 10 or abs(beyond) > 10:
        if not flip and not offset:
            return None
        size, beyond, before = upper, fmpq(0), fmpq(0)
        start = lower
    else:
        start = constant(1)
        for extent in (least(alg, alg.add(alg.subtract(upper, lower), constant(1))), least(alg, size)):
            if extent is None or extent < 0:
                return None
    w = alg.fresh(start, size)
    try:
        old = alg.subtract(offset, variable(w)) if flip else alg.subtract(variable(w), offset)
        body = alg.substitute({m: fmpq(1)}, {v: old})
        others = tuple(x for x in variables if x != v)
        total = _sum_atoms(alg, (*others, w), body)
        for sign, place in _single_terms(alg, size, int(beyond), int(before)):
            # the body holds from 1 to size only, the summand as it was from lower to upper only
            first, last = (start, size) if sign < 0 else (lower, upper)
            if not (_never_negative(alg, alg.subtract(place, first)) and _never_negative(alg, alg.subtract(last, place))):
                return None
            there = alg.subtract(offset, place) if flip else alg.subtract(place, offset)
            term = alg.substitute(body, {w: place}) if sign < 0 else alg.substitute({m: fmpq(1)}, {v: there})
            total = alg.add(total, alg.scale(sum_over(alg, others, term) if others else term, sign))
        return total
    except Undefined:
        return None
    finally:
        alg.close()


def _never_negative(alg: Algebra, p: Poly) -> bool:
    low = least(alg, p)
    return low is not None and low >= 0


def _single_terms(alg: Algebra, size: Poly, beyond: int, before: int) -> Iterator[tuple[int, Poly]]:
    """The terms that F(size + beyond) - F(before) has more or less than F(size)."""
    for k in range(1, beyond + 1):
        yield 1, alg.add(size, constant(k))
    for k in range(beyond + 1, 1):
        yield -1, alg.add(size, constant(k))
    for k in range(1, before + 1):
        yield -1, constant(k)
    for k in range(before + 1, 1):
        yield 1, constant(k)


def _sum_atoms(alg: Algebra, variables: tuple[int, ...], body: Poly) -> Poly:
    """Σ over variables already in place, term by term; a term that came apart goes through ``sum_over`` again."""
    total: Poly = {}
    for m, c in body.items():
        whole = all(not alg.variables[a].isdisjoint(variables) for a, _ in m)
        plain = whole and not any(a in alg.deltas for a, _ in m)
        components = list(_components(alg, variables, m)) if plain else []
        v = variables[0]
        known = len(variables) == 1 and (whole_sum(alg, v, m) is not None or power_sum(alg, v, m) is not None)
        closed = len(components) == 1 and not known
        part = _sum_atom(alg, variables, m) if closed else sum_over(alg, variables, {m: fmpq(1)})
        total = alg.add(total, alg.scale(part, c))
    return total


def _offset(alg: Algebra, v: int, m: Monomial) -> tuple[bool, Poly]:
    """How the entries of a summand stand to its index: at ``v + offset`` for the least offset, or all at ``offset - v``."""
    forward: list[fmpq] = []
    backward: list[Poly] = []
    for a, _ in m:
        if alg.keys[a][0] != "entry":
            continue
        for part in alg.keys[a][2]:
            p = thaw(part)
            c = p.get(((v, 1),))
            rest = {k: x for k, x in p.items() if k != ((v, 1),)}
            if c == 1 and (fixed := constant_value(rest)) is not None:
                forward.append(fixed)
            elif c == -1 and all(alg.keys[b][0] == "size" for k in rest for b, _ in k):
                backward.append(rest)
    if forward:
        return False, constant(min(forward))
    return (True, min(backward, key=freeze)) if backward else (False, {})


def _sum_atom(alg: Algebra, variables: tuple[int, ...], m: Monomial) -> Poly:
    body: Poly = {m: fmpq(1)}
    bounds = {v: tuple(freeze(end) for end in alg.ranges[v]) for v in variables}
    start = alg.height(body, *(thaw(end) for ends in bounds.values() for end in ends))
    best: tuple[tuple[tuple[PolyKey, ...], ...], Monomial, fmpq] | None = None
    mirrored = _reflected(alg, variables, body)
    forms = [(order, one) for order in orderings(alg, variables, m, bounds) for one in (body, *mirrored)]
    for order, one in forms:
        renamed = alg.bound_from(start, order, one)
        if len(renamed) != 1:
            if not renamed:
                return {}
            raise Unsupported("a sum whose body splits when its index is renamed")
        ((mono, c),) = renamed.items()
        candidate = (tuple(bounds[v] for v in order), mono, c)
        if best is None or candidate[:2] < best[:2]:
            best = candidate
        elif candidate[:2] == best[:2] and candidate[2] == -best[2]:
            return {}
    assert best is not None
    return alg.scale(alg.atom(("sum", best[0], best[1], start)), best[2])


def _reflected(alg: Algebra, variables: tuple[int, ...], body: Poly) -> list[Poly]:
    """The summand gone through from the other end, in an index that exponents of matrices hold, if that is one term."""
    exponents = [thaw(alg.keys[a][4]) for m in body for a, _ in m if alg.keys[a][0] == "mpow"]
    for v in variables:
        if any(v in alg.variables_of(e.items()) for e in exponents):
            turned = alg.substitute(body, {v: alg.subtract(alg.add(*alg.ranges[v]), variable(v))})
            return [turned] if len(turned) == 1 else []
    return []


def open_sum(alg: Algebra, key: AtomKey) -> tuple[tuple[int, ...], Poly]:
    """The body of a sum atom with fresh variables for its bound indices; the caller closes as many."""
    _, bounds, m, start = key
    fresh = tuple(alg.fresh(thaw(lower), thaw(upper)) for lower, upper in bounds)
    numbers = [alg.intern(("bound", start + k)) for k in range(len(fresh))]
    return fresh, alg.substitute({m: fmpq(1)}, {n: variable(v) for n, v in zip(numbers, fresh, strict=True)})


def _sum_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (*(end for ends in key[1] for end in ends), ((key[2], fmpq(1)),))


def _rebuild_sum(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    *ends, body = parts
    fresh = tuple(alg.fresh(ends[2 * k], ends[2 * k + 1]) for k in range(len(key[1])))
    try:
        numbers = [alg.intern(("bound", key[3] + k)) for k in range(len(fresh))]
        total = alg.substitute(body, {n: variable(v) for n, v in zip(numbers, fresh, strict=True)})
        if any(constant_value(alg.subtract(ends[2 * k + 1], ends[2 * k])) is not None for k in range(len(fresh))):
            for v in reversed(fresh):
                total = summation(alg, v, total)
        else:
            total = sum_over(alg, fresh, total)
    finally:
        for _ in fresh:
            alg.close()
    return alg.power(total, e)


def _sum_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    fresh, body = open_sum(alg, key)
    try:
        change = derivative(alg, body, target)
        return sum_over(alg, fresh, change) if change else {}
    finally:
        for _ in fresh:
            alg.close()


def _sum_sign(alg: Algebra, key: AtomKey) -> str | None:
    fresh, body = open_sum(alg, key)
    try:
        sign = sign_of(alg, body)
        nonempty = all((low := least(alg, alg.subtract(*reversed(alg.ranges[v])))) is not None and low >= 0 for v in fresh)
    finally:
        for _ in fresh:
            alg.close()
    if sign in {"+", "-"} and not nonempty:
        return "0" + sign
    return None if sign == "n" else sign


def _sum_top(key: AtomKey) -> int:
    return int(key[3]) + len(key[1])


SUM = AtomKind("sum", _sum_parts, _rebuild_sum, _sum_derivative, _sum_sign, top=_sum_top)
