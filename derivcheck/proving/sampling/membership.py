"""Whether values are in their types, and the places in an instance at which values can be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flint import arb, fmpq, fmpq_mat

from derivcheck.kernel.terms import Context, Symbol, Term, Type
from derivcheck.kernel.values.arithmetic import sign
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Value

Place = tuple[str, tuple[int, ...]]
"""A scalar symbol, or an entry of an array: its name and its indices (from 0)."""


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
            found += [(name, index) for index in positions(instance.values[name])]
    return found


def positions(value: Value) -> Iterator[tuple[int, ...]]:
    """The indices (from 0) of all rational entries."""
    if isinstance(value, tuple):
        for k, part in enumerate(value):
            for rest in positions(part):
                yield (k, *rest)
    elif isinstance(value, int | fmpq):
        yield ()


NOWHERE, NOTHING = Instance(), Context()


def of_kind(type_: Type, value: Value, instance: Instance = NOWHERE, context: Context = NOTHING) -> bool:
    """Whether all entries of a value lie in the domain of a type; attributes are not looked at."""
    if isinstance(value, tuple):
        return all(of_kind(type_, v, instance, context) for v in value)
    if isinstance(value, Term):
        entry = evaluate(value, instance, context, 128).entries[0]
        if not isinstance(entry, fmpq) and type_.kind in {"real", "positive", "negative", "nonnegative", "nonzero"}:
            return isinstance(entry, arb) and not entry.contains(0) and _in_domain(type_.kind, sign(entry))
        value = entry if isinstance(entry, fmpq) else fmpq(1, 2)
    if isinstance(value, int):
        value = fmpq(value)
    if not isinstance(value, fmpq):
        return type_.kind in {"complex", "function"}
    if type_.kind in {"integer", "natural", "sign", "index"} and value.q != 1:
        return False
    if type_.kind == "sign":
        return abs(value) == 1
    return _in_domain(type_.kind, sign(value))


def of_type(it: Symbol, instance: Instance, context: Context) -> bool:
    """Whether a symbol's value is of its kind and has the attributes of its type."""
    type_, value = it.type, instance.values[it.name]
    if not of_kind(type_, value, instance, context):
        return False
    members = [value]
    for _ in type_.family if type_.attributes else ():
        members = [part for m in members if isinstance(m, tuple) for part in m]
    return all(_has_attributes(type_, m, instance, context) for m in members) if type_.attributes else True


def in_domain(instance: Instance, context: Context) -> bool:
    """Whether all values are in their types and all indices in their ranges; assumptions are not looked at."""
    given = [s for s in context.symbols.values() if s.name in instance.values]
    return all(of_type(s, instance, context) and _in_range(s.type, instance.values[s.name], instance, context) for s in given)


def _in_range(type_: Type, value: Value, instance: Instance, context: Context) -> bool:
    if type_.kind != "index" or type_.upper is None:
        return True
    (upper,) = evaluate(type_.upper, instance, context).entries
    found = [entry_of(value, index) for index in positions(value)]
    return isinstance(upper, fmpq) and all(isinstance(x, int | fmpq) and 1 <= x <= upper for x in found)


def _has_attributes(type_: Type, member: Value, instance: Instance, context: Context) -> bool:
    entries = [fmpq(x) for index in positions(member) if isinstance(x := entry_of(member, index), int | fmpq)]
    if "simplex" in type_.attributes or "onehot" in type_.attributes:
        fits = sum(entries, fmpq(0)) == 1 and all(x >= 0 for x in entries)
        if "onehot" not in type_.attributes or not fits:
            return fits
        hot = evaluate(type_.hot, instance, context).entries[0] if type_.hot is not None else None
        return 1 in entries and (hot is None or entries.index(fmpq(1)) + 1 == hot)
    rows = len(member) if isinstance(member, tuple) else 0
    if rows * rows != len(entries):
        return False
    return all(MATRIX_TESTS[a](fmpq_mat(rows, rows, entries)) for a in type_.attributes)


def _is_one(a: fmpq_mat) -> bool:
    return all(a[i, j] == int(i == j) for i in range(a.nrows()) for j in range(a.ncols()))


def _leading_minors_positive(a: fmpq_mat) -> bool:
    table = a.tolist()
    return all(fmpq_mat([row[:k] for row in table[:k]]).det() > 0 for k in range(1, a.nrows() + 1))


def _no_negative_eigenvalue(a: fmpq_mat) -> bool:
    """Whether the characteristic polynomial of a symmetric matrix has coefficients of alternating signs."""
    coefficients = a.charpoly().coeffs()
    return all(c * (-1) ** (a.nrows() - k) >= 0 for k, c in enumerate(coefficients))


MATRIX_TESTS: dict[str, Callable[[fmpq_mat], bool]] = {
    "symmetric": lambda a: a == a.transpose(),
    "antisymmetric": lambda a: a == -a.transpose(),
    "diagonal": lambda a: all(a[i, j] == 0 for i in range(a.nrows()) for j in range(a.ncols()) if i != j),
    "orthogonal": lambda a: _is_one(a * a.transpose()),
    "invertible": lambda a: a.det() != 0,
    "structured": lambda a: True,
    "idempotent": lambda a: a * a == a,
    "positive_semidefinite": lambda a: a == a.transpose() and _no_negative_eigenvalue(a),
    "positive_definite": lambda a: a == a.transpose() and _leading_minors_positive(a),
}


def _in_domain(kind: str, s: int) -> bool:
    return {"positive": s > 0, "negative": s < 0, "nonnegative": s >= 0, "nonzero": s != 0, "natural": s > 0}.get(kind, True)
