"""Sessions come and go, and leave no thread."""

import contextlib
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interruption import Interrupted
from tests.drivers.sqlite.sessions import ENDLESS, LIMITS
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


def _threads() -> int:
    return threading.active_count()


async def _threads_fall_to(count: int) -> None:
    with anyio.fail_after(SOON_S):
        while _threads() > count:
            await anyio.sleep(0.01)


@pytest.mark.fault("D15")
async def test_each_session_has_one_thread_and_closing_ends_it(tmp_path: Path) -> None:
    before = _threads()
    sessions = []
    for number in range(100):
        target = SqliteTarget(engine="sqlite", path=str(tmp_path / f"{number}.db"), mode="create")
        sessions.append(await load("sqlite")(target, LIMITS).connect())
    spare = 5  # anyio's own workers, which look at the paths
    assert _threads() <= before + 100 + spare
    for session in sessions:
        await session.aclose()
    await _threads_fall_to(before + spare)


@pytest.mark.fault("D16")
async def test_a_loop_that_closes_while_a_query_runs_prints_nothing() -> None:
    program = f"""
        import asyncio
        from litebase_schema.connection import SqliteTarget
        from litebase.drivers import load
        from litebase.drivers.interface import DriverLimits, Statement

        async def main():
            driver = load("sqlite")(SqliteTarget(engine="sqlite", mode="memory"), DriverLimits(0.1, 0.0))
            session = await driver.connect()
            running = asyncio.ensure_future(session.execute(Statement({ENDLESS!r}, first_rows=1)))
            await asyncio.sleep(0.1)
            await session.aclose()
            try:
                await running
            except Exception:
                pass

        asyncio.run(main())
        """
    with anyio.fail_after(SOON_S):
        done = await anyio.run_process([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.PIPE)
    assert done.stderr == b""


@pytest.mark.fault("D17")
async def test_opening_that_is_cancelled_1000_times_leaves_no_thread(file: Path) -> None:
    driver = load("sqlite")(SqliteTarget(engine="sqlite", path=str(file)), LIMITS)
    await (await driver.connect()).aclose()  # the first one may start anyio's own workers
    before = _threads()
    finished = 0
    for turn in range(1000):
        with contextlib.suppress(Interrupted), anyio.move_on_after((turn % 50) * 0.00004):
            session = await driver.connect()
            finished += 1
            with anyio.CancelScope(shield=True):
                await session.aclose()
    await _threads_fall_to(before)
    assert finished < 1000
