"""Opens sessions of one MySQL or MariaDB server, each within one bound of time."""

from typing import ClassVar

import anyio
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DatabaseSession, DriverLimits
from litebase.drivers.mysql import errors
from litebase.drivers.mysql.connector import Connector
from litebase.drivers.mysql.link import Link
from litebase.drivers.mysql.session import MysqlSession


class MysqlDriver:
    """Opens sessions of one server."""

    engine: ClassVar[str] = "mysql"

    def __init__(self, target: MysqlTarget, limits: DriverLimits) -> None:
        self._target = target
        self._limits = limits

    @property
    def read_only(self) -> bool:
        return self._target.read_only

    @property
    def sessions_share_data(self) -> bool:
        return True

    async def connect(self) -> DatabaseSession:
        """Log in and prepare a session, all within the target's `connect_timeout_ms`. Raises `ConnectFailed`."""
        patience_ms = self._target.connect_timeout_ms
        links: list[Link] = []
        with anyio.move_on_after(patience_ms / 1000):
            return await self._connect(links)
        raise errors.no_answer(self._target, links[0].stage if links else "tcp", patience_ms)

    async def _connect(self, links: list[Link]) -> MysqlSession:
        """As `connect`, without a bound. The link is put into `links`, for the caller to see how far it came."""
        connector = await Connector.of(self._target)
        links.append(link := connector.link())
        await connector.log_in(link)
        link.stage = "database"
        session = MysqlSession(link, connector, self._limits)
        try:
            await session.prepare()
        except BaseException as error:
            link.drop()
            if isinstance(error, Exception):
                raise errors.not_connected(self._target, "database", error) from error
            raise
        return session


DRIVER = MysqlDriver
