"""Results: those that ended although only somebody's wait for rows had ended, and those with as many rows as wanted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.db_session import BeginRequest, CloseDbSessionRequest, CommitRequest, OpenDbSessionRequest
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest

from litebase.client import RequestFailed
from tests.field.conftest import Field
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

# Twenty rows that come at once; the next one waits for a lock. SQLite has none to wait for, so it is given work.
ROWS = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 2100000) "
    "SELECT CASE WHEN n < 21 THEN n ELSE n / 100000 + 20 END FROM r WHERE n < 21 OR n % 100000 = 0",
    "postgresql": "SELECT n, repeat('x', 9000), CASE WHEN n = 21 THEN pg_advisory_lock(7)::text END "
    "FROM generate_series(1, 41) n",
    "mysql": "SELECT seq, repeat('x', 20000), IF(seq = 21, get_lock('gate', 60), 0) FROM seq_1_to_41",
}
LOCK = {"sqlite": "SELECT 1", "postgresql": "SELECT pg_advisory_lock(7)::text", "mysql": "SELECT get_lock('gate', 0)"}


@pytest.fixture(params=ROWS)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine."""
    name: str = request.param
    return name


@pytest.fixture
def field(engine: str, request: pytest.FixtureRequest) -> Field:
    """A database of that engine."""
    found: Field = request.getfixturevalue(engine)
    return found


@asynccontextmanager
async def session(field: Field) -> AsyncIterator[dict[str, Any]]:
    """A database session of its own, as an option of a query."""
    opened = await field.client.open_db_session(OpenDbSessionRequest(connection_id=field.connection_id))
    yield {"db_session_id": opened.db_session_id}
    await field.client.close_db_session(CloseDbSessionRequest(db_session_id=opened.db_session_id))


async def numbers(field: Field, result_id: str, offset: int, limit: int) -> list[int]:
    """The first column of these rows, however many windows they come in."""
    found: list[int] = []
    complete = False
    with anyio.fail_after(SOON_S):
        while len(found) < limit and not complete:
            left = FetchRequest(result_id=result_id, offset=offset + len(found), limit=limit - len(found))
            window = await field.client.fetch(left)
            rows: Any = window.rows
            found += [row[0] for row in rows]
            complete = window.complete
    return found


@pytest.mark.parametrize("waiter", ["fetch", "query"])
async def test_who_stops_waiting_for_rows_leaves_the_result_to_the_next(engine: str, field: Field, waiter: str) -> None:
    """Kind: cancelling a fetch, or a query that reads a result to its end to have its session, ended the result."""
    async with session(field) as own:
        async with session(field) as other:
            await field.query(LOCK[engine], **other)
            result_id = (await field.query(ROWS[engine], window_rows=5, **own)).result_id
            assert result_id is not None
            asked = (
                FetchRequest(result_id=result_id, offset=38, limit=10)
                if waiter == "fetch"
                else QueryRequest(connection_id=field.connection_id, sql="SELECT 1", **own)
            )
            for _ in range(2):
                call = await field.client.start(waiter, asked)
                await anyio.sleep(0.1)
                assert (await field.client.cancel(CancelRequest(request_id=call.id))).outcome == "stopped"
                with pytest.raises(RequestFailed) as failed:
                    await call.answer()
                assert failed.value.code == "cancelled"
            assert await numbers(field, result_id, 10, 5) == [11, 12, 13, 14, 15]
        assert await numbers(field, result_id, 38, 10) == [39, 40, 41]
        assert await numbers(field, result_id, 0, 50) == [*range(1, 42)]
        assert await field.rows("SELECT 1", **own) == [[1]]


async def test_closing_a_result_stops_what_a_cancelled_fetch_left_to_the_next(engine: str, field: Field) -> None:
    """Kind: as above; nobody reads any more, so the statement is stopped, and its session is usable."""
    async with session(field) as own, session(field) as other:
        await field.query(LOCK[engine], **other)
        result_id = (await field.query(ROWS[engine], window_rows=5, **own)).result_id
        assert result_id is not None
        with anyio.move_on_after(0.1):
            await numbers(field, result_id, 38, 10)
        with anyio.fail_after(SOON_S):
            await field.client.close_result(CloseResultRequest(result_id=result_id))
            assert await field.rows("SELECT 1", **own) == [[1]]


NUMBERS = {
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT {}) SELECT n FROM r",
    "postgresql": "SELECT n FROM generate_series(1, {}) n",
    "mysql": "SELECT seq FROM seq_1_to_{}",
}


@pytest.mark.parametrize(("count", "truncated"), [(3, False), (4, True), (500_000, True)])
async def test_max_rows_keeps_no_more_and_says_whether_there_were_more(
    engine: str, field: Field, count: int, truncated: bool
) -> None:
    sql = NUMBERS[engine].format(count)
    answer = await field.query(sql, max_rows=3)
    assert (answer.rows, answer.complete, answer.total_rows) == ([[1], [2], [3]], True, 3)
    assert answer.truncated is truncated
    first = await field.query(sql, max_rows=3, window_rows=2)
    assert (first.rows, first.complete, first.truncated) == ([[1], [2]], False, False)
    assert first.result_id is not None
    rest = await field.client.fetch(FetchRequest(result_id=first.result_id, offset=2, limit=2))
    assert (rest.rows, rest.complete, rest.truncated) == ([[3]], True, truncated)
    script = await field.script(f"{sql}; SELECT 1; {sql}", max_rows_each=3)
    assert [(one.total_rows, one.truncated) for one in script.statements] == [
        (3, truncated),
        (1, False),
        (3, truncated),
    ]
    assert await field.rows_of(script.statements[2]) == [[1], [2], [3]]


async def test_max_rows_is_for_each_result_of_a_procedure_and_its_work_is_done(mysql: Field) -> None:
    await mysql.query("CREATE TABLE done (a INT)")
    await mysql.query(
        "CREATE PROCEDURE work() BEGIN SELECT seq FROM seq_1_to_5000; INSERT INTO done VALUES (1); "
        "SELECT seq FROM seq_1_to_2; SELECT seq FROM seq_1_to_3; END"
    )
    answer = await mysql.query("CALL work()", max_rows=2)
    assert (answer.rows, answer.total_rows, answer.truncated) == ([[1], [2]], 2, True)
    more = [(one.total_rows, one.truncated) for one in answer.more_results if one.columns]
    assert more == [(2, False), (2, True)]
    assert await mysql.rows("SELECT a FROM done") == [[1]]
    (outcome,) = (await mysql.script("CALL work()", max_rows_each=2)).statements
    assert (outcome.error, outcome.total_rows, outcome.truncated) == (None, 2, True)
    assert await mysql.rows("SELECT count(*) FROM done") == [[2]]


async def test_max_rows_leaves_a_write_whole(engine: str, field: Field) -> None:
    await field.query("CREATE TABLE t (a INTEGER)")
    answer = await field.query("INSERT INTO t VALUES (1), (2), (3) RETURNING a", max_rows=1)
    assert (answer.rows, answer.truncated, answer.affected_rows) == ([[1]], True, 3), engine
    assert await field.rows("SELECT a FROM t ORDER BY a") == [[1], [2], [3]]


@pytest.mark.parametrize("count", [20, 500_000])
async def test_max_rows_leaves_the_transaction_as_it_is(engine: str, field: Field, count: int) -> None:
    """PostgreSQL fails a transaction in which a statement is stopped."""
    sql = NUMBERS[engine].format(count)
    await field.query("CREATE TABLE t (a INTEGER)")
    own = await field.client.open_db_session(OpenDbSessionRequest(connection_id=field.connection_id))
    options = {"db_session_id": own.db_session_id}
    await field.client.begin(BeginRequest(db_session_id=own.db_session_id))
    await field.query("INSERT INTO t VALUES (1)", **options)
    answer = await field.query(sql, max_rows=10, **options)
    assert (answer.total_rows, answer.truncated, answer.transaction_status) == (10, True, "in_transaction")
    await field.client.commit(CommitRequest(db_session_id=own.db_session_id))
    script = f"BEGIN; INSERT INTO t VALUES (2); {sql}; COMMIT"
    answers = (await field.script(script, max_rows_each=10)).statements
    assert [one.error for one in answers] == [None] * 4
    assert await field.rows("SELECT a FROM t ORDER BY a") == [[1], [2]]
