"""``python -m derivcheck``."""

import os
import sys

if not sys.flags.safe_path and sys.path and sys.path[0] == os.getcwd():
    del sys.path[0]  # what is imported later must not come from the folder whose files are judged

from derivcheck.cli import entry

if __name__ == "__main__":
    sys.exit(entry())
