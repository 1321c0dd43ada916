"""Dots between terms: ``x_1 + x_2 + … + x_n`` as the sum that its visible terms fit."""

from __future__ import annotations

from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.syntax.environment import Elaboration
from derivcheck.syntax.parse import Node
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import is_integer, literal
from derivcheck.syntax.tokens import fail

_LETTERS = "kjilmn"


def without_dots(env: Elaboration, node: Node, word: str) -> Node:
    """A sum or product with its dots, if it has any, read as a sum or product over a range; raises ``InputError``."""
    places = [k for k, child in enumerate(node.children) if child.kind == "dots" or
              (child.kind == "neg" and child.children[0].kind == "dots")]
    if not places:
        return node
    at = places[0]
    if len(places) > 1:
        _refuse(node.children[places[1]].span, "dots stand twice")
    if at == 0 or at == len(node.children) - 1 or node.children[at].kind == "neg":
        _refuse(node.children[at].span, "dots need terms before and behind them")
    if word == "prod" and "/" in node.text.split()[: at + 1]:
        _refuse(node.children[at].span, "a quotient has no dots")
    first, lower, end = _pattern(node.children[:at], node.children[at + 1], node.children[at].span)
    _check_end(env, end, lower)
    ranged = _ranged(env, word, node.children[at - 1], lower, node.children[at + 1], end)
    env.note(f"the dots are read as {word} over {ranged.children[1].children[0].text} in {lower}..{show(env.term(end))}")
    rest = [*node.children[:first], ranged, *node.children[at + 2:]]
    if len(rest) == 1:
        return ranged
    signs = node.text.split()
    kept = [*signs[:first], *signs[at + 1:]] if word == "prod" else signs
    return Node(node.kind, node.start, node.end, rest, " ".join(kept), node.height + 2)


def _refuse(span: Span, why: str) -> NoReturn:
    fail("ambiguous", f"{why}: write a sum with its range, such as \\sum_{{i=1}}^{{n}}, or the terms in full", span)


def _pattern(before: list[Node], last: Node, dots: Span) -> tuple[int, int, Node]:
    """The number of the first term that belongs to the pattern, the value of its index, and the index of the last term."""
    pairs = _differences(before[-1], last)
    if not pairs or not _consistent(pairs):
        _refuse(dots, "the terms around the dots do not fit one pattern")
    lower, end = pairs[0]
    first = len(before) - 1
    while first > 0 and (others := _differences(before[first - 1], last)):
        if not _consistent(others) or not _same(others[0][1], end) or others[0][0] != lower - 1:
            _refuse(dots, "the terms before the dots do not count up by one")
        first, lower = first - 1, lower - 1
    first, lower = _powers(before, first, lower, last)
    if first == len(before) - 1 and not (_is_index(before[-1], last) and end.kind in {"name", "number"}):
        _refuse(dots, "one term before the dots does not say how they go on")
    return first, lower, end


def _powers(before: list[Node], first: int, lower: int, last: Node) -> tuple[int, int]:
    """``1 + x`` before ``x^2 + … + x^n`` are its powers 0 and 1."""
    if last.kind != "pow" or before[first].kind != "pow" or not _same(before[first].children[0], last.children[0]):
        return first, lower
    if lower == 2 and first > 0 and _same(before[first - 1], last.children[0]):
        first, lower = first - 1, 1
    if lower == 1 and first > 0 and before[first - 1].kind == "number" and before[first - 1].text == "1":
        first, lower = first - 1, 0
    return first, lower


def _differences(term: Node, last: Node) -> list[tuple[int, Node]]:
    """The numbers in a term where the last term has something else; none if they differ otherwise."""
    pairs: list[tuple[int, Node]] = []
    return pairs if _collect(term, last, pairs) else []


def _consistent(pairs: list[tuple[int, Node]]) -> bool:
    """Whether it is the same number and the same other thing in all places."""
    return all(value == pairs[0][0] and _same(end, pairs[0][1]) for value, end in pairs)


def _is_index(term: Node, last: Node) -> bool:
    """Whether the terms differ in subscripts only."""
    if _same(term, last):
        return True
    if term.kind == "index" and last.kind == "index" and _same(term.children[0], last.children[0]):
        return True
    alike = (term.kind, term.text, len(term.children)) == (last.kind, last.text, len(last.children))
    return alike and bool(term.children) and all(map(_is_index, term.children, last.children))


def _collect(term: Node, last: Node, pairs: list[tuple[int, Node]]) -> bool:
    if _same(term, last):
        return True
    if term.kind == "number" and term.text.isdigit():
        pairs.append((int(term.text), last))
        return True
    alike = (term.kind, term.text, len(term.children)) == (last.kind, last.text, len(last.children))
    return alike and bool(term.children) and all(_collect(a, b, pairs) for a, b in zip(term.children, last.children, strict=True))


def _same(a: Node, b: Node) -> bool:
    return (a.kind, a.text, len(a.children)) == (b.kind, b.text, len(b.children)) and all(map(_same, a.children, b.children))


def _check_end(env: Elaboration, end: Node, lower: int) -> None:
    term = env.term(end)
    names = [part.symbol for part in term.walk() if part.op == "symbol"]
    value = literal(term)
    if not is_integer(term) or any(it.type.kind not in {"size", "natural", "integer"} for it in names):
        fail("ambiguous", f"the dots do not end at a declared size: {show(term)} is none; write a sum with its range", end.span)
    if value is not None and value <= lower:
        _refuse(end.span, "the dots lead nowhere")


def _ranged(env: Elaboration, word: str, first: Node, lower: int, last: Node, end: Node) -> Node:
    used = {inner.text for inner in _walk(last)} | set(env.bound) | set(env.scope.symbols)
    name = next((letter for letter in _LETTERS if letter not in used), "k_1")
    index = Node("name", end.start, end.end, text=name)
    bounds = Node("range", end.start, end.end, [Node("number", end.start, end.end, text=str(lower)), end])
    body = _generalised(last, first, index)
    return Node("call", first.start, last.end, [body, Node("in", end.start, end.end, [index, bounds])], word, last.height + 1)


def _generalised(last: Node, first: Node, index: Node) -> Node:
    """The last term with the index where it differs from the first."""
    if _same(first, last):
        return last
    if first.kind == "number" and first.text.isdigit():
        return index
    children = [_generalised(b, a, index) for a, b in zip(first.children, last.children, strict=True)]
    return Node(last.kind, last.start, last.end, children, last.text, last.height, last.bracketed)


def _walk(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children for inner in _walk(child))]
