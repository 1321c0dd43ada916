"""Random well-typed terms over one small context, and changes to them: some change the value, some do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from derivcheck.kernel.terms import BOUND, LOGIC, ONE, Context, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import ShapeError, build, build_diff
from derivcheck.syntax.declarations import assume, declare_all, define_all
from derivcheck.syntax.scope import Scope

SYMBOLS = {
    "n, m": "size", "i, j": "index(n)", "k": "index(m)", "x, y, h": "real", "p": "positive", "N": "integer", "t": "natural",
    "s": "sign", "u, v": "vector(n)", "w": "vector(m)", "A": "matrix(m, n)", "B": "matrix(n, n)", "S": "matrix(n, n) symmetric",
    "Q": "matrix(n, n) orthogonal", "U": "vector(n)[m]", "o": "onehot(n)", "q": "simplex(n)", "r": "positive[n]", "g": "real[n]",
    "f": "function(real) -> real", "F": "function(vector(n)) -> real",
}
DEFINE = {"h": "x**2 + u[i]", "g[l]": "exp(v[l])/sum(exp(v[a]), a in 1..n)"}
ASSUMPTIONS = ((), (), (), ("i != j",), ("x > 0",), ("i = j",), ("sum(u[l], l in 1..n) = 1",), ("n >= 2",), ("v[l]**2 = 1",))


def contexts() -> list[Context]:
    """The context without and with assumptions."""
    scope, problems = declare_all(Scope(), list(SYMBOLS.items()))
    assert not problems, problems
    scope, problems = define_all(scope, list(DEFINE.items()))
    assert not problems, problems
    found = []
    for facts in ASSUMPTIONS:
        here = scope
        for fact in facts:
            here = assume(here, fact)
        found.append(here.context())
    return found


CONTEXTS = contexts()
"""One context for each row of ``ASSUMPTIONS``."""

ZERO = number(0)


def minus(a: Term, b: Term) -> Term:
    return build("add", a, build("neg", b))


class Author:
    """Writes random terms, all of its choices taken from one source of randomness."""

    def __init__(self, random: Random, context: Context) -> None:
        self.random = random
        self.named = {name: symbol(it) for name, it in context.symbols.items()}
        self.bound: list[tuple[Term, str]] = []
        self.fresh = 0

    # -- pieces ----------------------------------------------------------------------------------------------------

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def index(self, size: str) -> Term:
        """An index into an axis of this size, mostly in range."""
        inside = [b for b, upper in self.bound if upper == size]
        pool = inside * 3 + ([self.named["i"], self.named["j"]] if size == "n" else [self.named["k"]])
        at = self.random.choice(pool)
        if self.chance(0.04):
            at = self.random.choice((ONE, self.named[size]))
        if self.chance(0.04):
            at = build("add", at, number(self.random.choice((-1, 1))))
        return at

    def integer(self) -> Term:
        """An integer-valued term."""
        pool = [*(b for b, _ in self.bound), *(self.named[x] for x in ("i", "j", "n", "m", "k"))]
        at = self.random.choice(pool)
        match self.random.randrange(6):
            case 0:
                return build("add", at, self.random.choice(pool))
            case 1:
                return build("add", at, number(self.random.choice((-2, -1, 1, 2))))
            case 2:
                return minus(build("mul", number(2), at), self.random.choice(pool))
            case _:
                return at

    def condition(self) -> Term:
        kind = self.random.choice(("eq", "eq", "ne", "lt", "le", "ge", "gt"))
        if self.chance(0.2):
            return build(kind if kind != "eq" else "gt", self.leaf(), self.random.choice((ZERO, self.leaf())))
        if self.chance(0.12):
            return build(self.random.choice(("and", "or")), self.condition(), self.condition())
        return build(kind, self.integer(), self.integer())

    def leaf(self) -> Term:
        which = self.random.randrange(16)
        name = self.named
        match which:
            case 0 | 1:
                return number(self.random.choice((1, 2, 3, -1, 0)))
            case 2 | 3:
                return name["x"]
            case 4:
                return name["y"]
            case 5:
                return name["p"]
            case 6:
                return name[self.random.choice("NtsnNt")]
            case 7:
                return self.integer()
            case 8:
                return build("entry", name["A"], self.index("m"), self.index("n"))
            case 9:
                return build("entry", name[self.random.choice("BSQ")], self.index("n"), self.index("n"))
            case 10:
                return build("entry", name["U"], self.index("m"), self.index("n"))
            case 11:
                return name["h"] if self.chance(0.5) else build("entry", name["g"], self.index("n"))
            case 12:
                return build("entry", name["w"], self.index("m"))
            case _:
                return build("entry", name[self.random.choice("uuvvroq")], self.index("n"))

    # -- terms -----------------------------------------------------------------------------------------------------

    def scalar(self, depth: int) -> Term:
        if depth <= 0:
            return self.leaf()
        rule = self.random.choice(SCALARS)
        return rule(self, depth - 1)

    def vector(self, depth: int) -> Term:
        """A vector(n)."""
        name = self.named
        match self.random.randrange(12 if depth > 0 else 3):
            case 0 | 1:
                return name[self.random.choice("uv")]
            case 2:
                return name[self.random.choice("oq")]
            case 3:
                return build("add", self.vector(depth - 1), self.vector(depth - 1))
            case 4:
                return build("mul", self.scalar(depth - 1), self.vector(depth - 1))
            case 5:
                return build("matmul", self.matrix(depth - 1), self.vector(depth - 1))
            case 6:
                return build("matmul", build("transpose", name["A"]), name["w"])
            case 7:
                return build("softmax", self.vector(depth - 1))
            case 8:
                return build(self.random.choice(("exp", "abs", "log", "sigmoid")), self.vector(depth - 1))
            case 9:
                return build_diff(self.scalar(depth - 1), name[self.random.choice("uv")], "mixed")
            case 10:
                return build("unit", self.index("n"), name["n"])
            case _:
                return build("entry", name["U"], self.index("m"))

    def matrix(self, depth: int) -> Term:
        """A matrix(n, n)."""
        name = self.named
        match self.random.randrange(9 if depth > 0 else 3):
            case 0 | 1:
                return name[self.random.choice("BBSQ")]
            case 2:
                return build("transpose", name[self.random.choice("BSQ")])
            case 3:
                return build("matmul", self.matrix(depth - 1), self.matrix(depth - 1))
            case 4:
                return build("add", self.matrix(depth - 1), self.matrix(depth - 1))
            case 5:
                return build("outer", self.vector(depth - 1), self.vector(depth - 1))
            case 6:
                return build("matmul", build("transpose", name["A"]), name["A"])
            case 7:
                return build("diag", self.vector(depth - 1))
            case _:
                return build("eye", name["n"])

    def binder(self, op: str, depth: int) -> Term:
        """A sum or product over a full, shifted, dependent or restricted range."""
        self.fresh += 1
        bound = Symbol(f"l{self.fresh}", BOUND)
        size = self.random.choice("nnnm")
        top = self.named[size]
        inner = [b for b, upper in self.bound if upper == size] or ([self.named["i"]] if size == "n" else [self.named["k"]])
        middle = self.random.choice(inner)
        shape = self.random.randrange(12)
        lower, upper = ONE, top
        match shape:
            case 0:
                upper = minus(top, ONE)
            case 1:
                lower = number(2)
            case 2:
                upper = middle
            case 3:
                lower = middle
            case 4:
                lower, upper = number(0), minus(top, ONE)
            case 5:
                upper = minus(top, number(2))
            case 6:
                lower = build("add", middle, ONE)
        self.bound.append((symbol(bound), size if shape != 4 else "none"))
        body = self.scalar(depth)
        conditions = (self.condition(),) if self.chance(0.2) else ()
        self.bound.pop()
        return build(op, body, lower, upper, *conditions, data=bound)

    def variable(self) -> Term:
        """Something to differentiate a scalar by that is a scalar."""
        name = self.named
        return self.random.choice((
            name["x"], name["x"], name["y"], name["p"], build("entry", name["u"], self.index("n")),
            build("entry", name["v"], self.index("n")), build("entry", name["q"], self.index("n")),
            build("entry", name["S"], self.index("n"), self.index("n")), build("entry", name["U"], self.index("m"),
                self.index("n")),
        ))


def _apply(op: str, *kinds: str):
    def rule(a: Author, depth: int) -> Term:
        return build(op, *(getattr(a, kind)(depth) for kind in kinds))

    return rule


def _power(a: Author, depth: int) -> Term:
    base = a.scalar(depth)
    pick = a.random.randrange(10)
    if pick < 5:
        return build("pow", base, number(a.random.choice((-2, -1, 2, 2, 3))))
    if pick < 6:
        return build("pow", base, build("div", number(a.random.choice((1, 3, -1))), number(a.random.choice((2, 3)))))
    if pick < 9:
        return build("pow", base, a.random.choice((a.named["N"], a.named["t"], a.integer())))
    return build("pow", base, a.leaf())


def _cases(a: Author, depth: int) -> Term:
    parts = [a.scalar(depth), a.condition(), a.scalar(depth)]
    if a.chance(0.3):
        parts.append(a.condition())
        if a.chance(0.5):
            parts.append(a.scalar(depth))
    return build("cases", *parts)


def _opaque(a: Author, depth: int) -> Term:
    if a.chance(0.5):
        return build("apply", a.scalar(depth), data=a.named["f"].symbol)
    if a.chance(0.3):
        return build("derivative", ONE, a.scalar(depth), data=a.named["f"].symbol)
    return build("apply", a.vector(depth), data=a.named["F"].symbol)


def _sum(a: Author, depth: int) -> Term:
    return a.binder("sum", depth)


SCALARS = (
    _apply("add", "scalar", "scalar"), _apply("add", "scalar", "scalar"), _apply("mul", "scalar", "scalar"),
    _apply("mul", "scalar", "scalar"), _apply("neg", "scalar"), _apply("div", "scalar", "scalar"),
    _apply("add", "scalar", "scalar", "scalar"), _apply("mul", "scalar", "scalar"), _power, _power,
    _sum, _sum, _sum, _sum, _sum,
    lambda a, depth: build(a.random.choice(("exp", "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tanh", "sigmoid",
        "relu", "cbrt")),
                           a.scalar(depth)),
    lambda a, depth: build(a.random.choice(("exp", "log", "abs", "sqrt", "cosh", "floor")), a.scalar(depth)),
    lambda a, depth: build(a.random.choice(("min", "max")), a.scalar(depth), a.scalar(depth)),
    lambda a, depth: build("delta", a.integer(), a.integer()),
    lambda a, depth: build("mul", build("indicator", a.condition()), a.scalar(depth)),
    _cases, _opaque,
    lambda a, depth: build_diff(a.scalar(depth), a.variable(), "mixed"),
    lambda a, depth: build_diff(a.scalar(depth), a.variable(), "mixed"),
    _apply("dot", "vector", "vector"), _apply("norm", "vector"), _apply("logsumexp", "vector"), _apply("tr", "matrix"),
    lambda a, depth: a.binder("prod", depth),
    lambda a, depth: build("entry", a.vector(depth), a.index("n")),
    lambda a, depth: build("entry", a.matrix(depth), a.index("n"), a.index("n")),
)


# -- places in a term --------------------------------------------------------------------------------------------------

Path = tuple[int, ...]


def places(term: Term, path: Path = ()) -> Iterator[tuple[Path, Term]]:
    """All subterms that another term of the same shape may stand for, with their places."""
    yield path, term
    for k, part in enumerate(term.args):
        if not (term.op == "diff" and k == 1) and not (term.op == "derivative" and k == 0):
            yield from places(part, (*path, k))


def replaced(term: Term, path: Path, new: Term) -> Term:
    """The term with the subterm at a place replaced; raises ``ShapeError`` where that does not fit."""
    if not path:
        return new
    args = list(term.args)
    args[path[0]] = replaced(args[path[0]], path[1:], new)
    if term.op == "diff":
        return build_diff(args[0], args[1], str(term.data))
    return build(term.op, *args, data=term.data)


def bound_at(term: Term, path: Path) -> frozenset[Symbol]:
    """The bound symbols whose scope a place is in."""
    found: set[Symbol] = set()
    for k in path:
        if term.op in {"sum", "prod"} and k not in (1, 2):
            found.add(term.symbol)
        term = term.args[k]
    return frozenset(found)


def mutated(a: Author, term: Term) -> Term:
    """A copy with one small change, which mostly changes the value."""
    for _ in range(20):
        path, old = a.random.choice(list(places(term)))
        inner = [(symbol(b), "n") for b in sorted(bound_at(term, path), key=lambda b: b.name)]
        a.bound = inner
        new = _changed(a, old, [other for _, other in places(term)])
        a.bound = []
        if new is None or new == old or (new.op in LOGIC) != (old.op in LOGIC):
            continue
        if not {b for b in free_symbols(new) if b.type.kind == "bound"} <= bound_at(term, path):
            continue
        try:
            return replaced(term, path, new)
        except ShapeError:
            continue
    return term


def _changed(a: Author, old: Term, others: Sequence[Term]) -> Term | None:
    if old.op in LOGIC:
        return a.condition()
    if old.op == "number":
        return number(old.number + a.random.choice((-1, 1)))
    same = [o for o in others if o.shape == old.shape and o.op not in LOGIC]
    match a.random.randrange(5):
        case 0:
            return a.random.choice(same)
        case 1:
            return build("neg", old)
        case 2 if old.args and old.args[0].shape == old.shape and old.args[0].op not in LOGIC:
            return old.args[0]
        case _:
            return a.leaf() if not old.shape else None


# -- rewritings that keep the value -------------------------------------------------------------------------------------

def rewritten(a: Author, term: Term, times: int = 1) -> Term:
    """A copy that is equal wherever both are defined, by so many random rewritings."""
    for _ in range(times):
        for _ in range(12):
            path, old = a.random.choice(list(places(term)))
            new = _equal(a, old)
            if new is not None and new != old:
                term = replaced(term, path, new)
                break
    return term


def _equal(a: Author, old: Term) -> Term | None:
    rules = [rule for rule in (*BY_OP.get(old.op, ()), *ANY) if not (old.shape and rule in ANY)]
    if not rules or old.op in LOGIC:
        return None
    return a.random.choice(rules)(a, old)


def _shuffled(a: Author, old: Term) -> Term:
    args = list(old.args)
    a.random.shuffle(args)
    return build(old.op, *args)


def _renamed(a: Author, old: Term) -> Term:
    a.fresh += 1
    new = Symbol(f"b{a.fresh}", BOUND)
    scoped = [substitute(part, {old.symbol: symbol(new)}) if k not in (1, 2) else part for k, part in enumerate(old.args)]
    return Term(old.op, tuple(scoped), new, old.shape)


def _split(a: Author, old: Term) -> Term | None:
    """The first or the last term of a sum or product apart; the range must not be empty."""
    body, lower, upper, *conditions = old.args
    if conditions or body.shape or upper.op != "symbol" or upper.symbol.type.kind != "size" or lower != ONE:
        return None
    join = "add" if old.op == "sum" else "mul"
    if a.chance(0.5):
        rest = build(old.op, body, lower, minus(upper, ONE), data=old.data)
        return build(join, rest, substitute(body, {old.symbol: upper}))
    rest = build(old.op, body, number(2), upper, data=old.data)
    return build(join, substitute(body, {old.symbol: lower}), rest)


def _shifted(a: Author, old: Term) -> Term:
    body, lower, upper, *conditions = old.args
    step = number(a.random.choice((-1, 1)))
    back = {old.symbol: build("add", symbol(old.symbol), build("neg", step))}
    moved = [substitute(part, back) for part in (body, *conditions)]
    return build(old.op, moved[0], build("add", lower, step), build("add", upper, step), *moved[1:], data=old.data)


def _restricted(a: Author, old: Term) -> Term | None:
    """The condition of a sum as an indicator."""
    body, lower, upper, *conditions = old.args
    if not conditions or old.op != "sum" or body.shape:
        return None
    return build("sum", build("mul", build("indicator", conditions[0]), body), lower, upper, data=old.data)


def _sum_of_sums(a: Author, old: Term) -> Term | None:
    body, *rest = old.args
    if old.op != "sum" or body.op != "add":
        return None
    return build("add", *(build("sum", part, *rest, data=old.data) for part in body.args))


def _swapped(a: Author, old: Term) -> Term | None:
    """Two sums in the other order, where neither range depends on the other index."""
    body, lower, upper, *conditions = old.args
    if conditions or body.op != old.op or len(body.args) > 3 or body.data == old.data:
        return None
    if any(old.symbol in free_symbols(end) for end in body.args[1:3]):
        return None
    inner = build(old.op, body.args[0], lower, upper, data=old.data)
    return build(old.op, inner, *body.args[1:], data=body.data)


def _distributed(a: Author, old: Term) -> Term | None:
    for k, part in enumerate(old.args):
        if part.op == "add":
            rest = [x for at, x in enumerate(old.args) if at != k]
            return build("add", *(build("mul", x, *rest) for x in part.args))
    return None


def _added(a: Author, old: Term) -> Term:
    extra = a.leaf()
    return build("add", old, extra, build("neg", extra))


def _multiplied(a: Author, old: Term) -> Term:
    extra = a.leaf()
    return build("div", build("mul", old, extra), extra)


def _through_delta(a: Author, old: Term) -> Term | None:
    """f(i) as a sum of f(l)*delta(l, i)."""
    i = a.named["i"]
    if i.symbol not in free_symbols(old) or old.op in {"symbol", "number"}:
        return None
    a.fresh += 1
    bound = Symbol(f"d{a.fresh}", BOUND)
    body = substitute(old, {i.symbol: symbol(bound)})
    return build("sum", build("mul", body, build("delta", symbol(bound), i)), ONE, a.named["n"], data=bound)


def _log_exp(a: Author, old: Term) -> Term:
    return build("log", build("exp", old))


def _exp_log(a: Author, old: Term) -> Term:
    return build("exp", build("log", old))


def _square_root(a: Author, old: Term) -> Term:
    return build("pow", build("sqrt", old), number(2))


def _factored(a: Author, old: Term) -> Term | None:
    """exp of a sum as a product, log of a product as a sum."""
    (inside,) = old.args
    if old.shape or inside.op != {"exp": "add", "log": "mul"}[old.op]:
        return None
    return build("mul" if old.op == "exp" else "add", *(build(old.op, part) for part in inside.args))


def _power_split(a: Author, old: Term) -> Term | None:
    base, exponent = old.args
    if base.shape:
        return None
    if base.op == "mul":
        return build("mul", *(build("pow", part, exponent) for part in base.args))
    return build("mul", build("pow", base, minus(exponent, ONE)), base)


def _product_rule(a: Author, old: Term) -> Term | None:
    body, by = old.args
    layout = str(old.data)
    if body.op == "add":
        return build("add", *(build_diff(part, by, layout) for part in body.args))
    if body.op == "mul" and len(body.args) == 2 and not body.shape:
        f, g = body.args
        return build("add", build("mul", build_diff(f, by, layout), g), build("mul", f, build_diff(g, by, layout)))
    if body.op in {"exp", "log", "sin"} and not body.shape:
        (f,) = body.args
        outer = {"exp": body, "log": build("pow", f, number(-1)), "sin": build("cos", f)}[body.op]
        return build("mul", outer, build_diff(f, by, layout))
    return None


def _by_otherwise(a: Author, old: Term) -> Term | None:
    if old.shape or len(old.args) != 3:
        return None
    f, condition, g = old.args
    holds = build("indicator", condition)
    return build("add", build("mul", holds, f), build("mul", minus(ONE, holds), g))


def _as_cases(a: Author, old: Term) -> Term:
    condition = a.condition()
    return build("cases", old, condition, old)


def _as_sum(a: Author, old: Term) -> Term | None:
    f, g = old.args
    if f.op == "symbol" and g.op == "symbol" and len(f.shape) == 1:
        a.fresh += 1
        bound = Symbol(f"a{a.fresh}", BOUND)
        body = build("mul", build("entry", f, symbol(bound)), build("entry", g, symbol(bound)))
        return build("sum", body, ONE, f.shape[0], data=bound)
    return build("dot", g, f)


def _transposed(a: Author, old: Term) -> Term:
    return build("transpose", build("transpose", old))


ANY = (_added, _multiplied, _through_delta, _log_exp, _exp_log, _square_root, _as_cases)
"""Rewritings of any scalar."""
BY_OP = {
    "add": (_shuffled,), "mul": (_shuffled, _distributed, _distributed),
        "sum": (_renamed, _split, _shifted, _restricted, _sum_of_sums, _swapped),
    "prod": (_renamed, _split, _shifted, _swapped), "exp": (_factored,), "log": (_factored,), "pow": (_power_split,),
        "diff": (_product_rule,) * 3,
    "cases": (_by_otherwise,), "dot": (_as_sum,), "min": (_shuffled,), "max": (_shuffled,),
}
"""Rewritings by the operator that they apply to."""
