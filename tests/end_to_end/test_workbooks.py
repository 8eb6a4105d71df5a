"""The cells of a workbook become rows on every engine: numbers digit by digit, dates as dates, text as text."""

import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any

import anyio
import pytest
from litebase_schema.health import HealthCheckRequest

from tests.end_to_end.test_imports import Importer, _failure, importer
from tests.imports.books import Sheets, ods, xlsx

__all__ = ["importer"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_HEADER = ["id", "t", "d", "f", "day", "at", "flag"]
_at = datetime.fromisoformat
_ROWS: list[list[Any]] = [
    [1, "007", 1234567.25, 0.1, date(1999, 12, 31), _at("2025-12-31 23:59:59.500"), True],
    [2, "12345678901234567890", -0.5, 1e300, date(1904, 1, 2), _at("1970-01-01"), False],
    [3, None, None, None, None, None, None],
    [4, "größe 😀 <&>", 0, 0.1234567890123456, date(2024, 2, 29), _at("2000-02-29 12:00:01"), True],
]
_KINDS: list[tuple[str, Callable[[Sheets], bytes]]] = [
    ("rows.xlsx", xlsx), ("rows1904.xlsx", lambda sheets: xlsx(sheets, from_1904=True)), ("rows.ods", ods),
]  # fmt: skip


def _told(at: Any) -> str | None:
    """A moment without a fraction of zeros."""
    return None if at is None else str(at).rstrip("0").removesuffix(".") if "." in str(at) else str(at)


@pytest.mark.parametrize(("name", "made"), _KINDS, ids=[name for name, _ in _KINDS])
async def test_every_cell_is_stored_as_it_is(importer: Importer, name: str, made: Callable[[Sheets], bytes]) -> None:
    content = made({"first": [_HEADER, *_ROWS], "second": [["x"], [1]]})
    shown = await importer.preview(importer.file(content, name))
    kinds = ["integer", "text", "decimal", "float", "date", "timestamp", "boolean"]
    assert [one.kind for one in shown.columns] == kinds
    assert (shown.rows_estimate, shown.rows_exact, [one.code for one in shown.problems]) == (
        4,
        True,
        ["further_sheets"],
    )
    answer = await importer.load(content, name)
    assert (answer.read, answer.written) == (4, 4)
    rows = await importer.all("id, t, d, f, day, at, flag")
    assert [[row[0], row[1], row[2] and float(row[2]), row[3]] for row in rows] == [row[:4] for row in _ROWS]
    assert [row[4] for row in rows] == [row[4] and row[4].isoformat() for row in _ROWS]
    midnight = await importer.rows("SELECT CAST(at AS CHAR(19)) FROM target WHERE id = 2")
    assert midnight[0][0] == "1970-01-01 00:00:00"
    assert [_told(row[5]) for row in rows] == [row[5] and _told(row[5].isoformat(" ")) for row in _ROWS]
    assert [None if row[6] is None else bool(row[6]) for row in rows] == [row[6] for row in _ROWS]


@pytest.mark.parametrize(("name", "made"), _KINDS, ids=[name for name, _ in _KINDS])
async def test_a_new_table_from_a_named_sheet(importer: Importer, name: str, made: Callable[[Sheets], bytes]) -> None:
    content = made({"first": [["x"], [1]], "Umsätze 2025": [["n", "zip", "clock"], [7, "00123", clock_time(9, 30)]]})
    await importer.load(content, name, new_table={"name": "made"}, options={"sheet": "Umsätze 2025"})
    ((n, zip_code, clock),) = await importer.all(table="made")
    assert (n, zip_code, _told(clock)) == (7, "00123", "09:30:00")
    failure = await _failure(importer.load(content, name, options={"sheet": "none"}))
    assert (failure.code, failure.details["reason"], "Umsätze 2025" in failure.message) == (
        "file_failed", "not_readable", True,
    )  # fmt: skip


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_a_cell_that_the_column_does_not_take_is_rejected_with_its_row(importer: Importer) -> None:
    content = xlsx({"s": [["id", "day"], [1, date(2025, 1, 1)], [2.5, None], [3, "soon"], [4, 45000]]})
    answer = await importer.load(content, "rows.xlsx", on_error="reject")
    assert (answer.read, answer.written, answer.rejected) == (4, 1, 3)
    assert await importer.all("id, day") == [[1, "2025-01-01"]]
    lines = (importer.folder / "rows.rejected.csv").read_text().splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == ["3", "4", "5"]


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_long_numbers_of_a_workbook_are_told_as_they_are_in_it(importer: Importer) -> None:
    """Excel keeps 64 bits of floating point: digits beyond 2^53 are gone before we see them, so it is no integer."""
    content = xlsx({"s": [["id", "t"], [2**53 - 1, "a"], [-(2**53) + 1, "b"]]})
    await importer.load(content, "rows.xlsx")
    assert await importer.all("id") == [[-(2**53) + 1], [2**53 - 1]]
    beyond = await _failure(importer.load(xlsx({"s": [["id"], [12345678901234567890]]}), "long.xlsx"))
    assert beyond.code == "row_rejected"


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_cells_keep_their_places_where_rows_and_columns_before_them_are_empty(importer: Importer) -> None:
    content = xlsx({"s": [[None], [None, None, "id", "t"], [], [None, None, 1, "a"], [None, None, None, "b"]]})
    shown = await importer.preview(importer.file(content, "rows.xlsx"), options={"skip_lines": 1, "header": True})
    assert [one.name for one in shown.columns] == ["column_1", "column_2", "id", "t"]
    mapping = [{"column": name, "source": name} for name in ("id", "t")]
    options = {"skip_lines": 1, "header": True}
    answer = await importer.load(content, "rows.xlsx", mapping=mapping, options=options, on_error="reject")
    assert (answer.written, await importer.all("id, t")) == (2, [[1, "a"], [2, "b"]])


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_other_requests_are_answered_while_a_large_workbook_is_read(importer: Importer) -> None:
    content = xlsx({"s": [["id", "t"], *([n, f"text {n}"] for n in range(60_000))]})
    path, waits = importer.file(content, "rows.xlsx"), list[float]()
    async with anyio.create_task_group() as tasks:

        async def read() -> None:
            await importer.load(path)
            tasks.cancel_scope.cancel()

        tasks.start_soon(read)
        while True:
            began = time.monotonic()
            await importer.client.health_check(HealthCheckRequest())
            waits.append(time.monotonic() - began)
            await anyio.sleep(0.01)
    assert await importer.all("count(*)") == [[60_000]]
    assert len(waits) > 10
    assert max(waits) < 2, "on a machine with much to do; about 0.05 s else"
