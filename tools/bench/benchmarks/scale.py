"""Mixed work of more and more clients: requests per second, waiting times and memory.

SQLite alone, with up to more clients than are allowed by default; then 8 and 64 clients in turns; then 1,000 requests
in flight; then 50 connections to three engines at once. All clients are in this process, on one thread, and share the
cores with the backend.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.engines import MARIADB, POSTGRESQL, target
from tools.bench.figure import Curve, Figure, Goal
from tools.bench.load import Outcome, Request, Visitor, run
from tools.bench.processes import Backend
from tools.bench.programs import health_asker
from tools.bench.raw_client import RawClient, Unexpected, head, packed
from tools.bench.reading import SCREEN_ROWS, store
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.threads import Use, use_of
from tools.bench.timing import Block, percentile, typical
from tools.services import Service, mariadb, postgresql

_LEVELS = (1, 4, 16, 64, 100)
_CROWD = 100  # more clients than are allowed by default
_CROWD_LIMITS = {"max_clients": 128}
_BUSY_CLIENTS, _BUSY_IN_FLIGHT = 20, 50
_FEW, _MANY = 8, 64  # clients whose throughput is compared
_CONNECTIONS = 50  # one for each client, alternating between three engines
_STORED_ROWS = 5000
# ten requests of a client: a desktop app asks often for little
_READS = ("health", "row", "health", "window", "health", "row", "health", "stored", "health", "row")
_WITH_WRITES = (*_READS[:-1], "write")


@dataclass(frozen=True, slots=True)
class Level:
    """What was measured with one number of clients."""

    outcome: Outcome
    rss_mb: float


def measure(sizes: Sizes) -> list[Figure]:
    """All figures."""
    path = databases.wide(sizes.folder, sizes.rows)
    return [
        *_welcome(),
        *_more_clients(path, sizes),
        *_many_and_few(path, sizes),
        *_in_flight(path, sizes),
        *_three_engines(path, sizes),
    ]


def _welcome() -> Iterator[Figure]:
    """How many clients are served by default; the others are refused with an error that names the limit."""
    with processes.backend() as backend, ExitStack() as stack:
        clients = [stack.enter_context(RawClient(backend.socket)) for _ in range(_CROWD)]
        served = sum(map(_is_served, clients))
    goal = Goal("ours", "at least", 64)
    yield Figure(f"clients served of {_CROWD} that connect, by default", "clients", served, goal=goal)


def _is_served(client: RawClient) -> bool:
    try:
        client.send(packed("welcome", "health_check", {}))
        head(client.receive())
    except (Unexpected, BrokenPipeError) as refused:  # it may have been disconnected already
        if isinstance(refused, Unexpected) and "max_clients" not in str(refused):
            raise
        return False
    return True


def _more_clients(path: Path, sizes: Sizes) -> Iterator[Figure]:
    levels: dict[int, Level] = {}
    with processes.backend(limits=_CROWD_LIMITS) as backend:
        for clients in _LEVELS:
            with _visitors(backend, path, clients, 1) as visitors:
                levels[clients] = Level(run(visitors, sizes.load_s), rss_mb(backend.pid))
    alone = levels[1]
    rates = [(float(clients), level.outcome.rate) for clients, level in levels.items()]
    for clients in _LEVELS[2:]:
        name = f"{clients} clients, one request each in flight"
        yield from _figures(name, levels[clients], alone, "with one client", rates if clients == _LEVELS[-1] else ())
    yield Figure("clients at which 90 % of the most requests/s are reached", "clients", bend(rates))


def bend(rates: Curve) -> float:
    """The fewest clients with nearly the most requests per second; with more, each only waits longer."""
    most = max(rate for _, rate in rates)
    return next(clients for clients, rate in rates if rate >= 0.9 * most)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was measured in one of the short turns of some clients."""

    rate: float
    checks: Block  # of another client, whose only requests are health checks
    use: Use  # for each request


def _many_and_few(path: Path, sizes: Sizes) -> Iterator[Figure]:
    """Many clients and few in short turns, so that what else the machine does meets both."""
    turns: dict[int, list[Turn]] = defaultdict(list)
    with (
        processes.backend(limits=_CROWD_LIMITS) as backend,
        _visitors(backend, path, _MANY, 1) as visitors,
        health_asker.running(backend.socket) as ask,
    ):
        run(visitors, sizes.load_s / 4)  # warm up
        for _ in range(sizes.blocks):
            for clients in (1, _FEW, _MANY):
                turns[clients].append(_turn(backend, visitors[:clients], ask, sizes.load_s / 4))
    yield from compared(turns)


def _turn(
    backend: Backend, visitors: Sequence[Visitor], ask: Callable[[float], Callable[[], Block]], duration_s: float
) -> Turn:
    before = use_of(backend.pid)
    answers = ask(duration_s)
    outcome = run(visitors, duration_s)
    checks = answers()
    count = sum(map(len, outcome.times.values())) + len(checks)
    return Turn(outcome.rate, checks, use_of(backend.pid).since(before).each(count))


def compared(turns: Mapping[int, Sequence[Turn]]) -> Iterator[Figure]:
    """The figures of many clients beside those of few, by the medians of their turns."""
    name, beside = f"{_MANY} clients and {_FEW} in turns", f"with {_FEW} clients"

    def medians(of: Callable[[Turn], float]) -> tuple[float, float]:
        return median(map(of, turns[_MANY])), median(map(of, turns[_FEW]))

    yield Figure(
        f"{name}: mixed work", "requests/s", *medians(lambda turn: turn.rate), beside, Goal("ratio", "at least", 0.9)
    )
    checks = {clients: [turn.checks for turn in some] for clients, some in turns.items()}
    for percent, goal in ((50, None), (99, Goal("ours", "below", 20))):
        many, few = (typical(checks[clients], percent) for clients in (_MANY, _FEW))
        yield Figure(f"{name}: another client's health check, p{percent}", "ms", many, few, beside, goal)
    yield Figure(f"{name}: CPU time per request", "us", *medians(lambda turn: 1e6 * turn.use.cpu_s), beside)
    yield Figure(
        f"{name}: of that, in the event loop's thread", "us", *medians(lambda turn: 1e6 * turn.use.loop_s), beside
    )
    alone_s = median(turn.use.others_s for turn in turns[1])
    # the work for a request is the same with more clients, so what it takes more is for waiting
    yield Figure(
        f"{name}: share of it that threads use more than with one client, for the interpreter's lock",
        "%",
        *medians(lambda turn: 100 * (turn.use.others_s - alone_s) / turn.use.cpu_s),
        beside,
    )
    yield Figure(
        f"{name}: waits of SQLite's threads per request", "waits", *medians(lambda turn: turn.use.waits), beside
    )


def _in_flight(path: Path, sizes: Sizes) -> Iterator[Figure]:
    with processes.backend() as backend:
        with _visitors(backend, path, _BUSY_CLIENTS, 1) as visitors:
            few = Level(run(visitors, sizes.load_s), rss_mb(backend.pid))
        with _visitors(backend, path, _BUSY_CLIENTS, _BUSY_IN_FLIGHT) as visitors:
            many = Level(run(visitors, sizes.load_s), rss_mb(backend.pid))
    name = f"{_BUSY_CLIENTS * _BUSY_IN_FLIGHT:,} requests in flight from {_BUSY_CLIENTS} clients"
    yield from _figures(name, many, few, f"with {_BUSY_CLIENTS} in flight")


def _three_engines(path: Path, sizes: Sizes) -> Iterator[Figure]:
    with postgresql() as first, mariadb() as second, processes.backend() as backend, ExitStack() as stack:
        with RawClient(backend.socket) as client:
            for service in (first, second):
                _fill(client, service)
        clients = [stack.enter_context(RawClient(backend.socket)) for _ in range(_CONNECTIONS)]
        visitors = [
            _on_server(client, (first, second)[number % 3 - 1], number)
            if number % 3
            else _on_sqlite(client, path, 1, number)
            for number, client in enumerate(clients)
        ]
        alone = Level(run(visitors[:1], sizes.load_s), rss_mb(backend.pid))
        level = Level(run(visitors, sizes.load_s), rss_mb(backend.pid))
    yield from _figures(f"{_CONNECTIONS} connections to three engines", level, alone, "with one of them busy")


def _figures(name: str, level: Level, beside: Level, beside_name: str, rates: Curve = ()) -> Iterator[Figure]:
    ours, other = level.outcome, beside.outcome
    yield Figure(f"{name}: mixed work", "requests/s", ours.rate, other.rate, beside_name, curve=rates)
    for kind, title in (("health", "health check"), ("row", "query of one row"), ("window", "query of 500 rows")):
        for percent in (50, 99):
            yield Figure(
                f"{name}: {title}, p{percent}",
                "ms",
                percentile(ours.times[kind], percent),
                percentile(other.times[kind], percent),
                beside_name,
            )
    yield Figure(f"{name}: memory", "MB", level.rss_mb, beside.rss_mb, beside_name)


@contextmanager
def _visitors(backend: Backend, path: Path, clients: int, in_flight: int) -> Iterator[Sequence[Visitor]]:
    with ExitStack() as stack:
        yield [
            _on_sqlite(stack.enter_context(RawClient(backend.socket)), path, in_flight, number)
            for number in range(clients)
        ]


def _on_sqlite(client: RawClient, path: Path, in_flight: int, number: int) -> Visitor:
    requests = _requests(client, client.connect_sqlite(path), ALL_ROWS, number)
    return Visitor(client, requests, _READS, in_flight)


def _on_server(client: RawClient, service: Service, number: int) -> Visitor:
    connection_id = client.call("db_connect", **target(service))["connection_id"]
    requests = _requests(client, connection_id, POSTGRESQL.all_rows, number)
    write = {"connection_id": connection_id, "sql": f"INSERT INTO notes (client) VALUES ({number})"}
    return Visitor(client, {**requests, "write": ("query", write)}, _WITH_WRITES)


def _requests(client: RawClient, connection_id: str, table: str, number: int) -> dict[str, Request]:
    result_id, _ = store(client, connection_id, f"{table} LIMIT {_STORED_ROWS}", _STORED_ROWS)
    row = {"connection_id": connection_id, "sql": f"{table} WHERE id = {number + 1}"}
    window = {"connection_id": connection_id, "sql": f"{table} LIMIT {SCREEN_ROWS}", "window_rows": SCREEN_ROWS}
    stored = {"result_id": result_id, "offset": 10 * number, "limit": SCREEN_ROWS}
    return {
        "health": ("health_check", {}),
        "row": ("query", row),
        "window": ("query", window),
        "stored": ("fetch", stored),
    }


def _fill(client: RawClient, service: Service) -> None:
    """Create a table to read and one to write."""
    make_wide = (POSTGRESQL if service.engine == "postgresql" else MARIADB).make_wide
    connection_id = client.call("db_connect", **target(service))["connection_id"]
    for sql in (
        make_wide.format(rows=_STORED_ROWS),
        "CREATE UNIQUE INDEX wide_id ON wide (id)",
        "CREATE TABLE notes (client integer)",
    ):
        client.call("query", connection_id=connection_id, sql=sql)
