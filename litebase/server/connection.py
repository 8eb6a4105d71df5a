"""A named target with its pool of database sessions: what `db_connect` opens.

A statement that finds no free session takes that of the half-read result which was used longest ago, after the rest of
that result was read into its store.
"""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from litebase.drivers.interface import Ask, Cursor, DatabaseSession, Statement
from litebase.drivers.pool import Pool
from litebase.errors import Conflict, NoMoreSessions, NoRoom, Unsupported
from litebase.server.lease import Lease, LeasedCursor, Waits
from litebase.server.statements import Statements
from litebase.settings import Settings
from litebase.sql.dialect import Dialect
from litebase.sql.effect import outline

if TYPE_CHECKING:
    from litebase.drivers.tunnel.route import Route
    from litebase.server.catalog_cache import CatalogCache
    from litebase.server.completion_names import CompletionNames

_SETTINGS = Settings()
_MOST_LATEST = 50


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a connection's client wants, beyond what every one gets. Times are in seconds; None for never."""

    needs_confirmation: bool = False
    keep_alive_s: float | None = None
    idle_transaction_s: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a connection's target. Equal `server`s are certainly the same one."""

    server: tuple[object, ...] = ()
    read_only: bool = False
    name: str = ""
    database: str | None = None


class Connection:
    """One open connection of a client."""

    def __init__(
        self,
        connection_id: str,
        engine: str,
        pool: Pool,
        catalog_pool: Pool,
        patience_s: float,
        wishes: Wishes = Wishes(),
        route: "Route | None" = None,
        catalog_bytes: int = _SETTINGS.catalog_bytes,
    ) -> None:
        self.id, self.engine = connection_id, engine
        self.pool, self.patience_s = pool, patience_s
        self._catalog_pool = catalog_pool  # the same where there is only one database session
        self._route = route  # the share in a tunnel
        self._catalog: CatalogCache | None = None
        self._catalog_bytes = catalog_bytes
        self.completions: CompletionNames | None = None  # once SQL was completed
        self.latest = deque[str](maxlen=_MOST_LATEST)  # statements that completion has not looked at
        self.statements = Statements(pool, patience_s, needs_confirmation=wishes.needs_confirmation)
        self.statements.on_definition = self._defined
        self.on_definition: Callable[[], None] | None = None  # called when what exists may be another by now
        self.keep_alive_s, self.idle_transaction_s = wishes.keep_alive_s, wishes.idle_transaction_s
        self.facts = Facts()
        self.dialect: Dialect | None = None  # of the session that was opened first
        self.pinned = 0  # database sessions that one client has for itself
        self._to_be_pinned = 0  # and those that are being taken out for one

    @property
    def pools(self) -> Collection[Pool]:
        """All that hold sessions of this connection."""
        return {self.pool, self._catalog_pool}

    @property
    def catalog(self) -> "CatalogCache":
        """What is known of the names in the database."""
        if self._catalog is None:
            from litebase.server.catalog_cache import CatalogCache  # noqa: PLC0415  # loaded with the first use

            self._catalog = CatalogCache(self._catalog_bytes)
        return self._catalog

    def _defined(self, certain: bool) -> None:
        if self._catalog is not None:
            self._catalog.doubt()
        if certain and self.on_definition is not None:
            self.on_definition()

    async def execute(self, statement: Statement, waits: Waits, *, confirmed: bool) -> LeasedCursor:
        """Run a statement in a free database session."""
        if self.dialect is not None and not confirmed:  # again in the session, whose rules are what counts
            await self.statements.check_confirmed(statement.sql, self.dialect)
        session = await self.free_session(waits)
        lease = Lease(session, self.patience_s, self.pool)
        cursor: Cursor | None = None
        try:
            _check_lasting(statement.sql, session.dialect)
            cursor = await self.statements.run(session, statement, waits.rows_read, confirmed=confirmed)
        finally:
            if cursor is None:
                await lease.end()
        leased = LeasedCursor(cursor, lease)
        if session.usable and session.transaction_status in ("in_transaction", "failed"):
            await leased.aclose()  # rolls back
            raise Unsupported(
                "A transaction needs a database session of its own: open one with open_db_session and send its "
                "db_session_id with each query. The transaction that this statement began was rolled back."
            )
        return leased

    @asynccontextmanager
    async def borrowed_session(self, waits: Waits) -> AsyncIterator[DatabaseSession]:
        """A free database session for several statements; cleaned up afterwards."""
        session = await self.free_session(waits)
        try:
            yield session
        finally:
            await Lease(session, self.patience_s, self.pool).end()
            self.statements.forget(session)

    @asynccontextmanager
    async def catalog_session(self, ask: Ask) -> AsyncIterator[DatabaseSession]:
        """A database session for reading the catalog, which waits for no statement of the user.

        One of the user's sessions where the server accepts no further one.
        """
        pool = self._catalog_pool
        try:
            session = await self._free_in(pool, ask)
        except NoMoreSessions:
            pool, session = self.pool, await self.free_session(Waits(ask=ask))
        try:
            yield session
        finally:
            await Lease(session, self.patience_s, pool).end()

    async def _free_in(self, pool: Pool, ask: Ask) -> DatabaseSession:
        if pool is self.pool:
            return await self.free_session(Waits(ask=ask))
        while (session := await pool.take_idle()) is None:
            if pool.may_open:
                return await pool.open(ask)
            await pool.wait_for_change()
        return session

    async def free_session(self, waits: Waits) -> DatabaseSession:
        """A database session that nobody uses: an idle one, a new one, or one whose half-read result makes way."""
        started = time.monotonic()
        while (session := await self.pool.take_idle()) is None:
            if self.pinned >= self.pool.size:
                raise self._all_pinned()
            if self.pool.may_open:
                if (session := await self._new_session(waits)) is not None:
                    break
            elif not await self.statements.make_way(waits.rows_read):
                await self.pool.wait_for_change()
        waits.queue_s = time.monotonic() - started - waits.connect_s
        return session

    async def _new_session(self, waits: Waits) -> DatabaseSession | None:
        """A new session; None when the server accepts none, and one of those that there are will be free again."""
        opening = time.monotonic()
        try:
            return await self.pool.open(waits.ask)
        except NoMoreSessions as failure:
            if not self.pool.open_sessions:
                raise
            if self.pinned >= self.pool.open_sessions:
                raise self._all_pinned(f" The server accepts no further one: {failure.message}") from failure
            return None
        finally:
            waits.connect_s += time.monotonic() - opening

    def _all_pinned(self, reason: str = "") -> Conflict:
        return Conflict(
            f"Every database session of this connection ({self.pinned}) is pinned by open_db_session: send the "
            f"db_session_id of one with the query, or close one.{reason}"
        )

    @contextmanager
    def room_to_pin(self) -> Iterator[None]:
        """Keep room for pinning one more session. Raises `NoRoom` when as many are pinned as may be."""
        size = self.pool.size
        if self.pinned + self._to_be_pinned >= max(size - 1, 1):
            raise NoRoom(
                "max_db_sessions",
                size,
                f"This connection may have {size} database sessions, and where there are several, one stays for "
                "queries that name none. Close one with close_db_session, or open another connection.",
            )
        self._to_be_pinned += 1
        try:
            yield
        finally:
            self._to_be_pinned -= 1

    async def close_idle(self) -> None:
        """Close database sessions that were idle for a while."""
        await self.pool.close_idle()
        await self._catalog_pool.close_idle()

    async def aclose(self) -> None:
        """Close the results and every database session, also one that runs a statement, and its share in a tunnel."""
        await self.pool.aclose()
        await self._catalog_pool.aclose()
        await self.statements.aclose()
        if self._route is not None:
            await self._route.aclose()


def _check_lasting(sql: str, dialect: Dialect) -> None:
    """Raise `Unsupported` for what would be undone as soon as it is done, because the session is cleaned."""
    if dialect.lasting_words and (word := outline(sql, dialect).word) in dialect.lasting_words:
        raise Unsupported(
            f"{word} needs a database session of its own: open one with open_db_session and send its db_session_id "
            "with each query."
        )
