"""Where the history of a user is."""

import os
import sys
from pathlib import Path


def default_file() -> Path:
    """A file in the folder that the system has for the data of this user's programs."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"], "litebase", "history.db")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "litebase" / "history.db"
    data = os.environ.get("XDG_DATA_HOME")
    folder = Path(data) if data and Path(data).is_absolute() else Path.home() / ".local" / "share"
    return folder / "litebase" / "history.db"
