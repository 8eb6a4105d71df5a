"""A request that comes alone is begun as it comes, and answered as if the channel's reader had received it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from anyio.abc import ByteStream, SocketStream

from litebase.server.channel import Channel
from litebase.server.client_session import ClientSession
from litebase.transport.stream import TransportStream
from litebase.wire.frame import prefix
from tests.server.room import ENDLESS, Raw, Room, frame, numbers, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

_OTHER_EACH_TIME = {"timings", "uptime_ms", "rss_bytes", "results_memory_bytes", "elapsed_ms"}
Request = tuple[str, str, Mapping[str, Any]]


class _Received(ByteStream):
    """A stream that offers nothing before it is received, as those of other transports."""

    def __init__(self, stream: TransportStream) -> None:
        self._stream = stream

    async def receive(self, max_bytes: int = 65536) -> bytes:
        return await self._stream.receive(max_bytes)

    async def send(self, item: bytes) -> None:
        await self._stream.send(item)

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def _client(room: Room, *, taken: bool, token: str | None = None) -> AsyncIterator[tuple[Raw, ClientSession]]:
    ours, theirs = socket.socketpair()
    client = room.backend.new_client(token)
    stream = await TransportStream.over(theirs)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Channel(stream if taken else _Received(stream), room.backend, client).serve)
        async with await SocketStream.from_socket(ours) as end:
            yield Raw(end), client


def _stable(answer: dict[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in answer["data"].items() if name not in _OTHER_EACH_TIME}
    return {"id": answer["id"], "type": answer["type"], "data": data}


def _requests(connection_id: str) -> list[Request]:
    def query(sql: str, **options: Any) -> Mapping[str, Any]:
        return {"connection_id": connection_id, "sql": sql, **options}

    return [
        ("health", "health_check", {}),
        ("rows", "query", query("SELECT 1, 'a', NULL, x'00', 2.5")),
        ("params", "query", query("SELECT ?", params=[3])),
        ("wrong", "query", query("SELEC")),
        ("ddl", "query", query("CREATE TABLE t (a INTEGER PRIMARY KEY)")),
        ("insert", "query", query("INSERT INTO t VALUES (7) RETURNING a")),
        ("nobody", "query", {"connection_id": "c99", "sql": "SELECT 1"}),
        ("unknown", "no_such_request", {}),
        ("invalid", "query", {"connection_id": connection_id}),
        ("extra", "health_check", {"more": 1}),
        ("gone", "cancel", {"request_id": "rows"}),
        ("large", "query", query("SELECT 1", params={"a": "x" * 5000}, more=1)),
        ("again", "health_check", {}),
    ]


async def _answers(*, taken: bool, together: int, split: int | None = None) -> dict[str, dict[str, Any]]:
    """The answers to all requests, sent `together` at a time, or each in two pieces."""
    found: dict[str, dict[str, Any]] = {}
    async with serving() as room, _client(room, taken=taken) as (raw, _):
        requests = _requests(await raw.connect())
        for start in range(0, len(requests), together):
            some = requests[start : start + together]
            data = b"".join(frame(*one) for one in some)
            for piece in (data[:split], data[split:]) if split else (data,):
                await raw.stream.send(piece)
                if split:
                    for _ in range(4):
                        await anyio.sleep(0)
            found |= {name: _stable(one) for name, one in (await raw.answers(len(some))).items()}
    return found


async def test_both_ways_give_the_same_answers_to_requests_that_come_alone() -> None:
    received = await _answers(taken=False, together=1)
    assert received == await _answers(taken=True, together=1)
    assert received["wrong"]["data"]["code"] == "query_failed"
    assert {received[one]["data"]["code"] for one in ("invalid", "extra", "large")} == {"invalid_message"}


@pytest.mark.parametrize("split", [1, 3, 4, 5, 20, 60])
async def test_a_request_in_two_pieces_is_answered_as_a_whole_one(split: int) -> None:
    assert await _answers(taken=True, together=1, split=split) == await _answers(taken=False, together=1)


async def test_a_health_check_may_be_cut_at_each_byte() -> None:
    whole = frame("1", "health_check", {})
    async with serving() as room, _client(room, taken=True) as (raw, _):
        for cut in range(1, len(whole)):
            await raw.stream.send(whole[:cut])
            for _ in range(3):
                await anyio.sleep(0)
            await raw.stream.send(whole[cut:])
            assert (await raw.answer())["data"]["status"] == "healthy"


async def test_requests_that_come_together_are_answered_alike() -> None:
    independent = [0, 1, 2, 3, 6, 7, 8, 9, 11, 12]  # whatever the order in which they run

    async def answers(*, taken: bool) -> dict[str, dict[str, Any]]:
        async with serving() as room, _client(room, taken=taken) as (raw, _):
            requests = _requests(await raw.connect())
            await raw.send(*(requests[at] for at in independent))
            found = await raw.answers(len(independent))
            return {name: _stable(one) for name, one in found.items() if one["type"] != "health_response"}

    assert await answers(taken=True) == await answers(taken=False)


async def _turns(*, taken: bool, request: Request) -> int:
    """The turns of the event loop from a request to the first byte of its answer."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    async with serving() as room:
        stream = await TransportStream.over(theirs)
        client = room.backend.new_client()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Channel(stream if taken else _Received(stream), room.backend, client).serve)
            turns = 0
            with ours:
                for _ in range(2):  # handlers are loaded with the first
                    await anyio.sleep(0.05)
                    ours.send(frame(*request))
                    turns = await _turns_until_readable(ours)
                    ours.recv(65536)
    return turns


async def _turns_until_readable(end: socket.socket) -> int:
    turns = 0
    with anyio.fail_after(SOON_S):
        while True:
            await asyncio.sleep(0)
            turns += 1
            try:
                end.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                continue
            return turns


async def test_a_request_that_comes_alone_saves_the_turn_of_the_reader() -> None:
    health: Request = ("1", "health_check", {})
    assert await _turns(taken=True, request=health) < await _turns(taken=False, request=health)
    cancel: Request = ("1", "cancel", {"request_id": "nobody"})
    assert await _turns(taken=True, request=cancel) < await _turns(taken=False, request=cancel)


# cancels


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("turns", [None, 0, 1, 2, 3, 10])
async def test_a_cancel_after_its_query_stops_it(turns: int | None, taken: bool) -> None:
    async with serving() as room, _client(room, taken=taken) as (raw, client):
        connection_id = await raw.connect()
        slow = frame("slow", "query", {"connection_id": connection_id, "sql": ENDLESS})
        cancel = frame("cancel", "cancel", {"request_id": "slow"})
        if turns is None:  # in the same chunk
            await raw.stream.send(slow + cancel)
        else:
            await raw.stream.send(slow)
            for _ in range(turns):
                await asyncio.sleep(0)
            await raw.stream.send(cancel)
        first, second = await raw.answer(), await raw.answer()
        assert (first["id"], first["data"]["code"]) == ("slow", "cancelled")
        assert (second["id"], second["data"]["outcome"]) == ("cancel", "stopped")
        await raw.send(("after", "query", {"connection_id": connection_id, "sql": "SELECT 1"}))
        assert (await raw.answer())["data"]["rows"] == [[1]]
        assert not client.requests


async def test_an_id_in_flight_is_refused_when_it_comes_alone() -> None:
    async with serving() as room, _client(room, taken=True) as (raw, client):
        connection_id = await raw.connect()
        await raw.send(("1", "query", {"connection_id": connection_id, "sql": ENDLESS}))
        with anyio.fail_after(SOON_S):
            while not client.requests:
                await anyio.sleep(0)
        await raw.send(("1", "health_check", {}))
        assert (await raw.answer())["data"]["code"] == "duplicate_id"
        await raw.send(("2", "cancel", {"request_id": "1"}))
        assert (await raw.answers(2))["1"]["data"]["code"] == "cancelled"


# what is not taken


async def test_a_large_frame_that_is_refused_is_answered_once_and_the_next_one_is_served() -> None:
    async with serving() as room, _client(room, taken=True) as (raw, _):
        await raw.send(("large", "health_check", {"more": "x" * 200_000}))
        assert (await raw.answer())["data"]["code"] == "invalid_message"
        await raw.send(("next", "health_check", {}))
        assert (await raw.answer())["id"] == "next"
        await raw.nothing_comes()


async def test_bytes_that_are_no_message_end_the_channel_when_they_come_alone() -> None:
    for wrong in (prefix(3) + b"\xc1\xc1\xc1", prefix(1) + b"\x01", prefix(0), b"GET / HTTP/1.1\r\n\r\n"):
        async with serving() as room, _client(room, taken=True) as (raw, _):
            await raw.stream.send(wrong)
            assert (await raw.answer())["data"]["code"] in ("invalid_frame", "frame_too_large")
            await raw.closed()


async def test_nothing_is_taken_from_a_client_that_has_not_shown_its_token() -> None:
    async with serving() as room, _client(room, taken=True, token="secret") as (raw, _):
        await raw.send(("1", "health_check", {}))
        assert (await raw.answer())["data"]["code"] == "unauthenticated"
        await raw.closed()


async def test_a_health_check_while_an_answer_is_being_sent_comes_after_it() -> None:
    async with serving() as room, _client(room, taken=True) as (raw, client):
        connection_id = await raw.connect()
        long_rows = "SELECT n, printf('%1000d', n) FROM (" + numbers(20_000) + ")"
        await raw.send(("long", "query", {"connection_id": connection_id, "sql": long_rows, "window_rows": 5000}))
        with anyio.fail_after(SOON_S):
            while "long" not in client.requests:
                await anyio.sleep(0)
        await anyio.sleep(0.5)  # the answer fills what the system keeps
        await raw.send(("health", "health_check", {}))
        assert [(await raw.answer())["id"] for _ in range(2)] == ["long", "health"]


async def test_health_checks_whose_answers_nobody_reads_wait_in_bounded_number() -> None:
    count, ours, theirs = 2000, *socket.socketpair()  # more answers than the system keeps
    ours.setblocking(False)
    async with serving(max_requests_in_flight=4) as room:
        client, stream = room.backend.new_client(), await TransportStream.over(theirs)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Channel(stream, room.backend, client).serve)
            for number in range(count):
                await asyncio.get_running_loop().sock_sendall(ours, frame(str(number), "health_check", {}))
            with anyio.fail_after(SOON_S):
                while not client.requests:
                    await anyio.sleep(0.01)
            assert len(client.requests) <= 2 * 4 + 1
            async with await SocketStream.from_socket(ours) as end:
                assert len(await Raw(end).answers(count)) == count


@pytest.mark.parametrize("message_type", ["health_check", "query"])
async def test_a_client_that_goes_right_after_its_request_leaves_nothing(message_type: str) -> None:
    async with serving() as room:
        for turns in range(6):
            async with _client(room, taken=True) as (raw, _):
                data = {"connection_id": await raw.connect(), "sql": ENDLESS} if message_type == "query" else {}
                await raw.send(("1", message_type, data))
                for _ in range(turns):
                    await asyncio.sleep(0)
                await raw.stream.aclose()
            await room.is_empty()


async def test_a_fault_in_a_handler_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as room, _client(room, taken=True) as (raw, client):
        await raw.send(("1", "health_check", {}))
        await raw.answer()
        monkeypatch.delattr(type(client), "result_count")
        await raw.send(("2", "health_check", {}))
        assert (await raw.answer())["data"]["code"] == "internal"
        assert not client.requests


async def test_a_backend_that_is_closing_refuses_a_query_that_comes_alone_and_answers_health() -> None:
    async with serving() as room, _client(room, taken=True) as (raw, _):
        connection_id = await raw.connect()
        room.backend.closing = True
        await raw.send(("1", "query", {"connection_id": connection_id, "sql": "SELECT 1"}))
        assert (await raw.answer())["data"]["code"] == "shutting_down"
        await raw.send(("2", "health_check", {}))
        assert (await raw.answer())["data"]["problems"] == ["shutting_down"]
