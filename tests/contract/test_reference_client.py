"""A client written from `generated/reference.md` alone, with sockets, MessagePack and nothing else of this project.

Only the backend's endpoint comes from the fixture, as an app gets it from the ready line.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgpack
import pytest

from tests.conftest import RunningBackend
from tests.work import SOON_S

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
NUMBERS = (
    "WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 9999) SELECT n, 'row ' || n AS t FROM r"
)


class PlainClient:
    """One socket. Answers to other requests are kept until they are asked for."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self._stream = link.makefile("rb")
        self._sent = 0
        self._kept: dict[str, dict[str, Any]] = {}

    def send(self, message_type: str, data: Any, request_id: str | None = None) -> str:
        """Send a request and return its id."""
        self._sent += 1
        chosen = request_id or f"request {self._sent}"
        message = {"id": chosen, "type": message_type, "timestamp": datetime.now(UTC), "data": data}
        payload = msgpack.packb(message, datetime=True)
        self.link.sendall(struct.pack(">I", len(payload)) + payload)
        return chosen

    def receive(self) -> dict[str, Any]:
        """The next message of the backend."""
        (length,) = struct.unpack(">I", self._stream.read(4))
        message: dict[str, Any] = msgpack.unpackb(self._stream.read(length), timestamp=3)
        assert set(message) == {"id", "type", "timestamp", "data"}
        assert abs((datetime.now(UTC) - message["timestamp"]).total_seconds()) < 60
        return message

    def answer(self, request_id: str) -> dict[str, Any]:
        """The answer to a request, whatever else arrives before it."""
        while request_id not in self._kept:
            message = self.receive()
            assert message["id"] not in self._kept, "one answer for each request"
            self._kept[message["id"]] = message
        return self._kept.pop(request_id)

    def ask(self, message_type: str, data: Any) -> Any:
        """The data of the response to a request."""
        message = self.answer(self.send(message_type, data))
        assert message["type"] != "error", message["data"]
        return message["data"]

    def refusal(self, message_type: str, data: Any) -> Any:
        """The data of the error to a request."""
        message = self.answer(self.send(message_type, data))
        assert message["type"] == "error"
        return message["data"]

    def close(self) -> None:
        self._stream.close()
        self.link.close()


@contextmanager
def connected(backend: RunningBackend) -> Iterator[PlainClient]:
    """A client on the backend's Unix socket."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(SOON_S)
    link.connect(backend.endpoint["path"])
    client = PlainClient(link)
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
def plain(backend: RunningBackend) -> Iterator[PlainClient]:
    """A client that has sent nothing yet."""
    with connected(backend) as client:
        yield client


@pytest.fixture
def connection_id(plain: PlainClient) -> str:
    """An empty database in memory."""
    found: str = plain.ask("db_connect", {"engine": "sqlite", "mode": "memory"})["connection_id"]
    return found


def test_the_session_that_the_page_describes_works(plain: PlainClient, tmp_path: Path) -> None:
    greeting = plain.ask(
        "hello", {"protocol": {"major": 0, "minor": 1}, "client": {"name": "a plain client", "version": "1.0"}}
    )
    assert greeting["protocol"]["major"] == 0
    assert "sqlite" in greeting["engines"]
    assert greeting["limits"]["max_frame_bytes"] >= 1_000_000

    opened = plain.ask("db_connect", {"engine": "sqlite", "path": str(tmp_path / "music.db"), "mode": "create"})
    assert opened["engine"] == "sqlite"
    connection = {"connection_id": opened["connection_id"]}
    plain.ask("query", connection | {"sql": "CREATE TABLE tracks (name TEXT, ms INTEGER)"})
    inserted = plain.ask("query", connection | {"sql": "INSERT INTO tracks VALUES (?, ?)", "params": ["Blue", 300_000]})
    assert (inserted["affected_rows"], inserted["last_insert_id"]) == (1, 1)
    named = {"sql": "SELECT * FROM tracks WHERE ms > :least", "params": {"least": 60_000}}
    found = plain.ask("query", connection | named)
    assert [column["name"] for column in found["columns"]] == ["name", "ms"]
    assert [column["kind"] for column in found["columns"]] == ["text", "integer"]
    assert (found["rows"], found["complete"], found["result_id"]) == ([["Blue", 300_000]], True, None)

    assert plain.ask("db_disconnect", connection) == {}
    assert plain.refusal("query", connection | {"sql": "SELECT 1"})["code"] == "not_found"


def test_windows_are_fetched_in_any_order_and_the_result_is_closed(plain: PlainClient, connection_id: str) -> None:
    first = plain.ask("query", {"connection_id": connection_id, "sql": NUMBERS, "window_rows": 500})
    assert [row[0] for row in first["rows"]] == list(range(500))
    assert first["complete"] is False
    result = {"result_id": first["result_id"]}
    for offset in (7000, 500, 9900, 0, 4321):
        rows: list[Any] = []
        limit = min(600, 10_000 - offset)
        while len(rows) < limit:
            part = plain.ask("fetch", result | {"offset": offset + len(rows), "limit": limit - len(rows)})
            assert part["offset"] == offset + len(rows)
            assert part["rows"], "a window within the result is never empty"
            rows += part["rows"]
        assert rows == [[number, f"row {number}"] for number in range(offset, offset + limit)]
    end = plain.ask("fetch", result | {"offset": 9990, "limit": 1000})
    assert (len(end["rows"]), end["complete"], end["total_rows"]) == (10, True, 10_000)
    assert plain.ask("close_result", result) == {}
    refused = plain.refusal("fetch", result | {"offset": 0, "limit": 1})
    assert (refused["code"], refused["details"]) == ("not_found", {"what": "result_id", "id": first["result_id"]})


def test_a_long_cell_is_cut_and_then_fetched_completely(plain: PlainClient, connection_id: str) -> None:
    text = "é" * 5000
    sql = {"connection_id": connection_id, "sql": "SELECT 1, ?", "params": [text], "max_cell_bytes": 100}
    answer = plain.ask("query", sql)
    (cut,) = answer["cut_cells"]
    assert cut == {"row": 0, "column": 1, "full_bytes": 10_000}
    assert answer["rows"][0][1] != text
    pieces, complete = b"", False
    while not complete:
        place = {"result_id": answer["result_id"], "row": 0, "column": 1, "offset": len(pieces), "length": 3000}
        piece = plain.ask("cell_fetch", place)
        pieces, complete = pieces + piece["piece"], piece["complete"]
    assert piece["is_text"]
    assert pieces.decode() == text


def test_after_an_endless_query_is_cancelled_the_connection_still_works(plain: PlainClient, connection_id: str) -> None:
    endless = plain.send("query", {"connection_id": connection_id, "sql": ENDLESS})
    assert plain.ask("health_check", {})["requests_in_flight"] >= 2
    cancelled = plain.ask("cancel", {"request_id": endless})
    assert cancelled["outcome"] == "stopped"
    message = plain.answer(endless)
    assert (message["type"], message["data"]["code"]) == ("error", "cancelled")
    assert plain.ask("query", {"connection_id": connection_id, "sql": "SELECT 1"})["rows"] == [[1]]
    assert plain.ask("cancel", {"request_id": endless})["outcome"] == "not_in_flight"


def test_a_statement_that_fails_is_answered_with_query_failed(plain: PlainClient, connection_id: str) -> None:
    refused = plain.refusal("query", {"connection_id": connection_id, "sql": "SELECT 1\nFROM no_such_table"})
    assert refused["code"] == "query_failed"
    assert "no_such_table" in refused["message"]
    assert refused["retryable"] is False


@pytest.mark.fault("F21")
def test_an_id_that_is_in_flight_is_refused_and_the_first_request_continues(
    plain: PlainClient, connection_id: str
) -> None:
    plain.send("query", {"connection_id": connection_id, "sql": ENDLESS}, "twice")
    plain.send("health_check", {}, "twice")
    refused = plain.receive()
    assert (refused["id"], refused["type"], refused["data"]["code"]) == ("twice", "error", "duplicate_id")
    assert plain.ask("cancel", {"request_id": "twice"})["outcome"] == "stopped"
    assert plain.answer("twice")["data"]["code"] == "cancelled"


def test_a_broken_frame_is_answered_once_and_then_the_channel_is_closed(
    plain: PlainClient, backend: RunningBackend
) -> None:
    plain.link.sendall(struct.pack(">I", 1) + b"\xc1")
    refused = plain.receive()
    assert (refused["id"], refused["type"], refused["data"]["code"]) == ("-", "error", "invalid_frame")
    assert plain.link.recv(1) == b""
    with connected(backend) as other:
        assert other.ask("health_check", {})["status"] == "healthy"


@pytest.mark.parametrize("data", [{}, None], ids=["an empty map", "nil"])
def test_a_client_without_a_hello_gets_health_and_an_error_for_an_unknown_type(plain: PlainClient, data: Any) -> None:
    healthy = plain.answer(plain.send("health_check", data, "test-1"))
    assert (healthy["id"], healthy["type"], healthy["data"]["status"]) == ("test-1", "health_response", "healthy")
    unknown = plain.answer(plain.send("unknown_type", data, "test-2"))
    assert (unknown["id"], unknown["type"], unknown["data"]["code"]) == ("test-2", "error", "unknown_type")
    assert isinstance(unknown["data"]["message"], str)
    assert plain.answer(plain.send("health_check", data, "test-3"))["type"] == "health_response"


def test_answers_still_arrive_after_the_client_has_stopped_sending(plain: PlainClient, connection_id: str) -> None:
    slow = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 30000) SELECT count(*) FROM r"
    asked = plain.send("query", {"connection_id": connection_id, "sql": slow})
    plain.link.shutdown(socket.SHUT_WR)
    assert plain.answer(asked)["data"].get("rows") == [[30_000]]
