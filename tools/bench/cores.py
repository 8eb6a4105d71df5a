"""Pins processes to cores: two processes that talk are much faster on one core than on two, and without pinning the
system's choice varies between runs.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def apart(pids: Sequence[int]) -> Iterator[None]:
    """During the block this process runs on one core and the others on the next, if there are two."""
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, allowed[:1])
    for pid in pids:
        os.sched_setaffinity(pid, allowed[1:2] or allowed)
    try:
        yield
    finally:
        for pid in (0, *pids):
            os.sched_setaffinity(pid, allowed)
