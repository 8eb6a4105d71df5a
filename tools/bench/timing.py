"""Measuring short times, and summing them up."""

import time
from collections.abc import Callable, Sequence
from statistics import median

Block = list[float]  # milliseconds of each call, sorted


def block(call: Callable[[], object], count: int) -> Block:
    """How long each of `count` calls took."""
    clock = time.perf_counter
    times = []
    for _ in range(count):
        started = clock()
        call()
        times.append(clock() - started)
    return sorted(1000 * seconds for seconds in times)


def percentile(times: Block, percent: int) -> float:
    """The smallest of the sorted times that `percent` of them do not exceed."""
    return times[max(0, -(-len(times) * percent // 100) - 1)]


def typical(blocks: Sequence[Block], percent: int) -> float:
    """The median of the blocks' percentiles: a burst of other work on the machine spoils one block, not the figure."""
    return median(percentile(times, percent) for times in blocks)


def seconds(call: Callable[[], object]) -> float:
    """How long one call took."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
