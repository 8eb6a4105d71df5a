"""The cursor that occupies a database session."""

from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits, RowList, Statement
from litebase.drivers.pool import Checks, Pool
from litebase.server.lease import Lease, LeasedCursor
from tests.server.room import numbers
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


async def test_a_read_that_nobody_collects_frees_its_session_at_the_end_of_the_rows(tmp_path: Path) -> None:
    target = SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create")
    pool = Pool(load("sqlite")(target, DriverLimits(2.0, 0.02)), 1, 60.0, 2.0, Checks(60.0, 2.0))
    session = await pool.open()
    leased = LeasedCursor(await session.execute(Statement("SELECT 1 UNION ALL SELECT 2")), Lease(session, 2.0, pool))
    rows = RowList()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await leased.fetch_into(rows, 10, lasting=True)
    assert scope.cancelled_caught
    with anyio.fail_after(SOON_S):
        while pool.silent_s is None:
            await anyio.sleep(0.01)
    assert await pool.take_idle() is session
    assert not leased.exhausted, "its rows are still to be collected"
    await leased.fetch_into(rows, 10, lasting=True)
    assert rows == [(1,), (2,)]
    assert leased.exhausted
    await leased.aclose()
    await pool.aclose()


async def test_rows_that_wait_here_are_handed_on_in_turns_with_others() -> None:
    """Of a write that returned many, which nobody has asked for yet."""
    session = await load("sqlite")(SqliteTarget(engine="sqlite", mode="memory"), DriverLimits(2.0, 0.02)).connect()
    await session.execute(Statement("CREATE TABLE t (a)"))
    leased = LeasedCursor(
        await session.execute(Statement(f"INSERT INTO t {numbers(1000)} RETURNING a")), Lease(session, 2.0)
    )
    assert leased.ended
    turns, rows = 0, RowList()

    async def count_turns() -> None:
        nonlocal turns
        while not leased.exhausted:
            turns += 1
            await anyio.sleep(0)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count_turns)
        for _ in range(10):
            await leased.fetch_into(rows, 100, lasting=True)
    assert turns >= 10
    assert len(rows) == 1000
    await leased.aclose()
    await session.aclose()
