"""What must hold in every case, whatever is done to a backend: measured around the case, checked after it.

`frames.py` checks INV4 and INV5 on each message, `process.py` INV6 and INV8 at the end of each process; here are those
that need a watcher. The ids are those of `tests/faults.md`.
"""

import contextlib
import gc
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.end_to_end.frames import Line
from tests.end_to_end.process import Running, wait_until
from tests.work import SOON_S
from tools.services import Service

# INV1, in times of what an answer of the same backend takes while nothing else happens there: a millisecond, or as much
# as a slow or busy machine makes of it.
ANSWER_TIMES = 40  # 99 of 100 answers
LAST_ANSWER_TIMES = 800  # and the hundredth
MAX_RSS = 150_000_000  # INV2
RSS_SLACK = 10_000_000
BACK_S = SOON_S  # what runs away never comes back; what is only late does, on a busy machine too
_ASK_EVERY_S = 0.02
_OURS = ("clients", "connections", "results", "requests_in_flight")


@dataclass
class Count:
    """How much of everything there is at a moment."""

    of: dict[str, int]
    rss: int

    def more_than(self, before: "Count", pool_threads: int) -> dict[str, tuple[int, int]]:
        """What there is more of than before: then and now."""
        spare = {"threads": pool_threads}
        return {
            name: (before.of[name], now) for name, now in self.of.items() if now > before.of[name] + spare.get(name, 0)
        }


@dataclass
class Watch:
    """What is seen of one backend during a case."""

    backend: Running
    before: Count
    quiet_s: float = 0.0
    times: list[float] = field(default_factory=list)
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)  # when one was asked, and when it was answered
    peak_rss: int = 0
    fault: BaseException | None = None

    @property
    def slowest(self) -> float:
        """INV1: seconds that another client's health check takes, 99 times of 100."""
        return all_but_one_in_100(self.times)

    def overtaken_by(self, answers: Iterable[datetime]) -> int:
        """How many of these answers to others the backend sent at most while a question of ours was there."""
        moments = list(answers)
        return max(sum(asked < moment < answered for moment in moments) for asked, answered in self.waits)

    def look_in_quiet(self, line: Line) -> None:
        """Ask for health while nothing else happens, for what an answer takes then, most of the time."""
        times = []
        for _ in range(20):
            began = time.perf_counter()
            line.ask_ok("health_check")
            times.append(time.perf_counter() - began)
        self.quiet_s = sorted(times)[-3]

    def look(self, line: Line) -> None:
        """Ask for health once, and count from when it was sent until the answer was made, as that says itself.

        Before and after, our own busy threads wait for one another. Time in which the machine ran something else in
        place of the event loop is not the backend's either.
        """
        waited = run_delay(self.backend.pid)
        request = line.send("health_check")
        asked = datetime.now(UTC)
        answer = line.answer(request)
        assert answer["type"] == "health_response", answer
        self.waits.append((asked, answer["timestamp"]))
        took = (answer["timestamp"] - asked).total_seconds()
        waited = run_delay(self.backend.pid) - waited
        self.times.append(max(0.0, took - waited))
        self.peak_rss = max(self.peak_rss, rss(self.backend.pid))


def all_but_one_in_100(times: list[float]) -> float:
    """The longest, when the longest of each hundred begun is left out: a busy machine holds one up now and then."""
    left_out = -(-len(times) // 100) if len(times) >= 20 else 0
    return sorted(times)[-1 - left_out]


def run_delay(pid: int) -> float:
    """Seconds that the main thread of a process was ready to run and had no processor.

    A sum over all threads would fall when one ends. Source: kernel docs, sched-stats.
    """
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


def rss(pid: int) -> int:
    """Resident bytes. Source: proc(5), /proc/PID/statm."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> int:
    """How many processes have this one as their parent. Source: proc(5), /proc/PID/stat."""
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found += int(stat.read_text(encoding="ascii").rpartition(")")[2].split()[1]) == pid
    return found


def count(backend: Running, line: Line) -> Count:
    """What the process has open, and what it serves."""
    health = line.ask_ok("health_check")
    of = {name: health[name] for name in _OURS}
    of["descriptors"] = backend.descriptors()
    of["threads"] = backend.threads()
    of["children"] = children(backend.pid)
    of["files"] = sum(1 for path in backend.log.parent.rglob("*") if path.is_socket() or path.suffix == ".tmp")
    return Count(of, rss(backend.pid))


def settled(backend: Running, line: Line) -> Count:
    """The count when nothing goes away any more: a client that has just left is seen to leave a moment later."""
    last, end = count(backend, line), time.monotonic() + BACK_S
    while time.monotonic() < end:
        time.sleep(0.1)
        now = count(backend, line)
        if now.of == last.of:
            return now
        last = now
    return last


def busy_sessions(service: Service) -> list[str]:
    """INV7: the database sessions that run a statement or hold a transaction open, but the one that asks."""
    if service.engine == "postgresql":
        return _busy_in_postgresql(service)
    sql = (
        "SELECT CONCAT_WS(' ', id, command, state, time_ms, info) FROM information_schema.processlist "
        "WHERE user = 'litebase' AND command <> 'Sleep' "
        "UNION ALL SELECT CONCAT_WS(' ', 'transaction of', trx_mysql_thread_id, trx_state, trx_started, trx_query) "
        "FROM information_schema.innodb_trx"
    )
    command = ["mariadb", "--no-defaults", f"--socket={service.socket_path}", "-u", "root", "-N", "-e", sql]
    return subprocess.run(command, capture_output=True, check=True, timeout=SOON_S, text=True).stdout.splitlines()


def number_of(session: str) -> str:
    """The server's number of one of the sessions that `busy_sessions` gives."""
    found = re.search(r"\d+", session)
    assert found is not None, session
    return found[0]


def _busy_besides(older: Collection[str], *services: Service) -> list[str]:
    """What runs and did not run before: a test may leave a statement on a server that it has cut off."""
    return [one for service in services for one in busy_sessions(service) if number_of(one) not in older]


def _busy_in_postgresql(service: Service) -> list[str]:
    sql = (
        "SELECT concat_ws(' ', pid, state, wait_event, now() - query_start, query) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with psycopg.connect(
        host=service.host, port=service.port, user=service.user, password=service.password, dbname=service.database
    ) as link:
        return [str(row[0]) for row in link.execute(sql).fetchall()]


def back_within(seconds: float, left: Callable[[], object]) -> None:
    """Wait until nothing is left; fail with what still is."""
    end = time.monotonic() + seconds
    while found := left():
        assert time.monotonic() < end, f"still there after {seconds:g} s: {found}"
        time.sleep(0.05)


@contextlib.contextmanager
def invariants(
    backend: Running, *services: Service, answer_times: float = ANSWER_TIMES, pool_threads: int = 0
) -> Iterator[Watch]:
    """Check INV1, INV2, INV3 and INV7 around the block. Whatever the block opens, it closes.

    `pool_threads` is how many the event loop may have made meanwhile for names and files; it keeps them.
    """
    older = {number_of(one) for service in services for one in busy_sessions(service)}
    with backend.dial() as other, _small_garbage():
        watch = Watch(backend, settled(backend, other))
        watch.look_in_quiet(other)
        enough = threading.Event()
        asking = threading.Thread(target=_ask_until, args=(enough, watch, other))
        asking.start()
        try:
            yield watch
            wait_until(lambda: len(watch.times) >= 5 or watch.fault is not None)
        finally:
            enough.set()
            asking.join(SOON_S)
        assert watch.fault is None, f"another client was not answered: {watch.fault!r}"
        times, last = watch.slowest / watch.quiet_s, max(watch.times) / watch.quiet_s
        assert times < answer_times, f"INV1: {watch.slowest * 1000:.1f} ms, {times:.0f} times as long as in quiet"
        assert last < max(LAST_ANSWER_TIMES, answer_times), f"INV1: {max(watch.times) * 1000:.1f} ms, once"
        assert watch.peak_rss < MAX_RSS, f"INV2: {watch.peak_rss:,} bytes"
        back_within(BACK_S, lambda: count(backend, other).more_than(watch.before, pool_threads))
        back_within(BACK_S, lambda: max(0, rss(backend.pid) - watch.before.rss - RSS_SLACK))
    back_within(BACK_S, lambda: _busy_besides(older, *services))


@contextlib.contextmanager
def _small_garbage() -> Iterator[None]:
    """Here a collection looks at what is new only: it stops this process, and waiting for it is no waiting for answers.

    A whole one takes 20 ms in a process that has run many tests, and more beside others.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _ask_until(enough: threading.Event, watch: Watch, line: Line) -> None:
    try:
        while not enough.wait(_ASK_EVERY_S):
            watch.look(line)
    except (AssertionError, OSError) as error:
        watch.fault = error
