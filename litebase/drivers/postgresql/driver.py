"""Opens sessions of one PostgreSQL server: the addresses of its host in turn, within the connect timeout."""

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar

from litebase_schema.connection import PostgresqlTarget, TlsState

from litebase.drivers.interface import DatabaseSession, DriverLimits
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link import native, options
from litebase.drivers.postgresql.link.login import log_in
from litebase.drivers.postgresql.link.proof import prove_read_only
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import ConnectFailed, LiteBaseError


class PostgresqlDriver:
    """Opens sessions of one server."""

    engine: ClassVar[str] = "postgresql"

    def __init__(self, target: PostgresqlTarget, limits: DriverLimits) -> None:
        self._target = target
        self._limits = limits

    @property
    def read_only(self) -> bool:
        return self._target.read_only

    @property
    def sessions_share_data(self) -> bool:
        return True

    async def connect(self) -> DatabaseSession:
        """Open a session at the first of the host's addresses that accepts the login."""
        options.forget_environment()
        target = self._target
        options.check_tls_files(target)
        deadline = time.monotonic() + target.connect_timeout_ms / 1000
        left = list(await options.addresses(target))
        while True:
            address = left.pop(0)
            patience_s = max(deadline - time.monotonic(), 0) / (len(left) + 1)
            try:
                link, settings = await log_in(target, address, self._place(address), patience_s)
                break
            except ConnectFailed as failure:
                if not left or errors.stage_of(failure) != "tcp":
                    raise
        return await self._session(link, address, settings, deadline)

    def _place(self, address: str | None) -> str:
        target = self._target
        return f"{target.host}:{target.port}" if address else f"{target.socket_path} (port {target.port})"

    async def _session(
        self, link: Link, address: str | None, settings: Sequence[str], deadline: float
    ) -> PostgresqlSession:
        """The session of a link that is logged in, with the settings made that it still lacks."""
        tls, read_only = self._tls_state(link, address), self._target.read_only
        session, place = PostgresqlSession(link, tls, self._limits, settings, read_only=read_only), self._place(address)
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.001)):
                await session.apply_settings()
                if read_only:
                    await prove_read_only(link, place)
        except (LinkFailed, TimeoutError) as failed:
            session.drop()
            raise ConnectFailed("database", f"{place} accepted the login and then did not answer.") from failed
        except BaseException as error:
            session.drop()
            if isinstance(error, LiteBaseError) or not isinstance(error, Exception):
                raise
            raise ConnectFailed(
                "database", f"{place} accepted the login and then sent an answer that makes no sense."
            ) from error
        return session

    def _tls_state(self, link: Link, address: str | None) -> TlsState | None:
        if address is None:
            return None
        encrypted = bool(link.connection.ssl_in_use)
        return TlsState(
            encrypted=encrypted,
            verified=encrypted and options.verifies(self._target),
            version=native.tls_version(link.connection) if encrypted else None,
        )


DRIVER = PostgresqlDriver
