"""W02, L08: the process that the host knows is killed, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.frames import ENDLESS
from tests.frozen.conftest import GONE_S, frozen, processes_of, within


def unpacked(folder: Path) -> list[Path]:
    return list(folder.glob("_MEI*"))


@pytest.mark.fault("W02")
def test_a_built_folder_is_one_process_and_a_kill_leaves_none(program: Path, tmp_path: Path) -> None:
    with frozen(program, tmp_path, TMPDIR=str(tmp_path)) as backend:
        assert processes_of(program) == [backend.pid] == [backend.ready["pid"]]
        backend.process.kill()
        assert within(GONE_S, lambda: processes_of(program) == [])
        assert unpacked(tmp_path) == []


@pytest.mark.fault("W02")
def test_one_file_is_two_processes_and_a_kill_of_the_first_leaves_nothing(one_file: Path, tmp_path: Path) -> None:
    with frozen(one_file, tmp_path, TMPDIR=str(tmp_path)) as backend:
        assert sorted(processes_of(one_file)) == sorted([backend.pid, backend.ready["pid"]])
        assert len(unpacked(tmp_path)) == 1
        backend.process.kill()
        assert within(GONE_S, lambda: processes_of(one_file) == [])
        assert unpacked(tmp_path) == []
        assert not (tmp_path / "socket").exists()


@pytest.mark.fault("W02")
def test_also_while_a_statement_runs(one_file: Path, tmp_path: Path) -> None:
    with frozen(one_file, tmp_path, TMPDIR=str(tmp_path)) as backend, backend.dial() as line:
        line.send("query", {"connection_id": line.open_memory(), "sql": ENDLESS})
        line.ask_ok("health_check")
        backend.process.kill()
        assert within(GONE_S, lambda: processes_of(one_file) == [])
        assert unpacked(tmp_path) == []


@pytest.mark.fault("W02")
@pytest.mark.parametrize("after_s", [0.02, *(0.1 + 0.015 * step for step in range(14)), 0.4, 0.6])
def test_also_at_any_moment_of_the_start(one_file: Path, tmp_path: Path, after_s: float) -> None:
    """The folder of a starter that was killed while it unpacked stays: nobody lives who knows of it."""
    arguments = [str(one_file), "--socket", str(tmp_path / "socket")]
    process = subprocess.Popen(
        arguments,
        env={"TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after_s)
    had_child = len(processes_of(one_file)) == 2
    process.kill()
    process.wait()
    assert within(GONE_S, lambda: processes_of(one_file) == [])
    if had_child:
        assert unpacked(tmp_path) == []


def test_sigterm_ends_the_one_file_in_order(one_file: Path, tmp_path: Path) -> None:
    with frozen(one_file, tmp_path, TMPDIR=str(tmp_path)) as backend:
        backend.settle()
        assert backend.end() == 0
        assert processes_of(one_file) == []
        assert unpacked(tmp_path) == []
        assert not (tmp_path / "socket").exists()
        assert "backend_stopped" in [event["event"] for event in backend.events()]


PARENT = """
import os, subprocess, sys
arguments = [sys.argv[1], "--socket", sys.argv[2], "--parent-pid", str(os.getpid())]
subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
sys.stdin.read()
"""


@pytest.mark.fault("L08")
@pytest.mark.parametrize("kind", ["program", "one_file"])
def test_the_end_of_the_host_ends_every_process(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    built: Path = request.getfixturevalue(kind)
    host = subprocess.Popen(
        [sys.executable, "-c", PARENT, built, str(tmp_path / "socket")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert host.stdin is not None
    assert host.stdout is not None
    assert b"ready" in host.stdout.readline()
    host.send_signal(signal.SIGKILL)
    host.wait()
    assert within(GONE_S, lambda: processes_of(built) == [])
    assert unpacked(tmp_path) == []
    assert not (tmp_path / "socket").exists()
    host.stdin.close()
    host.stdout.close()
