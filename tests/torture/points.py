"""Fault points: our own seams, wrapped from the test's side, so that any one call of them can be made to fail."""

import asyncio
import errno
import inspect
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import psycopg
import pytest

import litebase.drivers.postgresql.link.stream as postgresql_stream
from litebase.drivers.mysql.cursor import MysqlCursor
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.replies import Link
from litebase.drivers.mysql.link.stream import LinkLost, Stream
from litebase.drivers.mysql.session import MysqlSession
from litebase.drivers.postgresql.cursor import PostgresqlCursor
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.link import login as postgresql_login
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.drivers.sqlite.cursor import SqliteCursor
from litebase.drivers.sqlite.driver import SqliteDriver
from litebase.drivers.sqlite.link.file import DatabaseFile
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.drivers.sqlite.session import SqliteSession
from litebase.results.use import PrivateFile
from litebase.transport.stream import TransportStream

Fault = Literal["os_error", "timeout", "cancel", "driver_error"]
FAULTS: Sequence[Fault] = ("os_error", "timeout", "cancel", "driver_error")
Seam = tuple[Any, str]

COMMON: Sequence[Seam] = (
    (TransportStream, "receive"), (TransportStream, "send"),
    (PrivateFile, "__init__"), (PrivateFile, "append"), (PrivateFile, "read"), (PrivateFile, "close"),
)  # fmt: skip
SEAMS: dict[str, Sequence[Seam]] = {
    "sqlite": (
        (SqliteDriver, "connect"), (DatabaseFile, "open"), (SqliteSession, "execute"), (SqliteSession, "run"),
        (SqliteCursor, "fetch_into"), (SqliteCursor, "aclose"),
        (FileThread, "_tracked"), (FileThread, "interrupt"),
        (SqliteSession, "reset"), (SqliteSession, "aclose"),
    ),
    "postgresql": (
        (PostgresqlDriver, "connect"), (postgresql_login, "open_link"),
        (PostgresqlSession, "execute"), (PostgresqlSession, "run"), (PostgresqlCursor, "fetch_into"),
        (PostgresqlCursor, "aclose"), (PostgresqlSession, "reset"),
        (PostgresqlSession, "aclose"), (postgresql_stream.Link, "take_in"),
        (postgresql_stream.Link, "arrival"), (postgresql_stream.Link, "result"), (postgresql_stream.Link, "flush"),
        (postgresql_stream.Link, "cancel"),
    ),
    "mysql": (
        (MysqlDriver, "connect"), (MysqlSession, "execute"), (MysqlSession, "reset"),
        (MysqlSession, "aclose"), (MysqlCursor, "fetch"), (MysqlCursor, "aclose"),
        (Connector, "open"), (Link, "send"), (Stream, "packet"), (Stream, "more"), (Link, "whole_rows"),
        (Stream, "wait_closed"),
    ),
}  # fmt: skip
_DRIVER_ERRORS: dict[str, Callable[[], Exception]] = {
    "sqlite": lambda: sqlite3.OperationalError("disk I/O error"),
    "postgresql": lambda: psycopg.OperationalError("the socket was closed"),
    "mysql": lambda: LinkLost("The server closed the link."),
}


@dataclass
class FaultPoints:
    """Counts the calls of all seams; the call number `at` fails. A cancel is what `cancel` does."""

    engine: str
    cancel: Callable[[], None]
    at: int = -1
    fault: Fault = "os_error"
    reached: int = 0
    names: Counter[str] = field(default_factory=Counter)
    failed: str = ""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def wrap_all(self, patch: pytest.MonkeyPatch) -> None:
        """Put a fault point into every seam of the engine and into those that all engines share."""
        for owner, name in (*COMMON, *SEAMS[self.engine]):
            label = f"{str(getattr(owner, '__name__', owner)).rpartition('.')[2]}.{name}"
            patch.setattr(owner, name, self._wrapped(getattr(owner, name), label))

    def arm(self, at: int, fault: Fault) -> None:
        """From now on, let the call number `at` fail."""
        self.at, self.fault, self.reached, self.failed = at, fault, 0, ""
        self.names.clear()

    def _wrapped(self, seam: Callable[..., Any], name: str) -> Callable[..., Any]:
        late = name.endswith(("close", "wait_closed"))  # what failed to close is not left open by us
        if inspect.iscoroutinefunction(seam):
            return self._async(seam, name, late=late)

        def point(*arguments: Any, **options: Any) -> Any:
            fails = self._count(name)
            value = seam(*arguments, **options) if late else None
            if fails:
                self._fail()
            return value if late else seam(*arguments, **options)

        return point

    def _async(self, seam: Callable[..., Awaitable[Any]], name: str, *, late: bool) -> Callable[..., Any]:
        async def point(*arguments: Any, **options: Any) -> Any:
            fails = self._count(name)
            value = await seam(*arguments, **options) if late else None
            if fails:
                self._fail()
                await asyncio.sleep(0)
            return value if late else await seam(*arguments, **options)

        return point

    def _count(self, name: str) -> bool:
        here, self.reached = self.reached, self.reached + 1
        self.names[name] += 1
        if here == self.at:
            self.failed = name
        return here == self.at

    def _fail(self) -> None:
        match self.fault:
            case "os_error":
                raise OSError(errno.EIO, "Input/output error")
            case "timeout":
                raise TimeoutError
            case "driver_error":
                error = _DRIVER_ERRORS[self.engine]()
                raise error
            case "cancel":
                self._loop.call_soon_threadsafe(self.cancel)
