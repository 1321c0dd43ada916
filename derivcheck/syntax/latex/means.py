"""Expectations and their like: ``\\mathbb{E}[X \\mid Y]``, ``\\operatorname{Var}(X)``, ``P(A | B)``."""

from __future__ import annotations

from derivcheck.syntax.latex.brackets import bracket_end
from derivcheck.syntax.latex.scripts import scripts
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.latex.words import SIZES, shown
from derivcheck.syntax.tokens import fail

MEANS = {"E": "E", "bbE": "E", "P": "P", "bbP": "P", "Pr": "P", "Var": "Var", "bbV": "Var", "Cov": "Cov"}
"""The operators by the keys of their signs."""

_BARS = frozenset({"|", "\\mid", "\\vert"})


def mean(t: Tokenizer, key: str, at: int, after: int, end: int) -> int | None:
    """The operator whose sign is the words ``at`` to ``after``, if brackets follow it and something is random; else ``None``."""
    if key not in MEANS or t.known(key) or not any("random" in it.type.attributes for it in t.spellings.symbols.values()):
        return None
    opens = after
    below = ""
    if opens < end and t.words[opens].is_("_"):
        start, stop, opens = t.words.argument(opens + 1, t.words[opens])
        below = t.written(start, stop)
    while opens < end and t.words[opens].kind == "command" and t.words[opens].text in {"left", ",", "!", *SIZES}:
        opens += 1
    if opens >= end or shown(t.words[opens]) not in {"[", "("}:
        return None
    close = bracket_end(t, opens, end)
    if close is None:
        return None
    stop = close
    while t.words[stop - 1].kind == "command" and t.words[stop - 1].text in {"right", *SIZES}:
        stop -= 1
    begins = len(t.tokens)
    _emit(t, MEANS[key], at, after, opens + 1, stop)
    inside = {token.text for token in t.tokens[begins:] if token.kind == "NAME"}
    law = _law(t, below, {name for name in inside if _is_random(t, name)}, at, close)
    if below:
        t.note(f"what stands below {MEANS[key]} is left out: the laws are those that are assumed")
    if law or MEANS[key] == "E":
        t.laws.add(law)
    return scripts(t, close + 1, end)


def _is_random(t: Tokenizer, name: str) -> bool:
    return name in t.spellings.symbols and "random" in t.spellings.symbols[name].type.attributes


def _law(t: Tokenizer, below: str, inside: set[str], at: int, close: int) -> str:
    """What is said of the law below a sign, without the variables; raises ``InputError`` where these are some of them only."""
    variables, _, law = below.replace(" ", "").partition("\\sim")
    named = {name for part in variables.split(",") for name in t.spellings.of(part, part) if _is_random(t, name)}
    if not named:
        return below.replace(" ", "")
    if inside - named:
        left = ", ".join(sorted(inside - named))
        fail("ambiguous", f"an expectation over {', '.join(sorted(named))} alone: write what is given, as in E[f | {left}]",
             t.words.span(at, close + 1))
    return law


def _emit(t: Tokenizer, op: str, at: int, after: int, start: int, stop: int) -> None:
    t.emit("MEAN", op, at, after)
    t.emit("LB", "{", start, start)
    bars = _bars(t, start, stop)
    marked = [at for at in bars if t.words[at].text == "mid" or t.words[at - 1].text in {*SIZES, "middle"}]
    middle = next(iter(marked if len(marked) == 1 else bars if len(bars) == 1 else ()), stop)
    t.inner(start, middle)
    if middle < stop:
        t.emit("GIVEN", "|", middle, middle + 1)
        t.inner(middle + 1, stop)
    t.emit("RB", "}", stop, stop)


def _bars(t: Tokenizer, start: int, stop: int) -> list[int]:
    """The bars that no brackets hold; two of them are around an absolute value."""
    found, depth = [], 0
    for at in range(start, stop):
        text = shown(t.words[at])
        depth += (text in {"(", "[", "{", "\\{"}) - (text in {")", "]", "}", "\\}"})
        if text in _BARS and depth == 0 and not (t.words[at - 1].kind == "command" and t.words[at - 1].text in {"left", "right"}):
            found.append(at)
    return found
