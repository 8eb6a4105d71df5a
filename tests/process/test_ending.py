"""The end of the process: how long it takes, and what ends it hard."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from litebase.process.exit_codes import ExitCode
from tests.end_to_end.process import END_S, fails, running, wait_until

BLOCKED = """
import sys, time
from litebase import cli
from litebase.server.handlers import cancel

async def block(session, request):
    time.sleep(600)

cancel.cancel = block
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.fault("L03")
def test_an_idle_backend_ends_sooner_than_it_started(tmp_path: Path) -> None:
    """So it waits for nothing. Of several tries one counts: what else the machine does hits the one or the other."""
    times_its_start: list[float] = []
    while len(times_its_start) < 8 and min(times_its_start, default=1.0) >= 1:
        began = time.monotonic()
        with running(tmp_path) as backend:
            backend.settle()
            asked = time.monotonic()
            assert backend.end() == 0
            times_its_start.append((time.monotonic() - asked) / (asked - began))
        assert [path.name for path in tmp_path.iterdir()] == ["log"]
    assert min(times_its_start) < 1


@pytest.mark.fault("L05")
@pytest.mark.fault("L05", "L06")
def test_a_second_signal_ends_a_backend_whose_loop_is_blocked(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", BLOCKED, "--socket", str(tmp_path / "socket"), "--log-level", "debug"]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line:
        line.send("cancel", {"request_id": "x"})
        wait_until(lambda: any(event["event"] == "event_loop_blocked" for event in backend.events()))
        backend.process.terminate()
        time.sleep(0.2)
        assert backend.process.poll() is None
        backend.process.terminate()
        assert backend.process.wait(END_S) == ExitCode.FORCED
        assert backend.events()[-1]["event"] == "backend_forced"
        assert backend.reasons() == ["litebase-backend: The end was forced: a second signal."]


@pytest.mark.fault("L06")
def test_a_loop_that_is_blocked_when_the_signal_comes_is_ended_at_the_deadline(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", SHORT + BLOCKED, "--socket", str(tmp_path / "socket"), "--log-level", "debug"]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line:
        line.send("cancel", {"request_id": "x"})
        time.sleep(0.2)
        began = time.monotonic()
        assert backend.end() == ExitCode.FORCED
        assert time.monotonic() - began > 0.8
        assert backend.reasons() == ["litebase-backend: The end was forced: the end took longer than 1.6 s."]


SHORT = """
import dataclasses
from litebase import settings
changed = dataclasses.replace(settings.Settings(), shutdown_s=1.6)
settings.Settings = lambda: changed
"""


@pytest.mark.fault("L05", "L07")
def test_a_signal_behind_a_cut_lifeline_leaves_the_end_in_order(tmp_path: Path) -> None:
    with running(tmp_path, "--lifeline", "stdin", stdin=subprocess.PIPE) as backend, backend.dial() as line:
        request = backend.start_deaf_statement(line)
        assert backend.process.stdin is not None
        backend.process.stdin.close()
        wait_until(lambda: any(event["event"] == "backend_ending" for event in backend.events()))
        backend.process.terminate()
        assert line.answer(request)["data"]["code"] == "shutting_down"
        assert backend.process.wait(END_S) == 0


@pytest.mark.fault("L05", "L07")
def test_a_signal_while_the_process_is_ending_never_changes_its_exit_code(tmp_path: Path) -> None:
    """A host may close the lifeline and send SIGTERM whenever it likes, also when Python itself is about to end."""
    for delay_ms in range(0, 100, 10):
        with running(tmp_path, "--lifeline", "stdin", stdin=subprocess.PIPE) as backend:
            assert backend.process.stdin is not None
            backend.process.stdin.close()
            time.sleep(delay_ms / 1000)
            backend.process.terminate()
            assert backend.process.wait(END_S) == 0
            assert backend.reasons() == []


@pytest.mark.fault("L14")
@pytest.mark.fault("L13", "L14")
def test_a_fault_ends_the_process_although_its_stderr_is_full_and_nobody_reads_it(tmp_path: Path) -> None:
    """The last words are left out rather than waited for."""
    script = """
import os, sys
os.set_blocking(2, False)
try:
    while True: os.write(2, bytes(4096))
except BlockingIOError: pass
os.set_blocking(2, True)
from litebase import cli
sys.exit(cli.main(sys.argv[1:]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, "--stdio"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, "--socket", str(tmp_path / "no" / "folder")], stderr=subprocess.PIPE
    )
    try:
        assert process.wait(END_S) == 0
        assert other.wait(END_S) == ExitCode.UNUSABLE
    finally:
        for one in (process, other):
            one.kill()
            one.wait(END_S)
            assert one.stderr is not None
            one.stderr.close()


def test_without_a_client_for_the_given_time_the_backend_ends(tmp_path: Path) -> None:
    with running(tmp_path, "--idle-exit", "1") as backend:
        with backend.dial() as line:
            line.ask_ok("health_check")
            time.sleep(1.5)
            line.ask_ok("health_check")
        left = time.monotonic()
        assert backend.process.wait(END_S) == 0
        assert time.monotonic() - left > 0.9
        assert "there was no client for 1 s" in [event.get("reason") for event in backend.events()]
    with running(tmp_path, "--idle-exit", "0.5") as backend:
        assert backend.process.wait(END_S) == 0, "also when none ever came"


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", ""])
def test_an_idle_exit_that_is_no_time_is_refused(seconds: str) -> None:
    ended = fails("--idle-exit", seconds)
    assert ended.returncode == 2
    assert b"is not a number of seconds" in ended.stderr
