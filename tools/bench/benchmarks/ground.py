"""Links that die and connections that idle: how soon a loss is told, how long a check takes, and what waiting costs."""

import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import msgpack
import psycopg

from tools.bench import processes
from tools.bench.engines import target
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, Unexpected, packed
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.services import Service, postgresql

_DEAD = 8
_DEADLINE_S = 0.5
_CLIENTS = 50
_CONNECTIONS = 10
_KEEP_ALIVE_S = 2
_OWN_PID = "SELECT pg_backend_pid()"


def measure(sizes: Sizes) -> list[Figure]:
    """All figures; the servers are private ones."""
    with postgresql() as service:
        return [_loss(service, sizes), _check(service, sizes), _memory(sizes), *_wake_ups(service, sizes)]


# a lost link


def _loss(service: Service, sizes: Sizes) -> Figure:
    ours, theirs = [], []
    with processes.backend() as backend, RawClient(backend.socket) as client, _plain(service) as killer:
        connection_id = client.call("db_connect", **target(service))["connection_id"]
        after = client.call("wait_events", after=None)["next"]
        for _ in range(4 * sizes.repeats):
            own = client.call("open_db_session", connection_id=connection_id)["db_session_id"]
            pid = client.call("query", connection_id=connection_id, db_session_id=own, sql=_OWN_PID)["rows"][0][0]
            client.send(packed("wait", "wait_events", {"after": after}))
            time.sleep(0.1)
            started = time.perf_counter()
            killer.execute("SELECT pg_terminate_backend(%s)", [pid])
            client.receive()
            ours.append(time.perf_counter() - started)
            after = client.call("wait_events", after=None)["next"]
            client.call("close_db_session", db_session_id=own)
            theirs.append(_seen_by_select(service, killer))
    name = "psycopg's socket in select()"
    return Figure("from a killed idle session to the event", "ms", 1000 * median(ours), 1000 * median(theirs), name)


def _seen_by_select(service: Service, killer: "psycopg.Connection[Any]") -> float:
    with _plain(service) as victim:
        started = time.perf_counter()
        killer.execute("SELECT pg_terminate_backend(%s)", [victim.info.backend_pid])
        select.select([victim.fileno()], [], [])
        return time.perf_counter() - started


@contextmanager
def _plain(service: Service) -> "Iterator[psycopg.Connection[Any]]":
    connection = psycopg.connect(
        host=service.host,
        port=service.port,
        user=service.user,
        password=service.password,
        dbname=service.database,
        autocommit=True,
    )
    try:
        yield connection
    finally:
        connection.close()


# dead sessions: the server's processes stand still, as behind a link that passes nothing on


def _check(service: Service, sizes: Sizes) -> Figure:
    ours, theirs = [], []
    for _ in range(sizes.repeats):
        with processes.backend() as backend, RawClient(backend.socket) as client:
            connection_id = client.call("db_connect", **target(service))["connection_id"]
            with _stopped(_fill_pool(client, connection_id)):
                started = time.perf_counter()
                answer = client.call(
                    "check_connection", connection_id=connection_id, deadline_ms=round(1000 * _DEADLINE_S)
                )
                ours.append(time.perf_counter() - started)
            if answer["dropped"] != _DEAD:
                raise Unexpected(f"Of {_DEAD} dead sessions {answer['dropped']} were found.")
        with ExitStack() as stack:
            plain = [stack.enter_context(_plain(service)) for _ in range(_DEAD)]
            with _stopped([one.info.backend_pid for one in plain]):
                started = time.perf_counter()
                for one in plain:
                    one.pgconn.send_query(b"SELECT 1")
                    select.select([one.fileno()], [], [], _DEADLINE_S)
                theirs.append(time.perf_counter() - started)
    question = f"check_connection over {_DEAD} dead sessions, {_DEADLINE_S:g} s for an answer"
    name = "psycopg, one after the other"
    return Figure(question, "ms", 1000 * median(ours), 1000 * median(theirs), name, Goal("ratio", "below", 0.5))


def _fill_pool(client: RawClient, connection_id: str) -> list[int]:
    """Let the connection have as many unused sessions as it may; the server's numbers of their processes."""
    query = {"connection_id": connection_id, "sql": "SELECT pg_backend_pid() FROM pg_sleep(0.5)"}
    for number in range(_DEAD):
        client.send(packed(str(number), "query", query))
    return [int(_data(client)["rows"][0][0]) for _ in range(_DEAD)]


def _data(client: RawClient) -> dict[str, Any]:
    found: dict[str, Any] = msgpack.unpackb(client.receive())["data"]
    return found


@contextmanager
def _stopped(pids: Sequence[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


# what waiting costs


def _memory(sizes: Sizes) -> Figure:
    with processes.backend() as backend, ExitStack() as stack:
        first = stack.enter_context(RawClient(backend.socket))
        first.call("wait_events", after=None)  # loads what all of them share
        time.sleep(sizes.idle_s)
        alone = rss_mb(backend.pid)
        clients = [stack.enter_context(RawClient(backend.socket)) for _ in range(_CLIENTS)]
        for client in clients:
            client.call("cancel", request_id="none")
        time.sleep(sizes.idle_s)
        idle = rss_mb(backend.pid)
        for client in clients:
            after = client.call("wait_events", after=None)["next"]
            client.send(packed("wait", "wait_events", {"after": after, "timeout_ms": 3_600_000}))
        time.sleep(sizes.idle_s)
        waiting = rss_mb(backend.pid)
    per_client = 1000 / _CLIENTS
    name = "the client's channel itself"
    return Figure(
        "memory of an idle wait_events", "kB", (waiting - idle) * per_client, (idle - alone) * per_client, name
    )


def _wake_ups(service: Service, sizes: Sizes) -> list[Figure]:
    """Of all threads of the backend, as the system counts them."""
    duration_s = 5 * sizes.pause_s
    with processes.backend() as backend:
        alone = _per_minute(backend.pid, duration_s)
    found = []
    for keep_alive_ms in (None, 1000 * _KEEP_ALIVE_S):
        with processes.backend() as backend, RawClient(backend.socket) as client:
            after = client.call("wait_events", after=None)["next"]
            for _ in range(_CONNECTIONS):
                opened = client.call("db_connect", **target(service), keep_alive_ms=keep_alive_ms)
                client.call("open_db_session", connection_id=opened["connection_id"])
            client.send(packed("wait", "wait_events", {"after": after, "timeout_ms": 3_600_000}))
            found.append(_per_minute(backend.pid, duration_s))
    question = f"wake-ups per minute, {_CONNECTIONS} idle connections"
    name = "no client"
    return [
        Figure(question, "", found[0], alone, name),
        Figure(f"{question}, asked every {_KEEP_ALIVE_S} s", "", found[1], alone, name),
    ]


def _per_minute(pid: int, duration_s: float) -> float:
    time.sleep(1)  # what the start and the last request leave to do
    before = _switches(pid)
    time.sleep(duration_s)
    return (_switches(pid) - before) * 60 / duration_s


def _switches(pid: int) -> int:
    """How often the process's threads have waited for something. Source: proc(5), voluntary_ctxt_switches."""
    return sum(
        int(line.split()[1])
        for status in Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text(encoding="ascii").splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )
