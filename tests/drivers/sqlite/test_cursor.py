"""Results of SQLite: their columns, and their rows as they are."""

import contextlib
import sqlite3
import threading
from pathlib import Path

import anyio
import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.link.turns import turns_of_loop
from litebase.drivers.sqlite.session import SqliteSession
from litebase.errors import LimitExceeded, QueryFailed
from tests.drivers.sqlite.metadata import needs_metadata
from tests.drivers.sqlite.sessions import Open, rows_of

pytestmark = pytest.mark.anyio


@pytest.mark.fault("D09")
async def test_a_cell_that_would_fill_the_memory_is_refused(open_session: Open) -> None:
    session = await open_session()
    with pytest.raises((QueryFailed, LimitExceeded)):
        await rows_of(session, "SELECT length(zeroblob(1000000000))")
    with contextlib.suppress(QueryFailed):  # printf refuses with an error in SQLite 3.53, and with null in 3.40
        assert await rows_of(session, "SELECT length(printf('%.*c', 900000000, 'x'))") == [(None,)]
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("D13")
async def test_text_that_is_not_utf_8_keeps_its_row_and_its_bytes(open_session: Open) -> None:
    session = await open_session()
    rows = await rows_of(session, "SELECT 1, CAST(x'61ff62' AS TEXT), 'good' UNION ALL SELECT 2, 'é', 'good'")
    assert [(number, text.encode("utf-8", "surrogateescape")) for number, text, _ in rows if isinstance(text, str)] == [
        (1, b"a\xffb"),
        (2, "é".encode()),
    ]


@needs_metadata
async def test_columns_tell_type_kind_and_origin(open_session: Open) -> None:
    session = await open_session()
    await session.execute(
        Statement("CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(10,2) NOT NULL, seen DATETIME, any)")
    )
    await session.execute(Statement("INSERT INTO t VALUES (1, '1.50', '2024-01-01', x'00')"))
    cursor = await session.execute(
        Statement("SELECT id AS number, price, seen, any, 1.5, 'x' AS text, NULL FROM t", first_rows=1)
    )
    told = [(one.name, one.db_type, one.kind, one.nullable, one.origin is not None) for one in cursor.columns]
    assert told == [
        ("number", "INTEGER", "integer", False, True),
        ("price", "DECIMAL(10,2)", "decimal", False, True),
        ("seen", "DATETIME", "timestamp", True, True),
        ("any", "blob", "bytes", True, True),
        ("1.5", "real", "float", None, False),
        ("text", "text", "text", None, False),
        ("NULL", "ANY", "other", None, False),
    ]
    origin = cursor.columns[0].origin
    assert origin is not None
    assert (origin.schema_name, origin.table_name, origin.column_name, origin.key_part) == ("main", "t", "id", True)


@needs_metadata
async def test_columns_are_those_that_another_program_has_made_of_them_meanwhile(
    file: Path, open_session: Open
) -> None:
    """Python keeps compiled statements, and SQLite sees only at the first step that one has to be compiled anew."""
    session = await open_session(file)
    again, told = Statement("SELECT kind FROM made", first_rows=1), []
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        for declared in ("DATE", "TIME", "UUID"):
            other.executescript(f"DROP TABLE IF EXISTS made; CREATE TABLE made (kind {declared})")
            for _ in range(2):
                (column,) = (await session.execute(again)).columns
                told.append(column.kind)
    assert told == ["date", "date", "time", "time", "uuid", "uuid"]


async def test_a_result_whose_closing_was_stopped_before_its_turn_is_not_left_open(
    file: Path, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, other = await open_session(file), await open_session(file)
    assert isinstance(other, SqliteSession)
    cursor = await session.execute(Statement("SELECT * FROM t", first_rows=1))
    monkeypatch.setattr(turns_of_loop(), "long_s", 3600.0)
    may_end = threading.Event()
    running = other.thread.begin(may_end.wait)
    with anyio.move_on_after(0.02):
        await cursor.aclose()
    may_end.set()
    await running
    assert not session.is_clean
    assert await session.reset()
    with contextlib.closing(sqlite3.connect(file, timeout=0)) as program:
        program.execute("BEGIN EXCLUSIVE")


@pytest.mark.fault("Q11")
async def test_any_number_of_columns_and_any_name_arrives(open_session: Open) -> None:
    session = await open_session()
    names = ["", "a", "a", "line\nbreak", "🙂", "\u202eright to left"]
    listed = ", ".join(f'{number} AS "{name}"' for number, name in enumerate(names))
    cursor = await session.execute(Statement(f"SELECT {listed}", first_rows=1))
    assert [column.name for column in cursor.columns] == names
    assert await cursor.fetch(1) == [tuple(range(len(names)))]
    wide = ", ".join(str(number) for number in range(2000))
    assert await rows_of(session, f"SELECT {wide}") == [tuple(range(2000))]


_NUMBERS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 300)"
_SLOW = "(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200000 + n) SELECT max(i) FROM c)"


async def test_rows_that_come_slowly_are_not_waited_for_once_there_are_some(open_session: Open) -> None:
    session = await open_session()
    cursor = await session.execute(Statement(f"{_NUMBERS} SELECT n, {_SLOW} FROM r", first_rows=100))
    assert 1 <= len(await cursor.fetch(100)) < 50
    await cursor.aclose()
    cursor = await session.execute(
        Statement(f"{_NUMBERS} SELECT n, CASE WHEN n > 130 THEN {_SLOW} END FROM r", first_rows=1)
    )
    assert len(await cursor.fetch(1)) == 1
    assert 1 <= len(await cursor.fetch(300)) < 180
    await cursor.aclose()


async def test_rows_that_become_large_at_once_do_not_fill_the_memory(open_session: Open) -> None:
    session = await open_session()
    sql = f"{_NUMBERS} SELECT n, CASE WHEN n > 130 THEN zeroblob(2000000) END FROM r"
    cursor = await session.execute(Statement(sql, first_rows=1))
    assert len(await cursor.fetch(1)) == 1
    assert 1 <= len(await cursor.fetch(300)) < 180
    assert len(await cursor.fetch(300)) < 50
    await cursor.aclose()


async def test_a_result_that_was_stopped_or_failed_is_not_taken_for_read_to_its_end(open_session: Open) -> None:
    session = await open_session()
    endless = _SLOW.replace("200000", "2000000000")
    cursor = await session.execute(
        Statement(f"{_NUMBERS} SELECT n, CASE WHEN n > 9 THEN {endless} END FROM r", first_rows=1)
    )
    assert len(await cursor.fetch(1)) == 1
    with anyio.move_on_after(0.05), pytest.raises(Interrupted):
        await cursor.fetch(100)
    with pytest.raises(Interrupted):
        await cursor.fetch(100)
    assert not cursor.exhausted
    failing = f"{_NUMBERS} SELECT n, CASE WHEN n > 9 THEN abs(n - 9 - 9223372036854775807 - 2) END FROM r"
    cursor = await session.execute(Statement(failing, first_rows=1))
    assert len(await cursor.fetch(1)) == 1
    assert 1 <= len(await cursor.fetch(100)) < 9
    for _ in range(2):
        with pytest.raises(QueryFailed):
            await cursor.fetch(100)
    assert not cursor.exhausted
    await cursor.aclose()
    assert await rows_of(session, "SELECT 1") == [(1,)]
