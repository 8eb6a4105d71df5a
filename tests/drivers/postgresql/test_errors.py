"""What the server refuses, as the client sees it."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import QueryFailed, Unsupported
from tests.drivers.conformance import rows_of, run

pytestmark = pytest.mark.anyio


async def _details(session: PostgresqlSession, sql: str) -> dict[str, object]:
    with pytest.raises(QueryFailed) as failed:
        await session.execute(Statement(sql, first_rows=1))
    assert failed.value.details is not None
    return {name: value for name, value in failed.value.details.model_dump().items() if value is not None}


async def test_the_place_is_given_in_code_points_line_and_column(session: PostgresqlSession) -> None:
    details = await _details(session, "SELECT '🙂',\n  nothing\nFROM (SELECT 1) x")
    assert details == {"engine_code": "42703", "sqlstate": "42703", "position": 14, "line": 2, "column": 3}


async def test_a_violated_constraint_is_named_with_its_table_and_column(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE shelf (id int CONSTRAINT shelf_key PRIMARY KEY, n int NOT NULL)")
    await run(session, "INSERT INTO shelf VALUES (1, 1)")
    details = await _details(session, "INSERT INTO shelf VALUES (1, 1)")
    assert (details["sqlstate"], details["constraint_name"], details["table_name"]) == ("23505", "shelf_key", "shelf")
    assert details["detail"] == "Key (id)=(1) already exists."
    details = await _details(session, "INSERT INTO shelf VALUES (2, NULL)")
    assert (details["sqlstate"], details["column_name"]) == ("23502", "n")
    details = await _details(session, "SELECT lengt('a')")
    assert "explicit type casts" in str(details["hint"])


async def test_an_error_at_the_commit_is_the_statement_s_error(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    details = await _details(session, "INSERT INTO late VALUES (1), (1)")
    assert details["sqlstate"] == "23505"
    with pytest.raises(QueryFailed):
        await rows_of(session, "INSERT INTO late VALUES (1), (1) RETURNING id")
    assert await rows_of(session, "SELECT * FROM late") == []


@pytest.mark.fault("Q14")
async def test_several_statements_are_refused_before_any_runs(session: PostgresqlSession) -> None:
    for params in (None, [1]):
        with pytest.raises(Unsupported, match="run_script"):
            await run(session, "CREATE TEMP TABLE never (a int); SELECT 1", params)
    with pytest.raises(QueryFailed):
        await run(session, "SELECT * FROM never")


@pytest.mark.fault("P06")
@pytest.mark.parametrize("sql", ["COPY shelf FROM STDIN", "COPY (INSERT INTO shelf VALUES (1) RETURNING id) TO STDOUT"])
async def test_a_copy_that_cannot_be_done_does_nothing_and_the_session_stays_usable(
    session: PostgresqlSession, sql: str
) -> None:
    await run(session, "CREATE TEMP TABLE shelf (id int)")
    for _ in range(3):
        with pytest.raises(Unsupported, match="COPY"):
            await run(session, sql)
        assert session.usable
        assert await rows_of(session, "SELECT count(*) FROM shelf") == [(0,)]


@pytest.mark.fault("P06")
async def test_a_copy_to_the_client_that_is_left_half_read_is_stopped_and_makes_way(session: PostgresqlSession) -> None:
    for _ in range(3):
        cursor = await session.execute(
            Statement("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 10000000)) TO STDOUT", first_rows=2)
        )
        assert await cursor.fetch(1) == [("x" * 1000,)]
        await cursor.aclose()
        assert session.usable
        assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("P06")
async def test_the_rows_of_a_copy_are_sent_and_come_back(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE shelf (id int, note text)")
    lines = "".join(f"{number}\tnote {number}\n" for number in range(20_000))
    cursor = await session.execute(Statement("COPY shelf FROM STDIN", rows=lines))
    assert cursor.affected_rows == 20_000
    copied = await rows_of(session, "COPY shelf TO STDOUT")
    assert "".join(f"{line!s}\n" for (line,) in copied) == lines


@pytest.mark.fault("P11")
async def test_failures_have_distinct_codes(session: PostgresqlSession) -> None:
    await run(session, "SET statement_timeout TO 30")
    assert (await _details(session, "SELECT pg_sleep(5)"))["sqlstate"] == "57014"
    await run(session, "SET statement_timeout TO 0")
    await run(session, "BEGIN")
    await _details(session, "SELECT 1 / 0")
    assert (await _details(session, "SELECT 1"))["sqlstate"] == "25P02"
    assert session.transaction_status == "failed"
    await run(session, "ROLLBACK")


@pytest.mark.fault("Q17")
async def test_long_texts_of_the_server_are_cut(session: PostgresqlSession) -> None:
    cursor = await run(
        session, "DO $$ BEGIN FOR i IN 1..100 LOOP RAISE NOTICE '%', repeat('x', 100000); END LOOP; END $$"
    )
    *kept, last = cursor.notices
    assert {len(notice.message) for notice in kept} == {8192}
    assert kept[0].message.endswith("x…")
    assert sum(len(notice.message.encode()) for notice in kept) <= 256 * 1024
    assert last.message == f"{100 - len(kept)} further notices were dropped."
    with pytest.raises(QueryFailed) as failed:
        await run(
            session,
            "DO $$ BEGIN RAISE '%', repeat('m', 100000) USING DETAIL = repeat('d', 100000), "
            "HINT = repeat('h', 100000); END $$",
        )
    details = failed.value.query_details
    assert failed.value.message == "m" * 8191 + "…"
    assert (details.detail, details.hint) == ("d" * 8191 + "…", "h" * 8191 + "…")
