"""The rows of two tables compared, by a key. The differences are a result like that of a query."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing

from litebase_schema.compare_rows import ComparedColumn, CompareRowsRequest, CompareRowsResponse
from litebase_schema.values import Column

from litebase.drivers.interface import DatabaseSession, RowTuple
from litebase.drivers.interruption import finish
from litebase.errors import InvalidMessage
from litebase.results.result import ReadingLimits, Result
from litebase.results.store import RowStore
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.copy_rows import CursorRows, Reading, Rows, SpooledRows, two_sessions
from litebase.server.handlers.compare_plan import ComparePlan, Read, plan_of
from litebase.server.lease import Waits
from litebase.server.row_merge import Counts, KeyedRows, Merge, named

_UNIT = "compared_rows"
_BOTH = 2
_NUMBERS = {"integer", "decimal"}
_TOO_MANY = (
    "With a single free database session the rows of the first table are kept until the other is read, and they are "
    "too many for that."
)


async def compare_rows(call: Call, request: CompareRowsRequest) -> CompareRowsResponse:
    """Count the rows that are equal and that are not, and keep those."""
    first = call.client.connection(request.connection_id)
    other = call.client.connection(request.other_connection_id)
    if len(set(request.include)) < len(request.include):
        raise InvalidMessage("/data/include", "a kind of difference is named twice.")
    with call.client.room_for_result():
        plan = await plan_of(call, first, other, request)
        settings = call.backend.settings
        store = RowStore(call.backend.store_use, request.max_cell_bytes, settings.max_row_bytes)
        limits = ReadingLimits(settings.batch_rows, settings.max_window_bytes, settings.first_rows_s)
        result = Result(None, store, limits)
        try:
            comparison = _Comparison(call, first, other, request, plan)
            await comparison.run(result)
            window = await result.window(0, request.window_rows)
        except BaseException:  # the answer is an error, which names no result
            await finish(result.aclose(), settings.shutdown_s)
            raise
        counts, names = comparison.counts, [pair.name for pair in plan.pairing.key]
        return CompareRowsResponse(
            result_id=call.client.add_result(result, first, comparison.columns),
            columns=list(comparison.columns),
            rows=window.rows,
            complete=window.complete,
            total_rows=store.row_count,
            cut_cells=window.cut_cells,
            truncated=result.truncated,
            first_rows=counts.equal + counts.different + counts.missing,
            other_rows=counts.equal + counts.different + counts.extra,
            equal_rows=counts.equal,
            missing_rows=counts.missing,
            extra_rows=counts.extra,
            different_rows=counts.different,
            key=names,
            compared=[
                ComparedColumn(name=pair.name, other_name=pair.other_name, different_rows=count)
                for pair, count in zip(plan.pairing.values, counts.by_column, strict=True)
            ],
            left_out=plan.pairing.left_out,
            statements=[plan.first.sql, plan.other.sql],
            warnings=plan.pairing.warnings,
        )


class _Comparison:
    """One comparison. `run` is called once; the rest is known afterwards."""

    def __init__(
        self, call: Call, first: Connection, other: Connection, request: CompareRowsRequest, plan: ComparePlan
    ) -> None:
        self._call, self._first, self._other = call, first, other
        self._request, self._plan = request, plan
        self._waits = Waits(None, call.ask)
        self._total = self._expected()
        self.columns: Sequence[Column] = ()
        self.counts = Counts()

    def _expected(self) -> int | None:
        """About how many rows both tables have."""
        estimates = [read.end.estimate for read in (self._plan.first, self._plan.other)]
        if self._request.filters or None in estimates:
            return None
        return sum(one for one in estimates if one is not None)

    async def run(self, result: Result) -> None:
        """Fill the result."""
        if self._first is self._other and self._first.pool.size - self._first.pinned < _BOTH:
            await self._run_in_one(result)
            return
        both = two_sessions(self._call.backend.copies_begin, self._first, self._other, self._waits)
        plan = self._plan
        async with (
            both as (session, other_session),
            _opened(await self._begun(session, plan.first), plan.first) as rows,
            _opened(await self._begun(other_session, plan.other), plan.other) as other_rows,
        ):
            await self._merge(result, (rows, rows.columns), (other_rows, other_rows.columns))

    async def _run_in_one(self, result: Result) -> None:
        """The same in the only session of a connection: the rows of the first table wait in a file."""
        plan = self._plan
        with closing(SpooledRows(self._call.backend.settings.max_results_disk_bytes, _TOO_MANY)) as spooled:
            async with self._first.borrowed_session(self._waits) as session:
                reading = await self._begun(session, plan.first)
                async with _opened(reading, plan.first) as rows:
                    columns = rows.columns
                    with named(plan.first.end.name):
                        await spooled.fill(rows)
                async with _opened(reading, plan.other) as other_rows:
                    await self._merge(result, (spooled, columns), (other_rows, other_rows.columns))

    async def _begun(self, session: DatabaseSession, read: Read) -> Reading:
        """A snapshot."""
        reading = Reading(read.end.connection, session, _nobody, "The link was lost.")
        with named(read.end.name):
            await reading.begin(read.settings)
        return reading

    async def _merge(
        self, result: Result, first: tuple[Rows, Sequence[Column]], other: tuple[Rows, Sequence[Column]]
    ) -> None:
        plan, request = self._plan, self._request
        key_size = len(plan.pairing.key)
        self.columns = _columns(plan, first[1], other[1])
        merge = Merge(
            KeyedRows(first[0], plan.parts, plan.first.end.name),
            KeyedRows(other[0], plan.other_parts, plan.other.end.name),
            plan.columns,
            key_size,
            request.include,
        )
        self.counts = merge.counts
        while (rows := await merge.next()) is not None:
            await self._keep(result, rows)
            self._call.progress(_UNIT, merge.done, None if self._total is None else max(self._total, merge.done))

    async def _keep(self, result: Result, rows: Sequence[RowTuple]) -> None:
        """Keep differences, as many as are wanted."""
        store, most = result.store, self._request.max_differences
        left = len(rows) if most is None else max(most - store.row_count, 0)
        result.truncated = result.truncated or len(rows) > left
        if kept := rows[:left]:
            packing = store.new_batch()
            packing.add(kept)
            store.append(packing.batch())
            await store.make_room()


def _nobody(_count: int) -> None:
    """Progress is told of both tables together."""


@asynccontextmanager
async def _opened(reading: Reading, read: Read) -> AsyncIterator[CursorRows]:
    """The rows of a table. Only what goes wrong before the first of them is named here."""
    async with AsyncExitStack() as stack:
        with named(read.end.name):
            rows = await stack.enter_async_context(reading.rows(read.sql, read.params))
        yield rows


def _columns(plan: ComparePlan, first: Sequence[Column], other: Sequence[Column]) -> Sequence[Column]:
    """Those of the result."""
    size = len(plan.pairing.key)
    return [
        Column(name="difference", db_type="text", kind="text", nullable=False),
        Column(name="differing", db_type="json", kind="json", nullable=True),
        *_key_columns(plan, first[:size], other[:size]),
        *_value_columns(plan, first[size:], other[size:]),
    ]


def _key_columns(plan: ComparePlan, first: Sequence[Column], other: Sequence[Column]) -> Iterator[Column]:
    """Each holds the values of the table that has the row, and those of the first where both have it."""
    for pair, one, two in zip(plan.pairing.key, first, other, strict=True):
        kinds = {one.kind, two.kind}
        kind = one.kind if len(kinds) == 1 else "decimal" if kinds == _NUMBERS else "other"
        db_type = one.db_type if one.db_type == two.db_type else f"{one.db_type} or {two.db_type}"
        yield Column(name=pair.name, db_type=db_type, kind=kind, nullable=False)


def _value_columns(plan: ComparePlan, first: Sequence[Column], other: Sequence[Column]) -> Iterator[Column]:
    for pair, one, two in zip(plan.pairing.values, first, other, strict=True):
        yield Column(name=pair.name, db_type=one.db_type, kind=one.kind, nullable=True)
        yield Column(name=f"{pair.other_name} (other)", db_type=two.db_type, kind=two.kind, nullable=True)
