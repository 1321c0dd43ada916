"""The files of a class: what each student hands in, and which of their steps are wrong.

Every submission follows one of the keys (``keys.yaml``).  A right one leaves some of its steps out, writes some in two, and
writes every one in a form of its own.  In a wrong one a step has a mistake of the table (``proving/mistakes``), which the
independent judge found to make a difference; after it the student either goes on as the key does, so that the step after it
is wrong too, or goes on from the mistake.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from independent import Independent

from classroom.spellings import respelled
from derivcheck.diagnostic import InputError
from derivcheck.files.finding import find
from derivcheck.files.load import load
from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import ShapeError
from derivcheck.proving.mistakes.places import places, replaced
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.mistakes.table import TABLE
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import read_lines
from derivcheck.syntax import Scope, read_expression, show

KEYS = Path(__file__).with_name("keys.yaml")
STEPS = 12
"""How many steps a submission has after its first line."""
INSTANCES = 6
"""On how many instances the independent judge looks for a difference."""
RENAMED = 0.2
"""How many students write one of the names their own way."""


@dataclass(frozen=True)
class Key:
    """A right derivation; declared: its symbols and definitions as they stand in the file."""

    name: str
    title: str
    declared: dict[str, object]
    scope: Scope
    lines: tuple[Term, ...]


@dataclass(frozen=True)
class Variant:
    """A wrong form of a key's line; code: of the mistake in it."""

    key: Key
    line: int
    code: str
    wrong: Term


@dataclass(frozen=True)
class Line:
    """A line of a submission; wrong: it does not follow from the one before."""

    term: Term
    wrong: bool = False


def read_keys(path: Path = KEYS) -> tuple[Key, ...]:
    """The keys of a file of derivations."""
    (item,) = find([str(path)])
    document = load(item)
    written = yaml.safe_load(path.read_text(encoding="utf-8"))["derivations"]
    keys = []
    for derivation in document.derivations if document else ():
        scope, _ = scopes.build(derivation.declarations)
        terms = tuple(line.read.term for line in read_lines(derivation, scope) if line.read)
        declared = {key: value for key, value in written[derivation.name].items() if key in {"symbols", "define"}}
        keys.append(Key(derivation.name, derivation.title or derivation.name, declared, scope, terms))
    return tuple(keys)


# ---- wrong variants --------------------------------------------------------------------------------------------------


def variants(keys: Sequence[Key], count: int, rng: random.Random) -> list[Variant]:
    """So many distinct wrong lines, from each key and with each mistake in turn."""
    found: list[Variant] = []
    coming = [_wrong(key, rng) for key in keys]
    while coming and len(found) < count:
        for some in tuple(coming):
            variant = next(some, None)
            if variant is None:
                coming.remove(some)
            else:
                found.append(variant)
    return found[:count]


def _wrong(key: Key, rng: random.Random) -> Iterator[Variant]:
    """The wrong variants of a key, those with each mistake in turn."""
    candidates: dict[str, list[Variant]] = {}
    for variant in (v for line in range(1, len(key.lines)) for v in _mistaken(key, line)):
        candidates.setdefault(variant.code, []).append(variant)
    for some in candidates.values():
        rng.shuffle(some)
    seen, independent = set[Term](), Independent(key.scope.context())
    while candidates:
        for code in sorted(candidates):
            variant = candidates[code].pop()
            if not candidates[code]:
                del candidates[code]
            if variant.wrong not in seen and _differs(variant, independent):
                seen.add(variant.wrong)
                yield variant


def _mistaken(key: Key, line: int) -> Iterator[Variant]:
    """Every mistake of the table at every place of a line."""
    right = key.lines[line]
    around = Surroundings(key.lines[line - 1], right, key.scope.context())
    for mistake in TABLE:
        for place in places(right):
            for make in mistake.make:
                with suppress(ShapeError):
                    for edit in make(place, around):
                        with suppress(ShapeError):
                            yield Variant(key, line, mistake.code, replaced(right, place.path, edit.new))


def _differs(variant: Variant, independent: Independent) -> bool:
    """Whether a variant can be read as it is meant, has the shape of the line, and differs from it somewhere."""
    right = variant.key.lines[variant.line]
    if variant.wrong.shape != right.shape:
        return False
    try:
        if read_expression(show(variant.wrong), variant.key.scope) != variant.wrong:
            return False
    except InputError:
        return False
    return independent.compare(right, "=", variant.wrong, INSTANCES).verdict == "fails"


# ---- submissions -----------------------------------------------------------------------------------------------------


def write_class(
    folder: Path, submissions: int = 1000, wrong: int = 300, share: float = 0.4, seed: int = 0,
    only: str | None = None, renamed: float = RENAMED,
) -> int:
    """Write the files of a class, of which the share has a mistake, one of so many; the number of distinct mistakes made.

    only: the key that all of them follow; renamed: how many students write one of the names their own way.
    """
    rng = random.Random(seed)
    keys = [key for key in read_keys() if only in {None, key.name}]
    mistaken = round(share * submissions)
    found = variants(keys, min(wrong, mistaken), rng)
    handed_in: list[Variant | None] = [found[k % len(found)] for k in range(mistaken)] if found else []
    handed_in += [None] * (submissions - len(handed_in))
    rng.shuffle(handed_in)
    folder.mkdir(parents=True, exist_ok=True)
    for k, variant in enumerate(handed_in, 1):
        key = variant.key if variant else keys[k % len(keys)]
        (folder / f"submission-{k:04}.yaml").write_text(submission(key, rng, variant, renamed), encoding="utf-8")
    return len(found)


def submission(key: Key, rng: random.Random, variant: Variant | None = None, renamed: float = RENAMED) -> str:
    """The file of one student: with the variant's mistake, or right."""
    names = frozenset(key.scope.symbols)
    chosen = _chosen(key, rng, variant.line if variant else None)
    lines = [Line(respelled(key.lines[k], rng, names, rng.randint(0, 2) if k else 0)) for k in chosen]
    if variant is not None:
        at = chosen.index(variant.line)
        lines[at] = Line(variant.wrong, wrong=True)
        if rng.random() < 0.5:
            del lines[at + 1 :]
        elif at + 1 < len(lines):
            lines[at + 1] = replace(lines[at + 1], wrong=True)
    while len(lines) <= STEPS:
        at = rng.randrange(len(lines))
        lines.insert(at + 1, Line(respelled(lines[at].term, rng, names, 3)))
    return _written(key, lines, rng, renamed)


def _chosen(key: Key, rng: random.Random, mistaken: int | None) -> list[int]:
    """The lines of the key that are written: the first, the last, that of the mistake, and some between them."""
    fixed = {0, len(key.lines) - 1, mistaken or 0}
    others = sorted(set(range(len(key.lines))) - fixed)
    return sorted(fixed | set(rng.sample(others, rng.randint(STEPS - 5, STEPS + 1 - len(fixed)))))


def _written(key: Key, lines: Sequence[Line], rng: random.Random, renamed: float) -> str:
    """The submission as YAML, some with a name of the student's own."""
    marks = {True: "   #! wrong", False: ""}
    steps = "\n".join(f"{'= ' if k else ''}{show(line.term)}{marks[line.wrong]}" for k, line in enumerate(lines))
    declared = yaml.safe_dump(key.declared, sort_keys=False, width=1000, allow_unicode=True)
    text = f"{declared}steps: |\n{textwrap.indent(steps, '  ')}\n"
    name = rng.choice(list(key.scope.symbols))
    if rng.random() < renamed:
        text = re.sub(rf"\b{name}\b", f"{name}1", text)
    return f"title: {key.title}\n{text}"
