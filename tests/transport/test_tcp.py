"""TCP on the loopback interface."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from litebase.transport import EndpointInUse, TcpAddress, listen
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

PRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


async def test_bytes_go_both_ways_on_a_free_port() -> None:
    listener = await listen(TcpAddress(0))
    port = listener.endpoint["port"]
    assert listener.endpoint == {"transport": "tcp", "host": "127.0.0.1", "port": port}
    assert isinstance(port, int)
    async with await anyio.connect_tcp("127.0.0.1", port) as near, await listener.accept() as far:
        await near.send(b"there")
        assert await far.receive() == b"there"
        await far.send(b"and back")
        assert await near.receive() == b"and back"
    await listener.aclose()
    with pytest.raises(OSError, match=r"connect|failed"):
        await anyio.connect_tcp("127.0.0.1", port)


@pytest.mark.fault("T05")
async def test_only_the_loopback_address_is_bound() -> None:
    """A listener on all addresses would be reached at 127.0.0.2 too: all of 127/8 is this machine on Linux."""
    listener = await listen(TcpAddress(0))
    try:
        with socket.socket() as other:
            other.settimeout(SOON_S)
            assert other.connect_ex(("127.0.0.2", int(str(listener.endpoint["port"])))) != 0
    finally:
        await listener.aclose()


@pytest.mark.fault("C16")
async def test_a_port_in_use_is_refused_and_its_owner_goes_on() -> None:
    first = await listen(TcpAddress(0))
    port = int(str(first.endpoint["port"]))
    with pytest.raises(EndpointInUse, match=str(port)):
        await listen(TcpAddress(port))
    async with await anyio.connect_tcp("127.0.0.1", port), await first.accept():
        pass
    await first.aclose()


async def test_a_port_is_free_again_at_once() -> None:
    """Also when connections were open: they linger in the kernel and do not keep the next start out."""
    first = await listen(TcpAddress(0))
    port = int(str(first.endpoint["port"]))
    async with await anyio.connect_tcp("127.0.0.1", port) as near:
        far = await first.accept()
        await far.aclose()  # the side that closes first lingers
        with pytest.raises(anyio.EndOfStream):
            await near.receive()
    await first.aclose()
    second = await listen(TcpAddress(port))
    await second.aclose()


async def test_closing_ends_accept() -> None:
    listener = await listen(TcpAddress(0))
    ended = anyio.Event()

    async def accept() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await listener.accept()
        ended.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(accept)
        await anyio.wait_all_tasks_blocked()
        await listener.aclose()
        with anyio.fail_after(SOON_S):
            await ended.wait()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not PRIVILEGED.exists(), reason="this system does not tell which ports need rights")
def test_a_port_that_needs_more_rights_is_a_clear_error() -> None:
    if int(PRIVILEGED.read_text(encoding="ascii")) <= 1:
        pytest.skip("every port is free for all users here")
    script = """
import anyio, os
from litebase.transport import EndpointUnusable, TcpAddress, listen
import litebase.transport.tcp, anyio._backends._asyncio
os.setgid(65534), os.setuid(65534)
try:
    anyio.run(listen, TcpAddress(1))
except EndpointUnusable as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=SOON_S)
    assert "Choose one above 1023" in done.stdout
