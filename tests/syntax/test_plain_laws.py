"""The law of the printer: reading what ``show`` writes gives back the same term, for terms of every kind."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from plain_sample import declared

from derivcheck.kernel.terms import BOUND, ONE, VARIABLE, Symbol, Term, Type, number, symbol
from derivcheck.kernel.vocabulary import build, build_diff
from derivcheck.syntax import read_condition, read_expression, show

SCOPE = declared()


def _named(name: str) -> Term:
    return symbol(SCOPE.symbols[name])


SIZE = _named("n")
UNARY = ("exp", "log", "sin", "cosh", "atan", "sqrt", "abs", "sign", "factorial", "sigmoid", "gamma", "neg", "floor")
RELATIONS = ("eq", "ne", "lt", "le", "gt", "ge")


class Maker:
    """Draws well-typed terms; ``bound`` are the symbols that binders introduce around the piece at hand, outermost first.

    A name is only used for what it means there: the text has no way to name what a binder hides.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.bound: list[Symbol] = []

    def in_reach(self, type_: Type, *declared_names: str) -> list[Term]:
        """The bound symbols of a type and the declared ones of these names, unless something hides them."""
        meaning = {name: SCOPE.symbols[name] for name in declared_names} | {s.name: s for s in self.bound}
        return [symbol(s) for s in meaning.values() if s.type == type_ or s == SCOPE.symbols.get(s.name)]

    def one_of(self, *makers: Callable[[], Term]) -> Term:
        return self.random.choice(makers)()

    def integer(self) -> Term:
        return self.random.choice([*self.in_reach(BOUND, "l"), number(self.random.randint(1, 3))])

    def leaf(self) -> Term:
        value = Fraction(self.random.randint(0, 1000), 10 ** self.random.randint(0, 12))
        constants = [Term("constant", (), name) for name in ("pi", "oo", "e")]
        return self.random.choice([number(value), *constants, self.integer(), *self.in_reach(VARIABLE, "x", "y", "a", "N")])

    def scalar(self, depth: int) -> Term:
        if depth <= 0:
            return self.leaf()
        d = depth - 1
        return self.one_of(
            self.leaf,
            lambda: build(self.random.choice(("add", "mul")), *[self.scalar(d) for _ in range(self.random.randint(2, 4))]),
            lambda: build(self.random.choice(("div", "pow")), self.scalar(d), self.scalar(d)),
            lambda: build(self.random.choice(UNARY), self.scalar(d)),
            lambda: build(self.random.choice(("min", "max", "log", "binomial", "delta")), self.scalar(d), self.scalar(d)),
            lambda: build("entry", self.vector(d), self.integer()),
            lambda: build("entry", self.matrix(d), self.integer(), self.integer()),
            lambda: build("matmul", build("transpose", self.vector(d)), self.vector(d)),
            lambda: build(self.random.choice(("tr", "det")), self.matrix(d)),
            lambda: build("indicator", self.condition(d)),
            lambda: build("apply", self.scalar(d), data=SCOPE.symbols["f"]),
            lambda: build("derivative", number(self.random.randint(1, 3)), self.scalar(d), data=SCOPE.symbols["f"]),
            lambda: build_diff(self.scalar(d), self.random.choice([
    *self.in_reach(VARIABLE, "y"), build("entry", _named("q"), self.integer()),
]), "mixed"),
            lambda: self.ranged(self.scalar, d), lambda: self.integral(d), lambda: self.cases(self.scalar, d),
        )

    def vector(self, depth: int) -> Term:
        if depth <= 0:
            return _named("q")
        d = depth - 1
        return self.one_of(
            lambda: _named("q"), lambda: build("neg", self.vector(d)),
            lambda: build("add", self.vector(d), build("neg", self.vector(d))),
            lambda: build("mul", self.scalar(d), self.vector(d)), lambda: build("matmul", self.matrix(d), self.vector(d)),
            lambda: build("div", self.vector(d), self.scalar(d)), lambda: build("unit", self.integer(), SIZE),
            lambda: build("softmax", self.vector(d)), lambda: build("hadamard", self.vector(d), self.vector(d)),
            lambda: build("zeros", SIZE), lambda: self.ranged(self.vector, d), lambda: self.cases(self.vector, d),
            lambda: build_diff(self.scalar(d), _named("q"), "mixed"), lambda: build("diag", self.matrix(d)),
            lambda: build("transpose", build("transpose", self.vector(d))),
        )

    def matrix(self, depth: int) -> Term:
        if depth <= 0:
            return _named(self.random.choice("AB"))
        d = depth - 1
        return self.one_of(
            lambda: _named("A"), lambda: build("eye", SIZE), lambda: build("transpose", self.matrix(d)),
            lambda: build("inv", self.matrix(d)),
            lambda: build("matmul", self.matrix(d), self.matrix(d)), lambda: build("outer", self.vector(d), self.vector(d)),
            lambda: build("pow", self.matrix(d), self.integer()), lambda: build("mul", self.scalar(d), self.matrix(d)),
            lambda: build("add", self.matrix(d), self.matrix(d)), lambda: build_diff(self.vector(d), _named("q"), "mixed"),
        )

    def condition(self, depth: int) -> Term:
        if depth <= 0:
            return build("eq", self.integer(), self.integer())
        d = depth - 1
        return self.one_of(
            lambda: build(self.random.choice(RELATIONS), self.scalar(d), self.scalar(d)),
            lambda: build("eq", build("add", self.vector(d), _named("q")), self.vector(d)),
            lambda: build(self.random.choice(("and", "or")), *[self.condition(d) for _ in range(self.random.randint(2, 3))]),
            lambda: build("not", self.condition(d)), lambda: Term(self.random.choice(("true", "false"))),
            lambda: build("in", self.scalar(d), self.scalar(d), self.scalar(d)),
        )

    def ranged(self, body: Callable[[int], Term], depth: int) -> Term:
        index = Symbol(self.random.choice(("j", "k", "l", "w", "i")), BOUND)
        lower, upper = self.integer(), build("add", self.integer(), ONE)
        self.bound.append(index)
        inner = body(depth)
        given_ = [self.condition(depth)] if self.random.random() < 0.3 else []
        self.bound.pop()
        return build(self.random.choice(("sum", "prod")), inner, lower, upper, *given_, data=index)

    def integral(self, depth: int) -> Term:
        if self.random.random() < 0.3:
            return build("integrate", self.scalar(depth), _named("z"))
        ends = [self.scalar(depth), self.scalar(depth)]
        bound = Symbol(self.random.choice(("t", "x", "l", "tau")), VARIABLE)
        self.bound.append(bound)
        inner = self.scalar(depth)
        self.bound.pop()
        if self.random.random() < 0.5:
            return build("limit", inner, ends[0], data=bound)
        return build("integrate", inner, *ends, data=bound)

    def cases(self, value: Callable[[int], Term], depth: int) -> Term:
        args = []
        for _ in range(self.random.randint(1, 2)):
            args += [value(depth), self.condition(depth)]
        return build("cases", *args, *([value(depth)] if self.random.random() < 0.5 else []))


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 5), st.sampled_from(["scalar", "vector", "matrix"]))
def test_reading_what_is_shown_gives_the_term_back(random: Random, depth: int, kind: str) -> None:
    term = getattr(Maker(random), kind)(depth)
    assert read_expression(show(term), SCOPE) == term


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 4))
def test_reading_a_shown_condition_gives_it_back(random: Random, depth: int) -> None:
    term = Maker(random).condition(depth)
    assert read_condition(show(term), SCOPE) == term
