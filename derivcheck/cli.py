"""The command line: from words to a command, and from whatever happens to an exit status.

What a command needs is imported when it runs, so help is quick.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from derivcheck.options import make_parser

_MODULES = {
    **dict.fromkeys(("run", "check", "explain", "merge"), "derivcheck.commands"),
    "grade": "derivcheck.grading_commands",
}
"""Where commands are, if not among those that judge nothing."""


def _with_configuration(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments, with the configuration file's values for the options that are not among them."""
    parsed = _parsed(parser, arguments)
    if parsed.command not in _MODULES:
        return parsed
    from derivcheck import configuration

    path = configuration.find(Path.cwd())
    options = configuration.read(path) if path else {}
    other = {"output"} if parsed.command == "grade" else set()  # there a folder, in the configuration reports
    known = {key: value for key, value in options.items() if key.replace("-", "_") in vars(parsed) and key not in other}
    before = [parsed.command, *(word for key, value in known.items() for word in _words(key, value))]
    place = list(arguments).index(parsed.command)
    try:
        return _parsed(parser, [*arguments[:place], *before, *arguments[place + 1 :]])
    except SystemExit:
        print(f"derivcheck: this value stands in {path}", file=sys.stderr)
        raise


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments; paths may stand on both sides of an option, which argparse by itself does not allow."""
    parsed, rest = parser.parse_known_args(arguments)
    if parsed.command in {"run", "grade"} and rest and not any(word.startswith("-") for word in rest):
        parsed.paths += rest if parsed.command == "run" else map(Path, rest)
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return parsed


def _words(key: str, value: object) -> list[str]:
    """An option of the configuration as words of a command line."""
    match value:
        case True:
            return [f"--{key}"]
        case False:
            return []
        case list():
            return [f"--{key}={item}" for item in value]
        case _:
            return [f"--{key}={value}"]


def _protected(arguments: Sequence[str]) -> list[str]:
    """Expressions of ``check`` that begin with a minus sign, kept apart from options by a space in front."""
    if not arguments or arguments[0] != "check":
        return list(arguments)
    options = ("-s", "-h", "--")
    return [f" {word}" if word[:1] == "-" and word != "-" and not word.startswith(options) else word for word in arguments]


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit status."""
    parser = make_parser()
    parsed = _with_configuration(parser, _protected(arguments))
    if parsed.command is None:
        parser.print_help()
        return 2
    module = import_module(_MODULES.get(parsed.command, "derivcheck.setting_up"))
    command: Callable[[argparse.Namespace], int] = getattr(module, f"run_{parsed.command}")
    return command(parsed)


def _tell(text: str) -> None:
    """Write lines to standard error that may hold a path or a text of others."""
    from derivcheck.reports.terminal import tell  # help and completion do without

    tell(text)


def entry() -> int:
    """What the console script runs; every failure becomes the exit status that the contract names."""
    from derivcheck.usage import UsageError

    os.environ["PYTHONSAFEPATH"] = "1"  # no process that is started imports what lies in the current folder
    gc.set_threshold(100_000)  # terms and numbers hold no cycles; looking for some takes a tenth of a run
    try:
        return main(sys.argv[1:])
    except UsageError as error:
        _tell(f"derivcheck: {error}")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader is gone: say no more at exit
        return 2
    except KeyboardInterrupt:
        print("derivcheck: interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the boundary at which a defect becomes exit status 101
        _tell(f"derivcheck: internal error: {type(error).__name__}: {error}")
        if "--debug" in sys.argv or os.environ.get("DERIVCHECK_DEBUG"):
            import traceback  # nothing else here wants it

            for line in traceback.format_exc().splitlines():
                _tell(line)
        else:
            print("derivcheck: --debug shows where", file=sys.stderr)
        return 101
