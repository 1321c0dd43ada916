"""The folder in which the user's machine keeps what can be found out again."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """The folder of derivcheck, which need not exist yet; raises ``OSError`` where the user has none: no home is known."""
    import platformdirs

    try:
        found = Path(platformdirs.user_cache_dir("derivcheck"))
    except RuntimeError as error:
        raise OSError(str(error)) from None
    if not found.is_absolute():  # a "~" that nothing stands for would be made wherever the command is run
        raise OSError("no home directory is known")
    return found
