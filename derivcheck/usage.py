"""What is wrong with a command rather than with a file."""

from __future__ import annotations


class UsageError(Exception):
    """The command or its configuration cannot be followed; the message says what to write."""
