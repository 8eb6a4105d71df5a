"""Opens sessions of one SQLite database file."""

import logging
import sqlite3
from pathlib import Path
from typing import ClassVar

import anyio
from litebase_schema.connection import SqliteTarget

from litebase.drivers.interface import Ask, DatabaseSession, DriverLimits, nobody
from litebase.drivers.sqlite import errors
from litebase.drivers.sqlite.link.file import DatabaseFile, check_file
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.drivers.sqlite.session import SqliteSession
from litebase.drivers.trace import Trace
from litebase.errors import InvalidMessage, QueryFailed

logging.getLogger("aiosqlite").setLevel(logging.ERROR)  # at lower levels it logs statements and parameters


class SqliteDriver:
    """Opens sessions of one database file."""

    engine: ClassVar[str] = "sqlite"

    def __init__(self, target: SqliteTarget, limits: DriverLimits) -> None:
        if target.mode != "memory" and target.path is None:
            raise InvalidMessage("/data/path", f"the mode {target.mode} needs a path")
        self._target = target
        self._limits = limits

    @property
    def read_only(self) -> bool:
        return self._target.read_only or self._target.mode == "read_only"

    @property
    def sessions_share_data(self) -> bool:
        return self._target.mode != "memory"

    async def connect(
        self,
        ask: Ask = nobody,  # noqa: ARG002  # a file has no password
        trace: Trace | None = None,
    ) -> DatabaseSession:
        """Open the file. A missing one is `not_found` and is never made by accident."""
        target, trace = self._target, trace or Trace()
        trace.begin("name")
        if target.path is not None and target.mode != "memory":
            await anyio.to_thread.run_sync(check_file, Path(target.path), target.mode == "create")
        trace.begin("database")
        thread = FileThread(DatabaseFile(target, self._limits, read_only=self.read_only))
        try:
            await thread.start()
        except sqlite3.Error as error:
            raise errors.not_opened(target.path, error) from error
        session = SqliteSession(thread, self._limits)
        trace.begin("settings")
        try:
            await session.apply_settings()
        except QueryFailed as error:
            await session.aclose()
            raise errors.not_opened(target.path, error.__cause__ or error) from error
        except BaseException:
            await session.aclose()
            raise
        return session


DRIVER = SqliteDriver
