"""What one client has open: requests in flight, connections, results. State only; it closes in reverse order."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import anyio
from litebase_schema.registry import MESSAGES

from litebase.drivers.interruption import finish
from litebase.errors import LimitExceeded, NotFound
from litebase.server.backend import Backend

if TYPE_CHECKING:  # a backend that only answers health checks loads nothing about databases
    from collections.abc import Callable, Iterator

    from litebase_schema.cancel import CancelOutcome
    from litebase_schema.values import TransactionStatus

    from litebase.results.result import Result
    from litebase.server.connection import Connection, PinnedSession


@dataclass(eq=False, slots=True)
class RequestInFlight:
    """A request that is not answered yet. Its scope is entered by the channel and cancelled by `cancel`."""

    id: str
    type: str
    data: Any
    size: int = 0  # of the payload that it came in
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    answered: anyio.Event = field(default_factory=anyio.Event)
    cancel_asked: bool = False
    holds_window: bool = False  # whether its answer counts among those that its client has not taken
    outcome: CancelOutcome = "finished_first"
    progress: str = ""  # a sentence for the error when the request is stopped half-way

    @property
    def cancellable(self) -> bool:
        return MESSAGES[self.type].cancellable

    async def cancel(self) -> CancelOutcome:
        """Stop the request and wait for its answer; what really happened."""
        if not self.cancellable:
            return "not_cancellable"
        self.ask_to_cancel()
        await self.answered.wait()
        return self.outcome

    def ask_to_cancel(self) -> None:
        """Let the request stop; it answers when it has."""
        self.cancel_asked = True
        self.scope.cancel()

    async def stop(self) -> None:
        """Stop the request, whatever its type, and wait for its answer."""
        self.scope.cancel()
        await self.answered.wait()


@dataclass(eq=False, slots=True)
class OpenResult:
    """A result and the connection that it came from."""

    result: Result
    connection: Connection
    column_count: int


class ClientSession:
    """One client. `token` is what its `hello` must show, or None where the transport is private already."""

    def __init__(self, backend: Backend, token: str | None = None) -> None:
        self.backend = backend
        self.token = token
        self.trusted = token is None
        backend.clients_seen += 1
        self.number = backend.clients_seen  # names the client in logs
        self.client_name = ""
        self.requests: dict[str, RequestInFlight] = {}
        self._connections: dict[str, Connection] = {}
        self._db_sessions: dict[str, PinnedSession] = {}
        self._results: dict[str, OpenResult] = {}
        self._connections_to_come = self._results_to_come = 0
        self._numbers = count(1)

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    @property
    def waits_for_db_session(self) -> bool:
        """Whether a request of this client waits until a database session is free."""
        return any(connection.pool.waiting for connection in self._connections.values())

    @property
    def result_count(self) -> int:
        return len(self._results)

    def new_id(self, letter: str) -> str:
        """An id that this client has not seen yet."""
        return f"{letter}{next(self._numbers)}"

    @contextmanager
    def room_for_connection(self) -> Iterator[None]:
        """Keep room for one more connection. Raises `LimitExceeded` when this client has as many as it may."""
        maximum = self.backend.settings.max_connections
        if len(self._connections) + self._connections_to_come >= maximum:
            raise LimitExceeded(
                "max_connections", maximum, f"{maximum} connections are open. Close one with db_disconnect first."
            )
        self._connections_to_come += 1
        try:
            yield
        finally:
            self._connections_to_come -= 1

    @contextmanager
    def room_for_result(self) -> Iterator[None]:
        """Keep room for one more result. Raises `LimitExceeded` when this client has as many as it may."""
        maximum = self.backend.settings.max_results
        if len(self._results) + self._results_to_come >= maximum:
            raise LimitExceeded(
                "max_results", maximum, f"{maximum} results are open. Close one with close_result first."
            )
        self._results_to_come += 1
        try:
            yield
        finally:
            self._results_to_come -= 1

    def add_connection(self, connection: Connection) -> None:
        self._connections[connection.id] = connection

    def connection(self, connection_id: str) -> Connection:
        """The open connection of that id. Raises `NotFound`."""
        found = self._connections.get(connection_id)
        if found is None:
            raise NotFound("connection_id", connection_id)
        return found

    def add_db_session(self, db_session: PinnedSession) -> None:
        self._db_sessions[db_session.id] = db_session

    def db_session(self, db_session_id: str, connection_id: str | None = None) -> PinnedSession:
        """The open database session of that id (of that connection). Raises `NotFound`."""
        found = self._db_sessions.get(db_session_id)
        if found is None or connection_id not in (None, found.connection.id):
            raise NotFound("db_session_id", db_session_id)
        return found

    def note_progress(self, data: object, progress: str) -> None:
        """Remember what a request with these data has done so far, for the case that it is stopped."""
        for request in self.requests.values():
            if request.data is data:
                request.progress = progress

    def transaction_status(self, db_session_id: str | None) -> TransactionStatus | None:
        """The state of a database session of this client; None when there is none of that id."""
        found = self._db_sessions.get(db_session_id or "")
        return None if found is None else found.transaction_status

    def db_sessions_of(self, connection: Connection) -> int:
        """How many database sessions of a connection are pinned."""
        return sum(one.connection is connection for one in self._db_sessions.values())

    async def close_db_session(self, db_session_id: str) -> None:
        """Stop what runs in a database session, and end it. Raises `NotFound`."""
        db_session = self.db_session(db_session_id)
        del self._db_sessions[db_session_id]
        reading = {key for key, opened in self._results.items() if opened.result is db_session.reading}
        try:
            await self._stop_requests(
                lambda data: (
                    getattr(data, "db_session_id", None) == db_session_id or getattr(data, "result_id", None) in reading
                )
            )
        finally:
            await finish(db_session.aclose(), self.backend.settings.shutdown_s)

    def add_result(self, result: Result, connection: Connection, column_count: int) -> str:
        """Keep a result and return its id."""
        result_id = self.new_id("r")
        connection.results.add(result)
        self._results[result_id] = OpenResult(result, connection, column_count)
        return result_id

    def result(self, result_id: str) -> OpenResult:
        """The open result of that id. Raises `NotFound`."""
        found = self._results.get(result_id)
        if found is None:
            raise NotFound("result_id", result_id)
        return found

    async def close_result(self, result_id: str) -> None:
        """Stop what reads a result, and free it. Raises `NotFound`."""
        opened = self.result(result_id)
        del self._results[result_id]
        try:
            await self._stop_requests(lambda data: getattr(data, "result_id", None) == result_id)
        finally:
            await finish(opened.result.aclose(), self.backend.settings.shutdown_s)
            opened.connection.results.discard(opened.result)

    async def close_connection(self, connection_id: str) -> None:
        """Stop what uses a connection, and close it with its results. Raises `NotFound`."""
        connection = self.connection(connection_id)
        del self._connections[connection_id]
        results = {key for key, opened in self._results.items() if opened.connection is connection}
        db_sessions = {key for key, one in self._db_sessions.items() if one.connection is connection}
        for result_id in results:
            del self._results[result_id]
        for db_session_id in db_sessions:
            del self._db_sessions[db_session_id]
        try:
            await self._stop_requests(
                lambda data: (
                    getattr(data, "connection_id", None) == connection_id
                    or getattr(data, "db_session_id", None) in db_sessions
                    or getattr(data, "result_id", None) in results
                )
            )
        finally:  # also when the client has gone meanwhile
            await finish(connection.aclose(), self.backend.settings.shutdown_s)

    async def _stop_requests(self, concerns: Callable[[Any], bool]) -> None:
        """Stop requests, all of them before any can go on in the place of another, and wait for their answers."""
        stopped = [one for one in self.requests.values() if one.cancellable and concerns(one.data)]
        for request in stopped:
            request.ask_to_cancel()
        for request in stopped:
            await request.answered.wait()

    async def close_idle(self) -> None:
        """Close database sessions that nobody has used for a while."""
        for connection in list(self._connections.values()):
            await connection.pool.close_idle()

    async def aclose(self) -> None:
        """Close everything, what was opened last first."""
        self._results.clear()
        self._db_sessions.clear()  # their sessions belong to the connections' pools
        while self._connections:
            _, connection = self._connections.popitem()
            await connection.aclose()
