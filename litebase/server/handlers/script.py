"""Several statements in one request. Our scanner splits; the engine never guesses.

A script is split as it runs: each next statement is cut by the rules that the session has when its turn comes. What no
rule could read to its end is refused before anything runs; anything else that cannot be run, at its own statement.
"""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from anyio import to_thread
from litebase_schema.query import FurtherResult
from litebase_schema.script import RunScriptRequest, RunScriptResponse, StatementOutcome
from litebase_schema.values import Notice

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import (
    ConfirmationRequired,
    ConnectionLost,
    InvalidScript,
    LiteBaseError,
    OutcomeUnknown,
    QueryFailed,
)
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.query import new_result, not_kept, read_everything
from litebase.server.lease import Lease, LeasedCursor, Waits
from litebase.server.recording import recorded
from litebase.server.statements import check_confirmed
from litebase.sql.dialect import Dialect
from litebase.sql.scanner import Piece, Place, Scan, unreadable

T = TypeVar("T")

_LONG_TEXT = 100_000  # characters; a longer script is split in a thread
_MOST_AHEAD = 1000  # statements that are cut before their turn
_LOOK_AHEAD = 1000  # characters behind a statement
_LEFT_OPEN = Notice(
    severity="WARNING",
    message="The script left a transaction open; it was rolled back. To keep it, run the script in a database session "
    "of its own.",
)
_ENDING = (ConnectionLost, OutcomeUnknown, ConfirmationRequired)  # whatever `on_error` says
_TOLD = {"start", "end", "elapsed_ms", "affected_rows", "total_rows", "result_id"}


async def run_script(call: Call, request: RunScriptRequest) -> RunScriptResponse:
    """Run the statements in order, in one database session."""
    connection = call.client.connection(request.connection_id)
    if request.db_session_id is not None:
        pinned = call.client.pinned_session(request.db_session_id, connection.id)
        async with pinned.turn(call.rows_read) as session:
            return await Script(call, connection, session, request).run()
    async with connection.borrowed_session(Waits(call.rows_read, call.ask)) as session:
        answer = await Script(call, connection, session, request).run()
        if answer.transaction_status not in ("in_transaction", "failed"):
            return answer
        *before, last = answer.statements
        last = last.model_copy(update={"notices": [*last.notices, _LEFT_OPEN]})
        return answer.model_copy(update={"statements": [*before, last], "transaction_status": "idle"})


class Upcoming:
    """The statements of a script, each cut by the rules that hold in its session when its turn comes."""

    def __init__(self, text: str, session: DatabaseSession) -> None:
        self._text, self._session = text, session
        self._read_by(session.dialect, Place())

    def _read_by(self, dialect: Dialect, place: Place) -> None:
        self._dialect, self._place = dialect, place
        self._scan = Scan(self._text, dialect, place)
        self._ahead: deque[Piece] = deque()
        self._count = 1  # to cut at once: few after the rules have changed, because they may change again

    async def check(self) -> None:
        """Raise `InvalidScript` for a text that cannot be read to its end, whatever its statements do."""
        if (refusal := await self._off_loop(lambda: unreadable(self._text, self._dialect))) is not None:
            raise refusal

    async def look_through(self, check: Callable[[str, Dialect], None]) -> None:
        """Call `check` with each statement, as the present rules cut them."""

        def look() -> None:
            for piece in Scan(self._text, self._dialect, Place()):
                check(self._text[piece.start : piece.end], self._dialect)

        await self._off_loop(look)

    async def next(self) -> Piece | None:
        """The next statement; None at the end."""
        if self._session.usable and (dialect := self._session.dialect) != self._dialect:
            self._read_by(dialect, self._place)
        if not self._ahead:
            self._ahead = await self._off_loop(lambda: deque(islice(self._scan, self._count)))
            self._count = min(2 * self._count, _MOST_AHEAD)
        if not self._ahead:
            return None
        piece = self._ahead.popleft()
        self._place = piece.after
        return piece

    async def left(self) -> int:
        """How many statements are left, by the rules of the last one."""
        return len(self._ahead) + await self._off_loop(lambda: sum(1 for _ in self._scan))

    async def _off_loop(self, work: Callable[[], T]) -> T:
        """The value of `work`, which takes 0.1 s for 10 MB; in a thread when the script is long."""
        return await to_thread.run_sync(work) if len(self._text) > _LONG_TEXT else work()


class Script:
    """One run of a script in one database session."""

    def __init__(self, call: Call, connection: Connection, session: DatabaseSession, request: RunScriptRequest) -> None:
        self._call, self._connection, self._request = call, connection, request
        self._lease = Lease(session, connection.patience_s)  # the session stays with the script until it has ended
        self._text = request.sql
        self._upcoming = Upcoming(request.sql, session)

    async def run(self) -> RunScriptResponse:
        """Every statement until an error ends it.

        Raises `InvalidScript` and `ConfirmationRequired` before anything runs.
        """
        await self._upcoming.check()
        if self._connection.statements.needs_confirmation and not self._request.confirm:
            await self._upcoming.look_through(check_confirmed)
        outcomes: list[StatementOutcome] = []
        self._report(0)
        while (piece := await self._upcoming.next()) is not None:
            outcome, failure = await self._outcome(piece)
            self._tell(len(outcomes), outcome)
            outcomes.append(outcome)
            self._report(len(outcomes))
            if failure is not None and self._ends_with(failure, piece):
                break
        return RunScriptResponse(
            statements=outcomes,
            statement_count=len(outcomes) + await self._upcoming.left(),
            transaction_status=self._lease.session.transaction_status,
        )

    def _ends_with(self, failure: LiteBaseError, piece: Piece) -> bool:
        """Whether nothing is run after this failure."""
        if isinstance(failure, _ENDING) or self._request.on_error == "stop":
            return True
        return piece.refusal is not None and piece.refusal.rest != "may_run"

    def _report(self, done: int) -> None:
        self._call.progress("statements", done)
        self._call.done_so_far(f"{done} {'statement' if done == 1 else 'statements'} had been run before.")

    def _tell(self, index: int, outcome: StatementOutcome) -> None:
        done = outcome.model_dump(include=_TOLD) | {
            "index": index,
            "error_code": outcome.error and outcome.error.code,
        }
        self._call.client.tell("statement_done", {"request_id": self._call.request.id, "statement": done})

    async def _outcome(self, piece: Piece) -> tuple[StatementOutcome, LiteBaseError | None]:
        """What a statement did, and why it failed. A procedure may have returned results before that."""
        started = time.perf_counter()
        outcome = StatementOutcome(start=piece.start, end=piece.end, elapsed_ms=0)
        failure: LiteBaseError | None = None
        sql, wanted = self._text[piece.start : piece.end], self._request.record
        with recorded(self._call.backend, self._connection, sql, wanted=wanted) as note:
            try:
                cursor = await self._connection.statements.run(
                    self._lease.session, self._statement(piece), self._call.rows_read, confirmed=self._request.confirm
                )
                outcome, failure = await self._read(LeasedCursor(cursor, self._lease), outcome)
            except LiteBaseError as error:
                failure = error
            note.rows = outcome.total_rows if outcome.columns else outcome.affected_rows
            note.failure = failure
        changes: dict[str, object] = {"elapsed_ms": (time.perf_counter() - started) * 1000}
        notices = [*outcome.notices, *not_kept(self._call, [outcome, *outcome.more_results])]
        if failure is not None:
            if isinstance(failure, QueryFailed):
                failure = failure.moved(self._text, piece.start)
            changes["error"] = failure.data()
            notices = [*failure.notices, *notices]
        return outcome.model_copy(update={**changes, "notices": notices}), failure

    def _statement(self, piece: Piece) -> Statement:
        """What to run. Raises `InvalidScript` for what is not SQL."""
        if (refusal := piece.refusal) is not None:
            raise InvalidScript(self._text, refusal.position, refusal.reason)
        rows = None if piece.rows is None else self._text[slice(*piece.rows)]
        return Statement(
            self._text[piece.start : piece.end],
            first_rows=self._call.backend.settings.batch_rows,
            rows=rows,
            following=self._text[piece.end : piece.end + _LOOK_AHEAD],
        )

    async def _read(
        self, cursor: LeasedCursor, outcome: StatementOutcome
    ) -> tuple[StatementOutcome, LiteBaseError | None]:
        """All that a statement returns, and why it failed on the way."""
        call, connection = self._call, self._connection
        result = new_result(call, connection, cursor, self._request.max_cell_bytes, self._request.max_rows_each)
        columns = list(cursor.columns)
        found: dict[str, object] = {"more_results": (more := list[FurtherResult]())}
        failure: LiteBaseError | None = None
        kept = False
        try:
            try:
                await read_everything(call, connection, cursor, result, more, self._request.max_rows_each)
                found |= {"affected_rows": cursor.affected_rows, "last_insert_id": cursor.last_insert_id}
                found["notices"] = list(cursor.notices)
            except LiteBaseError as error:
                failure = error
            if result.total_rows is not None and (columns or result.total_rows):  # rows may have no columns
                kept = call.client.has_room_for_result
                result_id = call.client.add_result(result, connection, columns) if kept else None
                found |= {"columns": columns, "total_rows": result.total_rows, "result_id": result_id}
                found["truncated"] = result.truncated
        finally:
            if not kept:
                await connection.statements.discard(result)
        return outcome.model_copy(update=found), failure
