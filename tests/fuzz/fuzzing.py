"""What the fuzz targets share: how they are driven, and the laws that every input must keep.

A target takes bytes and raises for what must not happen.  By hand atheris drives it, guided by what the code does:
``python tests/fuzz/fuzz_plain.py -runs=100000 CORPUS`` (options are libFuzzer's).  Where atheris is missing, and in the tests,
a loop of random changes does, which is the same on every platform.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from random import Random
from typing import Any

Target = Callable[[bytes], None]

ROOT = Path(__file__).parents[2]
SECONDS = 1.0
"""How much processor time one input may take."""

LETTERS = ("\u00e9", "e\u0301", "\u03b1", "\u0430", "\u202e", "\u2066", "\u200b", "\u2028", "\u0085", "\ufeff", "\u00a0",
"\u2212",
           "\uff11", "\u00b2", "\U0001d465", "\x00", "\x1b[2J", "\x07", "\r\n", "\r", "\t", "\n", "\ufffd", "\u3164")
"""Characters that every language must cope with."""


def instrumented() -> AbstractContextManager[Any]:
    """What a target imports here tells atheris which way it goes, if atheris drives it."""
    if "atheris" not in sys.modules:
        return nullcontext()
    return sys.modules["atheris"].instrument_imports(include=["derivcheck"])  # type: ignore[no-any-return]


def prepare() -> None:
    """Have atheris at hand before anything of ours is imported, where a target is run by hand and atheris is installed."""
    if importlib.util.find_spec("atheris"):
        import atheris  # noqa: F401 - instrumented() finds it


def within_time(target: Target) -> Target:
    """The target, which raises for an input that takes too long."""
    def timed(data: bytes) -> None:
        started = time.process_time()
        target(data)
        took = time.process_time() - started
        if took > SECONDS:
            raise TimeoutError(f"{took:.1f} s for {len(data)} bytes")
    return timed


def main(target: Target, words: Iterable[str], seeds: Iterable[bytes]) -> None:
    """Drive a target from the command line."""
    sys.path.insert(0, str(ROOT))
    if "atheris" not in sys.modules:
        options = dict(word[1:].split("=", 1) for word in sys.argv[1:] if word.startswith("-") and "=" in word)
        loop(within_time(target), tuple(words), tuple(seeds), int(options.get("runs", 100_000)), int(options.get("seed", 0)))
        return
    atheris = sys.modules["atheris"]
    with tempfile.TemporaryDirectory() as folder:
        corpus, dictionary = Path(folder, "seeds"), Path(folder, "words")
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / f"{number:05}").write_bytes(seed)
        dictionary.write_text("".join(f'"{_quoted(word)}"\n' for word in words))
        known = [word for word in sys.argv[1:] if not word.startswith("-")]
        options = [word for word in sys.argv[1:] if word.startswith("-")]
        atheris.Setup([sys.argv[0], f"-dict={dictionary}", "-timeout=30", *options, *known, str(corpus)], within_time(target))
        atheris.Fuzz()


def _quoted(word: str) -> str:
    """A word as libFuzzer wants it in a dictionary."""
    return "".join(chr(byte) if 32 < byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word.encode())


def loop(target: Target, words: Sequence[str], seeds: Sequence[bytes], runs: int, seed: int) -> None:
    """Call a target with so many changed seeds."""
    draw = Random(seed)
    changing = Changes(draw, [word.encode() for word in words], seeds)
    for number in range(runs):
        data = seeds[number] if number < len(seeds) else changing.made()
        try:
            target(data)
        except BaseException:
            print(f"input {number} of seed {seed}: {data!r}", file=sys.stderr)
            raise


class Changes:
    """Seeds cut, doubled, mixed and sprinkled with words of the language."""

    def __init__(self, draw: Random, words: Sequence[bytes], seeds: Sequence[bytes]) -> None:
        self.draw, self.words, self.seeds = draw, words, seeds

    def made(self) -> bytes:
        """One more input."""
        data = self.draw.choice(self.seeds)
        for _ in range(self.draw.choice((1, 1, 2, 3, 5, 9))):
            data = self.changed(data)
        return data[:10_000]

    def changed(self, data: bytes) -> bytes:
        draw = self.draw
        start = draw.randrange(len(data) + 1)
        end = min(len(data), start + draw.choice((0, 1, 1, 2, 4, 9, 30, 200)))
        part = data[start:end]
        match draw.randrange(7):
            case 0:
                part = b""
            case 1:
                part *= draw.choice((2, 2, 3, 50))
            case 2:
                part = bytes([draw.randrange(256)])
            case 3:
                other = draw.choice(self.seeds)
                at = draw.randrange(len(other) + 1)
                part = other[at : at + draw.choice((1, 5, 20, 100))]
            case _:
                part = draw.choice(self.words)
        return data[:start] + part + data[end:]


@contextmanager
def judging_nothing() -> Iterator[None]:
    """Every claim that gets as far as a judge is proved at once: what nobody could read must not get there."""
    from unittest import mock

    from derivcheck.proving.decide import Judge
    from derivcheck.proving.decision import Decision

    with (
        mock.patch.object(Judge, "decide", lambda *_: Decision("proved", method="fuzzing")),
        mock.patch.object(Judge, "fails", lambda *_: False),
        mock.patch.object(Judge, "contradiction", lambda *_: None),
    ):
        yield
