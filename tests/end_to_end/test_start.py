"""Starting the process: what it says, what it needs, and how it fails."""

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.frames import dial
from tests.end_to_end.process import END_S, command, fails, running, wait_until
from tests.work import SOON_S

TOKEN = "a-token-of-more-than-22-characters"


@pytest.mark.fault("L01")
def test_one_ready_line_and_nothing_else_on_stdout(tmp_path: Path) -> None:
    with running(tmp_path) as backend:
        assert set(backend.ready) == {"event", "protocol", "version", "pid", "endpoint"}
        assert backend.ready["event"] == "ready"
        assert backend.ready["pid"] == backend.pid
        assert backend.ready["endpoint"] == {"transport": "unix", "path": str(tmp_path / "socket")}
        with backend.dial() as line:
            health = line.ask_ok("health_check")
            assert f"{health['protocol']['major']}.{health['protocol']['minor']}" == backend.ready["protocol"]
            assert health["version"] == backend.ready["version"]
            connection_id = line.open_memory()
            line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
            line.ask_error("query", {"connection_id": connection_id, "sql": "SELEKT"})
        assert backend.end() == 0
        assert backend.process.stdout is not None
        assert backend.process.stdout.read() == b""


def unusable_socket(folder: Path) -> list[str]:
    (folder / "socket").mkdir()
    return ["--socket", str(folder / "socket")]


def readable_token(folder: Path) -> list[str]:
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    (folder / "token").chmod(0o644)
    return ["--port", "0", "--token-file", str(folder / "token")]


def private_token(content: bytes) -> Callable[[Path], list[str]]:
    def made(folder: Path) -> list[str]:
        (folder / "token").write_bytes(content)
        (folder / "token").chmod(0o600)
        return ["--port", "0", "--token-file", str(folder / "token")]

    return made


def fifo(*options: str) -> Callable[[Path], list[str]]:
    def made(folder: Path) -> list[str]:
        os.mkfifo(folder / "fifo", 0o600)
        return [*options, str(folder / "fifo")]

    return made


START_FAILURES: dict[str, tuple[Callable[[Path], list[str]], int, str]] = {
    "socket is a directory": (unusable_socket, 4, "not a socket of yours"),
    "socket path too long": (lambda folder: ["--socket", str(folder / ("x" * 120))], 4, "100 is the most"),
    "socket folder missing": (lambda folder: ["--socket", str(folder / "none" / "s")], 4, "No such file"),
    "log file is a directory": (lambda folder: ["--log-file", str(folder)], 4, "directory"),
    "log file in no folder": (lambda folder: ["--log-file", str(folder / "none" / "log")], 4, "none"),
    "log file is a FIFO that nobody reads": (fifo("--log-file"), 4, "fifo"),
    "token file missing": (lambda folder: ["--port", "0", "--token-file", str(folder / "none")], 4, "none"),
    "token file readable by others": (readable_token, 4, "chmod 600"),
    "token too short": (private_token(b"short\n"), 4, "shorter than 22"),
    "token empty": (private_token(b""), 4, "shorter than 22"),
    "token not UTF-8": (private_token(b"\xff" * 40), 4, "token"),
    "token file is a FIFO": (fifo("--port", "0", "--token-file"), 4, "fifo"),
    "named pipe": (lambda folder: ["--pipe", "litebase"], 4, "-socket"),
}


@pytest.mark.fault("L02")
@pytest.mark.parametrize("case", START_FAILURES)
def test_a_start_that_fails_says_why_in_one_line(tmp_path: Path, case: str) -> None:
    make, code, reason = START_FAILURES[case]
    ended = fails(*make(tmp_path), timeout=SOON_S, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    errors = ended.stderr.decode()
    assert ended.returncode == code, errors
    assert ended.stdout == b"", "no ready line"
    reasons = [line for line in errors.splitlines() if line.startswith("litebase-backend: ")]
    assert len(reasons) == 1
    assert reason in reasons[0]
    assert "Traceback" not in errors


@pytest.mark.fault("C16")
def test_a_second_backend_ends_with_3_and_the_first_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        second = fails("--socket", str(tmp_path / "socket"))
        assert second.returncode == 3
        assert b"already running" in second.stderr
        assert second.stdout == b""
        first.settle()
        assert first.end() == 0


@pytest.mark.fault("C16")
def test_a_second_backend_on_the_same_port_leaves_the_firsts_token_alone(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with running(tmp_path, "--port", port, environment=environment) as first:
        token_file = Path(first.endpoint["token_file"])
        token = token_file.read_bytes()
        second = fails("--port", port, env={**os.environ, **environment})
        assert second.returncode == 3
        assert second.stdout == b""
        assert token_file.exists(), "the second start removed the token file of the first"
        assert token_file.read_bytes() == token


@pytest.mark.fault("C16")
def test_of_four_starts_at_once_one_wins(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            command("--socket", str(tmp_path / "socket")), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(4)
    ]
    try:
        lines = []
        for start in starts:
            assert start.stdout is not None
            lines.append(start.stdout.readline())
        winners = [start for start, line in zip(starts, lines, strict=True) if line]
        assert len(winners) == 1
        assert [start.wait(END_S) for start in starts if start is not winners[0]] == [3, 3, 3]
        with dial({"transport": "unix", "path": str(tmp_path / "socket")}) as line:
            assert line.ask_ok("health_check")["pid"] == winners[0].pid
    finally:
        for start in starts:
            start.terminate()
            start.wait(END_S)
            assert start.stdout is not None
            start.stdout.close()


@pytest.mark.fault("C17")
def test_after_a_sigkill_the_next_start_works(tmp_path: Path) -> None:
    with running(tmp_path) as killed:
        killed.process.kill()
        killed.process.wait(END_S)
    assert (tmp_path / "socket").is_socket(), "the kill left it behind"
    with running(tmp_path) as backend:
        backend.settle()
        assert backend.end() == 0
    assert not (tmp_path / "socket").exists()
    assert not (tmp_path / "socket.lock").exists()


@pytest.mark.fault("T01")
def test_the_default_socket_is_private_under_umask_000(tmp_path: Path) -> None:
    arguments = command("--log-level", "warn")
    with running(tmp_path, arguments=arguments, environment={"XDG_RUNTIME_DIR": str(tmp_path)}, umask=0) as backend:
        path = Path(backend.endpoint["path"])
        assert path == tmp_path / "litebase" / "litebase.sock"
        assert stat.S_IMODE(path.parent.lstat().st_mode) == 0o700
        assert stat.S_IMODE(path.lstat().st_mode) == 0o600
        backend.settle()


@pytest.mark.fault("T03")
def test_a_default_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "litebase").mkdir()
    (tmp_path / "litebase").chmod(0o775)
    for options in ([], ["--port", "0"]):
        ended = fails(*options, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
        assert ended.returncode == 4
        assert b"0700" in ended.stderr
    assert list((tmp_path / "litebase").iterdir()) == []


def without(*names: str) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in names}


SURROUNDINGS: dict[str, dict[str, Any]] = {
    "no HOME": {"env": without("HOME")},
    "HOME is no folder": {"env": {**os.environ, "HOME": "/nonexistent"}},
    "no XDG_RUNTIME_DIR": {"env": without("XDG_RUNTIME_DIR")},
    "LC_ALL=C": {"env": {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}},
    "umask 0077": {"umask": 0o077},
    "umask 0777": {"umask": 0o777},
}


@pytest.mark.fault("L19")
@pytest.mark.parametrize("case", SURROUNDINGS)
def test_odd_surroundings_change_nothing(tmp_path: Path, case: str) -> None:
    folder = tmp_path / "søcket"
    folder.mkdir()
    process = subprocess.Popen(
        command("--socket", str(folder / "s")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **SURROUNDINGS[case],
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        ready = json.loads(process.stdout.readline() or process.stderr.read())
        with dial(ready["endpoint"]) as line:
            connection_id = line.open_memory()
            answer = line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 'ø'"})
            assert answer["rows"] == [["ø"]]
    finally:
        process.terminate()
        assert process.wait(END_S) == 0
        process.stdout.close()
        process.stderr.close()


@pytest.mark.fault("L19")
def test_a_deleted_working_directory_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    shell = f'cd {tmp_path / "gone"} && rmdir {tmp_path / "gone"} && exec "$@"'
    arguments = ["sh", "-c", shell, "sh", *command("--socket", str(tmp_path / "socket"))]
    with running(tmp_path, arguments=arguments) as backend:
        backend.settle()
        assert backend.end() == 0


def test_a_relative_socket_path_is_told_as_one_that_works_from_anywhere(tmp_path: Path) -> None:
    with running(tmp_path, "--socket", "relative", cwd=tmp_path) as backend:
        assert Path(backend.endpoint["path"]).is_absolute(), "a host with another working directory cannot connect"
        backend.settle()


@pytest.mark.fault("L10")
@pytest.mark.parametrize("stdin", ["/dev/null", "a file", "a closed pipe", "closed"])
def test_stdin_is_no_lifeline(tmp_path: Path, stdin: str) -> None:
    (tmp_path / "file").write_text("text", encoding="utf-8")
    reading, writing = os.pipe()
    os.close(writing)
    chosen: int = {"/dev/null": subprocess.DEVNULL, "a closed pipe": reading}.get(
        stdin, os.open(tmp_path / "file", os.O_RDONLY)
    )
    arguments = command("--socket", str(tmp_path / "socket"))
    if stdin == "closed":
        arguments = ["sh", "-c", 'exec "$@" <&-', "sh", *arguments]
    try:
        with running(tmp_path, arguments=arguments, stdin=chosen) as backend:
            with backend.dial() as line:
                line.ask_ok("health_check")
            assert backend.process.poll() is None
            assert backend.end() == 0
            assert [event["event"] for event in backend.events()][-1] == "backend_stopped"
    finally:
        os.close(reading)
        if chosen not in (subprocess.DEVNULL, reading):
            os.close(chosen)


@pytest.mark.fault("L13")
def test_a_reader_of_the_ready_line_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command("--socket", str(tmp_path / "socket")), stdout=writing, stderr=log)
    os.close(writing)
    try:
        wait_until(lambda: "ready_line_not_written" in (tmp_path / "log").read_text(encoding="utf-8"))
        with dial({"transport": "unix", "path": str(tmp_path / "socket")}) as line:
            line.ask_ok("health_check")
    finally:
        process.terminate()
        assert process.wait(END_S) == 0


def test_a_signal_at_the_moment_of_the_ready_line_ends_in_order(tmp_path: Path) -> None:
    """A host may change its mind as soon as it reads the line. Here the line waits in a full pipe for the signal."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while select.select([], [writing], [], 0)[1]:
        try:
            os.write(writing, b" " * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command("--socket", str(tmp_path / "socket")), stdout=writing, stderr=log)
    os.close(writing)
    try:
        wait_until((tmp_path / "socket").exists)
        wait_until(lambda: b"backend_ready" in (tmp_path / "log").read_bytes())
        process.send_signal(signal.SIGTERM)
        os.set_blocking(reading, False)

        def drained() -> bool:
            while select.select([reading], [], [], 0)[0]:
                if not os.read(reading, 65536):
                    break
            return process.poll() is not None

        wait_until(drained)
        assert process.returncode == 0, "the signal was not caught yet"
        assert not (tmp_path / "socket").exists()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(END_S)
        os.close(reading)


def test_the_installed_command_starts_too(tmp_path: Path) -> None:
    arguments = [str(Path(sys.executable).with_name("litebase-backend")), "-socket", str(tmp_path / "socket")]
    with running(tmp_path, arguments=arguments) as backend:
        backend.settle()
        assert backend.end() == 0
