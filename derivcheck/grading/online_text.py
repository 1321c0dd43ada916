"""Text typed into a form of Moodle or Canvas, which comes as HTML, as the Markdown that it was meant for."""

from __future__ import annotations

import re
from html import unescape

from derivcheck.grading.archives import Refused

_TOKEN = re.compile(
    r"(?P<text>(?:[^<]++|<(?![a-z/!?]))++)"
    r"|<!--(?:(?!-->).)*+-->|<[!?][^>]*+>"
    r"|<(?P<raw>script|style)\b[^>]*+>(?:(?!</(?P=raw)).)*+</(?P=raw)\s*+>"
    r"|<(?P<end>/?)(?P<tag>(?!script\b|style\b)[a-z][a-z0-9:-]*+)(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL | re.IGNORECASE,
)
"""HTML as editors write it.  The parser of the standard library takes time that grows with the square of what it is given."""
_FORMULA = re.compile(r"\sdata-equation-content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_BLOCKS = {"p", "div", "li", "ul", "ol", "dt", "dd", "tr", "table", "blockquote", "section", "article", "pre", "hr", "body"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "title"}
_UNSEEN = {"title", "template", "noscript"}
_PICTURES = {"img", "svg", "math", "object", "embed", "iframe", "video", "audio", "canvas"}
_EMPTY = {"img", "embed"}
_RAISED = {"sup": "^{", "sub": "_{"}
_SPACE = re.compile(r"[ \t\r\n\f]+")


def as_markdown(html: str) -> tuple[str, bool]:
    """The text with a line for each block and each break, and whether it has a picture that somebody must look at.

    A power that was raised is one still, and a formula of Canvas' editor is the LaTeX that was typed, displayed where it stands
    alone.  Raises ``Refused`` for what no editor writes.
    """
    page = _Page()
    at = 0
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            raise Refused("the text is no HTML that can be read")
        at = token.end()
        if token["text"]:
            page.write(token["text"])
        elif token["tag"]:
            page.meet(token["tag"].lower(), token["attributes"], bool(token["end"]))
    page.end_line()
    if page.hidden:
        raise Refused("the text is no HTML that can be read: it ends within a part of another kind")
    text = "\n".join(line.replace("\xa0", " ").rstrip() for line in page.lines).strip("\n")
    return f"{text}\n" if text.strip() else "", page.pictures


class _Page:
    """The lines of a page, as they are closed; hidden: the element that is not shown."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pictures = False
        self.hidden = ""
        self._depth = 0
        self._line: list[str] = []
        self._formula = ""
        self._preserved = 0

    def write(self, text: str) -> None:
        """Text as it stands between the tags."""
        if self.hidden:
            return
        first, *others = _text(text).split("\n") if self._preserved else [_text(_SPACE.sub(" ", text))]
        self._line.append(first)
        for line in others:
            self.end_line(always=True)
            self._line.append(line)

    def meet(self, tag: str, attributes: str, end: bool) -> None:
        """A tag that begins something or ends it."""
        if self.hidden:
            self._depth += 0 if tag != self.hidden else -1 if end else 1
            self.hidden = self.hidden if self._depth else ""
            return
        if tag == "br":
            self.end_line(always=True)
        elif tag in _BLOCKS:
            self.end_line()
            self._preserved = max(0, self._preserved + (0 if tag != "pre" else -1 if end else 1))
        elif tag in _RAISED:
            self._line.append("}" if end else _RAISED[tag])
        elif tag in _PICTURES and not end:
            self._picture(tag, _FORMULA.search(attributes), attributes.endswith("/"))
        if tag in _UNSEEN and not end:
            self._hide(tag)

    def _picture(self, tag: str, formula: re.Match[str] | None, closed: bool) -> None:
        latex = " ".join(_text(formula[1] or formula[2] or "").split()) if formula else ""
        if latex and "$" not in latex:
            self._formula = f"${latex}$"
            self._line.append(self._formula)
            return
        self.pictures = True
        if not closed and tag not in _EMPTY:
            self._hide(tag)

    def _hide(self, tag: str) -> None:
        self.hidden, self._depth = tag, 1

    def end_line(self, always: bool = False) -> None:
        """Close the line, if there is anything on it."""
        line = "".join(self._line)
        line = line if self._preserved else line.strip(" ")
        if self._formula and line == self._formula:
            line = f"${line}$"
        if line.strip() or always:
            self.lines.append(line)
        self._line, self._formula = [], ""


def _text(html: str) -> str:
    try:
        return unescape(html)
    except ValueError:  # a character with a number of thousands of digits
        raise Refused("the text is no HTML that can be read") from None
