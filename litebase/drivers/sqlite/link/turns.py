"""Turns for the calls of all threads in which SQLite files are open.

The threads share the interpreter's lock with the event loop, and Python's `sqlite3` gives the lock up for every row. Of
64 threads that want it, each wakes up every few milliseconds to ask again, and the event loop waits among them. So one
call runs at a time, and the others wait where that costs nothing. A call that takes long lets the next one begin beside
it: then it is SQLite that works, without the lock, or a file that is slow.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from anyio.lowlevel import RunVar

_LONG_S = 0.01  # reading 500 rows of ten columns takes one or two milliseconds


class Turns:
    """One short call at a time, in the order in which they came.

    A database session has one call at most, so each session that waits has one turn in a round.
    """

    def __init__(self, long_s: float = _LONG_S) -> None:
        self.long_s = long_s
        self._waiting: deque[Turn] = deque()
        self._current: Turn | None = None  # the others wait for its end, or until it has taken long
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def take(self, begin: Callable[[], object]) -> "Turn":
        """A turn in which `begin` is called, at once if nothing else runs. It lasts until its `end`."""
        turn = Turn(self, begin)
        if self._current is None:
            self._start(turn)
        else:
            self._waiting.append(turn)
            self._watch()
        return turn

    def end(self, turn: "Turn") -> None:
        """Let the next one begin; a turn that has not come yet never comes."""
        if turn is self._current:
            self._go_on()
        elif not turn.has_come:
            self._waiting.remove(turn)

    def _go_on(self) -> None:
        self._current = None
        if self._waiting:
            self._start(self._waiting.popleft())

    def _start(self, turn: "Turn") -> None:
        self._current, self._since = turn, asyncio.get_running_loop().time()
        turn.has_come = True
        turn.begin()

    def _watch(self) -> None:
        """One timer for all of them: most have ended long before it looks."""
        if self._timer is None and self._waiting:
            self._timer = asyncio.get_running_loop().call_at(self._since + self.long_s, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._waiting and asyncio.get_running_loop().time() >= self._since + self.long_s:
            self._go_on()
        self._watch()


class Turn:
    """The turn of one call."""

    __slots__ = ("_ended", "_turns", "begin", "has_come")

    def __init__(self, turns: Turns, begin: Callable[[], object]) -> None:
        self._turns, self.begin = turns, begin
        self.has_come = self._ended = False

    def end(self, _done: object = None) -> None:
        """The call has ended, or is not wanted any more."""
        if not self._ended:
            self._ended = True
            self._turns.end(self)


_TURNS: RunVar[Turns] = RunVar("turns of SQLite")


def turns_of_loop() -> Turns:
    """The turns that all threads share whose calls come from the running event loop."""
    try:
        return _TURNS.get()
    except LookupError:
        _TURNS.set(turns := Turns())
        return turns
