"""The frame of a page that needs nothing else: no script, no network, no file; a policy in it forbids them all."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from derivcheck.reports.markup import html

STYLE = Path(__file__).with_name("page.css")
"""The style sheet of every page, which stands in it."""

_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<a class="skip" href="#{}">{}</a>
<header>
<p class="name">{}</p>
<h1>{}</h1>
<p>{}</p>
</header>
<main>
"""


def head(
    title: str, heading: str, said: str, skip: tuple[str, str], name: str = "derivcheck", also: Path | None = None
) -> Markup:
    """The beginning of a page, up to its main part.

    name, heading, said: what stands above it; skip: the anchor that the keyboard may go to at once, and what it is called;
    also: a style sheet behind the one of every page.
    """
    style = Markup("".join(sheet.read_text(encoding="utf-8") for sheet in (STYLE, also) if sheet))
    return html(_HEAD, policy(style), title, style, *skip, name, heading, said)


def foot(said: str) -> Markup:
    """The end of a page, from the end of its main part."""
    return html("</main>\n<footer><p>{}</p></footer>\n</body>\n</html>\n", said)


def policy(style: str) -> str:
    """What the page may load and do: use this style sheet, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
