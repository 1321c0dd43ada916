"""What a class of one question hands in: its key with a rubric, and its files as Moodle packs them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import yaml

from classroom.submissions import KEYS


def write_key(path: Path, question: str) -> None:
    """A key of one question: its steps, a line on the way, and its result are worth something."""
    derivation = yaml.safe_load(KEYS.read_text(encoding="utf-8"))["derivations"][question]
    lines = derivation["steps"].splitlines()
    derivation["grading"] = {
        "milestones": {"half-way": lines[len(lines) // 2].removeprefix("= ")},
        "items": [
            {"points": 5, "for": "steps", "description": "every step follows from the one before"},
            {"points": 2, "for": "half-way"},
            {"points": 3, "for": "result", "depends": "M1"},
        ],
    }
    path.write_text(yaml.safe_dump({"derivations": {question: derivation}}, sort_keys=False, width=1000), encoding="utf-8")


def as_moodle_exports(folder: Path, archive: Path) -> None:
    """Pack each file of a folder as one participant's, in the layout of “Download all submissions”."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, path in enumerate(sorted(folder.iterdir()), 1001):
            packed.write(path, f"Student {path.stem}_{number}_assignsubmission_file/derivation{path.suffix}")
