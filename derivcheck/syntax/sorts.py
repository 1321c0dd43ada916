"""Which terms are integers, sizes and indices, as far as their form shows."""

from __future__ import annotations

from derivcheck.diagnostic import Span
from derivcheck.kernel.terms import LOGIC, Shape, Term
from derivcheck.kernel.vocabulary import describe
from derivcheck.syntax.show import show
from derivcheck.syntax.tokens import fail

INTEGER_KINDS = frozenset({"size", "index", "bound", "integer", "natural", "sign"})
_CLOSED = frozenset({"add", "neg", "mul", "abs", "min", "max", "binomial", "hadamard", "dot", "re", "conj"})
_ALWAYS = frozenset({"floor", "ceiling", "sign", "delta", "indicator", "eye", "ones", "zeros", "unit"})


def is_integer(term: Term) -> bool:
    """Whether the form of a term shows that its values are integers."""
    match term.op:
        case "number":
            return term.number.denominator == 1
        case "symbol":
            return term.symbol.type.kind in INTEGER_KINDS or "onehot" in term.symbol.type.attributes
        case "pow":
            return is_integer(term.args[0]) and _is_natural(term.args[1])
        case "factorial":
            return _is_natural(term.args[0])
        case "sum" | "prod" | "entry" | "transpose":
            return is_integer(term.args[0])
        case "cases":
            return all(map(is_integer, term.args[::2]))
        case op:
            return op in _ALWAYS or (op in _CLOSED and all(map(is_integer, term.args)))


def _is_natural(term: Term) -> bool:
    if term.op == "symbol":
        return term.symbol.type.kind in {"size", "index", "natural"}
    return term.op == "number" and term.number >= 0 and term.number.denominator == 1


def is_infinite(term: Term) -> bool:
    """Whether a term is ``oo``."""
    return term.op == "constant" and term.data == "oo"


def check_size(term: Term, span: Span) -> Term:
    """``term`` if it can be a size: positive integers, sizes, and sums and products of them; else raises ``InputError``."""
    value = literal(term)
    if value is not None:
        if value < 1:
            fail("type", f"a size is a positive integer, not {show(term)}", span)
        return term
    for part in term.walk():
        if part.op == "symbol" and part.symbol.type.kind != "size":
            fail("type", f"a size is made of integers and sizes: declare {part.symbol.name}: size", span)
        if part.op not in {"symbol", "number", "add", "neg", "mul"} or (part.op == "number" and part.number.denominator != 1):
            fail("type", "a size is an integer, a size, or a sum or product of them, such as n, 2*n or n + 1", span)
    return term


def literal(term: Term) -> int | None:
    """The value of a literal integer, a leading minus included; ``None`` for anything else."""
    if term.op == "neg" and (inner := literal(term.args[0])) is not None:
        return -inner
    return int(term.number) if term.op == "number" and term.number.denominator == 1 else None


def check_index(term: Term, size: Term | None, array: Term, span: Span) -> None:
    """Raise ``InputError`` unless ``term`` can be an index of ``array`` from 1 to ``size``."""
    if term.op in LOGIC:
        fail("ambiguous", f"a condition is no index: write {show(array)}*[{show(term)}] for a product", span)
    if term.shape:
        fail("shape", f"an index is a scalar, not {describe(term.shape)}", span)
    if not is_integer(term):
        fail("type", f"an index must be an integer, and {show(term)} need not be one; declare its symbols as index or integer",
             span)
    value = literal(term)
    if value is None:
        return
    if value < 1:
        fail("type", f"indices start at 1: {show(array)} has no entry {show(term)}", span)
    top = None if size is None else literal(size)
    if top is not None and value > top:
        fail("type", f"the index {value} is beyond the size {top} of {show(array)}", span)


def check_bound(term: Term, span: Span, upper: bool) -> None:
    """Raise ``InputError`` unless ``term`` can be the end of a range of a sum or product."""
    if term.op in LOGIC:
        fail("type", "a condition cannot be the end of a range", span)
    if term.shape:
        fail("shape", f"the end of a range is a scalar, not {describe(term.shape)}", span)
    if not is_integer(term) and not (upper and is_infinite(term)):
        fail("type", f"the end of a range must be an integer, and {show(term)} need not be one", span)


def zeros(shape: Shape) -> Term | None:
    """The zero array of a vector's, row's or matrix's shape; ``None`` for other shapes."""
    return Term("zeros", tuple(shape), None, shape) if 1 <= len(shape) <= 2 else None


def sizes_of(shape: Shape) -> str:
    """A shape's sizes as text: ``m, n``."""
    return ", ".join(map(show, shape))


