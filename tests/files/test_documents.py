"""Documents: headers, displays, chains of displays; places are those of the author's own file."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.files import chains, markdown, notebooks, tex
from derivcheck.files.document import Document, Expectation
from derivcheck.files.finding import Input, find
from derivcheck.files.load import load
from derivcheck.files.nodes import compose
from derivcheck.files.reading import read
from derivcheck.files.source import Source

HEADER = "<!-- derivcheck\nsymbols: {x: real}\n-->\n"
TEX = "% derivcheck:\n% symbols:\n%   x: real\n"


def written(tmp_path: Path, text: str, name: str = "notes.md") -> Document:
    path = tmp_path / name
    path.write_bytes(text.encode())
    document = load(Input(path, explicit=True))
    assert document is not None
    return document


def markdown_document(text: str) -> Document:
    source = Source("notes.md", text)
    return chains.read(source, markdown.blocks(source), "notes")


def steps(document: Document) -> dict[str, list[str]]:
    return {d.name: [" ".join(step.text.text.split()) for step in d.steps] for d in document.derivations}


def codes(document: Document) -> list[str]:
    return [diagnostic.code for diagnostic in document.diagnostics]


CHAINS = [
    # what follows the header, the derivations by name
    ("$$a = b$$\n", {"line-4": ["a", "= b"]}),
    ("$$\na\n= b\n$$\n", {"line-5": ["a", "= b"]}),
    ("\\[ a = b \\]\n", {"line-4": ["a", "= b"]}),
    ("\\begin{align*}\na &= b\\\\\n&= c\n\\end{align*}\n", {"line-5": ["a", "= b", "= c"]}),
    ("$$a = b$$\ntext\n$$= c$$\n", {"line-4": ["a", "= b", "= c"]}),
    ("$$a = b =$$\n$$c = d$$\n", {"line-4": ["a", "= b", "= c", "= d"]}),
    ("$$a = b =$$\n$$= c$$\n", {"line-4": ["a", "= b", "= c"]}),
    ("$$a$$\ntext\n$$= c$$\n", {"line-4": ["a", "= c"]}),
    ("$$a = b$$\n$$c = d$$\n", {"line-4": ["a", "= b"], "line-5": ["c", "= d"]}),
    ("$$= c = d$$\n", {"line-4": ["c", "= d"]}),
    ("$$a = b$$\n$$c$$ %\n", {"line-4": ["a", "= b"]}),
    ("$$a = b \\\\ c %! invalid\n\\\\ = d$$\n", {"line-4": ["a", "= b", "c", "= d"]}),
    ("$$a$$\ntext $x = 1$ and $$b$$\n", {}),
    ("$$x = 1 \\iff y = 2$$\n$$\\Rightarrow z = 3$$\n", {"line-4": ["x = 1", r"\iff y = 2", r"\Rightarrow z = 3"]}),
    ("$$a = b$$\n$$\\Rightarrow c = d$$\n", {"line-4": ["a = b", r"\Rightarrow c = d"]}),
    ("$$a = b \\tag{2}$$\n$$\\label{eq:c} c = d \\tag{3}$$\n", {"eq-2": ["a", "= b"], "eq:c": ["c", "= d"]}),
    ("$$a = b \\tag{2}$$\n\n$$c = d \\tag{2}$$\n", {"eq-2": ["a", "= b"], "eq-2-2": ["c", "= d"]}),
    ("$$a \\ne b$$\n$$\\Rightarrow c = d$$\n", {"line-4": [r"a \ne b", r"\Rightarrow c = d"]}),
    # formulas that fill a line
    ("$$a$$\n$= b$ (1)\n=\t$c$\t(2)\n---\t---\t---\n| = | $d$ | (3) |\n", {"eq-1": ["a", "= b", "= c", "= d"]}),
    ("and $a = b$\n$x$ $y$\n", {}),
    ("$a$ = $b$ % why\n", {"line-4": ["a", "= b"]}),
    ("- $a = b$ (1)\n", {"eq-1": ["a", "= b"]}),
    ("**$a$ = $b$**,\n", {"line-4": ["a", "= b"]}),
    ("$`a = b`$\n", {"line-4": ["a", "= b"]}),
    ("\\(a = b\\)\n", {"line-4": ["a", "= b"]}),
    ("$a$\n$= b$\n", {"line-4": ["a", "= b"]}),
    # columns, conclusions
    ("\\begin{align} a &= b & c &= d \\end{align}\n", {"line-4": ["a", "= b"], "line-4-2": ["c", "= d"]}),
    ("$$a = b = c \\Rightarrow d = e$$\n", {"line-4": ["a", "= b", "= c"], "line-4-2": ["a = c", r"\Rightarrow d = e"]}),
    ("$$a \\le b < c$$\n$$\\Rightarrow d = e$$\n",
     {"line-4": ["a", r"\le b", "< c"], "line-4-2": ["a < c", r"\Rightarrow d = e"]}),
    ("$$a < b > c$$\n$$\\Rightarrow d = e$$\n", {"line-4": ["a", "< b", "> c"], "line-5": ["d", "= e"]}),
    # other ways to write a display
    ("```math\na\n= b\n```\n", {"line-5": ["a", "= b"]}),
    ("> ``` math\n> a\n> = b\n> ```\n", {"line-5": ["a", "= b"]}),
    ("```{math}\n:label: one\na = b\n```\n", {"line-6": ["a", "= b"]}),
    ("\\begin{aligned} a &= b \\end{aligned}\n", {"line-4": ["a", "= b"]}),
    ("\\begin{IEEEeqnarray*}{rCl} a &=& b \\end{IEEEeqnarray*}\n", {"line-4": ["a", "= b"]}),
    ("\\begin{dmath}[label={c = d}] a = b \\end{dmath}\n", {"line-4": ["a", "= b"]}),
    ("\\begin{xalignat}{2} a &= b \\end{xalignat}\n", {"line-4": ["a", "= b"]}),
    # code, comments, quotations
    ("\\```a $$a = b$$\n", {"line-4": ["a", "= b"]}),
    ("    ```\n\n$$a = b$$\n", {"line-6": ["a", "= b"]}),
    ("- c\n  ```\n  $$c = c$$\nend\n\n$$a = b$$\n", {"line-9": ["a", "= b"]}),
    ("- c\n\n    ```\n    $$c = c$$\n    ```\n\n$$a = b$$\n", {"line-10": ["a", "= b"]}),
    ("> ```\n> $$c = c$$\n\n$$a = b$$\n", {"line-7": ["a", "= b"]}),
    ("- > $$a\n  > = b$$\n", {"line-4": ["a", "= b"]}),
    ("```{.derivcheck}\nsymbols: {x: real}\nsteps: |\n  x\n  = x\n```\n", {"notes": ["x", "= x"]}),
    ("```\n$$a = b$$\n```\n~~~~ python\n$$a = b$$\n~~~\n~~~~\n$$c = d$$\n", {"line-11": ["c", "= d"]}),
    ("`$$a = b$$` and ``\\[ a ` = b \\]``\n<!-- $$a = b$$ -->\n\\$$c = d$\n", {}),
    ("costs $5. $$a = b$$\n", {"line-4": ["a", "= b"]}),
    ("> $$\n> a = b\n> $$\n", {"line-5": ["a", "= b"]}),
    ("> $a = b$\n", {"line-4": ["a", "= b"]}),
    ("```derivcheck\nsymbols: {x: real}\nsteps: |\n  x\n  = x\n```\n", {"notes": ["x", "= x"]}),
]


@pytest.mark.parametrize(("text", "expected"), CHAINS, ids=[text for text, _ in CHAINS])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_displays_make_these_derivations(text: str, expected: dict[str, list[str]], line_end: str) -> None:
    assert steps(markdown_document((HEADER + text).replace("\n", line_end))) == expected


def test_nothing_before_the_first_header_is_judged() -> None:
    assert steps(markdown_document("$$a = b$$ $$ c\n\n" + HEADER + "$$c = d$$")) == {"line-6": ["c", "= d"]}


def test_a_later_header_adds_to_the_first_until_the_next() -> None:
    text = "<!-- derivcheck\ntitle: A\nsymbols: {x: real, y: real}\n-->\n$$a = b =$$\n"
    text += "<!-- derivcheck\nnote: B\nsymbols: {y: size, z: real}\n-->\n$$c = d$$\n"
    text += "<!-- derivcheck symbols: {w: real} -->\n$$e = f$$"
    document = markdown_document(text)
    shown = [{d.name.text: d.type.text for d in one.declarations.symbols} for one in document.derivations]
    assert shown == [{"x": "real", "y": "real"}, {"x": "real", "y": "size", "z": "real"}, {"x": "real", "y": "real", "w": "real"}]
    assert [(d.title, d.note, d.declarations.syntax) for d in document.derivations] == [
        ("A", None, "latex"), ("A", "B", "latex"), ("A", None, "latex"),
    ]
    assert [(d.code, d.place and (d.place.line, d.place.column)) for d in document.diagnostics] == [("syntax", (5, 9))]


def test_marks_and_reasons_and_notes() -> None:
    (found,) = markdown_document(HEADER + "$$a = b % why\n= c %! wrong the sign\n\\text{ as seen}$$").derivations
    assert [(step.by, step.expectation, step.notes) for step in found.steps] == [
        (None, Expectation(), ()),
        ("why", Expectation(), ()),
        (None, Expectation("wrong", "the sign"), ("as seen",)),
    ]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("$$a = b$$\n\n$$c$$\n", "missing-relation", 6, 3),
        ("$$a = b \\\\ c$$\n", "missing-relation", 4, 12),
        ("$$a = b =$$\n", "syntax", 4, 9),
        ("$$a = b\n\n$$c = d$$\n", "syntax", 4, 1),
        ("\\[ a = b\n", "syntax", 4, 1),
        ("\\begin{align} a = b $$\n", "syntax", 4, 1),
        ("<!-- \n$$a = b$$\n", "syntax", 4, 1),
        ("```derivcheck\nsteps: x\n", "syntax", 4, 1),
        ("```derivcheck\nsteps: x\nstep: x\n```\n", "unknown-key", 6, 1),
        ("$$a = b %! wrnog\n$$\n", "bad-expectation", 4, 9),
        ("$$a %! wrong\n= b$$\n", "bad-expectation", 4, 3),
        ("<!-- derivcheck\nsymbol: {x: real}\n-->\n$$a = b$$", "unknown-key", 5, 1),
        ("<!-- derivcheck\n- x\n-->\n$$a = b$$", "bad-value", 4, 16),
        ("<!-- derivcheck [ -->\n$$a = b$$", "yaml", 4, 19),
        ("text\n", "no-derivation", 1, 1),
        # what is not judged is told
        ("$$a = b$$\n\nthen\n\n$$(c = d)$$\n", "not-judged", 8, 3),
        ("$$a \\sim b$$\n", "not-judged", 4, 3),
        ("$$\\begin{cases} a = b \\\\ c = d \\end{cases}$$\n", "not-judged", 4, 3),
        ("\\begin{array}{l} a = b \\end{array}\n", "not-judged", 4, 1),
        ("\\begin{empheq}[left=a]{align} b &= c \\end{empheq}\n", "not-judged", 4, 1),
        ("$$\\text{where $a = b$}$$\n$$c {=} d$$\n", "not-judged", 5, 3),
        ("a\n\\\\[ a = b \\\\]\n", "not-judged", 5, 1),
        ("- $(a = b)$\n", "not-judged", 4, 3),
        ("- $a > 0$.\n", "not-judged", 4, 3),
        ("1. $a = b$\n", "not-judged", 4, 4),
        ("$$a + ( b = c$$\n", "syntax", 4, 7),
        ("$$a = b$$\n\nand\n\n$$+ c$$\n", "syntax", 8, 3),
        ("$$a = b$$\n\nand\n\n$$+ c = d$$\n", "syntax", 8, 3),
        ("$$a$$\n\n$$b$$\n\n$$= c$$\n", "missing-relation", 6, 3),
        ("$$a \\\\ b \\\\ = c$$\n", "missing-relation", 4, 8),
        ("$$a = b$$\n\n$$c =$$\n\n$$d$$\n", "missing-relation", 6, 3),
        ("$a$ | $b$ | (1) %! invalid\n", "missing-relation", 4, 8),
        ("and $a$\n\n$$= b = c$$\n", "missing-relation", 6, 3),
        ("$$a = b$$\n```\n$$c = d$$\n", "syntax", 5, 1),
        ("$$a = b$$\n\n%! wrong\n", "bad-expectation", 6, 1),
        ("<!-- derivchek\nsymbols: {y: real}\n-->\n$$a = b$$", "syntax", 4, 1),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, code: str, line: int, column: int) -> None:
    found = min(markdown_document(HEADER + text).diagnostics, key=lambda d: d.place or (0, 0, 0, 0))
    assert found.place is not None
    assert (found.code, found.place.line, found.place.column) == (code, line, column)


BEHIND = [
    ("$$a = b$$ %! wrong\n", ["wrong"]),
    ("$$a = b$$.\n%! wrong\n", ["wrong"]),
    ("\\[a = b\\]  % why %! wrong\n", ["wrong"]),
    ("\\begin{align}\na &= b\n\\end{align} %! wrong\n", ["wrong"]),
    ("> $$a = b$$\n> %! wrong\n", ["wrong"]),
    ("$a = b$\n%! wrong\n", ["wrong"]),
    ("```math\na = b\n```\n%! wrong\n", ["wrong"]),
    ("$$a = b$$ %! wrong $$c = d$$\n", ["wrong", "right"]),
]


@pytest.mark.parametrize(("text", "expected"), BEHIND, ids=[text for text, _ in BEHIND])
def test_a_mark_behind_a_display_is_one_of_its_last_step(text: str, expected: list[str]) -> None:
    document = markdown_document(HEADER + text)
    assert not document.diagnostics
    assert [derivation.steps[-1].expectation.kind for derivation in document.derivations] == expected


@pytest.mark.parametrize("begin", ["<!-- derivcheck", "> <!-- Derivcheck:", "- > <!-- DERIVCHECK"])
def test_a_header_may_stand_in_a_quotation(begin: str) -> None:
    sign = "  > " if begin[0] == "-" else "> " if begin[0] == ">" else ""
    document = markdown_document(f"{begin}\n{sign}symbols:\n{sign}  x: real\n{sign}-->\n\n$$a = b$$\n")
    assert not document.diagnostics
    (declared,) = document.derivations[0].declarations.symbols
    assert (declared.name.place().line, declared.name.place().column) == (3, len(sign) + 3)


def test_a_definition_is_noted() -> None:
    (found,) = markdown_document(HEADER + "$$a := b \\triangleq c = d$$").derivations
    assert [any("define:" in note for note in step.notes) for step in found.steps] == [False, True, True, False]


def test_an_equation_of_what_is_defined_stays_judged_before_a_link() -> None:
    text = "<!-- derivcheck\nsymbols: {a: real, b: real}\ndefine: {a: b}\n-->\n"
    text += "$$a = b$$\n$$\\Rightarrow b = a$$\n$$\\Rightarrow a = a$$"
    assert steps(markdown_document(text)) == {"line-5": ["a", "= b"], "line-6": ["b = a", r"\Rightarrow a = a"]}


def test_a_fault_in_a_header_is_one_of_its_derivations() -> None:
    document = markdown_document(HEADER + "$$a = b$$\n<!-- derivcheck\nsymbol: {}\n-->\n$$c = d$$")
    assert [d.fault is not None for d in document.derivations] == [False, True]


PARAGRAPHS = st.lists(
    st.sampled_from(
        ["$$a = b$$", "$$\nq_1 \\le\n  q_2 % why\n$$", "\\begin{align}\n q_3 &= q_4 \\\\ % é\n &= 𝔘\n\\end{align}",
         "text $x$ `$$`", "> $$q_5\n> = q_6$$", "\\[= q_7 \\tag{1}\\]", "$q_8$ | $= q_9$ | (4)", "$$q_0 =$$", "é 𝔘",
         "```\n$$x = y$$\n```"]
    ),
    max_size=8,
)


@given(PARAGRAPHS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["\n", "\n\n"]))
def test_every_step_is_the_document_at_its_place(paragraphs: list[str], line_end: str, between: str) -> None:
    text = (HEADER + between.join(paragraphs)).replace("\n", line_end)
    found = [step.text for derivation in markdown_document(text).derivations for step in derivation.steps]
    for piece in found:
        assert len(piece.offsets) == len(piece.text) + 1
        assert all(c == " " or c == text[o] for c, o in zip(piece.text, piece.offsets, strict=False))
    shown = "".join(piece.text for piece in found)
    for name in ("q_1", "q_2", "q_3", "q_4", "q_5", "q_6", "q_7", "q_8", "q_9"):
        assert shown.count(name) == text.count(name)


def test_tex_has_headers_in_comments_and_leaves_comments_and_verbatim_text_alone(tmp_path: Path) -> None:
    text = TEX + (
        "\\documentclass{article} \\newcommand{\\a}{$$a = a$$}\n\\begin{document}\nIt costs \\$5, $x$. % $$ a = b\n"
        "\\begin{equation}\\label{one}\n a = b % why\n %! wrong sign\n\\end{equation}\n"
        "\\begin{verbatim}\n$$c = c$$ %\n\\end{verbatim}\n\\verb|$$d = d$$|\n"
        "\\[ p % \\]\n= q \\]\n\\end{document}\n$$e = e$$\n"
    )
    document = written(tmp_path, text, "notes.tex")
    assert document.diagnostics == ()
    assert steps(document) == {"one": ["a", "= b"], "line-15": ["p", "= q"]}
    step = document.derivations[0].steps[1]
    assert (step.by, step.expectation) == ("why", Expectation("wrong", "sign"))
    (declared,) = document.derivations[0].declarations.symbols
    assert (declared.name.text, declared.name.place().line, declared.name.place().column) == ("x", 3, 5)


def test_tex_tells_what_it_does_not_read(tmp_path: Path) -> None:
    text = TEX + (
        "\\newcommand{\\be}{\\begin{equation}}\\newenvironment{eq}{\\begin{align}}{\\end{align}}\n\\begin{document}\n"
        "\\href{http://a/%20b}{c} \\[a = b\\] %! wrong\n\\iffalse $$c = d$$ \\fi \\lstinline|$|\n\\be c = d \\ee\n"
        "\\begin{eq} c = d \\end{eq}\n\n%! wrong\n\\end{document}\n"
    )
    document = written(tmp_path, text, "notes.tex")
    assert steps(document) == {"line-6": ["a", "= b"]}
    assert document.derivations[0].steps[1].expectation.kind == "wrong"
    found = [(it.code, it.place.line, it.place.column) for it in document.diagnostics if it.place]
    assert found == [("not-judged", 8, 1), ("not-judged", 9, 1), ("bad-expectation", 11, 1)]


def test_a_notebook_may_be_large_but_its_text_may_not(tmp_path: Path) -> None:
    image = {"cell_type": "code", "source": "", "outputs": ["x" * 2_000_000]}
    cells = [{"cell_type": "markdown", "source": HEADER + "$$a = b$$"}, image]
    assert steps(written(tmp_path, json.dumps({"cells": cells}), "notes.ipynb")) == {"line-1": ["a", "= b"]}
    cells[0] = {"cell_type": "markdown", "source": "x" * 1_000_001}
    assert codes(written(tmp_path, json.dumps({"cells": cells}), "notes.ipynb")) == ["too-large"]


def notebook(*cells: object, **options: object) -> str:
    made = [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells]
    code = {"cell_type": "code", "source": "$$n = n$$", "outputs": [{"data": {"x": 1.5e3, "y": None}}]}
    return json.dumps({"cells": [*made, code], "nbformat": 4}, indent=1, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_notebook_is_one_document_whose_places_are_those_of_its_json(tmp_path: Path, ascii_only: bool) -> None:
    cells = [HEADER, ["𝔘 \"é\"\t\n", "$$\\alpha\n", " = \\beta$$"], "$$= 𝔘 = \\gamma$$\n```", "$$c = d$$ %! wrong"]
    text = notebook(*cells, ensure_ascii=ascii_only)
    document = written(tmp_path, text, "notes.ipynb")
    assert document.diagnostics == ()
    first, second = document.derivations
    assert [step.text.text.strip() for step in first.steps] == [r"\alpha", r"= \beta", "= 𝔘", r"= \gamma"]
    assert [step.text.text.strip() for step in second.steps] == ["c", "= d"]
    lines = text.split("\n")
    words = [r"\\alpha", r"= \\beta", r"= \ud835\udd18" if ascii_only else "= 𝔘", r"= \\gamma"]
    for step, word in zip(first.steps, words, strict=True):
        place = step.text.place()
        assert lines[place.line - 1][place.column - 1 :].startswith(word)
        assert step.text.source.line(place.line) == lines[place.line - 1]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "unreadable-file", 1, 1),
        ("{", "unreadable-file", 1, 2),
        ('{"cells": [1,]}', "unreadable-file", 1, 14),
        ('{"cells": []} x', "unreadable-file", 1, 15),
        ('{"cells": []} 1', "unreadable-file", 1, 15),
        ('{"cells"\n: [}', "unreadable-file", 2, 4),
        ('{"cells": ["a\n"]}', "unreadable-file", 1, 12),
        ('{"cells": "\\x"}', "unreadable-file", 1, 11),
        ('{"worksheets": []}', "unreadable-file", 1, 1),
        ("[]", "unreadable-file", 1, 1),
        ("[" * 500, "too-large", 1, 101),
        ('{"cells": [1, null, {}, {"cell_type": 1}, {"cell_type": "markdown", "source": [1, {}]}]}', "no-derivation", 1, 1),
        ('{"cells": [{"cell_type": "markdown", "source": "<!-- derivcheck\\nx: [-->"}]}', "yaml", 1, 70),
    ],
)
def test_a_bad_notebook_is_named_at_its_place(tmp_path: Path, text: str, code: str, line: int, column: int) -> None:
    (found,) = written(tmp_path, text, "notes.ipynb").diagnostics
    assert found.place is not None
    assert (found.code, found.place.line, found.place.column) == (code, line, column)


def test_half_a_surrogate_pair_is_no_character(tmp_path: Path) -> None:
    text = '{"cells": [{"cell_type": "markdown", "source": "<!-- derivcheck\\nsymbols: {x: real} -->\\n$$\\ud800 = x$$"}]}'
    assert steps(written(tmp_path, text, "notes.ipynb")) == {"line-1": ["\ufffd", "= x"]}


def test_a_document_without_a_header_is_passed_over_in_a_folder_and_diagnosed_when_named(tmp_path: Path) -> None:
    texts = {"a.md": "$$a = b$$ derivcheck", "b.tex": "$$a = b$$", "c.ipynb": notebook("$$a = b$$"), "d.ipynb": "{"}
    for name, text in texts.items():
        document = written(tmp_path, text, name)
        assert codes(document) == ["unreadable-file" if name == "d.ipynb" else "no-derivation"]
    assert "derivcheck new" in written(tmp_path, "$$a = b$$").diagnostics[0].message
    assert [load(item) for item in find([str(tmp_path)])] == [None] * 5


def test_a_byte_order_mark_and_a_selected_name(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(b"\xef\xbb\xbf" + (HEADER + "$$a = b$$\n$$c = d \\tag{1}$$").encode())
    document = load(find([f"{tmp_path / 'notes.md'}::eq-1"])[0])
    assert document is not None
    assert steps(document) == {"eq-1": ["c", "= d"]}


HOSTILE = ["$", "$$", "$$ a", "\\[", "\\begin{align}", "<!--", "<!-- derivcheck", "```derivcheck\n", "`", "`` ` ", "\\",
           "$a = b$\n", "| ", "> ", "\\verb|", "\\begin{verbatim}", "%\n", "% derivcheck:\n", "$$a=b$$\n", "\n", "{", "\0",
           "```\n", "> ```\n", "- > ", "$$ %! ", "\\\\[", "\\iffalse", "\\href{", "\\lstinline[", "\\(", "```math\nx\n```\n"]


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("name", ["notes.md", "notes.tex"])
def test_hostile_documents_are_read_in_linear_time(tmp_path: Path, word: str, name: str) -> None:
    started = time.process_time()
    written(tmp_path, (HEADER if name == "notes.md" else TEX) + word * (300_000 // len(word)), name)
    assert time.process_time() - started < 20


MIXED = st.lists(
    st.sampled_from([*HOSTILE, HEADER, TEX, "\\]", "-->", "= ", "a ", "\\end{align}", "\\\\", "(1)", "%! wrong", "&", "\r"]),
    max_size=20,
)


@given(MIXED)
def test_any_mixture_is_a_document(words: list[str]) -> None:
    text = "".join(words)
    source = Source("notes", text)
    cells = Source("notes.ipynb", notebook(text))
    for document in (
        markdown_document(text),
        chains.read(source, tex.blocks(source), "notes"),
        chains.read(*notebooks.blocks(cells, 1_000_000), "notes"),
    ):
        assert document.derivations or document.diagnostics
        for diagnostic in document.diagnostics:
            assert document.source is not None
            assert diagnostic.place is not None
            document.source.line(diagnostic.place.line)


YAML = [
    # steps in LaTeX in YAML, and what is read
    ("steps: |\n  a = b \\\\ % one\n  = c \\\\ %! wrong two\n  = d\n", ["a", "= b", "= c", "= d"]),
    ("steps: |\n  x + 1 = 2 \\\\\n  x = 1\n", ["x + 1 = 2", "x = 1"]),
    ("steps: |\n  x + 1 = 2 \\\\\n  \\iff x = 1 \\\\\n", ["x + 1 = 2", r"\iff x = 1"]),
    ("steps: |\n  a \\\\ b \\\\ = c\n", ["a", "b", "= c"]),
    ("steps:\n  - x = 1\n  - $= x^2$\n  - {step: '= y % one', by: two}\n", ["x = 1", "= x^2", "= y"]),
]


@pytest.mark.parametrize(("text", "expected"), YAML, ids=[text for text, _ in YAML])
def test_latex_in_yaml(text: str, expected: list[str]) -> None:
    source = Source("test.yaml", "syntax: latex\n" + text)
    document = read(source, compose(source), "test")
    assert document.diagnostics == ()
    assert [" ".join(step.text.text.split()) for step in document.derivations[0].steps] == expected
    for step in document.derivations[0].steps:
        place = step.text.part(len(step.text.text) - 1, len(step.text.text)).place()
        assert source.line(place.line)[place.column - 1] in {step.text.text[-1], "$"}


def test_comments_of_latex_in_yaml() -> None:
    source = Source("test.yaml", "syntax: latex\n" + YAML[0][0])
    raw = read(source, compose(source), "test").derivations[0].steps
    assert [step.by for step in raw] == [None, "one", None, None]
    assert [step.expectation.kind for step in raw] == ["right", "right", "wrong", "right"]


def test_a_step_in_dollars_is_latex_whatever_the_default() -> None:
    source = Source("test.yaml", "steps: |\n  $\\frac{a}{b}$\n  = $c$   # why\n  $= d$ #! wrong\n  = e\n  = \\$ $x$ y\n")
    raw = read(source, compose(source), "test").derivations[0].steps
    assert [(" ".join(step.text.text.split()), step.syntax) for step in raw] == [
        (r"\frac{a}{b}", "latex"), ("= c", "latex"), ("= d", "latex"), ("= e", None), (r"= \$ $x$ y", None),
    ]
    assert (raw[1].by, raw[2].expectation.kind) == ("why", "wrong")
    assert (raw[1].text.part(3, 4).place().column, raw[1].text.place().line) == (6, 3)


def test_a_symbol_may_have_several_spellings() -> None:
    source = Source("test.yaml", "symbols: {v: {type: real, latex: [V_C, v_c]}, w: {type: real, latex: '\\omega'}}\nsteps: x\n")
    (derivation,) = read(source, compose(source), "test").derivations
    assert [[p.text for p in d.latex] for d in derivation.declarations.symbols] == [["V_C", "v_c"], [r"\omega"]]
