"""What lasts from one statement to the next: settings, notices, and what is reported when a session is lost."""

import asyncio

import anyio
import pytest
from litebase_schema.values import Notice

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.postgresql.conftest import ENDLESS_ROWS, OpenSession, is_running, kill, pid_of
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


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


@pytest.mark.fault("Q19")
@pytest.mark.parametrize(("leaves", "shows"), LEFTOVERS, ids=[leaves for leaves, _ in LEFTOVERS])
async def test_what_one_user_set_the_next_one_does_not_see(session: PostgresqlSession, leaves: str, shows: str) -> None:
    before = await rows_of(session, shows)
    for begin in ([], ["BEGIN"]):
        for sql in (*begin, leaves):
            await run(session, sql)
        assert await session.reset()
        assert session.transaction_status == "idle"
        assert await rows_of(session, shows) == before


async def test_a_reset_ends_a_half_read_result_and_a_failed_transaction(session: PostgresqlSession) -> None:
    await run(session, "BEGIN")
    await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
    assert session.transaction_status == "in_transaction"
    assert await session.reset()
    await run(session, "BEGIN")
    with pytest.raises(QueryFailed):
        await run(session, "SELECT 1 / 0")
    assert await session.reset()
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("before", "sql", "outcome"),
    [
        ([], "SELECT pg_sleep(20)", ConnectionLost),
        ([], "INSERT INTO lossy SELECT 1 FROM pg_sleep(20)", OutcomeUnknown),
        (["BEGIN"], "INSERT INTO lossy SELECT 1 FROM pg_sleep(20)", ConnectionLost),
        ([], "WITH a AS (INSERT INTO lossy VALUES (1)) SELECT pg_sleep(20)", OutcomeUnknown),
        ([], "EXPLAIN ANALYZE SELECT pg_sleep(20)", ConnectionLost),
        ([], "EXPLAIN ANALYZE INSERT INTO lossy SELECT 1 FROM pg_sleep(20)", OutcomeUnknown),
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
async def test_the_error_of_a_lost_statement_says_whether_it_may_have_happened(
    session: PostgresqlSession,
    killer: PostgresqlSession,
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
    pid = await pid_of(session)
    for first in before:
        await run(session, first)
    running = asyncio.ensure_future(run(session, sql))
    with anyio.fail_after(SOON_S):
        while not await is_running(killer, pid):
            await anyio.sleep(0.01)
    await anyio.sleep(0.05)
    await kill(killer, pid)
    with pytest.raises(outcome, match="57P01") as lost:
        await running
    assert type(lost.value) is outcome
    assert not session.usable
    with pytest.raises(ConnectionLost) as refused:
        await run(session, "SELECT 1")
    assert type(refused.value) is ConnectionLost, "this one was never sent"


# notices


async def test_notices_come_in_order_with_code_and_severity(session: PostgresqlSession) -> None:
    cursor = await run(session, "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two' USING ERRCODE = '01999'; END $$")
    assert [(n.severity, n.message, n.code) for n in cursor.notices] == [
        ("NOTICE", "one", "00000"),
        ("WARNING", "two", "01999"),
    ]
    assert (await run(session, "SELECT 1")).notices == ()


@pytest.mark.fault("P13")
async def test_a_notice_that_cannot_be_read_is_kept_as_it_is_and_the_session_lives(
    open_session: OpenSession, session: PostgresqlSession
) -> None:
    await run(session, "CREATE DATABASE odd_notices ENCODING SQL_ASCII TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    other = await open_session(database="odd_notices")
    cursor = await run(other, "DO $$ BEGIN RAISE NOTICE E'caf\\351 \\300\\200'; END $$")
    assert len(cursor.notices) == 1
    assert cursor.notices[0].message.startswith("caf")
    assert await rows_of(other, "SELECT 1") == [(1,)]


@pytest.mark.fault("Q17")
async def test_too_many_notices_are_counted_and_dropped(session: PostgresqlSession) -> None:
    cursor = await run(session, "DO $$ BEGIN FOR i IN 1..200000 LOOP RAISE NOTICE 'n %', i; END LOOP; END $$")
    assert len(cursor.notices) == 1001
    assert cursor.notices[999].message == "n 1000"
    assert cursor.notices[-1].message == "199,000 further notices were dropped."


@pytest.mark.fault("P12")
async def test_notifications_come_as_bounded_notices_of_the_next_statement(
    open_session: OpenSession, session: PostgresqlSession
) -> None:
    await run(session, "LISTEN news")
    sender = await open_session()
    notify = "DO $$ BEGIN FOR i IN 1..1500 LOOP PERFORM pg_notify('news', 'item ' || i); END LOOP; END $$"
    await run(sender, notify)  # while the listener is idle
    notices: list[Notice] = []
    with anyio.fail_after(SOON_S):
        while not notices:
            notices += (await run(session, "SELECT 1")).notices
    assert (notices[0].severity, notices[0].message) == ("NOTIFY", "news: item 1")
    assert len(notices) <= 1001
    cursor = await session.execute(Statement("SELECT n, pg_sleep(0) FROM generate_series(1, 50000) AS n", first_rows=1))
    await run(sender, notify)  # while it streams
    assert len(await all_rows(cursor)) == 50000
    assert session.usable
