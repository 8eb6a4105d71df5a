"""One at a time, also of several processes: a lock that the system takes back when its holder ends."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file or a folder, which must exist, for the length of the block; wait while another has it.

    Not to be nested: whoever asks twice waits for itself. On Windows, where only one process of ours does such things,
    nothing is locked.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
