"""Rows of two tables are compared by their key, between all engines."""

import sys
from typing import Any

import pytest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.export import ExportRowsRequest, ExportSource
from litebase_schema.query import CloseResultRequest, FetchRequest
from litebase_schema.rows import FindInResultRequest, ResultFilter, SummarizeResultRequest, ViewResultRequest

from tests.end_to_end.test_copies import Side, Sides, copy, failure, hard, pair, sides
from tests.end_to_end.two_tables import FIRST, OTHER, Counted, compare, counted, differing, make, request_of, rows_of

__all__ = ["pair", "sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_COLUMNS = "id INTEGER PRIMARY KEY, name VARCHAR(40), plays INTEGER"


async def test_what_is_missing_extra_and_different_is_told_in_the_order_of_the_key(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, ["1, 'one', 10", "2, 'two', NULL", "3, 'three', 30", "5, 'five', 50"])
    await make(other, OTHER, _COLUMNS, ["-4, 'minus', 0", "2, 'two', 20", "3, 'three', 30", "5, 'Five', 51"])
    answer = await compare(first, other)
    assert counted(answer) == Counted(equal=1, missing=1, extra=1, different=2)
    assert [one.name for one in answer.columns] == [
        "difference", "differing", "id", "name", "name (other)", "plays", "plays (other)",
    ]  # fmt: skip
    assert [one.kind for one in answer.columns][2:] == ["integer", "text", "text", "integer", "integer"]
    assert rows_of(answer) == [
        ("extra", None, -4, None, "minus", None, 0),
        ("missing", None, 1, "one", None, 10, None),
        ("different", '["plays"]', 2, "two", "two", None, 20),
        ("different", '["name", "plays"]', 5, "five", "Five", 50, 51),
    ]
    assert (answer.complete, answer.total_rows, answer.truncated, answer.key) == (True, 4, False, ["id"])
    assert differing(answer) == {"name": 1, "plays": 2}
    assert (answer.left_out, answer.warnings) == ([], [])


async def test_tables_without_rows_with_the_same_and_with_none_of_the_others(pair: tuple[Side, Side]) -> None:
    first, other = pair
    rows = [f"{at}, 'x{at}', {at}" for at in range(-300, 300)]
    await make(first, FIRST, _COLUMNS)
    await make(other, OTHER, _COLUMNS)
    assert counted(await compare(first, other)) == Counted()
    await first.query("DROP TABLE copy_source")
    await make(first, FIRST, _COLUMNS, rows)
    answer = await compare(first, other, window_rows=10)
    assert counted(answer) == Counted(missing=600)
    assert (len(rows_of(answer)), answer.complete, rows_of(answer)[0][2]) == (10, False, -300)
    assert counted(await compare(other, first, name=OTHER, to=FIRST)) == Counted(extra=600)
    await other.query("DROP TABLE copy_target")
    await make(other, OTHER, _COLUMNS, list(reversed(rows)))
    answer = await compare(first, other)
    assert (counted(answer), answer.rows) == (Counted(equal=600), [])


async def test_a_copy_is_equal_to_its_source(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await hard(first)
    copied = await copy(first, other)
    answer = await compare(first, other)
    assert counted(answer) == Counted(equal=copied.rows), differing(answer)
    assert [one.name for one in answer.left_out] == []


async def test_the_differences_are_a_result_like_any_other(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, [f"{at}, 'name {at}', {at % 7}" for at in range(1, 1001)])
    await make(other, OTHER, _COLUMNS, [f"{at}, 'name {at}', {at % 5}" for at in range(500, 1500)])
    client = first.client
    answer = await client.compare_rows(request_of(first, other, window_rows=0))
    assert (answer.rows, answer.complete) == ([], False)
    total = answer.missing_rows + answer.extra_rows + answer.different_rows
    assert (answer.total_rows, answer.missing_rows, answer.extra_rows) == (total, 499, 499)
    result_id = answer.result_id
    window = await client.fetch(FetchRequest(result_id=result_id, offset=total - 1, limit=5))
    assert isinstance(window.rows, list)
    assert [list(row) for row in window.rows] == [["extra", None, 1499, None, "name 1499", None, 4]]
    view = await client.view_result(
        ViewResultRequest(result_id=result_id, filters=[ResultFilter(column=0, op="eq", values=["different"])])
    )
    assert view.total_rows == answer.different_rows
    found = await client.find_in_result(FindInResultRequest(result_id=result_id, text="name 706", from_row=0))
    assert found.row is not None
    summary = await client.summarize_result(SummarizeResultRequest(result_id=result_id, columns=[0], distinct=5))
    assert {one.value: one.count for one in summary.summaries[0].values} == {
        "missing": 499, "extra": 499, "different": answer.different_rows,
    }  # fmt: skip
    exported = await client.export_rows(ExportRowsRequest(source=ExportSource(result_id=result_id), format="csv"))
    assert exported.rows == total
    assert "name (other)" in str(exported.content).splitlines()[0]
    for one in (result_id, view.result_id):
        await client.close_result(CloseResultRequest(result_id=one))
    gone = await failure(client.fetch(FetchRequest(result_id=result_id, offset=0, limit=1)))
    assert gone.code == "not_found"


async def test_only_the_differences_that_are_wanted_are_kept_and_all_are_counted(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, [f"{at}, 'x', 1" for at in range(100)])
    await make(other, OTHER, _COLUMNS, [f"{at}, 'x', 2" for at in range(50, 150)])
    wanted = Counted(missing=50, extra=50, different=50)
    answer = await compare(first, other, include=["different"])
    assert (counted(answer), answer.total_rows) == (wanted, 50)
    assert {row[0] for row in rows_of(answer)} == {"different"}
    answer = await compare(first, other, max_differences=120)
    assert (counted(answer), answer.total_rows, answer.truncated) == (wanted, 120, True)
    answer = await compare(first, other, max_differences=150)
    assert (answer.total_rows, answer.truncated) == (150, False)
    answer = await compare(first, other, include=[])
    assert (counted(answer), answer.total_rows, answer.truncated) == (wanted, 0, False)


async def test_filters_and_columns_say_what_is_compared(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, [f"{at}, 'x', {at}" for at in range(20)])
    await make(
        other,
        OTHER,
        "plays INTEGER, Name VARCHAR(40), id INTEGER PRIMARY KEY",
        [f"{at}, 'y', {at}" for at in range(10)],
    )
    filters: list[Any] = [{"column": "plays", "op": "lt", "values": [5]}, {"column": "name", "op": "is_not_null"}]
    answer = await compare(first, other, filters=filters)
    assert (counted(answer), differing(answer)) == (Counted(different=5), {"name": 5})
    assert [(one.name, one.other_name.lower()) for one in answer.compared] == [("name", "name"), ("plays", "plays")]
    answer = await compare(first, other, columns=["plays"], filters=filters)
    assert (counted(answer), len(answer.columns)) == (Counted(equal=5), 5)
    wrong = await failure(compare(first, other, filters=[{"column": "nothing", "op": "is_null"}]))
    assert (wrong.code, wrong.details["path"]) == ("invalid_message", "/data/filters/0/column")


async def test_a_key_of_several_columns_and_one_that_is_named(pair: tuple[Side, Side]) -> None:
    first, other = pair
    columns = "a VARCHAR(10) NOT NULL, b INTEGER NOT NULL, c INTEGER, PRIMARY KEY (a, b)"
    await make(first, FIRST, columns, ["'x', -1, 1", "'x', 2, 2", "'x', 10, 3", "'y', 0, 4"])
    await make(other, OTHER, columns, ["'x', -1, 1", "'x', 2, 7", "'x', 11, 3", "'y', 0, 4"])
    answer = await compare(first, other)
    assert (answer.key, counted(answer)) == (["a", "b"], Counted(equal=2, missing=1, extra=1, different=1))
    answer = await compare(first, other, key=["c"])
    assert (answer.key, counted(answer)) == (["c"], Counted(equal=2, missing=1, extra=1, different=1))
    assert [one.name for one in answer.compared] == ["a", "b"]


async def test_a_key_that_does_not_tell_rows_apart_is_refused(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, ["1, 'a', 1", "2, 'b', 1", "3, 'c', NULL"])
    await make(other, OTHER, _COLUMNS, ["1, 'a', 1"])
    twice = await failure(compare(first, other, key=["plays"], filters=[{"column": "plays", "op": "is_not_null"}]))
    assert twice.code == "conflict"
    assert "Rows 1 and 2 of the first table have the same key" in twice.message
    twice = await failure(compare(other, first, name=OTHER, to=FIRST, key=["plays"],
                                  filters=[{"column": "plays", "op": "is_not_null"}]))  # fmt: skip
    assert "of the other table have the same key" in twice.message
    null = await failure(compare(first, other, key=["plays"], filters=[{"column": "id", "op": "eq", "values": [3]}]))
    assert (null.code, "NULL" in null.message) == ("conflict", True)


async def test_tables_without_a_key_need_one_to_be_named(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, "id INTEGER, t VARCHAR(9)", ["1, 'a'", "2, 'b'"])
    await make(other, OTHER, "id INTEGER, t VARCHAR(9)", ["2, 'b'", "1, 'c'"])
    none = await failure(compare(first, other))
    assert (none.code, none.details["path"]) == ("invalid_message", "/data/key")
    assert counted(await compare(first, other, key=["id"])) == Counted(equal=1, different=1)
    await other.run("DROP TABLE copy_target")
    await make(other, OTHER, "id INTEGER PRIMARY KEY, t VARCHAR(9)", ["2, 'b'"])
    answer = await compare(first, other)  # that of the other
    assert (answer.key, counted(answer)) == (["id"], Counted(equal=1, missing=1))


async def test_columns_that_only_one_table_has_are_left_out_and_named(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, "id INTEGER PRIMARY KEY, here INTEGER, both_have INTEGER", ["1, 2, 3"])
    await make(other, OTHER, "id INTEGER PRIMARY KEY, both_have INTEGER, there INTEGER", ["1, 3, 4"])
    answer = await compare(first, other)
    assert counted(answer) == Counted(equal=1)
    assert [(one.name, one.of_other) for one in answer.left_out] == [("here", False), ("there", True)]
    for path, name in (("columns", "here"), ("columns", "there"), ("key", "here"), ("key", "nothing")):
        wrong = await failure(compare(first, other, **{path: [name]}))
        assert (wrong.code, wrong.details["path"]) == ("invalid_message", f"/data/{path}/0")
    missing = await failure(compare(first, other, to="copy_parent"))
    assert (missing.code, "The other table" in missing.message) == ("not_found", True)


async def test_names_that_differ_in_case_only_are_paired_once(sides: Sides) -> None:
    server, file = await sides.open("postgresql"), await sides.open("sqlite")
    await server.clear()
    await make(server, FIRST, 'id int PRIMARY KEY, "A" int, a int, "Name" text', ["1, 2, 3, 'x'"])
    await make(file, OTHER, "ID INTEGER PRIMARY KEY, a INTEGER, name TEXT", ["1, 3, 'x'"])
    answer = await compare(server, file)
    assert (counted(answer), answer.key) == (Counted(equal=1), ["id"])
    assert [(one.name, one.other_name) for one in answer.compared] == [("a", "a"), ("Name", "name")]
    assert [(one.name, one.of_other) for one in answer.left_out] == [("A", False)]
    answer = await compare(file, server, name=OTHER, to=FIRST)
    assert [(one.name, one.of_other) for one in answer.left_out] == [("A", True)]
    await server.clear()


async def test_names_and_values_that_would_break_a_statement(pair: tuple[Side, Side]) -> None:
    first, other = pair
    for one, name in ((first, FIRST), (other, OTHER)):
        quote = "`" if one.engine == "mysql" else '"'
        key, value = (f"{quote}{text}{quote}" for text in ("a{}b'--", "sel%s ect;/*"))
        await make(one, name, f"{key} VARCHAR(20) PRIMARY KEY, {value} VARCHAR(20)", ["'it''s', 'x;--'", "'{}', '%s'"])
    answer = await compare(first, other, columns=["sel%s ect;/*"])
    assert (answer.key, counted(answer)) == (["a{}b'--"], Counted(equal=2))


async def test_a_column_that_is_computed_is_compared(pair: tuple[Side, Side]) -> None:
    first, other = pair
    generated = "id INTEGER PRIMARY KEY, a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED"
    await first.run(f"CREATE TABLE copy_source ({generated})", "INSERT INTO copy_source (id, a) VALUES (1, 2), (2, 3)")
    await make(other, OTHER, "id INTEGER PRIMARY KEY, a INTEGER, b INTEGER", ["1, 2, 4", "2, 3, 7"])
    answer = await compare(first, other)
    assert (counted(answer), differing(answer)) == (Counted(equal=1, different=1), {"b": 1})


async def test_a_view_is_compared_by_a_named_key(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await make(first, FIRST, _COLUMNS, ["1, 'a', 1", "2, 'b', 2"])
    await first.run("CREATE VIEW copy_view AS SELECT id, name, plays FROM copy_source WHERE id > 1")
    await make(other, OTHER, _COLUMNS, ["1, 'a', 1", "2, 'b', 2"])
    assert counted(await compare(first, other, key=["id"], name="copy_view")) == Counted(equal=1, extra=1)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize("pinned", [0, 7])
async def test_two_tables_of_one_connection(sides: Sides, engine: str, pinned: int) -> None:
    one = await sides.open(engine)
    await one.clear()
    await make(one, FIRST, _COLUMNS, [f"{at}, 'x', 1" for at in range(3000)])
    await make(one, OTHER, _COLUMNS, [f"{at}, 'x', {at % 2}" for at in range(1000, 4000)])
    for _ in range(pinned):  # with 7 of 8 sessions taken, both tables are read in the one that is left
        await one.client.open_db_session(OpenDbSessionRequest(connection_id=one.connection_id))
    assert counted(await compare(one, one)) == Counted(equal=1000, missing=1000, extra=1000, different=1000)
    assert counted(await compare(one, one, to=FIRST)) == Counted(equal=3000)
    await one.clear()
