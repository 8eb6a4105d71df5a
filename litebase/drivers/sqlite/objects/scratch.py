"""The schema of an SQLite database without its rows, in memory, where statements are tried out."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from litebase.drivers.sqlite.objects.shape import Text
from litebase.errors import Conflict
from litebase.sql.dialect import SQLITE

_ORDER = ("table", "index", "view", "trigger")
_TEXTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
_MADE_BY_SQLITE = "sqlite_"
_TRIGGERED = (
    "EXPLAIN INSERT INTO {0} DEFAULT VALUES", "EXPLAIN DELETE FROM {0}", "EXPLAIN UPDATE {0} SET {1} = {1}",
)  # fmt: skip


class Scratch:
    """The copy. What cannot be made in it, such as a table of a module that is not there, is left out."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for kind in _ORDER:
            for one, name, _, sql in texts:
                if one == kind and not name.startswith(_MADE_BY_SQLITE):
                    with suppress(sqlite3.Error, ValueError):
                        self._connection.execute(sql)

    def close(self) -> None:
        """Forget it."""
        self._connection.close()

    def run(self, sql: str) -> None:
        """Run a statement. Raises `Conflict` for what SQLite refuses."""
        try:
            self._connection.execute(sql)
        except (sqlite3.Error, ValueError) as refused:
            raise Conflict(f"SQLite refuses this: {refused}. The statement was: {sql[:500]}") from refused

    def texts(self) -> list[Text]:
        """The statements that would make what is there now."""
        return [(*row,) for row in self._connection.execute(_TEXTS)]

    def broken(self) -> dict[str, str]:
        """Views, and tables with triggers, that cannot be used; each with the reason."""
        found = dict[str, str]()
        there = self.texts()
        triggered = {table for kind, _, table, _ in there if kind == "trigger"}
        for kind, name, _, _ in there:
            if kind == "view" and (reason := self._refusal(f"SELECT * FROM {SQLITE.quoted(name)} LIMIT 0")):
                found[f"The view {name!r}"] = reason
            elif kind == "table" and name in triggered:
                (column,) = self._connection.execute(
                    "SELECT name FROM pragma_table_info(?) LIMIT 1", (name,)
                ).fetchone()
                statements = [one.format(SQLITE.quoted(name), SQLITE.quoted(column)) for one in _TRIGGERED]
                for reason in filter(None, map(self._refusal, statements)):
                    found[f"A trigger of the table {name!r}"] = reason
        return found

    def _refusal(self, sql: str) -> str | None:
        try:
            self._connection.execute(sql)
        except sqlite3.Error as refused:
            return str(refused)
        return None
