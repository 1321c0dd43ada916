"""A definite integral as the change of an antiderivative (the fundamental theorem of calculus).

An antiderivative is proposed from outside and trusted in nothing: its derivative is compared with the integrand by the kernel,
both are shown to be analytic inside the range, and the antiderivative to be continuous up to its ends, or to have a limit
there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from derivcheck.kernel.analysis.branches import chosen, with_absolute_values
from derivcheck.kernel.analysis.elementary import elementary
from derivcheck.kernel.analysis.exponential_polynomials import exponential_polynomial, over_the_line
from derivcheck.kernel.analysis.knowledge import Divergent, Outside, Refused, is_oo, occurs
from derivcheck.kernel.analysis.limits import INFINITY, must_settle, one_sided
from derivcheck.kernel.analysis.needs import Need, needs, rational, witness
from derivcheck.kernel.analysis.pieces import granting, split, without_kinks
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import build, build_diff

Antiderivatives = Callable[[Term, Symbol], Sequence[Term]]
"""Proposes antiderivatives of a function of a symbol."""


def closed_integral(
    integrand: Term, on: Segment, lower: Term, upper: Term, propose: Antiderivatives, carried: list[Term], poles: list[Term]
) -> tuple[Term, list[Need]]:
    """The value of an integral, and what else its antiderivative needs.

    carried: where what the integrand itself needs is entered; poles: where the points are at which it is infinite.
    Raises ``Refused`` or ``Divergent``.
    """
    if lower == upper:
        carried += _without(on.variable, integrand)
        return ZERO, []  # over no range at all, whatever the integrand is there
    integrand = _without_derivatives(integrand, on, carried)
    if not occurs(on.variable, integrand) and not is_oo(lower) and not is_oo(upper):
        carried += map(witness, on.analytic(integrand))
        return build("mul", integrand, build("add", upper, build("neg", lower))), []
    integrand = with_absolute_values(integrand)
    pieces = split(integrand, on, lower, upper)
    values, more = [], list[Need]()
    for piece, (start, end) in pieces:
        body = without_kinks(chosen(substitute(integrand, {on.variable: symbol(piece.variable)}), piece), piece)
        own = _needs_of(body, piece)
        # at the edge of what the integrand needs the integral may have a value all the same, as that of log from 0
        carried += [build("sqrt", g) if kind == "positive" else witness((kind, g)) for kind, g in own]
        value, added = _by_antiderivative(body, granting(piece, own), start, end, propose, poles)
        values.append(value)
        more += [need for need in added if need not in own]
        more += [("nonzero", g) for kind, g in own if kind == "positive"]
    infinite_ones = {is_oo(value) for value in values} - {0}
    if infinite_ones:
        if len(infinite_ones) > 1:
            raise Divergent("the integral diverges", on.variable.name, poles[0] if poles else None)
        return (INFINITY if infinite_ones == {1} else build("neg", INFINITY)), more
    return build("add", *values) if len(values) > 1 else values[0], more


def _without_derivatives(integrand: Term, on: Segment, carried: list[Term]) -> Term:
    """An integrand with its derivatives by parameters taken; what is differentiated is shown to be smooth, but for conditions
    that are entered in carried."""
    args = tuple(_without_derivatives(a, on, carried) for a in integrand.args)
    f = Term(integrand.op, args, integrand.data, integrand.shape) if args != integrand.args else integrand
    if f.op != "diff" or f.args[1].op != "symbol" or f.args[0].shape or any(t.op in ROUGH for t in f.args[0].walk()):
        return f
    carried += [witness(need) for need in on.analytic(f.args[0])]
    return slope(f.args[0], f.args[1].symbol)


ROUGH = frozenset({"diff", "integrate", "sum", "prod", "abs", "sign", "cases"})
"""Operators below which a derivative is left as it is."""


def _without(variable: Symbol, term: Term) -> list[Term]:
    """The largest parts of a term in which a variable does not occur."""
    if not occurs(variable, term):
        return [term]
    return [part for a in term.args for part in _without(variable, a)]


def _needs_of(body: Term, on: Segment) -> list[Need]:
    """What an integrand needs; raises ``Divergent`` where it has no values on a whole range."""
    try:
        return on.analytic(body)
    except Outside as reason:
        if any(t.op == "pow" and rational(t.args[1]) is None for t in body.walk()):
            raise Refused(str(reason)) from None  # the exponent may be a whole number
        raise Divergent(str(reason), always=True) from None


def _by_antiderivative(
    body: Term, on: Segment, lower: Term, upper: Term, propose: Antiderivatives, poles: list[Term]
) -> tuple[Term, list[Need]]:
    if is_oo(lower) < 0 < is_oo(upper) and (total := over_the_line(body, on)) is not None:
        return total, []
    refused = "no antiderivative was found"
    known = chain(elementary(body, on.variable), exponential_polynomial(body, on.variable))
    for proposed in chain(known, propose(body, on.variable)):
        plain = _without_steps(proposed)
        for candidate in dict.fromkeys((_with_absolute_logarithms(plain, on.variable), plain)):
            if not is_antiderivative(candidate, body, on):
                refused = "the kernel does not confirm the antiderivative found"
                continue
            try:
                return _changes(candidate, on, lower, upper, poles)
            except Refused as reason:
                refused = f"the antiderivative found is not continuous on the range: {reason}"
    raise Refused(refused)


def _changes(candidate: Term, on: Segment, lower: Term, upper: Term, poles: list[Term]) -> tuple[Term, list[Need]]:
    """The changes of an antiderivative between its jumps, added up."""
    total: list[Term] = []
    more: list[Need] = []
    for piece, (start, end) in split(candidate, on, lower, upper):
        here = substitute(candidate, {on.variable: symbol(piece.variable)})
        needed = piece.analytic(here)
        more += needed
        given = granting(piece, needed)
        values = [_at_end(here, given, end, False), _at_end(here, given, start, True)]
        signs = [is_oo(values[0]), -is_oo(values[1])]
        if any(signs):
            poles.append(end if signs[0] else start)
            if signs[0] * signs[1] < 0 or (len(total) > 0 and any(map(is_oo, total))):
                raise Divergent("the integral diverges", on.variable.name, poles[0])
            total.append(INFINITY if max(signs) > 0 else build("neg", INFINITY))
        else:
            total.append(build("add", values[0], build("neg", values[1])))
    endless = [value for value in total if is_oo(value)]
    if endless:
        return endless[0], more
    return build("add", *total) if len(total) > 1 else total[0], more


def is_antiderivative(candidate: Term, integrand: Term, on: Segment) -> bool:
    """Whether the kernel proves that the derivative of one is the other.

    First without what is known of the variable, then with what both functions need, which is shown to hold elsewhere.
    """
    _, anywhere = on.around.declaring(on.variable.name)
    if anywhere.proves(build_diff(candidate, symbol(on.variable), "mixed"), "=", integrand):
        return True
    found = dict.fromkeys((*needs(candidate, on.variable), *needs(integrand, on.variable)))
    facts = [Term("gt" if kind == "positive" else "ne", (g, ZERO)) for kind, g in found if kind != "kink"]
    try:
        derived = slope(candidate, on.variable)
    except Refused:
        return False
    if on.inside.proves(derived, "=", integrand):
        return True
    _, needed = on.around.declaring(on.variable.name, *facts)
    return needed.proves(derived, "=", integrand)


def _at_end(candidate: Term, on: Segment, end: Term, is_lower: bool) -> Term:
    """The limit of an antiderivative at an end of the range, from inside; it may be infinite."""
    if is_oo(end) or not _continuous(candidate, on, end):
        if not on.ordered:
            raise Refused("which end of the range is the lower one is not known")
        side = 0 if is_oo(end) else 1 if (on.lower == end) else -1
        try:
            return one_sided(candidate, on.variable, end, side, on.around)
        except Refused:
            must_settle(candidate, on.variable, end, side, on.around)
            raise
    return substitute(candidate, {on.variable: end})


def _continuous(candidate: Term, on: Segment, end: Term) -> bool:
    try:
        return on.continuous_at(candidate, end)
    except Refused:
        return False


def _without_steps(term: Term) -> Term:
    """A proposal without the steps that make it continuous: they are constant in between, where it is looked at."""
    if term.op in {"floor", "ceiling"}:
        return ZERO
    args = tuple(map(_without_steps, term.args))
    return Term(term.op, args, term.data, term.shape) if args != term.args else term


def _with_absolute_logarithms(term: Term, variable: Symbol) -> Term:
    """Logarithms of what depends on the variable as logarithms of absolute values, which have the same derivative."""
    args = tuple(_with_absolute_logarithms(a, variable) for a in term.args)
    if term.op == "log" and len(args) == 1 and occurs(variable, args[0]) and args[0].op not in {"abs", "exp"}:
        return build("log", build("abs", args[0]))
    return Term(term.op, args, term.data, term.shape) if args != term.args else term


def linear_parts(term: Term, variable: Symbol) -> list[tuple[Term, Term | None]]:
    """A term that is linear in indefinite integrals by a variable as factors and integrands; ``None`` for what is no integral."""
    if not any(t.op == "integrate" and t.data is None for t in term.walk()):
        return [(term, None)]
    match term.op:
        case "integrate" if not isinstance(term.data, Symbol) and term.args[1] == symbol(variable):
            if any(t.op == "integrate" and t.data is None for t in term.args[0].walk()):
                raise Refused("an indefinite integral inside another")
            return [(ONE, term.args[0])]
        case "add":
            return [part for a in term.args for part in linear_parts(a, variable)]
        case "neg":
            return [(build("neg", c), f) for c, f in linear_parts(term.args[0], variable)]
        case "div" if variable not in free_symbols(term.args[1]):
            return [(build("div", c, term.args[1]), f) for c, f in linear_parts(term.args[0], variable)]
        case "mul":
            holders = [a for a in term.args if any(t.op == "integrate" and t.data is None for t in a.walk())]
            others = [a for a in term.args if a not in holders]
            if len(holders) == 1 and all(variable not in free_symbols(a) for a in others):
                return [(build("mul", *others, c) if others else c, f) for c, f in linear_parts(holders[0], variable)]
    raise Refused("an indefinite integral stands where its constant matters")


def differentiated(parts: list[tuple[Term, Term | None]], variable: Symbol) -> Term:
    """The derivative of what ``linear_parts`` took apart."""
    pieces = [build_diff(c, symbol(variable), "mixed") if f is None else build("mul", c, f) for c, f in parts]
    return build("add", *pieces) if len(pieces) > 1 else pieces[0]
