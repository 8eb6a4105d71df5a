"""The fault proxy does what it is told, and nothing else: against a server that sends back what it gets."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.fault_proxy import FaultProxy, Target, fault_proxy
from tests.end_to_end.process import wait_until
from tests.work import SOON_S

TEXT = bytes(range(256)) * 40


@contextlib.contextmanager
def echo(listener: socket.socket) -> Iterator[None]:
    """Send back what comes, on every connection."""

    def answer(stream: socket.socket) -> None:
        with stream, contextlib.suppress(OSError):
            while data := stream.recv(65536):
                stream.sendall(data)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(SOON_S)


def dialled(proxy: FaultProxy, at: Path | None) -> socket.socket:
    stream = socket.socket(socket.AF_INET if at is None else socket.AF_UNIX)
    stream.settimeout(SOON_S)
    stream.connect(("127.0.0.1", proxy.port) if at is None else str(at))
    return stream


@pytest.fixture(params=["tcp", "unix"])
def link(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[FaultProxy, socket.socket]]:
    """A proxy in front of an echo, and a connection through it."""
    at = None if request.param == "tcp" else tmp_path / "proxy"
    if at is None:
        listener = socket.create_server(("127.0.0.1", 0))
        target: Target = ("127.0.0.1", listener.getsockname()[1])
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "echo"))
        listener.listen()
        target = tmp_path / "echo"
    with echo(listener), fault_proxy(target, at) as proxy, dialled(proxy, at) as stream:
        yield proxy, stream


def read(stream: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count and (data := stream.recv(count - len(found))):
        found += data
    return found


def silent(stream: socket.socket, seconds: float) -> bool:
    stream.settimeout(seconds)
    try:
        return stream.recv(1) == b"never"
    except TimeoutError:
        return True
    finally:
        stream.settimeout(SOON_S)


def test_bytes_pass_unchanged(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    stream.sendall(TEXT)
    assert read(stream, len(TEXT)) == TEXT
    assert (proxy.accepted, proxy.links) == (1, 1)
    wait_until(lambda: proxy.passed == 2 * len(TEXT))


def test_latency_is_added_each_way_and_not_once_for_each_slice(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    proxy.weather.latency_s = 0.1
    proxy.weather.slice_bytes = 100
    began = time.monotonic()
    stream.sendall(TEXT)
    assert read(stream, len(TEXT)) == TEXT
    assert 0.2 <= time.monotonic() - began < 0.1 * len(TEXT) / 100


def test_slices_arrive_in_pieces_and_whole(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    proxy.weather.slice_bytes = 16
    proxy.weather.bytes_per_s = 16 / 0.002
    stream.sendall(TEXT[:320])
    first = stream.recv(65536)
    assert 0 < len(first) < 320
    assert first + read(stream, 320 - len(first)) == TEXT[:320]


def test_bandwidth_is_bounded(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    proxy.weather.slice_bytes, proxy.weather.bytes_per_s = 500, 20_000
    began = time.monotonic()
    stream.sendall(TEXT[:4000])
    assert read(stream, 4000) == TEXT[:4000]
    assert time.monotonic() - began >= 0.15


def test_a_frozen_link_takes_everything_and_gives_it_out_after_the_thaw(
    link: tuple[FaultProxy, socket.socket],
) -> None:
    proxy, stream = link
    proxy.weather.frozen = True
    much = TEXT * 100  # more than buffers of sockets hold: whoever sends is not held up
    stream.sendall(much)
    assert silent(stream, 0.1)
    assert proxy.passed == 0
    proxy.weather.frozen = False
    assert read(stream, len(much)) == much


def test_a_reset_ends_links_and_new_ones_may_come(
    link: tuple[FaultProxy, socket.socket], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    proxy, stream = link
    stream.sendall(b"x")
    assert read(stream, 1) == b"x"
    proxy.reset()
    if "tcp" in request.node.name:
        with pytest.raises(ConnectionResetError):
            stream.recv(1)
    else:
        assert stream.recv(1) == b""
    wait_until(lambda: proxy.links == 0)
    with dialled(proxy, None if "tcp" in request.node.name else tmp_path / "proxy") as again:
        again.sendall(b"y")
        assert read(again, 1) == b"y"


def test_resets_come_at_random(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    proxy.weather.slice_bytes, proxy.weather.reset_chance = 16, 0.1
    with contextlib.suppress(OSError):  # a reset, or a pipe without a reader
        for _ in range(100):
            stream.sendall(TEXT)
            if not stream.recv(65536):
                break
    assert 0 < proxy.passed < 100 * len(TEXT)
    assert proxy.passed % 16 == 0


def test_half_a_link_can_be_closed(link: tuple[FaultProxy, socket.socket]) -> None:
    proxy, stream = link
    stream.sendall(b"x")
    assert read(stream, 1) == b"x"
    proxy.half_close("down")
    assert stream.recv(1) == b""
    stream.sendall(b"still taken")


def test_half_closing_by_the_client_is_passed_on(link: tuple[FaultProxy, socket.socket]) -> None:
    _, stream = link
    stream.sendall(TEXT)
    stream.shutdown(socket.SHUT_WR)
    assert read(stream, len(TEXT) + 1) == TEXT


def test_a_target_that_is_not_there_ends_the_link(tmp_path: Path) -> None:
    with fault_proxy(tmp_path / "nobody") as proxy, dialled(proxy, None) as stream:
        with contextlib.suppress(ConnectionResetError):
            assert stream.recv(1) == b""
        assert proxy.links == 0


def test_nothing_is_left_when_it_is_closed(tmp_path: Path) -> None:
    before = threading.active_count()
    with fault_proxy(tmp_path / "nobody"):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
