"""How Moodle and Canvas name what they export: which files are one student's, and the name they want feedback back under."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from derivcheck.grading.archives import Entry

FEEDBACK = "feedback.html"
"""The file that is given back to a student."""

_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL)
"""A folder since Moodle 3.1 (with or without the last ``_``), the beginning of a file's name before; a full name has no ``_``."""
_CANVAS = re.compile(
    r"(?P<who>(?:LATE_)?anon_(?P<anonymous>[A-Za-z0-9]+)|(?P<name>[^\W_]\w*?)(?:_LATE)?_(?P<number>[0-9]+))_"
    r"(?:(?P<attachment>[0-9]+)_(?P<rest>.+)|(?P<text>text|link)\.html)",
    re.DOTALL,
)
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<attempt>[0-9]{1,4})", re.DOTALL)
"""What Canvas makes of the name of a file that is handed in again."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose submission it is, for gradebooks only: never shown.

    platform: ``moodle`` or ``canvas`` if it comes from there; number: of Moodle's participant or Canvas' user; name: of the
    person, as the platform spells it in names of files; path: what was named or found in what was named; attempt: how many
    times a file was handed in again; late: Canvas says so.
    """

    platform: str | None
    number: str = ""
    name: str = ""
    path: str = ""
    attempt: int = 0
    late: bool = False

    @property
    def key(self) -> str:
        """What makes it another submission than the others."""
        return f"{self.platform} {self.number}" if self.platform else f"path {self.path}"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a submission; name: as the student gave it; online: ``text`` or ``link`` typed into a form, as HTML."""

    name: str
    entry: Entry
    online: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one submission; wanted: the path under which the platform takes feedback on it."""

    identity: Identity
    wanted: str
    parts: tuple[Part, ...]


def grouped(entries: Sequence[Entry], name: str = "") -> tuple[Group, ...]:
    """Which files belong together, in alphabetical order; name: that of the archive they are from, without its suffix."""
    entries = _unwrapped(entries, name)
    canvas = _of_canvas(entries)
    parts: dict[str, list[Part]] = defaultdict(list)
    first: dict[str, tuple[Identity, str]] = {}
    for entry in entries:
        identity, wanted, part = _recognised(entry, canvas)
        first.setdefault(identity.key, (identity, wanted))
        if not entry.folder:
            parts[identity.key].append(part)
    groups = (Group(identity, _harmless(wanted), tuple(parts[key])) for key, (identity, wanted) in first.items())
    return tuple(_latest(group) if group.identity.platform == "canvas" else group for group in groups)


def is_moodles(name: str) -> bool:
    """Whether a folder has the name that Moodle gives to one participant's files."""
    return _MOODLE.fullmatch(name) is not None


def _unwrapped(entries: Sequence[Entry], name: str) -> Sequence[Entry]:
    """What is in the one folder that an archive holds, if it is the class: named like the archive, or in a platform's layout."""
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or any(len(entry.parts) == 1 and not entry.folder for entry in entries):
        return entries
    inner = [Entry(entry.parts[1:], entry.read, entry.folder) for entry in entries if len(entry.parts) > 1]
    inside = any(is_moodles(entry.parts[0]) for entry in inner) or _of_canvas(inner)
    return inner if inside or (tops == {name} and not is_moodles(name)) else entries


def _of_canvas(entries: Iterable[Entry]) -> bool:
    """Whether most files beside each other have names that Canvas gives, in which no attachment occurs twice."""
    names = [entry.parts[0] for entry in entries if len(entry.parts) == 1 and not entry.folder]
    found = [match for match in map(_CANVAS.fullmatch, names) if match]
    attachments = [match["attachment"] for match in found if match["attachment"]]
    return 2 * len(found) > len(names) and len(set(attachments)) == len(attachments)


def _recognised(entry: Entry, canvas: bool) -> tuple[Identity, str, Part]:
    """Whose file it is, where feedback on it goes, and the file."""
    top, alone = entry.parts[0], len(entry.parts) == 1 and not entry.folder
    if found := _MOODLE.fullmatch(top):
        identity = Identity("moodle", found["number"], found["name"], top)
        own = found["rest"] or top if alone else entry.parts[-1]
        online = "text" if found["plugin"] == "onlinetext" and own == "onlinetext.html" else ""
        wanted = f"{top[: found.end('plugin')]}_{FEEDBACK}" if alone else f"{top}/{FEEDBACK}"
        return identity, wanted, Part(own, entry, online)
    if canvas and alone and (found := _CANVAS.fullmatch(top)):
        identity = Identity(
            "canvas", found["number"] or found["anonymous"], found["name"] or "", top, late="LATE" in found["who"].split("_")
        )
        beginning = "_".join(filter(None, (found["who"], found["attachment"])))
        return identity, f"{beginning}_{FEEDBACK}", Part(found["rest"] or top, entry, found["text"] or "")
    stem = PurePosixPath(top).stem if alone else top
    return Identity(None, path=top), f"{stem}/{FEEDBACK}", Part(entry.parts[-1], entry)


def _harmless(path: str) -> str:
    """A path in which nothing but ``/`` means anything, wherever the feedback is unpacked."""
    return "".join(c if c.isprintable() and c not in '\\:*?"<>|' else "_" for c in path)


def _latest(group: Group) -> Group:
    """Of each file that was handed in several times the last: of ``x.md``, ``x-1.md``, ``x-2.md`` only ``x-2.md``."""
    names = {part.name for part in group.parts}
    told = [(part, *_version(part.name, names)) for part in group.parts]
    last: dict[str, int] = {}
    for _, name, attempt in told:
        last[name] = max(attempt, last.get(name, 0))
    kept = tuple(part for part, name, attempt in told if attempt == last[name])
    return replace(group, identity=replace(group.identity, attempt=max(last.values(), default=0)), parts=kept)


def _version(name: str, names: Iterable[str]) -> tuple[str, int]:
    """The name that a file had at first, and how many times it was handed in again; ``part-2.md`` alone is a name of its own."""
    path = PurePosixPath(name)
    found = _AGAIN.fullmatch(path.stem)
    original = found["stem"] + path.suffix if found else name
    return (original, int(found["attempt"])) if found and original in names else (name, 0)
