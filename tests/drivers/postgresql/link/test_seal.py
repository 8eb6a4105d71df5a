"""A read-only connection: the server refuses writes, whatever the statement is and whatever was set before."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import LiteBaseError, QueryFailed, ReadOnly
from tests.drivers.conformance import all_rows, outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import OpenSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def writer(session: PostgresqlSession) -> PostgresqlSession:
    for sql in (
        "CREATE SCHEMA IF NOT EXISTS shelf",
        "DROP TABLE IF EXISTS shelf.books",
        "CREATE TABLE shelf.books (id int)",
        "INSERT INTO shelf.books VALUES (1), (2)",
        "CREATE OR REPLACE FUNCTION shelf.add() RETURNS int LANGUAGE sql AS "
        "'INSERT INTO shelf.books VALUES (9) RETURNING id'",
        "CREATE OR REPLACE PROCEDURE shelf.sneak() LANGUAGE plpgsql AS 'BEGIN COMMIT; SET TRANSACTION READ WRITE; "
        "INSERT INTO shelf.books VALUES (9); END'",
        "CREATE OR REPLACE FUNCTION shelf.unset() RETURNS void LANGUAGE plpgsql AS "
        "'BEGIN PERFORM set_config(''default_transaction_read_only'', ''off'', false); END'",
    ):
        await run(session, sql)
    return session


@pytest.fixture
async def reader(open_session: OpenSession, writer: PostgresqlSession) -> PostgresqlSession:
    return await open_session(read_only=True)


WRITES = [
    "INSERT INTO shelf.books VALUES (3)",
    "WITH w AS (INSERT INTO shelf.books VALUES (3) RETURNING id) SELECT * FROM w",
    "SELECT shelf.add()",
    "EXPLAIN ANALYZE DELETE FROM shelf.books",
    "UPDATE shelf.books SET id = 4",
    "CREATE TABLE shelf.other (a int)",
    "SELECT * INTO shelf.other FROM shelf.books",
    "TRUNCATE shelf.books",
    "DROP TABLE shelf.books",
    "DO $$ BEGIN INSERT INTO shelf.books VALUES (3); END $$",
    "DO $$ BEGIN COMMIT; SET TRANSACTION READ WRITE; INSERT INTO shelf.books VALUES (3); END $$",
    "CALL shelf.sneak()",
    "VACUUM shelf.books",
    "CREATE DATABASE other_database",
    "ALTER SYSTEM SET work_mem = '5MB'",
    "/* /* */ SET */ INSERT INTO shelf.books VALUES (3)",
    "SELECT 1; INSERT INTO shelf.books VALUES (3)",
    "COPY shelf.books FROM '/dev/null'",
    "/* /* */ */ COPY shelf.books TO '/dev/null'",
    "SELECT nextval('pg_temp.none')",
]
TRICKS = [
    [],
    ["SET default_transaction_read_only TO off"],
    ["SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"],
    ["SELECT set_config('default_transaction_read_only', 'off', false)"],
    ["SELECT shelf.unset()"],
    ["RESET ALL", "SET default_transaction_read_only TO off"],
    ["BEGIN READ WRITE"],
    ["BEGIN", "SET TRANSACTION READ WRITE"],
    ["BEGIN", "SET transaction_read_only TO off", "SAVEPOINT a"],
    ["START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ WRITE", "SELECT 1", "SAVEPOINT a", "ROLLBACK TO a"],
    ["BEGIN", "SELECT 1", "COMMIT AND CHAIN", "SET TRANSACTION READ WRITE"],
    ["BEGIN", "SAVEPOINT a", "SET TRANSACTION READ WRITE", "RELEASE a"],
]


@pytest.mark.fault("Q23")
@pytest.mark.parametrize("trick", TRICKS, ids=" ; ".join)
async def test_no_trick_makes_a_read_only_session_write(
    writer: PostgresqlSession, reader: PostgresqlSession, trick: list[str]
) -> None:
    for write in WRITES:
        for sql in trick:
            try:
                await run(reader, sql)
            except QueryFailed:
                break
        with pytest.raises(LiteBaseError):
            await run(reader, write)
        if reader.transaction_status != "idle":
            await run(reader, "ROLLBACK")
        assert reader.usable
    assert await rows_of(writer, "SELECT id FROM shelf.books ORDER BY id") == [(1,), (2,)]
    assert await rows_of(writer, "SELECT to_regclass('shelf.other')") == [(None,)]


@pytest.mark.parametrize("write", WRITES[:3] + WRITES[5:6] + WRITES[12:15])
async def test_a_refused_write_is_read_only(reader: PostgresqlSession, write: str) -> None:
    with pytest.raises(ReadOnly):
        await run(reader, write)
    assert reader.transaction_status == "idle"


async def test_reading_works_as_ever(reader: PostgresqlSession) -> None:
    assert await rows_of(reader, "SELECT id FROM shelf.books ORDER BY id") == [(1,), (2,)]
    assert reader.transaction_status == "idle"
    cursor = await reader.execute(Statement("SELECT n + 0 FROM generate_series(1, 5000) AS n", first_rows=1))
    assert reader.transaction_status == "idle"
    assert len(await all_rows(cursor)) == 5000
    cursor = await reader.execute(Statement("SELECT n + 0 FROM generate_series(1, 500000) AS n", first_rows=1))
    await cursor.aclose()
    await run(reader, "SET work_mem TO '7MB'")
    assert await rows_of(reader, "SHOW work_mem") == [("7MB",)]
    await run(reader, "PREPARE p AS SELECT 5")
    assert await rows_of(reader, "EXECUTE p") == [(5,)]
    assert await rows_of(reader, "EXPLAIN SELECT 1") != []
    with pytest.raises(QueryFailed):
        await run(reader, "SELECT 1 / 0")
    assert reader.transaction_status == "idle"


async def test_a_cancel_at_every_moment_leaves_no_transaction_open(reader: PostgresqlSession) -> None:
    for turn in range(100):
        await outcome_of_cancel(
            turn * 0.00003, lambda: rows_of(reader, "SELECT n + 0 FROM generate_series(1, 200) AS n")
        )
        assert reader.usable
        assert reader.transaction_status == "idle"
        assert await rows_of(reader, "SELECT id FROM shelf.books ORDER BY id") == [(1,), (2,)]


async def test_transactions_read_one_state(writer: PostgresqlSession, reader: PostgresqlSession) -> None:
    (begin,) = reader.begin_statements("repeatable_read", read_only=True)
    await run(reader, begin)
    assert reader.transaction_status == "in_transaction"
    assert await rows_of(reader, "SELECT count(*) FROM shelf.books") == [(2,)]
    await run(writer, "DELETE FROM shelf.books")
    assert await rows_of(reader, "SELECT count(*) FROM shelf.books") == [(2,)]
    await run(reader, "COMMIT")
    assert await rows_of(reader, "SELECT count(*) FROM shelf.books") == [(0,)]


async def test_a_read_only_transaction_of_a_writable_session_refuses_writes(writer: PostgresqlSession) -> None:
    (begin,) = writer.begin_statements("serializable", read_only=True)
    await run(writer, begin)
    with pytest.raises(ReadOnly):
        await run(writer, "INSERT INTO shelf.books VALUES (3)")
    assert writer.transaction_status == "failed"
    await run(writer, "ROLLBACK")
