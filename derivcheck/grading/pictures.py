"""Bars drawn by matplotlib, as SVG that stands in a page: its colours are the page's, its texts are texts, and it is the same
bytes for the same numbers.

What matplotlib writes is read as XML and written anew from bars, lines and texts alone, without the styles in attributes that
the page's policy forbids.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from markupsafe import Markup

from derivcheck.reports.markup import html, joined
from derivcheck.reports.wording import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import Locator

_ROLES = {"#000001": "first", "#000002": "second", "#000003": "grid"}
"""What stands for a colour of the page while matplotlib draws."""

_FIRST, _SECOND, _GRID = _ROLES
_WIDTH = 640
_PIXELS = 72
"""Pixels to an inch of matplotlib's SVG."""

_HALF = 17
"""How much of either end of a long label is shown."""

_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "derivcheck",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 12,
    "axes.unicode_minus": False,
}
"""Over matplotlib's own defaults, whatever its user's are: DejaVu comes with it, so that room for texts is always the same."""

_PAINT = re.compile(r"(fill|stroke): (#[0-9a-f]{6})")
_ANCHOR = re.compile(r"text-anchor: (middle|end)")
_NUMBER = re.compile(r"(?<![\d-])-?+\d++\.\d++")


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of numbers.

    title, description: for those who cannot see it; labels: one for each lying bar, and the ends of upright ones, of which there
    is one more; first, second: what the parts of each bar come to, one behind the other; axis: what is counted; full: what the
    axis goes up to, if that is not the largest.
    """

    anchor: str
    title: str
    description: str
    labels: tuple[str, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    axis: str
    full: float | None = None


def upright(bars: Bars) -> Markup:
    """Bars from the ground up, side by side: a histogram."""

    def draw(axes: Axes) -> None:
        middles = [at + 0.5 for at in range(len(bars.first))]
        axes.bar(middles, bars.first, width=0.92, color=_FIRST, clip_on=False)
        axes.bar(middles, bars.second, bottom=bars.first, width=0.92, color=_SECOND, clip_on=False)
        axes.set_xticks(range(len(bars.labels)), list(map(_label, bars.labels)))
        axes.set_xlim(0, len(bars.first))
        axes.set_xlabel(bars.axis)
        axes.set_ylim(0, _top(bars))
        axes.yaxis.set_major_locator(_whole())
        axes.grid(axis="y", color=_GRID, clip_on=False)

    return _svg(bars, 300, draw)


def lying(bars: Bars) -> Markup:
    """Bars from left to right, the first label on top."""

    def draw(axes: Axes) -> None:
        axes.barh(range(len(bars.labels)), bars.first, height=0.65, color=_FIRST, clip_on=False)
        axes.barh(range(len(bars.labels)), bars.second, left=bars.first, height=0.65, color=_SECOND, clip_on=False)
        axes.set_yticks(range(len(bars.labels)), list(map(_label, bars.labels)))
        axes.set_xlabel(bars.axis)
        axes.set_xlim(0, _top(bars))
        axes.set_ylim(len(bars.labels) - 0.4, -0.6)
        axes.xaxis.set_major_locator(_whole())
        axes.grid(axis="x", color=_GRID, clip_on=False)

    return _svg(bars, 60 + 30 * len(bars.labels), draw)


def _whole() -> Locator:
    """Marks at whole numbers, of which there are not many."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=6, integer=True)


def _top(bars: Bars) -> float:
    largest = max([a + b for a, b in zip(bars.first, bars.second, strict=True)], default=0)
    return bars.full or 1.04 * largest or 1


def _label(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= 2 * _HALF + 1 else f"{shown[:_HALF]}…{shown[-_HALF:]}"


def _svg(bars: Bars, height: int, draw: Callable[[Axes], None]) -> Markup:
    """The drawing with its texts for those who hear it."""
    return html(
        '<svg class="drawing" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>\n{}</svg>\n',
        _WIDTH, height, bars.anchor, bars.anchor, bars.anchor, bars.title, bars.anchor, bars.description,
        joined(_anew(_drawn(height, draw))),
    )


def _drawn(height: int, draw: Callable[[Axes], None]) -> str:
    """What matplotlib writes, which is imported only now: it takes longer than all the rest of the page."""
    if "matplotlib" not in sys.modules:
        with chdir(Path(__file__).parent):  # it reads settings in the working folder, where a stranger's files may lie
            import matplotlib  # noqa: F401
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.style import context

    written = StringIO()
    with context("default", after_reset=True), rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # letters that DejaVu lacks: the browser has them
        figure = Figure(figsize=(_WIDTH / _PIXELS, height / _PIXELS), layout="constrained")
        axes = figure.subplots()
        axes.spines[:].set_visible(False)
        axes.set_axisbelow(True)
        axes.tick_params(left=False, bottom=False)
        draw(axes)
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()


def _anew(svg: str) -> Iterator[Markup]:
    """The bars, lines and texts; grounds and frames have none of our colours and are left out."""
    for it in ElementTree.fromstring(svg).iter():
        style = it.get("style", "")
        role = next((_ROLES[colour] for _, colour in _PAINT.findall(style) if colour in _ROLES), None)
        if it.tag.endswith("}path") and role:
            yield html('<path class="{}" d="{}"/>\n', role, " ".join(_rounded(it.get("d", "")).split()))
        elif it.tag.endswith("}text"):
            anchor = _ANCHOR.search(style)
            yield html(
                '<text x="{}" y="{}" text-anchor="{}">{}</text>\n',
                _rounded(it.get("x", "")), _rounded(it.get("y", "")), anchor[1] if anchor else "start", it.text or "",
            )


def _rounded(numbers: str) -> str:
    return _NUMBER.sub(lambda found: f"{float(found[0]):.1f}", numbers)
