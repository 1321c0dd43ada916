"""Trees to terms: names become symbols, shapes are checked, and every message says what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache, partial

from derivcheck.kernel.terms import Symbol, Term, is_family, number, symbol
from derivcheck.kernel.vocabulary import SPELLINGS
from derivcheck.syntax.calls import call, prime
from derivcheck.syntax.environment import Elaboration, Handler, refuse
from derivcheck.syntax.parse import MAX_DEPTH, Node
from derivcheck.syntax.randomness import is_mean, mean
from derivcheck.syntax.scope import CONSTANTS, Scope, undeclared
from derivcheck.syntax.show import fits, show
from derivcheck.syntax.sorts import check_index
from derivcheck.syntax.tokens import FORMS, fail

RELATION_OPS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def elaboration(scope: Scope, bound: Mapping[str, Symbol] | None = None) -> Elaboration:
    """A fresh elaboration in a scope, with the names that a binder outside the text introduces."""
    return Elaboration(scope, HANDLERS, bound)


def whole(env: Elaboration, node: Node) -> Term:
    """The term of a whole text; raises ``InputError`` for a bare family, and for what is deeper than its text looks."""
    term = env.term(node)
    check_depth(term, node)
    if is_family(term):
        name = term.symbol.name
        fail("shape", f"{name} is a family: write {name}[w] for a member, or columns({name}) for the matrix of its columns",
             node.span)
    return term


def check_depth(term: Term, node: Node) -> None:
    """Refuse a term that is too deep to be walked: products of matrices in LaTeX and several ranges are deeper than they look."""
    if not fits(term, MAX_DEPTH):
        fail("too-large", f"the expression is nested more than {MAX_DEPTH} deep; name a part of it in define", node.span)


@lru_cache(maxsize=1024)
def _literal(text: str) -> Term:
    return number(int(text) if text.isdigit() else Fraction(text))


def _number(env: Elaboration, node: Node) -> Term:
    return _literal(node.text)


def _name(env: Elaboration, node: Node) -> Term:
    name = node.text
    known = env.bound.get(name) or env.scope.symbols.get(name)
    if known is not None:
        if known.type.kind == "function":
            fail("type", f"{name} is a function: write {name}({', '.join('xyzuvw'[:len(known.type.arguments)])})", node.span)
        return symbol(known)
    if name in CONSTANTS and (name != "i" or env.scope.has_complex()):
        return Term("constant", (), name)
    if name in SPELLINGS or name in FORMS:
        declare = "" if name in FORMS else f", or declare {name} as a symbol"
        fail("syntax", f"{name} needs an argument in parentheses: write {name}(…){declare}", node.span)
    fail("undeclared-name", undeclared(name, env.scope, env.bound), node.span)


def _terms(env: Elaboration, node: Node) -> list[Term]:
    return [env.value(child) for child in node.children]


def _add(env: Elaboration, node: Node) -> Term:
    return env.make(node, "add", *env.match_zeros(_terms(env, node)))


def _operator(op: str, env: Elaboration, node: Node) -> Term:
    return env.make(node, op, *_terms(env, node))


def _matmul(env: Elaboration, node: Node) -> Term:
    terms = _terms(env, node)
    for child, term in zip(node.children, terms, strict=True):
        if not term.shape:
            right = node.children[1]
            base = right.children[0].text if right.kind == "index" else ""
            entry = f", or (… @ {base})[…] for an entry of the product" if base and child is right else ""
            fail("shape", f"@ multiplies vectors and matrices, and {_at_most(show(term))} is a scalar: write * for a product "
                 f"with it{entry}", child.span)
    return env.make(node, "matmul", *terms)


def _at_most(text: str) -> str:
    """A text that is quoted in a message, unless it is too long for that."""
    return text if len(text) <= 40 else "this"


def _power(env: Elaboration, node: Node) -> Term:
    exponent = node.children[1]
    if exponent.kind == "name" and exponent.text == "T" and "T" not in env.scope.symbols and "T" not in env.bound:
        fail("syntax", "write .T for the transpose", node.span)
    return _operator("pow", env, node)


def _relation(env: Elaboration, node: Node) -> Term:
    terms = env.match_zeros(_terms(env, node))
    signs = node.text.split()
    parts = [env.make(node, RELATION_OPS[sign], left, right) for left, sign, right in zip(terms, signs, terms[1:], strict=False)]
    return parts[0] if len(parts) == 1 else env.make(node, "and", *parts)


def _logic(op: str, env: Elaboration, node: Node) -> Term:
    return env.make(node, op, *map(env.condition, node.children))


def _within(env: Elaboration, node: Node) -> Term:
    value, bounds = node.children
    if bounds.kind != "range" or bounds.bracketed:
        fail("syntax", "after in stands a range: write x in a..b", bounds.span)
    lower, upper = bounds.children
    return env.make(node, "in", env.scalar(value), env.scalar(lower), env.scalar(upper))


def _index(env: Elaboration, node: Node) -> Term:
    base, *items = node.children
    if base.kind == "name" and not base.bracketed and is_mean(env, base.text):
        return mean(env, node, base.text, items)
    array = env.value(base)
    if not items:
        fail("syntax", "an index is missing between the brackets", node.span)
    if not array.shape:
        fail("shape", f"{_at_most(show(array))} is a scalar and has no entries; for a product with a condition write * before "
             "the bracket", node.span)
    indices = [env.term(item) for item in items]
    sizes = array.shape[1:] if len(indices) == 1 and _is_row(array) else array.shape
    for place, (item, index) in enumerate(zip(items, indices, strict=True)):
        check_index(index, sizes[place] if place < len(sizes) else None, array, item.span)
    return env.make(node, "entry", array, *indices)


def _is_row(array: Term) -> bool:
    return len(array.shape) == 2 and array.shape[0] == number(1) and not is_family(array)


def _bracket(env: Elaboration, node: Node) -> Term:
    if not node.children:
        fail("syntax", "a vector has at least one entry", node.span)
    if len(node.children) == 1 and _is_condition(node.children[0]):
        return env.make(node, "indicator", env.condition(node.children[0]))
    terms = _terms(env, node)
    return env.make(node, "matrix" if all(t.op == "vector" for t in terms) else "vector", *terms)


def _is_condition(node: Node) -> bool:
    return node.kind in {"relation", "and", "or", "not", "in", "true", "false"}


def _truth(env: Elaboration, node: Node) -> Term:
    return Term(node.kind)


HANDLERS: dict[str, Handler] = {
    "number": _number, "name": _name, "add": _add, "pow": _power, "matmul": _matmul, "relation": _relation, "in": _within,
    "index": _index, "bracket": _bracket, "true": _truth, "false": _truth, "call": call, "prime": prime,
    **{op: partial(_operator, op) for op in ("neg", "mul", "div", "transpose", "factorial")},
    **{op: partial(_logic, op) for op in ("and", "or", "not")},
    "range": refuse("syntax", "a range stands only after in: write w in a..b"),
    "if": refuse("syntax", "if stands only in cases(a if p, b otherwise) and after the range of a sum or product"),
    "otherwise": refuse("syntax", "otherwise stands only at the end of cases(a if p, b otherwise)"),
    "given": refuse("syntax", "| stands only between what is random and what is given: E[f | Y], P(A | B)"),
    "arrow": refuse("syntax", "-> stands only in limit(f, x -> a)"),
}
"""How each kind of node is read."""

