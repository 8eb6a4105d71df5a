"""What a change of a table must not lose, and what cannot be changed: one clear error each."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.alter import AlterChange, NewIndexPart

from litebase.client import Client, RequestFailed
from tests.end_to_end.places import ENGINES, Place, open_place
from tests.end_to_end.test_alter import alter, change, column, described, names, preview, run
from tests.mysql_series import ON_MYSQL

pytestmark = pytest.mark.anyio


@pytest.fixture(params=ENGINES)
async def place(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Place]:
    """Each engine in turn."""
    async with open_place(request.param, request, client, tmp_path) as made:
        yield made


def only(engine: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", [engine], indirect=True)


async def text_of(place: Place, name: str) -> str:
    """The table's own text, without what counts its rows."""
    (sql, *_) = [one.sql for one in (await place.ddl(place.object(name))).statements if "CREATE TABLE" in one.sql]
    return sql


@only("mysql")
async def test_mysql_keeps_every_attribute_of_a_column_that_is_changed(place: Place) -> None:
    await place.run(
        "CREATE TABLE {s}.t (id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'it''s \\\\ id', "
        "latin varchar(10) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL DEFAULT 'x''y' COMMENT 'c; -- d', "
        "moved datetime(3) NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), "
        "half decimal(5,2) DEFAULT 0.50, made int GENERATED ALWAYS AS (1 + char_length(latin)) STORED COMMENT 'g', "
        "hidden int INVISIBLE DEFAULT (1 + 2) CHECK (hidden > 0), kind enum('a,b','c''d') DEFAULT 'a,b', "
        "doc json, flags set('x','y') DEFAULT 'x,y', bits bit(3) DEFAULT b'101', PRIMARY KEY (id), "
        "KEY by_latin (latin(3) DESC), "
        "CONSTRAINT long_ CHECK (length(latin) < 11)) COMMENT='table; ''c'''"
    )
    await place.run("INSERT INTO {s}.t (latin) VALUES ('ä'), ('b')")
    text = await text_of(place, "t")
    await alter(place, "t", change("set_type", column="latin", db_type="varchar(12)"))
    assert await text_of(place, "t") == text.replace("`latin` varchar(10)", "`latin` varchar(12)")
    await alter(place, "t", change("move_column", column="moved", first=True))
    await alter(place, "t", change("move_column", column="moved", after="latin"))
    assert await text_of(place, "t") == text.replace("`latin` varchar(10)", "`latin` varchar(12)")
    for name in ("id", "latin", "moved", "half", "hidden", "kind", "doc", "flags", "bits"):
        await alter(place, "t", change("set_comment", column=name, comment="other"))
        old = next(one for one in (await described(place, "t")).columns if one.name == name)
        assert old.comment == "other"
    rename = change("rename_column", column="latin", new_name="la`tin")
    latin, back = "la`tin", [change("rename_column", column="la`tin", new_name="latin")]
    if ON_MYSQL:  # it renames nothing that an expression uses
        with pytest.raises(RequestFailed, match="generated column 'made' uses") as refused:
            await preview(place, "t", rename)
        assert refused.value.code == "conflict"
        latin, back = "latin", []
    else:
        await alter(place, "t", rename)
        assert "GENERATED ALWAYS AS (1 + char_length(`la``tin`)) STORED" in await text_of(place, "t")
    await alter(
        place, "t", change("set_comment", column="id", comment="it's \\ id"),
        change("set_comment", column=latin, comment="c; -- d"), *back,
        change("set_type", column="latin", db_type="varchar(10)"),
        *(change("set_comment", column=one, comment=None)
          for one in ("moved", "half", "hidden", "kind", "doc", "flags", "bits")),
    )  # fmt: skip
    assert await text_of(place, "t") == text
    plan = await preview(place, "t", change("set_type", column="latin", db_type="varchar(10)"))
    assert plan.statements == [], "nothing is left to be done"
    assert [
        list(row) for row in await place.rows("SELECT id, latin FROM " + place.quoted(place.schema_name) + ".t")
    ] == [[1, "ä"], [2, "b"]]


@only("sqlite")
async def test_sqlite_keeps_what_a_new_table_in_the_place_of_the_old_one_would_lose(place: Place) -> None:
    await place.run(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " a TEXT NOT NULL ON CONFLICT IGNORE DEFAULT 'x;y' COLLATE NOCASE,"
        " p INTEGER CONSTRAINT to_parent REFERENCES parent (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,"
        " f REAL CHECK (f < 10) DEFAULT 0.50, g INTEGER GENERATED ALWAYS AS (length(a)) STORED,"
        " UNIQUE (a, p) ON CONFLICT REPLACE)"
        " STRICT",
        "CREATE INDEX by_a ON t (lower(a) DESC) WHERE p > 0",
        "CREATE TABLE log (what TEXT)",
        "CREATE TABLE child (t INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "CREATE TRIGGER noted AFTER UPDATE OF f ON t BEGIN INSERT INTO log VALUES ('a;b'); END",
        "CREATE VIEW v AS SELECT a AS a, p FROM t",
        "CREATE VIEW w AS SELECT a FROM v",
        "CREATE TRIGGER of_view INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
        "CREATE TRIGGER other AFTER DELETE ON parent BEGIN DELETE FROM t WHERE p = old.id; END",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO t (a, p, f) VALUES ('one', 1, 1.5), ('two', NULL, 2.5), ('three', NULL, 3)",
        "INSERT INTO child VALUES (1)",
        "DELETE FROM t WHERE a = 'three'",
    )
    before = await place.ddl(place.schema)
    plan = await alter(
        place, "t", change("set_default", column="f", default="0.75"),
        change("rename_column", column="a", new_name="A a"),
        column("n", "TEXT", first=True), change("add_check", name="c", expression="\"A a\" <> ''"),
    )  # fmt: skip
    assert {"rewrites_table", "uses_settings", "affects_others"} <= {one.code for one in plan.warnings}
    rows = await place.rows('SELECT id, "A a", p, f, g, n FROM t')
    assert [list(row) for row in rows] == [[1, "one", 1, 1.5, 3, None], [2, "two", None, 2.5, 3, None]]
    await place.run("INSERT INTO t (\"A a\") VALUES ('four')")
    assert list(await place.rows("SELECT id, f FROM t WHERE \"A a\" = 'four'")) == [[4, 0.75]], "3 is not given again"
    await place.run("DELETE FROM t WHERE id = 4", "UPDATE t SET f = 9 WHERE id = 1")
    assert list(await place.rows("SELECT what FROM log")) == [["a;b"]]
    await alter(
        place, "t", change("drop_constraint", constraint="check", name="c"), change("drop_column", column="n"),
        change("set_default", column="f", default="0.50"), change("rename_column", column="A a", new_name="a"),
    )  # fmt: skip
    after = await place.ddl(place.schema)
    kinds = [sorted((str(one.object), flat(one.sql)) for one in ddl.statements) for ddl in (before, after)]
    assert kinds[1] == kinds[0]
    assert list(await place.rows("SELECT count(*) FROM child")) == [[1]], "nothing was deleted by a foreign key"
    assert list(await place.rows("SELECT * FROM w")) == [["one"], ["two"]]


def flat(sql: str) -> str:
    """A text without the blanks and quotes that a new table has in other places."""
    return "".join(sql.split()).replace('"', "")


@only("sqlite")
async def test_sqlite_keeps_rowids_and_what_has_none(place: Place) -> None:
    await place.run(
        "CREATE TABLE plain (a TEXT)", "INSERT INTO plain (rowid, a) VALUES (7, 'x'), (3, 'y')",
        "CREATE TABLE bare (a TEXT PRIMARY KEY, b ANY) WITHOUT ROWID, STRICT", "INSERT INTO bare VALUES ('k', x'00')",
    )  # fmt: skip
    await alter(place, "plain", change("add_check", expression="a <> ''"))
    assert [list(row) for row in await place.rows("SELECT rowid, a FROM plain ORDER BY rowid")] == [[3, "y"], [7, "x"]]
    await alter(place, "bare", change("set_nullable", column="b", nullable=False))
    assert set((await described(place, "bare")).traits) == {"without_rowid", "strict"}
    assert list(await place.rows("SELECT a, hex(b) FROM bare")) == [["k", "00"]]


@only("sqlite")
async def test_a_script_ends_before_its_commit_when_rows_would_refer_to_nothing(place: Place) -> None:
    await place.run(
        "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (p INTEGER)", "INSERT INTO c VALUES (1)",
    )  # fmt: skip
    plan = await preview(
        place, "c", change("add_foreign_key", columns=["p"], referenced_table=place.object("p"),
                           referenced_columns=["id"])
    )  # fmt: skip
    with pytest.raises(AssertionError, match="all rows refer to rows that exist"):
        await run(place, plan)
    assert (await described(place, "c")).foreign_keys == []
    await place.run("INSERT INTO p VALUES (1)")
    await run(place, plan)
    assert [one.columns for one in (await described(place, "c")).foreign_keys] == [["p"]]


@only("postgresql")
async def test_postgresql_converts_and_keeps_identity_and_generated_columns(place: Place) -> None:
    await place.run(
        "CREATE TABLE {s}.t (id integer GENERATED ALWAYS AS IDENTITY (START WITH 10) PRIMARY KEY, a text DEFAULT '5',"
        ' b text COLLATE "C", g integer GENERATED ALWAYS AS (length(b)) STORED, n serial,'
        " EXCLUDE USING btree (n WITH =), CONSTRAINT nn UNIQUE (n) DEFERRABLE)",
        "INSERT INTO {s}.t (a, b) VALUES ('7', 'x'), ('8', 'y')",
    )
    plan = await alter(
        place, "t", change("set_type", column="a", db_type="integer"), change("set_comment", comment="it's \\ t"),
        change("rename_column", column="b", new_name="B"), change("set_comment", column="id", comment="i"),
    )  # fmt: skip
    assert 'USING "a"::integer' in "".join(one.sql for one in plan.statements)
    assert {"rewrites_table", "converts_values", "may_fail", "locks_table"} <= {one.code for one in plan.warnings}
    found = await described(place, "t")
    told = {one.name: one for one in found.columns}
    assert (told["a"].db_type, told["B"].collation) == ("integer", "C")
    assert (told["id"].identity, told["g"].generated, found.comment) == ("always", "stored", "it's \\ t")
    await place.run("INSERT INTO {s}.t (\"B\") VALUES ('z')")
    rows = await place.rows(f'SELECT id, a, "B", g, n FROM {place.quoted(place.schema_name)}.t ORDER BY id')
    assert [list(row) for row in rows] == [[10, 7, "x", 1, 1], [11, 8, "y", 1, 2], [12, 5, "z", 1, 3]]
    wider = await preview(place, "t", change("set_type", column="a", db_type="bigint"))
    assert "USING" not in "".join(one.sql for one in wider.statements)


async def test_names_may_be_exchanged(place: Place) -> None:
    await place.run(
        "CREATE TABLE {s}.t (id integer PRIMARY KEY, a integer, b integer)", "INSERT INTO {s}.t VALUES (1, 2, 3)"
    )
    await alter(
        place, "t", change("rename_column", column="a", new_name="c"),
        change("rename_column", column="b", new_name="a"),
    )  # fmt: skip
    assert names(await described(place, "t")) == ["id", "c", "a"]
    rows = await place.rows(f"SELECT * FROM {place.quoted(place.schema_name)}.t")
    assert list(rows) == [[1, 2, 3]]


TOO_LONG = "n" * 65
WRONG: dict[str, tuple[list[AlterChange], str, str]] = {
    "no such column": ([change("drop_column", column="missing")], "not_found", "no column 'missing'"),
    "no such index": ([change("drop_index", name="missing")], "not_found", "no index 'missing'"),
    "no such constraint": ([change("drop_constraint", constraint="check", name="x")], "not_found", "no such check 'x'"),
    "twice": (
        [change("set_default", column="b", default="1"), change("set_default", column="b", default=None)],
        "invalid_message", "/data/changes/1/change",
    ),
    "dropped and changed": (
        [change("drop_column", column="b"), change("set_nullable", column="b", nullable=True)], "not_found", "'b'",
    ),
    "a column's name that exists": ([column("a", "integer")], "conflict", "a column 'a' already"),
    "an index's name that exists": (
        [change("add_index", name="by_a", parts=[NewIndexPart(column="b")])], "conflict", "'by_a' already",
    ),
    "a table's name that exists": ([change("rename_table", new_name="other")], "conflict", "'other'"),
    "used by an index": ([change("drop_column", column="a")], "conflict", "index 'by_a'"),
    "used by a key": ([change("drop_column", column="id")], "conflict", "primary key"),
    "referred to": ([change("drop_constraint", constraint="primary_key")], "conflict", "table 'child'"),
    "part of the primary key": ([change("set_nullable", column="id", nullable=True)], "conflict", "primary key"),
    "two primary keys": ([change("add_key", primary=True, columns=["b"])], "conflict", "has a primary key"),
    "an open parenthesis": ([change("add_check", expression="(b > 1")], "invalid_message", "changes/0/expression"),
    "a second statement": ([change("set_default", column="b", default="1; DROP TABLE t")], "invalid_message", "`;`"),
    "a comment": ([change("set_type", column="b", db_type="integer --")], "invalid_message", "comment"),
    "an open string": ([change("add_check", expression="b <> 'x")], "invalid_message", "never closed"),
    "a field of another change": ([change("drop_column", column="b", nullable=True)], "invalid_message", "nullable"),
    "a field that is missing": ([change("rename_column", column="b")], "invalid_message", "new_name"),
    "no such table to refer to": (
        [change("add_foreign_key", columns=["b"], referenced_columns=["id"],
                referenced_table={"kind": "table", "schema_name": None, "name": "nowhere"})], "not_found", "'nowhere'",
    ),
    "columns of unequal number": (
        [change("add_foreign_key", columns=["b"], referenced_columns=["id", "a"],
                referenced_table={"kind": "table", "schema_name": None, "name": "other"})], "invalid_message",
        "as many",
    ),
    "made and not new": ([change("create_table"), column("x", "integer")], "conflict", "already"),
    "an empty name": ([change("rename_column", column="b", new_name="")], "invalid_message", "not empty"),
}  # fmt: skip


@pytest.fixture
async def family(place: Place) -> Place:
    """A table with others around it."""
    await place.run(
        "CREATE TABLE {s}.other (id integer PRIMARY KEY)",
        "CREATE TABLE {s}.t (id integer PRIMARY KEY, a integer, b integer)",
        "CREATE INDEX by_a ON t (a)" if place.engine == "sqlite" else "CREATE INDEX by_a ON {s}.t (a)",
        "CREATE TABLE {s}.child (t integer, FOREIGN KEY (t) REFERENCES {s}.t (id))".replace(
            "{s}.t (id)", "t (id)" if place.engine == "sqlite" else "{s}.t (id)"
        ),
        "CREATE VIEW {s}.seen AS SELECT b FROM {s}.t",
    )
    return place


async def refusal(place: Place, table: str, *changes: AlterChange, **more: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as refused:
        await preview(place, table, *changes, **more)
    return refused.value


async def test_what_cannot_be_changed_is_refused_by_name(family: Place) -> None:
    for what, (changes, code, text) in WRONG.items():
        failed = await refusal(family, "t", *changes)
        assert (failed.code, text in failed.message) == (code, True), f"{what}: {failed.code} {failed.message}"
    failed = await refusal(family, "seen", change("drop_column", column="b"))
    assert (failed.code, "is a view" in failed.message) == ("unsupported", True)
    assert (await refusal(family, "nowhere", change("drop_column", column="b"))).code == "not_found"
    if family.engine != "sqlite":
        failed = await refusal(family, "t", change("rename_column", column="b", new_name=TOO_LONG))
        assert (failed.code, "longer than 6" in failed.message) == ("invalid_message", True)
    if family.engine != "mysql":
        failed = await refusal(family, "t", change("drop_column", column="b"))
        assert (failed.code, "seen" in failed.message) == ("conflict", True)
    else:
        plan = await preview(family, "t", change("drop_column", column="b"))
        assert any(one.code == "affects_others" and "seen" in one.message for one in plan.warnings)
    if family.engine == "postgresql":
        failed = await refusal(family, "t", change("move_column", column="b", first=True))
        assert (failed.code, "order" in failed.message) == ("unsupported", True)
    assert (await described(family, "t")).columns[2].name == "b", "nothing was changed"


async def test_reserved_words_are_names_like_others(place: Place) -> None:
    await alter(place, "order", change("create_table"), column("select", "integer"), column("from", "integer"))
    await alter(
        place, "order", change("rename_column", column="select", new_name="group"),
        change("add_index", name="index", parts=[NewIndexPart(column="from")]),
        change("rename_table", new_name="table"),
    )  # fmt: skip
    assert names(await described(place, "table")) == ["group", "from"]


async def test_a_read_only_connection_may_look_at_changes(family: Place) -> None:
    if family.engine == "sqlite":
        target = family.target.model_copy(update={"mode": "read_only"})
    else:
        target = family.target.model_copy(update={"read_only": True})
    opened = await family.client.db_connect(target)
    reader = Place(family.client, opened.connection_id, family.engine, target, family.schema_name)
    plan = await preview(reader, "t", change("set_nullable", column="b", nullable=False))
    assert plan == await preview(family, "t", change("set_nullable", column="b", nullable=False))


async def test_a_change_of_nothing_is_no_statement(family: Place) -> None:
    plan = await preview(family, "t", change("set_nullable", column="b", nullable=True))
    assert (plan.statements, plan.warnings) == ([], [])
