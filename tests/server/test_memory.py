"""The process's memory: how much it is, and that what was freed goes back to the system."""

import sys
from pathlib import Path

import anyio
import pytest

from litebase.server.backend import Backend
from litebase.server.clients import serve_clients
from litebase.server.memory import FreedMemory, rss_bytes
from litebase.settings import Settings
from litebase.transport import UnixAddress, listen
from tests.server.room import QuietLog

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024
needs_glibc = pytest.mark.skipif(sys.platform != "linux", reason="other systems' allocators are not asked for it")


def _fill() -> bytes:
    """Take 64 MiB in small parts, and give all back but the last one, which holds the heap's end."""
    parts = [bytes(1000 + number % 2) for number in range(64 * MIB // 1000)]
    return parts[-1]


def test_the_resident_set_grows_with_what_is_used() -> None:
    before = rss_bytes()
    block = b"x" * 32 * MIB
    assert rss_bytes() - before > 24 * MIB
    del block


@needs_glibc
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    freed = FreedMemory()
    last = _fill()
    full = rss_bytes()
    assert freed.give_back()
    assert full - rss_bytes() > 32 * MIB
    assert not freed.give_back(), "nothing has come since"
    assert last


@needs_glibc
async def test_a_backend_that_rests_gives_memory_back(tmp_path: Path) -> None:
    async with anyio.create_task_group() as tasks:
        listener = await listen(UnixAddress(tmp_path / "socket"))
        tasks.start_soon(serve_clients, listener, Backend(Settings(housekeeping_s=0.05), QuietLog()), None)
        await anyio.sleep(0.1)
        last = _fill()
        full = rss_bytes()
        with anyio.fail_after(5):
            while full - rss_bytes() < 32 * MIB:
                await anyio.sleep(0.02)
        assert last
        await listener.aclose()
