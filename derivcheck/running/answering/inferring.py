"""What a definition without a declaration defines: the type that its right side has, and what it says in plain syntax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.source import Piece
from derivcheck.kernel.terms import BOUND, VARIABLE, Shape, Symbol, Term
from derivcheck.kernel.vocabulary import same_size
from derivcheck.running.answering.definitions import LATEX_HEAD, Definition
from derivcheck.syntax import Scope, read_expression, show


def typed(family: Shape, shape: Shape) -> str:
    """A type of reals with a shape and nothing else."""
    match [show(size) for size in shape]:
        case []:
            member = "real"
        case [n]:
            member = f"vector({n})"
        case ["1", n]:
            member = f"row({n})"
        case [m, n]:
            member = f"matrix({m}, {n})"
        case more:
            member, family = "real", (*family, *shape)
            return f"{member}[{', '.join(show(size) for size in family)}]" if more else member
    return f"{member}[{', '.join(show(size) for size in family)}]" if family else member


def written(text: str, where: Piece) -> Piece:
    """A text that stands nowhere as a piece; its places are those of a piece that stands for it."""
    offset = where.offsets[0] if where.offsets else 0
    return Piece(where.source, text, [offset] * (len(text) + 1))


def type_of(scope: Scope, name: str, opening: str | None, parameters: Sequence[str], text: str) -> str:
    """The type of what a definition defines, as far as its right side tells; raises ``InputError``."""
    if opening == "(":
        return f"function({', '.join(['real'] * len(parameters))}) -> real"
    local = {p: Symbol(p, BOUND) for p in parameters}
    body = read_expression(text, replace(scope, symbols={**scope.symbols, **local}))
    ranges = [_range(body, local[p]) for p in parameters]
    if any(r is None for r in ranges):
        missing = next(p for p, r in zip(parameters, ranges, strict=True) if r is None)
        message = f"over what {missing} runs in {name}[{', '.join(parameters)}] cannot be seen: declare {name}, as real[n]"
        raise InputError(Diagnostic("bad-definition", message))
    return typed(tuple(r for r in ranges if r is not None), body.shape)


def _range(body: Term, parameter: Symbol) -> Term | None:
    """The size of the arrays of which a parameter is an index."""
    found: list[Term] = []
    for t in body.walk():
        if t.op == "entry":
            indexed = zip(t.args[1:], t.args[0].shape, strict=False)
            found += [size for index, size in indexed if index.op == "symbol" and index.data == parameter]
    return found[0] if found and all(same_size(found[0], other) for other in found) else None


def from_latex(scope: Scope, it: Definition) -> tuple[Piece, Piece]:
    """The sides of a definition in LaTeX in plain syntax; raises ``InputError``."""
    from derivcheck.syntax.latex.reading import read_latex_step  # plain answers do not wait for LaTeX

    head = LATEX_HEAD.fullmatch(it.left.text.strip())
    if head is None:
        raise InputError(Diagnostic("bad-definition", f"{it.left.text} cannot be defined", place=it.left.place()))
    name, index, argument = head[1], head[2], head[3]
    if index is not None and f"{name}_{index}" in scope.symbols:
        name, index = f"{name}_{index}", None
    local = {index: Symbol(index, BOUND)} if index else {argument: Symbol(argument, VARIABLE)} if argument else {}
    inner = replace(scope, symbols={**scope.symbols, **local})
    try:
        term = read_latex_step(it.right.text, inner, None).term
    except InputError as error:
        raise InputError(*it.right.locate(error.diagnostics)) from None
    left = f"{name}[{index}]" if index else f"{name}({argument})" if argument else name
    return written(left, it.left), written(show(term), it.right)
