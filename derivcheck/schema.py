"""The JSON Schemas that are published: of derivation files, and of the report as JSON."""

from __future__ import annotations

from pathlib import Path

NAMES = ("derivation", "report")
"""What there is a schema of."""


def path(name: str) -> Path:
    """Where a schema lies: inside the package once it is built, in the source tree's ``schemas/`` before."""
    file = Path("schemas", f"{name}.schema.json")
    inside = Path(__file__).parent / file
    return inside if inside.exists() else Path(__file__).parents[1] / file
