"""The page for a browser: one file that loads and runs nothing, in which a stranger's text is only ever text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_checks import (
    ATTACKS,
    contrast,
    headings_are_in_order,
    needs_nothing_else,
    schemes,
    skeleton,
    text,
    text_of_style,
    the_policy_allows_its_one_style_sheet_only,
)
from test_text import WRONG, report, step

from derivcheck.diagnostic import Place
from derivcheck.reports import as_html, html_page
from derivcheck.reports.formulas import formula
from derivcheck.running.report import (
    DerivationReport,
    Diagnosis,
    Ending,
    FileReport,
    Finding,
    NamedCondition,
    StepReport,
    Witness,
)
from derivcheck.running.results import Report, Results
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

STYLE = html_page.STYLE.read_text(encoding="utf-8")

SHEET = r"""
title: A sheet
symbols: {"x, a": real, "V, d": size, "u": "vector(d)[V]", v: vector(d)}
derivations:
  right:
    steps: |
      (x + a)**2
      = x**2 + 2*a*x + a**2   # the binomial theorem
      = x*(x + a) + a*(x + a)
  wrong:
    steps: |
      (x + 1)**2
      = x**2 + 1
      = 1 + x**2
  unreadable:
    steps: |
      x + 1
      = x + y
      = $x + \frac12 + \sqrt{\frac14}$
  conditional:
    steps: |
      log(x**2)
      = 2*log(x)
  expected:
    steps: |
      sqrt(x**2)
      = x      #! wrong the sign is lost
      = abs(x)
  statements:
    steps: |
      2*x = 4
      => x = 3
  cases:
    steps:
      - abs(x)
    cases:
      - {when: x >= 0, steps: ["= x"]}
      - {when: x < 0, steps: ["= x"]}
  arrays:
    steps: |
      sum(exp(u[w].T @ v), w in 1..V)/norm(v)
      = sum(exp(v.T @ u[k]), k in 1..V)/norm(v)
  pieces:
    steps: |
      abs(x) + binomial(3, 2)
      = cases(x if x >= 0, -x otherwise) + 3
"""


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = tmp_path_factory.mktemp("sheet") / "sheet.yaml"
    path.write_text(SHEET, encoding="utf-8")
    found = run([str(path)], Settings())
    assert found.tally.unexpected
    return found


def page(found: Report) -> Element:
    """The page as a tree: it is well-formed also as XML, so that nothing depends on how a browser mends it."""
    return ElementTree.fromstring("".join(as_html.render(found)))


def steps(tree: Element) -> list[Element]:
    return [it for it in tree.iter("li") if "step" in it.get("class", "").split()]


# nothing is loaded, nothing runs

def test_the_page_has_no_element_that_loads_or_runs_anything(sheet: Report) -> None:
    needs_nothing_else(page(sheet))


def test_the_policy_allows_the_one_style_sheet_by_its_hash_and_forbids_the_rest(sheet: Report) -> None:
    the_policy_allows_its_one_style_sheet_only(page(sheet))


def test_the_style_sheet_loads_nothing_and_is_the_same_read_as_html_and_as_xml(sheet: Report) -> None:
    assert text_of_style(page(sheet)) == STYLE
    assert not re.search(r"url|@import|@font-face|<|&|\r", STYLE)


# a stranger's text

def strange(said: str) -> Report:
    """A report in which every text is the same one."""
    place = Place(3, 2, 3, 5)
    finding = Finding(said, said, place, f"x{said}", (said,))
    made = [
        StepReport(
            index, said, said, said, place, f"x{said}", verdict, said, False, mathml=said, previous=0, method=said,
            conditions=(NamedCondition(said, "domain"),), reason=said, by=said, remark=said, instances=3,
            counterexample=Witness({said: said}, {said: 1}, said, said, (), said), diagnosis=Diagnosis(said, said, said, said),
            notes=(said,), diagnostics=(finding,) if verdict == "invalid" else (), case=said, internal=said,
        )
        for index, verdict in enumerate([None, "proved", "refuted", "invalid", "undecided", "conflict", "checked"])
    ]
    derivation = DerivationReport(said, said, said, said, tuple(made), (Ending(2, 0, (1,), False, said, said, said),))
    return Report(said, 0, Results([FileReport(said, (finding,), (derivation,))]))


PLAIN = skeleton(page(strange("x")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_text_says_it_changes_nothing_but_text(attack: str) -> None:
    assert skeleton(page(strange(attack))) == PLAIN


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1).filter(lambda said: said.strip() and "x" not in said))
def test_every_text_becomes_text(said: str) -> None:
    assert skeleton(page(strange(said))) == PLAIN


def test_a_text_is_shown_as_it_was_written() -> None:
    shown = "".join(page(strange(ATTACKS[0])).itertext())
    assert shown.count(ATTACKS[0]) > 40


def test_what_cannot_be_seen_is_shown_as_an_escape() -> None:
    shown = "".join(as_html.render(strange("a\u202eb\x1b\x00")))
    assert r"a\u202eb\x1b\x00" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown)


def test_a_name_from_right_to_left_does_not_take_the_number_after_it_along() -> None:
    wrong = step(1, "refuted", "שלום + 1", counterexample=Witness({"שלום": "0"}, {}, "1", "0"))
    assert "<bdi>שלום</bdi> = 0</code>" in "".join(as_html.render(report(step(0, None), wrong)))


# formulas

@pytest.mark.parametrize("mathml", [
    "", "x", "<mi>x</mi>", "<math>", "<math><mi>x</mi></math><math/>", " <math><mi>x</mi></math>",
    "<math><script>alert(1)</script></math>", "<math><mi><img src='x'/></mi></math>", "<math><mi><mrow/></mi></math>",
    "<math><annotation-xml encoding='text/html'><p/></annotation-xml></math>", "<math><maction/></math>", "<math>x</math>",
    "<math><mtext><math/></mtext></math>", "<math><mglyph/></math>", "<math><ms>x</ms></math>", "<math><MI>x</MI></math>",
    "<?xml version='1.0'?><math/>", "<!DOCTYPE math [<!ENTITY a 'b'>]><math>&a;</math>", "<math><mi>&nbsp;</mi></math>",
    "<math><!DOCTYPE x [<!ENTITY a 'b'>]><mi>&a;</mi></math>", "<math><mi>\x00</mi></math>",
    "<m:math xmlns:m='http://www.w3.org/1998/Math/MathML'/>", "<mathx/>",
    f"<math>{'<mrow>' * 300}{'</mrow>' * 300}</math>", f"<math>{'<mi>x</mi>' * 20_000}</math>",
])
def test_what_is_not_a_formula_of_our_kind_is_not_shown(mathml: str) -> None:
    assert formula(mathml) is None
    found = page(report(step(0, None, mathml=mathml)))
    assert not list(found.iter("math"))
    assert "x + 1" in text(found.find(".//code"))


@pytest.mark.parametrize(("given", "kept"), [
    ('<math display="block" onclick="alert(1)"><mi href="x" style="a" class="b">x</mi></math>', "<mi>x</mi>"),
    ('<math><mspace width="0.167em"/><mspace width="999em"/></math>', '<mspace width="0.167em"></mspace><mspace></mspace>'),
    ('<math><mfrac linethickness="0"><mi>a</mi><mi>b</mi></mfrac></math>',
     '<mfrac linethickness="0"><mi>a</mi><mi>b</mi></mfrac>'),
    ("<math><!-- --><?x y?><mi><![CDATA[<b>]]>&amp;&#60;</mi></math>", "<mi>&lt;b&gt;&amp;&lt;</mi>"),
    ("<math><mtext>\u202ea\u2061</mtext></math>", "<mtext>\\u202ea\u2061</mtext>"),
    ("<math><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></math>",
     '<mrow><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>'),
    ("<math><mrow><mo>(</mo><mfrac><mi>x</mi><mi>y</mi></mfrac><mo>)</mo></mrow></math>",
     "<mrow><mo>(</mo><mfrac><mi>x</mi><mi>y</mi></mfrac><mo>)</mo></mrow>"),
])
def test_a_formula_is_written_anew_with_what_is_allowed(given: str, kept: str) -> None:
    assert formula(given) == f'<math displaystyle="true">{kept}</math>'


def test_half_a_character_is_no_formula() -> None:
    assert formula("<math><mi>\ud800</mi></math>") is None


def test_every_formula_of_our_own_is_drawn_whole(sheet: Report) -> None:
    given = [ElementTree.fromstring(it.mathml) for d in sheet.derivations() for it in d.steps if it.mathml]
    drawn = list(page(sheet).iter("math"))
    assert len(given) > 15
    assert [[(it.tag, it.text) for it in formula.iter()] for formula in drawn] == [
        [(it.tag, it.text) for it in formula.iter()] for formula in given
    ]


def test_beside_a_formula_stand_the_reason_and_the_text_of_its_author(sheet: Report) -> None:
    second = steps(page(sheet))[1]
    assert [text(it) for it in second.iter("code")][:1] == ["x**2 + 2*a*x + a**2"]
    assert text(second.find(".//p")) == "the binomial theorem"
    assert text(second.find(".//span[@class='relation']")) == "="


# what is said

def test_a_wrong_step_stands_open_with_the_repair_and_an_instance() -> None:
    (found,) = steps(page(report(step(0, None), step(1, "proved", method="kernel"), WRONG)))[2:]
    assert found.get("class") == "step bad"
    assert text(found.find("span")) == "✗step 2: refuted, not as expected"
    details = found.find(".//details")
    assert details is not None and details.get("open")
    assert text(details.find("summary")) == "refuted: the sign of 1 is lost"
    assert [(text(it.find("dt")), text(it.find("dd"))) for it in details.findall("dl/div")] == [
        ("right would be", "x + 1"),
        ("at", "V = 2, x = 1/2"),
        ("there", "left is 3/2, right is -1/2 in entry [1, 2]"),
        ("recovers", "step 2 silently corrects step 1: it agrees with the first line, and the error goes no further"),
        ("place", "line 12, column 7, sign"),
    ]


def test_a_step_as_expected_folds_what_is_known_and_says_what_it_needs() -> None:
    condition = NamedCondition("x > 0", "domain")
    (found,) = steps(page(report(step(1, "proved", method="kernel", conditions=(condition,), notes=("mind",)))))
    details = found.find(".//details")
    assert details is not None and not details.get("open")
    assert text(details.find("summary")) == "proved: it needs x > 0 (loses part of the domain)"
    assert [text(it) for it in details.iter("dt")] == ["needs", "note", "method", "place"]


@pytest.mark.parametrize(("verdict", "expect", "style", "said"), [
    ("proved", "right", "good", "✓step 1: proved"), ("checked", "right", "warn", "~step 1: checked"),
    ("refuted", "wrong", "noted", "✗step 1: refuted"), ("undecided", "open", "warn", "?step 1: undecided"),
    ("invalid", "invalid", "noted", "!step 1: invalid"),
])
def test_a_verdict_is_a_sign_and_a_word_and_not_a_colour_alone(verdict: str, expect: str, style: str, said: str) -> None:
    (found,) = steps(page(report(step(1, verdict, expect=expect, as_expected=True))))
    assert found.get("class") == f"step {style}"
    assert text(found.find("span")) == said
    assert text(found.find(".//summary")).startswith(verdict if expect == "right" else f"{verdict}, as expected")


def test_where_a_line_cannot_be_read_its_text_stands_with_the_place_marked(sheet: Report) -> None:
    (found,) = [it for it in steps(page(sheet)) if "x + y" in text(it.find("div/div"))]
    assert not list(found.iter("math"))
    assert text(found.find(".//mark")) == "y"


def test_statements_cases_and_endings_are_told(sheet: Report) -> None:
    tree = page(sheet)
    assert "⇒" in [text(it) for it in tree.findall(".//span[@class='relation']")]
    assert [text(it) for it in tree.findall(".//p[@class='case']")] == ["when x >= 0", "when x < 0"]
    endings = [text(it) for it in tree.iter("p") if it.get("class", "").startswith("ending")]
    assert endings and "the error of step 1 stays" in endings[0] and "The result should be" in endings[0]


def test_a_note_is_said_once_in_a_derivation() -> None:
    found = page(report(*(step(index, "proved", notes=("the same",)) for index in (1, 2, 3))))
    assert "".join(found.itertext()).count("the same") == 1


# finding one's way

def parents(tree: Element) -> dict[Element, Element]:
    return {child: parent for parent in tree.iter() for child in parent}


def open_to(element: Element, above: dict[Element, Element]) -> Iterator[bool]:
    while element in above:
        element = above[element]
        if element.tag == "details":
            yield element.get("open") is not None


@pytest.mark.parametrize("steps_as_expected", [1, 100])
def test_all_that_is_not_as_expected_is_linked_from_the_top_and_stands_open(steps_as_expected: int) -> None:
    finding = Finding("yaml", "it is not", Place(1, 1, 1, 2), "x: {")
    good = [step(index, "proved") for index in range(1, steps_as_expected + 1)]
    tree = page(report(step(0, None), *good, WRONG, step(3, "undecided"), findings=(finding,)))
    above, ids = parents(tree), {it.get("id"): it for it in tree.iter() if it.get("id")}
    targets = [ids[(it.get("href") or "")[1:]] for it in tree.findall(".//nav//a")]
    assert [it.get("class") for it in targets] == ["finding bad", "step bad", "step warn"]
    assert all(all(open_to(it, above)) for it in targets)
    assert len([it for it in tree.iter() if it.get("id")]) == len(ids)


def test_files_and_derivations_as_expected_are_folded_in_a_long_report() -> None:
    good = DerivationReport("good", None, None, None, tuple(step(index, "proved") for index in range(1, 60)))
    bad = DerivationReport("bad", None, None, None, (step(0, None), step(1, "refuted")))
    files = [FileReport("a.yaml", (), (good,)), FileReport("b.yaml", (), (good, bad))]
    tree = page(Report("0.1.0", 0, Results(files)))
    folds = [it for it in tree.iter("details") if it.get("class") in {"file", "derivation"}]
    assert [(text(it.find("summary/*")), it.get("open")) for it in folds] == [
        ("a.yaml", None), ("good", "open"), ("b.yaml", "open"), ("good", None), ("bad", "open"),
    ]


def test_headings_landmarks_language_and_title_are_there(sheet: Report) -> None:
    tree = page(sheet)
    headings_are_in_order(tree)
    assert [len(list(tree.iter(tag))) for tag in ("header", "main", "footer", "nav")] == [1, 1, 1, 1]
    assert tree.get("lang") == "en"
    assert text(tree.find("head/title")) == f"{text(tree.find('.//h1'))} - derivcheck"
    body = tree.find("body")
    assert body is not None and body[0].get("href") == "#derivations"
    assert tree.find(".//*[@id='derivations']") is not None


def test_the_heading_says_what_came_out(sheet: Report) -> None:
    assert text(page(sheet).find(".//h1")) == f"{sheet.tally.unexpected} of {sheet.tally.steps} steps not as expected"
    assert text(page(report(step(1, "proved"))).find(".//h1")) == "1 step, all as expected"
    assert text(page(Report("0.1.0", 0, Results([]))).find(".//h1")) == "Nothing to check"
    stopped = report(step(1, "proved"))
    stopped.files.interrupted = True
    assert text(page(stopped).find(".//p[@class='notice']")).startswith("The run was interrupted")


def test_the_page_comes_file_by_file() -> None:
    def longest(count: int) -> int:
        derivation = DerivationReport("d", None, None, None, tuple(step(index, "refuted") for index in range(1, 13)))
        files = [FileReport(f"{index}.yaml", (), (derivation,)) for index in range(100, 100 + count)]
        return max(map(len, as_html.render(Report("0.1.0", 0, Results(files)))))
    assert longest(100) < longest(1) + 200


# colours

def test_every_text_can_be_read_on_every_ground_in_both_schemes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    for colours in schemes(STYLE):
        for text_colour in ("ink", "dim", "link", "good", "warn", "bad"):
            for ground in ("ground", "paper", "good-ground", "warn-ground", "bad-ground"):
                assert contrast(colours[text_colour], colours[ground]) >= 4.5, (text_colour, ground)


def test_the_style_sheet_names_no_other_colour_than_those() -> None:
    used = re.findall(r"(?<![a-z-])(?:color|background): ([^;]+);", re.sub(r":root \{.*?\}", "", STYLE, flags=re.S))
    assert {it for it in used if "gradient" not in it} <= {
        *(f"var(--{name})" for name in schemes(STYLE)[0]), "inherit", "none",
    }
