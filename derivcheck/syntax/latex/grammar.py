"""The tables of ``grammar.lark`` and the automaton that runs them.

Lark builds the tables, which takes a tenth of a second, and they are kept in the user's cache directory; where nothing can be
written they are built each time.  A cache that is damaged is built anew.  The automaton is the usual one of LR parsing (Knuth,
"On the translation of languages from left to right", 1965).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from derivcheck import user_cache

GRAMMAR = Path(__file__).with_name("grammar.lark")
END = "$END"
_LAYOUT = "1"
"""Changed with the form of the cached tables."""


class Token(NamedTuple):
    """A token: its kind is a terminal of the grammar; text is what the tree needs of it; it stands at ``start`` to ``end``."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The automaton.

    actions: for each state, by symbol, the next state, or -1 - r to reduce by rule r; rules: what each makes, of how many
    parts, under which name.
    """

    actions: tuple[Mapping[str, int], ...]
    rules: tuple[tuple[str, int, str], ...]
    start: int
    end: int


class Unexpected(Exception):
    """A token that cannot stand where it does; expected are the kinds that could."""

    def __init__(self, token: Token, expected: frozenset[str]) -> None:
        super().__init__(token.kind)
        self.token = token
        self.expected = expected


Builder = Callable[[Sequence[Any]], Any]


def parse(tokens: Sequence[Token], builders: Mapping[str, Builder]) -> Any:
    """The value that the builders make of the tokens; a rule of one part without a builder is that part.

    Raises ``Unexpected``, and whatever a builder raises.
    """
    tables = load()
    actions, rules = tables.actions, tables.rules
    states = [tables.start]
    values: list[Any] = []
    last = tokens[-1].end if tokens else 0
    for token in (*tokens, Token(END, "", last, last)):
        while (action := actions[states[-1]].get(token.kind)) is None or action < 0:
            if action is None:
                raise Unexpected(token, frozenset(k for k in actions[states[-1]] if k.isupper() or k == END))
            origin, size, name = rules[-1 - action]
            parts = values[-size:]
            del states[-size:], values[-size:]
            builder = builders.get(name)
            values.append(builder(parts) if builder is not None else parts[0])
            states.append(actions[states[-1]][origin])
            if token.kind == END and states[-1] == tables.end:
                return values[-1]
        states.append(action)
        values.append(token)
    raise AssertionError("the end of the text is never shifted")


@lru_cache(maxsize=1)
def load() -> Tables:
    """The tables, from the cache if it holds them."""
    text = GRAMMAR.read_text(encoding="utf-8")
    try:
        path = _cache_path(text)
    except OSError:
        return build(text)
    tables = _read(path)
    if tables is None:
        tables = build(text)
        _write(path, tables)
    return tables


def build(text: str) -> Tables:
    """The tables of a grammar; raises lark's ``GrammarError`` where it is not LALR(1)."""
    from lark import Lark  # building is rare, and the import is slow
    from lark.grammar import Rule
    from lark.lexer import Lexer, TerminalDef

    class Given(Lexer):
        """Tokens come from ``tokens``; Lark only wants to know that it need not make them."""

        def __init__(self, conf: object) -> None: ...

        def lex(self, lexer_state: Any, parser_state: Any) -> Any: ...

    made = Lark(text, parser="lalr", lexer=Given, strict=True, maybe_placeholders=False)
    data, memo = made.memo_serialize([TerminalDef, Rule])
    table = data["parser"]["parser"]
    numbered = {old: new for new, old in enumerate(sorted(table["states"]))}
    order = [key for key, item in memo.items() if item["__type__"] == "Rule"]
    rules = tuple(_rule(memo[key]) for key in order)
    actions = tuple(_row(table["states"][state], table["tokens"], numbered, order) for state in numbered)
    return Tables(actions, rules, numbered[table["start_states"]["start"]], numbered[table["end_states"]["start"]])


def _rule(item: Mapping[str, Any]) -> tuple[str, int, str]:
    name = item["alias"] or item["origin"]["name"]
    single = item["options"]["expand1"] and item["alias"] is None and len(item["expansion"]) == 1
    return item["origin"]["name"], len(item["expansion"]), "" if single else name


def _row(row: Mapping[int, Any], tokens: Mapping[int, str], numbered: Mapping[int, int], order: list[int]) -> dict[str, int]:
    return {tokens[k]: -1 - order.index(target["@"]) if reduces else numbered[target] for k, (reduces, target) in row.items()}


def _cache_path(text: str) -> Path:
    digest = hashlib.sha256((_LAYOUT + text).encode()).hexdigest()[:16]
    return user_cache.folder() / f"latex-{digest}.json"


def _read(path: Path) -> Tables | None:
    """The tables in a cache file; ``None`` if there is none, or none that is whole."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        return None
    data = json.loads(text)
    return Tables(tuple(data["actions"]), tuple((o, n, a) for o, n, a in data["rules"]), data["start"], data["end"])


def _write(path: Path, tables: Tables) -> None:
    """Keep the tables for the next time, all at once, so that no other process reads a part of them."""
    text = json.dumps({"actions": tables.actions, "rules": tables.rules, "start": tables.start, "end": tables.end})
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
        part.replace(path)
    except OSError:
        return  # a directory that cannot be written costs a tenth of a second each time, nothing else
