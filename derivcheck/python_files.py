"""Python modules as inputs: run, which only ``--allow-python`` permits, and searched for the derivations they define."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from derivcheck.api import Derivation
from derivcheck.diagnostic import Diagnostic, Place
from derivcheck.files.document import Document
from derivcheck.files.finding import displayed
from derivcheck.files.load import select
from derivcheck.files.source import Source


@dataclass(frozen=True, slots=True)
class Module:
    """A Python module to be run; its derivations are those bound to names at its top level.

    names: the derivations selected in it; empty for all.
    """

    path: str
    names: tuple[str, ...] = ()

    def document(self) -> Document | None:
        """What the module defines, after it has run."""
        file = Path(self.path)
        path = displayed(file)
        source = Source(path, file.read_text(encoding="utf-8", errors="replace"))
        module = _module(file)
        try:
            _run(module, file)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the module is somebody else's code and may fail in any way
            return Document(path, source, (), (_failed(error, file),))
        documents = [made.document(path, name) for name, made in _derivations(module)]
        derivations = tuple(d for found in documents for d in found.derivations)
        diagnostics = tuple(d for found in documents for d in found.diagnostics)
        if not documents:
            message = "the module defines no derivation: bind one to a name, such as d = Derivation(...)"
            diagnostics = (Diagnostic("no-derivation", message, place=Place(1, 1, 1, 1)),)
        return select(Document(path, source, derivations, diagnostics), self.names)

    def content(self) -> None:
        """What a module defines follows from more than its text."""


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"derivcheck_file_{path.stem}", path)
    if spec is None:
        raise ImportError(f"{path} is no Python module")
    return importlib.util.module_from_spec(spec)


def _run(module: ModuleType, path: Path) -> None:
    """Run a module, which may import what lies beside it."""
    folder = str(path.parent.resolve())
    sys.path.insert(0, folder)
    try:
        if module.__spec__ and module.__spec__.loader:
            module.__spec__.loader.exec_module(module)
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _derivations(module: ModuleType) -> Iterator[tuple[str, Derivation]]:
    """Each derivation once, under the first of its names."""
    seen: set[int] = set()
    for name, value in vars(module).items():
        if isinstance(value, Derivation) and id(value) not in seen:
            seen.add(id(value))
            yield name, value


def _failed(error: BaseException, path: Path) -> Diagnostic:
    """What a module raised, at the line of the module where it came from."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path) and frame.lineno]
    line = lines[-1] if lines else getattr(error, "lineno", None) or 1
    return Diagnostic("unreadable-file", f"the module raises {type(error).__name__}: {error}", place=Place(line, 1, line, 1))
