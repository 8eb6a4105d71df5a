"""Database sessions of PostgreSQL: one statement at a time, stopped at the server.

A statement goes through the extended protocol, so the server sees its text as it was written and the values apart from
it.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus
from psycopg import Error, pq

from litebase.drivers.interface import Cursor, DriverLimits, Parameter, RowSink, RowTuple, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.notices import Notices
from litebase.drivers.postgresql import description, errors, statements, values
from litebase.drivers.postgresql.cancellation import Cancellation, ask_to_stop
from litebase.drivers.postgresql.cursor import PostgresqlCursor
from litebase.drivers.postgresql.link import Link, LinkFailed
from litebase.drivers.postgresql.state import SessionState
from litebase.drivers.slices import MetadataRows
from litebase.drivers.turn import Turn
from litebase.errors import Conflict, LimitExceeded, LiteBaseError, Unsupported
from litebase.sql.dialect import POSTGRESQL, Dialect
from litebase.sql.words import first_word

_TEXT_FORMAT = 0
_METADATA_ROWS = 100  # at a time
_LEVELS = {"read_uncommitted", "read_committed", "repeatable_read", "serializable"}


class PostgresqlSession:
    """One database session."""

    def __init__(
        self, link: Link, tls: TlsState | None, limits: DriverLimits, settings: Sequence[str], *, read_only: bool
    ) -> None:
        self.tls = tls
        self._link, self._read_only = link, read_only
        self._state = SessionState(link, limits, settings)
        self._cancellation = Cancellation(self._state)
        self.server_version = self._state.parameter(b"server_version").partition(" ")[0]
        self._lock = anyio.Lock()

    @property
    def dialect(self) -> Dialect:
        if self._state.parameter(b"standard_conforming_strings") == "off":
            return replace(POSTGRESQL, backslash_escapes=True)
        return POSTGRESQL

    @property
    def usable(self) -> bool:
        return self._state.usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._state.transaction_status

    def waits_for_readers(self, sql: str) -> bool:
        return statements.waits_for_readers(sql)

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows."""
        async with self._lock:
            if (displaced := self._state.open) is not None:
                await self._cancellation.run(displaced.give_up)
                displaced.failure = Conflict("This result was given up: another statement was run in its session.")
            self._link.stopping = False
            return await self._cancellation.run(partial(self._start, statement))

    async def fetch(self, cursor: PostgresqlCursor, sink: RowSink, count: int) -> None:
        """Further rows of the open cursor."""
        async with self._lock:
            if cursor is not self._state.open:
                raise cursor.failure or self._state.lost()
            await self._cancellation.run(partial(cursor.read, sink, count), self._state.limits.fetch_grace_s)

    async def close_cursor(self, cursor: PostgresqlCursor) -> None:
        """Give up the rest of a result."""
        async with self._lock:
            if cursor is self._state.open and self.usable:
                with contextlib.suppress(Interrupted, LiteBaseError):
                    await self._cancellation.run(cursor.give_up)

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a query of our own. An error inside a transaction would end it, so there it is refused."""
        async with self._lock:
            if self.usable and (self._state.open is not None or self.transaction_status != "idle"):
                raise Conflict("Metadata cannot be read in this session: it has an open result or transaction.")
            self._link.stopping = False
            return await self._cancellation.run(partial(self._read_metadata, sql, params))

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """One BEGIN says everything."""
        said = ["BEGIN"]
        if level != "default":
            if level not in _LEVELS:
                raise Unsupported(f"PostgreSQL has no isolation level {level}.")
            said.append(f"ISOLATION LEVEL {level.replace('_', ' ').upper()}")
        if read_only:
            said.append("READ ONLY")
        return (" ".join(said),)

    async def reset(self) -> bool:
        """Roll back, and let the server forget settings, temporary tables, locks, prepared statements and roles.

        Any statement may leave such things behind, through a function or a trigger too, so each one counts.
        """
        state = self._state
        async with self._lock:
            try:
                if state.open is not None:
                    await self._cancellation.run(state.open.give_up)
                if state.usable and state.dirty:
                    await self._cancellation.run(state.clean)
            except (LiteBaseError, Interrupted):
                return False
            return state.usable and not state.dirty

    async def aclose(self) -> None:
        """Stop what runs at the server, then end the session."""
        await self._cancellation.end()

    async def apply_settings(self) -> None:
        """What a new session needs. Raises `LinkFailed` too."""
        await self._state.apply_settings()

    async def _read_metadata(self, sql: str, params: Sequence[Parameter]) -> Sequence[RowTuple]:
        state, link = self._state, self._link
        state.notices, state.unanswered = Notices(state.limits), None  # remarks on our own queries are nobody's
        rows = MetadataRows(state.limits.max_metadata_bytes)
        failure: Exception | None = None
        reader: values.RowReader | None = None
        turn = Turn()
        try:
            self._put_query(values.encoded_sql(sql), values.bound(params), _METADATA_ROWS)
        except Error as error:
            raise LinkFailed from error
        await link.flush()
        while (result := await link.result()) is not None:
            link.raise_if_ended(result)
            if result.status == pq.ExecStatus.FATAL_ERROR:
                failure = failure or link.failure(result, sql)
            elif result.ntuples and failure is None:
                reader = reader or values.RowReader(result)
                try:
                    rows.add(reader.rows(result, 0, result.ntuples))
                except LimitExceeded as too_many:
                    failure = too_many
                    await ask_to_stop(link)
            if turn.is_over:
                await turn.pass_on()
        if failure is not None:
            raise failure
        return rows

    # one statement

    async def _start(self, statement: Statement) -> PostgresqlCursor:
        """Up to its first rows."""
        self._begin()
        sent = await self._seal_and_send(statement)
        await sent.read_first(statement.first_rows)
        await self._complete_columns(sent)
        return sent

    def _begin(self) -> None:
        """A session that was ended while it was idle is noticed before anything is sent."""
        state = self._state
        state.notices, state.unanswered = Notices(state.limits), None
        self._link.take_in()
        state.take_notifications()
        if self._link.last_word is not None or not self._link.alive:
            raise LinkFailed

    async def _seal_and_send(self, statement: Statement) -> PostgresqlCursor:
        text, state = statement.sql, self._state
        sql, bound = values.encoded_sql(text), values.bound(statement.params)
        state.dirty = True
        try:
            if self._read_only:
                if first_word(text) == "COPY":
                    raise errors.read_only(
                        "COPY is refused on a read-only connection: it can write files of the server."
                    )
                await state.seal.put_on(text)
            rows_at_once = await description.describe(state, text, sql, bound.types)
            return await self._send(text, sql, bound, rows_at_once)
        except (LiteBaseError, Interrupted):
            await state.seal.take_off()
            raise

    async def _send(self, text: str, sql: bytes, bound: values.Bound, rows_at_once: int) -> PostgresqlCursor:
        state = self._state
        if self._link.stopping:
            raise Interrupted
        state.status_before = state.transaction_status
        writes = not self._read_only and statements.must_end_first(text)
        pledged = writes and statements.can_be_revoked(text)
        try:
            if pledged:
                self._link.connection.enter_pipeline_mode()
            self._put_query(sql, bound, rows_at_once)
            if pledged:
                self._link.connection.send_flush_request()
        except Error as error:
            raise LinkFailed from error
        lasting = not self._read_only and (state.status_before == "idle" or statements.may_commit(text))
        state.unanswered = text if lasting else None
        cursor = state.open = PostgresqlCursor(self, state, text, writes=writes, pledged=pledged)
        await self._link.flush()
        return cursor

    def _put_query(self, sql: bytes, bound: values.Bound, rows_at_once: int) -> None:
        connection = self._link.connection
        connection.send_query_params(
            sql, bound.values or None, bound.types or None, bound.formats or None, _TEXT_FORMAT
        )
        connection.set_chunked_rows_mode(rows_at_once)

    async def _complete_columns(self, cursor: PostgresqlCursor) -> None:
        """Ask what is still unknown of a result that is short."""
        state, shape = self._state, cursor.shape
        if shape is None or state.open is not None or state.transaction_status == "failed":
            return
        if (columns := await description.completed(state, cursor.text, shape)) is not None:
            cursor.columns = columns
