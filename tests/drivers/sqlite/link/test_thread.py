"""The thread that has a database file open."""

import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers.sqlite.link.file import DatabaseFile
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.errors import Conflict
from tests.drivers.sqlite.sessions import ENDLESS, LIMITS
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


def of(path: Path | None) -> FileThread:
    target = (
        SqliteTarget(engine="sqlite", mode="memory") if path is None else SqliteTarget(engine="sqlite", path=str(path))
    )
    return FileThread(DatabaseFile(target, LIMITS, read_only=False))


async def ended(thread: FileThread) -> None:
    thread.stop()
    with anyio.fail_after(SOON_S):
        await thread.ended()


async def test_every_call_happens_in_the_same_thread_and_not_in_ours() -> None:
    thread = of(None)
    await thread.start()
    numbers = {await thread.call(threading.get_ident) for _ in range(3)}
    assert len(numbers) == 1
    assert threading.get_ident() not in numbers
    await ended(thread)


async def test_a_file_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(sqlite3.OperationalError):
        await of(tmp_path / "none.db").start()
    with anyio.fail_after(SOON_S):
        while threading.active_count() > before:
            await anyio.sleep(0.01)


async def test_what_runs_is_interrupted_and_nothing_else() -> None:
    thread = of(None)
    await thread.start()
    await thread.interrupt()
    connection = thread.file.connection
    assert await thread.call(lambda: connection.execute("SELECT 1").fetchall()) == [(1,)]

    async def interrupt() -> None:
        await anyio.sleep(0.05)
        await thread.interrupt()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(interrupt)
        with anyio.fail_after(SOON_S), pytest.raises(sqlite3.OperationalError, match="interrupted"):
            await thread.call(lambda: connection.execute(ENDLESS).fetchall())
    await ended(thread)


async def test_whether_a_transaction_is_open_is_known_after_each_call() -> None:
    thread = of(None)
    await thread.start()
    for sql, in_transaction in (("BEGIN", True), ("SELEC 1", True), ("COMMIT", False)):
        try:
            await thread.call(partial(thread.file.connection.execute, sql))
        except sqlite3.OperationalError:
            assert sql == "SELEC 1"
        assert thread.in_transaction is in_transaction
    await ended(thread)


async def test_a_thread_that_is_stopped_takes_no_more_calls_and_may_be_stopped_again() -> None:
    thread = of(None)
    await thread.start()
    thread.stop()
    with pytest.raises(Conflict):
        await thread.call(lambda: None)
    await ended(thread)
    await ended(thread)


async def test_a_thread_that_is_stopped_while_it_works_is_interrupted() -> None:
    thread = of(None)
    await thread.start()

    async def work() -> None:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            await thread.call(lambda: thread.file.connection.execute(ENDLESS).fetchall())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await anyio.sleep(0.05)
        await ended(thread)


async def test_a_value_error_of_the_call_itself_stays_one() -> None:
    thread = of(None)
    await thread.start()
    with pytest.raises(ValueError, match="could not convert"):
        await thread.call(lambda: float("x"))
    await ended(thread)


async def test_a_thread_that_does_not_react_is_waited_for_no_longer_than_one_wants() -> None:
    thread = of(None)
    await thread.start()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(thread.call, lambda: time.sleep(1))
        await anyio.sleep(0.05)
        thread.stop()
        with anyio.move_on_after(0.1) as scope:
            await thread.ended()
        assert scope.cancelled_caught
    await ended(thread)


async def test_a_file_is_closed_although_somebody_still_holds_a_half_read_cursor(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    other = sqlite3.connect(path, timeout=0)
    other.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);")
    thread = of(path)
    await thread.start()
    cursor = await thread.call(partial(thread.file.connection.execute, "SELECT a FROM t"))
    assert await thread.call(cursor.fetchone) == (1,)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN EXCLUSIVE")
    await ended(thread)
    other.execute("BEGIN EXCLUSIVE")
    other.close()


async def test_many_threads_that_answer_at_once_lose_no_answer() -> None:
    """Each answer wakes the event loop from another thread; on Windows that takes a socket and a completion port."""
    threads = [of(None) for _ in range(75)]
    answers: list[int] = []

    async def ask(thread: FileThread, number: int) -> None:
        await thread.start()
        answers.extend([await thread.call(partial(int, number * 20 + turn)) for turn in range(20)])
        await ended(thread)

    with anyio.fail_after(SOON_S):
        async with anyio.create_task_group() as tasks:
            for number, thread in enumerate(threads):
                tasks.start_soon(ask, thread, number)
    assert sorted(answers) == [*range(75 * 20)]
