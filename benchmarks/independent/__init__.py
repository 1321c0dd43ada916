"""A judge of claims by high-precision numbers alone, which shares no mathematics with the engine that it is held against."""

from independent.judge import Finding, Independent

__all__ = ["Finding", "Independent"]
