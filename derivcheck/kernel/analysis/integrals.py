"""A definite integral as the change of an antiderivative (the fundamental theorem of calculus).

An antiderivative is proposed from outside and trusted in nothing: its derivative is compared with the integrand by the kernel,
both are shown to be analytic inside the range, and the antiderivative to be continuous up to its ends, or to have a limit
there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Refused, is_oo, occurs
from derivcheck.kernel.analysis.limits import infinite, one_sided
from derivcheck.kernel.analysis.segments import Need, Segment, witness
from derivcheck.kernel.terms import ONE, Claim, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import build, build_diff

Antiderivatives = Callable[[Term, Symbol], Sequence[Term]]
"""Proposes antiderivatives of a function of a symbol."""


def segment(around: Knowledge, name: str, lower: Term, upper: Term) -> Segment:
    """The open interval between two ends and what is known inside, under a new symbol for its variable."""
    low, high = (None if is_oo(end) else end for end in (lower, upper))
    if low is not None and high is not None and around.proves(low, ">=", high) and not around.proves(low, "=", high):
        low, high = high, low
    backwards = is_oo(lower) > 0 or is_oo(upper) < 0
    if backwards:
        low, high = (None if is_oo(end) else end for end in (upper, lower))
    it = around.fresh(name)
    x = symbol(it)
    facts: list[Term] = []
    if low is None or high is None or around.proves(low, "<=", high):
        facts += [Term("gt", (x, low))] if low is not None else []
        facts += [Term("lt", (x, high))] if high is not None else []
    _, inside = around.declaring(name, *facts)
    return Segment(it, low, high, inside, around)


def closed_integral(
    integrand: Term, on: Segment, lower: Term, upper: Term, propose: Antiderivatives, carried: list[Term]
) -> tuple[Term, list[Need]]:
    """The value of an integral, and what else its antiderivative needs.

    carried: where what the integrand itself needs is entered.  Raises ``Refused`` or ``Divergent``.
    """
    variable = on.variable
    own = on.analytic(integrand)
    carried += [witness(need) for need in own]
    if not occurs(variable, integrand) and not is_oo(lower) and not is_oo(upper):
        return build("mul", integrand, build("add", upper, build("neg", lower))), []
    refused = "no antiderivative was found"
    for proposed in propose(integrand, variable):
        for candidate in dict.fromkeys((_with_absolute_logarithms(proposed, variable), proposed)):
            try:
                more = [need for need in on.analytic(candidate) if need not in own]
            except (Refused, Divergent) as reason:
                refused = f"the antiderivative found is not continuous on the range: {reason}"
                continue
            if not is_antiderivative(candidate, integrand, on):
                refused = "the kernel does not confirm the antiderivative found"
                continue
            ends = [_at_end(candidate, on, end, is_lower) for end, is_lower in ((upper, False), (lower, True))]
            return build("add", ends[0], build("neg", ends[1])), more
    raise Refused(refused)


def is_antiderivative(candidate: Term, integrand: Term, on: Segment) -> bool:
    """Whether the kernel proves that the derivative of one is the other."""
    claim = Claim(build_diff(candidate, symbol(on.variable), "mixed"), "=", integrand, on.inside.context)
    return on.inside.proves(claim.left, "=", claim.right)


def _at_end(candidate: Term, on: Segment, end: Term, is_lower: bool) -> Term:
    """The limit of an antiderivative at an end of the range, from inside."""
    if is_oo(end) or not _continuous(candidate, on, end):
        side = 0 if is_oo(end) else 1 if (on.lower == end) else -1
        value = one_sided(candidate, on.variable, end, side, on.around)
        if infinite(value):
            raise Divergent("the integral diverges")
        return value
    return substitute(candidate, {on.variable: end})


def _continuous(candidate: Term, on: Segment, end: Term) -> bool:
    try:
        return on.continuous_at(candidate, end)
    except Refused:
        return False


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
