"""A derivation judged line by line."""
