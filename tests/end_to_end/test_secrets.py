"""A canary in every place that a secret may come from: it is in no log, no output and no argument list."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.frames import Line, dial, frame, framed, hello
from tests.end_to_end.process import Running, fails, running

CANARY = "CANARY-7f3a9c2e-0123456789"
TOKEN = f"{CANARY}-token"


def connected(backend: Running, stack: contextlib.ExitStack) -> tuple[Line, str]:
    line = stack.enter_context(backend.dial())
    line.ask_ok("hello", hello(TOKEN))
    return line, line.open_memory()


def failing(line: Line, connection_id: str, folder: Path) -> list[tuple[str, object]]:
    """Requests that fail, each with the canary where a secret may be."""
    secret_path = folder / CANARY
    secret_path.write_bytes(CANARY.encode() * 100)
    query = {"connection_id": connection_id}
    return [
        ("query", {**query, "sql": f"SELEKT '{CANARY}'"}),
        ("query", {**query, "sql": f'SELECT "{CANARY}" FROM missing'}),
        ("query", {**query, "sql": f"SELECT [{CANARY}]"}),
        ("query", {**query, "sql": f"SELECT '{CANARY}"}),
        ("query", {**query, "sql": f"SELECT '{CANARY}'; SELECT 2"}),
        ("query", {**query, "sql": "SELECT ?, ?", "params": [CANARY]}),
        ("query", {**query, "sql": "SELECT :a", "params": {CANARY: CANARY}}),
        ("query", {**query, "sql": f"SELECT '{CANARY}\x00'"}),
        ("query", {**query, "sql": "SELECT abs(-9223372036854775808), ?", "params": [CANARY]}),
        ("query", {**query, "sql": "SELECT json(?)", "params": [CANARY]}),
        ("query", {**query, "sql": f"BEGIN -- {CANARY}"}),
        ("query", {**query, "sql": "SELECT 1", CANARY: CANARY}),
        ("query", {**query, "sql": "SELECT 1", "window_rows": CANARY}),
        ("query", {"connection_id": CANARY, "sql": CANARY}),
        ("fetch", {"result_id": CANARY, "offset": 0, "limit": 1}),
        ("db_connect", {"engine": "sqlite", "path": str(folder / "none" / CANARY), "mode": "read_only"}),
        ("db_connect", {"engine": "sqlite", "path": str(secret_path), "mode": "read_write"}),
        ("db_connect", {"engine": "sqlite", "path": f"file:{CANARY}?mode=memory", "mode": "read_write"}),
        ("db_connect", {"engine": CANARY, "password": CANARY}),
        ("db_connect", {"engine": "sqlite", "mode": CANARY, "path": CANARY}),
        ("db_disconnect", {"connection_id": CANARY}),
        (CANARY, {CANARY: CANARY}),
    ]


@pytest.mark.fault("T08", "T09")
@pytest.mark.parametrize("level", ["debug", "info"])
def test_a_secret_in_a_failing_request_is_in_no_log_and_no_output(tmp_path: Path, level: str) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    options = ["--port", "0", "--token-file", str(tmp_path / "token"), "--log-file", str(tmp_path / "log-file")]
    (tmp_path / "databases").mkdir()
    failed = 0
    with running(tmp_path, *options, "--log-level", level) as backend, contextlib.ExitStack() as stack:
        line, connection_id = connected(backend, stack)
        for message_type, data in failing(line, connection_id, tmp_path / "databases"):
            answer = line.ask(message_type, data)
            failed += answer["type"] == "error"
            assert "Traceback" not in str(answer)
            assert TOKEN not in str(answer)
        good = {"connection_id": connection_id, "sql": f"SELECT '{CANARY}', ?", "params": [CANARY]}
        assert line.ask_ok("query", good)["rows"] == [[CANARY, CANARY]]
        with backend.dial() as stranger:
            assert TOKEN not in str(stranger.ask("hello", hello(f"{CANARY}-guess")))
        for broken in (CANARY.encode(), framed(b"\xc1" + CANARY.encode()), frame(CANARY)[:-3]):
            with backend.dial() as stranger:
                stranger.stream.sendall(broken)
        process = Path(f"/proc/{backend.pid}")
        outside = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        assert backend.end() == 0
        assert backend.process.stdout is not None
        outside += backend.process.stdout.read()
    assert failed >= 20
    logged = (tmp_path / "log-file").read_bytes()
    assert b"backend_stopped" in logged, "the log was written"
    assert b"request_answered" in logged or level == "info"
    assert CANARY.encode() not in logged
    assert CANARY.encode() not in (tmp_path / "log").read_bytes(), "stderr"
    assert CANARY.encode() not in outside


STARTS: dict[str, Callable[[Path], list[str]]] = {
    "a socket in use by a file": lambda folder: ["--socket", str(folder / "file")],
    "a token file that others can read": lambda folder: ["--port", "0", "--token-file", str(folder / "open")],
    "a token that is too short": lambda folder: ["--port", "0", "--token-file", str(folder / "short")],
    "a token that is no UTF-8": lambda folder: ["--port", "0", "--token-file", str(folder / "binary")],
}


@pytest.mark.fault("T07")
@pytest.mark.parametrize("case", STARTS)
def test_a_start_that_fails_does_not_tell_the_token(tmp_path: Path, case: str) -> None:
    files = {"file": b"CANARY", "open": TOKEN.encode(), "short": b"CANARY", "binary": b"CANARY" * 5 + b"\xff"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o644 if name == "open" else 0o600)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    ended = fails(*STARTS[case](tmp_path), "--log-level", "debug", env=environment)
    assert ended.returncode == 4
    assert b"CANARY" not in ended.stdout + ended.stderr


@pytest.mark.fault("T12")
def test_only_the_file_name_of_the_token_is_in_the_arguments(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0", environment={"XDG_RUNTIME_DIR": str(tmp_path)}) as backend:
        token = Path(backend.endpoint["token_file"]).read_bytes().strip()
        with dial(backend.endpoint) as line:
            line.ask_ok("hello", hello(token.decode()))
        process = Path(f"/proc/{backend.pid}")
        assert token not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
