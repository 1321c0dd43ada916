"""Signs and parentheses, lost or misplaced."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.kernel.terms import ZERO, Term, free_symbols
from derivcheck.kernel.vocabulary import FUNCTIONS, ShapeError, build
from derivcheck.proving.mistakes.mistake import Edit, sign_of, unsigned
from derivcheck.proving.mistakes.places import SIGNED, Place, negated, product, remade, total
from derivcheck.proving.mistakes.surroundings import Surroundings


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
        size = 1.1 if place.term.op == "neg" else 1  # the minus in front of a power is rather a wrong sign
        yield Edit(new, size, "the parentheses are lost: it should be {}", (part,))


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


def drop_parentheses(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The parentheses of a sum or product dropped: what stands before or after it reaches its nearest operand only."""
    for new in _dropped(place.term):
        yield Edit(new, 1)


def _dropped(term: Term) -> Iterator[Term]:
    try:
        match term.op:
            case "neg" | "mul" | "matmul":
                yield from _dropped_product(term)
            case "div":
                yield from _dropped_quotient(*term.args)
            case "pow":
                yield from _dropped_power(*term.args)
            case op if op in {"sum", "prod", "diff"} or (op in FUNCTIONS and len(term.args) == 1):
                first, *rest = _summands(term.args[0])
                bound = {term.data}
                if rest and not any(bound & free_symbols(t) for t in rest):
                    yield total(remade(term, (first, *term.args[1:])), *rest)
    except ShapeError:
        return


def _dropped_product(term: Term) -> Iterator[Term]:
    last, *others = _summands(term.args[-1])
    if others:
        yield total(remade(term, (*term.args[:-1], last)), *others)
    *others, first = _summands(term.args[0])
    if others and term.op != "neg":
        yield total(*others, remade(term, (first, *term.args[1:])))


def _dropped_quotient(over: Term, under: Term) -> Iterator[Term]:
    *others, last = _summands(over)
    if others:
        yield total(*others, build("div", last, under))
    first, *others = _summands(under)
    if others:
        yield total(build("div", over, first), *others)
    if under.op == "mul":
        yield product(build("div", over, under.args[0]), *under.args[1:])


def _dropped_power(base: Term, exponent: Term) -> Iterator[Term]:
    *others, last = _summands(base)
    if others:
        yield total(*others, build("pow", last, exponent))
    if base.op == "mul":
        yield product(*base.args[:-1], build("pow", base.args[-1], exponent))
    if base.op == "neg":
        yield build("neg", build("pow", base.args[0], exponent))


def _summands(term: Term) -> tuple[Term, ...]:
    """The summands of a sum, or of what an author writes as one on the way: the logarithm of a product or quotient."""
    if term.op == "log" and len(term.args) == 1 and not term.shape:
        inner = term.args[0]
        if inner.op == "div":
            over, under = inner.args
            return (build("log", over), build("neg", build("log", under)))
        if inner.op == "mul":
            return tuple(build("log", factor) for factor in inner.args)
    return term.args if term.op == "add" else (term,)
