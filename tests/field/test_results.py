"""Results that ended although only somebody's wait for their rows had ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest
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
