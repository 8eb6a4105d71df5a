"""Cancelling, as a client sees it: the outcome is what really happened."""

import time
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.hello import HelloRequest, ProtocolVersion, Software
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest

from litebase.client import Client, RequestFailed, connect
from tests.conftest import Database, RunningBackend
from tests.end_to_end.dialects import target_data
from tests.server.handlers.test_events_unasked import ask
from tests.server.room import ENDLESS, ENDLESS_ROWS, Raw, Room, serving
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.mark.fault("D04")
async def test_a_running_query_is_stopped(memory: Database) -> None:
    call = await memory.client.start("query", QueryRequest(connection_id=memory.connection_id, sql=ENDLESS))
    await anyio.sleep(0.1)
    started = time.monotonic()
    answer = await memory.client.cancel(CancelRequest(request_id=call.id))
    assert answer.outcome == "stopped"
    assert 0 <= answer.elapsed_ms <= 1 + 1000 * (time.monotonic() - started)
    with pytest.raises(RequestFailed) as failed:
        await call.answer()
    assert failed.value.code == "cancelled"
    assert await memory.rows("SELECT 1") == [[1]]


async def test_an_answered_request_and_an_unknown_one_are_not_in_flight(memory: Database) -> None:
    call = await memory.client.start("query", QueryRequest(connection_id=memory.connection_id, sql="SELECT 1"))
    await call.answer()
    for request_id in (call.id, "nobody"):
        answer = await memory.client.cancel(CancelRequest(request_id=request_id))
        assert answer.outcome == "not_in_flight"


async def test_a_request_of_a_type_that_runs_to_its_end_is_not_cancellable(client: Client) -> None:
    """A cancel is such a request; this one stops a query, so that the other cancel finds it in flight."""
    software = Software(name="test", version="1")
    await client.hello(HelloRequest(protocol=ProtocolVersion(major=0, minor=1), client=software))
    call = await client.start("cancel", CancelRequest(request_id="2"))  # the id of the cancel itself
    assert call.id == "2"
    assert (await call.answer()).outcome == "not_cancellable"


async def test_a_cancelled_fetch_leaves_the_rows_that_were_read_and_a_result_to_close(memory: Database) -> None:
    answer = await memory.query(f"{ENDLESS_ROWS} WHERE n < 100 OR n % 100000000 = 0", window_rows=10)
    assert answer.result_id is not None
    call = await memory.client.start("fetch", FetchRequest(result_id=answer.result_id, offset=5000, limit=10))
    await anyio.sleep(0.1)
    outcome = (await memory.client.cancel(CancelRequest(request_id=call.id))).outcome
    assert outcome == "stopped"
    with pytest.raises(RequestFailed) as failed:
        await call.answer()
    assert failed.value.code == "cancelled"
    window = await memory.client.fetch(FetchRequest(result_id=answer.result_id, offset=0, limit=10))
    assert window.rows == [[n] for n in range(1, 11)]
    await memory.client.close_result(CloseResultRequest(result_id=answer.result_id))
    with anyio.fail_after(SOON_S):  # this database has one session only
        assert await memory.rows("SELECT 1") == [[1]]


async def test_a_caller_that_is_cancelled_cancels_its_request(memory: Database) -> None:
    with anyio.move_on_after(0.1):
        await memory.query(ENDLESS)
    with anyio.fail_after(SOON_S):  # this database has one session only
        assert await memory.rows("SELECT 1") == [[1]]


@pytest.mark.fault("C14")
async def test_another_client_s_request_is_not_reached(memory: Database, backend: RunningBackend) -> None:
    call = await memory.client.start("query", QueryRequest(connection_id=memory.connection_id, sql=ENDLESS))
    await anyio.sleep(0.05)
    async with connect(backend.endpoint) as other:
        assert (await other.cancel(CancelRequest(request_id=call.id))).outcome in ("not_in_flight", "not_cancellable")
    assert (await memory.client.cancel(CancelRequest(request_id=call.id))).outcome == "stopped"


async def _answer_when_cancelled_at_the_end(room: Room, raw: Raw, query: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query that is cancelled when its statement has ended and its rows are written to the disk."""
    (client,) = room.backend.clients
    (connection,) = client.connections()
    await raw.send(("q", "query", query))
    with anyio.fail_after(SOON_S):
        while not any(result.store.row_count for result in connection.statements.results):
            await anyio.sleep(0)
    client.requests["q"].ask_to_cancel()
    return await raw.answer()


@pytest.mark.parametrize(
    ("sql", "too_late"),
    [
        ("INSERT INTO t VALUES (1) RETURNING a", True),
        ("SELECT a FROM t", False),
        (f"SELECT a FROM t -- {'far too long to be looked through ' * 200}", True),
    ],
)
async def test_a_cancel_at_the_end_of_a_statement_is_heard_only_where_nothing_was_written(
    sql: str, too_late: bool
) -> None:
    async with serving(results_memory_bytes=0) as room, room.raw() as raw:
        own = {"connection_id": await raw.connect()}
        for made in ("CREATE TABLE t (a)", "INSERT INTO t VALUES (0)"):
            await ask(raw, "query", **own, sql=made)
        answer = await _answer_when_cancelled_at_the_end(room, raw, {**own, "sql": sql})
        assert answer["type"] == ("query_response" if too_late else "error")
        assert too_late or answer["data"]["code"] == "cancelled"
        assert (room.backend.store_use.memory_bytes, room.backend.store_use.disk_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("mode", "sql"),
    [("", "SELECT writes()"), ("NO_BACKSLASH_ESCAPES", r"SELECT '\', writes() -- '")],
)
async def test_whether_a_statement_may_have_written_is_judged_as_its_session_reads_it(
    mysql_service: Service, mode: str, sql: str
) -> None:
    async with serving(results_memory_bytes=0) as room, room.raw() as raw:
        own = {"connection_id": (await ask(raw, "db_connect", **target_data(mysql_service)))["connection_id"]}
        own |= {"db_session_id": (await ask(raw, "open_db_session", **own))["db_session_id"]}
        for made in (
            "CREATE TABLE written (a INT)",
            "CREATE FUNCTION writes() RETURNS INT BEGIN INSERT INTO written VALUES (1); RETURN 1; END",
            f"SET sql_mode = '{mode}'",
        ):
            await ask(raw, "query", **own, sql=made)
        try:
            answer = await _answer_when_cancelled_at_the_end(room, raw, {**own, "sql": sql})
            assert answer["type"] == "query_response"
        finally:
            for made in ("DROP FUNCTION writes", "DROP TABLE written"):
                await ask(raw, "query", **own, sql=made)


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_a_query_whose_text_does_not_show_that_it_writes_is_never_said_to_be_cancelled_when_it_has_written(
    engine: str, request: pytest.FixtureRequest
) -> None:
    """A view may call any function."""
    service: Service = request.getfixturevalue(f"{engine}_service")
    body = {
        "postgresql": "RETURNS int LANGUAGE sql AS 'INSERT INTO written VALUES (1) RETURNING a'",
        "mysql": "RETURNS INT BEGIN INSERT INTO written VALUES (1); RETURN 1; END",
    }[engine]
    async with serving(results_memory_bytes=0) as room, room.raw() as raw:
        own = {"connection_id": (await ask(raw, "db_connect", **target_data(service)))["connection_id"]}
        for made in (
            "CREATE TABLE written (a INT)",
            f"CREATE FUNCTION writes() {body}",
            "CREATE VIEW writing AS SELECT writes() AS a",
        ):
            await ask(raw, "query", **own, sql=made)
        try:
            answer = await _answer_when_cancelled_at_the_end(room, raw, {**own, "sql": "SELECT a FROM writing"})
            written = (await ask(raw, "query", **own, sql="SELECT count(*) FROM written"))["rows"]
            assert (answer["type"], written) == ("query_response", [[1]])
        finally:
            for made in ("DROP VIEW writing", "DROP FUNCTION writes", "DROP TABLE written"):
                await ask(raw, "query", **own, sql=made)
