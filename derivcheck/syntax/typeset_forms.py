"""What binds a name, chooses a branch or states something, as boxes."""

from __future__ import annotations

from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import MEANS
from derivcheck.syntax.boxes import Atom, Box, Fence, Fraction, Row, Scripts, Table
from derivcheck.syntax.lettering import lettered
from derivcheck.syntax.typesetting import (
    ATOM,
    FACTOR,
    NOT,
    PRODUCT,
    RELATION,
    SUM,
    Laid,
    Typesetting,
    Writer,
    joined,
    operator,
    parentheses,
)

_GAP, _THIN = Atom("space", " ", ""), Atom("space", r" \, ", "0.167em")
_SIGNS = {
    "eq": operator(" = ", "="), "ne": operator(r" \ne ", "≠"), "lt": operator(" < ", "<"), "le": operator(r" \le ", "≤"),
    "gt": operator(" > ", ">"), "ge": operator(r" \ge ", "≥"),
}


def ranged(sign: Atom) -> Writer:
    """A sum or product over a range, which reaches to the end of its product."""
    def write(t: Typesetting, term: Term) -> Laid:
        body, lower, upper, *conditions = term.args
        below: list[Box] = [lettered(term.symbol.name), operator("=", "="), t.box(lower)]
        below += [piece for c in conditions for piece in (operator(r", \; ", ","), _condition(t, c))]
        return _big(t, Scripts(sign, Row(tuple(below)), t.box(upper), limits=True), body)
    return write


def _condition(t: Typesetting, term: Term) -> Box:
    """A condition below a sum, in parentheses where it would look like a second range."""
    return parentheses(t.box(term)) if term.op == "eq" else t.box(term)


def _big(t: Typesetting, head: Box, body: Term) -> Laid:
    return Laid(Row((head, _GAP, t.within(body, PRODUCT))), open=True)


def integral(t: Typesetting, term: Term) -> Laid:
    """``\\int_{a}^{b} f \\, \\mathrm{d}x``, or without ends."""
    sign: Box = operator(r"\int", "∫")
    if len(term.args) == 3:
        sign = Scripts(sign, t.box(term.args[1]), t.box(term.args[2]))
    variable = t.box(term.args[1]) if term.data is None else lettered(term.symbol.name)
    body = t.within(term.args[0], PRODUCT, last=False)
    return Laid(Row((sign, _GAP, body, _THIN, operator(r"\mathrm{d}", "d"), variable)), open=True)


def limit(t: Typesetting, term: Term) -> Laid:
    """``\\lim_{x \\to a} f``, from one side ``\\lim_{x \\to a^{+}} f``."""
    point = t.box(term.args[1])
    if len(term.args) == 3:
        sign = operator("+", "+") if term.args[2].number == 1 else operator("-", "−")
        point = Scripts(t.within(term.args[1], ATOM), None, sign)
    below = Row((lettered(term.symbol.name), operator(r" \to ", "→"), point))
    return _big(t, Scripts(operator(r"\lim", "lim"), below, limits=True), term.args[0])


def partial(t: Typesetting, term: Term) -> Laid:
    """A derivative, always with parentheses around what it is taken of."""
    body, variable = map(t.box, term.args)
    head = Fraction(operator(r"\partial", "∂"), Row((operator(r"\partial ", "∂"), variable)))
    return Laid(Row((head, _GAP, parentheses(body))))


def cases(t: Typesetting, term: Term) -> Laid:
    """A distinction of cases behind a brace."""
    values, conditions = term.args[::2], term.args[1::2]
    rows: list[tuple[Box, ...]] = [
        (t.box(v), Row((Atom("text", r"\text{if } ", "if\u00a0"), t.box(c)))) for v, c in zip(values, conditions, strict=False)
    ]
    if len(values) > len(conditions):
        rows.append((t.box(values[-1]), Atom("text", r"\text{otherwise}", "otherwise")))
    return Laid(Table("cases", tuple(rows)))


_MEANS = {
    "E": Atom("identifier", r"\mathbb{E}", "𝔼"), "P": Atom("identifier", r"\mathbb{P}", "ℙ"),
    "Var": Atom("identifier", r"\operatorname{Var}", "Var"), "Cov": Atom("identifier", r"\operatorname{Cov}", "Cov"),
}


def mean(t: Typesetting, term: Term) -> Laid:
    """``\\mathbb{E}[f \\mid Y]``, and variances, covariances and probabilities with parentheses."""
    count = MEANS[term.op]
    inner, known = t.listed(term.args[:count]), term.args[count:]
    body = Row((inner, operator(r" \mid ", "∣"), t.listed(known))) if known else inner
    return Laid(Row((_MEANS[term.op], Fence("brackets" if term.op == "E" else "parentheses", body))))


def law(t: Typesetting, term: Term) -> Laid:
    """The name of a law and its parameters."""
    name = str(term.data)
    return t.called(Atom("identifier", rf"\operatorname{{{name}}}", name), term.args)


def indicator(t: Typesetting, term: Term) -> Laid:
    """``\\mathbb{1}`` and the condition in braces."""
    return Laid(Row((Atom("number", r"\mathbb{1}", "𝟙"), Fence("braces", t.box(term.args[0])))))


def relation(t: Typesetting, term: Term) -> Laid:
    """Two sides and the relation between them."""
    left, right = term.args
    return Laid(Row((t.within(left, SUM), _SIGNS[term.op], t.within(right, SUM))), RELATION)


def membership(t: Typesetting, term: Term) -> Laid:
    """A value in a closed interval."""
    value, *ends = term.args
    return Laid(Row((t.within(value, SUM), operator(r" \in ", "∈"), Fence("brackets", t.listed(ends)))), RELATION)


def connective(latex: str, text: str, level: int) -> Writer:
    """Conditions with ``and`` or ``or`` between them."""
    sign = operator(latex, text)
    return lambda t, term: Laid(joined([t.within(a, level + 1) for a in term.args], sign), level)


def negation(t: Typesetting, term: Term) -> Laid:
    """``\\lnot`` and a condition in parentheses."""
    return Laid(Row((operator(r"\lnot ", "¬"), t.within(term.args[0], FACTOR))), NOT)


def truth(t: Typesetting, term: Term) -> Laid:
    """The word ``true`` or ``false``."""
    return Laid(Atom("text", rf"\text{{{term.op}}}", term.op))
