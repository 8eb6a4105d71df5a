"""Opening and closing databases."""

import sys
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from litebase_schema.connection import (
    Capability,
    DbConnectRequest,
    DbConnectResponse,
    DbDisconnectRequest,
    DbDisconnectResponse,
)

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits
from litebase.drivers.interruption import finish
from litebase.drivers.pool import Checks, Pool
from litebase.drivers.trace import Trace
from litebase.errors import ConnectFailed, InvalidMessage, Unsupported
from litebase.server.call import Call
from litebase.server.client_session import RequestInFlight
from litebase.server.connection import Connection, Facts, Wishes

if TYPE_CHECKING:
    from litebase.drivers.tunnel.route import Route


async def db_connect(call: Call, request: DbConnectRequest) -> DbConnectResponse:
    """Open one database session to see that it works, and keep it for the first query."""
    with call.client.room_for_connection():
        return await _db_connect(call, request)


async def _db_connect(call: Call, request: DbConnectRequest) -> DbConnectResponse:
    settings = call.backend.settings
    made_by = await to_thread.run_sync(load, request.engine)  # the first time 0.1 s, and a second on a slow machine
    route = _route(call, request)
    driver = made_by(request, DriverLimits.of(settings), *([] if route is None else [route]))
    checks = Checks(settings.check_after_s, settings.check_s)
    made_as = settings.pool_idle_s, settings.stop_patience_s, checks, getattr(request, "init_sql", None)
    pool = Pool(driver, settings.max_db_sessions, *made_as)
    try:
        trace = call.request.trace = Trace()
        first = await pool.open(call.ask, trace)
        await pool.give_back(first)
    except BaseException:
        await finish(pool.aclose(), settings.stop_patience_s)
        if route is not None:
            await finish(route.aclose(), settings.stop_patience_s)
        raise
    connection = Connection(
        call.client.new_id("c"),
        request.engine,
        pool,
        Pool(driver, 1, *made_as) if driver.sessions_share_data else pool,
        settings.stop_patience_s,
        Wishes(
            needs_confirmation=request.environment == "production" and not driver.read_only,
            keep_alive_s=_seconds(request, "keep_alive_ms"),
            idle_transaction_s=_seconds(request, "idle_transaction_ms"),
        ),
        route,
        settings.catalog_bytes,
    )
    connection.dialect = first.dialect
    connection.facts = Facts(_server(request), driver.read_only, request.name, _database(request))
    call.client.add_connection(connection)
    return DbConnectResponse(
        connection_id=connection.id,
        engine=request.engine,
        server_version=first.server_version,
        read_only=driver.read_only,
        tls=first.tls,
        environment=request.environment,
        capabilities=[
            Capability(name=name, available=reason is None, reason=reason) for name, reason in first.abilities.reasons()
        ],
        trace=trace.steps(),
    )


def _server(request: DbConnectRequest) -> tuple[object, ...]:
    """What tells the server from others; nothing where there is none."""
    target: Any = request  # not every engine's has these fields
    if not hasattr(target, "host"):
        return ()
    tunnel = getattr(target, "tunnel", None)
    through = None if tunnel is None else tunnel.model_dump_json()
    return target.engine, target.host, target.port, target.socket_path, through


def _database(request: DbConnectRequest) -> str | None:
    """What the target calls its database: a name, or the path of a file."""
    return getattr(request, "database", None) or getattr(request, "path", None)


def _seconds(request: DbConnectRequest, name: str) -> float | None:
    """A time of the target; None for one that it does not have, or that is not set."""
    milliseconds: int | None = getattr(request, name, None)
    return None if milliseconds is None else milliseconds / 1000


def _route(call: Call, request: DbConnectRequest) -> "Route | None":
    """The way to a server behind an SSH host; None where there is none."""
    target: Any = request  # not every engine's has these fields
    if getattr(target, "tunnel", None) is None:
        return None
    if target.socket_path is not None:
        raise InvalidMessage("/data/tunnel", "it leads to host and port, and not to a socket_path")
    if sys.platform == "win32":
        raise Unsupported("SSH tunnels are not available on Windows yet. Run ssh.exe -L, and connect to its port.")
    if call.client.tunnels is None:
        from litebase.drivers.tunnel.route import Tunnels  # noqa: PLC0415  # loaded when the first one is wanted

        call.client.tunnels = Tunnels()
    return call.client.tunnels.route(target.engine, target.tunnel, target.host, target.port, target.name)


def no_answer(request: RequestInFlight) -> ConnectFailed:
    """The error of a `db_connect` that took longer than its `connect_timeout_ms`."""
    target: DbConnectRequest = request.data
    trace = request.trace or Trace()
    tried = f"The database did not answer within {target.connect_timeout_ms:,} ms."
    if not hasattr(target, "host"):
        failure = ConnectFailed("database", f"{tried} Something else may keep it busy.")
    else:
        stage = trace.stage or "tcp"
        advice = f"Check the host and the port, and that a {target.engine} server listens there."
        failure = ConnectFailed("database" if stage == "settings" else stage, f"{tried} {advice}")
    trace.blame(failure)
    return failure


async def db_disconnect(call: Call, request: DbDisconnectRequest) -> DbDisconnectResponse:
    """Stop what uses the connection and close it."""
    await call.client.close_connection(request.connection_id)
    return DbDisconnectResponse()
