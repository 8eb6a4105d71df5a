"""The process's memory: how much it is, and that what was freed goes back to the system.

Each is tried in a process of its own, for in a used one free memory lies everywhere.
"""

import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from litebase.server.memory import rss_bytes

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024
needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked for its free memory")

# Takes 64 MiB in small parts, and gives all back but the last one, which holds the heap's end.
FILL = """
from litebase.server.memory import FreedMemory, rss_bytes
MIB = 1024 * 1024
def fill():
    return [bytes(1000 + number % 2) for number in range(64 * MIB // 1000)][-1]
"""


def run(program: str) -> str:
    """What a program prints."""
    python = [sys.executable, "-c", FILL + textwrap.dedent(program)]
    return subprocess.run(python, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_resident_set_grows_with_what_is_used() -> None:
    before = rss_bytes()
    block = b"x" * 64 * MIB
    assert rss_bytes() - before > 48 * MIB
    del block


@needs_glibc
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    said = run("""
        freed = FreedMemory()
        last = fill()
        full = rss_bytes()
        print(freed.give_back(), full - rss_bytes() > 32 * MIB)
        print(freed.give_back())  # nothing has come since
        """)
    assert said.split() == ["True", "True", "False"]


@needs_glibc
def test_a_backend_that_rests_gives_memory_back() -> None:
    said = run("""
        import tempfile
        from pathlib import Path

        import anyio

        from litebase.server.backend import Backend
        from litebase.server.clients import serve_clients
        from litebase.settings import Settings
        from litebase.transport import UnixAddress, listen
        from tests.server.room import QuietLog

        async def main(folder):
            async with anyio.create_task_group() as tasks:
                listener = await listen(UnixAddress(Path(folder, "socket")))
                tasks.start_soon(serve_clients, listener, Backend(Settings(housekeeping_s=0.05), QuietLog()), None)
                await anyio.sleep(0.2)
                last = fill()
                full = rss_bytes()
                with anyio.move_on_after(10):
                    while full - rss_bytes() < 32 * MIB:
                        await anyio.sleep(0.02)
                print(full - rss_bytes() > 32 * MIB)
                await listener.aclose()

        with tempfile.TemporaryDirectory() as folder:
            anyio.run(main, folder)
        """)
    assert said.split() == ["True"]
