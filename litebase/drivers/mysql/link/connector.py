"""Opens links to one server: those of sessions, and those that stop what runs in a session."""

import getpass
import ssl
from dataclasses import dataclass

import anyio
from litebase_schema.connection import MysqlTarget

from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link import tls
from litebase.drivers.mysql.link.dialing import dial
from litebase.drivers.mysql.link.handshake import Progress, log_in
from litebase.drivers.mysql.link.replies import Link
from litebase.drivers.mysql.link.stream import Stream
from litebase.errors import ConnectFailed


@dataclass(frozen=True, slots=True)
class Connector:
    """What is needed to open a link, worked out once."""

    target: MysqlTarget
    user: str
    context: ssl.SSLContext | None

    @classmethod
    async def of(cls, target: MysqlTarget) -> "Connector":
        """For a target. Reads the files of TLS. Raises `ConnectFailed`."""
        context = await anyio.to_thread.run_sync(tls.context_for, target, abandon_on_cancel=True)
        try:
            user = target.user or getpass.getuser()
        except (KeyError, OSError) as error:
            raise ConnectFailed("auth", "The user that runs the backend has no name; give a user.") from error
        return cls(target, user, context)

    async def open(self, progress: Progress) -> Link:
        """A link that is logged in. The caller's scope bounds the whole of it. Raises `ConnectFailed`."""
        stream: Stream | None = None
        try:
            stream = await self._stream(progress)
            return Link(stream, await log_in(stream, self.target, self.user, self.context, progress))
        except BaseException as error:
            if stream is not None:
                stream.drop()
            if isinstance(error, Exception):  # nearly anything, when a server misbehaves
                raise errors.not_connected(self.target, progress.stage, error) from error
            raise

    async def _stream(self, progress: Progress) -> Stream:
        if (path := self.target.socket_path) is not None:
            progress.stage = "tcp"
            return await Stream.to_path(path)
        connected, progress.host = await dial(self.target.host, self.target.port, progress.trace)
        return await Stream.over(connected)
