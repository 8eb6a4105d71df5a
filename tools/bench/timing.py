"""Measures short times, and summarizes them."""

import time
from collections.abc import Callable, Sequence
from itertools import chain
from statistics import median

from tools.bench.figure import Curve

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
    """The median of the blocks' percentiles: a burst of other work affects one block, not the figure."""
    return median(percentile(times, percent) for times in blocks)


def distribution(blocks: Sequence[Block]) -> Curve:
    """Every percentile of all calls, from 1 to 100."""
    times = sorted(chain.from_iterable(blocks))
    return [(percent, percentile(times, percent)) for percent in range(1, 101)]


def seconds(call: Callable[[], object]) -> float:
    """How long one call took."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
