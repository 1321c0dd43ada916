"""Reading a formula or a step in LaTeX."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.kernel.terms import Term
from derivcheck.syntax.elaborate import whole
from derivcheck.syntax.latex.commands import tokenize
from derivcheck.syntax.latex.displays import leading
from derivcheck.syntax.latex.elaborate import LatexElaboration
from derivcheck.syntax.latex.grammar import END, Token, Unexpected, parse
from derivcheck.syntax.latex.names import Spellings, spellings
from derivcheck.syntax.latex.trees import Trees
from derivcheck.syntax.parse import Node
from derivcheck.syntax.reading import ReadStep, in_written_units, linked
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.tokens import Token as Mark
from derivcheck.syntax.tokens import fail


def read_latex(text: str, scope: Scope) -> Term:
    """The term that a formula denotes; raises ``InputError``."""
    spelled = spellings(scope)
    node, _, _ = _tree(text, spelled)
    return whole(LatexElaboration(scope, spelled.numerals), node)


def read_latex_step(text: str, scope: Scope, previous: Term | None) -> ReadStep:
    """One step of a derivation after the step whose term is ``previous`` (``None`` for the first); raises ``InputError``."""
    relation, start = leading(text)
    mark = None if relation is None else Mark(relation, relation, len(text) - len(text.lstrip()), start)
    if mark is not None and previous is None:
        fail("syntax", f"the first line of a derivation has nothing before it: remove the {mark.text}", mark.span)
    if not text[start:].strip():
        fail("syntax", "the step is empty" if mark is None else f"something must follow {mark.text}", Span(0, len(text)))
    spelled = spellings(scope)
    node, notes, laws = _tree(" " * start + text[start:], spelled)
    env = LatexElaboration(scope, spelled.numerals)
    env.notes.extend(notes)
    read = linked(env, mark, in_written_units(mark, node, whole(env, node)), node.span, previous)
    return replace(read, laws=laws)


def _tree(text: str, spelled: Spellings) -> tuple[Node, list[str], frozenset[str]]:
    """The tree of a formula, the notes on its reading, and what stands below its expectations."""
    tokenizer = tokenize(text, spelled)
    if not tokenizer.tokens:
        fail("syntax", "there is no formula here", Span(0, len(text)))
    try:
        node: Node = parse(tokenizer.tokens, Trees(tokenizer.note).builders)
    except Unexpected as error:
        _explain(text, tokenizer.tokens, error)
    return node, tokenizer.notes, frozenset(tokenizer.laws)


_OPERATORS = {"PLUS", "MINUS", "TIMES", "REL", "AND", "OR", "NOT", "IN"}
_ENDS = {END, "RB", "RPAR", "RBAR", "RNORM", "AMP", "ROW", "ENDMATRIX", "ENDCASES", "COMMA", "DX"}


def _explain(text: str, tokens: list[Token], error: Unexpected) -> NoReturn:
    """Raise ``InputError``: what is wrong with a token, and what to write."""
    token = error.token
    at = tokens.index(token) if token in tokens else len(tokens)
    before = tokens[at - 1] if at else None
    before_kind = before.kind if before is not None else ""
    span = Span(token.start, max(token.end, token.start))
    written = text[token.start:token.end].strip()
    if before is not None and before.kind == "FN" and token.kind != "LPAR":
        fail("syntax", f"{before.text} is a function: write {before.text}(…) with its argument, or declare it as a number "
             "where it stands for a value", Span(before.start, before.end))
    if before is not None and before.kind == "OP" and token.kind in _ENDS | _OPERATORS:
        fail("syntax", f"{text[before.start:before.end]} needs an argument: write it in brackets", Span(before.start, before.end))
    if before is not None and before.kind == "RB" and token.kind in _ENDS | _OPERATORS and _is_operator(tokens, at):
        fail("syntax", "this operator of differentiation has nothing to apply to: put brackets around what it is taken of", span)
    if token.kind == "ARROW":
        fail("syntax", "an arrow relates nothing that can be judged: write = for equality, \\Rightarrow between statements", span)
    if token.kind in _ENDS:
        after = f" after {text[before.start:before.end].strip()}" if before is not None and before.end > before.start else ""
        fail("syntax", f"the formula ends{after} where an operand was expected" if token.kind == END else
             f"an operand is missing{after or ' here'}", span)
    if token.kind == "COMMA":
        fail("syntax", "a comma stands only between brackets: write [a, b] for a vector", span)
    if token.kind == before_kind == "REL" and token.text == "=":
        fail("syntax", "write \\le, \\ge or \\ne for the relation", Span(before.start if before else token.start, token.end))
    if token.kind in _OPERATORS:
        fail("syntax", f"“{written}” has nothing to stand between", span)
    fail("syntax", f"“{written or token.text}” cannot stand here", span)


def _is_operator(tokens: list[Token], at: int) -> bool:
    """Whether the braces that end before ``at`` are the variables of an operator of differentiation."""
    depth = 0
    for k in range(at - 1, -1, -1):
        depth += {"RB": 1, "LB": -1}.get(tokens[k].kind, 0)
        if depth == 0:
            return k > 0 and tokens[k - 1].kind == "DIFFOP"
    return False
