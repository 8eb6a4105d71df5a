"""What servers that speak the protocols of MySQL and PostgreSQL do otherwise."""

import pytest
from litebase_schema.connection import DbDisconnectRequest

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.field.relay import relay
from tools.services import Service

pytestmark = pytest.mark.anyio

_CAN_WRITE = {
    "mysql": {b"read_only = 1": b"read_only = 0"},
    "postgresql": {b"BEGIN READ ONLY": b"BEGIN          ", b"read_only=on": b"read_only=no"},
}


@pytest.fixture(params=["mysql", "postgresql"])
def service(request: pytest.FixtureRequest) -> Service:
    """Each of the servers that are run."""
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


async def test_a_server_that_does_not_keep_read_only_gets_no_read_only_session(
    client: Client, service: Service
) -> None:
    """Kind: a setting was accepted and ignored, and the promise of a read-only connection was not kept."""
    async with relay(service, _CAN_WRITE[service.engine]) as port:
        with pytest.raises(RequestFailed) as failed:
            await client.db_connect(target_of(service, port=port, tls="disable", read_only=True))
    assert (failed.value.code, failed.value.details.stage) == ("connect_failed", "database")
    assert "does not keep a read-only session from writing (it accepted DROP TABLE)" in failed.value.message


async def test_the_proof_of_read_only_needs_no_right_and_leaves_nothing(client: Client, service: Service) -> None:
    """The sibling: a user without any right, and with no database selected, may open a read-only connection."""
    admin = Database(client, (await client.db_connect(target_of(service))).connection_id)
    if service.engine == "mysql":
        await admin.query("create or replace user field_reader@'%' identified by 'secret'")
    else:
        await admin.query("create role field_reader login password 'secret'")
    changes = {"user": "field_reader", "password": "secret", "read_only": True}
    database = "" if service.engine == "mysql" else service.database
    opened = await client.db_connect(target_of(service, database=database, **changes))
    reader = Database(client, opened.connection_id)
    assert await reader.rows("select 1") == [[1]]
    with pytest.raises(RequestFailed) as failed:
        await reader.query("drop table if exists litebase.field_written")
    assert failed.value.code == "read_only"
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
    await admin.query("drop user field_reader")
    await client.db_disconnect(DbDisconnectRequest(connection_id=admin.connection_id))


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_setting_that_a_server_does_not_have_fails_no_login(
    client: Client, mysql_service: Service, read_only: bool
) -> None:
    """Kind: a set-up statement of ours that the server refused ended the connection."""
    unknown = {b"net_write_timeout": b"not_write_timeout", b"session_track_schema": b"session_trick_schema"}
    async with relay(mysql_service, unknown) as port:
        opened = await client.db_connect(target_of(mysql_service, port=port, tls="disable", read_only=read_only))
        database = Database(client, opened.connection_id)
        assert await database.rows("select '€', @@tx_read_only, @@autocommit") == [["€", int(read_only), 1]]
        await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
