"""What one client has open: requests in flight, connections, results. State only; it closes in reverse order."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import anyio
from litebase_schema.registry import MESSAGES

from litebase.drivers.interruption import finish
from litebase.errors import NoRoom, NotFound
from litebase.settings import Settings

if TYPE_CHECKING:  # a backend that only answers health checks loads nothing about databases
    from collections.abc import AsyncIterator, Collection, Hashable, Iterator, Mapping, Sequence

    from litebase_schema.cancel import CancelOutcome
    from litebase_schema.events import EventKind
    from litebase_schema.values import Column, TransactionStatus

    from litebase.drivers.interface import Ask, DatabaseSession
    from litebase.drivers.trace import Trace
    from litebase.drivers.tunnel.route import Tunnels
    from litebase.results.result import Result
    from litebase.server.connection import Connection
    from litebase.server.events import Events
    from litebase.server.pinned_session import PinnedSession
    from litebase.server.prompts import Prompt


@dataclass(eq=False, slots=True)
class RequestInFlight:
    """A request that is not answered yet. Its scope is entered by the channel and cancelled by `cancel`.

    The scope and the event are made when they are first asked for: to a short request they cost as much as its answer.
    """

    id: str
    type: str
    data: Any
    size: int = 0  # of the payload that it came in
    cancel_asked: bool = False
    because: str = ""  # what the request was stopped for, when its client did not cancel it
    holds_window: bool = False  # whether its answer counts among those that its client has not taken
    outcome: CancelOutcome = "finished_first"
    counted: bool = True  # among the unanswered requests of its client, whose number is bounded
    progress: dict[str, Mapping[str, object]] = field(default_factory=dict)  # the contract's `Progress`, by its unit
    trace: Trace | None = None  # of the database session that it opens, for the error when that takes too long
    done_so_far: str = ""  # a sentence for the error when the request is stopped half-way
    _scope: anyio.CancelScope | None = None
    _answered: anyio.Event | None = None
    _is_answered: bool = False

    @property
    def scope(self) -> anyio.CancelScope:
        """What stops the work for it."""
        if self._scope is None:
            self._scope = anyio.CancelScope()
        return self._scope

    @property
    def answered(self) -> anyio.Event:
        """Set with `end`."""
        if self._answered is None:
            self._answered = anyio.Event()
            if self._is_answered:
                self._answered.set()
        return self._answered

    def end(self) -> None:
        """It was answered, or nobody is left who would take the answer."""
        self._is_answered = True
        if self._answered is not None:
            self._answered.set()

    @property
    def cancellable(self) -> bool:
        return MESSAGES[self.type].cancellable

    def ids(self, kind: str) -> Iterator[str]:
        """The ids in the request that are of a kind of the contract, such as `ConnectionId`."""
        for name, named in MESSAGES[self.type].ids:
            if named == kind and (value := attrgetter(name)(self.data)) is not None:
                yield value

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
    columns: Sequence[Column]


class ClientSession:
    """One client. `token` is what its `hello` must show, or None where the transport is private already."""

    def __init__(self, settings: Settings, number: int = 1, token: str | None = None) -> None:
        self.number = number  # names the client in logs
        self.token = token
        self.trusted = token is None
        self.client_name = ""
        self.requests: dict[str, RequestInFlight] = {}
        self.upkeep_wanted = anyio.Event()  # by a connection
        self.changed: anyio.Event | None = None  # to be set when something else may be due in the upkeep
        self.events: Events | None = None  # once the client has asked for them
        self.answers_prompts = False
        self.prompts: dict[str, Prompt] = {}  # the open ones by their ids
        self.tunnels: Tunnels | None = None  # once a connection wants one
        self._settings = settings
        self._connections: dict[str, Connection] = {}
        self._pinned: dict[str, PinnedSession] = {}
        self._results: dict[str, OpenResult] = {}
        self._connections_to_come = self._results_to_come = 0
        self._numbers = count(1)

    def new_id(self, letter: str) -> str:
        """An id that this client has not seen yet."""
        return f"{letter}{next(self._numbers)}"

    # connections

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    @property
    def waits_for_db_session(self) -> bool:
        """Whether a request of this client waits until a database session is free."""
        for connection in self._connections.values():  # noqa: SIM110  # a loop, because health asks each time
            if connection.pool.waiting:
                return True
        return False

    @contextmanager
    def room_for_connection(self) -> Iterator[None]:
        """Keep room for one more connection. Raises `NoRoom` when this client has as many as it may."""
        maximum = self._settings.max_connections
        if len(self._connections) + self._connections_to_come >= maximum:
            raise NoRoom(
                "max_connections", maximum, f"{maximum} connections are open. Close one with db_disconnect first."
            )
        self._connections_to_come += 1
        try:
            yield
        finally:
            self._connections_to_come -= 1

    def add_connection(self, connection: Connection) -> None:
        self._connections[connection.id] = connection
        for pool in connection.pools:
            pool.on_return = self._look_again
        key = ("catalog_changed", connection.id)
        connection.on_definition = lambda: self.tell("catalog_changed", {"connection_id": connection.id}, key)
        if connection.keep_alive_s is not None or connection.idle_transaction_s is not None:
            self.upkeep_wanted.set()

    def connections(self) -> Collection[Connection]:
        """All that are open."""
        return list(self._connections.values())

    def connection(self, connection_id: str) -> Connection:
        """The open connection of that id. Raises `NotFound`."""
        found = self._connections.get(connection_id)
        if found is None:
            raise NotFound("connection_id", connection_id)
        return found

    async def close_connection(self, connection_id: str) -> None:
        """Stop what uses a connection, and close it with its results. Raises `NotFound`."""
        connection = self.connection(connection_id)
        del self._connections[connection_id]
        results = {key for key, opened in self._results.items() if opened.connection is connection}
        pinned = {key for key, one in self._pinned.items() if one.connection is connection}
        for result_id in results:
            del self._results[result_id]
        for db_session_id in pinned:
            del self._pinned[db_session_id]
        try:
            await self._stop_requests(
                {"ConnectionId": {connection_id}, "DbSessionId": pinned, "ResultId": results},
                "its connection was closed",
            )
        finally:  # also when the client has gone meanwhile
            await finish(connection.aclose(), self._settings.shutdown_s)

    # pinned sessions

    def add_pinned_session(self, pinned: PinnedSession) -> None:
        self._pinned[pinned.id] = pinned
        if self.events is not None:
            pinned.watch(self)

    def pinned_session(self, db_session_id: str, connection_id: str | None = None) -> PinnedSession:
        """The pinned session of that id (of that connection). Raises `NotFound`."""
        found = self._pinned.get(db_session_id)
        if found is None or connection_id not in (None, found.connection.id):
            raise NotFound("db_session_id", db_session_id)
        return found

    def pinned_sessions(self, connection: Connection) -> Collection[PinnedSession]:
        """Those of a connection."""
        return [one for one in self._pinned.values() if one.connection is connection]

    def transaction_status(self, request: RequestInFlight) -> TransactionStatus | None:
        """The state of the pinned session that a request names; None when it names none that is open."""
        pinned = (self._pinned.get(one) for one in request.ids("DbSessionId"))
        return next((one.transaction_status for one in pinned if one is not None), None)

    @asynccontextmanager
    async def catalog_session(self, connection_id: str, ask: Ask) -> AsyncIterator[DatabaseSession]:
        """A database session for reading the catalog of a connection. Raises `NotFound`.

        Where the connection's only session is pinned, it is that one, between two statements.
        """
        connection = self.connection(connection_id)
        only = [one for one in self._pinned.values() if one.connection is connection and connection.pool.size == 1]
        async with only[0].visit() if only else connection.catalog_session(ask) as session:
            yield session

    async def close_pinned_session(self, db_session_id: str) -> None:
        """Stop what runs in a pinned session, and end it. Raises `NotFound`."""
        pinned = self.pinned_session(db_session_id)
        del self._pinned[db_session_id]
        reading = {key for key, opened in self._results.items() if opened.result is pinned.reading}
        try:
            await self._stop_requests(
                {"DbSessionId": {db_session_id}, "ResultId": reading}, "its database session was closed"
            )
        finally:
            await finish(pinned.aclose(), self._settings.shutdown_s)

    # results

    @property
    def result_count(self) -> int:
        return len(self._results)

    @property
    def has_room_for_result(self) -> bool:
        return len(self._results) + self._results_to_come < self._settings.max_results

    @contextmanager
    def room_for_result(self) -> Iterator[None]:
        """Keep room for one more result. Raises `NoRoom` when this client has as many as it may."""
        maximum = self._settings.max_results
        if not self.has_room_for_result:
            raise NoRoom("max_results", maximum, f"{maximum} results are open. Close one with close_result first.")
        self._results_to_come += 1
        try:
            yield
        finally:
            self._results_to_come -= 1

    def add_result(self, result: Result, connection: Connection, columns: Sequence[Column]) -> str:
        """Keep a result and return its id."""
        result_id = self.new_id("r")
        connection.statements.results.add(result)
        self._results[result_id] = OpenResult(result, connection, columns)
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
            await self._stop_requests({"ResultId": {result_id}}, "its result was closed")
        finally:
            await finish(opened.result.aclose(), self._settings.shutdown_s)
            opened.connection.statements.results.discard(opened.result)

    # requests

    async def _stop_requests(self, ids: Mapping[str, Collection[str]], because: str) -> None:
        """Stop the requests that name one of these ids, all of them before any can go on in the place of another."""
        stopped = [one for one in self.requests.values() if one.cancellable and _names(one, ids)]
        for request in stopped:
            if not request.cancel_asked:
                request.because = because
            request.ask_to_cancel()
        for request in stopped:
            await request.answered.wait()

    @property
    def is_busy(self) -> bool:
        """Whether a request is in flight that does something."""
        return any(one.counted for one in self.requests.values())

    # events

    def begin_events(self, events: Events) -> None:
        """Keep what happens in `events` from now on."""
        self.events = events
        for pinned in self._pinned.values():
            pinned.watch(self)

    def tell(self, kind: EventKind, facts: Mapping[str, object], key: Hashable = None, characters: int = 0) -> None:
        """Keep an event for a client that waits for events. See `Events.add`."""
        if self.events is not None:
            self.events.add(kind, facts, key, characters)

    def progress(self) -> Iterator[Mapping[str, object]]:
        """How far the requests in flight have come, as facts of events."""
        for request in self.requests.values():
            for progress in request.progress.values():
                yield {"request_id": request.id, "progress": progress}

    def db_session_states(self) -> Iterator[tuple[EventKind, Mapping[str, object]]]:
        """The state of every pinned session, as the event that tells it. Its client knows it afterwards."""
        for pinned in self._pinned.values():
            pinned.told = pinned.state()
            yield pinned.told

    def take_note(self) -> None:
        """Something was done: tell what is another one now, and let the upkeep look again."""
        self.tell_db_sessions()
        self._look_again()

    def _look_again(self) -> None:
        if self.changed is not None:
            self.changed.set()

    def tell_db_sessions(self) -> None:
        """Tell which pinned sessions have ended, or have another transaction status than when this was called last."""
        if self.events is None:
            return
        for pinned in self._pinned.values():
            if (news := pinned.news()) is not None:
                self.tell(*news)

    # life

    async def close_idle(self) -> None:
        """Close database sessions that were idle for a while."""
        for connection in list(self._connections.values()):
            await connection.close_idle()

    async def aclose(self) -> None:
        """Close everything, what was opened last first."""
        self._results.clear()
        self._pinned.clear()  # their sessions belong to the connections' pools
        while self._connections:
            _, connection = self._connections.popitem()
            await connection.aclose()


def _names(request: RequestInFlight, ids: Mapping[str, Collection[str]]) -> bool:
    return any(named in wanted for kind, wanted in ids.items() for named in request.ids(kind))
