"""Where a term is defined: the requirements that its parts make, read off the term and not off its normal form.

A requirement that one side of a claim makes and the other does not is a condition of the step.  Those that both make,
and those that the declarations guarantee, are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.normal.bounds import greatest, least
from derivcheck.kernel.normal.factors import irreducible_factors
from derivcheck.kernel.normal.function_rules import ANALYTIC
from derivcheck.kernel.normal.index_rules import indicator
from derivcheck.kernel.normal.indicators import at_least_zero, integer_valued
from derivcheck.kernel.normal.normal_form import Bindings, Closure, Normaliser, axes, dense
from derivcheck.kernel.normal.polynomials import (
    INDICATORS,
    UNIT,
    Monomial,
    Poly,
    PolyKey,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.signs import learn, power_sign, sign_of
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number, symbol

STRONGER = {"positive": {"positive"}, "nonnegative": {"positive", "nonnegative"}, "nonzero": {"positive", "nonzero"}}
"""The kinds of requirement that imply one on the same value."""
KNOWN: dict[str, frozenset[str | None]] = {
    "positive": frozenset({"+"}),
    "nonnegative": frozenset({"+", "0+", "0"}),
    "nonzero": frozenset({"+", "-", "n"}),
}
"""The signs that guarantee a requirement."""

Guard: TypeAlias = frozenset[PolyKey]
"""Indicators that must all be 1 for a requirement to be made: cases chosen, conditions of ranges, ranges that are not empty."""
EVERYWHERE: Guard = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """``key`` must be of this kind: positive, nonnegative, nonzero, regular (not a pole of the Gamma function), in range
    (an index), covered (a case holds), a power (of a base of unknown sign), a whole power (of a base that may be zero only
    where the exponent is not negative), smooth (nonzero where a kink is differentiated) or a divisor without a normal form.

    term: the same in words of terms; guard: where it is made at all (in a branch, in a restricted sum): one that is not made
    everywhere may be named but not assumed; exponent: of a power.
    """

    kind: str
    key: PolyKey | Term
    term: Term = field(compare=False)
    guard: Guard = EVERYWHERE
    exponent: PolyKey = ()

    @property
    def poly(self) -> Poly:
        """What the requirement is about, of a power its base; raises ``TypeError`` where the kernel has no normal form of it."""
        if isinstance(self.key, Term):
            raise TypeError(f"a requirement of kind {self.kind} has no normal form")
        return thaw(self.key)


@dataclass(slots=True)
class Requirements:
    """Collects what a term requires, under a normaliser's declarations."""

    normaliser: Normaliser
    found: dict[Requirement, None] = field(default_factory=dict)
    smooth_in: frozenset[str] = frozenset()
    definitions_seen: set[object] = field(default_factory=set)

    def of(self, term: Term) -> tuple[Requirement, ...]:
        """The requirements of a term that its declarations do not guarantee.

        Raises ``Undefined`` where one of them fails for certain.
        """
        self.visit(term, {}, EVERYWHERE)
        return tuple(self.found)

    # -- the walk --------------------------------------------------------------------------------------------------

    def visit(self, term: Term, env: Bindings, guard: Guard) -> None:
        """Collect from a term and what is inside it."""
        match term.op:
            case "symbol":
                self._symbol(term, env, guard)
            case "sum" | "prod":
                self._binder(term, env, guard)
            case "cases":
                self._coverage(term, env, guard)
                self._branches(term, env, guard)
            case "indicator":
                self.visit_condition(term.args[0], env, guard)
            case "diff":
                self._derivative(term, env, guard)
            case "apply":
                self._application(term, env, guard)
            case "integrate" | "limit":
                return
            case _:
                for a in term.args:
                    self.visit(a, env, guard)
                rule = RULES.get(term.op)
                if rule:
                    rule(self, term, env, guard)

    def visit_condition(self, term: Term, env: Bindings, guard: Guard) -> None:
        """Collect from the values that a condition compares."""
        for a in term.args:
            if a.op in CONDITIONS:
                self.visit_condition(a, env, guard)
            elif not a.shape:
                self.visit(a, env, guard)

    def _branches(self, term: Term, env: Bindings, guard: Guard) -> None:
        """Each condition where none before it holds, each value where its own holds besides."""
        alg = self.normaliser.alg
        left: Guard | None = guard
        for k in range(0, len(term.args), 2):
            if left is None:
                return
            if k + 1 == len(term.args):
                self.visit(term.args[k], env, left)
                return
            self.visit_condition(term.args[k + 1], env, left)
            holds = indicator(self.normaliser, term.args[k + 1], env)
            chosen = _narrowed(left, holds)
            if chosen is not None:
                self.visit(term.args[k], env, chosen)
            left = _narrowed(left, alg.subtract(constant(1), holds))

    def _coverage(self, term: Term, env: Bindings, guard: Guard) -> None:
        """``cases`` without ``otherwise`` is undefined where no condition holds."""
        conditions = term.args[1::2]
        if len(term.args) % 2:
            return
        alg = self.normaliser.alg
        missed = alg.product(*(alg.subtract(constant(1), indicator(self.normaliser, c, env)) for c in conditions))
        if missed == constant(1) and not guard:
            raise Undefined("no case ever holds")
        if missed:
            holds = conditions[0] if len(conditions) == 1 else Term("or", conditions)
            self.found.setdefault(Requirement("covered", freeze(missed), holds, guard))

    def _symbol(self, term: Term, env: Bindings, guard: Guard) -> None:
        it = term.symbol
        bound = env.get(it)
        if isinstance(bound, Closure):
            self.visit(bound.term, bound.bindings, guard)
            return
        definition = self.normaliser.context.definitions.get(it.name)
        if bound is not None or definition is None or definition.symbol != it:
            return
        memo = (it.name, guard, self.smooth_in)
        if memo in self.definitions_seen:
            return
        self.definitions_seen.add(memo)
        opened: list[Poly] = []
        try:
            for size in it.type.family + axes(it.type.shape):
                if len(opened) < len(definition.parameters):
                    opened.append(self.normaliser.open(size, {}))
            self.visit(definition.body, dict(zip(definition.parameters, opened, strict=True)), guard)
        finally:
            for _ in opened:
                self.normaliser.alg.close()

    def _binder(self, term: Term, env: Bindings, guard: Guard) -> None:
        body, lower, upper, *conditions = term.args
        self.visit(lower, env, guard)
        self.visit(upper, env, guard)
        n = self.normaliser
        low, high = n.scalar(lower, env), n.scalar(upper, env)
        length = constant_value(n.alg.subtract(high, low))
        if length is not None and length < 12:
            for step in range(int(length) + 1):
                here = {**env, term.symbol: n.alg.add(low, constant(step))}
                self._summand(body, conditions, here, guard)
            return
        inside = _narrowed(guard, at_least_zero(n.alg, n.alg.subtract(high, low)))
        if inside is None:
            return
        v = n.alg.fresh(low, high)
        try:
            self._summand(body, conditions, {**env, term.symbol: variable(v)}, inside)
        finally:
            n.alg.close()

    def _summand(self, body: Term, conditions: list[Term], env: Bindings, guard: Guard) -> None:
        admitted: Guard | None = guard
        for c in conditions:
            self.visit_condition(c, env, guard)
            admitted = None if admitted is None else _narrowed(admitted, indicator(self.normaliser, c, env))
        if admitted is not None:
            self.visit(body, env, admitted)

    def _derivative(self, term: Term, env: Bindings, guard: Guard) -> None:
        body, by = term.args
        self.visit(by, env, guard)
        array = by
        while array.op == "entry":
            array = array.args[0]
        outer = self.smooth_in
        self.smooth_in = outer | ({array.symbol.name} if array.op == "symbol" else frozenset())
        self.visit(body, env, guard)
        self.smooth_in = outer

    def _application(self, term: Term, env: Bindings, guard: Guard) -> None:
        for a in term.args:
            self.visit(a, env, guard)
        definition = self.normaliser.context.definitions.get(term.symbol.name)
        if definition is None:
            return
        passed: dict[Symbol, Poly | Closure] = {}
        for parameter, a in zip(definition.parameters, term.args, strict=True):
            passed[parameter] = Closure(a, env) if a.shape else self.normaliser.scalar(a, env)
        self.visit(definition.body, passed, guard)

    # -- entering a requirement --------------------------------------------------------------------------------------

    def need(self, kind: str, p: Poly, term: Term, guard: Guard) -> None:
        """Enter ``p`` as positive, nonnegative, nonzero or regular, unless that is known."""
        alg = self.normaliser.alg
        impossible = {"positive": {"-", "0-", "0"}, "nonnegative": {"-"}}.get(kind, set())
        if impossible and not alg.complex and not guard and sign_of(alg, p) in impossible:
            raise Undefined(f"its argument is never {kind}")
        if kind in {"positive", "nonnegative"} and not alg.complex and len(p) > 1:
            form = self.sign_by_form(term)
            if form and dense(self.normaliser, term):
                learn(alg, p, form)
        if kind == "nonnegative":
            self.smooth(p, term, guard)
        if alg.complex and kind in {"positive", "nonnegative"}:
            if kind == "nonnegative":
                return
            kind = "nonzero"
        value = constant_value(p)
        if value is not None and kind != "regular":
            if not (value > 0 or (value == 0 and kind == "nonnegative") or (value < 0 and kind == "nonzero")):
                if not guard:
                    raise Undefined("a value that is defined nowhere")
                self._enter(kind, p, term, guard)
            return
        if kind == "positive" and sign_of(alg, p) == "0+":
            kind = "nonzero"
        if kind == "regular":
            if sign_of(alg, p) != "+":
                self._enter(kind, p, term, guard)
        elif sign_of(alg, p) not in KNOWN[kind]:
            for part_kind, part in self._split(kind, p):
                if sign_of(alg, part) not in KNOWN[part_kind]:
                    self._enter(part_kind, part, term, guard)

    def need_whole_power(self, p: Poly, e: Poly, term: Term, guard: Guard) -> None:
        """Enter each factor of ``p`` as nonzero wherever an integer exponent of unknown sign is negative."""
        alg = self.normaliser.alg
        base, exponent = term.args
        for _, part in self._split("nonzero", p) if p else [("nonzero", p)]:
            if constant_value(part) or sign_of(alg, part) in KNOWN["nonzero"]:
                continue
            shown = Term("or", (self._statement("nonzero", part, base), Term("ge", (exponent, ZERO))))
            self.found.setdefault(Requirement("whole power", freeze(part), shown, guard, freeze(e)))

    def _enter(self, kind: str, p: Poly, term: Term, guard: Guard) -> None:
        self.found.setdefault(Requirement(kind, freeze(p), self._statement(kind, p, term), guard))

    def _varies(self, p: Poly) -> bool:
        return bool(self.normaliser.alg.symbols_of(p) & self.smooth_in)

    def sign_by_form(self, term: Term) -> str | None:
        """``+`` or ``0+`` where the form of a term shows it: squares, sums and products of such, exponentials."""
        match term.op:
            case "number":
                return "+" if term.number > 0 else "0+" if term.number == 0 else None
            case "pow" if term.args[1].op == "number" and term.args[1].number % 2 == 0 and not term.args[0].shape:
                return "0+"
            case "exp" | "cosh" | "sech" | "sigmoid":
                return "+"
            case "abs" | "norm" | "frobenius" | "sqrt" | "relu":
                return "0+"
            case "add" | "mul" | "div" | "hadamard":
                signs = [self.sign_by_form(a) for a in term.args]
                if None in signs:
                    return None
                strict = "+" in signs if term.op == "add" else "0+" not in signs
                return "+" if strict else "0+"
            case "sum":
                return "0+" if self.sign_by_form(term.args[0]) else None
            case "symbol" | "entry":
                return self._declared_sign(term)
            case _:
                return None

    def _declared_sign(self, term: Term) -> str | None:
        array = term
        while array.op == "entry":
            array = array.args[0]
        if array.op != "symbol":
            return None
        definition = self.normaliser.context.definitions.get(array.symbol.name)
        if definition is not None:
            return self.sign_by_form(definition.body)
        kind = array.symbol.type.kind
        return {"positive": "+", "natural": "+", "size": "+", "index": "+", "nonnegative": "0+"}.get(kind)

    def smooth(self, p: Poly, term: Term, guard: Guard) -> None:
        """A function with a kink at zero is being differentiated: its argument should not be zero.

        It may be zero all the same where kinks cancel, as in ``x*abs(x)``; so this may be named but not assumed.
        """
        if not p or not self.smooth_in or not self._varies(p):
            return
        for _, part in self._split("nonzero", p):
            if not constant_value(part) and sign_of(self.normaliser.alg, part) not in KNOWN["nonzero"]:
                statement = self._statement("nonzero", part, term)
                self.found.setdefault(Requirement("smooth", freeze(part), statement, guard))

    def _split(self, kind: str, p: Poly) -> Iterator[tuple[str, Poly]]:
        """The requirement on a product as requirements on its factors."""
        alg = self.normaliser.alg
        if kind != "nonzero" and not alg.real(p):
            yield kind, alg.scale(p, 1 / abs(p[max(p)]))
            return
        c, m, q = alg.content(p)
        if kind == "nonzero":
            for a, _ in m:
                if alg.keys[a][0] == "abs":
                    yield from self._split(kind, thaw(alg.keys[a][1]))
                elif alg.keys[a][0] not in INDICATORS:
                    yield kind, variable(a)
            for factor, _ in irreducible_factors(alg, q)[1]:
                yield kind, factor
            return
        odd: Monomial = ()
        for a, e in m:
            even = isinstance(e, int) and e % 2 == 0
            if (even or power_sign(alg, a, e) == "0+") and kind == "positive":
                yield from self._split("nonzero", variable(a))
            elif even or power_sign(alg, a, e) == "0+":
                continue
            elif not even and power_sign(alg, a, e) != "+":
                odd = (*odd, (a, 1 if isinstance(e, int) else e))
        rest = alg.multiply({odd: fmpq(1 if c > 0 else -1)}, q)
        if rest != constant(1):
            yield kind, rest

    def _statement(self, kind: str, p: Poly, term: Term) -> Term:
        """The requirement as a condition, solved for a lone symbol where it is linear in it."""
        plain = term_of(self.normaliser, p)
        if kind == "regular":
            whole = Term("floor", (term,), None)
            return Term("or", (Term("gt", (term, ZERO)), Term("ne", (term, whole))))
        relation = {"positive": "gt", "nonnegative": "ge", "nonzero": "ne"}[kind]
        if plain is None:
            return Term(relation, (term, ZERO))
        fixed = p.get(UNIT, fmpq(0))
        varying = {m: c for m, c in p.items() if m != UNIT}
        if fixed != 0 and len(varying) == 1:
            ((m, c),) = varying.items()
            if c < 0 and relation != "ne":
                relation = {"gt": "lt", "ge": "le"}[relation]
            left = term_of(self.normaliser, {m: fmpq(1)})
            right = term_of(self.normaliser, constant(-fixed / c)) or ZERO
            return Term(relation, (left or plain, right))
        return Term(relation, (plain, ZERO))


def _narrowed(guard: Guard, holds: Poly) -> Guard | None:
    """The guard where also an indicator is 1; ``None`` where it never is."""
    if not holds:
        return None
    return guard if holds == constant(1) else guard | {freeze(holds)}


CONDITIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "true", "false", "in"})


def term_of(n: Normaliser, p: Poly) -> Term | None:
    """A polynomial in scalars, plain entries and sizes as a term, ``None`` where it holds anything else."""
    terms: list[Term] = []
    for m, c in sorted(p.items(), reverse=True):
        factors = [_atom_term(n, a, int(e)) if isinstance(e, int) and e > 0 else None for a, e in m]
        present = [f for f in factors if f is not None]
        if len(present) != len(factors):
            return None
        size = _rational_term(abs(c))
        if not present or abs(c) != 1:
            present.insert(0, size)
        product = present[0] if len(present) == 1 else Term("mul", tuple(present))
        terms.append(Term("neg", (product,)) if c < 0 else product)
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Term("add", tuple(terms))


def _rational_term(c: fmpq) -> Term:
    top = number(int(c.p))
    return top if c.q == 1 else Term("div", (top, number(int(c.q))))


def _atom_term(n: Normaliser, a: int, e: int) -> Term | None:
    key = n.alg.keys[a]
    base: Term | None = None
    if key[0] in {"size", "index", "entry"}:
        it = n.context.symbols.get(key[1])
        if it is not None:
            base = symbol(it)
            if key[0] == "entry" and key[2]:
                places = [term_of(n, thaw(part)) for part in key[2]]
                base = Term("entry", (base, *(p for p in places if p is not None))) if None not in places else None
    return base if base is None or e == 1 else Term("pow", (base, number(e)))


# -- what each operator requires -----------------------------------------------------------------------------------------

Rule = Callable[[Requirements, Term, Bindings, Guard], None]


def _scalar(r: Requirements, term: Term, env: Bindings) -> Poly:
    return r.normaliser.scalar(term, env)


def _argument(r: Requirements, term: Term, env: Bindings, use: Callable[[Poly, Term], None]) -> None:
    """Apply ``use`` to the argument, or to the generic entry of an array argument."""
    opened: list[Poly] = []
    n = r.normaliser
    try:
        for size in axes(term.shape):
            opened.append(n.open(size, env))
        use(n.entry(term, tuple(opened), env), term)
    finally:
        for _ in opened:
            n.alg.close()


Build = Callable[[Normaliser, Poly], Poly]
Show = Callable[[Term], Term]


def _needs(kind: str, build: Build | None = None, show: Show | None = None) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        def use(p: Poly, a: Term) -> None:
            r.need(kind, build(r.normaliser, p) if build else p, show(a) if show else a, guard)

        _argument(r, term.args[0], env, use)

    return rule


def _both(*rules: Rule) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        for one in rules:
            one(r, term, env, guard)

    return rule


def _division(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    bottom = term.args[1]
    try:
        p = _scalar(r, bottom, env)
    except Unsupported:
        r.found.setdefault(Requirement("divisor", bottom, Term("ne", (bottom, ZERO)), guard))
        return
    r.need("nonzero", p, bottom, guard)


def _power(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    base, exponent = term.args
    alg = r.normaliser.alg
    e = _scalar(r, exponent, env)
    value = constant_value(e)
    if base.shape:
        if value is None or value < 0:
            _invertible(r, Term("inv", (base,), None, base.shape), env, guard)
        return
    if value is not None and value.q == 1:
        if value < 0:
            r.need("nonzero", _scalar(r, base, env), base, guard)
        return
    p = _scalar(r, base, env)
    if value is not None:
        r.need("nonnegative" if value > 0 else "positive", p, base, guard)
    elif integer_valued(alg, e):
        low = least(alg, e)
        if (low is None or low < 0) and sign_of(alg, e) not in KNOWN["nonnegative"]:
            r.need_whole_power(p, e, term, guard)
    elif sign_of(alg, p) != "+":
        shown = Term("or", (Term("gt", (base, ZERO)), Term("eq", (exponent, Term("floor", (exponent,))))))
        r.found.setdefault(Requirement("power", freeze(p), shown, guard, freeze(e)))


def _logarithm(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    _argument(r, term.args[0], env, lambda p, a: r.need("positive", p, a, guard))
    if len(term.args) == 2:
        base = _scalar(r, term.args[1], env)
        r.need("positive", base, term.args[1], guard)
        r.need("nonzero", r.normaliser.alg.subtract(base, constant(1)), Term("add", (term.args[1], Term("neg", (ONE,)))), guard)


def _kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    _argument(r, term.args[0], env, lambda p, a: r.smooth(p, a, guard))


def _extreme_kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    if not r.smooth_in or any(a.shape for a in term.args):
        return
    values = [_scalar(r, a, env) for a in term.args]
    for k, value in enumerate(values[1:], start=1):
        for j in range(k):
            difference = Term("add", (term.args[j], Term("neg", (term.args[k],))))
            r.smooth(r.normaliser.alg.subtract(values[j], value), difference, guard)


def _norm_kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    if r.smooth_in:
        r.smooth(_scalar(r, term, env), term, guard)


def _invertible(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    a = term.args[0]
    if a.op == "symbol" and a.symbol.type.attributes & {"invertible", "orthogonal", "positive_definite"}:
        return
    determinant = Term("det", (a,))
    r.need("nonzero", _scalar(r, determinant, env), determinant, guard)


def _in_range(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    array, *places = term.args
    shape = array.shape[1:] if len(places) == 1 and len(array.shape) == 2 and array.shape[0] == ONE else array.shape
    for place, size in zip(places, shape, strict=False):
        _within(r, place, size, env, guard)


def _unit(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    place, size = term.args
    _within(r, place, size, env, guard)


def _within(r: Requirements, place: Term, size: Term, env: Bindings, guard: Guard) -> None:
    """A place must lie between 1 and a size."""
    alg = r.normaliser.alg
    p, last = _scalar(r, place, env), _scalar(r, size, env)
    for distance, statement in (
        (alg.subtract(p, constant(1)), Term("ge", (place, ONE))),
        (alg.subtract(last, p), Term("le", (place, size))),
    ):
        low = least(alg, distance)
        if (low is None or low < 0) and sign_of(alg, distance) not in KNOWN["nonnegative"]:
            high = greatest(alg, distance)
            if high is not None and high < 0 and not guard:
                raise Undefined("an entry outside its range")
            r.found.setdefault(Requirement("range", freeze(distance), statement, guard))


def _gamma(shift: int) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        def use(p: Poly, a: Term) -> None:
            shifted = r.normaliser.alg.add(p, constant(shift))
            r.need("regular", shifted, Term("add", (a, number(shift))) if shift else a, guard)

        _argument(r, term.args[0], env, use)

    return rule


def _of(name: str) -> Callable[[Term], Term]:
    return lambda a: Term(name, (a,), None, a.shape)


def _cos_of(n: Normaliser, p: Poly) -> Poly:
    return ANALYTIC["cos"](n.alg, p)


def _sin_of(n: Normaliser, p: Poly) -> Poly:
    return ANALYTIC["sin"](n.alg, p)


def _square_less(c: int, sign: int) -> tuple[Build, Show]:
    """sign * (c - x**2), as a polynomial and as a term."""

    def build(n: Normaliser, p: Poly) -> Poly:
        return n.alg.scale(n.alg.subtract(constant(c), n.alg.multiply(p, p)), sign)

    def show(a: Term) -> Term:
        square, fixed = Term("pow", (a, number(2))), number(c)
        return Term("add", (fixed, Term("neg", (square,)))) if sign > 0 else Term("add", (square, Term("neg", (fixed,))))

    return build, show


def _less(c: int) -> tuple[Build, Show]:
    """x - c."""
    return (
        lambda n, p: n.alg.subtract(p, constant(c)),
        lambda a: Term("add", (a, Term("neg", (number(c),)))),
    )


RULES: dict[str, Rule] = {
    "div": _division,
    "pow": _power,
    "log": _logarithm,
    "sqrt": _needs("nonnegative"),
    "cbrt": _kink,
    "abs": _kink,
    "sign": _kink,
    "relu": _kink,
    "floor": _kink,
    "ceiling": _kink,
    "max": _extreme_kink,
    "min": _extreme_kink,
    "norm": _norm_kink,
    "frobenius": _norm_kink,
    "tan": _needs("nonzero", _cos_of, _of("cos")),
    "sec": _needs("nonzero", _cos_of, _of("cos")),
    "cot": _needs("nonzero", _sin_of, _of("sin")),
    "csc": _needs("nonzero", _sin_of, _of("sin")),
    **{name: _needs("nonzero") for name in ("coth", "csch", "acot", "acsch")},
    "asin": _needs("nonnegative", *_square_less(1, 1)),
    "acos": _needs("nonnegative", *_square_less(1, 1)),
    "asec": _both(_needs("nonzero"), _needs("nonnegative", *_square_less(1, -1))),
    "acsc": _both(_needs("nonzero"), _needs("nonnegative", *_square_less(1, -1))),
    "acosh": _needs("nonnegative", *_less(1)),
    "atanh": _needs("positive", *_square_less(1, 1)),
    "acoth": _both(_needs("nonzero"), _needs("positive", *_square_less(1, -1))),
    "asech": _both(_needs("positive"), _needs("nonnegative", *_square_less(1, 1))),
    "gamma": _gamma(0),
    "factorial": _gamma(1),
    "inv": _invertible,
    "entry": _in_range,
    "unit": _unit,
}
