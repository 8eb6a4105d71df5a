"""Opening and closing databases."""

from anyio import to_thread
from litebase_schema.connection import (
    DbConnectRequest,
    DbConnectResponse,
    DbDisconnectRequest,
    DbDisconnectResponse,
)

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits
from litebase.drivers.interruption import finish
from litebase.drivers.pool import Pool
from litebase.server.client_session import ClientSession
from litebase.server.connection import Connection


async def db_connect(session: ClientSession, request: DbConnectRequest) -> DbConnectResponse:
    """Open one database session to see that it works, and keep it for the first query."""
    with session.room_for_connection():
        return await _db_connect(session, request)


async def _db_connect(session: ClientSession, request: DbConnectRequest) -> DbConnectResponse:
    settings = session.backend.settings
    made_by = await to_thread.run_sync(load, request.engine)  # the first time 0.1 s, and a second on a slow machine
    driver = made_by(request, DriverLimits.of(settings))
    pool = Pool(driver, settings.max_db_sessions, settings.pool_idle_s, settings.stop_patience_s)
    try:
        first = await pool.open()
        await pool.give_back(first)
    except BaseException:
        await finish(pool.aclose(), settings.stop_patience_s)
        raise
    connection = Connection(session.new_id("c"), request.engine, first.server_version, pool, settings.stop_patience_s)
    session.add_connection(connection)
    return DbConnectResponse(
        connection_id=connection.id,
        engine=request.engine,
        server_version=first.server_version,
        read_only=driver.read_only,
        tls=first.tls,
    )


async def db_disconnect(session: ClientSession, request: DbDisconnectRequest) -> DbDisconnectResponse:
    """Stop what uses the connection and close it."""
    await session.close_connection(request.connection_id)
    return DbDisconnectResponse()
