"""A derivative in which something was held fixed that varies: the mean of a batch, the denominator of a quotient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Term, free_symbols, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.mistakes.mistake import quoted

CODE = "forgotten-dependence"

MOST = 5
"""How many names are tried, each by itself, then two, and then all together."""


def forgotten(judge: Judge, left: Term, right: Term) -> Diagnosis | None:
    """The defined names that were held fixed under the step's derivatives, if the step follows when they are; proved.

    A name that is assumed, and not defined, to have its value is independent inside a derivative.
    """
    variables = [t.args[1] for t in left.walk() if t.op == "diff"]
    whole = {t.args[0] for side in (left, right) for t in side.walk() if t.op == "diff"}  # held fixed, nothing would be left
    used = [name for name in _used(judge.context, left) if symbol(judge.context.definitions[name].symbol) not in whole]
    names = [name for name in used if any(_depends(judge.context, name, v) for v in variables)]
    for group in _groups(names[:MOST]):
        context = _holding(judge.context, group)
        if isinstance(Kernel(context).prove(Claim(left, "=", right, context)), Proof):
            told = " and ".join(group)
            said = f"{told} {'is' if len(group) == 1 else 'are'} held fixed, but {{}} with {quoted(variables[0])}"
            return Diagnosis(CODE, said.format("varies" if len(group) == 1 else "vary"))
    return None


def _used(context: Context, term: Term) -> list[str]:
    """The scalars defined without parameters that a term uses, also by other definitions, the first that is met first."""
    found, pending = dict[str, None](), [term]
    for here in pending:
        for name in sorted(s.name for s in free_symbols(here) if s.name in context.definitions):
            if name not in found:
                found[name] = None
                pending.append(context.definitions[name].body)
    return [name for name in found if not context.definitions[name].parameters and not context.definitions[name].body.shape]


def _depends(context: Context, name: str, variable: Term) -> bool:
    """Whether a defined name depends on a variable of differentiation."""
    wanted, pending, seen = {s.name for s in free_symbols(variable)}, [name], {name}
    for here in pending:
        inside = {s.name for s in free_symbols(context.definitions[here].body)}
        if inside & wanted:
            return True
        new = sorted((inside & context.definitions.keys()) - seen)
        pending += new
        seen |= set(new)
    return False


def _groups(names: list[str]) -> Iterator[list[str]]:
    for count in (1, 2):
        yield from map(list, combinations(names, count))
    if len(names) > 2:
        yield names


def _holding(context: Context, names: list[str]) -> Context:
    """The context in which names are no longer defined but assumed to have their values."""
    equations = tuple(build("eq", symbol(context.definitions[n].symbol), context.definitions[n].body) for n in names)
    definitions = {name: it for name, it in context.definitions.items() if name not in names}
    return replace(context, definitions=definitions, assumptions=(*context.assumptions, *equations))
