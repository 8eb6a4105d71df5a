"""Short calls run one after the other, whichever thread they are for; a long one keeps nobody waiting."""

import asyncio
import threading
from functools import partial

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.link.file import DatabaseFile
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.drivers.sqlite.link.turns import Turns
from tests.drivers.sqlite.sessions import LIMITS
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

_NEVER_LONG_S = 3600.0


async def of(turns: Turns | None = None) -> FileThread:
    thread = FileThread(DatabaseFile(SqliteTarget(engine="sqlite", mode="memory"), LIMITS, read_only=False), turns)
    await thread.start()
    return thread


async def ended(*threads: FileThread) -> None:
    for thread in threads:
        thread.stop()
    with anyio.fail_after(SOON_S):
        for thread in threads:
            await thread.ended()


async def test_turns_come_in_order_each_when_the_one_before_it_has_ended() -> None:
    turns, began = Turns(_NEVER_LONG_S), list[str]()
    first, second, third = (turns.take(partial(began.append, name)) for name in ("first", "second", "third"))
    assert began == ["first"]
    first.end()
    first.end()  # once is enough
    assert began == ["first", "second"]
    second.end()
    third.end()
    assert began == ["first", "second", "third"]
    turns.take(partial(began.append, "after a pause"))
    assert began[-1] == "after a pause"


async def test_a_turn_that_is_given_up_never_comes() -> None:
    turns, began = Turns(_NEVER_LONG_S), list[str]()
    first, second, _ = (turns.take(partial(began.append, name)) for name in ("first", "second", "third"))
    second.end()
    first.end()
    assert began == ["first", "third"]


async def test_what_takes_long_lets_the_next_one_begin_and_ends_no_turn_but_its_own() -> None:
    turns, began = Turns(0.001), list[str]()
    first = turns.take(partial(began.append, "first"))
    second = turns.take(partial(began.append, "second"))
    with anyio.fail_after(SOON_S):
        while len(began) < 2:
            await anyio.sleep(0.001)
    turns.long_s = _NEVER_LONG_S
    turns.take(partial(began.append, "third"))
    first.end()
    assert began == ["first", "second"]
    second.end()
    assert began == ["first", "second", "third"]


async def test_calls_of_several_threads_never_run_at_the_same_time() -> None:
    turns = Turns(_NEVER_LONG_S)
    threads = [await of(turns) for _ in range(8)]
    running, most = set[int](), 0

    def call(number: int) -> None:
        nonlocal most
        running.add(number)
        most = max(most, len(running))
        threads[number].file.connection.execute("SELECT count(*) FROM pragma_function_list").fetchall()
        running.remove(number)

    async def ask(number: int) -> None:
        for _ in range(20):
            await threads[number].call(partial(call, number))

    async with anyio.create_task_group() as tasks:
        for number in range(len(threads)):
            tasks.start_soon(ask, number)
    assert most == 1
    await ended(*threads)


async def test_a_call_goes_on_beside_one_that_takes_long() -> None:
    slow, quick = await of(), await of()
    may_end = threading.Event()
    waits = slow.begin(may_end.wait)
    with anyio.fail_after(SOON_S):
        assert await quick.call(lambda: 5) == 5
        assert not waits.done()
        may_end.set()
        assert await waits
    await ended(slow, quick)


@pytest.mark.parametrize("stopped_by", ["interrupt", "stop"])
async def test_a_call_that_is_stopped_before_its_turn_is_not_made(stopped_by: str) -> None:
    turns = Turns(_NEVER_LONG_S)
    slow, waiting = await of(turns), await of(turns)
    may_end, made = threading.Event(), list[int]()
    running, stopped = slow.begin(may_end.wait), waiting.begin(partial(made.append, 1))
    if stopped_by == "stop":
        waiting.stop()
    else:
        await waiting.interrupt()
    with anyio.fail_after(SOON_S), pytest.raises(Interrupted):
        await stopped
    may_end.set()
    assert await running
    if stopped_by == "interrupt":
        assert await waiting.call(lambda: 2) == 2
    assert not made
    await ended(slow, waiting)


async def test_a_call_that_nobody_waits_for_any_more_is_not_made_and_keeps_no_turn() -> None:
    turns = Turns(_NEVER_LONG_S)
    slow, waiting = await of(turns), await of(turns)
    may_end, made = threading.Event(), list[int]()
    running, unwanted = slow.begin(may_end.wait), waiting.begin(partial(made.append, 1))
    unwanted.cancel()
    may_end.set()
    assert await running
    with anyio.fail_after(SOON_S), pytest.raises(asyncio.CancelledError):
        await unwanted
    assert await waiting.call(lambda: 2) == 2
    assert not made
    await ended(slow, waiting)
