"""``python -m derivcheck``."""

import sys

from derivcheck.cli import entry

if __name__ == "__main__":
    sys.exit(entry())
