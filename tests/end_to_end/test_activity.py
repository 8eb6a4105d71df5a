"""What a server does for everybody, seen and stopped: through the process and the protocol to real servers."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio
import psycopg
import pytest
from litebase_schema.activity import DbProcess, ListDbProcessesRequest, SeenProcess, StopDbProcessRequest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.query import QueryRequest

from litebase.client import Client, RequestFailed
from tests.conftest import Database, OpenDatabase, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.mysql_series import STOPPED_SLEEP_RETURNS
from tests.work import SOON_S
from tools.services import PASSWORD, Service

pytestmark = pytest.mark.anyio


@dataclass
class Server:
    """A connection that looks, and sessions of another connection that are looked at."""

    service: Service
    database: Database

    @property
    def engine(self) -> str:
        return self.service.engine

    async def list(self, **options: Any) -> dict[str, DbProcess]:
        """The processes by their ids."""
        request = ListDbProcessesRequest(connection_id=self.database.connection_id, **options)
        return {one.process_id: one for one in (await self.database.client.list_db_processes(request)).processes}

    async def sees(self, process_id: str, fits: Callable[[DbProcess], object]) -> DbProcess:
        """The process, once it is as it has to be."""
        with anyio.fail_after(SOON_S):
            while (found := (await self.list()).get(process_id)) is None or not fits(found):
                await anyio.sleep(0.15)  # InnoDB repeats what it said while it is asked more often
        return found

    async def stop(self, one: DbProcess, how: str, **changes: Any) -> str:
        """What came of stopping a process that was seen."""
        request: dict[str, Any] = {
            "connection_id": self.database.connection_id,
            "process_id": one.process_id,
            "how": how,
            "seen": {"started_at": one.started_at, "sql": one.sql},
        }
        return str((await self.database.client.stop_db_process(StopDbProcessRequest(**request | changes))).outcome)

    async def other(self, **options: Any) -> "Session":
        """A pinned session in a connection of its own."""
        client = self.database.client
        connection = await client.db_connect(target_of(self.service, **options))
        opened = await client.open_db_session(OpenDbSessionRequest(connection_id=connection.connection_id))
        session = Session(client, connection.connection_id, opened.db_session_id)
        session.process_id = str((await session.rows(DIALECTS[self.engine].own_id))[0][0])
        return session


@dataclass
class Session:
    """A session that is looked at."""

    client: Client
    connection_id: str
    db_session_id: str
    process_id: str = ""

    async def rows(self, sql: str) -> Any:
        request = QueryRequest(connection_id=self.connection_id, db_session_id=self.db_session_id, sql=sql)
        return (await self.client.query(request)).rows


@pytest.fixture(params=["postgresql", "mysql"])
async def server(request: pytest.FixtureRequest, client: Client) -> Server:
    service: Service = request.getfixturevalue(f"{request.param}_service")
    return Server(service, Database(client, (await client.db_connect(target_of(service))).connection_id))


@contextlib.asynccontextmanager
async def running(work: Callable[[], Awaitable[object]]) -> AsyncIterator[list[RequestFailed]]:
    """`work` meanwhile, and what it fails with."""
    failures: list[RequestFailed] = []

    async def do() -> None:
        try:
            await work()
        except RequestFailed as failed:
            failures.append(failed)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(do)
        yield failures


async def test_a_statement_is_seen_and_cancelled_and_its_session_stays(server: Server) -> None:
    other = await server.other()
    async with running(lambda: other.rows(DIALECTS[server.engine].sleep)) as failures:
        seen = await server.sees(other.process_id, lambda one: one.state == "active")
        assert (seen.sql, seen.sql_complete) == (DIALECTS[server.engine].sleep, True)
        assert (seen.user, seen.ours, seen.db_session_id) == (server.service.user, True, other.db_session_id)
        assert seen.database == server.service.database
        assert seen.client is not None
        assert seen.elapsed_ms is not None
        assert await server.stop(seen, "cancel") == "stopped"
    returns = server.engine == "mysql" and STOPPED_SLEEP_RETURNS
    assert [one.code for one in failures] == ([] if returns else ["query_failed"])
    idle = await server.sees(other.process_id, lambda one: one.state == "idle")
    assert await server.stop(idle, "cancel") == "nothing_to_cancel"
    assert await other.rows("SELECT 1") == [[1]]
    assert await server.stop(seen, "terminate") == "another_statement"


async def test_a_session_is_ended_and_then_it_is_gone(server: Server) -> None:
    other = await server.other()
    idle = await server.sees(other.process_id, lambda one: one.state == "idle")
    assert await server.stop(idle, "terminate") == "stopped"
    assert other.process_id not in await server.list()
    assert await server.stop(idle, "terminate") == "gone"
    assert await server.stop(idle, "cancel") == "gone"
    assert await server.stop(idle, "cancel", process_id="9" * 18) == "gone"


async def test_another_statement_than_the_one_that_was_seen_is_left_alone(server: Server) -> None:
    other, endless = await server.other(), DIALECTS[server.engine].endless
    async with running(lambda: other.rows(DIALECTS[server.engine].sleep)):
        seen = await server.sees(other.process_id, lambda one: one.state == "active")
        assert await server.stop(seen, "cancel") == "stopped"
    async with running(lambda: other.rows(endless)):
        # late enough that it is no longer between the messages that it came in
        second = await server.sees(other.process_id, lambda one: one.sql == endless and (one.elapsed_ms or 0) >= 500)
        for how in ("cancel", "terminate"):
            assert await server.stop(seen, how) == "another_statement"
        later = {"started_at": "2001-01-01T00:00:00.000001Z", "sql": endless}
        assert await server.stop(second, "cancel", seen=later) == "another_statement"
        assert (await server.list())[other.process_id].sql == endless
        assert await server.stop(second, "cancel") == "stopped"


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_a_statement_that_was_seen_before_its_last_message_came(
    client: Client, postgresql_service: Service, in_transaction: bool
) -> None:
    """It is stopped where it must be the same, and never said to be stopped while it runs."""
    service = postgresql_service
    server = Server(service, Database(client, (await client.db_connect(target_of(service))).connection_id))
    place = f"host={service.host} port={service.port} dbname={service.database} user={service.user}"
    with contextlib.closing(psycopg.connect(place, password=PASSWORD, autocommit=True)) as connection:
        raw, sql = connection.pgconn, DIALECTS["postgresql"].sleep
        if in_transaction:
            connection.execute("BEGIN")
        raw.enter_pipeline_mode()
        raw.send_prepare(b"", sql.encode())
        raw.send_flush_request()
        raw.flush()
        seen = await server.sees(str(raw.backend_pid), lambda one: one.sql == sql)

        async def send_last() -> None:
            await anyio.sleep(0.3)
            raw.send_query_prepared(b"", [])
            raw.pipeline_sync()
            raw.flush()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_last)
            assert await server.stop(seen, "cancel") == ("still_runs" if in_transaction else "stopped")
        assert ((await server.list())[seen.process_id].state == "active") == in_transaction


async def test_who_waits_for_whom_is_told(server: Server) -> None:
    holder, waiter, last = await server.other(), await server.other(), await server.other()
    await server.database.query("DROP TABLE IF EXISTS awaited")
    await server.database.query("CREATE TABLE awaited (a integer PRIMARY KEY, b integer)")
    await server.database.query("INSERT INTO awaited VALUES (1, 1)")
    await holder.rows("BEGIN")
    await holder.rows("UPDATE awaited SET b = 2")
    await waiter.rows("BEGIN")
    async with running(lambda: waiter.rows("UPDATE awaited SET b = 3")):
        waiting = await server.sees(waiter.process_id, lambda one: one.blocked_by)
        assert waiting.blocked_by == [holder.process_id]
        assert waiting.waits_for
        async with running(lambda: last.rows("UPDATE awaited SET b = 4")):
            at_end = await server.sees(last.process_id, lambda one: one.blocked_by)
            assert set(at_end.blocked_by) <= {holder.process_id, waiter.process_id}
            found = await server.list()
            assert found[holder.process_id].state == "idle_in_transaction"
            assert set(list(found)[:3]) == {holder.process_id, waiter.process_id, last.process_id}
            assert len(await server.list(limit=2)) == 2
            await holder.rows("ROLLBACK")
            await server.sees(waiter.process_id, lambda one: one.state == "idle_in_transaction")
            await waiter.rows("ROLLBACK")
    await server.sees(last.process_id, lambda one: not one.blocked_by)
    await server.database.query("DROP TABLE awaited")


async def test_what_privileges_hide_is_said(server: Server) -> None:
    mysql = server.engine == "mysql"
    await server.database.query("DROP USER IF EXISTS poor" if mysql else "DROP ROLE IF EXISTS poor")
    await server.database.query(f"CREATE USER poor {'IDENTIFIED BY' if mysql else 'PASSWORD'} '{PASSWORD}'")
    if mysql:
        await server.database.query(f"GRANT SELECT ON {server.service.database}.* TO poor")
    other = await server.other()
    whole = ListDbProcessesRequest(connection_id=server.database.connection_id)
    assert (await server.database.client.list_db_processes(whole)).hidden_reason is None
    target = target_of(server.service, user="poor", password=PASSWORD)
    poor = Server(server.service, Database(server.database.client, ""))
    poor.database.connection_id = (await server.database.client.db_connect(target)).connection_id
    answer = await server.database.client.list_db_processes(
        ListDbProcessesRequest(connection_id=poor.database.connection_id)
    )
    assert answer.hidden_reason
    assert ("PROCESS" if mysql else "pg_read_all_stats") in answer.hidden_reason
    found = {one.process_id: one for one in answer.processes}
    if mysql:
        assert other.process_id not in found
    else:
        hidden = found[other.process_id]
        assert (hidden.state, hidden.sql, hidden.started_at, hidden.elapsed_ms) == ("hidden", None, None, None)
        with pytest.raises(RequestFailed) as refused:
            await poor.stop(hidden, "terminate")
        assert refused.value.code == "query_failed"
    assert await other.rows("SELECT 1") == [[1]]


async def test_a_read_only_connection_stops_nobody_and_production_asks_first(server: Server) -> None:
    other, client = await server.other(), server.database.client
    seen = await server.sees(other.process_id, lambda one: one.state == "idle")
    for options, code in (({"read_only": True}, "read_only"), ({"environment": "production"}, "confirmation_required")):
        connection = await client.db_connect(target_of(server.service, **options))
        server.database.connection_id = connection.connection_id
        assert other.process_id in await server.list()
        with pytest.raises(RequestFailed) as refused:
            await server.stop(seen, "terminate")
        assert refused.value.code == code
    assert await server.stop(seen, "terminate", confirm=True) == "stopped"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"process_id": "twelve"}, "/data/process_id"),
        ({"process_id": "\u0661"}, "/data/process_id"),
        ({"process_id": "9" * 20}, "/data/process_id"),
        ({"seen": SeenProcess(started_at="yesterday", sql="SELECT 1")}, "/data/seen/started_at"),
        ({"seen": SeenProcess(started_at="2026-01-01T00:00:00", sql="SELECT 1")}, "/data/seen/started_at"),
    ],
)
async def test_what_no_list_has_shown_is_refused(server: Server, changes: dict[str, Any], path: str) -> None:
    session = await server.other()
    one = (await server.list())[session.process_id]
    with pytest.raises(RequestFailed) as refused:
        await server.stop(one, "terminate", **changes)
    assert (refused.value.code, refused.value.details.path) == ("invalid_message", path)
    assert await session.rows("SELECT 1") == [[1]]


async def test_the_list_is_read_beside_a_transaction_and_leaves_it_alone(server: Server) -> None:
    client, connection_id = server.database.client, server.database.connection_id
    opened = await client.open_db_session(OpenDbSessionRequest(connection_id=connection_id))
    mine = Session(client, connection_id, opened.db_session_id)
    await mine.rows("BEGIN")
    number = str((await mine.rows(DIALECTS[server.engine].own_id))[0][0])
    found = await server.list()
    assert found[number].db_session_id == opened.db_session_id
    request = QueryRequest(connection_id=connection_id, db_session_id=opened.db_session_id, sql="SELECT 1")
    assert (await client.query(request)).transaction_status == "in_transaction"


async def test_a_statement_that_the_server_cuts_is_not_called_whole(
    postgresql_service: Service, client: Client
) -> None:
    opened = await client.db_connect(target_of(postgresql_service))
    server = Server(postgresql_service, Database(client, opened.connection_id))
    other = await server.other()
    await other.rows(f"SELECT 1 -- {'x' * 1500}")
    cut = await server.sees(
        other.process_id, lambda one: one.state == "idle" and (one.sql or "").startswith("SELECT 1 -- x")
    )
    assert (len(cut.sql or ""), cut.sql_complete) == (1023, False)
    assert await server.stop(cut, "terminate") == "stopped"


async def test_a_file_has_no_processes(client: Client, open_database: OpenDatabase) -> None:
    memory = await open_database()
    seen = SeenProcess(started_at=None, sql=None)
    with pytest.raises(RequestFailed) as refused:
        await client.list_db_processes(ListDbProcessesRequest(connection_id=memory.connection_id))
    assert refused.value.code == "unsupported"
    stop = StopDbProcessRequest(connection_id=memory.connection_id, process_id="1", how="cancel", seen=seen)
    with pytest.raises(RequestFailed) as refused:
        await client.stop_db_process(stop)
    assert refused.value.code == "unsupported"
