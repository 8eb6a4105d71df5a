"""Links that break, freeze, crawl and choke, on the client's side and on the database's side."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgpack
import pytest

from litebase.settings import Settings
from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import FaultProxy, fault_proxy
from tests.end_to_end.frames import Line, dial, hello
from tests.end_to_end.invariants import BACK_S, back_within, busy_sessions, invariants
from tests.end_to_end.process import Running, running, wait_until
from tools.services import Service

SERVERS = ["postgresql", "mysql"]
ALL = ["sqlite", *SERVERS]
MANY_ROWS = 2_000_000


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Service | Path:
    """The database of the engine that a test is given as the parameter `engine`."""
    engine = request.node.callspec.params["engine"]
    if engine == "sqlite":
        return tmp_path / "data.db"
    found: Service = request.getfixturevalue(f"{engine}_service")
    return found


def services(where: Service | Path) -> list[Service]:
    return [] if isinstance(where, Path) else [where]


def opened(line: Line, where: Service | Path, **options: object) -> str:
    connection_id: str = line.ask_ok("db_connect", target_data(where, **options))["connection_id"]
    return connection_id


@contextlib.contextmanager
def warm(folder: Path, where: Service | Path, *options: str) -> Iterator[Running]:
    """A backend that has used the engine before, so that what is counted later is not its libraries."""
    with running(folder, *options, "--log-level", "info") as backend:
        with backend.dial() as line:
            connection_id = opened(line, where)
            line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
        with backend.dial() as line:
            wait_until(lambda: line.ask_ok("health_check")["connections"] == 0)
        yield backend


def through(at: Path) -> contextlib.AbstractContextManager[Line]:
    """A client of the proxy at that socket."""
    return dial({"transport": "unix", "path": str(at)})


@pytest.mark.fault("C08", "INV1", "INV2", "INV3", "INV7")
@pytest.mark.parametrize("engine", ALL)
def test_a_link_that_is_reset_stops_what_its_client_asked_for(
    tmp_path: Path, engine: str, where: Service | Path
) -> None:
    dialect = DIALECTS[engine]
    with warm(tmp_path, where, "--port", "0", "--no-token") as backend:
        address = (backend.endpoint["host"], backend.endpoint["port"])
        with (
            fault_proxy(address) as proxy,
            invariants(backend, *services(where)),
            dial({"transport": "tcp", "host": "127.0.0.1", "port": proxy.port}) as line,
        ):
            connection_id = opened(line, where)
            rows = {"connection_id": connection_id, "sql": dialect.numbers.format(count=MANY_ROWS), "window_rows": 100}
            line.ask_ok("query", rows)
            line.send("query", {"connection_id": connection_id, "sql": dialect.endless})
            if isinstance(where, Service):
                wait_until(lambda: len(busy_sessions(where)) >= 1)
            time.sleep(0.1)
            proxy.reset()
            with backend.dial() as other:
                wait_until(lambda: other.ask_ok("health_check")["connections"] == 0)
            if isinstance(where, Service):
                back_within(BACK_S, lambda: busy_sessions(where))


@pytest.mark.fault("C19", "Q03")
@pytest.mark.parametrize("engine", ALL)
def test_a_client_that_sleeps_in_the_midst_goes_on_where_it_was(
    tmp_path: Path, engine: str, where: Service | Path
) -> None:
    with (
        warm(tmp_path, where) as backend,
        fault_proxy(tmp_path / "socket", tmp_path / "proxy") as proxy,
        invariants(backend, *services(where)),
        through(tmp_path / "proxy") as line,
    ):
        sql = DIALECTS[engine].numbers.format(count=MANY_ROWS)
        data = {"connection_id": opened(line, where), "sql": sql, "window_rows": 10}
        result_id = line.ask_ok("query", data)["result_id"]
        proxy.weather.frozen = True
        asked = [line.send("fetch", {"result_id": result_id, "offset": n * 1000, "limit": 1000}) for n in range(30)]
        time.sleep(1.5)
        proxy.weather.frozen = False
        for n, request in enumerate(asked):
            rows = line.answer(request)["data"]["rows"]
            assert rows == [[n * 1000 + 1 + k] for k in range(len(rows))], (
                "a slow server may give fewer, in their order"
            )
            assert rows


def walk(line: Line, where: Service | Path, engine: str) -> None:
    """A little of everything, as a client would use it."""
    dialect = DIALECTS[engine]
    line.ask_ok("hello", hello())
    own = {"connection_id": opened(line, where)}
    for sql in ("DROP TABLE IF EXISTS walk", f"CREATE TABLE walk (id {dialect.serial}, a {dialect.text})"):
        line.ask_ok("query", {**own, "sql": sql})
    session = {"db_session_id": line.ask_ok("open_db_session", own)["db_session_id"]}
    line.ask_ok("begin", session)
    written = line.ask_ok(
        "query", {**own, **session, "sql": f"INSERT INTO walk (a) VALUES ({dialect.placeholder})", "params": ["é🙂"]}
    )
    assert written["affected_rows"] == 1
    line.ask_ok("commit", session)
    line.ask_ok("close_db_session", session)
    assert line.ask_ok("query", {**own, "sql": "SELECT a FROM walk"})["rows"] == [["é🙂"]]
    big = line.ask_ok("query", {**own, "sql": dialect.numbers.format(count=20_000), "window_rows": 1})
    last = 19_990
    while last < 20_000:  # a slow server gives fewer at a time
        window = line.ask_ok("fetch", {"result_id": big["result_id"], "offset": last, "limit": 100})
        assert window["rows"][0] == [last + 1]
        last += len(window["rows"])
    assert window["complete"]
    line.ask_ok("close_result", {"result_id": big["result_id"]})
    endless = line.send("query", {**own, "sql": dialect.endless})
    time.sleep(0.2)
    assert line.ask_ok("cancel", {"request_id": endless})["outcome"] == "stopped"
    assert line.answer(endless)["data"]["code"] == "cancelled"
    script = "INSERT INTO walk (a) VALUES ('x'); SELECT count(*) FROM walk"
    assert len(line.ask_ok("run_script", {**own, "sql": script})["statements"]) == 2
    assert line.ask_error("query", {**own, "sql": "SELECT nonsense FROM walk"})["code"] == "query_failed"
    line.ask_ok("db_disconnect", own)


@pytest.mark.fault("C24")
def test_a_slow_and_choppy_client_gets_everything(tmp_path: Path) -> None:
    with (
        warm(tmp_path, tmp_path / "data.db") as backend,
        fault_proxy(tmp_path / "socket", tmp_path / "proxy") as proxy,
        invariants(backend),
        through(tmp_path / "proxy") as line,
    ):
        proxy.weather.latency_s, proxy.weather.slice_bytes = 0.05, 16
        walk(line, tmp_path / "data.db", "sqlite")


@pytest.mark.fault("C24")
@pytest.mark.parametrize("engine", SERVERS)
def test_a_slow_and_choppy_link_to_the_server_is_only_slow(tmp_path: Path, engine: str, where: Service) -> None:
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy:
        proxy.weather.latency_s, proxy.weather.slice_bytes = 0.01, 16
        with invariants(backend, where), backend.dial() as line:
            walk(line, where_through(where, proxy), engine)


def where_through(where: Service, proxy: FaultProxy) -> Service:
    """The same service, behind a proxy."""
    return Service(**{**{name: getattr(where, name) for name in Service.__slots__}, "port": proxy.port})


@pytest.mark.fault("C24")
@pytest.mark.parametrize("engine", SERVERS)
def test_links_to_the_server_that_break_at_random_give_only_errors_that_say_so(
    tmp_path: Path, engine: str, where: Service
) -> None:
    """INV4 and INV5 are checked on each answer."""
    told: set[str] = set()
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy:
        proxy.weather.slice_bytes, proxy.weather.reset_chance = 256, 0.01
        # a lost statement is ended over links of its own, so that more names are looked up at a time
        with invariants(backend, where, pool_threads=8), backend.dial() as line:
            for _ in range(40):
                answer = line.ask("db_connect", target_data(where_through(where, proxy)))
                if answer["type"] == "error":
                    told.add(answer["data"]["code"])
                    continue
                own = {"connection_id": answer["data"]["connection_id"]}
                for sql in ("SELECT 1", DIALECTS[engine].numbers.format(count=500)):
                    answer = line.ask("query", {**own, "sql": sql})
                    if answer["type"] == "error":
                        told.add(answer["data"]["code"])
                    else:
                        assert answer["data"]["rows"][0] == [1]
                line.ask_ok("db_disconnect", own)
    assert "connection_lost" in told
    assert told <= {"connect_failed", "connection_lost", "query_failed"}


@pytest.mark.fault("C24")
def test_a_client_whose_links_break_at_random_harms_nobody(tmp_path: Path) -> None:
    broken = 0
    with (
        warm(tmp_path, tmp_path / "data.db") as backend,
        fault_proxy(tmp_path / "socket", tmp_path / "proxy") as proxy,
        invariants(backend),
    ):
        proxy.weather.slice_bytes, proxy.weather.reset_chance = 16, 0.01
        for _ in range(40):
            with through(tmp_path / "proxy") as line:
                request = line.send("db_connect", target_data(tmp_path / "data.db"))
                answer = line.receive_or_end()
                if answer is None:
                    broken += 1
                    continue
                assert (answer["id"], answer["type"]) == (request, "db_connect_response")
    assert 3 < broken < 40


@pytest.mark.fault("C25")
@pytest.mark.parametrize("engine", SERVERS)
def test_after_a_sleep_of_the_machine_a_lost_link_is_told_and_replaced(
    tmp_path: Path, engine: str, where: Service
) -> None:
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy, backend.dial() as line:
        own = {"connection_id": opened(line, where_through(where, proxy))}
        pinned = {"db_session_id": line.ask_ok("open_db_session", own)["db_session_id"]}
        for data in (own, {**own, **pinned}):
            line.ask_ok("query", {**data, "sql": "SELECT 1"})
        os.kill(backend.pid, signal.SIGSTOP)
        proxy.reset()
        time.sleep(1.0)
        os.kill(backend.pid, signal.SIGCONT)
        with invariants(backend, where):
            lost = line.ask_error("query", {**own, **pinned, "sql": "SELECT 1"})
            assert (lost["code"], lost["retryable"]) == ("connection_lost", False), "that session is gone for good"
            answer = line.ask("query", {**own, "sql": "SELECT 1"})
            if answer["type"] == "error":
                assert (answer["data"]["code"], answer["data"]["retryable"]) == ("connection_lost", True)
                answer = line.ask("query", {**own, "sql": "SELECT 1"})
            assert answer["data"]["rows"] == [[1]]
            line.ask_ok("db_disconnect", own)


@pytest.mark.fault("P04", "Q04")
@pytest.mark.parametrize("engine", SERVERS)
def test_a_frozen_link_gives_a_cancelled_statement_back_in_time(tmp_path: Path, engine: str, where: Service) -> None:
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy, backend.dial() as line:
        own = {"connection_id": opened(line, where_through(where, proxy))}
        line.ask_ok("query", {**own, "sql": "SELECT 1"})
        with invariants(backend):
            request = line.send("query", {**own, "sql": DIALECTS[engine].sleep})
            time.sleep(0.3)
            proxy.weather.frozen = True
            outcome = line.ask_ok("cancel", {"request_id": request})["outcome"]
            assert outcome == "session_ended"
            assert line.answer(request)["type"] == "error"
            proxy.reset()
            proxy.weather.frozen = False
            assert line.ask_ok("query", {**own, "sql": "SELECT 1"})["rows"] == [[1]]
    back_within(BACK_S, lambda: busy_sessions(where))


@pytest.mark.fault("C22")
def test_the_largest_frames_both_ways_at_once_wait_for_nobody(tmp_path: Path) -> None:
    text = "x" * (Settings().max_frame_bytes - 1_000_000)
    with running(tmp_path, "--log-level", "info") as backend, backend.dial() as line:
        own = {"connection_id": line.open_memory()}
        wide = (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 900) SELECT hex(zeroblob(500)) FROM r"
        )
        answers: list[str] = []
        reader = threading.Thread(target=lambda: answers.extend(answer_types(line, 3 * 20)))
        for round_number in range(3):
            for _ in range(19):
                line.send("query", {**own, "sql": wide})
            line.send("query", {**own, "sql": "SELECT length(?)", "params": [text]})
            if round_number == 0:
                reader.start()
        reader.join(30)
        assert answers == ["query_response"] * 60
        assert msgpack.packb(text)[:1] == b"\xdb"


def answer_types(line: Line, number: int) -> list[str]:
    found = []
    for _ in range(number):
        message = line.receive()
        assert message is not None
        found.append(message["type"])
    return found


@pytest.mark.fault("C23")
@pytest.mark.parametrize("transport", ["unix", "tcp"])
def test_a_client_that_leaves_while_it_greets_leaves_nothing(tmp_path: Path, transport: str) -> None:
    options = ["--port", "0", "--no-token"] if transport == "tcp" else []
    with running(tmp_path, *options, "--log-level", "info") as backend:
        backend.settle()
        with invariants(backend):
            for size in (1, 4, 5, 40):
                for _ in range(10):
                    with backend.dial() as line:
                        line.stream.sendall(b"\0\0\0\x60" + b"\x84" * size)
            for _ in range(10):
                with backend.dial() as line:
                    line.send("hello", hello())


@pytest.mark.fault("C07")
@pytest.mark.parametrize("engine", SERVERS)
def test_half_a_link_to_the_server_is_a_lost_one(tmp_path: Path, engine: str, where: Service) -> None:
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy, backend.dial() as line:
        own = {"connection_id": opened(line, where_through(where, proxy))}
        line.ask_ok("query", {**own, "sql": "SELECT 1"})
        with invariants(backend, where):
            request = line.send("query", {**own, "sql": DIALECTS[engine].sleep})
            time.sleep(0.2)
            proxy.half_close("down")
            assert line.answer(request)["data"]["code"] == "connection_lost"
            assert line.ask_ok("query", {**own, "sql": "SELECT 1"})["rows"] == [[1]]
            proxy.reset()


def test_a_walk_needs_no_proxy(tmp_path: Path) -> None:
    """What the slow walks show is the link's doing, not the walk's."""
    with warm(tmp_path, tmp_path / "data.db") as backend, backend.dial() as line:
        walk(line, tmp_path / "data.db", "sqlite")


@pytest.mark.fault("C07", "P04")
@pytest.mark.parametrize("engine", SERVERS)
def test_after_a_sleep_dead_links_are_found_in_time(tmp_path: Path, engine: str, where: Service) -> None:
    """The machine sleeps: the backend stands still, and so does the network, which meanwhile forgets its links."""
    with warm(tmp_path, where) as backend, fault_proxy((where.host, where.port)) as proxy, backend.dial() as line:
        own = {"connection_id": opened(line, where_through(where, proxy))}
        line.ask_ok("query", {**own, "sql": "DROP TABLE IF EXISTS slept"})
        line.ask_ok("query", {**own, "sql": "CREATE TABLE slept (a integer)"})
        pinned = {**own, "db_session_id": line.ask_ok("open_db_session", own)["db_session_id"]}
        line.ask_ok("begin", {"db_session_id": pinned["db_session_id"]})
        line.ask_ok("query", {**pinned, "sql": "INSERT INTO slept VALUES (1)"})
        line.ask_ok("query", {**own, "sql": "SELECT 1"})
        line.ask_ok("wait_events", {"after": None})
        os.kill(backend.pid, signal.SIGSTOP)
        proxy.weather.frozen = True
        time.sleep(1)
        os.kill(backend.pid, signal.SIGCONT)
        found = line.ask_ok("check_connection", {**own, "deadline_ms": 1500, "after_sleep": True})
        assert (found["round_trip_ms"], found["dropped"]) == (None, 2)
        assert [one["alive"] for one in found["db_sessions"]] == [False]
        told = line.ask_ok("wait_events", {"after": 0})["events"]
        assert [one["kind"] for one in told] == ["db_session_lost"]
        proxy.reset()
        proxy.weather.frozen = False
        assert line.ask_ok("query", {**own, "sql": "SELECT count(*) FROM slept"})["rows"] == [[0]]
