"""The checks of the invariants see what they are there for: each fails when its invariant is hurt."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.end_to_end.frames import Line, check_error
from tests.end_to_end.invariants import BACK_S, back_within, busy_sessions, invariants
from tests.end_to_end.process import check_end, running
from tools.services import PASSWORD, Service

GOOD = {"code": "internal", "retryable": False, "message": "Something went wrong.", "details": None}


def test_a_quiet_case_passes(tmp_path: Path) -> None:
    with running(tmp_path) as backend:
        backend.settle()
        with invariants(backend) as watch, backend.dial() as line:
            line.ask_ok("health_check")
        assert len(watch.times) >= 5
        assert watch.peak_rss > 1_000_000


def _pause(pid: int) -> None:
    time.sleep(0.1)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1.2)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.fault("INV1")
def test_a_backend_that_does_not_answer_in_time_is_seen(tmp_path: Path) -> None:
    with running(tmp_path) as backend:
        backend.settle()
        with pytest.raises(AssertionError, match="INV1"), invariants(backend):
            _pause(backend.pid)


@pytest.mark.fault("INV2")
def test_a_memory_that_stays_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.end_to_end.invariants.BACK_S", 0.3)
    with running(tmp_path) as backend, backend.dial() as line:
        own = {"connection_id": line.open_memory()}
        line.ask_ok("query", {**own, "sql": "CREATE TABLE t (a)"})
        with pytest.raises(AssertionError, match="still there"), invariants(backend):
            line.ask_ok("query", {**own, "sql": "INSERT INTO t VALUES (zeroblob(30000000))"})


@pytest.mark.fault("INV3")
def test_what_is_left_open_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.end_to_end.invariants.BACK_S", 0.3)
    with running(tmp_path) as backend, contextlib.ExitStack() as stack:
        backend.settle()
        with pytest.raises(AssertionError, match=r"still there.*clients"), invariants(backend):
            stack.enter_context(backend.dial()).ask_ok("health_check")


@pytest.mark.fault("INV4")
def test_a_second_answer_is_seen(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        message = line.ask("health_check")
        with pytest.raises(AssertionError, match="INV4"):
            Line._check(line, message)


@pytest.mark.fault("INV5")
@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "oops"},
        {"retryable": None},
        {"message": ""},
        {"message": "Traceback (most recent call last):"},
        {"message": "OperationalError: it failed"},
        {"details": {"a": "<object object at 0x7f>"}},
        {"message": "in connection.py"},
    ],
)
def test_an_error_that_shows_python_is_seen(wrong: dict[str, object]) -> None:
    check_error(GOOD)
    with pytest.raises(AssertionError):
        check_error({**GOOD, **wrong})


@pytest.mark.fault("INV6", "INV8")
@pytest.mark.parametrize(
    ("code", "told", "log"),
    [
        (9, b"", ""),
        (-signal.SIGSEGV, b"", ""),
        (0, b"a print", ""),
        (0, b"", "Traceback (most recent call last):\n"),
        (0, b"", "{}\nException ignored in: x\n"),
        (0, b"", f'{{"a": "{PASSWORD}"}}'),
        (5, b"", "{}\n"),
    ],
)
def test_an_end_without_a_reason_or_with_a_secret_is_seen(code: int, told: bytes, log: str) -> None:
    check_end(0, b"", "{}\n")
    with pytest.raises(AssertionError):
        check_end(code, told, log)


@pytest.mark.fault("INV7")
def test_a_statement_that_still_runs_is_seen(postgresql_service: Service, mysql_service: Service) -> None:
    assert not busy_sessions(mysql_service)
    back_within(BACK_S, lambda: busy_sessions(postgresql_service))
    with psycopg.connect(
        host=postgresql_service.host,
        port=postgresql_service.port,
        user=postgresql_service.user,
        password=postgresql_service.password,
        dbname=postgresql_service.database,
    ) as link:
        link.execute("SELECT 1")  # and its transaction is open
        assert len(busy_sessions(postgresql_service)) == 1
        with pytest.raises(AssertionError, match="still there"):
            back_within(0.2, lambda: busy_sessions(postgresql_service))
