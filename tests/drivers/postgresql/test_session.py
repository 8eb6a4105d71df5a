"""One session: how it begins transactions, how it is lost, and what becomes of its open result."""

import anyio
import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import (
    Conflict,
    ConnectionLost,
)
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.postgresql.conftest import ENDLESS_ROWS, kill, pid_of

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
async def test_a_session_ended_for_idling_says_so(session: PostgresqlSession, killer: PostgresqlSession) -> None:
    await run(session, "SET idle_in_transaction_session_timeout TO 50")
    await run(session, "BEGIN")
    await anyio.sleep(0.2)
    with pytest.raises(ConnectionLost, match="25P03"):
        await run(session, "INSERT INTO anything VALUES (1)")
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


async def test_metadata_are_refused_inside_a_transaction(session: PostgresqlSession) -> None:
    """An error would make it fail."""
    await run(session, "BEGIN")
    with pytest.raises(Conflict, match="open result or transaction"):
        await session.rows("SELECT 1")
    assert session.transaction_status == "in_transaction"
