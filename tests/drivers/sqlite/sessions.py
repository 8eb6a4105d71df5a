"""What tests of SQLite sessions share."""

from collections.abc import Awaitable, Callable
from typing import Any

from litebase.drivers.interface import DatabaseSession, DriverLimits, RowTuple, Statement
from tests.work import SOON_S

LIMITS = DriverLimits(SOON_S, 0.02)
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"

Open = Callable[..., Awaitable[DatabaseSession]]


async def rows_of(session: DatabaseSession, sql: str, params: Any = None) -> list[RowTuple]:
    """All rows of a statement."""
    cursor = await session.execute(Statement(sql, params, first_rows=1000))
    rows: list[RowTuple] = []
    while more := await cursor.fetch(1000):
        rows += more
    await cursor.aclose()
    return rows
