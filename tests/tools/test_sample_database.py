"""The sample database is large, odd, consistent, and the same each time."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tools import sample_database


def test_two_databases_have_the_same_content(tmp_path: Path) -> None:
    hashes = set()
    for name in ("a.db", "b.db"):
        sample_database.make(tmp_path / name)
        with closing(sqlite3.connect(tmp_path / name)) as database:
            database.text_factory = bytes
            hashes.add(hashlib.sha256(b"\n".join(line.encode() for line in _dump(database))).hexdigest())
    assert len(hashes) == 1


def _dump(database: sqlite3.Connection) -> list[str]:
    tables = ("artists", "albums", "tracks", "plays", "odd_values")
    return [repr(row) for table in tables for row in database.execute(f"SELECT * FROM {table} ORDER BY 1")]


def test_the_tables_are_related_and_one_is_large(tmp_path: Path) -> None:
    sample_database.make(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM plays").fetchone()[0] >= 100_000
        long_text = database.execute("SELECT max(length(value)) FROM odd_values WHERE what LIKE 'text of%'").fetchone()
        assert long_text == (sample_database.LONG_TEXT_BYTES,)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.write_text("precious")
    command = [sys.executable, "-m", "tools.sample_database", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "already exists" in done.stderr
    assert path.read_text() == "precious"
