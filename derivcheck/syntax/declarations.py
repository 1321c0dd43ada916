"""Declaring symbols, defining them, and assuming facts: each act returns a new scope or raises ``InputError``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from derivcheck.diagnostic import Diagnostic, InputError, Span
from derivcheck.kernel.terms import BOUND, LOGIC, Definition, Symbol, Term, Type, free_symbols, is_family
from derivcheck.kernel.vocabulary import describe, same_shape
from derivcheck.syntax.elaborate import check_depth, elaboration, whole
from derivcheck.syntax.parse import Node, parse
from derivcheck.syntax.randomness import said_of_random
from derivcheck.syntax.scope import CONSTANTS, Scope, did_you_mean
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import is_integer
from derivcheck.syntax.tokens import FORMS, RESERVED, fail, tokenize
from derivcheck.syntax.types import names_in_type, read_type

Problem = tuple[int, str, Diagnostic]
"""Which of several pieces is at fault, which part of it, and why."""


@dataclass(frozen=True, slots=True)
class Left:
    """The left side of a definition: ``p``, ``yhat[k]`` or ``f(t)``.

    parameters: ``bound`` symbols of an indexed definition, ``variable`` symbols of a function.
    """

    symbol: Symbol
    parameters: tuple[Symbol, ...]
    span: Span

    @property
    def name(self) -> str:
        """The name that is defined."""
        return self.symbol.name


def read_names(text: str) -> list[tuple[str, Span]]:
    """The names of a declaration such as ``V, d``, each with its place."""
    tokens = tokenize(text)
    found: list[tuple[str, Span]] = []
    for place, token in enumerate(tokens[:-1]):
        if place % 2 == 1:
            if token.kind != ",":
                fail("syntax", "names are separated by commas: V, d", token.span)
        elif token.text in RESERVED:
            fail("reserved-name", f"{token.text} belongs to the language; choose another name, such as {token.text}_", token.span)
        elif token.kind != "name" or token.text.endswith("'"):
            fail("syntax", f"“{token.text}” is not a name: a name is letters, digits and _, and starts with a letter", token.span)
        else:
            found.append((token.text, token.span))
    if len(tokens) % 2 == 1:
        fail("syntax", "a name is missing here", tokens[-1].span if len(tokens) == 1 else tokens[-2].span)
    return found


def declare(scope: Scope, names: str, type_text: str) -> Scope:
    """``scope`` with symbols of one type, such as ``"V, d"`` of ``"size"``; both texts may carry diagnostics."""
    symbols = dict(scope.symbols)
    _add_symbols(symbols, read_names(names), read_type(type_text, scope))
    return replace(scope, symbols=symbols)


def _add_symbols(symbols: dict[str, Symbol], names: Iterable[tuple[str, Span]], type_: Type) -> None:
    for name, span in names:
        if name in symbols:
            fail("duplicate-name", f"{name} is declared twice", span)
        symbols[name] = Symbol(name, type_)


def declare_all(scope: Scope, pairs: Sequence[tuple[str, str]]) -> tuple[Scope, list[Problem]]:
    """``scope`` with all declarations (names, type), whatever their order, and what is wrong with any of them.

    The part of a problem is ``names`` or ``type``.
    """
    problems: list[Problem] = []
    failed: set[str] = set()
    read: dict[int, list[tuple[str, Span]]] = {}
    for place, (names, _) in enumerate(pairs):
        try:
            read[place] = read_names(names)
        except InputError as error:
            problems += [(place, "names", d) for d in error.diagnostics]
    symbols = dict(scope.symbols)  # filled while it is used: a copy for each declaration would be quadratic
    scope = replace(scope, symbols=symbols)
    for place in _in_order({p: [name for name, _ in read[p]] for p in read}, {p: _needs(pairs[p][1]) for p in read}):
        part = "type"
        try:
            type_ = read_type(pairs[place][1], scope)
            part = "names"
            _add_symbols(symbols, read[place], type_)
        except InputError as error:
            problems += [(place, part, d) for d in error.diagnostics if not _follows(d, pairs[place][1], failed)]
            failed |= {name for name, _ in read[place]}
    return replace(scope, symbols=_as_written(scope, read)), sorted(problems, key=lambda p: p[0])


def _follows(diagnostic: Diagnostic, text: str, failed: set[str]) -> bool:
    """Whether a diagnostic only says that a name is missing whose own declaration has been complained about."""
    return diagnostic.code == "undeclared-name" and text[diagnostic.span.start:diagnostic.span.end] in failed


def _needs(type_text: str) -> frozenset[str]:
    try:
        return names_in_type(type_text)
    except InputError:
        return frozenset()


def _in_order(makes: dict[int, list[str]], needs: dict[int, frozenset[str]]) -> list[int]:
    """The declarations so ordered that each follows what it needs; those in a circle come last, as written."""
    maker = {name: place for place, names in makes.items() for name in names}
    missing = {place: {maker[name] for name in needs[place] if name in maker} for place in makes}
    wanted_by: dict[int, list[int]] = {place: [] for place in makes}
    for place, others in missing.items():
        for other in others:
            wanted_by[other].append(place)
    order = [place for place in makes if not missing[place]]
    for place in order:  # grows while it is walked
        for other in wanted_by[place]:
            missing[other].discard(place)
            if not missing[other]:
                order.append(other)
    return order + [place for place in makes if missing[place]]


def _as_written(scope: Scope, read: dict[int, list[tuple[str, Span]]]) -> dict[str, Symbol]:
    written = [name for place in sorted(read) for name, _ in read[place]]
    new = set(written)
    before = [name for name in scope.symbols if name not in new]
    return {name: scope.symbols[name] for name in dict.fromkeys([*before, *written]) if name in scope.symbols}


def read_left(text: str, scope: Scope) -> Left:
    """The left side of a definition: a declared name, its entry ``yhat[k]``, or a declared function ``f(t)``."""
    node = parse(text)
    base = node.children[0] if node.kind == "index" else node
    if node.kind not in {"name", "index", "call"} or base.kind not in {"name", "call"}:
        fail("bad-definition", "the left side of a definition is a name, an entry such as p[k], or a function such as f(t)",
             node.span)
    known = scope.symbols.get(base.text)
    if known is None:
        fail("undeclared-name", _undeclared_left(node, base, scope), Span(base.start, base.start + len(base.text)))
    if known.type.kind in {"size", "index"}:
        fail("bad-definition", f"a {known.type.kind} cannot be defined; write its value wherever {known.name} stands, or declare "
             f"{known.name}: integer", node.span)
    if (known.type.kind == "function") != (node.kind == "call"):
        _refuse_left(known, node.span)
    names = _parameter_names(node.children[1:] if node.kind == "index" else node.children)
    return Left(known, _parameters(known, names, node), node.span)


def _undeclared_left(node: Node, base: Node, scope: Scope) -> str:
    """What to declare: a type of the form that is being defined, for a function of the language is not what is meant."""
    hint = did_you_mean(base.text, scope.symbols)
    if node.kind == "call":
        kind = f"function({', '.join(['real'] * max(len(node.children), 1))}) -> real"
    else:
        kind = f"real[{', '.join('nmkl'[: len(node.children) - 1])}]" if node.kind == "index" else "real"
    return f"{base.text} is defined but not declared{hint or f'; add it to symbols, such as {base.text}: {kind}'}"


def _refuse_left(known: Symbol, span: Span) -> NoReturn:
    name = known.name
    if known.type.kind == "function":
        wanted = f"{name}({', '.join('tuvw'[:len(known.type.arguments)])})"
        fail("bad-definition", f"{name} is declared as a function: write {wanted} on the left", span)
    fail("bad-definition", f"{name} is not declared as a function: write {name} or {name}[k], or declare {name}: "
         "function(real) -> real", span)


def _parameter_names(items: list[Node]) -> list[str]:
    found: list[str] = []
    for item in items:
        if item.kind != "name" or item.bracketed:
            fail("bad-definition", "a parameter of a definition is a plain name: define the array as a whole, such as p: [a, b], "
                 "or its general entry p[k]", item.span)
        if item.text in found:
            fail("bad-definition", f"the parameter {item.text} stands twice; for a part of an array use cases(… if i = j, …)",
                 item.span)
        found.append(item.text)
    return found


def _parameters(it: Symbol, names: list[str], node: Node) -> tuple[Symbol, ...]:
    if it.type.kind == "function":
        if len(names) != len(it.type.arguments):
            fail("bad-definition", f"{it.name} is declared with {len(it.type.arguments)} arguments, not {len(names)}", node.span)
        return tuple(Symbol(n, Type("variable", a.family + a.shape)) for n, a in zip(names, it.type.arguments, strict=True))
    dims = it.type.family + it.type.shape
    whole_family = bool(it.type.family and it.type.shape)
    counts = {len(dims), len(it.type.family) if whole_family else 0} | ({1} if _is_row(it) else set())
    if len(names) not in counts:
        takes = f"indices ({' or '.join(map(str, sorted(counts - {0})))} of them)" if dims else "no index"
        fail("bad-definition", f"{it.name} is {describe(dims)} and takes {takes}, not {len(names)}", node.span)
    return tuple(Symbol(n, BOUND) for n in names)


def _is_row(it: Symbol) -> bool:
    return not it.type.family and len(it.type.shape) == 2 and it.type.shape[0].op == "number" and it.type.shape[0].number == 1


def define(scope: Scope, left: Left, text: str) -> Scope:
    """``scope`` with a definition; checks its shape and that no definition needs itself.  Raises ``InputError``."""
    scope = replace(scope, defined=scope.defined | {left.name})
    definitions = {**scope.definitions, left.name: _definition(scope, left, text)}
    for cycle in _cycles(definitions):
        fail("bad-definition", _circle(cycle), Span(0, len(text)))
    return replace(scope, definitions=definitions)


def _definition(scope: Scope, left: Left, text: str) -> Definition:
    if left.name in scope.definitions:
        fail("duplicate-name", f"{left.name} is defined twice", left.span)
    node = parse(text)
    env = elaboration(scope, {p.name: p for p in left.parameters})
    body = env.value(node)
    check_depth(body, node)
    wanted = _wanted_shape(left)
    body = env.zero_like(body, wanted) if wanted else body
    _check_fits(left, body, wanted, node.span)
    return Definition(left.symbol, left.parameters, body)


def _wanted_shape(left: Left) -> tuple[Term, ...]:
    if left.symbol.type.kind == "function":
        return ()
    dims = left.symbol.type.family + left.symbol.type.shape
    return () if _is_row(left.symbol) and len(left.parameters) == 1 else dims[len(left.parameters):]


def _check_fits(left: Left, body: Term, wanted: tuple[Term, ...], span: Span) -> None:
    if is_family(body):
        fail("bad-definition", f"{show(body)} is a family: write the general member, {left.name}[w]: {show(body)}[w]", span)
    it = left.symbol
    if not same_shape(body.shape, wanted):
        entries = bool(it.type.family + it.type.shape) and not left.parameters and not body.shape
        hint = f"; write {left.name}[k] on the left to define its entries" if entries else ""
        fail("bad-definition", f"{left.name} is declared as {describe(wanted)}, and its definition is "
             f"{describe(body.shape)}{hint}", span)
    if it.type.kind in {"integer", "natural", "sign"} and not is_integer(body):
        fail("bad-definition", f"{left.name} is declared as {it.type.kind}, and its definition need not be an integer", span)


def _cycles(definitions: Mapping[str, Definition]) -> list[list[str]]:
    """Circles of definitions, each from a name along what it needs back to itself, by one walk in depth."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in definitions:
        path: dict[str, None] = {}  # an ordered set
        waiting = [] if start in done else [(start, iter(_defined_in(definitions, start)))]
        while waiting:
            name, needs = waiting[-1]
            if len(path) < len(waiting):
                path[name] = None
            needed = next(needs, None)
            if needed is None:
                done.add(name)
                path.popitem()
                waiting.pop()
            elif needed in path:
                names = list(path)
                found.append([*names[names.index(needed):], needed])
            elif needed not in done:
                waiting.append((needed, iter(_defined_in(definitions, needed))))
    return found


def _defined_in(definitions: Mapping[str, Definition], name: str) -> list[str]:
    """The defined names that the definition of ``name`` needs itself."""
    free = free_symbols(definitions[name].body)
    return sorted(it.name for it in free if it.name in definitions and definitions[it.name].symbol == it)


def _circle(cycle: list[str]) -> str:
    return f"a definition cannot need itself: {' → '.join(cycle)}"


def define_all(scope: Scope, pairs: Sequence[tuple[str, str]]) -> tuple[Scope, list[Problem]]:
    """``scope`` with all definitions (left, right), whatever their order, and what is wrong with any of them.

    The part of a problem is ``left`` or ``right``.
    """
    problems: list[Problem] = []
    lefts: dict[int, Left] = {}
    for place, (left_text, _) in enumerate(pairs):
        try:
            lefts[place] = read_left(left_text, scope)
        except InputError as error:
            problems += [(place, "left", d) for d in error.diagnostics]
    definitions = dict(scope.definitions)  # filled while it is used, as in declare_all
    scope = replace(scope, definitions=definitions, defined=scope.defined | {left.name for left in lefts.values()})
    for place, left in lefts.items():
        part = "left" if left.name in definitions else "right"
        try:
            definitions[left.name] = _definition(scope, left, pairs[place][1])
        except InputError as error:
            problems += [(place, part, d) for d in error.diagnostics]
    places = {left.name: place for place, left in lefts.items()}
    for cycle in _cycles(definitions):
        place = places[cycle[-2]]
        problems.append((place, "right", Diagnostic("bad-definition", _circle(cycle), Span(0, len(pairs[place][1])))))
        definitions.pop(cycle[-2], None)
    return scope, sorted(problems, key=lambda p: p[0])


def assume(scope: Scope, text: str) -> Scope:
    """``scope`` with a fact: relations joined by ``and``, ``or``, ``not``, or what is said of random variables;
    an undeclared lower-case index is quantified over."""
    about = said_of_random(text, elaboration(scope))
    if about is not None:
        return replace(scope, assumptions=(*scope.assumptions, about))
    node = parse(text)
    if node.kind == "name" and node.text in scope.symbols:
        fail("bad-assumption", f"an assumption is a relation, such as {node.text} > 0", node.span)
    quantified = {name: Symbol(name, BOUND) for name in _undeclared_indices(node, scope)}
    env = elaboration(scope, quantified)
    term = whole(env, node)
    if term.op not in LOGIC:
        fail("bad-assumption", f"an assumption is a relation, such as {show(term)} > 0, not a value", node.span)
    if term.op == "false" or (term.op == "not" and term.args[0].op == "true"):
        fail("contradiction", "this assumption never holds", node.span)
    return replace(scope, assumptions=(*scope.assumptions, term))


_INDEX_NAME = re.compile(r"[^\W\d_]")


def _undeclared_indices(node: Node, scope: Scope, bound: frozenset[str] = frozenset(), inside: bool = False) -> set[str]:
    """Undeclared lower-case names that stand inside an index and that no sum or product around them binds."""
    if node.kind == "name":
        name = node.text
        free = name not in bound and name not in scope.symbols and name not in CONSTANTS[:3]
        return {name} if inside and free and bool(_INDEX_NAME.match(name)) and name[0].islower() else set()
    if node.kind == "call":
        ranges = [child.children[0] if child.kind == "if" else child for child in node.children]
        bound |= {item.children[0].text for item in ranges if item.kind in {"in", "arrow"}}
        inside = inside and node.text not in FORMS
    found: set[str] = set()
    for place, child in enumerate(node.children):
        found |= _undeclared_indices(child, scope, bound, inside or (node.kind == "index" and place > 0))
    return found
