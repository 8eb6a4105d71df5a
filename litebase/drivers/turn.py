"""Taking turns with everything else in the event loop while rows that have arrived are worked on."""

import asyncio
import time

_TURN_S = 0.0015
_ROUNDS = 3  # of the loop: it sees that something has come, it wakes the task that waits for it, the task runs


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
