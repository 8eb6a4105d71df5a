"""How much a cursor works on at once: a slice of time and of memory, and its turn in the event loop.

So a fetch returns soon and stays small, and rows that have arrived do not hold up everything else.
"""

import asyncio
import time
from collections.abc import Sequence
from sys import getsizeof

from litebase.drivers.interface import RowList, RowSink, RowTuple
from litebase.errors import LimitExceeded

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
STEP_ROWS = 128  # so few stay in the processor's caches
_TURN_S = 0.0015
_SIZED = (str, bytes)  # a union of them would be made anew for each cell
_ROUNDS = 3  # of the loop: it sees that something has come, it wakes the task that waits for it, the task runs


class Slice:
    """Rows on their way to a sink: at least one, and `most` at most."""

    def __init__(self, sink: RowSink, most: int) -> None:
        self.count = 0
        self.wanted = 1  # how many rows to take in the next step; the size of the first is not known
        self._sink, self._most = sink, most
        self._size = 0
        self._deadline = time.monotonic() + SLICE_S

    def add(self, rows: Sequence[RowTuple]) -> None:
        """Hand on the rows of a step, at least one."""
        self._sink.add(rows)
        self.count += len(rows)
        row_size = content_bytes(rows[-1])
        self._size += len(rows) * row_size
        self.wanted = min(STEP_ROWS, SLICE_BYTES // max(row_size, 1) + 1, self.left)

    @property
    def left(self) -> int:
        """How many rows it may still have."""
        return self._most - self.count

    @property
    def is_full(self) -> bool:
        """Whether it has enough rows, is large or has taken long. With no row it is not late."""
        if self.count >= self._most or self._size >= SLICE_BYTES:
            return True
        return self.count > 0 and time.monotonic() >= self._deadline

    @property
    def patience_s(self) -> float | None:
        """How long to wait for more; None, without end, while there is nothing."""
        return self._deadline - time.monotonic() if self.count else None


class Turn:
    """Our share of the event loop's time, between two shares of all others."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + _TURN_S

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    async def pass_on(self) -> None:
        """Let the others have theirs, and begin a new one."""
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        self._ends = time.monotonic() + _TURN_S


class MetadataRows(RowList):
    """The rows of a query of our own, in a bounded amount of memory."""

    def __init__(self, max_bytes: int) -> None:
        self._left = self._max_bytes = max_bytes

    def add(self, rows: Sequence[RowTuple]) -> None:
        """Keep the rows. Raises `LimitExceeded` when they no longer fit."""
        self._left -= sum(map(held_bytes, rows))
        if self._left < 0:
            failure = LimitExceeded(
                "max_metadata_bytes",
                self._max_bytes,
                f"The metadata that were asked for take more than {self._max_bytes // 2**20:,} MiB of memory.",
            )
            failure.retryable = False
            raise failure
        self.extend(rows)


def content_bytes(row: RowTuple) -> int:
    """About the bytes of the cells' content: eight for each, and the length of texts (in characters) and bytes."""
    return 8 * len(row) + sum(len(cell) for cell in row if isinstance(cell, _SIZED))


def held_bytes(row: RowTuple) -> int:
    """Bytes of a row that waits in memory."""
    return getsizeof(row) + sum(map(getsizeof, row))
