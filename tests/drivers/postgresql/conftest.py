"""Short ways to sessions of the PostgreSQL server that all tests share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from litebase_schema.connection import PostgresqlTarget

from litebase.drivers.interface import DriverLimits
from litebase.drivers.postgresql.connection import PostgresqlConnection, PostgresqlDriver
from tools.services import Service

LIMITS = DriverLimits(stop_patience_s=2.0, fetch_grace_s=0.02)
OpenSession = Callable[..., Awaitable[PostgresqlConnection]]


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

    async def open_one(service: Service = postgresql_service, **options: Any) -> PostgresqlConnection:
        session = await PostgresqlDriver(target_of(service, **options), LIMITS).connect()
        assert isinstance(session, PostgresqlConnection)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        await session.aclose()


@pytest.fixture
async def session(open_session: OpenSession) -> PostgresqlConnection:
    """A writable session."""
    return await open_session()
