"""The page on security names the limits that the program has."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivcheck.files import finding, json_values, limits, load, nodes, source
from derivcheck.proving import diagnose
from derivcheck.syntax import parse, tokens
from derivcheck.syntax.latex import items, macros, words

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")

ROWS = [
    ("a YAML, Markdown or TeX file", (finding.LARGEST,)),
    ("a notebook", (finding._LARGEST_NOTEBOOK, load._MOST_LINES, finding.LARGEST, json_values.MOST_KEPT)),
    ("collections of YAML", (nodes.DEEPEST,)), ("mistakes told", (limits.MOST,)), ("derivations in a file", (limits.MOST,)),
    ("steps of a derivation", (limits.MOST,)), ("steps of a file", (limits.MOST_STEPS,)),
    ("characters of all derivations", (limits.MOST_LETTERS,)), ("one step", (tokens.MAX_TEXT,)),
    ("a name", (tokens.MAX_NAME, tokens.MAX_DIGITS, tokens.MAX_EXPONENT)), ("brackets inside", (parse.MAX_DEPTH,)),
    ("braces and environments", (items.DEEPEST,)), ("a line that is shown", (source.LONGEST_LINE,)),
    ("macros of a document", (macros.MAX_MACROS, macros.MAX_BODY, words.MAX_EXPANSIONS, words.MAX_WORDS)),
    ("subterms of a side", (diagnose.MOST_SUBTERMS,)),
]


@pytest.mark.parametrize(("row", "numbers"), ROWS, ids=[row for row, _ in ROWS])
def test_the_page_names_each_limit(row: str, numbers: tuple[int, ...]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {row}")]
    assert all(f"{number:,}" in line.split("|")[2] for number in numbers)
