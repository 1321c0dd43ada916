"""What holds of every page for a browser: it loads and runs nothing, and a stranger's text is only ever text."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from xml.etree.ElementTree import Element

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "main", "footer", "section", "nav", "p", "h1", "h2", "h3",
    "ol", "li", "dl", "dt", "dd", "div", "span", "b", "bdi", "br", "code", "mark", "details", "summary",
}
FORMULAS = {
    "math", "mi", "mn", "mo", "mtext", "mrow", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover",
    "munderover", "mtable", "mtr", "mtd",
}
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "tabindex", "dir", "open", "aria-hidden",
    "aria-label", "aria-labelledby", "displaystyle", "stretchy", "accent", "linethickness", "width",
}


def needs_nothing_else(
    tree: Element, elements: frozenset[str] = frozenset(), attributes: frozenset[str] = frozenset(), links: str = "#.*"
) -> None:
    """No element loads or runs anything; elements, attributes: what else may stand in this page; links: where they may lead."""
    for element in tree.iter():
        assert element.tag in ELEMENTS | FORMULAS | elements
        assert set(element.attrib) <= ATTRIBUTES | attributes
        assert "href" not in element.attrib or re.fullmatch(links, element.attrib["href"])


def the_policy_allows_its_one_style_sheet_only(tree: Element) -> None:
    digest = base64.b64encode(hashlib.sha256(text_of_style(tree).encode()).digest()).decode()
    (policy,) = (it.get("content") for it in tree.iter("meta") if it.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def headings_are_in_order(tree: Element) -> None:
    levels = [int(it.tag[1]) for it in tree.iter() if re.fullmatch("h[1-6]", it.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def text(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def text_of_style(tree: Element) -> str:
    (style,) = tree.iter("style")
    return style.text or ""


ATTACKS = [
    "<script>alert(1)</script>", "</title></style><script>alert(1)</script>", "\" onclick=\"alert(1)", "' autofocus='",
    "--><img src=x onerror=alert(1)>", "]]>", "&lt;b&gt; &amp; &#x3c;b", "{} {0.__class__} {0!r} %s", "javascript:alert(1)",
    "\x00\x1b[31m\x07\x9b", "\u202eevil\u2066", "\ufffe", "a\r\nb\u2028c\x0b", "שלום = 0", "x" * 5000, "Z\u0300\u0301" * 200,
]


def skeleton(element: Element) -> object:
    """The page without its texts, and without what only sets letters apart or lets the keyboard reach a long formula."""
    kept = {key: value for key, value in element.attrib.items() if key not in {"tabindex", "role", "aria-label"}}
    return element.tag, kept, [skeleton(child) for child in element if child.tag != "bdi" or child.get("class")]


def schemes(style: str) -> list[dict[str, str]]:
    """The colours by name, light and dark."""
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    assert light.keys() == dark.keys()
    return [light, dark]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
