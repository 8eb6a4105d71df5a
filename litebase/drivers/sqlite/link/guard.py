"""What a statement of SQLite may touch beside the database that was opened, and how much memory SQLite may take.

SQLite asks the guard for everything that a statement would do, when it compiles it; so nothing hangs on how the
statement is written. The rules:

- A read-only session writes nothing, attaches nothing, and cannot be made to write.
- ATTACH takes a file's path as it stands in the text, VACUUM INTO also one that is worked out; neither takes a URI.
  ATTACH takes ordinary files that exist; where the connection has the mode `create`, new ones too. VACUUM INTO makes a
  new file, and SQLite itself refuses one that is not empty.
- Settings that reach beyond the session are not changed: memory of the whole process, folders, the schema table. That
  the schema table can be written is switched on and off in dumps, with no effect: see `dump`.

Sources: sqlite.org/c3ref/set_authorizer.html, c3ref/c_alter_table.html (the actions), security.html.
"""

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from litebase.drivers.interface import DriverLimits

_WRITES = {
    getattr(sqlite3, f"SQLITE_{name}")
    for name in (
        "INSERT", "UPDATE", "DELETE", "ALTER_TABLE", "REINDEX", "ANALYZE",
        *(f"{verb}_{what}" for verb in ("CREATE", "DROP") for what in (
            "TABLE", "INDEX", "VIEW", "TRIGGER", "VTABLE", "TEMP_TABLE", "TEMP_INDEX", "TEMP_VIEW", "TEMP_TRIGGER",
        )),
    )
}  # fmt: skip
_SCHEMA_TABLES = {"sqlite_master", "sqlite_temp_master"}  # "updated" when json_each and its like are first named
_SHARED_PRAGMAS = {
    "hard_heap_limit", "soft_heap_limit", "temp_store_directory", "data_store_directory", "writable_schema",
}  # fmt: skip
_SWITCHES = {"on": True, "1": True, "off": False, "0": False}
_READ_ONLY_REASON = "ATTACH and VACUUM INTO are refused on a read-only connection."


class Guard:
    """The rules of one session. `reason` says why the statement at hand was refused, None when it was not."""

    _RULES: ClassVar[dict[int, str]] = {sqlite3.SQLITE_ATTACH: "_attach", sqlite3.SQLITE_PRAGMA: "_pragma"}
    actions: ClassVar[frozenset[int]] = frozenset({*_WRITES, *_RULES})  # all others are allowed

    def __init__(self, *, read_only: bool, creates_files: bool) -> None:
        self.read_only = read_only
        self.reason: str | None = None
        self.schema_is_open = False  # for a row of a dump
        self.schema_is_closing = False  # after it
        self.dump_has_ended = False  # as far as it was the last statement that said so
        self._creates_files = creates_files
        self._word = ""

    def begin(self, word: str) -> None:
        """A statement that begins with `word` is going to be compiled."""
        self._word, self.reason, self.dump_has_ended = word, None, False

    def allows(
        self, action: int, first: str | None, second: str | None, _database: str | None, _inside: str | None
    ) -> int:
        """What SQLite calls. Raises nothing."""
        if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() == "writable_schema" and not self.read_only:
            if self.schema_is_open:
                return sqlite3.SQLITE_OK
            if self.schema_is_closing and (second or "").lower() == "off":
                return sqlite3.SQLITE_OK
            if second is not None and self._word == "PRAGMA" and (on := _SWITCHES.get(second.lower())) is not None:
                self.dump_has_ended = not on
                return sqlite3.SQLITE_IGNORE
        if action in _WRITES:
            self.reason = self._write(action, first) if self.read_only else None
        elif action in self._RULES:
            rule: Callable[[str | None, str | None], str | None] = getattr(self, self._RULES[action])
            self.reason = rule(first, second)
        else:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if self.reason is None else sqlite3.SQLITE_DENY

    def _write(self, action: int, table: str | None) -> str | None:
        own = action == sqlite3.SQLITE_UPDATE and table in _SCHEMA_TABLES
        return None if own or self._word == "EXPLAIN" else "The connection is read-only."

    def _pragma(self, name: str | None, value: str | None) -> str | None:
        name = (name or "").lower()
        if value is None:
            return None
        if self._word == "EXPLAIN":
            return f"SQLite carries PRAGMA {name} out while it compiles it; EXPLAIN would not only explain it."
        if name in _SHARED_PRAGMAS:
            return f"PRAGMA {name} is not changed here: it reaches beyond this database session."
        return "The connection stays read-only." if self.read_only and name == "query_only" else None

    def _attach(self, name: str | None, _value: str | None) -> str | None:
        if self.read_only:
            return _READ_ONLY_REASON
        if name is None:
            return "Write the file's path into the statement as text: a path that is worked out later is not checked."
        if name.lower().startswith("file:"):
            return "A path is not read as a URI; write the path alone."
        if name in ("", ":memory:"):
            return None
        return self._file(name)

    def _file(self, name: str) -> str | None:
        try:
            mode = Path(name).stat().st_mode
        except FileNotFoundError:
            if self._creates_files or self._word == "VACUUM":
                return None
            return f"There is no file {name}. To attach a new one, open the connection with the mode create."
        except (OSError, ValueError) as error:
            return f"{name} cannot be used: {getattr(error, 'strerror', None) or 'it is no path'}."
        return None if stat.S_ISREG(mode) else f"{name} is no ordinary file."


def bound(connection: sqlite3.Connection, limits: DriverLimits) -> None:
    """Bound what a statement may take. In the session's thread, as Python demands it."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.own["max_sqlite_cell_bytes"])
    # of the whole process; it can only be lowered, and the guard lets nobody do that
    connection.execute(f"PRAGMA hard_heap_limit = {limits.own['max_sqlite_memory_bytes']:d}")
