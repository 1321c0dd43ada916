"""Making an instance satisfy the assumptions: assignments, equations that are linear in one unknown, and trials."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flint import fmpq

from derivcheck.kernel.arithmetic import is_real, sign
from derivcheck.kernel.compare import used_symbols
from derivcheck.kernel.evaluate import evaluate
from derivcheck.kernel.instance import Instance, Undefined, Value
from derivcheck.kernel.terms import Context, Symbol, Term, Type, free_symbols, number, substitute

Place = tuple[str, tuple[int, ...]]
"""A scalar symbol, or an entry of an array: its name and its indices (from 0)."""


def satisfied(instance: Instance, context: Context, rng: random.Random) -> Instance | None:
    """The instance, changed where needed so that all assumptions hold; ``None`` where that was not achieved."""
    facts = [fact for a in context.assumptions for fact in _members(a, instance, context)]
    fixed: set[Place] = set()
    for k, fact in enumerate(facts):
        if _holds(fact, instance, context) is not False and not _assigns(fact, instance, context):
            continue
        repairs = _repairs(fact, instance, context, fixed, rng)
        accepted = ((c, place) for c, place in repairs if _fits(c, fact, facts[:k], context))
        found, place = next(accepted, (None, None))
        if place is not None:
            fixed.add(place)
        if found is None:
            return None
        instance = found
    return instance if all(_holds(f, instance, context) for f in facts) else None


def _fits(instance: Instance, fact: Term, earlier: Sequence[Term], context: Context) -> bool:
    """Whether a fact has become true, with its symbols still of their kinds and the earlier facts not broken."""
    return _holds(fact, instance, context) is True and _declared(instance, context, fact) \
        and all(_holds(f, instance, context) is not False for f in earlier)


def _assigns(fact: Term, instance: Instance, context: Context) -> bool:
    """Whether an equation only balls can confirm must be made true by assignment."""
    return fact.op == "eq" and _holds(fact, instance, context) is None


def _members(assumption: Term, instance: Instance, context: Context) -> list[Term]:
    """The assumption for all admissible values of the indices over which it is quantified, conjunctions taken apart."""
    if assumption.op == "and":
        return [f for a in assumption.args for f in _members(a, instance, context)]
    bound = sorted((s for s in free_symbols(assumption) if s.type.kind == "bound"), key=lambda s: s.name)
    ranges = [range(1, _extent(s, assumption, instance, context) + 1) for s in bound]
    facts = []
    for values in itertools.islice(itertools.product(*ranges), 400):
        fact = substitute(assumption, dict(zip(bound, map(number, values), strict=True))) if bound else assumption
        (truth,) = evaluate(fact, instance, context).entries
        if not isinstance(truth, Undefined) or not bound:
            facts.append(fact)
    return facts


def _extent(it: Symbol, assumption: Term, instance: Instance, context: Context) -> int:
    """The largest value of a quantified index: the shortest range that it runs over as an index."""
    extents = []
    for part in assumption.walk():
        if part.op == "entry":
            for index, size in zip(part.args[1:], part.args[0].shape, strict=False):
                if index.op == "symbol" and index.symbol == it:
                    (value,) = evaluate(size, instance, context).entries
                    extents.append(int(value.p) if isinstance(value, fmpq) else 0)
    return min(extents, default=max(instance.sizes.values(), default=1))


def _holds(fact: Term, instance: Instance, context: Context) -> bool | None:
    """Whether a fact holds, undefined counting as no; ``None`` if that could not be told."""
    (truth,) = evaluate(fact, instance, context, 128).entries
    if isinstance(truth, fmpq):
        return bool(truth == 1)
    return False if isinstance(truth, Undefined) else None


def _declared(instance: Instance, context: Context, fact: Term) -> bool:
    """Whether the values of a fact's symbols are still of their kinds."""
    return all(of_kind(s.type, instance.values[s.name]) for s in free_symbols(fact) if s.name in instance.values)


def of_kind(type_: Type, value: Value) -> bool:
    """Whether all entries of a value lie in the domain of a type; attributes are not looked at."""
    if isinstance(value, tuple):
        return all(of_kind(type_, v) for v in value)
    if isinstance(value, Term):
        (entry,) = evaluate(value, Instance(), Context(), 128).entries
        if not isinstance(entry, fmpq) and type_.kind in {"real", "positive", "negative", "nonnegative", "nonzero"}:
            return not hasattr(entry, "reason") and is_real(entry) and _in_domain(type_.kind, sign(entry))
        value = entry if isinstance(entry, fmpq) else 0
    if isinstance(value, int):
        value = fmpq(value)
    if not isinstance(value, fmpq):
        return type_.kind in {"complex", "function"}
    if type_.kind in {"integer", "natural", "sign", "index"} and value.q != 1:
        return False
    if type_.kind == "sign":
        return abs(value) == 1
    return _in_domain(type_.kind, sign(value))


def _in_domain(kind: str, s: int) -> bool:
    return {"positive": s > 0, "negative": s < 0, "nonnegative": s >= 0, "nonzero": s != 0, "natural": s > 0}.get(kind, True)


def entry_of(value: Value, index: Sequence[int]) -> Value:
    """An entry of a nested tuple."""
    for k in index:
        value = value[k] if isinstance(value, tuple) else value
    return value


def with_entry(instance: Instance, place: Place, entry: Value) -> Instance:
    """The instance with another value at one place."""
    name, index = place
    return replace(instance, values={**instance.values, name: _put(instance.values[name], index, entry)})


def _put(value: Value, index: Sequence[int], entry: Value) -> Value:
    if not index:
        return entry
    assert isinstance(value, tuple)
    return (*value[: index[0]], _put(value[index[0]], index[1:], entry), *value[index[0] + 1:])


def places(instance: Instance, names: Sequence[str]) -> list[Place]:
    """All scalars and entries of arrays with rational values among these symbols."""
    found: list[Place] = []
    for name in names:
        if name in instance.values:
            found += [(name, index) for index in _indices(instance.values[name])]
    return found


def _indices(value: Value) -> Iterator[tuple[int, ...]]:
    if isinstance(value, tuple):
        for k, part in enumerate(value):
            for rest in _indices(part):
                yield (k, *rest)
    elif isinstance(value, int | fmpq):
        yield ()


def _repairs(fact: Term, instance: Instance, context: Context, fixed: set[Place], rng: random.Random) \
        -> Iterator[tuple[Instance, Place | None]]:
    """Changed instances at which the fact may hold, the likeliest first, and the place that it then determines."""
    used = used_symbols(context, fact)
    names = [n for n, s in context.symbols.items() if n in used and s.type.kind not in {"size", "function"}]
    free = [p for p in places(instance, names) if p not in fixed]
    rng.shuffle(free)
    numbers = [p for p in free if context.symbols[p[0]].type.kind != "index"]
    if fact.op == "eq":
        for place in _sides(fact, context, numbers):
            yield from ((c, place) for c in _assigned(fact, place, instance, context))
        for place in numbers[:12]:
            yield from ((c, place) for c in _solved(fact, place, instance, context))
        for candidate in _on_spheres(instance, context, names, numbers, rng):
            yield candidate, None
    for _ in range(24):
        if not free:
            return
        candidate = instance
        for place in rng.sample(free, min(len(free), rng.randint(1, 4))):
            candidate = with_entry(candidate, place, _trial(fact, context.symbols[place[0]].type, instance, context, rng))
        yield candidate, None


def _sides(fact: Term, context: Context, numbers: Sequence[Place]) -> Iterator[Place]:
    """Places that stand alone on a side of an equation and not on the other."""
    for side, other in (fact.args, fact.args[::-1]):
        array, index = (side.args[0], side.args[1:]) if side.op == "entry" else (side, ())
        if array.op != "symbol" or (array.symbol in free_symbols(other) and side.op != "entry"):
            continue
        if all(i.op == "number" for i in index):
            place = (array.symbol.name, tuple(int(i.number) - 1 for i in index))
            if place in numbers:
                yield place


def _assigned(fact: Term, place: Place, instance: Instance, context: Context) -> Iterator[Instance]:
    for side, other in (fact.args, fact.args[::-1]):
        array = side.args[0] if side.op == "entry" else side
        if array.op == "symbol" and array.symbol.name == place[0]:
            entries = evaluate(other, instance, context, 128).entries
            if len(entries) == 1 and isinstance(entries[0], fmpq):
                yield with_entry(instance, place, entries[0])


def _difference(fact: Term, instance: Instance, context: Context) -> fmpq | None:
    left, right = (evaluate(a, instance, context).entries for a in fact.args)
    if len(left) == len(right) == 1 and isinstance(left[0], fmpq) and isinstance(right[0], fmpq):
        return left[0] - right[0]
    return None


def _solved(fact: Term, place: Place, instance: Instance, context: Context) -> Iterator[Instance]:
    """The solution of an equation that is linear in one place, by its values at three points."""
    values = [_difference(fact, with_entry(instance, place, fmpq(x)), context) for x in (1, 2, 3)]
    a, b, c = values
    if a is None or b is None or c is None or a - b - b + c != 0 or a == b:
        return
    yield with_entry(instance, place, 1 - a / (b - a))


def _on_spheres(instance: Instance, context: Context, names: Sequence[str], numbers: Sequence[Place], rng: random.Random) \
        -> Iterator[Instance]:
    """Arrays, and scalars together, moved to rational points of the unit sphere."""
    groups = [[p for p in numbers if p[0] == n] for n in names]
    groups = [g for g in groups if len(g) > 0 and len(g[0][1]) > 0]
    groups += [[p for p in numbers if p[0] == n and p[1][:1] == (k,)] for n in names for k in range(3)]
    scalars = [p for p in numbers if not p[1]]
    groups += [list(c) for c in itertools.combinations(sorted(scalars), 2)]
    for group in groups:
        if group:
            candidate = instance
            for place, x in zip(group, sphere_point(len(group), rng), strict=True):
                candidate = with_entry(candidate, place, x)
            yield candidate


def sphere_point(n: int, rng: random.Random) -> list[fmpq]:
    """A rational point of the unit sphere in n dimensions, by stereographic projection."""
    if n == 1:
        return [fmpq(rng.choice((-1, 1)))]
    t = [fmpq(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(n - 1)]
    square = sum((x * x for x in t), fmpq(0))
    return [*(2 * x / (1 + square) for x in t), (square - 1) / (1 + square)]


def _trial(fact: Term, type_: Type, instance: Instance, context: Context, rng: random.Random) -> Value:
    """A number near those that the fact mentions, or a simple one."""
    if type_.kind == "index":
        (upper,) = evaluate(type_.upper, instance, context).entries if type_.upper is not None else (fmpq(1),)
        return rng.randint(1, max(1, int(upper.p))) if isinstance(upper, fmpq) else 1
    mentioned = [fmpq(t.number.numerator, t.number.denominator) for t in fact.walk() if t.op == "number"]
    around = rng.choice([*mentioned, fmpq(0), fmpq(1)])
    step = fmpq(rng.randint(-4, 4), 1 if type_.kind in {"integer", "natural", "sign"} else rng.choice((1, 2, 3, 8)))
    value = around * rng.choice((1, 1, -1)) + step
    if type_.kind in {"positive", "nonnegative", "natural"}:
        value = abs(value)
    if type_.kind in {"positive", "nonzero", "natural"} and value == 0:
        value = fmpq(1)
    return -abs(value) - (value == 0) if type_.kind == "negative" else value
