"""Terms as boxes, with the parentheses that LaTeX needs so that it can be read in one way only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction as Rational

from derivcheck.kernel.terms import BINDERS, BOUND, ONE, RELATIONS, VARIABLE, Symbol, Term, free_symbols
from derivcheck.kernel.vocabulary import FUNCTIONS, MEANS
from derivcheck.syntax import typeset_forms as forms
from derivcheck.syntax.boxes import Atom, Box, Fence, Fraction, Radical, Row, Scripts, Spelled, Table
from derivcheck.syntax.lettering import PLACE, Names, escaped, lettered
from derivcheck.syntax.show import digits, is_decimal
from derivcheck.syntax.typesetting import (
    AND,
    ATOM,
    FACTOR,
    MINUS,
    OR,
    PRODUCT,
    SUM,
    Laid,
    Typesetting,
    Writer,
    enclosed,
    joined,
    operator,
    parentheses,
)

NO_NAMES = Names()

_MINUS, _TIMES, _DOT = operator("-", "−"), operator(" ", "\u2062"), operator(r" \cdot ", "⋅")
_PLUS, _LESS, _TOP = operator(" + ", "+"), operator(" - ", "−"), operator(r"\top", "⊤")
_INVERSE = Row((_MINUS, Atom("number", "1", "1")))
_CONSTANTS = {
    "pi": Atom("identifier", r"\pi", "π"), "e": Atom("identifier", "e", "e"), "i": Atom("identifier", "i", "i"),
    "oo": Atom("identifier", r"\infty", "∞"),
}
_ELSEWHERE = frozenset({"sigmoid", "gamma", "log", "sqrt"})
"""Functions that are not always written as their LaTeX command and arguments."""


def _word(name: str) -> Atom:
    return Atom("identifier", rf"\operatorname{{{escaped(name)}}}", name)


_COMMANDS = {
    row.name: Atom("identifier", row.latex, row.name) if row.latex and row.name not in _ELSEWHERE else _word(row.name)
    for row in FUNCTIONS.values()
}


_VECTOR = _word("vector")


def typeset(term: Term, names: Names = NO_NAMES) -> Box:
    """The term as a box; names: what is declared where the formula is to be read."""
    bound = {t.symbol.name for t in term.walk() if t.op in BINDERS and t.data}
    around = replace(names, taken=names.taken | bound) if bound else names
    return Typesetting(around, _WRITERS).box(term)


def _number(t: Typesetting, term: Term) -> Laid:
    value = term.number
    size = abs(value)
    laid = Laid(_digits(_decimal(size)), ATOM) if is_decimal(size) else Laid(_ratio(size))
    return Laid(Row((_MINUS, laid.box)), MINUS) if value < 0 else laid


def _ratio(value: Rational) -> Fraction:
    return Fraction(_digits(digits(value.numerator)), _digits(digits(value.denominator)))


def _digits(text: str) -> Atom:
    return Atom("number", text, text)


def _decimal(value: Rational) -> str:
    """The finite decimal in full, since LaTeX has no exponents: ``0.25``."""
    places = 0
    while value.denominator != 1:
        value *= 10
        places += 1
    text = digits(value.numerator).zfill(places + 1)
    return f"{text[:-places]}.{text[-places:]}" if places else text


def _constant(t: Typesetting, term: Term) -> Laid:
    return Laid(_CONSTANTS[str(term.data)], ATOM)


def _spelling(t: Typesetting, it: Symbol) -> str | None:
    """How the author spells a name, unless a binder has introduced it."""
    return t.names.spelled.get(it.name) if it.type not in (BOUND, VARIABLE) else None


def _symbol(t: Typesetting, term: Term) -> Laid:
    box, own = lettered(term.symbol.name), _spelling(t, term.symbol)
    if own is None:
        return Laid(box, ATOM, bare=not isinstance(box, Scripts))
    scripted = any(mark in own for mark in ("_", "^", "("))
    return Laid(Spelled(Atom("identifier", own, own), box), FACTOR if scripted else ATOM, bare=not scripted)


def _sum(t: Typesetting, term: Term) -> Laid:
    first, *rest = term.args
    pieces = [_summand(t, first, MINUS, rest)]
    for place, a in enumerate(rest):
        sign, size = (_LESS, a.args[0]) if a.op == "neg" else (_PLUS, a)
        pieces += [sign, _summand(t, size, PRODUCT, rest[place + 1 :])]
    return Laid(Row(tuple(pieces)), SUM)


def _summand(t: Typesetting, term: Term, level: int, rest: Sequence[Term]) -> Box:
    """A summand, in parentheses also where an index that it binds at its end stands in the rest, as if it reached there."""
    laid = enclosed(t.laid(term), level)
    if not laid.open or not rest:
        return laid.box
    bound = {a.symbol.name for a in term.walk() if a.op in {"sum", "prod"}}
    reappears = any(it.name in bound for a in rest for it in free_symbols(a))
    return parentheses(laid.box) if reappears else laid.box


def _negative(t: Typesetting, term: Term) -> Laid:
    inner = enclosed(t.laid(term.args[0]), FACTOR)
    return Laid(Row((_MINUS, inner.box)), MINUS, inner.open)


def _infix(sign: Atom) -> Writer:
    return lambda t, term: _product(t, term.args, sign)


def _product(t: Typesetting, factors: Sequence[Term], sign: Atom) -> Laid:
    first, *middle, last = factors
    signed = first.op == "neg"
    end = enclosed(t.laid(last), FACTOR)
    boxes = [_followed(t, first, MINUS if signed else FACTOR, sign)]
    for a in middle:
        boxes.append(_followed(t, a, FACTOR, sign))
    return Laid(joined([*boxes, end.box], sign), MINUS if signed else PRODUCT, end.open)


def _followed(t: Typesetting, factor: Term, level: int, sign: Atom) -> Box:
    """A factor before another; a derivative in parentheses where nothing but space parts them, or it might be taken of both."""
    box = t.within(factor, level, last=False)
    last = factor.args[0] if factor.op == "neg" else factor
    return parentheses(box) if last.op == "diff" and sign is _TIMES else box


def _matrix_product(t: Typesetting, term: Term) -> Laid:
    """Factors side by side, from the left: ``(A B) C`` needs no parentheses, ``A (B C)`` does."""
    head, *factors = term.args
    while head.op == "matmul":
        head, right = head.args
        factors.insert(0, right)
    return _product(t, [head, *factors], _TIMES)


def _hadamard(t: Typesetting, term: Term) -> Laid:
    return _product(t, term.args, operator(r" \odot ", "⊙")) if len(term.args) == 2 else _call(t, term)


def _kronecker(t: Typesetting, term: Term) -> Laid:
    """``A \\otimes B``, which of two vectors would look like their outer product."""
    if all(len(a.shape) == 1 for a in term.args):
        return _call(t, term)
    return _product(t, term.args, operator(r" \otimes ", "⊗"))


def _quotient(t: Typesetting, term: Term) -> Laid:
    top, bottom = map(t.box, term.args)
    return Laid(Fraction(top, bottom))


def _power(t: Typesetting, term: Term) -> Laid:
    base, exponent = term.args
    box = t.box(exponent)
    like_inverse = bool(base.shape) and exponent.op == "neg" and exponent.args[0] == ONE
    return _raised(t, base, parentheses(box) if like_inverse else box)


def _raised(t: Typesetting, base: Term, exponent: Box) -> Laid:
    return Laid(Scripts(t.within(base, ATOM), None, exponent))


def _postfix(exponent: Box) -> Writer:
    return lambda t, term: _raised(t, term.args[0], exponent)


def _factorial(t: Typesetting, term: Term) -> Laid:
    return Laid(Row((t.within(term.args[0], ATOM), operator("!", "!"))))


def _entry(t: Typesetting, term: Term) -> Laid:
    array, *indices = term.args
    base, index = t.laid(array), t.listed(indices)
    own = _spelling(t, array.symbol) if array.op == "symbol" else None
    if own and PLACE in own:
        return _in_place(own, index, Scripts(lettered(array.symbol.name), index))
    bare = base.bare and not _is_name(t, array.symbol.name, indices)
    return Laid(Scripts(base.box if bare else parentheses(base.box), index), ATOM)


def _in_place(spelling: str, index: Box, shown: Box) -> Laid:
    """An entry whose index stands inside the array's spelling, as in ``p(\\cdot|c)``."""
    before, _, after = spelling.partition(PLACE)
    return Laid(Spelled(Row((Atom("identifier", before, ""), index, Atom("identifier", after, ""))), shown))


def _is_name(t: Typesetting, array: str, indices: Sequence[Term]) -> bool:
    """Whether an entry would look like a declared name."""
    index = indices[0]
    text = index.symbol.name if index.op == "symbol" else digits(int(index.number)) if index.op == "number" else ""
    return len(indices) == 1 and f"{array}_{text}" in t.names.taken


def _vector(t: Typesetting, term: Term) -> Laid:
    if len(term.args) == 1:
        return t.called(_VECTOR, term.args)
    return Laid(Table("bmatrix", tuple((t.box(a),) for a in term.args)))


def _matrix(t: Typesetting, term: Term) -> Laid:
    """Rows in brackets; a column of several entries would look like a vector, and is written as a vector of vectors."""
    if len(term.args) > 1 and len(term.args[0].args) == 1:
        return t.called(_VECTOR, term.args)
    return Laid(Table("bmatrix", tuple(tuple(map(t.box, row.args)) for row in term.args)))


def _call(t: Typesetting, term: Term) -> Laid:
    return t.called(_COMMANDS[term.op], term.args)


def _logarithm(t: Typesetting, term: Term) -> Laid:
    return t.called(Atom("identifier", r"\ln", "ln") if len(term.args) == 1 else _word("log"), term.args)


def _gamma(t: Typesetting, term: Term) -> Laid:
    return t.called(_word("gamma") if "Gamma" in t.names.taken else Atom("identifier", r"\Gamma", "Γ"), term.args)


def _root(degree: Box | None) -> Writer:
    return lambda t, term: Laid(Radical(t.box(term.args[0]), degree))


def _binomial(t: Typesetting, term: Term) -> Laid:
    top, bottom = map(t.box, term.args)
    return Laid(Fraction(top, bottom, ruled=False))


def _fenced(kind: str, dimensions: Collection[int]) -> Writer:
    """Between delimiters where the argument has one of these numbers of dimensions, else as a call."""
    def write(t: Typesetting, term: Term) -> Laid:
        (a,) = term.args
        return Laid(Fence(kind, t.box(a))) if len(a.shape) in dimensions else _call(t, term)
    return write


def _frobenius(t: Typesetting, term: Term) -> Laid:
    (a,) = term.args
    if len(a.shape) != 2 or a.shape[0] == ONE:
        return _call(t, term)
    return Laid(Scripts(Fence("norm", t.box(a)), Atom("identifier", "F", "F")))


def _function(t: Typesetting, it: Symbol) -> Box:
    own = _spelling(t, it)
    return lettered(it.name) if own is None else Spelled(Atom("identifier", own, own), lettered(it.name))


def _apply(t: Typesetting, term: Term) -> Laid:
    return t.called(_function(t, term.symbol), term.args)


def _derivative(t: Typesetting, term: Term) -> Laid:
    order, argument = term.args
    count = int(order.number)
    return t.called(Row((_function(t, term.symbol), operator("'" * count, "′" * count))), (argument,))


_WRITERS: dict[str, Writer] = {
    **dict.fromkeys(FUNCTIONS, _call), **dict.fromkeys(RELATIONS, forms.relation),
    "log": _logarithm, "gamma": _gamma, "sqrt": _root(None), "cbrt": _root(_digits("3")), "abs": _fenced("bars", {0}),
    "norm": _fenced("norm", {1}), "frobenius": _frobenius, "floor": _fenced("floor", {0}), "ceiling": _fenced("ceiling", {0}),
    "factorial": _factorial, "binomial": _binomial, "hadamard": _hadamard, "kron": _kronecker,
    "inv": _postfix(_INVERSE), "number": _number, "constant": _constant, "symbol": _symbol, "add": _sum, "neg": _negative,
    "mul": _infix(_DOT), "div": _quotient, "pow": _power, "matmul": _matrix_product, "transpose": _postfix(_TOP),
    "entry": _entry, "vector": _vector, "matrix": _matrix, "apply": _apply, "derivative": _derivative,
    "sum": forms.ranged(operator(r"\sum", "∑")), "prod": forms.ranged(operator(r"\prod", "∏")), "integrate": forms.integral,
    **dict.fromkeys(MEANS, forms.mean), "law": forms.law,
    "limit": forms.limit, "diff": forms.partial, "cases": forms.cases, "indicator": forms.indicator, "in": forms.membership,
    "and": forms.connective(r" \land ", "∧", AND), "or": forms.connective(r" \lor ", "∨", OR), "not": forms.negation,
    "true": forms.truth, "false": forms.truth,
}
