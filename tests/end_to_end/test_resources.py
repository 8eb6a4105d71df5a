"""What a backend takes from the machine, and what it does when the machine gives little."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.frames import Line, framed
from tests.end_to_end.invariants import invariants, rss
from tests.end_to_end.process import Running, command, processor_ticks, running
from tests.fault_cases import Figure
from tests.work import SOON_S
from tools.services import Service

LITTLE_MEMORY_KIB = 700_000  # of addresses, not of memory: threads and libraries reserve much that they never touch
LIBFAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@pytest.mark.fault("R04")
def test_an_idle_backend_takes_less_than_40_mb(tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, "--log-level", "info") as backend:
        time.sleep(0.5)
        idle = rss(backend.pid)
        figure(f"{idle / 1e6:.1f} MB resident")
        assert idle < 40_000_000


@pytest.mark.fault("R05")
def test_a_start_takes_about_as_long_as_loading_its_libraries(tmp_path: Path, figure: Figure) -> None:
    times, loading = [], []
    for number in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import asyncio, anyio, msgpack, pydantic, structlog"], check=True)
        loading.append(time.monotonic() - began)
        (folder := tmp_path / str(number)).mkdir()
        began = time.monotonic()
        with running(folder, "--log-level", "info"):
            times.append(time.monotonic() - began)
    figure(", ".join(f"{one * 1000:.0f} ms" for one in times))
    assert min(times) < 3 * min(loading)


@pytest.mark.fault("R06")
def test_an_idle_backend_takes_no_processor_time(tmp_path: Path) -> None:
    with running(tmp_path, "--log-level", "info") as backend, backend.dial() as line:
        line.ask_ok("query", {"connection_id": line.open_memory(), "sql": "SELECT 1"})
        ticks = processor_ticks(backend.pid)
        time.sleep(2)
        assert processor_ticks(backend.pid) - ticks <= 1, "hundredths of a second; 0.5 % of a core"


AT_ONCE = 2


def read_windows(line: Line, sql: str, connection_id: str, count: int) -> list[datetime]:
    """Read a huge result window after window, two asked for at a time; the moments at which the backend sent them."""
    query = {"connection_id": connection_id, "sql": sql, "window_rows": 1000}
    result_id = line.ask_ok("query", query)["result_id"]
    sent, waiting = list[datetime](), list[str]()
    for number in range(count):
        window = {"result_id": result_id, "offset": number * 10_000, "limit": 10_000}
        waiting.append(line.send("fetch", window))
        if len(waiting) == AT_ONCE:
            sent.append(line.answer(waiting.pop(0))["timestamp"])
    sent += [line.answer(one)["timestamp"] for one in waiting]
    line.ask_ok("close_result", {"result_id": result_id})
    return sent


@pytest.mark.fault("R07", "INV1")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_health_is_told_beside_a_stream_at_full_speed(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest, figure: Figure
) -> None:
    where: Path | Service = tmp_path / "data.db"
    if engine != "sqlite":
        where = request.getfixturevalue(f"{engine}_service")
    with running(tmp_path, "--log-level", "info") as backend, backend.dial() as line:
        own = line.ask_ok("db_connect", target_data(where))["connection_id"]
        line.ask_ok("query", {"connection_id": own, "sql": "SELECT 1"})
        sql = DIALECTS[engine].numbers.format(count=20_000_000)
        read_windows(line, sql, own, 10)  # what this takes is kept by the allocator, and must not grow
        with invariants(backend) as watch:
            windows = read_windows(line, sql, own, 30)
            line.ask_ok("db_disconnect", {"connection_id": own})
        assert watch.overtaken_by(windows) <= AT_ONCE
        figure(f"p99 {watch.slowest * 1000:.1f} ms, {watch.peak_rss / 1e6:.0f} MB at most")


@pytest.mark.fault("R02", "Q12")
@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_with_little_memory_a_huge_cell_is_refused_or_told_and_the_process_lives(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    with little_memory(tmp_path) as backend, backend.dial() as line, backend.dial() as other:
        own = {"connection_id": line.ask_ok("db_connect", target_data(service))["connection_id"]}
        line.ask_ok("query", {**own, "sql": "SELECT 1"})
        answer = line.ask("query", {**own, "sql": "SELECT repeat('x', 15000000) a, repeat('y', 150000000) b"})
        other.ask_ok("health_check")
        if answer["type"] == "error":
            assert answer["data"]["code"] != "internal"
        assert line.ask_ok("query", {**own, "sql": "SELECT 1"})["rows"] == [[1]]
        assert backend.end() == 0


@pytest.mark.fault("R02", "F14")
def test_with_little_memory_a_decode_bomb_is_refused(tmp_path: Path) -> None:
    with little_memory(tmp_path) as backend, backend.dial() as other:
        other.ask_ok("health_check")
        for byte in (b"\x90", b"\x80", b"\xc0"):
            with backend.dial() as line:
                line.stream.sendall(framed(b"\xdd\x00\xff\xff\x00" + byte * 0xFFFF00))
                refused = line.receive()
                assert refused is not None
                assert refused["data"]["code"] == "invalid_frame"
        other.ask_ok("health_check")
        assert backend.end() == 0


def little_memory(folder: Path) -> "contextlib.AbstractContextManager[Running]":
    """A backend below RLIMIT_AS."""
    shell = f'ulimit -v {LITTLE_MEMORY_KIB}; exec "$@"'
    options = ("--socket", str(folder / "socket"), "--log-level", "info")
    return running(folder, *options, arguments=["sh", "-c", shell, "sh", *command(*options)])


def faketime() -> Path:
    """A library that moves the clock of a process, installed when it is missing. Without it: skipped; failed in CI."""
    if not LIBFAKETIME.exists() and os.getuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "libfaketime"]):
            subprocess.run(["apt-get", *step], check=False, capture_output=True, timeout=100)
    if not LIBFAKETIME.exists():
        assert "CI" not in os.environ, "libfaketime is missing"
        pytest.skip("NOT TESTED: libfaketime is not installed (Debian: apt-get install libfaketime)")
    return LIBFAKETIME


@pytest.mark.fault("C21")
@pytest.mark.parametrize("jump", ["+1d", "-1d"])
def test_a_clock_that_jumps_a_day_ends_nothing_early_and_nothing_late(tmp_path: Path, jump: str) -> None:
    moved = tmp_path / "clock"
    moved.write_text("+0", encoding="ascii")
    environment = {
        "LD_PRELOAD": str(faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(moved),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with running(tmp_path, environment=environment) as backend, backend.dial() as line, backend.dial() as other:
        own = {"connection_id": line.open_memory()}
        before = line.ask("health_check")["timestamp"]
        endless = {**own, "sql": DIALECTS["sqlite"].endless}
        request = line.send("query", {**endless, "timeout_ms": 600})
        began = time.monotonic()
        moved.write_text(jump, encoding="ascii")
        assert abs((other.ask("health_check")["timestamp"] - before).total_seconds()) > 80_000, "the clock has moved"
        assert line.answer(request)["data"]["code"] == "timeout"
        assert time.monotonic() - began > 0.5
        assert line.ask_ok("query", {**own, "sql": "SELECT 1"})["rows"] == [[1]]
        assert 0 <= line.ask_ok("health_check")["uptime_ms"] < 3_600_000, "no day"
        assert backend.end() == 0


@pytest.mark.fault("L23", "INV8")
def test_after_kills_the_place_is_free_at_once_and_nothing_pretends_to_be_open(tmp_path: Path) -> None:
    connection_id = None
    for _ in range(3):
        with running(tmp_path) as backend, backend.dial() as line:
            if connection_id is not None:
                lost = line.ask_error("query", {"connection_id": connection_id, "sql": "SELECT 1"})
                assert lost["code"] == "not_found"
            connection_id = line.open_memory()
            line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
            os.kill(backend.pid, signal.SIGKILL)
            assert line.receive() is None, "the client is told at once"
            assert backend.process.wait(SOON_S) == -signal.SIGKILL
    with running(tmp_path) as backend, backend.dial() as line:
        assert line.ask_error("query", {"connection_id": connection_id, "sql": "SELECT 1"})["code"] == "not_found"


@pytest.mark.fault("W08")
def test_odd_names_and_instances_side_by_side_do_not_meet(short_folder: Path) -> None:
    folders = [short_folder / "Prögramme und  Daten", short_folder / "日本"]
    with contextlib.ExitStack() as stack:
        lines = []
        for number, folder in enumerate(folders):
            folder.mkdir()
            backend = stack.enter_context(running(folder, cwd=folder))
            line = stack.enter_context(backend.dial())
            own = {"connection_id": line.ask_ok("db_connect", target_data(folder / "dätä base.db"))["connection_id"]}
            line.ask_ok("query", {**own, "sql": "CREATE TABLE t (a)"})
            line.ask_ok("query", {**own, "sql": f"INSERT INTO t VALUES ({number})"})
            lines.append((line, own, number))
        for line, own, number in lines:
            assert line.ask_ok("query", {**own, "sql": "SELECT a FROM t"})["rows"] == [[number]]
            assert line.ask_ok("health_check")["clients"] == 1
