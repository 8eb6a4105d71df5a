"""What small requests cost the backend, beside the least that a server in Python does for them."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tools.bench import processes
from tools.bench.figure import INSTRUCTIONS, Figure, Goal
from tools.bench.instructions import Counter
from tools.bench.processes import Backend, cpu_s
from tools.bench.raw_client import RawClient, packed
from tools.bench.sizes import Sizes
from tools.bench.timing import Block

_SQL = "SELECT 1"
_START_S = 300.0
_CONNECT_MS = 300_000  # while instructions are counted, loading the driver takes seconds
_HEALTH, _QUERY = "health check", f"{_SQL} on SQLite"
_STREAMS = "minimal server: asyncio streams, msgpack"
_PROTOCOL = "the same with an asyncio protocol"
_COMPARED = (
    (_HEALTH, "streams", _STREAMS, Goal("ratio", "below", 1.5)),
    (_HEALTH, "protocol", _PROTOCOL, None),
    (_QUERY, "streams", f"{_STREAMS}, sqlite3", Goal("ratio", "below", 2.5)),
    (_QUERY, "protocol", _PROTOCOL, None),
    (_QUERY, "thread", "the same with streams, in a thread", None),
)
_MODES = ("streams", "protocol", "thread")
Requests = Mapping[str, bytes]
Costs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Side:
    """A server to be measured, and the requests that it is asked."""

    pid: int
    client: RawClient
    requests: Requests

    def ask(self, what: str) -> memoryview:
        """The answer, which is valid until the next call."""
        self.client.send(self.requests[what])
        return self.client.receive()


def measure(sizes: Sizes) -> list[Figure]:
    """Instructions and CPU time for each request, of ours and of the minimal servers."""
    return [
        *_figures(INSTRUCTIONS, _counted(sizes)),
        *_figures("ms", timed(sizes)),
    ]


def _figures(unit: str, costs: Mapping[str, Costs]) -> list[Figure]:
    """The goals are for instructions, which are the same on every machine."""
    return [
        Figure(
            question if unit == INSTRUCTIONS else f"{question}, CPU time",
            unit,
            costs["ours"][question],
            costs[mode][question],
            name,
            goal if unit == INSTRUCTIONS else None,
        )
        for question, mode, name, goal in _COMPARED
    ]


def _counted(sizes: Sizes) -> dict[str, Costs]:
    """Thousands of instructions for each request, by the side and the question."""
    found = {}
    for name in ("ours", *_MODES):
        with tempfile.TemporaryDirectory(prefix="litebase-bench-") as folder:
            counter = Counter(Path(folder))
            with serving(name, counter.command) as side:
                found[name] = {what: _count(counter, side, what, sizes) / 1000 for what in side.requests}
    return found


def _count(counter: Counter, side: Side, what: str, sizes: Sizes) -> float:
    ask = partial(side.ask, what)
    for _ in range(sizes.counted_requests // 10):  # what is loaded with the first is not counted
        ask()
    return counter.each(side.pid, ask, sizes.counted_requests)


def timed(sizes: Sizes) -> dict[str, Costs]:
    """Milliseconds of CPU time for each request, measured in turn."""
    with ExitStack() as stack:
        sides = {name: stack.enter_context(serving(name)) for name in ("ours", *_MODES)}
        times: dict[str, dict[str, Block]] = {name: {_HEALTH: [], _QUERY: []} for name in sides}
        for _ in range(sizes.blocks):
            for name, side in sides.items():
                for what in (_HEALTH, _QUERY):
                    before = cpu_s(side.pid)
                    for _ in range(sizes.block_requests):
                        side.ask(what)
                    times[name][what].append(1000 * (cpu_s(side.pid) - before) / sizes.block_requests)
    return {name: {what: median(some) for what, some in found.items()} for name, found in times.items()}


@contextmanager
def serving(name: str, under: Sequence[str] = ()) -> Iterator[Side]:
    """Our backend or a mode of the minimal server during the block, run by the command `under`."""
    started = processes.backend(under=under) if name == "ours" else _minimal(name, under)
    with started as server, RawClient(server.socket) as client:
        query = {"sql": _SQL}
        if name == "ours":
            where = {"engine": "sqlite", "mode": "memory", "connect_timeout_ms": _CONNECT_MS}
            query["connection_id"] = client.call("db_connect", **where)["connection_id"]
        requests = {_HEALTH: packed("request", "health_check", {}), _QUERY: packed("request", "query", query)}
        yield Side(server.pid, client, requests)


@contextmanager
def _minimal(mode: str, under: Sequence[str]) -> Iterator[Backend]:
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as folder:
        socket = Path(folder, "socket")
        command = processes.python("tools.bench.programs.minimal_server", socket, mode)
        with processes.child([*under, *command]) as process:
            yield Backend(int(processes.first_line(process, _START_S)), socket)
