"""The end of whoever started the backend: by its process, by stdin, and never by mistake."""

import os
import pty
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from litebase.process import parent
from tests.end_to_end.process import END_S, Running, command, fails, running, wait_until
from tests.work import SOON_S

SLEEPER = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]


@contextmanager
def sleeping() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is there until its stdin is closed."""
    with subprocess.Popen(SLEEPER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def lives_on(backend: Running, for_s: float = 0.3) -> None:
    """Fail if the backend ends."""
    time.sleep(for_s)
    backend.settle()
    assert backend.process.poll() is None


@pytest.mark.anyio
@pytest.mark.fault("L07")
async def test_a_process_that_ends_is_noticed_at_once() -> None:
    older = os.getpid()
    with anyio.move_on_after(0.1) as still_there:
        await parent.process_gone(older)
    assert still_there.cancelled_caught, "we ourselves are not gone"
    with anyio.fail_after(SOON_S):
        await parent.process_gone(_ended())


def _ended() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(END_S)
    return ended.pid


@pytest.mark.fault("L12")
@pytest.mark.anyio
@pytest.mark.fault("L12")
async def test_a_process_that_is_younger_than_we_are_is_not_our_parent() -> None:
    """It has got the number of a parent that ended before we looked."""
    with sleeping() as younger, anyio.fail_after(SOON_S):
        await parent.process_gone(younger.pid)
        assert younger.poll() is None


@pytest.mark.fault("L07")
def test_without_a_pidfd_the_parent_is_asked_for_again_and_again(tmp_path: Path) -> None:
    """As on a kernel before 5.3, or in a sandbox that forbids the call."""
    code = (
        "import errno, os, sys\n"
        "def pidfd_open(pid, flags=0): raise OSError(errno.ENOSYS, 'no such call')\n"
        "os.pidfd_open = pidfd_open\n"
        "from litebase import cli\nsys.exit(cli.main(sys.argv[1:]))"
    )
    with sleeping() as process:
        options = ("--socket", str(tmp_path / "socket"), "--parent-pid", str(process.pid), "--log-level", "debug")
        with running(tmp_path, arguments=[sys.executable, "-c", code, *options]) as backend:
            lives_on(backend)
            process.kill()
            assert backend.process.wait(END_S) == 0


@pytest.mark.fault("L07")
@pytest.mark.fault("L07", "L11")
def test_the_end_of_stdin_is_the_end_with_a_lifeline(tmp_path: Path) -> None:
    with running(tmp_path, "--lifeline", "stdin", stdin=subprocess.PIPE) as backend:
        assert backend.process.stdin is not None
        backend.process.stdin.write(b"not for us\n" * 1000)
        backend.process.stdin.flush()
        lives_on(backend)
        backend.process.stdin.close()
        assert backend.process.wait(END_S) == 0
        assert "stdin was closed" in [event.get("reason") for event in backend.events()]
    assert not (tmp_path / "socket").exists()


@pytest.mark.fault("L07")
def test_a_host_that_is_killed_takes_the_lifeline_with_it(tmp_path: Path) -> None:
    host = (
        "import subprocess, sys\nchild = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\n"
        "import time; time.sleep(600)"
    )
    options = command("--socket", str(tmp_path / "socket"), "--lifeline", "stdin", "--log-level", "debug")
    with running(tmp_path, arguments=[sys.executable, "-c", host, *options]) as started:
        started.settle()
        started.process.kill()
        wait_until(lambda: not (tmp_path / "socket").exists())


def _terminal() -> tuple[int, int]:
    ours, theirs = pty.openpty()
    return theirs, ours


def _socket() -> tuple[int, int]:
    ours, theirs = socket.socketpair()
    return theirs.detach(), ours.detach()


@pytest.mark.fault("L07")
@pytest.mark.parametrize("make", [_terminal, _socket])
def test_a_socket_and_a_terminal_are_lifelines_too(tmp_path: Path, make: Any) -> None:
    theirs, ours = make()
    try:
        with running(tmp_path, "--lifeline", "stdin", stdin=theirs) as backend:
            os.close(theirs)
            lives_on(backend)
            os.close(ours)
            ours = -1
            assert backend.process.wait(END_S) == 0
    finally:
        if ours >= 0:
            os.close(ours)


@pytest.mark.fault("L02")
def test_a_lifeline_that_nobody_can_hold_is_refused_at_the_start(tmp_path: Path) -> None:
    for name in ("/dev/null", str(tmp_path / "file")):
        with Path(name).open("a+b") as held:
            ended = fails("--lifeline", "stdin", "--socket", str(tmp_path / "socket"), stdin=held)
        assert ended.returncode == 4
        assert b"needs a pipe on stdin" in ended.stderr
        assert ended.stdout == b""
    ended = fails("--lifeline", "stdin", "--stdio", stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stdout) == (2, b"")


@pytest.mark.fault("L10")
def test_without_the_flag_stdin_is_never_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"ours")
        with running(tmp_path, stdin=reading) as backend:
            lives_on(backend)
            assert os.read(reading, 100) == b"ours", "it is still there"
            os.close(writing)
            writing = -1
            lives_on(backend)
            assert backend.end() == 0
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)


def test_nothing_of_a_lifeline_stays_in_the_backend(tmp_path: Path) -> None:
    """What is written to it is thrown away, however much it is."""
    with running(tmp_path, "--lifeline", "stdin", stdin=subprocess.PIPE) as backend, backend.dial() as line:
        stdin = backend.process.stdin
        assert stdin is not None
        before = line.ask_ok("health_check")["rss_bytes"]
        writer = threading.Thread(target=stdin.write, args=[bytes(20_000_000)])
        writer.start()
        writer.join(END_S)
        assert line.ask_ok("health_check")["rss_bytes"] < before + 10_000_000
