"""Whether a statement follows from another, and where it does not: by Z3's arithmetic, and at points that are confirmed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.normal.requirement import compared_summands
from derivcheck.kernel.outcome import Condition, Counterexample
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.values.compare import show_value
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.statements import candidates, solver
from derivcheck.proving.statements.algebra import SCALARS, NotCovered
from derivcheck.proving.statements.algebraic import at_root, ball
from derivcheck.proving.statements.formula import FALSE, TRUE, All, Formula, both, negation, variables
from derivcheck.proving.statements.quotients import TooLarge
from derivcheck.proving.statements.reading import Read, read
from derivcheck.proving.statements.solver import Answer, Root
from derivcheck.proving.statements.substitution import all_sides, follows_by_substitution, members, put_in
from derivcheck.proving.statements.witness import Point, Points, refuting, root_term

WHOLE = frozenset({"integer", "natural", "sign", "size", "index"})
OPERATORS = {"=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
BY_FORM, BY_Z3, BY_SUBSTITUTION = "the same relations", "Z3: arithmetic of the reals", "substitution of what is given"


@dataclass(frozen=True, slots=True)
class Direction:
    """Whether one statement implies another: by a method, not at a point, or for a reason unknown."""

    method: str | None = None
    point: Point | None = None
    reason: str = ""
    limit: str | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a link: how it is proved and under which conditions, or where it fails and what still holds."""

    method: str | None = None
    conditions: tuple[Condition, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    limit: str | None = None


@dataclass(slots=True)
class Linker:
    """Decides links under one context within a time."""

    context: Context
    kernel: Kernel
    timeout: float
    points: Points = field(init=False)
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.points = Points(self.context)
        self.ends = time.monotonic() + self.timeout

    def left(self) -> float:
        """The seconds that are left."""
        return max(0.05, self.ends - time.monotonic())

    def link(self, before: Term, relation: str, here: Term) -> Finding:
        """What can be found of ``before relation here``, two statements."""
        self.ends = time.monotonic() + self.timeout
        before, here = (expanded(t, self.context) for t in (before, here))
        ways = {"=>": ((before, here),), "<==": ((here, before),)}.get(relation, ((before, here), (here, before)))
        try:
            known = read(self.context, (before, here))
        except (NotCovered, TooLarge, RecursionError) as reason:
            return self._unread(ways, str(reason) or "the statements are too deep")
        formulas = dict(zip((before, here), known.formulas, strict=True))
        found = [self._direction(known, a, b, formulas) for a, b in ways]
        methods = [d.method for d in found if d.method]
        if len(methods) == len(found):
            method = BY_Z3 if BY_Z3 in methods else methods[0]
            if relation != "<=>" and method == BY_Z3 and self._says_nothing(known, formulas, *ways[0]):
                return self._of_any_sign(*ways[0])
            return Finding(method)
        conditional = self._conditional(before, relation, here) or self._divided(known, formulas, ways)
        if conditional is not None:
            return conditional
        for (holds, _), direction in zip(ways, found, strict=True):
            if direction.point is not None:
                values = direction.shown or {name: _value(value) for name, value in direction.point.items()}
                still = _still(found, holds == before) if relation == "<=>" else ""
                said = _said(before, here, holds, values, still)
                return Finding(counterexample=self._shown(before, here, holds, values, still), reason=said)
        unknown = next(d for d in found if not d.method)
        return Finding(reason=unknown.reason, limit=unknown.limit)

    def compared(self, left: Term, relation: str, right: Term) -> str | None:
        """By what a relation holds wherever both of two expressions are defined; ``None`` if that was not found."""
        self.ends = time.monotonic() + self.timeout
        statement = Term(OPERATORS[relation], tuple(expanded(t, self.context) for t in (left, right)))
        try:
            known = read(self.context, (statement,), defined_only=True)
        except (NotCovered, TooLarge, RecursionError):
            return None
        return BY_Z3 if self._ask(known, known.formulas[0]).kind == "none" else None

    # -- one direction ---------------------------------------------------------------------------------------------------

    def _direction(self, known: Read, premise: Term, conclusion: Term, formulas: dict[Term, Formula]) -> Direction:
        given, wanted = formulas[premise], formulas[conclusion]
        if _within(wanted, given):
            return Direction(BY_FORM)
        answer = self._ask(known, both((given, negation(wanted))))
        if answer.kind == "none":
            return Direction(BY_Z3)
        if follows_by_substitution(self.kernel, premise, conclusion):
            return Direction(BY_SUBSTITUTION)
        if self._follows_put_in(premise, conclusion):
            return Direction(BY_Z3)
        symbols = self._symbols(premise, conclusion)
        if symbols is None:
            return Direction(reason="a point is sought only among numbers")
        tried = self._tried(answer, known, symbols, (premise, conclusion))
        in_time = itertools.takewhile(lambda _: time.monotonic() < self.ends, tried)
        point = refuting(self.points, premise, conclusion, in_time, candidates.MOST)
        if point is not None:
            return Direction(point=point)
        if (shown := self._at_root(answer, known, both((given, negation(wanted))))) is not None:
            return Direction(point={}, shown=shown)
        reason = answer.reason or "the relations alone do not decide it, and no point was found where it fails"
        return Direction(reason=reason, limit=answer.limit)

    def _follows_put_in(self, premise: Term, conclusion: Term) -> bool:
        """Whether a conclusion follows once the equations given for single symbols are put into it."""
        put = put_in(premise, conclusion)
        if put is None or put == conclusion:
            return False
        try:
            known = read(self.context, (premise, put))
        except (NotCovered, TooLarge):
            return False
        given, wanted = known.formulas
        return self._ask(known, both((given, negation(wanted)))).kind == "none"

    def _ask(self, known: Read, formula: Formula, *more: Formula) -> Answer:
        background = known.background(formula, *more)
        symbols = known.algebra.symbols
        whole = [name for name, s in symbols.items() if s.type.kind in WHOLE]
        values = [name for name in known.algebra.inverses if name in variables(both((formula, *more)))]
        return solver.ask([*background, formula, *more], [*values, *sorted(symbols)], whole, self.left())

    def _tried(self, answer: Answer, known: Read, symbols: Sequence[Symbol], statements: tuple[Term, Term]) -> Iterator[Point]:
        """Points at which a direction may fail, the likeliest first."""
        point = _point(answer, known, symbols)
        if point is not None:
            yield point
        if known.algebra.exact and answer.kind == "some":
            return
        if point is not None:
            yield from _turned_back(answer, known, point)
        yield from candidates.points(symbols, statements)
        for values in candidates.partial(symbols, statements):
            premise, conclusion = (substitute(s, values) for s in statements)
            rest = [s for s in symbols if s not in values]
            inner = replace(self.context, assumptions=tuple(substitute(a, values) for a in self.context.assumptions))
            try:
                there = read(inner, (premise, conclusion))
            except (NotCovered, TooLarge):
                continue
            given, wanted = there.formulas
            found = _point(self._ask(there, both((given, negation(wanted)))), there, rest)
            if found is not None:
                yield {**{s.name: v for s, v in values.items()}, **found}

    def _at_root(self, answer: Answer, known: Read, wanted: Formula) -> Mapping[str, str] | None:
        """The values of an answer as they are shown, where one is a root of a polynomial and all is said in such."""
        everything = both((*known.background(wanted), wanted))
        symbols = known.algebra.symbols
        whole = any(s.type.kind in WHOLE for s in symbols.values())
        plain = known.complete and not whole and variables(everything) <= set(symbols)
        roots = [v for v in answer.values.values() if isinstance(v, tuple)]
        if answer.kind != "some" or not plain or len(roots) != 1 or at_root(everything, answer.values) is not True:
            return None
        return {known.algebra.symbols[v].name: _digits(x) for v, x in answer.values.items() if v in symbols}

    def _symbols(self, *statements: Term) -> list[Symbol] | None:
        """The symbols whose values make a point; ``None`` where they are not all numbers."""
        wanted = {s.name for t in (*statements, *self.context.assumptions) for s in free_symbols(t)}
        symbols = [s for s in self.context.symbols.values() if s.name in wanted and s.name not in self.context.definitions]
        plain = all(s.type.kind in SCALARS and not s.type.shape and not s.type.family for s in symbols)
        return symbols if plain and all(n in self.context.symbols for n in wanted) else None

    def _says_nothing(self, known: Read, formulas: dict[Term, Formula], premise: Term, conclusion: Term) -> bool:
        """Whether what is given about several symbols holds nowhere, and what is concluded is no mere contradiction."""
        several = len(free_symbols(premise) | free_symbols(conclusion)) > 1
        return several and formulas[conclusion] != FALSE and self._ask(known, formulas[premise]).kind == "none"

    def _of_any_sign(self, premise: Term, conclusion: Term) -> Finding:
        """Where givens contradict the declared signs: whether the conclusion follows all the same, whatever the signs."""
        signed = [s for s in free_symbols(premise) | free_symbols(conclusion) if s.type.kind in {"positive", "negative"}]
        freed = {s: symbol(replace(s, type=replace(s.type, kind="nonzero"))) for s in signed}
        context = replace(self.context, assumptions=tuple(substitute(a, freed) for a in self.context.assumptions))
        known = read(context, (substitute(premise, freed), substitute(conclusion, freed)))
        given, wanted = known.formulas
        if self._ask(known, both((given, negation(wanted)))).kind == "none" and self._ask(known, given).kind == "some":
            return Finding(BY_Z3)
        return Finding(reason="nothing satisfies what is given, so that anything would follow from it")

    def _unread(self, ways: Sequence[tuple[Term, Term]], reason: str) -> Finding:
        """Statements that are the same, or one of which contains the other, need not be read."""
        if all(set(members(b)) <= set(members(a)) for a, b in ways):
            return Finding(BY_FORM)
        if all(follows_by_substitution(self.kernel, a, b) for a, b in ways):
            return Finding(BY_SUBSTITUTION)
        return Finding(reason=f"these statements are not put into polynomials: {reason}")

    # -- conditions on parameters ----------------------------------------------------------------------------------------

    def _conditional(self, before: Term, relation: str, here: Term) -> Finding | None:
        """The link where all denominators that this statement brings in are not zero, if they are of parameters alone."""
        if relation == "<==" or len(free_symbols(before) | free_symbols(here)) < 2:
            return None
        unknown = _solved_for(here)
        if unknown is None and relation == "<=>":
            return None
        conditions = [c for c in self._brought_in(before, here) if c.term.op == "ne" and c.kind == "point" and not c.gained]
        if not conditions or any(unknown in free_symbols(c.term) for c in conditions):
            return None
        try:
            whole = read(self.context, (before, here, *(c.term for c in conditions)))
        except (NotCovered, TooLarge):
            return None
        given, wanted, *needed = whole.formulas
        for a, b in ((given, wanted), (wanted, given))[: 1 if relation == "=>" else 2]:
            if self._ask(whole, both((*needed, a, negation(b)))).kind != "none":
                return None
        if self._ask(whole, both((*needed, given))).kind == "none":
            return None
        kept = [c for k, c in enumerate(conditions)
                if self._needed(whole, given, wanted, relation, [*needed[:k], *needed[k + 1 :]])]
        return Finding(BY_Z3, tuple(kept or conditions))

    def _divided(self, known: Read, formulas: dict[Term, Formula], ways: Sequence[tuple[Term, Term]]) -> Finding | None:
        """An implication between positive quantities that fails only where both sides of its premise are 0: they were divided."""
        premise, conclusion = ways[0]
        used = free_symbols(premise) | free_symbols(conclusion)
        if len(ways) > 1 or premise.op != "eq" or len(used) < 2 or any(s.type.kind != "positive" for s in used):
            return None
        side = min(premise.args, key=lambda t: sum(1 for _ in t.walk()))
        condition = compared_summands("ne", side)
        try:
            there = read(self.context, (premise, conclusion, condition))
        except (NotCovered, TooLarge):
            return None
        given, wanted, nonzero = there.formulas
        follows = self._ask(there, both((nonzero, given, negation(wanted)))).kind == "none"
        if not follows or self._ask(there, both((nonzero, given))).kind == "none":
            return None
        return Finding(BY_Z3, (Condition(condition, "point"),))

    def _needed(self, whole: Read, given: Formula, wanted: Formula, relation: str, others: Sequence[Formula]) -> bool:
        """Whether a link fails, or may fail, where only the other conditions hold."""
        return any(self._ask(whole, both((*others, a, negation(b)))).kind != "none"
                   for a, b in ((given, wanted), (wanted, given))[: 1 if relation == "=>" else 2])

    def _brought_in(self, before: Term, here: Term) -> tuple[Condition, ...]:
        sides = all_sides(before), all_sides(here)
        if sides[0] is None or sides[1] is None:
            return ()
        return self.kernel.conditions(Claim(sides[0], "=", sides[1], self.context))

    # -- words -----------------------------------------------------------------------------------------------------------

    def _shown(self, before: Term, here: Term, holds: Term, values: Mapping[str, str], still: str) -> Counterexample:
        used = {s.name for s in free_symbols(before) | free_symbols(here)}
        words = ("true", "false") if holds == before else ("false", "true")
        return Counterexample({}, {n: values[n] for n in self.context.symbols if n in values and n in used}, *words, note=still)


def _said(before: Term, here: Term, holds: Term, values: Mapping[str, str], still: str) -> str:
    """Where a link fails and in which direction it holds still."""
    used = sorted(s.name for s in free_symbols(before) | free_symbols(here))
    at = ", ".join(f"{name} = {values[name]}" for name in used if name in values)
    fact = f"{f'at {at} ' if at else ''}only the {'first' if holds == before else 'second'} statement holds"
    return f"{still}: {fact}" if still else fact


def _still(found: Sequence[Direction], lost: bool) -> str:
    """Which direction of an equivalence holds still; nothing where that is not known."""
    other = found[1] if lost else found[0]
    if other.method:
        return f"only {'<==' if lost else '=>'} holds"
    return "neither => nor <== holds" if other.point is not None else ""


def _digits(value: Fraction | Root) -> str:
    if not isinstance(value, tuple):
        return str(value)
    near = ball(*value)
    return near.str(6, radius=False) if near is not None else "?"


def _value(term: Term) -> str:
    return str(term.number) if term.op == "number" else show_value(term)


def _point(answer: Answer, known: Read, symbols: Sequence[Symbol]) -> Point | None:
    """The point of an answer, if its values can be written."""
    if answer.kind != "some":
        return None
    point: dict[str, Term] = {s.name: number(1) for s in symbols}
    for variable, value in answer.values.items():
        if variable not in known.algebra.symbols:
            continue
        term = root_term(*value) if isinstance(value, tuple) else number(value)
        if term is None:
            return None
        point[known.algebra.symbols[variable].name] = term
    return point


def _turned_back(answer: Answer, known: Read, point: Point) -> Iterator[Point]:
    """The point with symbols at which exponentials, logarithms or sines have the values of an answer."""
    found, changed = dict(point), False
    for name, (function, symbol_name, unit) in known.algebra.inverses.items():
        value = answer.values.get(name)
        if isinstance(value, Fraction) and (term := _argument(function, value)) is not None and symbol_name in found:
            found[symbol_name] = term if unit == 1 else build("mul", number(1 / unit), term)
            changed = True
    if changed:
        yield found


def _argument(function: str, value: Fraction) -> Term | None:
    """Where a function has a value."""
    match function:
        case "exp" if value > 0:
            return number(0) if value == 1 else build("log", number(value))
        case "log":
            return number(1) if value == 0 else build("exp", number(value))
        case "sin" if abs(value) <= 1:
            return build("asin", number(value))
    return None


def _within(wanted: Formula, given: Formula) -> bool:
    """Whether all that is wanted is among what is given."""
    parts = given.parts if isinstance(given, All) else (given,)
    return wanted in {TRUE, given} or set(wanted.parts if isinstance(wanted, All) else (wanted,)) <= set(parts)


def _solved_for(statement: Term) -> Symbol | None:
    """The symbol that a statement says the values of, by an equation or by alternatives of such."""
    parts = statement.args if statement.op == "or" else (statement,)
    unknown = {p.args[0].symbol for p in parts if p.op == "eq" and p.args[0].op == "symbol"
               and p.args[0].symbol not in free_symbols(p.args[1])}
    return unknown.pop() if len(unknown) == 1 and all(p.op == "eq" for p in parts) else None


def expanded(term: Term, context: Context) -> Term:
    """The term with its defined symbols written out, those without parameters."""
    values = {d.symbol: d.body for d in context.definitions.values() if not d.parameters}
    for _ in range(len(values)):
        written = substitute(term, values)
        if written == term:
            break
        term = written
    return term
