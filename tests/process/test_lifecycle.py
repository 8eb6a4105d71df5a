"""The life of the process, where only its inside can be arranged; the rest is in end_to_end/."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from litebase.process.exit_codes import ExitCode
from tests.end_to_end.process import END_S, running

BLOCKED = """
import asyncio, sys, time
from litebase import cli
from litebase.process import lifecycle

close_clients = lifecycle.close_clients

async def close_clients_and_block(backend, patience_s):
    asyncio.get_running_loop().call_soon(time.sleep, 600)
    await close_clients(backend, patience_s)

lifecycle.close_clients = close_clients_and_block
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.fault("L06")
def test_a_clean_up_that_never_returns_is_ended_hard_and_told(tmp_path: Path) -> None:
    """Once the end has begun, the event loop is kept busy. A statement that hears no interrupt gives it the time."""
    arguments = [sys.executable, "-c", BLOCKED, "--socket", str(tmp_path / "socket"), "--log-level", "debug"]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line:
        backend.start_deaf_statement(line)
        began = time.monotonic()
        backend.process.terminate()
        assert backend.process.wait(END_S) == ExitCode.FORCED
        assert time.monotonic() - began > 3
        last = backend.events()[-1]
        assert (last["event"], last["level"]) == ("backend_forced", "error")
        assert "5 s" in last["reason"]


def test_every_exit_code_has_a_number_of_its_own_and_a_meaning() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6]
    assert len({code.meaning for code in ExitCode}) == len(ExitCode)


@pytest.mark.fault("L12")
def test_another_process_with_the_parents_number_is_not_taken_for_it(tmp_path: Path) -> None:
    """The parent ends and is not waited for, so its number stays taken; it is gone all the same."""
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdin is not None
    with running(tmp_path, "--parent-pid", str(parent.pid)) as backend:
        backend.settle()
        parent.stdin.close()
        assert backend.process.wait(END_S) == 0
        reasons = [event.get("reason", "") for event in backend.events()]
        assert f"the parent process {parent.pid} is gone" in reasons
    parent.wait(END_S)


def test_the_log_tells_the_life_from_ready_to_stopped(tmp_path: Path) -> None:
    with running(tmp_path, "--log-level", "info", "--log-file", str(tmp_path / "life")) as backend:
        backend.settle()
        backend.end()
    events = [json.loads(line) for line in (tmp_path / "life").read_text(encoding="utf-8").splitlines()]
    assert [event["event"] for event in events] == ["backend_ready", "backend_ending", "backend_stopped"]
    assert events[0]["path"] == str(tmp_path / "socket")
    assert events[1]["reason"] == "SIGTERM"
    assert (tmp_path / "log").read_bytes() == b"", "stderr stays empty"
