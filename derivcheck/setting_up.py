"""The commands that judge nothing: a file to start from, another syntax, the schema, a look at the installation."""

from __future__ import annotations

import argparse
import codecs
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from derivcheck import schema
from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.reports import terminal
from derivcheck.reports.wording import printable
from derivcheck.usage import UsageError

_STARTER = """\
# A derivation: each step is judged against the line above it, for all values and all sizes that the symbols allow.
# Judge it with: derivcheck run {name}
title: The derivative of a quadratic form
symbols:                # every name that stands below, with its type
  n: size               # a positive whole number; nothing is checked for one size only
  x: vector(n)
  A: matrix(n, n)
  a, b: real
derivations:
  quadratic-form:
    steps: |
      diff(x.T @ A @ x, x)
      = A @ x + A.T @ x        # the product rule
      = (A + A.T) @ x
  binomial:
    title: A mistake that is expected
    steps: |
      (a + b)**2
      = a**2 + b**2            #! wrong the mixed term is missing
"""


_DOCUMENTS = (".md", ".tex", ".ipynb")

_DOCUMENT = """\
# The derivative of a product

<!-- derivcheck
# Judge the displays below with: derivcheck run {name}
symbols:                # every name that stands in them, with its type
  x: real
  f, g: function(real) -> real
-->

$$
\\begin{{aligned}}
\\frac{{\\partial}}{{\\partial x}} \\bigl( f(x) g(x) \\bigr)
  &= f'(x) g(x) + f(x) g'(x) \\\\   % the product rule
  &= f'(x) g'(x)                 %! wrong what stood on the line above is lost
\\end{{aligned}}
$$
"""


def run_new(parsed: argparse.Namespace) -> int:
    """``derivcheck new``."""
    path: Path = parsed.file
    if path.suffix in _DOCUMENTS and path.exists():
        return _propose(path)
    if path.suffix not in {".yaml", ".yml", ".md"}:
        raise UsageError(f"{path} should end in .yaml or .md, or be a document that exists, for which a header is proposed")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write((_DOCUMENT if path.suffix == ".md" else _STARTER).format(name=printable(str(path))))
    except FileExistsError:
        raise UsageError(f"{path} exists already and stays as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    print(printable(f"{path} written; judge it with: derivcheck run {path}"))
    return 0


def _propose(path: Path) -> int:
    """Print a header for a document, and say how far it goes."""
    from derivcheck.files import headers
    from derivcheck.running.judging.lines import read_lines
    from derivcheck.running.judging.scopes import build

    try:
        found = headers.formulas(path)
        print(*map(printable, headers.propose(path, found).split("\n")), sep="\n", end="")
        lines = [line for it in headers.tried(path).derivations for line in read_lines(it, build(it.declarations)[0])]
    except InputError as error:
        raise UsageError(f"{path}: {error}") from None
    unread = [line for line in lines if line.read is None]
    where = "into a Markdown cell before" if path.suffix == ".ipynb" else "before"
    terminal.tell(f"derivcheck: put this {where} the displays it speaks of, and mend it; {printable(str(path))} is as it was")
    terminal.tell(f"derivcheck: with it {len(lines) - len(unread)} of {len(lines)} steps can be read")
    for line in unread[:5]:
        wrong = line.diagnostics[0]
        place = wrong.place or line.raw.text.place()
        print(printable(f"{path}:{place.line}:{place.column}: {wrong.code} {wrong.message}"), file=sys.stderr)
    return 0 if found else 5


def run_convert(parsed: argparse.Namespace) -> int:
    """``derivcheck convert``."""
    from derivcheck.files.finding import Input
    from derivcheck.files.load import load  # the other commands here do without files and formulas
    from derivcheck.running.converting.conversion import convert

    path: Path = parsed.file
    if path.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{path} is no YAML file; convert rewrites files that end in .yaml or .yml")
    document = load(Input(path, True))
    if document is None or document.source is None or any(d.severity == "error" for d in document.diagnostics):
        _tell(path, document.diagnostics if document else ())
        return 2
    conversion = convert(document, parsed.to)
    _tell(path, conversion.diagnostics)
    for name in conversion.kept:
        print(printable(f"derivcheck: {name} stays as it is"), file=sys.stderr)
    _deliver(conversion.text, path, path if parsed.in_place else parsed.output)
    return 2 if conversion.kept else 0


def _tell(path: Path, diagnostics: Iterable[Diagnostic]) -> None:
    """Say on standard error what is wrong with a file, one line each."""
    for diagnostic in diagnostics:
        at = f":{diagnostic.place.line}:{diagnostic.place.column}" if diagnostic.place else ""
        print(printable(f"{path}{at}: {diagnostic.code} {diagnostic.message}"), file=sys.stderr)


def _deliver(text: str, source: Path, target: Path | None) -> None:
    """Write a text, with the byte-order mark of the file that it comes from, to a file or to standard output."""
    try:
        data = (codecs.BOM_UTF8 if source.read_bytes().startswith(codecs.BOM_UTF8) else b"") + text.encode()
        if target is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        elif not target.exists() or target.read_bytes() != data:
            _replace(target, data)
    except OSError as error:
        raise UsageError(f"{target or source} cannot be written: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    """Give a file new contents at once or not at all; a link goes on pointing where it does."""
    real = path.resolve()
    beside = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        with beside.open("xb") as stream:  # never through a link that somebody has put in its place
            stream.write(data)
        if real.exists():
            shutil.copymode(real, beside)
        os.replace(beside, real)
    finally:
        beside.unlink(missing_ok=True)


def run_cache(parsed: argparse.Namespace) -> int:
    """``derivcheck cache``."""
    from derivcheck.running.remembering.cache import Cache  # the other commands here do without results

    cache = Cache()
    if parsed.action == "clear":
        try:
            cache.clear()
        except OSError as error:
            raise UsageError(f"{cache.path} cannot be removed: {error.strerror}") from None
        print(f"{cache.path} removed")
        return 0
    found = cache.contents()
    print(f"{found.path}: {found.results:,} results, {found.size / (1 << 20):,.1f} MB")
    if cache.trouble:
        print(f"it cannot be used: {cache.trouble}")
    return 0


def run_schema(parsed: argparse.Namespace) -> int:
    """``derivcheck schema``."""
    print(schema.path(parsed.name).read_text(encoding="utf-8"), end="")
    return 0


def run_doctor(parsed: argparse.Namespace) -> int:
    """``derivcheck doctor``."""
    from derivcheck import doctor  # the other commands do without all that it looks at

    status = 0
    for sight in doctor.look():
        print(printable(sight.text))
        status = 2 if sight.wrong else status
    return status
