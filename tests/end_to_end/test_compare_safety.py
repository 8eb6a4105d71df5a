"""What the statements of `compare_schemas` must never do: touch the first schema, others, or what only is not seen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.compare import CompareSchemasRequest

from litebase.client import Client, RequestFailed
from tests.end_to_end.two_schemas import Two, one_of, open_two, told
from tools.services import PASSWORD

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pg(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two schemas of PostgreSQL, the first with a plain name, which texts have without quotes."""
    async with open_two("postgresql", request, client, tmp_path, "first") as made:
        yield made


@pytest.fixture
async def my(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Two]:
    """Two databases of MySQL or MariaDB."""
    async with open_two("mysql", request, client, tmp_path, "first") as made:
        yield made


# PostgreSQL


async def test_what_tables_and_types_bring_along_is_not_made_in_the_first_schema(pg: Two) -> None:
    await pg.first.run(
        "CREATE TABLE {s}.before (id integer GENERATED ALWAYS AS IDENTITY, a integer, b integer)",
        "ALTER TABLE {s}.before RENAME TO t",
        "CREATE STATISTICS {s}.st ON a, b FROM {s}.t",
        "CREATE TYPE {s}.r AS RANGE (SUBTYPE = float8)",
        "CREATE TABLE {s}.u (one {s}.r)",
    )
    await pg.alike()
    await pg.other.run("ALTER TABLE {s}.t ALTER id DROP IDENTITY")
    await pg.other.run("ALTER TABLE {s}.t ALTER id ADD GENERATED ALWAYS AS IDENTITY")
    assert told(await pg.compared()) == []


async def test_how_an_identity_counts_is_told_where_it_is_not_changed(pg: Two) -> None:
    await pg.first.run("CREATE TABLE {s}.t (x bigint, id integer GENERATED ALWAYS AS IDENTITY (START 5))")
    await pg.other.run("CREATE TABLE {s}.t (x integer)")
    found = await pg.compared()
    assert "not_mended" in {one.code for one in found.warnings}
    await pg.run(found)
    assert told(await pg.compared()) == [("different", "table", "t")]


async def test_a_table_that_somebody_has_locked_is_neither_missing_nor_extra(pg: Two) -> None:
    for place in (pg.first, pg.other):
        await place.run("CREATE TABLE {s}.t (id serial PRIMARY KEY)", "CREATE INDEX i ON {s}.t (id)")
    await pg.other.run(
        "CREATE FUNCTION {s}.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER tr BEFORE INSERT ON {s}.t FOR EACH ROW EXECUTE FUNCTION {s}.f()",
    )
    await pg.first.run("BEGIN", "LOCK TABLE {s}.t IN ACCESS EXCLUSIVE MODE")
    try:
        for one, kinds in ((pg, ["extra"]), (Two(pg.other, pg.first), ["missing"])):
            found = await one.compared()
            assert told(found) == [(kinds[0], "function", "f")]
            assert "t" in {left.object and left.object.name for left in found.not_compared}
        request = CompareSchemasRequest(
            connection_id=pg.first.connection_id, schema_name="first",
            other_connection_id=pg.other.connection_id, other_schema_name="other", timeout_ms=200,
        )  # fmt: skip
        with pytest.raises(RequestFailed) as failed:
            await pg.first.client.compare_schemas(request)
        assert failed.value.code == "timeout"
    finally:
        await pg.first.run("ROLLBACK")


async def test_a_view_that_cannot_be_made_again_is_not_dropped(pg: Two) -> None:
    for place, kind in ((pg.first, "bigint"), (pg.other, "integer")):
        await place.run(f"CREATE TABLE {{s}}.t (x {kind})", "CREATE VIEW {s}.v AS SELECT x FROM {s}.t")
    await pg.first.run("BEGIN", "LOCK TABLE {s}.v IN ACCESS EXCLUSIVE MODE")
    try:
        found = await pg.compared()
        assert "v" in {left.object and left.object.name for left in found.not_compared}
        assert not any("VIEW" in one.sql for one in found.statements)
    finally:
        await pg.first.run("ROLLBACK")


async def test_a_partition_that_stays_keeps_its_table(pg: Two) -> None:
    await pg.first.run("CREATE TABLE {s}.a1 (x integer)")
    await pg.other.run(
        "CREATE TABLE {s}.p (x integer) PARTITION BY LIST (x)",
        "CREATE TABLE {s}.a1 PARTITION OF {s}.p FOR VALUES IN (1)",
        "CREATE TABLE {s}.q (x integer) PARTITION BY LIST (x)",
        "CREATE TABLE {s}.b1 PARTITION OF {s}.q FOR VALUES IN (1)",
    )
    found = await pg.compared()
    assert {one.object.name: len(one.statements) for one in found.differences} == {"a1": 0, "p": 0, "q": 1, "b1": 1}
    assert [one.code for one in found.warnings] == ["partitions", "partitions"]
    await pg.run(found)
    assert told(await pg.compared()) == [("different", "table", "a1"), ("extra", "table", "p")]


async def test_a_partition_is_not_made_where_its_table_is_another_one(pg: Two) -> None:
    for place, kind in ((pg.first, "integer"), (pg.other, "bigint")):
        await place.run(f"CREATE TABLE {{s}}.p (x integer, y {kind}) PARTITION BY LIST (x)")
    await pg.first.run("CREATE TABLE {s}.p1 PARTITION OF {s}.p FOR VALUES IN (1)")
    found = await pg.compared()
    assert found.statements == []
    assert sorted((one.code, one.object and one.object.name) for one in found.warnings) == [
        ("partitions", "p"), ("partitions", "p1"),
    ]  # fmt: skip


async def test_a_sequence_is_given_to_another_column_before_its_table_is_dropped(pg: Two) -> None:
    await pg.first.run(
        "CREATE TABLE {s}.a (id integer, n integer)", "CREATE SEQUENCE {s}.one OWNED BY {s}.a.id",
        "CREATE SEQUENCE {s}.two",
    )  # fmt: skip
    await pg.other.run(
        "CREATE TABLE {s}.a (id integer)", "CREATE TABLE {s}.b (id integer)",
        "CREATE SEQUENCE {s}.one OWNED BY {s}.b.id", "CREATE SEQUENCE {s}.two OWNED BY {s}.b.id",
        "SELECT nextval('{s}.two')",
    )  # fmt: skip
    await pg.alike()
    assert [list(row) for row in await pg.other.rows("SELECT nextval('other.two')")] == [[2]]


async def test_names_in_strings_and_bodies_stay_and_are_told(pg: Two) -> None:
    await pg.first.run(
        "CREATE TABLE {s}.t (id integer)",
        "CREATE FUNCTION {s}.f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM first.t'",
        "CREATE FUNCTION {s}.g() RETURNS bigint LANGUAGE sql SET search_path TO first AS 'SELECT count(*) FROM t'",
        "CREATE VIEW {s}.v AS SELECT 'first.t'::text AS x, first.t FROM pg_catalog.generate_series(1, 2) first (t)",
    )
    found = await pg.alike()
    named = {one.object and one.object.name for one in found.warnings if one.code == "names_first"}
    assert named == {"f", "v"}
    await pg.other.run("INSERT INTO {s}.t VALUES (1)")
    assert [list(row) for row in await pg.other.rows("SELECT other.f(), other.g()")] == [[0, 1]]


async def test_a_routine_makes_room_for_one_that_is_called_in_the_same_way(pg: Two) -> None:
    body = "LANGUAGE sql AS 'SELECT 1'"
    await pg.first.run(
        f"CREATE FUNCTION {{s}}.f(b integer) RETURNS integer {body}", f"CREATE PROCEDURE {{s}}.p() {body}",
        f"CREATE FUNCTION {{s}}.o(x text) RETURNS integer {body}",
    )  # fmt: skip
    await pg.other.run(
        f"CREATE FUNCTION {{s}}.f(a integer) RETURNS integer {body}",
        f"CREATE FUNCTION {{s}}.p() RETURNS integer {body}",
        f"CREATE FUNCTION {{s}}.o(x integer) RETURNS integer {body}", "CREATE VIEW {s}.v AS SELECT {s}.f(1)",
    )  # fmt: skip
    await pg.alike()


async def test_a_table_takes_the_name_of_a_sequence_or_of_a_type(pg: Two) -> None:
    await pg.first.run("CREATE TABLE {s}.a (x integer)", "CREATE TABLE {s}.b (x integer)")
    await pg.other.run("CREATE SEQUENCE {s}.a", "CREATE TYPE {s}.b AS ENUM ('x')")
    await pg.alike()


async def test_parts_of_a_table_are_none_of_a_routine_or_a_trigger_of_its_name(pg: Two) -> None:
    function = "CREATE FUNCTION {s}.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    for place in (pg.first, pg.other):
        await place.run(function, "CREATE TABLE {s}.t (x integer)", "CREATE TABLE {s}.u (x integer)")
        await place.run("CREATE TRIGGER t BEFORE INSERT ON {s}.u FOR EACH ROW EXECUTE FUNCTION {s}.t()")
    await pg.first.run("CREATE INDEX i ON {s}.t (x)")
    await pg.other.run(
        "CREATE TRIGGER gone BEFORE INSERT ON {s}.u FOR EACH ROW EXECUTE FUNCTION {s}.t()",
        "CREATE FUNCTION {s}.u() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    )
    assert told(await pg.alike()) == [
        ("extra", "function", "u"),
        ("extra", "trigger", "gone"),
        ("missing", "index", "i"),
    ]


async def test_an_extension_is_not_made_for_another_schema_nor_dropped(pg: Two) -> None:
    await pg.first.run("CREATE EXTENSION citext SCHEMA {s}")
    try:
        for one, kind in ((pg, "missing"), (Two(pg.other, pg.first), "extra")):
            found = await one.compared()
            assert (told(found), found.statements) == ([(kind, "extension", "citext")], [])
            assert [one.code for one in found.warnings] == ["not_mended"]
    finally:
        await pg.first.run("DROP EXTENSION citext")


async def test_the_comment_of_a_schema_is_changed_and_taken_away(pg: Two) -> None:
    await pg.first.run("COMMENT ON SCHEMA {s} IS 'its IS a; \\ comment'")
    assert told(await pg.alike()) == [("different", "schema", "other")]
    assert told(await Two(pg.other, pg.first).compared()) == []
    await pg.first.run("COMMENT ON SCHEMA {s} IS NULL")
    await pg.alike()


async def test_names_of_constraints_that_postgresql_makes_are_no_difference(pg: Two) -> None:
    keys = "CREATE TABLE {s}.k (id integer PRIMARY KEY)"
    await pg.first.run(keys, "CREATE TABLE {s}.t (x integer CHECK (x > 0) CHECK (x < 9) REFERENCES {s}.k, y integer)")
    await pg.other.run(keys, "CREATE TABLE {s}.t (x integer CHECK (x < 9) CHECK (x > 0) REFERENCES {s}.k, y integer)")
    await pg.other.run("ALTER TABLE {s}.t ADD FOREIGN KEY (x) REFERENCES {s}.k (id)")
    await pg.other.run("ALTER TABLE {s}.t DROP CONSTRAINT t_x_fkey")
    found = await pg.compared()
    assert (found.differences, found.statements, found.warnings) == ([], [], [])
    await pg.first.run("ALTER TABLE {s}.t ADD CHECK (y > 0), ADD CONSTRAINT named CHECK (y < 0)")
    await pg.other.run("ALTER TABLE {s}.t ADD CONSTRAINT renamed CHECK (y < 0)")
    assert told(await pg.alike()) == [
        ("extra", "constraint", "renamed"), ("missing", "constraint", "named"), ("missing", "constraint", "t_y_check"),
    ]  # fmt: skip


async def test_a_view_that_differs_loses_its_privileges_and_that_is_told(pg: Two) -> None:
    for place, value in ((pg.first, 1), (pg.other, 2)):
        await place.run(f"CREATE VIEW {{s}}.v AS SELECT {value} AS x")
    assert [one.code for one in (await pg.alike()).warnings] == ["made_again"]


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_what_names_the_other_schema_stays_and_is_alike_afterwards(
    engine: str, request: pytest.FixtureRequest, client: Client, tmp_path: Path
) -> None:
    async with open_two(engine, request, client, tmp_path, "first") as two:
        for place in (two.first, two.other):
            await place.run("CREATE TABLE {s}.t (id int PRIMARY KEY)")
        await two.first.run(
            "CREATE TABLE {s}.u (id int, CONSTRAINT k FOREIGN KEY (id) REFERENCES other.t (id))",
            "CREATE VIEW {s}.v AS SELECT id FROM other.t",
        )
        await two.alike()
        await two.first.run("ALTER TABLE {s}.u ADD n int")
        assert told(await two.alike()) == [("missing", "column", "n")]
        await two.first.run("DROP VIEW {s}.v", "DROP TABLE {s}.u")


# MySQL and MariaDB


async def test_names_of_constraints_that_mysql_makes_are_no_difference(my: Two) -> None:
    key = "FOREIGN KEY ({}) REFERENCES {{s}}.k (id)"
    for place, (one, two) in ((my.first, "xy"), (my.other, "yx")):
        parts = f"CHECK ({one} > 0), CHECK ({two} > 0), {key.format(one)}, {key.format(two)}"
        parts = parts.replace("{{", "{").replace("}}", "}")
        await place.run("CREATE TABLE {s}.k (id int PRIMARY KEY)", f"CREATE TABLE {{s}}.t (x int, y int, {parts})")
    found = await my.compared()
    assert (found.differences, found.statements, found.warnings) == ([], [], [])
    await my.first.run(
        "ALTER TABLE {s}.t DROP FOREIGN KEY t_ibfk_1", f"ALTER TABLE {{s}}.t ADD {key.format('x')} ON DELETE CASCADE"
    )
    assert {one.object.kind for one in (await my.alike()).differences} == {"constraint"}


async def test_an_index_that_another_one_replaces_is_gone(my: Two) -> None:
    await my.first.run("CREATE TABLE {s}.t (x int, y int, KEY b (x, y))")
    await my.other.run("CREATE TABLE {s}.t (x int, y int, KEY a (x))")
    found = await my.alike()
    assert (one_of(found, "index", "a").destructive, one_of(found, "index", "a").difference) == (True, "extra")


async def test_that_nothing_is_undone_is_said_of_every_script_of_mysql(my: Two) -> None:
    await my.first.run("CREATE VIEW {s}.v AS SELECT 1 AS x")
    found = await my.alike()
    assert [(one.code, one.object) for one in found.warnings] == [("not_transactional", None)]


async def test_the_comment_of_a_database_is_taken_away(my: Two) -> None:
    ((version,),) = await my.first.rows("SELECT VERSION()")
    if "MariaDB" not in version:
        pytest.skip("Databases of MySQL have no comments.")
    await my.other.run("ALTER DATABASE {s} COMMENT 'old'")
    await my.alike()


async def test_a_body_that_other_rules_read_is_moved_with_its_head(my: Two) -> None:
    await my.first.run(
        "SET @mode = @@sql_mode", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "CREATE FUNCTION {s}.f() RETURNS text DETERMINISTIC RETURN '\\'", "SET sql_mode = @mode",
    )  # fmt: skip
    await my.alike()
    assert [list(row) for row in await my.other.rows("SELECT other.f()")] == [["\\"]]


async def test_a_comment_at_the_end_of_a_routine_takes_nothing_of_the_script(my: Two) -> None:
    await my.first.run(
        "CREATE FUNCTION {s}.f() RETURNS int DETERMINISTIC RETURN 1 -- why", "CREATE VIEW {s}.v AS SELECT {s}.f() AS x"
    )
    await my.alike()


async def test_a_view_whose_text_is_hidden_is_not_dropped(my: Two, client: Client) -> None:
    for place in (my.first, my.other):
        await place.run("CREATE TABLE {s}.t (x int)", "CREATE VIEW {s}.v AS SELECT x FROM {s}.t")
    await my.first.run(
        f"CREATE OR REPLACE USER onlooker IDENTIFIED BY '{PASSWORD}'", "GRANT SELECT ON {s}.* TO onlooker"
    )
    admin = my.first.target
    try:
        await my.first.disconnect()
        await my.first.connect(admin.model_copy(update={"user": "onlooker", "password": PASSWORD, "database": "first"}))
        found = await my.compared()
        assert (told(found), found.statements) == ([], [])
        assert ("object", "v") in {(left.part, left.object and left.object.name) for left in found.not_compared}
    finally:
        await my.first.disconnect()
        await my.first.connect(admin)
        await my.first.run("DROP USER onlooker")
