"""The process's memory: how much it is, that what was freed goes back to the system, and that threads leave no heaps.

Each is tried in a process of its own, for in a used one free memory lies everywhere.
"""

import platform
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from litebase.process.memory import bound_arenas, rss_bytes
from tests.end_to_end.frames import Line
from tests.end_to_end.process import running

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024
IS_GLIBC = platform.libc_ver()[0] == "glibc"
HEAP_BYTES = 64 * MIB  # what glibc reserves for an arena, and aligns it to, where pointers have 64 bits
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (?:rw|--)-p .* 0 +$")
needs_glibc = pytest.mark.skipif(
    not IS_GLIBC, reason="NOT TESTED: only glibc has arenas and is asked for its free memory"
)

# Takes 64 MiB in small parts, and gives all back but the last one, which holds the heap's end.
FILL = """
from litebase.process.memory import Memory, rss_bytes
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
        memory = Memory()
        last = fill()
        full = rss_bytes()
        print(memory.give_back(), full - rss_bytes() > 32 * MIB)
        print(memory.give_back())  # nothing has come since
        """)
    assert said.split() == ["True", "True", "False"]


@needs_glibc
def test_a_backend_that_rests_gives_memory_back() -> None:
    said = run("""
        import tempfile
        from pathlib import Path

        import anyio

        from litebase.process.watchdog import LoopHealth
        from litebase.server.backend import Backend
        from litebase.server.clients import serve_clients
        from litebase.settings import Settings
        from litebase.transport import UnixAddress, listen
        from tests.server.room import QuietLog

        async def main(folder):
            async with anyio.create_task_group() as tasks:
                backend = Backend(Settings(housekeeping_s=0.05), QuietLog(), LoopHealth(), Memory())
                listener = await listen(UnixAddress(Path(folder, "socket")))
                tasks.start_soon(serve_clients, listener, backend, None)
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


def arenas(pid: int) -> int:
    """How many arenas a process has beside the first. Source: proc(5), /proc/PID/maps; glibc's malloc/arena.c."""
    found, begun = 0, 0
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines():
        if (mapping := _MAPPING.match(line)) is None:
            continue
        start, end = int(mapping[1], 16), int(mapping[2], 16)
        if start % HEAP_BYTES == 0:
            begun = start
        found += end == begun + HEAP_BYTES
    return found


def use_many_threads(line: Line) -> None:
    """Each session of SQLite has a thread, which allocates."""
    for _ in range(3):
        connections = [line.open_memory() for _ in range(20)]
        for one in connections:
            line.ask_ok("query", {"connection_id": one, "sql": "SELECT hex(zeroblob(100000))"})
        for one in connections:
            line.ask_ok("db_disconnect", {"connection_id": one})


@pytest.mark.fault("R01")
@needs_glibc
def test_sessions_that_come_and_go_leave_no_arena_each(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        use_many_threads(line)
        assert arenas(backend.pid) == 1


def test_arenas_are_bounded_where_there_are_any() -> None:
    assert bound_arenas() is IS_GLIBC
