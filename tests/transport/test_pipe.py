"""Named pipes as byte streams. These run on Windows only, and under Wine."""

import _winapi
import ctypes
import msvcrt
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ctypes import wintypes
from itertools import count

import anyio
import pytest

from litebase.transport import EndpointInUse, EndpointUnusable, PipeAddress, descriptor, listen, pipe
from tests.work import SOON_S

assert sys.platform == "win32", "mypy reads what follows only there"

pytestmark = pytest.mark.anyio
_numbers = count(1)


def fresh_name() -> str:
    return f"litebase-test-{os.getpid()}-{next(_numbers)}"


@asynccontextmanager
async def listening() -> AsyncIterator[pipe.PipeListener]:
    listener = await listen(PipeAddress(fresh_name()))
    assert isinstance(listener, pipe.PipeListener)
    try:
        yield listener
    finally:
        await listener.aclose()


def path_of(listener: pipe.PipeListener) -> str:
    return str(listener.endpoint["path"])


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[pipe.PipeStream, pipe.PipeStream]]:
    """Both ends: the client's and the listener's."""
    async with listening() as listener, await pipe.connect_pipe(path_of(listener)) as ours:
        theirs = await listener.accept()
        assert isinstance(theirs, pipe.PipeStream)
        async with theirs:
            yield ours, theirs


async def received(stream: pipe.PipeStream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += await stream.receive()
    return data


async def test_bytes_go_both_ways() -> None:
    async with connected() as (ours, theirs):
        await ours.send(b"question")
        assert await theirs.receive() == b"question"
        await theirs.send(b"answer")
        assert await ours.receive() == b"answer"


async def test_a_reader_gets_no_more_than_it_asks_for_and_the_rest_later() -> None:
    async with connected() as (ours, theirs):
        await ours.send(b"abcdef")
        assert await theirs.receive(4) == b"abcd"
        assert await theirs.receive(4) == b"ef"


async def test_many_clients_at_once_are_kept_apart() -> None:
    async with listening() as listener, anyio.create_task_group() as tasks:

        async def echo() -> None:
            while True:
                stream = await listener.accept()
                tasks.start_soon(answer, stream)

        async def answer(stream: anyio.abc.ByteStream) -> None:
            async with stream:
                await stream.send(await stream.receive())

        tasks.start_soon(echo)
        clients = [await pipe.connect_pipe(path_of(listener)) for _ in range(40)]
        for number, client in enumerate(clients):
            await client.send(str(number).encode())
        for number, client in enumerate(clients):
            assert await client.receive() == str(number).encode()
            await client.aclose()
        tasks.cancel_scope.cancel()


async def test_a_client_that_finds_all_instances_taken_waits_for_the_next() -> None:
    async with listening() as listener, anyio.create_task_group() as tasks:
        early = [await pipe.connect_pipe(path_of(listener)) for _ in range(pipe.SPARE_INSTANCES)]
        late: list[pipe.PipeStream] = []

        async def come_late() -> None:
            late.append(await pipe.connect_pipe(path_of(listener)))

        tasks.start_soon(come_late)
        await anyio.sleep(0.1)
        assert not late
        served = [await listener.accept() for _ in range(pipe.SPARE_INSTANCES + 1)]
        assert len(late) == 1
        for stream in (*early, *late, *served):
            await stream.aclose()


async def test_what_nobody_reads_makes_the_writer_wait() -> None:
    data = os.urandom(5_000_000)
    async with connected() as (ours, theirs), anyio.create_task_group() as tasks:
        sent = anyio.Event()

        async def send() -> None:
            await theirs.send(data)
            sent.set()

        tasks.start_soon(send)
        with anyio.move_on_after(0.3):
            await sent.wait()
        assert not sent.is_set()
        assert await received(ours, len(data)) == data
        with anyio.fail_after(SOON_S):
            await sent.wait()


@pytest.mark.fault("W07")
async def test_a_write_of_no_bytes_is_no_end() -> None:
    async with listening() as listener:
        with open(path_of(listener), "r+b", buffering=0) as client:  # noqa: PTH123  # a pipe is no Path
            stream = await listener.accept()
            written = wintypes.DWORD()
            handle = wintypes.HANDLE(msvcrt.get_osfhandle(client.fileno()))
            assert ctypes.windll.kernel32.WriteFile(handle, b"", 0, ctypes.byref(written), None)
            client.write(b"behind it")
            with anyio.fail_after(SOON_S):
                assert await stream.receive() == b"behind it"
            await stream.aclose()


async def test_a_client_that_goes_is_the_end_and_what_it_sent_before_is_read() -> None:
    async with connected() as (ours, theirs):
        await ours.send(b"last words")
        await ours.aclose()
        assert await theirs.receive() == b"last words"
        with pytest.raises(anyio.EndOfStream):
            await theirs.receive()
        with pytest.raises(anyio.BrokenResourceError):
            await theirs.send(b"too late")


async def test_a_client_that_goes_ends_a_read_and_a_write_that_wait() -> None:
    async with connected() as (ours, theirs), anyio.create_task_group() as tasks:
        ended: list[str] = []

        async def read() -> None:
            with pytest.raises(anyio.EndOfStream):
                await theirs.receive()
            ended.append("read")

        async def write() -> None:
            with pytest.raises(anyio.BrokenResourceError):
                await theirs.send(bytes(1_000_000))
            ended.append("write")

        tasks.start_soon(read)
        tasks.start_soon(write)
        await anyio.sleep(0.1)
        await ours.aclose()
        with anyio.fail_after(SOON_S):
            while len(ended) < 2:
                await anyio.sleep(0.01)


async def test_what_was_sent_before_the_listener_s_end_closes_is_read() -> None:
    async with connected() as (ours, theirs):
        await theirs.send(b"goodbye")
        await theirs.aclose()
        assert await ours.receive() == b"goodbye"
        with pytest.raises(anyio.EndOfStream):
            await ours.receive()


async def test_a_read_that_is_cancelled_loses_nothing() -> None:
    async with connected() as (ours, theirs):
        for number in range(20):
            with anyio.move_on_after(0.005):
                await theirs.receive()
            await ours.send(b"%02d" % number)
            assert await theirs.receive() == b"%02d" % number


async def test_closing_ends_a_read_of_another_task() -> None:
    async with connected() as (ours, theirs), anyio.create_task_group() as tasks:

        async def read() -> None:
            with pytest.raises(anyio.ClosedResourceError):
                await theirs.receive()

        tasks.start_soon(read)
        await anyio.sleep(0.05)
        await theirs.aclose()
        await theirs.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            await theirs.send(b"x")
        await ours.aclose()


async def test_closing_the_listener_ends_accepting_and_not_those_who_are_in() -> None:
    async with listening() as listener, await pipe.connect_pipe(path_of(listener)) as ours:
        theirs = await listener.accept()
        await listener.aclose()
        with pytest.raises(anyio.ClosedResourceError):
            await listener.accept()
        await theirs.send(b"still here")
        assert await ours.receive() == b"still here"
        await theirs.aclose()


async def test_a_client_that_comes_and_goes_before_it_is_accepted_harms_nobody() -> None:
    async with listening() as listener:
        for _ in range(3):
            await (await pipe.connect_pipe(path_of(listener))).aclose()
            with anyio.fail_after(SOON_S):
                stream = await listener.accept()
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            await stream.aclose()
        async with await pipe.connect_pipe(path_of(listener)):
            await (await listener.accept()).aclose()


@pytest.mark.fault("T13")
async def test_a_second_listener_of_the_name_is_refused_until_the_first_is_gone() -> None:
    async with listening() as listener:
        with pytest.raises(EndpointInUse, match="already running"):
            await listen(PipeAddress(path_of(listener)))
    await (await listen(PipeAddress(path_of(listener)))).aclose()


@pytest.mark.parametrize("name", ["", "a\\b", "\\\\other\\pipe\\a", "\\\\.\\pipe\\", "x" * 300, "nul\0"])
async def test_a_name_that_cannot_be_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(EndpointUnusable, match="is not a pipe name"):
        await listen(PipeAddress(name))


async def test_a_name_may_have_blanks_and_letters_of_any_language() -> None:
    listener = await listen(PipeAddress(fresh_name() + " größe файл"))
    async with await pipe.connect_pipe(str(listener.endpoint["path"])) as ours:
        await ours.send(b"x")
        stream = await listener.accept()
        assert await stream.receive() == b"x"
        await stream.aclose()
    await listener.aclose()


@pytest.mark.fault("T13")
async def test_the_pipe_belongs_to_this_user_and_nobody_else_has_a_right() -> None:
    async with listening() as listener:
        handle = _winapi.CreateFile(path_of(listener), 0x00020000, 0, 0, _winapi.OPEN_EXISTING, 0, 0)  # READ_CONTROL
        try:
            told = security_of(handle)
        finally:
            _winapi.CloseHandle(handle)
    user = descriptor.user_sid()
    assert user.startswith("S-1-5-21-")
    assert told.startswith(f"O:{user}")
    rights = told.partition("D:")[2]
    assert rights.count("(") == 1, "one rule, and it is"
    assert rights.endswith(f";;;{user})"), "this user's"


def security_of(handle: int) -> str:
    """Owner and access list of a handle as text."""
    found, size, text = ctypes.create_string_buffer(1024), wintypes.DWORD(), wintypes.LPWSTR()
    advapi32 = ctypes.windll.advapi32
    owner_and_rules = 1 | 4
    assert advapi32.GetKernelObjectSecurity(
        wintypes.HANDLE(handle), owner_and_rules, found, len(found), ctypes.byref(size)
    )
    assert advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(
        found, 1, owner_and_rules, ctypes.byref(text), None
    )
    assert text.value is not None
    return text.value
