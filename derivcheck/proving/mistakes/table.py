"""The table of mistakes, a row each; of repairs that are equally small the one whose row stands first is taken."""

from __future__ import annotations

from derivcheck.proving.mistakes import calculus, factors, functions, names, ranges, signs, slopes, summands
from derivcheck.proving.mistakes.mistake import Mistake

DECLARED = {
    "V, d, n": "size", "u": "vector(d)[V]", "v_c": "vector(d)", "o, w": "index(V)", "i, j": "index(n)", "y, yhat": "real[V]",
    "x, t, c": "real", "p, q": "positive", "a, b": "real[n]", "A, B": "matrix(n, n)", "z": "vector(n)",
    "f, g": "function(real) -> real", "l, m_0": "positive[n]",
}
"""The symbols of the examples."""

TABLE: tuple[Mistake, ...] = (
    Mistake(
        "sign", "a term, a factor or an exponent has the wrong sign",
        wrong=("diff(cos(x), x)", "sin(x)"), near=("diff(sin(x), x)", "cos(x)"),
        undo=(signs.sign,), make=(signs.sign,),
    ),
    Mistake(
        "lost-parentheses", "a sign, a factor or a function reaches only the nearest of the terms that it belongs to",
        wrong=("x - (t - c + p)", "x - t - c + p"), near=("x - (t + c - p)", "x - t - c + p"),
        undo=(signs.lost_parentheses,), make=(signs.drop_parentheses,), law=True,
    ),
    Mistake(
        "extra-sum", "a sum over an index is one too many",
        wrong=("sum(a[k]*[k = i], k in 1..n)", "sum(a[k], k in 1..n)"), near=("sum(a[k]*[k = i], k in 1..n)", "a[i]"),
        undo=(ranges.extra_sum,), make=(ranges.missing_sum,),
    ),
    Mistake(
        "extra-factor", "a factor or divisor is one too many",
        wrong=("sin(2*x)", "2*t*sin(x)*cos(x)"), near=("sin(2*x)", "2*sin(x)*cos(x)"),
        undo=(factors.extra_factor,), make=(factors.missing_factor, factors.missing_divisor),
    ),
    Mistake(
        "missing-factor", "a factor or divisor is missing, also the vector that would make the shape right",
        wrong=("diff(log(sum(exp(u[m].T @ v_c), m in 1..V)), u[w])", "exp(u[w].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)"),
        near=("diff(log(sum(exp(u[m].T @ v_c), m in 1..V)), u[w])", "exp(u[w].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)*v_c"),
        undo=(factors.missing_factor, factors.missing_divisor), make=(factors.extra_factor,),
    ),
    Mistake(
        "inner-derivative", "the derivative of the argument of a function is forgotten",
        wrong=("diff(exp(x**2), x)", "exp(x**2)"), near=("diff(exp(x + 2), x)", "exp(x + 2)"),
        undo=(factors.missing_inner_derivative,), make=(calculus.chain_rule,), law=True,
    ),
    Mistake(
        "missing-slope", "the derivative of a function on the way is forgotten",
        wrong=("diff(sum(a[k]*tanh(z[k]), k in 1..n), z[i])", "a[i]"),
        near=("diff(sum(a[k]*tanh(z[k]), k in 1..n), z[i])", "a[i]*(1 - tanh(z[i])**2)"),
        undo=(slopes.missing_slope,),
    ),
    Mistake(
        "wrong-slope", "the derivative of another function, or the function itself, stands where a derivative is meant",
        wrong=("diff(tanh(x)*t, x)", "tanh(x)*(1 - tanh(x))*t"), near=("diff(sigmoid(x)*t, x)", "sigmoid(x)*(1 - sigmoid(x))*t"),
        undo=(slopes.wrong_slope,),
    ),
    Mistake(
        "diagonal-only", "the Jacobian of softmax is taken for its diagonal, but each output depends on every input",
        wrong=("diff(softmax(z)[i], z[j])", "[i = j]*softmax(z)[i]*(1 - softmax(z)[i])"),
        near=("diff(softmax(z)[i], z[j])", "softmax(z)[i]*([i = j] - softmax(z)[j])"),
        undo=(slopes.diagonal_only,),
    ),
    Mistake(
        "product-rule", "the derivative of a product is not the product of the derivatives, and has a term for each factor",
        wrong=("diff(f(x)*g(x), x)", "f'(x)*g'(x)"), near=("diff(f(x)*g(x), x)", "f'(x)*g(x) + f(x)*g'(x)"),
        undo=(calculus.undo_product_rule,), make=(calculus.product_rule,), law=True,
    ),
    Mistake(
        "quotient-rule", "the derivative of f/g is (f'*g - f*g')/g**2",
        wrong=("diff(f(x)/exp(x), x)", "f'(x)/exp(x)"), near=("diff(f(x)/exp(x), x)", "(f'(x) - f(x))/exp(x)"),
        undo=(calculus.undo_quotient_rule,), make=(calculus.quotient_rule,), law=True,
    ),
    Mistake(
        "power-rule", "the derivative of x**n is n*x**(n - 1)",
        wrong=("diff(x**n, x)", "n*x**n"), near=("x*diff(x**n, x)", "n*x**n"),
        make=(calculus.power_rule,), law=True,
    ),
    Mistake(
        "split-function", "a function of a sum or product is not the sum or product of its values",
        wrong=("sqrt(p + q)", "sqrt(p) + sqrt(q)"), near=("sqrt(p*q)", "sqrt(p)*sqrt(q)"),
        undo=(functions.joined_function,), make=(functions.split_function,), law=True,
    ),
    Mistake(
        "split-sum", "a sum of products or of squares is not the product or the square of the sums",
        wrong=("sum(a[k]*b[k], k in 1..n)", "sum(a[k], k in 1..n)*sum(b[k], k in 1..n)"),
        near=("sum(a[k]*x, k in 1..n)", "sum(a[k], k in 1..n)*x"),
        undo=(ranges.joined_sum, ranges.function_of_sum), make=(ranges.split_sum, ranges.function_of_sum), law=True,
    ),
    Mistake(
        "bad-cancellation", "a summand is cancelled as if it were a factor of the whole numerator and denominator",
        wrong=("(p + x)/p", "x"), near=("(p*x)/p", "x"),
        make=(factors.bad_cancellation,), law=True,
    ),
    Mistake(
        "wrong-index", "another index should stand there",
        wrong=("sum(A[i, k]*B[k, j], k in 1..n)", "sum(A[k, i]*B[k, j], k in 1..n)"),
        near=("sum(A[i, k]*B[k, j], k in 1..n)", "sum(B[k, j]*A[i, k], k in 1..n)"),
        undo=(names.wrong_index,), make=(names.wrong_index,),
    ),
    Mistake(
        "captured-index", "an index from outside a sum is written with the name of the index of the sum",
        wrong=("(a[i] - b[i])*sum(a[k], k in 1..n)", "sum((a[k] - b[k])*a[k], k in 1..n)"),
        near=("(a[i] - b[i])*sum(a[k], k in 1..n)", "sum((a[i] - b[i])*a[k], k in 1..n)"),
        undo=(names.captured_index,), make=(names.capture_index,),
    ),
    Mistake(
        "missing-index", "an array should be one of its entries",
        wrong=("exp(z[i])/sum(exp(z[k]), k in 1..n)", "softmax(z)"),
        near=("exp(z[i])/sum(exp(z[k]), k in 1..n)", "softmax(z)[i]"),
        undo=(names.missing_index,),
    ),
    Mistake(
        "swapped-laws", "a divergence of two laws is taken for that of the second from the first",
        wrong=("-sum(l[k]*log(m_0[k]), k in 1..n) + sum(l[k]*log(l[k]), k in 1..n)", "sum(m_0[k]*log(m_0[k]/l[k]), k in 1..n)"),
        near=("-sum(l[k]*log(m_0[k]), k in 1..n) + sum(l[k]*log(l[k]), k in 1..n)", "sum(l[k]*log(l[k]/m_0[k]), k in 1..n)"),
        undo=(names.swapped_laws,), make=(names.swapped_laws,),
    ),
    Mistake(
        "dropped-hat", "a hat or bar is dropped, or one too many",
        wrong=("diff(exp(yhat[w]*x), x)", "y[w]*exp(yhat[w]*x)"), near=("diff(exp(yhat[w]*x), x)", "yhat[w]*exp(yhat[w]*x)"),
        undo=(names.dropped_hat,), make=(names.dropped_hat,),
    ),
    Mistake(
        "wrong-symbol", "another declared name should stand there",
        wrong=("diff(x*t + c, x)", "c"), near=("diff(x*t + c, x)", "t"),
        undo=(names.wrong_symbol,), make=(names.wrong_symbol,),
    ),
    Mistake(
        "wrong-term", "another term should stand there",
        wrong=("exp(x + t)/(exp(x + t) + exp(x*t))", "(x + t)**2/(exp(x + t) + exp(x*t))"),
        near=("exp(x + t)/(exp(x + t) + exp(x*t))", "1/(1 + exp(x*t - x - t))"),
    ),
    Mistake(
        "exponent", "a power is one too many, too few, or missing",
        wrong=("p**3*t/p", "p**3*t"), near=("p**3*t/p", "p**2*t"),
        undo=(functions.exponent,), make=(functions.exponent,),
    ),
    Mistake(
        "wrong-number", "another number should stand there",
        wrong=("(x + 3)*(x + 4)", "x**2 + 7*x + 7"), near=("(x + 3)*(x + 4)", "x**2 + 7*x + 12"),
        undo=(functions.wrong_number,), make=(functions.wrong_number,),
    ),
    Mistake(
        "extra-function", "a function is one too many",
        wrong=("x + 1", "log(exp(x)) + sin(1)"), near=("x + 1", "log(exp(x)) + exp(0)"),
        undo=(functions.extra_function,), make=(functions.missing_function,),
    ),
    Mistake(
        "missing-function", "a function such as the logarithm was dropped",
        wrong=("log(p) + log(q)", "log(p) + q"), near=("log(p) + log(exp(q))", "log(p) + q"),
        undo=(functions.missing_function,), make=(functions.extra_function,),
    ),
    Mistake(
        "wrong-function", "another function should stand there",
        wrong=("diff(sin(x)*t, x)", "sin(x)*t"), near=("diff(exp(x)*t, x)", "exp(x)*t"),
        undo=(functions.wrong_function,), make=(functions.wrong_function,),
    ),
    Mistake(
        "reciprocal", "a fraction is upside down",
        wrong=("p*p/q", "q/p**2"), near=("1/(q/p**2)", "p*p/q"),
        undo=(factors.reciprocal,), make=(factors.reciprocal,),
    ),
    Mistake(
        "transpose", "a transpose is missing or one too many",
        wrong=("diff(z.T @ A @ z, z)", "(A + A) @ z"), near=("diff(z.T @ A @ z, z)", "(A.T + A) @ z"),
        undo=(factors.transpose,), make=(factors.transpose,),
    ),
    Mistake(
        "wrong-order", "matrices stand in the wrong order",
        wrong=("(A @ B).T", "A.T @ B.T"), near=("(A @ A).T", "A.T @ A.T"),
        undo=(factors.wrong_order,), make=(factors.wrong_order,),
    ),
    Mistake(
        "wrong-range", "a sum or product runs over the wrong range, or is off by one",
        wrong=("sum(a[k + 1], k in 0..n - 1)", "sum(a[k], k in 1..n - 1)"),
        near=("sum(a[k + 1], k in 0..n - 1)", "sum(a[k], k in 1..n)"),
        undo=(ranges.wrong_range,), make=(ranges.wrong_range,),
    ),
    Mistake(
        "wrong-condition", "the opposite condition should stand there, or one that is not strict",
        wrong=("diff(z[i], z[j])", "[i != j]"), near=("diff(z[i], z[j])", "[i = j]"),
        undo=(ranges.wrong_condition,), make=(ranges.wrong_condition,),
    ),
    Mistake(
        "sum-for-product", "a sum stands for a product, or a product for a sum",
        wrong=("exp(sum(a[k], k in 1..n))", "sum(exp(a[k]), k in 1..n)"),
        near=("exp(sum(a[k], k in 1..n))", "prod(exp(a[k]), k in 1..n)"),
        undo=(ranges.sum_for_product,), make=(ranges.sum_for_product,),
    ),
    Mistake(
        "missing-sum", "a sum over an index is missing",
        wrong=("x*sum(a[k], k in 1..n)", "x*a[i]"), near=("x*sum(a[k]*[k = i], k in 1..n)", "x*a[i]"),
        undo=(ranges.missing_sum,), make=(ranges.extra_sum,),
    ),
    Mistake(
        "extra-term", "a summand is one too many",
        wrong=("cos(x)", "cos(x) + sin(t)"), near=("cos(x)", "cos(x) + sin(t)*0"),
        undo=(summands.extra_term,), make=(summands.missing_term,),
    ),
    Mistake(
        "missing-term", "a summand is missing, also a cross term of a square",
        wrong=("1 + tan(x)**2", "tan(x)**2"), near=("1 + tan(x)**2", "1/cos(x)**2"),
        undo=(summands.missing_term, summands.missing_cross_term, summands.missing_delta), make=(summands.extra_term,),
    ),
)
"""Every kind of mistake that is looked for in a step."""

CODES = frozenset(mistake.code for mistake in TABLE)
"""The codes of all of them."""
