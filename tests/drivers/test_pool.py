"""The pool of database sessions, with real SQLite sessions."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.pool import Checks, Pool
from litebase.errors import ConnectionLost, NotFound
from tests.drivers.postgresql.conftest import target_of
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio

MakePool = Callable[..., Pool]


def _pool(target: SqliteTarget, size: int, idle_s: float, check_after_s: float = 60.0) -> Pool:
    return Pool(load("sqlite")(target, DriverLimits(2.0, 0.02)), size, idle_s, 2.0, Checks(check_after_s, 2.0))


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Pool]:
    made = _pool(SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create"), size=3, idle_s=60)
    yield made
    await made.aclose()


async def test_a_session_that_came_back_is_used_again_newest_first(pool: Pool) -> None:
    first, second = await pool.open(), await pool.open()
    assert await pool.take_idle() is None
    await pool.give_back(first)
    await pool.give_back(second)
    assert await pool.take_idle() is second
    assert await pool.take_idle() is first
    assert await pool.take_idle() is None
    assert pool.open_sessions == 2


async def test_only_a_session_that_needs_no_cleaning_comes_back_at_once(pool: Pool) -> None:
    session = await pool.open()
    assert session.is_clean
    half_read = await session.execute(Statement("SELECT 1 UNION ALL SELECT 2", first_rows=1))
    assert half_read.is_open
    assert not session.is_clean
    assert not pool.give_back_at_once(session)
    await half_read.aclose()
    assert not half_read.is_open
    for sql, undone_by in (("BEGIN", "ROLLBACK"), ("SELECT 1", "SELECT 1"), ("CREATE TEMP TABLE t (a)", None)):
        await (await session.execute(Statement(sql))).aclose()
        assert session.is_clean == (sql == "SELECT 1")
        if undone_by is not None:
            await (await session.execute(Statement(undone_by))).aclose()
            assert pool.give_back_at_once(session)
            assert await pool.take_idle() is session
    assert not pool.give_back_at_once(session)
    await pool.give_back(session)
    assert not session.usable


async def test_there_are_never_more_sessions_than_the_bound(pool: Pool) -> None:
    for _ in range(3):
        assert pool.may_open
        await pool.open()
    assert not pool.may_open


async def test_sessions_that_are_being_opened_count(pool: Pool) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(pool.open)
        await anyio.sleep(0)
        assert not pool.may_open


async def test_a_session_that_could_not_be_opened_gives_its_place_back(tmp_path: Path) -> None:
    path = tmp_path / "late.db"
    pool = _pool(SqliteTarget(engine="sqlite", path=str(path)), size=1, idle_s=60)
    with pytest.raises(NotFound):
        await pool.open()
    assert pool.may_open
    path.touch()
    await pool.open()
    await pool.aclose()


async def test_whoever_waits_is_told_of_a_session_that_came_back(pool: Pool) -> None:
    session = await pool.open()
    with anyio.fail_after(SOON_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.wait_for_change)
            await anyio.sleep(0.01)
            await pool.give_back(session)


async def test_a_session_in_a_transaction_is_rolled_back_before_it_is_used_again(pool: Pool) -> None:
    session = await pool.open()
    for sql in ("CREATE TABLE t (a)", "BEGIN", "INSERT INTO t VALUES (1)"):
        await session.execute(Statement(sql))
    await pool.give_back(session)
    assert await pool.take_idle() is session
    assert session.transaction_status == "idle"
    cursor = await session.execute(Statement("SELECT count(*) FROM t", first_rows=1))
    assert await cursor.fetch(1) == [(0,)]


async def test_a_lost_session_is_not_used_again(pool: Pool) -> None:
    session = await pool.open()
    await session.aclose()
    await pool.give_back(session)
    assert await pool.take_idle() is None
    assert pool.open_sessions == 0


async def test_sessions_that_nobody_uses_are_closed_oldest_first(tmp_path: Path) -> None:
    pool = _pool(SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create"), size=3, idle_s=0.1)
    old, new = await pool.open(), await pool.open()
    await pool.give_back(old)
    await anyio.sleep(0.15)
    await pool.give_back(new)
    await pool.close_idle()
    assert not old.usable
    assert new.usable
    assert pool.open_sessions == 1
    await pool.aclose()


async def test_a_database_in_memory_has_one_session_that_is_never_let_go() -> None:
    pool = _pool(SqliteTarget(engine="sqlite", mode="memory"), size=8, idle_s=0.0)
    assert pool.size == 1
    session = await pool.open()
    assert not pool.may_open
    await pool.give_back(session)
    await anyio.sleep(0.01)
    await pool.close_idle()
    assert session.usable
    await pool.aclose()


async def test_closing_the_pool_closes_sessions_in_use_and_what_comes_back_later(pool: Pool) -> None:
    used, idle = await pool.open(), await pool.open()
    await pool.give_back(idle)
    with anyio.fail_after(SOON_S):
        await pool.aclose()
    assert not used.usable
    assert not idle.usable
    await pool.give_back(used)
    assert await pool.take_idle() is None
    assert pool.open_sessions == 0


async def test_a_session_whose_opening_ended_after_the_pool_was_closed_is_closed(pool: Pool) -> None:
    """A client may disconnect while another of its requests opens a session."""

    async def open_one() -> None:
        with pytest.raises(ConnectionLost):
            await pool.open()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(open_one)
        await anyio.sleep(0)
        await pool.aclose()
    assert pool.open_sessions == 0


async def test_who_waits_for_a_server_that_was_full_looks_again_when_its_time_is_over(pool: Pool) -> None:
    """Also when that time passed between the look at the pool and the wait."""
    await pool.open()
    pool._full_until = time.monotonic() - 0.001  # what only a server could set
    with anyio.fail_after(SOON_S):
        await pool.wait_for_change()


async def test_a_session_that_was_silent_is_asked_before_it_is_used(tmp_path: Path) -> None:
    target = SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create")
    pool = _pool(target, size=3, idle_s=60, check_after_s=0.0)
    session = await pool.open()
    await pool.give_back(session)
    assert await pool.take_idle() is session
    await pool.give_back(session)
    await session.aclose()
    assert await pool.take_idle() is None
    assert pool.open_sessions == 0
    await pool.aclose()


async def test_checking_keeps_the_order_and_the_age_of_unused_sessions(pool: Pool) -> None:
    sessions = [await pool.open() for _ in range(3)]
    for session in sessions:
        await pool.give_back(session)
    took, lost = await pool.check_idle(2.0)
    assert (len(took), lost) == (3, 0)
    assert [await pool.take_idle() for _ in sessions] == sessions[::-1]


async def test_a_pool_that_is_closed_while_it_checks_keeps_nothing(pool: Pool) -> None:
    session = await pool.open()
    await pool.give_back(session)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pool.check_idle, 2.0)
        await anyio.sleep(0)
        await pool.aclose()
    assert await pool.take_idle() is None
    assert not session.usable


@pytest.mark.parametrize("wanted", ["take_idle", "check_idle"])
async def test_a_session_stays_in_the_pool_when_the_caller_was_cancelled_before_it_asked(
    postgresql_service: Service, wanted: str
) -> None:
    driver = load("postgresql")(target_of(postgresql_service), DriverLimits(2.0, 0.02))
    pool = Pool(driver, 1, 60.0, 2.0, Checks(0.0, 2.0))
    session = await pool.open()
    await pool.give_back(session)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await (pool.take_idle() if wanted == "take_idle" else pool.check_idle(2.0))
    assert scope.cancelled_caught
    assert await pool.take_idle() is session
    await pool.aclose()
