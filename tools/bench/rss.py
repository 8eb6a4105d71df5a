"""Resident memory of a process on Linux. Standard library only: programs import this to measure themselves."""

import time
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path

_SAMPLE_S = 0.02
_POINTS = 300

Curve = list[tuple[float, float]]  # seconds and MB


def rss_mb(pid: int | str) -> float:
    """Resident memory in millions of bytes. `pid` may be `self`."""
    for line in Path("/proc", str(pid), "status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(f"The process {pid} has ended.")


def highest_mb(pid: int) -> float:
    """The most that a process has ever had."""
    for line in Path("/proc", str(pid), "status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(f"The process {pid} has ended.")


def rss_while(windows: Iterable[object], pid: int) -> Curve:
    """The memory of a process while windows are read."""
    started = time.monotonic()
    every = [(time.monotonic() - started, rss_mb(pid)) for _ in windows]
    return [max(some, key=itemgetter(1)) for some in _pieces(every)]


def _pieces(curve: Curve) -> Iterator[Curve]:
    """Pieces of a curve, few enough to keep only the peak of each."""
    size = -(-len(curve) // _POINTS)
    return (curve[begin : begin + size] for begin in range(0, len(curve), size))


def peak_of(curve: Curve) -> float:
    """The highest value of a curve."""
    return max(y for _, y in curve)


def peak_mb(pid: int, duration_s: float) -> float:
    """The peak memory of a process during a time."""
    deadline = time.monotonic() + duration_s
    peak = 0.0
    while time.monotonic() < deadline:
        peak = max(peak, rss_mb(pid))
        time.sleep(_SAMPLE_S)
    return peak
