"""What columns say of themselves: types and origins as the catalog has them, for every way to return rows."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.cursor import PostgresqlCursor
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import QueryFailed
from tests.drivers.conformance import rows_of, run

pytestmark = pytest.mark.anyio


async def test_columns_have_their_table_their_key_and_whether_null_occurs(shop: PostgresqlSession) -> None:
    cursor = await shop.execute(
        Statement('SELECT id AS i, title, price, mark, "odd ""name", id + 1 FROM articles x', None, 5)
    )
    await cursor.aclose()
    described = [(c.name, c.db_type, c.kind, c.nullable) for c in cursor.columns]
    assert described == [
        ("i", "integer", "integer", False),
        ("title", "character varying(40)", "text", False),
        ("price", "numeric(10,2)", "decimal", True),
        ("mark", "grade", "integer", True),
        ('odd "name', "text", "text", True),
        ("?column?", "integer", "integer", None),
    ]
    origins = [c.origin for c in cursor.columns]
    assert [(o.table_name, o.column_name, o.key_part) for o in origins if o] == [
        ("articles", "id", True),
        ("articles", "title", False),
        ("articles", "price", False),
        ("articles", "mark", False),
        ("articles", 'odd "name', False),
    ]
    assert origins[0] is not None
    assert origins[0].schema_name.startswith("pg_temp")
    assert origins[5] is None


async def test_an_outer_join_leaves_open_whether_null_occurs(shop: PostgresqlSession) -> None:
    cursor = await run(shop, "SELECT b.title FROM articles a LEFT JOIN articles b ON b.id = a.id + 1")
    assert cursor.columns[0].nullable is None


async def test_the_query_of_a_cursor_leaves_open_whether_null_occurs(shop: PostgresqlSession) -> None:
    await run(shop, "BEGIN")
    await run(shop, "DECLARE c CURSOR FOR SELECT b.title FROM articles a LEFT JOIN articles b ON b.id = a.id + 1")
    for sql in ("FETCH 1 FROM c", "/* a */ fetch c"):
        cursor = await run(shop, sql)
        assert cursor.columns[0].origin is not None
        assert cursor.columns[0].nullable is None
    assert (await run(shop, "SELECT title FROM articles FETCH FIRST ROW ONLY")).columns[0].nullable is False


async def test_a_merge_leaves_open_whether_null_occurs(shop: PostgresqlSession) -> None:
    """Only versions from 17 on return rows of it, so those of another statement stand for them."""
    cursor = await shop.execute(Statement("SELECT title FROM articles", None, 1))
    assert isinstance(cursor, PostgresqlCursor)
    assert cursor._shape is not None
    merge = "MERGE INTO articles a USING s ON a.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING s.title"
    (column,) = shop._state.descriptions.columns(merge, cursor._shape)
    assert (cursor.columns[0].nullable, column.nullable) == (False, None)
    await cursor.aclose()


async def test_a_changed_definition_is_seen_at_once(shop: PostgresqlSession) -> None:
    sql = "SELECT title FROM articles"
    assert (await run(shop, sql)).columns[0].db_type == "character varying(40)"
    await run(shop, "ALTER TABLE articles ALTER title TYPE varchar(41), ALTER title DROP NOT NULL")
    (column,) = (await run(shop, sql)).columns
    assert (column.db_type, column.nullable) == ("character varying(41)", True)
    await run(shop, "BEGIN")
    await run(shop, "ALTER TABLE articles RENAME title TO label")
    (column,) = (await run(shop, "SELECT * FROM articles")).columns[2:3]
    assert column.origin is not None
    assert column.origin.column_name == "label"
    await run(shop, "ROLLBACK")
    (column,) = (await run(shop, "SELECT * FROM articles")).columns[2:3]
    assert column.origin is not None
    assert column.origin.column_name == "title"


async def test_rows_that_may_be_large_are_taken_one_by_one_and_short_ones_together(
    session: PostgresqlSession,
) -> None:
    await run(session, "CREATE TEMP TABLE notes (id int, body text, data bytea)")
    await run(session, "INSERT INTO notes SELECT n, 'short', '\\x00' FROM generate_series(1, 100) n")

    async def rows_at_once(sql: str) -> int:
        cursor = await session.execute(Statement(sql, None, 1))
        assert isinstance(cursor, PostgresqlCursor)
        assert cursor._shape is not None
        rows = cursor._shape.ntuples
        await cursor.aclose()
        return rows

    assert await rows_at_once("SELECT * FROM notes") > 1
    assert await rows_at_once("SELECT id, data || data FROM notes") == 1
    await run(session, "ALTER TABLE notes ALTER data SET STORAGE EXTERNAL")
    await run(session, "INSERT INTO notes SELECT 0, '', decode(repeat('00', 100000), 'hex')")
    session._state.descriptions.forget()  # what is known is kept for a minute
    assert await rows_at_once("SELECT * FROM notes") == 1
    assert await rows_at_once("SELECT id, body FROM notes") == 4, "as many large texts must fit into memory"
    assert await rows_at_once("SELECT id FROM notes") > 4


@pytest.mark.parametrize("first_rows", [0, 5])
async def test_returning_and_cursors_and_procedures_have_columns(shop: PostgresqlSession, first_rows: int) -> None:
    cursor = await shop.execute(Statement("UPDATE articles SET price = 3 RETURNING price, shop", None, first_rows))
    assert [(c.db_type, c.origin is not None) for c in cursor.columns] == [("numeric(10,2)", True), ("integer", True)]
    assert await cursor.fetch(5) == [("3.00", 1)]
    assert cursor.affected_rows == 1
    await run(shop, "BEGIN")
    await run(shop, "DECLARE c CURSOR FOR SELECT title FROM articles")
    cursor = await shop.execute(Statement("FETCH 5 FROM c", None, first_rows))
    assert cursor.columns[0].db_type == "character varying(40)"
    assert await cursor.fetch(5) == [("a",)]
    await run(shop, "COMMIT")
    await run(shop, "CREATE PROCEDURE pg_temp.p(INOUT n numeric(5,1)) LANGUAGE plpgsql AS 'BEGIN n := n * 2; END'")
    cursor = await shop.execute(Statement("CALL pg_temp.p($1)", [4], first_rows))
    assert [c.name for c in cursor.columns] == ["n"]
    assert await cursor.fetch(5) == [("8",)]
    cursor = await shop.execute(Statement("SHOW server_version_num", None, first_rows))
    assert cursor.columns[0].name == "server_version_num"
    cursor = await shop.execute(Statement("EXPLAIN SELECT 1", None, first_rows))
    assert cursor.columns[0].name == "QUERY PLAN"


async def test_the_catalog_is_not_asked_in_a_failed_transaction(shop: PostgresqlSession) -> None:
    await run(shop, "BEGIN")
    with pytest.raises(QueryFailed):
        await run(shop, "SELECT 1 / 0")
    assert shop.transaction_status == "failed"
    with pytest.raises(QueryFailed) as refused:
        await run(shop, "SELECT price FROM articles")
    assert refused.value.details.model_dump()["sqlstate"] == "25P02"  # type: ignore[union-attr]  # it has details
    await run(shop, "ROLLBACK")
    assert shop.transaction_status == "idle"


async def test_asking_the_catalog_disturbs_no_transaction(shop: PostgresqlSession) -> None:
    await run(shop, "BEGIN ISOLATION LEVEL SERIALIZABLE")
    assert await rows_of(shop, "SELECT price FROM articles WHERE title = $1", ["a"]) == [("2.50",)]
    assert shop.transaction_status == "in_transaction"
    await run(shop, "COMMIT")
