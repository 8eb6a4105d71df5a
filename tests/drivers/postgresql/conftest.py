"""Short ways to sessions of the PostgreSQL server that all tests share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import anyio
import pytest
from litebase_schema.connection import PostgresqlTarget

from litebase.drivers.interface import DriverLimits
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import ConnectFailed
from tests.drivers.conformance import rows_of, run
from tests.work import SOON_S
from tools.services import Service, postgresql

ENDLESS_ROWS = "SELECT n + 0 FROM generate_series(1, 10000000) AS n"
WAITING = "SELECT pg_sleep(60)"
LIMITS = DriverLimits(stop_patience_s=SOON_S, fetch_grace_s=0.02)
OpenSession = Callable[..., Awaitable[PostgresqlSession]]


def target_of(service: Service, **options: Any) -> PostgresqlTarget:
    """Where `service` is, with other settings as wanted."""
    settings: dict[str, Any] = {
        "engine": "postgresql",
        "port": service.port,
        "user": service.user,
        "password": service.password,
        "database": service.database,
    }
    return PostgresqlTarget(**(settings | options))


@pytest.fixture
async def open_session(postgresql_service: Service) -> AsyncIterator[OpenSession]:
    """Opens sessions with settings of their own: `await open_session(read_only=True)`."""
    opened = []

    async def open_one(service: Service = postgresql_service, **options: Any) -> PostgresqlSession:
        session = await PostgresqlDriver(target_of(service, **options), LIMITS).connect()
        assert isinstance(session, PostgresqlSession)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        await session.aclose()


@pytest.fixture
async def session(open_session: OpenSession) -> PostgresqlSession:
    """A writable session."""
    return await open_session()


@pytest.fixture
async def killer(open_session: OpenSession) -> PostgresqlSession:
    """A second session, which looks at the first one and ends it."""
    return await open_session()


async def pid_of(session: PostgresqlSession) -> int:
    """The server's process of a session."""
    ((pid,),) = await rows_of(session, "SELECT pg_backend_pid()")
    assert isinstance(pid, int)
    return pid


async def kill(killer: PostgresqlSession, pid: int) -> None:
    """End a session at the server, and wait until it has ended."""
    assert await rows_of(killer, "SELECT pg_terminate_backend($1)", [pid]) == [(True,)]
    with anyio.fail_after(SOON_S):
        while await rows_of(killer, "SELECT FROM pg_stat_activity WHERE pid = $1", [pid]):
            await anyio.sleep(0.01)


async def is_running(killer: PostgresqlSession, pid: int) -> bool:
    """Whether a session runs a statement, as another one sees it."""
    return await rows_of(killer, "SELECT state FROM pg_stat_activity WHERE pid = $1", [pid]) == [("active",)]


async def failure_of(target: PostgresqlTarget) -> tuple[str, str | None, str]:
    """Stage, code and text of a connection that is not opened."""
    with pytest.raises(ConnectFailed) as failed:
        await PostgresqlDriver(target, LIMITS).connect()
    assert "litebase-test" not in failed.value.message, "no password in an error"
    assert failed.value.details is not None
    details = failed.value.details.model_dump()
    return details["stage"], details["engine_code"], failed.value.message


@pytest.fixture
async def shop(session: PostgresqlSession) -> PostgresqlSession:
    """A session with a table of articles."""
    await run(session, "CREATE DOMAIN pg_temp.grade AS int CHECK (VALUE > 0)")
    await run(
        session,
        "CREATE TEMP TABLE articles (shop int, id int, title varchar(40) NOT NULL, price numeric(10,2),"
        ' mark pg_temp.grade, "odd ""name" text, PRIMARY KEY (shop, id))',
    )
    await run(session, "INSERT INTO articles VALUES (1, 1, 'a', 2.5, 3, 'x')")
    return session


@pytest.fixture(scope="module")
def mortal_service() -> Iterator[Service]:
    """A server of one file's own, which its tests freeze and end."""
    with postgresql() as service:
        yield service
