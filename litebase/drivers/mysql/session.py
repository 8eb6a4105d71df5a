"""Database sessions of MySQL and MariaDB: one statement at a time, stopped at the server, nothing is run twice."""

from collections.abc import Sequence
from functools import partial

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus

from litebase.drivers.interface import Cursor, DriverLimits, RowSink, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import ending, errors, parameters, statements, versions
from litebase.drivers.mysql.cancellation import SERVER_SQL, Cancellation, Run
from litebase.drivers.mysql.connector import Connector
from litebase.drivers.mysql.cursor import MysqlCursor
from litebase.drivers.mysql.link import COM_INIT_DB, COM_QUERY, COM_RESET_CONNECTION, Link
from litebase.drivers.mysql.packets import ServerError
from litebase.drivers.mysql.state import SessionState, expect_done
from litebase.errors import Conflict, ConnectionLost, LiteBaseError, QueryFailed, Unsupported
from litebase.sql.dialect import Dialect

_CLOSE_PATIENCE_S = 1.0
_LEVELS = {
    "read_uncommitted": "READ UNCOMMITTED",
    "read_committed": "READ COMMITTED",
    "repeatable_read": "REPEATABLE READ",
    "serializable": "SERIALIZABLE",
}
_FACTS = f"SELECT CONNECTION_ID(), @@max_allowed_packet, VERSION(), {SERVER_SQL}, @@sql_mode, "


class MysqlSession:
    """One database session."""

    def __init__(self, link: Link, connector: Connector, limits: DriverLimits) -> None:
        self.server_version = link.server_version
        self.tls: TlsState | None = link.tls
        self._link, self._database = link, connector.target.database
        self._state = SessionState(link, limits, read_only=connector.target.read_only)
        self._cancellation = Cancellation(self._state, connector)
        self._lock = anyio.Lock()
        self._role, self._role_function = "", ""
        self._max_packet = 1 << 24
        self._binds_at_once = False

    # what is known

    @property
    def dialect(self) -> Dialect:
        return self._state.dialect

    @property
    def usable(self) -> bool:
        return self._state.usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._state.transaction_status

    def waits_for_readers(self, sql: str) -> bool:
        """A half-read result keeps a metadata lock on its tables, and statements that change tables wait for it."""
        return statements.waits_for_readers(sql)

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """The isolation level is said before the transaction, for it alone."""
        statements = []
        if level != "default":
            if level not in _LEVELS:
                raise Unsupported(f"MySQL has no isolation level {level}.")
            statements.append(f"SET TRANSACTION ISOLATION LEVEL {_LEVELS[level]}")
        statements.append("START TRANSACTION READ ONLY" if read_only else "START TRANSACTION")
        return tuple(statements)

    # life

    async def prepare(self) -> None:
        """Make the settings that this program relies on, and read what it must know about the server."""
        link, state = self._link, self._state
        if state.read_only:
            versions.check_keeps_read_only(link.server_version)
        await state.begin()
        knows_roles = versions.knows_roles(link.server_version, is_mariadb=link.is_mariadb)
        self._role_function = "CURRENT_ROLE()" if knows_roles else "''"
        facts = await state.ask(_FACTS + self._role_function)
        id_, packet, self.server_version, server, mode, self._role = map(str, facts)
        self._max_packet = int(packet)
        state.follow_mode(mode)
        # Behind a proxy the server's number for a session is another one than the proxy told. A KILL could then end a
        # stranger's statement, so none is sent.
        if int(id_) & 0xFFFFFFFF == link.thread_id():
            self._cancellation.aim(int(id_), server)
        self._binds_at_once = versions.binds_at_once(self.server_version, is_mariadb=link.is_mariadb)

    async def reset(self) -> bool:
        """Roll back and forget settings, temporary tables, variables and locks. False if that cannot be had."""
        if self._state.open is not None:
            await self._state.open.aclose()
        async with self._lock:
            if not self.usable or self._cancellation.in_doubt:
                return False
            try:
                return await self._cancellation.run(Run(), self._reset)
            except (LiteBaseError, Interrupted):
                return False

    async def _reset(self) -> bool:
        state = self._state
        await self._cancellation.absorb()
        try:
            await state.tell("", COM_RESET_CONNECTION)
            if state.schema is not None:
                if not self._database:
                    return False  # nothing leads back to having no default database
                await state.tell(self._database, COM_INIT_DB)
                state.schema = None
            await state.begin()
            mode, role = await state.ask(f"SELECT @@sql_mode, {self._role_function}")
        except ServerError:  # a server without this command, or a database that is gone
            return False
        state.follow_mode(str(mode))
        return str(role) == self._role  # the one thing that the server does not forget

    async def aclose(self) -> None:
        """Stop on the server what runs there, and close."""
        state, link = self._state, self._link
        was_alive, state.dropped, self._cancellation.closing = self.usable, True, True
        busy = self._lock.statistics().locked or state.open is not None
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if was_alive and busy:
                busy = not await self._cancellation.kill_session()
            elif was_alive:
                link.quit()
                await link.wait_closed()
        if was_alive and busy:
            self._cancellation.leave_behind()
        state.lose()
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            await link.wait_closed()

    # statements

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows."""
        async with self._lock:
            self._check_free()
            run = Run(statement.sql, statements.only_reads(statement.sql), bound=bool(statement.params))
            requests = self._requests(statement)
            return await self._cancellation.run(run, partial(self._start, run, requests, statement.first_rows))

    def _check_free(self) -> None:
        if not self.usable or (self._link.unread_bytes and self._state.open is None):
            self._state.lose()
            raise ConnectionLost("The link to the server had ended before the statement was sent; nothing was run.")
        if self._state.open is not None:
            raise Conflict("Another result of this database session is half read. Read it to its end or close it.")

    def _requests(self, statement: Statement) -> list[bytes]:
        """What is sent, in order; the last one is the statement."""
        sql = statement.sql
        if self._state.read_only and (reason := statements.lifts_read_only(sql)) is not None:
            raise errors.read_only(reason)
        try:
            if not statement.params:
                texts: Sequence[str] = (sql,)
            else:
                bound = parameters.literals(statement.params)
                if self._binds_at_once:
                    texts = (parameters.at_once(sql, bound),)
                else:
                    texts = (*parameters.prepare(sql, bound), parameters.execute(len(bound)))
            requests = [text.encode() for text in texts]
        except UnicodeEncodeError as error:
            raise QueryFailed(
                "The SQL text holds a character that does not exist alone, half of a surrogate pair.",
                errors.details_at(sql, error.start),
            ) from None
        if (size := max(len(request) + 1 for request in requests)) > self._max_packet:
            raise errors.too_large(size, self._max_packet)
        return requests

    async def _start(self, run: Run, requests: list[bytes], first_rows: int) -> MysqlCursor:
        state, link = self._state, self._link
        try:
            await self._cancellation.absorb()
            if state.unsettled:
                await state.settle()
            for request in requests[:-1]:
                link.send(COM_QUERY, request)
                state.note(expect_done(await link.reply()))
            run.sent = True
            link.send(COM_QUERY, requests[-1])
            reply = await link.reply()
        except ServerError as error:
            raise await ending.failed(self._cancellation, error, run) from error
        cursor = MysqlCursor(self, self._cancellation, run, reply)
        await cursor.read_first(first_rows)
        return cursor

    # what cursors ask for

    async def fetch(self, cursor: MysqlCursor, sink: RowSink, count: int) -> None:
        """Read more rows of `cursor` into `sink`."""
        async with self._lock:
            if self._state.open is not cursor:
                raise ConnectionLost("The session of this result has ended; its remaining rows are lost.")
            await self._cancellation.run(
                cursor.run, partial(cursor.read, sink, count), self._state.limits.fetch_grace_s
            )

    async def next_result(self, cursor: MysqlCursor) -> MysqlCursor | None:
        """The next result of the statement of `cursor`."""
        async with self._lock:
            if self._state.open is not cursor:
                return None
            return await self._cancellation.run(cursor.run, cursor.next_result, self._state.limits.fetch_grace_s)

    async def close_cursor(self, cursor: MysqlCursor) -> None:
        """Give up the rest of a statement. What is little is read; of the rest the server is told to stop."""
        async with self._lock:
            if self._state.open is not cursor:
                return
            try:
                await self._cancellation.run(cursor.run, cursor.give_up)
            except (LiteBaseError, Interrupted):
                pass  # nobody wants to know any more how this statement ended
            finally:
                if self._state.open is not None:
                    self._state.lose()
