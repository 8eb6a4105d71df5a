"""A stream over a socket: what comes, what is sent, and who waits for whom."""

import socket
import struct
import weakref
from collections.abc import AsyncIterator, Iterator
from functools import partial

import anyio
import pytest

from litebase.transport.stream import TransportStream
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

MIB = 2**20


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    far.settimeout(SOON_S)
    with far:
        yield near, far


@pytest.fixture
def other(ends: tuple[socket.socket, socket.socket]) -> socket.socket:
    """The far end of `stream`."""
    return ends[1]


@pytest.fixture
async def stream(ends: tuple[socket.socket, socket.socket]) -> AsyncIterator[TransportStream]:
    opened = await TransportStream.over(ends[0])
    yield opened
    with anyio.move_on_after(0.02):
        await opened.aclose()


async def test_bytes_come_in_order_and_never_more_than_asked_for(stream: TransportStream, other: socket.socket) -> None:
    other.sendall(b"abcdef")
    assert await stream.receive(4) == b"abcd"
    assert await stream.receive(4) == b"ef"
    with anyio.move_on_after(0.02) as nothing:
        await stream.receive()
    assert nothing.cancelled_caught
    other.sendall(b"g")
    assert await stream.receive() == b"g"


async def test_a_sender_whom_nobody_reads_waits_and_loses_nothing(
    stream: TransportStream, other: socket.socket
) -> None:
    data = bytes(range(256)) * 16384
    taken = bytearray()

    async def read_late() -> None:
        await anyio.sleep(0.05)
        assert not sent.is_set()
        while len(taken) < len(data):
            taken.extend(await anyio.to_thread.run_sync(other.recv, MIB))

    sent = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read_late)
        await stream.send(data)
        sent.set()
    assert bytes(taken) == data


async def test_what_nobody_takes_stops_the_other_side(stream: TransportStream, other: socket.socket) -> None:
    other.setblocking(False)
    sent = 0
    for _ in range(200):
        try:
            sent += other.send(bytes(65536))
        except BlockingIOError:
            await anyio.sleep(0.001)
    assert sent < 3 * MIB
    received = 0
    while received < sent:
        received += len(await stream.receive())
    assert received == sent


async def test_the_end_comes_behind_the_last_bytes_and_an_answer_still_goes_out(
    stream: TransportStream, other: socket.socket
) -> None:
    other.sendall(b"last")
    other.shutdown(socket.SHUT_WR)
    assert await stream.receive() == b"last"
    for _ in range(2):
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
    await stream.send(b"answer")
    assert other.recv(10) == b"answer"


async def test_a_client_that_vanishes_is_the_end_for_the_reader_and_an_error_for_the_sender() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    far = socket.create_connection(listening.getsockname())
    near, _ = listening.accept()
    listening.close()
    stream = await TransportStream.over(near)
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() sends a reset
    far.close()
    with pytest.raises(anyio.EndOfStream):
        await stream.receive()
    with pytest.raises(anyio.BrokenResourceError):
        await stream.send(b"x")
    await stream.aclose()


async def test_closing_sends_what_was_taken_and_wakes_a_reader(stream: TransportStream, other: socket.socket) -> None:
    async def read() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await stream.receive()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await stream.send(b"x" * 1000)
        await anyio.sleep(0)
        await stream.aclose()
    assert other.recv(2000) == b"x" * 1000
    assert other.recv(1) == b""
    with pytest.raises(anyio.ClosedResourceError):
        await stream.send(b"y")


async def test_closing_does_not_wait_longer_than_its_caller_for_one_who_takes_nothing(stream: TransportStream) -> None:
    with anyio.move_on_after(0.02):
        await stream.send(bytes(4 * MIB))
    with anyio.fail_after(SOON_S):
        with anyio.move_on_after(0.02) as late:
            await stream.aclose()
        assert late.cancelled_caught
        await stream.aclose()


async def test_a_reader_gives_others_their_turn_although_more_is_there(
    stream: TransportStream, other: socket.socket
) -> None:
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            await anyio.sleep(0)
            turns += 1

    other.sendall(b"x" * 1000)
    await stream.receive(1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take_turns)
        for _ in range(100):
            await stream.receive(1)
        tasks.cancel_scope.cancel()
    assert turns >= 99


async def test_nothing_is_written_behind_a_failure_that_the_event_loop_has_not_told_yet(
    stream: TransportStream, other: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    """asyncio would take it, throw it away, and complain from the fifth time on."""
    other.close()
    refused = 0
    for _ in range(20):
        try:
            await stream.send(b"x")
        except anyio.BrokenResourceError:
            refused += 1
    assert refused >= 19
    assert not caplog.records


# what is offered first


def _taken(offered: list[bytes], data: bytes) -> bool:
    offered.append(data)
    return True


async def _receiving(stream: TransportStream, into: list[bytes | str]) -> None:
    try:
        while True:
            into.append(await stream.receive())
    except anyio.EndOfStream:
        into.append("end")


async def test_what_is_taken_is_not_received_and_the_rest_comes_in_order(
    stream: TransportStream, other: socket.socket
) -> None:
    offered: list[bytes] = []
    received: list[bytes | str] = []

    def take(data: bytes) -> bool:
        offered.append(data)
        return data.startswith(b"t")

    stream.offer_first(take)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_receiving, stream, received)
        for data in (b"t1", b"r1", b"t2", b"x" * 4097, b"t" * 4096):
            await anyio.sleep(0.02)
            other.sendall(data)
        await anyio.sleep(0.02)
        other.shutdown(socket.SHUT_WR)
    assert offered == [b"t1", b"r1", b"t2", b"t" * 4096]
    assert received == [b"r1", b"x" * 4097, "end"]


async def test_nothing_is_offered_before_what_came_earlier_is_received(
    stream: TransportStream, other: socket.socket
) -> None:
    offered: list[bytes] = []
    stream.offer_first(partial(_taken, offered))
    other.sendall(b"early")
    await anyio.sleep(0.02)  # nobody receives
    other.sendall(b"late")
    await anyio.sleep(0.02)
    assert await stream.receive() + await stream.receive() == b"earlylate"
    assert offered == []


async def test_nothing_is_offered_while_something_waits_to_be_sent(
    stream: TransportStream, other: socket.socket
) -> None:
    offered: list[bytes] = []
    received: list[bytes | str] = []
    stream.offer_first(partial(_taken, offered))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_receiving, stream, received)
        tasks.start_soon(stream.send, bytes(4 * MIB))
        await anyio.sleep(0.05)
        other.sendall(b"now")
        await anyio.sleep(0.02)
        tasks.cancel_scope.cancel()
    assert (offered, received) == ([], [b"now"])


async def test_what_fails_while_it_takes_is_raised_to_the_receiver(
    stream: TransportStream, other: socket.socket
) -> None:
    def take(data: bytes) -> bool:
        raise LookupError(data)

    stream.offer_first(take)
    other_sends = anyio.Event()

    async def send() -> None:
        await anyio.sleep(0.02)
        other.sendall(b"a")
        other_sends.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        with pytest.raises(LookupError, match="a"), anyio.fail_after(SOON_S):
            await stream.receive()
    assert other_sends.is_set()


async def test_a_closed_stream_keeps_nobody_who_takes(ends: tuple[socket.socket, socket.socket]) -> None:
    class Taker:
        def take(self, _data: bytes) -> bool:
            return True

    taker = Taker()
    gone = weakref.ref(taker)
    stream = await TransportStream.over(ends[0])
    stream.offer_first(taker.take)
    del taker
    await stream.aclose()
    assert gone() is None
