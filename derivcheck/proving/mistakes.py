"""The table of slips, one row each; of repairs that are equally small the one whose row stands first is taken."""

from __future__ import annotations

from derivcheck.proving import slips_of_names as names
from derivcheck.proving import slips_of_structure as structure
from derivcheck.proving.slip import Slip

SLIPS: tuple[Slip, ...] = (
    Slip("sign", structure.sign),
    Slip("lost-parentheses", structure.lost_parentheses),
    Slip("missing-factor", structure.missing_factor),
    Slip("missing-factor", structure.missing_divisor),
    Slip("extra-factor", structure.extra_factor),
    Slip("wrong-index", names.wrong_index),
    Slip("missing-index", names.missing_index),
    Slip("wrong-symbol", names.wrong_symbol),
    Slip("exponent", structure.exponent),
    Slip("wrong-number", structure.wrong_number),
    Slip("missing-function", structure.missing_function),
    Slip("extra-function", structure.extra_function),
    Slip("wrong-function", structure.wrong_function),
    Slip("reciprocal", structure.reciprocal),
    Slip("transpose", structure.transpose),
    Slip("wrong-order", structure.wrong_order),
    Slip("wrong-range", names.wrong_range),
    Slip("missing-sum", names.missing_sum),
    Slip("extra-sum", names.extra_sum),
    Slip("missing-term", structure.missing_term),
    Slip("missing-term", structure.missing_cross_term),
    Slip("missing-term", structure.missing_delta),
    Slip("extra-term", structure.extra_term),
)
"""Every kind of mistake that is looked for."""

CODES = frozenset(slip.code for slip in SLIPS)
"""The codes of all of them."""
