"""What was reported of SQLite: files that other programs made, and what its own program can do."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget

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
