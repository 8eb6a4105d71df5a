"""Opens a link to one address of a PostgreSQL server and logs in, within a bound of time."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

import anyio
import psycopg
from litebase_schema.connection import PostgresqlTarget
from psycopg import pq
from psycopg.waiting import Ready, Wait

from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link import native, options, waiting
from litebase.drivers.postgresql.link.stream import LOOK_AGAIN_S, Link
from litebase.drivers.trace import Trace
from litebase.errors import ConnectFailed

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them
    from litebase.drivers.tunnel.tunnel import Tunnel

_Poll = pq.PollingStatus
_BETWEEN_STEPS = (pq.ConnStatus.MADE, pq.ConnStatus.OK)


async def log_in(
    target: PostgresqlTarget,
    address: str | None,
    place: str,
    patience_s: float,
    trace: Trace,
    tunnel: Tunnel | None = None,
) -> Link:
    """A link, with our settings where the server takes them in the login. Raises `ConnectFailed`.

    Poolers such as PgBouncer refuse them, and servers before version 14 do not know all of them. They are never made
    afterwards: behind a pooler they would stay in a session of the server that others use, too.
    """
    deadline = time.monotonic() + patience_s
    settings = options.session_settings(target)
    host = address if tunnel is None else target.host
    for at_login in ((*settings, options.CHECK_FOR_US), settings):
        left_s = max(deadline - time.monotonic(), 0)
        try:
            return await open_link(options.conninfo(target, address, at_login), place, left_s, trace, host, tunnel)
        except ConnectFailed as failure:
            code = errors.code_of(failure)
            if code not in errors.UNKNOWN_SETTING and code != errors.PROTOCOL_VIOLATION:
                raise
            trace.end(failed=True)
            if code == errors.PROTOCOL_VIOLATION:
                break
    left_s = max(deadline - time.monotonic(), 0)
    return await open_link(options.conninfo(target, address, ()), place, left_s, trace, host, tunnel)


async def open_link(
    conninfo: str,
    place: str,
    patience_s: float,
    trace: Trace,
    host: str | None = None,
    tunnel: Tunnel | None = None,
) -> Link:
    """Connect to one address and log in. Raises `ConnectFailed`, also when the server is silent for too long.

    `tunnel` is what the address leads to. When it has fallen its port is anybody's, so nothing more is sent there.
    """
    connection = pq.PGconn.connect_start(conninfo.encode())
    progress = _Progress(connection, trace, host, tunnel)
    started = time.monotonic()
    try:
        native.show_sqlstate(connection)
        with anyio.move_on_after(patience_s) as scope:
            await waiting.wait_for_connection(progress.steps(), LOOK_AGAIN_S)
    except psycopg.Error as error:
        failure = errors.not_connected(progress.status, connection.error_message.decode("utf-8", "replace"), place)
        connection.finish()
        raise failure from error
    except BaseException:
        connection.finish()
        raise
    if scope.cancelled_caught:
        connection.finish()
        raise errors.silent(progress.status, place, round((time.monotonic() - started) * 1000))
    if trace.stage == "auth":  # the server's last words came in one piece
        trace.begin("database", host)
    connection.nonblocking = 1
    return Link(connection, tunnel)


class _Progress:
    """Connecting, step by step; `status` is the last step that was begun."""

    def __init__(self, connection: pq.abc.PGconn, trace: Trace, host: str | None, tunnel: Tunnel | None) -> None:
        self._connection, self._trace, self._host, self._tunnel = connection, trace, host, tunnel
        self.status = int(pq.ConnStatus.STARTED)
        trace.begin("tcp", host)

    def _look(self) -> None:
        if self._connection.status == pq.ConnStatus.BAD:
            return
        self.status = self._connection.status
        stage = errors.stage_at(self.status)
        if stage != self._trace.stage and self.status not in _BETWEEN_STEPS:
            self._trace.begin(stage, self._host)

    def steps(self) -> Generator[tuple[int, Wait], Ready | int, None]:
        while True:
            self._look()
            if self._tunnel is not None and not self._tunnel.alive:
                raise psycopg.OperationalError
            polled = self._connection.connect_poll()
            self._look()
            if polled == _Poll.OK:
                return
            if polled == _Poll.FAILED:
                raise psycopg.OperationalError
            wait = Wait.R if polled == _Poll.READING else Wait.W
            while not (yield self._connection.socket, wait):
                pass
