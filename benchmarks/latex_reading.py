"""How long a formula of the five published documents takes to read, once the tables are loaded, and what loading them costs.

Run it from the top of the repository: ``python benchmarks/latex_reading.py``.  Figures of one run belong together; what counts
is their ratio, here to the plain text of the same steps.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from derivcheck.diagnostic import InputError
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.running.judging.scopes import build
from derivcheck.syntax import Scope, read_expression, show
from derivcheck.syntax.latex import grammar
from derivcheck.syntax.latex.displays import leading
from derivcheck.syntax.latex.reading import read_latex

DOCUMENTS = sorted((Path(__file__).parents[1] / "derivations" / "latex").glob("*.md"))
ROUNDS = 20


def formulas() -> list[tuple[str, Scope]]:
    """Every formula of the documents that reads, with its declarations."""
    found = []
    for path in DOCUMENTS:
        document = load(Input(path, True))
        for derivation in document.derivations if document else ():
            scope, _ = build(derivation.declarations)
            for raw in derivation.steps:
                text = raw.text.text[leading(raw.text.text)[1]:].strip()
                try:
                    read_latex(text, scope)
                except InputError:
                    continue
                found.append((text, scope))
    return found


def milliseconds(times: list[float]) -> str:
    """Median and ninth decile."""
    deciles = statistics.quantiles(times, n=10)
    return f"median {1e3 * statistics.median(times):.3f} ms, ninth decile {1e3 * deciles[8]:.3f} ms"


def best(read: object, *arguments: object) -> float:
    """The shortest of several runs, which noise can only lengthen."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        read(*arguments)  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the figures."""
    found = formulas()
    latex = [best(read_latex, text, scope) for text, scope in found]
    plain = [best(read_expression, show(read_latex(text, scope)), scope) for text, scope in found]
    ratios = [a / b for a, b in zip(latex, plain, strict=True)]
    print(f"{len(found)} formulas, {statistics.median(len(text) for text, _ in found):.0f} characters at the median")
    print(f"LaTeX: {milliseconds(latex)}")
    print(f"plain: {milliseconds(plain)}; LaTeX takes {statistics.median(ratios):.1f} times as long at the median")
    grammar.load.cache_clear()
    print(f"loading the tables from the cache: {1e3 * best(lambda: (grammar.load.cache_clear(), grammar.load())):.1f} ms; "
          f"building them: {1e3 * best(grammar.build, grammar.GRAMMAR.read_text(encoding='utf-8')):.0f} ms")


if __name__ == "__main__":
    main()
