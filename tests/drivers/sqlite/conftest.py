"""Sessions of SQLite files for tests, with small bounds."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import DatabaseSession
from tests.drivers.sqlite.sessions import LIMITS, Open


@pytest.fixture
async def open_session() -> AsyncIterator[Open]:
    """Opens sessions, and closes them at the end."""
    opened: list[DatabaseSession] = []

    async def open_one(path: Path | str | None = None, **options: Any) -> DatabaseSession:
        where: dict[str, Any] = {"mode": "memory"} if path is None else {"path": str(path)}
        target = SqliteTarget(engine="sqlite", **where, **options)
        session = await load("sqlite")(target, LIMITS).connect()
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        if session.usable:
            await session.aclose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small database."""
    path = tmp_path / "small.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two');")
    connection.close()
    return path
