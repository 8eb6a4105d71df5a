"""A copied table has the structure of its source, or goes into a table that is there."""

import sys

import pytest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.copies import CopyTableRequest

from litebase.client import Client
from tests.end_to_end.test_copies import ENGINES, Side, Sides, copy, failure, pair, sides

__all__ = ["pair", "sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]


_STRUCTURE = {
    "postgresql": (
        "CREATE TABLE copy_parent (id int PRIMARY KEY)",
        "CREATE TABLE copy_source (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "parent int REFERENCES copy_parent (id) ON DELETE CASCADE, name varchar(40) NOT NULL UNIQUE, n int DEFAULT 5, "
        "twice int GENERATED ALWAYS AS (n * 2) STORED, CHECK (n > 0))",
        "CREATE INDEX copy_by_n ON copy_source (n DESC, name)",
        "INSERT INTO copy_parent VALUES (1)",
        "INSERT INTO copy_source (parent, name, n) VALUES (1, 'a', 1), (NULL, 'b', 2)",
    ),
    "mysql": (
        "CREATE TABLE copy_parent (id int PRIMARY KEY)",
        "CREATE TABLE copy_source (id bigint AUTO_INCREMENT PRIMARY KEY, parent int, name varchar(40) NOT NULL UNIQUE, "
        "n int DEFAULT 5, twice int GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT copy_fk FOREIGN KEY (parent) "
        "REFERENCES copy_parent (id) ON DELETE CASCADE, CHECK (n > 0), KEY copy_by_n (n DESC, name))",
        "INSERT INTO copy_parent VALUES (1)",
        "INSERT INTO copy_source (parent, name, n) VALUES (1, 'a', 1), (NULL, 'b', 2)",
    ),
    "sqlite": (
        "CREATE TABLE copy_parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE copy_source (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES copy_parent (id) "
        "ON DELETE CASCADE, name VARCHAR(40) NOT NULL UNIQUE, n INTEGER DEFAULT 5, "
        "twice INTEGER GENERATED ALWAYS AS (n * 2) STORED, CHECK (n > 0))",
        "CREATE INDEX copy_by_n ON copy_source (n DESC, name)",
        "INSERT INTO copy_parent VALUES (1)",
        "INSERT INTO copy_source (parent, name, n) VALUES (1, 'a', 1), (NULL, 'b', 2)",
    ),
}


async def test_a_new_table_has_the_keys_and_indexes_of_its_source(pair: tuple[Side, Side]) -> None:
    source, target = pair
    same_place = source.engine == target.engine != "sqlite"
    await source.run(*_STRUCTURE[source.engine])
    if not same_place:
        number = "BIGINT" if source.engine == "sqlite" else "INTEGER"  # MySQL wants the same one at both ends
        await target.run(f"CREATE TABLE copy_parent (id {number} PRIMARY KEY)", "INSERT INTO copy_parent VALUES (1)")
    answer = await copy(source, target)
    assert answer.rows == 2
    made = await target.described("copy_target")
    assert [one.name for one in made.columns] == ["id", "parent", "name", "n", "twice"]
    assert [one.columns for one in made.keys if one.primary] == [["id"]]
    assert [one.nullable for one in made.columns if one.name in ("name", "n")] == [False, True]
    assert [
        [part.column for part in one.parts] for one in made.indexes if not one.unique and one.parts[0].column == "n"
    ]
    assert any(one.unique and [part.column for part in one.parts] == ["name"] for one in made.indexes)
    (key,) = made.foreign_keys
    assert (key.columns, key.referenced_table.name, key.on_delete) == (["parent"], "copy_parent", "cascade")
    assert {(one.column, one.code) for one in answer.warnings} >= {("twice", "left_out")}
    assert await target.rows("SELECT id, name, n, twice FROM copy_target ORDER BY id") == [
        [1, "a", 1, 2],
        [2, "b", 2, 4],
    ]
    await target.query("INSERT INTO copy_target (name) VALUES ('c')")  # the database numbers it
    assert await target.rows("SELECT max(id) FROM copy_target") == [[3]]


async def test_a_foreign_key_to_a_table_that_is_not_there_is_a_warning(pair: tuple[Side, Side]) -> None:
    source, target = pair
    if source.engine == target.engine != "sqlite":
        pytest.skip("the table is there")
    await source.run(*_STRUCTURE[source.engine])
    answer = await copy(source, target)
    assert answer.rows == 2
    assert any("copy_parent" in one.message and one.code == "left_out" for one in answer.warnings)
    assert not (await target.described("copy_target")).foreign_keys


async def test_an_existing_table_gets_rows_by_the_names_of_columns(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await source.run(
        "CREATE TABLE copy_source (id INTEGER PRIMARY KEY, a VARCHAR(20), b INTEGER)",
        "INSERT INTO copy_source VALUES (1, 'x', 10), (2, NULL, NULL)",
    )
    await target.run(
        "CREATE TABLE copy_target (b INTEGER, more INTEGER DEFAULT 9, id INTEGER PRIMARY KEY, a VARCHAR(20))"
    )
    refused = await failure(copy(source, target))
    assert refused.code == "conflict"
    answer = await copy(source, target, structure="existing")
    assert (answer.rows, answer.created) == (2, False)
    assert await target.rows("SELECT id, a, b, more FROM copy_target ORDER BY id") == [
        [1, "x", 10, 9],
        [2, None, None, 9],
    ]
    again = await failure(copy(source, target, structure="existing"))
    assert again.code == "row_rejected"
    assert "Row 1" in again.message
    assert "No row is in" in again.message
    await source.run("INSERT INTO copy_source VALUES (3, 'new', 3)", "UPDATE copy_source SET a = 'y' WHERE id = 1")
    skipped = await copy(source, target, structure="existing", mode="skip")
    assert (skipped.rows, skipped.skipped) == (1, 2)
    await copy(source, target, structure="existing", mode="upsert", columns=["id", "a"])
    assert await target.rows("SELECT id, a FROM copy_target ORDER BY id") == [[1, "y"], [2, None], [3, "new"]]
    await source.run("DELETE FROM copy_source WHERE id < 3")
    assert (await copy(source, target, structure="as_needed", mode="replace")).rows == 1
    assert await target.rows("SELECT id, a FROM copy_target") == [[3, "new"]]


async def test_what_cannot_be_is_refused_before_anything_is_done(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await source.run("CREATE TABLE copy_source (id INTEGER PRIMARY KEY, a VARCHAR(20))")
    await target.run("CREATE TABLE copy_target (id INTEGER PRIMARY KEY)")
    missing = await failure(copy(source, target, structure="existing"))
    assert (missing.code, "'a'" in missing.message) == ("invalid_message", True)
    assert (await failure(copy(source, target, "nowhere"))).code == "not_found"
    assert (await failure(copy(source, target, to="copy_back", structure="existing"))).code == "not_found"
    unknown = await failure(copy(source, target, structure="existing", columns=["id", "zz"]))
    assert (unknown.code, "zz" in unknown.message) == ("invalid_message", True)
    itself = await failure(copy(source, source, to="copy_source", structure="existing"))
    assert (itself.code, "same table" in itself.message) == ("conflict", True)
    planned = await copy(source, target, to="copy_back", dry_run=True)
    assert planned.created
    assert (planned.read, planned.rows) == (0, 0)
    assert any("CREATE TABLE" in one for one in planned.statements)
    assert (await failure(copy(source, target, "copy_source", "copy_back", structure="existing"))).code == "not_found"


async def test_the_same_table_through_another_connection_is_refused(sides: Sides) -> None:
    for engine in ENGINES:
        one, two = await sides.open(engine), await sides.open(engine)
        await one.clear()
        await one.run("CREATE TABLE copy_source (id INTEGER PRIMARY KEY)")
        refused = await failure(copy(one, two, to="copy_source", structure="existing"))
        assert (refused.code, "same table" in refused.message) == ("conflict", True), engine
        await one.clear()


async def test_a_table_is_copied_within_its_connection_and_from_a_view(sides: Sides) -> None:
    for engine in ENGINES:
        one = await sides.open(engine)
        await one.clear()
        await one.run(
            "CREATE TABLE copy_source (id INTEGER PRIMARY KEY, a VARCHAR(20))",
            "INSERT INTO copy_source VALUES (1, 'x'), (2, 'y')",
            "CREATE INDEX copy_by_a ON copy_source (a)",
            "CREATE VIEW copy_view AS SELECT id, a FROM copy_source WHERE id > 1",
        )
        assert (await copy(one, one)).rows == 2
        assert len((await one.described("copy_target")).indexes) >= 1
        answer = await one.client.copy_table(
            CopyTableRequest(
                connection_id=one.connection_id,
                object=one.ref("copy_view", "view"),
                target_connection_id=one.connection_id,
                target=one.ref("copy_back"),
            )
        )
        assert answer.rows == 1
        assert await one.rows("SELECT id, a FROM copy_back") == [[2, "y"]]
        await one.clear()


async def test_a_database_in_memory_is_copied_out_of_and_within(sides: Sides, client: Client) -> None:
    opened = await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
    memory, file = Side(client, opened.connection_id, "sqlite", "main"), await sides.open("sqlite")
    await memory.run("CREATE TABLE copy_source (id INTEGER PRIMARY KEY, a)", "INSERT INTO copy_source VALUES (1, 'x')")
    assert (await copy(memory, memory)).rows == 1
    assert (await copy(memory, file)).rows == 1
    assert (await copy(file, memory, "copy_target", "copy_back")).rows == 1
    assert await memory.rows("SELECT * FROM copy_back") == [[1, "x"]]
    await client.db_disconnect(DbDisconnectRequest(connection_id=memory.connection_id))


async def test_a_connection_that_is_read_only_is_a_source_and_no_target(sides: Sides) -> None:
    for engine in ENGINES:
        one = await sides.open(engine)
        await one.clear()
        await one.run("CREATE TABLE copy_source (id INTEGER PRIMARY KEY)", "INSERT INTO copy_source VALUES (1)")
        if engine == "sqlite":
            opened = await one.client.db_connect(SqliteTarget(engine="sqlite", path=one.target.path, mode="read_only"))
            reading = Side(one.client, opened.connection_id, engine, "main")
        else:
            reading = await sides.open(engine, read_only=True)
        assert (await failure(copy(one, reading))).code == "read_only"
        assert (await copy(reading, one)).rows == 1
        await one.clear()


async def test_a_sequence_of_an_existing_target_stays_and_is_told(sides: Sides) -> None:
    source, target = await sides.open("postgresql"), await sides.open("postgresql")
    await source.clear()
    await source.run(
        "CREATE TABLE copy_source (id int PRIMARY KEY, t text)",
        "INSERT INTO copy_source VALUES (1, 'a'), (7, 'b')",
        "CREATE TABLE copy_target (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text)",
        "CREATE TABLE copy_back (id serial PRIMARY KEY, t text)",
    )
    for to in ("copy_target", "copy_back"):
        answer = await copy(source, target, to=to, structure="existing")
        ((code, column, message),) = ((one.code, one.column, one.message) for one in answer.warnings)
        assert (code, column) == ("next_number", "id")
        assert (await failure(target.query(f"INSERT INTO {to} (t) VALUES ('c')"))).code == "query_failed"
        await target.query(message[message.index("SELECT ") :])
        assert await target.rows(f"INSERT INTO {to} (t) VALUES ('c') RETURNING id") == [[8]]
        assert (await copy(source, target, to=to, structure="existing", columns=["t"])).warnings == []
    await source.clear()
