"""The command that compares the rows of two tables: how many differ, and the first of those."""

from collections.abc import Iterator, Sequence

from litebase_schema.calls import Calls
from litebase_schema.catalog import ObjectRef
from litebase_schema.compare_rows import CompareRowsRequest, CompareRowsResponse
from litebase_schema.query import CloseResultRequest

from litebase.client import browse
from litebase.client.other_target import compared
from litebase.client.table import printable, table

COMPARE_ROWS = "\\compare_rows"
_USAGE = "Say \\compare_rows TABLE OTHER, or \\compare_rows TABLE OTHER TARGET when the other is in another database."
_SHOWN = 50


async def lines(calls: Calls, connection_id: str, said: str, room: int | None) -> Sequence[str]:
    """Compare two tables of this connection, or one with a table of another target."""
    return await compared(calls, connection_id, said, _USAGE, lambda one, two: _compared(calls, one, two, room))


async def _compared(calls: Calls, one: tuple[str, str], two: tuple[str, str], room: int | None) -> Sequence[str]:
    found = list[ObjectRef]()
    for connection_id, name in (one, two):
        tables = await browse.tables(calls, connection_id, name)
        if len(tables) != 1:
            return [f"{'Several tables fit' if tables else 'There is no table'} {printable(name)}."]
        found.append(tables[0])
    answer = await calls.compare_rows(
        CompareRowsRequest(
            connection_id=one[0],
            object=found[0],
            other_connection_id=two[0],
            other_object=found[1],
            max_differences=_SHOWN,
            window_rows=_SHOWN,
        )
    )
    await calls.close_result(CloseResultRequest(result_id=answer.result_id))
    return list(_told(answer, room))


def _told(answer: CompareRowsResponse, room: int | None) -> Iterator[str]:
    if answer.total_rows:
        yield from table(answer.columns, answer.rows, room)
    if answer.truncated:
        yield f"These are the first {_SHOWN}."
    for left in answer.left_out:
        yield f"not compared: {printable(left.name)}: {printable(left.reason)}"
    for warning in answer.warnings:
        about = f" ({printable(warning.column)})" if warning.column is not None else ""
        yield f"{warning.code}{about}: {printable(warning.message)}"
    yield (
        f"{answer.equal_rows:,} equal, {answer.different_rows:,} different, {answer.missing_rows:,} missing in the "
        f"other table, {answer.extra_rows:,} only there; by {printable(', '.join(answer.key))}"
    )
