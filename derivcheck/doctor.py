"""What ``derivcheck doctor`` looks at: the installation, the configuration, the machine and the terminal."""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path

from derivcheck import __version__, configuration, schema
from derivcheck.reports import terminal
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.settings import Settings
from derivcheck.usage import UsageError

_NEEDED = (
    ("python-flint", "flint"),
    ("lark", "lark"),
    ("markupsafe", "markupsafe"),
    ("matplotlib", "matplotlib"),
    ("msgspec", "msgspec"),
    ("numpy", "numpy"),
    ("pebble", "pebble"),
    ("platformdirs", "platformdirs"),
    ("PyYAML", "yaml._yaml"),
    ("rich", "rich"),
    ("shtab", "shtab"),
    ("sympy", "sympy"),
    ("z3-solver", "z3"),
)
_EXTRAS = (("dask", "distributed", "distributed"), ("watch", "watchfiles", "watchfiles"))
"""Extra, package, module."""

_GROUP = Path("/sys/fs/cgroup/memory.max")
"""Where Linux says how much memory a container has."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One line of what was seen; wrong: something that derivcheck needs is not as it should be."""

    text: str
    wrong: bool = False


def look() -> Iterator[Sight]:
    """Everything, one thing after the other."""
    for part in PARTS:
        yield from part()


def _versions() -> Iterator[Sight]:
    yield Sight(f"derivcheck {__version__} in {Path(__file__).parent}")
    yield Sight(f"Python {platform.python_version()} at {sys.executable} on {platform.system()} {platform.machine()}")
    for package, module in _NEEDED:
        try:
            import_module(module)
            yield Sight(f"{package} {metadata.version(package)}")
        except ImportError as error:
            yield Sight(f"{package} is missing: {error}; install derivcheck again with pip", wrong=True)


def _extras() -> Iterator[Sight]:
    for extra, package, module in _EXTRAS:
        try:
            import_module(module)
            yield Sight(f"extra {extra}: {package} {metadata.version(package)}")
        except ImportError:
            yield Sight(f"extra {extra}: not installed; pip install 'derivcheck[{extra}]' brings it")


def _pytest() -> Iterator[Sight]:
    registered = bool(metadata.entry_points(group="pytest11", name="derivcheck"))
    yield Sight(f"pytest plugin: {'registered' if registered else 'not registered, as derivcheck is not installed'}")


def _schemas() -> Iterator[Sight]:
    for name in schema.NAMES:
        path = schema.path(name)
        try:
            json.loads(path.read_text(encoding="utf-8"))
            yield Sight(f"schema {name}: {path}")
        except (OSError, ValueError) as error:
            yield Sight(f"schema {name}: {path} cannot be read: {error}", wrong=True)


def _configuration() -> Iterator[Sight]:
    path = configuration.find(Path.cwd())
    try:
        options = configuration.read(path) if path else {}
    except UsageError as error:
        yield Sight(f"configuration: {error}", wrong=True)
        return
    yield Sight(f"configuration: {', '.join(options)} in {path}" if options else "configuration: none")


def _machine() -> Iterator[Sight]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Sight(f"cores: {cores} for this process, {os.cpu_count()} in the machine")
    yield Sight(f"memory: {', '.join(_memory()) or 'not known'}")


def _memory() -> Iterator[str]:
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        yield f"{_size(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE'))} in the machine"
    try:
        limit = _GROUP.read_text().strip()
    except OSError:
        limit = "max"
    if limit.isdecimal():
        yield f"{_size(int(limit))} for this container"
    if _limits_memory():
        import resource

        bound = resource.getrlimit(resource.RLIMIT_AS)[0]
        yield "no limit for this process" if bound == resource.RLIM_INFINITY else f"{_size(bound)} for this process"


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB"


def _limits() -> Iterator[Sight]:
    """Whether a step can be stopped: one that hangs in a process of its own, and one that eats memory by the system."""
    server = "forkserver" in multiprocessing.get_all_start_methods()
    yield Sight(f"time limit: {Settings().timeout:g} s for a step unless --timeout says otherwise; "
                f"processes begin by {'forkserver' if server else 'spawn, which is slower'}")
    yield Sight(f"memory limit of workers: {'available' if _limits_memory() else 'not on this platform'}")


def _limits_memory() -> bool:
    try:
        import resource
    except ImportError:  # there is none on Windows
        return False
    return hasattr(resource, "RLIMIT_AS") and sys.platform != "darwin"  # which accepts it and heeds it not


def _cache() -> Iterator[Sight]:
    cache = Cache()
    found = cache.contents()
    trouble = f"; it cannot be used: {cache.trouble}" if cache.trouble else ""
    yield Sight(f"cache: {found.results:,} results in {found.path}{trouble}")


def _output() -> Iterator[Sight]:
    stream = sys.stdout
    marks = ", which lacks the marks; ASCII stands for them" if terminal.ascii_only(stream) else ""
    yield Sight(f"output: {stream.encoding}{marks}")
    kind = f"a terminal of {shutil.get_terminal_size().columns} columns" if stream.isatty() else "no terminal"
    said = [f"{name}={os.environ[name]}" for name in ("NO_COLOR", "FORCE_COLOR", "TERM") if name in os.environ]
    color = "yes" if terminal.wants_color(stream, "auto") else "no"
    yield Sight(f"colour: {color} ({', '.join([kind, *said])})")


PARTS: tuple[Callable[[], Iterator[Sight]], ...] = (
    _versions, _extras, _pytest, _schemas, _configuration, _machine, _limits, _cache, _output,
)
"""What is looked at, in this order."""
