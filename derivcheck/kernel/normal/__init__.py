"""Normal forms: terms as polynomials over atoms, with sums over indices of symbolic ranges."""
