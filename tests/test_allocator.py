"""Threads that come and go do not leave a heap each behind; seen from outside, in a real process."""

import platform
import re
from pathlib import Path

import pytest

from litebase.allocator import bound_arenas
from tests.end_to_end.frames import Line
from tests.end_to_end.process import running

HEAP_BYTES = 64 * 1024 * 1024  # what glibc reserves for an arena, and aligns it to, where pointers have 64 bits
IS_GLIBC = platform.libc_ver()[0] == "glibc"
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (?:rw|--)-p .* 0 +$")


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
@pytest.mark.skipif(not IS_GLIBC, reason="NOT TESTED: only glibc has arenas")
@pytest.mark.fault("R01")
def test_sessions_that_come_and_go_leave_no_arena_each(tmp_path: Path) -> None:
    with running(tmp_path) as backend, backend.dial() as line:
        use_many_threads(line)
        assert arenas(backend.pid) == 1


def test_arenas_are_bounded_where_there_are_any() -> None:
    assert bound_arenas() is IS_GLIBC
