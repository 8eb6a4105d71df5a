"""Plans of MariaDB and MySQL where a rollback would not undo what is run, or would undo too much."""

from collections.abc import AsyncIterator

import pytest
from litebase_schema.sql import InspectSqlRequest

from litebase.client import Client
from tests.conftest import target_of
from tests.end_to_end.test_explain import Planned
from tests.mysql_series import MEASURES_PLANS, mariadb_only
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def planned(mysql_service: Service, client: Client) -> AsyncIterator[Planned]:
    connection = await client.db_connect(target_of(mysql_service))
    found = Planned(client, connection.connection_id)
    found.service = mysql_service
    for sql in (
        "DROP TABLE IF EXISTS stays",
        "CREATE TABLE stays (a INTEGER PRIMARY KEY, b INTEGER)",
        "INSERT INTO stays VALUES (1, 1), (2, 2), (3, 1)",
    ):
        await found.query(sql)
    yield found
    await found.query("DROP TABLE stays")


@mariadb_only  # MySQL measures no write of one table
async def test_a_temporary_table_without_transactions_is_never_changed(planned: Planned) -> None:
    session = await planned.session()
    for sql in (
        "CREATE TEMPORARY TABLE stays (a INTEGER) ENGINE = MyISAM",  # in the place of the one that stays
        "CREATE TEMPORARY TABLE harmless (a INTEGER) ENGINE = InnoDB",
        "INSERT INTO stays VALUES (7)",
        "INSERT INTO harmless VALUES (7)",
    ):
        await planned.query(sql, db_session_id=session)
    for sql in ("DELETE FROM stays", "DELETE FROM `stays`", "DELETE FROM litebase . `stays`"):
        refused = await planned.refusal(sql, analyze=True, db_session_id=session)
        assert refused.code == "unsupported", sql
        assert "The temporary table 'stays' has the storage engine MyISAM" in refused.message
    assert (await planned.explain("DELETE FROM harmless", analyze=True, db_session_id=session)).rolled_back
    assert await planned.rows("SELECT a FROM stays", db_session_id=session) == [[7]]
    assert await planned.rows("SELECT a FROM harmless", db_session_id=session) == [[7]]
    assert (await planned.explain("DELETE FROM stays", analyze=True)).rolled_back, "another session sees the other one"


async def test_a_plan_does_not_unlock_tables(planned: Planned) -> None:
    session = await planned.session()
    await planned.query("LOCK TABLES stays WRITE", db_session_id=session)
    for analyze in (False, *([True] * MEASURES_PLANS)):
        refused = await planned.refusal("SELECT * FROM stays", analyze=analyze, db_session_id=session)
        assert refused.code == "conflict"
        assert "unlock them first" in refused.message
    await planned.query("INSERT INTO stays VALUES (4, 4)", db_session_id=session)
    await planned.query("UNLOCK TABLES", db_session_id=session)
    if MEASURES_PLANS:
        assert (await planned.explain("SELECT * FROM stays", analyze=True, db_session_id=session)).rolled_back


@pytest.mark.skipif(not MEASURES_PLANS, reason="MySQL measures plans from 8.0.18 on")
async def test_a_subquery_whose_values_are_kept_was_carried_out(planned: Planned) -> None:
    sql = "SELECT a FROM stays AS s WHERE b IN (SELECT max(b) FROM stays AS t WHERE t.a <= s.a GROUP BY t.b) OR a = 9"
    answer = await planned.explain(sql, analyze=True)
    assert [one.message for one in answer.findings if one.code == "never_executed"] == []


async def test_a_statement_larger_than_a_packet_is_one_finding_among_others(planned: Planned) -> None:
    ((size,),) = await planned.rows("SELECT @@max_allowed_packet")
    assert isinstance(size, int)
    await planned.query("SET GLOBAL max_allowed_packet = 1048576")
    try:
        connection = await planned.client.db_connect(target_of(planned.service))
        large = f"SELECT '{'x' * 1_100_000}'"
        request = InspectSqlRequest(
            connection_id=connection.connection_id, sql=f"SELECT 1; {large}; SELECT nothing", check="server"
        )
        found = await planned.client.inspect_sql(request)
    finally:
        await planned.query(f"SET GLOBAL max_allowed_packet = {size}")
    assert [(one.start, one.end, one.code) for one in found.findings][:1] == [(10, 10 + len(large), "refused")]
    assert "max_allowed_packet" in found.findings[0].message
    assert len(found.findings) == 2
    assert len(found.statements) == 3
