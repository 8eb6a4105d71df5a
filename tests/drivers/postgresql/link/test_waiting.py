"""Waiting in threads, as on Windows; it is the same code everywhere."""

import socket
import sys
import threading
import time
from collections.abc import Generator, Iterator

import anyio
import psycopg
import pytest
from psycopg.waiting import Ready, Wait

from litebase.drivers.postgresql.link import waiting
from litebase.drivers.postgresql.link.login import open_link
from litebase.drivers.trace import Trace
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def asking(wanted: Wait) -> Generator[Wait, Ready | int, int]:
    """Steps that want one thing and return what they were given first."""
    return int((yield wanted))


async def test_a_socket_that_can_be_read_ends_the_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    async with anyio.create_task_group() as tasks:

        async def write_later() -> None:
            await anyio.sleep(0.1)
            theirs.send(b"x")

        tasks.start_soon(write_later)
        began = time.monotonic()
        assert await waiting.wait_in_threads(asking(Wait.R), ours.fileno(), SOON_S) == Ready.R
        assert 0.05 < time.monotonic() - began < SOON_S


@pytest.mark.parametrize("wanted", [Wait.W, Wait.RW])
async def test_a_socket_that_can_be_written_is_reported(
    pair: tuple[socket.socket, socket.socket], wanted: Wait
) -> None:
    assert await waiting.wait_in_threads(asking(wanted), pair[0].fileno(), 10) == Ready.W


async def test_nothing_in_time_is_reported_as_nothing(pair: tuple[socket.socket, socket.socket]) -> None:
    assert await waiting.wait_in_threads(asking(Wait.R), pair[0].fileno(), 0.05) == Ready.NONE


async def test_a_time_that_is_over_is_no_error(pair: tuple[socket.socket, socket.socket]) -> None:
    assert await waiting.wait_in_threads(asking(Wait.R), pair[0].fileno(), -0.001) == Ready.NONE


async def test_the_event_loop_goes_on_and_a_cancel_ends_the_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    began = time.monotonic()
    with anyio.move_on_after(0.1) as scope:
        await waiting.wait_in_threads(asking(Wait.R), pair[0].fileno(), SOON_S)
    assert scope.cancelled_caught
    assert time.monotonic() - began < SOON_S


async def test_a_closed_socket_is_an_error_of_psycopg_s(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[0].close()
    with pytest.raises(psycopg.OperationalError, match="the socket was closed"):
        await waiting.wait_in_threads(asking(Wait.R), pair[0].fileno(), 1)


async def test_a_session_works_on_it(postgresql_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login, an answer of several packets, a cancel and a refused port: all with the waiting of Windows."""
    monkeypatch.setattr(waiting, "wait", waiting.wait_in_threads)
    monkeypatch.setattr(waiting, "wait_for_connection", waiting.wait_for_connection_in_threads)
    service = postgresql_service
    conninfo = (
        f"host={service.host} port={service.port} user={service.user} password={service.password} "
        f"dbname={service.database}"
    )
    link = await open_link(conninfo, "here", 20, Trace())
    try:
        link.connection.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 1000)")
        await link.flush()
        (result,) = await link.results()
        assert result.ntuples == 1000
        link.connection.send_query(b"SELECT pg_sleep(60)")
        await link.flush()
        await anyio.sleep(0.1)
        await link.cancel()
        with anyio.fail_after(SOON_S):
            (stopped,) = await link.results()
        assert b"canceling statement" in stopped.error_message
    finally:
        link.close()


# watching what nobody waits for


@pytest.fixture(
    params=[waiting.WatchInThread] if sys.platform == "win32" else [waiting.WatchInLoop, waiting.WatchInThread]
)
def watch(request: pytest.FixtureRequest) -> Iterator[waiting.WatchInLoop | waiting.WatchInThread]:
    made = request.param()
    yield made
    made.close()


AnyWatch = waiting.WatchInLoop | waiting.WatchInThread


async def test_a_watch_calls_once_each_time_it_was_begun(
    pair: tuple[socket.socket, socket.socket], watch: AnyWatch
) -> None:
    ours, theirs = pair
    called = anyio.Semaphore(0)
    for _ in range(3):
        watch.begin(ours.fileno(), called.release)
        watch.begin(ours.fileno(), called.release)
        await anyio.sleep(0.02)
        assert called.value == 0
        theirs.send(b"x")
        with anyio.fail_after(SOON_S):
            await called.acquire()
        await anyio.sleep(0.02)
        assert called.value == 0
        ours.recv(10)
    watch.close()


async def test_a_watch_that_was_withdrawn_calls_nobody(
    pair: tuple[socket.socket, socket.socket], watch: AnyWatch
) -> None:
    ours, theirs = pair
    called = anyio.Semaphore(0)
    watch.begin(ours.fileno(), called.release)
    watch.withdraw()
    theirs.send(b"x")
    await anyio.sleep(0.05)
    assert called.value == 0
    watch.begin(ours.fileno(), called.release)
    with anyio.fail_after(SOON_S):
        await called.acquire()
    watch.close()


async def test_the_end_of_a_link_is_seen(pair: tuple[socket.socket, socket.socket], watch: AnyWatch) -> None:
    ours, theirs = pair
    ended = anyio.Event()
    watch.begin(ours.fileno(), ended.set)
    theirs.close()
    with anyio.fail_after(SOON_S):
        await ended.wait()
    watch.close()


async def test_a_thread_that_watches_ends_with_its_watch(pair: tuple[socket.socket, socket.socket]) -> None:
    watch = waiting.WatchInThread()
    before = set(threading.enumerate())
    watch.begin(pair[0].fileno(), lambda: None)
    (thread,) = set(threading.enumerate()) - before
    watch.close()
    await anyio.to_thread.run_sync(thread.join, SOON_S)
    assert not thread.is_alive()
