"""The SQLite databases that are measured: created once, and reused by later runs."""

import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

ALL_ROWS = "SELECT * FROM rows"

# `amount` is decimal digits as text: in a column declared DECIMAL, SQLite would convert them to floats
_WIDE = """
CREATE TABLE rows (
  id INTEGER PRIMARY KEY, quantity INTEGER, big INTEGER, ratio REAL, name TEXT NOT NULL, remark TEXT,
  day DATE, amount DECIMALTEXT, digest BLOB, parent INTEGER
);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {rows})
INSERT INTO rows SELECT
  i, i * 7919 % 1000, i * 2654435761 * 1021, i / 7.0, printf('customer %d', i * 7919 % 100003),
  CASE WHEN i % 3 THEN printf('remark number %d about something', i % 977) END,
  date('2020-01-01', (i % 2000) || ' days'), printf('%d.%02d', i % 100000, i % 100),
  CAST(printf('%012d', i) AS BLOB), CASE WHEN i % 10 THEN i / 10 END
FROM n;
"""
_NARROW = """
CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {rows})
INSERT INTO rows SELECT i, printf('row %d', i) FROM n;
"""


def wide(folder: Path, rows: int) -> Path:
    """A table `rows` of ten columns: integers, a float, texts, a date, decimal digits, a blob and NULLs."""
    return _made(folder, "wide", rows, _WIDE)


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """All rows of the table, in memory."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(ALL_ROWS).fetchall()


def narrow(folder: Path, rows: int) -> Path:
    """A table `rows` of a key and a short text."""
    return _made(folder, "narrow", rows, _NARROW)


def _made(folder: Path, name: str, rows: int, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    version = sha256(script.encode()).hexdigest()[:8]
    path = folder.resolve() / f"{name}-{rows}-{version}.db"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        try:
            with closing(sqlite3.connect(unfinished)) as database:
                database.executescript(
                    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + script.format(rows=rows)
                )
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return path
