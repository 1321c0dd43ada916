"""Rules of the grammar to nodes of the tree that the plain language has too.

A few kinds of nodes exist only here: ``product`` (factors and what stands between them), ``bars``, ``length`` (a norm),
``dots`` and ``range`` with an open end; ``elaborate`` knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.grammar import Token
from derivcheck.syntax.latex.nodes import Part, chained, grown, listed, node
from derivcheck.syntax.latex.ranges import BESIDE, ranges
from derivcheck.syntax.parse import Node
from derivcheck.syntax.tokens import fail

_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"})
"""Functions whose argument are a number and a name behind it; of the others it may be the number alone, as in ln 2 x."""


@dataclass(frozen=True, slots=True)
class _Loose:
    """A function before an argument without brackets; with_argument: the same with another argument."""

    node: Node
    name: str
    argument: Node
    with_argument: Callable[[Node], Node]


class Trees:
    """Builds the tree of one formula; notes: remarks for the report."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self.note = note
        self.loose: dict[int, _Loose] = {}
        """Functions whose argument has no brackets, by the identity of their nodes."""
        self.operated_brackets: dict[int, Node] = {}
        """Operators of differentiation before brackets."""
        self.operators: dict[int, Node] = {}
        """Operators of differentiation whose argument has no brackets."""
        self.builders: dict[str, Callable[[Sequence[Part]], Part]] = {
            "either": lambda p: chained("or", p[0], p[2]), "both": lambda p: chained("and", p[0], p[2]),
            "denied": lambda p: node("not", p, [p[1]]), "chain": self.chain, "within": self.within,
            "plus": self.plus, "minus": self.minus, "beside": self.beside, "times": self.times,
            "negative": lambda p: node("neg", p, [p[1]]), "positive": lambda p: p[1], "operated": self.operated,
            "applied": self.applied, "big": self.big, "limit": self.limit, "arrow": self.arrow,
            "scripts": lambda p: [*p] if len(p) == 1 else [*p[0], p[1]],
            "sub": lambda p: ("_", p[2]), "power": lambda p: ("^", p[2]), "index": self.index, "raised": self.raised,
            "transposed": self.transposed, "factorial": self.factorial,
            "number": lambda p: Node("number", p[0].start, p[0].end, text=p[0].text),
            "name": lambda p: Node("name", p[0].start, p[0].end, text=p[0].text),
            "truth": lambda p: Node(p[0].text, p[0].start, p[0].end), "dots": lambda p: Node("dots", p[0].start, p[0].end),
            "bracket": self.bracket, "call": lambda p: node("call", p, p[2], p[0].text),
            "prime": lambda p: node("prime", p, p[3], p[0].text + p[1].text),
            "fraction": lambda p: node("div", p, [p[2], p[5]]),
            "binomial": lambda p: node("call", p, [p[2], p[5]], "binomial"),
            "root": lambda p: node("call", p, [p[2]], "sqrt"), "nth_root": self.nth_root,
            "bars": lambda p: node("bars", p, [p[1]]), "norm": lambda p: node("length", p, [p[1]]),
            "floor": lambda p: node("call", p, [p[1]], "floor"),
            "ceiling": lambda p: node("call", p, [p[1]], "ceiling"),
            "inner": lambda p: node("call", p, [p[1], p[3]], "dot"), "indicator": self.indicator,
            "derivative": lambda p: self.derivative(p, p[2], p[5]), "matrix": self.matrix, "cases": self.cases,
            "integral": self.integral, "definite": self.definite, "variables": listed, "items": listed, "mean": self.mean,
            "rows": listed, "row": listed, "branches": listed, "branch": self.branch,
            "conditions": self.conditions,
        }

    def plus(self, parts: Sequence[Part]) -> Node:
        """``a + b``"""
        self.check_reach(parts[0])
        return chained("add", parts[0], parts[2])

    def check_reach(self, left: Node) -> None:
        """Remark that an operator of differentiation without brackets ends before the next + or -."""
        last = left.children[-1] if left.kind in {"product", "add"} and not left.bracketed else left
        if id(last) in self.operators and not last.bracketed:
            self.note("a derivative without brackets is taken of the first term only")

    def minus(self, parts: Sequence[Part]) -> Node:
        """``a - b``"""
        self.check_reach(parts[0])
        return chained("add", parts[0], node("neg", parts[1:], [parts[2]]))

    def chain(self, parts: Sequence[Part]) -> Node:
        """``a = b = c``"""
        left, sign, right = parts
        if left.kind == "relation" and not left.bracketed:
            return node("relation", parts, [*left.children, right], f"{left.text} {sign.text}")
        return node("relation", parts, [left, right], sign.text)

    def within(self, parts: Sequence[Part]) -> Node:
        """``x \\in [a, b]``"""
        value, _, ends = parts
        if ends.kind != "bracket" or len(ends.children) != 2:
            fail("syntax", "after \\in stands an interval: write x \\in [a, b]", ends.span)
        return node("in", parts, [value, node("range", [ends], ends.children)])

    def beside(self, parts: Sequence[Part]) -> Node:
        """Two factors side by side."""
        left, right = parts
        last = left.children[-1] if left.kind == "product" and not left.bracketed else left
        operated = id(last) in self.operators or (id(last) in self.operated_brackets and right.bracketed)
        if operated and not last.bracketed:
            self.refuse_operator(last, right)
        if id(last) in self.loose and not last.bracketed:
            merged = self.after_loose(self.loose[id(last)], right)
            if merged is not None:
                return self.replaced(left, merged)
        if left.kind == "product" and not left.bracketed and left.text.endswith("/"):
            fail("ambiguous", "what stands after the / can be read in two ways: write \\frac{…}{…}, or brackets",
                 Span(left.children[-1].start, right.end))
        self.check_number(last, right)
        return self.multiplied(left, right, BESIDE)

    def check_number(self, last: Node, right: Node) -> None:
        """Refuse a number right behind a factor, but for the rest of ``x^23``, which TeX sets on the line."""
        first = right.children[0] if right.kind == "product" and not right.bracketed else right
        fraction = first.kind == "div" and all(child.kind == "number" for child in first.children)
        if last.kind == "number" and not last.bracketed and fraction:
            fail("ambiguous", "this may be a mixed number or a product: write \\cdot for the product",
                 Span(last.start, first.end))
        if first.kind != "number" or first.bracketed:
            return
        if last.kind not in {"pow", "index"} or last.end != first.start:
            fail("ambiguous", "a number stands right behind a factor: write \\cdot before it, {,} for thousands, or put it "
                              "in front",
                 Span(last.start, first.end))

    def after_loose(self, last: _Loose, right: Node) -> Node | None:
        """Whether a factor may follow a function without brackets: another function may, and ``\\sin 2x`` is one argument."""
        inner = self.loose.get(id(last.argument))
        if inner is not None and (merged := self.after_loose(inner, right)) is not None:
            return last.with_argument(merged)
        if last.argument.kind == "number" and last.name in _CIRCULAR and right.kind in {"name", "index"} and not right.bracketed:
            self.note(f"{last.name} of a number and a name is read with both as its argument")
            return last.with_argument(self.multiplied(last.argument, right, BESIDE))
        if id(right) in self.loose and not right.bracketed:
            return None
        self.refuse_loose(last, right)

    def refuse_loose(self, last: _Loose, right: Node) -> NoReturn:
        fail("ambiguous", f"where the argument of {last.name} ends can be read in two ways: put it in brackets",
             Span(last.node.start, right.end))

    def refuse_operator(self, last: Node, right: Node) -> NoReturn:
        fail("ambiguous", "what this derivative is taken of can be read in two ways: put brackets around it, "
             "\\frac{\\partial}{\\partial x} \\left( … \\right)", Span(last.start, right.end))

    def replaced(self, left: Node, last: Node) -> Node:
        """``left`` with another last factor."""
        if left.kind != "product" or left.bracketed:
            return last
        return node("product", [left, last], [*left.children[:-1], last], left.text)

    def times(self, parts: Sequence[Part]) -> Node:
        """Two factors with a sign between them."""
        left, sign, right = parts
        last = left.children[-1] if left.kind == "product" and not left.bracketed else left
        if id(last) in self.operators and not last.bracketed:
            self.refuse_operator(last, right)
        if id(last) in self.loose and not last.bracketed and sign.text == "/":
            self.refuse_loose(self.loose[id(last)], right)
        return self.multiplied(left, right, sign.text)

    def multiplied(self, left: Node, right: Node, sign: str) -> Node:
        if left.kind == "product" and not left.bracketed:
            left.text += f" {sign}"
            return grown(left, right)
        return node("product", [left, right], [left, right], sign)

    def operated(self, parts: Sequence[Part]) -> Node:
        """``\\frac{\\partial}{\\partial x}`` before what it is taken of."""
        operator, _, variables, _, body = parts
        made = self.derivative(parts, body, variables, operator)
        (self.operated_brackets if body.bracketed else self.operators)[id(made)] = made
        return made

    def derivative(self, parts: Sequence[Part], body: Node, variables: list[Node], operator: Token | None = None) -> Node:
        """``diff(body, x, n, …)``, the last variable below the bar innermost."""
        order = 0
        arguments: list[Node] = []
        for variable in reversed(variables):
            power = variable.children[1] if variable.kind == "pow" and not variable.bracketed else None
            arguments.append(variable if power is None else variable.children[0])
            if power is not None:
                if power.kind != "number" or not power.text.isdigit():
                    fail("syntax", "the order of a derivative is written as a number", power.span)
                arguments.append(power)
            order += int(power.text) if power is not None else 1
        written = int((operator or parts[0]).text)
        if written != order:
            fail("syntax", f"the orders above and below the bar differ: {written} above, {order} below",
                 Span(parts[0].start, parts[-1].end))
        return node("call", parts, [body, *arguments], "diff")

    def applied(self, parts: Sequence[Part]) -> Node:
        """A function of the language before its argument, which may have brackets or not."""
        name: str = parts[0].text
        outer, argument = self.unwrapped(name, parts[-1])
        made = self.applied_to(parts, outer, argument)
        if not argument.bracketed and argument.kind != "list":
            self.loosen(made, name, parts, outer, argument)
        return made

    def loosen(self, made: Node, name: str, parts: Sequence[Part], outer: list[tuple[str, list[Node]]], argument: Node) -> None:
        def rebuilt(other: Node) -> Node:
            remade = self.applied_to(parts, outer, other)
            remade.end = other.end
            self.loosen(remade, name, parts, outer, other)
            return remade

        self.loose[id(made)] = _Loose(made, name, argument, rebuilt)

    def applied_to(self, parts: Sequence[Part], outer: list[tuple[str, list[Node]]], argument: Node) -> Node:
        """The function in ``parts`` with its base and power, of an argument, and what stands behind that."""
        scripts = list(parts[1]) if len(parts) == 3 else []
        base = [value for kind, value in scripts if kind == "_"]
        power = [value for kind, value in scripts if kind == "^"]
        made = self.function(parts, parts[0].text, argument, base)
        if power:
            made = self.powered(parts[0].text, parts, made, power[0])
        for kind, children in reversed(outer):
            made = node(kind, parts, [made, *children])
        return made

    def unwrapped(self, name: str, operand: Node) -> tuple[list[tuple[str, list[Node]]], Node]:
        """The argument, and what stands behind its closing bracket and so belongs to the value: ``softmax(x)_i``."""
        inner, outer = operand, []
        while inner.kind in {"index", "pow", "transpose", "factorial"} and not inner.bracketed:
            outer.append((inner.kind, inner.children[1:]))
            inner = inner.children[0]
        if not outer or not (inner.bracketed or inner.kind == "list"):
            return [], operand
        if any(kind in {"pow", "factorial"} for kind, _ in outer):
            fail("ambiguous", f"what is raised to the power can be read in two ways: write \\{name}^{{2}}(x) or "
                 f"(\\{name}(x))^{{2}} for the value, \\{name}(x^{{2}}) for the argument", operand.span)
        return outer, inner

    def function(self, parts: Sequence[Part], name: str, argument: Node, base: list[list[Node]]) -> Node:
        arguments = argument.children if argument.kind == "list" else [argument]
        if name in {"min", "max"} and argument.kind == "bracket":
            arguments = argument.children
        if base:
            if name != "log" or len(base[0]) != 1:
                fail("syntax", f"a subscript of {name} is not read: write its arguments in brackets, or a sum", parts[0].span
                     if isinstance(parts[0], Node) else Span(parts[0].start, parts[0].end))
            arguments = [*arguments, base[0][0]]
        if name == "vector":
            return node("bracket", parts, arguments)
        return node("call", parts, arguments, name)

    def powered(self, name: str, parts: Sequence[Part], made: Node, power: Node) -> Node:
        """``\\sin^2 x``"""
        if power.kind == "neg":
            fail("ambiguous", f"\\{name}^{{-1}} may be the inverse function or the reciprocal: write "
                 f"\\operatorname{{a{name}}} or \\frac{{1}}{{\\{name} …}}", power.span)
        return node("pow", parts, [made, power])

    def big(self, parts: Sequence[Part]) -> Node:
        """A sum or product over the range that stands under and over it."""
        word, conditions, body = parts[0].text, parts[2], parts[-1]
        upper = parts[6] if len(parts) > 6 else None
        return node("call", parts, [body, *ranges(word, conditions, upper, self.note)], word)

    def limit(self, parts: Sequence[Part]) -> Node:
        """``\\lim_{x \\to a} f``, with the side behind the braces"""
        arrow = parts[2]
        if len(parts) > 5:
            arrow = node("arrow", parts[2:5], arrow.children, parts[4].text)
        return node("call", parts, [parts[-1], arrow], "limit")

    def arrow(self, parts: Sequence[Part]) -> Node:
        return node("arrow", parts, [parts[0], parts[2]])

    def index(self, parts: Sequence[Part]) -> Node:
        """``x_{i, j}``; of a norm, which norm it is."""
        base, items = parts[0], parts[3]
        if base.kind == "length" and not base.bracketed:
            return node("length", parts, base.children, self.order(items))
        return node("index", parts, [base, *items])

    def order(self, items: list[Node]) -> str:
        only = items[0]
        if len(items) == 1 and only.text in {"2", "F"} and only.kind in {"number", "name"}:
            return only.text
        fail("syntax", "only \\|x\\|_2 and \\|A\\|_F are read: write another norm with a sum or \\max", only.span)

    def raised(self, parts: Sequence[Part]) -> Node:
        return node("pow", parts, [parts[0], parts[3]])

    def transposed(self, parts: Sequence[Part]) -> Node:
        """``A^T``; ``[a, b]^T`` is the column that ``[a, b]`` is already."""
        base: Node = parts[0]
        if base.kind == "bracket" and base.text == "[" and len(base.children) > 1:
            self.note("[a, b]^T is the column with the entries a and b")
            return base
        return node("transpose", parts, [base])

    def factorial(self, parts: Sequence[Part]) -> Node:
        """``n!``"""
        base = parts[0]
        if base.kind in {"factorial", "pow"} and not base.bracketed:
            what = "n!! has a meaning of its own" if base.kind == "factorial" else "what the ! belongs to can be read in two ways"
            fail("ambiguous", f"{what}: put brackets around what is meant", Span(base.start, parts[-1].end))
        return node("factorial", parts, [base])

    def bracket(self, parts: Sequence[Part]) -> Node:
        """Brackets: around one thing they group, ``[i = j]`` is an indicator, ``[a, b]`` a vector, ``(a, b)`` arguments."""
        opening, items, _ = parts
        if len(items) > 1:
            return node("bracket" if opening.text.endswith(("[", "lbrack")) else "list", parts, items, "[")
        only: Node = items[0]
        if opening.text.endswith("[") and only.kind in {"relation", "and", "or", "not"}:
            return node("bracket", parts, [only])
        only.start, only.end, only.bracketed = opening.start, parts[-1].end, True
        return only

    def nth_root(self, parts: Sequence[Part]) -> Node:
        degree, radicand = parts[2], parts[5]
        if degree.kind == "number" and degree.text == "3":
            return node("call", parts, [radicand], "cbrt")
        one = Node("number", degree.start, degree.end, text="1")
        return node("pow", parts, [radicand, node("div", [degree], [one, degree])])

    def indicator(self, parts: Sequence[Part]) -> Node:
        items = parts[2]
        condition = items[0] if len(items) == 1 else node("and", items, list(items))
        if condition.kind not in {"relation", "and", "or", "not", "in", "true", "false"}:
            fail("type", "an indicator holds a condition, such as i = j", condition.span)
        return node("bracket", parts, [condition])

    def mean(self, parts: Sequence[Part]) -> Node:
        """``\\mathbb{E}[f \\mid Y]`` and its like."""
        items: list[Node] = list(parts[2])
        if len(parts) > 4:
            known = list(parts[4])
            items[-1] = node("given", [items[-1], *known], [items[-1], *known])
        return node("call", parts, items, parts[0].text)

    def matrix(self, parts: Sequence[Part]) -> Node:
        """A matrix; one column of several rows is a vector."""
        name, rows = parts[0].text, parts[1]
        cells = [cell for row in rows for cell in row]
        if any(cell.kind == "dots" for cell in cells):
            fail("ambiguous", "dots in a matrix are not read: write its general entry, with indices, as a step of its own",
                 next(cell.span for cell in cells if cell.kind == "dots"))
        if len({len(row) for row in rows}) != 1:
            fail("shape", "the rows of this matrix differ in length", Span(parts[0].start, parts[-1].end))
        if len(rows) > 1 and len(rows[0]) == 1:
            made: Node = node("bracket", parts, cells)
        else:
            made = node("bracket", parts, [node("bracket", row, list(row)) for row in rows])
        return node("call", parts, [made], "det") if name == "vmatrix" else made

    def cases(self, parts: Sequence[Part]) -> Node:
        return node("call", parts, parts[1], "cases")

    def branch(self, parts: Sequence[Part]) -> Node:
        value, _, condition = parts
        if condition is None:
            return node("otherwise", [value], [value])
        return node("if", [value, condition], [value, condition])

    def conditions(self, parts: Sequence[Part]) -> Node | None:
        """Conditions joined by commas hold together; ``None`` for otherwise."""
        if len(parts) == 1:
            return None if isinstance(parts[0], Token) else parts[0]
        if parts[0] is None:
            fail("syntax", "nothing can follow otherwise", parts[2].span)
        return chained("and", parts[0], parts[2])

    def integral(self, parts: Sequence[Part]) -> Node:
        _, body, variable = parts
        return node("call", parts, [body, Node("name", variable.start, variable.end, text=variable.text)], "integrate")

    def definite(self, parts: Sequence[Part]) -> Node:
        lower, upper, body, variable = parts[3], parts[6], parts[8], parts[9]
        name = Node("name", variable.start, variable.end, text=variable.text)
        bounds = node("range", [lower, upper], [lower, upper])
        return node("call", parts, [body, node("in", [name, name], [name, bounds])], "integrate")
