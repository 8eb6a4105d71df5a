"""What a statement may touch beside its own database, on real sessions; and how much memory it may take."""

import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import DatabaseSession, DriverLimits, RowTuple, Statement
from litebase.errors import LimitExceeded, QueryFailed, ReadOnly
from tests.end_to_end.process import running

pytestmark = pytest.mark.anyio

LIMITS = DriverLimits(2.0, 0.02)
Open = Callable[..., Awaitable[DatabaseSession]]


@pytest.fixture
async def open_session(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens sessions of one small file, and closes them at the end."""
    opened: list[DatabaseSession] = []
    path = tmp_path / "small.db"
    maker = sqlite3.connect(path)
    maker.executescript(
        "CREATE TABLE t (a INTEGER, b TEXT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 'one'), (2, 'two');"
        "CREATE VIEW v AS SELECT a FROM t; CREATE VIRTUAL TABLE f USING fts5(words); INSERT INTO f VALUES ('a word');"
    )
    maker.close()

    async def open_one(**options: Any) -> DatabaseSession:
        session = await load("sqlite")(SqliteTarget(engine="sqlite", path=str(path), **options), LIMITS).connect()
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        await session.aclose()


async def rows(session: DatabaseSession, sql: str, params: Any = None) -> list[RowTuple]:
    cursor = await session.execute(Statement(sql, params, first_rows=1000))
    found = list(await cursor.fetch(1000))
    await cursor.aclose()
    return found


READING = {
    "SELECT b FROM t WHERE a = 1": [("one",)],
    "SELECT a FROM v ORDER BY a": [(1,), (2,)],
    "SELECT value FROM json_each('[7]')": [(7,)],
    "SELECT name FROM pragma_table_info('t')": [("a",), ("b",)],
    "SELECT words FROM f WHERE f MATCH 'word'": [("a word",)],
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 3) SELECT max(n) FROM r": [(3,)],
    "PRAGMA query_only": [(1,)],
    "BEGIN": [],
    "SAVEPOINT s": [],
    "RELEASE s": [],
    "COMMIT": [],
}


async def test_a_read_only_session_reads_everything(open_session: Open) -> None:
    session = await open_session(read_only=True)
    for sql, expected in READING.items():
        assert await rows(session, sql) == expected, sql
    assert await rows(session, "EXPLAIN DELETE FROM t"), "explaining runs nothing"
    assert await rows(session, "EXPLAIN QUERY PLAN UPDATE t SET a = 1")


WRITES = (
    "INSERT INTO t VALUES (3, 'x')",
    "REPLACE INTO t VALUES (3, 'x') RETURNING a",
    "WITH c AS (SELECT 3) UPDATE t SET a = (SELECT * FROM c)",
    "DELETE FROM t",
    "CREATE TABLE u (a)",
    "CREATE TEMP TABLE u (a)",
    "CREATE TEMP VIEW w AS SELECT 1",
    "CREATE TEMP TRIGGER r INSERT ON t BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE u USING fts5(a)",
    "DROP INDEX i",
    "ALTER TABLE t RENAME TO u",
    "REINDEX",
    "ANALYZE",
    "VACUUM",
    "VACUUM INTO 'elsewhere.db'",
    "ATTACH ':memory:' AS m",
    "ATTACH 'small.db' AS m",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA QUERY_ONLY(0)",
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_master SET sql = ''",
    "INSERT INTO f VALUES ('another')",
)


@pytest.mark.fault("Q23", "D08")
@pytest.mark.fault("Q23", "D08", "D07")
@pytest.mark.parametrize("mode", [{"mode": "read_only"}, {"mode": "create", "read_only": True}])
async def test_a_read_only_session_refuses_every_kind_of_write(
    open_session: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    session = await open_session(**mode)
    before = (tmp_path / "small.db").read_bytes()
    for sql in WRITES:
        with pytest.raises((ReadOnly, QueryFailed)) as refused:
            await rows(session, sql)
        assert isinstance(refused.value, ReadOnly) or "may not be modified" in refused.value.message, sql
    assert (tmp_path / "small.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["small.db"]


@pytest.mark.fault("D08")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs and devices among its files")
@pytest.mark.fault("D08", "D02", "T11")
async def test_attach_takes_an_ordinary_file_that_exists_and_no_uri(open_session: Open, tmp_path: Path) -> None:
    session = await open_session()
    os.mkfifo(tmp_path / "fifo")
    refused = {
        f"ATTACH '{tmp_path}/missing.db' AS m": "mode create",
        f"ATTACH 'file:{tmp_path}/made.db?mode=rwc' AS m": "URI",
        f"ATTACH 'FILE:{tmp_path}/small.db?nolock=1' AS m": "URI",
        f"ATTACH '{tmp_path}/fifo' AS m": "no ordinary file",
        f"ATTACH '{tmp_path}' AS m": "no ordinary file",
        "ATTACH '/dev/zero' AS m": "no ordinary file",
        f"ATTACH '{tmp_path}/' || 'small.db' AS m": "as text",
        f"VACUUM INTO 'file:{tmp_path}/made.db'": "URI",
        f"VACUUM INTO '{tmp_path}/fifo'": "no ordinary file",
    }
    for sql, reason in refused.items():
        with pytest.raises(QueryFailed, match=reason) as failed:
            await rows(session, sql)
        assert not isinstance(failed.value, ReadOnly), sql
    with pytest.raises(QueryFailed, match="as text"):
        await rows(session, "ATTACH ? AS m", [str(tmp_path / "small.db")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fifo", "small.db"]


@pytest.mark.fault("D08")
@pytest.mark.fault("D08", "T11")
async def test_vacuum_into_makes_a_new_file_and_never_takes_one_that_is_there(
    open_session: Open, tmp_path: Path
) -> None:
    session = await open_session()
    await rows(session, f"VACUUM INTO '{tmp_path}/copy.db'")
    await rows(session, f"ATTACH '{tmp_path}/copy.db' AS copy")
    assert await rows(session, "SELECT count(*) FROM copy.t") == [(2,)]
    await rows(session, "DETACH copy")
    before = (tmp_path / "copy.db").read_bytes()
    with pytest.raises(QueryFailed, match="already exists"):
        await rows(session, f"VACUUM INTO '{tmp_path}/copy.db'")
    assert (tmp_path / "copy.db").read_bytes() == before
    await rows(session, "VACUUM")
    await rows(session, "ATTACH ':memory:' AS scratch")


async def test_where_files_may_be_made_attach_makes_them_too(open_session: Open, tmp_path: Path) -> None:
    session = await open_session(mode="create")
    await rows(session, f"ATTACH '{tmp_path}/new.db' AS fresh")
    await rows(session, "CREATE TABLE fresh.u (a)")
    assert (tmp_path / "new.db").stat().st_size > 0


@pytest.mark.fault("D07")
@pytest.mark.fault("D07", "D09")
async def test_what_reaches_beyond_the_session_is_not_changed(open_session: Open) -> None:
    session = await open_session()
    before = await rows(session, "PRAGMA hard_heap_limit")
    for sql in (
        "PRAGMA hard_heap_limit = 1",
        "PRAGMA main.Hard_Heap_Limit(1)",
        "PRAGMA soft_heap_limit = 1",
        "PRAGMA temp_store_directory = '/'",
        "PRAGMA writable_schema = RESET",
        "EXPLAIN PRAGMA writable_schema = ON",
    ):
        with pytest.raises(QueryFailed, match=r"beyond this database session|not only explain"):
            await rows(session, sql)
    assert await rows(session, "PRAGMA hard_heap_limit") == before == [(LIMITS.own["max_sqlite_memory_bytes"],)]
    with pytest.raises(QueryFailed):
        await rows(session, "SELECT load_extension('x')")


@pytest.mark.fault("D07")
async def test_a_setting_is_not_made_by_explaining_it(open_session: Open) -> None:
    """SQLite carries many a PRAGMA out when it compiles it."""
    session = await open_session()
    for name, setting in {"busy_timeout": " = 60000", "foreign_keys": " = ON", "cache_size": "(7)"}.items():
        before = await rows(session, f"PRAGMA {name}")
        for explain in ("EXPLAIN", "EXPLAIN QUERY PLAN", "/* a */ explain"):
            with pytest.raises(QueryFailed, match="would not only explain"):
                await rows(session, f"{explain} PRAGMA {name}{setting}")
        assert await rows(session, f"PRAGMA {name}") == before
    assert await rows(session, "EXPLAIN SELECT * FROM pragma_table_info('t')")
    assert await rows(session, "EXPLAIN PRAGMA user_version")


async def test_an_error_after_a_refusal_is_told_as_what_it_is(open_session: Open) -> None:
    session = await open_session(read_only=True)
    with pytest.raises(ReadOnly):
        await rows(session, "DELETE FROM t")
    with pytest.raises(QueryFailed, match="no such table") as failed:
        await rows(session, "SELECT * FROM missing")
    assert not isinstance(failed.value, ReadOnly)
    assert await rows(session, "SELECT count(*) FROM t") == [(2,)]


MANY = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 20000) SELECT n, printf('%100d', n) FROM r"


async def test_a_write_that_returns_more_than_fits_is_undone(tmp_path: Path) -> None:
    target = SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create")
    session = await load("sqlite")(target, DriverLimits(2.0, 0.02, max_returning_bytes=500_000)).connect()
    await rows(session, "CREATE TABLE t (a, b)")
    with pytest.raises(LimitExceeded, match="nothing of it was kept") as refused:
        await rows(session, f"INSERT INTO t {MANY} RETURNING a, b")
    assert not refused.value.retryable
    assert session.transaction_status == "idle"
    assert await rows(session, "SELECT count(*) FROM t") == [(0,)]
    await rows(session, "BEGIN")
    await rows(session, "INSERT INTO t VALUES (1, 'before')")
    with pytest.raises(LimitExceeded, match="its transaction was rolled back"):
        await rows(session, f"INSERT INTO t {MANY} RETURNING a, b")
    assert session.transaction_status == "idle"
    assert await rows(session, "SELECT count(*) FROM t") == [(0,)]
    kept = await session.execute(Statement(f"INSERT INTO t {MANY.replace('20000', '1000')} RETURNING a", first_rows=10))
    assert kept.affected_rows == 1000
    await kept.aclose()
    assert await rows(session, "SELECT count(*) FROM t") == [(1000,)]
    await session.aclose()


SMALL = """
import sys
from litebase import cli
from litebase.drivers import ENGINES
ENGINES["sqlite"].limits["max_sqlite_memory_bytes"] = 48 * 2**20
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.fault("Q12")
@pytest.mark.skipif(sys.platform == "win32", reason="its backend is one on a Unix socket")
@pytest.mark.fault("Q12", "D09")
def test_a_row_of_many_huge_cells_costs_no_more_than_its_bound(tmp_path: Path) -> None:
    """500 MB in one row, where SQLite may have 48 MB; Python copies what SQLite has, so twice that at most."""
    arguments = [sys.executable, "-c", SMALL, "--socket", str(tmp_path / "socket"), "--log-level", "debug"]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line, backend.dial() as other:
        connection_id, other_id = line.open_memory(), other.open_memory()
        other.ask_ok("query", {"connection_id": other_id, "sql": "SELECT 1"})
        before = _peak_bytes(backend.pid)
        for sql in (
            "SELECT " + ", ".join(["zeroblob(10000000)"] * 50),
            "SELECT group_concat(printf('%.*c', 5000000, 'x')) FROM "
            "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 50) SELECT n FROM r)",
            "WITH RECURSIVE r(n, b) AS (SELECT 1, zeroblob(9000000) UNION ALL SELECT n + 1, randomblob(9000000) FROM r "
            "LIMIT 50) SELECT * FROM r a, r b ORDER BY a.b, b.b",
        ):
            failed = line.ask_error("query", {"connection_id": connection_id, "sql": sql})
            assert failed["code"] == "limit_exceeded", failed
            assert failed["details"]["limit"] == "max_sqlite_memory_bytes"
            assert other.ask_ok("query", {"connection_id": other_id, "sql": "SELECT 1"})["rows"] == [[1]]
        assert line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 2"})["rows"] == [[2]]
        assert _peak_bytes(backend.pid) - before < 2 * 48 * 2**20 + 30_000_000


def _peak_bytes(pid: int) -> int:
    """The most memory that the process had so far. Source: proc(5), VmHWM."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    raise AssertionError("the system does not tell")
