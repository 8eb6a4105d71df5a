"""Schemas made alike, with what only servers have: sequences, routines, triggers, comments, types, partitions."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from litebase.client import Client
from tests.end_to_end.two_schemas import Two, one_of, open_two, told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pg(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two schemas of PostgreSQL."""
    async with open_two("postgresql", request, client, tmp_path) as made:
        yield made


@pytest.fixture
async def my(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two databases of MySQL or MariaDB."""
    async with open_two("mysql", request, client, tmp_path) as made:
        yield made


_FUNCTION = "CREATE FUNCTION {{s}}.f(x integer) RETURNS {0} LANGUAGE sql AS 'SELECT x{1}::{0}'"
_TRIGGER_FUNCTION = "CREATE FUNCTION {s}.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


async def test_everything_of_postgresql_is_made_again(pg: Two) -> None:
    place = pg.first.quoted(pg.first.schema_name).replace("'", "''")
    await pg.first.run(
        "CREATE TYPE {s}.mood AS ENUM ('good', 'bad')",
        "CREATE SEQUENCE {s}.counter INCREMENT BY 5 MINVALUE -7 CYCLE",
        _FUNCTION.format("integer", " + 1"),
        _TRIGGER_FUNCTION,
        "CREATE TABLE {s}.a (id serial PRIMARY KEY, m {s}.mood DEFAULT 'good',"
        f" n bigint DEFAULT nextval('{place}.counter'),"
        ' i integer GENERATED ALWAYS AS IDENTITY, c integer CHECK ({s}.f(c) > 0), t text COLLATE "C")',
        "CREATE TABLE {s}.b (id integer PRIMARY KEY, a integer REFERENCES {s}.a (id) ON DELETE SET NULL)",
        "CREATE TRIGGER tr BEFORE INSERT ON {s}.a FOR EACH ROW EXECUTE FUNCTION {s}.tf()",
        "CREATE MATERIALIZED VIEW {s}.mv AS SELECT id, {s}.f(c) AS f FROM {s}.a",
        "CREATE UNIQUE INDEX by_id ON {s}.mv (id)",
        "CREATE INDEX by_lower ON {s}.a (lower(t)) WHERE t <> ''",
        "COMMENT ON TABLE {s}.a IS 'a; table'",
        "COMMENT ON COLUMN {s}.a.t IS 'it''s'",
    )
    await pg.alike()
    assert (await Two(pg.other, pg.first).compared()).differences == []


async def test_everything_of_postgresql_is_changed_and_dropped(pg: Two) -> None:
    same = ["CREATE TABLE {s}.a (id integer PRIMARY KEY, n integer, o text)", _TRIGGER_FUNCTION]
    await pg.first.run(
        *same,
        "CREATE SEQUENCE {s}.counter INCREMENT BY 5 MINVALUE -7",
        _FUNCTION.format("integer", " + 1"),
        "CREATE VIEW {s}.v AS SELECT id, {s}.f(n) AS f FROM {s}.a",
        "CREATE TRIGGER tr BEFORE INSERT ON {s}.a FOR EACH ROW EXECUTE FUNCTION {s}.tf()",
        "CREATE INDEX one ON {s}.a (n)",
        "COMMENT ON INDEX {s}.one IS 'new'",
    )
    await pg.other.run(
        *same,
        "ALTER TABLE {s}.a ALTER n TYPE text, ADD x integer",
        "CREATE TYPE {s}.gone AS ENUM ('x')",
        "CREATE SEQUENCE {s}.counter CYCLE",
        "CREATE SEQUENCE {s}.extra",
        _FUNCTION.format("bigint", ""),
        "CREATE FUNCTION {s}.g() RETURNS SETOF {s}.a LANGUAGE plpgsql AS 'BEGIN RETURN; END'",
        "CREATE VIEW {s}.v AS SELECT id, {s}.f(x) AS f, o FROM {s}.a",
        "CREATE VIEW {s}.w AS SELECT f FROM {s}.v",
        "CREATE TABLE {s}.c (one {s}.gone, id serial)",
        "CREATE TRIGGER tr AFTER UPDATE ON {s}.a FOR EACH ROW EXECUTE FUNCTION {s}.tf()",
        "CREATE INDEX one ON {s}.a (n)",
        "COMMENT ON TABLE {s}.a IS 'old'",
        "INSERT INTO {s}.a VALUES (1, '2', 'x', 3)",
    )
    found = await pg.alike()
    assert one_of(found, "function", "f").first != one_of(found, "function", "f").other
    assert not one_of(found, "view", "v").destructive
    assert one_of(found, "view", "w").destructive
    assert [list(row) for row in await pg.other.rows('SELECT * FROM "other".a')] == [[1, 2, "x"]]


async def test_a_routine_that_is_called_as_before_is_replaced_in_its_place(pg: Two) -> None:
    await pg.first.run(_FUNCTION.format("integer", " + 1"), "COMMENT ON FUNCTION {s}.f IS 'one more'")
    await pg.other.run(
        _FUNCTION.format("integer", ""), "CREATE TABLE {s}.a (x integer CHECK ({s}.f(x) > 0))",
        "CREATE VIEW {s}.v AS SELECT {s}.f(1)",
    )  # fmt: skip
    await pg.first.run("CREATE TABLE {s}.a (x integer CHECK ({s}.f(x) > 0))", "CREATE VIEW {s}.v AS SELECT {s}.f(1)")
    found = await pg.alike()
    assert told(found) == [("different", "function", "f")]
    assert not any("DROP" in one.sql for one in found.statements)


async def test_indexes_of_two_tables_exchange_their_names(pg: Two) -> None:
    for place, (one, two) in ((pg.first, ("i", "j")), (pg.other, ("j", "i"))):
        await place.run(
            "CREATE TABLE {s}.a (x integer)", "CREATE TABLE {s}.b (x integer)",
            f"CREATE INDEX {one} ON {{s}}.a (x)", f"CREATE INDEX {two} ON {{s}}.b (x)",
        )  # fmt: skip
    await pg.alike()


async def test_what_postgresql_does_not_change_is_told(pg: Two) -> None:
    columns = ["a integer", "b integer"]
    for place, values, order in ((pg.first, "'x', 'y'", columns), (pg.other, "'x'", columns[::-1])):
        await place.run(f"CREATE TYPE {{s}}.e AS ENUM ({values})", f"CREATE TABLE {{s}}.t ({', '.join(order)})")
    await pg.first.run("CREATE TABLE {s}.s (x integer)", "ALTER TABLE {s}.s SET (fillfactor = 70)")
    await pg.other.run("CREATE TABLE {s}.s (x integer)")
    found = await pg.compared()
    assert told(found) == [("different", "table", "s"), ("different", "type", "e")]
    assert sorted((one.code, one.object and one.object.name) for one in found.warnings) == [
        ("column_order", "t"), ("not_mended", "e"), ("not_mended", "s"),
    ]  # fmt: skip
    assert found.statements == []


async def test_partitions_are_compared_as_a_whole(pg: Two) -> None:
    for place, kind in ((pg.first, "integer"), (pg.other, "bigint")):
        await place.run(
            f"CREATE TABLE {{s}}.p (x integer, y {kind}) PARTITION BY LIST (x)",
            "CREATE TABLE {s}.p1 PARTITION OF {s}.p FOR VALUES IN (1)",
        )
    await pg.first.run(
        "CREATE TABLE {s}.q (x integer) PARTITION BY LIST (x)",
        "CREATE TABLE {s}.q1 PARTITION OF {s}.q FOR VALUES IN (1)",
    )
    found = await pg.compared()
    assert [one.code for one in found.warnings] == ["partitions", "partitions"]
    assert [one.statements for one in found.differences if one.difference == "different"] == [[], []]
    await pg.run(found)
    left = await pg.compared()
    assert told(left) == [("different", "table", "p"), ("different", "table", "p1")]


_ROUTINE = "CREATE PROCEDURE {s}.p(x int) BEGIN SELECT x + {n}; SELECT 2; END"


async def test_everything_of_mysql_is_made_and_changed(my: Two) -> None:
    await my.first.run(
        "CREATE TABLE {s}.a (id int AUTO_INCREMENT PRIMARY KEY, n varchar(20) CHARACTER SET latin1 COMMENT 'it''s',"
        " at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP) COMMENT 'a; table'",
        "CREATE TABLE {s}.l (x varchar(10), y varchar(5) CHARACTER SET utf8mb4) DEFAULT CHARSET latin1",
        _ROUTINE.replace("{n}", "1"),
        "CREATE FUNCTION {s}.f() RETURNS int DETERMINISTIC RETURN 1",
        "CREATE VIEW {s}.v AS SELECT id, {s}.f() AS f FROM {s}.a",
        "CREATE TRIGGER {s}.t BEFORE INSERT ON {s}.a FOR EACH ROW SET NEW.n = 'x'",
        "CREATE EVENT {s}.e ON SCHEDULE EVERY 1 DAY DO DELETE FROM {s}.a",
    )
    await my.other.run(
        "CREATE TABLE {s}.a (id int PRIMARY KEY, n varchar(20), at timestamp NULL)",
        "CREATE TABLE {s}.l (x varchar(10), y varchar(5)) DEFAULT CHARSET utf8mb4",
        _ROUTINE.replace("{n}", "2"),
        "CREATE FUNCTION {s}.g() RETURNS int DETERMINISTIC RETURN 1",
        "CREATE VIEW {s}.v AS SELECT id, {s}.g() AS f FROM {s}.a",
        "CREATE TRIGGER {s}.t BEFORE INSERT ON {s}.a FOR EACH ROW SET NEW.n = 'y'",
    )
    found = await my.alike()
    assert ("different", "procedure", "p") in told(found)
    assert {one.name for one in one_of(found, "column", "at").properties} == {"nullable", "default", "on_update"}
    assert (await Two(my.other, my.first).compared()).differences == []


async def test_a_database_of_mysql_gets_the_character_set(my: Two) -> None:
    await my.first.run("ALTER DATABASE {s} CHARACTER SET latin1")
    assert told(await my.alike()) == [("different", "schema", "other")]


async def test_partitions_of_mysql_are_left_as_they_are(my: Two) -> None:
    for place, count in ((my.first, 2), (my.other, 3)):
        await place.run(f"CREATE TABLE {{s}}.p (x int) PARTITION BY HASH (x) PARTITIONS {count}")
    found = await my.compared()
    assert (told(found), found.statements) == ([("different", "table", "p")], [])
    assert [one.code for one in found.warnings] == ["not_mended"]
