"""Stored results in another order, filtered, searched and summed up, as a client sees them."""

from collections.abc import Sequence
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.query import CellFetchRequest, CloseResultRequest, FetchRequest, QueryRequest
from litebase_schema.rows import (
    FindInResultRequest,
    ResultFilter,
    ResultOrder,
    RowRange,
    SummarizeResultRequest,
    ViewResultRequest,
)

from litebase.client import RequestFailed
from tests.conftest import Database
from tests.server.room import ENDLESS_ROWS, numbers, open_database, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

MIXED = """
SELECT column1 AS n, column2 AS t FROM (VALUES (3, 'b'), (NULL, 'A'), (1, NULL), (2.5, 'a'), ('x', 'file10'),
(x'00', 'file9'), (18446744073709551615, 'a'))
"""


async def _result(database: Database, sql: str, **options: Any) -> str:
    answer = await database.query(sql, keep_result=True, **options)
    assert answer.result_id is not None
    return answer.result_id


async def _view(database: Database, result_id: str, **options: Any) -> str:
    answer = await database.client.view_result(ViewResultRequest(result_id=result_id, **options))
    return answer.result_id


async def _rows(database: Database, result_id: str, offset: int = 0, limit: int = 1000) -> list[list[Any]]:
    window = await database.client.fetch(FetchRequest(result_id=result_id, offset=offset, limit=limit))
    return list(window.rows)  # type: ignore[arg-type]  # only a sender packs rows


async def _column(database: Database, result_id: str, column: int = 0) -> Sequence[Any]:
    return [row[column] for row in await _rows(database, result_id)]


async def test_a_small_result_is_kept_when_it_is_asked_for(memory: Database) -> None:
    assert await _rows(memory, await _result(memory, "SELECT 1")) == [[1]]
    made = await memory.query("CREATE TABLE t (a)", keep_result=True)
    assert made.result_id is None


async def test_rows_are_sorted_by_value_and_nulls_go_where_they_are_wanted(memory: Database) -> None:
    result = await _result(memory, MIXED)
    up = await _view(memory, result, order=[ResultOrder(column=0)])
    assert await _column(memory, up) == [1, 2.5, 3, 1.8446744073709552e19, "x", b"\x00", None]
    down = await _view(memory, result, order=[ResultOrder(column=0, descending=True, nulls="first")])
    assert await _column(memory, down) == [None, b"\x00", "x", 1.8446744073709552e19, 3, 2.5, 1]
    by_name = await _view(memory, result, order=[ResultOrder(column=1), ResultOrder(column=0, descending=True)])
    assert await _column(memory, by_name, 1) == ["A", "a", "a", "b", "file10", "file9", None]
    natural = await _view(memory, result, order=[ResultOrder(column=1, natural=True)])
    assert (await _column(memory, natural, 1))[-3:] == ["file9", "file10", None]
    assert await _column(memory, result) == [3, None, 1, 2.5, "x", b"\x00", 1.8446744073709552e19]


async def test_a_view_of_a_view_outlives_what_it_was_made_from(memory: Database) -> None:
    result = await _result(memory, numbers(5000), window_rows=10)
    odd = await _view(memory, result, filters=[ResultFilter(column=0, op="ends_with", values=["1"])])
    await memory.client.close_result(CloseResultRequest(result_id=result))
    last = await _view(memory, odd, order=[ResultOrder(column=0, descending=True)])
    await memory.client.close_result(CloseResultRequest(result_id=odd))
    assert await _column(memory, last) == list(range(4991, 0, -10))


async def test_cut_cells_of_a_view_are_read_in_full(memory: Database) -> None:
    result = await _result(memory, "SELECT n, hex(zeroblob(200)) || n FROM (" + numbers(3) + ")", max_cell_bytes=16)
    view = await _view(memory, result, order=[ResultOrder(column=1, descending=True)])
    window = await memory.client.fetch(FetchRequest(result_id=view, offset=0, limit=10))
    assert [(cut.row, cut.column, cut.full_bytes) for cut in window.cut_cells] == [(row, 1, 401) for row in range(3)]
    cell = await memory.client.cell_fetch(CellFetchRequest(result_id=view, row=0, column=1))
    assert (cell.piece[-1:], cell.full_bytes) == (b"3", 401)


async def test_a_truncated_result_has_truncated_views(memory: Database) -> None:
    result = await _result(memory, numbers(100), max_rows=20)
    view = await _view(memory, result, filters=[ResultFilter(column=0, op="gt", values=[10])])
    window = await memory.client.fetch(FetchRequest(result_id=view, offset=0, limit=100))
    assert (len(window.rows), window.complete, window.truncated) == (10, True, True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"filters": [{"column": 1, "op": "is_null"}]}, "/data/filters/0/column"),
        ({"filters": [{"column": 0, "op": "is_null"}, {"column": 0, "op": "eq"}]}, "/data/filters/1/values"),
        ({"filters": [{"column": 0, "op": "eq", "values": [None]}]}, "/data/filters/0/values"),
        ({"order": [{"column": 0}, {"column": 7}]}, "/data/order/1/column"),
    ],
)
async def test_a_view_that_cannot_be_is_refused_and_nothing_is_kept(
    memory: Database, options: dict[str, Any], path: str
) -> None:
    result = await _result(memory, "SELECT 1")
    with pytest.raises(RequestFailed) as refused:
        await memory.client.view_result(ViewResultRequest.model_validate({"result_id": result, **options}))
    assert (refused.value.code, refused.value.details.path) == ("invalid_message", path)


async def test_columns_that_are_not_there_are_refused(memory: Database) -> None:
    result = await _result(memory, "SELECT 1")
    for asked in (
        memory.client.find_in_result(FindInResultRequest(result_id=result, text="1", from_row=0, columns=[0, 1])),
        memory.client.summarize_result(SummarizeResultRequest(result_id=result, columns=[0, 1])),
    ):
        with pytest.raises(RequestFailed) as refused:
            await asked
        assert (refused.value.code, refused.value.details.path) == ("invalid_message", "/data/columns/1")
    with pytest.raises(RequestFailed, match="named twice"):
        await memory.client.summarize_result(SummarizeResultRequest(result_id=result, columns=[0, 0]))


async def test_text_is_found_forwards_and_back(memory: Database) -> None:
    result = await _result(memory, numbers(50_000), window_rows=10)

    async def find(**options: Any) -> tuple[int | None, int | None]:
        answer = await memory.client.find_in_result(FindInResultRequest(result_id=result, **options))
        return answer.row, answer.column

    assert await find(text="4321", from_row=0) == (4320, 0)
    assert await find(text="4321", from_row=4321) == (14320, 0)
    assert await find(text="4321", from_row=14319, backwards=True) == (4320, 0)
    assert await find(text="no number", from_row=0) == (None, None)


async def test_columns_are_summed_up(memory: Database) -> None:
    result = await _result(memory, f"SELECT n, n % 3 AS m, NULL AS z FROM ({numbers(10_000)})", window_rows=10)
    answer = await memory.client.summarize_result(SummarizeResultRequest(result_id=result, distinct=2))
    number, rest, nothing = answer.summaries
    assert (number.count, number.distinct, number.min, number.max) == (10_000, 10_000, "1", "10000")
    assert (number.sum, number.mean, number.values_complete) == ("50005000", "5000.5", False)
    assert [(one.value, one.count) for one in rest.values] == [(1, 3334), (0, 3333)]
    assert (nothing.count, nothing.nulls, nothing.sum, nothing.values_complete) == (0, 10_000, None, True)
    few = SummarizeResultRequest(result_id=result, columns=[1, 0], rows=RowRange(first=10, count=5))
    rest, number = (await memory.client.summarize_result(few)).summaries
    assert (rest.count, number.column, number.min, number.max) == (5, 0, "11", "15")


async def test_a_long_view_is_cancelled_and_leaves_nothing() -> None:
    async with serving() as served, served.client() as client:
        database = await open_database(client)
        result = await _result(database, numbers(300_000), window_rows=10)
        await client.fetch(FetchRequest(result_id=result, offset=299_990, limit=20))
        held = served.backend.store_use.disk_bytes + served.backend.store_use.memory_bytes
        order = [ResultOrder(column=0, natural=True)]
        call = await client.start("view_result", ViewResultRequest(result_id=result, order=order))
        await anyio.sleep(0.1)
        with anyio.fail_after(SOON_S):
            stopped = await client.cancel(CancelRequest(request_id=call.id))
            with pytest.raises(RequestFailed) as failed:
                await call.answer()
        assert (stopped.outcome, failed.value.code) == ("stopped", "cancelled")
        assert served.backend.store_use.disk_bytes + served.backend.store_use.memory_bytes == held
        assert len(await _rows(database, result, 100, 10)) == 10


@pytest.mark.parametrize("memory", [0, 2**40], ids=["disk", "memory"])
async def test_a_view_that_is_stopped_half_way_is_freed(memory: int) -> None:
    async with serving(results_memory_bytes=memory) as served, served.client() as client:
        database = await open_database(client)
        result = await _result(database, numbers(300_000), window_rows=10)
        await client.fetch(FetchRequest(result_id=result, offset=299_990, limit=20))
        use = served.backend.store_use
        held = use.disk_bytes + use.memory_bytes
        call = await client.start("view_result", ViewResultRequest(result_id=result))
        with anyio.fail_after(SOON_S):
            while use.disk_bytes + use.memory_bytes == held:
                await anyio.sleep(0.001)
            await client.cancel(CancelRequest(request_id=call.id))
            with pytest.raises(RequestFailed, match="cancelled"):
                await call.answer()
        assert use.disk_bytes + use.memory_bytes == held


async def test_a_result_that_never_ends_is_viewed_until_its_time_is_over(memory: Database) -> None:
    answer = await memory.client.query(
        QueryRequest(connection_id=memory.connection_id, sql=ENDLESS_ROWS, window_rows=10)
    )
    assert answer.result_id is not None
    with pytest.raises(RequestFailed) as failed:
        await memory.client.view_result(ViewResultRequest(result_id=answer.result_id, timeout_ms=200))
    assert failed.value.code == "timeout"
    await memory.client.close_result(CloseResultRequest(result_id=answer.result_id))


async def test_views_count_among_the_open_results() -> None:
    async with serving(max_results=2) as served, served.client() as client:
        database = await open_database(client)
        result = await _result(database, "SELECT 1")
        await _view(database, result)
        with pytest.raises(RequestFailed) as refused:
            await _view(database, result)
        assert (refused.value.code, refused.value.details.limit) == ("limit_exceeded", "max_results")


async def test_closing_a_result_stops_the_view_that_is_made_from_it(memory: Database) -> None:
    result = await _result(memory, ENDLESS_ROWS, window_rows=10)
    call = await memory.client.start("view_result", ViewResultRequest(result_id=result))
    await memory.client.close_result(CloseResultRequest(result_id=result))
    with pytest.raises(RequestFailed) as stopped, anyio.fail_after(SOON_S):
        await call.answer()
    assert stopped.value.code == "cancelled"
