"""How much memory this process has in RAM, and giving back what it needs no more."""

import os
import sys

from litebase.allocator import give_back_free

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
        """The working set; 0 when the system does not tell."""
        counters = _Counters(size=ctypes.sizeof(_Counters))
        kernel32 = ctypes.windll.kernel32
        kernel32.K32GetProcessMemoryInfo(wintypes.HANDLE(-1), ctypes.byref(counters), counters.size)  # -1: ourselves
        return int(counters.working_set)

else:
    _STATM_BYTES = 128

    def rss_bytes() -> int:
        """The resident set, 0 where the system does not tell. Source: proc(5), /proc/self/statm."""
        try:
            statm = os.open("/proc/self/statm", os.O_RDONLY)  # a file object would cost more than all of the counting
        except OSError:
            return 0
        try:
            pages = int(os.read(statm, _STATM_BYTES).split()[1])
        finally:
            os.close(statm)
        return pages * os.sysconf("SC_PAGE_SIZE")


_WORTH_BYTES = 4 * 1024 * 1024


class FreedMemory:
    """Memory that was freed and that the C library keeps for later."""

    def __init__(self) -> None:
        self._least = rss_bytes()

    def give_back(self) -> bool:
        """In a thread, while nothing else is done: return it to the system, if that may be much; whether it was."""
        now = rss_bytes()
        if now < self._least + _WORTH_BYTES:
            self._least = min(self._least, now)
            return False
        done = give_back_free()
        self._least = rss_bytes()
        return done
