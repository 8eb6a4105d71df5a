"""Stopping what runs: at any moment, while waiting, on a server that does not react, and by closing."""

import asyncio
import os
import signal
import time

import anyio
import pytest

from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import ConnectionLost, LiteBaseError
from tests.drivers.conformance import outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import ENDLESS_ROWS, WAITING, OpenSession, pid_of, target_of
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.mark.fault("P04")
@pytest.mark.parametrize("sql", [WAITING, ENDLESS_ROWS])
async def test_a_frozen_server_costs_the_session_and_no_more_time_than_patience(
    mortal_service: Service, open_session: OpenSession, sql: str
) -> None:
    driver = PostgresqlDriver(target_of(mortal_service), DriverLimits(0.5, 0.02))
    session = await driver.connect()
    assert isinstance(session, PostgresqlSession)
    pid = await pid_of(session)
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
    started = time.monotonic()
    stopped = await outcome_of_cancel(0.1, lambda: session.execute(Statement("SELECT * FROM locked")))
    assert isinstance(stopped, Interrupted)
    assert time.monotonic() - started < 0.4
    assert session.transaction_status == "failed"
    await run(killer, "ROLLBACK")
    await run(session, "ROLLBACK")
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_session_that_is_closed_while_it_runs_tells_its_statement_so(open_session: OpenSession) -> None:
    session = await open_session()
    running = asyncio.ensure_future(session.execute(Statement(WAITING)))
    await anyio.sleep(0.1)
    await session.aclose()
    with anyio.fail_after(2):
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
        await asyncio.wait([task], timeout=1)
        assert task.done()
        task.exception()
        with anyio.fail_after(5):
            while await rows_of(killer, "SELECT 1 FROM pg_stat_activity WHERE pid = $1", [pid]):
                await anyio.sleep(0.02)
