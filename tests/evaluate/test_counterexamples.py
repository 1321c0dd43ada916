"""Counterexamples as a person would choose them: in the domain, true, small, and told exactly where they are rational."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from fractions import Fraction
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from statistics import median

import flint
import pytest
from claim_reading import claimed
from flint import arb, fmpq

from derivcheck.kernel.outcome import Counterexample
from derivcheck.kernel.terms import Claim, Symbol, Term
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.compare import PRINCIPAL, Differ, compare, show_value
from derivcheck.kernel.values.evaluate import evaluate, uses_complex
from derivcheck.kernel.values.instance import Instance, Undetermined, Values
from derivcheck.proving.refuting import shrink
from derivcheck.proving.refuting.refute import screen, search
from derivcheck.proving.refuting.simplicity import Rank, rank
from derivcheck.proving.sampling.assumptions import Solver
from derivcheck.proving.sampling.instances import Sampler
from derivcheck.proving.screening.batch import Batches
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

TABLES = sorted((Path(__file__).parents[1] / "claims").glob("false-*.yaml"))

Found = tuple[Claim, Instance, Counterexample]


@cache
def found_in(table: Path) -> tuple[Found, ...]:
    """All that is shrunk while a table of false steps is judged."""
    told: list[Found] = []
    tell = shrink._Shrinking.tell

    def recording(self: shrink._Shrinking) -> Counterexample:
        found = tell(self)
        if told and told[-1][0] is self.claim:
            told.pop()
        told.append((self.claim, self.instance, found))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shrink._Shrinking, "tell", recording)
        list(run([str(table)], Settings()).files)
    return tuple(told)


def every() -> Iterator[Found]:
    return chain.from_iterable(map(found_in, TABLES))


# ---- in the domain: tests of types written anew, with fractions --------------------------------------------------------

Matrix = list[list[Fraction]]


def determinant(a: Matrix) -> Fraction:
    if not a:
        return Fraction(1)
    minors = ([row[:j] + row[j + 1:] for row in a[1:]] for j in range(len(a)))
    return sum(((-1) ** j * a[0][j] * determinant(minor) for j, minor in enumerate(minors)), Fraction(0))


def product(a: Matrix, b: Matrix) -> Matrix:
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*b, strict=True)] for row in a]


def transposed(a: Matrix) -> Matrix:
    return [list(row) for row in zip(*a, strict=True)]


ATTRIBUTES: dict[str, Callable[[Matrix], bool]] = {
    "symmetric": lambda a: a == transposed(a),
    "antisymmetric": lambda a: a == [[-x for x in row] for row in transposed(a)],
    "diagonal": lambda a: all(x == 0 for i, row in enumerate(a) for j, x in enumerate(row) if i != j),
    "orthogonal": lambda a: product(a, transposed(a)) == [[Fraction(i == j) for j in range(len(a))] for i in range(len(a))],
    "invertible": lambda a: determinant(a) != 0,
    "positive_definite": lambda a: a == transposed(a) and all(determinant([r[:k] for r in a[:k]]) > 0 for k in range(len(a) + 1)),
    "positive_semidefinite": lambda a: a == transposed(a) and all(
        determinant([[a[i][j] for j in chosen] for i in chosen]) >= 0
        for size in range(1, len(a) + 1) for chosen in combinations(range(len(a)), size)),
    "idempotent": lambda a: product(a, a) == a,
    "structured": lambda a: True,
}

KINDS: dict[str, Callable[[Fraction], bool]] = {
    "positive": lambda x: x > 0, "negative": lambda x: x < 0, "nonnegative": lambda x: x >= 0, "nonzero": lambda x: x != 0,
    "integer": lambda x: x.denominator == 1, "natural": lambda x: x.denominator == 1 and x > 0, "sign": lambda x: abs(x) == 1,
    "index": lambda x: x.denominator == 1 and x > 0, "real": lambda x: True, "complex": lambda x: True,
}


def fractions(value: object) -> list[Fraction]:
    """The rational entries of a value."""
    if isinstance(value, tuple):
        return [x for part in value for x in fractions(part)]
    return [Fraction(str(value))] if isinstance(value, int | fmpq) else []


def belongs(it: Symbol, instance: Instance, claim: Claim) -> bool:
    value, type_ = instance.values[it.name], it.type
    if type_.kind == "function":
        return True
    whole = [int(Fraction(show_value(x))) for t in (type_.upper, type_.hot) if t is not None
             for x in evaluate(t, instance, claim.context).entries]
    if not all(map(KINDS[type_.kind], fractions(value))) or (type_.kind == "index" and max(fractions(value)) > whole[0]):
        return False
    members: list[object] = [value]
    for _ in type_.family:
        members = [part for m in members if isinstance(m, tuple) for part in m]
    for member in members if type_.attributes else ():
        entries = fractions(member)
        if type_.attributes & {"simplex", "onehot"}:
            fits = sum(entries) == 1 and all(x >= 0 for x in entries)
            fits = fits and ("onehot" not in type_.attributes or 1 in entries) and (not whole or entries[whole[0] - 1] == 1)
        else:
            n = round(len(entries) ** 0.5)
            fits = all(ATTRIBUTES[a]([entries[k * n: (k + 1) * n] for k in range(n)]) for a in type_.attributes)
        if not fits:
            return False
    return True


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.stem)
def test_counterexamples_are_in_the_domain(table: Path) -> None:
    for claim, instance, found in found_in(table):
        symbols = [claim.context.symbols[name] for name in instance.values]
        assert all(belongs(it, instance, claim) for it in symbols), found
        assert Solver(claim.context, Sampler(claim.context).random).holds(instance), found


# ---- true, and the first entry that differs ----------------------------------------------------------------------------

def sides(claim: Claim, instance: Instance, found: Counterexample) -> tuple[Values, Values]:
    mode = uses_complex(claim.context, claim.left, claim.right)
    principal = mode or PRINCIPAL in found.note
    return (_settled(claim.left, instance, claim, mode), _settled(claim.right, instance, claim, principal))


def _settled(side: Term, instance: Instance, claim: Claim, principal: bool) -> Values:
    """The entries of a side, as precisely as they can be had: an integral costs too much at high precision."""
    found = [evaluate(side, instance, claim.context, precision, principal=principal) for precision in (64, 256, 2048)]
    return next((it for it in reversed(found) if not any(isinstance(e, Undetermined) for e in it.entries)), found[-1])


def agrees(shown: str, entry: object) -> bool:
    """Whether a side is what is shown: rationals exactly, decimals to the digits shown."""
    if shown in {"true", "false"}:
        return bool(entry == int(shown == "true"))
    if isinstance(entry, fmpq):
        return shown == str(entry)
    if isinstance(entry, arb):
        exact = "." not in shown
        near = arb(fmpq(*map(int, shown.split("/"))) if exact else shown)
        return bool(entry.overlaps(near) if exact else abs(entry - near) <= arb(10) ** -5 * abs(entry))
    return shown == arithmetic.show(entry, 6)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.stem)
def test_the_values_shown_are_the_values_there(table: Path) -> None:
    with flint.ctx.workprec(2048):
        for claim, instance, found in found_in(table):
            assert isinstance(compare(claim, instance, (64, 256, 1024, 32768)), Differ), found
            assert {n: show_value(v) for n, v in instance.values.items() if n in found.values} == found.values
            left, right = sides(claim, instance, found)
            position = 0
            for k, n in zip(found.entry, left.sizes, strict=True):
                position = position * n + k - 1
            assert agrees(found.left, left.entries[position]), found
            assert agrees(found.right, right.entries[position]), found
            assert found.left != found.right or found.note or claim.relation in {"<", ">"}, found


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.stem)
def test_the_entry_shown_is_the_first_that_differs(table: Path) -> None:
    for claim, instance, found in found_in(table):
        left, right = sides(claim, instance, found)
        index = [1] * len(left.sizes)
        for a, b in zip(left.entries, right.entries, strict=True):
            if tuple(index) == found.entry:
                break
            with flint.ctx.workprec(256):
                assert not isinstance(a, fmpq) or not isinstance(b, fmpq) or a == b, found
            for k in reversed(range(len(index))):
                index[k] = index[k] % left.sizes[k] + 1
                if index[k] > 1:
                    break


# ---- small -------------------------------------------------------------------------------------------------------------

def numbers(found: Counterexample) -> list[Fraction]:
    return [Fraction(x) for v in found.values.values() if "->" not in v for x in re.findall(r"-?[0-9]+(?:/[0-9]+)?", v)]


FAR = {"false-counts", "false-depths", "false-digits", "false-draws", "false-far", "false-grids", "false-outside"}
"""Tables of steps that hold at all small values."""


def test_counterexamples_are_simple() -> None:
    """But for those of random variables, whose probabilities are fractions."""
    tables = [table for table in TABLES if table.stem not in FAR and "probability" not in table.stem]
    every_one = [found for table in tables for _, _, found in found_in(table)]
    values = [numbers(found) for found in every_one]
    assert len(every_one) > 600

    def share(holds: Callable[[list[Fraction]], bool]) -> float:
        return sum(map(holds, values)) / len(values)

    assert share(lambda xs: all(x.denominator == 1 for x in xs)) >= 0.96
    assert share(lambda xs: all(max(abs(x.numerator), x.denominator) <= 3 for x in xs)) >= 0.97
    assert share(lambda xs: sum(x != 0 for x in xs) <= 3) >= 0.95
    assert median(sum(x != 0 for x in xs) for xs in values) <= 1
    assert sum(sum(found.sizes.values()) <= 3 for found in every_one) / len(every_one) >= 0.95


# ---- as a person would choose them -------------------------------------------------------------------------------------

SYMBOLS = {
    "n, d, V": "size", "x, t": "real", "p, q": "positive", "z, w": "complex", "a, b": "real[n]", "A, B": "matrix(n, n)",
    "G": "matrix(n, n) invertible", "S": "matrix(n, n) symmetric", "P": "matrix(n, n) positive_definite",
    "Q": "matrix(n, n) orthogonal", "y": "simplex(V)", "o, k": "index(V)", "h": "onehot(V, o)", "u": "vector(d)[V]",
    "v": "vector(d)", "i, j": "index(n)", "f, g": "function(real) -> real", "m": "integer", "c": "vector(V)",
}

CHOSEN = """
(x + t)**2 = x**2 + t**2 |  | x = 1, t = 1: 4 against 2
sqrt(x**2) = x |  | x = -1: 1 against -1
log(p + q) = log(p) + log(q) |  | p = 1, q = 1: 0.693147 against 0
sqrt(p*q) = p*sqrt(q) |  | p = 4, q = 1: 2 against 4
diff(1/(1 + e**(-x)), x) = 1/(1 + e**(-x)) |  | x = 0: 1/4 against 1/2
diff(sigmoid(x), x) = -sigmoid(x)*(1 - sigmoid(x)) |  | x = 0: 1/4 against -1/4
sum(a[i], i in 1..n)**2 = sum(a[i]**2, i in 1..n) |  | n = 2, a = [1, 1]: 4 against 2
sum(y[k]**2, k in 1..V) = 1 |  | V = 2, y = [1/2, 1/2]: 1/2 against 1
y[o] = 1 |  | V = 2, y = [0, 1], o = 1: 0 against 1
h[k] = 1 |  | V = 2, o = 1, k = 2, h = [1, 0]: 0 against 1
softmax(c) = c |  | V = 1, c = [0]: 1 against 0 in [1]
c[1] = 1/V | sum(c[k], k in 1..V) = 1 | V = 2, c = [1, 0]: 1 against 1/2
norm(a) = 1 | sum(a[i], i in 1..n) = 1 | n = 2, a = [-1, 2]: 2.23607 against 1
A @ B = B @ A |  | n = 2, A = [[1, 0], [0, 0]], B = [[0, 1], [0, 0]]: 1 against 0 in [1, 2]
A.T = A |  | n = 2, A = [[0, 1], [0, 0]]: 0 against 1 in [1, 2]
inv(G).T = inv(G) |  | n = 2, G = [[0, -1], [1, 0]]: -1 against 1 in [1, 2]
S @ S = eye(n) |  | n = 1, S = [[0]]: 0 against 1 in [1, 1]
P[i, j] = P[i, i] |  | n = 2, P = [[1, 0], [0, 1]], i = 2, j = 1: 0 against 1
Q @ Q = eye(n) |  | n = 2, Q = [[0, -1], [1, 0]]: -1 against 1 in [1, 1]
abs(z + w) = abs(z) + abs(w) |  | z = 1, w = -1: 0 against 2
conj(z) = z |  | z = i: -i against i
f(-x) = -f(x) |  | x = 0, f = t -> 1: 1 against -1
diff(f(x)*g(x), x) = f'(x)*g'(x) |  | x = 0, f = t -> 1, g = t -> t: 1 against 0
a[i]*a[j] = a[i]**2 | i != j | n = 2, a = [1, 0], i = 1, j = 2: 0 against 1
sum(1, i in 1..n) = 3 | n >= 4 | n = 4: 4 against 3
x <= x**2 |  | x = 1/2: 1/2 against 1/4
x**2 = 1 <=> x = 1 |  | x = -1: true against false
(-1)**m = 1 |  | m = 1: -1 against 1
x = t**2 | x + t = 0 | x = -1, t = 1: -1 against 1
diff(logsumexp(c), c) = c |  | V = 1, c = [0]: 1 against 0 in [1]
diff(u[o].T @ v - log(sum(exp(u[k].T @ v), k in 1..V)), v) = u[o] |  | d = 1, V = 1, o = 1, u = [[1]], v = [0]: 0 against 1 in [1]
"""
"""A wrong claim | an assumption | the counterexample."""


def told(found: Counterexample) -> str:
    places = ", ".join(f"{n} = {v}" for n, v in (*found.sizes.items(), *found.values.items()))
    return f"{places}: {found.left} against {found.right}{' in ' + str(list(found.entry)) if found.entry else ''}"


@pytest.mark.parametrize("row", CHOSEN.strip().splitlines(), ids=lambda row: row.split(" | ")[0].strip())
def test_chosen_as_by_a_person(row: str) -> None:
    text, fact, expected = (cell.strip() for cell in row.split("|"))
    claim = claimed(text, SYMBOLS, (fact,) if fact else ())
    found = screen(claim, Batches(claim.context))
    refutation = found.refutation or search(claim, claim.context).refutation
    assert refutation and refutation.counterexample
    assert told(refutation.counterexample) == expected


def test_a_one_hot_vector_follows_its_index() -> None:
    """The index was made smaller while the vector stayed as it was, outside its type."""
    claim = claimed("h[k] = 1", SYMBOLS)
    sampler, shrunk = Sampler(claim.context, 1), 0
    for instance in (sampler.draw({"n": 1, "d": 1, "V": 4}, "small") for _ in range(12)):
        outcome = compare(claim, instance) if instance else None
        if instance and isinstance(outcome, Differ):
            found, shrunk = shrink.shrink(claim, instance, outcome.counterexample), shrunk + 1
            assert found.values["h"].strip("[]").split(", ")[int(found.values["o"]) - 1] == "1"
    assert shrunk > 3


def test_shrinking_a_large_array_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simplicity of each of its many candidates is told from all its entries: without a bound, minutes for n = 2000."""
    looked_at = 0

    def counted(instance: Instance, indices: Set[str]) -> Rank:
        nonlocal looked_at
        looked_at += instance.sizes["n"] + 1
        return rank(instance, indices)

    monkeypatch.setattr(shrink, "rank", counted)
    claim = claimed("delta(n, 400)*a[1] = 0", SYMBOLS)
    refutation = search(claim, claim.context).refutation
    assert refutation and refutation.counterexample and refutation.counterexample.sizes == {"n": 400}
    assert 10_000 < looked_at < shrink.ALL_ENTRIES + 10 * 401
