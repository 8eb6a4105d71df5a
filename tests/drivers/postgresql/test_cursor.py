"""Reading results: streams, what is kept of an interrupted one, and writes that give rows."""

import asyncio
import resource

import anyio
import pytest

from litebase.drivers.interface import Cursor, RowTuple, Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import ConnectionLost, LimitExceeded, OutcomeUnknown
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.postgresql.conftest import ENDLESS_ROWS, is_running, pid_of
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


async def _read_into(rows: list[RowTuple], cursor: Cursor) -> None:
    while True:
        rows += await cursor.fetch(1000)


@pytest.mark.fault("P02")
async def test_a_session_that_is_ended_in_the_midst_of_rows_keeps_those_that_came(
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    pid = await pid_of(session)
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=10))
    rows = [*await cursor.fetch(10)]
    with anyio.fail_after(SOON_S):
        killing = asyncio.ensure_future(rows_of(killer, "SELECT pg_terminate_backend($1)", [pid]))
        with pytest.raises(ConnectionLost):
            await _read_into(rows, cursor)
    await killing
    assert rows == [(n,) for n in range(1, len(rows) + 1)]
    assert not session.usable
    await cursor.aclose()


@pytest.mark.fault("P02")
async def test_a_select_that_ends_its_own_session_gives_its_rows_and_then_the_loss(
    session: PostgresqlSession,
) -> None:
    ending = "CASE WHEN n = 5000 THEN pg_terminate_backend(pg_backend_pid()) END"
    cursor = await session.execute(Statement(f"SELECT n, {ending} FROM generate_series(1, 9000) AS n", first_rows=10))
    rows: list[RowTuple] = []
    # what pg_terminate_backend() ends stays ended, so the SELECT does not count as reading
    with pytest.raises(OutcomeUnknown, match="57P01"), anyio.fail_after(SOON_S):
        await _read_into(rows, cursor)
    assert 10 <= len(rows) <= 5000
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert not session.usable


@pytest.mark.fault("Q06", "P08")
async def test_closing_early_stops_the_server_and_drains_nothing(
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    pid = await pid_of(session)
    cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=100))
    with anyio.fail_after(SOON_S):  # the rest would never end
        await cursor.aclose()
    assert not await is_running(killer, pid)
    assert await cursor.fetch(5) == ()
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_write_that_gives_rows_is_kept_when_its_rows_are_not_read(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE kept (n int)")
    sql = "INSERT INTO kept SELECT n FROM generate_series(1, 100000) AS n RETURNING n"
    cursor = await session.execute(Statement(sql, first_rows=1))
    await cursor.aclose()
    assert await rows_of(session, "SELECT count(*) FROM kept") == [(100000,)]
    assert cursor.affected_rows == 100000


async def test_a_write_that_gives_rows_is_committed_when_its_first_rows_come(
    session: PostgresqlSession, killer: PostgresqlSession
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
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    await run(killer, "CREATE TABLE IF NOT EXISTS too_many (n int, t text)")
    sql = "INSERT INTO too_many SELECT n, repeat('x', 1000) FROM generate_series(1, 90000) AS n RETURNING *"
    for begin, status in ((None, "idle"), ("BEGIN", "failed")):
        if begin:
            await run(session, begin)
        with pytest.raises(LimitExceeded, match=r"64 MiB.*nothing was changed.*Leave RETURNING out") as refused:
            await session.execute(Statement(sql, first_rows=1))
        assert refused.value.data().details == {"limit": "max_returning_bytes", "maximum": 64 * 1024 * 1024}
        assert not refused.value.retryable
        assert session.transaction_status == status
        await run(session, "ROLLBACK")
        assert await rows_of(session, "SELECT count(*) FROM too_many") == [(0,)]


async def test_a_select_that_only_names_writing_words_still_streams(session: PostgresqlSession) -> None:
    rows = "FROM generate_series(1, 1000000) AS n"
    for sql in (
        f"SELECT n, 'INSERT INTO' {rows}",
        f"WITH r AS (SELECT n {rows}) SELECT n, 'DELETE FROM' AS \"UPDATE \" FROM r -- INSERT INTO",
        f"SELECT md5(n::text) {rows}",
    ):
        cursor = await session.execute(Statement(sql, first_rows=1))
        await cursor.fetch(1)
        assert not cursor.ended, "it was read to its end, as a statement that writes is"
        await cursor.aclose()


@pytest.mark.fault("Q01", "Q02", "Q03")
async def test_rows_stream_with_flat_memory_also_for_a_paused_reader(
    session: PostgresqlSession, killer: PostgresqlSession
) -> None:
    pid = await pid_of(session)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cursor = await session.execute(
        Statement("SELECT repeat('x', 1000) FROM generate_series(1, 300000) AS n", first_rows=100)
    )
    assert not cursor.ended
    count = len(await cursor.fetch(100))  # fewer than it asked for when rows come slowly
    await anyio.sleep(0.5)  # paused
    waits = await rows_of(killer, "SELECT wait_event FROM pg_stat_activity WHERE pid = $1", [pid])
    assert waits == [("ClientWrite",)]
    while rows := await cursor.fetch(1000):
        count += len(rows)
    assert count == 300000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 40


async def test_slow_rows_are_given_out_after_a_slice_of_time(session: PostgresqlSession) -> None:
    # the server sends when 8 KB are full, so each row is as long as that
    sql = "SELECT repeat('x', 9000), pg_sleep(0.03) FROM generate_series(1, 20) AS n"
    cursor = await session.execute(Statement(sql, first_rows=100))
    first = await cursor.fetch(100)
    assert 1 <= len(first) < 10
    assert len(first) + len(await all_rows(cursor)) == 20


async def test_wide_rows_come_in_slices_of_memory(session: PostgresqlSession) -> None:
    cursor = await session.execute(
        Statement("SELECT repeat('x', 300000) FROM generate_series(1, 50) AS n", first_rows=50)
    )
    sizes = [len(await cursor.fetch(50))]
    while rows := await cursor.fetch(50):
        sizes.append(len(rows))
    assert sum(sizes) == 50
    assert max(sizes) < 15


async def test_the_last_rows_say_that_they_are_the_last(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE twelve AS SELECT n FROM generate_series(1, 12) AS n")
    for sql in ("SELECT n FROM twelve", "SELECT n + 0 FROM twelve"):
        cursor = await session.execute(Statement(sql, first_rows=12))
        assert len(await cursor.fetch(12)) == 12
        assert cursor.exhausted
