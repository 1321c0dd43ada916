"""Several steps on one line, ``f = g = h``, taken apart: where an expression is asked for, no line is an equation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from derivcheck.diagnostic import InputError
from derivcheck.files.document import RawStep
from derivcheck.files.steps import RELATION
from derivcheck.syntax.tokens import tokenize


def apart(steps: Sequence[RawStep], syntax: str | None) -> tuple[RawStep, ...]:
    """The steps of an answer, each with one relation; rows of LaTeX are taken apart as they are read."""
    made: list[RawStep] = []
    for raw in steps:
        parts = [raw] if (raw.syntax or syntax) == "latex" else list(_parts(raw))
        if len(parts) > 1 and made and not RELATION.match(parts[0].text.text):
            # a line of its own says again what the one above has come to, or begins anew, which is for a person to see
            repeats = _said(parts[0]) == _said(made[-1])
            parts = parts[1:] if repeats else [raw]
        made += parts
    return tuple(made)


def _parts(raw: RawStep) -> Iterator[RawStep]:
    begins = [0, *_relations(raw.text.text), len(raw.text.text)]
    for number, (begin, end) in enumerate(pairwise(begins)):
        part = raw.text.part(begin, end).stripped()
        yield replace(raw, text=part, assume=raw.assume if number == 0 else ())


def _relations(text: str) -> Iterator[int]:
    """Where a line goes on with another equals sign, outside of all brackets."""
    try:
        tokens = tokenize(text)
    except InputError:
        return  # told when the step is read
    depth = 0
    for token in tokens:
        depth += (token.kind in "([") - (token.kind in ")]")
        if token.kind == "=" and depth == 0 and token.start > 0:
            yield token.start


def _said(raw: RawStep) -> str:
    """A step's expression without its relation and spaces."""
    text = raw.text.text
    begun = RELATION.match(text)
    return "".join(text[begun.end() if begun else 0 :].split())
