"""Laws of the kernel on random terms, each able to fail.

Soundness: what the kernel proves no instance contradicts, and where only one side is defined a condition says so.  Normal
forms: they have the values of their terms, and are unchanged by renaming, reordering and making them anew.
"""

from __future__ import annotations

import math
from random import Random

from flint import arb, fmpq
from form_values import Unvalued, value
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_terms import ASSUMPTIONS, BY_OP, CONTEXTS, Author, mutated, rewritten

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.normal.facts import declared
from derivcheck.kernel.normal.polynomials import Algebra, Poly, Undefined, Unsupported
from derivcheck.kernel.outcome import Budget, OutOfBudget, Proof
from derivcheck.kernel.terms import Claim, Context, Term
from derivcheck.kernel.values.compare import Differ, OneSided, compare
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import ShapeError, build, build_diff
from derivcheck.proving.sampling.drawn_numbers import STYLES
from derivcheck.proving.sampling.instances import Sampler
from derivcheck.syntax.show import show

LAW = settings(derandomize=True, max_examples=250, deadline=None, database=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**40)
GIVES_UP = (Unsupported, Undefined, OutOfBudget, RecursionError)


def instances(context: Context, random: Random, count: int) -> list[Instance]:
    """Instances of sizes from 1 to 4 that satisfy the declarations and assumptions."""
    sampler = Sampler(context, random.randrange(10**9))
    plans = [({"n": random.choice((1, 1, 2, 2, 3, 4)),
        "m": random.choice((1, 2, 3))}, random.choice(STYLES[:5])) for _ in range(count)]
    drawn = [sampler.draw(sizes, style) for sizes, style in plans]
    return [instance for instance in drawn if instance is not None]


def pair(random: Random, context: Context) -> tuple[Term, Term]:
    """Two terms of one shape: equal ones, or ones that differ in a small thing."""
    author = Author(random, context)
    depth = random.choice((1, 2, 2, 3))
    try:
        a = author.scalar(depth) if random.random() < 0.85 else author.vector(depth)
        b = rewritten(author, a, random.randrange(1, 5))
        if random.random() < 0.5:
            b = rewritten(author, mutated(author, b), random.randrange(0, 3))
    except ShapeError:
        assume(False)
    return (a, b) if random.random() < 0.5 else (b, a)


@LAW
@given(seeds)
def test_a_proof_is_never_contradicted(seed: int) -> None:
    random = Random(seed)
    which = random.randrange(len(CONTEXTS))
    context = CONTEXTS[which]
    left, right = pair(random, context)
    claim = Claim(left, "=", right, context)
    outcome = Kernel(context, operations=40_000).prove(claim)
    if not isinstance(outcome, Proof):
        return
    lost, gained = any(not c.gained for c in outcome.conditions), any(c.gained for c in outcome.conditions)
    for instance in instances(context, random, 8):
        found = compare(claim, instance, precisions=(64, 192), budget=Budget(30_000))
        told = f"{show(claim.left)} = {show(claim.right)} under {ASSUMPTIONS[which]} at {found}, {instance}"
        principal = isinstance(found, Differ) and "principal" in found.counterexample.note
        assert not isinstance(found, Differ) or (principal and lost), told
        assert not isinstance(found, OneSided) or ((lost or not found.lost) and (gained or not found.gained)), told


@LAW
@given(seeds)
def test_true_rewritings_are_mostly_proved(seed: int) -> None:
    random = Random(seed)
    context = CONTEXTS[0]
    author = Author(random, context)
    a = author.scalar(1)
    try:
        b = rewritten(author, a)
    except ShapeError:
        assume(False)
    outcome = Kernel(context, operations=40_000).prove(Claim(a, "=", b, context))
    PROVED.append(isinstance(outcome, Proof))


PROVED: list[bool] = []


def test_the_kernel_is_not_silent() -> None:
    test_true_rewritings_are_mostly_proved()
    assert sum(PROVED) > 0.6 * len(PROVED)


@LAW
@given(seeds)
def test_a_normal_form_has_the_values_of_its_term(seed: int) -> None:
    random = Random(seed)
    context = random.choice(CONTEXTS)
    term = Author(random, context).scalar(random.choice((1, 2, 2, 3)))
    normaliser, _ = declared(context, Budget(40_000))
    try:
        form = normaliser.scalar(term, {})
    except GIVES_UP:
        return
    for instance in instances(context, random, 4):
        (exact,) = evaluate(term, instance, context, budget=Budget(30_000)).entries
        if not isinstance(exact, fmpq | arb):
            continue
        try:
            there = value(normaliser.alg, form, instance, {})
        except (Unvalued, OverflowError, ValueError, ZeroDivisionError):
            continue
        here = float(arb(exact))
        close = abs(there - here) <= 1e-5 * max(1.0, abs(here), _largest(normaliser.alg, form, instance))
        assert close or not math.isfinite(here), f"{show(term)} is {here}, its normal form is {there} at {instance}"


def _largest(alg: Algebra, form: Poly, instance: Instance) -> float:
    """The largest term of a form: what cancellation may lose digits of."""
    return max((abs(value(alg, {m: c}, instance, {})) for m, c in form.items()), default=0.0)


@LAW
@given(seeds)
def test_a_normal_form_is_unchanged_by_renaming_and_reordering(seed: int) -> None:
    random = Random(seed)
    context = random.choice(CONTEXTS)
    author = Author(random, context)
    term = author.scalar(random.choice((1, 2, 3)))
    shuffled = _everywhere(author, term)
    normaliser, _ = declared(context, Budget(80_000))
    try:
        form, other = normaliser.scalar(term, {}), normaliser.scalar(shuffled, {})
    except GIVES_UP:
        return
    assert normaliser.alg.subtract(form, other) == {}, f"{show(term)}\n{show(shuffled)}"


def _everywhere(author: Author, term: Term) -> Term:
    """A copy with every sum and product of terms reordered and every bound index renamed."""
    args = [_everywhere(author, a) for a in term.args]
    if term.op == "diff":
        return build_diff(args[0], term.args[1], str(term.data))
    copy = build(term.op, *args, data=term.data) if term.op != "symbol" else term
    rules = [rule for rule in BY_OP.get(term.op, ()) if rule.__name__ in {"_shuffled", "_renamed"}]
    return rules[0](author, copy) if rules else copy


@LAW
@given(seeds)
def test_a_normal_form_made_anew_is_the_same(seed: int) -> None:
    """Once the signs that it shows are known; the first time they may be learned on the way."""
    random = Random(seed)
    context = random.choice(CONTEXTS)
    term = Author(random, context).scalar(random.choice((1, 2, 3)))
    normaliser, _ = declared(context, Budget(80_000))
    try:
        form = normaliser.alg.rebuilt(normaliser.scalar(term, {}))
        again = normaliser.alg.rebuilt(form)
    except GIVES_UP:
        return
    assert again == form, show(term)


@LAW
@given(seeds)
def test_a_derivative_agrees_with_that_of_values(seed: int) -> None:
    """Values differentiate by exact jets, the kernel by rules on normal forms: they share nothing."""
    random = Random(seed)
    context = random.choice(CONTEXTS)
    author = Author(random, context)
    term = build_diff(author.scalar(random.choice((1, 2, 2))), author.variable(), "mixed")
    normaliser, _ = declared(context, Budget(40_000))
    try:
        form = normaliser.scalar(term, {})
    except GIVES_UP:
        return
    for instance in instances(context, random, 3):
        (exact,) = evaluate(term, instance, context, budget=Budget(30_000)).entries
        if not isinstance(exact, fmpq | arb):
            continue
        try:
            there, largest = value(normaliser.alg, form, instance, {}), _largest(normaliser.alg, form, instance)
        except (Unvalued, OverflowError, ValueError, ZeroDivisionError):
            continue
        here = float(arb(exact))
        assert abs(there - here) <= 1e-5 * max(1.0, abs(here), largest), f"{show(term)} is {here}, by rules {there} at {instance}"
