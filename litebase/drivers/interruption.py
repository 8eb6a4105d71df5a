"""Run a statement so that cancelling it really stops it in the database.

A cancel scope around a driver call returns at once and leaves the statement running; the next statement then waits
for it. So the statement runs in a task of its own, or in a thread, where no scope reaches it. When the caller is
cancelled, the engine is asked to stop, and the caller goes on only when the statement has ended, or when patience has.

The drivers' libraries are asyncio libraries, so the task is asyncio's own; it never outlives the call that started it,
unless the database does not react; then the session is dropped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

import anyio
import structlog

from litebase.errors import LiteBaseError

T = TypeVar("T")

_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.5

log = structlog.get_logger()


class Interrupted(Exception):
    """The statement was stopped.

    `session_ended`: the database did not react, and the session is gone. `may_have_changed`: the statement may still
    take effect, or has; the driver decides. Where it does not, a session that is gone counts as changed.
    """

    def __init__(self, *, session_ended: bool = False, may_have_changed: bool | None = None) -> None:
        super().__init__("the statement was stopped")
        self.session_ended = session_ended
        self.may_have_changed = session_ended if may_have_changed is None else may_have_changed


class Runner(Protocol):
    """A database session, as its cursors see it."""

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, which runs when its turn has come and which a cancel stops in the database."""


async def run_interruptibly(
    statement: Callable[[], Awaitable[T]],
    interrupt: Callable[[], Awaitable[None]],
    *,
    grace_s: float = 0.0,
    patience_s: float,
) -> T:
    """The value of `statement`. When the caller is cancelled, it is stopped by `interrupt`.

    A statement that ends by itself, within `grace_s` or before the interrupt reaches it, keeps its value or error: the
    caller then answers with what really happened. A statement that was stopped raises `Interrupted`, which the drivers
    raise themselves when their engine reports an interrupted statement. After `patience_s` the statement is given up.
    """
    running = asyncio.ensure_future(statement())
    try:
        await _end_of(running)
    except asyncio.CancelledError:
        with anyio.CancelScope(shield=True):
            await _stop(running, interrupt, grace_s, patience_s)
    if not running.done():
        running.cancel()
        raise Interrupted(session_ended=True)
    if running.cancelled():  # whoever closed the session ended its statement too
        raise Interrupted(session_ended=True)
    return running.result()


async def _end_of(running: "asyncio.Future[T]") -> None:
    """Return when it has ended; a cancel does not reach it. It is `asyncio.wait` for one thing, at half the cost."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(_running: "asyncio.Future[T]") -> None:
        if not ended.done():
            ended.set_result(None)

    running.add_done_callback(end)
    try:
        await ended
    finally:
        running.remove_done_callback(end)


async def _stop(
    running: "asyncio.Future[T]", interrupt: Callable[[], Awaitable[None]], grace_s: float, patience_s: float
) -> None:
    if grace_s:
        await asyncio.wait([running], timeout=grace_s)
    with anyio.move_on_after(patience_s):
        pause = _FIRST_PAUSE_S
        while not running.done():
            # Again and again: an interrupt that comes before the statement has begun in the database does nothing.
            try:
                await interrupt()
            except Exception:  # the next one may reach it; patience decides
                log.exception("interrupt_failed")
            await asyncio.wait([running], timeout=pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)


async def is_done_in_time(work: Callable[[], Awaitable[object]], patience_s: float) -> bool:
    """Whether `work` comes to its end, without an error and in time. A caller that is cancelled waits for it, too."""
    running = asyncio.ensure_future(work())
    running.add_done_callback(_note_failure)
    with anyio.CancelScope(shield=True):
        await asyncio.wait([running], timeout=patience_s)
        if not running.done():
            running.cancel()
            await asyncio.wait([running])
    return not running.cancelled() and running.exception() is None


async def side_by_side(works: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """The values of several things that are done at the same time."""
    found: dict[int, T] = {}

    async def one(number: int, work: Callable[[], Awaitable[T]]) -> None:
        found[number] = await work()

    async with anyio.create_task_group() as tasks:
        for number, work in enumerate(works):
            tasks.start_soon(one, number, work)
    return [found[number] for number in sorted(found)]


class Stoppable:
    """Runs one thing at a time, and lets somebody else than its caller stop it."""

    def __init__(self) -> None:
        self._scope: anyio.CancelScope | None = None
        self._lasting: asyncio.Future[None] | None = None

    @property
    def lasts(self) -> bool:
        """Whether something was begun with `run_lasting` whose end nobody has seen."""
        return self._lasting is not None

    async def run(self, work: Awaitable[T]) -> T:
        """The value of `work`. Raises `Interrupted` when it was stopped before it had one."""
        self._scope = anyio.CancelScope()
        try:
            return await _within(self._scope, work)
        finally:
            self._scope = None  # cancelling what has ended would cost the text of the caller's task

    async def run_lasting(self, work: Callable[[], Awaitable[None]]) -> None:
        """The same in a task of its own, so that it goes on when the caller is cancelled.

        The next caller waits for that instead of beginning anew, and gets what it raises.
        """
        if self._lasting is None:
            self._scope = anyio.CancelScope()
            self._lasting = asyncio.ensure_future(_within(self._scope, work()))
            self._lasting.add_done_callback(_note_failure)
        lasting = self._lasting
        await asyncio.wait([lasting])
        self._lasting = None
        lasting.result()

    def stop(self) -> None:
        """Stop what runs, if anything does."""
        if self._scope is not None:
            self._scope.cancel()


async def _within(scope: anyio.CancelScope, work: Awaitable[T]) -> T:
    with scope:
        return await work
    raise Interrupted


def _note_failure(task: "asyncio.Future[Any]") -> None:
    """Or asyncio complains about a failure that nobody came to see: whoever wanted the value may be gone for good."""
    if not task.cancelled():
        task.exception()


async def unstopped(rest: Awaitable[T]) -> T:
    """The value of something short that is not stopped any more: what was asked for is done already."""
    with anyio.CancelScope(shield=True):
        value = await rest
    return value  # noqa: RET504  # a return inside the scope would look to mypy as if it could be swallowed


async def finish(closing: Awaitable[None], patience_s: float) -> bool:
    """Close a resource completely although the caller is cancelled; whether that was done in time.

    A failure that nobody expected is logged and not raised, so that whatever else is to be closed still is.
    """
    with anyio.move_on_after(patience_s, shield=True):
        try:
            await closing
        except (LiteBaseError, Interrupted):
            raise
        except Exception:  # as above
            log.exception("closing_failed")
            return False
        return True
    return False
