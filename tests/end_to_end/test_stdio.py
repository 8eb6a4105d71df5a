"""A session over the standard streams, by hand."""

import contextlib
import io
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.frames import ENDLESS, Line, frame, read_frame
from tests.end_to_end.process import END_S, command


@contextlib.contextmanager
def session(log: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", Line]]:
    """A backend whose stdin and stdout are one socket, which the line speaks to."""
    ours, theirs = socket.socketpair()
    with theirs, log.open("wb") as errors:
        process = subprocess.Popen(
            arguments or command("--stdio", "--log-level", "debug"),
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=errors,
        )
    line = Line(ours)
    try:
        yield process, line
    finally:
        line.close()
        if process.poll() is None:
            process.terminate()
        process.wait(END_S)


def test_a_session_is_answered_and_the_end_of_input_ends_the_process(tmp_path: Path) -> None:
    with session(tmp_path / "log") as (process, line):
        assert line.ask_ok("health_check")["pid"] == process.pid
        connection_id = line.open_memory()
        answer = line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1, 'x'"})
        assert answer["rows"] == [[1, "x"]]
        line.stream.shutdown(socket.SHUT_WR)
        assert line.receive() is None, "there is no ready line and nothing else between the frames"
        assert process.wait(END_S) == 0
    assert "the only client has gone" in (tmp_path / "log").read_text(encoding="utf-8")


def test_an_endless_statement_ends_with_the_input(tmp_path: Path) -> None:
    with session(tmp_path / "log") as (process, line):
        connection_id = line.open_memory()
        line.send("query", {"connection_id": connection_id, "sql": ENDLESS})
        line.ask_ok("health_check")
        line.stream.shutdown(socket.SHUT_WR)
        assert process.wait(END_S) == 0


def test_sigterm_ends_a_session(tmp_path: Path) -> None:
    with session(tmp_path / "log") as (process, line):
        line.ask_ok("health_check")
        process.terminate()
        assert line.receive() is None
        assert process.wait(END_S) == 0


def test_stdin_that_is_closed_at_once_ends_the_process_with_0() -> None:
    done = subprocess.run(command("--stdio"), input=b"", capture_output=True, check=False, timeout=END_S)
    assert (done.returncode, done.stdout) == (0, b"")


def test_requests_from_a_file_are_answered_into_a_file(tmp_path: Path) -> None:
    ids = [f"f{number}" for number in range(20)]
    (tmp_path / "in").write_bytes(b"".join(frame("health_check", request_id=one) for one in ids))
    with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as sink:
        done = subprocess.run(
            command("--stdio"), stdin=source, stdout=sink, stderr=subprocess.PIPE, check=False, timeout=END_S
        )
    assert done.returncode == 0
    answers = (tmp_path / "out").read_bytes()
    assert sorted(read_all(answers)) == sorted(ids)


def read_all(answers: bytes) -> list[Any]:
    source = io.BytesIO(answers)
    found = []
    while (message := read_frame(source)) is not None:
        found.append(message["id"])
    return found


PRINTS = """
import os, sys, threading, time
def shout():
    while os.fstat(1).st_ino != os.fstat(2).st_ino:
        time.sleep(0.001)  # until the streams are moved aside
    while True:
        print("a library prints", flush=True)
        os.write(1, b"and so does its C code\\n")
        time.sleep(0.001)
threading.Thread(target=shout, daemon=True).start()
from litebase.cli import main
sys.exit(main(["--stdio"]))
"""


def test_a_print_inside_cannot_corrupt_frames(tmp_path: Path) -> None:
    with session(tmp_path / "log", sys.executable, "-c", PRINTS) as (process, line):
        for _ in range(200):
            line.ask_ok("health_check")
        connection_id = line.open_memory()
        rows = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 5000) SELECT n FROM r"
        answer = line.ask_ok("query", {"connection_id": connection_id, "sql": rows, "window_rows": 5000})
        assert len(answer["rows"]) == 5000
        line.stream.shutdown(socket.SHUT_WR)
        assert process.wait(END_S) == 0
    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert "a library prints" in text
    assert "and so does its C code" in text


def test_bytes_that_are_no_frame_end_the_process_in_order(tmp_path: Path) -> None:
    with session(tmp_path / "log") as (process, line):
        line.stream.sendall(b"SELECT 1;\n")
        refused = line.receive()
        assert refused is not None
        assert refused["data"]["code"] == "frame_too_large"
        assert line.receive() is None
        assert process.wait(END_S) == 0


@pytest.mark.fault("L10")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_standard_streams_that_are_not_open_are_a_reason_and_no_riddle(closed: str) -> None:
    """Without stdin or stdout there is no session: that is a reason on stderr, and never a wrong descriptor in use."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command("--stdio")],
        input=frame("health_check", request_id="one"),
        capture_output=True,
        check=False,
        timeout=END_S,
    )
    if closed == "2>&-":
        assert (done.returncode, read_all(done.stdout)) == (0, ["one"])
    else:
        assert done.returncode == 4
        assert done.stdout == b""
    if closed in ("<&-", ">&-"):
        assert b"litebase-backend: " in done.stderr
