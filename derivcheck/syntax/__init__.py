"""The plain language: text to typed terms and back."""

from derivcheck.syntax.declarations import (
    Left,
    Problem,
    assume,
    declare,
    declare_all,
    define,
    define_all,
    read_left,
    read_names,
)
from derivcheck.syntax.reading import ReadStep, read_condition, read_expression, read_step
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.show import show
from derivcheck.syntax.types import read_type

__all__ = [
    "Left", "Problem", "ReadStep", "Scope", "assume", "declare", "declare_all", "define", "define_all", "read_condition",
    "read_expression", "read_left", "read_names", "read_step", "read_type", "show",
]
