"""Each engine, held to the same suite."""

from typing import ClassVar

import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from tests.drivers.conformance import Conformance, Engine

pytestmark = pytest.mark.anyio

_COUNTING = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r{})"


def _sqlite_fails_after(rows: int) -> str:
    """`abs` of the smallest integer overflows. It depends on `n`, or SQLite would compute it before the first row."""
    overflow = f"abs(n - {rows} - 9223372036854775807 - 2)"
    return f"{_COUNTING.format('')} SELECT CASE WHEN n <= {rows} THEN n ELSE {overflow} END FROM r"


SQLITE = Engine(
    driver=load("sqlite"),
    target=lambda folder: SqliteTarget(engine="sqlite", path=str(folder / "new.db"), mode="create"),
    make_things="CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)",
    numbers=lambda count: f"{_COUNTING.format(f' LIMIT {count}')} SELECT n FROM r",
    fails_after=_sqlite_fails_after,
    # Python's sqlite3 looks for the next row before it hands one out, and drops the one in hand when that fails
    reads_ahead=1,
    endless=f"{_COUNTING.format('')} SELECT count(*) FROM r",
    endless_rows=f"{_COUNTING.format('')} SELECT n FROM r",
    endless_write=f"{_COUNTING.format('')} INSERT INTO things (name) SELECT n FROM r",
    two_positional="SELECT ?, ?",
    two_named="SELECT :number, @word",
    insert_named_thing="INSERT INTO things (name) VALUES (?)",
    returning="INSERT INTO things (name) VALUES ('a') RETURNING name",
    tells_insert_id=True,
)


class TestSqlite(Conformance):
    engine: ClassVar[Engine] = SQLITE
