"""Opens links to one server: those of sessions, and those that stop what runs in a session."""

from __future__ import annotations

import getpass
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
from litebase_schema.connection import MysqlTarget

from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link import tls
from litebase.drivers.mysql.link.dialing import dial
from litebase.drivers.mysql.link.handshake import Progress, log_in
from litebase.drivers.mysql.link.replies import Link
from litebase.drivers.mysql.link.stream import Stream
from litebase.drivers.trust import LOCAL_NAMES
from litebase.errors import ConnectFailed

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them
    from litebase.drivers.tunnel.route import Route
    from litebase.drivers.tunnel.tunnel import Tunnel


@dataclass(frozen=True, slots=True)
class Connector:
    """What is needed to open a link, worked out once."""

    target: MysqlTarget
    user: str
    context: ssl.SSLContext | None
    route: Route | None = None  # to be opened before a link is

    @classmethod
    async def of(cls, target: MysqlTarget, route: Route | None = None) -> Connector:
        """For a target. Reads the files of TLS. Raises `ConnectFailed`."""
        context = await anyio.to_thread.run_sync(tls.context_for, target, abandon_on_cancel=True)
        try:
            user = target.user or getpass.getuser()
        except (KeyError, OSError) as error:
            raise ConnectFailed("auth", "The user that runs the backend has no name; give a user.") from error
        return cls(target, user, context, route)

    async def open(self, progress: Progress) -> Link:
        """A link that is logged in. The caller's scope bounds the whole of it. Raises `ConnectFailed`."""
        if self.route is None:
            return await self._open(progress, None)
        tunnel = self.route.standing()
        refusals = tunnel.refusals
        try:
            return await self._open(progress, tunnel)
        except ConnectFailed as failure:
            raise await tunnel.blamed(failure, refusals) from failure

    async def _open(self, progress: Progress, tunnel: Tunnel | None) -> Link:
        stream: Stream | None = None
        try:
            stream = await self._stream(progress, tunnel)
            return Link(stream, await log_in(stream, self.target, self.user, self.context, progress), tunnel)
        except BaseException as error:
            if stream is not None:
                stream.drop()
            if isinstance(error, Exception):  # nearly anything, when a server misbehaves
                raise errors.not_connected(self.target, progress.stage, error) from error
            raise

    async def _stream(self, progress: Progress, tunnel: Tunnel | None) -> Stream:
        if tunnel is not None:  # it protects the way to the SSH host, and not from there
            progress.host = self.target.host
            progress.stage = "tcp"
            return await Stream.to_path(str(tunnel.socket_path), secure=self.target.host in LOCAL_NAMES)
        if (path := self.target.socket_path) is not None:
            progress.stage = "tcp"
            return await Stream.to_path(path)
        connected, progress.host = await dial(self.target.host, self.target.port, progress.trace)
        return await Stream.over(connected)
