"""Where the history of a user is."""

import os
import sys
from pathlib import Path


def default_file() -> Path | None:
    """A file in the folder that the system has for the data of this user's programs; None where it has none."""
    try:
        return _folder() / "litebase" / "history.db"
    except (KeyError, RuntimeError):  # a user without a home
        return None


def _folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    data = os.environ.get("XDG_DATA_HOME")
    return Path(data) if data and Path(data).is_absolute() else Path.home() / ".local" / "share"
