"""The standard streams as a transport. Each test listens in a child process, since there is one stdin per process."""

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

import pytest

from tests.end_to_end.process import processor_ticks
from tests.work import SOON_S

ECHO = """
import anyio, os, sys
from litebase.transport import StdioAddress, listen

async def main():
    listener = await listen(StdioAddress())
    assert listener.endpoint == {"transport": "stdio"}
    print("printed inside", flush=True)
    os.system("echo printed by a child")
    assert sys.stdin.read() == "", "a library that reads stdin gets nothing, and none of the frames"
    stream = await listener.accept()
    async with anyio.create_task_group() as tasks:
        async def second():
            try:
                await listener.accept()
            except anyio.ClosedResourceError:
                os.write(2, b"no second client\\n")
        tasks.start_soon(second)
        try:
            while True:
                await stream.send(await stream.receive(65536))
        except anyio.EndOfStream:
            await stream.aclose()
            await stream.aclose()

anyio.run(main)
"""


@contextmanager
def echoing(**popen: Any) -> Iterator["subprocess.Popen[bytes]"]:
    popen = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
    process = subprocess.Popen([sys.executable, "-c", ECHO], **popen)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(SOON_S)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def test_bytes_come_back_and_prints_go_to_stderr() -> None:
    with echoing() as process:
        out, errors = process.communicate(b"\x00frames\xff", timeout=SOON_S)
    assert out == b"\x00frames\xff"
    assert errors.split(b"\n") == [b"printed inside", b"printed by a child", b"no second client", b""]
    assert process.returncode == 0


def test_a_large_answer_waits_for_a_slow_reader_and_arrives_whole() -> None:
    sent = os.urandom(2_000_000)
    with echoing() as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def send() -> None:
            assert process.stdin is not None
            process.stdin.write(sent)
            process.stdin.close()

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.5)  # the pipes are full now
        received = process.stdout.read()
        sender.join()
        process.stdin = None
    assert received == sent


def test_input_from_a_file_and_output_to_a_file(tmp_path: Path) -> None:
    sent = os.urandom(300_000)
    (tmp_path / "in").write_bytes(sent)
    with (
        (tmp_path / "in").open("rb") as source,
        (tmp_path / "out").open("wb") as sink,
        echoing(stdin=source, stdout=sink) as process,
    ):
        assert process.wait(SOON_S) == 0
    assert (tmp_path / "out").read_bytes() == sent


@pytest.mark.fault("L10")
def test_dev_null_is_the_end_of_input() -> None:
    with echoing(stdin=subprocess.DEVNULL) as process:
        out, _ = process.communicate(timeout=SOON_S)
    assert out == b""
    assert process.returncode == 0


def test_one_socket_may_be_both_sides() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, echoing(stdin=theirs, stdout=theirs) as process:
        theirs.close()
        ours.sendall(b"both ways")
        ours.settimeout(SOON_S)
        assert ours.recv(100) == b"both ways"
        ours.shutdown(socket.SHUT_WR)
        assert ours.recv(100) == b""
        assert process.wait(SOON_S) == 0


@pytest.mark.fault("L10")
def test_a_terminal_works() -> None:
    ours, theirs = pty.openpty()
    with echoing(stdin=theirs) as process:
        os.close(theirs)
        assert process.stdout is not None
        os.write(ours, b"typed\n")
        assert process.stdout.readline() == b"typed\n"
        os.write(ours, b"\x04")  # Ctrl-D
        assert process.wait(SOON_S) == 0
    os.close(ours)


def test_waiting_for_input_takes_no_processor_time() -> None:
    with echoing() as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"printed inside\n"
        assert process.stderr.readline() == b"printed by a child\n"
        time.sleep(0.2)
        before = processor_ticks(process.pid)
        time.sleep(0.5)
        assert processor_ticks(process.pid) - before <= 5
        process.communicate(timeout=SOON_S)


@pytest.mark.fault("L13")
@pytest.mark.parametrize("closed", ["stdout", "stdin"])
def test_a_reader_that_goes_away_ends_in_order(closed: str) -> None:
    """The error is the stream's, not a crash: the echo program ends with Python's own exit code for it."""
    with echoing() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if closed == "stdout":
            process.stdout.close()
            process.stdin.write(b"x")
            process.stdin.flush()
        process.stdin.close()
        assert process.wait(SOON_S) == (1 if closed == "stdout" else 0)
        assert process.stderr is not None
        errors = process.stderr.read()
        assert (b"BrokenResourceError" in errors) == (closed == "stdout")
        process.stdin = None
