"""Integrals without a closed form as numbers of which only this is known: equal integrands have equal integrals."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Refused, is_oo, occurs
from derivcheck.kernel.analysis.needs import witness
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.terms import ONE, Symbol, Term, Type, substitute, symbol
from derivcheck.kernel.vocabulary import build


@dataclass(slots=True)
class Unclosed:
    """The integrals met, each with the symbol that stands for it."""

    known: list[tuple[Term, Segment, Term, Term, Symbol]] = field(default_factory=list)

    @property
    def symbols(self) -> list[Symbol]:
        """The symbols that stand for integrals."""
        return [it for *_, it in self.known]

    def integral(self, body: Term, on: Segment, lower: Term, upper: Term, carried: list[Term], why: Refused) -> Term:
        """A combination of symbols, by linearity; raises ``Refused`` where the parts are not continuous on the closed range."""
        if is_oo(lower) or is_oo(upper):
            raise why
        carried += continuous(body, on, lower, upper)
        parts = [self._scaled(part, on, lower, upper) for part in _summands(body)]
        return build("add", *parts) if len(parts) > 1 else parts[0]

    def _scaled(self, part: Term, on: Segment, lower: Term, upper: Term) -> Term:
        factors = part.args if part.op == "mul" else (part,)
        outside = [f for f in factors if not occurs(on.variable, f)]
        inside = [f for f in factors if occurs(on.variable, f)]
        body = (build("mul", *inside) if len(inside) > 1 else inside[0]) if inside else ONE
        total = symbol(self._symbol(body, on, lower, upper))
        for factor in outside:
            total = c.mul(factor, total)
        return total

    def _symbol(self, body: Term, on: Segment, lower: Term, upper: Term) -> Symbol:
        for known, other, low, high, it in self.known:
            if (low, high) == (lower, upper):
                same = substitute(known, {other.variable: symbol(on.variable)})
                if same == body or on.inside.proves(same, "=", body):
                    return it
        name = f"J{len(self.known) + 1}"
        while name in on.around.context.symbols or name in on.around.context.definitions:
            name += "_"
        it = Symbol(name, Type("real"))
        self.known.append((body, on, lower, upper, it))
        return it


def continuous(body: Term, on: Segment, lower: Term, upper: Term) -> list[Term]:
    """What else must be defined so that a function is continuous on a closed range; raises ``Refused``."""
    found = [witness(need) for need in on.analytic(body)]
    if is_oo(lower) or is_oo(upper) or not (on.continuous_at(body, lower) and on.continuous_at(body, upper)):
        raise Refused("whether a function is continuous on the whole range is not known")
    return found


def _summands(body: Term) -> list[Term]:
    match body.op:
        case "add":
            return [part for a in body.args for part in _summands(a)]
        case "neg":
            return [build("mul", Term("number", (), -ONE.number), part) for part in _summands(body.args[0])]
        case "div":
            return [build("mul", part, build("div", ONE, body.args[1])) for part in _summands(body.args[0])]
        case "mul" if sum(f.op == "add" for f in body.args) == 1:
            spread = next(k for k, f in enumerate(body.args) if f.op == "add")
            rest = [f for k, f in enumerate(body.args) if k != spread]
            return [build("mul", *rest, part) for a in body.args[spread].args for part in [a]]
    return [body]
