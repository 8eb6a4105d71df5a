"""The file of the history: an SQLite database that several backends may share."""

import contextlib
import hashlib
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_VERSION = 1
_APPLICATION = 0x4C426869  # so that no file of another program with the same version is taken for ours
_BUSY_S = 2.0
_AGAIN_S = 0.005
_NEWEST = 2000  # that are looked through before the index is asked, which would sort all hits of a frequent word
_LEAST_INDEXED = 3  # characters of a word that the index knows
_CHECK_EVERY = 100  # entries, how often the bounds are looked at
_SPARE = 0.9  # of the bound, to which it shrinks
_KB = 1024
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, sql TEXT NOT NULL,
  sql_complete INTEGER NOT NULL, at INTEGER NOT NULL, ms REAL NOT NULL, rows INTEGER, outcome TEXT NOT NULL, code TEXT,
  connection_name TEXT NOT NULL, database TEXT, origin TEXT NOT NULL, runs INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS entries_hash ON entries (hash);
CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
"""
_INDEX = """
CREATE VIRTUAL TABLE IF NOT EXISTS words
  USING fts5 (sql, content = 'entries', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER IF NOT EXISTS entries_added AFTER INSERT ON entries BEGIN
  INSERT INTO words (rowid, sql) VALUES (new.id, new.sql); END;
CREATE TRIGGER IF NOT EXISTS entries_gone AFTER DELETE ON entries BEGIN
  INSERT INTO words (words, rowid, sql) VALUES ('delete', old.id, old.sql); END;
"""
_ADD = """INSERT INTO entries
(hash, sql, sql_complete, at, ms, rows, outcome, code, connection_name, database, origin, runs)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (hash) DO UPDATE
SET at = max(at, excluded.at), ms = excluded.ms, rows = excluded.rows, code = excluded.code, runs = runs + 1"""
_SEARCH = """SELECT id, sql, sql_complete, at, ms, rows, outcome, code, connection_name, database, origin, runs
FROM entries{where} ORDER BY at DESC"""
_BORN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """One statement that was run. `at` counts microseconds since 1970."""

    sql: str
    sql_complete: bool
    at: int
    ms: float
    rows: int | None
    outcome: str
    code: str | None
    connection_name: str
    database: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one statement: of its last run, and how many there were."""

    id: int
    run: Run
    runs: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. All `words` occur in the statement, in either case."""

    words: Sequence[str] = ()
    connection_name: str | None = None
    database: str | None = None
    outcomes: Sequence[str] | None = None
    origins: Sequence[str] | None = None
    before: int | None = None
    limit: int = 100


def microseconds(text: str) -> int:
    """The moment of ISO 8601 text. Raises `ValueError`."""
    moment = datetime.fromisoformat(text)
    return (moment - _BORN) // timedelta(microseconds=1)


def iso(at: int) -> str:
    """A moment as ISO 8601 text."""
    return (_BORN + timedelta(microseconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")


class HistoryFile:
    """The open file. Every method may raise `sqlite3.Error` or `OSError`; one thread at a time calls them."""

    def __init__(self, path: Path, max_entries: int, max_bytes: int) -> None:
        self._path, self._max_entries, self._max_bytes = path, max_entries, max_bytes
        self._since_check = 0
        self._last_at = 0
        _make_sure_it_is_a_file(path)
        self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            self.is_indexed = self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> bool:
        connection = self._connection
        with self._transaction("BEGIN"):  # of one moment: another backend may be making the tables
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
            ((application,),) = connection.execute("PRAGMA application_id").fetchall()
            ((known,),) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        if version > _VERSION or (application != _APPLICATION if known else application or version):
            raise sqlite3.DatabaseError("it is the file of something else, or of a later version")
        if sys.platform != "win32":
            self._path.chmod(0o600)  # the files beside it get the same mode
        if not known:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._use_wal()
        for sql in ("synchronous = NORMAL", "secure_delete = ON", f"cache_size = -{2 * _KB}"):
            connection.execute(f"PRAGMA {sql}")
        with self._transaction():
            for statement in _statements(_TABLES):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        try:
            with self._transaction():
                had_index = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'words'").fetchone()
                for statement in _statements(_INDEX):
                    connection.execute(statement)
                if not had_index:  # entries may be there from an SQLite that has none
                    connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        except sqlite3.OperationalError as error:
            if "no such" not in str(error):
                raise
            return False  # an SQLite without the index: all is looked through
        if sqlite3.sqlite_version_info >= (3, 42):  # an older one fails, and keeps a snapshot in which it cannot write
            connection.execute("INSERT INTO words (words, rank) VALUES ('secure-delete', 1)")
        return True

    def _use_wal(self) -> None:
        """Where two backends do this at the same moment, SQLite tells one of them without waiting that it is locked."""
        deadline = time.monotonic() + _BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_S)
            else:
                return

    @contextlib.contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def add(self, runs: Sequence[Run]) -> None:
        """Store runs; equal ones become one entry."""
        with self._transaction():
            for run in runs:
                at = max(run.at, self._last_at + 1)  # each its own, so that pages can be told apart
                while self._connection.execute("SELECT 1 FROM entries WHERE at = ?", (at,)).fetchone():
                    at += 1  # of another backend
                self._last_at = at
                same = "\0".join((run.sql, run.connection_name, run.database or "", run.origin, run.outcome))
                key = hashlib.blake2b(same.encode("utf-8", "surrogatepass"), digest_size=16).digest()
                values = (run.sql, run.sql_complete, at, run.ms, run.rows, run.outcome, run.code)
                places = (run.connection_name, run.database, run.origin)
                self._connection.execute(_ADD, (key, *values, *places))
        self._since_check += len(runs)
        if self._since_check >= _CHECK_EVERY:
            self._since_check = 0
            self._shrink()

    def _shrink(self) -> None:
        """Forget the oldest entries beyond the bounds."""
        count = self._count()
        too_many = count - int(self._max_entries * _SPARE) if count > self._max_entries else 0
        size = self._size()
        if size > self._max_bytes:
            too_many = max(too_many, count - int(count * _SPARE * self._max_bytes / size))
        if too_many > 0:
            with self._transaction():
                oldest = "DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY at LIMIT ?)"
                self._connection.execute(oldest, (too_many,))
                if self.is_indexed:  # which only notes what is gone, until it is written anew
                    self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()

    def _count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM entries").fetchone()[0])

    def _size(self) -> int:
        pages, free, size = (
            int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def search(self, wanted: Wanted, is_stopped: Callable[[], bool] = lambda: False) -> list[Entry]:
        """The newest entries that fit, one more than wanted."""
        words = [without_nul(word).lower() for word in wanted.words]
        conditions, values = _conditions(wanted)
        self._connection.set_progress_handler(is_stopped, 10_000)
        try:
            long = [word for word in words if len(word) >= _LEAST_INDEXED]
            match = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
            indexed = bool(long) and self.is_indexed
            if not indexed or self._is_frequent(match):
                newest = self._scan(conditions, values, words, wanted.limit + 1, _NEWEST)
                if newest is not None:
                    return newest
            if indexed:
                conditions, values = (
                    [*conditions, "id IN (SELECT rowid FROM words WHERE words MATCH ?)"],
                    [*values, match],
                )
            return self._scan(conditions, values, words, wanted.limit + 1, None) or []
        finally:
            self._connection.set_progress_handler(None, 0)

    def _is_frequent(self, match: str) -> bool:
        """Whether so many statements fit that sorting them takes longer than looking through the newest."""
        asked = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return bool(self._connection.execute(asked, (match, _NEWEST)).fetchone()[0] == _NEWEST)

    def _scan(
        self, conditions: Sequence[str], values: Sequence[object], words: Sequence[str], count: int, most: int | None
    ) -> list[Entry] | None:
        """The newest that fit, `count` of them; None when `most` were looked through and there are more."""
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        found: list[Entry] = []
        asked = _SEARCH.format(where=where)
        with contextlib.closing(self._connection.execute(asked, values)) as rows:
            for number, row in enumerate(rows):
                if most is not None and number >= most:
                    return None
                text = row[1].lower() if words else ""
                if all(word in text for word in words):
                    id_, *run, runs = row
                    found.append(Entry(id_, Run(*run), runs))
                    if len(found) == count:
                        break
        return found

    def delete(self, ids: Sequence[int] | None) -> int:
        """Forget entries, all of them without `ids`, and what the file still has of their text. How many there were."""
        connection = self._connection
        with self._transaction():
            if ids is None:
                gone = self._count()
                if self.is_indexed:
                    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
                    connection.execute("DROP TRIGGER entries_gone")
                connection.execute("DELETE FROM entries")
                if self.is_indexed:
                    connection.execute(_statements(_INDEX)[-1])
            else:
                gone = sum(connection.execute("DELETE FROM entries WHERE id = ?", (one,)).rowcount for one in ids)
                if self.is_indexed and gone:
                    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("PRAGMA incremental_vacuum").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def close(self) -> None:
        self._connection.close()


def now() -> int:
    """The present moment in microseconds since 1970."""
    return time.time_ns() // 1000


def _statements(text: str) -> list[str]:
    """The statements of a text, in which those of a trigger do not count."""
    found, begun = [], ""
    for line in text.strip().split("\n"):
        begun += f"{line}\n"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for name, value in (("connection_name", wanted.connection_name), ("database", wanted.database)):
        if value is not None:
            conditions.append(f"{name} = ?")
            values.append(value)
    for name, several in (("outcome", wanted.outcomes), ("origin", wanted.origins)):
        if several is not None:
            conditions.append(f"{name} IN ({', '.join('?' * len(several))})")
            values += several
    if wanted.before is not None:
        conditions.append("at < ?")
        values.append(wanted.before)
    return conditions, values


def without_nul(text: str) -> str:
    """The index reads a text only up to its first NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _make_sure_it_is_a_file(path: Path) -> None:
    """One that can be written, in a folder for this user alone if it has to be made. What is there is not changed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is not a regular file")
    finally:
        os.close(descriptor)
