"""One scope that the tables of the plain language are read in."""

from __future__ import annotations

import pytest
from plain_sample import declared

from derivcheck.syntax import Scope


@pytest.fixture(scope="session")
def scope() -> Scope:
    """The scope of ``SYMBOLS`` and ``DEFINITIONS``."""
    return declared()
