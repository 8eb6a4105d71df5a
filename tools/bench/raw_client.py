"""A client with almost no cost: a blocking socket, requests packed in advance, answers read but not decoded."""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgpack

_LENGTH = struct.Struct(">I")
_BUFFER_BYTES = 32 * 1024 * 1024  # two frames of the largest size; unused pages take no memory
_READ_BYTES = 65536
_HEAD_BYTES = 16384
_TIMEOUT_S = 60.0


class Unexpected(Exception):
    """The backend did not answer as the benchmark expects."""


def packed(request_id: str, message_type: str, data: Mapping[str, Any]) -> bytes:
    """One request as a frame."""
    message = {"id": request_id, "type": message_type, "timestamp": datetime.now(UTC), "data": data}
    payload: bytes = msgpack.packb(message, datetime=True)
    return _LENGTH.pack(len(payload)) + payload


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """The first part of an answer, up to its rows."""

    id: str
    type: str
    data: dict[str, Any]  # without `rows`
    row_count: int


class RawClient:
    """One channel to the backend."""

    def __init__(self, path: Path, timeout_s: float = _TIMEOUT_S) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout_s)
        self._socket.connect(str(path))
        self._view = memoryview(bytearray(_BUFFER_BYTES))
        self._start = self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def fileno(self) -> int:
        """For a selector. Check `frame_waits` first: a frame may have arrived together with the previous one."""
        return self._socket.fileno()

    @property
    def frame_waits(self) -> bool:
        """Whether `receive` has a whole frame without reading."""
        left = self._view[self._start : self._end]
        return len(left) >= _LENGTH.size and len(left) - _LENGTH.size >= _LENGTH.unpack_from(left)[0]

    def send(self, frame: bytes) -> None:
        """Send one packed request."""
        self._socket.sendall(frame)

    def receive(self) -> memoryview:
        """The next payload. It is valid until the next call."""
        self._move_to_front()
        self._fill(_LENGTH.size, _READ_BYTES)
        (length,) = _LENGTH.unpack_from(self._view)
        end = _LENGTH.size + length
        self._fill(end, 0)
        self._start = end
        return self._view[_LENGTH.size : end]

    def _move_to_front(self) -> None:
        left = self._end - self._start
        if left and self._start:
            self._view[:left] = bytes(self._view[self._start : self._end])
        self._start, self._end = 0, left

    def _fill(self, size: int, beyond: int) -> None:
        """Read at least until `size` bytes are there, and up to `beyond` more."""
        while self._end < size:
            count = self._socket.recv_into(self._view[self._end : size + beyond])
            if not count:
                raise EOFError("The backend closed the channel.")
            self._end += count

    def call(self, message_type: str, **data: Any) -> dict[str, Any]:
        """Send one request, wait for its answer and decode it."""
        self.send(packed("call", message_type, data))
        answer = msgpack.unpackb(self.receive())
        if answer["type"] != f"{message_type}_response":
            raise Unexpected(f"{message_type} was answered with {answer['type']}: {answer['data']}")
        found: dict[str, Any] = answer["data"]
        return found

    def connect_sqlite(self, path: Path) -> str:
        """Open a database file read-only and return the connection id."""
        found: str = self.call("db_connect", engine="sqlite", path=str(path), mode="read_only")["connection_id"]
        return found


def head(payload: memoryview) -> AnswerHead:
    """The first part of an answer; its rows come last. Raises `Unexpected` for an error."""
    unpacker = msgpack.Unpacker(max_buffer_size=0)
    unpacker.feed(payload[:_HEAD_BYTES])
    message: dict[str, Any] = {}
    for _ in range(unpacker.read_map_header() - 1):
        key = unpacker.unpack()
        message[key] = unpacker.unpack()
    unpacker.unpack()
    data: dict[str, Any] = {}
    for _ in range(unpacker.read_map_header()):
        key = unpacker.unpack()
        if key == "rows":
            return AnswerHead(message["id"], message["type"], data, unpacker.read_array_header())
        data[key] = unpacker.unpack()
    if message["type"] == "error":
        raise Unexpected(f"{data['code']}: {data['message']}")
    return AnswerHead(message["id"], message["type"], data, 0)
