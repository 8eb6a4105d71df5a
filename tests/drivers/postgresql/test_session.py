"""One session: its transactions, our own queries, how it is stopped at any moment, lost, and closed."""

import asyncio
import os
import signal

import anyio
import pytest

from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import Conflict, ConnectionLost, LiteBaseError
from tests.drivers.conformance import all_rows, outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import ENDLESS_ROWS, LIMITS, WAITING, OpenSession, kill, pid_of, target_of
from tests.drivers.postgresql.versions import needs
from tests.end_to_end.fault_proxy import fault_proxy
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("level", ["default", "read_uncommitted", "read_committed", "repeatable_read", "serializable"])
async def test_isolation_levels_are_the_server_s(session: PostgresqlSession, level: str) -> None:
    for sql in session.begin_statements(level, read_only=False):  # type: ignore[arg-type]  # words of the contract
        await run(session, sql)
    shown = "read committed" if level == "default" else level.replace("_", " ")
    assert await rows_of(session, "SHOW transaction_isolation") == [(shown,)]
    await run(session, "ROLLBACK")


@pytest.mark.fault("P01")
@pytest.mark.parametrize("sql", ["SELECT 1", "CREATE TABLE never (a int)"])
async def test_a_session_that_was_ended_while_idle_is_lost_at_the_next_use(
    session: PostgresqlSession, killer: PostgresqlSession, sql: str
) -> None:
    await kill(killer, await pid_of(session))
    with pytest.raises(ConnectionLost, match="57P01"):
        await run(session, sql)
    assert not session.usable
    assert session.transaction_status == "unknown"
    with pytest.raises(ConnectionLost):
        await run(session, "SELECT 1")
    assert not await session.reset()
    assert await rows_of(killer, "SELECT to_regclass('never')") == [(None,)]


@pytest.mark.fault("P11")
async def test_a_session_ended_for_idling_says_so(
    session: PostgresqlSession, killer: PostgresqlSession, postgresql_service: Service
) -> None:
    await run(session, "SET idle_in_transaction_session_timeout TO 50")
    await run(session, "BEGIN")
    await anyio.sleep(0.2)
    with pytest.raises(ConnectionLost, match="25P03"):
        await run(session, "INSERT INTO anything VALUES (1)")
    needs(postgresql_service, 14, "idle_session_timeout")
    await run(killer, "SET idle_session_timeout TO 50")
    await anyio.sleep(0.2)
    with pytest.raises(ConnectionLost, match="57P05"):
        await run(killer, "SELECT 1")


async def test_a_result_that_another_statement_displaced_says_so(session: PostgresqlSession) -> None:
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=2))
    assert await rows_of(session, "SELECT 1") == [(1,)]
    assert len(await cursor.fetch(2)) >= 1
    with pytest.raises(Conflict, match="given up"):
        await all_rows(cursor)
    await cursor.aclose()


async def test_the_dialect_follows_the_session(session: PostgresqlSession) -> None:
    assert not session.dialect.backslash_escapes
    await run(session, "SET standard_conforming_strings TO off")
    assert session.dialect.backslash_escapes


async def test_reading_metadata_needs_no_reset(session: PostgresqlSession, killer: PostgresqlSession) -> None:
    pid = await pid_of(session)
    assert await session.reset()
    assert await session.rows("SELECT $1::int", [7]) == [(7,)]
    assert await session.reset()
    last = await rows_of(killer, "SELECT query FROM pg_stat_activity WHERE pid = $1", [pid])
    assert last == [("SELECT $1::int",)], "DISCARD ALL would stand here"


async def test_notifications_that_come_while_metadata_are_read_reach_the_next_statement(
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    await run(session, "LISTEN news")
    await run(killer, "NOTIFY news, 'read all about it'")
    await session.rows("SELECT 1")
    cursor = await run(session, "SELECT 1")
    assert [notice.message for notice in cursor.notices] == ["news: read all about it"]


async def test_notices_that_name_a_message_of_the_protocol_end_no_session(session: PostgresqlSession) -> None:
    """Many of them are looked at closer, as text."""
    notice = r"B\t12\tParameterDescription\t 1 23" * 100
    await run(session, f"DO $$ BEGIN FOR n IN 1..200 LOOP RAISE NOTICE E'{notice}'; END LOOP; END $$")
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_metadata_are_refused_inside_a_transaction(session: PostgresqlSession) -> None:
    """An error would make it fail."""
    await run(session, "BEGIN")
    with pytest.raises(Conflict, match="open result or transaction"):
        await session.rows("SELECT 1")
    assert session.transaction_status == "in_transaction"


# stopping


@pytest.mark.fault("P04")
@pytest.mark.parametrize("sql", [WAITING, ENDLESS_ROWS])
async def test_a_frozen_server_costs_the_session_and_no_more_time_than_patience(
    mortal_service: Service, open_session: OpenSession, sql: str
) -> None:
    driver = PostgresqlDriver(target_of(mortal_service), DriverLimits(2.0, 0.02))
    session = await driver.connect()
    assert isinstance(session, PostgresqlSession)
    pid = await pid_of(session)
    many = Statement("SELECT n + 0 FROM generate_series(1, 10000000) AS n", first_rows=1)
    cursor = None if sql == WAITING else await session.execute(many)
    os.kill(pid, signal.SIGSTOP)
    try:
        with anyio.fail_after(SOON_S):
            if cursor is None:
                stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement(sql)))
                assert isinstance(stopped, Interrupted)
                assert stopped.session_ended
            else:
                await cursor.aclose()
        assert not session.usable
        await session.aclose()
        with pytest.raises(ConnectionLost):
            await run(session, "SELECT 1")
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("before", "sql", "may_have_changed"),
    [
        ([], WAITING, False),
        ([], "INSERT INTO frozen SELECT 1 FROM pg_sleep(60)", True),
        (["BEGIN"], "INSERT INTO frozen SELECT 1 FROM pg_sleep(60)", False),
        ([], "WITH w AS (INSERT INTO frozen SELECT 1 FROM pg_sleep(60) RETURNING a) SELECT a FROM w", True),
        ([], "SELECT sleeps_and_writes()", True),
        (["BEGIN", "INSERT INTO frozen VALUES (1)"], "COMMIT", True),
    ],
)
async def test_a_session_that_is_given_up_knows_whether_its_statement_may_have_changed_something(
    mortal_service: Service, open_session: OpenSession, before: list[str], sql: str, may_have_changed: bool
) -> None:
    async with asyncio.timeout(30):
        helper = await open_session(mortal_service)
        await run(helper, "CREATE TABLE IF NOT EXISTS frozen (a int)")
        await run(
            helper,
            "CREATE OR REPLACE FUNCTION sleeps_and_writes() RETURNS void LANGUAGE sql AS "
            "'SELECT pg_sleep(60); INSERT INTO frozen VALUES (1)'",
        )
        session = await PostgresqlDriver(target_of(mortal_service), DriverLimits(0.3, 0.02)).connect()
        assert isinstance(session, PostgresqlSession)
        pid = await pid_of(session)
        for first in before:
            await run(session, first)
        if sql == "COMMIT":  # too short to be caught: the server is frozen before it
            os.kill(pid, signal.SIGSTOP)
        running = asyncio.ensure_future(outcome_of_cancel(0.3, lambda: session.execute(Statement(sql))))
        try:
            await asyncio.sleep(0.15)
            if sql != "COMMIT":
                os.kill(pid, signal.SIGSTOP)
            stopped = await running
            assert isinstance(stopped, Interrupted)
            assert stopped.session_ended
            assert stopped.may_have_changed is may_have_changed
            assert not session.usable
        finally:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.fault("Q05")
async def test_1000_races_of_cancel_and_the_next_statement(session: PostgresqlSession) -> None:
    for turn in range(1000):
        sql = f"SELECT n + 0 FROM generate_series(1, {1 + turn % 300}) AS n"
        await outcome_of_cancel((turn % 25) * 0.0001, lambda sql=sql: rows_of(session, sql))  # type: ignore[misc]  # a lambda with a default
        assert await rows_of(session, "SELECT $1::int", [turn]) == [(turn,)], f"turn {turn}"
    assert session.usable


@pytest.mark.fault("P07")
async def test_a_cancel_at_every_moment_leaves_the_session_usable_or_known_to_be_lost(
    session: PostgresqlSession, killer: PostgresqlSession
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
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS locked (a int)")
    await run(killer, "BEGIN")
    await run(killer, "LOCK TABLE locked")
    await run(session, "BEGIN")
    stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement("SELECT * FROM locked")))
    assert isinstance(stopped, Interrupted)
    assert not stopped.session_ended, "it was stopped, and not given up when the patience was over"
    assert session.transaction_status == "failed"
    await run(killer, "ROLLBACK")
    await run(session, "ROLLBACK")
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_closing_a_session_ends_the_statement_that_it_runs(open_session: OpenSession) -> None:
    session = await open_session()
    running = asyncio.ensure_future(session.execute(Statement(WAITING)))
    await anyio.sleep(0.1)
    await session.aclose()
    with anyio.fail_after(SOON_S):
        with pytest.raises((Interrupted, LiteBaseError)):
            await running


@pytest.mark.fault("INV7")
async def test_closing_a_session_leaves_nothing_running(open_session: OpenSession, killer: PostgresqlSession) -> None:
    for sql in (WAITING, ENDLESS_ROWS):
        session = await open_session()
        pid = await pid_of(session)
        task = asyncio.ensure_future(session.execute(Statement(sql, first_rows=1)))
        await anyio.sleep(0.15)
        await session.aclose()
        await asyncio.wait([task], timeout=SOON_S)
        assert task.done()
        task.exception()
        with anyio.fail_after(SOON_S):
            while await rows_of(killer, "SELECT 1 FROM pg_stat_activity WHERE pid = $1", [pid]):
                await anyio.sleep(0.02)


class Heard:
    """What a session reports unasked."""

    def __init__(self) -> None:
        self.notifications: list[str] = []
        self.ends = 0

    def notified(self, channel: str, payload: str, process_id: int) -> None:
        assert process_id > 0
        self.notifications.append(f"{channel}: {payload}")

    def ended(self) -> None:
        self.ends += 1


@pytest.mark.parametrize("steps", range(1, 8))
async def test_a_watcher_that_comes_while_a_statement_starts_hears_what_comes_later(
    session: PostgresqlSession, killer: PostgresqlSession, steps: int
) -> None:
    heard = Heard()
    await run(session, "LISTEN steps")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.rows, "SELECT pg_sleep(0.05)")  # which has the lock once
        for _ in range(steps):
            await anyio.sleep(0)
        session.watch(heard)
    await run(killer, "NOTIFY steps, 'x'")
    with anyio.fail_after(SOON_S):
        while not heard.notifications:
            await anyio.sleep(0.01)
    assert heard.notifications == ["steps: x"]


async def test_a_session_that_does_not_respond_is_reported(postgresql_service: Service) -> None:
    heard = Heard()
    with fault_proxy((postgresql_service.host, postgresql_service.port)) as proxy:
        session = await PostgresqlDriver(target_of(postgresql_service, port=proxy.port), LIMITS).connect()
        session.watch(heard)
        proxy.weather.frozen = True
        assert not await session.responds(0.2)
        assert heard.ends == 1
        proxy.weather.frozen = False
        await session.aclose()


async def test_a_session_with_an_open_result_is_not_asked(session: PostgresqlSession) -> None:
    cursor = await session.execute(Statement("SELECT repeat('x', 1000) FROM generate_series(1, 20000)", first_rows=1))
    assert await session.responds(2.0)
    assert len(await all_rows(cursor)) == 20_000
