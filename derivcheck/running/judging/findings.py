"""Diagnostics with the author's line beside them."""

from __future__ import annotations

from derivcheck.diagnostic import Diagnostic, Place
from derivcheck.files.source import Source
from derivcheck.running.report import Finding

_START = Place(1, 1, 1, 1)


def finding(source: Source | None, diagnostic: Diagnostic) -> Finding:
    """The diagnostic as a report shows it; one without a place stands at the beginning of the file."""
    place = diagnostic.place or _START
    excerpt = source.line(place.line) if source else ""
    return Finding(diagnostic.code, diagnostic.message, place, excerpt, diagnostic.notes, diagnostic.severity)
