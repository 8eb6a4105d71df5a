"""Several statements in one request. Our scanner splits; the engine never guesses."""

import time

from anyio import to_thread
from litebase_schema.script import RunScriptRequest, RunScriptResponse, StatementOutcome
from litebase_schema.values import Notice

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed
from litebase.server.client_session import ClientSession
from litebase.server.connection import Connection, LeasedCursor, Waits
from litebase.server.handlers.query import discard, new_result
from litebase.sql.scanner import Piece, split

_LEFT_OPEN = Notice(
    severity="WARNING",
    message="The script left a transaction open; it was rolled back. To keep it, run the script in a database session "
    "of its own.",
)


async def run_script(session: ClientSession, request: RunScriptRequest) -> RunScriptResponse:
    """Run the statements in order, in one database session."""
    connection = session.connection(request.connection_id)
    if request.db_session_id is not None:
        db_session = session.db_session(request.db_session_id, connection.id)
        async with db_session.turn() as own:
            return await Script(session, connection, own, request).run()
    async with connection.borrowed_session(Waits()) as borrowed:
        answer = await Script(session, connection, borrowed, request).run()
        if answer.transaction_status not in ("in_transaction", "failed"):
            return answer
        *before, last = answer.statements
        told = last.model_copy(update={"notices": [*last.notices, _LEFT_OPEN]})
        return answer.model_copy(update={"statements": [*before, told], "transaction_status": "idle"})


class Script:
    """One run of a script in one database session."""

    def __init__(
        self, session: ClientSession, connection: Connection, db_session: DatabaseSession, request: RunScriptRequest
    ) -> None:
        self._session, self._connection, self._db_session = session, connection, db_session
        self._request = request
        self._text = request.sql

    async def run(self) -> RunScriptResponse:
        """Every statement until an error ends it. Raises `InvalidScript` before anything runs."""
        pieces = await to_thread.run_sync(split, self._text, self._db_session.dialect)  # 10 MB take 0.1 s
        outcomes: list[StatementOutcome] = []
        self._note_progress(0, len(pieces))
        for piece in pieces:
            started = time.perf_counter()
            try:
                with self._session.room_for_result():
                    outcome, failure = await self._outcome(piece, started), None
            except LiteBaseError as error:
                outcome, failure = self._failed(piece, started, error), error
            outcomes.append(outcome)
            self._note_progress(len(outcomes), len(pieces))
            lost = isinstance(failure, ConnectionLost | OutcomeUnknown)
            if failure is not None and (lost or self._request.on_error == "stop"):
                break
        return RunScriptResponse(
            statements=outcomes,
            statement_count=len(pieces),
            transaction_status=self._db_session.transaction_status,
        )

    def _note_progress(self, done: int, count: int) -> None:
        self._session.note_progress(self._request, f" {done} of {count} statements had been run before.")

    async def _outcome(self, piece: Piece, started: float) -> StatementOutcome:
        statement = Statement(self._text[piece.start : piece.end], None, self._session.backend.settings.batch_rows)
        cursor = LeasedCursor(
            await self._connection.run(self._db_session, statement), self._db_session, self, self._connection.patience_s
        )
        result = new_result(self._session, self._connection, cursor, self._request.max_cell_bytes)
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
                result_id=self._session.add_result(result, self._connection, len(columns)) if kept else None,
                columns=columns,
                total_rows=result.total_rows if kept else None,
                affected_rows=cursor.affected_rows,
                last_insert_id=cursor.last_insert_id,
                notices=list(cursor.notices),
            )
        finally:
            if not kept:
                await discard(self._session, result, self._connection)

    def _failed(self, piece: Piece, started: float, error: LiteBaseError) -> StatementOutcome:
        if isinstance(error, QueryFailed):
            error = error.moved(self._text, piece.start)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return StatementOutcome(start=piece.start, end=piece.end, elapsed_ms=elapsed_ms, error=error.data())

    async def give_back(self, _session: DatabaseSession) -> None:
        """The session stays with the script until it has ended."""
