"""The table of assumptions that authors make without saying so; the simplest kinds stand first."""

from __future__ import annotations

from derivcheck.proving.supposing import signs as signs
from derivcheck.proving.supposing import structure as structure
from derivcheck.proving.supposing.possible import Source

SOURCES: tuple[Source, ...] = (
    Source("sign", signs.signs, "sqrt(x**2) | = | x | x >= 0", "sqrt(x**2) | = | x + 1"),
    Source("size", signs.sizes, "[n = 1]*x | = | 0 | n >= 2", "n*x | = | x"),
    Source("comparison", signs.comparisons, "max(x, t) | = | x | x >= t", "max(x, t) | = | x + t"),
    Source("sign of a value", signs.signs_of_values, "sqrt((x - 1)**2) | = | x - 1 | x >= 1", "(x - 1)**2 | = | x - 1"),
    Source("unequal indices", signs.unequal_indices, "diff(z[i], z[j]) | = | 0 | i != j", "z[i]*z[j] | = | z[i]**2"),
    Source("equal indices", signs.equal_indices, "diff(z[i], z[j]) | = | 1 | i = j", "z[i] | = | z[j]"),
    Source("inner index", signs.inner_indices, "diff(z[i], z[1]) | = | 0 | i != 1", "z[i] | = | z[1]"),
    Source("symmetric", structure.symmetric, "A[i, j] | = | A[j, i] | A = A.T", "A[i, j] | = | B[i, j]"),
    Source("normalised", structure.normalised, "sum(a[k]*x, k in 1..n) | = | x | sum(a[k], k in 1..n) = 1",
           "sum(a[k]*x, k in 1..n) | = | n*x"),
    Source("one-hot", structure.one_hot, "sum(a[k]*b[k], k in 1..n) | = | b[i] | a[k] = [k = i]",
           "sum(a[k]*b[k], k in 1..n) | = | a[i]*b[i]"),
    Source("unit vector", structure.unit_vectors, "z.T @ (z*x) | = | x | z.T @ z = 1", "z.T @ (z*x) | = | z.T @ z + x"),
    Source("orthogonal", structure.orthogonal, "A.T @ A @ z | = | z | A.T @ A = eye(n)", "A.T @ A @ z | = | 2*z"),
    Source("commuting", structure.commuting, "(A + B) @ (A - B) | = | A @ A - B @ B | A @ B = B @ A",
           "(A + B) @ (A - B) | = | A @ A + B @ B"),
    Source("signs of entries", structure.signs_of_entries, "sum(abs(a[k]), k in 1..n) | = | sum(a[k], k in 1..n) | a[k] >= 0",
           "sum(abs(a[k]), k in 1..n) | = | sum(a[k]**2, k in 1..n)"),
    Source("size of 2", signs.pairs_of_entries, "sum(a[k], k in 1..n) | = | a[1] + a[2] | n = 2",
           "sum(a[k], k in 1..n) | = | a[1]"),
    Source("parity", signs.parity, "cos(pi*m) | = | 1 | (-1)**m = 1", "(-1)**m*x | = | 2*x"),
    Source("two signs", signs.pairs, "abs(x + t) | = | abs(x) + t | x >= 0 and t >= 0", "abs(x + t) | = | x"),
)
"""Every kind of assumption that is looked for."""
