"""derivcheck: mathematical derivations checked step by step, for all values and all sizes that they allow."""

__version__ = "0.1.0"
