"""What was reported of PostgreSQL behind PgBouncer in transaction mode, where clients share the server's sessions."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import anyio
import psycopg
import pytest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.liveness import CheckConnectionRequest

from litebase.client import Client, RequestFailed
from tests.conftest import target_of, unix_only
from tests.field.conftest import Field
from tools.services import Service, pgbouncer

pytestmark = [pytest.mark.anyio, pytest.mark.fault("P09"), unix_only]

OTHERWISE = {
    "rounding": ("extra_float_digits", "0"),
    "german": ("datestyle", "'German'"),
    "brief": ("intervalstyle", "iso_8601"),
}
SETTINGS = "select current_setting('default_transaction_read_only'), current_setting('extra_float_digits')"


@pytest.fixture(scope="module")
def pooler(postgresql_service: Service) -> Iterator[Service]:
    """A PgBouncer that refuses settings in the login, as it does by default."""
    with pgbouncer(postgresql_service, list(OTHERWISE)) as service:
        yield service


@pytest.fixture(scope="module")
def deaf_pooler(postgresql_service: Service) -> Iterator[Service]:
    """A PgBouncer that takes settings in the login and ignores them."""
    settings = ["ignore_startup_parameters = options, extra_float_digits"]
    with pgbouncer(postgresql_service, list(OTHERWISE), settings) as service:
        yield service


@asynccontextmanager
async def connected(client: Client, service: Service, **options: object) -> AsyncIterator[Field]:
    """A connection through a pooler."""
    opened = await client.db_connect(target_of(service, **options))
    yield Field(client, opened.connection_id)
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


def stranger(service: Service, user: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
    """Another client of the pooler."""
    return psycopg.connect(
        host=service.host, port=service.port, user=user or service.user, password=service.password,
        dbname=service.database, autocommit=True, prepare_threshold=None,
    )  # fmt: skip


async def test_a_read_only_connection_leaves_nothing_in_the_shared_session(client: Client, pooler: Service) -> None:
    """Kind: settings of ours stayed in the server's session, and other clients could not write."""
    with stranger(pooler) as other:
        other.execute("create table if not exists shared (id int)")
        async with connected(client, pooler, read_only=True) as field:
            assert await field.rows("select 0.1::float8 + 0.2::float8") == [[0.30000000000000004]]
            for sql in ("insert into shared values (1)", "with x as (delete from shared returning 1) table x"):
                with pytest.raises(RequestFailed) as failed:
                    await field.query(sql)
                assert failed.value.code == "read_only"
            assert other.execute(SETTINGS).fetchall() == [("off", "1")], "while our session is open"
            other.execute("insert into shared values (2)")
        assert other.execute(SETTINGS).fetchall() == [("off", "1")], "and after it"
        other.execute("drop table shared")


async def test_statements_and_transactions_work_through_the_pooler(client: Client, pooler: Service) -> None:
    """Kind: what is sent ahead of a statement must reach the same session of the server as the statement."""
    async with connected(client, pooler) as field:
        await field.script("create table pooled (id int primary key); insert into pooled values (1), (2)")
        for _ in range(2):
            answer = await field.query("select id from pooled order by id")
            assert answer.rows == [[1], [2]]
            assert answer.columns[0].origin is not None
        opened = await client.open_db_session(OpenDbSessionRequest(connection_id=field.connection_id))
        own = {"db_session_id": opened.db_session_id}
        await field.query("begin", **own)
        assert await field.rows("update pooled set id = id + 10 returning id", **own) == [[11], [12]]
        await field.query("rollback", **own)
        assert await field.rows("select sum(id) from pooled", **own) == [[3]]
        await field.query("drop table pooled", **own)


async def test_a_statement_is_stopped_through_the_pooler(client: Client, pooler: Service) -> None:
    """Kind: the number that a pooler gives out for a session is not the server's."""
    async with connected(client, pooler) as field:
        with anyio.move_on_after(0.3), pytest.raises(RequestFailed):
            await field.query("select pg_sleep(60)")
        assert await field.rows("select 1") == [[1]]


def _keeps(service: Service, setting: str) -> bool:
    """Whether the pooler sets this of the login in each session that it lends: since 1.20 it reads `options` for it."""
    release = tuple(int(number) for number in service.version.split(".")[:2])
    return setting in ("datestyle", "intervalstyle") and release >= (1, 20)


async def _read_exactly_beside_a_stranger(field: Field, service: Service, role: str) -> None:
    """Read dates and intervals in turn with a client who has the role's own settings."""
    theirs = {"german": "31.01.2026 26:00:00", "brief": "2026-01-31 PT26H"}[role]
    with stranger(service, role) as other:
        for sql in ("set work_mem = '1MB'", "discard all", "select 1"):
            await field.query(sql)
            assert await field.rows("select date '2026-01-31', interval '26 hours'") == [["2026-01-31", "26:00:00"]]
            found = other.execute("select concat_ws(' ', date '2026-01-31', interval '26 hours')")
            assert found.fetchall() == [(theirs,)]


@pytest.mark.parametrize("kind", ["refuses", "ignores"])
@pytest.mark.parametrize("role", OTHERWISE)
async def test_a_pooler_whose_server_gives_other_values_is_refused(
    client: Client, postgresql_service: Service, pooler: Service, deaf_pooler: Service, kind: str, role: str
) -> None:
    """Kind: what the pooler does not set as the login asks for, the server itself must give in an exact form."""
    setting, value = OTHERWISE[role]
    async with connected(client, postgresql_service) as direct:
        await direct.script(
            f"create role {role} login password 'litebase-test'; alter role {role} set {setting} = {value}"
        )
        if kind == "ignores" and _keeps(deaf_pooler, setting):
            async with connected(client, deaf_pooler, user=role) as field:
                await _read_exactly_beside_a_stranger(field, deaf_pooler, role)
        else:
            with pytest.raises(RequestFailed) as failed:
                await client.db_connect(target_of(pooler if kind == "refuses" else deaf_pooler, user=role))
            assert failed.value.code == "connect_failed"
            assert f"ALTER ROLE {role} SET {setting} = " in failed.value.message
        async with connected(client, postgresql_service, user=role) as field:
            assert await field.rows("select 0.1::float8 + 0.2::float8") == [[0.30000000000000004]], "without a pooler"
        await direct.query(f"drop role {role}")


async def test_asking_whether_a_session_is_there_needs_nothing_of_the_server_session(
    client: Client, pooler: Service
) -> None:
    """Kind: what is sent to keep a link alive must not hold the session that other clients share, or set anything."""
    async with connected(client, pooler, keep_alive_ms=1000) as field:
        with stranger(pooler) as other:
            before = other.execute(SETTINGS).fetchall()
            own = await client.open_db_session(OpenDbSessionRequest(connection_id=field.connection_id))
            await anyio.sleep(2.5)
            for _ in range(20):
                request = CheckConnectionRequest(connection_id=field.connection_id, deadline_ms=5000)
                found = await client.check_connection(request)
                assert (found.dropped, [one.alive for one in found.db_sessions]) == (0, [True])
                assert other.execute("select 1").fetchall() == [(1,)], "between two of them the session is free"
            assert other.execute(SETTINGS).fetchall() == before
            assert own.transaction_status == "idle"
