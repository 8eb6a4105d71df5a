"""Sessions: what is left behind, how they are lost, how they are stopped, and what streams."""

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator

import anyio
import pytest

from litebase.drivers.interface import Cursor, DriverLimits, RowTuple, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql.connection import PostgresqlConnection, PostgresqlDriver
from litebase.errors import (
    Conflict,
    ConnectFailed,
    ConnectionLost,
    LimitExceeded,
    LiteBaseError,
    OutcomeUnknown,
    QueryFailed,
)
from tests.drivers.conformance import all_rows, outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import OpenSession, target_of
from tools.services import Service, postgresql

pytestmark = pytest.mark.anyio

ENDLESS_ROWS = "SELECT n + 0 FROM generate_series(1, 10000000) AS n"
WAITING = "SELECT pg_sleep(60)"


@pytest.fixture
async def killer(open_session: OpenSession) -> PostgresqlConnection:
    return await open_session()


async def _pid(session: PostgresqlConnection) -> int:
    ((pid,),) = await rows_of(session, "SELECT pg_backend_pid()")
    assert isinstance(pid, int)
    return pid


async def _kill(killer: PostgresqlConnection, pid: int) -> None:
    assert await rows_of(killer, "SELECT pg_terminate_backend($1, 5000)", [pid]) == [(True,)]


async def _running(killer: PostgresqlConnection, pid: int) -> bool:
    return await rows_of(killer, "SELECT state FROM pg_stat_activity WHERE pid = $1", [pid]) == [("active",)]


# what is left behind

LEFTOVERS = [
    ("SET work_mem TO '9MB'", "SHOW work_mem"),
    ("SELECT set_config('my.secret', 'x', false)", "SELECT COALESCE(current_setting('my.secret', true), '')"),
    ("CREATE TEMP TABLE mine AS SELECT 1", "SELECT to_regclass('pg_temp.mine')"),
    ("SET search_path TO pg_temp", "SHOW search_path"),
    ("SET ROLE pg_monitor", "SELECT current_user"),
    ("PREPARE mine AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements"),
    ("LISTEN mine", "SELECT count(*) FROM pg_listening_channels()"),
    (
        "SELECT pg_advisory_lock(42)",
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    ),
    ("DECLARE mine CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) FROM pg_cursors"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SHOW default_transaction_read_only"),
    ("SET client_encoding TO LATIN1", "SHOW client_encoding"),
    ("SET datestyle TO German", "SELECT date '2026-01-31'::text"),
]


@pytest.mark.parametrize(("leaves", "shows"), LEFTOVERS, ids=[leaves for leaves, _ in LEFTOVERS])
async def test_q19_what_one_user_set_the_next_one_does_not_see(
    session: PostgresqlConnection, leaves: str, shows: str
) -> None:
    before = await rows_of(session, shows)
    for begin in ([], ["BEGIN"]):
        for sql in (*begin, leaves):
            await run(session, sql)
        assert await session.reset()
        assert session.transaction_status == "idle"
        assert await rows_of(session, shows) == before


async def test_a_reset_ends_a_half_read_result_and_a_failed_transaction(session: PostgresqlConnection) -> None:
    await run(session, "BEGIN")
    await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
    assert session.transaction_status == "in_transaction"
    assert await session.reset()
    await run(session, "BEGIN")
    with pytest.raises(QueryFailed):
        await run(session, "SELECT 1 / 0")
    assert await session.reset()
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("level", ["default", "read_uncommitted", "read_committed", "repeatable_read", "serializable"])
async def test_isolation_levels_are_the_server_s(session: PostgresqlConnection, level: str) -> None:
    for sql in session.begin_statements(level, read_only=False):  # type: ignore[arg-type]  # words of the contract
        await run(session, sql)
    shown = "read committed" if level == "default" else level.replace("_", " ")
    assert await rows_of(session, "SHOW transaction_isolation") == [(shown,)]
    await run(session, "ROLLBACK")


# lost sessions


@pytest.mark.parametrize("sql", ["SELECT 1", "CREATE TABLE never (a int)"])
async def test_p01_a_session_that_was_ended_while_idle_is_lost_at_the_next_use(
    session: PostgresqlConnection, killer: PostgresqlConnection, sql: str
) -> None:
    await _kill(killer, await _pid(session))
    with pytest.raises(ConnectionLost, match="57P01"):
        await run(session, sql)
    assert not session.usable
    assert session.transaction_status == "unknown"
    with pytest.raises(ConnectionLost):
        await run(session, "SELECT 1")
    assert not await session.reset()
    assert await rows_of(killer, "SELECT to_regclass('never')") == [(None,)]


async def _read_into(rows: list[RowTuple], cursor: Cursor) -> None:
    while True:
        rows += await cursor.fetch(1000)


async def test_p02_a_session_that_is_ended_in_the_midst_of_rows_keeps_those_that_came(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    pid = await _pid(session)
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=10))
    rows = [*await cursor.fetch(10)]
    with anyio.fail_after(5):
        killing = asyncio.ensure_future(rows_of(killer, "SELECT pg_terminate_backend($1)", [pid]))
        with pytest.raises(ConnectionLost):
            await _read_into(rows, cursor)
    await killing
    assert rows == [(n,) for n in range(1, len(rows) + 1)]
    assert not session.usable
    await cursor.aclose()


@pytest.mark.parametrize(
    ("before", "sql", "outcome"),
    [
        ([], "SELECT pg_sleep(20)", ConnectionLost),
        ([], "INSERT INTO lossy SELECT 1 FROM pg_sleep(20)", OutcomeUnknown),
        (["BEGIN"], "INSERT INTO lossy SELECT 1 FROM pg_sleep(20)", ConnectionLost),
        ([], "WITH a AS (INSERT INTO lossy VALUES (1)) SELECT pg_sleep(20)", OutcomeUnknown),
        ([], "EXPLAIN ANALYZE SELECT pg_sleep(20)", OutcomeUnknown),
        (["BEGIN", "INSERT INTO lossy VALUES (1)"], "COMMIT", OutcomeUnknown),
        ([], "SELECT writes_slowly()", OutcomeUnknown),
        ([], 'SELECT "writes_slowly" ( )', OutcomeUnknown),
        (["BEGIN"], "SELECT writes_slowly()", ConnectionLost),
        (
            [],
            "SELECT lower('writes_slowly()'), 1 FROM (VALUES (1)) AS t(a) WHERE a IN (1) AND pg_sleep(20) IS NULL",
            ConnectionLost,
        ),
    ],
)
async def test_a_lost_statement_tells_whether_it_may_have_happened(
    session: PostgresqlConnection,
    killer: PostgresqlConnection,
    before: list[str],
    sql: str,
    outcome: type[LiteBaseError],
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS lossy (a int)")
    await run(
        killer,
        "CREATE OR REPLACE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_sleep(20); RETURN NULL; END'",
    )
    await run(
        killer,
        "CREATE OR REPLACE FUNCTION writes_slowly() RETURNS void LANGUAGE plpgsql AS "
        "'BEGIN INSERT INTO lossy VALUES (1); PERFORM pg_sleep(20); END'",
    )
    await run(killer, "DROP TRIGGER IF EXISTS slow ON lossy")
    await run(
        killer,
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON lossy DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION slowly()",
    )
    pid = await _pid(session)
    for first in before:
        await run(session, first)
    running = asyncio.ensure_future(run(session, sql))
    with anyio.fail_after(5):
        while not await _running(killer, pid):
            await anyio.sleep(0.01)
    await anyio.sleep(0.05)
    await _kill(killer, pid)
    with pytest.raises(outcome, match="57P01") as lost:
        await running
    assert type(lost.value) is outcome
    assert not session.usable


@pytest.fixture(scope="module")
def mortal_service() -> Iterator[Service]:
    """A server that these tests freeze and end."""
    with postgresql() as service:
        yield service


@pytest.mark.parametrize("sql", [WAITING, ENDLESS_ROWS])
async def test_p04_a_frozen_server_costs_the_session_and_no_more_time_than_patience(
    mortal_service: Service, open_session: OpenSession, sql: str
) -> None:
    driver = PostgresqlDriver(target_of(mortal_service), DriverLimits(0.5, 0.02))
    session = await driver.connect()
    assert isinstance(session, PostgresqlConnection)
    pid = await _pid(session)
    cursor = await session.execute(Statement("SELECT n + 0 FROM generate_series(1, 10000000) AS n", first_rows=1))
    if sql == WAITING:
        await cursor.aclose()
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        if sql == WAITING:
            stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement(sql)))
            assert isinstance(stopped, Interrupted)
            assert stopped.session_ended
        else:
            await cursor.aclose()
        assert time.monotonic() - started < 1.5
        assert not session.usable
        await session.aclose()
        with pytest.raises(ConnectionLost):
            await run(session, "SELECT 1")
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_p03_a_server_that_ends_is_not_ready_and_then_gone(
    mortal_service: Service, open_session: OpenSession
) -> None:
    session = await open_session(mortal_service)
    os.kill(mortal_service.process.pid, signal.SIGTERM)  # waits for its sessions and lets no new ones in
    with anyio.fail_after(5):
        while True:
            with contextlib.suppress(ConnectFailed):
                await (await open_session(mortal_service)).aclose()
                continue
            break
    with pytest.raises(ConnectFailed, match="shutting down") as refused:
        await open_session(mortal_service)
    assert refused.value.data().model_dump(include={"retryable", "details"}) == {
        "retryable": True,
        "details": {"stage": "database", "engine_code": "57P03"},
    }
    running = asyncio.ensure_future(run(session, WAITING))
    await anyio.sleep(0.1)
    os.kill(mortal_service.process.pid, signal.SIGQUIT)  # ends at once
    with pytest.raises(ConnectionLost):
        await running
    await asyncio.to_thread(mortal_service.process.wait, 10)
    with pytest.raises(ConnectFailed) as refused:
        await open_session(mortal_service)
    assert refused.value.data().details == {"stage": "tcp", "engine_code": None}


async def test_p11_a_session_ended_for_idling_says_so(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    await run(session, "SET idle_in_transaction_session_timeout TO 50")
    await run(session, "BEGIN")
    await anyio.sleep(0.2)
    with pytest.raises(ConnectionLost, match="25P03"):
        await run(session, "INSERT INTO anything VALUES (1)")
    await run(killer, "SET idle_session_timeout TO 50")
    await anyio.sleep(0.2)
    with pytest.raises(ConnectionLost, match="57P05"):
        await run(killer, "SELECT 1")


# stopping


async def test_q05_1000_races_of_cancel_and_the_next_statement(session: PostgresqlConnection) -> None:
    for turn in range(1000):
        sql = f"SELECT n + 0 FROM generate_series(1, {1 + turn % 300}) AS n"
        await outcome_of_cancel((turn % 25) * 0.0001, lambda sql=sql: rows_of(session, sql))  # type: ignore[misc]  # a lambda with a default
        assert await rows_of(session, "SELECT $1::int", [turn]) == [(turn,)], f"turn {turn}"
    assert session.usable


async def test_p07_a_cancel_at_every_moment_leaves_the_session_usable_or_known_to_be_lost(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    await run(session, "CREATE TEMP TABLE races (n int)")

    async def work(turn: int) -> None:
        await run(session, "BEGIN")
        cursor = await session.execute(
            Statement(f"SELECT n + {turn} FROM generate_series(1, 3000) AS n", first_rows=10)
        )
        await cursor.fetch(100)
        await cursor.aclose()
        await run(session, "INSERT INTO races VALUES ($1)", [turn])
        await run(session, "COMMIT")

    for turn in range(150):
        await outcome_of_cancel(turn * 0.00004, lambda turn=turn: work(turn))  # type: ignore[misc]  # as above
        assert session.usable
        if session.transaction_status != "idle":
            await run(session, "ROLLBACK")
        assert await rows_of(session, "SELECT 7") == [(7,)]


async def test_a_cancel_while_waiting_for_a_lock_ends_the_wait(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS locked (a int)")
    await run(killer, "BEGIN")
    await run(killer, "LOCK TABLE locked")
    await run(session, "BEGIN")
    started = time.monotonic()
    stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement("SELECT * FROM locked")))
    assert isinstance(stopped, Interrupted)
    assert time.monotonic() - started < 0.4
    assert session.transaction_status == "failed"
    await run(killer, "ROLLBACK")
    await run(session, "ROLLBACK")
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_q06_p08_closing_early_stops_the_server_and_drains_nothing(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    pid = await _pid(session)
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=100))
    started = time.monotonic()
    await cursor.aclose()
    assert time.monotonic() - started < 5, "the rest would never end"
    assert not await _running(killer, pid)
    assert await cursor.fetch(5) == ()
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_write_that_gives_rows_is_kept_when_its_rows_are_not_read(session: PostgresqlConnection) -> None:
    await run(session, "CREATE TEMP TABLE kept (n int)")
    sql = "INSERT INTO kept SELECT n FROM generate_series(1, 100000) AS n RETURNING n"
    cursor = await session.execute(Statement(sql, first_rows=1))
    await cursor.aclose()
    assert await rows_of(session, "SELECT count(*) FROM kept") == [(100000,)]
    assert cursor.affected_rows == 100000


async def test_a_write_that_gives_rows_is_committed_when_its_first_rows_come(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS committed (n int)")
    await run(killer, "TRUNCATE committed")
    insert = "INSERT INTO committed SELECT n FROM generate_series(1, 100000) AS n RETURNING n"
    for times, sql in enumerate((insert, f"WITH w AS ({insert}) SELECT n FROM w"), 1):
        cursor = await session.execute(Statement(sql, first_rows=1))
        assert cursor.ended
        assert not cursor.exhausted
        assert await rows_of(killer, "SELECT count(*) FROM committed") == [(100000 * times,)]
        assert await cursor.fetch(2) == [(1,), (2,)]
        if times == 1:
            assert cursor.affected_rows == 100000
        await cursor.aclose()
        assert await rows_of(killer, "SELECT count(*) FROM committed") == [(100000 * times,)]
    await session.execute(Statement(insert, first_rows=1))
    await session.aclose()
    assert await rows_of(killer, "SELECT count(*) FROM committed") == [(300000,)]


async def test_a_write_whose_rows_do_not_fit_into_memory_is_undone(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS too_many (n int, t text)")
    sql = "INSERT INTO too_many SELECT n, repeat('x', 1000) FROM generate_series(1, 90000) AS n RETURNING *"
    for begin, status in ((None, "idle"), ("BEGIN", "failed")):
        if begin:
            await run(session, begin)
        with pytest.raises(LimitExceeded, match=r"64 MiB.*nothing was changed.*without RETURNING") as refused:
            await session.execute(Statement(sql, first_rows=1))
        assert refused.value.data().details == {"limit": "max_returning_bytes", "maximum": 64 * 1024 * 1024}
        assert not refused.value.retryable
        assert session.transaction_status == status
        await run(session, "ROLLBACK")
        assert await rows_of(session, "SELECT count(*) FROM too_many") == [(0,)]


async def test_a_select_that_only_names_writing_words_still_streams(session: PostgresqlConnection) -> None:
    rows = "FROM generate_series(1, 10000000) AS n"
    for sql in (
        f"SELECT n, 'INSERT INTO' {rows}",
        f"WITH r AS (SELECT n {rows}) SELECT n, 'DELETE FROM' AS \"UPDATE \" FROM r -- INSERT INTO",
        f"SELECT md5(n::text) {rows}",
    ):
        started = time.monotonic()
        cursor = await session.execute(Statement(sql, first_rows=1))
        await cursor.fetch(1)
        assert not cursor.ended
        await cursor.aclose()
        assert time.monotonic() - started < 5


async def test_p02_a_select_that_ends_its_own_session_gives_its_rows_and_then_the_loss(
    session: PostgresqlConnection,
) -> None:
    ending = "CASE WHEN n = 5000 THEN pg_terminate_backend(pg_backend_pid()) END"
    cursor = await session.execute(Statement(f"SELECT n, {ending} FROM generate_series(1, 9000) AS n", first_rows=10))
    rows: list[RowTuple] = []
    with pytest.raises(ConnectionLost, match="57P01") as lost, anyio.fail_after(5):
        await _read_into(rows, cursor)
    assert type(lost.value) is ConnectionLost
    assert 10 <= len(rows) <= 5000
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert not session.usable


async def test_a_session_that_is_closed_while_it_runs_tells_its_statement_so(open_session: OpenSession) -> None:
    session = await open_session()
    running = asyncio.ensure_future(session.execute(Statement(WAITING)))
    await anyio.sleep(0.1)
    await session.aclose()
    with anyio.fail_after(2):
        with pytest.raises((Interrupted, LiteBaseError)):
            await running


async def test_a_result_that_another_statement_displaced_says_so(session: PostgresqlConnection) -> None:
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=2))
    assert await rows_of(session, "SELECT 1") == [(1,)]
    assert len(await cursor.fetch(2)) >= 1
    with pytest.raises(Conflict, match="given up"):
        await all_rows(cursor)
    await cursor.aclose()


async def test_inv7_closing_a_session_leaves_nothing_running(
    open_session: OpenSession, killer: PostgresqlConnection
) -> None:
    for sql in (WAITING, ENDLESS_ROWS):
        session = await open_session()
        pid = await _pid(session)
        task = asyncio.ensure_future(session.execute(Statement(sql, first_rows=1)))
        await anyio.sleep(0.15)
        await session.aclose()
        await asyncio.wait([task], timeout=1)
        assert task.done()
        task.exception()
        with anyio.fail_after(5):
            while await rows_of(killer, "SELECT 1 FROM pg_stat_activity WHERE pid = $1", [pid]):
                await anyio.sleep(0.02)


# streams


async def test_q01_q02_q03_rows_stream_with_flat_memory_also_for_a_paused_reader(
    session: PostgresqlConnection, killer: PostgresqlConnection
) -> None:
    pid = await _pid(session)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    cursor = await session.execute(
        Statement("SELECT repeat('x', 1000) FROM generate_series(1, 300000) AS n", first_rows=100)
    )
    assert time.monotonic() - started < 0.5
    count = len(await cursor.fetch(100))  # fewer than it asked for when rows come slowly
    await anyio.sleep(0.5)  # paused
    waits = await rows_of(killer, "SELECT wait_event FROM pg_stat_activity WHERE pid = $1", [pid])
    assert waits == [("ClientWrite",)]
    while rows := await cursor.fetch(1000):
        count += len(rows)
    assert count == 300000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 40


async def test_slow_rows_are_given_out_after_a_slice_of_time(session: PostgresqlConnection) -> None:
    # the server sends when 8 KB are full, so each row is as long as that
    sql = "SELECT repeat('x', 9000), pg_sleep(0.03) FROM generate_series(1, 20) AS n"
    cursor = await session.execute(Statement(sql, first_rows=100))
    first = await cursor.fetch(100)
    assert 1 <= len(first) < 10
    assert len(first) + len(await all_rows(cursor)) == 20


async def test_wide_rows_come_in_slices_of_memory(session: PostgresqlConnection) -> None:
    cursor = await session.execute(
        Statement("SELECT repeat('x', 300000) FROM generate_series(1, 50) AS n", first_rows=50)
    )
    sizes = [len(await cursor.fetch(50))]
    while rows := await cursor.fetch(50):
        sizes.append(len(rows))
    assert sum(sizes) == 50
    assert max(sizes) < 15


async def test_the_last_rows_say_that_they_are_the_last(session: PostgresqlConnection) -> None:
    await run(session, "CREATE TEMP TABLE twelve AS SELECT n FROM generate_series(1, 12) AS n")
    for sql in ("SELECT n FROM twelve", "SELECT n + 0 FROM twelve"):
        cursor = await session.execute(Statement(sql, first_rows=12))
        assert len(await cursor.fetch(12)) == 12
        assert cursor.exhausted


async def test_what_waits_for_readers_is_known(session: PostgresqlConnection) -> None:
    for sql in (
        "DROP TABLE a",
        "alter table a add b int",
        "TRUNCATE a",
        "LOCK a",
        "VACUUM FULL",
        "CREATE INDEX ON a (b)",
    ):
        assert session.waits_for_readers(sql), sql
    for sql in ("SELECT 1", "INSERT INTO a VALUES (1)", "CREATE TABLE b (c int)", "BEGIN"):
        assert not session.waits_for_readers(sql), sql


async def test_the_dialect_follows_the_session(session: PostgresqlConnection) -> None:
    assert not session.dialect.backslash_escapes
    await run(session, "SET standard_conforming_strings TO off")
    assert session.dialect.backslash_escapes
