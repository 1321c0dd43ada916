"""Functions that have no limit because they oscillate: ``r + q*sin(g)`` where g grows and q does not fall to 0."""

from __future__ import annotations

from derivcheck.kernel.analysis.expansions import Expansion
from derivcheck.kernel.analysis.germs import Germ
from derivcheck.kernel.analysis.knowledge import Refused, occurs
from derivcheck.kernel.terms import ONE, Symbol, Term, number
from derivcheck.kernel.vocabulary import build


def oscillates(body: Term, expansion: Expansion) -> bool:
    """Whether a function certainly has no limit, not even an infinite one; ``False`` where that is not known.

    Where g grows beyond all bounds, which it does continuously, sin(g) is 1 and -1 again and again, and the function comes close
    to r + q and to r - q.  These have no common limit where r has one and q none that is 0, or where q outgrows r.
    """
    try:
        return _oscillates(body, expansion)
    except Refused:
        return False


def _oscillates(body: Term, x: Expansion) -> bool:
    waves: list[tuple[Term, Term]] = []
    rest = x.germs.constant(number(0))
    for part in _summands(body):
        found = _wave(part, x.variable)
        if found is None or not x.germs.parted(x.of(found[1].args[0]))[0]:
            rest = x.germs.add(rest, x.of(part))
        else:
            waves.append(found)
    if len(waves) != 1:
        return False
    factor, wave = waves[0]
    q, g = x.of(factor), x.of(wave.args[0])
    for f in (q, g):
        if x.germs.knowledge.sign(x.germs.leading(f)[1]) not in {"+", "-"}:
            return False
    if x.germs.supposed or (x.carried and any(x.germs.knowledge.value(part) is None for part in x.carried)):
        return False
    size = x.germs.size(q.terms[0][0])
    return size >= 0 and (_converges(rest, x) or (size > 0 and _outgrows(q, rest, x)))


def _converges(f: Germ, x: Expansion) -> bool:
    try:
        return not x.germs.parted(f)[0]
    except Refused:
        return False


def _outgrows(q: Germ, f: Germ, x: Expansion) -> bool:
    bounds = [m for m in (f.terms[0][0] if f.terms else None, f.error) if m is not None]
    return all(x.germs.beyond(q.terms[0][0], m) > 0 for m in bounds)


def _summands(term: Term) -> list[Term]:
    match term.op:
        case "add":
            return [part for a in term.args for part in _summands(a)]
        case "neg":
            return [build("neg", part) for part in _summands(term.args[0])]
        case "div" if term.args[0].op in {"add", "neg"}:
            return [build("div", part, term.args[1]) for part in _summands(term.args[0])]
    return [term]


def _wave(part: Term, variable: Symbol) -> tuple[Term, Term] | None:
    """A product with one sine or cosine of the variable as its other factors and that; ``None`` for any other term."""
    match part.op:
        case "sin" | "cos" if occurs(variable, part):
            return ONE, part
        case "neg":
            inner = _wave(part.args[0], variable)
            return None if inner is None else (build("neg", inner[0]), inner[1])
        case "div":
            inner = _wave(part.args[0], variable)
            return None if inner is None else (build("div", inner[0], part.args[1]), inner[1])
        case "mul":
            for k, a in enumerate(part.args):
                inner = _wave(a, variable)
                if inner is not None:
                    return build("mul", inner[0], *part.args[:k], *part.args[k + 1:]), inner[1]
    return None
