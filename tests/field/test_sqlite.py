"""What was reported of SQLite: files that other programs made, and what its own program can do."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest

from litebase.client import Client, RequestFailed
from tests.drivers.sqlite.metadata import needs_metadata
from tests.field.conftest import Field

pytestmark = pytest.mark.anyio


@pytest.fixture
async def latin_1(client: Client, tmp_path: Path) -> AsyncIterator[Field]:
    """A file whose maker wrote its names in Latin-1."""
    path = tmp_path / "latin1.db"
    maker = sqlite3.connect(path, isolation_level=None)
    maker.executescript(
        """CREATE TABLE t (id INTEGER PRIMARY KEY, caf_e TEXT UNIQUE, n typ_e, CONSTRAINT ch_e CHECK (n > 0));
        CREATE TABLE tab_e (a INTEGER PRIMARY KEY);
        CREATE VIEW v AS SELECT caf_e AS x_e, a FROM t, tab_e;
        CREATE TRIGGER w BEFORE DELETE ON t BEGIN SELECT raise(abort, 'verbot_e'); END;
        INSERT INTO t VALUES (1, 'a', 2), (2, 'b', 3);
        INSERT INTO tab_e VALUES (7);
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, '_e', x'E9'), name = replace(name, '_e', x'E9'),
        tbl_name = replace(tbl_name, '_e', x'E9')"""
    )
    maker.close()
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(path)))
    yield Field(client, opened.connection_id)
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


@pytest.mark.parametrize(
    ("sql", "names", "rows"),
    [
        ("SELECT * FROM t", ["id", "caf�", "n"], [[1, "a", 2], [2, "b", 3]]),
        ("WITH u AS (SELECT * FROM t) SELECT * FROM u ORDER BY id DESC; -- the end", ["id", "caf�", "n"],
         [[2, "b", 3], [1, "a", 2]]),
        ("SELECT * FROM v WHERE a > ? LIMIT 1", ["x�", "a"], [["a", 7]]),
        ("SELECT id FROM t WHERE n = 3", ["id"], [[2]]),
    ],
)  # fmt: skip
async def test_a_column_may_have_a_name_that_is_not_utf_8(
    latin_1: Field, sql: str, names: list[str], rows: list[list[object]]
) -> None:
    """Kind: a name that is not UTF-8 refused the whole result, with "the file is damaged"."""
    answer = await latin_1.query(sql, [1] if "?" in sql else None)
    assert ([column.name for column in answer.columns], answer.rows) == (names, rows)


@needs_metadata
async def test_an_origin_whose_name_is_not_utf_8_is_absent(latin_1: Field) -> None:
    """Kind: as above; a name with replacement characters is no name of the database."""
    columns = (await latin_1.query("SELECT * FROM t")).columns
    origins = [column.origin and column.origin.column_name for column in columns]
    assert (origins, columns[2].db_type) == (["id", None, "n"], "typ�")
    assert [column.origin for column in (await latin_1.query("SELECT a FROM v")).columns] == [None]


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("INSERT INTO t VALUES (3, 'a', 1)", "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: t.caf�"),
        ("INSERT INTO t VALUES (3, 'c', 0)", "SQLITE_CONSTRAINT_CHECK", "CHECK constraint failed: ch�"),
        ("DELETE FROM t", "SQLITE_CONSTRAINT_TRIGGER", "verbot�"),
    ],
)
async def test_an_error_may_have_a_text_that_is_not_utf_8(latin_1: Field, sql: str, code: str, message: str) -> None:
    """Kind: as above; the engine's own error was lost."""
    with pytest.raises(RequestFailed) as failed:
        await latin_1.query(sql)
    assert (failed.value.message, failed.value.details.engine_code) == (message, code)


async def test_a_write_whose_result_cannot_be_named_is_refused_before_it_runs(latin_1: Field) -> None:
    """Kind: as above; the rows of a RETURNING could not be read after the write was done."""
    with pytest.raises(RequestFailed, match="was not run"):
        await latin_1.query("INSERT INTO t VALUES (3, 'c', 1) RETURNING *")
    assert await latin_1.rows("SELECT count(*) FROM t") == [[2]]
    assert await latin_1.rows("INSERT INTO t VALUES (3, 'c', 1) RETURNING id, n") == [[3, 1]]


async def test_every_statement_reaches_what_has_such_a_name(latin_1: Field) -> None:
    """Kind: as above; what has one was refused to statements that name none of it."""
    await latin_1.script("UPDATE t SET n = 9; ALTER TABLE t ADD COLUMN m; CREATE VIEW z AS SELECT * FROM t; VACUUM")
    assert await latin_1.rows("SELECT * FROM z WHERE id = 1") == [[1, "a", 9, None]]


async def test_a_violation_of_strict_has_the_engine_s_code(sqlite: Field) -> None:
    """Kind: result codes that Python does not know were `unknown`."""
    await sqlite.script("CREATE TABLE s (a INT) STRICT")
    with pytest.raises(RequestFailed) as failed:
        await sqlite.query("INSERT INTO s VALUES ('x')")
    details = failed.value.details
    assert (details.engine_code, details.table_name, details.column_name) == ("SQLITE_CONSTRAINT_DATATYPE", "s", "a")


DUMP = f"""PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE t(a);
INSERT INTO t VALUES(1);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','it''s','it''s',0,'CREATE VIRTUAL TABLE "it''s" using fts5(a,b)');
CREATE TABLE IF NOT EXISTS 'it''s_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "it's_data" VALUES(1,X'020302');
INSERT INTO "it's_data" VALUES(10,X'000000000101010001010101');
INSERT INTO "it's_data" VALUES(137438953473,X'0000002d04306f6e65010202010574687265650202020202776f01020301017801060101020101790206010102\
04080a0708');
CREATE TABLE IF NOT EXISTS 'it''s_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "it's_idx" VALUES(1,X'',2);
CREATE TABLE IF NOT EXISTS 'it''s_content'(id INTEGER PRIMARY KEY, c0, c1);
INSERT INTO "it's_content" VALUES(1,'one two','x');
INSERT INTO "it's_content" VALUES(2,'three','y');
CREATE TABLE IF NOT EXISTS 'it''s_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "it's_docsize" VALUES(1,X'0201');
INSERT INTO "it's_docsize" VALUES(2,X'0101');
CREATE TABLE IF NOT EXISTS 'it''s_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "it's_config" VALUES('version',4);
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','r','r',0,'CREATE VIRTUAL TABLE r using rtree(id,x0,x1)');
CREATE TABLE IF NOT EXISTS "r_rowid"(rowid INTEGER PRIMARY KEY,nodeno);
INSERT INTO r_rowid VALUES(1,1);
INSERT INTO r_rowid VALUES(2,1);
CREATE TABLE IF NOT EXISTS "r_node"(nodeno INTEGER PRIMARY KEY,data);
INSERT INTO r_node VALUES(1,X'00000002{1:016x}4000000040400000{2:016x}40a0000040e00000{"00" * 796}');
CREATE TABLE IF NOT EXISTS "r_parent"(nodeno INTEGER PRIMARY KEY,parentnode);
PRAGMA writable_schema=OFF;
COMMIT;
"""  # noqa: E501  # as .dump of sqlite3 3.40 writes it


@pytest.mark.parametrize("own_session", [False, True])
async def test_a_dump_brings_its_virtual_tables(sqlite: Field, own_session: bool) -> None:
    """Kind: what the engine's program writes so that it can be read again was refused in part."""
    own = {}
    if own_session:
        opened = await sqlite.client.open_db_session(OpenDbSessionRequest(connection_id=sqlite.connection_id))
        own = {"db_session_id": opened.db_session_id}
    answer = await sqlite.script(DUMP, on_error="continue", **own)
    assert [outcome.error for outcome in answer.statements if outcome.error] == []
    for options in (own, {}):
        assert await sqlite.rows("""SELECT a, b FROM "it's" WHERE "it's" MATCH 'one OR three'""", **options) == [
            ["one two", "x"],
            ["three", "y"],
        ]
        assert await sqlite.rows("SELECT id FROM r WHERE x0 >= 5 AND x1 <= 7", **options) == [[2]]
        assert await sqlite.rows("PRAGMA integrity_check", **options) == [["ok"]]
        assert await sqlite.rows("SELECT rtreecheck('r')", **options) == [["ok"]]
    await sqlite.query("""INSERT INTO "it's" VALUES ('four', 'z')""")
    assert await sqlite.rows("""SELECT b FROM "it's" WHERE "it's" MATCH 'four'""") == [["z"]]


ROW = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'{}')"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE sqlite_schema SET sql = ''", "writable_schema has no effect here"),
        ("DELETE FROM sqlite_master", "writable_schema has no effect here"),
        (ROW.format("CREATE TABLE f(a)"), "writable_schema has no effect here"),
        (ROW.format("CREATE VIRTUAL TABLE f USING fts5(a"), "incomplete input"),
        (ROW.format("CREATE VIRTUAL TABLE t USING fts5(a)"), "writable_schema has no effect here"),
        (ROW.format("CREATE VIRTUAL TABLE main.f USING fts5(a)"), "writable_schema has no effect here"),
        (ROW.format("CREATE VIRTUAL TABLE temp.f USING fts5(a)"), "writable_schema has no effect here"),
        (ROW.format("CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5(a)"), "writable_schema has no effect here"),
        (ROW.replace("'f'", "'t'").format("CREATE VIRTUAL TABLE f USING fts5(a)"), "no effect here"),
        (ROW.replace("'f'", "'t'").format("CREATE VIRTUAL TABLE t USING fts5(a)"), "table t already exists"),
        (ROW.replace("'f'", "'sqlite_f'").format("CREATE VIRTUAL TABLE sqlite_f USING fts5(a)"), "reserved"),
        (ROW.format("CREATE VIRTUAL TABLE f USING fts5(a); DROP TABLE t"), "one statement at a time"),
    ],
)
async def test_nothing_else_writes_into_the_schema_table(sqlite: Field, sql: str, reason: str) -> None:
    """Kind: as above; what would damage the file is refused at its own statement."""
    await sqlite.script("CREATE TABLE t (a); PRAGMA writable_schema = ON")
    for one in (sql, f"PRAGMA writable_schema = ON; {sql}"):
        (*_, outcome) = (await sqlite.script(one)).statements
        assert outcome.error is not None
        assert reason in outcome.error.message
    assert await sqlite.rows("SELECT name, sql FROM sqlite_schema") == [["t", "CREATE TABLE t (a)"]]


async def test_a_dump_brings_a_virtual_table_once(sqlite: Field) -> None:
    """Kind: a second row of the same name, which SQLite does not see before the dump has ended, damaged the file."""
    row = ROW.format("CREATE VIRTUAL TABLE f USING rtree(id,x0,x1)")
    again = ROW.replace("'f'", "'F'").format("CREATE VIRTUAL TABLE F USING rtree(id,x0,x1)")
    script = f"PRAGMA writable_schema = ON; {row}; {row}; {again}; PRAGMA writable_schema = OFF"
    outcomes = (await sqlite.script(script, on_error="continue")).statements
    failed = [outcome.error.message for outcome in outcomes if outcome.error]
    assert failed == [
        f"The schema table has a row named {name} already, and is not given a second one." for name in ("f", "F")
    ]
    assert await sqlite.rows("SELECT name FROM sqlite_schema") == [["f"]]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 'a' REGEXP 'b'", "no such function: REGEXP. It belongs to the sqlite3 program."),
        ("SELECT * FROM generate_series(1, 3)", "no such table: generate_series. It belongs to the sqlite3 program."),
        ("SELECT decimal_add('1', '2')", "no such function: decimal_add. It belongs to the sqlite3 program."),
        ("SELECT 'a' ORDER BY 1 COLLATE uint", "no such collation sequence: uint. It belongs to the sqlite3 program."),
        ("SELECT nowhere(1)", "no such function: nowhere. This backend uses SQLite 3."),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
    ],
)
async def test_what_only_the_engine_s_program_has_is_missing_with_a_reason(
    sqlite: Field, sql: str, message: str
) -> None:
    """Kind: what the engine's program can do was missing, and nothing said so."""
    with pytest.raises(RequestFailed) as failed:
        await sqlite.query(sql)
    assert failed.value.message.lower().startswith(message.lower())


@needs_metadata
@pytest.mark.parametrize("again", ["SELECT * FROM t", "SELECT * FROM t; -- all", "SELECT *, 1 AS one FROM t"])
@pytest.mark.parametrize(
    ("definition", "names"),
    [
        ("CREATE TABLE t (b TEXT, a INTEGER PRIMARY KEY)", ["b", "a"]),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY)", ["a"]),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT)", ["a", "b", "c"]),
        ("CREATE VIEW t AS SELECT x AS a, y AS b FROM u", ["a", "b"]),
    ],
)
async def test_columns_are_those_of_the_schema_that_another_program_has_made_meanwhile(
    client: Client, tmp_path: Path, definition: str, names: list[str], again: str
) -> None:
    """A statement is compiled by the schema that this session knows, and anew when its first step meets another."""
    path = tmp_path / "data.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.executescript("CREATE TABLE u (x, y); CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(path)))
    field = Field(client, opened.connection_id)
    before = await field.query("SELECT * FROM t")
    assert [one.name for one in before.columns] == ["a", "b"]
    other.executescript(f"DROP TABLE t; {definition}")
    extra = ["one"] if "one" in again else []
    for _ in range(2):
        found = (await field.query(again)).columns
        assert [one.name for one in found] == [*names, *extra]
        of_table = [(one.origin.table_name, one.origin.column_name) for one in found if one.origin is not None]
        of_view = [("u", "x"), ("u", "y")]
        assert of_table == (of_view if "VIEW" in definition else [("t", name) for name in names])
    other.close()
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
