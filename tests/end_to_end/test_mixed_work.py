"""Many clients that do everything at once: seconds of it every day, and minutes in `make faults-long`."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import fault_proxy
from tests.end_to_end.frames import dial
from tests.end_to_end.invariants import BACK_S, back_within, busy_sessions, invariants, rss
from tests.end_to_end.mixed_work import ALL_WORK, Tally, work_together
from tests.end_to_end.process import Running, running, wait_until
from tests.end_to_end.test_links import walk, where_through
from tests.fault_cases import Figure
from tools.services import Service

Servers = tuple[Service, Service]


@pytest.fixture
def servers(postgresql_service: Service, mysql_service: Service) -> Servers:
    return postgresql_service, mysql_service


@contextlib.contextmanager
def busy_backend(folder: Path, servers: Servers, *options: str) -> Iterator[tuple[Running, list[dict[str, object]]]]:
    """A backend that has used every engine, and what to connect to."""
    targets = [target_data(folder / "data.db"), *map(target_data, servers)]
    with running(folder, *options, "--log-level", "info") as backend:
        work_together(1.5, backend.endpoint, targets, 6, seed=99)
        with backend.dial() as line:
            wait_until(lambda: line.ask_ok("health_check")["clients"] == 1)
        yield backend, targets


def well(tally: Tally) -> str:
    """The counts, when nobody saw a fault."""
    if tally.faults:
        raise tally.faults[0]
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(tally.done.items()))


@pytest.mark.fault("Q21", "INV1", "INV2", "INV3", "INV7")
def test_a_mixed_load_with_random_cancels_hurts_nobody(tmp_path: Path, servers: Servers, figure: Figure) -> None:
    with busy_backend(tmp_path, servers) as (backend, targets):
        with invariants(backend, *servers, answer_times=300, pool_threads=8) as watch:
            tally = work_together(3, backend.endpoint, targets, 12, seed=1)
            while min(tally.done[kind] for kind in ALL_WORK) == 0 and not tally.faults:  # on a slow machine
                tally.add(work_together(3, backend.endpoint, targets, 12, seed=2))
        figure(f"{well(tally)}; health of another client {watch.slowest * 1000:.0f} ms, {watch.peak_rss / 1e6:.0f} MB")


@pytest.mark.fault("Q21")
@pytest.mark.long
def test_long_a_mixed_load_of_24_clients(tmp_path: Path, servers: Servers, figure: Figure, long_s: float) -> None:
    with busy_backend(tmp_path, servers) as (backend, targets):
        with invariants(backend, *servers, answer_times=400, pool_threads=8) as watch:
            tally = work_together(long_s, backend.endpoint, targets, 24, seed=random.randrange(10**6))
        figure(
            f"{well(tally)} in {long_s:.0f} s; health of another client {watch.slowest * 1000:.0f} ms, "
            f"{watch.peak_rss / 1e6:.0f} MB at most"
        )


@pytest.mark.fault("Q05", "C13", "M06")
@pytest.mark.long
def test_long_races_of_cancels(tmp_path: Path, servers: Servers, figure: Figure, long_s: float) -> None:
    with busy_backend(tmp_path, servers) as (backend, targets):
        seed = random.randrange(10**6)
        tally = work_together(long_s, backend.endpoint, targets, 6, seed, kinds=("race", "race", "cancel"))
        figure(f"{well(tally)} in {long_s:.0f} s, seed {seed}")
        assert backend.end() == 0


@pytest.mark.fault("R01")
@pytest.mark.long
def test_long_a_soak_keeps_its_memory(tmp_path: Path, servers: Servers, figure: Figure, long_s: float) -> None:
    """The slope is that of a line through all samples after the first fifth, in which caches and allocators fill.

    One of hours has pauses, as people make them: idle sessions are looked after too, and the machine stays usable.
    """
    pause_s = 15.0 if long_s >= 1800 else 0.0
    with busy_backend(tmp_path, servers) as (backend, targets):
        end, samples, done = time.monotonic() + long_s, list[tuple[float, int]](), 0
        descriptors = threads = 0
        while time.monotonic() < end:
            tally = work_together(min(5.0, long_s / 10), backend.endpoint, targets, 6, seed=random.randrange(10**6))
            well(tally)
            done += tally.done.total()
            samples.append((time.monotonic(), rss(backend.pid)))
            if len(samples) == 2:
                descriptors, threads = backend.descriptors(), backend.threads()
            time.sleep(pause_s)
        late = samples[len(samples) // 5 :]
        slope = slope_per_hour(late)
        figure(
            f"{done:,} pieces of work in {long_s:.0f} s with pauses of {pause_s:.0f} s; "
            f"{samples[0][1] / 1e6:.1f} to {samples[-1][1] / 1e6:.1f} MB, {slope / 1e6:+.2f} MB an hour"
        )
        wait_until(lambda: backend.descriptors() <= descriptors + 2)
        wait_until(lambda: backend.threads() <= threads + 8)
        assert samples[-1][1] - late[0][1] < 15_000_000


def slope_per_hour(samples: list[tuple[float, int]]) -> float:
    """Bytes an hour, by least squares."""
    middle_t = sum(t for t, _ in samples) / len(samples)
    middle_b = sum(b for _, b in samples) / len(samples)
    above = sum((t - middle_t) * (b - middle_b) for t, b in samples)
    below = sum((t - middle_t) ** 2 for t, _ in samples) or 1.0
    return above / below * 3600


def test_a_slope_is_that_of_the_line() -> None:
    assert slope_per_hour([(0, 5), (1, 7), (2, 9)]) == pytest.approx(7200)
    assert slope_per_hour([(0, 5), (1, 5)]) == 0


@pytest.mark.fault("L18")
@pytest.mark.long
def test_long_starts_and_ends(tmp_path: Path, servers: Servers, figure: Figure, long_s: float) -> None:
    end, count = time.monotonic() + long_s, 0
    while time.monotonic() < end and count < 200:
        with running(tmp_path, environment={"TMPDIR": str(tmp_path)}) as backend, backend.dial() as line:
            for target in (target_data(one) for one in servers):
                own = {"connection_id": line.ask_ok("db_connect", target)["connection_id"]}
                line.send("query", {**own, "sql": DIALECTS[str(target["engine"])].endless})
            assert backend.end() == 0
        count += 1
        assert [path.name for path in tmp_path.iterdir()] == ["log"]
        (tmp_path / "log").unlink()
    figure(f"{count} starts and ends, each with two statements running")
    for service in servers:
        back_within(BACK_S, lambda service=service: busy_sessions(service))  # type: ignore[misc]  # bound now


@pytest.mark.fault("INV7")
@pytest.mark.long
def test_long_kills_at_random_moments(tmp_path: Path, servers: Servers, figure: Figure, long_s: float) -> None:
    """The backend or a server's session is killed in the midst of work; then all is still, and a new start works."""
    end, kills = time.monotonic() + long_s, 0
    chance = random.Random(7)
    postgresql, _ = servers
    while time.monotonic() < end:
        with running(tmp_path, "--log-level", "info") as backend:
            with contextlib.suppress(OSError, AssertionError), dial(backend.endpoint) as line:
                own = {"connection_id": line.ask_ok("db_connect", target_data(postgresql))["connection_id"]}
                line.ask_ok("query", {**own, "sql": "CREATE TABLE IF NOT EXISTS killed (a integer)"})
                for sql in (DIALECTS["postgresql"].endless, "INSERT INTO killed SELECT 1 FROM pg_sleep(20)"):
                    line.send("query", {**own, "sql": sql})
                time.sleep(chance.random() * 0.3)
            os.kill(backend.pid, signal.SIGKILL)
            kills += 1
        back_within(BACK_S, lambda: busy_sessions(postgresql))
    figure(f"{kills} kills; each time nothing ran on in the database")


@pytest.mark.fault("C24")
@pytest.mark.long
@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_long_200_ms_and_16_byte_slices_on_both_sides(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest, figure: Figure, long_s: float
) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    end, walks = time.monotonic() + long_s, 0
    with (
        running(tmp_path) as backend,
        fault_proxy((service.host, service.port)) as far,
        fault_proxy(tmp_path / "socket", tmp_path / "proxy") as near,
    ):
        for proxy in (near, far):
            proxy.weather.latency_s, proxy.weather.slice_bytes = 0.1, 16
        while not walks or time.monotonic() < end:
            with dial({"transport": "unix", "path": str(tmp_path / "proxy")}) as line:
                walk(line, where_through(service, far), engine)
            walks += 1
        figure(f"{walks} walks in {long_s:.0f} s")
        assert backend.end() == 0
