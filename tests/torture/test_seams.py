"""Every call of our own seams fails once, in every way: one answer to each request, nothing left open, life goes on.

The scenario is run once to count the calls. Then it is run again and again, and each time another one fails.
"""

import asyncio
import gc
import os
import random
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from litebase.settings import Settings
from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.inside import Serving, serving
from tests.fault_cases import Figure
from tests.server.room import Raw
from tests.torture.points import FAULTS, Fault, FaultPoints
from tests.torture.scenario import Asker, Gone, everything
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

EVERY_DAY = 30
EVERY_DAY_S = 10.0
LEAST = 5  # calls that have failed, however slow the machine is
BACK_S = SOON_S
_POOL_THREADS = ("AnyIO worker", "asyncio_")  # kept for later by the libraries


@dataclass
class Torture:
    """One backend, one engine, and what came of it."""

    serving: Serving
    points: FaultPoints
    target: Mapping[str, Any]
    codes: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    async def count(self) -> int:
        """How many calls there are when none fails."""
        await self.once(-1, "os_error")
        await self.once(-1, "os_error")
        return self.points.reached

    async def once(self, at: int, fault: Fault) -> None:
        """The scenario with one failing call, and what must hold afterwards."""
        before = _open()
        self.points.arm(at, fault)
        await self._scenario()
        self.points.at = -1
        await self._all_have_gone()
        await self._lives_on()
        await _back_to(before, f"{self.points.failed} {fault} (call {at})")
        self.failed[self.points.failed or "not reached"] += 1

    async def _scenario(self) -> None:
        async with await anyio.connect_unix(self.serving.endpoint["path"]) as stream:
            asker = Asker(Raw(stream))
            try:
                await everything(asker, self.target, DIALECTS[self.points.engine])
            except Gone:
                assert self.points.failed.startswith("TransportStream"), self.points.failed
                asker.codes.append("gone")
            self.codes.update(asker.codes)

    async def _lives_on(self) -> None:
        """Another client is answered, and the database is to be had."""
        async with await anyio.connect_unix(self.serving.endpoint["path"]) as stream:
            asker = Asker(Raw(stream))
            assert await asker.ask("health_check", {})
            opened = await asker.ask("db_connect", self.target)
            answer = await asker.ask("query", {"connection_id": opened["connection_id"], "sql": "SELECT 1"})
            assert answer["rows"] == [[1]]
        await self._all_have_gone()

    async def _all_have_gone(self) -> None:
        with anyio.fail_after(BACK_S):
            while self.serving.backend.clients:
                await anyio.sleep(0.01)


def _open() -> tuple[int, int, int]:
    """Descriptors, tasks and threads, without the threads that libraries keep."""
    threads = [one for one in threading.enumerate() if not one.name.startswith(_POOL_THREADS)]
    return len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks()), len(threads)  # noqa: PTH208  # no folder to walk


async def _back_to(before: tuple[int, int, int], case: str) -> None:
    end = time.monotonic() + BACK_S
    while any(now > then for now, then in zip(_open(), before, strict=True)):
        gc.collect()  # the traceback of a fault holds what the fault left open until the garbage is collected
        assert time.monotonic() < end, f"{case}: descriptors, tasks, threads were {before} and are {_open()}"
        await asyncio.sleep(0.02)


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
async def torture(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Torture]:
    """A backend whose results go to a file early, and fault points in all of its seams."""
    where = tmp_path / "t.db" if engine == "sqlite" else request.getfixturevalue(f"{engine}_service")
    async with serving(tmp_path, Settings(results_memory_bytes=1000)) as served:
        points = FaultPoints(engine, lambda: _cancel_all(served))
        points.wrap_all(monkeypatch)
        yield Torture(served, points, target_data(where))


def _cancel_all(served: Serving) -> None:
    """As if the client had sent a cancel for each of its requests."""
    for session in served.backend.clients:
        for request in session.requests.values():
            if request.cancellable:
                request.ask_to_cancel()


def _cases(count: int, seed: int) -> Iterator[tuple[int, Fault]]:
    """Every call with every fault, in an order that reaches all parts early."""
    cases = [(at, fault) for at in range(count) for fault in FAULTS]
    random.Random(seed).shuffle(cases)
    return iter(cases)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_any_call_may_fail_in_any_way(torture: Torture) -> None:
    count, until = await torture.count(), time.monotonic() + EVERY_DAY_S
    for number, (at, fault) in enumerate(_cases(count, seed=1)):
        reached = torture.failed.total() - torture.failed["not reached"]
        if number >= EVERY_DAY or (time.monotonic() > until and reached >= LEAST):
            break
        with anyio.fail_after(SOON_S):
            await torture.once(at, fault)
    assert torture.failed.total() - torture.failed["not reached"] >= LEAST


@pytest.mark.long
async def test_long_every_call_may_fail_in_every_way(torture: Torture, long_s: float, figure: Figure) -> None:
    until, count = time.monotonic() + long_s, await torture.count()
    tried = 0
    for at, fault in _cases(count, seed=time.time_ns()):  # `count` is of one run: others may have some calls more
        if time.monotonic() > until:
            break
        await torture.once(at, fault)
        tried += 1
    seams = ", ".join(f"{name} {number}" for name, number in torture.failed.most_common())
    figure(f"{tried} of {count * len(FAULTS)} cases; failed calls: {seams}; codes: {dict(torture.codes)}")
