"""An open result of the toy engine."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from litebase_schema.values import Column, Notice

from litebase.drivers.interface import Cursor, RowList, RowSink, RowTuple
from litebase.drivers.interruption import Interrupted
from litebase.drivers.slices import Slice
from litebase.errors import QueryFailed
from tests.toy_engine import errors, values
from tests.toy_engine.data.tables import Broken
from tests.toy_engine.statements import Select

T = TypeVar("T")

_GRACE_S = 0.02


class Session(Protocol):
    """What a cursor asks of its session."""

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T: ...


class Stop:
    """Whether the work of a session is to stop; it asks between two of its steps."""

    def __init__(self) -> None:
        self.asked = self.session_ended = False

    async def step(self) -> None:
        """Let the others have their turn. Raises `Interrupted`."""
        await asyncio.sleep(0)
        if self.asked:
            raise Interrupted(session_ended=self.session_ended, may_have_changed=False)


class ToyCursor:
    """Reads on as far as it is asked to. Rows that came before an error are handed out before it is raised."""

    affected_rows: int | None = None
    last_insert_id: int | None = None
    notices: Sequence[Notice] = ()
    may_have_more = False

    def __init__(self, session: Session, stop: Stop, select: Select) -> None:
        self.columns: Sequence[Column] = values.columns(select.columns, None)
        self.ended = False
        self._session, self._stop, self._select = session, stop, select
        self._waiting = RowList()
        self._failure: QueryFailed | None = None

    @property
    def exhausted(self) -> bool:
        return self.ended and not self._waiting

    async def start(self, count: int) -> None:
        """Read the first rows."""
        if count:
            await self._session.run(partial(self._read, self._waiting, count))
        self.columns = values.columns(self._select.columns, self._waiting[0] if self._waiting else None)

    @property
    def is_open(self) -> bool:
        return not self.ended

    @property
    def must_be_read(self) -> bool:
        """A statement can be stopped without harm to its transaction."""
        return False

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        if self._waiting:
            sink.add(self._waiting[:count])
            del self._waiting[:count]
        elif not self.ended:
            await self._session.run(partial(self._read, sink, count), _GRACE_S)

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        rows = RowList()
        await self.fetch_into(rows, count)
        return rows or ()

    async def _read(self, sink: RowSink, count: int) -> None:
        rows = Slice(sink, count)
        while not (self.ended or rows.is_full):
            if self._failure is not None:
                if rows.count:
                    return
                raise self._failure
            if batch := self._batch(rows.wanted):
                rows.add(batch)
            await self._stop.step()

    def _batch(self, wanted: int) -> list[RowTuple]:
        """The rows of up to `wanted` steps."""
        batch: list[RowTuple] = []
        try:
            for _ in range(wanted):
                row = next(self._select.rows)
                if row is not None:
                    batch.append(row)
        except StopIteration:
            self.ended = True
        except Broken as crack:
            self._failure = errors.broken(crack)
        return batch

    async def next_cursor(self) -> Cursor | None:
        return None

    async def aclose(self) -> None:
        self.ended = True
        self._waiting.clear()
