"""Polynomials over interned atoms: the numbers that the kernel calculates with.

An *atom* is anything that is not a sum or a product: an entry of a symbol, a Kronecker delta, an exponential, an
indexed sum.  Atoms are interned to small integers.  A *monomial* is a sorted tuple of (atom, exponent) with rational
exponents, a *polynomial* a dict from monomials to nonzero rational coefficients.  What an atom means (how it is
substituted in, differentiated, what its sign is, what its powers reduce to) stands in one row per kind of atom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb
from typing import Any, TypeAlias

from flint import fmpq

from derivcheck.kernel.outcome import Budget, OutOfBudget
from derivcheck.kernel.terms import Type

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
Poly: TypeAlias = dict[Monomial, fmpq]
PolyKey: TypeAlias = tuple[tuple[Monomial, fmpq], ...]
AtomKey: TypeAlias = tuple[Any, ...]

UNIT: Monomial = ()
LARGEST_EXPANSION = 3000
LARGEST_BITS = 200_000


class Undefined(Exception):
    """The expression has no value anywhere: a division by zero, the logarithm of zero."""


class Unsupported(Exception):
    """The kernel has no rule for this; the message says for what."""


@dataclass(frozen=True, slots=True)
class AtomKind:
    """A row of the table of atoms.

    parts: the polynomials inside the key, which substitution must reach; rebuild: a power of the atom from new parts;
    derive: the derivative by a target; sign: its sign, one of ``"+ 0+ - 0- n"`` (``n``: nonzero) or ``None``;
    reduce: an integer or rational power of the atom as a polynomial, or ``None`` where powers simply add;
    real: whether its value is real for real values of what is inside; top: of a binder, the least number above those of its
    bound indices; meet: the sum over an index of the atom times another, where that is known in closed form.
    """

    name: str
    parts: Callable[[AtomKey], tuple[PolyKey, ...]]
    rebuild: Callable[[Algebra, AtomKey, tuple[Poly, ...], Exponent], Poly]
    derive: Callable[[Algebra, AtomKey, Target], Poly]
    sign: Callable[[Algebra, AtomKey], str | None]
    reduce: Callable[[Algebra, AtomKey, Exponent], Poly | None] | None = None
    real: bool = True
    top: Callable[[AtomKey], int] | None = None
    meet: Callable[[Algebra, int, AtomKey, AtomKey], Poly | None] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What one differentiates by: the entry of a symbol at given indices."""

    name: str
    indices: tuple[PolyKey, ...]


class _One(fmpq):
    """The number 1 in a key: most coefficients are 1, and the hash of other rationals takes longer than the look-up."""

    def __hash__(self) -> int:
        return 1


_ONE = _One(1)


def freeze(p: Poly) -> PolyKey:
    """A polynomial as a hashable key."""
    items = [(m, _ONE if c == 1 else c) for m, c in p.items()]
    if len(items) > 1:
        items.sort(key=_monomial_of)
    return tuple(items)


def _monomial_of(item: tuple[Monomial, fmpq]) -> Monomial:
    return item[0]


def thaw(key: PolyKey) -> Poly:
    """The polynomial of a key."""
    return dict(key)


def constant(value: int | fmpq) -> Poly:
    """The constant polynomial."""
    return {UNIT: fmpq(value)} if value != 0 else {}


def constant_value(p: Poly) -> fmpq | None:
    """The value of a constant polynomial, ``None`` for any other."""
    if not p:
        return fmpq(0)
    return p[UNIT] if len(p) == 1 and UNIT in p else None


def variable(number: int) -> Poly:
    """An index variable as a polynomial."""
    return {((number, 1),): fmpq(1)}


def the_variable(p: Poly) -> int:
    """The index variable that ``variable`` made a polynomial of."""
    ((((number, _),), _),) = p.items()
    return number


def integral(e: Exponent) -> Exponent:
    """An exponent as an ``int`` where it is one, so that equal monomials are equal keys."""
    return e.numerator if isinstance(e, Fraction) and e.denominator == 1 else e


@dataclass(slots=True)
class Algebra:
    """The table of atoms, what is known about them, and polynomial arithmetic over them.

    ranges: for each index variable its least and greatest value; types, sizes: of the declared symbols; hot: where a
    one-hot symbol is 1; index_values: indices that an assumption equates with others; size_least: sizes that are at least
    so large; unequal: index differences known not to be zero; facts: primitive polynomials of assumed sign; learned: those
    whose sign their form shows; entry_facts: by name the assumed sign of a plus or minus entry and a number; rewrites: atoms
    that a declared fact replaces; power_rules: symbols of which a declaration or an assumption fixes a power (``s[k]**2 = 1``),
    that power and its value; uppers: how far the families of indices run; arrays_in_facts: symbols in assumed equations between
    arrays, which only words use; equations: facts that only divide, with their leading monomial; blocked: symbols whose facts
    must not be used (inside a derivative by them); complex: whether values may be complex, in which case nothing is assumed to
    be real; assumed: bases that a rule of the kernel itself divided by in making a normal form, which is remembered, and
    divided: those that the zero test of the claim at hand divided by.
    """

    kinds: Mapping[str, AtomKind]
    budget: Budget
    complex: bool = False
    keys: list[AtomKey] = field(default_factory=list)
    ids: dict[AtomKey, int] = field(default_factory=dict)
    variables: list[frozenset[int]] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    special: set[int] = field(default_factory=set)
    deltas: set[int] = field(default_factory=set)
    imaginary: set[int] = field(default_factory=set)
    ranges: dict[int, tuple[Poly, Poly]] = field(default_factory=dict)
    facts: dict[PolyKey, str] = field(default_factory=dict)
    learned: dict[PolyKey, str] = field(default_factory=dict)
    entry_facts: dict[tuple[str, fmpq, fmpq], str] = field(default_factory=dict)
    rewrites: dict[int, tuple[frozenset[str], Poly]] = field(default_factory=dict)
    equations: list[tuple[frozenset[str], Monomial, Poly]] = field(default_factory=list)
    unequal: set[PolyKey] = field(default_factory=set)
    size_least: dict[str, int] = field(default_factory=dict)
    index_values: dict[int, Poly] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    sizes: dict[str, tuple[Poly, ...]] = field(default_factory=dict)
    hot: dict[str, Poly] = field(default_factory=dict)
    power_rules: dict[str, tuple[int, Poly]] = field(default_factory=dict)
    arrays_in_facts: frozenset[str] = frozenset()
    uppers: dict[str, Poly] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    assumed: set[PolyKey] = field(default_factory=set)
    divided: set[PolyKey] = field(default_factory=set)
    depth: int = 0
    substituted: dict[tuple[Any, ...], Poly] = field(default_factory=dict)
    templates: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    signs: dict[tuple[int, frozenset[str]], str | None] = field(default_factory=dict)

    # -- atoms ---------------------------------------------------------------------------------------------------

    def intern(self, key: AtomKey) -> int:
        """The number of an atom, entered in the table if it is new."""
        found = self.ids.get(key)
        if found is not None:
            return found
        number = len(self.keys)
        if number > 200_000:
            raise OutOfBudget
        kind = self.kinds[key[0]]
        self.keys.append(key)
        self.ids[key] = number
        inside = frozenset[int]().union(*(self.variables_of(part) for part in kind.parts(key)))
        self.variables.append(inside | {number} if key[0] in VARIABLES else inside)
        enclosed = max((self.heights[a] for part in kind.parts(key) for m, _ in part for a, _ in m), default=0)
        self.heights.append(max(enclosed, kind.top(key)) if kind.top else enclosed)
        if kind.reduce is not None and (key[0] != "entry" or key[1] in self.power_rules):
            self.special.add(number)
        if key[0] == "delta":
            self.deltas.add(number)
        if not self._is_real(key, kind):
            self.imaginary.add(number)
        return number

    def _is_real(self, key: AtomKey, kind: AtomKind) -> bool:
        if not kind.real:
            return False
        if key[0] == "entry":
            return self.kind_of(key[1]) != "complex"
        if key[0] in {"exp", "base", "sum", "prod", "ipow", "function", "inv", "det", "mpow"}:
            return all(a not in self.imaginary for part in kind.parts(key) for m, _ in part for a, _ in m)
        return True

    def height(self, *polys: Poly) -> int:
        """The least number above those of all indices that are bound inside the polynomials.

        A binder takes its numbers from the height of what it encloses on, so no binder inside has one of them, and
        replacing its bound indices cannot reach theirs.
        """
        return max((self.heights[a] for p in polys for m in p for a, _ in m), default=0)

    def bound_from(self, start: int, variables: Sequence[int], body: Poly) -> Poly:
        """``body`` with open variables numbered as bound indices from ``start`` on, which must be its height."""
        numbers = (self.intern(("bound", start + k)) for k in range(len(variables)))
        renamed = self.substitute(body, {v: variable(n) for v, n in zip(variables, numbers, strict=True)})
        if self.height(renamed) > start:
            raise Unsupported("a body that binds more once its own indices are bound")
        return renamed

    def kind_of(self, name: str) -> str:
        """The declared domain of a symbol's entries."""
        declared = self.types.get(name)
        return declared.kind if declared else "real"

    def variables_of(self, p: Iterable[tuple[Monomial, fmpq]]) -> frozenset[int]:
        """The index variables that occur in a polynomial's items, at any depth."""
        return frozenset[int]().union(*(self.variables[a] for m, _ in p for a, _ in m))

    def keys_in(self, p: Poly) -> Iterator[AtomKey]:
        """The atoms inside a polynomial, at any depth, each once."""
        pending, seen = [a for m in p for a, _ in m], set[int]()
        while pending:
            a = pending.pop()
            if a not in seen:
                seen.add(a)
                key = self.keys[a]
                yield key
                pending += [b for part in self.kinds[key[0]].parts(key) for m, _ in part for b, _ in m]

    def symbols_of(self, p: Poly) -> frozenset[str]:
        """The names of the declared symbols inside a polynomial."""
        return frozenset(key[1] for key in self.keys_in(p) if key[0] in {"entry", "size", "index"})

    def kinds_in(self, p: Poly) -> frozenset[str]:
        """The kinds of the atoms inside a polynomial."""
        return frozenset(key[0] for key in self.keys_in(p))

    def atom(self, key: AtomKey, exponent: Exponent = 1) -> Poly:
        """The power of an atom, after the facts about it and the rules for its powers."""
        number = self.intern(key)
        rule = self.rewrites.get(number)
        if rule is not None and not rule[0] & self.blocked:
            return self.power(rule[1], exponent)
        return self.atom_power(number, exponent)

    def atom_power(self, number: int, exponent: Exponent) -> Poly:
        """The power of an interned atom by the rules for its kind."""
        if exponent == 0:
            return constant(1)
        if number in self.special:
            key = self.keys[number]
            reduce = self.kinds[key[0]].reduce
            reduced = reduce(self, key, exponent) if reduce else None
            if reduced is not None:
                return reduced
        return {((number, integral(exponent)),): fmpq(1)}

    def real(self, p: Poly) -> bool:
        """Whether every atom in sight is real-valued."""
        return not self.imaginary or all(a not in self.imaginary for m in p for a, _ in m)

    # -- arithmetic ----------------------------------------------------------------------------------------------

    def add(self, *polys: Poly) -> Poly:
        """The sum."""
        total = dict(polys[0])
        for p in polys[1:]:
            for m, c in p.items():
                value = total.get(m)
                value = c if value is None else value + c
                if not value:
                    del total[m]
                else:
                    total[m] = value
        return total

    def scale(self, p: Poly, c: int | fmpq) -> Poly:
        """The product with a rational number."""
        if c == 1:
            return p
        return {m: v * c for m, v in p.items()} if c else {}

    def subtract(self, p: Poly, q: Poly) -> Poly:
        """The difference."""
        return self.add(p, {m: -c for m, c in q.items()})

    def multiply(self, p: Poly, q: Poly) -> Poly:
        """The product, expanded."""
        if not p or not q:
            return {}
        if len(q) == 1 and UNIT in q:
            return self.scale(p, q[UNIT])
        if len(p) == 1 and UNIT in p:
            return self.scale(q, p[UNIT])
        self.budget.spend(len(p) * len(q))
        total: Poly = {}
        for m1, c1 in p.items():
            for m2, c2 in q.items():
                merged, clean = self._merge(m1, m2)
                c = c1 * c2
                for m, v in ((merged, c),) if clean else self.scale(self.tidy(merged), c).items():
                    value = total.get(m)
                    value = v if value is None else value + v
                    if not value:
                        del total[m]
                    else:
                        total[m] = value
        if len(total) > 20_000:
            raise OutOfBudget
        return total

    def product(self, *polys: Poly) -> Poly:
        """The product of several polynomials."""
        result = constant(1)
        for p in polys:
            result = self.multiply(result, p)
        return result

    def _merge(self, m1: Monomial, m2: Monomial) -> tuple[Monomial, bool]:
        """The product of two monomials, and whether it is already normal."""
        if not m1 or not m2:
            return m1 or m2, True
        exponents = dict(m1)
        clean = True
        for a, e in m2:
            if a in exponents:
                total = integral(exponents[a] + e)
                if a in self.special:
                    clean = False
                if total == 0:
                    del exponents[a]
                else:
                    exponents[a] = total
            else:
                exponents[a] = e
        if self.deltas and clean and not self.deltas.isdisjoint(exponents):
            clean = False
        return tuple(sorted(exponents.items())), clean

    def tidy(self, m: Monomial) -> Poly:
        """A product of atoms by the rules for their powers and for deltas."""
        plain: list[tuple[int, Exponent]] = []
        factors: list[Poly] = []
        deltas: list[int] = []
        for a, e in m:
            if a in self.deltas:
                deltas.append(a)
            elif a in self.special and (reduced := self.atom_power(a, e)) != {((a, e),): 1}:
                factors.append(reduced)
            else:
                plain.append((a, e))
        result: Poly = {tuple(plain): fmpq(1)}
        for f in factors:
            result = self.multiply(result, f)
        return self._under_deltas(deltas, result) if deltas else result

    def _under_deltas(self, deltas: list[int], p: Poly) -> Poly:
        """A product of deltas and of ``p``, which holds none: their equations solved (the latest variables by the earlier
        ones, as in a reduced echelon form) and used in p."""
        solved: dict[int, Poly] = {}
        unsolved: list[Poly] = []
        for a in deltas:
            (difference,) = self.kinds["delta"].parts(self.keys[a])
            reduced = self.substitute(thaw(difference), solved)
            pivot = self.solve_index(reduced)
            if pivot is None:
                unsolved.append(reduced)
                continue
            v, value = pivot
            solved = {w: self.substitute(old, {v: value}) for w, old in solved.items()}
            solved[v] = value
        rebuild = self.kinds["delta"].rebuild
        switches: Poly = {UNIT: fmpq(1)}
        equations = [self.subtract({((v, 1),): fmpq(1)}, value) for v, value in solved.items()]
        for difference_left in equations + [self.substitute(u, solved) for u in unsolved]:
            factor = rebuild(self, (), (difference_left,), 1)
            if not factor:
                return {}
            ((key, c),) = factor.items()
            ((mono, before),) = switches.items()
            switches = {tuple(sorted({*mono, *key})): before * c}
        ((switch, _),) = switches.items()
        return self._attach(switch, self.substitute(p, solved))

    def _attach(self, switch: Monomial, p: Poly) -> Poly:
        """Solved deltas times a polynomial in which their equations are used already."""
        total: Poly = {}
        for m, c in p.items():
            here = [a for a, _ in m if a in self.deltas]
            if here:
                merged = tuple(sorted({*switch, *((a, e) for a, e in m)}))
                total = self.add(total, self.scale(self.tidy(merged), c))
            else:
                total = self.add(total, {tuple(sorted((*m, *switch))): c})
        return total

    def solve_index(self, difference: Poly, among: frozenset[int] | None = None) -> tuple[int, Poly] | None:
        """``difference = 0`` solved for its latest index variable of coefficient ±1 that occurs nowhere else in it."""
        best: int | None = None
        for m, c in difference.items():
            if len(m) == 1 and m[0][1] == 1 and c in (1, -1):
                a = m[0][0]
                if self.keys[a][0] in VARIABLES and (among is None or a in among) and (best is None or a > best):
                    best = a
        if best is None:
            return None
        rest = {m: c for m, c in difference.items() if m != ((best, 1),)}
        if best in self.variables_of(rest.items()):
            return None
        return best, self.scale(rest, -difference[((best, 1),)])

    def power(self, p: Poly, e: Exponent) -> Poly:
        """An integer power, or a rational power of a single term whose atoms' powers are known to multiply.

        Raises ``Undefined`` for a negative power of zero.
        """
        e = integral(e)
        if e == 0:
            return constant(1)
        if e == 1:
            return p
        if not p:
            if e < 0:
                raise Undefined("division by zero")
            return {}
        if len(p) == 1:
            ((m, c),) = p.items()
            if isinstance(e, int):
                if c not in (1, -1) and abs(e) * max(c.p.bit_length(), c.q.bit_length()) > LARGEST_BITS:
                    raise OutOfBudget
                result = constant(c**e)
            elif c == 1:
                result = constant(1)
            else:
                raise Unsupported("a root of a coefficient")
            for a, k in m:
                result = self.multiply(result, self.atom_power(a, integral(k * e)))
            return result
        if isinstance(e, int) and e > 0 and self.expandable(p, e):
            return self._expand(p, e)
        return self.base_power(p, e)

    def expandable(self, p: Poly, e: int) -> bool:
        """Whether the power of a sum is small enough to multiply out."""
        return comb(e + len(p) - 1, min(e, len(p) - 1)) <= LARGEST_EXPANSION

    def _expand(self, p: Poly, e: int) -> Poly:
        result, square = constant(1), p
        while True:
            if e & 1:
                result = self.multiply(result, square)
            e >>= 1
            if not e:
                return result
            square = self.multiply(square, square)

    def base_power(self, p: Poly, e: Exponent) -> Poly:
        """A power of a sum of several terms that is not expanded: negative, or too large; an atom of its own."""
        if e != int(e):
            raise Unsupported("a root of a sum")
        c, m, q = self.content(p)
        outside = self.power({m: c}, e)
        if len(q) == 1:
            return self.multiply(outside, self.power(q, e))
        return self.multiply(outside, {((self.intern(("base", freeze(q))), integral(e)),): fmpq(1)})

    def content(self, p: Poly) -> tuple[fmpq, Monomial, Poly]:
        """``p = c * m * q`` with q primitive: no common factor, no negative exponent, leading coefficient 1."""
        lowest: dict[int, Exponent] = dict(next(iter(p)))
        for m in p:
            here = dict(m)
            for a in {*lowest, *here}:
                lowest[a] = min(lowest.get(a, 0), here.get(a, 0))
        common = tuple(sorted((a, e) for a, e in lowest.items() if e != 0 and self.keys[a][0] not in INDICATORS))
        q = p
        if common:
            inverse = tuple((a, integral(-e)) for a, e in common)
            q = self.add({}, *(self.scale(self.tidy(self._merge(m, inverse)[0]), c) for m, c in p.items()))
        if not q:
            raise Undefined("division by zero")
        if any(e < 0 and self.keys[a][0] == "base" for a, e in common):
            c, more, q = self.content(q)  # what was over a denominator may have a factor of its own
            return c, self._merge(common, more)[0], q
        c = q[max(q)]
        return c, common, self.scale(q, 1 / c) if c != 1 else q

    # -- substitution --------------------------------------------------------------------------------------------

    def substitute(self, p: Poly, values: Mapping[int, Poly]) -> Poly:
        """``p`` with index variables replaced, inside atoms as well."""
        names = frozenset(values)
        if names.isdisjoint(self.variables_of(p.items())):
            return p
        signature = tuple((a, freeze(values[a])) for a in sorted(values))
        total: Poly = {}
        for m, c in p.items():
            kept = tuple((a, e) for a, e in m if names.isdisjoint(self.variables[a]))
            result: Poly = {kept: c}
            for a, e in m:
                if not names.isdisjoint(self.variables[a]):
                    result = self.multiply(result, self._substitute_power(a, e, values, signature))
            total = self.add(total, result)
        return total

    def _substitute_power(self, a: int, e: Exponent, values: Mapping[int, Poly], signature: tuple[Any, ...]) -> Poly:
        if a in values:
            return self.power(values[a], e)
        memo = (a, e, signature, self.blocked)
        if memo not in self.substituted:
            self.budget.spend()
            key = self.keys[a]
            kind = self.kinds[key[0]]
            parts = tuple(self.substitute(thaw(part), values) for part in kind.parts(key))
            self.substituted[memo] = kind.rebuild(self, key, parts, e)
        return self.substituted[memo]

    def rebuilt(self, p: Poly) -> Poly:
        """``p`` with every atom made anew, so that facts that were blocked when it was made are used."""
        total: Poly = {}
        for m, c in p.items():
            result = constant(c)
            for a, e in m:
                key = self.keys[a]
                kind = self.kinds[key[0]]
                parts = tuple(self.rebuilt(thaw(part)) for part in kind.parts(key))
                result = self.multiply(result, kind.rebuild(self, key, parts, e))
            total = self.add(total, result)
        return total

    # -- index variables ------------------------------------------------------------------------------------------

    def fresh(self, lower: Poly, upper: Poly) -> int:
        """A new index variable for a body that is being opened; ``close`` gives it back."""
        number = self.intern(("fresh", self.depth, freeze(lower), freeze(upper)))
        self.depth += 1
        self.ranges[number] = (lower, upper)
        return number

    def close(self) -> None:
        """The innermost open body is closed."""
        self.depth -= 1


VARIABLES = frozenset({"index", "bound", "fresh"})
INDICATORS = frozenset({"delta", "at_least_zero", "condition"})
