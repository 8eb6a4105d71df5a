"""Sessions of SQLite files: opened safely, described truly, and bounded.

| case | where, or why not |
|---|---|
| D01..D06 | below |
| D07 | below: extensions and fts3_tokenizer. `PRAGMA writable_schema` is not refused: it takes SQLITE_DBCONFIG_DEFENSIVE, which Python sets from 3.12 on |
| D08..D11 | below; D11 with 300 files instead of 1,000, to be quick |
| D12 | below: a missing `-shm`, and a file that is deleted or replaced while open. Read-only media and network folders need mounts |
| D13 | below |
| D14 | below, with `max_page_count`, which ends in the same SQLITE_FULL; a disk that is really full needs a mount |
| D15..D17 | below |
"""  # noqa: E501  # rows of a table

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import Connection, DriverLimits, RowTuple, Statement
from litebase.drivers.interruption import Interrupted
from litebase.errors import ConnectFailed, InvalidMessage, LimitExceeded, LiteBaseError, NotFound, QueryFailed, ReadOnly
from tests.drivers.sqlite.metadata import needs_metadata

pytestmark = pytest.mark.anyio

LIMITS = DriverLimits(2.0, 0.02)
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"

Open = Callable[..., Awaitable[Connection]]


@pytest.fixture
async def open_session() -> AsyncIterator[Open]:
    """Opens sessions, and closes them at the end."""
    opened: list[Connection] = []

    async def open_one(path: Path | str | None = None, **options: Any) -> Connection:
        where: dict[str, Any] = {"mode": "memory"} if path is None else {"path": str(path)}
        target = SqliteTarget(engine="sqlite", **where, **options)
        session = await load("sqlite")(target, LIMITS).connect()
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        if session.usable:
            await session.aclose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small database."""
    path = tmp_path / "small.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two');")
    connection.close()
    return path


async def _rows(session: Connection, sql: str, params: Any = None) -> list[RowTuple]:
    cursor = await session.execute(Statement(sql, params, first_rows=1000))
    rows: list[RowTuple] = []
    while more := await cursor.fetch(1000):
        rows += more
    await cursor.aclose()
    return rows


# opening


@pytest.mark.parametrize("mode", ["read_only", "read_write"])
async def test_d01_a_missing_file_is_not_found_and_is_not_made(tmp_path: Path, open_session: Open, mode: str) -> None:
    with pytest.raises(NotFound):
        await open_session(tmp_path / "none.db", mode=mode)
    assert list(tmp_path.iterdir()) == []


async def test_d01_only_the_mode_create_makes_a_file(tmp_path: Path, open_session: Open) -> None:
    session = await open_session(tmp_path / "new.db", mode="create")
    await session.execute(Statement("CREATE TABLE t (a)"))
    assert (tmp_path / "new.db").stat().st_size > 0


async def test_a_path_is_needed_unless_the_database_is_in_memory(open_session: Open) -> None:
    with pytest.raises(InvalidMessage, match="path"):
        load("sqlite")(SqliteTarget(engine="sqlite", mode="read_only"), LIMITS)


async def test_d02_what_is_no_database_is_a_clear_error(tmp_path: Path, open_session: Open) -> None:
    noise = tmp_path / "noise"
    noise.write_bytes(random.Random(1).randbytes(8192))
    special = [] if sys.platform == "win32" else [tmp_path / "fifo", Path("/dev/zero")]
    for fifo in special[:1]:
        os.mkfifo(fifo)
    (tmp_path / "folder").mkdir()
    (tmp_path / "below").write_text("x")
    below_a_file = tmp_path / "below" / "a.db"  # to Windows that is simply not there
    for path in (noise, tmp_path / "folder", below_a_file, *special):
        kind = NotFound if sys.platform == "win32" and path == below_a_file else ConnectFailed
        with anyio.fail_after(2), pytest.raises(kind) as failed:
            await open_session(path)
        assert str(path) in failed.value.message


async def test_d02_an_empty_file_is_an_empty_database(tmp_path: Path, open_session: Open) -> None:
    (tmp_path / "empty").touch()
    session = await open_session(tmp_path / "empty")
    assert await _rows(session, "SELECT * FROM sqlite_schema") == []


@pytest.mark.parametrize("uri", ["file:{}?mode=rwc", "file:{}?vfs=none", "file:{}?nolock=1", "file::memory:"])
async def test_d02_a_path_is_never_read_as_a_uri(file: Path, open_session: Open, uri: str) -> None:
    # to Windows most of these are no file names at all
    with pytest.raises((NotFound, ConnectFailed) if sys.platform == "win32" else NotFound):
        await open_session(uri.format(file))


NAMES = ["a b.db", "ü🙂.db", "100%.db", "a#b", "%41.db", "a;b&c=d"]
if sys.platform != "win32":  # which has no file names with a question mark
    NAMES.append("what?mode=memory")


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_may_have_any_name(tmp_path: Path, open_session: Open, name: str) -> None:
    session = await open_session(tmp_path / name, mode="create")
    await session.execute(Statement("CREATE TABLE t (a)"))
    assert [one.name for one in tmp_path.iterdir() if not one.name.endswith("-journal")] == [name]


# locks and stopping


async def test_d03_a_lock_of_another_program_ends_the_statement_after_the_set_time(
    file: Path, open_session: Open
) -> None:
    session = await open_session(file, busy_timeout_ms=200)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(LimitExceeded):
        await session.execute(Statement("SELECT * FROM t", first_rows=1))
    assert 0.2 <= time.monotonic() - started < 1
    other.execute("COMMIT")
    assert len(await _rows(session, "SELECT * FROM t")) == 2
    other.close()


async def test_d03_a_statement_goes_on_when_the_lock_is_let_go(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.execute, Statement("INSERT INTO t VALUES (3, 'three')"))
        await anyio.sleep(0.1)
        other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM t").fetchone() == (3,)
    other.close()


async def test_d03_waiting_for_a_lock_can_be_cancelled(file: Path, open_session: Open) -> None:
    session = await open_session(file, busy_timeout_ms=60_000)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with anyio.move_on_after(0.1) as scope:
        await session.execute(Statement("INSERT INTO t VALUES (3, 'three')"))
    assert scope.cancelled_caught
    assert time.monotonic() - started < 0.6
    other.execute("COMMIT")
    assert len(await _rows(session, "SELECT * FROM t")) == 2
    other.close()


async def _stopped(session: Connection, after_s: float) -> None:
    with anyio.move_on_after(after_s):
        with pytest.raises(Interrupted):
            await session.execute(Statement(ENDLESS, first_rows=1))


async def test_d04_an_endless_query_is_cancelled_and_the_next_one_runs_at_once(open_session: Open) -> None:
    session = await open_session()
    started = time.monotonic()
    await _stopped(session, 0.1)
    assert await _rows(session, "SELECT 1") == [(1,)]
    assert time.monotonic() - started < 0.6


async def test_d05_a_cancel_of_one_statement_leaves_the_one_queued_behind_it_alone(open_session: Open) -> None:
    session = await open_session()
    found: list[RowTuple] = []

    async def queued() -> None:
        found.extend(
            await _rows(
                session,
                "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 300000) SELECT count(*) FROM r",
            )
        )

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stopped, session, 0.1)
        await anyio.sleep(0.02)
        tasks.start_soon(queued)
    assert found == [(300000,)]


async def test_d06_a_session_closes_within_a_second_while_a_query_runs(open_session: Open) -> None:
    session = await open_session()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_endless_until_closed, session)
        await anyio.sleep(0.1)
        started = time.monotonic()
        await session.aclose()
        assert time.monotonic() - started < 1


async def _endless_until_closed(session: Connection) -> None:
    with pytest.raises((Interrupted, LiteBaseError)):
        await session.execute(Statement(ENDLESS, first_rows=1))


# what strangers' SQL and files may do


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("SELECT load_extension('/tmp/x')", None),
        ("SELECT fts3_tokenizer('simple', x'00')", None),
        ("SELECT fts3_tokenizer(?)", ["simple"]),  # SQLite trusts bound names: it would give an address of memory
    ],
)
async def test_d07_code_cannot_be_loaded_by_sql(open_session: Open, sql: str, params: list[str] | None) -> None:
    session = await open_session()
    with pytest.raises(QueryFailed):
        await _rows(session, sql, params)


@pytest.mark.parametrize("options", [{"mode": "read_only"}, {"read_only": True}])
async def test_d08_a_read_only_session_writes_nowhere(
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
            await _rows(session, sql)
    assert file.read_bytes() == before
    assert not (tmp_path / "other.db").exists()


async def test_d08_other_files_may_be_attached_where_writing_is_allowed(
    file: Path, tmp_path: Path, open_session: Open
) -> None:
    session = await open_session(file)
    await session.execute(Statement(f"VACUUM INTO '{tmp_path}/copy.db'"))
    await session.execute(Statement(f"ATTACH '{tmp_path}/copy.db' AS copy"))
    assert await _rows(session, "SELECT count(*) FROM copy.t") == [(2,)]


async def test_d08_a_missing_file_is_not_read_as_a_uri_by_attach(
    file: Path, tmp_path: Path, open_session: Open
) -> None:
    session = await open_session(file, read_only=True)
    with pytest.raises(LiteBaseError):
        await _rows(session, f"ATTACH 'file:{tmp_path}/made.db?mode=rwc' AS made")
    assert not (tmp_path / "made.db").exists()


async def test_d09_a_cell_that_would_fill_the_memory_is_refused(open_session: Open) -> None:
    session = await open_session()
    with pytest.raises((QueryFailed, LimitExceeded)):
        await _rows(session, "SELECT length(zeroblob(1000000000))")
    assert await _rows(session, "SELECT length(printf('%.*c', 900000000, 'x'))") == [(None,)]  # printf's way to refuse
    assert await _rows(session, "SELECT 1") == [(1,)]


async def test_d10_views_and_triggers_of_a_stranger_s_file_are_not_trusted(tmp_path: Path, open_session: Open) -> None:
    path = tmp_path / "trap.db"
    maker = sqlite3.connect(path)
    maker.execute("CREATE VIEW trap AS SELECT * FROM pragma_database_list")
    maker.commit()
    maker.close()
    session = await open_session(path)
    assert await _rows(session, "PRAGMA trusted_schema") == [(0,)]
    assert await _rows(session, "PRAGMA cell_size_check") == [(1,)]
    assert await _rows(session, "SELECT count(*) FROM pragma_database_list") == [(1,)]
    with pytest.raises(QueryFailed, match="unsafe"):
        await _rows(session, "SELECT * FROM trap")


async def test_d11_a_damaged_file_gives_errors_only(tmp_path: Path, open_session: Open) -> None:
    path = tmp_path / "damaged.db"
    maker = sqlite3.connect(path)
    maker.execute("PRAGMA page_size = 512")
    maker.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    maker.execute("CREATE INDEX i ON t (b)")
    maker.executemany("INSERT INTO t (b) VALUES (?)", [(f"text {n}" * 5,) for n in range(100)])
    maker.commit()
    maker.close()
    good = path.read_bytes()
    random_numbers = random.Random(20)
    failures, codes = 0, set()
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(random_numbers.choice((1, 10, 200))):
            bad[random_numbers.randrange(len(bad))] ^= 1 << random_numbers.randrange(8)
        path.write_bytes(bad)
        try:
            session = await open_session(path)
            for sql in ("SELECT * FROM t", "SELECT b FROM t ORDER BY b", "PRAGMA integrity_check", "DELETE FROM t"):
                await _rows(session, sql)
        except LiteBaseError as error:
            failures += 1
            codes.add(error.code)
        else:
            await session.aclose()
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
    assert failures > 50
    assert codes <= {"connect_failed", "query_failed", "limit_exceeded"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses to delete a file that is open")
async def test_d12_a_file_that_is_deleted_or_replaced_while_open_harms_nobody(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    file.unlink()
    assert len(await _rows(session, "SELECT * FROM t")) == 2
    sqlite3.connect(file).execute("CREATE TABLE other (a)").connection.close()
    before = file.read_bytes()
    try:
        await session.execute(Statement("INSERT INTO t VALUES (3, 'x')"))
    except QueryFailed as error:
        assert error.message  # noqa: PT017  # some builds of SQLite notice, others write to the file without a name
    assert file.read_bytes() == before


async def test_d12_a_write_ahead_log_without_its_shared_memory_file_is_read(file: Path, open_session: Open) -> None:
    maker = sqlite3.connect(file, isolation_level=None)
    maker.execute("PRAGMA journal_mode = WAL")
    maker.execute("INSERT INTO t VALUES (3, 'three')")
    copy = file.with_name("copy.db")
    copy.write_bytes(file.read_bytes())
    copy.with_name("copy.db-wal").write_bytes(file.with_name(file.name + "-wal").read_bytes())
    maker.close()
    for options in ({"read_only": True}, {}):
        session = await open_session(copy, **options)
        assert len(await _rows(session, "SELECT * FROM t")) == 3
        await session.aclose()


async def test_d13_text_that_is_not_utf_8_keeps_its_row_and_its_bytes(open_session: Open) -> None:
    session = await open_session()
    rows = await _rows(session, "SELECT 1, CAST(x'61ff62' AS TEXT), 'good' UNION ALL SELECT 2, 'é', 'good'")
    assert [(number, text.encode("utf-8", "surrogateescape")) for number, text, _ in rows if isinstance(text, str)] == [
        (1, b"a\xffb"),
        (2, "é".encode()),
    ]


async def test_d14_a_full_disk_is_a_clear_error_and_the_session_lives(file: Path, open_session: Open) -> None:
    session = await open_session(file)
    await _rows(session, "PRAGMA max_page_count = 10")
    with pytest.raises(QueryFailed, match="full") as failed:
        await session.execute(Statement("INSERT INTO t SELECT 1, hex(zeroblob(100000))"))
    assert getattr(failed.value.details, "engine_code", None) == "SQLITE_FULL"
    assert session.transaction_status == "idle"
    assert len(await _rows(session, "SELECT * FROM t")) == 2
    await session.execute(Statement("INSERT INTO t VALUES (3, 'x')"))


# threads


def _threads() -> int:
    return threading.active_count()


async def _threads_fall_to(count: int) -> None:
    with anyio.fail_after(3):
        while _threads() > count:
            await anyio.sleep(0.01)


async def test_d15_each_session_has_one_thread_and_closing_ends_it(tmp_path: Path) -> None:
    before = _threads()
    sessions = []
    for number in range(100):
        target = SqliteTarget(engine="sqlite", path=str(tmp_path / f"{number}.db"), mode="create")
        sessions.append(await load("sqlite")(target, LIMITS).connect())
    spare = 5  # anyio's own workers, which look at the paths
    assert _threads() <= before + 100 + spare
    for session in sessions:
        await session.aclose()
    await _threads_fall_to(before + spare)


async def test_d16_a_loop_that_closes_while_a_query_runs_prints_nothing() -> None:
    program = f"""
        import asyncio
        from litebase_schema.connection import SqliteTarget
        from litebase.drivers import load
        from litebase.drivers.interface import DriverLimits, Statement

        async def main():
            driver = load("sqlite")(SqliteTarget(engine="sqlite", mode="memory"), DriverLimits(0.1, 0.0))
            session = await driver.connect()
            running = asyncio.ensure_future(session.execute(Statement({ENDLESS!r}, first_rows=1)))
            await asyncio.sleep(0.1)
            await session.aclose()
            try:
                await running
            except Exception:
                pass

        asyncio.run(main())
        """
    with anyio.fail_after(10):
        done = await anyio.run_process([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.PIPE)
    assert done.stderr == b""


async def test_d17_opening_that_is_cancelled_1000_times_leaves_no_thread(file: Path) -> None:
    driver = load("sqlite")(SqliteTarget(engine="sqlite", path=str(file)), LIMITS)
    await (await driver.connect()).aclose()  # the first one may start anyio's own workers
    before = _threads()
    finished = 0
    for turn in range(1000):
        with contextlib.suppress(Interrupted), anyio.move_on_after((turn % 50) * 0.00004):
            session = await driver.connect()
            finished += 1
            with anyio.CancelScope(shield=True):
                await session.aclose()
    await _threads_fall_to(before)
    assert finished < 1000


# what is told


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
    assert await _rows(session, "SELECT last_insert_rowid()") == [(2,)]


async def test_sql_s_own_last_insert_rowid_is_left_as_it_was(open_session: Open) -> None:
    session = await open_session()
    await session.execute(Statement("CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)"))
    await session.execute(Statement("INSERT INTO t (id, a) VALUES (41, 'x')"))
    await session.execute(Statement("INSERT OR IGNORE INTO t (a) VALUES ('x')"))
    assert await _rows(session, "SELECT last_insert_rowid()") == [(41,)]


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
    await _rows(session, "PRAGMA journal_mode = WAL")
    later = await open_session(file)
    assert not later.waits_for_readers("INSERT INTO t VALUES (1, '')")


@pytest.mark.parametrize("sql", ["", "   ", "-- a comment", "/* open", "\ufeff", ";", ";;;"])
async def test_q16_nothing_to_run_is_harmless(open_session: Open, sql: str) -> None:
    session = await open_session()
    try:
        assert await _rows(session, sql) == []
    except QueryFailed as error:
        assert error.message  # noqa: PT017  # either is fine; a crash or a lost session is not
    assert await _rows(session, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("sql", ["SELECT " + "(" * 20000 + "1" + ")" * 20000, "SELECT '" + "x" * 5_000_000])
async def test_q16_monstrous_text_is_an_error_and_the_session_lives(open_session: Open, sql: str) -> None:
    session = await open_session()
    with pytest.raises((QueryFailed, InvalidMessage)):
        await _rows(session, sql)
    assert await _rows(session, "SELECT 1") == [(1,)]


async def test_q11_any_number_of_columns_and_any_name_arrives(open_session: Open) -> None:
    session = await open_session()
    names = ["", "a", "a", "line\nbreak", "🙂", "\u202eright to left"]
    listed = ", ".join(f'{number} AS "{name}"' for number, name in enumerate(names))
    cursor = await session.execute(Statement(f"SELECT {listed}", first_rows=1))
    assert [column.name for column in cursor.columns] == names
    assert await cursor.fetch(1) == [tuple(range(len(names)))]
    wide = ", ".join(str(number) for number in range(2000))
    assert await _rows(session, f"SELECT {wide}") == [tuple(range(2000))]
