"""Notices and notifications: in order, bounded, and readable."""

import anyio
import pytest
from litebase_schema.values import Notice

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.postgresql.conftest import OpenSession

pytestmark = pytest.mark.anyio


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
    with anyio.fail_after(5):
        while not notices:
            notices += (await run(session, "SELECT 1")).notices
    assert (notices[0].severity, notices[0].message) == ("NOTIFY", "news: item 1")
    assert len(notices) <= 1001
    cursor = await session.execute(Statement("SELECT n, pg_sleep(0) FROM generate_series(1, 50000) AS n", first_rows=1))
    await run(sender, notify)  # while it streams
    assert len(await all_rows(cursor)) == 50000
    assert session.usable
