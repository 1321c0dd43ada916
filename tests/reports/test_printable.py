"""Text of others is shown so that it can only be read, however long it is."""

from __future__ import annotations

import time

import pytest

from derivcheck.reports.layout import columns, line, wrapped
from derivcheck.reports.wording import printable

SHOWN = [
    ("plain text, αβγ, é, 漢字, ∂f/∂x", "plain text, αβγ, é, 漢字, ∂f/∂x"), ("", ""), ("e\u0301", "e\u0301"),
    ("\x1b[2J", "\\x1b[2J"), ("\x9b31m", "\\x9b31m"), ("\x1b]52;c;QQ==\x07", "\\x1b]52;c;QQ==\\x07"),
    ("a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"),
    ("a\u0085b\u2028c\u2029d", "a\\x85b\\u2028c\\u2029d"), ("\u202eabc\u202c", "\\u202eabc\\u202c"),
    ("\u2066a\u2069", "\\u2066a\\u2069"),
    ("a\u200b\u200d\u2060\ufeffb", "a\\u200b\\u200d\\u2060\\ufeffb"), ("\ud800", "\\ud800"), ("\udcff", "\\udcff"),
    ("\U000e0041", "\\U000e0041"), ("\U000e0100", "\\U000e0100"), ("\u3164\u115f\u2800\u034f", "\\u3164\\u115f\\u2800\\u034f"),
    ("\u00ad\u061c\u180e", "\\xad\\u061c\\u180e"), ("a" + "\u0301" * 6, "a" + "\u0301" * 4 + "\\u0301" * 2),
    ("\0\x7f", "\\x00\\x7f"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN, ids=[ascii(text) for text, _ in SHOWN])
def test_what_acts_or_hides_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize("piece", ["x", "x ", " ", "漢", "e\u0301", "\u202e", "\x1b"])
def test_a_line_as_long_as_a_file_is_wrapped_in_time(piece: str) -> None:
    started = time.process_time()
    rows = list(wrapped(line(("", piece * (500_000 // len(piece))), hang=4), 80))
    assert all(columns("".join(text for _, text in row).rstrip()) <= 80 for row in rows)
    assert time.process_time() - started < 15
