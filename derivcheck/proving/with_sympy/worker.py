"""The process in which SymPy works: reads claims as lines of JSON, answers each with a line.  Run by ``sympy_prover``.

Kept apart so that a claim that takes SymPy for ever, or all memory, costs this process and nothing else.
"""

from __future__ import annotations

import contextlib
import signal
from typing import Any

from derivcheck.proving.serving import serve

MEMORY = 1 << 30
"""Most bytes of address space."""


def main() -> None:
    """Answer claims until the input ends."""
    serve(_prepare, _answer)


def _prepare() -> str:
    _limit_memory()
    import sympy

    return str(sympy.__version__)


def _answer(request: dict[str, Any]) -> dict[str, object]:
    from sympy.core.cache import clear_cache
    from sympy.core.random import seed

    from derivcheck.proving.with_sympy.problem import decode
    from derivcheck.proving.with_sympy.strategies import settle

    seed(0)
    clear_cache()  # an answer must not depend on the claims before it
    _limit_seconds(request["seconds"])
    try:
        if "integrand" in request:
            from derivcheck.proving.with_sympy.antiderivatives import propose

            return {"antiderivatives": propose(decode(request["integrand"]), decode(request["variable"]).symbol)}
        if "summand" in request:
            from derivcheck.proving.with_sympy.antiderivatives import antidifferences

            return {"antidifferences": antidifferences(decode(request["summand"]), decode(request["index"]).symbol)}
        found = settle(decode(request["left"]), decode(request["right"]))
        return {"strategy": found[0], "points": found[1]} if found else {"strategy": None}
    except Exception as error:  # noqa: BLE001 - SymPy's defects are many, and none of them may end a run
        return {"strategy": None, "failure": type(error).__name__}
    finally:
        _limit_seconds(0)


def _limit_seconds(seconds: float) -> None:
    """End the process once it has computed so long: processor time, so that a busy machine changes no verdict."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
