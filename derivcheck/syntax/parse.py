"""Plain text to a tree with spans, by operator precedence (Dijkstra's two stacks).

Recursion happens only at brackets, so that depth is bounded by a count and no input can exhaust the interpreter's stack.
From loosest to tightest: ``or``; ``and``; ``not``; relations and ``in``; ``..``; ``+ -``; ``* / @`` and the implicit product
of a number with what follows; unary minus; ``**``; the postfixes ``[...]``, ``.T``, ``!`` and the call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.kernel.vocabulary import SPELLINGS
from derivcheck.syntax.tokens import FORMS, KEYWORDS, Token, fail, tokenize

MAX_DEPTH = 100

INFIX: dict[str, tuple[int, str]] = {
    "or": (1, "or"), "and": (2, "and"), "=": (4, "relation"), "!=": (4, "relation"), "<": (4, "relation"), "<=": (4, "relation"),
    ">": (4, "relation"), ">=": (4, "relation"), "in": (4, "in"), "..": (5, "range"), "+": (6, "add"), "-": (6, "add"),
    "*": (7, "mul"), "/": (7, "div"), "@": (7, "matmul"), "**": (9, "pow"),
}
"""Infix operators: precedence and the kind of node; all associate to the left but ``**``."""

PREFIX: dict[str, tuple[int, str]] = {"not": (3, "not"), "-": (8, "neg"), "+": (8, "plus")}
_PRIME = "'"
CHAINS = frozenset({"or", "and", "add", "mul", "relation"})
"""Kinds that take further operands when written without parentheses: ``a + b + c`` is one node."""


@dataclass(slots=True, eq=False)
class Node:
    """A piece of the tree: its kind, where it stands, its parts.

    text: the number or name itself; of a ``relation`` its operators, separated by spaces.
    bracketed: whether parentheses stand around it, which keeps it from being continued.
    """

    kind: str
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    text: str = ""
    height: int = 1
    bracketed: bool = False

    @property
    def span(self) -> Span:
        """Where the piece stands."""
        return Span(self.start, self.end)


@dataclass(slots=True)
class _Pending:
    """An operator that waits for its right operand."""

    level: int
    kind: str
    token: Token
    prefix: bool = False


def parse(text: str) -> Node:
    """The tree of one expression, condition or statement; raises ``InputError``."""
    parser = Parser(text)
    node = parser.expression()
    parser.finish()
    return node


class Parser:
    """A position in the words of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.towards = -1

    @property
    def token(self) -> Token:
        """The next word."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """The next word, consumed."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, kind: str) -> Token | None:
        """The next word, consumed, if it is of this kind."""
        return self.take() if self.token.kind == kind else None

    def finish(self) -> None:
        """Raise ``InputError`` unless the text is at its end."""
        if self.token.kind != "end":
            self.unexpected("the end")

    def expression(self) -> Node:
        """``expression = {prefix} operand {infix {prefix} operand}``"""
        operands: list[Node] = []
        pending: list[_Pending] = []
        while True:
            while (prefix := PREFIX.get(self.token.kind)) is not None:
                pending.append(_Pending(*prefix, self.take(), prefix=True))
            operands.append(self.operand())
            infix = self.infix(operands, pending)
            while pending and (infix is None or (pending[-1].level >= infix.level and infix.kind != "pow")):
                self.combine(operands, pending.pop())
            if infix is None:
                return operands[0]
            pending.append(infix)

    def infix(self, operands: list[Node], pending: list[_Pending]) -> _Pending | None:
        """The operator that follows the last operand, consumed; an implicit product; or ``None`` where the expression ends."""
        token = self.token
        found = INFIX.get(token.kind)
        if token.kind in {"+", "-"} and self.depth == self.towards and self.tokens[self.at + 1].kind in {")", ","}:
            return None
        if found is not None:
            return _Pending(*found, self.take())
        if token.kind in {"name", "number", "(", "[", "true", "false"}:
            self.check_implicit(operands, token, pending)
            return _Pending(*INFIX["*"], Token("*", "", token.start, token.start))
        return None

    def check_implicit(self, operands: list[Node], right: Token, pending: list[_Pending]) -> None:
        """Refuse two operands side by side unless they are a number and a name or parenthesis in a plain product."""
        left = operands[-1]
        span = Span(left.start, right.end)
        after = {"(": "(…)", "[": "[…]"}.get(right.kind, right.text)
        if _is_function(left):
            argument = "…" if right.kind == "number" else right.text
            fail("syntax", f"{left.text} needs parentheses around its argument: write {left.text}({argument})", span)
        if left.kind != "number" or left.bracketed or right.kind not in {"name", "("}:
            sign = " @ " if left.kind == "transpose" else "*"
            fail("ambiguous", f"an operator is missing: write {self.quote(left)}{sign}{after} for a product", span)
        before = next((p for p in reversed(pending) if not p.prefix), None)
        if before is None or before.kind not in {"div", "pow", "matmul"}:
            return
        base, factor = operands[-2], self.text[before.token.end:left.end].strip()
        if before.kind == "pow" and _is_function(base):
            fail("syntax", f"write a power of a function after its argument: {base.text}(…){before.token.text}{factor}", span)
        head = self.quote(base) + before.token.text
        fail("ambiguous", f"{head}{factor}{after} can be read in two ways: write {head}({factor}*{after}) or "
             f"({head}{factor})*{after}", Span(base.start, right.end))

    def quote(self, node: Node) -> str:
        """A piece as written, shortened where it is long."""
        piece = self.text[node.start:node.end]
        return piece if len(piece) <= 30 else "…" + piece[-20:]

    def combine(self, operands: list[Node], operator: _Pending) -> None:
        """Replace the topmost operands by the node of ``operator``."""
        right = operands.pop()
        if operator.prefix:
            if operator.kind != "plus":
                right = self.node(operator.kind, operator.token.start, right.end, [right])
            operands.append(right)
            return
        left = operands.pop()
        kind, token = operator.kind, operator.token
        if kind == "add" and token.kind == "-":
            right = self.node("neg", token.start, right.end, [right])
        if kind in CHAINS and left.kind == kind and not left.bracketed:
            left.children.append(right)
            left.end = right.end
            left.height = max(left.height, right.height + 1)
            if kind == "relation":
                left.text += " " + token.kind
            self.check_height(left)
            operands.append(left)
        else:
            operands.append(self.node(kind, left.start, right.end, [left, right], token.kind))

    def node(self, kind: str, start: int, end: int, children: list[Node], text: str = "") -> Node:
        """A node over its parts; raises ``InputError`` (``too-large``) when it becomes too deep."""
        made = Node(kind, start, end, children, text, 1 + max([c.height for c in children], default=0))
        self.check_height(made)
        return made

    def check_height(self, node: Node) -> None:
        """Refuse what is too deep to walk."""
        if node.height > MAX_DEPTH:
            fail("too-large", f"the expression is nested more than {MAX_DEPTH} deep; name a part of it in define", node.span)

    def operand(self) -> Node:
        """``operand = atom { "[" items "]" | ".T" | "!" }``"""
        node = self.atom()
        while True:
            token = self.token
            if token.kind == "[" and not (node.kind == "number" and not node.bracketed):
                self.take()
                items, close = self.items("]", token)
                node = self.node("index", node.start, close.end, [node, *items])
            elif token.kind in {".T", "!"}:
                self.take()
                node = self.node("transpose" if token.kind == ".T" else "factorial", node.start, token.end, [node])
            elif token.kind == "(" and node.kind in {"index", "call", "prime", "transpose", "factorial"}:
                piece = self.quote(node)
                fail("ambiguous", f"{piece} is not a function: write {piece}*(…) for a product", Span(node.start, token.end))
            else:
                return node

    def atom(self) -> Node:
        """``atom = number | name | name arguments | "(" expression ")" | "[" items "]"``"""
        token = self.token
        if token.kind == "number":
            self.take()
            return Node("number", token.start, token.end, text=token.text)
        if token.kind == "name":
            return self.named(self.take())
        if token.kind in {"true", "false"}:
            self.take()
            return Node(token.kind, token.start, token.end)
        if token.kind == "(":
            return self.parenthesis(self.take())
        if token.kind == "[":
            self.take()
            items, close = self.items("]", token)
            return self.node("bracket", token.start, close.end, items)
        self.unexpected("an operand")

    def named(self, token: Token) -> Node:
        """``named = name [ "(" items ")" ]``; a primed name must be called."""
        opening = self.accept("(")
        if opening is None:
            if token.text.endswith("'"):
                fail("syntax", "a prime marks the derivative of a function at a point: write f'(x); for a transpose write "
                     f"{token.text.rstrip(_PRIME)}.T", token.span)
            return Node("name", token.start, token.end, text=token.text)
        items, close = self.items(")", opening)
        return self.node("prime" if token.text.endswith("'") else "call", token.start, close.end, items, token.text)

    def parenthesis(self, opening: Token) -> Node:
        """``parenthesis = "(" expression ")"``"""
        self.enter(opening)
        node = self.expression()
        close = self.close(")", opening)
        self.depth -= 1
        node.start, node.end, node.bracketed = opening.start, close.end, True
        return node

    def items(self, closing: str, opening: Token) -> tuple[list[Node], Token]:
        """``items = [ item { "," item } [ "|" expression { "," expression } ] ] closing``;
        ``item = expression [ "if" expression | "otherwise" | "->" expression [ "+" | "-" ] ]``"""
        self.enter(opening)
        found: list[Node] = []
        while found or self.token.kind != closing:
            item = self.expression()
            if self.accept("if"):
                condition = self.expression()
                item = self.node("if", item.start, condition.end, [item, condition])
            elif (word := self.accept("otherwise")) is not None:
                item = self.node("otherwise", item.start, word.end, [item])
            elif self.accept("->"):
                item = self.arrow(item)
            if self.accept("|"):
                found.append(self.given(item))
                break
            found.append(item)
            if not self.accept(","):
                break
        close = self.close(closing, opening)
        self.depth -= 1
        return found, close

    def given(self, item: Node) -> Node:
        """``"|" expression { "," expression }``: what is known, behind what it is known for."""
        known = [self.expression()]
        while self.accept(","):
            known.append(self.expression())
        return self.node("given", item.start, known[-1].end, [item, *known])

    def arrow(self, variable: Node) -> Node:
        """What a variable tends to; a sign behind it says from which side."""
        around, self.towards = self.towards, self.depth
        point = self.expression()
        self.towards = around
        side = self.accept("+") or self.accept("-")
        end, text = (side.end, side.text) if side else (point.end, "")
        return self.node("arrow", variable.start, end, [variable, point], text)

    def enter(self, opening: Token) -> None:
        """Count one bracket; raises ``InputError`` (``too-large``) when there are too many."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            fail("too-large", f"brackets are nested more than {MAX_DEPTH} deep; name a part of it in define", opening.span)

    def close(self, closing: str, opening: Token) -> Token:
        """The closing bracket, consumed."""
        if self.token.kind == "end":
            fail("syntax", f"this {opening.text} is never closed: a {closing} is missing", opening.span)
        if self.token.kind != closing:
            self.unexpected(f"{closing} or an operator")
        return self.take()

    def unexpected(self, wanted: str) -> NoReturn:
        """Raise ``InputError``: another word was wanted here."""
        token = self.token
        fail("syntax", _advice(token, wanted, self.tokens[self.at - 1] if self.at else None), token.span)


def _is_function(node: Node) -> bool:
    """Whether a piece is the bare name of a function, so that its argument lacks parentheses."""
    return node.kind == "name" and not node.bracketed and node.text not in {"e", "gamma"} and (
        node.text in SPELLINGS or node.text in FORMS)


def _advice(token: Token, wanted: str, before: Token | None) -> str:
    """What is wrong with a word that cannot stand where it does, and what to write."""
    after = f" after {before.text}" if before is not None and before.text else ""
    match token.kind:
        case "end":
            return f"the text ends{after} where {wanted} was expected"
        case "=" if before is not None and before.kind == "=":
            return "write one = for an equation"
        case "<=>" | "=>" | "<==":
            return f"{token.text} links two lines: it stands at the beginning of a line"
        case "~":
            return "~ (approximately) stands at the beginning of a line; inside an expression write ="
        case "|":
            return "“|” is not in the language; write abs(…) or norm(…)"
        case "->":
            return "-> stands only in limit(f, x -> a)"
        case "if" | "otherwise":
            return f"{token.text} stands only in cases(a if p, b otherwise) and in the range of a sum or product"
        case "," if wanted == "the end":
            return "a comma stands only between brackets: write [a, b] for a vector"
        case ")" | "]" if wanted == "the end":
            return f"this {token.text} closes nothing: remove it or open a bracket before"
        case "*" if before is not None and before.kind in {"*", "**"}:
            return "write * for a product and ** for a power"
        case kind if kind in KEYWORDS or kind in INFIX:
            return f"“{token.text}” has nothing to stand between: {wanted} was expected{after}"
    return f"“{token.text}” cannot stand here{after}: {wanted} was expected"
