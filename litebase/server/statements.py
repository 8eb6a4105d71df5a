"""How the statements of one connection are run beside its half-read results.

A result that is not read to its end keeps its database session, and with it locks. A statement that would have to wait
for those locks is run after the results are read to their end, into their stores: nothing of them is lost.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, TypeVar
from weakref import WeakKeyDictionary

from anyio import to_thread

from litebase.drivers.interface import Change, Cursor, DatabaseSession, Series, Statement
from litebase.drivers.interruption import Interrupted, finish
from litebase.drivers.pool import Pool
from litebase.errors import (
    ConfirmationRequired,
    ConnectionLost,
    LiteBaseError,
    LockTimeout,
    OutcomeUnknown,
    QueryFailed,
    Unsupported,
    place_in,
)
from litebase.results.result import Report, Result
from litebase.sql.dialect import Dialect
from litebase.sql.effect import effect, outline
from litebase.sql.scanner import Scan

T = TypeVar("T")

_LOCK_WAIT_S = 0.1
_HARMLESS = {"reads", "transaction"}
_QUERIES = {"SELECT", "WITH"}  # PostgreSQL's SELECT INTO makes a table
_BLOCKS = {"DO", "CALL", "EXECUTE"}  # of statements that the text does not show
_Defines = Literal["certainly", "perhaps", "nothing"]
_LONG_TEXT = 100_000  # characters; a longer one is scanned in a thread


class Statements:
    """The statements of one connection, and the results that were read from it."""

    def __init__(self, pool: Pool, patience_s: float, *, needs_confirmation: bool = False) -> None:
        self.results: set[Result] = set()
        self.on_definition: Callable[[bool], None] | None = None  # called after a definition, with whether it is one
        self._defining = WeakKeyDictionary[DatabaseSession, bool]()  # those in whose transaction there was one
        self.needs_confirmation = needs_confirmation
        self._pool, self._patience_s = pool, patience_s

    async def run(
        self,
        session: DatabaseSession,
        statement: Statement,
        rows_read: Report | None = None,
        *,
        confirmed: bool = True,
    ) -> Cursor:
        """Run a statement in `session` when no half-read result of this connection stands in its way."""
        await _check_single(statement.sql, session.dialect)
        if not confirmed:
            await self.check_confirmed(statement.sql, session.dialect)
        if not session.waits_for_readers(statement.sql):
            return await self._attempt(session, session.execute(statement), statement.sql)
        started = time.monotonic()
        while True:
            for result in self._half_read():
                await result.read_to_end(rows_read)
            try:
                executed = session.execute(replace(statement, lock_wait_s=_LOCK_WAIT_S))
                return await self._attempt(session, executed, statement.sql)
            except LockTimeout as locked:
                # perhaps the lock of a query of ours that was not half-read yet
                if (time.monotonic() - started) * 1000 >= locked.patience_ms:
                    raise

    async def run_all(
        self, session: DatabaseSession, statements: Sequence[Statement], rows_read: Report | None = None
    ) -> Series:
        """The same for short statements in a transaction that only read or change rows, up to the first that fails."""
        for one in statements:
            await _check_single(one.sql, session.dialect)
        changes = list[Change]()
        started = time.monotonic()
        while True:
            rest = statements[len(changes) :]
            waits = any(session.waits_for_readers(one.sql) for one in rest)
            for result in self._half_read() if waits else ():
                await result.read_to_end(rows_read)
            executed = session.execute_all(rest, _LOCK_WAIT_S if waits else None)
            series = await self._attempt(session, executed, rest[-1].sql)
            changes += series.changes
            if series.failure is None and len(changes) < len(statements):
                continue
            locked = series.failure if waits and isinstance(series.failure, LockTimeout) else None
            if locked is None or (time.monotonic() - started) * 1000 >= locked.patience_ms:
                return Series(changes, series.failure)

    async def check_confirmed(self, sql: str, dialect: Dialect) -> None:
        """Raise `ConfirmationRequired` for a statement that is not confirmed, where that matters."""
        if self.needs_confirmation:
            check = partial(check_confirmed, sql, dialect)
            await to_thread.run_sync(check) if len(sql) > _LONG_TEXT else check()

    async def _attempt(self, session: DatabaseSession, executed: Awaitable[T], sql: str) -> T:
        try:
            return await executed
        except (ConnectionLost, OutcomeUnknown):
            await finish(self._pool.drop_idle(), self._patience_s)
            raise
        finally:
            self._note(session, sql)

    def forget(self, session: DatabaseSession) -> None:
        """The session was given up, and its transaction with it."""
        if (certain := self._defining.pop(session, None)) is not None:
            self._tell(certain)

    def _note(self, session: DatabaseSession, sql: str) -> None:
        """Tell what a statement may have defined; and again when its transaction ends, for only then others see it.

        Also when the transaction goes back to a savepoint, for this session has seen what was defined since.
        """
        defines, before = _defines(sql, session.dialect), self._defining.get(session)
        if session.usable and session.transaction_status in ("in_transaction", "failed"):
            if defines != "nothing":
                self._defining[session] = before or defines == "certainly"
                self._tell(defines == "certainly")
            elif before is not None and outline(sql, session.dialect).word == "ROLLBACK":
                self._tell(before)
        elif defines != "nothing" or before is not None:
            self._defining.pop(session, None)
            self._tell(before or defines == "certainly")

    def _tell(self, certain: bool) -> None:
        if self.on_definition is not None:
            self.on_definition(certain)

    async def make_way(self, rows_read: Report | None = None) -> bool:
        """Read the half-read result that was used longest ago to its end; False when there is none."""
        half_read = self._half_read()
        if half_read:
            await min(half_read, key=lambda result: result.last_used).read_to_end(rows_read)
        return bool(half_read)

    def _half_read(self) -> list[Result]:
        return [result for result in self.results if result.half_read]

    async def undo(self, session: DatabaseSession, texts: Sequence[str]) -> None:
        """Roll back by these statements, to the end although the request is cancelled.

        A session in which that cannot be done is closed.
        """
        done = True
        for sql in texts:
            if not session.usable or session.transaction_status == "idle":
                return
            try:
                done = done and await finish(self._run_quietly(session, sql), self._patience_s)
            except (LiteBaseError, Interrupted):
                done = False
        if not done and session.usable:
            await finish(session.aclose(), self._patience_s)

    async def _run_quietly(self, session: DatabaseSession, sql: str) -> None:
        cursor = await self.run(session, Statement(sql))
        await finish(cursor.aclose(), self._patience_s)

    async def discard(self, result: Result) -> None:
        """Free a result that nobody will read, to the end although the request is cancelled: its work may be done."""
        self.results.discard(result)
        if not result.close_at_once():
            await finish(result.aclose(), self._patience_s)

    async def aclose(self) -> None:
        """Free the results."""
        for result in list(self.results):
            await finish(result.aclose(), self._patience_s)
        self.results.clear()


def undone_beyond(failed: BaseException, session: DatabaseSession) -> BaseException:
    """What to raise after a failure in a user's transaction was undone: the same, with a word if that is gone, too."""
    if not session.usable or session.transaction_status != "idle" or not isinstance(failed, QueryFailed):
        return failed
    return type(failed)(f"{failed.message} The database rolled the whole transaction back.", failed.query_details)


def _defines(sql: str, dialect: Dialect) -> _Defines:
    """Whether the statement changes what exists, and not only rows."""
    found = outline(sql, dialect)
    if len(sql) > _LONG_TEXT and dialect.vocabulary.verbs.get(found.word) == "reads":
        return "perhaps"  # to find out would take time
    if found.effect == "defines" or (found.effect == "unknown" and found.word in _BLOCKS):
        return "certainly"
    if found.effect == "writes" and found.word in _QUERIES and found.mentions("INTO"):
        return "certainly"
    return "perhaps" if found.effect == "unknown" else "nothing"


async def _check_single(sql: str, dialect: Dialect) -> None:
    """Raise `Unsupported` for several statements, before the engine sees them: some would end a transaction for it."""
    if ";" not in sql[:-1]:
        return
    long = len(sql) > _LONG_TEXT
    start = await to_thread.run_sync(_second_statement, sql, dialect) if long else _second_statement(sql, dialect)
    if start is not None:
        line, column = place_in(sql, start)
        raise Unsupported(
            f"query runs one statement, and another one begins in line {line}, column {column} (offset {start}). "
            "Send them with run_script."
        )


def _second_statement(sql: str, dialect: Dialect) -> int | None:
    """Where a second statement begins, or the rows of the first one; None where the engine's own error says more."""
    scan = Scan(sql, dialect)
    first = next(scan, None)
    if first is None or first.refusal is not None:
        return None
    if first.rows is not None and first.rows[0] < len(sql):
        return first.rows[0]
    second = next(scan, None)
    return None if second is None or (second.refusal and second.refusal.rest == "cannot_be_read") else second.start


def check_confirmed(sql: str, dialect: Dialect) -> None:
    """Raise `ConfirmationRequired` unless the statement certainly changes nothing."""
    if (does := effect(sql, dialect)) not in _HARMLESS:
        raise ConfirmationRequired(does)
