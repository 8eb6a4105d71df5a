"""Changes of a table that stand in each other's way, and what comes of the rows meanwhile."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from litebase.client import Client
from tests.end_to_end.places import ENGINES, Place, open_place
from tests.end_to_end.test_alter import alter, change, column, described, names, preview, run
from tests.end_to_end.test_alter_losses import only, refusal

pytestmark = pytest.mark.anyio

_COUNTER = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "postgresql": "serial PRIMARY KEY",
    "mysql": "int AUTO_INCREMENT PRIMARY KEY",
}


@pytest.fixture(params=ENGINES)
async def place(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Place]:
    """Each engine in turn."""
    async with open_place(request.param, request, client, tmp_path) as made:
        yield made


@pytest.fixture
async def counted(place: Place) -> Place:
    """A table `t` with a row, whose primary key numbers the rows."""
    await place.run(
        f"CREATE TABLE {{s}}.t (id {_COUNTER[place.engine]}, a integer, b integer)",
        "INSERT INTO {s}.t VALUES (1, 2, 3)",
    )
    return place


async def rows_of(place: Place, columns: str) -> Sequence[Sequence[Any]]:
    found = await place.rows(f"SELECT {columns} FROM {place.quoted(place.schema_name)}.t")
    return [list(row) for row in found]


async def test_two_columns_exchange_their_names_by_a_third_one(counted: Place) -> None:
    await counted.run("CREATE INDEX by_a ON t (a)" if counted.engine == "sqlite" else "CREATE INDEX by_a ON {s}.t (a)")
    await alter(
        counted, "t", change("rename_column", column="a", new_name="x"),
        change("rename_column", column="b", new_name="a"), change("rename_column", column="x", new_name="b"),
    )  # fmt: skip
    found = await described(counted, "t")
    assert names(found) == ["id", "b", "a"]
    assert [part.column for one in found.indexes if one.name == "by_a" for part in one.parts] == ["b"]
    assert await rows_of(counted, "a, b") == [[3, 2]]


async def test_a_key_that_numbers_the_rows_goes_with_its_column(counted: Place) -> None:
    key = change("drop_constraint", constraint="primary_key")
    await alter(counted, "t", key, change("drop_column", column="id"), change("add_key", columns=["a"], primary=True))
    found = await described(counted, "t")
    assert (names(found), [one.columns for one in found.keys if one.primary]) == (["a", "b"], [["a"]])
    await alter(counted, "t", key, change("drop_column", column="a"))
    assert await rows_of(counted, "*") == [[3]]


@pytest.mark.parametrize("place", ["postgresql", "mysql"], indirect=True)
async def test_a_column_takes_the_name_of_a_key_that_goes(counted: Place) -> None:
    await alter(
        counted, "t", change("drop_constraint", constraint="primary_key"), change("drop_column", column="id"),
        change("rename_column", column="a", new_name="id"), change("add_key", columns=["id"], primary=True),
    )  # fmt: skip
    assert [one.columns for one in (await described(counted, "t")).keys if one.primary] == [["id"]]
    assert await rows_of(counted, "id, b") == [[2, 3]]


async def test_a_new_column_of_the_name_of_one_that_goes_has_none_of_its_values(counted: Place) -> None:
    await alter(counted, "t", change("drop_column", column="a"), column("a", "varchar(10)", default="'x'"))
    assert await rows_of(counted, "id, a, b") == [[1, "x", 3]]
    await alter(
        counted, "t", change("drop_column", column="a"), column("a", "varchar(10)"),
        change("add_check", expression="a <> 'q'"),
    )  # fmt: skip
    assert await rows_of(counted, "id, a, b") == [[1, None, 3]]


async def test_a_table_that_refers_to_itself_is_let_go_of_its_keys_by_one_request(place: Place) -> None:
    referred = "t (id)" if place.engine == "sqlite" else "{s}.t (id)"
    await place.run(
        "CREATE TABLE {s}.t (id integer PRIMARY KEY, up integer, CONSTRAINT self FOREIGN KEY (up) REFERENCES "
        f"{referred} ON DELETE CASCADE)",
        "INSERT INTO {s}.t VALUES (1, NULL), (2, 1)",
    )
    key = change("drop_constraint", constraint="primary_key")
    if place.engine != "sqlite":
        failed = await refusal(place, "t", key)
        assert (failed.code, "'self'" in failed.message) == ("conflict", True)
    await alter(
        place, "t", change("drop_constraint", constraint="foreign_key", name="self"), key,
        change("drop_column", column="id"),
    )  # fmt: skip
    assert sorted(await rows_of(place, "up"), key=str) == [[1], [None]]


async def test_one_piece_of_sql_is_not_two(counted: Place) -> None:
    for wrong in (
        column("c", "integer, zz integer"),
        change("set_type", column="a", db_type="bigint, DROP COLUMN b"),
        change("set_default", column="a", default="1, DROP COLUMN b"),
    ):
        failed = await refusal(counted, "t", wrong)
        assert (failed.code, "`,`" in failed.message) == ("invalid_message", True)


@only("postgresql")
async def test_commas_in_arrays_and_strings_are_no_second_piece(counted: Place) -> None:
    await alter(
        counted, "t", column("c", "numeric(5,2)[]", default="ARRAY[1, 2]"), column("d", "int[]", default="'{1,2}'"),
        change("set_type", column="a", db_type="text", using="concat(a, ',')"),
    )  # fmt: skip
    assert await rows_of(counted, "a, c::text, d::text") == [["2,", "{1.00,2.00}", "{1,2}"]]


@pytest.mark.parametrize("place", ["postgresql", "mysql"], indirect=True)
async def test_the_type_of_a_column_in_a_foreign_key_may_not_be_changed_without_a_warning(place: Place) -> None:
    await place.run(
        "CREATE TABLE {s}.t (id integer PRIMARY KEY)",
        "CREATE TABLE {s}.child (t integer, FOREIGN KEY (t) REFERENCES {s}.t (id))",
    )
    for table, name in (("t", "id"), ("child", "t")):
        plan = await preview(place, table, change("set_type", column=name, db_type="varchar(20)"))
        assert [one.code for one in plan.warnings if "foreign key" in one.message] == ["may_fail"]
        with pytest.raises(AssertionError):
            await run(place, plan)
        assert (await described(place, table)).columns[0].db_type.startswith("int")


@only("sqlite")
async def test_no_row_is_left_out_by_the_rules_of_a_table_for_conflicts(place: Place) -> None:
    await place.run(
        "CREATE TABLE t (a TEXT UNIQUE ON CONFLICT IGNORE, b TEXT UNIQUE ON CONFLICT REPLACE)",
        "INSERT INTO t VALUES ('x', 'y'), ('X', 'Y')",
    )
    for name in ("a", "b"):
        plan = await preview(place, "t", change("set_type", column=name, db_type="TEXT", collation="NOCASE"))
        assert "may_fail" in {one.code for one in plan.warnings}
        with pytest.raises(AssertionError, match="UNIQUE constraint failed"):
            await run(place, plan)
        assert await rows_of(place, "*") == [["x", "y"], ["X", "Y"]]


@only("mysql")
async def test_a_column_that_divides_the_rows_is_not_dropped(place: Place) -> None:
    await place.run("CREATE TABLE {s}.t (id int, `a b` int) PARTITION BY HASH (`a b`) PARTITIONS 2")
    failed = await refusal(place, "t", change("drop_column", column="a b"))
    assert (failed.code, "partitions" in failed.message) == ("conflict", True)
    await alter(place, "t", change("drop_column", column="id"))
    await alter(place, "t", change("set_type", column="a b", db_type="bigint"))
