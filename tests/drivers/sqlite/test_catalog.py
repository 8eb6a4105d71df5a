"""What only SQLite has: rowids, tables without them, strict and virtual tables, attached databases."""

from pathlib import Path

import pytest
from litebase_schema.catalog import DdlOptions, ObjectRef, RowIdentity

from litebase.drivers.objects import Wanted
from litebase.drivers.sqlite import catalog
from litebase.drivers.sqlite.objects import names
from litebase.errors import NotFound
from tests.drivers.conformance import run
from tests.drivers.sqlite.sessions import Open

pytestmark = pytest.mark.anyio


def _table(name: str, schema: str = "main") -> ObjectRef:
    return ObjectRef(kind="table", schema_name=schema, name=name)


@pytest.mark.parametrize(
    ("table", "source", "names"),
    [
        ("(id INTEGER PRIMARY KEY, a)", "primary_key", ["id"]),
        ("(id INTEGER PRIMARY KEY DESC, a)", "rowid", ["rowid"]),  # nor is this one the rowid
        ("(id INT PRIMARY KEY, a)", "rowid", ["rowid"]),  # such a key may be NULL, in many rows
        ("(id INT NOT NULL PRIMARY KEY, a)", "primary_key", ["id"]),
        ("(a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT", "primary_key", ["b", "a"]),
        ("(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID", "primary_key", ["b", "a"]),
        ("(rowid, a)", "rowid", ["_rowid_"]),
        ("(ROWID, _rowid_, a)", "rowid", ["oid"]),
        ("(rowid, _rowid_, oid)", "none", []),
        ("(rowid, _rowid_, oid NOT NULL UNIQUE)", "unique", ["oid"]),
        ("(rowid, _rowid_, oid UNIQUE)", "none", []),
    ],
)
async def test_rows_are_told_apart_by_what_really_does_so(
    open_session: Open, table: str, source: str, names: list[str]
) -> None:
    session = await open_session()
    await run(session, f"CREATE TABLE t {table}")
    found = (await catalog.describe_objects(session, [_table("t")])).found["main", "t"]
    assert found.row_identity == RowIdentity(columns=names, source=source)


async def test_strict_rowless_and_virtual_tables_are_described(open_session: Open) -> None:
    session = await open_session()
    await run(session, "CREATE TABLE s (a INT PRIMARY KEY) STRICT, WITHOUT ROWID")
    await run(session, "CREATE VIRTUAL TABLE words USING fts5 (word)")
    answer = await catalog.describe_objects(session, [_table("s"), _table("words")])
    strict, words = answer.found["main", "s"], answer.found["main", "words"]
    assert (strict.object.kind, strict.traits) == ("table", ["without_rowid", "strict"])
    assert words.object.kind == "virtual_table"
    assert [(one.name, one.hidden) for one in words.columns][:2] == [("word", False), ("words", True)]
    assert (words.definition or "").startswith("CREATE VIRTUAL TABLE")


async def test_what_stands_only_in_the_text_is_said_to_stand_there(open_session: Open) -> None:
    session = await open_session()
    await run(session, 'CREATE TABLE t (a CHECK (a > 0), b COLLATE NOCASE, c AS (a + 1), "CHECK")')
    await run(session, "CREATE TABLE u (\"CHECK\", b DEFAULT 'COLLATE')")
    answer = await catalog.describe_objects(session, [_table("t"), _table("u")])
    assert {(one.object.name if one.object else "", one.part) for one in answer.missing} == {
        ("t", "checks"), ("t", "columns.collation"), ("t", "columns.expression"),
    }  # fmt: skip


async def test_keys_name_tables_and_columns_as_these_are_called(open_session: Open) -> None:
    session = await open_session()
    await run(session, 'CREATE TABLE "Étage" ("Nr" INTEGER PRIMARY KEY, a UNIQUE)')
    await run(session, 'CREATE TABLE "étage" (b INTEGER PRIMARY KEY)')  # another one: É has one case
    await run(session, 'CREATE TABLE room (x REFERENCES "ÉTAGE" (NR), y REFERENCES "étAGE")')
    answer = await catalog.describe_objects(session, [_table("room")])
    keys = {tuple(one.columns): one for one in answer.found["main", "room"].foreign_keys}
    assert (keys["x",].referenced_table, keys["x",].referenced_columns) == (_table("Étage"), ["Nr"])
    assert (keys["y",].referenced_table, keys["y",].referenced_columns) == (_table("étage"), ["b"])
    both = (await catalog.describe_objects(session, [_table("Étage"), _table("étage")])).found
    assert [len(one.referenced_by) for one in both.values()] == [1, 1]


@pytest.mark.parametrize(
    "target",
    ['"a ""b"', '[a "b]', '`a "b`', "/* REFERENCES */ /**/ 'a \"b'", 'x, FOREIGN KEY (x) references--\n"A ""B"'],
)
async def test_whoever_refers_to_a_table_is_found_however_it_names_it(open_session: Open, target: str) -> None:
    session = await open_session()
    await run(session, 'CREATE TABLE "a ""b" (id INTEGER PRIMARY KEY)')
    await run(session, f"CREATE TABLE other (x REFERENCES elsewhere, y REFERENCES {target})")
    (described,) = (await catalog.describe_objects(session, [_table('a "b')])).found.values()
    assert [one.table for one in described.referenced_by] == [_table("other")]


async def test_an_attached_database_is_a_schema_of_the_session_that_attached_it(
    open_session: Open, file: Path, tmp_path: Path
) -> None:
    session = await open_session(tmp_path / "own.db", mode="create")
    await run(session, f'ATTACH \'{file}\' AS "o\'th""er"')
    names = [one.name for one in (await catalog.list_objects(session, Wanted())).objects]
    assert names == ["main", "o'th\"er"]
    schema = ObjectRef(kind="schema", schema_name=None, name=names[1])
    assert [one.name for one in (await catalog.list_objects(session, Wanted(schema))).objects] == ["t"]
    answer = await catalog.describe_objects(session, [_table("t", names[1]), _table("t")])
    assert list(answer.found) == [(names[1], "t")]
    with pytest.raises(NotFound):
        await catalog.list_objects(session, Wanted(_table("t")))


async def test_a_key_whose_table_does_not_exist_is_described(open_session: Open) -> None:
    session = await open_session()
    await run(session, "CREATE TABLE t (a REFERENCES nowhere, b REFERENCES T)")
    (first, second) = sorted(
        (await catalog.describe_objects(session, [_table("t")])).found["main", "t"].foreign_keys,
        key=lambda one: one.columns,
    )
    assert (first.referenced_table.name, first.referenced_columns) == ("nowhere", [])
    assert (second.referenced_table.name, second.referenced_columns) == ("t", [])


async def test_a_key_with_an_index_of_its_own_is_not_the_rowid(open_session: Open) -> None:
    session = await open_session()
    await run(session, "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a)")
    await run(session, "INSERT INTO t (a) VALUES (1), (2)")
    assert await session.rows("SELECT id FROM t", ()) == [(None,), (None,)]
    key = (await catalog.describe_objects(session, [_table("t")])).found["main", "t"].columns[0]
    assert (key.identity, key.nullable, key.key_part) == ("none", True, True)


async def test_a_name_in_another_case_means_the_same_object(open_session: Open) -> None:
    session = await open_session()
    for sql in ("CREATE TABLE tÉ (a)", "CREATE TABLE té (a)", "CREATE INDEX ix ON tÉ (a)"):
        await run(session, sql)
    ddl = await catalog.get_ddl(session, [_table("TÉ")], DdlOptions())
    assert ddl.incomplete == []
    assert [one.sql for one in ddl.statements] == ["CREATE TABLE tÉ (a)", "CREATE INDEX ix ON tÉ (a)"]
    index = ObjectRef(kind="index", schema_name="main", name="IX", parent_name="TÉ")
    assert [one.sql for one in (await catalog.get_ddl(session, [index], DdlOptions())).statements] == [
        "CREATE INDEX ix ON tÉ (a)"
    ]


async def test_a_trigger_that_names_its_view_in_another_case_is_of_its_state(open_session: Open) -> None:
    session = await open_session()
    await run(session, "CREATE VIEW v AS SELECT 1 AS a")
    before = dict(await names.states(session, "main"))
    await run(session, "CREATE TRIGGER g INSTEAD OF INSERT ON V BEGIN SELECT 1; END")
    assert dict(await names.states(session, "main")) != before
