"""``derivcheck grade --demo``: a key and a small invented class, to see what grading does before a real class is graded."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from derivcheck.files.finding import displayed
from derivcheck.usage import UsageError

CLASS = Path(__file__).with_name("demo_class")
"""What is written: ``key.yaml``, and ``submissions`` with a file or a folder for each student."""


def write_demo(folder: Path) -> Iterator[str]:
    """Write the key and the submissions, and say what is there and which commands to try.

    Raises ``UsageError``, before anything is written, if one of the files exists already, and if the folder cannot be written.
    """
    files = sorted(path.relative_to(CLASS) for path in CLASS.rglob("*") if path.is_file())
    for file in files:
        if (folder / file).exists() or (folder / file).is_symlink():
            raise UsageError(f"{displayed(folder / file)} exists already and stays as it is: name another folder")
    for file in files:
        try:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            with (folder / file).open("xb") as stream:
                stream.write((CLASS / file).read_bytes())
        except OSError as error:
            raise UsageError(f"{displayed(folder / file)} cannot be written: {error.strerror or error}") from None
    yield from _told(folder, len({file.parts[1] for file in files if file.parts[0] == "submissions"}))


def _told(folder: Path, students: int) -> Iterator[str]:
    """What was written, and what to do with it, in commands that can be pasted."""
    key, submissions, graded = (shlex.quote(displayed(folder / name)) for name in ("key.yaml", "submissions", "graded"))
    commands = {
        "is the key right, and what do full marks look like?": f"--check {key}",
        "marks, feedback and the picture of the class": f"{key} {submissions} --output {graded}",
        "what a person must decide, one after the other": f"--review {graded}",
    }
    yield f"{displayed(folder / 'key.yaml')}: a key of two questions"
    yield f"{displayed(folder / 'submissions')}: what {students} students handed in, all of them invented"
    yield "try next:"
    for why, arguments in commands.items():
        yield f"  derivcheck grade {arguments}   # {why}"
