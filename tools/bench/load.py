"""Many clients at once on one thread: each keeps some requests in flight, and the time of every answer is recorded."""

import selectors
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import msgpack

from tools.bench.raw_client import RawClient, Unexpected, packed
from tools.bench.timing import Block

_HEAD_BYTES = 200
_MORE_S = 20.0  # at most this much longer for kinds without an answer
_DRAIN_S = 30.0  # after the last request, for the remaining answers

Request = tuple[str, Mapping[str, Any]]  # message type and data


class Visitor:
    """One client. It sends its kinds of requests in turn, each as soon as another is answered."""

    def __init__(
        self, client: RawClient, requests: Mapping[str, Request], order: Sequence[str], in_flight: int = 1
    ) -> None:
        self.client = client
        self.waiting = 0
        self._frames = {
            kind: [packed(str(slot), message_type, data) for slot in range(in_flight)]
            for kind, (message_type, data) in requests.items()
        }
        self.kinds = frozenset(order)
        self._order = cycle(order)
        self._sent: list[tuple[str, float]] = [("", 0.0)] * in_flight

    def begin(self) -> None:
        """Send the first requests."""
        for slot in range(len(self._sent)):
            self.send(slot)

    def send(self, slot: int) -> None:
        """Send the next request in a free slot."""
        kind = next(self._order)
        self._sent[slot] = kind, time.perf_counter()
        self.client.send(self._frames[kind][slot])
        self.waiting += 1

    def answers(self) -> Iterator[tuple[int, str, float]]:
        """Slot, kind and milliseconds of each available answer. Waits for the first."""
        while True:
            payload = self.client.receive()
            slot = int(_id_of(payload))
            kind, sent = self._sent[slot]
            self.waiting -= 1
            yield slot, kind, 1000 * (time.perf_counter() - sent)
            if not self.client.frame_waits:
                return


def _id_of(payload: memoryview) -> str:
    """The id of an answer, read from its start. Raises `Unexpected` for an error."""
    unpacker = msgpack.Unpacker()
    unpacker.feed(payload[:_HEAD_BYTES])
    unpacker.read_map_header()
    found: dict[str, str] = {unpacker.unpack(): unpacker.unpack() for _ in range(2)}
    if found["type"] == "error":
        raise Unexpected(str(msgpack.unpackb(payload)["data"]))
    return found["id"]


@dataclass(slots=True)
class Outcome:
    """The answers of a run: sorted milliseconds by kind."""

    duration_s: float
    times: dict[str, Block] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers per second, of all kinds."""
        return sum(map(len, self.times.values())) / self.duration_s


def run(visitors: Sequence[Visitor], duration_s: float) -> Outcome:
    """Keep all visitors busy for a time and until each kind was answered, then wait for what is in flight."""
    kinds = {kind for visitor in visitors for kind in visitor.kinds}
    times: dict[str, Block] = defaultdict(list)
    for visitor in visitors:
        visitor.begin()
    started = time.perf_counter()
    for visitor, slot, kind, elapsed_ms in _answers(visitors, duration_s + _MORE_S + _DRAIN_S):
        times[kind].append(elapsed_ms)
        now = time.perf_counter() - started
        if now < duration_s or (times.keys() < kinds and now < duration_s + _MORE_S):
            visitor.send(slot)
    return Outcome(time.perf_counter() - started, {kind: sorted(found) for kind, found in times.items()})


def _answers(visitors: Sequence[Visitor], most_s: float) -> Iterator[tuple[Visitor, int, str, float]]:
    """The answers of all visitors, until none are outstanding."""
    deadline = time.monotonic() + most_s
    with selectors.DefaultSelector() as selector:
        for visitor in visitors:
            selector.register(visitor.client, selectors.EVENT_READ, visitor)
        while left := sum(visitor.waiting for visitor in visitors):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{left:,} requests were not answered within {most_s:g} s.")
            for key, _ in selector.select(1.0):
                for answer in key.data.answers():
                    yield key.data, *answer
