"""How a statement's columns are learnt."""

import pytest

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import QueryFailed
from tests.drivers.conformance import rows_of, run
from tests.drivers.postgresql.conftest import OpenSession

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("first_rows", [0, 5])
async def test_returning_and_cursors_and_procedures_tell_their_columns(
    shop: PostgresqlSession, first_rows: int
) -> None:
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


async def test_asking_the_catalog_disturbs_no_transaction(open_session: OpenSession, shop: PostgresqlSession) -> None:
    await run(shop, "BEGIN ISOLATION LEVEL SERIALIZABLE")
    assert await rows_of(shop, "SELECT price FROM articles WHERE title = $1", ["a"]) == [("2.50",)]
    assert shop.transaction_status == "in_transaction"
    await run(shop, "COMMIT")
