"""Any sequence of requests, also of wrong ones, with a model of what is open beside it: both must always agree.

The model knows which ids are live, which rows are written for good or may be, and which links were cut. What hypothesis
finds and shrinks becomes a named test where the fault was.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import FaultProxy, fault_proxy
from tests.end_to_end.frames import Line, hello
from tests.end_to_end.process import Running, running, wait_until
from tests.fault_cases import Figure
from tools.services import Service

ENGINES = ["sqlite", "postgresql", "mysql"]
DEAD = "x999"
LOST = {"connection_lost"}
PICK = st.integers(0, 30)  # which of those that are there; also one that is not


@dataclass(eq=False)
class OpenedConnection:
    """A connection of a client, as the model sees it."""

    id: str
    cut: bool = False  # the link was cut since the last time that all was well


@dataclass(eq=False)
class PinnedSession:
    """A database session of a client's own."""

    id: str
    connection: OpenedConnection
    in_transaction: bool = False
    lost: bool = False
    pending: set[int] = field(default_factory=set)


@dataclass(eq=False)
class OpenedResult:
    """A result that can be fetched."""

    id: str
    connection: OpenedConnection
    rows: int
    cut: bool = False


@dataclass(eq=False)
class Visitor:
    """A client and everything that it has open."""

    line: Line
    table: str
    connections: list[OpenedConnection] = field(default_factory=list)
    sessions: list[PinnedSession] = field(default_factory=list)
    results: list[OpenedResult] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    written: set[int] = field(default_factory=set)
    perhaps: set[int] = field(default_factory=set)


@dataclass
class Place:
    """Where the machine plays."""

    backend: Running
    engine: str
    target: dict[str, Any]
    proxy: FaultProxy | None
    steps: int = 0


def one_of(things: list[Any], pick: int) -> Any | None:
    """One of those that are there, or None for one that is not."""
    return things[pick] if pick < len(things) else None


class Conversation(RuleBasedStateMachine):
    """Clients that do what they like."""

    place: Place

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.dialect = DIALECTS[place.engine]
        self.visitors: list[Visitor] = []
        self.number = 0
        self.open = contextlib.ExitStack()

    @initialize()
    def arrive(self) -> None:
        self.watcher = self.open.enter_context(self.place.backend.dial())
        self.come()
        self.connect(0)

    def teardown(self) -> None:
        for visitor in self.visitors:
            visitor.line.close()
        if hasattr(self, "watcher"):
            wait_until(lambda: self.counts() == (1, 0, 0, 1))
        self.open.close()

    def counts(self) -> tuple[int, ...]:
        health = self.watcher.ask_ok("health_check")
        return tuple(health[name] for name in ("clients", "connections", "results", "requests_in_flight"))

    @invariant()
    def what_is_open_is_what_the_model_says(self) -> None:
        self.place.steps += 1
        if not self.visitors:
            return
        wanted = (
            len(self.visitors) + 1,
            sum(len(one.connections) for one in self.visitors),
            sum(len(one.results) for one in self.visitors),
            sum(len(one.running) for one in self.visitors) + 1,
        )
        wait_until(lambda: self.counts() == wanted)

    @rule()
    @precondition(lambda self: len(self.visitors) < 3)
    def come(self) -> None:
        self.number += 1
        line = self.open.enter_context(self.place.backend.dial())
        self.visitors.append(Visitor(line, f"visit{self.number}"))

    @rule(who=PICK)
    @precondition(lambda self: len(self.visitors) > 1)
    def go(self, who: int) -> None:
        """Without a word, whatever is open."""
        self.visitors.pop(who % len(self.visitors)).line.close()

    def visitor(self, who: int) -> Visitor:
        return self.visitors[who % len(self.visitors)]

    @rule(who=PICK)
    def greet(self, who: int) -> None:
        self.visitor(who).line.ask_ok("hello", hello())

    @rule(who=PICK)
    def connect(self, who: int) -> None:
        visitor = self.visitor(who)
        if len(visitor.connections) >= 3:
            return
        connection_id = visitor.line.ask_ok("db_connect", self.place.target)["connection_id"]
        assert connection_id not in {one.id for one in visitor.connections}
        visitor.connections.append(OpenedConnection(connection_id))
        if len(visitor.connections) == 1:
            self.make_table(visitor, connection_id)

    def make_table(self, visitor: Visitor, connection_id: str) -> None:
        if visitor.written or visitor.perhaps:
            return
        for sql in (f"DROP TABLE IF EXISTS {visitor.table}", f"CREATE TABLE {visitor.table} (n integer)"):
            visitor.line.ask_ok("query", {"connection_id": connection_id, "sql": sql})

    @rule(who=PICK, which=PICK)
    def disconnect(self, who: int, which: int) -> None:
        visitor = self.visitor(who)
        chosen = one_of(visitor.connections, which)
        answer = visitor.line.ask("db_disconnect", {"connection_id": chosen.id if chosen else DEAD})
        if chosen is None:
            assert answer["data"]["code"] == "not_found"
            return
        assert answer["type"] == "db_disconnect_response"
        visitor.connections.remove(chosen)
        visitor.results = [one for one in visitor.results if one.connection is not chosen]
        visitor.sessions = [one for one in visitor.sessions if one.connection is not chosen]
        for request in visitor.running:  # they ran on some connection of this client: those that ended are answered
            self.settle(visitor, request)

    def settle(self, visitor: Visitor, request: str) -> None:
        """A statement that never ends is on the first connection; when that has gone, so has the statement."""
        if visitor.running and request in visitor.running and self.home[request] not in visitor.connections:
            assert visitor.line.answer(request)["type"] == "error"
            visitor.running = [one for one in visitor.running if one != request]

    @property
    def home(self) -> dict[str, OpenedConnection]:
        """On which connection each endless statement runs."""
        found: dict[str, OpenedConnection] = self.__dict__.setdefault("_home", {})
        return found

    def ask_query(
        self, visitor: Visitor, connection: OpenedConnection, session: PinnedSession | None, sql: str, **options: Any
    ) -> dict[str, Any] | str:
        """The data of the answer, or the code of an error that the model expects."""
        data = {"connection_id": connection.id, "sql": sql, **options}
        if session is not None:
            data["db_session_id"] = session.id
        answer = visitor.line.ask("query", data)
        if answer["type"] != "error":
            assert session is None or not session.lost, "a session that was lost answered"
            found: dict[str, Any] = answer["data"]
            return found
        code: str = answer["data"]["code"]
        expected = {"limit_exceeded"} if self.place.engine == "sqlite" else set()
        if connection.cut or (session is not None and session.lost):
            expected |= {"connection_lost", "outcome_unknown"}
        assert code in expected, answer
        if session is not None and code in {"connection_lost", "outcome_unknown"}:
            self.lose(session)
        return code

    def lose(self, session: PinnedSession) -> None:
        session.lost, session.in_transaction = True, False
        session.pending.clear()

    @rule(who=PICK, which=PICK, rows=st.sampled_from([0, 1, 3000]), window=st.sampled_from([0, 1, 100]))
    def read(self, who: int, which: int, rows: int, window: int) -> None:
        visitor = self.visitor(who)
        if (connection := one_of(visitor.connections, which)) is None:
            asked = {"connection_id": DEAD, "sql": "SELECT 1"}
            assert visitor.line.ask_error("query", asked)["code"] == "not_found"
            return
        sql = f"SELECT n FROM ({self.dialect.numbers.format(count=3000)}) AS q WHERE n <= {rows}"
        answer = self.ask_query(visitor, connection, None, sql, window_rows=window)
        if isinstance(answer, str):
            return
        assert [row[0] for row in answer["rows"]] == list(range(1, len(answer["rows"]) + 1))
        assert len(answer["rows"]) <= window
        if answer["result_id"] is not None:
            visitor.results.append(OpenedResult(answer["result_id"], connection, rows))
        else:
            assert len(answer["rows"]) == rows

    @rule(who=PICK, which=PICK, offset=st.sampled_from([0, 5, 2990, 4000]), limit=st.sampled_from([1, 50]))
    def fetch(self, who: int, which: int, offset: int, limit: int) -> None:
        visitor = self.visitor(who)
        result = one_of(visitor.results, which)
        asked = {"result_id": result.id if result else DEAD, "offset": offset, "limit": limit}
        answer = visitor.line.ask("fetch", asked)
        if answer["type"] == "error":
            assert answer["data"]["code"] in ({"connection_lost"} if result and result.cut else {"not_found"}), answer
            assert result is None or result.cut, answer
            return
        assert result is not None
        first = [row[0] for row in answer["data"]["rows"]]
        everything = list(range(offset + 1, min(offset + limit, result.rows) + 1))
        assert first == everything[: len(first)]
        assert len(first) == len(everything) or not answer["data"]["complete"]

    @rule(who=PICK, which=PICK)
    def close_result(self, who: int, which: int) -> None:
        visitor = self.visitor(who)
        result = one_of(visitor.results, which)
        answer = visitor.line.ask("close_result", {"result_id": result.id if result else DEAD})
        if result is None:
            assert answer["data"]["code"] == "not_found"
        else:
            assert answer["type"] == "close_result_response"
            visitor.results.remove(result)

    @rule(who=PICK, which=PICK)
    def open_session(self, who: int, which: int) -> None:
        visitor = self.visitor(who)
        connection = one_of(visitor.connections, which)
        if connection is None or len(visitor.sessions) >= 3:
            return
        answer = visitor.line.ask("open_db_session", {"connection_id": connection.id})
        if answer["type"] == "error":
            assert connection.cut
            assert answer["data"]["code"] in LOST, answer
            return
        visitor.sessions.append(PinnedSession(answer["data"]["db_session_id"], connection, lost=False))

    @rule(who=PICK, which=PICK)
    def close_session(self, who: int, which: int) -> None:
        visitor = self.visitor(who)
        session = one_of(visitor.sessions, which)
        answer = visitor.line.ask("close_db_session", {"db_session_id": session.id if session else DEAD})
        if session is None:
            assert answer["data"]["code"] == "not_found"
        else:
            assert answer["type"] == "close_db_session_response"
            visitor.sessions.remove(session)

    @rule(who=PICK, which=PICK, what=st.sampled_from(["begin", "commit", "rollback"]))
    def transact(self, who: int, which: int, what: str) -> None:
        visitor = self.visitor(who)
        session = one_of(visitor.sessions, which)
        answer = visitor.line.ask(what, {"db_session_id": session.id if session else DEAD})
        code = answer["data"].get("code") if answer["type"] == "error" else None
        if session is None:
            assert code == "not_found"
        elif code in {"connection_lost", "outcome_unknown"}:
            assert session.lost or session.connection.cut, answer
            visitor.perhaps |= session.pending if what == "commit" else set()
            self.lose(session)
        else:
            assert not session.lost, answer
            self.transacted(visitor, session, what, code)

    def transacted(self, visitor: Visitor, session: PinnedSession, what: str, code: str | None) -> None:
        if code in {"limit_exceeded", "query_failed"}:  # another transaction holds SQLite's lock; this one goes on
            assert self.place.engine == "sqlite"
            assert what == "commit"
            return
        if (what == "begin") == session.in_transaction and what != "rollback":
            assert code == "conflict"
            return
        assert code is None, code
        if what == "commit":
            visitor.written |= session.pending
        if what != "begin":
            session.pending.clear()
        session.in_transaction = what == "begin"

    @rule(who=PICK, which=PICK, pinned=PICK)
    def write(self, who: int, which: int, pinned: int) -> None:
        visitor = self.visitor(who)
        session = one_of(visitor.sessions, pinned)
        connection = session.connection if session else one_of(visitor.connections, which)
        if connection is None:
            return
        self.number += 1
        row = self.number
        answer = self.ask_query(visitor, connection, session, f"INSERT INTO {visitor.table} VALUES ({row})")
        if isinstance(answer, str):
            if answer == "outcome_unknown" and (session is None or not session.in_transaction):
                visitor.perhaps.add(row)
            return
        assert answer["affected_rows"] == 1
        (session.pending if session is not None and session.in_transaction else visitor.written).add(row)

    @rule(who=PICK, which=PICK, pinned=PICK)
    def check(self, who: int, which: int, pinned: int) -> None:
        """What is written for good is there, what is not committed is seen by its own session only."""
        visitor = self.visitor(who)
        session = one_of(visitor.sessions, pinned)
        connection = session.connection if session else one_of(visitor.connections, which)
        if connection is None or self.reads_an_old_state(session):
            return
        answer = self.ask_query(visitor, connection, session, f"SELECT n FROM {visitor.table}", window_rows=10_000)
        if isinstance(answer, str):
            return
        found = {row[0] for row in answer["rows"]}
        assert answer["result_id"] is None
        own = session.pending if session is not None else set()
        assert visitor.written | own <= found
        assert found <= visitor.written | own | visitor.perhaps

    def reads_an_old_state(self, session: PinnedSession | None) -> bool:
        """In a transaction of SQLite or MariaDB a session sees what was there at its first look."""
        return session is not None and session.in_transaction and self.place.engine != "postgresql"

    @rule(who=PICK)
    @precondition(lambda self: any(one.connections for one in self.visitors))
    def start_endless(self, who: int) -> None:
        visitor = self.visitor(who)
        if not visitor.connections or len(visitor.running) >= 2:
            return
        connection = visitor.connections[0]
        if connection.cut:
            return
        request = visitor.line.send("query", {"connection_id": connection.id, "sql": self.dialect.endless})
        visitor.running.append(request)
        self.home[request] = connection

    @rule(who=PICK, which=PICK)
    def cancel(self, who: int, which: int) -> None:
        visitor = self.visitor(who)
        request = one_of(visitor.running, which)
        outcome = visitor.line.ask_ok("cancel", {"request_id": request or DEAD})["outcome"]
        if request is None:
            assert outcome == "not_in_flight"
            return
        assert outcome == "stopped"
        visitor.running.remove(request)
        assert visitor.line.answer(request)["data"]["code"] == "cancelled"

    @rule()
    @precondition(lambda self: self.place.proxy is not None)
    def cut_the_links(self) -> None:
        """Every link to the server breaks at once."""
        assert self.place.proxy is not None
        self.place.proxy.reset()
        for visitor in self.visitors:
            for request in visitor.running:
                self.ended_by_the_cut(visitor, request)
            visitor.running.clear()
            for connection in visitor.connections:
                connection.cut = True
            for session in visitor.sessions:
                self.lose(session)
            for result in visitor.results:
                result.cut = True
        time.sleep(0.02)  # so that both ends have seen it

    def ended_by_the_cut(self, visitor: Visitor, request: str) -> None:
        """Its link is lost; or it had none yet, then it runs on a new one and can be stopped."""
        outcome = visitor.line.ask_ok("cancel", {"request_id": request})["outcome"]
        code = visitor.line.answer(request)["data"]["code"]
        assert (code == "cancelled") == (outcome in {"stopped", "session_ended"}), (code, outcome)
        assert code in {"connection_lost", "connect_failed", "cancelled"}


@contextlib.contextmanager
def playing(folder: Path, engine: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A backend, and a database behind a proxy where it has a link."""
    with running(folder, "--log-level", "info") as backend:
        if engine == "sqlite":
            yield Place(backend, engine, target_data(folder / "data.db", busy_timeout_ms=50), None)
            return
        service: Service = request.getfixturevalue(f"{engine}_service")
        with fault_proxy((service.host, service.port)) as proxy:
            yield Place(backend, engine, target_data(service, port=proxy.port), proxy)


def play(place: Place, examples: int, steps: int, **options: Any) -> None:
    run_state_machine_as_test(
        lambda: Conversation(place),  # type: ignore[arg-type]  # whatever makes a machine will do
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )


@pytest.mark.fault("INV4", "INV5", "Q18", "Q24", "C14")
@pytest.mark.parametrize("engine", ENGINES)
def test_any_sequence_of_requests_agrees_with_the_model(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    with playing(tmp_path, engine, request) as place:
        play(place, examples=5, steps=25)
        assert place.steps > 20
        assert place.backend.end() == 0


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_long_any_sequence_of_requests_agrees_with_the_model(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest, long_s: float, figure: Figure
) -> None:
    end = time.monotonic() + long_s
    with playing(tmp_path, engine, request) as place:
        while time.monotonic() < end:
            play(place, examples=10, steps=60, database=None)
        figure(f"{place.steps:,} steps in {long_s:.0f} s")
        assert place.backend.end() == 0
