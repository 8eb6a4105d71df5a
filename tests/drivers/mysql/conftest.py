"""Short ways to sessions of the MariaDB server that all tests share."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DatabaseSession, DriverLimits, RowTuple
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import ConnectFailed
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.fake_server import SECRET
from tests.mysql_series import mysql_sql
from tests.work import SOON_S
from tools.services import Service

ENDLESS = mysql_sql("SELECT SUM(seq + 0.5) FROM seq_1_to_18446744073709551614")
ENDLESS_ROWS = mysql_sql("SELECT seq, SHA2(seq, 256) FROM seq_1_to_18446744073709551614")
LIMITS = DriverLimits(stop_patience_s=SOON_S, fetch_grace_s=0.02)

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
async def session(target: MakeTarget) -> AsyncIterator[DatabaseSession]:
    opened = await MysqlDriver(target(), LIMITS).connect()
    yield opened
    await opened.aclose()


@asynccontextmanager
async def opened(target: object, limits: DriverLimits = LIMITS) -> AsyncIterator[DatabaseSession]:
    """A session for the length of a block."""
    session = await MysqlDriver(target, limits).connect()  # type: ignore[arg-type]  # a MysqlTarget from the fixture
    try:
        yield session
    finally:
        await session.aclose()


async def make_anew(session: DatabaseSession, thing: str) -> None:
    """Create such as `TABLE t (n INT)` in the place of one of that name. MySQL has no CREATE OR REPLACE."""
    kind, name = re.findall(r"^((?:TEMPORARY )?\w+) (\w+)", thing)[0]
    await run(session, f"DROP {kind} IF EXISTS {name}")
    await run(session, f"CREATE {thing}")


async def id_of(session: DatabaseSession) -> int:
    """The server's number of a session."""
    ((number,),) = await rows_of(session, "SELECT CONNECTION_ID()")
    return int(str(number))


async def running_in(session: DatabaseSession, id_: int) -> list[RowTuple]:
    """What a session does, as another one sees it."""
    return await rows_of(
        session, f"SELECT INFO FROM information_schema.PROCESSLIST WHERE ID = {id_} AND COMMAND = 'Query'"
    )


def fake_target(port: int, **changes: Any) -> MysqlTarget:
    """How a fake server is reached, with a password that must not be heard there."""
    values = {"engine": "mysql", "port": port, "user": "u", "password": SECRET, **changes}
    return MysqlTarget(**values)


async def refusal_of(target: MysqlTarget) -> ConnectFailed:
    """Why a session is not opened; the reason does not hold the password."""
    with pytest.raises(ConnectFailed) as failed:
        await MysqlDriver(target, LIMITS).connect()
    assert SECRET not in str(failed.value)
    assert SECRET not in repr(failed.value.__cause__)
    return failed.value


def stage_of(error: ConnectFailed) -> str:
    """How far opening came."""
    return str(error.data().details["stage"])  # type: ignore[index]  # this code always has details
