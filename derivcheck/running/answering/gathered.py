"""A term with like terms and factors gathered and numbers worked out, by which it is told whether it is simplified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivcheck.kernel.terms import BINDERS, Symbol, Term, substitute
from derivcheck.kernel.terms import symbol as occurrence

Key = tuple[Any, ...]
"""A nested tuple of texts, fractions and tuples; ordered by its repr."""

_ONE: Key = ("*", Fraction(1), ())
_COMMUTING = frozenset({"hadamard", "eq", "ne", "and", "or", "delta", "max", "min"})
_MOST_TERMS = 2_000
"""How many operators a term may have to be gathered: beyond that it is taken as it stands."""


_MOST_KEPT = 1_024
"""How many keys are kept: those who answer a question write many lines alike."""


@lru_cache(maxsize=_MOST_KEPT)
def gathered(term: Term) -> Key:
    """A term gathered."""
    return Gathering().of(term)


@dataclass(slots=True)
class Gathering:
    """Gathers terms; bound: how many binders stand around what is looked at."""

    bound: int = 0

    def of(self, term: Term) -> Key:
        """A term gathered."""
        if sum(1 for _ in term.walk()) > _MOST_TERMS:
            return ("as it stands", term)
        self.bound = 0
        return self._key(term)

    def _key(self, term: Term) -> Key:
        match term.op:
            case "number":
                return ("*", term.number, ())
            case "add":
                return self._sum(term.args)
            case "neg":
                return _times(Fraction(-1), self._key(term.args[0]))
            case "mul" | "div" | "pow":
                return self._product(term)
            case "transpose":
                inner = term.args[0]
                return self._key(inner.args[0] if inner.op == "transpose" else inner) if not inner.shape else self._turned(inner)
            case "matmul" | "dot":
                return self._matmul(term)
        if term.op in BINDERS and isinstance(term.data, Symbol):
            return self._binder(term)
        args = [self._key(a) for a in term.args]
        if term.op in _COMMUTING:
            args.sort(key=repr)
        return _atom((term.op, _named(term), *args))

    def _sum(self, args: Iterable[Term]) -> Key:
        found: dict[Key, Fraction] = {}
        for arg in args:
            for rest, number in _summands(self._key(arg)):
                found[rest] = found.get(rest, Fraction(0)) + number
        kept = sorted(((rest, n) for rest, n in found.items() if n), key=repr)
        if not kept:
            return ("*", Fraction(0), ())
        if len(kept) == 1:
            return _times(kept[0][1], kept[0][0])
        return ("+", tuple(kept))

    def _product(self, term: Term) -> Key:
        number, powers = self._factors(term)
        if not number:
            return ("*", number, ())
        kept = [(base, power) for base, power in powers.items() if power != ("*", Fraction(0), ())]
        if len(kept) == 1 and number == 1 and kept[0][1] == _ONE and kept[0][0][0] == "+":
            return kept[0][0]
        return ("*", number, tuple(sorted(kept, key=repr)))

    def _factors(self, term: Term) -> tuple[Fraction, dict[Key, Key]]:
        """The number and the powers of which a product, quotient or power consists."""
        match term.op:
            case "number":
                return term.number, {}
            case "neg":
                number, powers = self._factors(term.args[0])
                return -number, powers
            case "mul":
                found = [self._factors(a) for a in term.args]
            case "div" if not term.args[1].shape:
                below, powers = self._factors(term.args[1])
                if not below:
                    return Fraction(1), {_atom(("div", None, *(self._key(a) for a in term.args))): _ONE}
                turned = {base: _times(Fraction(-1), power) for base, power in powers.items()}
                found = [self._factors(term.args[0]), (1 / below, turned)]
            case "pow":
                exponent = self._key(term.args[1])
                number, powers = self._factors(term.args[0])
                whole = exponent[0] == "*" and not exponent[2] and exponent[1].denominator == 1 and abs(exponent[1]) < 100
                if whole and (number or exponent[1] > 0) and not term.args[0].shape:
                    times: Fraction = exponent[1]
                    return number ** int(times), {base: _times(times, power) for base, power in powers.items()}
                return Fraction(1), {self._key(term.args[0]): exponent}
            case _:
                key = self._key(term)
                if key[0] == "*":
                    return key[1], dict(key[2])
                return Fraction(1), {key: _ONE}
        number, powers = Fraction(1), {}
        for n, more in found:
            number *= n
            for base, power in more.items():
                powers[base] = _plus(powers[base], power) if base in powers else power
        return number, powers

    def _turned(self, inner: Term) -> Key:
        return _atom(("transpose", None, self._key(inner)))

    def _matmul(self, term: Term) -> Key:
        left, right = term.args
        if not term.shape:  # a scalar product, whichever of the two is turned
            rows = sorted((self._key(_column(left)), self._key(_column(right))), key=repr)
            return _atom(("scalar product", None, *rows))
        return _atom(("matmul", None, self._key(left), self._key(right)))

    def _binder(self, term: Term) -> Key:
        """A term with a bound name, which is the number of binders around it."""
        self.bound += 1
        name = Symbol(f"\0{self.bound}", term.symbol.type)
        values = {term.symbol: occurrence(name)}
        outer = range(1, 3) if term.op in {"sum", "prod", "integrate"} else range(1, 2)
        args = [self._key(a if k in outer else substitute(a, values)) for k, a in enumerate(term.args)]
        self.bound -= 1
        number: Fraction = Fraction(1)
        if term.op in {"sum", "integrate"} and args[0][0] == "*":
            number, args[0] = args[0][1], ("*", Fraction(1), args[0][2])
        return _times(number, _atom((term.op, None, *args)))


def summands(key: Key) -> int:
    """How many terms a gathered term adds up."""
    return len(key[1]) if key[0] == "+" else 1


def has_part(key: Key, part: Key) -> bool:
    """Whether a gathered term is another with more added to it, or more factors."""
    if key == part:
        return True
    if part[0] == "+":
        return set(part[1]) <= set(key[1]) if key[0] == "+" else key[0] == "*" and (part, _ONE) in key[2]
    if part[0] != "*" or not part[2]:
        return False
    if key[0] == "*":
        return set(part[2]) <= set(key[2])
    return key[0] == "+" and (("*", Fraction(1), part[2]), part[1]) in key[1]


def _column(side: Term) -> Term:
    return side.args[0] if side.op == "transpose" else side


def _named(term: Term) -> Any:
    """What tells operators with the same arguments apart."""
    return (term.data.name, term.data.type.kind) if isinstance(term.data, Symbol) else term.data


def _atom(key: Key) -> Key:
    return ("*", Fraction(1), ((key, _ONE),))


def _times(number: Fraction, key: Key) -> Key:
    if key[0] == "+":
        if number == 1:
            return key
        if number == -1:
            return ("+", tuple(sorted(((rest, -n) for rest, n in key[1]), key=repr)))
        return ("*", number, ((key, _ONE),))
    product = number * key[1]
    return ("*", product, key[2] if product else ())


def _plus(left: Key, right: Key) -> Key:
    found: dict[Key, Fraction] = {}
    for key in (left, right):
        for rest, number in _summands(key):
            found[rest] = found.get(rest, Fraction(0)) + number
    kept = sorted(((rest, n) for rest, n in found.items() if n), key=repr)
    if not kept:
        return ("*", Fraction(0), ())
    return _times(kept[0][1], kept[0][0]) if len(kept) == 1 else ("+", tuple(kept))


def _summands(key: Key) -> Iterable[tuple[Key, Fraction]]:
    if key[0] == "+":
        yield from key[1]
    else:
        yield ("*", Fraction(1), key[2]), key[1]


def leaves(key: Key) -> int:
    """How many names, functions and numbers a gathered term has; equal factors count once."""
    match key[0]:
        case "+":
            return sum(leaves(rest) - (rest == _ONE) + _said(n, rest == _ONE) for rest, n in key[1])
        case "*":
            inside = sum(leaves(base) + (0 if power == _ONE else _exponent(power)) for base, power in key[2])
            return inside + _said(key[1], not key[2])
        case "as it stands":
            return written(key[1])
    return (key[0] not in _SILENT) + sum(map(leaves, key[2:]))


_SILENT = frozenset({"transpose", "matmul", "scalar product", "entry", "dot"})


def _exponent(power: Key) -> int:
    """The leaves of an exponent; whole ones are not counted."""
    return 0 if power[0] == "*" and not power[2] and power[1].denominator == 1 else leaves(power)


def _said(number: Fraction, alone: bool) -> int:
    """How many numbers are written for a coefficient."""
    if abs(number) == 1:
        return 1 if alone else 0
    return 1 if number.denominator == 1 or (abs(number.numerator) == 1 and not alone) else 2


def written(term: Term) -> int:
    """How many names, functions and numbers a term has as it is written, whole exponents and the 1 over a divisor left out."""
    found, stack = 0, [term]
    while stack:
        it = stack.pop()
        found += it.op not in _QUIET
        skipped = 1 if it.op == "pow" and _is_whole(it.args[1]) else 0 if it.op == "div" and _is_one(it.args[0]) else None
        stack += [a for k, a in enumerate(it.args) if k != skipped]
    return found


_QUIET = _SILENT | {"add", "neg", "mul", "div", "pow"}


def _is_whole(term: Term) -> bool:
    return term.op == "number" and term.number.denominator == 1


def _is_one(term: Term) -> bool:
    return term.op == "number" and term.number == 1
