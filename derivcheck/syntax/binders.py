"""The forms that bind a name or choose a branch: sums, products, derivatives, integrals, limits, cases."""

from __future__ import annotations

from typing import NoReturn

from derivcheck.kernel.terms import BOUND, ONE, VARIABLE, Symbol, Term, Type, free_symbols, is_family, number
from derivcheck.kernel.vocabulary import ShapeError, build_diff
from derivcheck.syntax.environment import Elaboration
from derivcheck.syntax.parse import Node
from derivcheck.syntax.scope import reached
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import check_bound
from derivcheck.syntax.tokens import RESERVED, fail

MAX_ORDER = 20


def ranged(env: Elaboration, node: Node) -> Term:
    """``sum(body, w in a..b if p, …)`` and ``prod`` alike; several ranges nest, the first outermost."""
    word = node.text
    if len(node.children) < 2:
        fail("syntax", f"write the range: {word}(x[k], k in 1..n)", node.span)
    body, *ranges = node.children
    around = env.bound
    opened: list[tuple[Symbol, list[Term]]] = []
    for item in ranges:
        index, lower, upper, condition = _range(env, word, item)
        env.bound = {**env.bound, index.name: index}
        opened.append((index, [lower, upper, *([env.condition(condition)] if condition else [])]))
    term = env.value(body)
    env.deepen(len(opened) - 1, node)
    for index, _ in opened:
        _note_definitions(env, word, index, term)
    for index, bounds in reversed(opened):
        term = env.make(node, word, term, *bounds, data=index)
    env.bound = around
    return term


def _range(env: Elaboration, word: str, item: Node) -> tuple[Symbol, Term, Term, Node | None]:
    """``w in a..b [if p]`` or ``w [if p]``: the index, its ends, its condition; the ends lie outside the index's scope."""
    condition = None
    if item.kind == "if":
        item, condition = item.children
    if item.kind == "name":
        return *_declared_range(env, word, item), condition
    if item.kind != "in" or item.children[1].kind != "range" or item.children[0].kind != "name":
        _refuse_range(env, word, item)
    name, bounds = item.children
    index = bindable(name, BOUND)
    lower, upper = (env.term(end) for end in bounds.children)
    check_bound(lower, bounds.children[0].span, upper=False)
    check_bound(upper, bounds.children[1].span, upper=True)
    return index, lower, upper, condition


def _refuse_range(env: Elaboration, word: str, item: Node) -> NoReturn:
    if item.kind == "relation" and item.children[-1].kind == "range" and item.children[0].kind == "name":
        fail("syntax", f"write {item.children[0].text} in a..b, with in for =", item.span)
    if item.kind == "in" and item.children[0].kind == "name" and item.children[1].kind == "name":
        name, size = item.children
        fail("syntax", f"write {name.text} in 1..{size.text}", item.span)
    fail("syntax", f"a range is wanted here: {word}(body, w in 1..n), {word}(body, w in a..b if condition)", item.span)


def _declared_range(env: Elaboration, word: str, item: Node) -> tuple[Symbol, Term, Term]:
    """The range of a declared index."""
    known = env.scope.symbols.get(item.text)
    if known is None or known.type.kind != "index" or known.type.upper is None:
        fail("type", f"{item.text} is no declared index: write its range, {word}(…, {item.text} in 1..n)", item.span)
    return Symbol(item.text, BOUND), ONE, known.type.upper


def bindable(node: Node, type_: Type) -> Symbol:
    """The symbol that a binder introduces by this name."""
    if node.kind != "name" or node.bracketed:
        fail("syntax", "a plain name is wanted here", node.span)
    if node.text in RESERVED:
        fail("reserved-name", f"{node.text} belongs to the language; choose another name", node.span)
    return Symbol(node.text, type_)


def diff(env: Elaboration, node: Node) -> Term:
    """``diff(f, x)``, ``diff(f, x, 2)``, ``diff(f, x, y)``: derivatives nest, the first variable innermost."""
    if len(node.children) < 2:
        fail("syntax", "write the variable: diff(f, x)", node.span)
    body, *rest = node.children
    term = env.value(body)
    variable: Term | None = None
    for item in rest:
        order = _order(item)
        if order is not None and variable is not None:
            env.deepen(order - 1, node)
            for _ in range(order - 1):
                term = _derive(env, node, term, variable)
            variable = None
            continue
        env.deepen(item is not rest[0], node)
        variable = _variable(env, item)
        term = _derive(env, node, term, variable)
    return term


def _order(item: Node) -> int | None:
    if item.kind != "number":
        return None
    if not item.text.isdigit() or int(item.text) < 1:
        fail("type", "the order of a derivative is a positive integer", item.span)
    if int(item.text) > MAX_ORDER:
        fail("too-large", f"the order of a derivative is at most {MAX_ORDER}", item.span)
    return int(item.text)


def _derive(env: Elaboration, node: Node, body: Term, variable: Term) -> Term:
    try:
        return build_diff(body, variable, env.scope.layout)
    except ShapeError as error:
        fail("shape", str(error), node.span)


def _variable(env: Elaboration, item: Node) -> Term:
    """What a derivative is taken by: a symbol that stands for itself, or an entry of one."""
    term = env.term(item)
    base = term
    while base.op == "entry":
        base = base.args[0]
    if base.op != "symbol":
        fail("diff-variable", f"{_shown(term)} is no variable: differentiate by a declared symbol or an entry of one, such as x "
             "or u[k]", item.span)
    it = base.symbol
    if it.name not in env.bound and it.name in env.scope.defined:
        _refuse_defined(env, it, item)
    kind = it.type.kind
    if kind in {"index", "size", "bound", "integer", "natural", "sign", "function"}:
        fail("diff-variable", f"{it.name} takes only separate values ({kind}): differentiate by a real symbol", item.span)
    if is_family(term):
        fail("diff-variable", f"{it.name} is a family: differentiate by a member, {it.name}[w]", item.span)
    return term


def _shown(term: Term) -> str:
    text = show(term)
    return text if len(text) < 40 else "a compound expression"


def _refuse_defined(env: Elaboration, it: Symbol, item: Node) -> NoReturn:
    definition = env.scope.definitions.get(it.name)
    sources: list[str] = []
    if definition is not None:
        free = free_symbols(definition.body) - set(definition.parameters)
        sources = sorted(s.name for s in free if s.type.kind not in {"size", "index", "bound", "function"})
    by = f", such as {' or '.join(sources[:3])}" if sources else ""
    fail("diff-variable", f"{it.name} is defined: differentiate by what it is defined from{by}, or declare {it.name} without a "
         "definition", item.span)


def integrate(env: Elaboration, node: Node) -> Term:
    """``integrate(f, x)`` or ``integrate(f, x in a..b)``."""
    if len(node.children) != 2:
        fail("syntax", "write integrate(f, x) or integrate(f, x in a..b)", node.span)
    body, item = node.children
    if item.kind != "in" or item.children[1].kind != "range":
        variable = _variable(env, item)
        if variable.op != "symbol" or variable.shape:
            fail("diff-variable", "integrate by a declared scalar symbol", item.span)
        return env.make(node, "integrate", env.value(body), variable)
    name, bounds = item.children
    lower, upper = map(env.scalar, bounds.children)
    bound, term = _bind(env, node, name, body)
    return env.make(node, "integrate", term, lower, upper, data=bound)


def limit(env: Elaboration, node: Node) -> Term:
    """``limit(f, x -> a)``, ``limit(f, x -> a+)`` from above, ``limit(f, x -> a-)`` from below."""
    if len(node.children) != 2 or node.children[1].kind != "arrow":
        fail("syntax", "write limit(f, x -> a), limit(f, x -> a+) from above, limit(f, x -> a-) from below", node.span)
    body, arrow = node.children
    name, target = arrow.children
    point = env.scalar(target)
    if arrow.text and any(t.op == "constant" and t.data == "oo" for t in point.walk()):
        fail("syntax", "infinity is approached from one side only: write -> oo or -> -oo", arrow.span)
    side = [number({"+": 1, "-": -1}[arrow.text])] if arrow.text else []
    bound, term = _bind(env, node, name, body)
    return env.make(node, "limit", term, point, *side, data=bound)


def _bind(env: Elaboration, node: Node, name: Node, body: Node) -> tuple[Symbol, Term]:
    """The variable that an integral or limit binds, and its body where that name means this variable."""
    bound = bindable(name, VARIABLE)
    term = env.under(bound, env.value, body)
    _note_definitions(env, node.text, bound, term)
    return bound, term


def _note_definitions(env: Elaboration, word: str, bound: Symbol, body: Term) -> None:
    """Remark that a definition used in ``body`` keeps the declared symbol that a binder's name hides: nothing is captured."""
    hidden = env.scope.symbols.get(bound.name)
    if hidden is None or not env.scope.definitions:
        return
    for it in sorted(reached(env.scope, free_symbols(body)), key=lambda it: it.name):
        definition = env.scope.definitions.get(it.name)
        if definition is not None and definition.symbol == it and hidden in free_symbols(definition.body):
            env.note(f"{it.name} is defined from {hidden.name}, which this {word} does not bind")


def cases(env: Elaboration, node: Node) -> Term:
    """``cases(a if p, b if q, c otherwise)``."""
    values: list[Term] = []
    conditions: list[Term] = []
    for place, item in enumerate(node.children):
        last = place == len(node.children) - 1
        if item.kind == "if":
            conditions.append(env.condition(item.children[1]))
        elif item.kind != "otherwise" or not last:
            fail("syntax", "each branch is written a if p, and the last may be b otherwise", item.span)
        values.append(env.value(item.children[0]))
    if not conditions:
        fail("syntax", "write cases(a if p, b otherwise)", node.span)
    values = env.match_zeros(values)
    args = [t for pair in zip(values, conditions, strict=False) for t in pair] + values[len(conditions):]
    return env.make(node, "cases", *args)
