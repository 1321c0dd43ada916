"""Factors and divisors: missing, one too many, upside down, in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derivcheck.kernel.terms import ONE, Term
from derivcheck.kernel.vocabulary import ShapeError, build, same_shape
from derivcheck.proving.mistakes.functions import numeral
from derivcheck.proving.mistakes.mistake import Edit, unsigned
from derivcheck.proving.mistakes.places import SCALED, WRAPPED, Place, has_minus, negated, product, remade, total, turned, weight
from derivcheck.proving.mistakes.surroundings import Surroundings


def missing_factor(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A factor more."""
    yield from _more_factors(place, around, inner=False)


def missing_inner_derivative(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of an argument more, as a factor."""
    yield from _more_factors(place, around, inner=True)


def _more_factors(place: Place, around: Surroundings, inner: bool) -> Iterator[Edit]:
    within = place.role == "factor" and len(place.term.shape) == 2 and ONE not in place.term.shape
    if place.role not in SCALED and not within:
        return
    kind = "inner derivative" if inner else "factor"
    later = 0.25 if place.role == "body" else 0
    for piece in around.pieces(place.bound):
        if within and len(piece.term.shape) != 2:
            continue  # what is no matrix makes the same difference further out
        for new, written in _scaled(place, piece.term) if (piece.kind == "inner derivative") is inner else ():
            size = piece.size + later + (0.5 if written.op == "transpose" else 0)
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
    if len(term.shape) == 1 and same_shape(term.shape, factor.shape):
        yield build("hadamard", term, factor), factor


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


def scaled(term: Term, ratio: Fraction) -> Edit:
    """The term times a number; two minus signs that meet are not written."""
    edit = more(term, numeral(ratio), 1.5)
    return replace(edit, new=more(negated(term), numeral(-ratio), 1.5).new) if ratio < 0 and has_minus(term) else edit


def more(term: Term, factor: Term, size: float) -> Edit:
    """The term times a scalar, or over a divisor where that is a reciprocal."""
    if factor.op == "div" and factor.args[0] == ONE:
        divisor = factor.args[1]
        return Edit(_divided(term, divisor), size, "{} lacks the divisor {}", (unsigned(term), divisor))
    leading = bool(term.shape) or factor.op == "number"
    return Edit(_multiplied(term, factor, leading, False), size, "{} lacks the factor {}", (unsigned(term), factor))


def extra_factor(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A factor or a divisor less."""
    term = place.term
    if term.op in {"mul", "matmul", "hadamard"}:
        for k, extra in enumerate(term.args):
            rest = (*term.args[:k], *term.args[k + 1 :])
            new = rest[0] if len(rest) == 1 else remade(term, rest)
            yield Edit(new, weight(extra), "the factor {} of {} is one too many", (extra, term))
    if term.op == "div":
        over, under = term.args
        yield Edit(over, weight(under), "the divisor {} of {} is one too many", (under, term))
        if under.op == "mul":
            for k, extra in enumerate(under.args):
                new = build("div", over, product(*under.args[:k], *under.args[k + 1 :]))
                yield Edit(new, weight(extra), "the divisor {} of {} is one too many", (extra, term))


def bad_cancellation(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand of a numerator or denominator cancelled as if it were a factor of the whole."""
    if place.term.op != "div":
        return
    over, under = place.term.args
    if over.op == "add":
        right = total(*(build("div", t, under) for t in over.args))
        for k, summand in enumerate(over.args):
            others = [*over.args[:k], *over.args[k + 1 :]]
            for quotient in _cancelled(summand, under):
                yield Edit(total(*over.args[:k], quotient, *over.args[k + 1 :]), 1, right=right)
                if quotient == ONE:
                    yield Edit(total(*others), 1, right=right)
    if under.op == "add":
        for k, summand in enumerate(under.args):
            for quotient in _cancelled(over, summand):
                others = [*under.args[:k], *under.args[k + 1 :]]
                yield Edit(build("div", quotient, total(ONE, *others)), 1)
                yield Edit(build("div", quotient, total(*others)), 1)


def _cancelled(term: Term, divisor: Term) -> Iterator[Term]:
    """The quotient of a term by one of its factors."""
    if term == divisor:
        yield ONE
    elif term.op == "neg":
        yield from (build("neg", quotient) for quotient in _cancelled(term.args[0], divisor))
    elif term.op == "mul" and divisor in term.args:
        k = term.args.index(divisor)
        yield product(*term.args[:k], *term.args[k + 1 :])


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
    """The factors of a matrix or Kronecker product the other way round, of the former also with their transposes."""
    term = place.term
    if term.op not in {"matmul", "kron"}:
        return
    a, b = term.args
    for x, y in ((b, a), (turned(a), turned(b)))[: 1 if term.op == "kron" else 2]:
        try:
            new = build(term.op, x, y)
        except ShapeError:
            continue
        yield Edit(new, 1.25, "the order of the factors is wrong: it should be {}", (new,))
