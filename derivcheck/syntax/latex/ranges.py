"""The ranges of sums and products, from what stands under and over the sign."""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.syntax.latex.nodes import chained, node
from derivcheck.syntax.parse import Node
from derivcheck.syntax.tokens import fail

BESIDE = "beside"
"""What stands between two factors where nothing is written."""


def ranges(word: str, conditions: list[Node], upper: Node | None, note: Callable[[str], None]) -> list[Node]:
    """The ranges: ``i = 1``, ``i``, ``a \\le i \\le b``; every further condition restricts the last one."""
    found: list[Node] = []
    first, last = conditions[0], conditions[-1]
    if first.kind == "product" and set(first.text.split()) == {BESIDE} and all(c.kind == "name" for c in first.children):
        conditions = [*first.children, *conditions[1:]]
    elif len(conditions) > 1 and upper is not None and last.kind == "relation" and not last.bracketed and last.text == "=" \
            and all(item.kind == "name" for item in (*conditions[:-1], last.children[0])):
        names = [*conditions[:-1], last.children[0]]
        conditions = [node("relation", [name], [name, last.children[1]], "=") for name in names]
        return [made for item in conditions if (made := _range(item, upper, note)) is not None]
    for item in conditions:
        made = _range(item, upper, note) if not found else item if item.kind == "name" and upper is None else None
        if made is not None:
            found.append(made)
            continue
        if not found:
            fail("syntax", f"a range is wanted here: write \\{word}_{{i=1}}^{{n}}", item.span)
        _check_condition(item, found)
        before = found[-1]
        condition = chained("and", before.children[1], item) if before.kind == "if" else item
        inner = before.children[0] if before.kind == "if" else before
        found[-1] = node("if", [before, item], [inner, condition])
    return found


def _check_condition(item: Node, ranges: list[Node]) -> None:
    """Refuse ``j = 1`` behind ``i = 1``: a second range has its own sum."""
    if item.kind != "relation" or item.bracketed or item.text != "=" or item.children[0].kind != "name":
        return
    index = ranges[0].children[0] if ranges[0].children else ranges[0]
    name = index.children[0] if index.kind == "in" else index
    if item.children[1].kind == "number" and item.children[0].text != name.text:
        second = item.children[0].text
        fail("ambiguous", f"this may be a second range or a condition: write \\sum_{{{second}=…}} as a sum of its own, "
             "or put the condition in brackets", item.span)


def _range(item: Node, upper: Node | None, note: Callable[[str], None]) -> Node | None:
    """The range that a condition gives; ``None`` if it only restricts an index that has one."""
    if item.kind == "name":
        return item if upper is None else _from_one(item, upper, note)
    if item.kind != "relation":
        return None
    signs, names = item.text.split(), item.children
    if signs == ["="] and upper is not None and names[0].kind == "name":
        bounds = node("range", [names[1], names[1]], [names[1], _end(names[0], upper)])
        return node("in", [item], [names[0], bounds])
    if len(signs) == 2 and set(signs) <= {"<", "<="} and names[1].kind == "name":
        lower = _shifted(names[0], 1) if signs[0] == "<" else names[0]
        top = _shifted(names[2], -1) if signs[1] == "<" else names[2]
        return node("in", [item], [names[1], node("range", [item], [lower, top])])
    if signs == ["!="] and names[0].kind == "name" and upper is None:
        note(f"the sum runs over {names[0].text} alone; {item.text} restricts it")
        return node("if", [item], [names[0], item])
    return None


def _from_one(name: Node, upper: Node, note: Callable[[str], None]) -> Node:
    note(f"the sum over {name.text} without a lower end begins at 1")
    one = Node("number", name.start, name.end, text="1")
    return node("in", [name], [name, node("range", [name], [one, _end(name, upper)])])


def _end(name: Node, upper: Node) -> Node:
    """The upper end, which may repeat the index: ``\\sum_{m=1}^{m=W}``."""
    if upper.kind == "relation" and upper.text == "=" and upper.children[0].kind == "name":
        if upper.children[0].text == name.text:
            return upper.children[1]
        fail("syntax", f"the upper end names another index than {name.text}", upper.span)
    if upper.kind == "relation":
        fail("syntax", "the upper end is a number or a size", upper.span)
    return upper


def _shifted(end: Node, by: int) -> Node:
    one = Node("number", end.start, end.end, text="1")
    return node("add", [end], [end, one if by > 0 else node("neg", [end], [one])])
