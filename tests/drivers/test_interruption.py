"""Statements that are cancelled: stopped at the engine, ended by themselves, or given up."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

import anyio
import pytest

from litebase.drivers.interruption import Interrupted, Stoppable, finish, run_interruptibly
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


class Engine:
    """A statement that lasts until it is interrupted, and counts how it ended."""

    def __init__(self, lasts_s: float = 60.0, *, deaf_to: int = 0) -> None:
        self.interrupts = 0
        self.ended: str | None = None
        self._lasts_s, self._deaf_to = lasts_s, deaf_to
        self._stop = anyio.Event()

    async def statement(self) -> str:
        with anyio.move_on_after(self._lasts_s):
            await self._stop.wait()
            self.ended = "stopped"
            raise Interrupted
        self.ended = "by itself"
        return "the value"

    async def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts > self._deaf_to:
            self._stop.set()


async def _outcome(call: Callable[[], Awaitable[str]], cancel_after_s: float) -> str | Interrupted | None:
    with anyio.move_on_after(cancel_after_s):
        try:
            return await call()
        except Interrupted as stopped:
            return stopped
    return None


async def test_a_statement_that_nobody_cancels_gives_its_value() -> None:
    engine = Engine(lasts_s=0.01)
    assert await run_interruptibly(engine.statement, engine.interrupt, patience_s=1) == "the value"
    assert engine.interrupts == 0


async def test_an_error_of_the_statement_is_passed_on() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_interruptibly(failing, Engine().interrupt, patience_s=1)


async def test_a_cancelled_statement_is_interrupted_and_its_end_awaited() -> None:
    engine = Engine()
    stopped = await _outcome(lambda: run_interruptibly(engine.statement, engine.interrupt, patience_s=5), 0.02)
    assert isinstance(stopped, Interrupted)
    assert not stopped.session_ended
    assert engine.ended == "stopped"


async def test_an_interrupt_that_fails_is_repeated_and_leaves_no_statement_running() -> None:
    engine = Engine()

    async def interrupt() -> None:
        engine.interrupts += 1
        if engine.interrupts == 1:
            raise OSError(5, "Input/output error")

    async def statement() -> str:
        while engine.interrupts < 2:
            await anyio.sleep(0.001)
        raise Interrupted

    stopped = await _outcome(lambda: run_interruptibly(statement, interrupt, patience_s=5), 0.02)
    assert isinstance(stopped, Interrupted)
    assert not stopped.session_ended
    assert engine.interrupts == 2


async def test_an_ending_that_fails_unforeseen_is_not_raised() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    assert not await finish(failing(), 1)


async def test_an_interrupt_that_came_too_early_is_repeated() -> None:
    """An engine that has not begun ignores it: SQLite, for one, clears the mark when a statement starts."""
    engine = Engine(deaf_to=2)
    stopped = await _outcome(lambda: run_interruptibly(engine.statement, engine.interrupt, patience_s=SOON_S), 0.02)
    assert isinstance(stopped, Interrupted)
    assert not stopped.session_ended
    assert engine.interrupts == 3


async def test_a_statement_that_ends_within_its_grace_keeps_its_value_and_is_not_interrupted() -> None:
    engine = Engine(lasts_s=0.05)
    value = await _outcome(lambda: run_interruptibly(engine.statement, engine.interrupt, grace_s=2, patience_s=5), 0.01)
    assert value == "the value"
    assert engine.interrupts == 0


async def test_a_statement_that_does_not_react_is_given_up_after_the_patience() -> None:
    engine = Engine(deaf_to=1_000_000)
    started = time.monotonic()
    stopped = await _outcome(lambda: run_interruptibly(engine.statement, engine.interrupt, patience_s=0.1), 0.01)
    assert isinstance(stopped, Interrupted)
    assert stopped.session_ended
    assert time.monotonic() - started >= 0.1
    await asyncio.sleep(0)
    assert engine.ended is None


async def test_an_interrupt_that_hangs_is_given_up_too() -> None:
    engine = Engine()
    stopped = await _outcome(lambda: run_interruptibly(engine.statement, lambda: anyio.sleep(60), patience_s=0.1), 0.01)
    assert isinstance(stopped, Interrupted)
    assert stopped.session_ended


async def test_no_task_is_left_behind() -> None:
    before = len(asyncio.all_tasks())
    for deaf_to in (0, 1_000_000):
        engine = Engine(deaf_to=deaf_to)
        await _outcome(
            lambda engine=engine: run_interruptibly(engine.statement, engine.interrupt, patience_s=0.05),  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            0.01,
        )
    await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) == before


async def test_an_ending_runs_to_its_end_although_its_caller_is_cancelled() -> None:
    done = False

    async def ending() -> None:
        nonlocal done
        await anyio.sleep(0.05)
        done = True

    with anyio.move_on_after(0.01):
        assert await finish(ending(), 5)
    assert done


async def test_an_ending_that_takes_too_long_is_left() -> None:
    assert not await finish(anyio.sleep(60), 0.02)


class Slow:
    """Work that ends when it is let go, and counts how often it was begun."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun = self.ended = 0
        self.let_go = asyncio.Event()
        self._error = error

    async def __call__(self) -> None:
        self.begun += 1
        await self.let_go.wait()
        self.ended += 1
        if self._error is not None:
            raise self._error


async def test_lasting_work_goes_on_without_its_caller_and_the_next_one_waits_for_it() -> None:
    running, work = Stoppable(), Slow()
    for _ in range(3):
        with anyio.move_on_after(0.01) as scope:
            await running.run_lasting(work)
        assert scope.cancelled_caught
        assert running.lasts
    work.let_go.set()
    await running.run_lasting(work)
    assert (work.begun, work.ended, running.lasts) == (1, 1, False)
    await running.run_lasting(work)
    assert work.begun == 2


async def _failed_unseen() -> Stoppable:
    """Lasting work has failed after its caller was cancelled."""
    running, work = Stoppable(), Slow(ZeroDivisionError())
    with anyio.move_on_after(0.01):
        await running.run_lasting(work)
    work.let_go.set()
    while not work.ended:
        await anyio.sleep(0)
    return running


async def test_the_next_caller_gets_the_error_of_lasting_work() -> None:
    running = await _failed_unseen()
    with pytest.raises(ZeroDivisionError):
        await running.run_lasting(Slow())


@pytest.mark.parametrize("begun", [False, True])
async def test_lasting_work_can_be_stopped(begun: bool) -> None:
    running, work = Stoppable(), Slow()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(running.run_lasting, work)
        if begun:
            await anyio.sleep(0.01)
        else:
            while not running.lasts:
                await anyio.sleep(0)
        tasks.cancel_scope.cancel()
        running.stop()
    with anyio.fail_after(SOON_S), pytest.raises(Interrupted):
        await running.run_lasting(work)
    assert work.ended == 0


async def test_a_failure_of_lasting_work_that_nobody_sees_is_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    running = await _failed_unseen()
    del running
    gc.collect()
    await anyio.sleep(0.01)
    assert caplog.records == []
