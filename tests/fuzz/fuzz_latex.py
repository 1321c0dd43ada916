"""Fuzzing LaTeX: a display is split into steps at places inside it, each is read or refused, and what is read is shown."""

from __future__ import annotations

from collections.abc import Iterator

import fuzzing

if __name__ == "__main__":
    fuzzing.prepare()

with fuzzing.instrumented():
    import fuzz_plain

    from derivcheck.diagnostic import CODES, InputError
    from derivcheck.syntax.latex.arrangement import DISPLAYS, INNER
    from derivcheck.syntax.latex.displays import split
    from derivcheck.syntax.latex.macros import macros, without_definitions
    from derivcheck.syntax.latex.reading import read_latex, read_latex_step
    from derivcheck.syntax.latex.relations import CONTINUING, LINKING
    from derivcheck.syntax.latex.unjudged import lacking, unjudged
    from derivcheck.syntax.latex.words import SPACES, STYLES

SCOPE = fuzz_plain.SCOPE

COMMANDS = (
    "frac{x}{y}", "frac", "sqrt", "sqrt[3]{x}", "sum_{w=1}^{V}", "prod_{k=1}^n", "int_0^1", "lim_{x \\to 0}", "partial", "nabla",
    "frac{\\partial f}{\\partial x}", "frac{\\partial}{\\partial x}", "left(", "right)", "left[", "right]", "left|", "right|",
    "hat{y}", "mathbf{v}", "text{if }", "tag{1}", "label{a}", "boxed{x}", "stackrel{(a)}{=}", "underset", "overset", "cdots",
    "dots",
    "top", "exp", "log", "sin", "max", "operatorname{tr}", "det", "cdot", "times", "pm", "in", "ne", "infty", "pi", "mathbb{1}",
    "newcommand{\\m}{x}", "newcommand{\\m}[1]{#1#1}", "m", "def\\m{\\m}", "big", "lVert", "rVert", "mid", "prime", "quad", "\\",
)
WORDS = (
    *(f"\\{command}" for command in (*COMMANDS, *SPACES, *STYLES)), *CONTINUING, *LINKING, *fuzzing.LETTERS,
    *"{}[]()_^&|!'=+-*/,.~%#$",
    *(f"\\begin{{{name}}}" for name in DISPLAYS + INNER), *(f"\\end{{{name}}}" for name in DISPLAYS + INNER), "%! wrong",
    "^\\top",
    "_{i=1}", "^{-1}", "x", "v_c", "u_w", "A_{k,l}", "1", "23", "0.5", "f(x)", "f'(x)",
)


def check(data: bytes) -> None:
    """One text as a formula, a step, a display, and a document that defines commands."""
    text = data.decode("utf-8", "replace")
    fuzz_plain.attempt(text + " ", lambda: read_latex(text, SCOPE))
    for previous in (None, fuzz_plain.EQUATION, fuzz_plain.EXPRESSION):
        step = fuzz_plain.attempt(text + " ", lambda before=previous: read_latex_step(text, SCOPE, before))  # type: ignore[misc]
        if step is not None:
            fuzz_plain.keeps(step.term)  # type: ignore[attr-defined]
    for whole in (False, True):
        try:
            display = split(text, 0, whole, ("x", "y"))
        except InputError as error:
            assert all(found.code in CODES for found in error.diagnostics)
            continue
        for part in display.parts:
            assert 0 <= part.start < part.end <= len(text)
            assert len(part.text) == part.end - part.start
            assert part.mark is None or text[part.mark.start : part.mark.end].startswith("%!")
        assert all(0 <= found.span.start <= found.span.end <= len(text) for found in display.diagnostics)
    unjudged(text)
    lacking(text)
    assert len(without_definitions(text)) == len(text)
    for tex in (False, True):
        macros(text, tex)


def seeds() -> Iterator[bytes]:
    """The formulas of the published sources and of the attacks."""
    from derivcheck.files.finding import find
    from derivcheck.files.load import load

    for item in find([str(fuzzing.ROOT / "derivations" / "latex")]):
        document = load(item)
        for derivation in document.derivations if document else ():
            yield from (step.text.text.encode() for step in derivation.steps)
            yield b" \\\\ ".join(step.text.text.encode() for step in derivation.steps)
    yield from (f"\\{command} x".encode() for command in COMMANDS)


if __name__ == "__main__":
    fuzzing.main(check, WORDS, seeds())
