"""The picture of a class says what is to be known of it, the same in any order, and what students wrote is only ever text."""

from __future__ import annotations

import gc
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from made import FINDING, NOTE, RIGHT, SIGN, WRONG, answer, holding, mark, sample, square, submission, whole_class
from page_checks import ATTACKS, headings_are_in_order, needs_nothing_else, text, the_policy_allows_its_one_style_sheet_only

from derivcheck.grading.class_page import ClassPicture, class_page
from derivcheck.grading.marks import Answer, Graded, Mark
from derivcheck.grading.mistakes import Mistakes

TITLE = "Word vectors, sheet 3"


def page(graded: Sequence[Graded]) -> Element:
    return ElementTree.fromstring("".join(class_page(graded, TITLE)))


def table(tree: Element, name: str) -> list[list[str]]:
    """The rows of the table that is called so."""
    (found,) = (it for it in tree.iter("div") if it.get("aria-label") == f"table: {name}")
    return [[text(cell) for cell in row] for row in found.findall(".//tbody/tr")]


@pytest.fixture(scope="module")
def everybody() -> Element:
    return page([*whole_class(), sample()])


# numbers

def test_the_summary_counts_who_handed_in_what() -> None:
    marks = [(0, 0), (1, 2), (2, 2), (6, 4), (5.5, 4)]
    handed_in = [submission(f"s{at}", *RIGHT, marks=[mark("M1", a, 6), mark("A1", b)]) for at, (a, b) in enumerate(marks)]
    missing = Graded("m", (answer(None, [mark("M1", 0, 6), mark("A1", 0)]),))
    review = Graded("r", (answer(None, [mark("M1", 0, 6), mark("A1", 0)]),), (FINDING,))
    assert table(page([*handed_in, missing, review]), "Summary") == [
        ["submissions", "7", ""], ["graded", "5", "all points are decided"], ["review", "1", "a person must look at it"],
        ["missing", "1", "nothing was handed in that could be graded"],
        ["mean", "4.42", "of 10 points"], ["median", "3.50", "of 10 points"],
        ["quartiles", "0.75 to 8.12", "the middle half of the submissions"], ["lowest to highest", "0 to 10", "of 10 points"],
    ]


@pytest.mark.parametrize("points", [[], [7.0]])
def test_a_class_of_nobody_or_of_one_has_a_page(points: list[float]) -> None:
    tree = page([submission("s", *RIGHT, marks=[mark("M1", it, 10)]) for it in points])
    rows = {row[0]: row[1] for row in table(tree, "Summary")}
    assert rows["submissions"] == str(len(points))
    assert rows.get("quartiles") == ("7.00 to 7.00" if points else None)


@pytest.mark.parametrize(("worth", "earned", "rows"), [
    (4, [0, 0.5, 1, 4, 3.5], [["0–0.5", "1", "0"], ["0.5–1", "1", "0"], ["1–1.5", "1", "0"], ["3.5–4", "2", "0"]]),
    (10, [10, 9, 8.9, 11], [["8–9", "1", "0"], ["9–10", "3", "0"]]),
    (0.3, [0.1 + 0.2, 0.1], [["0.1–0.125", "1", "0"], ["0.275–0.3", "1", "0"]]),
    (25, [24.9, 20, 19.5], [["17.5–20", "1", "0"], ["20–22.5", "1", "0"], ["22.5–25", "1", "0"]]),
    (0, [0, 0], [["0–0", "2", "0"]]),
])
def test_a_mark_stands_in_the_bar_that_begins_with_it_and_full_marks_in_the_last(
    worth: float, earned: list[float], rows: list[list[str]]
) -> None:
    found = table(page([submission(f"s{at}", *RIGHT, marks=[mark("M1", it, worth)]) for at, it in enumerate(earned)]), "Marks")
    assert [row for row in found if row[1:] != ["0", "0"]] == rows


def test_of_each_item_it_is_told_how_many_per_cent_are_earned_and_open(everybody: Element) -> None:
    two = [submission("a", *RIGHT, marks=[mark("M1", 3, 6), mark("A1", 0, most=4)]),
           submission("b", *RIGHT, marks=[mark("M1", 6, 6), mark("A1", 2)])]
    assert table(page(two), "Points by item") == [["square/M1", "75.0 %", "0.0 %"], ["square/A1", "25.0 %", "50.0 %"]]
    assert [row[0] for row in table(everybody, "Points by item")][-3:] == ["grad-vc/M1", "grad-vc/A1", "last/M1"]


def test_what_fails_is_counted_by_submissions_with_the_line_most_of_them_wrote(everybody: Element) -> None:
    assert table(everybody, "Where steps fail") == [
        ["square", "split-function", "13", "= x**2 + a**2", "13"], ["square", "sign", "5", "= x**2 - 2*a*x + a**2", "5"],
        ["square", "unreadable", "5", "= x**2 + 2*a*x + y", "5"],
    ]


# the same mistake

def clusters(*graded: Graded) -> list[tuple[str, str, str, list[str]]]:
    found = Mistakes()
    for it in graded:
        found.add(it.id, it.answers[0])
    return [(it.code, it.example.id, it.example.line.text, sorted(it.ids)) for it in found.clusters()]


def test_the_same_mistake_of_several_is_told_once_the_most_frequent_first() -> None:
    assert clusters(submission("c", *SIGN), submission("b", *WRONG), submission("a", *WRONG), submission("d", *RIGHT)) == [
        ("split-function", "a", "x**2 + a**2", ["a", "b"]), ("sign", "c", "x**2 - 2*a*x + a**2", ["c"]),
    ]


def test_a_mistake_is_the_same_at_any_step_and_not_the_same_in_another_term() -> None:
    later = submission("b", "= (x + a)*(x + a)", "= (x + a)**2", "= x**2 - 2*a*x + a**2")
    other = submission("c", "= x**2 + 2*a*x - a**2")
    assert clusters(submission("a", *SIGN), later, other) == [
        ("sign", "a", "x**2 - 2*a*x + a**2", ["a", "b"]), ("sign", "c", "x**2 + 2*a*x - a**2", ["c"]),
    ]


def test_without_a_diagnosis_only_the_same_line_is_the_same_mistake() -> None:
    def unknown(id: str, line: str) -> Graded:
        report = square(f"= {line}")
        first, second = report.steps
        bare = replace(report, steps=(first, replace(second, diagnosis=None)))
        return Graded(id, (answer(bare, [mark("M1", 0)]),))

    assert [it[3] for it in clusters(unknown("a", "7"), unknown("b", "7"), unknown("c", "8"))] == [["a", "b"], ["c"]]


def test_an_example_shows_both_lines_the_diagnosis_and_whose_it_is(everybody: Element) -> None:
    first = next(it for it in everybody.iter("article"))
    assert text(first.find("h3")) == "square: split-function, 13 submissions"
    assert len(list(first.iter("math"))) == 2
    for said in ("(x + a)**2", "x**2 + a**2", "is not the sum or product of its values", "the line before is 4, this line is 2"):
        assert said in text(first)
    assert [it.get("href") for it in first.iter("a")][:3] == [
        f"submissions/{id}/feedback.html" for id in ("7f3a09c2", "id00", "id02")
    ]


# for a person

def test_what_a_person_must_look_at_is_listed_with_the_reason_and_a_link(everybody: Element) -> None:
    (listed,) = (it for it in everybody.iter("ul") if it.get("class") == "review")
    assert [text(it.find("a")) for it in listed] == ["7f3a09c2", "id08", "id13", "id18", "id23", "id29"]
    assert [text(it) for it in listed[0].findall("ul/li")] == [
        "line 7, column 3: undeclared-name: q is not declared", "grad-vc: for the grader: step 2 is unclear",
        "grad-vc/M1: 1 to 3 points: the reason of M1",
    ]
    assert "Nothing that could be graded id28" in text(everybody.find("body"))


# the page

def test_the_order_of_submissions_changes_no_byte() -> None:
    listed = [*whole_class(), sample()]
    first = "".join(class_page(listed, TITLE))
    for seed in range(3):
        random.Random(seed).shuffle(listed)
        assert "".join(class_page(listed, TITLE)) == first


def test_another_process_with_another_user_of_matplotlib_writes_the_same_bytes() -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import matplotlib; matplotlib.rcParams.update({'font.size': 30, 'axes.facecolor': 'red', 'text.usetex': True})\n"
        "from made import sample\nfrom derivcheck.grading.class_page import class_page\n"
        "sys.stdout.buffer.write(''.join(class_page([sample()], 't')).encode())"
    )
    paths = [it for it in sys.path if it]
    found = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, check=True)
    assert found.stdout.decode() == "".join(class_page([sample()], "t"))


def test_settings_of_matplotlib_in_the_working_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: 30\nnot a setting\n\xff\xfe")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\nfrom made import sample\n"
        "from derivcheck.grading.class_page import class_page\n"
        "sys.stdout.buffer.write(''.join(class_page([sample()], 't')).encode())"
    )
    paths = [str(Path(it).resolve()) for it in sys.path if it]
    found = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, check=True, cwd=tmp_path)
    assert found.stdout.decode() == "".join(class_page([sample()], "t"))
    assert not found.stderr


def test_matplotlib_is_imported_when_a_class_is_drawn_and_not_before() -> None:
    code = "import sys, derivcheck.grading.class_page; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SVG = frozenset({"svg", "desc", "path", "text", "article", "ul", "table", "thead", "tbody", "tr", "th", "td"})
DRAWN = frozenset({"viewBox", "d", "x", "y", "text-anchor", "scope"})


def test_the_page_needs_nothing_else_and_links_to_feedback_only(everybody: Element) -> None:
    needs_nothing_else(everybody, SVG, DRAWN, r"#summary|submissions/\w+/feedback\.html")
    the_policy_allows_its_one_style_sheet_only(everybody)
    headings_are_in_order(everybody)
    ids = [it.get("id") for it in everybody.iter() if it.get("id")]
    assert len(ids) == len(set(ids))
    named = [name for it in everybody.iter() for name in it.get("aria-labelledby", "").split()]
    assert set(named) <= set(ids)


def test_every_picture_has_a_text_its_bars_and_its_numbers_in_a_table(everybody: Element) -> None:
    pictures = list(everybody.iter("svg"))
    assert [(it.get("role"), text(it.find("title"))) for it in pictures] == [
        ("img", "Distribution of marks"), ("img", "Share of points by item"), ("img", "Where steps fail"),
    ]
    for it, rows in zip(pictures, ("Marks", "Points by item", "Where steps fail"), strict=True):
        assert text(it.find("desc"))
        bars = [path for path in it.iter("path") if path.get("class") == "first"]
        assert len(bars) == len(table(everybody, rows))
        assert next(it.iter("path")).get("class") == "grid"


def test_a_label_that_is_too_long_keeps_both_its_ends() -> None:
    marks = [mark(f"M{at}", 1, question="exercise-with-a-very-long-name-indeed") for at in (1, 2)]
    drawn = list(page([submission("s", *RIGHT, marks=marks)]).iter("svg"))[1]
    labels = [text(it) for it in drawn.iter("text")]
    assert [it for it in labels if "…" in it] == ["exercise-with-a-v…ng-name-indeed/M1", "exercise-with-a-v…ng-name-indeed/M2"]


def test_the_bars_are_as_long_as_the_numbers(everybody: Element) -> None:
    bars = [it.get("d", "") for it in list(everybody.iter("svg"))[2].iter("path") if it.get("class") == "first"]
    ends = [[float(x) for x in re.findall(r"[ML] ([\d.]+)", it)] for it in bars]
    widths = [max(it) - min(it) for it in ends]
    assert [round(it / widths[0], 2) for it in widths] == [1, round(5 / 13, 2), round(5 / 13, 2)]


def tags(tree: Element) -> list[str]:
    """The elements of a page in their order; how many marks and bars a picture has depends on its numbers and labels."""
    return [it.tag for it in tree.iter() if it.tag not in {"bdi", "path", "text"}]


@pytest.mark.parametrize("attack", [*ATTACKS, "$x$", "$\\input{/etc/passwd}$", "日本語"])
def test_whatever_a_text_says_it_changes_nothing_but_text(attack: str) -> None:
    found = page([holding(attack)])
    needs_nothing_else(found, SVG, DRAWN, r"#summary|submissions/s/feedback\.html")
    assert tags(found) == tags(page([holding("x")]))


def test_the_name_of_a_submission_leads_nowhere_else() -> None:
    links = [it.get("href") for it in page([holding("x", "../../a?b#c\"<")]).iter("a")]
    assert set(links) == {"#summary", "submissions/..%2F..%2Fa%3Fb%23c%22%3C/feedback.html"}


def test_reports_are_not_kept() -> None:
    picture = ClassPicture()
    for number in range(400):
        picture.add(submission(f"s{number:04}", *(SIGN if number % 2 else WRONG)))
    gc.collect()
    held = [it for it in gc.get_objects() if isinstance(it, Answer | Mark)]
    assert [len(it.ids) for it in picture.mistakes.clusters()] == [200, 200]
    assert len(held) < 40


def test_notes_for_graders_of_the_key_stay_with_the_key(everybody: Element) -> None:
    assert NOTE not in "".join(everybody.itertext())
