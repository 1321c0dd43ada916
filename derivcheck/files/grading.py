"""The ``grading:`` part of a derivation: what it is worth, what must be there, and what goes to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from derivcheck.diagnostic import Diagnostic, Place
from derivcheck.files.keys import Findings, Keys, free_text_of, keys_of, pairs_of, text_of, texts_of
from derivcheck.files.nodes import Items, Node, Pairs, Scalar
from derivcheck.files.reading import LAYOUTS
from derivcheck.files.source import Piece

KEYS = ("points", "start", "arrive", "form", "milestones", "items", "largest_step", "checked", "undecided", "unreadable", "allow",
        "layouts", "rounding")
ITEM_KEYS = ("id", "points", "for", "description", "explanation", "grader_note", "kind", "depends", "ft", "cao")
FORMS = ("expanded", "factored", "simplified", "no derivative", "no integral", "no limit", "no sum")
KINDS = ("M", "A", "B")
WHOLE = ("start", "steps", "result")
"""What an item can be for besides milestones."""
_KIND_FOR = {"start": "B", "result": "A"}
_MOST_POINTS = 100_000
_FOR_STEPS = Decimal("0.6")
"""The part of the points that goes to the steps where a key says nothing else."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a rubric; wanted: ``start``, ``steps``, ``result``, or names of milestones; follows: by follow-through too."""

    id: str
    points: float
    wanted: tuple[str, ...]
    kind: str
    follows: bool = True
    depends: tuple[str, ...] = ()
    description: str = ""
    explanation: str = ""
    grader_note: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Grading:
    """How a derivation is graded; start, arrive, milestones: as written; form: ``None`` for what follows from the key's steps.

    largest_step: ``None`` for one less than the key has.
    """

    items: tuple[Item, ...]
    start: Piece | None = None
    arrive: Piece | None = None
    form: tuple[str, ...] | None = None
    milestones: tuple[tuple[str, Piece], ...] = ()
    largest_step: int | None = None
    checked: str = "accept"
    undecided: str = "review"
    unreadable: str = "review"
    allow: tuple[Piece, ...] = ()
    layouts: tuple[str, ...] = ()
    rounding: float = 0.5

    @property
    def points(self) -> float:
        """What the question is worth."""
        return sum(item.points for item in self.items)


def read_grading(node: Node) -> tuple[Grading | None, tuple[Diagnostic, ...]]:
    """What a ``grading:`` part says, ``None`` where it cannot be used, and what is wrong with it."""
    findings = Findings()
    if not isinstance(node, Pairs):
        findings.add("bad-value", "grading is a mapping, such as grading: {points: 10}", node.place)
        return None, tuple(findings.found)
    keys = keys_of(node, KEYS, "grading", findings)
    rounding = _number(keys, "rounding", findings) or Decimal("0.5")
    milestones = tuple((key.piece.text.strip(), piece) for key, piece in _milestones(keys, findings))
    items = _items(keys, node.place, rounding, [name for name, _ in milestones], findings)
    largest = _number(keys, "largest_step", findings)
    if largest is not None and (largest < 1 or largest != int(largest)):
        findings.add("bad-value", "largest_step is a whole number from 1", keys["largest_step"][1].place)
    form = None if "form" not in keys else _words(keys, "form", FORMS, findings)
    grading = Grading(
        items,
        text_of(keys, "start", findings),
        text_of(keys, "arrive", findings),
        form,
        milestones,
        int(largest) if largest else None,
        _word(keys, "checked", ("accept", "review"), findings),
        _word(keys, "undecided", ("review", "accept"), findings),
        _word(keys, "unreadable", ("review", "skip"), findings),
        texts_of(keys, "allow", findings) or (),
        _words(keys, "layouts", LAYOUTS, findings),
        float(rounding),
    )
    found = tuple(dict.fromkeys(findings.found))
    return (None if found else grading), found


def _milestones(keys: Keys, findings: Findings) -> Iterable[tuple[Scalar, Piece]]:
    for key, value in pairs_of(keys, "milestones", "names to expressions or statements that must appear", findings):
        name = key.piece.text.strip()
        if name in WHOLE:
            findings.add("bad-value", f"{name} is what items are for by itself: call the milestone something else", key.place)
        elif isinstance(value, Scalar) and value.piece.text.strip():
            yield key, value.piece.flat()
        else:
            message = f"the milestone {name} is an expression; put one that begins with [ or {{ in quotes"
            findings.add("bad-value", message, key.place)


def _items(keys: Keys, place: Place, rounding: Decimal, milestones: Sequence[str], findings: Findings) -> tuple[Item, ...]:
    total = _number(keys, "points", findings)
    if total is None and "points" not in keys and "items" not in keys:
        findings.add("missing-key", "grading needs points, what the question is worth", place)
    if "items" not in keys:
        return _two(total or Decimal(0), rounding)
    node = keys["items"][1]
    if not isinstance(node, Items) or not node.items:
        findings.add("bad-value", "items is a list of {points: …, for: …}", node.place)
        return ()
    found: list[Item] = []
    for entry in node.items:
        item = _item(entry, milestones, found, findings)
        if item is not None:
            found.append(item)
    _check_items(found, findings)
    whole = sum((Decimal(str(item.points)) for item in found), Decimal(0))
    if total is not None and len(found) == len(node.items) and whole != total:
        message = f"the items are worth {whole.normalize():f} points, and points says {total:f}"
        findings.add("bad-value", message, keys["points"][1].place)
    return tuple(found)


def _two(total: Decimal, rounding: Decimal) -> tuple[Item, ...]:
    """The items where only points are said."""
    method = (total * _FOR_STEPS / rounding).to_integral_value() * rounding
    steps = Item("M1", float(method), ("steps",), "M", description="every step follows from the one before")
    result = Item("A1", float(total - method), ("result",), "A", description="the derivation arrives at the result")
    return tuple(item for item in (steps, result) if item.points)


def _item(node: Node, milestones: Sequence[str], before: Sequence[Item], findings: Findings) -> Item | None:
    if not isinstance(node, Pairs):
        findings.add("bad-value", "an item is a mapping such as {points: 2, for: result}", node.place)
        return None
    keys = keys_of(node, ITEM_KEYS, "an item", findings)
    for needed in ("points", "for"):
        if needed not in keys:
            findings.add("missing-key", f"an item needs the key {needed}", node.place)
    points, wanted = _number(keys, "points", findings), _wanted(keys, milestones, findings)
    if points is None or not wanted:
        return None
    usual = _KIND_FOR.get(wanted[0], "M")
    kind = _word(keys, "kind", KINDS, findings) if "kind" in keys else usual
    name = (free_text_of(keys, "id", findings) or "") or f"{kind}{1 + sum(it.kind == kind for it in before)}"
    follows, only = _truth(keys, "ft", findings), _truth(keys, "cao", findings)
    if follows and only:
        message = "an item is either by follow-through (ft) or for the correct answer only (cao)"
        findings.add("bad-value", message, keys["ft"][0].place)
    depends = tuple(piece.text.strip() for piece in texts_of(keys, "depends", findings) or ())
    about, why, note = (free_text_of(keys, key, findings) or "" for key in ("description", "explanation", "grader_note"))
    return Item(name, float(points), wanted, kind, follows is not False and not only, depends, about, why, note, node.place)


def _wanted(keys: Keys, milestones: Sequence[str], findings: Findings) -> tuple[str, ...]:
    found = tuple(piece.text.strip() for piece in texts_of(keys, "for", findings) or ())
    known = (*WHOLE, *milestones)
    for name in found:
        if name not in known:
            findings.add("bad-value", f"an item is for {', '.join(WHOLE)} or a milestone, not {name}", keys["for"][1].place)
            return ()
    if len(found) > 1 and any(name in WHOLE for name in found):
        findings.add("bad-value", "an item is for one thing, or for several milestones", keys["for"][1].place)
        return ()
    if "for" in keys and not found:
        findings.add("bad-value", "for says what the item is for", keys["for"][1].place)
    return found


def _check_items(found: Sequence[Item], findings: Findings) -> None:
    names = [item.id for item in found]
    for number, item in enumerate(found):
        place = item.place or Place(1, 1, 1, 1)
        if item.id in names[:number]:
            findings.add("duplicate-name", f"two items are called {item.id}", place)
        for other in item.depends:
            if other not in names[:number]:
                findings.add("bad-value", f"{item.id} depends on {other}, and no item before it is called so", place)


def _number(keys: Keys, name: str, findings: Findings) -> Decimal | None:
    piece = text_of(keys, name, findings)
    if piece is None:
        return None
    try:
        value = Decimal(piece.text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not (value.is_finite() and 0 < value <= _MOST_POINTS):
        findings.add("bad-value", f"{name} is a positive number", piece.place())
        return None
    return value


def _truth(keys: Keys, name: str, findings: Findings) -> bool | None:
    piece = text_of(keys, name, findings)
    if piece is None:
        return None
    if piece.text not in {"true", "false"}:
        findings.add("bad-value", f"{name} is true or false", piece.place())
    return piece.text == "true"


def _word(keys: Keys, name: str, known: Sequence[str], findings: Findings) -> str:
    """One of the words; the first where the key is missing."""
    piece = text_of(keys, name, findings)
    if piece is not None and piece.text not in known:
        findings.add("bad-value", f"{name} is one of {', '.join(known)}", piece.place())
    return piece.text if piece is not None and piece.text in known else known[0]


def _words(keys: Keys, name: str, known: Sequence[str], findings: Findings) -> tuple[str, ...]:
    pieces = texts_of(keys, name, findings) or ()
    for piece in pieces:
        if piece.text not in known:
            findings.add("bad-value", f"{name} is a list of {', '.join(known)}", piece.place())
    return tuple(piece.text for piece in pieces)
