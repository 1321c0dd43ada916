"""Fuzzing Markdown, TeX and notebooks: the last byte of an input says which it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

import fuzzing

if __name__ == "__main__":
    fuzzing.prepare()

with fuzzing.instrumented():
    import fuzz_latex
    import fuzz_yaml

    from derivcheck.files.finding import find

SUFFIXES = (".md", ".tex", ".ipynb")
HEADER = "symbols: {x: real, y: real, n: size}"

WORDS = (
    *fuzz_latex.WORDS, *fuzz_yaml.WORDS, "<!-- derivcheck\n", "-->", "```derivcheck\n", "```math\n", "```\n", "~~~\n", "`",
    "``", "> ", "- ",
    "1. ", "$$", "$", "\\[", "\\]", "\\(", "\\)", "$$x = x$$", "$x$\n", "= $x$\n", "| ", "**", "(1)", "% derivcheck: ", "% ",
    "\\verb|",
    "\\begin{verbatim}", "\\end{verbatim}", "\\iffalse", "\\fi", "\\begin{document}", "\\end{document}", "\\url{",
    '{"cells": [', "]}",
    '{"cell_type": "markdown", "source": ["', '"]}', '\\n', '\\ud800', '\\u0041', "null", "1e999999", "NaN",
)


def check(data: bytes) -> None:
    """One document."""
    suffix = SUFFIXES[data[-1] % 3] if data else ".md"
    fuzz_yaml.check(data[:-1], suffix)


def seeds() -> Iterator[bytes]:
    """The documents of the derivations, pieces of them, and the attacks that are short."""
    for item in find([str(fuzzing.ROOT / "derivations" / "latex")]):
        text = item.path.read_text(encoding="utf-8")
        head, _, body = text.partition("-->")
        for start in range(0, len(body), 700):
            piece = body[start : start + 700]
            yield f"{head}-->{piece}".encode()[:4000] + b"\x00"
            yield f"% derivcheck: {HEADER}\n{piece}".encode() + b"\x01"
            cells = [{"cell_type": "markdown", "source": [f"<!-- derivcheck\n{HEADER}\n-->\n", piece]}]
            yield json.dumps({"cells": cells}).encode() + b"\x02"
    for place, suffix in enumerate(SUFFIXES):
        yield from (data + bytes([place]) for data in fuzz_yaml.attack_files(suffix))


if __name__ == "__main__":
    fuzzing.main(check, WORDS, seeds())
