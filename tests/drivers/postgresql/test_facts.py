"""Names of types and origins of columns, as the catalog has them."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.cursor import PostgresqlCursor
from litebase.drivers.postgresql.session import PostgresqlSession
from tests.drivers.conformance import run

pytestmark = pytest.mark.anyio


async def test_columns_tell_their_table_their_key_and_whether_null_occurs(shop: PostgresqlSession) -> None:
    cursor = await shop.execute(
        Statement('SELECT id AS i, title, price, mark, "odd ""name", id + 1 FROM articles x', None, 5)
    )
    await cursor.aclose()
    told = [(c.name, c.db_type, c.kind, c.nullable) for c in cursor.columns]
    assert told == [
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


async def test_rows_that_may_be_large_are_taken_one_by_one_and_short_ones_in_pieces(
    session: PostgresqlSession,
) -> None:
    await run(session, "CREATE TEMP TABLE notes (id int, body text, data bytea)")
    await run(session, "INSERT INTO notes SELECT n, 'short', '\\x00' FROM generate_series(1, 100) n")

    async def largest_piece(sql: str) -> int:
        cursor = await session.execute(Statement(sql, None, 1))
        assert isinstance(cursor, PostgresqlCursor)
        assert cursor.shape is not None
        pieces = cursor.shape.ntuples
        await cursor.aclose()
        return pieces

    assert await largest_piece("SELECT * FROM notes") > 1
    assert await largest_piece("SELECT id, data || data FROM notes") == 1
    await run(session, "ALTER TABLE notes ALTER data SET STORAGE EXTERNAL")
    await run(session, "INSERT INTO notes SELECT 0, '', decode(repeat('00', 100000), 'hex')")
    session._state.facts.forget()  # what is known is kept for a minute
    assert await largest_piece("SELECT * FROM notes") == 1
    assert await largest_piece("SELECT id, body FROM notes") == 4, "as many large texts must fit into memory"
    assert await largest_piece("SELECT id FROM notes") > 4
