"""Sessions of SQLite: stopped in time, bounded, and honest about what they did.

The hard cases of SQLite are spread over this folder.

| case | where, or why not |
|---|---|
| D01, D02, D10..D12 | `link/test_file.py`; D11 with 300 files instead of 1,000, to be quick; of D12 a missing `-shm`, and a file that is deleted or replaced while open: read-only media and network folders need mounts |
| D03..D06, D08 | below |
| D07 | below: extensions and fts3_tokenizer. `PRAGMA writable_schema` is not refused: it takes SQLITE_DBCONFIG_DEFENSIVE, which Python sets from 3.12 on |
| D09, D13 | `test_cursor.py` |
| D14 | below, with `max_page_count`, which ends in the same SQLITE_FULL; a disk that is really full needs a mount |
| D15..D17 | `test_driver.py` |
"""  # noqa: E501  # rows of a table

import contextlib
import gc
import sqlite3
import time
from pathlib import Path
from typing import Any

import anyio
import pytest

from litebase.drivers.interface import DatabaseSession, RowTuple, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.link import native
from litebase.drivers.sqlite.session import SqliteSession
from litebase.errors import Conflict, InvalidMessage, LimitExceeded, LiteBaseError, QueryFailed, ReadOnly
from tests.drivers.sqlite.sessions import ENDLESS, Open, rows_of
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


# locks and stopping


@pytest.mark.fault("D03")
async def test_a_lock_of_another_program_ends_the_statement_after_the_set_time(file: Path, open_session: Open) -> None:
    session = await open_session(file, busy_timeout_ms=200)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(LimitExceeded):
        await session.execute(Statement("SELECT * FROM t", first_rows=1))
    assert time.monotonic() - started >= 0.2
    other.execute("COMMIT")
    assert len(await rows_of(session, "SELECT * FROM t")) == 2
    other.close()


@pytest.mark.fault("D03")
async def test_a_statement_goes_on_when_the_lock_is_let_go(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.execute, Statement("INSERT INTO t VALUES (3, 'three')"))
        await anyio.sleep(0.1)
        other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM t").fetchone() == (3,)
    other.close()


@pytest.mark.fault("D03")
async def test_waiting_for_a_lock_can_be_cancelled(file: Path, open_session: Open) -> None:
    session = await open_session(file, busy_timeout_ms=60_000)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with anyio.move_on_after(0.1), pytest.raises(Interrupted) as stopped:  # after the minute it would be an error
        await session.execute(Statement("INSERT INTO t VALUES (3, 'three')"))
    assert not stopped.value.session_ended
    other.execute("COMMIT")
    assert len(await rows_of(session, "SELECT * FROM t")) == 2
    other.close()


async def _stopped(session: DatabaseSession, after_s: float) -> None:
    with anyio.move_on_after(after_s):
        with pytest.raises(Interrupted):
            await session.execute(Statement(ENDLESS, first_rows=1))


@pytest.mark.fault("D04")
async def test_an_endless_query_is_cancelled_and_the_next_one_runs_at_once(open_session: Open) -> None:
    session = await open_session()
    await _stopped(session, 0.1)
    with anyio.fail_after(SOON_S):
        assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("D05")
async def test_a_cancel_of_one_statement_leaves_the_one_queued_behind_it_alone(open_session: Open) -> None:
    session = await open_session()
    found: list[RowTuple] = []

    async def queued() -> None:
        found.extend(
            await rows_of(
                session,
                "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 300000) SELECT count(*) FROM r",
            )
        )

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stopped, session, 0.1)
        await anyio.sleep(0.02)
        tasks.start_soon(queued)
    assert found == [(300000,)]


@pytest.mark.fault("D06")
async def test_a_session_closes_while_a_query_runs(open_session: Open) -> None:
    session = await open_session()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_endless_until_closed, session)
        await anyio.sleep(0.1)
        with anyio.fail_after(SOON_S):
            await session.aclose()


async def _endless_until_closed(session: DatabaseSession) -> None:
    with pytest.raises((Interrupted, LiteBaseError)):
        await session.execute(Statement(ENDLESS, first_rows=1))


# what strangers' SQL and files may do


@pytest.mark.fault("D07")
@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("SELECT load_extension('/tmp/x')", None),
        ("SELECT fts3_tokenizer('simple', x'00')", None),
        ("SELECT fts3_tokenizer(?)", ["simple"]),  # SQLite trusts bound names: it would give an address of memory
    ],
)
async def test_code_cannot_be_loaded_by_sql(open_session: Open, sql: str, params: list[str] | None) -> None:
    session = await open_session()
    with pytest.raises(QueryFailed):
        await rows_of(session, sql, params)


@pytest.mark.fault("D08")
@pytest.mark.parametrize("options", [{"mode": "read_only"}, {"read_only": True}])
async def test_a_read_only_session_writes_nowhere(
    file: Path, tmp_path: Path, open_session: Open, options: dict[str, Any]
) -> None:
    session = await open_session(file, **options)
    before = file.read_bytes()
    for sql in (
        "INSERT INTO t VALUES (3, 'x')",
        "WITH c AS (SELECT 3) INSERT INTO t SELECT 3, 'x' FROM c RETURNING a",
        "DELETE FROM t",
        "CREATE TABLE u (a)",
        "PRAGMA user_version = 7",
        f"ATTACH '{tmp_path}/other.db' AS other",
        f"VACUUM INTO '{tmp_path}/other.db'",
        "PRAGMA query_only = OFF",
        "DELETE FROM t",
    ):
        with pytest.raises(ReadOnly):
            await rows_of(session, sql)
    assert file.read_bytes() == before
    assert not (tmp_path / "other.db").exists()


@pytest.mark.fault("D08")
async def test_other_files_may_be_attached_where_writing_is_allowed(
    file: Path, tmp_path: Path, open_session: Open
) -> None:
    session = await open_session(file)
    await session.execute(Statement(f"VACUUM INTO '{tmp_path}/copy.db'"))
    await session.execute(Statement(f"ATTACH '{tmp_path}/copy.db' AS copy"))
    assert await rows_of(session, "SELECT count(*) FROM copy.t") == [(2,)]


@pytest.mark.fault("D08")
async def test_a_missing_file_is_not_read_as_a_uri_by_attach(file: Path, tmp_path: Path, open_session: Open) -> None:
    session = await open_session(file, read_only=True)
    with pytest.raises(LiteBaseError):
        await rows_of(session, f"ATTACH 'file:{tmp_path}/made.db?mode=rwc' AS made")
    assert not (tmp_path / "made.db").exists()


@pytest.mark.fault("D14")
async def test_a_full_disk_is_a_clear_error_and_the_session_lives(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    await rows_of(session, "PRAGMA max_page_count = 10")
    with pytest.raises(QueryFailed, match="full") as failed:
        await session.execute(Statement("INSERT INTO t SELECT 1, hex(zeroblob(100000))"))
    assert getattr(failed.value.details, "engine_code", None) == "SQLITE_FULL"
    assert session.transaction_status == "idle"
    assert len(await rows_of(session, "SELECT * FROM t")) == 2
    await session.execute(Statement("INSERT INTO t VALUES (3, 'x')"))


# threads


# what is told


async def test_the_insert_id_is_told_only_when_a_rowid_was_made(open_session: Open) -> None:
    session = await open_session()

    async def insert_id(sql: str) -> int | None:
        cursor = await session.execute(Statement(sql, first_rows=10))
        await cursor.aclose()
        return cursor.last_insert_id

    await session.execute(Statement("CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)"))
    await session.execute(Statement("CREATE TABLE k (a PRIMARY KEY) WITHOUT ROWID"))
    assert await insert_id("INSERT INTO t (a) VALUES ('x')") == 1
    assert await insert_id("INSERT INTO k VALUES ('x')") is None
    assert await insert_id("INSERT OR IGNORE INTO t (a) VALUES ('x')") is None
    assert await insert_id("INSERT INTO t (a) SELECT 'z' WHERE 0") is None
    assert await insert_id("REPLACE INTO t (id, a) VALUES (-9, 'y')") == -9
    assert await insert_id("INSERT INTO t (a) VALUES ('r') RETURNING a") == 2
    assert await insert_id("DELETE FROM t") is None
    assert await rows_of(session, "SELECT last_insert_rowid()") == [(2,)]


async def test_sql_s_own_last_insert_rowid_is_left_as_it_was(open_session: Open) -> None:
    session = await open_session()
    await session.execute(Statement("CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)"))
    await session.execute(Statement("INSERT INTO t (id, a) VALUES (41, 'x')"))
    await session.execute(Statement("INSERT OR IGNORE INTO t (a) VALUES ('x')"))
    assert await rows_of(session, "SELECT last_insert_rowid()") == [(41,)]


async def test_writes_behind_with_are_counted(open_session: Open) -> None:
    session = await open_session()
    await session.execute(Statement("CREATE TABLE t (a)"))
    cursor = await session.execute(Statement("WITH c(n) AS (VALUES (1), (2)) INSERT INTO t SELECT n FROM c"))
    assert cursor.affected_rows == 2
    cursor = await session.execute(Statement("WITH c(n) AS (VALUES (1), (2)) SELECT n FROM c", first_rows=9))
    assert cursor.affected_rows is None
    cursor = await session.execute(Statement("-- why\n /* so */ UPDATE t SET a = 5"))
    assert cursor.affected_rows == 2


async def test_readers_keep_writers_out_only_without_a_write_ahead_log(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    assert session.waits_for_readers("INSERT INTO t VALUES (1, '')")
    assert not session.waits_for_readers("SELECT 1")
    await rows_of(session, "PRAGMA journal_mode = WAL")
    later = await open_session(file)
    assert not later.waits_for_readers("INSERT INTO t VALUES (1, '')")


@pytest.mark.fault("Q16")
@pytest.mark.parametrize("sql", ["", "   ", "-- a comment", "/* open", "\ufeff", ";", ";;;"])
async def test_nothing_to_run_is_harmless(open_session: Open, sql: str) -> None:
    session = await open_session()
    try:
        assert await rows_of(session, sql) == []
    except QueryFailed as error:
        assert error.message  # noqa: PT017  # either is fine; a crash or a lost session is not
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("Q16")
@pytest.mark.parametrize("sql", ["SELECT " + "(" * 20000 + "1" + ")" * 20000, "SELECT '" + "x" * 5_000_000])
async def test_monstrous_text_is_an_error_and_the_session_lives(open_session: Open, sql: str) -> None:
    session = await open_session()
    with pytest.raises((QueryFailed, InvalidMessage)):
        await rows_of(session, sql)
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_database_in_memory_has_one_session_and_says_so(open_session: Open) -> None:
    reason = dict((await open_session()).abilities.reasons())["several_db_sessions"]
    assert reason == "A database in memory belongs to one database session; use a file for several."


async def test_where_the_library_cannot_be_asked_the_abilities_that_need_it_are_missing(
    file: Path, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "handle", lambda: None)
    session = await open_session(file)
    missing = {name for name, reason in session.abilities.reasons() if reason is not None}
    assert {"column_origins", "last_insert_id"} <= missing
    cursor = await session.execute(Statement("INSERT INTO t VALUES (7, 'seven')"))
    assert (cursor.last_insert_id, cursor.affected_rows) == (None, 1)
    cursor = await session.execute(Statement("SELECT * FROM t", first_rows=1))
    assert [column.origin for column in cursor.columns] == [None, None]
    await cursor.aclose()


# metadata


async def test_metadata_are_not_read_in_a_transaction_of_a_file(file: Path, open_session: Open) -> None:
    """Reading would decide which state of the file the transaction sees."""
    session = await open_session(file)
    await rows_of(session, "BEGIN")
    with pytest.raises(Conflict):
        await session.rows("SELECT name FROM sqlite_schema")
    await rows_of(session, "ROLLBACK")
    assert await session.rows("SELECT name FROM sqlite_schema") == [("t",)]


async def test_metadata_of_a_database_in_memory_are_read_in_its_transaction_too(open_session: Open) -> None:
    session = await open_session()
    await rows_of(session, "BEGIN")
    await rows_of(session, "CREATE TABLE made (a)")
    assert await session.rows("SELECT name FROM sqlite_schema WHERE type = ?", ["table"]) == [("made",)]
    assert session.transaction_status == "in_transaction"


async def test_a_setting_that_is_read_as_metadata_makes_no_session_dirty(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    assert await session.rows("PRAGMA user_version = 0") == []
    assert await session.reset()
    await rows_of(session, "PRAGMA user_version = 0")
    assert not await session.reset()


async def test_reading_metadata_waits_for_a_lock_of_another_program(file: Path, open_session: Open) -> None:
    session = await open_session(file, busy_timeout_ms=100)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LimitExceeded):
        await session.rows("SELECT * FROM t")
    other.execute("COMMIT")
    assert len(await session.rows("SELECT * FROM t")) == 2
    other.close()


async def test_a_session_that_goes_back_leaves_no_result_open(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    cursor = await session.execute(Statement("SELECT * FROM t", first_rows=1))
    assert not cursor.ended
    assert await session.reset()
    assert cursor.ended
    other = sqlite3.connect(file, isolation_level=None, timeout=0)
    other.execute("BEGIN EXCLUSIVE")
    other.close()


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param("SELECT abs(-9223372036854775808)", id="at its first row"),
        pytest.param("SELECT 1 UNION ALL SELECT abs(-9223372036854775808)", id="at a later row"),
        pytest.param("SELECT nothing", id="when it is compiled"),
        pytest.param(
            "INSERT INTO t (name) SELECT zeroblob(1000000) FROM t RETURNING name", id="with too much returned"
        ),
        pytest.param(ENDLESS, id="when it is interrupted"),
    ],
)
async def test_an_error_that_is_dropped_while_a_statement_runs_stops_nobody(
    failing: str, file: Path, open_session: Open
) -> None:
    """The error's traceback may keep a cursor, and freeing a half-read one waits for SQLite with Python's lock."""
    session = await open_session(file)
    assert isinstance(session, SqliteSession)
    kept: list[object] = []
    try:
        with anyio.move_on_after(0.3 if failing == ENDLESS else SOON_S):
            await rows_of(session, failing)
    except (LiteBaseError, Interrupted) as error:
        kept.append(error)

    async def work() -> None:
        with contextlib.suppress(Interrupted):
            await session.execute(Statement(ENDLESS.replace("FROM r)", "FROM r LIMIT 30000000)")))  # some seconds

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await anyio.sleep(0.1)
        assert session.thread._in_call  # what is not seen from outside
        kept.clear()
        gc.collect()
        assert session.thread._in_call  # as above
        tasks.cancel_scope.cancel()


# rows of a dump

ROW = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'{}')"
GOOD_ROW = ROW.format("CREATE VIRTUAL TABLE f USING rtree(id,x0,x1)")


def _fails_at(monkeypatch: pytest.MonkeyPatch, session: SqliteSession, pragma: str) -> None:
    """Make one PRAGMA of our own fail as an interrupt does that comes while a result is open."""
    connection = session._file.connection
    execute = connection.execute

    def failing(sql: str, *params: Any) -> sqlite3.Cursor:
        if sql == pragma:
            error = sqlite3.OperationalError("interrupted")
            error.sqlite_errorcode = sqlite3.SQLITE_INTERRUPT
            raise error
        return execute(sql, *params)

    monkeypatch.setattr(connection, "execute", failing)


@pytest.mark.parametrize("sql", [GOOD_ROW, "PRAGMA writable_schema = 0"])
async def test_a_session_whose_schema_table_cannot_be_closed_is_dropped(
    open_session: Open, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    session = await open_session()
    assert isinstance(session, SqliteSession)
    _fails_at(monkeypatch, session, "PRAGMA writable_schema = OFF")
    hardened: list[bool] = []
    harden = native.harden

    def noted(handle: int, *, hard: bool = True) -> None:
        hardened.append(hard)
        harden(handle, hard=hard)

    monkeypatch.setattr(native, "harden", noted)
    with pytest.raises(Interrupted) as stopped:
        await session.execute(Statement(sql))
    assert stopped.value.session_ended
    assert not session.usable
    assert not session._file.guard.schema_is_open
    assert hardened in ([False, True], [])
    with pytest.raises(Conflict):
        await session.execute(Statement("SELECT 1"))
    await session.aclose()  # which waits for its thread


async def test_what_fails_after_a_setting_is_one_of_our_errors(
    open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await open_session()
    assert isinstance(session, SqliteSession)
    _fails_at(monkeypatch, session, "PRAGMA busy_timeout = 0")
    with pytest.raises(Interrupted):
        await session.execute(Statement("PRAGMA foreign_keys = ON"))
    with pytest.raises(QueryFailed, match="beyond this database session"):  # and never hides that of the statement
        await session.execute(Statement("PRAGMA soft_heap_limit = 1"))
    assert session.usable


async def test_a_row_of_a_dump_has_its_own_error(open_session: Open) -> None:
    session = await open_session()
    with pytest.raises(QueryFailed, match="as a URI"):
        await session.execute(Statement("ATTACH 'file:x' AS x"))
    with pytest.raises(QueryFailed, match="syntax error"):
        await session.execute(Statement(ROW.format("CREATE VIRTUAL TABLE f USING 1")))
