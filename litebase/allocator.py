"""Keeps the C library from spreading memory over many arenas.

glibc gives threads arenas of their own, up to eight for each processor, and takes one back to the system only as far as
nothing at its end is in use. A database session of SQLite is a thread, so sessions that come and go leave arenas that
are nearly empty and never smaller, while what is used stays the same. Two arenas leave fewer holes, and not none:
what is free between pieces in use is still kept.
Source: mallopt(3).
"""

import sys

_M_ARENA_MAX = -8
_ARENAS = 2  # one for the event loop, one for everything else; Python's small objects live in neither


def bound_arenas() -> bool:
    """To be called before the first thread starts; whether this C library has arenas to be bounded."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415  # only where it is of use

    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS))
    except AttributeError:  # musl has none
        return False
