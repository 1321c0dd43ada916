"""Definitions that speak of random variables, and functions of laws, put in the place of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from derivcheck.kernel.terms import BOUND, ONE, ZERO, Context, Definition, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import MEANS, build
from derivcheck.proving.probability.gaussian import exponentials
from derivcheck.proving.probability.normal import normal_logarithm, of_laws
from derivcheck.proving.probability.unlowered import Unlowered

LAWFUL = frozenset({"normalpdf", "entropy", "kl", "cross_entropy", "mutual_information"})
"""Functions that stand for a formula of the kernel's vocabulary."""

RANDOM = "random"


def is_random(it: Symbol) -> bool:
    """Whether a symbol is a random variable."""
    return RANDOM in it.type.attributes


@lru_cache(maxsize=20_000)
def concerned(term: Term) -> bool:
    """Whether a term speaks of what the kernel does not know: a random variable, its expectation, a law or its density."""
    return any(t.op in MEANS or t.op in LAWFUL or (t.op == "symbol" and is_random(t.symbol)) for t in term.walk())


class Expansion:
    """Definitions expanded where they concern probability; the others stay names."""

    def __init__(self, context: Context) -> None:
        self.definitions = dict(context.definitions)
        self.complex = any(s.type.kind == "complex" for s in context.symbols.values())
        self.defining: set[Term] = set()
        for fact in context.assumptions:
            self._defined_by(fact)
        self.random = self._reaching()

    def _defined_by(self, fact: Term) -> None:
        """``Y = a*X + eps`` for random variables says what Y is, wherever it stands."""
        if fact.op != "eq":
            return
        for side, other in (fact.args, fact.args[::-1]):
            plain = side.op == "symbol" and is_random(side.symbol) and side.symbol.name not in self.definitions
            if plain and concerned(other) and not self._reaches(other, side.symbol):
                self.definitions[side.symbol.name] = Definition(side.symbol, (), other)
                self.defining.add(fact)
                return

    def _reaches(self, term: Term, it: Symbol) -> bool:
        waiting, seen = list(free_symbols(term)), set[Symbol]()
        while waiting:
            other = waiting.pop()
            if other == it:
                return True
            if other not in seen:
                seen.add(other)
                found = self.definitions.get(other.name)
                waiting += free_symbols(found.body) if found else ()
        return False

    def _reaching(self) -> set[str]:
        """The names whose definitions concern probability, directly or through others."""
        found = {name for name, d in self.definitions.items() if concerned(d.body) or is_random(d.symbol)}
        grown = True
        while grown:
            more = {name for name, d in self.definitions.items() if {s.name for s in free_symbols(d.body)} & found} - found
            found |= more
            grown = bool(more)
        return found

    def of(self, term: Term, depth: int = 0) -> Term:
        """The term without such names and functions; raises ``Unlowered``."""
        if depth > 200:
            raise Unlowered("the definitions are nested too deeply")
        if term.op == "symbol" and term.symbol.name in self.random and self.definitions[term.symbol.name].symbol == term.symbol:
            found = self.definitions[term.symbol.name]
            if found.parameters:
                raise Unlowered(f"{found.symbol.name} is defined by its entries: write {found.symbol.name}[k]")
            return self.of(found.body, depth + 1)
        if term.op in {"entry", "apply"} and (inner := self._applied(term)) is not None:
            return self.of(inner, depth + 1)
        if term.op == "derivative" and term.symbol.name in self.random:
            raise Unlowered(f"a derivative of {term.symbol.name}, whose definition speaks of random variables: write diff")
        args = tuple(self.of(a, depth + 1) for a in term.args)
        if term.op in LAWFUL:
            return self.of(_formula(term.op, args), depth + 1)
        plain = term.op == "log" and len(args) == 1 and not self.complex  # a principal logarithm undoes no exponential
        if plain and (parted := _logarithm(args[0])) is not None:
            return parted
        return term if args == term.args else Term(term.op, args, term.data, term.shape)

    def _applied(self, term: Term) -> Term | None:
        """A defined function, or an entry of what is defined by its entries, with its arguments put in."""
        head = term.args[0] if term.op == "entry" else term
        if head.op not in {"symbol", "apply"} or head.symbol.name not in self.random:
            return None
        found = self.definitions[head.symbol.name]
        given = term.args[1:] if term.op == "entry" else term.args
        count = len(found.parameters)
        if found.symbol != head.symbol or not count or count > len(given):
            return None
        if any(is_random(s) or s.name in self.random for a in given[:count] for s in free_symbols(a)) and _means(found.body):
            raise Unlowered(f"{head.symbol.name} takes an expectation, and its argument is random: it would be averaged with it")
        body = substitute(found.body, dict(zip(found.parameters, given, strict=False)))
        return build("entry", body, *given[count:]) if given[count:] else body


def _means(term: Term) -> bool:
    return any(t.op in MEANS for t in term.walk())


def _logarithm(term: Term) -> Term | None:
    """The logarithm of a product or quotient in which exponentials occur, these taken out; ``None`` where none does."""
    rest, exponent = exponentials(term)
    if exponent == ZERO:
        return None
    return exponent if rest == ONE else build("add", exponent, _log(rest))


def _fresh(*terms: Term) -> tuple[Symbol, Symbol]:
    names = {s.name for t in terms for s in free_symbols(t)}
    free = [name for name in ("k", "l", "k_1", "l_1", "k_2", "l_2") if name not in names]
    return Symbol(free[0], BOUND), Symbol(free[1], BOUND)


def _formula(op: str, args: tuple[Term, ...]) -> Term:
    if args[0].op == "law":
        return of_laws(op, args)
    return _FORMULAS[op](*args)


def _log(a: Term) -> Term:
    return build("log", a)


def _neg(a: Term) -> Term:
    return build("neg", a)


def _half(a: Term) -> Term:
    return build("div", a, number(2))


def _entropy(p: Term) -> Term:
    k = _fresh(p)[0]
    at = build("entry", p, symbol(k))
    return _neg(build("sum", build("mul", at, _log(at)), ONE, p.shape[0], data=k))


def _cross_entropy(p: Term, q: Term) -> Term:
    k = _fresh(p, q)[0]
    at = [build("entry", a, symbol(k)) for a in (p, q)]
    return _neg(build("sum", build("mul", at[0], _log(at[1])), ONE, p.shape[0], data=k))


def _kl(p: Term, q: Term) -> Term:
    k = _fresh(p, q)[0]
    at = [build("entry", a, symbol(k)) for a in (p, q)]
    return build("sum", build("mul", at[0], _log(build("div", *at))), ONE, p.shape[0], data=k)


def _mutual_information(joint: Term) -> Term:
    k, m = _fresh(joint)
    at = build("entry", joint, symbol(k), symbol(m))
    rows, columns = joint.shape
    inner_k, inner_m = (Symbol(f"{s.name}_0", BOUND) for s in (k, m))
    row = build("sum", build("entry", joint, symbol(k), symbol(inner_m)), ONE, columns, data=inner_m)
    column = build("sum", build("entry", joint, symbol(inner_k), symbol(m)), ONE, rows, data=inner_k)
    body = build("mul", at, _log(build("div", at, build("mul", row, column))))
    return build("sum", build("sum", body, ONE, columns, data=m), ONE, rows, data=k)


def _density(x: Term, mean: Term, variance: Term) -> Term:
    return build("exp", normal_logarithm(x, mean, variance))


_FORMULAS: Mapping[str, Callable[..., Term]] = {
    "entropy": _entropy, "cross_entropy": _cross_entropy, "kl": _kl, "mutual_information": _mutual_information,
    "normalpdf": _density,
}
