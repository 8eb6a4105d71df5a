"""Two tables that are compared, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litebase_schema.compare_rows import CompareRowsRequest, CompareRowsResponse
from litebase_schema.query import CloseResultRequest

from tests.end_to_end.test_copies import Side

FIRST, OTHER = "copy_source", "copy_target"


def request_of(first: Side, other: Side, **more: Any) -> CompareRowsRequest:
    """A request that compares the two tables."""
    return CompareRowsRequest(
        connection_id=first.connection_id,
        object=first.ref(more.pop("name", FIRST)),
        other_connection_id=other.connection_id,
        other_object=other.ref(more.pop("to", OTHER)),
        **more,
    )


async def compare(first: Side, other: Side, **more: Any) -> CompareRowsResponse:
    """Compare the two tables, and close the result."""
    answer = await first.client.compare_rows(request_of(first, other, **more))
    await first.client.close_result(CloseResultRequest(result_id=answer.result_id))
    return answer


@dataclass
class Counted:
    """The figures of an answer."""

    equal: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0


def counted(answer: CompareRowsResponse) -> Counted:
    """The figures, which fit each other."""
    found = Counted(answer.equal_rows, answer.missing_rows, answer.extra_rows, answer.different_rows)
    assert answer.first_rows == found.equal + found.missing + found.different
    assert answer.other_rows == found.equal + found.extra + found.different
    return found


def rows_of(answer: CompareRowsResponse) -> Sequence[Sequence[Any]]:
    """The rows of the first window."""
    assert isinstance(answer.rows, list)
    return [tuple(row) for row in answer.rows]


def differing(answer: CompareRowsResponse) -> Mapping[str, int]:
    """In how many rows each column differs, where it does."""
    return {one.name: one.different_rows for one in answer.compared if one.different_rows}


# What there is to know of a value: its column in each engine, and how that engine writes it. What has the same number
# is equal, and nothing else is.
Spellings = Mapping[str, tuple[str, Sequence[str]]]


async def make(side: Side, name: str, columns: str, rows: Sequence[str] = ()) -> None:
    """A table with rows, each as the text of its values."""
    await side.run(f"CREATE TABLE {name} ({columns})")
    for at in range(0, len(rows), 1000):
        values = ", ".join(f"({row})" for row in rows[at : at + 1000])
        await side.run(f"INSERT INTO {name} VALUES {values}")
