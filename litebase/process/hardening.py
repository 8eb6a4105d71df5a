"""Hardens the process against its surroundings.

It holds people's passwords: so it leaves no core dump, and no variable of the environment may write its TLS keys into
a file, load code into its TLS library, or change how it connects (the last is done by the drivers). Descriptors that
were closed are filled, or the next file that is opened becomes a standard stream.
"""

import os
import sys

_FORGOTTEN = ("SSLKEYLOGFILE", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES")
_PR_SET_DUMPABLE = 4


def forget_environment() -> None:
    """To be called before the TLS library is loaded."""
    for name in _FORGOTTEN:
        os.environ.pop(name, None)


def open_standard_streams() -> set[int]:
    """Give closed standard descriptors to /dev/null; which they were."""
    closed = set()
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            closed.add(descriptor)
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    return closed


def leave_no_core_dump() -> None:
    """A crash writes no image of the memory. The bound cannot be raised again."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refuse_to_be_read() -> bool:
    """Let no other process of this user read our memory or environment; False where the system cannot do it.

    Source: prctl(2), PR_SET_DUMPABLE; proc(5) says what follows for /proc/PID.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415  # a megabyte that few ask for

    refused: int = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return refused == 0
