"""A file rewritten in the other syntax."""
