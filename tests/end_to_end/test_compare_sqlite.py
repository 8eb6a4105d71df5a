"""What the statements of `compare_schemas` must never do in SQLite: touch another database, or rows of other tables."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.compare import CompareSchemasRequest

from litebase.client import Client
from tests.end_to_end.places import Place, open_place
from tests.end_to_end.two_schemas import Two, one_of, open_two, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lite(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two files of SQLite."""
    async with open_two("sqlite", request, client, tmp_path) as made:
        yield made


async def test_comments_at_the_end_of_texts_take_nothing_of_the_script(lite: Two) -> None:
    await lite.first.run(
        "CREATE TABLE a (x)",
        "CREATE INDEX i ON a (x) -- why\n;",
        "CREATE VIEW v AS SELECT x FROM a -- because\n;",
        "CREATE VIEW w AS SELECT 1 AS x /* so */;",
    )
    await lite.alike()


async def test_what_an_attached_database_gets_is_not_made_in_main(
    request: pytest.FixtureRequest, client: Client, tmp_path: Path
) -> None:
    async with open_place("sqlite", request, client, tmp_path, "file") as file:
        await file.disconnect()
        target = file.target.model_copy(update={"init_sql": f"ATTACH '{tmp_path}/aside.db' AS aside"})
        await file.connect(target)
        for sql in (
            "CREATE TABLE a (x)",
            "CREATE INDEX i ON a (x) /* why */",
            "CREATE VIEW v AS SELECT x FROM a /* so */",
            "CREATE VIEW w AS SELECT main.a.x, 'main.a' AS y FROM main.a",
        ):
            await file.run(f"{sql};")
        made = await file.all_there_is()
        request_one = CompareSchemasRequest(
            connection_id=file.connection_id, schema_name="main",
            other_connection_id=file.connection_id, other_schema_name="aside",
        )  # fmt: skip
        found = await client.compare_schemas(request_one)
        await Two(file, file).run(found)
        assert (await client.compare_schemas(request_one)).differences == []
        assert await file.all_there_is() == made


async def _check_keys(place: Place) -> None:
    """Let foreign keys be checked in all sessions."""
    await place.disconnect()
    await place.connect(place.target.model_copy(update={"init_sql": "PRAGMA foreign_keys = ON"}))


async def test_rows_that_refer_to_a_table_that_is_dropped_stay(lite: Two) -> None:
    child = "CREATE TABLE child (id INTEGER PRIMARY KEY, up INTEGER REFERENCES parent (id) ON DELETE CASCADE)"
    await lite.first.run(child)
    await _check_keys(lite.other)
    await lite.other.run(
        child, "CREATE TABLE parent (id INTEGER PRIMARY KEY)", "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (2, 1)",
    )  # fmt: skip
    found = await lite.alike()
    assert [one.code for one in found.warnings] == ["uses_settings"]
    assert [list(row) for row in await lite.other.rows("SELECT * FROM child")] == [[2, 1]]


async def test_tables_that_refer_to_one_another_are_dropped_in_any_order(lite: Two) -> None:
    await _check_keys(lite.other)
    await lite.other.run(
        "CREATE TABLE child (up INTEGER REFERENCES parent (id))", "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "INSERT INTO parent VALUES (1)", "INSERT INTO child VALUES (1)",
    )  # fmt: skip
    await lite.alike()


async def test_values_that_become_generated_ones_are_said_to_be_gone(lite: Two) -> None:
    await lite.first.run("CREATE TABLE a (id INTEGER, n INTEGER GENERATED ALWAYS AS (id + 1) STORED)")
    await lite.other.run("CREATE TABLE a (id INTEGER, n INTEGER)", "INSERT INTO a VALUES (1, 7)")
    found = await lite.alike()
    assert one_of(found, "column", "n").destructive
    assert "loses_data" in {one.code for one in found.warnings}


async def test_only_letters_of_ascii_have_two_cases_in_names(lite: Two) -> None:
    await lite.first.run('CREATE TABLE "Ä" (x)', 'CREATE TABLE "ä" (y)', "CREATE TABLE B (x)")
    await lite.other.run('CREATE TABLE "ä" (y)', "CREATE TABLE b (x)")
    assert told(await lite.alike()) == [("missing", "table", "Ä")]
