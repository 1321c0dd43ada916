"""The vocabulary: one row per named operator, read by the parser, the printer, the kernel and the documentation.

``build`` is how every term is made: it looks the operator up, checks the shapes of its arguments and computes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from derivcheck.kernel.terms import LOGIC, ONE, Data, Shape, Symbol, Term, is_family, number


class ShapeError(ValueError):
    """The arguments do not fit together; the message says what does not fit and what to write instead."""


ShapeRule: TypeAlias = Callable[[Sequence[Term]], Shape]


def describe(shape: Shape) -> str:
    """A shape in words, for messages: ``a scalar``, ``a vector(d)``, ``a row(n)``, ``a matrix(m, n)``."""
    match shape:
        case ():
            return "a scalar"
        case (n,):
            return f"a vector({_size(n)})"
        case (m, n) if m == ONE:
            return f"a row({_size(n)})"
        case _:
            return f"a matrix({', '.join(map(_size, shape))})"


def _size(term: Term) -> str:
    match term.op:
        case "number":
            return str(term.number) if abs(term.number) < 10**30 else "…"
        case "symbol":
            return term.symbol.name
        case "add":
            return " + ".join(map(_size, term.args)).replace("+ -", "- ")
        case "neg":
            return f"-{_size(term.args[0])}"
        case "mul":
            return "*".join(map(_size, term.args))
        case _:
            return "…"


def integer_form(term: Term) -> tuple[tuple[tuple[str, ...], int], ...] | None:
    """A size as a polynomial with integer coefficients in its symbols, sorted; ``None`` where it is none."""
    form = _integer_form(term)
    return None if form is None else tuple(sorted((m, c) for m, c in form.items() if c))


def _integer_form(term: Term) -> dict[tuple[str, ...], int] | None:
    if term.op == "number":
        return {(): int(term.number)} if term.number.denominator == 1 else None
    if term.op == "symbol":
        return {(term.symbol.name,): 1}
    parts = [_integer_form(a) for a in term.args]
    if term.op not in {"add", "neg", "mul"} or any(p is None for p in parts):
        return None
    forms = [p for p in parts if p is not None]
    if term.op == "neg":
        return {m: -c for m, c in forms[0].items()}
    total: dict[tuple[str, ...], int] = {} if term.op == "add" else {(): 1}
    for form in forms:
        if term.op == "add":
            for m, c in form.items():
                total[m] = total.get(m, 0) + c
        else:
            product: dict[tuple[str, ...], int] = {}
            for m1, c1 in total.items():
                for m2, c2 in form.items():
                    m = tuple(sorted(m1 + m2))
                    product[m] = product.get(m, 0) + c1 * c2
            total = product
    return total


def same_size(a: Term, b: Term) -> bool:
    """Whether two sizes are equal for all values of their symbols."""
    return a == b or ((form := integer_form(a)) is not None and form == integer_form(b))


def same_shape(a: Shape, b: Shape) -> bool:
    """Whether two shapes are equal for all values of the sizes in them."""
    return len(a) == len(b) and all(map(same_size, a, b))


def transposed(shape: Shape) -> Shape:
    """The shape of the transpose: a column of n becomes a row of n and back."""
    match shape:
        case ():
            return ()
        case (n,):
            return (ONE, n)
        case (m, n) if m == ONE:
            return (n,)
        case (m, n):
            return (n, m)
        case _:
            raise ShapeError("only vectors, rows and matrices have a transpose")


def _rows_columns(shape: Shape) -> tuple[Term, Term]:
    return (shape[0], ONE) if len(shape) == 1 else (shape[0], shape[1])


def product_shape(a: Shape, b: Shape) -> Shape:
    """The shape of ``a @ b``; raises ``ShapeError`` where the inner sizes differ or a factor is a scalar."""
    if not a or not b:
        raise ShapeError("@ multiplies vectors and matrices; write * for a product with a scalar")
    (m, inner), (rows, n) = _rows_columns(a), _rows_columns(b)
    if not same_size(inner, rows):
        hint = "; write x.T @ y (or dot(x, y)) for the inner and x @ y.T for the outer product" if len(a) == len(b) == 1 else ""
        sizes = f"the inner sizes {_size(inner)} and {_size(rows)} differ"
        raise ShapeError(f"@ between {describe(a)} and {describe(b)}: {sizes}{hint}")
    if m == ONE and len(b) == 1:
        return ()
    if len(b) == 1:
        return (m,)
    return (m, n)


def _scalar(args: Sequence[Term]) -> Shape:
    for a in args:
        if a.shape:
            raise ShapeError(f"a scalar is wanted here, not {describe(a.shape)}")
    return ()


def _entrywise(args: Sequence[Term]) -> Shape:
    shapes = [a.shape for a in args if a.shape]
    for s in shapes[1:]:
        if not same_shape(shapes[0], s):
            raise ShapeError(f"{describe(shapes[0])} and {describe(s)} differ in shape")
    return shapes[0] if shapes else ()


def _add(args: Sequence[Term]) -> Shape:
    first = args[0].shape
    for a in args[1:]:
        if not same_shape(first, a.shape):
            raise ShapeError(f"{describe(first)} and {describe(a.shape)} cannot be added")
    return first


def _mul(args: Sequence[Term]) -> Shape:
    arrays = [a.shape for a in args if a.shape]
    if len(arrays) > 1:
        raise ShapeError(
            "* of two arrays is ambiguous: write @ for the matrix product, hadamard(a, b) for the products of the entries, "
            "or dot(a, b) for the inner product"
        )
    return arrays[0] if arrays else ()


def _div(args: Sequence[Term]) -> Shape:
    if args[1].shape:
        raise ShapeError(f"division by {describe(args[1].shape)}; write inv(A) for an inverse")
    return args[0].shape


def _pow(args: Sequence[Term]) -> Shape:
    base, exponent = args
    if exponent.shape:
        raise ShapeError(f"an exponent must be a scalar, not {describe(exponent.shape)}")
    if not base.shape:
        return ()
    if len(base.shape) == 2 and same_size(*base.shape):
        return base.shape
    raise ShapeError(f"a power of {describe(base.shape)} is ambiguous; write hadamard(x, x), x.T @ x or norm(x)**2")


def _square(args: Sequence[Term]) -> Shape:
    (a,) = args
    if len(a.shape) != 2 or not same_size(*a.shape):
        raise ShapeError(f"a square matrix is wanted here, not {describe(a.shape)}")
    return a.shape


def _square_to_scalar(args: Sequence[Term]) -> Shape:
    _square(args)
    return ()


def _vector(args: Sequence[Term]) -> Shape:
    (a,) = args
    if len(a.shape) != 1:
        raise ShapeError(f"a vector is wanted here, not {describe(a.shape)}")
    return a.shape


def _vector_to_scalar(args: Sequence[Term]) -> Shape:
    _vector(args)
    return ()


def _array_to_scalar(args: Sequence[Term]) -> Shape:
    (a,) = args
    if not a.shape:
        raise ShapeError("an array is wanted here, not a scalar")
    return ()


def _dot(args: Sequence[Term]) -> Shape:
    a, b = args
    if not a.shape or not same_shape(a.shape, b.shape):
        raise ShapeError(f"dot of {describe(a.shape)} and {describe(b.shape)}: two vectors of one size are wanted")
    return ()


def _outer(args: Sequence[Term]) -> Shape:
    a, b = args
    return (*_vector([a]), *_vector([b]))


def _diag(args: Sequence[Term]) -> Shape:
    (a,) = args
    if len(a.shape) == 1:
        return (a.shape[0], a.shape[0])
    return (_square(args)[0],)


def _matrices(args: Sequence[Term]) -> tuple[Shape, ...]:
    for a in args:
        if not a.shape:
            raise ShapeError("a matrix is wanted here, not a scalar")
    return tuple(_rows_columns(a.shape) for a in args)


def _times(a: Term, b: Term) -> Term:
    if a == ONE or b == ONE:
        return b if a == ONE else a
    if a.op == b.op == "number":
        return number(a.number * b.number)
    return Term("mul", (a, b))


def _kron(args: Sequence[Term]) -> Shape:
    (m, n), (p, q) = _matrices(args)
    if all(len(a.shape) == 1 for a in args):
        return (_times(m, p),)
    return (_times(m, p), _times(n, q))


def _vec(args: Sequence[Term]) -> Shape:
    ((m, n),) = _matrices(args)
    return (_times(m, n),)


def _hadamard(args: Sequence[Term]) -> Shape:
    for a in args:
        if not a.shape:
            raise ShapeError("hadamard multiplies arrays; write * for a product with a scalar")
    return _entrywise(args)


def _eye(args: Sequence[Term]) -> Shape:
    return (args[0], args[0])


def _filled(args: Sequence[Term]) -> Shape:
    return tuple(args)


def _unit(args: Sequence[Term]) -> Shape:
    return (args[1],)


def _columns(args: Sequence[Term]) -> Shape:
    (u,) = args
    if not is_family(u) or len(u.symbol.type.shape) != 1 or len(u.symbol.type.family) != 1:
        raise ShapeError("columns(u) wants a family of vectors, declared as u: vector(d)[V]")
    return (u.symbol.type.shape[0], u.symbol.type.family[0])


def _transpose(args: Sequence[Term]) -> Shape:
    return transposed(args[0].shape)


def _matmul(args: Sequence[Term]) -> Shape:
    return product_shape(args[0].shape, args[1].shape)


def _entry(args: Sequence[Term]) -> Shape:
    array, *indices = args
    _scalar(indices)
    dims = array.shape
    if len(dims) == 2 and dims[0] == ONE and len(indices) == 1 and not is_family(array):
        return ()
    family = len(array.symbol.type.family) if is_family(array) else len(dims)
    if not dims:
        raise ShapeError("a scalar has no entries")
    if not family <= len(indices) <= len(dims):
        raise ShapeError(f"{describe(dims)} takes {family} ind{'ex' if family == 1 else 'ices'}, not {len(indices)}")
    return dims[len(indices):]


def _literal_vector(args: Sequence[Term]) -> Shape:
    _scalar(args)
    return (number(len(args)),)


def _literal_matrix(args: Sequence[Term]) -> Shape:
    """Arguments are the rows, each a literal vector."""
    widths = {len(a.args) for a in args}
    if any(a.op != "vector" for a in args) or len(widths) != 1:
        raise ShapeError("the rows of a matrix must be of one length")
    return (number(len(args)), number(widths.pop()))


def _first(args: Sequence[Term]) -> Shape:
    _scalar(args[1:])
    return args[0].shape


def _cases(args: Sequence[Term]) -> Shape:
    """Arguments alternate value, condition; a last value without condition is the otherwise branch."""
    values = args[::2]
    try:
        return _add(values)
    except ShapeError as error:
        raise ShapeError(f"the branches of cases differ in shape: {error}") from None


def _relation(args: Sequence[Term]) -> Shape:
    left, right = args
    if not same_shape(left.shape, right.shape):
        raise ShapeError(f"{describe(left.shape)} cannot be compared with {describe(right.shape)}")
    return ()


def _any(args: Sequence[Term]) -> Shape:
    return ()


def _of_first(args: Sequence[Term]) -> Shape:
    return args[0].shape


def _variance(args: Sequence[Term]) -> Shape:
    return _covariance([args[0], args[0]])


def _covariance(args: Sequence[Term]) -> Shape:
    a, b = args[:2]
    if not a.shape and not b.shape:
        return ()
    if len(a.shape) == len(b.shape) == 1:
        return (a.shape[0], b.shape[0])
    raise ShapeError(f"covariances are of two scalars or of two vectors, not of {describe(a.shape)} and {describe(b.shape)}")


def _density(args: Sequence[Term]) -> Shape:
    x, mean, spread = args
    if not same_shape(x.shape, mean.shape):
        raise ShapeError(f"the mean is {describe(mean.shape)}, the value {describe(x.shape)}")
    wanted = (*x.shape, *x.shape)
    if len(x.shape) > 1 or not same_shape(spread.shape, wanted):
        raise ShapeError(f"a normal density of {describe(x.shape)} has a variance that is {describe(wanted)}")
    return ()


def _laws(args: Sequence[Term]) -> Shape:
    """Two vectors of probabilities of one length, or two laws of one name with parameters of equal shapes."""
    first = args[0]
    for a in args:
        alike = len(a.shape) == 1 if a.op != "law" else a.data == first.data and len(a.args) == len(first.args)
        if not alike or (a.op == "law") != (first.op == "law") or not same_shape(a.shape, first.shape):
            raise ShapeError("two vectors of probabilities of one length are wanted here, or two laws such as normal(mu, s2)")
    return ()


def _table(args: Sequence[Term]) -> Shape:
    (a,) = args
    if len(a.shape) != 2 or a.shape[0] == ONE:
        raise ShapeError(f"a table of joint probabilities is a matrix, not {describe(a.shape)}")
    return ()


def derivative_shape(body: Shape, variable: Shape, layout: str) -> Shape:
    """The shape of the derivative of ``body`` by ``variable`` in a layout (``mixed``, ``numerator``, ``denominator``).

    Raises ``ShapeError`` for derivatives of more than two indices.
    """
    if not variable:
        return body
    if not body:
        return transposed(variable) if layout == "numerator" else variable
    n, m = _length(body), _length(variable)
    if n is None or m is None:
        raise ShapeError(f"the derivative of {describe(body)} by {describe(variable)} has more than two indices; "
                         "differentiate an entry, or by an entry, such as diff(A @ x, A[i, j])")
    return (m, n) if layout == "denominator" else (n, m)


def _length(shape: Shape) -> Term | None:
    match shape:
        case (n,):
            return n
        case (m, n) if m == ONE:
            return n
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Operator:
    """A row of the vocabulary.

    arity: the fewest and the most arguments; most is -1 for any number.
    domain: where over the reals it is defined, in the words of the documentation; empty for everywhere.
    spellings: further plain names; latex: how it prints in LaTeX when it does so as a command.
    """

    name: str
    arity: tuple[int, int]
    shape: ShapeRule
    meaning: str
    domain: str = ""
    spellings: tuple[str, ...] = ()
    latex: str = ""


def _row(name: str, arity: int | tuple[int, int], shape: ShapeRule, meaning: str, domain: str = "", *spellings: str,
         latex: str = "") -> Operator:
    return Operator(name, (arity, arity) if isinstance(arity, int) else arity, shape, meaning, domain, spellings, latex)


FUNCTIONS: dict[str, Operator] = {row.name: row for row in (
    _row("exp", 1, _entrywise, "e**x", latex=r"\exp"),
    _row("log", (1, 2), _entrywise, "natural logarithm; log(x, b) to the base b", "x > 0", "ln", latex=r"\ln"),
    _row("sqrt", 1, _entrywise, "square root", "x >= 0", latex=r"\sqrt"),
    _row("cbrt", 1, _entrywise, "real cube root"),
    _row("abs", 1, _entrywise, "absolute value"),
    _row("sign", 1, _entrywise, "-1, 0 or 1"),
    _row("sin", 1, _entrywise, "sine", latex=r"\sin"),
    _row("cos", 1, _entrywise, "cosine", latex=r"\cos"),
    _row("tan", 1, _entrywise, "sin(x)/cos(x)", "cos(x) != 0", latex=r"\tan"),
    _row("cot", 1, _entrywise, "cos(x)/sin(x)", "sin(x) != 0", latex=r"\cot"),
    _row("sec", 1, _entrywise, "1/cos(x)", "cos(x) != 0", latex=r"\sec"),
    _row("csc", 1, _entrywise, "1/sin(x)", "sin(x) != 0", latex=r"\csc"),
    _row("sinh", 1, _entrywise, "(exp(x) - exp(-x))/2", latex=r"\sinh"),
    _row("cosh", 1, _entrywise, "(exp(x) + exp(-x))/2", latex=r"\cosh"),
    _row("tanh", 1, _entrywise, "sinh(x)/cosh(x)", latex=r"\tanh"),
    _row("coth", 1, _entrywise, "cosh(x)/sinh(x)", "x != 0", latex=r"\coth"),
    _row("sech", 1, _entrywise, "1/cosh(x)"),
    _row("csch", 1, _entrywise, "1/sinh(x)", "x != 0"),
    _row("asin", 1, _entrywise, "inverse sine, in [-pi/2, pi/2]", "-1 <= x <= 1", "arcsin", latex=r"\arcsin"),
    _row("acos", 1, _entrywise, "inverse cosine, in [0, pi]", "-1 <= x <= 1", "arccos", latex=r"\arccos"),
    _row("atan", 1, _entrywise, "inverse tangent, in (-pi/2, pi/2)", "", "arctan", latex=r"\arctan"),
    _row("acot", 1, _entrywise, "atan(1/x)", "x != 0", "arccot"),
    _row("asec", 1, _entrywise, "acos(1/x)", "x <= -1 or x >= 1", "arcsec"),
    _row("acsc", 1, _entrywise, "asin(1/x)", "x <= -1 or x >= 1", "arccsc"),
    _row("asinh", 1, _entrywise, "inverse hyperbolic sine", "", "arcsinh", "arsinh"),
    _row("acosh", 1, _entrywise, "inverse hyperbolic cosine", "x >= 1", "arccosh", "arcosh"),
    _row("atanh", 1, _entrywise, "inverse hyperbolic tangent", "-1 < x < 1", "arctanh", "artanh"),
    _row("acoth", 1, _entrywise, "atanh(1/x)", "x < -1 or x > 1", "arccoth"),
    _row("asech", 1, _entrywise, "acosh(1/x)", "0 < x <= 1", "arcsech"),
    _row("acsch", 1, _entrywise, "asinh(1/x)", "x != 0", "arccsch"),
    _row("sigmoid", 1, _entrywise, "1/(1 + exp(-x))", latex=r"\sigma"),
    _row("relu", 1, _entrywise, "max(x, 0)"),
    _row("erf", 1, _entrywise, "2/sqrt(pi) * integral of exp(-t**2) from 0 to x"),
    _row("gamma", 1, _entrywise, "Gamma function", "x is not 0, -1, -2, …", latex=r"\Gamma"),
    _row("factorial", 1, _entrywise, "x! = gamma(x + 1)", "x is not -1, -2, …"),
    _row("binomial", 2, _scalar, "n!/(k! (n - k)!)", "", "choose"),
    _row("O", 1, _scalar, "anything of at most this order, as O(x**n) as x -> 0"),
    _row("floor", 1, _entrywise, "greatest integer not above x"),
    _row("ceiling", 1, _entrywise, "least integer not below x", "", "ceil"),
    _row("min", (1, -1), _entrywise, "least of its arguments", latex=r"\min"),
    _row("max", (1, -1), _entrywise, "greatest of its arguments", latex=r"\max"),
    _row("re", 1, _entrywise, "real part"),
    _row("im", 1, _entrywise, "imaginary part"),
    _row("conj", 1, _entrywise, "complex conjugate"),
    _row("softmax", 1, _vector, "exp(x[i])/sum(exp(x[j]), j)"),
    _row("logsumexp", 1, _vector_to_scalar, "log(sum(exp(x[j]), j))"),
    _row("norm", 1, _array_to_scalar, "square root of the sum of the squared entries"),
    _row("frobenius", 1, _array_to_scalar, "the Frobenius norm, as norm"),
    _row("dot", 2, _dot, "sum of the products of the entries"),
    _row("outer", 2, _outer, "x @ y.T"),
    _row("tr", 1, _square_to_scalar, "trace", "", "trace", latex=r"\operatorname{tr}"),
    _row("det", 1, _square_to_scalar, "determinant", latex=r"\det"),
    _row("inv", 1, _square, "inverse", "det(A) != 0"),
    _row("adj", 1, _square, "adjugate: A @ adj(A) = det(A)*eye(n)"),
    _row("diag", 1, _diag, "matrix with this diagonal; of a matrix, its diagonal"),
    _row("kron", 2, _kron, "Kronecker product"),
    _row("hadamard", (2, -1), _hadamard, "product entry by entry"),
    _row("vec", 1, _vec, "columns stacked into one vector"),
    _row("eye", 1, _eye, "identity matrix"),
    _row("ones", (1, 2), _filled, "all entries 1"),
    _row("zeros", (1, 2), _filled, "all entries 0"),
    _row("unit", 2, _unit, "unit(k, n): entry k is 1, the others are 0", "", "e"),
    _row("columns", 1, _columns, "matrix whose columns are the members of a family"),
    _row("delta", 2, _scalar, "Kronecker delta: 1 if its arguments are equal, else 0"),
    _row("normalpdf", 3, _density, "density of the normal law: normalpdf(x, mean, variance)", "variance > 0"),
    _row("entropy", 1, _laws, "-sum(p[k]*log(p[k]), k)", "p[k] > 0"),
    _row("cross_entropy", 2, _laws, "-sum(p[k]*log(q[k]), k)", "q[k] > 0"),
    _row("kl", 2, _laws, "sum(p[k]*log(p[k]/q[k]), k)", "p[k]/q[k] > 0"),
    _row("mutual_information", 1, _table, "kl of a table of joint probabilities from its marginals' product", "P[i, j] > 0"),
)}
"""Operators written as ``name(arguments)``."""

CORE: dict[str, Operator] = {row.name: row for row in (
    _row("number", 0, _scalar, "a rational number"),
    _row("constant", 0, _scalar, "pi, e, i or oo"),
    _row("add", (2, -1), _add, "a + b"),
    _row("neg", 1, _first, "-a"),
    _row("mul", (2, -1), _mul, "a*b"),
    _row("div", 2, _div, "a/b", "b != 0"),
    _row("pow", 2, _pow, "a**b", "a > 0, or b an integer (and a != 0 where b < 0), or a = 0 and b >= 0"),
    _row("matmul", 2, _matmul, "A @ B"),
    _row("transpose", 1, _transpose, "A.T"),
    _row("entry", (2, -1), _entry, "A[i, j]"),
    _row("vector", (1, -1), _literal_vector, "[a, b]"),
    _row("matrix", (1, -1), _literal_matrix, "[[a, b], [c, d]]"),
    _row("sum", (3, 4), _first, "sum(body, w in lower..upper if condition)"),
    _row("prod", (3, 4), _first, "prod(body, w in lower..upper if condition)"),
    _row("integrate", (2, 3), _first, "integrate(f, x) or integrate(f, x in a..b)"),
    _row("limit", (2, 2), _first, "limit(f, x -> a)"),
    _row("indicator", 1, _any, "[condition]: 1 if it holds, else 0"),
    _row("cases", (1, -1), _cases, "cases(a if p, b otherwise)"),
    _row("apply", (1, -1), _any, "f(x): an opaque function"),
    _row("derivative", 2, _scalar, "f'(x), f''(x): a derivative of an opaque function of one real"),
    _row("E", (1, -1), _of_first, "E[f] or E[f | Y]: expectation"),
    _row("Var", (1, -1), _variance, "Var(f): variance, of a vector a matrix"),
    _row("Cov", (2, -1), _covariance, "Cov(f, g): covariance, of vectors a matrix"),
    _row("P", (1, -1), _any, "P(A) or P(A | B): probability"),
    *(_row(name, 2, _relation, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")),
    *(_row(name, (1, -1), _any, name) for name in ("and", "or", "not", "in")),
    *(_row(name, 0, _any, name) for name in ("true", "false")),
)}
"""Operators with a notation of their own."""

MEANS = {"E": 1, "Var": 1, "Cov": 2, "P": 1}
"""Operators about random variables, and how many of their arguments stand before the bar; what follows is given."""

SPELLINGS: dict[str, str] = {name: row.name for row in FUNCTIONS.values() for name in (row.name, *row.spellings)}
"""Every plain function name to its operator."""


def build(op: str, *args: Term, data: Data = None) -> Term:
    """The term ``op(args)`` with its shape; raises ``ShapeError`` where the arguments do not fit.

    ``diff`` is made by ``build_diff``; occurrences of symbols by ``terms.symbol``.  Terms lately built are remembered: equal
    ones are then one object, which is compared at sight.
    """
    return _built(op, args, data)


@lru_cache(maxsize=20_000)
def _built(op: str, args: tuple[Term, ...], data: Data) -> Term:
    row = FUNCTIONS.get(op) or CORE[op]
    fewest, most = row.arity
    if len(args) < fewest or (most >= 0 and len(args) > most):
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}" if most >= 0 else f"at least {fewest}"
        raise ShapeError(f"{op} takes {wanted} argument{'' if wanted == '1' else 's'}, not {len(args)}")
    if op not in LOGIC and op not in {"indicator", "cases", "sum", "prod", *MEANS}:
        for a in args:
            if a.op in LOGIC:
                raise ShapeError("a condition is not a number; write [condition] for 1 where it holds and 0 elsewhere")
    if op not in {"entry", "columns"}:
        for a in args:
            if is_family(a):
                name = a.symbol.name
                choice = f"{name}[w] for a member, or columns({name}) for the matrix of its columns"
                raise ShapeError(f"{name} is a family: write {choice}")
    if op == "apply" and isinstance(data, Symbol):
        _check_arguments(data, args)
    return Term(op, args, data, row.shape(args))


def _check_arguments(function: Symbol, args: Sequence[Term]) -> None:
    if len(args) != len(function.type.arguments):
        raise ShapeError(f"{function.name} takes {len(function.type.arguments)} arguments, not {len(args)}")
    for a, wanted in zip(args, function.type.arguments, strict=True):
        shape = wanted.family + wanted.shape
        if not same_shape(a.shape, shape):
            raise ShapeError(f"{function.name} is a function of {describe(shape)}, not {describe(a.shape)}")


def build_diff(body: Term, variable: Term, layout: str) -> Term:
    """The derivative of ``body`` by a symbol or an entry of one, in a layout; raises ``ShapeError``."""
    if is_family(variable):
        name = variable.symbol.name
        raise ShapeError(f"{name} is a family: differentiate by a member, {name}[w]")
    return Term("diff", (body, variable), layout, derivative_shape(body.shape, variable.shape, layout))
