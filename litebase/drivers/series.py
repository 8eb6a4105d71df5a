"""Short statements that are run one after the other: what is kept of them, and how they run where nothing is gained by
sending them together.
"""

from collections.abc import Sequence
from dataclasses import replace

from litebase.drivers.interface import Change, DatabaseSession, DriverLimits, RowTuple, Series, Statement
from litebase.drivers.slices import SLICE_BYTES, held_bytes
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown

ROWS_OF_CHANGE = 2


class Changes(list[Change]):
    """What the statements of a series did, in bounded memory: much less for statements that can be run again."""

    def __init__(self, limits: DriverLimits, *, only_read: bool) -> None:
        self._only_read = only_read
        self._left = SLICE_BYTES if only_read else limits.max_returning_bytes

    def add(self, change: Change) -> None:
        self.append(change)
        self._left -= sum(map(held_bytes, change.rows))

    @property
    def has_enough(self) -> bool:
        """Whether the rest is better run in another series."""
        return self._only_read and self._left < 0

    @property
    def are_too_large(self) -> bool:
        return not self._only_read and self._left < 0


async def one_by_one(
    session: DatabaseSession, statements: Sequence[Statement], lock_wait_s: float | None = None
) -> Series:
    """Each of them by itself, with a round trip."""
    changes = list[Change]()
    try:
        for one in statements:
            changes.append(await _run(session, replace(one, first_rows=ROWS_OF_CHANGE, lock_wait_s=lock_wait_s)))
    except (ConnectionLost, OutcomeUnknown):
        raise
    except LiteBaseError as failure:
        return Series(changes, failure)
    return Series(changes)


async def _run(session: DatabaseSession, statement: Statement) -> Change:
    cursor = await session.execute(statement)
    try:
        rows = list[RowTuple]()
        while cursor.columns and len(rows) < ROWS_OF_CHANGE and (some := await cursor.fetch(ROWS_OF_CHANGE)):
            rows += some
        return Change(cursor.affected_rows, rows[:ROWS_OF_CHANGE], cursor.last_insert_id, cursor.notices)
    finally:
        await cursor.aclose()
