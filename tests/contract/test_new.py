"""``derivcheck new``: files to start from, and headers proposed for documents."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.syntax.latex.guesses import guess
from derivcheck.usage import UsageError

NOTES = r"""# Softmax

$$\hat{y}_i = \frac{e^{x_i}}{\sum_{j=1}^K e^{x_j}}$$

$$\begin{aligned}
\frac{\partial \ln \hat{y}_i}{\partial x_j} &= 1\{i=j\} - \hat{y}_j \\
&= \sum_{k=1}^K \mathbf{u}_k^\top \mathbf{v}_c + f'(t) + J_{\text{neg}}
\end{aligned}$$
"""


def types(*formulas: str) -> dict[str, str]:
    return {it.name: it.type for it in guess(formulas)}


@pytest.mark.parametrize(
    ("formula", "name", "type_"),
    [
        (r"\sum_{w=1}^V y_w", "V", "size"),
        (r"\sum_{w=1}^V y_w", "y", "vector(V)"),
        (r"\sum_{w=1}^{w=V} \mathbf{u}_w", "u", "vector(d)[V]"),
        (r"\sum_{w=1}^V u_w^T v_c", "v_c", "vector(d)"),
        (r"\sum_{w=1}^V u_w^T \hat{y}_w", "yhat", "vector(V)"),
        (r"y_i - \mathbf{w}^\top x_i", "x", "vector(d)[n]"),
        (r"y_i (1 - y_j)", "i", "index(n)"),
        (r"\nabla_w L", "w", "real"),
        (r"\sigma_1^2 + \sigma_2^2", "sigma_1", "real"),
        (r"\|w\|^2", "w", "vector(d)"),
        (r"\mathbf{v}_c^\top \mathbf{h}", "v_c", "vector(d)"),
        (r"\sum_{i=1}^n x_i + x_j", "j", "index(n)"),
        (r"W_{ij} x_j", "W", "matrix(n, d)"),
        (r"\mathbf{A}^{-1} \mathbf{b}", "A", "matrix(d, d)"),
        (r"f(x) + f'(x)", "f", "function(real) -> real"),
        (r"CE(y, z)", "CE", "function(real, real) -> real"),
        (r"CE(\mathbf{y}, \hat{\mathbf{y}}) - y_i", "CE", "function(vector(n), vector(d)) -> real"),
        (r"\hat{\mathbf{y}}", "yhat", "vector(d)"),
        (r"\alpha + 1", "alpha", "real"),
        (r"J_{\text{neg}}", "J_neg", "real"),
    ],
)
def test_a_guess(formula: str, name: str, type_: str) -> None:
    assert types(formula)[name] == type_


@pytest.mark.parametrize(
    "formula", [r"e^x", r"\pi x", r"\exp(x)", r"\text{ if } x", r"\begin{cases} x \end{cases}", r"x^T x", r"\int x \, dx"]
)
def test_what_is_no_symbol_is_none(formula: str) -> None:
    assert set(types(formula)) - {"d", "n"} <= {"x"}


def test_a_formula_that_is_no_latex_is_passed_over() -> None:
    assert types(r"\frac{x", "y") == {"y": "real"}


def test_the_header_is_printed_and_the_document_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    assert main(["new", str(path)]) == 0
    out, err = capsys.readouterr()
    assert path.read_text(encoding="utf-8") == NOTES
    assert "K: size" in out and "# a guess:" in out and "nothing is judged by a guess" in out
    assert re.search(r"\d+ of \d+ steps can be read", err)
    path.write_text(out + NOTES, encoding="utf-8")
    assert main(["run", str(path), "--output-format", "json"]) in {1, 2}
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["steps"] >= 2 and not report["files"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("name", "wrap"),
    [
        ("notes.tex", "{header}\\begin{{document}}\n{notes}\\end{{document}}\n"),
        ("notes.ipynb", "{cells}"),
    ],
)
def test_the_header_fits_its_kind_of_document(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, wrap: str) -> None:
    def written(header: str) -> str:
        sources = [*([header] if header else []), NOTES]
        cells = json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": source} for source in sources]})
        return wrap.format(header=header, notes=NOTES, cells=cells)

    path = tmp_path / name
    path.write_text(written(""), encoding="utf-8")
    assert main(["new", str(path)]) == 0
    header = capsys.readouterr().out
    path.write_text(written(header), encoding="utf-8")
    main(["run", str(path), "--output-format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["steps"] >= 2 and not report["files"][0]["diagnostics"]


@pytest.mark.parametrize("name", ["first.yaml", "first.md"])
def test_what_is_written_to_start_from_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = tmp_path / name
    assert main(["new", str(path)]) == 0
    assert main(["run", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    if name.endswith(".yaml"):
        with pytest.raises(UsageError, match="exists already"):
            main(["new", str(path)])
    else:
        assert main(["new", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_document_without_formulas_has_no_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n", encoding="utf-8")
    assert main(["new", str(path)]) == 5
