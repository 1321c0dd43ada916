"""Scopes of the tables of this folder, and their rows."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.syntax import Scope, declare_all, define_all


def scope_of(symbols: Iterable[tuple[str, str]], definitions: Iterable[tuple[str, str]] = ()) -> Scope:
    """The scope in which these symbols are declared and defined."""
    found, problems = declare_all(Scope(), list(symbols))
    assert not problems
    found, problems = define_all(found, list(definitions))
    assert not problems
    return found


def rows(table: str) -> list[list[str]]:
    """The cells of each line, parted by bars; in a table with spaces around its bars others belong to the text."""
    return [[cell.strip() for cell in line.split(" | " if " | " in line else "|")] for line in table.strip().splitlines()]
