"""Judging shared out between processes and machines, each of which may be lost."""
