"""What is written ``name(arguments)``: the functions of the vocabulary, declared functions, and the forms that bind or choose."""

from __future__ import annotations

from typing import NoReturn

from derivcheck.kernel.terms import Symbol, Term, number
from derivcheck.kernel.vocabulary import FUNCTIONS, SPELLINGS, build_diff, describe, same_shape
from derivcheck.syntax.binders import MAX_ORDER, cases, diff, integrate, limit, ranged
from derivcheck.syntax.environment import Elaboration, Handler
from derivcheck.syntax.parse import Node
from derivcheck.syntax.randomness import OF_LAWS, is_law, is_mean, law, mean
from derivcheck.syntax.scope import CONSTANTS, reached, undeclared
from derivcheck.syntax.sorts import check_index, check_size, is_integer
from derivcheck.syntax.tokens import fail


def block(env: Elaboration, node: Node) -> Term:
    """``block([[A, B], [C, D]])``: rows of blocks above each other."""
    lines = node.children[0].children if len(node.children) == 1 and node.children[0].kind == "bracket" else []
    if not lines or any(line.kind != "bracket" or not line.children for line in lines):
        fail("syntax", "block takes rows of blocks in brackets: write block([[A, B], [C, D]])", node.span)
    rows = []
    for line in lines:
        cells = [env.value(child) for child in line.children]
        rows.append(cells[0] if len(cells) == 1 else env.make(line, "hstack", *cells))
    return rows[0] if len(rows) == 1 else env.make(node, "vstack", *rows)


CALLS: dict[str, Handler] = {
    "block": block, "sum": ranged, "prod": ranged, "diff": diff, "integrate": integrate, "limit": limit, "cases": cases,
}
"""The forms, by their words."""

_REALS = frozenset({"real", "positive", "nonnegative", "negative", "nonzero"})


def call(env: Elaboration, node: Node) -> Term:
    """The term of ``name(arguments)``."""
    name = node.text
    if name in CALLS:
        return CALLS[name](env, node)
    known = env.bound.get(name) or env.scope.symbols.get(name)
    if known is not None and known.type.kind == "function":
        return _apply(env, node, known)
    if is_mean(env, name):
        return mean(env, node, name, node.children)
    op = SPELLINGS.get(name)
    if op in OF_LAWS and node.children and is_law(env, node.children[0]):
        return env.make(node, op, *(law(env, child) for child in node.children))
    if op is None or (name == "e" and len(node.children) != 2):
        _refuse(env, node, known)
    if known is not None:
        env.note(f"{name}(…) is the function {FUNCTIONS[op].meaning}, although {name} is also declared as a symbol")
    return _function(env, node, op)


def _refuse(env: Elaboration, node: Node, known: Symbol | None) -> NoReturn:
    name = node.text
    if known is None and name not in CONSTANTS:
        fail("undeclared-name", undeclared(name, env.scope), node.span)
    if known is not None and (known.type.shape or known.type.family):
        fail("ambiguous", f"{name} is not a function: write {name}[…] for an entry or {name}*(…) for a product", node.span)
    declare = f", or declare {name}: function(real) -> real" if known is not None else ""
    power = ", or exp(…) for a power of e" if name == "e" else ""
    fail("ambiguous", f"{name} is not a function: write {name}*(…) for a product{power}{declare}", node.span)


def _function(env: Elaboration, node: Node, op: str) -> Term:
    args = [env.value(child) for child in node.children]
    sizes = {"eye": (0,), "ones": (0, 1), "zeros": (0, 1), "unit": (1,)}.get(op, ())
    for place in sizes:
        if place < len(args):
            check_size(args[place], node.children[place].span)
    term = env.make(node, op, *args)
    if op == "unit":
        check_index(args[0], args[1], term, node.children[0].span)
    return term


def _apply(env: Elaboration, node: Node, function: Symbol) -> Term:
    wanted = function.type.arguments
    if len(node.children) != len(wanted):
        count = f"{len(wanted)} argument{'s' * (len(wanted) != 1)}"
        fail("shape", f"{function.name} takes {count}, not {len(node.children)}", node.span)
    args = [env.value(child) for child in node.children]
    for place, (child, type_) in enumerate(zip(node.children, wanted, strict=True)):
        shape = type_.family + type_.shape
        args[place] = env.zero_like(args[place], shape) if shape else args[place]
        if not same_shape(args[place].shape, shape):
            given = describe(args[place].shape)
            fail("shape", f"argument {place + 1} of {function.name} is {describe(shape)}, not {given}", child.span)
        if type_.kind in {"index", "integer", "natural"} and not is_integer(args[place]):
            fail("type", f"argument {place + 1} of {function.name} must be an integer", child.span)
    return env.make(node, "apply", *args, data=function)


def prime(env: Elaboration, node: Node) -> Term:
    """The term of ``f'(x)``, ``f''(x)``, …"""
    name = node.text.rstrip("'")
    order = len(node.text) - len(name)
    known = env.bound.get(name) or env.scope.symbols.get(name)
    if known is None and name not in SPELLINGS:
        fail("undeclared-name", undeclared(name, env.scope), node.span)
    if known is None or known.type.kind != "function":
        fail("type", f"a prime marks the derivative of a declared function; write diff({name}(x), x)", node.span)
    arguments = known.type.arguments
    if len(arguments) != 1 or arguments[0].shape or arguments[0].family:
        fail("type", f"a prime is for a function of one real; write diff({name}(…), v) for the derivative by v", node.span)
    if order > 100:
        fail("too-large", "a derivative of order over 100", node.span)
    value = _apply(env, node, known)
    variable = value.args[0]
    if order <= MAX_ORDER and _is_derivative_by(env, known, variable):
        env.deepen(order, node)
        for _ in range(order):
            value = build_diff(value, variable, env.scope.layout)
        return value
    return env.make(node, "derivative", number(order), variable, data=known)


def _is_derivative_by(env: Elaboration, function: Symbol, variable: Term) -> bool:
    """Whether ``f'(x)`` is ``diff(f(x), x)``: f is defined, and x is a real symbol that its definition does not use."""
    if variable.op != "symbol" or function.name not in env.scope.definitions:
        return False
    it = variable.symbol
    free = it.name not in env.bound and it.name not in env.scope.defined and it.type.kind in _REALS
    return free and it not in reached(env.scope, [function])
