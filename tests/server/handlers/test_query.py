"""Statements and windows, as a client sees them."""

import sqlite3
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litebase_schema.query import CellFetchRequest, CloseResultRequest, FetchRequest, FetchResponse

from litebase.client import RequestFailed, connect, start_backend
from tests.conftest import Database, unix_only
from tests.server.room import ENDLESS_ROWS, numbers, open_database, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

NUMBERS = numbers(100_000)


async def _fetch(database: Database, result_id: str | None, offset: int, limit: int) -> FetchResponse:
    assert result_id is not None
    return await database.client.fetch(FetchRequest(result_id=result_id, offset=offset, limit=limit))


async def test_a_small_result_is_complete_in_its_first_answer(memory: Database) -> None:
    answer = await memory.query("SELECT 1 AS a, 'x' AS b")
    assert answer.rows == [[1, "x"]]
    assert (answer.complete, answer.total_rows, answer.result_id) == (True, 1, None)
    assert [column.name for column in answer.columns] == ["a", "b"]


async def test_several_statements_are_refused_and_nothing_runs(memory: Database) -> None:
    with pytest.raises(RequestFailed, match="one statement") as refused:
        await memory.query("CREATE TABLE t (a); CREATE TABLE u (a)")
    assert refused.value.code == "unsupported"
    assert await memory.rows("SELECT name FROM sqlite_schema") == []


@pytest.mark.fault("Q09")
async def test_a_result_without_rows_has_columns_and_is_complete(memory: Database) -> None:
    answer = await memory.query("SELECT 1 AS a, 'x' AS b WHERE 0")
    assert (answer.rows, answer.complete, answer.total_rows, answer.result_id) == ([], True, 0, None)
    assert [column.name for column in answer.columns] == ["a", "b"]


@pytest.mark.fault("Q10")
async def test_a_write_says_what_it_did(memory: Database) -> None:
    made = await memory.query("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
    assert (made.columns, made.rows, made.affected_rows, made.last_insert_id) == ([], [], None, None)
    inserted = await memory.query("INSERT INTO t (a) VALUES (?), (?)", ["x", "y"])
    assert (inserted.affected_rows, inserted.last_insert_id, inserted.complete) == (2, 2, True)
    assert inserted.transaction_status == "idle"
    returned = await memory.query("DELETE FROM t RETURNING a", window_rows=10)
    assert (returned.rows, returned.affected_rows) == ([["x"], ["y"]], 2)


async def test_windows_forward_and_back_never_run_the_query_again(memory: Database) -> None:
    answer = await memory.query(NUMBERS, window_rows=10)
    assert answer.rows == [[n] for n in range(1, 11)]
    assert (answer.complete, answer.total_rows) == (False, None)
    for offset in (50_000, 20, 99_995, 0, 50_005):
        window = await _fetch(memory, answer.result_id, offset, 5)
        assert window.rows == [[n] for n in range(offset + 1, offset + 6)]
        assert window.offset == offset
    last = await _fetch(memory, answer.result_id, 99_998, 100)
    assert (last.rows, last.complete, last.total_rows) == ([[99_999], [100_000]], True, 100_000)
    beyond = await _fetch(memory, answer.result_id, 10**12, 1)
    assert (beyond.rows, beyond.complete, beyond.total_rows) == ([], True, 100_000)


async def test_a_random_query_gives_the_same_rows_each_time_they_are_asked_for(memory: Database) -> None:
    answer = await memory.query(f"SELECT random() FROM ({numbers(3000)})", window_rows=100)
    first = await _fetch(memory, answer.result_id, 0, 3000)
    assert (await _fetch(memory, answer.result_id, 0, 3000)).rows == first.rows
    assert answer.rows == list(first.rows)[:100]  # type: ignore[arg-type]  # a client's rows are a list


async def test_no_window_at_first_reads_nothing_yet(memory: Database) -> None:
    answer = await memory.query(ENDLESS_ROWS, window_rows=0)
    assert (answer.rows, answer.complete) == ([], False)
    assert (await _fetch(memory, answer.result_id, 0, 2)).rows == [[1], [2]]


@pytest.mark.fault("Q13")
async def test_a_window_is_bounded_in_bytes_too(memory: Database) -> None:
    answer = await memory.query(f"SELECT n, hex(zeroblob(10000)) FROM ({numbers(500)})", window_rows=500)
    assert 1 <= len(answer.rows) < 100  # type: ignore[arg-type]  # a client's rows are a list
    assert not answer.complete
    found = [row[0] for row in answer.rows]  # type: ignore[union-attr]  # a client's rows are a list
    while True:
        window = await _fetch(memory, answer.result_id, len(found), 500)
        found += [row[0] for row in window.rows]  # type: ignore[union-attr]  # a client's rows are a list
        if window.complete:
            break
    assert found == list(range(1, 501))


@pytest.mark.fault("Q08")
async def test_rows_before_an_error_come_first_and_then_the_error(memory: Database) -> None:
    sql = f"{ENDLESS_ROWS} WHERE n <= 400 OR abs(n - 9223372036854775807 - 402) > 0"
    answer = await memory.query(sql, window_rows=100)
    assert answer.rows == [[n] for n in range(1, 101)]
    window = await _fetch(memory, answer.result_id, 100, 1000)
    assert not window.complete
    read = 100 + len(window.rows)  # type: ignore[arg-type]  # a client's rows are a list
    assert read >= 399
    with pytest.raises(RequestFailed) as failed:
        await _fetch(memory, answer.result_id, read, 10)
    assert failed.value.code == "query_failed"
    assert (await _fetch(memory, answer.result_id, 398, 1)).rows == [[399]]


@pytest.mark.fault("Q15")
async def test_a_nul_character_in_sql_is_refused_before_any_driver() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        sql = "CREATE TABLE t (a)\0; DROP TABLE t"
        await raw.send(("nul", "query", {"connection_id": connection_id, "sql": sql}))
        refused = (await raw.answer())["data"]
        assert (refused["code"], refused["details"]) == ("invalid_message", {"path": "/data/sql"})
        await raw.send(("look", "query", {"connection_id": connection_id, "sql": "SELECT * FROM sqlite_schema"}))
        assert (await raw.answer())["data"]["rows"] == []


async def test_an_error_tells_sqlite_s_text_and_place(memory: Database) -> None:
    with pytest.raises(RequestFailed) as failed:
        await memory.query("SELECT 'é🙂',\n nope")
    details = failed.value.details
    assert (failed.value.code, failed.value.message) == ("query_failed", "no such column: nope")
    assert (details.engine_code, details.position, details.line, details.column) == ("SQLITE_ERROR", 14, 2, 2)


@pytest.mark.parametrize(
    ("sql", "params"),
    [("SELECT ?", None), ("SELECT ?", [1, 2]), ("SELECT :a", {"b": 1}), ("SELECT 1", [1]), ("SELECT ?", {"a": 1})],
)
async def test_wrong_parameters_are_an_error_of_the_query(memory: Database, sql: str, params: Any) -> None:
    with pytest.raises(RequestFailed) as failed:
        await memory.query(sql, params)
    assert failed.value.code == "query_failed"


# cells


@pytest.mark.fault("Q12")
async def test_a_long_cell_is_cut_and_read_in_pieces(memory: Database) -> None:
    text = "é" * 50_000
    answer = await memory.query("SELECT 1, ?, x'00ff'", [text], max_cell_bytes=1000)
    assert answer.rows == [[1, "é" * 500, b"\x00\xff"]]
    assert [(cut.row, cut.column, cut.full_bytes) for cut in answer.cut_cells] == [(0, 1, 100_000)]
    assert answer.complete
    assert answer.result_id is not None
    found = b""
    while True:
        piece = await memory.client.cell_fetch(
            CellFetchRequest(result_id=answer.result_id, row=0, column=1, offset=len(found), length=30_001)
        )
        assert (piece.full_bytes, piece.is_text) == (100_000, True)
        found += piece.piece
        if piece.complete:
            break
    assert found.decode() == text


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 5), (9, 1), (10**9, 0)])
async def test_a_cell_that_is_not_there_is_not_found(memory: Database, row: int, column: int) -> None:
    answer = await memory.query("SELECT 1, ?", ["x" * 100], max_cell_bytes=16)
    assert answer.result_id is not None
    with pytest.raises(RequestFailed) as failed:
        await memory.client.cell_fetch(CellFetchRequest(result_id=answer.result_id, row=row, column=column))
    assert failed.value.code == "not_found"


@pytest.mark.fault("Q11")
async def test_columns_of_the_same_name_all_arrive(memory: Database) -> None:
    answer = await memory.query("SELECT 1 AS a, 2 AS a, 3 AS \"\", 4 AS 'line\nbreak', 5 AS '🙂'")
    assert [column.name for column in answer.columns] == ["a", "a", "", "line\nbreak", "🙂"]
    assert answer.rows == [[1, 2, 3, 4, 5]]


# fidelity: what is written is what is read, and what SQLite itself says of it

WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(allow_nan=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
BYTES = st.binary(max_size=200)
EDGES = [
    None, 0, -1, 2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 1, -(2**63),
    0.0, -0.0, 1.5, 0.1, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"),
    "", "a\0b", "\0", "🙂", "e\u0301", "\ufeff", "\uffff", "\U0010ffff", b"", b"\0", b"\xff\xfe", b"\xc3\x28",
]  # fmt: skip
STORAGE = {type(None): "null", int: "integer", float: "real", str: "text", bytes: "blob"}


async def _kept_as_it_is(database: Database, value: Any) -> None:
    await database.query("CREATE TABLE IF NOT EXISTS cells (cell)")
    await database.query("DELETE FROM cells")
    await database.query("INSERT INTO cells VALUES (?)", [value])
    ((found, storage, content, quoted),) = await database.rows(
        "SELECT cell, typeof(cell), hex(CAST(cell AS BLOB)), quote(cell) FROM cells"
    )
    assert (type(found), repr(found)) == (type(value), repr(value))
    assert storage == STORAGE[type(value)]
    plain = sqlite3.connect(":memory:")
    expected = plain.execute("SELECT hex(CAST(? AS BLOB)), quote(?)", [value, value]).fetchone()
    plain.close()
    assert (content, quoted) == expected
    if isinstance(value, str | bytes):
        assert isinstance(content, str)
        assert bytes.fromhex(content) == (value.encode() if isinstance(value, str) else value)


@pytest.mark.fault("Q22")
@pytest.mark.parametrize("value", EDGES, ids=repr)
async def test_an_odd_value_survives(memory: Database, value: Any) -> None:
    await _kept_as_it_is(memory, value)


@pytest.mark.fault("Q22")
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.one_of(WHOLE, NUMBER, TEXT, BYTES))
async def test_any_value_survives(memory: Database, value: Any) -> None:
    await _kept_as_it_is(memory, value)


@pytest.mark.fault("Q22")
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(st.none(), WHOLE, NUMBER, TEXT, BYTES), min_size=1, max_size=50))
async def test_rows_of_any_values_survive(memory: Database, values: list[Any]) -> None:
    rows = await memory.rows(f"SELECT {', '.join('?' * len(values))}", values)
    assert repr(rows) == repr([values])


async def test_nan_is_refused_because_sqlite_would_store_null_for_it(memory: Database) -> None:
    with pytest.raises(RequestFailed, match="NaN") as failed:
        await memory.query("SELECT ?", [float("nan")])
    assert failed.value.code == "query_failed"


async def test_sqlite_has_no_booleans_and_stores_integers_for_them(memory: Database) -> None:
    assert await memory.rows("SELECT ?, typeof(?1), ?", [True, False]) == [[1, "integer", 0]]


@pytest.mark.parametrize("value", [2**63, 2**64 - 1])
async def test_an_integer_that_sqlite_cannot_store_is_refused(memory: Database, value: int) -> None:
    with pytest.raises(RequestFailed) as failed:
        await memory.query("SELECT ?", [value])
    assert failed.value.code == "query_failed"
    assert str(value) not in failed.value.message


@pytest.mark.fault("D13")
async def test_text_that_is_not_utf_8_arrives_as_its_bytes_and_its_row_is_kept(memory: Database) -> None:
    rows = await memory.rows("SELECT 1, CAST(x'61ff62' AS TEXT), 'é' UNION ALL SELECT 2, 'b', 'é'")
    assert rows == [[1, b"a\xffb", "é"], [2, "b", "é"]]


async def test_text_with_a_nul_inside_is_whole(memory: Database) -> None:
    assert await memory.rows("SELECT CAST(x'610062' AS TEXT), length(CAST(x'610062' AS BLOB))") == [["a\0b", 3]]


# limits and closing


async def test_there_are_no_more_results_than_the_limit() -> None:
    async with serving(max_results=2) as room, room.database() as database:
        first = await database.query(numbers(3000), window_rows=1)
        await database.query(numbers(3000), window_rows=1)
        with pytest.raises(RequestFailed) as failed:
            await database.query("SELECT 1")
        assert (failed.value.code, failed.value.details.limit) == ("limit_exceeded", "max_results")
        assert first.result_id is not None
        await database.client.close_result(CloseResultRequest(result_id=first.result_id))
        assert await database.rows("SELECT 1") == [[1]]


async def test_results_of_queries_side_by_side_do_not_pass_the_limit(tmp_path: Path) -> None:
    async with serving(max_results=3) as room, room.database(tmp_path / "a.db") as database:
        kept, refused = [], []

        async def ask() -> None:
            try:
                kept.append(await database.query(numbers(3000), window_rows=1))
            except RequestFailed as error:
                refused.append(error.code)

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(ask)
        assert len(kept) == 3
        assert set(refused) == {"limit_exceeded"}


async def test_a_closed_result_is_not_found(memory: Database) -> None:
    answer = await memory.query(NUMBERS, window_rows=5)
    assert answer.result_id is not None
    await memory.client.close_result(CloseResultRequest(result_id=answer.result_id))
    for call in (
        _fetch(memory, answer.result_id, 0, 1),
        memory.client.close_result(CloseResultRequest(result_id=answer.result_id)),
    ):
        with pytest.raises(RequestFailed) as failed:
            await call
        assert failed.value.code == "not_found"


async def test_a_result_that_is_closed_while_it_is_fetched_ends_the_fetch(memory: Database) -> None:
    answer = await memory.query(f"{ENDLESS_ROWS} WHERE n < 100 OR n % 100000000 = 0", window_rows=5)
    assert answer.result_id is not None
    codes = []

    async def fetch() -> None:
        try:
            await _fetch(memory, answer.result_id, 5000, 10)
        except RequestFailed as error:
            codes.append(error.code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fetch)
        await anyio.sleep(0.1)
        with anyio.fail_after(SOON_S):
            await memory.client.close_result(CloseResultRequest(result_id=answer.result_id))
    assert codes == ["cancelled"]
    assert await memory.rows("SELECT 1") == [[1]]


async def test_the_disk_limit_stops_the_reading_and_keeps_what_is_there() -> None:
    limits: dict[str, Any] = {"results_memory_bytes": 1000, "max_results_disk_bytes": 100_000}
    async with serving(**limits) as room, room.database() as database:
        answer = await database.query(ENDLESS_ROWS, window_rows=10)
        with pytest.raises(RequestFailed) as failed:
            await _fetch(database, answer.result_id, 1_000_000, 1)
        assert (failed.value.code, failed.value.details.limit) == ("limit_exceeded", "max_results_disk_bytes")
        assert (await _fetch(database, answer.result_id, 2000, 1)).rows == [[2001]]
        assert await database.rows("SELECT 1") == [[1]]


@unix_only
async def test_a_full_disk_is_a_clear_error_and_harms_nothing_else(tmp_path: Path) -> None:
    """The system lets the backend's files grow to a megabyte only, as a full disk would."""
    import resource  # noqa: PLC0415  # Windows has none

    async with start_backend("--socket", str(tmp_path / "socket")) as backend, connect(backend.endpoint) as client:
        resource.prlimit(backend.process.pid, resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        database = await open_database(client)
        sql = f"SELECT hex(zeroblob(5000)) FROM ({ENDLESS_ROWS})"
        answer = await database.query(sql, window_rows=10)
        with pytest.raises(RequestFailed) as failed:
            await _fetch(database, answer.result_id, 5000, 1)
        assert failed.value.code == "limit_exceeded"
        assert (await _fetch(database, answer.result_id, 10, 1)).rows == [["0" * 10000]]
        assert await database.rows("SELECT 1") == [[1]]
