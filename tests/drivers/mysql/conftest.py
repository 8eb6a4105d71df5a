"""Short ways to sessions of the MariaDB server that all tests share."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import Connection, DriverLimits
from litebase.drivers.mysql.connection import MysqlDriver
from tools.services import Service

LIMITS = DriverLimits(stop_patience_s=2.0, fetch_grace_s=0.02)

MakeTarget = Callable[..., MysqlTarget]


def target_of(service: Service, **changes: Any) -> MysqlTarget:
    """How a service is reached."""
    values: dict[str, Any] = {
        "engine": "mysql",
        "host": service.host,
        "port": service.port,
        "user": service.user,
        "password": service.password,
        "database": service.database,
        **changes,
    }
    return MysqlTarget(**values)


@pytest.fixture
def target(mysql_service: Service) -> MakeTarget:
    """Makes targets of the shared server that differ from the usual in what is given."""
    return lambda **changes: target_of(mysql_service, **changes)


@pytest.fixture
async def session(target: MakeTarget) -> AsyncIterator[Connection]:
    opened = await MysqlDriver(target(), LIMITS).connect()
    yield opened
    await opened.aclose()
