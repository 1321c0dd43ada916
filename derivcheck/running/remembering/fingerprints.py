"""Terms and contexts as digests: equal where, and only where, what they say is equal, in any process and any session."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from derivcheck.kernel.terms import Context, Data, Symbol, Term, Type, symbol
from derivcheck.kernel.values.compare import used_symbols
from derivcheck.running.remembering.keys import digest

_FELT = frozenset({"complex", "index"})
"""Kinds of symbols that change what is said of others."""


def in_use(context: Context, terms: tuple[Term, ...]) -> Context:
    """The context with only what the terms and the assumptions use, directly or through definitions and sizes.

    What is declared complex stays, for it makes logarithms and roots principal everywhere, and so do indices, whose names no
    condition on all entries may take.
    """
    felt = tuple(symbol(it) for it in context.symbols.values() if it.type.kind in _FELT)
    used = used_symbols(context, *terms, *felt, *context.assumptions)
    symbols = {name: it for name, it in context.symbols.items() if name in used}
    definitions = {name: it for name, it in context.definitions.items() if name in used}
    return Context(symbols, definitions, context.assumptions)


def context_digest(context: Context) -> bytes:
    """The digest of a context, the order of its declarations included: instances are drawn in that order."""
    parts = [_symbol(it) for it in context.symbols.values()]
    for it in context.definitions.values():
        parts += [_symbol(it.symbol), *map(_symbol, it.parameters), b"is", term_digest(it.body)]
    return digest([*parts, b"assuming", *map(term_digest, context.assumptions)])


@lru_cache(maxsize=10_000)
def term_digest(term: Term) -> bytes:
    """The digest of a term."""
    return digest(_term(term))


def _term(term: Term) -> Iterator[bytes]:
    """The operators of a term with their data and the numbers of their arguments, outermost first: they determine it."""
    for part in term.walk():
        yield b"%s %d " % (part.op.encode(), len(part.args)) + _data(part.data)


def _data(it: Data) -> bytes:
    """What an operator carries; numbers in hexadecimal, for Python refuses to write long ones in decimals."""
    if isinstance(it, Symbol):
        return _symbol(it)
    return b"%x/%x" % (it.numerator, it.denominator) if isinstance(it, Fraction) else repr(it).encode()


@lru_cache(maxsize=10_000)
def _symbol(it: Symbol) -> bytes:
    return digest([it.name.encode(), *_type(it.type)])


def _type(kind: Type) -> Iterator[bytes]:
    yield kind.kind.encode()
    for sizes in (kind.shape, kind.family):
        yield digest(map(term_digest, sizes))
    yield " ".join(sorted(kind.attributes)).encode()
    for end in (kind.upper, kind.hot):
        yield term_digest(end) if end is not None else b""
    for argument in kind.arguments:
        yield digest(_type(argument))
