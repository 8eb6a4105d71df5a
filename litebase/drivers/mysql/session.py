"""Database sessions of MySQL and MariaDB: one statement at a time, stopped at the server, nothing is run twice."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import TransactionStatus

from litebase.drivers.abilities import Abilities, Available, Unavailable
from litebase.drivers.interface import (
    Checked,
    Cursor,
    DriverLimits,
    Parameter,
    Parameters,
    RowTuple,
    Series,
    Statement,
    Watcher,
)
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors, statements, values
from litebase.drivers.mysql.cursor import MysqlCursor
from litebase.drivers.mysql.link import programs
from litebase.drivers.mysql.link.cancellation import SERVER_SQL
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.conversation import Conversation, RunningStatement
from litebase.drivers.mysql.link.packets import ServerError
from litebase.drivers.mysql.link.replies import COM_INIT_DB, COM_QUERY, COM_RESET_CONNECTION, Link, expect_done
from litebase.drivers.mysql.link.series import NotTogether, Sent, SeriesRun
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.series import one_by_one
from litebase.drivers.slices import MetadataRows
from litebase.errors import Conflict, ConnectionLost, LimitExceeded, LiteBaseError, QueryFailed, Unsupported
from litebase.sql.dialect import Dialect
from litebase.sql.effect import outline

T = TypeVar("T")

_CLOSE_PATIENCE_S = 1.0
_COMMAND_BYTES = 1 << 20  # of many statements at once
_BEGINNING_BYTES = 200  # of a statement, by which it is recognized
_LEVELS = {
    "read_uncommitted": "READ UNCOMMITTED",
    "read_committed": "READ COMMITTED",
    "repeatable_read": "REPEATABLE READ",
    "serializable": "SERIALIZABLE",
}
_NOTHING = "''"
_FACTS = "SELECT CONNECTION_ID(), @@max_allowed_packet, VERSION(), {server}, @@sql_mode, {role}"

_ABILITIES = Abilities(
    named_parameters=values.NO_NAMED_PARAMETERS,
    isolation_levels=Available(),
    read_only_transactions=Available(),
    column_origins=Available(),
    last_insert_id=Available(),
    more_results=Available(),
    several_db_sessions=Available(),
    stop_statements=Available(),
    catalog=Available(),
    check_statements=Available(),
    db_processes=Available(),
    explain=Available(),
    explain_analyze=Available(),
    import_rows=Available(),
    dumps=Available(),  # where there is a program
    reorder_columns=Available(),
)
_NO_MEASURES = Unavailable("MySQL measures how a plan is carried out from version 8.0.18 on, MariaDB from 10.1 on.")
_BEHIND_PROXY = replace(
    _ABILITIES,
    stop_statements=Unavailable(
        "The server's own number of this session is not the one that it was opened with, as behind a proxy, so no KILL "
        "can be sent: cancelling a statement ends its database session."
    ),
)


class MysqlSession:
    """One database session."""

    rollback_statement = "ROLLBACK AND NO CHAIN NO RELEASE"  # else the variable `completion_type` adds to it
    is_clean = False  # any statement may have left something behind

    def __init__(self, link: Link, connector: Connector, limits: DriverLimits) -> None:
        self.server_version = link.welcome.version.text
        self.tls: TlsState | None = link.welcome.tls
        self._link, self._database = link, connector.target.database
        self._conversation = Conversation(link, connector, limits)
        self._state, self._cancellation = self._conversation.state, self._conversation.cancellation
        self._role, self._role_function = "", "CURRENT_ROLE()" if link.welcome.version.knows_roles else _NOTHING
        self._max_packet = 1 << 24
        self._dumps: Available | Unavailable | None = None  # once somebody asked
        self._binds_at_once = False
        self._takes_several = True  # statements at once

    # what is known

    @property
    def dialect(self) -> Dialect:
        return self._state.dialect

    @property
    def abilities(self) -> Abilities:
        if self._dumps is None:
            self._dumps = programs.ability(ServerVersion.of(self.server_version))
        abilities = replace(_ABILITIES if self._cancellation.can_kill else _BEHIND_PROXY, dumps=self._dumps)
        if ServerVersion.of(self.server_version).measures_plans:
            return abilities
        return replace(abilities, explain_analyze=_NO_MEASURES)

    @property
    def usable(self) -> bool:
        return self._state.usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._state.transaction_status

    @property
    def process_id(self) -> str | None:
        return self._cancellation.process_id

    @property
    def last_word(self) -> str | None:
        tunnel = self._link.tunnel
        return self._state.last_word or (None if tunnel is None else tunnel.fallen)

    def watch(self, watcher: Watcher | None) -> None:
        self._state.watcher = watcher

    def waits_for_readers(self, sql: str) -> bool:
        """A half-read result keeps a metadata lock on its tables, and statements that change tables wait for it."""
        return statements.waits_for_readers(outline(sql, self.dialect))

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """The isolation level is set before the transaction, for it alone."""
        begin = "START TRANSACTION READ ONLY" if read_only else "START TRANSACTION"
        if level == "default":
            return (begin,)
        if level not in _LEVELS:
            raise Unsupported(f"MySQL has no isolation level {level}.")
        return (f"SET TRANSACTION ISOLATION LEVEL {_LEVELS[level]}", begin)

    # life

    async def apply_settings(self) -> None:
        """Make the settings that this program relies on, and read what it must know about the server."""
        state, welcome = self._state, self._link.welcome
        await state.apply_settings()
        if state.read_only:
            await state.prove_read_only()
        id_, packet, self.server_version, server, mode, self._role = map(str, await self._facts())
        self._max_packet = int(packet)
        state.follow_mode(mode)
        # Behind a proxy the server's number for a session differs from the one in the greeting. A KILL could then end
        # a stranger's statement, so none is sent.
        if server and int(id_) & 0xFFFFFFFF == welcome.thread_id:
            self._cancellation.aim(int(id_), server)
        self._binds_at_once = ServerVersion.of(self.server_version).binds_at_once

    async def _facts(self) -> RowTuple:
        """What must be known; empty where it serves a purpose that some servers of this protocol do not."""
        for server, role in ((SERVER_SQL, self._role_function), (SERVER_SQL, _NOTHING)):
            with contextlib.suppress(ServerError):
                self._role_function = role
                return await self._state.row(_FACTS.format(server=server, role=role))
        return await self._state.row(_FACTS.format(server=_NOTHING, role=_NOTHING))

    async def responds(self, patience_s: float) -> bool:
        """Asked with a ping."""
        return await self._conversation.responds(patience_s)

    async def reset(self) -> bool:
        """Roll back and forget settings, temporary tables, variables and locks. False if that cannot be had."""
        if self._state.open_cursor is not None:
            await self._state.open_cursor.aclose()
        try:
            return await self.run(self._reset)
        except (LiteBaseError, Interrupted):
            return False

    async def _reset(self) -> bool:
        state = self._state
        if not self.usable or self._cancellation.in_doubt:
            return False
        self._conversation.statement = RunningStatement()
        await self._cancellation.absorb()
        try:
            await state.execute("", COM_RESET_CONNECTION)
            if state.schema is not None:
                if not self._database:
                    return False  # nothing leads back to having no default database
                await state.execute(self._database, COM_INIT_DB)
                state.schema = None
            await state.apply_settings()
            mode, role = await state.row(f"SELECT @@sql_mode, {self._role_function}")
        except ServerError:  # a server without this command, or a database that is gone
            return False
        state.follow_mode(str(mode))
        return str(role) == self._role  # the one thing that the server does not forget

    def drop(self) -> None:
        """Give the session up at once; the server is not told."""
        self._state.drop()

    async def aclose(self) -> None:
        """Stop on the server what runs there, and close."""
        stream, was_alive, busy = self._link.stream, self.usable, self._conversation.is_busy
        self._state.dropped = self._conversation.closing = True
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if was_alive and busy:
                busy = not await self._cancellation.kill_session()
            elif was_alive:
                self._link.quit()
                await stream.wait_closed()
        if was_alive and busy:
            self._cancellation.leave_behind()
        self.drop()
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            await stream.wait_closed()

    # statements

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, which has the session for itself; a cancel stops it at the server."""
        return await self._conversation.run(work, grace_s)

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows."""
        return await self.run(partial(self._execute, statement))

    async def _execute(self, statement: Statement) -> MysqlCursor:
        cursor = await self._sent(statement)
        await cursor.read_first(statement.first_rows)
        return cursor

    async def execute_all(self, statements: Sequence[Statement], lock_wait_s: float | None = None) -> Series:
        """Run short statements, many in one command where the server takes that."""
        series = None
        if self._takes_several and not self._state.read_only:
            series = await self.run(partial(self._execute_all, statements))
        return await one_by_one(self, statements, lock_wait_s) if series is None else series

    async def _execute_all(self, statements: Sequence[Statement]) -> Series | None:
        """What became of them; None where the server does not take several at once, and nothing was run."""
        self._check_free()
        sent, unfit = list[Sent](), None
        try:
            sent.extend(self._series(statements))
        except LiteBaseError as error:
            unfit = error  # what comes before it is run
        if not sent:
            return Series((), unfit)
        self._conversation.statement = RunningStatement()
        await self._cancellation.absorb()
        if self._state.must_restore:
            await self._state.restore_settings()
        try:
            series = await SeriesRun(self._conversation, min(self._max_packet - 1, _COMMAND_BYTES)).run(sent)
        except NotTogether:
            self._takes_several = False
            return None
        all_run = series.failure is None and len(series.changes) == len(sent)
        return Series(series.changes, unfit) if all_run else series

    def _series(self, statements: Sequence[Statement]) -> Iterator[Sent]:
        """What to send. Raises what `_requests` raises."""
        known: str | None = None
        for one in statements:
            running = RunningStatement(outline(one.sql, self.dialect), bool(one.params))
            texts = partial(values.repeated, at_once=self._binds_at_once, known=known == one.sql)
            yield Sent(running, self._requests(one, texts))
            known = one.sql if one.params else None

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a short query of our own."""
        return await self.run(partial(self._read_metadata, Statement(sql, params)))

    async def _read_metadata(self, statement: Statement) -> Sequence[RowTuple]:
        rows = MetadataRows(self._state.limits.max_metadata_bytes)
        await (await self._sent(statement)).read_all(rows)
        return rows

    async def check(self, sql: str) -> Checked:
        """What the server says of a statement that it prepares and does not run."""
        return await self.run(partial(self._check, sql))

    async def _check(self, sql: str) -> Checked:
        self._check_free()
        self._conversation.statement = RunningStatement(outline(sql, self.dialect))
        try:
            (request,) = self._requests(Statement(sql), partial(values.with_parameters, at_once=self._binds_at_once))
        except LimitExceeded as refusal:
            return Checked(failure=QueryFailed(refusal.message, QueryFailedDetails(engine_code=None)))
        await self._cancellation.absorb()
        try:
            await self._link.prepare(request)
        except ServerError as error:
            raised = await self._conversation.after_error(error)
            if not isinstance(raised, QueryFailed):
                raise raised from error
            return errors.checked(error.code, raised)
        return Checked()

    async def _sent(self, statement: Statement) -> MysqlCursor:
        """Send a statement, and read the beginning of the reply."""
        state, link, conversation = self._state, self._link, self._conversation
        self._check_free()
        *preparing, last = self._requests(statement, partial(values.with_parameters, at_once=self._binds_at_once))
        conversation.statement = running = RunningStatement(
            outline(statement.sql, self.dialect), bool(statement.params), statement.following
        )
        try:
            await self._cancellation.absorb()
            if state.must_restore:
                await state.restore_settings()
            for request in preparing:
                link.send(COM_QUERY, request)
                state.note(expect_done(await link.reply()))
            running.sent = last[:_BEGINNING_BYTES]
            link.send(COM_QUERY, last)
            return MysqlCursor(conversation, await link.reply())
        except ServerError as error:
            raise await conversation.after_error(error) from error

    def _check_free(self) -> None:
        if not self.usable or (self._link.stream.unread_bytes and self._state.open_cursor is None):
            self.drop()
            raise ConnectionLost("The link to the server had ended before the statement was sent; nothing was run.")
        if self._state.open_cursor is not None:
            raise Conflict("Another result of this database session is half read. Read it to its end or close it.")

    def _requests(self, statement: Statement, written: Callable[[str, Parameters], Sequence[str]]) -> Sequence[bytes]:
        """What to send, in order; the last one is the statement. `written` writes its values."""
        sql = statement.sql
        if self._state.read_only:
            reason = statements.lifts_read_only(outline(sql, self.dialect))
            if reason is not None:
                raise errors.read_only(reason)
        try:
            requests = [text.encode() for text in written(sql, statement.params)]
        except UnicodeEncodeError as error:
            raise QueryFailed(
                "The SQL text holds half of a surrogate pair, which is not a character.",
                errors.details_at(sql, error.start),
            ) from None
        if (size := max(len(request) + 1 for request in requests)) > self._max_packet:
            raise errors.too_large(size, self._max_packet)
        return requests
