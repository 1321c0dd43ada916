"""Types of declared symbols: ``vector(d)[V]``, ``matrix(n, n) symmetric``, ``function(real) -> real``, …"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.kernel.terms import ONE, Term, Type
from derivcheck.kernel.vocabulary import same_size
from derivcheck.syntax.elaborate import elaboration
from derivcheck.syntax.parse import Node, Parser
from derivcheck.syntax.scope import Scope, did_you_mean
from derivcheck.syntax.sorts import check_index, check_size
from derivcheck.syntax.tokens import Token, fail

DOMAINS = ("real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural", "sign", "complex")
"""Types of scalars, by the domain of their values."""

ARRAYS = {"vector": (1,), "row": (1,), "matrix": (2,), "index": (1,), "simplex": (1,), "onehot": (1, 2)}
"""Types with arguments, and how many they take."""

ATTRIBUTES = ("symmetric", "antisymmetric", "diagonal", "orthogonal", "invertible", "positive_definite", "positive_semidefinite",
              "idempotent", "structured")
"""What may be said of a matrix after its type."""

RANDOM = "random"
"""What is said of a random variable after its type."""

_IMPLIED = {"positive_definite": ("symmetric", "invertible"), "positive_semidefinite": ("symmetric",)}
_REGULAR = frozenset({"invertible", "orthogonal", "positive_definite"})
_NAMES = (*DOMAINS, "size", *ARRAYS, "function")
_MEANT = {"scalar": "real", "float": "real", "number": "real", "int": "integer", "dim": "size", "dimension": "size", "R": "real",
          "bool": "integer", "string": "real", "column": "vector(n)", "spd": "matrix(n, n) positive_definite", "Real": "real"}


def read_type(text: str, scope: Scope) -> Type:
    """The type that a text denotes; the sizes in it must be declared in ``scope``.  Raises ``InputError``."""
    parser = Parser(text)
    found = _type(parser, scope)
    parser.finish()
    return found


def names_in_type(text: str) -> frozenset[str]:
    """The names in a type's text, for finding an order of declarations; empty where the text cannot be read."""
    return frozenset(token.text for token in Parser(text).tokens if token.kind == "name")


def _type(parser: Parser, scope: Scope) -> Type:
    """``type = head { family | attribute }``"""
    word = parser.accept("name")
    if word is None:
        parser.unexpected("a type such as real or vector(n)")
    found = _head(parser, scope, word)
    while True:
        if (opening := parser.accept("[")) is not None:
            found = _family(parser, scope, found, opening)
        elif parser.token.kind == "name":
            found = _attributed(found, parser.take())
        else:
            return _completed(found, Span(word.start, parser.tokens[parser.at - 1].end))


def _head(parser: Parser, scope: Scope, word: Token) -> Type:
    """``head = domain | "size" | array "(" sizes ")" | "function" "(" types ")" "->" "real"``"""
    name = word.text
    if name in DOMAINS or name == "size":
        if parser.token.kind == "(":
            fail("unknown-type", f"{name} takes no arguments; write {name}[n] for a family of n", parser.token.span)
        return Type(name)
    if name == "function":
        return _function(parser, scope, word)
    if name not in ARRAYS:
        _refuse_type(word)
    opening = parser.accept("(")
    if opening is None:
        example = {"matrix": "matrix(m, n)"}.get(name, f"{name}(n)")
        fail("unknown-type", f"{name} needs its size: write {example}", word.span)
    nodes, close = parser.items(")", opening)
    wanted = ARRAYS[name]
    if len(nodes) not in wanted:
        count = " or ".join(map(str, wanted))
        span = Span(word.start, close.end)
        fail("unknown-type", f"{name} takes {count} argument{'s' * (count != '1')}, not {len(nodes)}", span)
    return _array(scope, name, nodes)


def _array(scope: Scope, name: str, nodes: list[Node]) -> Type:
    first = _size(scope, nodes[0])
    match name:
        case "vector":
            return Type("real", (first,))
        case "row":
            return Type("real", (ONE, first))
        case "matrix":
            return Type("real", (first, _size(scope, nodes[1])))
        case "index":
            return Type("index", upper=first)
        case "simplex":
            return Type("nonnegative", (first,), attributes=frozenset({"simplex"}))
    hot = _hot(scope, nodes[1], first) if len(nodes) == 2 else None
    return Type("nonnegative", (first,), attributes=frozenset({"onehot"}), hot=hot)


def _size(scope: Scope, node: Node) -> Term:
    if node.kind == "name" and node.text not in scope.symbols:
        sizes = [name for name, it in scope.symbols.items() if it.type.kind == "size"]
        hint = did_you_mean(node.text, sizes)
        fail("undeclared-name", f"{node.text} is not declared{hint or f'; add {node.text}: size to symbols'}", node.span)
    return check_size(elaboration(scope).value(node), node.span)


def _hot(scope: Scope, node: Node, size: Term) -> Term:
    hot = elaboration(scope).scalar(node)
    check_index(hot, size, hot, node.span)
    return hot


def _function(parser: Parser, scope: Scope, word: Token) -> Type:
    opening = parser.accept("(")
    if opening is None:
        fail("unknown-type", "write function(real) -> real, with the types of its arguments", word.span)
    arguments = [_argument(parser, scope)]
    while parser.accept(","):
        arguments.append(_argument(parser, scope))
    parser.close(")", opening)
    if not parser.accept("->"):
        parser.unexpected("-> real")
    result = parser.accept("name")
    if result is None or result.text != "real":
        span = result.span if result else parser.token.span
        fail("unknown-type", "the values of an opaque function are real: write function(…) -> real", span)
    return Type("function", arguments=tuple(arguments))


def _argument(parser: Parser, scope: Scope) -> Type:
    start = parser.token
    argument = _type(parser, scope)
    if argument.kind in {"function", "size"}:
        fail("unknown-type", f"a {argument.kind} cannot be an argument of a function", start.span)
    return argument


def _refuse_type(word: Token) -> NoReturn:
    name = word.text
    if name in ATTRIBUTES:
        fail("unknown-type", f"{name} stands after a matrix type: write matrix(n, n) {name}", word.span)
    hint = f"; did you mean {_MEANT[name]}?" if name in _MEANT else did_you_mean(name, _NAMES)
    fail("unknown-type", f"{name} is not a type{hint or '; the types are ' + ', '.join(_NAMES)}", word.span)


def _family(parser: Parser, scope: Scope, member: Type, opening: Token) -> Type:
    """``family = "[" size { "," size } "]"``"""
    nodes, close = parser.items("]", opening)
    span = Span(opening.start, close.end)
    if member.family:
        fail("unknown-type", "write the sizes of a family in one bracket: T[m, n]", span)
    if member.kind in {"size", "function"}:
        fail("unknown-type", f"there are no families of type {member.kind}", span)
    if not 1 <= len(nodes) <= 2:
        fail("unknown-type", "a family has one or two sizes: T[n] or T[m, n]", span)
    return replace(member, family=tuple(_size(scope, node) for node in nodes))


def _attributed(member: Type, word: Token) -> Type:
    name = word.text
    if name == RANDOM:
        if member.kind in {"size", "function", "complex"}:
            fail("unknown-type", f"a {member.kind} cannot be random; write real random", word.span)
        return replace(member, attributes=member.attributes | {RANDOM})
    if name not in ATTRIBUTES:
        hint = did_you_mean(name, (*ATTRIBUTES, RANDOM)) or "; attributes are " + ", ".join(ATTRIBUTES)
        fail("unknown-type", f"{name} cannot stand after a type{hint}", word.span)
    if len(member.shape) != 2 or (member.shape[0] == ONE and member.shape[1] != ONE):
        fail("unknown-type", f"{name} stands only after a matrix type: write matrix(n, n) {name}", word.span)
    if not same_size(*member.shape):
        fail("shape", f"a matrix that is {name} is square: write matrix(n, n) {name}", word.span)
    return replace(member, attributes=member.attributes | {name, *_IMPLIED.get(name, ())})


def _completed(found: Type, span: Span) -> Type:
    why = _contradiction(found)
    if why:
        fail("contradiction", why, span)
    return found


def _contradiction(found: Type) -> str:
    """Why no matrix has all these attributes, or nothing."""
    if "structured" in found.attributes and not found.attributes & {"symmetric", "antisymmetric", "diagonal"}:
        return "structured wants a structure: write symmetric structured, antisymmetric structured or diagonal structured"
    has, regular = found.attributes, sorted(found.attributes & _REGULAR)
    if "antisymmetric" not in has or not regular:
        return ""
    if "positive_definite" in has:
        return "no matrix is antisymmetric and positive_definite at once"
    if has & {"symmetric", "diagonal"}:
        return f"an antisymmetric matrix that is symmetric or diagonal is zero, and so it is not {regular[0]}"
    size = found.shape[0]
    if size.op == "number" and size.number % 2 == 1:
        return f"an antisymmetric matrix of odd size is singular, and so it is not {regular[0]}"
    return ""
