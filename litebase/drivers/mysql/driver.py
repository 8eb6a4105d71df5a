"""Opens sessions of one MySQL or MariaDB server, each within one bound of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import anyio
from litebase_schema.connection import MysqlTarget

from litebase.drivers.client_key import ClientKey
from litebase.drivers.interface import Ask, DatabaseSession, DriverLimits, nobody
from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.handshake import Progress
from litebase.drivers.mysql.session import MysqlSession
from litebase.drivers.password import Passwords
from litebase.drivers.trace import Trace
from litebase.drivers.trust import check_revocations

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them
    from litebase.drivers.tunnel.route import Route


class MysqlDriver:
    """Opens sessions of one server."""

    engine: ClassVar[str] = "mysql"

    def __init__(self, target: MysqlTarget, limits: DriverLimits, route: Route | None = None) -> None:
        self._target, self._route = target, route
        self._key = ClientKey(target)
        self._passwords = Passwords(target)
        self._limits = limits

    @property
    def read_only(self) -> bool:
        return self._target.read_only

    @property
    def sessions_share_data(self) -> bool:
        return True

    async def connect(self, ask: Ask = nobody, trace: Trace | None = None) -> DatabaseSession:
        """Log in and prepare a session. Raises `ConnectFailed`, `PromptUnanswered`."""
        check_revocations(self._target)
        await self._key.unlock(ask)
        trace = trace or Trace()
        if self._route is not None:
            await self._route.open("socket", self._target.connect_timeout_ms, ask, trace)
        return await self._passwords.open(ask, trace, self._connect)

    async def login(self, ask: Ask) -> MysqlTarget:
        """What a program needs to log in as the sessions do: the target with its secrets, at this end of a tunnel.

        Raises `ConnectFailed` and `PromptUnanswered`.
        """
        await self._key.unlock(ask)
        target = self._key.with_passphrase(await self._passwords.known(ask))
        if self._route is None:
            return target
        await self._route.open("socket", target.connect_timeout_ms, ask, Trace())
        return target.model_copy(update={"socket_path": str(self._route.standing().socket_path)})

    async def _connect(self, target: MysqlTarget, trace: Trace) -> DatabaseSession:
        """All of it within the target's `connect_timeout_ms`."""
        target = self._key.with_passphrase(target)
        patience_ms = target.connect_timeout_ms
        progress = Progress(trace)
        with anyio.move_on_after(patience_ms / 1000):
            return await self._session(target, progress)
        raise errors.no_answer(target, progress.stage, patience_ms)

    async def _session(self, target: MysqlTarget, progress: Progress) -> MysqlSession:
        connector = await Connector.of(target, self._route)
        session = MysqlSession(await connector.open(progress), connector, self._limits)
        progress.stage = "database"  # it was entered with the login
        progress.trace.begin("settings", progress.host)
        try:
            await session.apply_settings()
        except BaseException as error:
            session.drop()
            if isinstance(error, Exception):
                raise errors.not_connected(target, progress.stage, error) from error
            raise
        return session


DRIVER = MysqlDriver
