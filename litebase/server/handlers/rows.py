"""Working with the rows of a stored result. No statement is run."""

from collections.abc import Sequence

from anyio import to_thread
from litebase_schema.rows import (
    ColumnSummary,
    FindInResultRequest,
    FindInResultResponse,
    SummarizeResultRequest,
    SummarizeResultResponse,
    ValueCount,
    ViewResultRequest,
    ViewResultResponse,
)

from litebase.drivers.interruption import finish
from litebase.errors import InvalidMessage
from litebase.results.filter import Choice, Filter, UnfitValue
from litebase.results.order import Order
from litebase.results.result import ReadingLimits, Result
from litebase.results.search import Search
from litebase.results.store import RowStore
from litebase.results.summary import summarize
from litebase.results.view import copy_view
from litebase.server.call import Call
from litebase.server.client_session import OpenResult


async def view_result(call: Call, request: ViewResultRequest) -> ViewResultResponse:
    """A new result with the rows of an open one, filtered and sorted."""
    opened = call.client.result(request.result_id)
    orders = _orders(opened, request)
    choices = await to_thread.run_sync(_choices, opened, request)  # many values take a while
    with call.client.room_for_result():
        await opened.result.read_rest(call.rows_read)
        settings = call.backend.settings
        limits = ReadingLimits(settings.batch_rows, settings.max_window_bytes, settings.first_rows_s)
        store = RowStore(call.backend.store_use, settings.max_row_bytes, settings.max_row_bytes)
        view = Result(None, store, limits)
        view.truncated = opened.result.truncated
        try:
            async with call.backend.row_work:
                await copy_view(opened.result.store, store, choices, orders, call.backend.store_use)
        except BaseException:
            await finish(view.aclose(), settings.shutdown_s)
            raise
        result_id = call.client.add_result(view, opened.connection, opened.columns)
    return ViewResultResponse(result_id=result_id, total_rows=store.row_count)


def _choices(opened: OpenResult, request: ViewResultRequest) -> list[Choice]:
    choices = []
    for at, one in enumerate(request.filters):
        kind = _kind(opened, one.column, f"/data/filters/{at}/column")
        try:
            choices.append(Choice(one.column, Filter(kind, one.op, one.values, one.match_case).places()))
        except UnfitValue as unfit:
            raise InvalidMessage(f"/data/filters/{at}/values", str(unfit)) from unfit
    return choices


def _orders(opened: OpenResult, request: ViewResultRequest) -> list[Order]:
    return [
        Order(
            one.column,
            _kind(opened, one.column, f"/data/order/{at}/column"),
            descending=one.descending,
            nulls_first=one.nulls == "first",
            natural=one.natural,
        )
        for at, one in enumerate(request.order)
    ]


async def find_in_result(call: Call, request: FindInResultRequest) -> FindInResultResponse:
    """The next cell that contains a text."""
    opened = call.client.result(request.result_id)
    search = Search(
        request.text,
        _columns(opened, request.columns),
        request.from_row,
        request.from_column,
        backwards=request.backwards,
        match_case=request.match_case,
    )
    row, column = await search.run(opened.result, call.backend.row_work, call.rows_read) or (None, None)
    return FindInResultResponse(row=row, column=column)


async def summarize_result(call: Call, request: SummarizeResultRequest) -> SummarizeResultResponse:
    """Counts and sums of columns."""
    opened = call.client.result(request.result_id)
    columns = [(one, opened.columns[one].kind) for one in _columns(opened, request.columns)]
    if request.rows is None:
        await opened.result.read_rest(call.rows_read)
        rows = range(opened.result.store.row_count)
    else:
        rows = range(request.rows.first, request.rows.first + request.rows.count)
        if rows:
            await opened.result.has_row(rows[-1], call.rows_read)
    async with call.backend.row_work:
        summaries = await summarize(opened.result.store, columns, rows, request.distinct)
    return SummarizeResultResponse(
        summaries=[
            ColumnSummary(
                column=one.column,
                count=one.count,
                nulls=one.nulls,
                distinct=one.distinct,
                min=one.least,
                max=one.greatest,
                sum=one.total,
                mean=one.mean,
                values=[ValueCount(value=value, count=count) for value, count in one.values],
                values_complete=one.values_complete,
            )
            for one in summaries
        ]
    )


def _columns(opened: OpenResult, wanted: Sequence[int] | None) -> Sequence[int]:
    if wanted is None:
        return range(len(opened.columns))
    for at, column in enumerate(wanted):
        _kind(opened, column, f"/data/columns/{at}")
    if len(set(wanted)) < len(wanted):
        raise InvalidMessage("/data/columns", "A column is named twice.")
    return wanted


def _kind(opened: OpenResult, column: int, path: str) -> str:
    """The kind of a column. Raises `InvalidMessage` where the result has no such column."""
    if column >= len(opened.columns):
        count = len(opened.columns)
        raise InvalidMessage(path, f"The result has {count} columns, and the first of them is column 0.")
    return opened.columns[column].kind
