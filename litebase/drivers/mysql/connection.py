"""Database sessions of MySQL and MariaDB: results are streamed, statements can be stopped, nothing is run twice."""

import asyncio
import contextlib
import getpass
import re
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, TypeVar

import anyio
from litebase_schema.connection import MysqlTarget, TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import Notice, TransactionStatus

from litebase.drivers.interface import Connection, Cursor, DriverLimits, RowSink, RowTuple, Statement
from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.mysql import errors, parameters, tls, values, words
from litebase.drivers.mysql.link import (
    COM_INIT_DB,
    COM_PING,
    COM_QUERY,
    COM_RESET_CONNECTION,
    Link,
    LinkLost,
    Opening,
    utf8_charsets,
)
from litebase.drivers.mysql.packets import STATUS_IN_TRANSACTION, STATUS_MORE_RESULTS, BadPacket, Done, ServerError
from litebase.errors import (
    Conflict,
    ConnectFailed,
    ConnectionLost,
    LiteBaseError,
    OutcomeUnknown,
    QueryFailed,
    Unsupported,
)
from litebase.sql.dialect import MYSQL, Dialect

T = TypeVar("T")

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
_ROW_BYTES, _CELL_BYTES = 48, 56  # what a row and a cell take in memory beside what came for them
_CLOSE_PATIENCE_S = 1.0
_KILL_AGAIN_S = 0.05  # a KILL that arrives before its statement is lost, so it is sent again and again
_DRAIN_BYTES = 512 * 1024  # of a result that nobody wants: more than that is stopped and not read
_DRAIN_S = 0.02
_ABSORBED = 3  # statements that a late KILL may hit at most
_WRITE_PATIENCE_S = 7 * 24 * 3600  # how long the server waits for a reader that pauses; its default is a minute
_READ_ONLY_NAMES = ("tx_read_only", "transaction_read_only")
_WRITES_WHEN_READ_ONLY = ("TiDB", "Vitess")  # a part of the version that these servers tell by default
_LEVELS = {
    "read_uncommitted": "READ UNCOMMITTED",
    "read_committed": "READ COMMITTED",
    "repeatable_read": "REPEATABLE READ",
    "serializable": "SERIALIZABLE",
}
_FACTS = (
    "SELECT CONNECTION_ID(), @@max_allowed_packet, VERSION(), CONCAT_WS('/', @@hostname, @@port, @@server_id, "
    "@@datadir), @@sql_mode, "
)
_IDENTITY = "SELECT CONCAT_WS('/', @@hostname, @@port, @@server_id, @@datadir)"
_CHARACTER_SETS = ("character_set_client", "character_set_results", "character_set_connection")
_TRACKED = (*_CHARACTER_SETS, "sql_mode", "autocommit")
_STAYS_UTF8 = "The character set of the link stays utf8mb4; text is Unicode here, and the server converts it."


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

    async def connect(self) -> Connection:
        """Log in and prepare a session, all within the target's `connect_timeout_ms`. Raises `ConnectFailed`."""
        patience_ms = self._target.connect_timeout_ms
        links: list[Link] = []
        with anyio.move_on_after(patience_ms / 1000):
            return await self._connect(links)
        raise errors.no_answer(self._target, links[0].stage if links else "tcp", patience_ms)

    async def _connect(self, links: list[Link]) -> "MysqlConnection":
        """As `connect`, without a bound. The link is put into `links`, for the caller to see how far it came."""
        door = await _Door.of(self._target)
        links.append(link := door.link())
        await door.log_in(link)
        link.stage = "database"
        session = MysqlConnection(link, door, self._limits)
        try:
            await session.prepare()
        except BaseException as error:
            link.drop()
            if isinstance(error, Exception):
                raise errors.not_connected(self._target, "database", error) from error
            raise
        return session


@dataclass(frozen=True, slots=True)
class _Door:
    """How links to one server are opened."""

    target: MysqlTarget
    user: str
    context: ssl.SSLContext | None
    text_charsets: frozenset[int]

    @classmethod
    async def of(cls, target: MysqlTarget) -> "_Door":
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


@dataclass(slots=True)
class _Run:
    """A statement on its way: what must be known when something goes wrong with it."""

    sql: str = ""
    reads: bool = True
    bound: bool = False
    sent: bool = False


class MysqlConnection:
    """One database session."""

    def __init__(self, link: Link, door: _Door, limits: DriverLimits) -> None:
        self.server_version = link.server_version
        self.tls: TlsState | None = link.tls
        self._link, self._door, self._limits = link, door, limits
        self._lock = anyio.Lock()
        self._usable = True
        self._dialect: Dialect = MYSQL
        self._status = 0
        self._id = 0
        self._identity = ""
        self._role, self._role_function = "", ""
        self._max_packet = 1 << 24
        self._binds_at_once = False
        self._schema: str | None = None  # the default database, once a statement changed it
        self._read_only = door.target.read_only
        self._unsettled = False  # a statement changed a setting that this program relies on
        self._late_kill = False  # a KILL may still be on its way and must not hit the next statement
        self._kill_in_doubt = False
        self._killing = asyncio.Lock()
        self._answered = asyncio.Event()  # the running statement has nothing more to say, so a KILL would hit another
        self._closing = False
        self._open: MysqlCursor | None = None  # whose result, or whose statement, has not ended

    # what is known

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    @property
    def usable(self) -> bool:
        return self._usable and self._link.alive

    @property
    def transaction_status(self) -> TransactionStatus:
        if not self.usable:
            return "unknown"
        return "in_transaction" if self._status & STATUS_IN_TRANSACTION else "idle"

    def waits_for_readers(self, sql: str) -> bool:
        """A half-read result keeps a metadata lock on its tables, and statements that change tables wait for it."""
        return words.waits_for_readers(sql)

    # life

    async def prepare(self) -> None:
        """Make the settings that this program relies on, and read what it must know about the server."""
        if self._read_only:
            _check_keeps_read_only(self._link.server_version)
        await self._begin_session()
        knows_roles = _release(self._link.server_version) >= ((10, 0, 5) if self._link.is_mariadb else (8, 0, 0))
        self._role_function = "CURRENT_ROLE()" if knows_roles else "''"
        facts = await self._ask(_FACTS + self._role_function)
        id_, packet, version, self._identity, mode, self._role = map(str, facts)
        self._id, self._max_packet, self.server_version = int(id_), int(packet), version
        self._follow_mode(mode)
        # Behind a proxy the server's number for a session is another one than the proxy told. A KILL could then end a
        # stranger's statement, so none is sent.
        if self._id & 0xFFFFFFFF != self._link.thread_id():
            self._id = 0
        self._binds_at_once = self._link.is_mariadb and _release(self.server_version) >= (10, 2, 3)

    async def _begin_session(self) -> None:
        settings = ["NAMES utf8mb4", "autocommit = 1", f"net_write_timeout = {_WRITE_PATIENCE_S}"]
        if self._link.tracks:
            tracked = ",".join((*_TRACKED, self._read_only_name))
            settings += [f"session_track_system_variables = '{tracked}'", "session_track_schema = ON"]
        if self._read_only:
            settings.append(f"{self._read_only_name} = 1")
            if self._link.tracks:
                settings.append("session_track_transaction_info = 'CHARACTERISTICS'")
        await self._tell(f"SET {', '.join(settings)}")
        self._unsettled = False

    async def _settle(self) -> None:
        """Set again what a statement changed and this program cannot do without."""
        settings = [f"{name} = utf8mb4" for name in _CHARACTER_SETS]
        if self._read_only:
            settings.append(f"SESSION {self._read_only_name} = 1")
        await self._tell(f"SET {', '.join(settings)}")
        self._unsettled = False

    @property
    def _read_only_name(self) -> str:
        new = not self._link.is_mariadb and _release(self._link.server_version) >= (5, 7, 20)
        return _READ_ONLY_NAMES[new]

    async def reset(self) -> bool:
        """Roll back and forget settings, temporary tables, variables and locks. False if that cannot be had."""
        if self._open is not None:
            await self._open.aclose()
        async with self._lock:
            if not self.usable or self._kill_in_doubt:
                return False
            try:
                return await self._converse(_Run(), self._reset)
            except (LiteBaseError, Interrupted):
                return False

    async def _reset(self) -> bool:
        await self._absorb()
        try:
            await self._tell("", COM_RESET_CONNECTION)
            if self._schema is not None:
                if not self._door.target.database:
                    return False  # nothing leads back to having no default database
                await self._tell(self._door.target.database, COM_INIT_DB)
                self._schema = None
            await self._begin_session()
            mode, role = await self._ask(f"SELECT @@sql_mode, {self._role_function}")
        except ServerError:  # a server without this command, or a database that is gone
            return False
        self._follow_mode(str(mode))
        return str(role) == self._role  # the one thing that the server does not forget

    async def aclose(self) -> None:
        """Stop on the server what runs there, and close."""
        was_alive, self._usable, self._closing = self.usable, False, True
        busy = self._lock.statistics().locked or self._open is not None
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if was_alive and busy:
                await self._kill("KILL CONNECTION", until=None)
            elif was_alive:
                self._link.quit()
                await self._link.wait_closed()
        self._lose()
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            await self._link.wait_closed()

    # statements

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows."""
        async with self._lock:
            self._check_free()
            run = _Run(statement.sql, words.only_reads(statement.sql), bound=bool(statement.params))
            requests = self._requests(statement)
            return await self._converse(run, partial(self._start, run, requests, statement.first_rows))

    def _check_free(self) -> None:
        if not self.usable or (self._link.unread_bytes and self._open is None):
            self._lose()
            raise ConnectionLost("The link to the server had ended before the statement was sent; nothing was run.")
        if self._open is not None:
            raise Conflict("Another result of this database session is half read. Read it to its end or close it.")

    def _requests(self, statement: Statement) -> list[bytes]:
        """What is sent, in order; the last one is the statement."""
        sql = statement.sql
        if self._read_only and (reason := words.lifts_read_only(sql)) is not None:
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

    async def _start(self, run: _Run, requests: list[bytes], first_rows: int) -> "MysqlCursor":
        try:
            await self._absorb()
            if self._unsettled:
                await self._settle()
            for request in requests[:-1]:
                self._link.send(COM_QUERY, request)
                self._note(_expect_done(await self._link.reply()))
            run.sent = True
            self._link.send(COM_QUERY, requests[-1])
            reply = await self._link.reply()
        except ServerError as error:
            raise await self.failed(error, run) from error
        cursor = MysqlCursor(self, run, reply)
        if isinstance(reply, Done):
            await self.end_result(cursor, reply)
        else:
            self._open = cursor
            await cursor.read(first_rows)
            if words.changes_rows(run.sql) and self._open is cursor:
                await self._read_returned(cursor)
        return cursor

    async def _read_returned(self, cursor: "MysqlCursor") -> None:
        """Read all that a write with RETURNING gives: it is done only then. Too much is stopped, and so undone."""
        while self._open is cursor:
            await cursor.read(cursor.rows_read + 1)
            if self._open is cursor and cursor.kept_bytes > self._limits.max_returning_bytes:
                break
        else:
            return
        patience = self._limits.stop_patience_s
        stopping = asyncio.ensure_future(self._kill("KILL QUERY", until=self._answered))
        try:
            async with asyncio.timeout(2 * patience):
                # What was on its way is read on: the statement may have ended before it could be stopped.
                while self._open is cursor and cursor.kept_bytes <= 2 * self._limits.max_returning_bytes:
                    await cursor.read(cursor.rows_read + 1)
        except Interrupted:
            raise errors.too_much_returned(self._limits.max_returning_bytes) from None
        except TimeoutError:
            pass
        finally:
            self._answered.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()
        if self._open is cursor:
            raise LinkLost("The statement returned too much and could not be stopped, so the link was closed.")

    async def failed(self, error: ServerError, run: _Run) -> Exception:
        """What to raise for an error that ended a statement. It may have ended a transaction, which a ping tells."""
        self._open = None
        self._answered.set()
        if errors.ends_link(error):
            raise LinkLost("The server ended the session.")
        if error.code == errors.PACKET_TOO_LARGE:
            self._lose()
        else:
            await self._absorb()
            try:
                async with asyncio.timeout(self._limits.stop_patience_s):
                    self._note(await self._done(COM_PING))
            except TimeoutError:  # it fell silent; the error is told all the same
                self._lose()
        return errors.translated(error, run.sql, bound=run.bound)

    # the end of results

    def _note(self, done: Done) -> None:
        """Take over what the server tells about the session."""
        self._status = done.status
        if done.schema is not None:
            self._schema = done.schema
        if done.variables:
            self._follow(done.variables)

    def _follow(self, changed: dict[str, str]) -> None:
        if (mode := changed.get("sql_mode")) is not None:
            self._follow_mode(mode)
        respelled = any(changed.get(name, "utf8mb4") != "utf8mb4" for name in _CHARACTER_SETS)
        writing = self._read_only and any(changed.get(name) in ("OFF", "0") for name in _READ_ONLY_NAMES)
        self._unsettled = self._unsettled or respelled or writing

    def _follow_mode(self, mode: str) -> None:
        modes = mode.upper().split(",")
        self._dialect = replace(
            MYSQL,
            backslash_escapes="NO_BACKSLASH_ESCAPES" not in modes,
            double_quoted_strings="ANSI_QUOTES" not in modes,
        )

    async def end_result(self, cursor: "MysqlCursor", done: Done) -> None:
        """The end of one result; of the statement, unless further ones follow."""
        self._note(done)
        if done.status & STATUS_MORE_RESULTS:
            self._open = cursor
            return
        self._open = None
        self._answered.set()
        await self._absorb()
        if done.warnings:
            cursor.notices += await self._warnings(done.warnings)
        if not self._link.tracks and words.first_word(cursor.run.sql) in ("SET", "CALL", "EXECUTE", ""):
            (mode,) = await self._ask("SELECT @@sql_mode")
            self._follow_mode(str(mode))
            await self._settle()
        if self._unsettled:
            await self._settle()
            cursor.notices.append(Notice(severity="Note", message=_STAYS_UTF8))
        if self._read_only:
            await self._keep_read_only(done)

    async def _keep_read_only(self, done: Done) -> None:
        """Undo what a statement did to make a read-only session write."""
        switched = any(done.variables.get(name) in ("OFF", "0") for name in _READ_ONLY_NAMES)
        if "READ WRITE" not in done.transaction and not switched:
            return
        await self._tell("ROLLBACK")
        await self._tell("SET TRANSACTION READ ONLY")  # for the next one, in case it was said to write
        raise errors.read_only("This connection is read-only; it cannot be made to write.")

    async def _warnings(self, count: int) -> list[Notice]:
        notices: list[Notice] = []
        size = 0
        self._link.send(COM_QUERY, f"SHOW WARNINGS LIMIT {self._limits.max_notices}".encode())
        for level, code, message in await self._all_rows():
            told = errors.cut(str(message))
            size += len(told.encode("utf-8", "replace"))
            if size > self._limits.max_notices_bytes:
                break
            notices.append(Notice(severity=str(level), message=told, code=str(code)))
        if size > self._limits.max_notices_bytes:
            more = f"{count - len(notices):,} further warnings were not kept; together they are too long."
            notices.append(Notice(severity="Note", message=more))
        elif count > len(notices):
            more = f"{count - len(notices):,} further warnings were not kept by the server (max_error_count)."
            notices.append(Notice(severity="Note", message=more))
        return notices

    # small questions of our own

    async def _tell(self, text: str, command: int = COM_QUERY) -> None:
        self._link.send(command, text.encode())
        self._note(_expect_done(await self._link.reply()))

    async def _done(self, command: int) -> Done:
        self._link.send(command, b"")
        return _expect_done(await self._link.reply())

    async def _ask(self, sql: str) -> RowTuple:
        self._link.send(COM_QUERY, sql.encode())
        (row,) = await self._all_rows()
        return row

    async def _all_rows(self) -> list[RowTuple]:
        opening = await self._link.reply()
        rows: list[RowTuple] = []
        if isinstance(opening, Done):
            raise BadPacket("a question had no answer")
        if opening.columns[0].charset != values.BINARY:
            self._link.text_charsets.add(opening.columns[0].charset)
        while True:
            one = await self._link.row_or_end(opening)
            if isinstance(one, Done):
                return rows
            rows.append(one)

    # talking, and stopping it

    async def _converse(self, run: _Run, talk: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """Run a conversation that a cancel stops on the server. Drops the session if it does not come to its end."""
        self._answered = asyncio.Event()
        try:
            return await run_interruptibly(
                partial(self._guarded, run, talk),
                self._interrupt,
                grace_s=grace_s,
                patience_s=self._limits.stop_patience_s,
            )
        except Interrupted as stopped:
            if stopped.session_ended:
                self._lose()
            raise
        finally:
            if self._kill_in_doubt:  # it could hit any later statement
                self._lose()

    async def _guarded(self, run: _Run, talk: Callable[[], Awaitable[T]]) -> T:
        """Whatever the library or a broken link raises becomes one of our errors, and the link is not used again."""
        try:
            return await talk()
        except (LiteBaseError, Interrupted):
            raise
        except Exception as error:
            self._lose()
            raise self._lost(run, error) from error
        except BaseException:
            self._lose()
            raise
        finally:
            self._answered.set()

    def _lost(self, run: _Run, error: Exception) -> Exception:
        reason = str(error) if isinstance(error, LinkLost) else "The server's reply makes no sense."
        if self._closing:
            return Interrupted(session_ended=True)
        if run.sent and (not run.reads or words.may_call_writer(run.sql)):
            return OutcomeUnknown(
                f"{reason} The statement had been sent and was not answered; it may or may not have been carried out."
            )
        return ConnectionLost(f"{reason} Nothing was changed by this statement.")

    def _lose(self) -> None:
        self._usable = False
        self._open = None
        self._link.drop()

    async def _interrupt(self) -> None:
        """Stop the running statement, from a second link. Never raises: then the patience ends and the link with it."""
        await self._kill("KILL QUERY", until=self._answered)

    async def _kill(self, command: str, until: asyncio.Event | None) -> None:
        """Send a KILL, and again until the statement has ended. Bounded by the caller's scope."""
        if not self._id or (until is not None and until.is_set()):
            return
        async with self._killing:
            killer: Link | None = None
            try:
                killer = await self._door.open()
                if await _identity(killer) == self._identity:
                    await self._kill_through(killer, command, until)
            except (LiteBaseError, ServerError, LinkLost, BadPacket, OSError):
                pass  # the statement runs on; when the patience ends, the session is dropped
            finally:
                if killer is not None:
                    killer.quit()

    async def _kill_through(self, killer: Link, command: str, until: asyncio.Event | None) -> None:
        while until is None or not until.is_set():
            self._late_kill = self._kill_in_doubt = True
            killer.send(COM_QUERY, f"{command} {self._id}".encode())
            await killer.reply()
            self._kill_in_doubt = False
            if until is None or await _is_set(until, _KILL_AGAIN_S):
                return

    async def _absorb(self) -> None:
        """Let a KILL that comes too late hit a statement that does nothing."""
        async with self._killing:
            for _ in range(_ABSORBED if self._late_kill else 0):
                try:
                    await self._tell("DO 0")
                except ServerError as error:
                    if error.code != errors.INTERRUPTED:
                        raise
                else:
                    break
            self._late_kill = False

    # what cursors ask for

    async def fetch(self, cursor: "MysqlCursor", count: int) -> None:
        """Read more rows of `cursor`."""
        async with self._lock:
            if self._open is not cursor:
                raise ConnectionLost("The session of this result has ended; its remaining rows are lost.")
            await self._converse(cursor.run, partial(cursor.read, count), self._limits.fetch_grace_s)

    async def next_result(self, cursor: "MysqlCursor") -> "MysqlCursor | None":
        """The next result of the statement of `cursor`."""
        async with self._lock:
            if self._open is not cursor:
                return None
            return await self._converse(cursor.run, partial(self._next_result, cursor), self._limits.fetch_grace_s)

    async def _next_result(self, cursor: "MysqlCursor") -> "MysqlCursor | None":
        while self._open is cursor:
            try:
                reply = await self._link.reply()
            except ServerError as error:
                raise await self.failed(error, cursor.run) from error
            if isinstance(reply, Opening):
                self._open = following = MysqlCursor(self, cursor.run, reply)
                await following.read(0)
                return following
            await self.end_result(cursor, reply)  # the word of a procedure that it is done
        return None

    async def close_cursor(self, cursor: "MysqlCursor") -> None:
        """Give up the rest of a statement. What is little is read; of the rest the server is told to stop."""
        async with self._lock:
            if self._open is not cursor:
                return
            try:
                await self._converse(cursor.run, partial(self._drain, cursor))
            except (LiteBaseError, Interrupted):
                pass  # nobody wants to know any more how this statement ended
            finally:
                if self._open is not None:
                    self._lose()

    async def _drain(self, cursor: "MysqlCursor") -> None:
        patience = self._limits.stop_patience_s
        cuttable = words.may_be_cut(cursor.run.sql)  # what writes is given time to write
        enough = asyncio.Event()
        stopping = asyncio.ensure_future(self._stop_soon(enough, _DRAIN_S if cuttable else patience))
        try:
            async with asyncio.timeout(2 * patience):
                await self._read_away(cursor, enough if cuttable else None)
        finally:
            self._answered.set()
            enough.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()

    async def _stop_soon(self, enough: asyncio.Event, after_s: float) -> None:
        await _is_set(enough, after_s)
        await self._kill("KILL QUERY", until=self._answered)

    async def _read_away(self, cursor: "MysqlCursor", enough: asyncio.Event | None) -> None:
        """Read what is left of a statement and forget it; `enough` is set when it is much."""
        current: MysqlCursor | None = cursor
        size = 0
        while current is not None and self._open is current:
            if current.arrived:
                current = await self._next_result(current)
                continue
            size += await current.skip()
            if enough is not None and size > _DRAIN_BYTES:
                enough.set()

    @property
    def link(self) -> Link:
        return self._link

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """The isolation level is said before the transaction, for it alone."""
        statements = []
        if level != "default":
            if level not in _LEVELS:
                raise Unsupported(f"MySQL has no isolation level {level}.")
            statements.append(f"SET TRANSACTION ISOLATION LEVEL {_LEVELS[level]}")
        statements.append("START TRANSACTION READ ONLY" if read_only else "START TRANSACTION")
        return tuple(statements)


class MysqlCursor:
    """An open result. What has arrived of it is kept here until it is fetched."""

    def __init__(self, session: MysqlConnection, run: _Run, reply: Done | Opening) -> None:
        self.run = run
        self.notices: list[Notice] = []
        self._session = session
        self._opening = reply if isinstance(reply, Opening) else None
        self._done = reply if isinstance(reply, Done) else None
        self.columns = tuple(values.column(one) for one in reply.columns) if isinstance(reply, Opening) else ()
        self._waiting: list[RowTuple] = []
        self._taken = 0  # of `_waiting`
        self.rows_read = 0
        self.kept_bytes = 0  # what all rows that were kept take in memory, about
        self._failure: Exception | None = None  # met after `_waiting`

    @property
    def affected_rows(self) -> int | None:
        counts = words.counts_rows(self.run.sql)
        if self._opening is not None:  # only RETURNING gives rows of what was changed
            return self.rows_read if words.changes_rows(self.run.sql) else None
        if self._done is None:
            return None
        return self._done.affected_rows if counts or self._done.affected_rows else None

    @property
    def last_insert_id(self) -> int | None:
        return self._done.last_insert_id or None if self._done else None

    @property
    def ended(self) -> bool:
        return self._done is not None and not self._done.status & STATUS_MORE_RESULTS

    @property
    def exhausted(self) -> bool:
        return self._done is not None and self._taken == len(self._waiting)

    @property
    def may_have_more(self) -> bool:
        """Whether the statement may have further results after this one: the server's word once it is read."""
        if self._done is not None:
            return bool(self._done.status & STATUS_MORE_RESULTS)
        return words.may_give_several(self.run.sql)

    @property
    def arrived(self) -> bool:
        """Whether the server has sent all of this result; the statement may have further ones."""
        return self._done is not None

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """The same, handed to `sink`."""
        sink.add(await self.fetch(count))

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """Further rows; those that have arrived first."""
        if len(self._waiting) - self._taken < count and self._done is None and self._failure is None:
            try:
                await self._session.fetch(self, count)
            except (ConnectionLost, OutcomeUnknown) as error:
                self._failure = error  # the rows before it are good
            except Interrupted as stopped:
                self._waiting, self._taken, self._failure = [], 0, stopped
        rows = self._waiting[self._taken : self._taken + count]
        self._taken += len(rows)
        if self._taken == len(self._waiting):
            self._waiting, self._taken = [], 0
        if not rows and self._failure is not None:
            raise self._failure
        return rows or ()

    async def read(self, count: int) -> None:
        """Read until `count` rows wait, or for a slice of time and of memory once there is one. Raises `LinkLost`."""
        try:
            await self._read(count)
        except ServerError as error:
            self._failure = await self._session.failed(error, self.run)
            if isinstance(self._failure, Interrupted) or not self.run.reads or self._taken == len(self._waiting):
                raise self._failure from error
        finally:
            if self._done is None and self._failure is None:
                self._session.link.pause()  # what the server sends on stays in the network, and then the server waits
            else:
                self._session.link.resume()

    async def _read(self, count: int) -> None:
        link, loop = self._session.link, asyncio.get_running_loop()
        assert self._opening is not None, "there are rows to come"
        deadline, size = loop.time() + SLICE_S, 0
        while True:
            arrived = link.unread_bytes
            rows = link.whole_rows(self._opening)
            size += arrived - link.unread_bytes
            self._keep(rows, arrived - link.unread_bytes)
            if link.packet_waits:
                one = await link.row_or_end(self._opening)
                if isinstance(one, Done):
                    self._done = one
                    await self._session.end_result(self, one)
                    return
                self._keep([one], arrived)
                size += arrived
                continue
            ready = len(self._waiting) - self._taken
            if ready >= count or (ready and (size >= SLICE_BYTES or loop.time() >= deadline)):
                return
            if not await link.more(deadline if ready else None):
                return

    def _keep(self, rows: list[RowTuple], size: int) -> None:
        self.rows_read += len(rows)
        self.kept_bytes += size + len(rows) * (_ROW_BYTES + _CELL_BYTES * len(self.columns))
        if self._taken:
            del self._waiting[: self._taken]
            self._taken = 0
        if self._waiting:
            self._waiting += rows
        else:
            self._waiting = rows

    async def skip(self) -> int:
        """Read some rows and forget them; how many bytes they took, about."""
        link = self._session.link
        assert self._opening is not None, "there are rows to come"
        self._waiting, self._taken = [], 0
        arrived = link.unread_bytes
        self.rows_read += len(link.whole_rows(self._opening))
        if link.packet_waits:
            try:
                one = await link.row_or_end(self._opening)
            except ServerError as error:
                raise await self._session.failed(error, self.run) from error
            if isinstance(one, Done):
                self._done = one
                await self._session.end_result(self, one)
        else:
            await link.more()
        return arrived

    async def next_cursor(self) -> Cursor | None:
        """The next result of a procedure."""
        return await self._session.next_result(self) if self.exhausted else None

    async def aclose(self) -> None:
        self._waiting, self._taken = [], 0
        await self._session.close_cursor(self)


def _expect_done(reply: Done | Opening) -> Done:
    if isinstance(reply, Opening):
        raise BadPacket("rows came where none were asked for")
    return reply


async def _identity(link: Link) -> str:
    """What tells one server from another; a second link may lead elsewhere when a proxy shares out connections."""
    link.send(COM_QUERY, _IDENTITY.encode())
    opening = await link.reply()
    found = ""
    while isinstance(opening, Opening) and not isinstance(row := await link.row_or_end(opening), Done):
        found = str(row[0])
    return found


async def _is_set(event: asyncio.Event, timeout_s: float) -> bool:
    """Whether an event is set, now or within a time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    return event.is_set()


def _check_keeps_read_only(version: str) -> None:
    """Refuse a read-only session of a server that takes the setting and writes all the same.

    Sources, read and not run: docs.pingcap.com/tidb/stable/sql-statement-set-transaction and vitessio/vitess#4127.
    """
    product = next((name for name in _WRITES_WHEN_READ_ONLY if f"-{name.lower()}" in version.lower()), None)
    if product is not None:
        raise ConnectFailed(
            "database",
            f"{product} does not keep a read-only session from writing. Connect without read_only, as a user that has "
            "no right to write.",
        )


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `10.11.19-MariaDB`."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else (0, 0, 0)


DRIVER = MysqlDriver
