"""Reports made by hand, and texts that an author might write to break one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcheck.diagnostic import Place
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

NASTY = {
    "controls": "a\x00b\x01\x07\x08\x0b\x0c\x0e\x1b[31m\x7f\x85z",
    "newlines": "a\nb\rc\r\nd\u2028e\u2029f\x85g",
    "end of CDATA": "x ]]> y",
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror="alert(1)">',
    "comment": "--> <!-- <![CDATA[ <?php &amp; &lt; &#x3c;",
    "command": "::error file=a.py::evil",
    "output": "::set-output name=a::b",
    "stopped commands": "::stop-commands::pause\n::add-mask::x",
    "old command": "##[error]evil ##[add-matcher]m.json",
    "escapes of commands": "%0A::error::x %25 %3A %2C %0D",
    "a property": ",line=99,title=x::y",
    "table": "a | b || c \\| d",
    "one backtick": "a ` b",
    "backticks": "`` ``` ````` ```````````````",
    "a fence": "\n```\n<b>x</b>\n~~~",
    "mentions": "@everyone @org/team a@b.cc (@x)",
    "references": "#1 GH-12 octo/repo#7 deadbeefdeadbeef !3 &5 %4",
    "links": "[x](javascript:alert(1)) ![i](http://a.bb/c.png) <http://a.bb> http://a.bb www.a.bb [r]: /u",
    "Markdown": "# a *b* _c_ ~d~ - e 1. f > g \\ h $i$ :smile: ---",
    "HTML block": "</td></tr></table>\n\n</details>\n\n<b>x</b>",
    "directions": "a\u202eb\u2066c\u200fd\u200be\ufefff",
    "not characters": "\ufffe\uffff\U0001fffe\ue000",
    "astral": "\U0001d465 \U0001f600",
    "placeholders": "{0} {{1}} %s ${{ secrets.TOKEN }} $(id) `id`",
    "yaml": "yaml",
    "a formula for a spreadsheet": '=HYPERLINK("http://a.bb","x")',
    "long": "(" * 20_000,
    "empty": "",
    "blank": " \t ",
}
SURROGATES = "a\ud800b\udcffc"
"""No text that is read has these; the name of a file may."""


def step(index: int, verdict: str | None, text: str = "x + 1", **more: object) -> StepReport:
    relation = "=" if index else None
    excerpt = f"      {'= ' if index else ''}{text}   # why"
    place = Place(10 + index, 7, 10 + index, 7 + len(text) + (2 if index else 0))
    right = verdict in {None, "proved", "checked"}
    fields: dict[str, object] = {"expect": "right", "as_expected": right, "previous": index - 1 if index else None, **more}
    return StepReport(index, relation, text, text, place, excerpt, verdict, **fields)  # type: ignore[arg-type]


def file(
    *steps: StepReport, path: str = "folder/file.yaml", findings: tuple[Finding, ...] = (), name: str = "name"
) -> FileReport:
    return FileReport(path, findings, (DerivationReport(name, None, None, None, steps),) if steps else ())


def report(*files: FileReport) -> Report:
    return Report("0.1.0", 0, Results(files))


class Held(Results):
    """Files that are held as they are, for texts that cannot be kept as UTF-8."""

    def __init__(self, files: Iterable[FileReport]) -> None:
        super().__init__(())
        self._held = tuple(files)
        for file in self._held:
            self._tally.add(file)

    def __iter__(self) -> Iterator[FileReport]:
        return iter(self._held)


FINDING = Finding("unknown-key", "a file has no key x", Place(2, 1, 2, 2), "x: 1", ("write y",))
WARNING = Finding("no-step", "there is no step to judge", Place(3, 1, 3, 2), "x", (), "warning")
WRONG = step(
    2,
    "refuted",
    "x - 1",
    reason="they differ",
    counterexample=Witness({"x": "1/2"}, {"V": 2}, "3/2", "-1/2", (1, 2), "near 0"),
    diagnosis=Diagnosis("sign", "the sign of 1 is lost", "x + 1", "x > 0"),
    notes=("a note",),
    by="because",
    milliseconds=12.34,
)
SAMPLE = report(
    file(
        step(0, None),
        step(1, "proved", method="kernel", conditions=(NamedCondition("x > 0", "domain"), NamedCondition("x != 1", "point"))),
        WRONG,
        step(3, "undecided", reason="out of budget"),
        step(4, "invalid", diagnostics=(Finding("syntax", "it ends too early", Place(14, 9, 14, 10), "      = x +", ("so",)),)),
        step(5, "conflict", reason="they disagree"),
        step(6, "refuted", expect="wrong", as_expected=True, diagnosis=Diagnosis("sign", "the sign of 1 is lost")),
        step(7, "proved", expect="wrong", as_expected=False),
        step(8, "checked", instances=32),
        findings=(FINDING, WARNING),
    )
)
"""Every verdict and every kind of remark: of 8 steps 5 are not as expected, 1 loses part of the domain."""


def holding(text: str, path: str = "folder/file.yaml") -> FileReport:
    """A file in which every text that an author can choose is this one."""
    finding = Finding("yaml", text, Place(1, 1, 2, 1), text, (text,))
    wrong = step(
        1,
        "refuted",
        text,
        reason=text,
        case=text,
        by=text,
        remark=text,
        counterexample=Witness({text: text}, {}, text, text, (), text),
        diagnosis=Diagnosis("sign", text, text, text),
        conditions=(NamedCondition(text, "domain"),),
        notes=(text,),
        latex=text,
    )
    invalid = step(2, "invalid", text, reason=text, diagnostics=(finding, finding))
    ending = Ending(1, 0, (1,), False, text, text, text)
    derivation = DerivationReport(text, text, text, text, (step(0, None, text), wrong, invalid), (ending,))
    return FileReport(path, (finding,), (derivation,))
