"""PostgreSQL, held to the suite that every engine passes."""

from typing import Any, ClassVar

import psycopg
import pytest
from litebase_schema.connection import PostgresqlTarget

from litebase.drivers.postgresql.driver import PostgresqlDriver
from tests.drivers.conformance import Conformance, Engine
from tests.drivers.postgresql.conftest import target_of
from tools.services import Service

pytestmark = pytest.mark.anyio

_service: list[Service] = []


def _empty_database(_folder: Any) -> PostgresqlTarget:
    """The server's own database, without what the test before has left."""
    service = _service[0]
    with psycopg.connect(
        host=service.host, port=service.port, user=service.user, password=service.password, dbname=service.database,
        options="-c client_min_messages=warning", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("DROP TABLE IF EXISTS things, others")
    return target_of(service)


_COUNTING = "WITH RECURSIVE r(n) AS (SELECT 1::bigint UNION ALL SELECT n + 1 FROM r)"
_SERIES = "SELECT n FROM generate_series(1, {}) AS n"


def _fails_after(rows: int) -> str:
    """A division by zero in the row behind the last good one."""
    series = f"(VALUES (0)) AS _, generate_series(1, {rows + 1}) AS n"
    return f"SELECT CASE WHEN n <= {rows} THEN n ELSE 1 / ({rows + 1} - n) END FROM {series}"


POSTGRESQL = Engine(
    driver=PostgresqlDriver,
    target=_empty_database,
    make_things="CREATE TABLE things (id serial PRIMARY KEY, name text)",
    numbers=_SERIES.format,
    fails_after=_fails_after,
    reads_ahead=0,
    endless=f"{_COUNTING} SELECT count(*) FROM r WHERE n < 0",
    endless_rows=f"{_COUNTING} SELECT n FROM r",
    endless_write=f"{_COUNTING} INSERT INTO things (name) SELECT n::text FROM r",
    two_positional="SELECT $1::bigint, $2::text",
    two_named=None,
    insert_named_thing="INSERT INTO things (name) VALUES ($1)",
    returning="INSERT INTO things (name) VALUES ('a') RETURNING name",
    tells_insert_id=False,
)


class TestPostgresql(Conformance):
    engine: ClassVar[Engine] = POSTGRESQL
    unfit = "a\0b"

    @pytest.fixture(autouse=True)
    def _server(self, postgresql_service: Service) -> None:
        _service[:] = [postgresql_service]
