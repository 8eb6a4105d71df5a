"""A backend on a TCP port: nothing without the token, and nothing at all for a browser."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest
from anyio import to_thread

from litebase.settings import Settings
from tests.conftest import unix_only
from tests.end_to_end.frames import dial, frame, framed, hello
from tests.end_to_end.inside import serving
from tests.end_to_end.process import END_S, Running, fails, running

TOKEN = "canary-token-0123456789-abcdefghij"


@pytest.fixture(scope="module")
def tcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A backend with a token that it made itself."""
    folder = tmp_path_factory.mktemp("tcp")
    with running(folder, "-port", "0", environment={"XDG_RUNTIME_DIR": str(folder)}) as backend:
        yield backend


def token_of(backend: Running) -> str:
    return Path(backend.endpoint["token_file"]).read_text(encoding="utf-8").strip()


@pytest.mark.fault("T07")
@unix_only
def test_the_ready_line_names_the_private_token_file_and_never_the_token(tcp: Running) -> None:
    assert set(tcp.endpoint) == {"transport", "host", "port", "token_file"}
    assert tcp.endpoint["host"] == "127.0.0.1"
    path = Path(tcp.endpoint["token_file"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(token_of(tcp)) >= 22
    assert token_of(tcp) not in str(tcp.ready)


def test_the_right_token_opens_the_channel(tcp: Running) -> None:
    with tcp.dial() as line:
        assert line.ask_ok("hello", hello(token_of(tcp)))["server"]["name"] == "litebase"
        connection_id = line.open_memory()
        big = "SELECT '" + "x" * 100_000 + "'"
        assert line.ask_ok("query", {"connection_id": connection_id, "sql": big})["columns"]


@pytest.mark.fault("T05")
@pytest.mark.parametrize("token", [None, "wrong", "x" * 200, "ключ"])
def test_without_the_right_token_the_channel_is_closed(tcp: Running, token: str | None) -> None:
    with tcp.dial() as line:
        assert line.ask_error("hello", hello(token))["code"] == "unauthenticated"
        assert line.receive() is None


@pytest.mark.fault("T05")
@pytest.mark.parametrize("token", ["", "x" * 3000, 7, b"bytes"])
def test_a_greeting_that_the_contract_forbids_lets_nobody_in(tcp: Running, token: object) -> None:
    with tcp.dial() as line:
        assert line.ask_error("hello", {**hello(), "token": token})["code"] in ("unauthenticated", "invalid_message")
        try:
            line.send("health_check")
        except OSError:
            return
        later = line.receive()
        assert later is None or later["data"]["code"] == "unauthenticated"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_token_may_be_sent_as_it_stands_in_its_file(tcp: Running, end: str) -> None:
    with tcp.dial() as line:
        line.ask_ok("hello", hello(token_of(tcp) + end))


@pytest.mark.parametrize("extra", [" ", "\t", "\n.", "\x00"])
def test_nothing_else_may_follow_a_token(tcp: Running, extra: str) -> None:
    with tcp.dial() as line:
        refused = line.ask_error("hello", hello(token_of(tcp) + extra))
        assert refused["code"] == "unauthenticated"
        assert "--no-token" in refused["message"]


@pytest.mark.fault("T05")
def test_wrong_tokens_are_slowed_and_do_no_harm(tcp: Running) -> None:
    began = time.monotonic()
    for number in range(3):
        with tcp.dial() as line:
            assert line.ask_error("hello", hello(f"{token_of(tcp)}{number}"))["code"] == "unauthenticated"
            assert line.receive() is None
    assert time.monotonic() - began >= 0.5
    with tcp.dial() as line:
        line.ask_ok("hello", hello(token_of(tcp)))


@pytest.mark.fault("T05")
@pytest.mark.parametrize(
    ("message_type", "data"),
    [
        ("health_check", {}),
        ("db_connect", {"engine": "sqlite", "mode": "memory"}),
        ("cancel", {"request_id": "x"}),
        ("unknown_type", {}),
        ("query", {"no_such_key": 1}),
    ],
)
def test_anything_before_hello_is_unauthenticated_and_closed(tcp: Running, message_type: str, data: object) -> None:
    with tcp.dial() as line:
        refused = line.ask_error(message_type, data)
        assert refused["code"] == "unauthenticated", refused
        assert line.receive() is None


@pytest.mark.fault("T05")
def test_nothing_that_is_sent_behind_a_wrong_hello_runs(tcp: Running, tmp_path: Path) -> None:
    target = {"engine": "sqlite", "mode": "create", "path": str(tmp_path / "made.db")}
    with tcp.dial() as line:
        line.stream.sendall(frame("hello", hello("wrong")) + frame("db_connect", target))
        refused = line.receive()
        assert refused is not None
        assert refused["data"]["code"] == "unauthenticated"
        assert line.receive() is None
    assert not (tmp_path / "made.db").exists()


def test_what_is_sent_behind_the_right_hello_runs(tcp: Running) -> None:
    with tcp.dial() as line:
        greeting = frame("hello", hello(token_of(tcp)), "greeting")
        line.stream.sendall(greeting + frame("health_check", request_id="behind") + frame("query", "x" * 5000, "big"))
        assert line.answer("greeting")["type"] == "hello_response"
        assert line.answer("behind")["type"] == "health_response"
        assert line.answer("big")["data"]["code"] == "invalid_message", "the small frame limit ended with the hello"


def test_a_big_frame_before_the_token_is_refused_by_its_length(tcp: Running) -> None:
    with tcp.dial() as line:
        line.stream.sendall(b"\x00\x00\x10\x01")  # 4097: the body never comes
        refused = line.receive()
        assert refused is not None
        assert refused["data"]["code"] == "frame_too_large"
        assert refused["data"]["details"] == {"limit": "max_frame_bytes", "maximum": 4096}
        assert line.receive() is None


STRANGERS = {
    "fetch with a text/plain body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\n",
    "GET": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "OPTIONS": b"OPTIONS / HTTP/1.1\r\nOrigin: https://example.org\r\n\r\n",
    "WebSocket": b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n",
}


@pytest.mark.fault("F08", "T06")
@pytest.mark.parametrize("stranger", STRANGERS)
def test_another_protocol_is_refused_at_its_first_bytes(tcp: Running, tmp_path: Path, stranger: str) -> None:
    """A page can put whole frames into the body of its request; they must not run."""
    target = {"engine": "sqlite", "mode": "create", "path": str(tmp_path / "made.db")}
    smuggled = frame("hello", hello(token_of(tcp))) + frame("db_connect", target)
    with tcp.dial() as line:
        line.stream.sendall(STRANGERS[stranger] + smuggled)
        refused = line.receive()
        assert refused is not None
        assert refused["data"]["code"] == "frame_too_large"
        assert "example.org" not in str(refused)
        assert line.receive() is None
    assert not (tmp_path / "made.db").exists()


def test_a_version_that_is_too_new_can_be_corrected_on_the_same_channel(tcp: Running) -> None:
    with tcp.dial() as line:
        data = hello(token_of(tcp))
        refused = line.ask_error("hello", {**data, "protocol": {"major": 9, "minor": 9}})
        assert refused["code"] == "unsupported_protocol"
        assert "9.9" in refused["message"]
        line.ask_ok("hello", data)


@pytest.mark.anyio
async def test_a_greeting_that_drips_is_closed_at_the_deadline(tmp_path: Path) -> None:
    """Bytes that come now and then do not buy a stranger more time."""

    def drip(endpoint: dict[str, Any]) -> None:
        with dial(endpoint) as line, pytest.raises(ConnectionError):  # before the greeting is whole
            line.send_slowly(bytes([byte]) for byte in frame("hello", hello("wrong")))

    async with serving(tmp_path, Settings(hello_timeout_s=0.3), token=TOKEN) as server:
        await to_thread.run_sync(drip, server.endpoint)


@pytest.mark.anyio
async def test_refused_greetings_do_not_stretch_the_deadline(tmp_path: Path) -> None:
    """Whole messages that are no greeting buy no more time either."""
    nonsense = framed(msgpack.packb({"id": "x", "type": "hello", "timestamp": 1, "data": {}}))

    def repeat(endpoint: dict[str, Any]) -> None:
        with dial(endpoint) as line, pytest.raises(ConnectionError):
            line.send_slowly([nonsense] * 60)

    async with serving(tmp_path, Settings(hello_timeout_s=0.3), token=TOKEN) as server:
        await to_thread.run_sync(repeat, server.endpoint)


def test_no_token_lets_everyone_in_and_says_so_loudly(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0", "--no-token", "--log-level", "warn") as backend, backend.dial() as line:
        assert set(backend.endpoint) == {"transport", "host", "port"}
        line.ask_ok("health_check")
        (warning,) = [event for event in backend.events() if event["event"] == "no_token"]
        assert warning["level"] == "warning"
        assert "every program" in warning["danger"]


@unix_only
def test_a_given_token_is_taken_from_its_file_and_the_file_stays(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    with running(tmp_path, "--port", "0", "--token-file", str(tmp_path / "token")) as backend:
        assert backend.endpoint["token_file"] == str(tmp_path / "token")
        with backend.dial() as line:
            line.ask_ok("hello", hello(TOKEN))
        with backend.dial() as line:
            line.ask_error("hello", hello(TOKEN[:-1]))
        with backend.dial() as line:
            line.ask_error("health_check", {"token": TOKEN})
        process = Path(f"/proc/{backend.pid}")
        assert TOKEN.encode() not in (process / "cmdline").read_bytes()
        assert TOKEN.encode() not in (process / "environ").read_bytes()
        assert backend.end() == 0
    assert TOKEN not in backend.log.read_text(encoding="utf-8")
    assert (tmp_path / "token").exists()


@unix_only
def test_a_made_token_is_removed_at_the_end_and_another_one_each_time(tmp_path: Path) -> None:
    tokens = set()
    for _ in range(2):
        with running(tmp_path, "--port", "0", environment={"XDG_RUNTIME_DIR": str(tmp_path)}) as backend:
            token = token_of(backend)
            tokens.add(token)
            with backend.dial() as line:
                line.ask_ok("hello", hello(token))
                line.ask_error("query", {"connection_id": token, "sql": token})
            assert backend.end() == 0
            assert token not in backend.log.read_text(encoding="utf-8")
    assert len(tokens) == 2
    assert list((tmp_path / "litebase").iterdir()) == []


@pytest.mark.fault("T07")
@unix_only
@pytest.mark.fault("T05", "T07")
def test_a_token_may_come_on_stdin_and_stands_nowhere(tmp_path: Path) -> None:
    """The rest of stdin is left alone: it is the lifeline."""
    options = ("-port", "0", "--token-file", "-", "--lifeline", "stdin")
    reading, writing = os.pipe()
    os.write(writing, TOKEN.encode() + b"\nrest\n")
    try:
        with running(tmp_path, *options, stdin=reading) as backend:
            os.close(reading)
            assert set(backend.endpoint) == {"transport", "host", "port"}
            with backend.dial() as line:
                line.ask_ok("hello", hello(TOKEN))
                line.ask_ok("health_check")
            with backend.dial() as line:
                assert line.ask_error("hello", hello("rest"))["code"] == "unauthenticated"
            process = Path(f"/proc/{backend.pid}")
            assert TOKEN.encode() not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            os.close(writing)
            writing = -1
            assert backend.process.wait(END_S) == 0
            assert TOKEN not in backend.log.read_text(encoding="utf-8")
            assert TOKEN not in str(backend.ready)
    finally:
        if writing >= 0:
            os.close(writing)


@pytest.mark.parametrize(
    ("given", "reason"),
    [(b"canary\n", "shorter than"), (b"", "one line"), (b"x" * 5000, "one line"), (b"x\xff" * 30, "")],
)
def test_a_token_on_stdin_that_is_none_is_refused(given: bytes, reason: str) -> None:
    ended = fails("-port", "0", "--token-file", "-", input=given)
    assert ended.returncode == 4
    assert reason in ended.stderr.decode()
    assert given.strip() not in ended.stderr or not given.strip()
