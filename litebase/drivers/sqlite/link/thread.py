"""The thread in which one database file is open.

SQLite's calls block, and a connection is used by one thread at a time. aiosqlite keeps that thread and a queue of calls
for it; what it has no public way for is done here and nowhere else.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import aiosqlite
import anyio

from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.link.file import DatabaseFile
from litebase.drivers.sqlite.link.turns import Turns, turns_of_loop
from litebase.errors import Conflict

T = TypeVar("T")

_INTERRUPT_AGAIN_S = 0.02


class FileThread:
    """One thread, and the file that it has open."""

    def __init__(self, file: DatabaseFile, turns: Turns | None = None) -> None:
        self.file = file
        self.in_transaction = False  # after the last call
        self._aiosqlite = aiosqlite.Connection(file.open, iter_chunk_size=1)
        self._aiosqlite._thread.daemon = True  # noqa: SLF001  # or a call that is stuck keeps the process from ending
        self._in_call = False
        self._turns = turns
        self._waits: asyncio.Future[Any] | None = None  # for the value of a call whose turn has not come
        self._stopped: asyncio.Future[object] | None = None

    async def start(self) -> None:
        """Begin with opening the file. Raises `sqlite3.Error`."""
        with anyio.CancelScope(shield=True):  # aiosqlite would forget, and not close, what is open by then
            self._aiosqlite = await self._aiosqlite

    async def call(self, function: Callable[[], T]) -> T:
        """The value of `function`, called in the thread. Raises `Conflict` after `stop`."""
        return await self.begin(function)

    def begin(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        """The value to come of `function`, which is called in the thread when its turn among all threads has come.

        Raises `Conflict` after `stop`.
        """
        if self._stopped is not None:
            raise _stopped_meanwhile()
        value = self._waits = asyncio.get_running_loop().create_future()
        turns = self._turns = self._turns or turns_of_loop()
        value.add_done_callback(turns.take(partial(self._put, value, function)).end)
        return value

    def _put(self, value: "asyncio.Future[T]", function: Callable[[], T]) -> None:
        """The turn has come."""
        self._waits = None
        if not value.done():
            self._aiosqlite._tx.put_nowait((value, partial(self._tracked, function)))  # noqa: SLF001  # as above

    def _tracked(self, function: Callable[[], T]) -> T:
        self._in_call = True
        try:
            return function()
        finally:
            self._in_call = False
            self.in_transaction = self.file.connection.in_transaction

    async def interrupt(self) -> None:
        """Stop the call that runs. Else it would stop a later one, or the checkpoint that closing makes."""
        self._withdraw()
        if self._in_call:
            with contextlib.suppress(ValueError, sqlite3.ProgrammingError):  # closed in the meantime
                await self._aiosqlite.interrupt()

    def stop(self) -> None:
        """Take no more calls; after the one that runs, close the file and end."""
        self._withdraw()
        if self._stopped is None:
            self._stopped = self._aiosqlite.stop()

    def _withdraw(self) -> None:
        """A call whose turn has not come is not made."""
        if self._waits is not None and not self._waits.done():
            self._waits.set_exception(Interrupted())
        self._waits = None

    async def ended(self) -> None:
        """Return when the thread has closed the file, after `stop`. What runs is interrupted."""
        while self._stopped is not None and not self._stopped.done():
            await self.interrupt()
            await asyncio.wait([self._stopped], timeout=_INTERRUPT_AGAIN_S)


def _stopped_meanwhile() -> Conflict:
    return Conflict("The database session was closed while this request waited for it.")
