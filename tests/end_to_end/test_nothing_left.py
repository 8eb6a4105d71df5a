"""Whatever ends the backend, nothing of ours runs on in a database, on each engine and as far as it can be had."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.frames import ENDLESS, Line
from tests.end_to_end.process import END_S, Running, running, wait_until
from tools.services import Service

SLEEP = {"postgresql": "SELECT pg_sleep(3600), 'our mark'", "mysql": "SELECT SLEEP(3600), 'our mark'"}
ROWS = {
    "postgresql": "SELECT generate_series(1, 1000000000), 'our mark'",
    "mysql": "SELECT seq, 'our mark' FROM seq_1_to_1000000000",
}
LEFT = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ending' AND pid <> pg_backend_pid()",
    "mysql": "SELECT count(*) FROM information_schema.processlist "
    "WHERE id <> CONNECTION_ID() AND info LIKE '%our mark%' AND info NOT LIKE '%processlist%'",
}


@pytest.fixture(params=["postgresql", "mysql"])
def service(request: pytest.FixtureRequest) -> Service:
    """Both servers in turn."""
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


@pytest.fixture
def watcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A client of another backend, which lives on."""
    with running(tmp_path_factory.mktemp("watcher")) as backend, backend.dial() as line:
        yield line


def open_server(line: Line, service: Service, **options: Any) -> str:
    """The id of a connection to a server."""
    target = {
        "engine": service.engine, "host": service.host, "port": service.port, "user": service.user,
        "password": service.password, "database": service.database, **options,
    }  # fmt: skip
    found: str = line.ask_ok("db_connect", target)["connection_id"]
    return found


class Watched:
    """What is left of us at a server."""

    def __init__(self, line: Line, service: Service) -> None:
        self._line, self._sql = line, LEFT[service.engine]
        self._connection_id = open_server(line, service, application_name="watcher")

    def count(self) -> int:
        rows = self._line.ask_ok("query", {"connection_id": self._connection_id, "sql": self._sql})["rows"]
        return int(rows[0][0])


def start_everything(backend: Running, line: Line, service: Service) -> list[str]:
    """A statement that sleeps, one that sends rows, one of SQLite, an open transaction; the ids without answers."""
    engine = service.engine
    connection_id = open_server(line, service, application_name="ending")
    db_session = line.ask_ok("open_db_session", {"connection_id": connection_id})["db_session_id"]
    line.ask_ok("begin", {"db_session_id": db_session})
    line.ask_ok("query", {"connection_id": connection_id, "sql": ROWS[engine], "window_rows": 10})
    sleeping = line.send("query", {"connection_id": connection_id, "sql": SLEEP[engine]})
    endless = line.send("query", {"connection_id": line.open_memory(), "sql": ENDLESS})
    with backend.dial() as other:
        wait_until(lambda: other.ask_ok("health_check")["requests_in_flight"] == 3)
    return [sleeping, endless]


@pytest.mark.fault("L04")
@pytest.mark.fault("L04", "INV7")
def test_statements_on_every_engine_are_stopped_and_answered_at_the_end(
    tmp_path: Path, service: Service, watcher: Line
) -> None:
    left = Watched(watcher, service)
    with running(tmp_path) as backend, backend.dial() as line:
        unanswered = start_everything(backend, line, service)
        wait_until(lambda: left.count() >= 2)
        backend.process.terminate()
        for request in unanswered:
            assert line.answer(request)["data"]["code"] == "shutting_down"
        assert line.receive() is None
        assert backend.process.wait(END_S) == 0
        wait_until(lambda: left.count() == 0)
        assert not any(event["event"] == "requests_left_unanswered" for event in backend.events())


@pytest.mark.fault("INV7")
@pytest.mark.fault("L07", "C09", "INV7")
def test_a_killed_backend_leaves_nothing_at_its_server(tmp_path: Path, service: Service, watcher: Line) -> None:
    """PostgreSQL looks every two seconds whether we are there.

    MariaDB looks when it sends rows, and in SLEEP every five seconds; a statement that only computes runs on there.
    """
    left = Watched(watcher, service)
    with running(tmp_path) as backend, backend.dial() as line:
        start_everything(backend, line, service)
        wait_until(lambda: left.count() >= 2)
        backend.process.kill()
        wait_until(lambda: left.count() == 0)  # of what else would run for an hour
