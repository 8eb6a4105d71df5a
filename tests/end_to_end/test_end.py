"""The end of the process: asked for politely, twice, by the parent's death, and with work in hand."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.frames import ENDLESS
from tests.end_to_end.process import END_S, command, processor_ticks, running, wait_until


def is_running(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not. Source: proc(5), /proc/PID/stat."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.mark.fault("L03")
@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_backend_in_order(tmp_path: Path, wanted: signal.Signals) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        line.ask_ok("health_check")
        backend.process.send_signal(wanted)
        assert line.receive() is None
        assert backend.process.wait(END_S) == 0, "it did not wait for the hard end"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["log"], "socket and lock are gone"
        assert [event["event"] for event in backend.events()][-1] == "backend_stopped"


@pytest.mark.fault("L04")
def test_an_endless_statement_is_stopped_and_answered_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line, backend.dial() as other:
        connection_id = line.open_memory()
        endless = line.send("query", {"connection_id": connection_id, "sql": ENDLESS})
        wait_until(lambda: other.ask_ok("health_check")["requests_in_flight"] == 2)
        backend.process.terminate()
        assert line.answer(endless)["data"]["code"] == "shutting_down"
        assert line.receive() is None
        assert other.receive() is None
        assert backend.process.wait(END_S) == 0, "it did not wait for the hard end"


@pytest.mark.fault("L04", "L17", "L22")
def test_a_statement_that_hears_no_interrupt_is_answered_and_does_not_keep_the_process(
    tmp_path: Path,
) -> None:
    """It also holds the end open for long enough to see that new requests are refused meanwhile."""
    with running(tmp_path) as backend, backend.dial() as line, backend.dial() as other:
        request = backend.start_deaf_statement(line)
        backend.process.terminate()
        wait_until(lambda: other.ask_ok("health_check")["status"] == "degraded")
        refused = other.ask_error("db_connect", {"engine": "sqlite", "mode": "memory"})
        assert refused["code"] == "shutting_down"
        assert line.answer(request)["data"]["code"] == "shutting_down"
        assert backend.process.wait(END_S) == 0, "all was in order: the session was given up, not waited for"
        assert "Traceback" not in backend.log.read_text(encoding="utf-8")


@pytest.mark.fault("L05")
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_is_the_end_at_once(tmp_path: Path, second: signal.Signals) -> None:
    with running(tmp_path) as backend, backend.dial() as line, backend.dial() as other:
        backend.start_deaf_statement(line)
        backend.process.terminate()
        wait_until(lambda: other.ask_ok("health_check")["status"] == "degraded")
        backend.process.send_signal(second)
        assert backend.process.wait(END_S) == 5
        forced = next(event for event in backend.events() if event["event"] == "backend_forced")
        assert "second signal" in forced["reason"]


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([*sys.argv[1:], "--parent-pid", str(__import__("os").getpid())])
time.sleep(600)
"""


@pytest.mark.fault("L07")
@pytest.mark.parametrize("busy", [False, True])
def test_when_the_parent_is_killed_the_backend_ends(tmp_path: Path, busy: bool) -> None:
    arguments = [sys.executable, "-c", PARENT, *command("--socket", str(tmp_path / "socket"))]
    with running(tmp_path, arguments=arguments) as parent:
        backend = parent.ready["pid"]
        assert backend != parent.pid
        with parent.dial() as line, parent.dial() as other:
            if busy:
                connection_id = line.open_memory()
                line.send("query", {"connection_id": connection_id, "sql": ENDLESS})
            wait_until(lambda: other.ask_ok("health_check")["requests_in_flight"] == 1 + busy)
            parent.process.kill()
            wait_until(lambda: not is_running(backend))
    assert not (tmp_path / "socket").exists()
    ending = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert any("parent" in event.get("reason", "") for event in ending)


@pytest.mark.fault("L07")
def test_a_parent_that_is_gone_already_ends_the_backend(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(END_S)
    with running(tmp_path, "--parent-pid", str(gone.pid)) as backend:
        assert backend.process.wait(END_S) == 0
        assert not (tmp_path / "socket").exists()


@pytest.mark.fault("L09")
def test_the_thread_that_started_the_backend_may_end(tmp_path: Path) -> None:
    script = """
import subprocess, sys, threading, os, time
def start():
    global child
    child = subprocess.Popen([*sys.argv[1:], "--parent-pid", str(os.getpid())])
thread = threading.Thread(target=start)
thread.start(); thread.join()
child.wait()
"""
    arguments = [sys.executable, "-c", script, *command("--socket", str(tmp_path / "socket"))]
    with running(tmp_path, arguments=arguments) as starter, starter.dial() as line:
        line.ask_ok("health_check")
        time.sleep(0.3)
        line.ask_ok("health_check")
        starter.process.kill()
        assert line.receive() is None


@pytest.mark.fault("L13")
def test_a_log_reader_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    with running(tmp_path, stderr=subprocess.PIPE) as backend, backend.dial() as line:
        assert backend.process.stderr is not None
        backend.process.stderr.close()
        for _ in range(50):
            line.ask_ok("health_check")
        assert line.ask_ok("health_check")["logs_dropped"] > 0
        ticks = processor_ticks(backend.pid)
        time.sleep(0.3)
        assert processor_ticks(backend.pid) - ticks <= 5, "it does not spin"
        assert backend.end() == 0


@pytest.mark.fault("L14")
def test_a_log_that_nobody_reads_holds_nothing_up(tmp_path: Path) -> None:
    with running(tmp_path, stderr=subprocess.PIPE) as backend, backend.dial() as line:
        batch, dropped = 50, 0
        for _ in range(300):
            requests = [line.send("health_check") for _ in range(batch)]
            for request in requests:
                health = line.answer(request)["data"]
            dropped = health["logs_dropped"]
            if dropped > 100:
                break
        assert dropped > 100, "15,000 lines do not fit into a pipe and a bounded queue"
        assert health["status"] == "degraded"
        assert any("Log" in reason for reason in health["reasons"])
        assert line.ask_ok("health_check")["logs_dropped"] > dropped
        assert backend.end() == 0, "it did not wait for the hard end"


@pytest.mark.fault("L18")
def test_clients_that_come_and_go_leave_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, "--log-level", "warn") as backend:

        def visit() -> None:
            with backend.dial() as line:
                connection_id = line.open_memory()
                line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
                line.send("query", {"connection_id": connection_id, "sql": ENDLESS})

        def alone() -> bool:
            with backend.dial() as line:
                health = line.ask_ok("health_check")
            return (health["clients"], health["connections"], health["requests_in_flight"]) == (1, 0, 1)

        visit()
        wait_until(alone)
        time.sleep(0.2)
        descriptors, threads = backend.descriptors(), backend.threads()
        for _ in range(10):
            visit()
        wait_until(alone)
        wait_until(lambda: backend.threads() <= threads)
        wait_until(lambda: backend.descriptors() <= descriptors)


@pytest.mark.fault("L18")
def test_starts_and_ends_leave_nothing_behind(tmp_path: Path) -> None:
    for _ in range(4):
        with running(tmp_path, environment={"TMPDIR": str(tmp_path)}) as backend, backend.dial() as line:
            connection_id = line.open_memory()
            line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
            assert backend.end() == 0
        assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_the_end_closes_a_database_file_in_order(tmp_path: Path) -> None:
    """No journal is left beside it, and what was written is there."""
    with running(tmp_path) as backend, backend.dial() as line:
        target = {"engine": "sqlite", "mode": "create", "path": str(tmp_path / "data.db")}
        connection_id = line.ask_ok("db_connect", target)["connection_id"]
        for sql in ("PRAGMA journal_mode = wal", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"):
            line.ask_ok("query", {"connection_id": connection_id, "sql": sql})
        assert (tmp_path / "data.db-wal").exists()
        assert backend.end() == 0
        assert sorted(os.listdir(tmp_path)) == ["data.db", "log"]  # noqa: PTH208  # names are what is compared
