"""Where SQLite can tell the origin of a result column."""

import sys

import pytest

needs_metadata = pytest.mark.skipif(
    sys.platform == "win32", reason="the sqlite3.dll that comes with Python is built without column metadata"
)
