"""Places in a term where an author can slip, and the term with one of them changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.kernel.terms import LOGIC, ONE, Symbol, Term
from derivcheck.kernel.vocabulary import FUNCTIONS, ShapeError, build, build_diff, same_shape

_PRODUCTS = frozenset({"mul", "matmul", "hadamard", "dot", "outer", "kron", "transpose", "tr"})
_OPENED = frozenset({"add", "mul"})
"""Operators whose nesting a repair need not show: a sum that takes the place of a summand is written without parentheses."""

_CLOSED = frozenset({"symbol", "number", "constant", "delta", "eye", "ones", "zeros", "unit", "columns"})
"""Operators whose arguments are no values that an author would negate or scale."""


SCALED = frozenset({"whole", "summand", "argument", "exponent", "base", "branch", "component", "denominator", "body"})
"""Roles in which a factor makes a difference of its own: anywhere else it makes the same one further out."""

SIGNED = SCALED - {"denominator", "body"}

WRAPPED = SCALED | {"factor", "numerator"}


@dataclass(frozen=True, slots=True)
class Place:
    """A subterm where it stands.

    path: the arguments to descend through from the whole; bound: the symbols that binders around it introduce; role: what
    it is to the term around it (``whole summand negated factor numerator denominator base exponent body argument branch
    component array condition variable``).
    """

    term: Term
    path: tuple[int, ...] = ()
    bound: tuple[Symbol, ...] = ()
    role: str = "whole"


def places(whole: Term) -> Iterator[Place]:
    """The whole and the subterms that can hold a slip, outermost first; indices and ends of ranges belong to their owner."""
    stack = [Place(whole)]
    while stack:
        place = stack.pop()
        yield place
        stack.extend(reversed(list(_inside(place))))


def _inside(place: Place) -> Iterator[Place]:
    term = place.term
    if term.op in _CLOSED or (term.op in LOGIC and term.op not in {"and", "or", "not"}):
        return
    for k, argument in enumerate(term.args):
        role = _role(term, k)
        if role is not None:
            scoped = isinstance(term.data, Symbol) and term.op in {"sum", "prod", "integrate", "limit"}
            bound = (*place.bound, term.symbol) if scoped else place.bound
            yield Place(argument, (*place.path, k), bound, role)


def _role(term: Term, k: int) -> str | None:
    match term.op:
        case "add":
            return "summand"
        case "neg":
            return "negated"
        case "div":
            return "numerator" if k == 0 else "denominator"
        case "pow":
            return "base" if k == 0 else "exponent"
        case "sum" | "prod":
            return "body" if k == 0 else "condition" if k == 3 else None
        case "integrate" | "limit":
            return "body" if k == 0 else None
        case "diff":
            return "body" if k == 0 else "variable"
        case "cases":
            return "condition" if k % 2 else "branch"
        case "entry":
            return "array" if k == 0 and term.args[0].op != "symbol" else None
        case "derivative":
            return "argument" if k == 1 else None
        case "indicator" | "and" | "or" | "not":
            return "condition"
        case "vector" | "matrix":
            return "component"
        case op:
            return "factor" if op in _PRODUCTS else "argument" if op in FUNCTIONS or op == "apply" else None


def remade(term: Term, arguments: tuple[Term, ...]) -> Term:
    """The operator of ``term`` applied to other arguments; raises ``ShapeError`` where they do not fit."""
    if term.op == "diff":
        body, variable = arguments
        return build_diff(body, variable, str(term.data))
    if term.op == "apply" and not all(same_shape(a.shape, b.shape) for a, b in zip(term.args, arguments, strict=True)):
        raise ShapeError(f"{term.symbol.name} takes arguments of other shapes")
    return build(term.op, *arguments, data=term.data)


def replaced(whole: Term, path: tuple[int, ...], new: Term) -> Term:
    """The whole with the subterm at a path replaced; raises ``ShapeError`` where the new one does not fit."""
    if not path:
        return new
    first, *rest = path
    arguments = list(whole.args)
    inside = arguments[first] = replaced(arguments[first], tuple(rest), new)
    if whole.op == inside.op and whole.op in _OPENED:
        arguments[first : first + 1] = inside.args
    return remade(whole, tuple(arguments))


def nodes(term: Term) -> int:
    """How many subterms a term has, itself included."""
    return 1 + sum(map(nodes, term.args))


def negated(term: Term) -> Term:
    """The term with the other sign, a leading minus dropped rather than doubled."""
    if term.op == "neg":
        return term.args[0]
    if has_minus(term):
        return Term(term.op, (negated(term.args[0]), *term.args[1:]), term.data, term.shape)
    return Term("neg", (term,), None, term.shape)


def has_minus(term: Term) -> bool:
    """Whether the term is written with a minus in front."""
    return term.op == "neg" or (term.op in {"mul", "div", "matmul"} and has_minus(term.args[0]))


def turned(term: Term) -> Term:
    """The transpose, written on the factors where it can be."""
    match term.op:
        case "transpose":
            return term.args[0]
        case "neg":
            return build("neg", turned(term.args[0]))
        case "mul":
            return build("mul", *(turned(a) if a.shape else a for a in term.args))
        case "matmul":
            return build("matmul", *map(turned, reversed(term.args)))
        case _:
            return build("transpose", term)


def neighbours(term: Term) -> Iterator[Term]:
    """The numbers, indices or exponents one above and one below a term that is not a number."""
    if term.op == "add" and term.args[-1] in {ONE, negated(ONE)}:
        yield total(*term.args[:-1])
    else:
        yield total(term, ONE)
        yield total(term, negated(ONE))


def total(*terms: Term) -> Term:
    """The sum, sums among the terms opened; raises ``ShapeError``."""
    flat = [a for t in terms for a in (t.args if t.op == "add" else (t,))]
    return flat[0] if len(flat) == 1 else build("add", *flat)


def product(*factors: Term) -> Term:
    """The product, products among the factors opened; raises ``ShapeError``."""
    flat = [a for f in factors for a in (f.args if f.op == "mul" else (f,))]
    return flat[0] if len(flat) == 1 else build("mul", *flat)


def weight(term: Term) -> float:
    """How large an oversight it is to write a piece too many."""
    if term.op in {"neg", "transpose"}:
        return weight(term.args[0])
    return 1 if term.op in {"symbol", "number", "entry"} else 1 + nodes(term) / 8
