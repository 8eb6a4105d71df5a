"""The memory of this process: how much of it is in RAM, and giving back what it no longer needs.

glibc gives threads arenas of their own, up to eight for each processor, and takes one back to the system only as far as
nothing at its end is in use. A database session of SQLite is a thread, so sessions that come and go leave arenas that
are nearly empty and never smaller, while what is used stays the same. Two arenas leave fewer holes, and not none: what
is free between pieces in use is kept until the library is asked to give it back.
Sources: mallopt(3), malloc_trim(3).
"""

import os
import sys
from collections.abc import Callable
from functools import cache

_M_ARENA_MAX = -8
_ARENAS = 2  # one for the event loop, one for everything else; Python's small objects live in neither
_WORTH_BYTES = 4 * 1024 * 1024

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """Source: PROCESS_MEMORY_COUNTERS in psapi.h."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            ("peak_working_set", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t),
            ("others", ctypes.c_size_t * 6),
        )

    def rss_bytes() -> int:
        """The working set; 0 when the system does not report it."""
        counters = _Counters(size=ctypes.sizeof(_Counters))
        kernel32 = ctypes.windll.kernel32
        kernel32.K32GetProcessMemoryInfo(wintypes.HANDLE(-1), ctypes.byref(counters), counters.size)  # -1: ourselves
        return int(counters.working_set)

else:
    _STATM_BYTES = 128
    _PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

    def rss_bytes() -> int:
        """The resident set, 0 where the system does not report it. Source: proc(5), /proc/self/statm."""
        statm = _statm()
        return 0 if statm is None else int(os.pread(statm, _STATM_BYTES, 0).split()[1]) * _PAGE_BYTES

    @cache
    def _statm() -> int | None:
        """Kept open: each read tells the present, and opening it costs more than all else that health counts."""
        try:
            return os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            return None


def bound_arenas() -> bool:
    """To be called before the first thread starts; whether this C library has arenas to be bounded."""
    mallopt = _function("mallopt")
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, _ARENAS))


class Memory:
    """This process's memory, as housekeeping and health see it."""

    def __init__(self) -> None:
        self._least = rss_bytes()

    def rss_bytes(self) -> int:
        """How much is in RAM; 0 where the system does not say."""
        return rss_bytes()

    def give_back(self) -> bool:
        """In a thread, while nothing else is done: return what was freed, if that may be much; whether it was."""
        now = rss_bytes()
        if now < self._least + _WORTH_BYTES:
            self._least = min(self._least, now)
            return False
        done = _give_back_free()
        self._least = rss_bytes()
        return done


def _give_back_free() -> bool:
    """In a thread: return free memory to the system, wherever it lies; whether this C library can."""
    malloc_trim = _function("malloc_trim")
    if malloc_trim is None:
        return False
    malloc_trim(0)  # keep nothing
    return True


@cache
def _function(name: str) -> Callable[..., int] | None:
    """A function of glibc; None where the C library is another one."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415  # only where it is of use

    function: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return function
