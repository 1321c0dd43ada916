"""JUnit XML: a test for each step, by names that nobody else has, in the schema that Jenkins validates against."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty_texts import FINDING, NASTY, SAMPLE, SURROGATES, WRONG, Held, file, holding, report, step

from derivcheck.reports import as_junit
from derivcheck.reports.wording import printable
from derivcheck.running.report import DerivationReport, FileReport
from derivcheck.running.results import Report

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")


def parsed(found: Report) -> ElementTree.Element:
    """The document, held against the schema, and its totals against what it holds."""
    text = "".join(as_junit.render(found))
    SCHEMA.validate(text)
    root = ElementTree.fromstring(text.encode())
    for element in (root, *root.findall("testsuite")):
        cases = element.findall(".//testcase")
        counts = {kind: sum(case.find(child) is not None for case in cases) for kind, child in KINDS.items()}
        assert int(element.attrib["tests"]) == len(cases)
        assert {kind: int(element.attrib[kind]) for kind in counts} == counts
    return root


KINDS = {"failures": "failure", "errors": "error"}


def outcomes(found: Report) -> dict[str, str]:
    return {case.attrib["name"]: case[0].tag for case in parsed(found).iter("testcase")}


def test_each_step_is_a_test_and_each_diagnostic_one_of_its_own() -> None:
    assert outcomes(SAMPLE) == {
        "unknown-key at 2:1": "error",
        "no-step at 3:1": "skipped",
        "step 1: = x + 1": "system-out",
        "step 2: = x - 1": "failure",
        "step 3: = x + 1": "failure",
        "step 4: = x + 1": "error",
        "step 5: = x + 1": "error",
        "step 6: = x + 1": "system-out",
        "step 7: = x + 1": "failure",
        "step 8: = x + 1": "system-out",
    }


def test_a_test_says_all_that_is_known() -> None:
    (failure,) = (case[0] for case in parsed(SAMPLE).iter("testcase") if case.attrib["name"] == "step 2: = x - 1")
    assert failure.attrib == {"type": "derivcheck.sign", "message": "the sign of 1 is lost"}
    assert failure.text is not None
    assert failure.text.strip().splitlines() == [
        "at folder/file.yaml:12:7",
        "  = x - 1   # why",
        "meaning: false: there is a counterexample in the declared domain, or the shapes differ",
        "from: step 1: x + 1",
        "relation: =",
        "reads as: x - 1",
        "because: because",
        "reason: they differ",
        "at: V = 2, x = 1/2",
        "there: left is 3/2, right is -1/2 in entry [1, 2]",
        "  near 0",
        "diagnosis: sign: the sign of 1 is lost",
        "right: x + 1",
        "holds if: x > 0",
        "note: a note",
        "expected: right; not as expected: the sign of 1 is lost",
        "time: 12.3 ms",
    ]


def test_times_are_seconds() -> None:
    case = next(case for case in parsed(SAMPLE).iter("testcase") if case.attrib["name"] == "step 2: = x - 1")
    assert case.attrib["time"] == "0.012"
    assert [suite.attrib["time"] for suite in parsed(SAMPLE)] == ["0.012"]


def test_no_two_tests_have_one_name() -> None:
    steps = (step(0, None), replace(WRONG, previous=0), WRONG, step(2, "proved", "x - 1"))
    twice = DerivationReport("a.b", None, None, None, steps)
    found = FileReport("f.yaml", (FINDING, FINDING), (twice, twice, replace(twice, name="a_b"), replace(twice, name="a_b (2)")))
    root = parsed(report(found, found, replace(found, path="./f.yaml"), file(*twice.steps[:2], path="f", name="yaml.a_b")))
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(names) == len(set(names)) == 43
    suites = [suite.attrib["name"] for suite in root]
    assert len(suites) == len(set(suites)) == 4


def test_jenkins_finds_the_file_as_package_and_the_derivation_as_class() -> None:
    (case,) = parsed(report(file(step(0, None), WRONG, path="a.b/c.yaml", name="d.e"))).iter("testcase")
    assert case.attrib["classname"].rpartition(".")[::2] == ("a.b/c.yaml", "d_e")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_breaks_the_document_or_is_lost(text: str) -> None:
    root = parsed(report(holding(text)))
    assert [case[0].tag for case in root.iter("testcase")] == ["error", "failure", "error"]
    failure = root.findall(".//failure")[0]
    assert (failure.text is not None and f"right: {printable(text)}\n" in failure.text) or not text
    assert all(c.isprintable() or c == "\n" for element in root.iter() for c in element.text or "")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_breaks_the_document(text: str) -> None:
    assert len(list(parsed(report(holding(text, text or "x"))).iter("testcase"))) == 3


def test_names_of_files_that_are_no_text_are_shown_as_escapes() -> None:
    found = Report("0.1.0", 0, Held([holding(SURROGATES, SURROGATES)]))
    (suite,) = parsed(found)
    assert suite.attrib["file"] == "a\\ud800b\\udcffc"


def test_types_begin_with_our_name_for_gitlab_refuses_some_words() -> None:
    (error, *_) = parsed(report(holding("x"))).iter("error")
    assert error.attrib["type"] == "derivcheck.yaml"


def test_an_empty_run_is_a_document() -> None:
    assert list(parsed(report())) == []
