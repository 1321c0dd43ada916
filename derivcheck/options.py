"""The commands and their options: what they are called, what their values may be, and what ``--help`` says of them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from derivcheck import __version__, schema
from derivcheck.reports.formats import FORMATS

if TYPE_CHECKING:
    from derivcheck.running.shards import Shard  # help does without

_DESCRIPTION = """Check mathematical derivations step by step, for all values and all sizes that they allow."""

_EXAMPLES = """\
first steps:
  derivcheck new first.yaml            write a small derivation with comments
  derivcheck run first.yaml            judge every step of it
  derivcheck check "(a+b)**2" "a**2 + 2*a*b + b**2" -s "a, b: real"

exit status:
  0  every step is as its author expects     1  a step is refuted, undecided or not as expected
  2  usage, or an input that cannot be read  5  there is nothing to check
  101  internal error                        130  interrupted
"""

_RUN_EXAMPLES = """\
examples:
  derivcheck run derivations/                     every derivation in a folder
  derivcheck run notes.yaml::grad-vc              one derivation of a file
  derivcheck run . --output-format concise        one line per finding
  derivcheck run . --output json=report.json      the report for people, and JSON in a file
"""

_CHECK_EXAMPLES = """\
examples:
  derivcheck check "log(x**2)" "2*log(x)" -s "x: positive"
  derivcheck check "x" "<= x**2" -s "x: real" --assume "x >= 1"
  derivcheck check "diff(x.T @ A @ x, x)" "(A + A.T) @ x" -s "n: size" -s "x: vector(n)" -s "A: matrix(n, n)"
"""

_EXPLAIN_EXAMPLES = """\
examples:
  derivcheck explain notes.yaml::grad-vc          every step
  derivcheck explain notes.yaml::grad-vc:2        step 2 alone; the first line is step 0
"""


_MERGE_EXAMPLES = """\
examples:
  derivcheck run class/ --shard 3/20 --output json=3.json     on the third of twenty machines
  derivcheck merge *.json --output html=class.html            one report of all twenty
"""

_GRADE_EXAMPLES = """\
examples:
  derivcheck grade --demo demo                          a small class to try it on
  derivcheck grade --check demo/key.yaml                is the key right, and what do full marks look like?
  derivcheck grade demo/key.yaml demo/submissions --output graded
  derivcheck grade key.yaml moodle.zip --output graded --gradebook grades.csv
  derivcheck grade --review graded                      what a person must decide, one after the other

Interrupted at any moment, the same command goes on from there.  How a key is written and how it is marked: docs/grading.md.
"""

_CONVERT_EXAMPLES = """\
examples:
  derivcheck convert notes.yaml --to latex               the file with its steps in LaTeX, on standard output
  derivcheck convert notes.yaml --to latex -o tex.yaml   the same, into another file
  derivcheck convert tex.yaml --to plain --in-place      back again, in the file itself

Only the steps and the syntax keys change; declarations, comments and everything else stay as they are.  What is written
is read again first: a derivation with a step that cannot be read, or that would not be the same in the other syntax,
stays in its own syntax, a line on standard error says which step and why, and the exit status is 2.
"""


_UNITS = {"M": 1 << 20, "G": 1 << 30}
_LEAST_MEMORY = 64 << 20


def _jobs(text: str) -> int:
    return 0 if text == "0" else _natural(text)


def _natural(text: str) -> int:
    if not text.isdecimal() or len(text) > 18 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return value


def _bytes(text: str) -> int:
    """A size such as ``512M`` or ``1G``; a plain number is one of megabytes."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in _UNITS else (text, "M")
    try:
        size = int(float(number) * _UNITS[unit])
    except (ValueError, OverflowError):
        size = 0
    if size < _LEAST_MEMORY:
        raise argparse.ArgumentTypeError(f"{text} is not a size from {_LEAST_MEMORY >> 20}M such as 512M or 1G")
    return size


def _shard(text: str) -> Shard:
    from derivcheck.running.shards import Shard

    try:
        return Shard.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _address(text: str) -> str:
    if "://" not in text and text != "local":
        hint = "for a cluster of this machine write --dask behind the paths, or --dask=local"
        raise argparse.ArgumentTypeError(f"{text} is no address such as tcp://host:8786; {hint}")
    return text


def _format(text: str) -> str:
    if text not in FORMATS:
        raise argparse.ArgumentTypeError(f"the format {text} is not available: write one of {', '.join(FORMATS)}")
    return text


def _output(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise argparse.ArgumentTypeError(f"{text} is not FORMAT=FILE, such as json=report.json")
    return _format(name), Path(path)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors show arguments so that they can only be read."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and stop."""
        from derivcheck.reports.wording import printable  # only a mistake needs it

        super().error(printable(message))


class _Completion(argparse.Action):
    """Print a completion script for a shell and stop."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: object, values: object, option: str | None = None) -> None:
        from derivcheck import completion

        print(completion.script(parser, str(values)))
        parser.exit()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _judging_options(parser: argparse.ArgumentParser, strict: bool = True) -> None:
    group = parser.add_argument_group("judging")
    group.add_argument("--timeout", type=_seconds, default=10.0, metavar="SECONDS", help="most time for a step (default 10)")
    memory = "most memory of a process that judges (default 1G)"
    group.add_argument("--memory", type=_bytes, default=1 << 30, metavar="SIZE", help=memory)
    group.add_argument("--samples", type=_natural, default=32, metavar="N", help="random instances for a step (default 32)")
    group.add_argument("--seed", type=int, default=0, metavar="N", help="what the random instances begin from (default 0)")
    if strict:
        only = "steps that are only checked, and lost domains, fail too"
        group.add_argument("--strict", action=argparse.BooleanOptionalAction, default=False, help=only)


def _common_options(parser: argparse.ArgumentParser) -> None:
    color = "colour in the report (default auto: on a terminal; NO_COLOR and FORCE_COLOR are heeded)"
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=color)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an internal error")


def _add_run(commands: Any) -> None:
    parser = _command(commands, "run", "judge every step of the derivations in files and folders", _RUN_EXAMPLES)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, FILE::name for one derivation, or a folder")
    _reporting_options(parser)
    _judging_options(parser)
    _working_options(parser)
    shard = "judge only every N-th file, from the I-th; the JSON reports of all shares make one by `derivcheck merge`"
    parser.add_argument("--shard", type=_shard, metavar="I/N", help=shard)
    dask = "let a Dask cluster judge: the address of its scheduler, or nothing for a cluster of this machine"
    parser.add_argument("--dask", type=_address, nargs="?", const="local", metavar="ADDRESS", help=dask)
    watch = "stay, and judge again what changes; Ctrl-C ends it"
    parser.add_argument("--watch", action="store_true", help=watch)
    others = "pass over named files that hold no derivations, and do not mind if none is left"
    parser.add_argument("--skip-others", action="store_true", help=others)
    parser.add_argument("--allow-python", action="store_true", help="run .py files that use the Python interface; they are code")
    _common_options(parser)


def _reporting_options(parser: argparse.ArgumentParser) -> None:
    formats = f"how to report on standard output: {', '.join(FORMATS)} (default text)"
    parser.add_argument("--output-format", type=_format, default="text", metavar="FORMAT", help=formats)
    more = "write a further report to a file; may be given several times"
    parser.add_argument("--output", type=_output, action="append", default=[], metavar="FORMAT=FILE", help=more)
    quiet = "show only what is not as expected"
    parser.add_argument("--quiet", action=argparse.BooleanOptionalAction, default=False, help=quiet)


def _add_merge(commands: Any) -> None:
    parser = _command(commands, "merge", "make one report of JSON reports", _MERGE_EXAMPLES)
    parser.add_argument("reports", nargs="+", metavar="FILE", type=Path, help="a report that --output json=FILE wrote")
    _reporting_options(parser)
    _common_options(parser)


def _add_check(commands: Any) -> None:
    parser = _command(commands, "check", "judge one step from the shell", _CHECK_EXAMPLES)
    parser.add_argument("left", help="the step's left side")
    parser.add_argument("right", help="its right side, with a relation in front unless it is =")
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("-s", "--symbols", **several, metavar="NAMES: TYPE", help='declarations, such as "x: real"')
    defining = 'a definition of a declared name, such as "f(x): x**2" beside -s "f: function(real) -> real"'
    parser.add_argument("--define", **several, metavar="LEFT: RIGHT", help=defining)
    parser.add_argument("--assume", **several, metavar="FACT", help='a fact, such as "x > 0"')
    layouts = ("mixed", "numerator", "denominator")
    parser.add_argument("--layout", choices=layouts, default="mixed", help="of derivatives by arrays")
    parser.add_argument("--output-format", type=_format, default="text", metavar="FORMAT", help=", ".join(FORMATS))
    _judging_options(parser)
    _common_options(parser)


def _add_explain(commands: Any) -> None:
    parser = _command(commands, "explain", "show everything known about a step", _EXPLAIN_EXAMPLES)
    parser.add_argument("target", metavar="FILE::name[:STEP]", help="a derivation, or one of its steps")
    _judging_options(parser)
    _common_options(parser)


def _add_grade(commands: Any) -> None:
    parser = _command(commands, "grade", "grade what a class handed in by a key", _GRADE_EXAMPLES)
    paths = "the key, then files, folders and .zip archives of submissions"
    parser.add_argument("paths", nargs="*", type=Path, metavar="KEY SUBMISSIONS", help=paths)
    parser.add_argument("--output", type=Path, metavar="DIR", help="where marks, feedback and the picture of the class go")
    other = parser.add_argument_group("instead of grading")
    other.add_argument("--check", type=Path, metavar="KEY", help="check a key and show what full marks look like")
    review = "go through what a person must decide; with SUBMISSIONS behind it, say where each lies"
    other.add_argument("--review", type=Path, metavar="DIR", help=review)
    other.add_argument("--demo", type=Path, metavar="DIR", help="write a key and a small class to try it on")
    group = parser.add_argument_group("grading")
    fresh = "forget what an earlier run has finished in DIR"
    group.add_argument("--fresh", action="store_true", help=fresh)
    group.add_argument("--overrides", type=Path, metavar="FILE", help="what a person decided (default DIR/overrides.yaml)")
    secret = "a file whose bytes make the ids of submissions of no use to those who know the names of the class"
    group.add_argument("--secret", type=Path, metavar="FILE", help=secret)
    platforms = parser.add_argument_group("platforms")
    book = "a gradebook that Canvas or Moodle exported: a copy of it with the points is written into DIR"
    platforms.add_argument("--gradebook", type=Path, metavar="FILE", help=book)
    platforms.add_argument("--column", metavar="NAME", help="the column of the gradebook to fill, if there are several")
    platforms.add_argument("--gradescope", type=Path, metavar="FILE", help="write results.json of a Gradescope autograder")
    platforms.add_argument("--prairielearn", type=Path, metavar="FILE", help="write results.json of a PrairieLearn grader")
    platforms.add_argument("--nbgrader", type=Path, metavar="FILE", help="write the CSV of nbgrader")
    budget = "most time for everything; what is not judged by then is for a person (default 540 with --gradescope)"
    platforms.add_argument("--budget", type=_seconds, metavar="SECONDS", help=budget)
    _judging_options(parser, strict=False)
    _working_options(parser)
    _common_options(parser)


def _working_options(parser: argparse.ArgumentParser) -> None:
    jobs = "processes that judge (default: the cores that this process may use); 0: this process alone, without limits"
    parser.add_argument("--jobs", type=_jobs, default=_cores(), metavar="N", help=jobs)
    cache = "judge every step anew, and keep no result for the next run"
    parser.add_argument("--no-cache", action="store_true", help=cache)


def _add_convert(commands: Any) -> None:
    parser = _command(commands, "convert", "rewrite the steps of a file in the other syntax", _CONVERT_EXAMPLES)
    parser.add_argument("file", metavar="FILE", type=Path, help="a YAML file of derivations")
    parser.add_argument("--to", choices=("plain", "latex"), required=True, help="the syntax that the steps are written in")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("-o", "--output", type=Path, metavar="OUT", help="write to this file instead of standard output")
    place.add_argument("--in-place", action="store_true", help="replace the file itself")


def _add_schema(commands: Any) -> None:
    parser = _command(commands, "schema", "print the JSON Schema of derivation files, for editors, or of the report as JSON")
    parser.add_argument("name", nargs="?", choices=schema.NAMES, default="derivation", help="of what (default derivation)")


def _command(commands: Any, name: str, summary: str, examples: str = "") -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return made


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="derivcheck",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"derivcheck {__version__}")
    shells = ("bash", "zsh", "tcsh")
    parser.add_argument("--print-completion", action=_Completion, choices=shells, help="print a completion script for a shell")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_run(commands)
    _add_check(commands)
    _add_explain(commands)
    _add_merge(commands)
    _add_grade(commands)
    _add_convert(commands)
    _command(commands, "new", "write a commented derivation to start from").add_argument("file", metavar="FILE", type=Path)
    _add_schema(commands)
    cache = _command(commands, "cache", "show or clear the cache of results")
    cache.add_argument("action", choices=("info", "clear"), help="what to do with it")
    _command(commands, "doctor", "show versions, configuration and what may be missing")
    return parser
