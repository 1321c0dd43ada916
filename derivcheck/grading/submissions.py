"""What a class handed in: files, folders and archives become submissions, whose students are known to gradebooks only."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from derivcheck.diagnostic import InputError
from derivcheck.files.finding import LARGEST, SUFFIXES, beginning, displayed, largest
from derivcheck.grading.archives import Entry, Refused, contents, ignored, refusing
from derivcheck.grading.layouts import Group, Identity, Part, grouped, is_moodles
from derivcheck.grading.online_text import as_markdown
from derivcheck.usage import UsageError

_MOST_FILES = 200
"""How many files a submission may have."""
_MOST_BYTES = 100_000_000
"""How many bytes they may have together."""
_LARGEST_ARCHIVE = 50_000_000
"""How many bytes an archive within a submission may have."""
_DEEPEST = 50
"""How many folders may lie within each other."""
_DIGITS = 10
_OTHERS = """.pdf .png .jpg .jpeg .gif .heic .webp .tif .tiff .txt .html .htm .docx .doc .odt .rtf .pages .zip .rar .7z .tar .gz
 .tgz .py .nb .lyx .tm .typ .xlsx .pptx .csv .json"""
_KINDS = frozenset((*SUFFIXES, *_OTHERS.split()))
"""The suffixes that are told; any other might hold a name."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a submission.

    name: a neutral one such as ``answer-2.tex``, never the student's; data: its bytes, ``None`` where problem says why they are
    not there, with the code of a diagnostic.
    """

    name: str
    data: bytes | None
    problem: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student, or one group of students, handed in.

    id: opaque, and the same in every run with the same key and secret; wanted: the path in ``feedback.zip`` that the platform
    takes feedback from.
    """

    id: str
    files: tuple[File, ...]
    identity: Identity
    wanted: str


class Submissions:
    """What a class handed in, one submission after the other, each read when it is asked for."""

    def __init__(self, groups: Sequence[Group], ids: Sequence[str]) -> None:
        self._groups = groups
        self._ids = ids
        self._wanted = Counter(group.wanted for group in groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __iter__(self) -> Iterator[Submission]:
        for id, group in zip(self._ids, self._groups, strict=True):
            yield Submission(id, _files(group.parts), group.identity, self._path(id, group))

    def _path(self, id: str, group: Group) -> str:
        """Where feedback goes; what two would have in common has the id before it."""
        return group.wanted if self._wanted[group.wanted] == 1 else f"{id}/{group.wanted}"


def gather(paths: Sequence[Path], assignment: bytes, secret: bytes = b"") -> Submissions:
    """The submissions in what was named, in the order of the names and then of the alphabet, each read when it is asked for.

    assignment: what tells it from others; secret: what makes ids of no use to those who know the names of a class.
    Raises ``UsageError`` at once for what is not there and for an archive that cannot be read.
    """
    groups = [group for entries, name in _sources(paths) for group in grouped(entries, name)]
    return Submissions(groups, _ids(_keys(groups), hashlib.sha256(assignment).digest() + secret))


def _sources(paths: Sequence[Path]) -> Iterator[tuple[list[Entry], str]]:
    """What is in each folder and archive, and before that the files that were named one by one, as if from one folder."""
    named: list[Entry] = []
    others: list[tuple[list[Entry], str]] = []
    seen: set[str] = set()
    for path in paths:
        if (real := os.path.realpath(path)) in seen:
            continue
        seen.add(real)
        if not os.path.exists(path):
            raise UsageError(f"there is no file or folder {displayed(path)}")
        if path.is_dir() and is_moodles(Path(real).name):
            named += _listed(path, (_name(Path(real)),))
        elif path.is_dir():
            others.append((list(_listed(path, ())), ""))
        elif path.suffix.lower() == ".zip":
            try:
                others.append((contents(path), path.stem))
            except Refused as refused:
                raise UsageError(f"{displayed(path)} cannot be read: {refused}") from None
        else:
            named.append(Entry((_name(path),), partial(_from_disk, path, None)))
    yield named, ""
    yield from others


def _name(path: Path) -> str:
    return displayed(path.name) or "submission"


def _listed(folder: Path, above: tuple[str, ...], within: Path | None = None) -> Iterator[Entry]:
    """What is in a folder, in alphabetical order, without what machines leave behind; links to folders are not followed."""
    within = within or folder
    if above:
        yield Entry(above, refusing("this is a folder"), folder=True)
    try:
        found = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError as error:
        if within == folder:
            raise UsageError(f"{displayed(folder)} cannot be read: {error.strerror or error}") from None
        yield Entry((*above, "folder"), refusing(f"the folder cannot be read: {error.strerror or error}"))
        return
    for item in found:
        parts = (*above, displayed(item.name))
        if ignored(item.name):
            continue
        if len(parts) > _DEEPEST:
            yield Entry(parts, refusing(f"{_DEEPEST} folders within each other are enough", "too-large"))
        elif item.is_dir(follow_symlinks=False):
            yield from _listed(Path(item.path), parts, within)
        elif item.is_dir():
            yield Entry(parts, refusing("this is a link to a folder, which is not followed"))
        else:
            yield Entry(parts, partial(_from_disk, Path(item.path), within))


def _from_disk(path: Path, within: Path | None, most: int) -> bytes:
    try:
        return beginning(path, most + 1, within)
    except InputError as error:
        raise Refused(error.diagnostics[0].message, error.diagnostics[0].code) from None


def _keys(groups: Sequence[Group]) -> list[str]:
    """What tells each submission from the others; those that only the folders that were named tell apart are numbered."""
    times: Counter[str] = Counter()
    keys = []
    for group in groups:
        times[group.identity.key] += 1
        n = times[group.identity.key]
        keys.append(group.identity.key if n == 1 else f"{group.identity.key}\n{n}")
    return keys


def _ids(keys: Sequence[str], seal: bytes) -> list[str]:
    """An id for each key: the first digits of its seal, as many as tell it from the others."""
    digests = [hmac.new(seal, key.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest() for key in keys]
    told = [digest[:_DIGITS] for digest in digests]
    for digits in range(_DIGITS + 1, 65):
        times = Counter(told)
        if len(times) == len(told):
            break
        told = [digest[:digits] if times[short] > 1 else short for digest, short in zip(digests, told, strict=True)]
    return [f"s{digits}" for digits in told]


def _files(parts: Sequence[Part]) -> tuple[File, ...]:
    """The files of a submission under neutral names, as many and as large as one may have."""
    files: list[File] = []
    left = _MOST_BYTES
    for part in _unpacked(parts):
        if len(files) == _MOST_FILES:
            problem = f"a submission may have {_MOST_FILES} files; the others are not read"
            return (*files, File("answer-more", None, problem, "too-large"))
        for found in _read(part, left):
            files.append(File(_neutral(found.name, len(files)), found.data, found.problem, found.code))
            left -= len(found.data or b"")
    return tuple(files)


def _unpacked(parts: Sequence[Part]) -> Iterator[Part]:
    """The files, with those of an archive in its place."""
    for part in parts:
        if _kind(part.name) != ".zip":
            yield part
            continue
        try:
            data = part.entry.read(_LARGEST_ARCHIVE)
            if len(data) > _LARGEST_ARCHIVE:
                raise Refused(f"an archive may have {_LARGEST_ARCHIVE:,} bytes", "too-large")
            inner = [entry for entry in contents(data) if not entry.folder]
        except Refused as refused:
            yield Part(part.name, Entry(part.entry.parts, refusing(str(refused), refused.code)))
            continue
        if not inner:
            yield Part(part.name, Entry(part.entry.parts, refusing("there is no file in this archive")))
        for entry in inner:
            if _kind(entry.parts[-1]) == ".zip":
                entry = Entry(entry.parts, refusing("an archive in an archive is unpacked by a person"))
            yield Part(entry.parts[-1], entry)


def _read(part: Part, left: int) -> Iterator[File]:
    """A file as the student named it, or what it is made into; nothing for an empty text of a form."""
    kind = ".md" if part.online else _kind(part.name)
    try:
        if part.online == "link":
            raise Refused("a link was handed in, which is followed by a person")
        most = LARGEST if part.online else largest(Path(f"answer{kind}")) if kind in SUFFIXES else 0
        data = part.entry.read(min(most, left))
        if kind not in SUFFIXES:
            raise Refused(f"files {f'of kind {kind}' if kind in _KINDS else 'of this kind'} are read by a person")
        if len(data) > most:
            raise Refused(f"a file may have {most:,} bytes; split it into several", "too-large")
        if len(data) > left:
            raise Refused(f"the files of a submission may have {_MOST_BYTES:,} bytes together", "too-large")
        text, pictures = as_markdown(data.decode("utf-8", "replace")) if part.online else ("", False)
    except Refused as refused:
        yield File(part.name, None, str(refused), refused.code)
        return
    if not part.online:
        yield File(part.name, data)
    if text:
        yield File("text.md", text.encode("utf-8", "replace"))
    if pictures:
        yield File("picture.png", None, "the text has a picture or a formula that is looked at by a person", "unreadable-file")


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _neutral(name: str, index: int) -> str:
    """A name that tells the kind of a file, and nothing that a student has chosen."""
    kind = _kind(name)
    return f"answer{f'-{index + 1}' if index else ''}{kind if kind in _KINDS else ''}"
