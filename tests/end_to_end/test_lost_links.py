"""Links to servers that end: told as what they are, connected anew for the next request, and nothing ever run twice."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import BeginRequest, CloseDbSessionRequest, OpenDbSessionRequest
from litebase_schema.query import QueryRequest

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.mysql_series import ON_MYSQL, STOPPED_SLEEP_RETURNS

pytestmark = pytest.mark.anyio

SLOW_WRITE = {
    "postgresql": "INSERT INTO lost SELECT 1 FROM pg_sleep(20)",
    "mysql": "INSERT INTO lost SELECT SLEEP(20)",
}


class Pair:
    """Two connections to the same server: one is hurt, the other one hurts it."""

    def __init__(self, engine: str, hurt: Database, other: Database) -> None:
        self.engine, self.hurt, self.other = engine, hurt, other

    async def id_of(self, **options: Any) -> int:
        """The server's number of the database session that a query of the hurt connection gets."""
        ((number,),) = await self.hurt.rows(DIALECTS[self.engine].own_id, **options)
        assert isinstance(number, int)
        return number

    async def kill(self, number: int) -> None:
        await self.other.query(DIALECTS[self.engine].kill.format(id=number))

    async def kill_while(self, sql: str, **options: Any) -> RequestFailed:
        """Kill the session in which `sql` runs; the error that its client gets."""
        number = await self.id_of(**options)
        request = QueryRequest(connection_id=self.hurt.connection_id, sql=sql, **options)
        call = await self.hurt.client.start("query", request)
        await anyio.sleep(0.3)
        await self.kill(number)
        with pytest.raises(RequestFailed) as failed:
            await call.answer()
        return failed.value


@pytest.fixture(params=["postgresql", "mysql"])
async def pair(request: pytest.FixtureRequest, client: Client) -> AsyncIterator[Pair]:
    """Both servers in turn, with the empty table `lost (a)`."""
    service = request.getfixturevalue(f"{request.param}_service")
    databases = [
        Database(client, (await client.db_connect(target_of(service))).connection_id) for _ in ("hurt", "other")
    ]
    await databases[1].query("DROP TABLE IF EXISTS lost")
    await databases[1].query("CREATE TABLE lost (a integer)")
    yield Pair(request.param, *databases)
    for database in databases:
        await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


@pytest.mark.fault("P01", "M07")
async def test_an_idle_session_that_was_killed_costs_one_error_at_most(pair: Pair) -> None:
    number = await pair.id_of()
    await pair.kill(number)
    await anyio.sleep(0.2)
    try:
        found = await pair.id_of()
    except RequestFailed as failed:
        if (failed.code, failed.retryable) != ("connection_lost", True):
            raise
        found = await pair.id_of()
    assert found != number


@pytest.mark.fault("P02", "M06")
async def test_a_session_killed_while_it_reads_is_a_lost_connection(pair: Pair) -> None:
    failed = await pair.kill_while(DIALECTS[pair.engine].sleep)
    assert (failed.code, failed.retryable) == ("connection_lost", True)
    assert await pair.hurt.rows("SELECT 1") == [[1]]


@pytest.mark.fault("Q24")
async def test_a_session_killed_while_it_writes_leaves_the_outcome_open_and_nothing_is_run_again(
    pair: Pair,
) -> None:
    failed = await pair.kill_while(SLOW_WRITE[pair.engine])
    assert (failed.code, failed.retryable) == ("outcome_unknown", False)
    written = [[1]] if pair.engine == "mysql" and STOPPED_SLEEP_RETURNS else [[0]]
    assert await pair.hurt.rows("SELECT count(*) FROM lost") == written
    await anyio.sleep(0.3)
    assert await pair.other.rows("SELECT count(*) FROM lost") == written


@pytest.mark.fault("Q24")
async def test_a_write_that_ends_its_own_session_leaves_the_outcome_open(pair: Pair) -> None:
    own_end = {
        "postgresql": "INSERT INTO lost SELECT 1 WHERE pg_terminate_backend(pg_backend_pid())",
        "mysql": "BEGIN NOT ATOMIC INSERT INTO lost VALUES (1); KILL CONNECTION CONNECTION_ID(); END",
    }
    if pair.engine == "mysql" and ON_MYSQL:
        pytest.skip("MySQL has no blocks outside of procedures")
    with pytest.raises(RequestFailed) as failed:
        await pair.hurt.query(own_end[pair.engine])
    assert (failed.value.code, failed.value.retryable) == ("outcome_unknown", False)
    assert await pair.hurt.rows("SELECT 1") == [[1]]


async def test_a_pinned_session_that_was_lost_says_so_until_it_is_closed(pair: Pair) -> None:
    client = pair.hurt.client
    opened = await client.open_db_session(OpenDbSessionRequest(connection_id=pair.hurt.connection_id))
    own = {"db_session_id": opened.db_session_id}
    await client.begin(BeginRequest(db_session_id=opened.db_session_id))
    await pair.hurt.query("INSERT INTO lost VALUES (1)", **own)
    await pair.kill(await pair.id_of(**own))
    await anyio.sleep(0.2)
    for _ in range(2):
        with pytest.raises(RequestFailed) as failed:
            await pair.hurt.query("SELECT 1", **own)
        assert failed.value.code == "connection_lost"
    await client.close_db_session(CloseDbSessionRequest(db_session_id=opened.db_session_id))
    assert await pair.hurt.rows("SELECT count(*) FROM lost") == [[0]]
    again = await client.open_db_session(OpenDbSessionRequest(connection_id=pair.hurt.connection_id))
    assert await pair.hurt.rows("SELECT 1", db_session_id=again.db_session_id) == [[1]]


@pytest.mark.fault("Q19")
async def test_what_a_pooled_query_sets_is_gone_for_the_next_one(pair: Pair) -> None:
    if pair.engine == "postgresql":
        await pair.hurt.query("SET search_path = nowhere")
        await pair.hurt.query("CREATE TEMPORARY TABLE pg_temp.mine (a integer)")
        assert await pair.hurt.rows("SELECT count(*) FROM lost") == [[0]]
    else:
        await pair.hurt.query("SET @mine = 5")
        await pair.hurt.query("SET SESSION sql_mode = 'ANSI_QUOTES'")
        await pair.hurt.query("CREATE TEMPORARY TABLE mine (a integer)")
        assert await pair.hurt.rows('SELECT @mine, "text"') == [[None, "text"]]
    with pytest.raises(RequestFailed, match="mine"):
        await pair.hurt.query("SELECT * FROM mine")
