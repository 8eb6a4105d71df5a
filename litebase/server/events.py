"""What happens while a client does something else, kept until the client asks for it: in order and bounded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:  # loaded with the first `wait_events`
    from collections.abc import Container, Hashable, Mapping

    from litebase_schema.events import EventKind

_MAX_KEPT = 1000
_MAX_CHARACTERS = 1_000_000  # of texts from outside, in all that are kept
_PACE_S = 0.05  # between two answers at least, so that a burst of events comes in one


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, without its number. `facts` are fields of the contract's `EventEntry`."""

    at: datetime
    kind: EventKind
    facts: Mapping[str, Any]
    characters: int  # of a text from outside
    key: Hashable  # of several events with the same key only the newest is kept; None: kept anyway


class Events:
    """The events of one client, from its first `wait_events` on."""

    def __init__(self) -> None:
        self.last = 0  # the number of the newest event
        self.waited_for = False
        self._kept: dict[int, Happened] = {}  # by their numbers, oldest first
        self._newest: dict[Hashable, int] = {}  # by their keys
        self._characters = 0
        self._received = 0  # the newest event of the last answer
        self._dropped: Counter[str] = Counter()  # by their kinds, since the last answer
        self._told_dropped: Counter[str] = Counter()  # up to there, as long as the client may ask for it again
        self._last_dropped = 0
        self._answered_at = 0.0
        self._changed = anyio.Event()
        self._ended = False

    def add(self, kind: EventKind, facts: Mapping[str, Any], key: Hashable = None, characters: int = 0) -> None:
        """Keep an event, instead of an older one with the same key. When too much is kept, the oldest are dropped."""
        self.last += 1
        if (older := self._newest.get(key)) is not None:
            self._forget(older)
        if key is not None:
            self._newest[key] = self.last
        self._kept[self.last] = Happened(datetime.now(UTC), kind, facts, characters, key)
        self._characters += characters
        while len(self._kept) > _MAX_KEPT or self._characters > _MAX_CHARACTERS:
            oldest = next(iter(self._kept))
            if oldest > self._received:
                self._dropped[self._kept[oldest].kind] += 1
                self._last_dropped = oldest
            self._forget(oldest)
        self._changed.set()

    def end(self) -> None:
        """Let go whoever waits: nothing will happen any more."""
        self._ended = True
        self._changed.set()

    def forget_until(self, number: int) -> None:
        """The events up to `number` have been received."""
        for one in [one for one in self._kept if one <= number]:
            self._forget(one)
        if number >= self._received:
            self._told_dropped.clear()
        if number >= self._last_dropped:
            self._dropped.clear()

    async def wait(self, kinds: Container[str] | None, timeout_s: float) -> tuple[Mapping[int, Happened], int]:
        """The kept events of some kinds, or of all, and how many were dropped. Waits until there are some."""
        self.waited_for = True
        try:
            with anyio.move_on_after(timeout_s):
                while not (self._of(kinds) or self._missed(kinds) or self._ended):
                    self._changed = anyio.Event()
                    await self._changed.wait()
                await anyio.sleep_until(0 if self._ended else self._answered_at + _PACE_S)
        finally:
            self.waited_for = False
            self._answered_at = anyio.current_time()
        self._received = self.last
        self._told_dropped += self._dropped
        self._dropped.clear()
        return self._of(kinds), self._missed(kinds)

    def _missed(self, kinds: Container[str] | None) -> int:
        dropped = self._dropped + self._told_dropped
        return sum(count for kind, count in dropped.items() if kinds is None or kind in kinds)

    def _of(self, kinds: Container[str] | None) -> dict[int, Happened]:
        return {number: one for number, one in self._kept.items() if kinds is None or one.kind in kinds}

    def _forget(self, number: int) -> None:
        forgotten = self._kept.pop(number)
        self._characters -= forgotten.characters
        if self._newest.get(forgotten.key) == number:
            del self._newest[forgotten.key]
