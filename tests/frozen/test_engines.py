"""What a build could lose although its self-test passes: what the drivers ask of their libraries past Python."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.connection import SqliteTarget
from litebase_schema.query import QueryRequest

from litebase.client import Client, RequestFailed, connect
from tests.conftest import Database, target_of
from tests.drivers.postgresql.link.test_options import authority, tls_service  # noqa: F401  # fixtures
from tests.frozen.conftest import frozen
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def built(program: Path, tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a built backend."""
    with frozen(program, tmp_path) as backend:
        async with connect(backend.endpoint) as client:
            yield client


async def test_sqlite_tells_declared_types_and_where_an_error_is(built: Client) -> None:
    opened = await built.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
    database = Database(built, opened.connection_id)
    await database.query("CREATE TABLE t (price DECIMAL(10,2))")
    assert (await database.query("SELECT price FROM t")).columns[0].db_type == "DECIMAL(10,2)"
    with pytest.raises(RequestFailed) as failed:
        await built.query(QueryRequest(connection_id=opened.connection_id, sql="SELECT nothing FROM t"))
    assert failed.value.details.position == 7


@pytest.mark.parametrize(("service_name", "code"), [("postgresql_service", "28P01"), ("mysql_service", "1045")])
async def test_a_refused_login_has_the_servers_code(
    built: Client, request: pytest.FixtureRequest, service_name: str, code: str
) -> None:
    service: Service = request.getfixturevalue(service_name)
    with pytest.raises(RequestFailed) as failed:
        await built.db_connect(target_of(service, password="wrong"))
    assert failed.value.code == "connect_failed"
    assert failed.value.details.engine_code == code


async def test_postgresql_speaks_tls_and_knows_its_version(
    built: Client,
    tls_service: Service,  # noqa: F811  # as above
    authority: Path,  # noqa: F811  # as above
) -> None:
    target = target_of(tls_service, host="localhost", tls="verify_full", tls_ca_file=str(authority / "ca.crt"))
    opened = await built.db_connect(target)
    assert opened.tls is not None
    assert (opened.tls.encrypted, opened.tls.verified, opened.tls.version) == (True, True, "TLSv1.3")
    rows = await Database(built, opened.connection_id).rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert list(map(list, rows)) == [[True]]
