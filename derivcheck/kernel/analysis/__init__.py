"""Integrals, limits and series replaced by closed terms, each replacement certified."""
