"""The grammar of formulas: LALR(1) without a conflict, one tree for every formula, and tables that survive any cache."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import GrammarError
from lark.lexer import Lexer
from test_latex_reading import READS, scope

from derivcheck.diagnostic import InputError
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.running.judging.scopes import build
from derivcheck.syntax import show
from derivcheck.syntax.latex import grammar
from derivcheck.syntax.latex.commands import tokenize
from derivcheck.syntax.latex.displays import leading
from derivcheck.syntax.latex.names import spellings
from derivcheck.syntax.latex.reading import read_latex

ROOT = Path(__file__).parents[2]
TEXT = grammar.GRAMMAR.read_text(encoding="utf-8")


def published() -> Iterator[tuple[str, Any]]:
    """The formulas of the five sources, each with its declarations."""
    for path in sorted((ROOT / "derivations" / "latex").glob("*.md")):
        document = load(Input(path, True))
        assert document is not None
        for derivation in document.derivations:
            made, wrong = build(derivation.declarations)
            assert not wrong
            for raw in derivation.steps:
                after = leading(raw.text.text)[1]
                yield " " * after + raw.text.text[after:], made


class Given(Lexer):
    """Passes on the tokens that are given instead of a text."""

    tokens: list[Token]

    def __init__(self, conf: object) -> None: ...

    def lex(self, text: object, *rest: object) -> Iterator[Token]:  # type: ignore[override]
        yield from Given.tokens


def trees_by_earley(parser: Lark, tokens: list[grammar.Token]) -> Tree[Any]:
    Given.tokens = [Token(token.kind, token.text) for token in tokens]
    return parser.parse("x")


def test_no_formula_has_two_trees() -> None:
    parser = Lark(TEXT, parser="earley", lexer=Given, ambiguity="explicit")
    formulas = [*((latex, scope()) for latex, _ in READS), *published()]
    read = 0
    for text, made in formulas:
        try:
            tokens = tokenize(text, spellings(made)).tokens
            grammar.parse(tokens, {})
        except (InputError, grammar.Unexpected):
            continue
        tree = trees_by_earley(parser, tokens)
        assert not list(tree.find_data("_ambig")), text
        read += 1
    assert read > 300


def test_the_oracle_sees_an_ambiguity_where_there_is_one() -> None:
    text = re.sub(r"\| sum PLUS product -> plus", "| sum PLUS sum -> plus", TEXT)
    assert text != TEXT
    parser = Lark(text, parser="earley", lexer=Given, ambiguity="explicit")
    tree = trees_by_earley(parser, tokenize("x + a + b", spellings(scope())).tokens)
    assert list(tree.find_data("_ambig"))
    with pytest.raises(GrammarError):
        grammar.build(text)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache directory of this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    grammar.load.cache_clear()
    yield tmp_path / "cache"
    grammar.load.cache_clear()


def files(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]


def test_tables_are_kept_and_read_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = grammar.load()
    (kept,) = files(cache)
    grammar.load.cache_clear()
    monkeypatch.setattr(grammar, "build", lambda text: pytest.fail("the tables are built again"))
    assert grammar.load() == built
    assert kept.name.startswith("latex-")


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"0\n{}", b"[1, 2]"], ids=repr)
def test_a_damaged_cache_is_built_anew(cache: Path, damage: bytes) -> None:
    rules = grammar.load().rules
    (kept,) = files(cache)
    for content in (damage, kept.read_bytes()[:-2], kept.read_bytes().replace(b'"rules"', b'"roles"')):
        kept.write_bytes(content)
        grammar.load.cache_clear()
        assert sorted(grammar.load().rules) == sorted(rules)
        assert show(read_latex("x + a", scope())) == "x + a"
        assert kept.read_bytes() != content
    assert files(cache) == [kept]


def test_a_directory_that_cannot_be_written_costs_nothing_but_time(cache: Path) -> None:
    cache.write_text("a file where the directory should be")
    assert show(read_latex("x + a", scope())) == "x + a"
