"""The pytest plugin: files of derivations are collected where the user asks for it, and nothing is imported where not."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the options."""
    group = parser.getgroup("derivcheck", "derivations")
    group.addoption("--derivcheck", action="store_true", help="collect files of derivations, each step as a test")
    strict = "the same, and steps that are only checked, and lost domains, fail too"
    group.addoption("--derivcheck-strict", action="store_true", help=strict)
    parser.addini("derivcheck", "collect files of derivations, each step as a test", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark, and read the configuration if files are to be collected."""
    config.addinivalue_line("markers", "derivcheck: a step of a derivation")
    if _wanted(config):
        from derivcheck.integrations import pytest_items

        pytest_items.configure(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The steps of a file of derivations."""
    if not _wanted(parent.config):
        return None
    from derivcheck.integrations import pytest_items

    return pytest_items.collect(file_path, parent)


def _wanted(config: pytest.Config) -> bool:
    return bool(config.getoption("--derivcheck") or config.getoption("--derivcheck-strict") or config.getini("derivcheck"))
