"""Keeps the C library from spreading memory over many arenas, and has it give back what is free.

glibc gives threads arenas of their own, up to eight for each processor, and takes one back to the system only as far as
nothing at its end is in use. A database session of SQLite is a thread, so sessions that come and go leave arenas that
are nearly empty and never smaller, while what is used stays the same. Two arenas leave fewer holes, and not none: what
is free between pieces in use is kept until the library is asked to give it back.
Sources: mallopt(3), malloc_trim(3).
"""

import sys
from collections.abc import Callable
from functools import cache

_M_ARENA_MAX = -8
_ARENAS = 2  # one for the event loop, one for everything else; Python's small objects live in neither


def bound_arenas() -> bool:
    """To be called before the first thread starts; whether this C library has arenas to be bounded."""
    mallopt = _function("mallopt")
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, _ARENAS))


def give_back_free() -> bool:
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
