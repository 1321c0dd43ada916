"""Functions, exponents and numbers: dropped, one too many, taken for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derivcheck.kernel.normal.letters import is_square
from derivcheck.kernel.terms import Term, number
from derivcheck.kernel.vocabulary import FUNCTIONS, build, same_shape
from derivcheck.proving.mistakes.mistake import Edit
from derivcheck.proving.mistakes.places import WRAPPED, Place, negated, neighbours, product, remade, total
from derivcheck.proving.mistakes.surroundings import SIZED, Surroundings


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
    """A function of the step before that was dropped, or the inverse that a derivative of a determinant brings in."""
    term = place.term
    if place.role not in WRAPPED | {"negated"} or term.op in {"neg", "number"}:
        return
    dets = [t for t in around.functions if t.op == "det"]
    inverses = [build("inv", t.args[0]) for t in dets if all(f.op != "inv" for f in around.functions)]
    for application in (*around.functions, *inverses):
        entrywise = bool(application.shape) and same_shape(application.shape, application.args[0].shape) and not term.shape
        if not entrywise and not same_shape(application.args[0].shape, term.shape):
            continue
        new = remade(application, (term,))
        yield Edit(new, 1, "{} lacks the {} around it: it should be {}", (term, _name(application), new))


def extra_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A function too many."""
    term = place.term
    if len(term.args) == 1 and (term.op == "apply" or (term.op in FUNCTIONS and term.op not in SIZED)):
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
    if term.op == "ones" and len(term.shape) == 2 and term.shape[0] == term.shape[1]:
        new = build("eye", term.shape[0])
        yield Edit(new, 1, "the matrix of ones {} should be the identity {}", (term, new))
    for pair in FAMILIAR:
        if term.op in pair:
            (other,) = pair - {term.op}
            new = build(other, *term.args)
            yield Edit(new, 1.3, "the function should be {}, not {}: {}", (other, term.op, new))


def wrong_number(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A number that is off by one or taken from elsewhere."""
    old = value_of(place.term)
    if old is None:
        return
    factor = place.role in {"factor", "denominator"}
    others = [old + 1, old - 1, 2 * old, old / 2, *(n.number for n in around.numbers), *([1 / old] if old else [])]
    for value in dict.fromkeys(others):
        if abs(value) != abs(old) and (value != 0 or place.role == "whole") and not (factor and value == 1):
            new = numeral(value)
            size = 1.05 if old == 1 or place.role == "exponent" else 0.95  # a 1 seems rather to lack a factor
            yield Edit(new, size, "the number should be {}, not {}", (new, place.term))


def value_of(term: Term) -> Fraction | None:
    """The value of a number or of a fraction of two; ``None`` of any other term."""
    if term.op == "div" and all(a.op == "number" for a in term.args) and term.args[1].number:
        return term.args[0].number / term.args[1].number
    return term.number if term.op == "number" else None


def numeral(value: Fraction) -> Term:
    """The number as an author writes it: a fraction as a quotient, a minus in front."""
    if value < 0:
        return build("neg", numeral(-value))
    return number(value) if value.denominator == 1 else build("div", number(value.numerator), number(value.denominator))


# ---- a function applied to each part of its argument ---------------------------------------------------------------------


def split_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """``f(a + b)`` taken for ``f(a) + f(b)``, and its kin: powers, roots, reciprocals, ``f(a*b)`` and ``f(2*a)``.

    Of matrices: ``det(a*A)`` and ``adj(a*A)`` with a factor too few, ``tr(A @ B)``.
    """
    term = place.term
    applied = application(term)
    if applied is None:
        return
    inner, again = applied
    match inner.op:
        case "add":
            right = _square_of_sum(inner.args, again, product) if term.op == "pow" and term.args[1] == number(2) else None
            yield Edit(total(*(_signed(again, t) for t in inner.args)), 1, right=right)
            if any(t.op == "neg" for t in inner.args):
                yield Edit(total(*(again(t) for t in inner.args)), 1, right=right)
        case "norm" if term.op == "pow" and inner.args[0].op == "add":
            summands = inner.args[0].args

            def square(t: Term) -> Term:
                return again(build("norm", t))

            right = _square_of_sum(summands, square, lambda a, b: build("dot", a, b)) if term.args[1] == number(2) else None
            yield Edit(total(*(_signed(square, t) for t in summands)), 1, right=right)
            yield Edit(total(*(square(t.args[0] if t.op == "neg" else t) for t in summands)), 1, right=right)
        case "neg":
            yield Edit(negated(again(inner.args[0])), 1)
        case "mul" if not inner.shape:
            yield Edit(product(*map(again, inner.args)), 1)
            if inner.args[0].op == "number":
                yield Edit(product(inner.args[0], again(product(*inner.args[1:]))), 1)
        case "mul" if term.op in {"det", "adj"}:
            scalars, matrix = product(*inner.args[:-1]), again(inner.args[-1])
            size = inner.shape[0] if term.op == "det" else build("add", inner.shape[0], number(-1))
            yield Edit(product(scalars, matrix), 1, right=product(build("pow", scalars, size), matrix))
        case "matmul" if term.op == "tr" and all(is_square(a.shape) for a in inner.args):
            yield Edit(product(*map(again, inner.args)), 1)
        case "div" if term.op != "div":
            yield Edit(build("div", *map(again, inner.args)), 1)


def _square_of_sum(
    summands: tuple[Term, ...], square: Callable[[Term], Term], times: Callable[[Term, Term], Term]
) -> Term | None:
    """``a**2 + 2*a*b + b**2`` for two summands, by these squares and products."""
    if len(summands) != 2:
        return None
    a, b = ((t.args[0] if t.op == "neg" else t) for t in summands)
    cross = product(number(2), times(a, b))
    minus = (summands[0].op == "neg") != (summands[1].op == "neg")
    return total(square(a), negated(cross) if minus else cross, square(b))


def _signed(again: Callable[[Term], Term], summand: Term) -> Term:
    return build("neg", again(summand.args[0])) if summand.op == "neg" else again(summand)


def application(term: Term) -> tuple[Term, Callable[[Term], Term]] | None:
    """The argument of a function, base of a power or divisor of a quotient, and the same with another one in its place."""
    if term.op == "pow":
        return term.args[0], lambda a: build("pow", a, term.args[1])
    if term.op == "div":
        return term.args[1], lambda a: build("div", term.args[0], a)
    if len(term.args) == 1 and (term.op == "apply" or (term.op in FUNCTIONS and term.op not in SIZED)):
        return term.args[0], lambda a: remade(term, (a,))
    return None


def joined_function(place: Place, around: Surroundings) -> Iterator[Edit]:
    """``f(a) + f(b)``, ``f(a)*f(b)`` or ``2*f(a)`` that should be one function of the sum or product."""
    term = place.term
    if term.op not in {"add", "mul", "div"}:
        return
    parts = [(t, t.args[0] if t.op == "neg" else t) for t in term.args]
    for k, (_, one) in enumerate(parts):
        applied = application(one)
        if applied is None:
            continue
        inner, again = applied
        same = [(t, other) for t, bare in parts[k + 1 :] if (other := _argument_of_same(one, bare)) is not None]
        if not same:
            continue
        operands = [_with_sign_of(parts[k][0], inner), *(_with_sign_of(t, other) for t, other in same)]
        rest = [t for t, _ in parts if t is not parts[k][0] and all(t is not s for s, _ in same)]
        whole = again(_combined(term.op, operands))
        new = _combined(term.op, [whole, *rest])
        sentence = "{} cannot be taken apart" if new == whole else "{} cannot be taken apart: it should be {}"
        yield Edit(new, 1.25, sentence, (whole, new))



def _argument_of_same(one: Term, other: Term) -> Term | None:
    """The argument of the other term, if it is an application of the same function, power or numerator."""
    if one.op != other.op or one.data != other.data:
        return None
    if one.op == "pow":
        return other.args[0] if one.args[1] == other.args[1] else None
    if one.op == "div":
        return other.args[1] if one.args[0] == other.args[0] else None
    return other.args[0] if len(other.args) == 1 else None


def _with_sign_of(summand: Term, inner: Term) -> Term:
    return build("neg", inner) if summand.op == "neg" else inner


def _combined(op: str, terms: list[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    return total(*terms) if op == "add" else product(*terms) if op == "mul" else build(op, *terms)
