"""Slips of structure: signs, parentheses, factors, terms, exponents, functions, transposes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from derivcheck.kernel.terms import ONE, ZERO, Term, number
from derivcheck.kernel.vocabulary import FUNCTIONS, ShapeError, build
from derivcheck.proving.places import Place, negated, neighbours, product, remade, total, turned
from derivcheck.proving.slip import Edit, sign_of, unsigned
from derivcheck.proving.surroundings import Piece, Surroundings

SCALED = frozenset({"whole", "summand", "argument", "exponent", "base", "branch", "component", "denominator", "body"})
"""Roles in which a factor makes a difference of its own: anywhere else it makes the same one further out."""

SIGNED = SCALED - {"denominator", "body"}

WRAPPED = SCALED | {"factor", "numerator"}


# ---- signs and parentheses -----------------------------------------------------------------------------------------


def sign(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The other sign."""
    if place.role not in SIGNED or place.term == ZERO:
        return
    term, new = place.term, negated(place.term)
    if place.role == "whole":
        yield Edit(new, 1.05, "the sign is wrong: it should be {}", (new,))
    elif place.role == "summand":
        yield Edit(new, 1, "the sign of {} is wrong: it should be {} {}", (unsigned(term), sign_of(new), unsigned(new)))
    else:
        yield Edit(new, 1.1, "the sign of {} is wrong: it should be {}", (term, new))


def lost_parentheses(place: Place, around: Surroundings) -> Iterator[Edit]:
    """Operands that belong to what stands before or after them: ``-a - b`` for ``-(a - b)``, ``a + b*c`` for ``(a + b)*c``."""
    for new, part in _regrouped(place.term):
        yield Edit(new, 1, "the parentheses are lost: it should be {}", (part,))


def _regrouped(term: Term) -> Iterator[tuple[Term, Term]]:
    """The term with its operands taken together otherwise, each with the part that has the parentheses."""
    if term.op == "add":
        yield from _regrouped_sum(term.args)
    for new in _regrouped_product(term):
        yield new, new


def _regrouped_product(term: Term) -> Iterator[Term]:
    first, last = (term.args[0], term.args[-1]) if term.op in {"mul", "neg"} else (term, term)
    try:
        if term.op == "mul" and first.op == "div":
            yield build("div", first.args[0], product(first.args[1], *term.args[1:]))
        if term.op == "mul" and last.op == "pow":
            yield build("pow", product(*term.args[:-1], last.args[0]), last.args[1])
        if term.op == "neg" and first.op == "pow":
            yield build("pow", negated(first.args[0]), first.args[1])
    except ShapeError:
        return


def _regrouped_sum(terms: tuple[Term, ...]) -> Iterator[tuple[Term, Term]]:
    """Each run of summands taken together as an operand of its first or of its last."""
    for i in range(len(terms)):
        for j in range(i + 2, len(terms) + 1):
            for part in (*_after(terms[i], terms[i + 1 : j]), *_before(terms[i : j - 1], terms[j - 1])):
                try:
                    yield total(*terms[:i], part, *terms[j:]), part
                except ShapeError:
                    continue


def _after(first: Term, rest: tuple[Term, ...]) -> Iterator[Term]:
    """The summands after the first taken into its last operand."""
    try:
        if first.op == "neg":
            yield build("neg", total(first.args[0], *rest))
            for part in _after(first.args[0], rest):
                yield build("neg", part)
        if first.op in {"mul", "matmul"}:
            yield remade(first, (*first.args[:-1], total(first.args[-1], *rest)))
            for part in _after(first.args[-1], rest) if first.args[-1].op in FUNCTIONS else ():
                yield remade(first, (*first.args[:-1], part))
        if first.op == "div" or first.op == "pow":
            yield remade(first, (first.args[0], total(first.args[1], *rest)))
        if first.op in {"sum", "prod", "diff", "integrate"} or (first.op in FUNCTIONS and len(first.args) == 1):
            yield remade(first, (total(first.args[0], *rest), *first.args[1:]))
    except ShapeError:
        return


def _before(front: tuple[Term, ...], last: Term) -> Iterator[Term]:
    """The summands before the last taken into its first operand."""
    try:
        if last.op == "neg" and last.args[0].op in {"mul", "matmul", "div", "pow"}:
            inner = last.args[0]
            yield remade(inner, (total(*front, build("neg", inner.args[0])), *inner.args[1:]))
        if last.op in {"mul", "matmul", "div", "pow"}:
            yield remade(last, (total(*front, last.args[0]), *last.args[1:]))
    except ShapeError:
        return


# ---- factors and terms ---------------------------------------------------------------------------------------------


def missing_factor(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A factor more."""
    if place.role not in SCALED:
        return
    later = 0.25 if place.role == "body" else 0
    for piece in around.pieces(place.bound):
        for new, written in _scaled(place, piece.term):
            size = piece.size + later + (0.5 if written.op == "transpose" else 0)
            kind = "inner derivative" if piece.kind == "inner derivative" else "factor"
            yield Edit(new, size, "{} lacks the {} {}", (unsigned(place.term), kind, written))


def _scaled(place: Place, factor: Term) -> Iterator[tuple[Term, Term]]:
    """The products of the term with a factor that make sense, each with the factor as it stands there."""
    term, summand = place.term, place.role == "summand"
    if term == ONE or (term.op == factor.op == "number"):
        return
    if not term.shape or not factor.shape:
        leading = factor.op == "number" or (term.shape and not factor.shape)
        yield _multiplied(term, factor, bool(leading), summand), factor
        if len(factor.shape) == 1:
            row = build("transpose", factor)
            yield _multiplied(term, row, False, summand), row
        return
    for written in (factor, turned(factor)):
        for pair in ((written, term), (term, written)):
            try:
                yield build("matmul", *pair), written
            except ShapeError:
                continue


def _multiplied(term: Term, factor: Term, leading: bool, summand: bool) -> Term:
    if term.op == "neg" and summand:
        return build("neg", _multiplied(term.args[0], factor, leading, False))
    if term.op == "neg" and leading:
        return product(build("neg", factor), term.args[0])
    return product(factor, term) if leading else product(term, factor)


def missing_divisor(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A divisor more, and so a factor 1/n."""
    if place.role not in SCALED:
        return
    later = 0.25 if place.role == "body" else 0
    for piece in around.pieces(place.bound):
        own = piece.term in {place.term, *(place.term.args if place.term.op in {"mul", "div", "pow"} else ())}
        if not piece.term.shape and piece.kind == "factor" and not own and (piece.term.op != "number" or piece.term.number == 2):
            new = _divided(place.term, piece.term)
            yield Edit(new, piece.size + later + 0.5, "{} lacks the divisor {}", (unsigned(place.term), piece.term))


def _divided(term: Term, divisor: Term) -> Term:
    if term.op == "neg":
        return build("neg", _divided(term.args[0], divisor))
    if term.op == "div":
        return build("div", term.args[0], product(term.args[1], divisor))
    return build("div", term, divisor)


def extra_factor(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A factor or a divisor less."""
    term = place.term
    if term.op in {"mul", "matmul", "hadamard"}:
        for k, extra in enumerate(term.args):
            rest = (*term.args[:k], *term.args[k + 1 :])
            new = rest[0] if len(rest) == 1 else remade(term, rest)
            yield Edit(new, _weight(extra), "the factor {} of {} is one too many", (extra, term))
    if term.op == "div":
        over, under = term.args
        yield Edit(over, _weight(under), "the divisor {} of {} is one too many", (under, term))
        if under.op == "mul":
            for k, extra in enumerate(under.args):
                new = build("div", over, product(*under.args[:k], *under.args[k + 1 :]))
                yield Edit(new, _weight(extra), "the divisor {} of {} is one too many", (extra, term))


def _weight(term: Term) -> float:
    """How large an oversight it is to write a piece too many."""
    count = sum(1 for t in term.walk() if t.op not in {"neg", "transpose"})
    return 1 if term.op in {"symbol", "number", "entry"} else 1 + count / 8


def missing_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand more."""
    if place.role not in SCALED - {"summand"} or place.term == ZERO:
        return
    for piece in (Piece(ONE, 1), *around.pieces(place.bound)):
        for term in (piece.term, negated(piece.term)):
            if piece.kind == "complement" or unsigned(term) == unsigned(place.term):
                continue
            try:
                new = total(place.term, term)
            except ShapeError:
                break
            yield Edit(new, piece.size + 0.25, "the term {} {} is missing", (sign_of(term), unsigned(term)))


def missing_cross_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The term ``2*a*b`` beside two squares."""
    if place.term.op == "add":
        squares = [t.args[0] for t in map(unsigned, place.term.args) if t.op == "pow" and t.args[1] == number(2)]
        for a, b in combinations(squares, 2):
            term = product(number(2), a, b)
            for cross in (term, negated(term)):
                yield Edit(total(place.term, cross), 1.25, "the term {} {} is missing", (sign_of(cross), term))


def missing_delta(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand more that is there only where two indices agree."""
    if place.role not in {"whole", "body"}:
        return
    indices = around.indices(place.bound)
    for k, i in enumerate(indices):
        for j in indices[k + 1 :]:
            hot = build("indicator", build("eq", i, j))
            for factor in (None, *(p.term for p in around.pieces(place.bound) if p.size <= 1)):
                piece = hot if factor is None else build("mul", hot, factor)
                if len(piece.shape) == len(place.term.shape):
                    for term in (piece, negated(piece)):
                        new = total(place.term, term)
                        yield Edit(new, 2.5, "the term {} {} is missing", (sign_of(term), unsigned(term)))


def extra_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand less."""
    terms = place.term.args
    if place.term.op != "add":
        return
    for k, extra in enumerate(terms):
        new = total(*terms[:k], *terms[k + 1 :])
        yield Edit(new, _weight(extra), "the term {} {} is one too many", (sign_of(extra), unsigned(extra)))


# ---- exponents, functions, quotients, transposes --------------------------------------------------------------------


def exponent(place: Place, around: Surroundings) -> Iterator[Edit]:
    """An exponent dropped, added or changed by one."""
    term = place.term
    if term.op == "pow":
        base, old = term.args
        yield Edit(base, 1, "the exponent {} of {} is one too many", (old, base))
        for new in _nearby(old):
            yield Edit(build("pow", base, new), 1, "the exponent of {} should be {}, not {}", (base, new, old))
    elif place.role in WRAPPED and term.op not in {"neg", "number", "add"} and not term.shape:
        yield Edit(build("pow", term, number(2)), 1.25, "{} should be squared", (term,))


def _nearby(exponent_: Term) -> Iterator[Term]:
    if exponent_.op == "number":
        yield number(exponent_.number + 1)
        if exponent_.number > 2:
            yield number(exponent_.number - 1)
    else:
        yield from neighbours(exponent_)
    yield negated(exponent_)


def missing_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A function of the step before that was dropped."""
    term = place.term
    if place.role not in WRAPPED or term.shape or term.op in {"neg", "number"}:
        return
    for application in around.functions:
        new = remade(application, (term,))
        yield Edit(new, 1, "{} lacks the {} around it: it should be {}", (term, _name(application), new))


def extra_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A function too many."""
    term = place.term
    if len(term.args) == 1 and (term.op == "apply" or (term.op in FUNCTIONS and term.op not in {"ones", "zeros", "eye"})):
        inner = term.args[0]
        yield Edit(inner, 1, "the {} around {} is one too many", (_name(term), inner))


def _name(application: Term) -> str:
    return application.symbol.name if application.op == "apply" else application.op


FAMILIAR = ({"sin", "cos"}, {"sinh", "cosh"}, {"tan", "cot"}, {"exp", "log"}, {"sec", "csc"}, {"asin", "acos"}, {"min", "max"},
            {"sinh", "sin"}, {"cosh", "cos"}, {"sec", "tan"}, {"tanh", "sigmoid"}, {"floor", "ceiling"}, {"tr", "det"},
            {"inv", "adj"}, {"relu", "abs"})
"""Functions that are taken for each other."""


def wrong_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A function that is taken for another."""
    term = place.term
    for pair in FAMILIAR:
        if term.op in pair:
            (other,) = pair - {term.op}
            new = build(other, *term.args)
            yield Edit(new, 1.3, "the function should be {}, not {}: {}", (other, term.op, new))


def reciprocal(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A quotient upside down, or a product for a quotient."""
    term = place.term
    if term.op == "div" and not term.shape:
        over, under = term.args
        new = under if over == ONE else build("div", under, over)
        yield Edit(new, 1, "the fraction is upside down: it should be {}", (new,))
        times = product(*term.args)
        yield Edit(times, 1, "{} should be the product {}", (term, times))
    elif place.role in WRAPPED and not term.shape and term.op not in {"neg", "number"}:
        new = build("div", ONE, term)
        yield Edit(new, 1.25, "{} should be its reciprocal {}", (term, new))


def wrong_number(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A number that is off by one or taken from elsewhere."""
    if place.term.op != "number":
        return
    old = place.term.number
    others = [old + 1, old - 1, 2 * old, old / 2, *(n.number for n in around.numbers), *([1 / old] if old else [])]
    for value in dict.fromkeys(others):
        if value != old and (value != 0 or place.role == "whole"):
            new = _numeral(value)
            yield Edit(new, 1, "the number should be {}, not {}", (new, place.term))


def _numeral(value: Fraction) -> Term:
    """The number as an author writes it: a fraction as a quotient, a minus in front."""
    if value < 0:
        return build("neg", _numeral(-value))
    return number(value) if value.denominator == 1 else build("div", number(value.numerator), number(value.denominator))


def transpose(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A transpose missing or one too many."""
    term = place.term
    if not term.shape or place.role == "variable":
        return
    if term.op == "transpose":
        inner = term.args[0]
        yield Edit(inner, 1, "the transpose of {} is one too many", (inner,))
    elif len(term.shape) <= 2:
        new = turned(term)
        yield Edit(new, 1, "{} should be transposed: {}", (term, new))


def wrong_order(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The factors of a matrix product the other way round, with and without their transposes."""
    term = place.term
    if term.op != "matmul":
        return
    a, b = term.args
    for x, y in ((b, a), (turned(a), turned(b))):
        try:
            new = build("matmul", x, y)
        except ShapeError:
            continue
        yield Edit(new, 1.25, "the order of the factors is wrong: it should be {}", (new,))
