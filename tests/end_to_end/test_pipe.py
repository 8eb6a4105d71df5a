"""A backend on a Windows pipe, as a process: its session, its ends, its files. These run on Windows, and under Wine."""

import _winapi
import getpass
import json
import msvcrt
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.dialects import target_data
from tests.end_to_end.frames import ENDLESS, Line, dial, frame, hello, read_frame
from tests.end_to_end.process import END_S, command
from tools.services import Service

assert sys.platform == "win32", "mypy reads what follows only there"


@dataclass
class Running:
    process: "subprocess.Popen[bytes]"
    ready: dict[str, Any]
    log: Path

    @property
    def path(self) -> str:
        return str(self.ready["endpoint"]["path"])

    def dial(self) -> AbstractContextManager[Line]:
        return dial(self.ready["endpoint"])

    def cut_lifeline(self) -> int:
        """Close its stdin, and its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(END_S)

    def reasons(self) -> list[str]:
        events = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [event["reason"] for event in events if event["event"] == "backend_ending"]


@contextmanager
def running(folder: Path, *options: str, arguments: Sequence[str] = (), **popen: Any) -> Iterator[Running]:
    log = folder / "backend.log"
    whole = arguments or command("--lifeline", "stdin", "--log-file", str(log), *options)
    process = subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Running(process, json.loads(process.stdout.readline()), log)
    finally:
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(END_S)
        process.stdout.close()


def fails(*options: str) -> "subprocess.CompletedProcess[bytes]":
    """Start a backend that is expected to end by itself."""
    return subprocess.run(command(*options), capture_output=True, stdin=subprocess.DEVNULL, timeout=END_S, check=False)


def test_the_default_pipe_has_the_user_s_name_and_a_random_part(tmp_path: Path) -> None:
    with running(tmp_path) as first, running(tmp_path) as second:
        assert first.ready["endpoint"]["transport"] == "pipe"
        user = "".join(filter(str.isalnum, getpass.getuser()))
        for one in (first, second):
            assert one.path.startswith(f"\\\\.\\pipe\\litebase-{user}-")
        assert first.path != second.path
        assert len(first.path.rpartition("-")[2]) == 16


def test_a_session_by_hand(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        greeting = line.ask("hello", hello())["data"]
        assert greeting["engines"] == ["sqlite", "postgresql", "mysql"]
        assert line.ask("health_check")["data"]["rss_bytes"] > 10_000_000
        opened = line.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["data"]
        query = {"connection_id": opened["connection_id"], "sql": "SELECT ? AS answer", "params": [42]}
        assert line.ask("query", query)["data"]["rows"] == [[42]]
        wrong = line.ask("query", {**query, "sql": "SELECT nonsense", "params": []})
        assert (wrong["type"], wrong["data"]["code"]) == ("error", "query_failed")
        assert line.ask("unknown_type")["data"]["code"] == "unknown_type"
        line.ask("db_disconnect", {"connection_id": opened["connection_id"]})


@pytest.mark.fault("T14")
def test_nothing_is_said_before_the_client_speaks(tmp_path: Path) -> None:
    """Whoever may only read the pipe learns nothing from it."""
    with running(tmp_path) as backend, backend.dial() as line:
        time.sleep(0.5)
        waiting, _ = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(line.stream.fileno()), 0)
        assert waiting == 0
        assert line.ask("health_check")["type"] == "health_response"


@pytest.mark.fault("W06")
def test_postgresql_works_through_the_pipe(tmp_path: Path, postgresql_service: Service) -> None:
    """asyncio's loop that has named pipes cannot wait for PostgreSQL's sockets."""
    with running(tmp_path) as backend, backend.dial() as line, backend.dial() as other:
        connection_id = line.ask_ok("db_connect", target_data(postgresql_service))["connection_id"]
        for number in range(20):
            query = {"connection_id": connection_id, "sql": "SELECT $1::int + 1", "params": [number]}
            assert line.ask_ok("query", query)["rows"] == [[number + 1]]
        sleeping = line.send("query", {"connection_id": connection_id, "sql": "SELECT pg_sleep(600)"})
        assert other.ask_ok("health_check")["requests_in_flight"] == 2
        assert line.ask_ok("cancel", {"request_id": sleeping})["outcome"] == "stopped"
        assert line.answer(sleeping)["data"]["code"] == "cancelled"
        assert backend.cut_lifeline() == 0


def test_the_prompt_uses_a_backend_on_a_pipe(tmp_path: Path) -> None:
    with running(tmp_path) as backend:
        prompt = [sys.executable, "-m", "litebase.client", "sqlite:", "--connect", backend.path]
        script = "SELECT 'größe 日本' AS answer;".encode()
        done = subprocess.run(prompt, input=script, capture_output=True, timeout=END_S, check=False)
        assert done.returncode == 0, done.stderr
        assert "größe 日本" in done.stdout.decode(), "and the lines of the table are there, too"
        assert "─" in done.stdout.decode()


def test_two_clients_at_once_and_a_cancel_of_an_endless_query(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as one, backend.dial() as other:
        opened = one.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["data"]
        running_id = one.send("query", {"connection_id": opened["connection_id"], "sql": ENDLESS})
        assert other.ask("health_check")["data"]["clients"] == 2
        cancel_id = one.send("cancel", {"request_id": running_id})
        answers = {answer["id"]: answer for answer in (one.receive(), one.receive()) if answer is not None}
        assert answers[cancel_id]["data"]["outcome"] == "stopped"
        assert answers[running_id]["data"]["code"] == "cancelled"


def test_a_client_that_vanishes_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as other:
        with backend.dial() as line:
            opened = line.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["data"]
            line.send("query", {"connection_id": opened["connection_id"], "sql": ENDLESS})
        end = time.monotonic() + 10
        while (health := other.ask("health_check")["data"])["clients"] > 1:
            assert time.monotonic() < end
        assert (health["connections"], health["requests_in_flight"]) == (0, 1)


@pytest.mark.fault("T13")
def test_a_pipe_of_a_given_name_belongs_to_the_first_backend(tmp_path: Path) -> None:
    name = f"litebase-test-{os.getpid()} größe"
    with running(tmp_path, "-pipe", name) as backend, backend.dial() as line:
        assert backend.path == f"\\\\.\\pipe\\{name}"
        second = fails("-pipe", name)
        assert second.returncode == 3
        assert b"already running" in second.stderr
        assert line.ask("health_check")["type"] == "health_response"
        assert backend.cut_lifeline() == 0
    with running(tmp_path, "-pipe", name):
        pass


@pytest.mark.parametrize(
    ("options", "words"),
    [(["-pipe", "a\\b"], b"is not a pipe name"), (["-socket", "s"], b"no Unix sockets on Windows; use -pipe")],
)
def test_an_endpoint_that_cannot_be_is_refused_with_the_reason(options: list[str], words: bytes) -> None:
    done = fails(*options)
    assert done.returncode == 4
    assert words in done.stderr
    assert done.stdout == b""


def test_a_cut_lifeline_ends_it_in_order_also_while_a_query_runs(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        opened = line.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["data"]
        line.send("query", {"connection_id": opened["connection_id"], "sql": ENDLESS})
        assert backend.cut_lifeline() == 0
        answer = line.receive()
        assert answer is not None
        assert answer["data"]["code"] == "shutting_down"
        assert backend.reasons() == ["stdin was closed"]


@pytest.mark.fault("L07")
def test_it_ends_when_its_parent_is_gone_whose_stdin_stays_open(tmp_path: Path) -> None:
    """The parent here is another process than the one that holds the pipes, so only its handle can tell."""
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with running(tmp_path, "--parent-pid", str(parent.pid)) as backend, backend.dial() as line:
        assert line.ask("health_check")["type"] == "health_response"
        parent.kill()
        parent.wait(END_S)
        assert backend.process.wait(END_S) == 0
        assert backend.reasons() == [f"the parent process {parent.pid} is gone"]
    assert parent.stdin is not None
    parent.stdin.close()


def test_a_parent_that_is_gone_already_ends_it_at_once(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(END_S)
    with running(tmp_path, "--parent-pid", str(gone.pid)) as backend:
        assert backend.process.wait(END_S) == 0


IN_A_THREAD = """
import signal, sys, threading
from litebase import cli
def later():
    sys.stdin.readline()
    {call}
threading.Thread(target=later, daemon=True).start()
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("signal.raise_signal(signal.SIGBREAK)", "SIGBREAK"),
        ("signal.raise_signal(signal.SIGINT)", "SIGINT"),
        ("from litebase.process import console; console._kept[0](2)", "the console or the user's session closes"),
    ],
)
def test_an_event_of_the_console_ends_it_in_order(tmp_path: Path, call: str, reason: str) -> None:
    """Wine 8 sends no such events without a screen. So they are raised as on Windows, in a thread of the process."""
    script = IN_A_THREAD.format(call=call)
    arguments = [sys.executable, "-c", script, "--log-file", str(tmp_path / "backend.log")]
    with running(tmp_path, arguments=arguments) as backend, backend.dial() as line:
        line.ask("health_check")
        assert backend.process.stdin is not None
        backend.process.stdin.write(b"\n")
        backend.process.stdin.flush()
        assert backend.process.wait(END_S) == 0
        assert backend.reasons() == [reason]


@pytest.mark.parametrize("flags", [subprocess.CREATE_NO_WINDOW, subprocess.DETACHED_PROCESS])
def test_it_needs_no_console(tmp_path: Path, flags: int) -> None:
    """As a host with windows and without a console starts it."""
    with running(tmp_path, creationflags=flags) as backend, backend.dial() as line:
        assert line.ask("health_check")["type"] == "health_response"
        assert backend.cut_lifeline() == 0


def test_paths_may_have_drive_letters_blanks_and_letters_of_any_language(tmp_path: Path) -> None:
    folder = tmp_path / "Größe und файл 1"
    folder.mkdir()
    file = folder / "müsik 日本 #1 100%.db"
    assert file.drive == "C:"
    with running(folder) as backend, backend.dial() as line:
        for path in (str(file), file.as_posix(), str(file).lower()):
            target = {"engine": "sqlite", "mode": "create" if path == str(file) else "read_only", "path": path}
            opened = line.ask("db_connect", target)
            assert opened["type"] != "error", opened
            connection_id = opened["data"]["connection_id"]
            if path == str(file):
                line.ask("query", {"connection_id": connection_id, "sql": "CREATE TABLE t AS SELECT 1 AS a"})
            answer = line.ask("query", {"connection_id": connection_id, "sql": "SELECT a FROM t"})
            assert answer["data"]["rows"] == [[1]]
            line.ask("db_disconnect", {"connection_id": connection_id})
        file.unlink()  # Windows refuses that while anybody has it open


def test_the_log_can_be_read_renamed_and_shared_while_it_is_written(tmp_path: Path) -> None:
    options = ("--log-level", "debug")
    with running(tmp_path, *options) as first, running(tmp_path, *options) as second:
        moved = tmp_path / "moved.log"
        for backend in (first, second):
            with backend.dial() as line:
                line.ask("health_check")
        first.log.rename(moved)
        with first.dial() as line:
            line.ask("health_check")
        assert first.cut_lifeline() == second.cut_lifeline() == 0
    pids = [json.loads(line).get("pid") for line in moved.read_text(encoding="utf-8").splitlines()]
    assert {first.process.pid, second.process.pid} <= set(pids)
    assert not first.log.exists()


def test_rows_that_do_not_fit_into_memory_go_to_a_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TEMP": str(temporary), "TMP": str(temporary)}
    with running(tmp_path, env=environment) as backend, backend.dial() as line:
        opened = line.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["data"]
        numbers = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 60000)"
        sql = f"{numbers} SELECT n, hex(zeroblob(500)) FROM r"
        query = {"connection_id": opened["connection_id"], "sql": sql, "window_rows": 10}
        result = line.ask("query", query)["data"]["result_id"]
        last = line.ask("fetch", {"result_id": result, "offset": 59_999, "limit": 10})["data"]
        assert last["rows"][0][0] == 60_000
        assert len(list(temporary.iterdir())) == 1
        early = line.ask("fetch", {"result_id": result, "offset": 1, "limit": 1})["data"]
        assert early["rows"][0][0] == 2
        assert backend.cut_lifeline() == 0
    assert list(temporary.iterdir()) == []


def test_stdio_serves_its_one_client_and_ends_with_it() -> None:
    with subprocess.Popen(command("--stdio"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(frame("health_check"))
        process.stdin.flush()
        answer = read_frame(process.stdout)
        assert answer is not None
        assert answer["type"] == "health_response"
        process.stdin.close()
        assert process.wait(END_S) == 0


def test_stdio_ends_in_order_when_its_parent_is_gone_and_stdin_is_open() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    whole = command("--stdio", "--parent-pid", str(parent.pid))
    with subprocess.Popen(whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(frame("health_check"))
        process.stdin.flush()
        assert read_frame(process.stdout) is not None
        parent.kill()
        parent.communicate()
        assert process.wait(END_S) == 0
