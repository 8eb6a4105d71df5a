"""Servers that accept fewer database sessions than the pool of a connection may have."""

from collections.abc import AsyncIterator, Iterator

import anyio
import pytest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest
from litebase_schema.opaque import PackedRows
from litebase_schema.query import FetchRequest

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.work import SOON_S
from tools.services import Service, mariadb

pytestmark = pytest.mark.anyio

_MARIADB_CONNECTIONS = 10  # the fewest that it can be told; as many again as the user's one are taken
_USER = {
    "mysql": ("create or replace user lonely identified by 'secret'", "grant select on litebase.* to lonely"),
    "postgresql": ("drop role if exists lonely", "create role lonely login password 'secret' connection limit 1"),
}
_ROWS = {"mysql": "select seq from seq_1_to_20000", "postgresql": "select n from generate_series(1, 20000) n"}
_SLEEPS = {"mysql": "select sleep(0.3)", "postgresql": "select 0 from pg_sleep(0.3)"}


@pytest.fixture(scope="module")
def small_mariadb() -> Iterator[Service]:
    """A server that accepts few sessions. A user's own limit would not do: a session that was reset does not count."""
    with mariadb([f"max_connections={_MARIADB_CONNECTIONS}"]) as service:
        yield service


@pytest.fixture(params=["small_mariadb", "postgresql_service"])
def service(request: pytest.FixtureRequest) -> Service:
    """A server of each engine that accepts one session of the user `lonely`."""
    found: Service = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def lonely(client: Client, service: Service) -> AsyncIterator[Database]:
    """A connection as a user whom the server allows one session."""
    admin = await client.db_connect(target_of(service))
    for sql in _USER[service.engine]:
        await Database(client, admin.connection_id).query(sql)
    await client.db_disconnect(DbDisconnectRequest(connection_id=admin.connection_id))
    target = target_of(service, user="lonely", password="secret")
    taken = [
        await client.db_connect(target) for _ in range(_MARIADB_CONNECTIONS - 1 if service.engine == "mysql" else 0)
    ]
    opened = await client.db_connect(target)
    yield Database(client, opened.connection_id)
    for one in (opened, *taken):
        await client.db_disconnect(DbDisconnectRequest(connection_id=one.connection_id))


async def test_a_query_beside_a_half_read_result_has_its_session(lonely: Database, service: Service) -> None:
    """Kind: the server's limit was an error where the pool's own makes a half-read result make way."""
    first = await lonely.query(_ROWS[service.engine], window_rows=10)
    assert not first.complete
    assert first.result_id is not None
    with anyio.fail_after(SOON_S):
        assert await lonely.rows("select 2") == [[2]]
    last = await lonely.client.fetch(FetchRequest(result_id=first.result_id, offset=19_990, limit=100))
    assert not isinstance(last.rows, PackedRows)
    assert [row[0] for row in last.rows] == list(range(19_991, 20_001))
    assert last.complete


async def test_a_query_beside_a_running_one_waits(lonely: Database, service: Service) -> None:
    """The sibling: nothing is half read, so there is only waiting."""
    answers: list[object] = []

    async def ask(sql: str) -> None:
        answers.append((await lonely.rows(sql))[0][0])

    with anyio.fail_after(SOON_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, _SLEEPS[service.engine])
            await anyio.sleep(0.05)
            for number in range(1, 4):
                tasks.start_soon(ask, f"select {number}")
    assert sorted(map(str, answers)) == ["0", "1", "2", "3"]


async def test_where_the_only_session_is_pinned_the_error_says_so(lonely: Database) -> None:
    """The sibling: waiting would have no end."""
    client, id_ = lonely.client, lonely.connection_id
    pinned = await client.open_db_session(OpenDbSessionRequest(connection_id=id_))
    with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as failed:
        await lonely.query("select 1")
    assert failed.value.code == "conflict"
    assert "pinned by open_db_session" in failed.value.message
    assert "The server accepts no further one" in failed.value.message
    assert await lonely.rows("select 1", db_session_id=pinned.db_session_id) == [[1]]
    await client.close_db_session(CloseDbSessionRequest(db_session_id=pinned.db_session_id))
    assert await lonely.rows("select 1") == [[1]]


async def test_the_first_session_cannot_be_had_while_somebody_else_has_it(
    client: Client, lonely: Database, service: Service
) -> None:
    """Another connection has nothing to wait for; the error says that a later try may succeed."""
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(target_of(service, user="lonely", password="secret"))
    assert (failed.value.code, failed.value.retryable) == ("connect_failed", True)
