"""What a chain of relations says of its ends."""

from __future__ import annotations

from collections.abc import Container, Sequence

from derivcheck.diagnostic import InputError
from derivcheck.files.document import RawStep
from derivcheck.files.source import join
from derivcheck.syntax.latex.displays import LINKS, leading
from derivcheck.syntax.latex.names import read_identifier
from derivcheck.syntax.latex.words import read_words

_DIRECTIONS = (("=",), ("=", "<=", "<"), ("=", ">=", ">"), ("=", "~"))
"""Relations that may stand in one chain, the weakest first."""


def conclusion(steps: Sequence[RawStep]) -> RawStep | None:
    """The statement that relates the first side of a chain to its last; ``None`` where it says nothing of them."""
    found = [leading(step.text.text) for step in steps]
    relations = [relation for relation, _ in found[1:]]
    direction = next((d for d in _DIRECTIONS if set(relations) <= set(d)), None)
    if not relations or found[0][0] is not None or direction is None or LINKS & set(relations):
        return None
    if len(steps) == 2:
        first, last = steps
        return RawStep(join([first.text, last.text]), last.by, notes=(*first.notes, *last.notes))
    strongest = max(range(1, len(steps)), key=lambda at: direction.index(relations[at - 1] or ""))
    sign = steps[strongest].text.part(0, found[strongest][1])
    side = steps[-1].text.part(found[-1][1], len(steps[-1].text.text))
    return RawStep(join([steps[0].text, sign, side]), notes=("what the chain above says of its first and last side",))


def speaks_of(text: str, names: Container[str]) -> bool:
    """Whether a formula begins with one of these names."""
    try:
        found = read_identifier(read_words(text), 0)
    except InputError:
        return False  # what cannot be read is told where the step is read
    return found is not None and found.key in names
