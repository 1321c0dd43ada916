"""derivcheck: mathematical derivations checked step by step, for all values and all sizes that they allow."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivcheck.api import Derivation
    from derivcheck.diagnostic import InputError

__version__ = "0.1.0"

__all__ = ["Derivation", "InputError", "__version__"]


_HOMES = {"Derivation": "derivcheck.api", "InputError": "derivcheck.diagnostic"}


def __getattr__(name: str) -> object:
    """The Python interface, imported when it is first used, so that the package itself stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
