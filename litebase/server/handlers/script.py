"""Several statements in one request. Our scanner splits; the engine never guesses."""

import time

from anyio import to_thread
from litebase_schema.script import RunScriptRequest, RunScriptResponse, StatementOutcome
from litebase_schema.values import Notice

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.query import new_result
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
            started = time.perf_counter()
            try:
                with self._call.client.room_for_result():
                    outcome, failure = await self._outcome(piece, started), None
            except LiteBaseError as error:
                outcome, failure = self._failed(piece, started, error), error
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

    async def _outcome(self, piece: Piece, started: float) -> StatementOutcome:
        call, connection = self._call, self._connection
        statement = Statement(self._text[piece.start : piece.end], None, call.backend.settings.batch_rows)
        cursor = LeasedCursor(await connection.statements.run(self._lease.session, statement), self._lease)
        result = new_result(call, connection, cursor, self._request.max_cell_bytes)
        columns = list(cursor.columns)
        kept = False
        try:
            await result.read_to_end()
            result.raise_failure()
            kept = bool(columns)
            return StatementOutcome(
                start=piece.start,
                end=piece.end,
                elapsed_ms=(time.perf_counter() - started) * 1000,
                result_id=call.client.add_result(result, connection, len(columns)) if kept else None,
                columns=columns,
                total_rows=result.total_rows if kept else None,
                affected_rows=cursor.affected_rows,
                last_insert_id=cursor.last_insert_id,
                notices=list(cursor.notices),
            )
        finally:
            if not kept:
                await connection.statements.discard(result)

    def _failed(self, piece: Piece, started: float, error: LiteBaseError) -> StatementOutcome:
        if isinstance(error, QueryFailed):
            error = error.moved(self._text, piece.start)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return StatementOutcome(start=piece.start, end=piece.end, elapsed_ms=elapsed_ms, error=error.data())
