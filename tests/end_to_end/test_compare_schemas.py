"""Two schemas compared, proven by running the statements: nothing differs afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.compare import CompareSchemasRequest

from litebase.client import Client, RequestFailed
from tests.end_to_end.places import ENGINES, open_place
from tests.end_to_end.two_schemas import Two, one_of, open_two, told

pytestmark = pytest.mark.anyio

_AGAIN = "CREATE TABLE {s}.a (id integer PRIMARY KEY, n varchar(20))"


@pytest.fixture(params=ENGINES)
async def two(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two empty schemas of each engine in turn."""
    async with open_two(request.param, request, client, tmp_path) as made:
        yield made


def only(*engines: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("two", engines, indirect=True)


async def test_a_whole_schema_is_made_where_there_is_none(two: Two) -> None:
    s = "" if two.first.engine == "sqlite" else "{s}."
    await two.first.run(
        "CREATE TABLE {s}.a (id integer PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'x; y', CHECK (id > 0))",
        f"CREATE TABLE {{s}}.b (id integer PRIMARY KEY, a integer, CONSTRAINT f FOREIGN KEY (a) REFERENCES {s}a (id))",
        "CREATE INDEX {s}.by_n ON a (n)" if two.first.engine == "sqlite" else "CREATE INDEX by_n ON {s}.a (n)",
        f"CREATE VIEW {{s}}.v AS SELECT id FROM {s}a",
        f"CREATE VIEW {{s}}.u AS SELECT id FROM {s}v",
    )
    found = await two.alike()
    assert [(kind, name) for word, kind, name in told(found) if word == "missing"] == [
        ("table", "a"), ("table", "b"), ("view", "u"), ("view", "v"),
    ]  # fmt: skip
    assert not any(one.destructive for one in found.statements)
    assert not any(one.destructive for one in found.differences)
    back = await Two(two.other, two.first).compared()
    assert (back.differences, back.statements) == ([], [])


async def test_what_is_extra_is_dropped_and_marked_as_destructive(two: Two) -> None:
    s = "" if two.first.engine == "sqlite" else "{s}."
    await two.first.run("CREATE TABLE {s}.a (id integer PRIMARY KEY)")
    await two.other.run(
        "CREATE TABLE {s}.a (id integer PRIMARY KEY, gone integer)",
        f"CREATE TABLE {{s}}.b (id integer PRIMARY KEY, c integer, CONSTRAINT x FOREIGN KEY (id) REFERENCES {s}a (id))",
        f"CREATE VIEW {{s}}.v AS SELECT gone FROM {s}a",
    )
    found = await two.alike()
    assert told(found) == [("extra", "column", "gone"), ("extra", "table", "b"), ("extra", "view", "v")]
    for one in found.differences:
        assert (one.destructive, one.first) == (True, None)
        assert any(found.statements[at].destructive for at in one.statements)


async def test_each_side_of_a_column_is_told_and_rows_stay(two: Two) -> None:
    await two.first.run("CREATE TABLE {s}.a (id integer PRIMARY KEY, n varchar(30) NOT NULL DEFAULT 'q', m integer)")
    await two.other.run(_AGAIN, "INSERT INTO {s}.a VALUES (1, 'x'), (2, 'y')")
    found = await two.alike()
    assert told(found) == [("different", "column", "n"), ("missing", "column", "m")]
    properties = {one.name: (one.first, one.other) for one in one_of(found, "column", "n").properties}
    assert set(properties) == {"db_type", "nullable", "default"}
    assert properties["nullable"] == ("false", "true")
    assert "30" in (properties["db_type"][0] or "")
    assert "20" in (properties["db_type"][1] or "")
    rows = await two.other.rows(f"SELECT id, n, m FROM {two.other.quoted(two.other.schema_name)}.a ORDER BY id")
    assert [list(row) for row in rows] == [[1, "x", None], [2, "y", None]]
    assert not any(one.destructive for one in found.differences)


async def test_keys_are_changed_that_foreign_keys_of_others_refer_to(two: Two) -> None:
    s = "" if two.first.engine == "sqlite" else "{s}."
    child = f"CREATE TABLE {{s}}.b (id integer PRIMARY KEY, a TYPE, CONSTRAINT f FOREIGN KEY (a) REFERENCES {s}a (id)"
    await two.first.run(
        "CREATE TABLE {s}.a (id bigint, x integer, CONSTRAINT k PRIMARY KEY (id))",
        child.replace("TYPE", "bigint") + ")",
    )
    await two.other.run(
        "CREATE TABLE {s}.a (id integer, x integer, CONSTRAINT k PRIMARY KEY (id))",
        child.replace("TYPE", "integer") + " ON DELETE CASCADE)",
        "INSERT INTO {s}.a VALUES (1, 2)",
        "INSERT INTO {s}.b VALUES (3, 1)",
    )
    found = await two.alike()
    assert ("different", "column", "id") in told(found)
    assert not any("DROP CONSTRAINT" in one.sql and one.destructive for one in found.statements)


async def test_names_of_all_kinds_are_quoted(two: Two) -> None:
    assert (await two.compared()).differences == []
    q, s = two.first.quoted, "" if two.first.engine == "sqlite" else "{s}."
    table, key, column, view = q("Odd \"t`'.%s;"), q("select"), q('a.b "c`'), q("V.v'")
    for place, size in ((two.first, 30), (two.other, 20)):
        unique = f"CONSTRAINT {q('c.k')} UNIQUE ({key}, {column})"
        await place.run(
            f"CREATE TABLE {{s}}.{table} ({key} integer PRIMARY KEY, {column} varchar({size}), {unique})",
            f"CREATE VIEW {{s}}.{view} AS SELECT {column} FROM {s}{table}",
        )
    places = ("{s}.", "") if two.first.engine == "sqlite" else ("", "{s}.")
    await two.first.run(f"CREATE INDEX {places[0]}{q('I.x')} ON {places[1]}{table} ({column})")
    foreign = f"CONSTRAINT {q('f.k')} FOREIGN KEY (x) REFERENCES {s}{table} ({key})"
    await two.other.run(
        f"ALTER TABLE {{s}}.{table} ADD {q('x y')} integer",
        f"CREATE TABLE {{s}}.{q('Drop')} (x integer, {foreign})",
        f"CREATE VIEW {{s}}.{q('view')} AS SELECT x FROM {s}{q('Drop')}",
    )
    await two.alike()


async def test_a_view_becomes_a_table(two: Two) -> None:
    await two.first.run(_AGAIN)
    await two.other.run("CREATE VIEW {s}.a AS SELECT 1 AS id")
    assert told(await two.alike()) == [("extra", "view", "a"), ("missing", "table", "a")]


async def test_a_table_becomes_a_view(two: Two) -> None:
    await two.first.run("CREATE VIEW {s}.a AS SELECT 1 AS id")
    await two.other.run(_AGAIN)
    assert told(await two.alike()) == [("extra", "table", "a"), ("missing", "view", "a")]


async def test_a_schema_is_like_itself(two: Two) -> None:
    await two.first.run(_AGAIN)
    found = await Two(two.first, two.first).compared()
    assert (found.differences, found.statements, found.warnings) == ([], [], [])


@only("sqlite", "mysql")
async def test_columns_are_put_in_the_order_of_the_first(two: Two) -> None:
    await two.first.run("CREATE TABLE {s}.a (id integer PRIMARY KEY, x integer, y integer)")
    await two.other.run("CREATE TABLE {s}.a (y integer, id integer PRIMARY KEY, x integer)")
    (one,) = (await two.alike()).differences
    assert [(found.name, found.first, found.other) for found in one.properties] == [
        ("column_order", "id, x, y", "y, id, x")
    ]


async def test_what_is_not_there_is_told_by_name(two: Two, client: Client) -> None:
    there = two.first.connection_id
    for first, other, missing in ((two.first.schema_name, "none", "none"), ("nowhere", "none", "nowhere")):
        with pytest.raises(RequestFailed) as failed:
            await client.compare_schemas(
                CompareSchemasRequest(
                    connection_id=there, schema_name=first, other_connection_id=there, other_schema_name=other
                )
            )
        assert failed.value.code == "not_found"
        assert missing in failed.value.message
    with pytest.raises(RequestFailed) as failed:
        await client.compare_schemas(
            CompareSchemasRequest(
                connection_id=there, schema_name="x", other_connection_id="c999", other_schema_name="x"
            )
        )
    assert failed.value.code == "not_found"
    assert "c999" in failed.value.message


async def test_schemas_of_different_engines_are_refused(
    client: Client, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with (
        open_place("sqlite", request, client, tmp_path) as first,
        open_place("postgresql", request, client, tmp_path) as other,
    ):
        with pytest.raises(RequestFailed) as failed:
            await Two(first, other).compared()
    assert failed.value.code == "unsupported"
    assert "sqlite" in failed.value.message
    assert "postgresql" in failed.value.message


@only("sqlite")
async def test_what_only_sqlite_has(two: Two) -> None:
    await two.first.run(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT COLLATE NOCASE UNIQUE, CHECK (n <> ''))",
        "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "CREATE VIEW v AS SELECT n FROM a",
        "CREATE TRIGGER iv INSTEAD OF INSERT ON v BEGIN INSERT INTO a (n) VALUES (NEW.n); END",
        "CREATE VIRTUAL TABLE f USING fts5 (x)",
    )
    await two.other.run(
        "CREATE TABLE A (ID INTEGER PRIMARY KEY, n TEXT NOT NULL)",
        "CREATE TABLE w (k TEXT PRIMARY KEY, v)",
        "CREATE VIEW v AS SELECT n FROM a",
        "CREATE TRIGGER iv INSTEAD OF INSERT ON v BEGIN INSERT INTO a (n) VALUES (NEW.n); END",
        "INSERT INTO a VALUES (5, 'x')",
        "INSERT INTO w VALUES ('y', 6)",
    )
    await two.alike()
    await two.other.run("INSERT INTO v VALUES ('z')")
    assert [list(row) for row in await two.other.rows("SELECT * FROM a")] == [[5, "x"], [6, "z"]]


@only("sqlite")
async def test_a_virtual_table_that_differs_is_left_as_it_is(two: Two) -> None:
    await two.first.run("CREATE VIRTUAL TABLE f USING fts5 (x)")
    await two.other.run("CREATE VIRTUAL TABLE f USING fts5 (x, y)")
    found = await two.compared()
    assert told(found) == [("different", "virtual_table", "f")]
    assert [one.code for one in found.warnings] == ["not_mended"]
    assert found.statements == []
