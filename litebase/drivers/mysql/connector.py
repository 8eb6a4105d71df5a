"""Opens links to one server: those of sessions, and those that stop what runs in a session."""

import getpass
import ssl
from dataclasses import dataclass

import anyio
from litebase_schema.connection import MysqlTarget

from litebase.drivers.mysql import errors, tls
from litebase.drivers.mysql.link import Link, utf8_charsets
from litebase.errors import ConnectFailed


@dataclass(frozen=True, slots=True)
class Connector:
    """What is needed to open a link, worked out once."""

    target: MysqlTarget
    user: str
    context: ssl.SSLContext | None
    text_charsets: frozenset[int]

    @classmethod
    async def of(cls, target: MysqlTarget) -> "Connector":
        """For a target. Reads the files of TLS. Raises `ConnectFailed`."""
        context = await anyio.to_thread.run_sync(tls.context_for, target, abandon_on_cancel=True)
        try:
            user = target.user or getpass.getuser()
        except (KeyError, OSError) as error:
            raise ConnectFailed("auth", "The user that runs the backend has no name; give a user.") from error
        return cls(target, user, context, frozenset(utf8_charsets()))

    def link(self) -> Link:
        """A link that is not open yet."""
        return Link(self.target, self.user, self.context, verifies=tls.verifies(self.target))

    async def open(self) -> Link:
        """A link that is logged in. The caller's scope bounds the whole of it."""
        link = self.link()
        await self.log_in(link)
        return link

    async def log_in(self, link: Link) -> None:
        """Open a link and log in. Drops the link when that fails."""
        try:
            await link.connect()
        except Exception as error:  # asyncmy raises nearly everything when a server misbehaves
            link.drop()
            raise errors.not_connected(self.target, link.stage, error) from error
        except BaseException:
            link.drop()
            raise
        link.text_charsets |= self.text_charsets
