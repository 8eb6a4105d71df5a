"""Database sessions of PostgreSQL: one statement at a time, rows as they are asked for, stopped at the server.

A statement goes through the extended protocol, so the server sees its text as it was written and the values apart from
it. Rows wait in the server until they are fetched: what nobody reads stops the server, not us.

A read-only session does not trust its own settings, which any statement may change. Each statement runs inside a
transaction that was begun READ ONLY and has read something, which the server does not let go back to writing. Such a
seal is put on a transaction of the user's, too, before the first statement that could write. See `_seal`.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from sys import getsizeof
from typing import ClassVar, TypeVar

import anyio
from litebase_schema.connection import PostgresqlTarget, TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import Column, Notice, TransactionStatus
from psycopg import Error, pq

from litebase.drivers.interface import Connection, Cursor, DriverLimits, RowSink, RowTuple, Statement
from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.postgresql import errors, native, parameters, reading, values
from litebase.drivers.postgresql.facts import Facts, Missing
from litebase.drivers.postgresql.link import Link, LinkFailed, open_link
from litebase.drivers.row_size import content_bytes
from litebase.errors import Conflict, ConnectFailed, LiteBaseError, QueryFailed, Unsupported
from litebase.sql.dialect import POSTGRESQL, Dialect
from litebase.sql.words import first_word

T = TypeVar("T")
_Result = pq.abc.PGresult
_Exec = pq.ExecStatus
_Status = pq.TransactionStatus

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
_STEP_ROWS = 64
_RETURNING_ROWS = 10_000  # at a time
_UNDOING = b"LITEBASE UNDOES A STATEMENT THAT RETURNS TOO MANY ROWS"  # any error would; the server logs this one
_TURN_S = 0.005  # others in the event loop get their turn after this time
_CANCEL_AGAIN_S = (0.005, 0.01, 0.02, 0.05)  # the first request may come before the statement; then the last again
_CLOSE_PATIENCE_S = 0.8
_DESCRIPTION_ARRIVALS = 128  # 1,600 columns with the longest names are 130 kB, in the pieces of a slow network 90
_DESCRIPTION_RESULTS = 3  # of preparing, of describing, and the end
_NONSENSE = "The database server's answer makes no sense, and its session was ended."
_TEXT_FORMAT = 0
_SEAL_NEW, _SEAL_OLD = b"BEGIN READ ONLY; SELECT 1", b"SET TRANSACTION READ ONLY; SELECT 1"
_UNSEALING = {"BEGIN", "START", "COMMIT", "ROLLBACK", "RELEASE", "PREPARE"}  # first words of command tags
_COUNTING = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}
_KEEPS_DEFINITIONS = _COUNTING | {
    "SELECT", "SHOW", "EXPLAIN", "FETCH", "MOVE", "BEGIN", "START", "COMMIT", "SAVEPOINT", "RELEASE", "DECLARE",
    "CLOSE", "VALUES", "LISTEN", "NOTIFY", "UNLISTEN", "LOCK", "",
}  # fmt: skip
_COMMITTING = {"COMMIT", "END"}
_ROLLED_BACK = Notice(
    severity="WARNING",
    message="The transaction had failed, so the server rolled it back; none of its changes was kept.",
)
_COPYING = {_Exec.COPY_IN, _Exec.COPY_OUT, _Exec.COPY_BOTH}
_STATUS_WORDS = {_Status.IDLE: "idle", _Status.INTRANS: "in_transaction", _Status.INERROR: "failed"}
_LEVELS = {"read_uncommitted", "read_committed", "repeatable_read", "serializable"}


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

    async def connect(self) -> Connection:
        """Open a session at the first of the host's addresses that lets us in."""
        parameters.forget_environment()
        target = self._target
        parameters.check_tls_files(target)
        deadline = time.monotonic() + target.connect_timeout_ms / 1000
        left = list(await parameters.addresses(target))
        while True:
            address = left.pop(0)
            place = f"{target.host}:{target.port}" if address else f"{target.socket_path} (port {target.port})"
            patience_s = max(deadline - time.monotonic(), 0) / (len(left) + 1)
            try:
                link, settings = await _open(target, address, place, patience_s)
                break
            except ConnectFailed as failure:
                if not left or errors.stage_of(failure) != "tcp":
                    raise
        tls = self._tls_state(link, address)
        session = PostgresqlConnection(link, tls, self._limits, settings, read_only=target.read_only)
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.001)):
                await session.apply_settings()
        except (LinkFailed, TimeoutError) as failed:
            link.close()
            raise ConnectFailed("database", f"{place} let us in and then did not answer.") from failed
        except Exception as error:
            link.close()
            if isinstance(error, LiteBaseError):
                raise
            raise ConnectFailed("database", f"{place} let us in and then answered what makes no sense.") from error
        except BaseException:
            link.close()
            raise
        return session

    def _tls_state(self, link: Link, address: str | None) -> TlsState | None:
        if address is None:
            return None
        encrypted = bool(link.connection.ssl_in_use)
        return TlsState(
            encrypted=encrypted,
            verified=encrypted and parameters.verifies(self._target),
            version=native.tls_version(link.connection) if encrypted else None,
        )


async def _open(
    target: PostgresqlTarget, address: str | None, place: str, patience_s: float
) -> tuple[Link, Sequence[str]]:
    """A link, and the settings that have still to be made.

    Poolers such as PgBouncer refuse them at the login; servers before version 14 do not know all of them.
    """
    deadline = time.monotonic() + patience_s
    settings = parameters.session_settings(target)
    for at_login in ((*settings, parameters.LOOK_FOR_US), settings):
        left_s = max(deadline - time.monotonic(), 0)
        try:
            return await open_link(parameters.conninfo(target, address, at_login), place, left_s), ()
        except ConnectFailed as failure:
            code = errors.code_of(failure)
            if code == errors.PROTOCOL_VIOLATION:
                break
            if code not in errors.UNKNOWN_SETTING or at_login == settings:
                raise
    left_s = max(deadline - time.monotonic(), 0)
    return await open_link(parameters.conninfo(target, address, ()), place, left_s), settings


class Remarks:
    """Notices of one statement, in order and bounded."""

    def __init__(self, limits: DriverLimits) -> None:
        self._limits = limits
        self._notices: list[Notice] = []
        self._dropped = 0
        self._bytes = 0

    def add(self, notice: Notice) -> None:
        self._bytes += len(notice.message.encode("utf-8", "replace"))
        if len(self._notices) < self._limits.max_notices and self._bytes <= self._limits.max_notices_bytes:
            self._notices.append(notice)
        else:
            self._dropped += 1

    def notices(self) -> Sequence[Notice]:
        """Those that were kept, and a word about those that were not."""
        if not self._dropped:
            return tuple(self._notices)
        return (*self._notices, Notice(severity="NOTICE", message=f"{self._dropped:,} further notices were dropped."))


class PostgresqlConnection:
    """One database session."""

    def __init__(
        self, link: Link, tls: TlsState | None, limits: DriverLimits, settings: Sequence[str], *, read_only: bool
    ) -> None:
        self.tls = tls
        self._settings = settings  # that DISCARD ALL takes back
        self._link, self._connection = link, link.connection
        self.server_version = self._parameter(b"server_version").partition(" ")[0]
        self._encoding = "SQL_ASCII" if self._parameter(b"server_encoding") == "SQL_ASCII" else "UTF8"
        self._limits, self._read_only = limits, read_only
        self._lock = anyio.Lock()
        self._usable = True
        self._seals_last = self._connection.parameter_status(b"crdb_version") is None
        self._facts = Facts()
        self._open: PostgresqlCursor | None = None  # its rows are still in the link
        self._dirty = False
        self._status_before: TransactionStatus = "idle"  # of the statement that is open now
        self._wrapped = False  # a read-only transaction of ours is around the statement
        self._sealed = False  # the user's transaction cannot write any more
        self._unanswered: str | None = None  # a statement that was sent; None when its changes could not last
        self.stopping = False  # the server was asked to stop the last statement
        self._cancelling = False  # a cancel request is under way
        self._task: asyncio.Task[object] | None = None
        self._ended = asyncio.Event()
        self.remarks = Remarks(limits)
        self._connection.notice_handler = self._take_notice

    def _parameter(self, name: bytes) -> str:
        return (self._connection.parameter_status(name) or b"").decode("utf-8", "replace")

    @property
    def dialect(self) -> Dialect:
        if self._parameter(b"standard_conforming_strings") == "off":
            return replace(POSTGRESQL, backslash_escapes=True)
        return POSTGRESQL

    @property
    def usable(self) -> bool:
        return self._usable and self._link.alive

    @property
    def transaction_status(self) -> TransactionStatus:
        if not self.usable:
            return "unknown"
        status = _Status(self._connection.transaction_status)
        if self._wrapped:
            return "idle"
        return self._status_before if status == _Status.ACTIVE else _STATUS_WORDS.get(status, "unknown")

    def waits_for_readers(self, sql: str) -> bool:
        return reading.waits_for_readers(sql)

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows."""
        async with self._lock:
            if (displaced := self._open) is not None:
                await self._run(partial(self._give_up, displaced))
                displaced.failure = Conflict("This result was given up: another statement was run in its session.")
            self.stopping = False
            return await self._run(partial(self._start, statement))

    async def fetch(self, cursor: "PostgresqlCursor", count: int) -> Sequence[RowTuple]:
        """Further rows of the open cursor."""
        async with self._lock:
            if cursor is not self._open:
                raise cursor.failure or self._lost()
            return await self._run(partial(self._read, cursor, count), self._limits.fetch_grace_s)

    async def close_cursor(self, cursor: "PostgresqlCursor") -> None:
        """Give up the rest of a result."""
        async with self._lock:
            if cursor is self._open and self.usable:
                with contextlib.suppress(Interrupted, LiteBaseError):
                    await self._run(partial(self._give_up, cursor))

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """One BEGIN says everything."""
        words = ["BEGIN"]
        if level != "default":
            if level not in _LEVELS:
                raise Unsupported(f"PostgreSQL has no isolation level {level}.")
            words.append(f"ISOLATION LEVEL {level.replace('_', ' ').upper()}")
        if read_only:
            words.append("READ ONLY")
        return (" ".join(words),)

    async def reset(self) -> bool:
        """Roll back, and let the server forget settings, temporary tables, locks, prepared statements and roles.

        Any statement may leave such things behind, through a function or a trigger too, so each one counts.
        """
        async with self._lock:
            try:
                if self._open is not None:
                    await self._run(partial(self._give_up, self._open))
                if self.usable and self._dirty:
                    await self._run(self._clean)
            except (LiteBaseError, Interrupted):
                return False
            return self.usable and not self._dirty

    async def aclose(self) -> None:
        """Stop what runs at the server, then end the session."""
        self._usable = False
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if self._task is not None:
                await self._interrupt()
            elif self._link.alive and self._connection.transaction_status == _Status.ACTIVE:
                with contextlib.suppress(Error):
                    await self._link.cancel()
        if (task := self._task) is not None:
            task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait([task], timeout=0.1)
        self._link.close()

    async def apply_settings(self) -> None:
        """What a new session needs, and one that has discarded everything."""
        if self._settings:
            await self._simple("; ".join(f"SET {setting}" for setting in self._settings).encode())
        await self._keep_encoding()

    async def _keep_encoding(self) -> None:
        """Undo a change of the client's encoding: ours is UTF-8, or none where the database has none."""
        if self._parameter(b"client_encoding") != self._encoding:
            await self._simple(f"SET client_encoding TO {self._encoding}".encode())

    # running

    async def _run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """Run `work` so that a cancel stops it at the server. Drops the session when the server does not react."""
        if not self.usable:
            raise self._lost()
        self._ended.clear()
        try:
            return await run_interruptibly(
                partial(self._tracked, work),
                self._interrupt,
                grace_s=grace_s,
                patience_s=self._limits.stop_patience_s,
            )
        except Interrupted as stopped:
            if stopped.session_ended:
                self._usable = False
            raise
        finally:
            if self._cancelling:  # a request that is still under way could hit the next statement
                self._usable = False
                if self._task is None:
                    self._drop()

    async def _tracked(self, work: Callable[[], Awaitable[T]]) -> T:
        """In a task of its own: `work`, and what must be true when it has ended."""
        self._task = asyncio.current_task()
        try:
            return await work()
        except (LiteBaseError, Interrupted):
            raise
        except LinkFailed as failed:
            lost = self._lost()
            self._drop()
            raise lost from failed
        except Exception as error:  # an answer that libpq, psycopg or a look at the catalog could make nothing of
            self._link.last_word = self._link.last_word or _NONSENSE
            lost = self._lost()
            self._drop()
            raise lost from error
        except BaseException:
            self._drop()  # nobody knows what the server still sends
            raise
        finally:
            self._task = None
            self._ended.set()
            if not self._usable:
                self._drop()

    async def _interrupt(self) -> None:
        """Ask the server to stop, again and again: a request that comes before the statement has no effect."""
        self.stopping = True
        again = iter(_CANCEL_AGAIN_S)
        pause_s = next(again)
        while not self._ended.is_set():
            self._cancelling = True
            with contextlib.suppress(Error):  # no further link to the server is to be had; patience decides
                await self._link.cancel()
            self._cancelling = False
            with anyio.move_on_after(pause_s):
                await self._ended.wait()
            pause_s = next(again, pause_s)

    def _drop(self) -> None:
        self._usable = False
        self._open = None
        self._link.close()

    def _lost(self) -> LiteBaseError:
        """What became of the statement. A transaction that is not committed is rolled back by the server."""
        unknown = self._unanswered is not None and reading.may_have_changed(self._unanswered)
        return errors.lost(self._link.last_word, unknown=unknown)

    def _take_notice(self, result: _Result) -> None:
        """The server's remarks; also its last word when it ends a session that is idle."""
        if errors.ends_session(result):
            self._link.last_word = errors.last_word(result)
        else:
            self.remarks.add(errors.notice(result))

    def _take_notifications(self) -> None:
        """What NOTIFY sent to this session comes with the notices of the next statement, bounded like them."""
        while (sent := self._connection.notifies()) is not None:
            channel, payload = sent.relname.decode("utf-8", "replace"), sent.extra.decode("utf-8", "replace")
            self.remarks.add(Notice(severity="NOTIFY", message=errors.cut(f"{channel}: {payload}")))

    # one statement

    async def _start(self, statement: Statement) -> "PostgresqlCursor":
        self.remarks, self._unanswered = Remarks(self._limits), None
        self._link.take_in()  # a session that was ended while it was idle is noticed before anything is sent
        self._take_notifications()
        if self._link.last_word is not None or not self._link.alive:
            raise LinkFailed
        text = statement.sql
        sql, bound = values.encoded_sql(text), values.bound(statement.params)
        self._dirty = True
        try:
            if self._read_only:
                if first_word(text) == "COPY":
                    raise errors.read_only(
                        "COPY is refused on a read-only connection: it can write files of the server."
                    )
                await self._seal(text)
            rows_at_once = await self._describe(text, sql, bound.types)
            cursor = await self._send(text, sql, bound, rows_at_once)
        except (LiteBaseError, Interrupted):
            await self._unwrap()
            raise
        if cursor.writes:
            cursor.keep(await self._read_to_end(cursor))
        else:
            cursor.keep(await self._read(cursor, statement.first_rows, at_start=True))
        await self._complete_columns(cursor)
        return cursor

    async def _send(self, text: str, sql: bytes, bound: values.Bound, rows_at_once: int) -> "PostgresqlCursor":
        if self.stopping:
            raise Interrupted
        self._status_before = self.transaction_status
        writes = not self._read_only and reading.must_end_first(text)
        pledged = writes and reading.can_be_revoked(text)
        connection = self._connection
        try:
            if pledged:
                connection.enter_pipeline_mode()
            connection.send_query_params(
                sql, bound.values or None, bound.types or None, bound.formats or None, _TEXT_FORMAT
            )
            connection.set_chunked_rows_mode(rows_at_once)
            if pledged:
                connection.send_flush_request()
        except Error as error:
            raise LinkFailed from error
        lasting = not self._read_only and (self._status_before == "idle" or reading.may_commit(text))
        self._unanswered = text if lasting else None
        cursor = self._open = PostgresqlCursor(self, text, writes=writes, pledged=pledged)
        await self._link.flush()
        return cursor

    async def _describe(self, text: str, sql: bytes, types: Sequence[int]) -> int:
        """Learn the names of the result's types and tables; how many rows to take at once."""
        known = self._facts.piece_rows(text)
        if known is not None:
            return known
        if not reading.may_return_rows(text) or self._connection.transaction_status == _Status.INERROR:
            return 1
        described = await self._description(text, sql, types)
        if missing := self._facts.missing(described):
            await self._look_up(missing)
        return self._facts.describe(text, described)

    async def _description(self, text: str, sql: bytes, types: Sequence[int]) -> _Result:
        """The columns of a statement that is not run. Both questions travel together."""
        connection = self._connection
        try:
            connection.enter_pipeline_mode()
            connection.send_prepare(b"", sql, types or None)
            connection.send_describe_prepared(b"")
            connection.pipeline_sync()
        except Error as error:
            raise LinkFailed from error
        await self._link.flush()
        found: list[_Result] = []
        while not found or found[-1].status != _Exec.PIPELINE_SYNC:
            if (result := await self._link.result(_DESCRIPTION_ARRIVALS)) is not None:
                self._raise_if_ended(result)
                found.append(result)
            if len(found) > _DESCRIPTION_RESULTS:  # a server without an end would fill the memory
                raise LinkFailed
        connection.exit_pipeline_mode()
        for result in found:
            if result.status == _Exec.FATAL_ERROR:
                raise self._failure(result, text)
        return found[1]

    async def _look_up(self, missing: Missing) -> None:
        if self.stopping:
            raise Interrupted
        answers = await self._simple("; ".join(missing.queries()).encode())
        self._facts.learn(missing, answers)

    async def _complete_columns(self, cursor: "PostgresqlCursor") -> None:
        """Ask what is still unknown of a short result, where nobody expected one or a definition has changed."""
        shape = cursor.shape
        if shape is None or self._open is not None or self.transaction_status == "failed":
            return
        if missing := self._facts.missing(shape):
            await self._look_up(missing)
            cursor.columns = self._facts.columns(cursor.text, shape)

    async def _simple(self, sql: bytes) -> list[_Result]:
        """Run statements of our own."""
        try:
            self._connection.send_query(sql)
        except Error as error:
            raise LinkFailed from error
        await self._link.flush()
        results = await self._link.results()
        for result in results:
            if result.status == _Exec.FATAL_ERROR:
                self._raise_if_ended(result)
                raise self._failure(result, "")
        return results

    def _raise_if_ended(self, result: _Result) -> None:
        if result.status == _Exec.FATAL_ERROR and errors.ends_session(result):
            self._link.last_word = self._link.last_word or errors.last_word(result)
            raise LinkFailed

    def _failure(self, result: _Result, text: str) -> Exception:
        if self.stopping and errors.sqlstate(result) == errors.QUERY_CANCELED:
            return Interrupted()
        return errors.failed(result, text, sealed=self._wrapped)

    async def _clean(self) -> None:
        self.stopping = False
        if self._connection.transaction_status != _Status.IDLE:
            await self._simple(b"ROLLBACK")
        await self._simple(b"DISCARD ALL")
        await self.apply_settings()
        self._dirty = self._sealed = self._wrapped = False

    # read-only sessions

    async def _seal(self, text: str) -> None:
        """Put the statement where the server refuses writes, whatever was set before.

        READ ONLY can be taken back by SET TRANSACTION only until the transaction has read something; therefore
        SELECT 1. A procedure cannot end a transaction that it did not begin. CockroachDB lets it be taken back at any
        time, so there the seal is put on again before each statement.
        """
        status = self._connection.transaction_status
        if status == _Status.INERROR or reading.is_harmless(text):
            return
        if status == _Status.IDLE:
            self._wrapped = True
            await self._simple(_SEAL_NEW)
        elif not self._sealed:
            await self._simple(_SEAL_OLD)
            self._sealed = self._seals_last

    async def _unwrap(self) -> None:
        """End the transaction around a read-only session's statement; settings made in it stay."""
        if not self._wrapped:
            return
        if self._connection.transaction_status == _Status.INTRANS:
            with contextlib.suppress(LiteBaseError, Interrupted):
                await self._simple(b"COMMIT")
        if self._connection.transaction_status != _Status.IDLE:
            with contextlib.suppress(LiteBaseError, Interrupted):
                await self._simple(b"ROLLBACK")
        if self._connection.transaction_status != _Status.IDLE:
            raise LinkFailed
        self._wrapped = False

    # rows

    async def _read(self, cursor: "PostgresqlCursor", count: int, *, at_start: bool = False) -> list[RowTuple]:
        """Rows of the open cursor. An error behind them is kept for the next call, because the rows are good.

        It is not kept when the statement writes: nothing of it has happened then.
        """
        rows: list[RowTuple] = []
        try:
            await self._collect(cursor, count, rows, at_start=at_start)
        except (LinkFailed, LiteBaseError) as error:
            if not rows or (at_start and cursor.writes):
                raise
            cursor.failure = error if isinstance(error, LiteBaseError) else self._lost()
            if isinstance(error, LinkFailed):
                self._drop()
        return rows

    async def _read_to_end(self, cursor: "PostgresqlCursor") -> list[RowTuple]:
        """All rows of a statement that writes. Only behind them its changes are kept."""
        rows: list[RowTuple] = []
        size = 0
        while not cursor.done:
            further = await self._read(cursor, _RETURNING_ROWS, at_start=True)
            size += sum(map(_held, further))
            if size > self._limits.max_returning_bytes and cursor.pledged and not cursor.done:
                await self._revoke(cursor)
            rows += further
        return rows

    async def _revoke(self, cursor: "PostgresqlCursor") -> None:
        """Undo a statement whose rows do not fit, and raise so.

        The server looks at no cancel request while it sends the rows of a write. But it was not asked to commit yet, so
        an error before that undoes the statement; so does the end of the link, when the rows take too long.
        """
        cursor.revoked, self._unanswered = True, None
        in_transaction = self._status_before != "idle"
        try:
            async with asyncio.timeout(self._limits.stop_patience_s):
                await self._ask_to_stop()
                while not cursor.done:
                    result, cursor.piece, cursor.behind = cursor.behind, None, None
                    await self._take(cursor, result or await self._link.result())
                    await asyncio.sleep(0)
        except TimeoutError:
            self._drop()
        except QueryFailed:
            pass
        raise errors.too_many_rows(
            self._limits.max_returning_bytes, in_transaction=in_transaction, session_ended=not self.usable
        )

    async def _collect(self, cursor: "PostgresqlCursor", count: int, rows: list[RowTuple], *, at_start: bool) -> None:
        """Add a slice of time and of memory to `rows`: at least one row, or the end.

        What stands behind the rows is looked at as far as it has arrived, so that the end is known early.
        """
        link = self._link
        deadline = time.monotonic() + SLICE_S
        turn_ends = time.monotonic() + _TURN_S
        size, wanted = 0, 1
        while True:
            if self.stopping and not at_start:
                await self._drain(cursor)
                raise Interrupted
            if cursor.piece is None:
                if cursor.behind is None and link.is_busy():
                    link.take_in()
                if cursor.behind is None and link.is_busy():
                    left_s = deadline - time.monotonic()
                    if cursor.shape is not None and (len(rows) >= count or (rows and left_s <= 0)):
                        return
                    await link.arrival(left_s if rows else None)
                    continue
                result, cursor.behind = cursor.behind or link.next_result(), None
                if await self._take(cursor, result):
                    return
                continue
            now = time.monotonic()
            if len(rows) >= count or (rows and (size >= SLICE_BYTES or now >= deadline)):
                return
            if now >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + _TURN_S
            before = len(rows)
            cursor.add_rows(rows, min(wanted, count - before), link)
            row_size = content_bytes(rows[-1])
            size += (len(rows) - before) * row_size
            wanted = min(_STEP_ROWS, SLICE_BYTES // row_size + 1)

    async def _take(self, cursor: "PostgresqlCursor", result: _Result | None) -> bool:
        """Look at a result: rows, which stay in the cursor, or the end; whether it is the end."""
        if result is None:
            if not self._link.alive:
                raise LinkFailed
            result = self._connection.make_empty_result(_Exec.COMMAND_OK)
        if result.nfields and cursor.shape is None:
            cursor.shape = result
            cursor.columns = self._facts.columns(cursor.text, result)
        if result.ntuples:
            cursor.piece = result if result.nfields else None
            return False
        await self._finish(cursor, result)
        return True

    async def _finish(self, cursor: "PostgresqlCursor", result: _Result | None) -> None:
        """The statement's answer, read to its end: an error may also come behind the success, from the commit."""
        failure: Exception | None = None
        while result is not None:
            self._raise_if_ended(result)
            if result.status == _Exec.FATAL_ERROR:
                failure = failure or self._failure(result, cursor.text)
            elif result.status in _COPYING:
                failure = Unsupported(
                    "COPY FROM STDIN and COPY TO STDOUT carry their data beside the answer, which query does not. "
                    "Use INSERT and SELECT, or COPY with a file of the server."
                )
                await self._end_copy(result)
            else:
                cursor.tell(result)
                if cursor.tag == "ROLLBACK" and first_word(cursor.text) in _COMMITTING:
                    self.remarks.add(_ROLLED_BACK)
            result = await self._link.result()
        if cursor.pledged:
            at_commit = await self._commit_or_undo(cursor)
            failure = failure or at_commit
        self._open, self._unanswered = None, None
        await self._settle(cursor, failed=failure is not None)
        if failure is not None:
            raise failure
        cursor.done = True

    async def _commit_or_undo(self, cursor: "PostgresqlCursor") -> Exception | None:
        """End a statement after which no commit was asked for yet; with what it failed."""
        connection = self._connection
        try:
            if cursor.revoked:
                connection.send_prepare(b"", _UNDOING)
            connection.pipeline_sync()
        except Error as error:
            raise LinkFailed from error
        await self._link.flush()
        failure: Exception | None = None
        result: _Result | None = None
        while result is None or result.status != _Exec.PIPELINE_SYNC:
            if (result := await self._link.result()) is not None and result.status == _Exec.FATAL_ERROR:
                self._raise_if_ended(result)
                failure = failure or self._failure(result, cursor.text)
        connection.exit_pipeline_mode()
        return failure

    async def _settle(self, cursor: "PostgresqlCursor", *, failed: bool) -> None:
        """What has to be put right after each statement."""
        tag = cursor.tag.partition(" ")[0]
        if tag not in _KEEPS_DEFINITIONS:
            self._facts.forget()
        if tag in _UNSEALING:
            self._sealed = False
        self._take_notifications()
        await self._unwrap()
        if not failed and self._connection.transaction_status != _Status.INERROR:
            await self._keep_encoding()

    async def _end_copy(self, result: _Result) -> None:
        """Bring the link out of the copying state."""
        connection = self._connection
        if result.status == _Exec.COPY_IN:
            connection.put_copy_end(b"the client sends no data")
            await self._link.flush()
            return
        if result.status == _Exec.COPY_BOTH:
            raise LinkFailed
        await self._ask_to_stop()
        try:
            while (count := connection.get_copy_data(1)[0]) >= 0:
                if count == 0:
                    await self._link.arrival()
        except Error as error:
            raise LinkFailed from error

    async def _ask_to_stop(self) -> None:
        self._cancelling = True
        with contextlib.suppress(Error):
            await self._link.cancel()
        self._cancelling = False

    async def _give_up(self, cursor: "PostgresqlCursor") -> None:
        """End an open result without keeping its rows.

        What only reads is stopped at the server. What writes is read to its end, because stopping it would undo what
        its first rows have told; when that takes too long the session is dropped, and the server undoes it.
        """
        try:
            async with asyncio.timeout(self._limits.stop_patience_s):
                if not await self._drain(cursor, wait=False):
                    if not cursor.writes:
                        self.stopping = True
                        await self._ask_to_stop()
                    await self._drain(cursor)
        except TimeoutError:
            self._drop()

    async def _drain(self, cursor: "PostgresqlCursor", *, wait: bool = True) -> bool:
        """Throw the rest of a result away, as far as it has arrived or to its end; whether it came to the end."""
        link = self._link
        result, cursor.piece, cursor.behind = cursor.behind, None, None
        turn_ends = time.monotonic() + _TURN_S
        while True:
            if result is not None:
                self._raise_if_ended(result)
                cursor.tell(result)
            if time.monotonic() >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + _TURN_S
            while link.is_busy():
                if not wait:  # and no second look: the server may be faster than we are
                    return False
                await link.arrival()
            if (result := link.next_result()) is None:
                break
        if not link.alive:
            raise LinkFailed
        self._open, self._unanswered = None, None
        await self._settle(cursor, failed=False)
        return True


class PostgresqlCursor:
    """An open result. Its first rows were read when the statement ran."""

    def __init__(self, session: PostgresqlConnection, text: str, *, writes: bool, pledged: bool) -> None:
        self.columns: tuple[Column, ...] = ()
        self.affected_rows: int | None = None
        self.last_insert_id: int | None = None
        self.text, self.writes = text, writes
        self.pledged = pledged  # the server is asked to commit only when all rows are here
        self.revoked = False  # it is asked to undo the statement instead
        self.tag = ""
        self.shape: _Result | None = None  # the first result, which has the columns
        self.piece: _Result | None = None  # rows that have arrived and were not asked for yet, from `_at`
        self.behind: _Result | None = None  # a result without rows that was met behind them
        self.failure: LiteBaseError | None = None  # met behind the rows that were given out
        self.done = False  # the statement has ended well and everything was read
        self._at = 0
        self._reader: values.RowReader | None = None
        self._waiting: list[RowTuple] = []
        self._closed = False
        self._session, self._remarks = session, session.remarks

    @property
    def notices(self) -> Sequence[Notice]:
        return self._remarks.notices()

    @property
    def ended(self) -> bool:
        return self.done

    @property
    def may_have_more(self) -> bool:
        return False

    @property
    def exhausted(self) -> bool:
        return self.done and not self._waiting

    def keep(self, rows: list[RowTuple]) -> None:
        """The first rows, until they are fetched."""
        self._waiting = rows

    def tell(self, result: _Result) -> None:
        """The statement's last result, or its last piece when that is not full, says how many rows it changed."""
        if not result.command_status:
            return
        self.tag = result.command_status.decode("utf-8", "replace")
        made_table = result.status == _Exec.COMMAND_OK and self.tag.startswith("SELECT ")  # CREATE TABLE AS
        if made_table or self.tag.partition(" ")[0] in _COUNTING:
            self.affected_rows = result.command_tuples

    def add_rows(self, rows: list[RowTuple], wanted: int, link: Link) -> None:
        """Move up to `wanted` rows that have arrived; at least one, because a piece is at hand."""
        if self._reader is None:
            assert self.shape is not None
            self._reader = values.RowReader(self.shape)
        while self.piece is not None:
            end = min(self.piece.ntuples, self._at + wanted)
            rows += self._reader.rows(self.piece, self._at, end)
            wanted -= end - self._at
            if end < self.piece.ntuples:
                self._at = end
                return
            self.tell(self.piece)
            self._at, self.piece = 0, None
            if wanted and not link.is_busy():
                result = link.next_result()
                if result is not None and result.ntuples:
                    self.piece = result
                else:
                    self.behind = result

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """The same, handed to `sink`."""
        sink.add(await self.fetch(count))

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """Further rows; those that came with the statement first."""
        if self._waiting:
            rows, self._waiting = self._waiting[:count], self._waiting[count:]
            return rows
        if self.failure is not None:
            raise self.failure
        if self.done or self._closed:
            return ()
        return await self._session.fetch(self, count) or ()

    async def next_cursor(self) -> Cursor | None:
        """A statement of the extended protocol has one result."""
        return None

    async def aclose(self) -> None:
        self._waiting, self._closed = [], True
        await self._session.close_cursor(self)


def _held(row: RowTuple) -> int:
    """Bytes of a row that waits in memory."""
    return getsizeof(row) + sum(map(getsizeof, row))


DRIVER = PostgresqlDriver
