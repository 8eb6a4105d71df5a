"""MySQL's driver, held to the suite that every engine passes."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import anyio
import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import QueryFailed
from tests.drivers.conformance import LIMITS, Conformance, Engine, run
from tests.drivers.mysql.conftest import target_of
from tests.mysql_series import HAS_RETURNING, ON_MYSQL, TYPES_PARAMETERS, mysql_sql
from tools.services import Service

pytestmark = pytest.mark.anyio

# of the type of the numbers before it: a sum of a signed and an unsigned number is a DECIMAL for MySQL
_OVERFLOW = "9223372036854775807 + seq" if ON_MYSQL else "seq + 18446744073709551615"
_ENDLESS = "seq_1_to_18446744073709551614"
_service: list[Service] = []
_numbers = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def _server(mysql_service: Service) -> Iterator[None]:
    _service.append(mysql_service)
    yield
    _service.clear()


def _new_database(folder: Path) -> MysqlTarget:
    """`folder` is not used: a database of a server has no file of its own."""
    name = f"conformance_{next(_numbers)}"

    async def make() -> None:
        opened = await MysqlDriver(target_of(_service[0]), LIMITS).connect()
        await opened.execute(Statement(f"CREATE DATABASE {name}"))
        await opened.aclose()

    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(make)
    return target_of(_service[0], database=name)


MYSQL = Engine(
    driver=MysqlDriver,
    target=_new_database,
    make_things="CREATE TABLE things (id INTEGER PRIMARY KEY AUTO_INCREMENT, name VARCHAR(100))",
    numbers=lambda count: mysql_sql(f"SELECT seq AS n FROM seq_1_to_{count}"),
    fails_after=lambda rows: mysql_sql(
        f"SELECT CASE WHEN seq <= {rows} THEN seq ELSE {_OVERFLOW} END AS n FROM seq_1_to_100000"
    ),
    reads_ahead=0,
    endless=mysql_sql(f"SELECT SUM(seq + 0.5) FROM {_ENDLESS}"),
    endless_rows=mysql_sql(f"SELECT seq AS n FROM {_ENDLESS}"),
    endless_write=mysql_sql(f"INSERT INTO things (name) SELECT seq FROM {_ENDLESS}"),
    two_positional="SELECT ?, ?" if TYPES_PARAMETERS else "SELECT CAST(? AS SIGNED), ?",
    two_named=None,
    insert_named_thing="INSERT INTO things (name) VALUES (?)",
    returning="INSERT INTO things (name) VALUES ('a') RETURNING name" if HAS_RETURNING else None,
    tells_insert_id=True,
)


class TestMysql(Conformance):
    engine: ClassVar[Engine] = MYSQL

    @pytest.mark.fault("Q10")
    async def test_statements_without_rows_run_exactly_once(self, things: DatabaseSession) -> None:
        """As in the suite; but `||` means OR to MySQL."""
        await run(things, "INSERT INTO things (name) VALUES ('a')")
        await run(things, "UPDATE things SET name = CONCAT(name, 'b')")
        assert await self.names(things) == ["ab"]
        await run(things, "DROP TABLE things")
        with pytest.raises(QueryFailed):
            await run(things, "DROP TABLE things")
