"""Nodes of the tree over their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivcheck.syntax.parse import MAX_DEPTH, Node
from derivcheck.syntax.tokens import fail

Part = Any
"""A token, a node, or a list of nodes."""


def node(kind: str, parts: Sequence[Part], children: list[Node], text: str = "") -> Node:
    """A node from the first part to the last; raises ``InputError`` (``too-large``) when it becomes too deep."""
    made = Node(kind, parts[0].start, parts[-1].end, children, text, 1 + max((c.height for c in children), default=0))
    _check_height(made)
    return made


def grown(before: Node, further: Node) -> Node:
    """The same node with a further part at its end: long sums and products would take quadratic time as new ones."""
    before.children.append(further)
    before.end, before.height = further.end, max(before.height, further.height + 1)
    _check_height(before)
    return before


def chained(kind: str, left: Node, right: Node) -> Node:
    """``a + b + c`` as one node."""
    if left.kind == kind and not left.bracketed:
        return grown(left, right)
    return node(kind, [left, right], [left, right])


def listed(parts: Sequence[Part]) -> list[Part]:
    """``list: item | list separator item``"""
    return [parts[0]] if len(parts) == 1 else [*parts[0], parts[2]]


def _check_height(made: Node) -> None:
    if made.height > MAX_DEPTH:
        fail("too-large", f"the expression is nested more than {MAX_DEPTH} deep; name a part of it in define", made.span)
