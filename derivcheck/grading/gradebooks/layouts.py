"""What a gradebook has to say to be filled: its column, and who stands in which row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from derivcheck.grading.gradebooks.tables import Table
from derivcheck.grading.layouts import Identity
from derivcheck.reports.wording import printable
from derivcheck.usage import UsageError

_SIGN = re.compile(r"[^\w\s-]")
_IN_BRACKETS = re.compile(r"(?P<title>.*\S)\s*\((?P<inside>[^()]*)\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a gradebook has what.

    column: of the points; people: for each row of a student the keys by which somebody is found there; feedback: the column of
    texts for students, which are HTML; maxima: the cells, by row and column, that say what the column is worth; excused: rows in
    which the platform has decided otherwise.
    """

    column: int
    people: Mapping[int, frozenset[str]]
    feedback: int | None = None
    maxima: tuple[tuple[int, int], ...] = ()
    excused: frozenset[int] = frozenset()


def by_number(platform: str, number: str) -> str:
    """The key of a person whose number a platform has given."""
    return f"{platform} {number.strip().lstrip('0')}"


def by_name(*names: str) -> str:
    """The key of a person of this name, whatever its order, without the signs that Moodle leaves out of names of files."""
    text = unicodedata.normalize("NFKC", " ".join(names)).casefold().replace("_", " ")
    return f"name {' '.join(sorted(_SIGN.sub('', text).split()))}"


def by_label(text: str) -> str:
    """The key of a person whose number or address the file was named after."""
    return f"label {text.strip().casefold()}"


def by_labels(table: Table, row: int, columns: Sequence[int]) -> frozenset[str]:
    """The keys that the cells of a row give."""
    return frozenset(by_label(table.value(row, column)) for column in columns if table.value(row, column).strip())


def keys(identity: Identity) -> frozenset[str]:
    """The keys by which a submission may be found."""
    if identity.platform is None:
        return frozenset(map(by_label, (identity.path, PurePosixPath(identity.path).stem)))
    number, name = by_number(identity.platform, identity.number), by_name(identity.name)
    return frozenset((number, name) if identity.platform == "moodle" and name != by_name() else (number,))


def chosen(header: Sequence[str], candidates: Sequence[int], wanted: str | None) -> int:
    """The one column that is meant; raises ``UsageError`` naming those it may be."""
    found = [column for column in candidates if wanted is None or _same(header[column], wanted)]
    exactly = [column for column in found if header[column].strip() == (wanted or "").strip()]
    found = exactly or found
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{printable(header[column].strip())}”" for column in found or candidates)
    problem = (
        f"the gradebook has no column “{wanted}”" if not found and wanted is not None
        else "the gradebook has no column for points" if not found
        else "the gradebook has several columns that may be meant"
    )  # fmt: skip
    raise UsageError(f"{problem}; say --column NAME{f', one of {names}' if names else ''}")


def _same(header: str, wanted: str) -> bool:
    """Whether a header is meant: the whole of it, its title, or the number behind it."""
    found = _IN_BRACKETS.fullmatch(header)
    titles = {header, found["title"], found["inside"] if found["inside"].isdecimal() else header} if found else {header}
    titles |= {title.partition(":")[2] for title in titles if ":" in title}
    return wanted.strip().casefold() in {title.strip().casefold() for title in titles}
