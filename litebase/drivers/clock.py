"""A clock that goes on while the machine sleeps, as servers and their time limits do."""

import sys
import time


def now() -> float:
    """Seconds since some moment."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()  # which stops on the two above
