"""Where a term is defined: the requirements that its parts make, read off the term and not off its normal form.

A requirement that one side of a claim makes and the other does not is a condition of the step.  Those that both make,
and those that the declarations guarantee, are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import fmpq

from derivcheck.kernel.normal.definite import definiteness, quadratic_form
from derivcheck.kernel.normal.domains import RULES
from derivcheck.kernel.normal.factors import irreducible_factors
from derivcheck.kernel.normal.index_rules import indicator
from derivcheck.kernel.normal.indicators import at_least_zero, integer_valued
from derivcheck.kernel.normal.normal_form import Bindings, Closure, Normaliser, axes, dense
from derivcheck.kernel.normal.polynomials import (
    INDICATORS,
    Monomial,
    Poly,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.requirement import EVERYWHERE, KNOWN, Guard, Requirement, compared, compared_summands
from derivcheck.kernel.normal.signs import learn, power_sign, sign_of
from derivcheck.kernel.terms import ZERO, Symbol, Term


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
                self._over_a_variable(term, env, guard)
            case "entry":
                self._entry(term, env, guard)
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

    def _over_a_variable(self, term: Term, env: Bindings, guard: Guard) -> None:
        """An integrand must be defined over the whole range, the function of a limit close to the point.

        Raises ``Unsupported`` where that depends on the variable, but for ``x != 0`` and the like beside a limit, where no
        function in pieces could be zero on a whole side of the point.
        """
        if not isinstance(term.data, Symbol):
            raise Unsupported("where an indefinite integral is defined")
        for bound in term.args[1:]:
            self.visit(bound, env, guard)
        name = f"the variable {term.symbol.name}"
        before = set(self.found)
        inner = {**env, term.symbol: self.normaliser.alg.atom(("entry", name, ()))}
        self.visit(term.args[0], inner, guard)
        for r in [r for r in self.found if r not in before]:
            names = frozenset({name}) if isinstance(r.key, Term) else self.normaliser.alg.symbols_of(r.poly)
            names |= self.normaliser.alg.symbols_of(thaw(r.exponent))
            if name not in names:
                continue
            if term.op == "integrate" or names != {name} or r.kind != "nonzero" or not _isolated(term):
                raise Unsupported("where an integral or a limit is defined")
            del self.found[r]

    def _entry(self, term: Term, env: Bindings, guard: Guard) -> None:
        """What the whole array requires of its entries is required of this one only, so it is named but never assumed."""
        array, *places = term.args
        for place in places:
            self.visit(place, env, guard)
        RULES["entry"](self, term, env, guard)
        definition = self.normaliser.context.definitions.get(array.symbol.name) if array.op == "symbol" else None
        if array.op == "symbol" and (definition is None or array.symbol in env):
            self.visit(array, env, guard)
        elif definition is not None and 0 < len(definition.parameters) <= len(places):
            here = [self.normaliser.scalar(place, env) for place in places[: len(definition.parameters)]]
            memo = (definition.symbol.name, tuple(map(freeze, here)), guard, self.smooth_in)
            if memo not in self.definitions_seen:
                self.definitions_seen.add(memo)
                self.visit(definition.body, dict(zip(definition.parameters, here, strict=True)), guard)
        else:
            self.visit(array, env, guard | ONE_ENTRY)

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
        if kind in {"positive", "nonnegative"} and not alg.complex and (len(p) > 1 or term.op == "det"):
            form = self.sign_by_form(term)
            if form and dense(self.normaliser, term):
                learn(alg, p, form)
                if form == "+" and term.op in {"det", "tr"}:
                    return
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
            case "det" | "tr" if term.args[0].shape:
                return definiteness(self.normaliser, term.args[0], {})
            case "matmul":
                return quadratic_form(self.normaliser, term, {})
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
                elif alg.keys[a][0] not in INDICATORS | NEVER_ZERO:
                    yield kind, variable(a)
            for factor, _ in irreducible_factors(alg, q)[1]:
                yield kind, factor
            return
        odd: Monomial = ()
        zeros: Monomial = ()
        for a, e in m:
            even = isinstance(e, int) and e % 2 == 0
            if (even or power_sign(alg, a, e) == "0+") and kind == "positive":
                yield from self._split("nonzero", variable(a))
            elif even or power_sign(alg, a, e) == "0+":
                zeros = zeros if sign_of(alg, variable(a)) in KNOWN["nonzero"] else (*zeros, (a, e))
            elif power_sign(alg, a, e) != "+":
                odd = (*odd, (a, 1 if isinstance(e, int) else e))
        rest = alg.multiply({odd: fmpq(1 if c > 0 else -1)}, q)
        if rest == constant(1):
            return
        # where x vanishes x**2*y is not negative whatever y is
        yield kind, alg.multiply({zeros: fmpq(1)}, rest)

    def _statement(self, kind: str, p: Poly, term: Term) -> Term:
        """The requirement as a condition: solved for a lone monomial, else a comparison of sums without minus signs."""
        if kind == "regular":
            if integer_valued(self.normaliser.alg, p):
                return self._statement("nonnegative", self.normaliser.alg.subtract(p, constant(1)), term)
            whole = Term("floor", (term,), None)
            return Term("or", (Term("gt", (term, ZERO)), Term("ne", (term, whole))))
        relation = {"positive": "gt", "nonnegative": "ge", "nonzero": "ne"}[kind]
        plain = compared(self.normaliser, relation, p)
        return compared_summands(relation, term) if plain is None else plain


NEVER_ZERO = frozenset({"exp", "i", "pi", "prime"})
"""Atoms that are zero nowhere, also where they are no positive numbers."""

ONE_ENTRY: Guard = frozenset({((((-1, 1),), fmpq(1)),)})
"""A guard that nothing else has: what it guards speaks of a single entry."""


def _isolated(limit: Term) -> bool:
    """Whether the zeros of what is under a limit are known not to lie in every neighbourhood of the point."""
    body, point = limit.args[:2]
    near = all(t.op != "constant" or t.data != "oo" for t in point.walk())
    for t in body.walk():
        smooth = near and all(u.op in POLYNOMIAL for a in t.args for u in a.walk())
        if t.op in VANISHING or (t.op in OSCILLATING and not smooth):
            return False
    return True


def _narrowed(guard: Guard, holds: Poly) -> Guard | None:
    """The guard where also an indicator is 1; ``None`` where it never is."""
    if not holds:
        return None
    return guard if holds == constant(1) else guard | {freeze(holds)}


CONDITIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "true", "false", "in"})
VANISHING = frozenset({
    "floor", "ceiling", "sign", "abs", "max", "min", "relu", "cases", "indicator", "delta", "apply", "derivative",
})
"""Functions that may be zero on whole intervals."""

OSCILLATING = frozenset({"sin", "cos", "tan", "cot", "sec", "csc", "gamma", "factorial"})
"""Functions whose zeros or poles may lie in every neighbourhood of a point that their argument has no value at."""

POLYNOMIAL = frozenset({"number", "constant", "symbol", "add", "neg", "mul"})
