"""Text typed into a form: what a student saw is what is read, whatever the editor made of it."""

from __future__ import annotations

import pytest

from derivcheck.grading.archives import Refused
from derivcheck.grading.online_text import as_markdown

READ = [
    ("<p>x</p><p>= y</p>", "x\n= y\n"),
    ("x<br>= y<br/>= z", "x\n= y\n= z\n"),
    ("<div dir='ltr'><p>$$\\frac{1}{2} &lt; x &amp; y$$</p></div>", "$$\\frac{1}{2} < x & y$$\n"),
    ("<p>a &lt;script&gt; b</p>", "a <script> b\n"),
    ("<p>x<sup>2</sup> + a<sub>i+1</sub></p>", "x^{2} + a_{i+1}\n"),
    ("<p>steps:<br>&nbsp;&nbsp;x\n  = y</p>", "steps:\n  x = y\n"),
    ("<pre>steps: |\n  x\n\n  = y</pre>", "steps: |\n  x\n\n  = y\n"),
    ("<p>1 < 2 and a<b>c</b></p>", "1 < 2 and ac\n"),
    ("<html><head><title>Anna: Task</title><style>p{}</style></head><body>x</body></html>", "x\n"),
    ('<p><img class="equation_image" data-equation-content="x &lt; \\frac{1}{2}" src="?"></p>', "$$x < \\frac{1}{2}$$\n"),
    ('<p>so <img data-equation-content="x" />.</p>', "so $x$.\n"),
    ("<p>&nbsp;</p><p><br></p>", ""),
    ("", ""),
    ("<!-- <p>no</p> --><script>'<p>no</p>'</script>yes", "yes\n"),
]


@pytest.mark.parametrize(("html", "markdown"), READ)
def test_what_was_typed_is_read(html: str, markdown: str) -> None:
    assert as_markdown(html) == (markdown, False)


@pytest.mark.parametrize(
    "html", ["<img src=x.png>", "<p>a<math><mi>x</mi></math></p>", "<svg><svg></svg></svg>b", "<object></object>"]
)
def test_what_only_a_person_can_look_at_is_told(html: str) -> None:
    text, pictures = as_markdown(html)
    assert pictures
    assert "x" not in text


def test_text_behind_a_nested_picture_is_not_lost() -> None:
    assert as_markdown("<svg>a<svg>b</svg>c</svg>d")[0] == "d\n"


@pytest.mark.parametrize(
    "html", ["<a ", "<p", "x<![CDATA[", "<title>all is hidden", "<script>x", "&#" + "1" * 5000 + ";", '<a b="']
)
def test_what_no_editor_writes_is_refused_and_not_taken_for_an_empty_text(html: str) -> None:
    with pytest.raises(Refused):
        as_markdown(html)


@pytest.mark.parametrize(
    "piece", ["<a ", "<a b='", "<!--", "<![", "<script>", "<style>a", "<svg>", "</", "<?", "&", "<sup>", "<pre>\n"]
)
def test_time_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    try:
        as_markdown(piece * (1_000_000 // len(piece)))  # a minute and more if it did
    except Refused:
        return
