"""Names as they stand in formulas: ``yhat`` is ŷ, ``v_c`` has a subscript, ``CE`` is upright."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from derivcheck.syntax.boxes import Accent, Atom, Box, Scripts
from derivcheck.syntax.scope import Scope

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "upsilon": "υ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "ell": "ℓ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}
"""Names of letters that LaTeX has as commands."""

ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "ddot": "¨", "dot": "˙", "check": "ˇ"}
"""Endings of names that are written as a mark over the letter; ``ddot`` before ``dot``, which it ends in."""


PLACE = r"\cdot"
"""What stands for the index in a spelling such as ``p(\\cdot|c)``."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names where a formula is to be read.

    taken: those that an entry must not be mistaken for; spelled: how LaTeX spells those that have a spelling of their own.
    """

    taken: frozenset[str] = frozenset()
    spelled: Mapping[str, str] = field(default_factory=dict)


def declared(scope: Scope) -> Names:
    """The names of a scope; a spelling that is a number says only which index the number means."""
    own = {name: next((t.strip() for t in texts if not t.strip().isdigit()), "") for name, texts in scope.latex.items()}
    return Names(frozenset(scope.symbols), {name: text for name, text in own.items() if text})


@lru_cache(maxsize=5_000)
def lettered(name: str) -> Box:
    """A name as it is written: an accent, a subscript after the first underscore, upright where it has several letters."""
    base, _, rest = name.partition("_")
    return Scripts(_word(base), _subscript(rest)) if base and rest else _word(name)


def upright(word: str) -> Atom:
    """A word in upright letters."""
    return Atom("identifier", rf"\mathrm{{{escaped(word)}}}", word)


def escaped(word: str) -> str:
    """A word in which LaTeX takes every character as itself."""
    return word.replace("_", r"\_")


def _word(word: str) -> Box:
    letter = _letter(word)
    if letter is not None:
        return letter
    for ending, mark in ACCENTS.items():
        if word.endswith(ending) and (base := _letter(word.removesuffix(ending))) is not None:
            return Accent(base, rf"\{ending}", mark)
    return upright(word)


def _letter(word: str) -> Atom | None:
    if word in GREEK:
        return Atom("identifier", rf"\{word}", GREEK[word])
    return Atom("identifier", word, word) if len(word) == 1 and word.isalpha() else None


def _subscript(rest: str) -> Atom:
    if rest.isascii() and rest.isdigit():
        return Atom("number", rest, rest)
    return _letter(rest) or Atom("text", rf"\text{{{escaped(rest)}}}", rest)
