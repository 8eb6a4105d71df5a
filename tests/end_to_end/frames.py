"""Frames made and read by hand: a stream and a MessagePack library, as a client in another language would."""

import contextlib
import io
import json
import re
import socket
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO, Any

import msgpack

from tests.work import SOON_S

PATIENCE_S = SOON_S
_SCHEMA = Path(__file__).parents[2] / "schema" / "errors.json"
_CODES = set(json.loads(_SCHEMA.read_text(encoding="utf-8"))["$defs"]["ErrorCode"]["enum"])
_OF_PYTHON = re.compile(
    r"Traceback|\b[A-Z][A-Za-z]*(?:Error|Exception)\b|<class |<[\w.]+ object at|\.py\b|line \d+, in "
)
_numbers = count(1)


def frame(message_type: object, data: object = None, request_id: object = None) -> bytes:
    """One frame; the id is a new one unless it is given."""
    message = {
        "id": next_id() if request_id is None else request_id,
        "type": message_type,
        "timestamp": datetime.now(UTC),
        "data": {} if data is None else data,
    }
    return framed(msgpack.packb(message, datetime=True))


def framed(payload: bytes) -> bytes:
    """A payload behind its length."""
    return struct.pack(">I", len(payload)) + payload


def next_id() -> str:
    """An id that no test has used yet."""
    return f"t{next(_numbers)}"


def read_frame(source: IO[bytes]) -> dict[str, Any] | None:
    """The next message, or None when the backend has closed. Half a frame is an error."""
    header = source.read(4)
    if not header:
        return None
    if len(header) < 4:
        raise EOFError("the backend closed inside the length of a frame")
    (length,) = struct.unpack(">I", header)
    payload = source.read(length)
    if len(payload) < length:
        raise EOFError("the backend closed inside a frame")
    message: dict[str, Any] = msgpack.unpackb(payload, timestamp=3)
    assert set(message) == {"id", "type", "timestamp", "data"}
    return message


def check_error(data: Mapping[str, Any]) -> None:
    """INV5: an error is a known code, whether to try again, and a text that shows nothing of Python."""
    assert data["code"] in _CODES
    assert isinstance(data["retryable"], bool)
    assert data["message"]
    assert (found := _OF_PYTHON.search(str(data))) is None, f"{found} in {data}"


class Pipe:
    """A Windows pipe as far as it is like a socket. Windows lets any program open one like a file."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "r+b", buffering=0)  # noqa: PTH123, SIM115  # a pipe is no Path; `close` closes it

    def settimeout(self, seconds: float) -> None:
        """A file has no such limit; the test's own ends a read that waits for ever."""

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[self._file.write(view) :]
            except OSError as error:  # Windows calls it an invalid argument
                raise BrokenPipeError(*error.args) from error

    def fileno(self) -> int:
        return self._file.fileno()

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._file)

    def close(self) -> None:
        self._file.close()


class Line:
    """One client's stream to the backend. Each message is checked: INV4, INV5."""

    def __init__(self, stream: Any) -> None:
        """`stream` is a socket or a `Pipe`."""
        stream.settimeout(PATIENCE_S)
        self.stream = stream
        self._source = stream.makefile("rb")
        self._early: list[dict[str, Any]] = []
        self._answered: set[str] = set()

    def close(self) -> None:
        self._source.close()
        self.stream.close()

    def send(self, message_type: str, data: object = None) -> str:
        """Send a request and return its id."""
        request_id = next_id()
        self.stream.sendall(frame(message_type, data, request_id))
        return request_id

    def send_slowly(self, pieces: Iterable[bytes]) -> None:
        """Send pieces with pauses. Raises `ConnectionError` once the backend has closed."""
        for piece in pieces:
            self.stream.sendall(piece)
            time.sleep(0.05)

    def receive(self) -> dict[str, Any] | None:
        """The next message, or None when the backend has closed the stream."""
        try:
            message = read_frame(self._source)
        except ConnectionResetError:
            return None
        if message is not None:
            self._check(message)
        return message

    def _check(self, message: dict[str, Any]) -> None:
        if message["type"] == "error":
            check_error(message["data"])
        if re.fullmatch(r"t\d+", message["id"]):  # other ids were chosen by a test, which may use them again
            assert message["id"] not in self._answered, f"INV4: a second answer: {message}"
            self._answered.add(message["id"])

    def receive_or_end(self) -> dict[str, Any] | None:
        """The next message, or None when the link is broken, also in the midst of a frame."""
        with contextlib.suppress(EOFError):
            return self.receive()
        return None

    def answer(self, request_id: str) -> dict[str, Any]:
        """The answer with that id; other answers are kept for later."""
        for message in self._early:
            if message["id"] == request_id:
                self._early.remove(message)
                return message
        while (received := self.receive()) is not None:
            if received["id"] == request_id:
                return received
            self._early.append(received)
        raise AssertionError(f"the backend closed before it answered {request_id}; it sent {self._early}")

    def ask(self, message_type: str, data: object = None) -> dict[str, Any]:
        """Send a request and return its answer."""
        return self.answer(self.send(message_type, data))

    def ask_ok(self, message_type: str, data: object = None) -> dict[str, Any]:
        """Send a request and return the data of its answer, which must be no error."""
        answer = self.ask(message_type, data)
        assert answer["type"] != "error", answer
        found: dict[str, Any] = answer["data"]
        return found

    def ask_error(self, message_type: str, data: object = None) -> dict[str, Any]:
        """Send a request and return the data of the error that it must be answered with."""
        answer = self.ask(message_type, data)
        assert answer["type"] == "error", answer
        found: dict[str, Any] = answer["data"]
        return found

    def open_memory(self) -> str:
        """Open a SQLite database in memory and return the connection's id."""
        connection_id: str = self.ask_ok("db_connect", {"engine": "sqlite", "mode": "memory"})["connection_id"]
        return connection_id


@contextlib.contextmanager
def dial(endpoint: Mapping[str, Any]) -> Iterator[Line]:
    """A client at the endpoint of a ready line; it says nothing by itself."""
    line = Line(open_stream(endpoint))
    try:
        yield line
    finally:
        line.close()


def open_stream(endpoint: Mapping[str, Any]) -> Any:
    """A socket, or a `Pipe`, that is connected to the endpoint of a ready line."""
    if endpoint["transport"] == "pipe":
        return Pipe(endpoint["path"])
    if endpoint["transport"] == "unix":
        stream = socket.socket(socket.AF_UNIX)
        address: Any = endpoint["path"]
    else:
        stream = socket.socket(socket.AF_INET)
        address = (endpoint["host"], endpoint["port"])
    try:
        stream.connect(address)  # without a timeout: then a full queue makes it wait; Line sets one
    except OSError:
        stream.close()
        raise
    return stream


def hello(token: str | None = None) -> dict[str, Any]:
    """The data of a greeting."""
    data: dict[str, Any] = {"protocol": {"major": 0, "minor": 1}, "client": {"name": "by hand", "version": "1"}}
    return data if token is None else {**data, "token": token}


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


def deaf(seconds_at_least: int) -> str:
    """A statement of one function call: SQLite looks for an interrupt between its steps only, so it hears none.

    `instr` compares the needle at every place of the haystack, some 50 GB a second. Both stay small, so that no limit
    on the length of a value refuses them.
    """
    needle = 2_000_000
    haystack = needle + 25_000 * seconds_at_least
    return f"SELECT instr(zeroblob({haystack}), CAST(zeroblob({needle}) || x'01' AS BLOB))"
