"""Declared facts as knowledge of the algebra: one-hot positions, signs, unequal indices, equations as rewritings.

An equation is oriented once, from an atom that stands alone in it; one that cannot be oriented divides instead.  Facts
that contradict each other are collected: nothing may be proved from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from flint import fmpq

from derivcheck.kernel.normal.indicators import delta, integer_valued
from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    Poly,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    variable,
)
from derivcheck.kernel.normal.requirement import Requirement
from derivcheck.kernel.normal.rules import RULES, new_algebra
from derivcheck.kernel.normal.signs import NEGATED, both_signs, sign_of
from derivcheck.kernel.outcome import Budget, OutOfBudget
from derivcheck.kernel.terms import Context, Term, free_symbols

SIGN_OF = {"positive": "+", "nonnegative": "0+", "nonzero": "n"}


def declared(context: Context, budget: Budget) -> tuple[Normaliser, list[str]]:
    """A normaliser that knows a context's declarations and assumptions, and what contradicts itself among them."""
    normaliser = Normaliser(context, new_algebra(context, budget), RULES)
    alg = normaliser.alg
    contradictions: list[str] = []
    for it in context.symbols.values():
        if it.type.kind not in {"function", "size", "index"}:
            alg.sizes[it.name] = tuple(normaliser.scalar(size, {}) for size in it.type.family + it.type.shape)
        elif it.type.upper is not None and it.type.family:
            alg.uppers[it.name] = normaliser.scalar(it.type.upper, {})
        if it.type.kind == "sign":
            alg.power_rules[it.name] = (2, constant(1))
    facts = sorted(_conjuncts(context.assumptions), key=_order)
    renaming = [fact for fact in facts if _order(fact) == 0]
    _declare_all(normaliser, renaming, contradictions)
    _place_hot(normaliser)
    _declare_all(normaliser, facts[len(renaming) :], contradictions)
    return normaliser, contradictions


def _declare_all(n: Normaliser, facts: Iterable[Term], contradictions: list[str]) -> None:
    for fact in facts:
        try:
            _declare(n, fact, contradictions)
        except (Unsupported, Undefined, OutOfBudget):
            continue  # a fact that the kernel cannot use proves nothing; the instances still satisfy it


def assuming(normaliser: Normaliser, assumed: Iterable[Requirement]) -> Normaliser:
    """A normaliser over the same atoms that also knows what a claim's own definedness gives: signs of its parts.

    Raises ``Undefined`` where two of these plainly exclude each other.
    """
    alg = normaliser.alg
    assumed = list(assumed)
    for first, second in combinations((r for r in assumed if r.kind in {"positive", "nonnegative"}), 2):
        total = constant_value(alg.add(first.poly, second.poly))
        if total is not None and (total < 0 or (total == 0 and "positive" in {first.kind, second.kind})):
            raise Undefined("nowhere are both sides defined: what they require excludes itself")
    known = replace(alg, facts=dict(alg.facts), learned=dict(alg.learned), signs={}, substituted={}, templates={})
    for requirement in assumed:
        for key in {freeze(requirement.poly), freeze(known.rebuilt(requirement.poly))}:
            sign = both_signs(known.facts.get(key), SIGN_OF[requirement.kind])
            known.facts[key] = sign or SIGN_OF[requirement.kind]
    known.signs.clear()
    known.substituted.clear()
    known.templates.clear()
    return Normaliser(normaliser.context, known, RULES)


def _place_hot(n: Normaliser) -> None:
    for it in n.context.symbols.values():
        if "onehot" not in it.type.attributes:
            continue
        if it.type.hot is not None:
            n.alg.hot[it.name] = n.scalar(it.type.hot, {})
        elif not it.type.family:
            hidden = n.alg.intern(("index", f"the index where {it.name} is 1"))
            n.alg.ranges[hidden] = (constant(1), n.scalar(it.type.shape[0], {}))
            n.alg.hot[it.name] = variable(hidden)


def _conjuncts(assumptions: tuple[Term, ...]) -> list[Term]:
    found: list[Term] = []
    for fact in assumptions:
        if fact.op == "and":
            found += _conjuncts(fact.args)
        elif fact.op == "in":
            value, lower, upper = fact.args
            found += [Term("le", (lower, value)), Term("le", (value, upper))]
        else:
            found.append(fact)
    return found


def _order(fact: Term) -> int:
    """Index equations first (they rename), then index inequalities, then the rest."""
    names = {s.type.kind for s in free_symbols(fact)}
    return (0 if fact.op == "eq" else 1) if names <= {"index", "size"} else 2


def _declare(n: Normaliser, fact: Term, contradictions: list[str]) -> None:
    alg = n.alg
    if fact.op == "true":
        return
    if fact.op == "false":
        contradictions.append("false is assumed")
        return
    if fact.op not in {"eq", "ne", "lt", "le", "gt", "ge"}:
        raise Unsupported("an assumption of this form")
    left, right = fact.args
    quantified = [s for s in free_symbols(fact) if s.type.kind == "bound"]
    if quantified:
        _declare_quantified(n, fact)
        return
    if left.shape:
        alg.arrays_in_facts |= {s.name for s in free_symbols(fact)}
        raise Unsupported("an assumption on arrays")
    difference = alg.subtract(n.scalar(left, {}), n.scalar(right, {}))
    if fact.op == "eq":
        declare_equation(n, difference, contradictions)
    elif fact.op == "ne":
        _declare_unequal(alg, difference, contradictions)
    else:
        if fact.op in {"lt", "le"}:
            difference = alg.scale(difference, -1)
        _declare_sign(alg, difference, fact.op in {"lt", "gt"}, contradictions)


def _declare_quantified(n: Normaliser, fact: Term) -> None:
    """``s[k]**m = c`` for every k: powers of the entries of s reduce; ``s[k] > c``: the sign of ``s[k] - c`` is known."""
    left, right = fact.args
    if fact.op in {"lt", "le", "gt", "ge", "ne"}:
        _declare_entries(n, fact.op, left, right)
        return
    if fact.op != "eq" or left.op != "pow" or left.args[0].op != "entry" or right.op != "number":
        raise Unsupported("a quantified assumption of this form")
    array, *places = left.args[0].args
    exponent = left.args[1]
    whole = exponent.op == "number" and exponent.number.denominator == 1 and exponent.number > 1
    if array.op != "symbol" or not whole or any(p.op != "symbol" or p.symbol.type.kind != "bound" for p in places):
        raise Unsupported("a quantified assumption of this form")
    if len({p.symbol for p in places}) != len(array.shape) or array.symbol.name in n.context.definitions:
        raise Unsupported("a quantified assumption of this form")
    value = right.number
    n.alg.power_rules[array.symbol.name] = (int(exponent.number), constant(fmpq(value.numerator, value.denominator)))


def _declare_entries(n: Normaliser, relation: str, left: Term, right: Term) -> None:
    """An order between every entry of an array and a number."""
    if left.op == "number":
        left, right, relation = right, left, {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "ne": "ne"}[relation]
    bound = constant_value(n.scalar(right, {})) if not free_symbols(right) else None
    if left.op != "entry" or left.args[0].op != "symbol" or bound is None:
        raise Unsupported("a quantified assumption of this form")
    it, places = left.args[0].symbol, left.args[1:]
    axes = len(it.type.family) + len(it.type.shape)
    every = all(p.op == "symbol" and p.symbol.type.kind == "bound" for p in places) and len(set(places)) == len(places) == axes
    if not every or it.name in n.context.definitions:
        raise Unsupported("a quantified assumption of this form")
    for factor in (1, -1):
        sign = {"gt": "+", "ge": "0+", "lt": "-", "le": "0-", "ne": "n"}[relation]
        key = it.name, fmpq(factor), -bound * factor
        told = sign if factor == 1 else NEGATED[sign]
        n.alg.entry_facts[key] = both_signs(n.alg.entry_facts.get(key), told) or told
    n.alg.signs.clear()


def _declare_unequal(alg: Algebra, difference: Poly, contradictions: list[str]) -> None:
    value = constant_value(difference)
    if value == 0:
        contradictions.append("two equal values are assumed to differ")
    elif value is None:
        if integer_valued(alg, difference):
            scaled = alg.scale(difference, 1 if difference[max(difference)] > 0 else -1)
            alg.unequal.add(freeze(scaled))
        alg.facts.setdefault(freeze(alg.scale(difference, 1 / difference[max(difference)])), "n")


def _declare_sign(alg: Algebra, difference: Poly, strict: bool, contradictions: list[str]) -> None:
    value = constant_value(difference)
    if value is not None:
        if value < 0 or (strict and value == 0):
            contradictions.append("an inequality between numbers is assumed that does not hold")
        return
    if integer_valued(alg, difference):
        if strict:
            difference, strict = alg.subtract(difference, constant(1)), False
        _declare_least(alg, difference)
    known = sign_of(alg, difference)
    if known in {"-"} or (strict and known in {"0-", "0"}):
        contradictions.append("inequalities are assumed that exclude each other")
    lead = abs(difference[max(difference)])
    alg.facts[freeze(alg.scale(difference, 1 / lead))] = "+" if strict else "0+"
    alg.signs.clear()


def _declare_least(alg: Algebra, difference: Poly) -> None:
    """``V - 3 >= 0`` for a size: V is at least 3."""
    varying = {m: c for m, c in difference.items() if m != UNIT}
    if len(varying) == 1:
        ((m, c),) = varying.items()
        if c == 1 and len(m) == 1 and m[0][1] == 1 and alg.keys[m[0][0]][0] == "size":
            name = alg.keys[m[0][0]][1]
            alg.size_least[name] = max(alg.size_least.get(name, 1), int(-difference.get(UNIT, fmpq(0))))


def declare_equation(n: Normaliser, difference: Poly, contradictions: list[str]) -> None:
    """Let the algebra know that ``difference`` is zero."""
    alg = n.alg
    value = constant_value(difference)
    if value is not None:
        if value != 0:
            contradictions.append("an equation between different numbers is assumed")
        return
    if _declare_equal_indices(n, difference, contradictions):
        return
    if sign_of(alg, difference) in {"+", "-", "n"}:
        contradictions.append("an equation is assumed between values that cannot be equal")
    names = n.alg.symbols_of(difference)
    solved = _isolate(alg, difference) or _isolate_by_a_sign(alg, difference)
    if solved is None:
        alg.equations.append((names, max(difference), difference))
        return
    a, value_of_a = solved
    alg.rewrites[a] = (names, value_of_a)
    for b, (other, old) in list(alg.rewrites.items()):
        if b != a:
            alg.rewrites[b] = (other | names if _occurs(alg, a, old) else other, alg.rebuilt(old))
    alg.substituted.clear()
    n.remembered.clear()


def _declare_equal_indices(n: Normaliser, difference: Poly, contradictions: list[str]) -> bool:
    """``w = o`` for indices: w stands for o from here on."""
    alg = n.alg
    if not integer_valued(alg, difference):
        return False
    solved = alg.solve_index(difference)
    if solved is None:
        return False
    if not delta(alg, difference):
        contradictions.append("two indices are assumed to be equal that cannot be")
    v, value = solved
    for other, old in alg.index_values.items():
        alg.index_values[other] = alg.substitute(old, {v: value})
    alg.index_values[v] = value
    n.remembered.clear()
    return True


def _isolate(alg: Algebra, p: Poly) -> tuple[int, Poly] | None:
    """An atom that stands alone in one term of ``p`` and nowhere else in it, and its value: sums first, then entries."""
    best: tuple[int, int] | None = None
    for m in p:
        if len(m) == 1 and m[0][1] == 1:
            a = m[0][0]
            rank = {"sum": 3, "entry": 2, "index": 1}.get(alg.keys[a][0], 0)
            rest = {other: c for other, c in p.items() if other != m}
            if rank and a not in alg.rewrites and not _occurs(alg, a, rest) and (best is None or (rank, a) > best):
                best = (rank, a)
    if best is None:
        return None
    a = best[1]
    rest = {m: c for m, c in p.items() if m != ((a, 1),)}
    return a, alg.scale(rest, -1 / p[((a, 1),)])


def _isolate_by_a_sign(alg: Algebra, p: Poly) -> tuple[int, Poly] | None:
    """``t*(x + y) = 1`` for a declared sign t, which is its own reciprocal, as ``x + y = t``."""
    signs = {a for m in p for a, _ in m if alg.keys[a][0] == "entry" and alg.kind_of(alg.keys[a][1]) == "sign"}
    multiplied = (_isolate(alg, alg.multiply(p, variable(t))) for t in sorted(signs))
    return next((found for found in multiplied if found is not None and found[0] not in signs), None)


def _occurs(alg: Algebra, a: int, p: Poly) -> bool:
    pending, seen = [b for m in p for b, _ in m], set[int]()
    while pending:
        b = pending.pop()
        if b == a:
            return True
        if b not in seen:
            seen.add(b)
            pending += [x for part in alg.kinds[alg.keys[b][0]].parts(alg.keys[b]) for m, _ in part for x, _ in m]
    return False
