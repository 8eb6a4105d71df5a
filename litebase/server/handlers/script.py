"""Several statements in one request. Our scanner splits; the engine never guesses."""

import time

from anyio import to_thread
from litebase_schema.query import FurtherResult
from litebase_schema.script import RunScriptRequest, RunScriptResponse, StatementOutcome
from litebase_schema.values import Notice

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.query import new_result, not_kept, read_everything
from litebase.server.lease import Lease, LeasedCursor, Waits
from litebase.sql.scanner import Piece, split

_LEFT_OPEN = Notice(
    severity="WARNING",
    message="The script left a transaction open; it was rolled back. To keep it, run the script in a database session "
    "of its own.",
)


async def run_script(call: Call, request: RunScriptRequest) -> RunScriptResponse:
    """Run the statements in order, in one database session."""
    connection = call.client.connection(request.connection_id)
    if request.db_session_id is not None:
        pinned = call.client.pinned_session(request.db_session_id, connection.id)
        async with pinned.turn() as session:
            return await Script(call, connection, session, request).run()
    async with connection.borrowed_session(Waits()) as session:
        answer = await Script(call, connection, session, request).run()
        if answer.transaction_status not in ("in_transaction", "failed"):
            return answer
        *before, last = answer.statements
        last = last.model_copy(update={"notices": [*last.notices, _LEFT_OPEN]})
        return answer.model_copy(update={"statements": [*before, last], "transaction_status": "idle"})


class Script:
    """One run of a script in one database session."""

    def __init__(self, call: Call, connection: Connection, session: DatabaseSession, request: RunScriptRequest) -> None:
        self._call, self._connection, self._request = call, connection, request
        self._lease = Lease(session, connection.patience_s)  # the session stays with the script until it has ended
        self._text = request.sql

    async def run(self) -> RunScriptResponse:
        """Every statement until an error ends it. Raises `InvalidScript` before anything runs."""
        pieces = await to_thread.run_sync(split, self._text, self._lease.session.dialect)  # 10 MB take 0.1 s
        outcomes: list[StatementOutcome] = []
        self._report(0, len(pieces))
        for piece in pieces:
            outcome, failure = await self._outcome(piece)
            outcomes.append(outcome)
            self._report(len(outcomes), len(pieces))
            lost = isinstance(failure, ConnectionLost | OutcomeUnknown)
            if failure is not None and (lost or self._request.on_error == "stop"):
                break
        return RunScriptResponse(
            statements=outcomes,
            statement_count=len(pieces),
            transaction_status=self._lease.session.transaction_status,
        )

    def _report(self, done: int, count: int) -> None:
        self._call.progress(f"{done} of {count} statements had been run before.")

    async def _outcome(self, piece: Piece) -> tuple[StatementOutcome, LiteBaseError | None]:
        """What a statement did, and why it failed. A procedure may have returned results before that."""
        started = time.perf_counter()
        statement = Statement(self._text[piece.start : piece.end], None, self._call.backend.settings.batch_rows)
        outcome = StatementOutcome(start=piece.start, end=piece.end, elapsed_ms=0)
        failure: LiteBaseError | None = None
        try:
            cursor = await self._connection.statements.run(self._lease.session, statement)
            outcome, failure = await self._read(LeasedCursor(cursor, self._lease), outcome)
        except LiteBaseError as error:
            failure = error
        changes: dict[str, object] = {"elapsed_ms": (time.perf_counter() - started) * 1000}
        notices = [*outcome.notices, *not_kept(self._call, [outcome, *outcome.more_results])]
        if failure is not None:
            if isinstance(failure, QueryFailed):
                failure = failure.moved(self._text, piece.start)
            changes["error"] = failure.data()
            notices = [*failure.notices, *notices]
        return outcome.model_copy(update={**changes, "notices": notices}), failure

    async def _read(
        self, cursor: LeasedCursor, outcome: StatementOutcome
    ) -> tuple[StatementOutcome, LiteBaseError | None]:
        """All that a statement returns, and why it failed on the way."""
        call, connection = self._call, self._connection
        result = new_result(call, connection, cursor, self._request.max_cell_bytes)
        columns = list(cursor.columns)
        found: dict[str, object] = {"more_results": (more := list[FurtherResult]())}
        failure: LiteBaseError | None = None
        kept = False
        try:
            try:
                await read_everything(call, connection, cursor, result, more)
                found |= {"affected_rows": cursor.affected_rows, "last_insert_id": cursor.last_insert_id}
                found["notices"] = list(cursor.notices)
            except LiteBaseError as error:
                failure = error
            if result.total_rows is not None and (columns or result.total_rows):  # rows may have no columns
                kept = call.client.has_room_for_result
                result_id = call.client.add_result(result, connection, len(columns)) if kept else None
                found |= {"columns": columns, "total_rows": result.total_rows, "result_id": result_id}
        finally:
            if not kept:
                await connection.statements.discard(result)
        return outcome.model_copy(update=found), failure
