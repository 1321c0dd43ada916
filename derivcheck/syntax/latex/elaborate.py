"""Trees of LaTeX to terms: the plain language's elaboration, and what only LaTeX leaves to the declarations.

What two factors side by side are depends on their shapes, what ``A^{-1}`` is on what A is, what ``W_{ij}`` is on how many
indices W takes, and over what ``\\sum_i`` runs on what it indexes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivcheck.diagnostic import Span
from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import describe, same_size
from derivcheck.syntax.elaborate import HANDLERS as PLAIN
from derivcheck.syntax.environment import Elaboration, Handler, refuse
from derivcheck.syntax.latex.ellipsis import without_dots
from derivcheck.syntax.latex.ranges import BESIDE
from derivcheck.syntax.parse import Node, parse
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import is_integer
from derivcheck.syntax.tokens import fail

ENTRYWISE = frozenset({"exp", "log", "sqrt", "abs", "sin", "cos", "tan", "sigmoid", "relu", "tanh", "max", "min"})


class LatexElaboration(Elaboration):
    """The elaboration of one formula; numerals: the indices that a number may stand for, such as 0 for o."""

    def __init__(self, scope: Scope, numerals: Mapping[str, str]) -> None:
        super().__init__(scope, HANDLERS)
        self.numerals = numerals


def _product(env: Elaboration, node: Node) -> Term:
    node = without_dots(env, node, "prod")
    if node.kind != "product":
        return env.value(node)
    terms = [env.value(child) for child in node.children]
    run = terms[:1]
    for child, term, sign in zip(node.children[1:], terms[1:], node.text.split(), strict=True):
        place = Node("product", node.start, child.end)
        if sign == BESIDE and child.bracketed and run[-1].op == "symbol" and run[-1].shape and _is_place(term):
            fail("ambiguous", f"this may be an entry or a product: write {show(run[-1])}_{{{show(term)}}} for an entry, "
                 "\\cdot for a product", place.span)
        if _is_scaling(sign, run, term):
            run.append(term)
        else:
            run = [_joined(env, place, sign, _scaled(env, place, run), term)]
    return _scaled(env, node, run)


def _scaled(env: Elaboration, place: Node, run: list[Term]) -> Term:
    """The product of factors of which at most one is an array."""
    return run[0] if len(run) == 1 else env.make(place, "mul", *run)


def _is_place(term: Term) -> bool:
    """Whether a term is an index or what one counts with."""
    counting = (part.symbol.type.kind in {"index", "bound", "size"} for part in term.walk() if part.op == "symbol")
    return any(counting) and is_integer(term)


def _is_scaling(sign: str, run: list[Term], right: Term) -> bool:
    return sign in {BESIDE, "cdot", "times", "odot"} and not (right.shape and any(factor.shape for factor in run))


def _joined(env: Elaboration, place: Node, sign: str, left: Term, right: Term) -> Term:
    """The product or quotient of two terms, both arrays unless it is a quotient."""
    match sign:
        case "/":
            return env.make(place, "div", left, right)
        case "cdot" if len(left.shape) == len(right.shape) == 1:
            return env.make(place, "dot", left, right)
        case "times":
            fail("ambiguous", "× of arrays is not read: write A B for the product, \\odot for the product entry by entry, or "
                 "\\cdot for the product of two vectors", place.span)
        case "odot":
            return env.make(place, "hadamard", left, right)
        case "otimes" if len(left.shape) == len(right.shape) == 1:
            fail("ambiguous", "⊗ of two vectors may be their outer product, x y^\\top, or \\operatorname{kron}(x, y)", place.span)
        case "otimes":
            return env.make(place, "kron", left, right)
        case _ if len(left.shape) == len(right.shape) == 1:
            fail("shape", f"{describe(left.shape)} stands beside {describe(right.shape)}: write x^\\top y for a number, x "
                 "y^\\top for a matrix, or x \\odot y entry by entry", place.span)
    return env.make(place, "matmul", left, right)


def _sum(env: Elaboration, node: Node) -> Term:
    node = without_dots(env, node, "sum")
    _check_reach(node)
    return PLAIN["add"](env, node) if node.kind == "add" else env.value(node)


def _check_reach(node: Node) -> None:
    """Refuse the index of a sum behind the + or - where the sum ends."""
    ended: set[str] = set()
    for child in node.children:
        for name in _free_names(child):
            if name.text in ended:
                fail("ambiguous", f"the sum over {name.text} ends before this sign, and its index stands behind it: put "
                     "brackets around what is summed", name.span)
        last = child
        while (last.kind in {"neg", "product"} and not last.bracketed):
            last = last.children[-1]
        if last.kind == "call" and last.text in {"sum", "prod"} and not last.bracketed:
            ended |= {name.text for name in map(_index_of, last.children[1:])}


def _index_of(item: Node) -> Node:
    """The name that a range is about."""
    item = item.children[0] if item.kind == "if" else item
    return item.children[0] if item.kind == "in" else item


def _free_names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Node]:
    """The names in a tree that no sum or product in it binds."""
    if node.kind == "call" and node.text in {"sum", "prod"}:
        bound |= {_index_of(item).text for item in node.children[1:]}
    if node.kind == "name" and node.text not in bound:
        yield node
    for child in node.children:
        yield from _free_names(child, bound)


def _power(env: Elaboration, node: Node) -> Term:
    base, exponent = node.children
    inverse = exponent.kind == "neg" and not exponent.bracketed and exponent.children[0].text == "1"
    if inverse and len((array := env.value(base)).shape) == 2:
        return env.make(node, "inv", array)
    if base.kind == "index" and not base.bracketed and inverse and _entries_of_matrix(env, base):
        fail("ambiguous", "this may be an entry of the inverse or the reciprocal of an entry: write (A^{-1})_{ij} or "
             "\\frac{1}{A_{ij}}", node.span)
    if base.kind == "index" and exponent.kind == "name" and len(env.value(base).shape) == 1:
        member = base.children[0].text or "z"
        fail("ambiguous", f"a vector has no power: write {member}^{{({exponent.text})}}_{{…}} for an entry of member "
                          f"{exponent.text}",
             node.span)
    return PLAIN["pow"](env, node)


def _entries_of_matrix(env: Elaboration, node: Node) -> bool:
    return not env.value(node).shape and len(env.value(node.children[0]).shape) == 2


def _transpose(env: Elaboration, node: Node) -> Term:
    term = env.value(node.children[0])
    if not term.shape:
        base = node.children[0]
        entry = base.kind == "index" and not base.bracketed
        hint = "leave it out, or declare T as a name for a power"
        hint = "write (A^\\top)_{ij} for an entry of the transpose" if entry else hint
        fail("ambiguous", f"{show(term)} is a scalar and is transposed: {hint}", node.span)
    return env.make(node, "transpose", term)


def _index(env: Elaboration, node: Node) -> Term:
    base, *items = node.children
    if len(items) == 1:
        items = _separated(env, base, items[0])
    numerals: Mapping[str, str] = getattr(env, "numerals", {})
    for item in items:
        if item.kind == "neg":
            fail("ambiguous", "a negative index has no meaning: write all but one as the condition of a sum", item.span)
    renamed = [_numeral(env, item, numerals) for item in items]
    return PLAIN["index"](env, Node("index", node.start, node.end, [base, *renamed], height=node.height))


def _separated(env: Elaboration, base: Node, item: Node) -> list[Node]:
    """The indices that stand side by side in ``W_{ij}`` or ``W_{12}``, if the base takes as many."""
    shape = env.value(base).shape
    if item.kind == "product" and set(item.text.split()) == {BESIDE} and 1 < len(item.children) <= len(shape):
        return item.children
    if item.kind == "number" and len(item.text) == len(shape) == 2 and item.text.isdigit():
        return [Node("number", item.start + k, item.start + k + 1, text=digit) for k, digit in enumerate(item.text)]
    if item.kind == "product" and set(item.text.split()) == {BESIDE} and all(c.kind == "name" for c in item.children):
        fail("shape", f"{len(item.children)} indices stand here, and {describe(shape)} takes {max(len(shape), 1)}; write "
                      "\\cdot for a product",
             item.span)
    return [item]


def _numeral(env: Elaboration, item: Node, numerals: Mapping[str, str]) -> Node:
    """A number that is declared as the spelling of an index."""
    name = numerals.get(item.text) if item.kind == "number" else None
    if name is None:
        return item
    env.note(f"the index {item.text} is read as {name}")
    return Node("name", item.start, item.end, text=name)


def _relation(env: Elaboration, node: Node) -> Term:
    numerals: Mapping[str, str] = getattr(env, "numerals", {})
    if numerals and any(_is_index(env, child) for child in node.children):
        children = [_numeral(env, child, numerals) for child in node.children]
        node = Node("relation", node.start, node.end, children, node.text, node.height)
    return PLAIN["relation"](env, node)


def _is_index(env: Elaboration, node: Node) -> bool:
    """Whether a node is a declared index; the index of a sum takes whatever numbers its range has."""
    known = env.scope.symbols.get(node.text) if node.kind == "name" and node.text not in env.bound else None
    return known is not None and known.type.kind == "index"


def _bars(env: Elaboration, node: Node) -> Term:
    term = env.value(node.children[0])
    if term.shape:
        instead = "\\det(A) or \\|A\\|_F" if len(term.shape) == 2 else "\\|x\\|"
        fail("ambiguous", f"bars around {describe(term.shape)} can be read in two ways: write {instead}", node.span)
    return env.make(node, "abs", term)


def _length(env: Elaboration, node: Node) -> Term:
    """``\\|x\\|``, ``\\|x\\|_2``, ``\\|A\\|_F``."""
    term = env.value(node.children[0])
    if not term.shape:
        fail("shape", "a norm is of a vector or matrix: write |x| for the absolute value of a number", node.span)
    if len(term.shape) == 1:
        return env.make(node, "norm", term)
    if node.text != "F":
        fail("ambiguous", "which norm of a matrix is meant does not show: write \\|A\\|_F for the Frobenius norm", node.span)
    return env.make(node, "frobenius", term)


def _call(env: Elaboration, node: Node) -> Term:
    if node.text in {"sum", "prod"}:
        return _ranged(env, node)
    if node.text == "diff":
        _check_bound(node)
    elif node.text in {"max", "min"} and len(node.children) == 1 and env.value(node.children[0]).shape:
        fail("ambiguous", f"the {node.text} of an array may be its largest entry, which is not in the language, or be "
             f"taken entry by entry: write {node.text} of two arguments", node.span)
    elif node.text in ENTRYWISE and len(node.children) == 1 and env.value(node.children[0]).shape:
        env.note(f"{node.text} of an array is taken entry by entry")
    return PLAIN["call"](env, node)


def _ranged(env: Elaboration, node: Node) -> Term:
    body, *ranges = node.children
    found = [_closed(env, item, body) for item in ranges]
    for item in found:
        _check_numeral(env, item)
        name = _index_of(item)
        if name.text in env.bound:
            env.note(f"the inner {node.text} over {name.text} has an index of its own, although {name.text} is also the "
                     "index around it")
    return PLAIN["call"](env, Node("call", node.start, node.end, [body, *found], node.text, node.height))


def _check_numeral(env: Elaboration, item: Node) -> None:
    """Refuse ``j \\ne 0`` of an index from 1 where 0 is declared as the spelling of an index."""
    numerals: Mapping[str, str] = getattr(env, "numerals", {})
    if item.kind != "if" or not numerals:
        return
    index, inner = _index_of(item), item.children[0]
    if inner.kind == "in" and inner.children[1].children[0].text != "1":
        return
    for relation in _walk(item.children[1]):
        numbers = [child for child in relation.children if child.kind == "number" and child.text in numerals]
        if relation.kind == "relation" and numbers and any(child.text == index.text for child in relation.children):
            number, name = numbers[0].text, numerals[numbers[0].text]
            fail("ambiguous", f"{number} may be the number or the index {name} that it is declared to spell: write {name}",
                 numbers[0].span)


def _closed(env: Elaboration, item: Node, body: Node) -> Node:
    """A range whose ends are known: an index without them runs over what it indexes."""
    if item.kind == "if":
        return Node("if", item.start, item.end, [_closed(env, item.children[0], body), item.children[1]], height=item.height)
    if item.kind != "name":
        return item
    known = env.scope.symbols.get(item.text)
    sizes = list(_indexed_sizes(env, body, item.text))
    if known is not None and known.type.kind == "index" and known.type.upper is not None:
        if sizes and not any(same_size(known.type.upper, size) for size in sizes):
            fail("ambiguous", f"{item.text} is declared as an index up to {show(known.type.upper)}, and indexes up to "
                 f"{show(sizes[0])} here: write \\sum_{{{item.text}=1}}^{{n}}", item.span)
        return item
    if not sizes or any(not same_size(sizes[0], size) for size in sizes):
        why = "nothing that it indexes says over what it runs" if not sizes else "what it indexes differs in size"
        fail("undeclared-name", f"the index {item.text} has no range, and {why}: write \\sum_{{{item.text}=1}}^{{n}}, or declare "
             f"{item.text}: index(n)", item.span)
    env.note(f"the sum over {item.text} runs over 1..{show(sizes[0])}, which {item.text} indexes")
    size = _respanned(parse(show(sizes[0])), item.span)
    one = Node("number", item.start, item.end, text="1")
    return Node("in", item.start, item.end, [item, Node("range", item.start, item.end, [one, size])])


def _indexed_sizes(env: Elaboration, node: Node, name: str) -> Iterator[Term]:
    """The sizes of the declared arrays that ``name`` alone indexes in a tree."""
    if node.kind == "index" and node.children[0].kind == "name":
        base = env.scope.symbols.get(node.children[0].text)
        dims = base.type.family + base.type.shape if base is not None else ()
        items = node.children[1:]
        if len(items) == 1 and items[0].kind == "product":
            items = items[0].children
        yield from (size for item, size in zip(items, dims, strict=False) if item.kind == "name" and item.text == name)
    for child in node.children:
        yield from _indexed_sizes(env, child, name)


def _respanned(node: Node, span: Span) -> Node:
    children = [_respanned(child, span) for child in node.children]
    return Node(node.kind, span.start, span.end, children, node.text, node.height, node.bracketed)


def _check_bound(node: Node) -> None:
    """Refuse a derivative by ``x_j`` of a sum over ``j``: which j is meant does not show."""
    body, *variables = node.children
    indices = {name.text for v in variables if v.kind == "index" for item in v.children[1:] for name in _names(item)}
    for inner in _walk(body):
        if inner.kind != "call" or inner.text not in {"sum", "prod"}:
            continue
        for item in inner.children[1:]:
            name = _index_of(item)
            if name.text in indices:
                fail("ambiguous", f"{name.text} is the index of a sum and of the variable of differentiation: give the sum "
                     "an index of its own", name.span)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _names(node: Node) -> Iterator[Node]:
    return (inner for inner in _walk(node) if inner.kind == "name")


HANDLERS: dict[str, Handler] = {
    **PLAIN, "product": _product, "add": _sum, "pow": _power, "transpose": _transpose, "index": _index, "relation": _relation,
    "bars": _bars, "length": _length, "call": _call,
    "dots": refuse("ambiguous", "dots stand here for what is not said: write a sum with its range, or the terms in full"),
    "list": refuse("syntax", "several values stand in brackets where one is wanted: write [a, b] for a vector"),
}
"""How each kind of node is read."""
