"""Opens sessions of one PostgreSQL server: the addresses of its host in turn, within the connect timeout."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, ClassVar

from litebase_schema.connection import PostgresqlTarget, TlsState

from litebase.drivers.client_key import ClientKey
from litebase.drivers.interface import Ask, DatabaseSession, DriverLimits, nobody
from litebase.drivers.password import Passwords
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.link import native, options
from litebase.drivers.postgresql.link.catalog import Catalog
from litebase.drivers.postgresql.link.login import log_in
from litebase.drivers.postgresql.link.proof import prove_read_only
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.drivers.trace import Trace
from litebase.drivers.trust import check_revocations
from litebase.errors import ConnectFailed, LiteBaseError

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them
    from litebase.drivers.tunnel.route import Route


class PostgresqlDriver:
    """Opens sessions of one server."""

    engine: ClassVar[str] = "postgresql"

    def __init__(self, target: PostgresqlTarget, limits: DriverLimits, route: Route | None = None) -> None:
        self._target, self._route = target, route
        self._key = ClientKey(target)
        self._passwords = Passwords(target)
        self._limits = limits
        self._catalog = Catalog()
        self._knows_digits = False
        self._float_digits: bytes | None = None
        self._address: str | None = None  # of the server, as the session that was opened last has reached it

    @property
    def read_only(self) -> bool:
        return self._target.read_only

    @property
    def sessions_share_data(self) -> bool:
        return True

    async def connect(self, ask: Ask = nobody, trace: Trace | None = None) -> DatabaseSession:
        """Open a session at the first of the host's addresses that accepts the login."""
        options.forget_environment()
        check_revocations(self._target)
        await self._key.unlock(ask)
        trace = trace or Trace()
        if self._route is not None:
            await self._route.open("port", self._target.connect_timeout_ms, ask, trace)
        return await self._passwords.open(ask, trace, self._connect)

    async def login(self, ask: Ask) -> tuple[PostgresqlTarget, str | None]:
        """What a program needs to log in as the sessions do: the target with its secrets, and the server's address.

        Raises `ConnectFailed` and `PromptUnanswered`.
        """
        await self._key.unlock(ask)
        target = self._key.with_passphrase(await self._passwords.known(ask))
        if self._route is None:
            return target, self._address
        await self._route.open("port", target.connect_timeout_ms, ask, Trace())
        tunnel = self._route.standing()
        return target.model_copy(update={"port": tunnel.port}), tunnel.address

    async def _connect(self, target: PostgresqlTarget, trace: Trace) -> DatabaseSession:
        target = self._key.with_passphrase(target)
        options.check_tls_files(target)
        deadline = time.monotonic() + target.connect_timeout_ms / 1000
        if self._route is not None:
            link, near = await self._link_through(self._route, target, deadline, trace)
            trace.begin("settings", target.host)
            return await self._session(link, near, deadline)
        if target.socket_path is None:
            trace.begin("name", target.host)
        left = list(await options.addresses(target))
        while True:
            address = left.pop(0)
            patience_s = max(deadline - time.monotonic(), 0) / (len(left) + 1)
            try:
                link = await log_in(target, address, self._place(address), patience_s, trace)
                break
            except ConnectFailed as failure:
                if not left or errors.stage_of(failure) != "tcp":
                    raise
                trace.end(failed=True)
        self._address = address
        trace.begin("settings", address)
        return await self._session(link, address, deadline)

    async def _link_through(
        self, route: Route, target: PostgresqlTarget, deadline: float, trace: Trace
    ) -> tuple[Link, str]:
        """A link through a tunnel: to a port of this machine, where the server's name is checked all the same.

        Not to a Unix socket, over which libpq does without TLS.
        """
        tunnel = route.standing()
        refusals = tunnel.refusals
        near = target.model_copy(update={"port": tunnel.port})
        patience_s = max(deadline - time.monotonic(), 0)
        try:
            link = await log_in(near, tunnel.address, self._place(tunnel.address), patience_s, trace, tunnel)
        except ConnectFailed as failure:
            if isinstance(failure, errors.Silent) and errors.stage_of(failure) == "tls":
                raise ConnectFailed("tcp", failure.message) from failure  # so far only the tunnel's end has answered
            raise await tunnel.blamed(failure, refusals) from failure
        return link, tunnel.address

    def _place(self, address: str | None) -> str:
        target = self._target
        return f"{target.host}:{target.port}" if address else f"{target.socket_path} (port {target.port})"

    async def _session(self, link: Link, address: str | None, deadline: float) -> PostgresqlSession:
        """The session of a link that is logged in."""
        tls, place = self._tls_state(link, address), self._place(address)
        session = PostgresqlSession(link, self._catalog, tls, self._limits, read_only=self._target.read_only)
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.001)):
                await session.apply_settings()
                if self._target.read_only:
                    await prove_read_only(link, place)
                await self._check_settings(link, place)
                await self._catalog.try_out(link)
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

    async def _check_settings(self, link: Link, place: str) -> None:
        """Refuse a server that has not taken our settings and whose own would change values."""
        connection = link.connection
        if not self._knows_digits:
            self._knows_digits = True
            with contextlib.suppress(LiteBaseError):  # not every server that speaks the protocol has the setting
                self._float_digits = (await link.simple(b"SHOW extra_float_digits"))[0].get_value(0, 0)
        wanted = options.unsuitable(connection.parameter_status, self._float_digits, connection.server_version)
        if wanted is not None:
            user = connection.user.decode("utf-8", "replace")
            raise ConnectFailed(
                "database",
                f"{place} does not take settings in the login, so it may be a pooler, and the server's own would round "
                "values or write them otherwise. Set this for the user, and let the pooler open new sessions: "
                f"ALTER ROLE {user} SET {wanted}",
            )

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
