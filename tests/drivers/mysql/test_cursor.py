"""Reading results: streams, several of a procedure, and writes that return rows. On a real MariaDB."""

import asyncio
import gc
import random
import resource
import time
import tracemalloc

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import Cursor, DatabaseSession, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql.cursor import MysqlCursor
from litebase.errors import ConnectionLost, LimitExceeded, OutcomeUnknown, QueryFailed
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.mysql.conftest import ENDLESS_ROWS, MakeTarget, id_of, make_anew, opened
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.work import IN_PROPORTION

pytestmark = pytest.mark.anyio


@pytest.mark.fault("M11")
async def test_a_procedure_gives_all_its_results_and_the_session_stays_in_step(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE calls (n INT)")
    await make_anew(
        session,
        "PROCEDURE three() BEGIN SELECT 1 AS a; SELECT seq FROM seq_1_to_3000; "
        "INSERT INTO calls VALUES (1); SELECT 'x', 'y' WHERE FALSE; INSERT INTO calls VALUES (2), (3); END",
    )
    cursor = await session.execute(Statement("CALL three()", first_rows=10))
    results = []
    while cursor is not None:
        results.append((len(cursor.columns), len(await all_rows(cursor))))
        cursor = await cursor.next_cursor()  # type: ignore[assignment]  # None ends the loop
    assert results == [(1, 1), (1, 3000), (2, 0)]
    assert await rows_of(session, "SELECT COUNT(*) FROM calls") == [(3,)]
    abandoned = await session.execute(Statement("CALL three()", first_rows=1))
    await abandoned.aclose()
    assert await rows_of(session, "SELECT COUNT(*) FROM calls") == [(6,)]


async def test_a_procedure_that_fails_after_its_first_result_says_so(session: DatabaseSession) -> None:
    await make_anew(session, "PROCEDURE half() BEGIN SELECT 1; SELECT * FROM nowhere; END")
    cursor = await session.execute(Statement("CALL half()", first_rows=10))
    assert await all_rows(cursor) == [(1,)]
    with pytest.raises(QueryFailed):
        await cursor.next_cursor()
    assert await rows_of(session, "SELECT 2") == [(2,)]


async def test_review18_the_server_says_whether_further_results_come(session: DatabaseSession) -> None:
    await make_anew(session, "PROCEDURE two() BEGIN SELECT 1; SELECT 2; END")
    for sql in ("# a remark\nCALL two()", "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END", "/*! CALL two() */"):
        cursor: MysqlCursor | None = await session.execute(Statement(sql, first_rows=10))  # type: ignore[assignment]  # this driver's own
        rows = []
        while cursor is not None:
            rows += await all_rows(cursor)
            may = cursor.may_have_more
            cursor = await cursor.next_cursor()  # type: ignore[assignment]  # as above
            assert may or cursor is None
        assert rows == [(1,), (2,)], sql
    for sql in ("SELECT 1", "SELECT seq FROM seq_1_to_1000000", "DO 1"):
        cursor = await session.execute(Statement(sql, first_rows=1))  # type: ignore[assignment]  # as above
        assert cursor is not None
        assert not cursor.may_have_more, sql
        await cursor.aclose()
    cursor = await session.execute(Statement("CALL two()", first_rows=10))  # type: ignore[assignment]  # as above
    assert cursor is not None
    assert cursor.may_have_more
    await cursor.aclose()


async def test_a_paused_reader_pauses_the_server_and_costs_no_memory(session: DatabaseSession) -> None:
    cursor = await session.execute(Statement("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_1000000", first_rows=100))
    await cursor.fetch(100)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await asyncio.sleep(0.5)
    for _ in range(200):
        await cursor.fetch(500)
        await asyncio.sleep(0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000, f"{grown} KiB"
    assert not cursor.exhausted
    await cursor.aclose()
    assert session.usable


@pytest.mark.fault("M06")
async def test_a_session_killed_while_rows_come_is_lost_after_the_rows_that_came(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        id_ = await id_of(session)
        cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=10))
        rows = list(await cursor.fetch(10))
        await run(other, f"KILL CONNECTION {id_}")

        async def read_on() -> None:
            while len(rows) < 10_000_000:
                rows.extend(await cursor.fetch(1000))

        with pytest.raises((ConnectionLost, Interrupted)):
            await read_on()
        assert [row[0] for row in rows[:5]] == [1, 2, 3, 4, 5]
        assert not session.usable
        assert session.transaction_status == "unknown"


async def test_review15_a_write_that_returns_too_much_is_stopped_and_undone(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE wide (n INT PRIMARY KEY, a TEXT) ENGINE = InnoDB")
    await run(session, "INSERT INTO wide SELECT seq, REPEAT('x', 20000) FROM seq_1_to_6000")
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LimitExceeded, match="without RETURNING") as failed:
        await session.execute(Statement("DELETE FROM wide RETURNING n, a", first_rows=10))
    details = failed.value.data().details or {}
    assert (details["limit"], details["maximum"]) == ("max_returning_bytes", 64 * 1024 * 1024)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000, f"{grown} KiB"
    assert session.usable
    assert session.transaction_status == "idle"
    assert await rows_of(session, "SELECT COUNT(*) FROM wide") == [(6000,)]
    some = await session.execute(Statement("DELETE FROM wide WHERE n <= 1000 RETURNING n, a", first_rows=10))
    assert len(await all_rows(some)) == 1000
    assert some.affected_rows == 1000
    assert await rows_of(session, "SELECT COUNT(*) FROM wide") == [(5000,)]
    await run(session, "DROP TABLE wide")


async def test_review15_a_write_that_returns_too_much_and_cannot_be_stopped_is_of_unknown_outcome() -> None:
    async def endless(talk: Talk) -> None:
        await talk.login()
        await talk.hear()
        talk.ok()
        await talk.hear()
        talk.rows([b"4711", b"16777216", b"8.0.36", b"here", b"", b"NONE"])  # the greeting said 7: no KILL is sent
        await talk.hear()
        talk.send(b"\1")
        talk.send(b"\3def\0\0\0\1a\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")
        while True:
            talk.send(b"\xfd" + (1_000_000).to_bytes(3, "little") + b"x" * 1_000_000)
            await talk.writer.drain()

    async with fake_server(endless) as (port, _), opened(MysqlTarget(engine="mysql", port=port, user="u")) as session:
        with pytest.raises(OutcomeUnknown):
            await session.execute(Statement("DELETE FROM t RETURNING a", first_rows=10))
        assert not session.usable


async def test_review15_many_returned_rows_are_not_copied_again_and_again(session: DatabaseSession) -> None:
    await make_anew(session, "TEMPORARY TABLE narrow (n INT)")

    async def seconds_for(count: int) -> float:
        began = time.thread_time()
        sql = f"INSERT INTO narrow SELECT seq FROM seq_1_to_{count} RETURNING n"
        assert len(await all_rows(await session.execute(Statement(sql, first_rows=10)))) == count
        return time.thread_time() - began

    few = min([await seconds_for(37_500) for _ in range(3)])
    assert await seconds_for(8 * 37_500) < IN_PROPORTION * few


async def test_what_a_write_returns_is_counted_once_however_much_arrives_together(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE counted (n INT, a VARCHAR(2100))")
    await run(session, "INSERT INTO counted SELECT seq, REPEAT('x', 2000) FROM seq_1_to_20000")
    cursor = await session.execute(Statement("DELETE FROM counted RETURNING n, a", first_rows=10))
    assert len(await all_rows(cursor)) == 20_000  # 43 MB with what they take beside, of 64 MiB
    await run(session, "DROP TABLE counted")


async def test_rows_of_every_size_come_once_and_in_order_however_many_are_asked_for(session: DatabaseSession) -> None:
    await make_anew(session, "TEMPORARY TABLE sizes (n INT PRIMARY KEY, a LONGTEXT)")
    # most are short; some are about as long as what is parsed at once, as the buffer, and longer
    lengths = "CASE WHEN seq % 997 = 0 THEN 700000 WHEN seq % 101 = 0 THEN 32760 + seq % 13 ELSE seq % 300 END"
    await run(session, f"INSERT INTO sizes SELECT seq, REPEAT('x', {lengths}) FROM seq_1_to_6000")

    def length(n: int) -> int:
        return 700_000 if n % 997 == 0 else 32_760 + n % 13 if n % 101 == 0 else n % 300

    expected = [(n, length(n)) for n in range(1, 6001)]
    chance = random.Random(5)
    for most in (1, 3, 40, 1000, 20_000):
        cursor = await session.execute(Statement("SELECT n, a FROM sizes ORDER BY n", first_rows=most))
        found: list[tuple[object, int]] = []
        while rows := await cursor.fetch(asked := chance.randint(1, most)):
            assert len(rows) <= asked
            found += [(n, len(str(a))) for n, a in rows]
        assert found == expected
        assert cursor.exhausted


async def test_rows_of_many_packets_are_not_read_on_when_one_was_asked_for(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "SET GLOBAL max_allowed_packet = 67108864")
    try:
        async with opened(target()) as session:
            sql = "SELECT seq, REPEAT('x', 17000000) FROM seq_1_to_12"
            cursor = await session.execute(Statement(sql, first_rows=1))
            assert [n for n, _ in await cursor.fetch(1)] == [1]
            tracemalloc.start()
            try:
                assert [n for n, _ in await cursor.fetch(1)] == [2]
                assert tracemalloc.get_traced_memory()[0] < 60_000_000
            finally:
                tracemalloc.stop()
            assert [n for n, _ in await all_rows(cursor, 3)] == list(range(3, 13))
    finally:
        async with opened(target()) as session:
            await run(session, "SET GLOBAL max_allowed_packet = DEFAULT")


async def test_a_large_result_after_a_small_one_waits_in_the_server(session: DatabaseSession) -> None:
    await make_anew(
        session,
        "PROCEDURE small_large() BEGIN SELECT 1; SELECT REPEAT('x', 1000) FROM seq_1_to_100000; END",
    )
    cursor: Cursor | None = await session.execute(Statement("CALL small_large()", first_rows=10))
    assert cursor is not None
    tracemalloc.start()
    try:
        assert await all_rows(cursor) == [(1,)]
        await asyncio.sleep(0.5)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    cursor = await cursor.next_cursor()
    assert cursor is not None
    assert len(await all_rows(cursor)) == 100_000
    assert await cursor.next_cursor() is None


async def test_a_session_that_rests_after_a_result_notices_that_the_server_ended_it(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        id_ = await id_of(session)
        assert len(await rows_of(session, "SELECT seq FROM seq_1_to_5000")) == 5000
        await run(other, f"KILL CONNECTION {id_}")
        async with asyncio.timeout(5):
            while session.usable:
                await asyncio.sleep(0.01)
