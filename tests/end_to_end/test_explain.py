"""Plans of statements: through the process and the protocol to real databases."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.explain import ExplainQueryRequest, ExplainQueryResponse, PlanNode
from litebase_schema.history import SearchHistoryRequest

from litebase.client import Client, RequestFailed, connect, start_backend
from tests.conftest import Database, OpenDatabase, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.mysql_series import MEASURES_PLANS, ON_MYSQL, mariadb_only
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


class Planned(Database):
    """A database with a small and a large table."""

    service: Service
    engine: str

    async def explain(self, sql: str, **options: Any) -> ExplainQueryResponse:
        request = ExplainQueryRequest(**{"connection_id": self.connection_id, "sql": sql, **options})
        answer = await self.client.explain_query(request)
        numbers = [one.id for one in answer.nodes]
        assert numbers == list(range(answer.node_count))
        assert sorted(child for one in answer.nodes for child in one.children) == numbers[1:]
        assert all(
            one.self_ms is None or one.total_ms is None or one.self_ms <= one.total_ms + 0.001 for one in answer.nodes
        )
        return answer

    async def refusal(self, sql: str, **options: Any) -> RequestFailed:
        with pytest.raises(RequestFailed) as refused:
            await self.explain(sql, **options)
        return refused.value

    async def session(self) -> str:
        request = OpenDbSessionRequest(connection_id=self.connection_id)
        return (await self.client.open_db_session(request)).db_session_id

    async def count(self, **options: Any) -> Any:
        return (await self.rows("SELECT count(*) FROM few", **options))[0][0]


async def _planned(database: Database, engine: str) -> Planned:
    found = Planned(database.client, database.connection_id)
    found.engine = engine
    for sql in (
        "DROP TABLE IF EXISTS few",
        "DROP TABLE IF EXISTS many",
        "CREATE TABLE few (a integer PRIMARY KEY, b integer)",
        "CREATE TABLE many (a integer PRIMARY KEY, b integer, c varchar(20))",
        f"INSERT INTO few SELECT n, n FROM ({DIALECTS[engine].numbers.format(count=10)}) AS x",
        f"INSERT INTO many SELECT n, n % 10, 'x' FROM ({DIALECTS[engine].numbers.format(count=5000)}) AS x",
    ):
        await found.query(sql)
    await found.query("ANALYZE TABLE many" if engine == "mysql" else "ANALYZE many")
    return found


@pytest.fixture(params=["postgresql", "mysql"])
async def planned(request: pytest.FixtureRequest, client: Client) -> Planned:
    service: Service = request.getfixturevalue(f"{request.param}_service")
    connection = await client.db_connect(target_of(service))
    found = await _planned(Database(client, connection.connection_id), request.param)
    found.service = service
    return found


def _of(answer: ExplainQueryResponse, table: str) -> Sequence[PlanNode]:
    return [one for one in answer.nodes if one.object is not None and one.object.name == table]


def _skip_writes_on_mysql(planned: Planned) -> None:
    if planned.engine == "mysql" and ON_MYSQL:
        pytest.skip("MySQL does not run writes of one table for their plan")


def _skip_where_nothing_is_measured(planned: Planned) -> None:
    if planned.engine == "mysql" and not MEASURES_PLANS:
        pytest.skip("MySQL measures plans from 8.0.18 on")


def _codes(answer: ExplainQueryResponse, table: str) -> set[str]:
    numbers = {one.id for one in _of(answer, table)}
    return {one.code for one in answer.findings if one.node_id in numbers}


async def test_a_plan_is_a_tree_and_nothing_is_run(planned: Planned) -> None:
    answer = await planned.explain("SELECT * FROM few JOIN many ON many.b = few.b WHERE many.c = 'x'")
    (few,), (many,) = _of(answer, "few"), _of(answer, "many")
    assert few.rows_estimated is not None
    assert (many.rows_actual, many.loops, many.self_ms, answer.execution_ms) == (None, None, None, None)
    assert "many" in answer.raw
    assert answer.raw_complete
    await planned.explain("-- a remark\n DELETE FROM few")
    assert not (await planned.explain("INSERT INTO few SELECT a + 100, b FROM few")).rolled_back
    assert await planned.count() == 10


async def test_analyze_measures_each_node_by_itself(planned: Planned) -> None:
    _skip_where_nothing_is_measured(planned)
    answer = await planned.explain("SELECT count(*) FROM many WHERE b * 2 = 4 AND c = 'x'", analyze=True)
    (scan,) = _of(answer, "many")
    assert scan.loops == 1
    assert scan.self_ms is not None
    assert scan.rows_actual in (500, 5000)  # MariaDB tells those that are read
    assert answer.execution_ms is not None
    assert scan.total_ms is not None
    assert scan.total_ms <= answer.execution_ms
    assert answer.rolled_back
    assert "full_scan" in _codes(answer, "many")


async def test_the_time_of_several_loops_is_added_up(planned: Planned) -> None:
    _skip_where_nothing_is_measured(planned)
    sql = "SELECT few.a, (SELECT count(*) FROM many WHERE many.b = few.b AND many.c >= 'a') FROM few"
    answer = await planned.explain(sql, analyze=True)
    (scan,) = _of(answer, "many")
    assert scan.loops == 10
    assert scan.self_ms is not None
    if planned.engine == "postgresql":  # which tells the time of one loop
        (told,) = json.loads(answer.raw)[0]["Plan"]["Plans"][0]["Plans"]
        assert scan.self_ms == pytest.approx(10 * told["Actual Total Time"])


@pytest.mark.skipif(not ON_MYSQL, reason="is about MySQL")
async def test_writes_that_mysql_does_not_run_for_their_plan_are_refused(planned: Planned) -> None:
    if planned.engine == "mysql":
        for sql in ("DELETE FROM few", "UPDATE few SET b = 0", "INSERT INTO few VALUES (11, 11)"):
            assert (await planned.refusal(sql, analyze=True)).code == "unsupported", sql
        assert await planned.rows("SELECT count(*), max(a), max(b) FROM few") == [[10, 10, 10]]


async def test_what_is_run_leaves_nothing_behind(planned: Planned) -> None:
    _skip_writes_on_mysql(planned)
    for sql in (
        "DELETE FROM few",
        "/* SELECT */ UPDATE few SET b = 0",
        "INSERT INTO few VALUES (1000, 1)",
        *(["WITH gone AS (DELETE FROM few RETURNING a) SELECT * FROM gone"] * (planned.engine == "postgresql")),
    ):
        assert (await planned.explain(sql, analyze=True)).rolled_back
        assert await planned.rows("SELECT count(*), max(a), max(b) FROM few") == [[10, 10, 10]]
    session = await planned.session()
    for sql in ("BEGIN", "INSERT INTO few VALUES (11, 11)"):
        await planned.query(sql, db_session_id=session)
    await planned.explain("DELETE FROM few", analyze=True, db_session_id=session)
    failed = await planned.refusal("INSERT INTO few VALUES (11, 11)", analyze=True, db_session_id=session)
    assert failed.code == "query_failed"
    assert await planned.count(db_session_id=session) == 11
    assert (await planned.query("COMMIT", db_session_id=session)).transaction_status == "idle"
    assert await planned.count() == 11


async def test_what_is_run_for_its_plan_is_in_the_history(postgresql_service: Service, tmp_path: Path) -> None:
    async with (
        start_backend("--history", str(tmp_path / "history.db")) as started,
        connect(started.endpoint) as client,
    ):
        connection = await client.db_connect(target_of(postgresql_service))
        planned = Planned(client, connection.connection_id)
        await planned.explain("SELECT 1")
        await planned.explain("SELECT 2", analyze=True)
        await planned.explain("SELECT 3", analyze=True, record=False)
        assert (await planned.refusal("SELECT 1 / 0", analyze=True)).code == "query_failed"
        assert (await planned.refusal("DROP TABLE few", analyze=True)).code == "unsupported"
        read_only = await client.db_connect(target_of(postgresql_service, read_only=True))
        refused = Planned(client, read_only.connection_id)
        assert (await refused.refusal("DELETE FROM few", analyze=True)).code == "read_only"
        found = (await client.search_history(SearchHistoryRequest())).entries
    assert [(one.sql, one.outcome, one.origin) for one in found] == [
        ("SELECT 1 / 0", "failed", "explain"),
        ("SELECT 2", "done", "explain"),
    ]


async def test_what_is_no_statement_with_a_plan_is_refused(planned: Planned) -> None:
    for sql in ("EXPLAIN SELECT 1", "DROP TABLE few", "", "COMMIT", "SET x = 1", "SELECT 1; DELETE FROM few", "DO 0"):
        for analyze in (False, True):
            assert (await planned.refusal(sql, analyze=analyze)).code == "unsupported", sql
    assert (await planned.refusal("SELECT nothing FROM nowhere")).code == "query_failed"
    assert await planned.count() == 10


async def test_a_read_only_connection_and_production_do_not_run_writes_for_a_plan(planned: Planned) -> None:
    _skip_writes_on_mysql(planned)
    for options, code in (({"read_only": True}, "read_only"), ({"environment": "production"}, "confirmation_required")):
        connection = await planned.client.db_connect(target_of(planned.service, **options))
        planned.connection_id = connection.connection_id
        assert (await planned.refusal("DELETE FROM few", analyze=True)).code == code
        if options == {"environment": "production"} or planned.engine == "postgresql":
            assert (await planned.explain("DELETE FROM few")).node_count
        else:
            assert (await planned.refusal("DELETE FROM few")).code == "read_only"
        assert (await planned.explain("SELECT * FROM few", analyze=True)).rolled_back
    await planned.explain("DELETE FROM few", analyze=True, confirm=True)
    assert await planned.count() == 10


async def test_placeholders_get_their_values_or_a_plan_for_any(planned: Planned) -> None:
    _skip_where_nothing_is_measured(planned)
    mark = DIALECTS[planned.engine].placeholder
    sql = f"SELECT * FROM many WHERE a = {mark}"
    answer = await planned.explain(sql, params=[7], analyze=True)
    if planned.engine == "postgresql" or not ON_MYSQL:  # which does not even name the table of a row that it has read
        (found,) = _of(answer, "many")
        assert found.rows_actual == (1 if planned.engine == "postgresql" else None)  # MariaDB reads it while it plans
    if planned.engine == "postgresql":
        for options in ({}, {"db_session_id": await planned.session()}):
            assert "$1" in (await planned.explain(sql, **options)).raw
            assert (await planned.explain("SELECT '$1'", **options)).node_count == 1
    else:
        assert (await planned.refusal(sql)).code == "query_failed"


async def test_a_plan_that_fails_leaves_no_prepared_statement(postgresql_service: Service, client: Client) -> None:
    connection = await client.db_connect(target_of(postgresql_service))
    planned = Planned(client, connection.connection_id)
    session = await planned.session()
    for begin in ((), ("BEGIN",)):
        for sql in begin:
            await planned.query(sql, db_session_id=session)
        assert (await planned.refusal("SELECT 1 / 0, $1::integer", db_session_id=session)).code == "query_failed"
        assert await planned.rows("SELECT name FROM pg_prepared_statements", db_session_id=session) == []


async def test_a_statement_that_is_run_for_its_plan_can_be_stopped(planned: Planned) -> None:
    _skip_where_nothing_is_measured(planned)
    session = await planned.session()
    with anyio.fail_after(SOON_S):
        stopped = await planned.refusal(
            DIALECTS[planned.engine].endless, analyze=True, timeout_ms=300, db_session_id=session
        )
    assert stopped.code == "timeout"
    answer = await planned.query("SELECT 1", db_session_id=session)
    assert answer.transaction_status == "idle"


@mariadb_only
async def test_tables_without_transactions_are_never_changed_for_a_plan(mysql_service: Service, client: Client) -> None:
    connection = await client.db_connect(target_of(mysql_service))
    planned = await _planned(Database(client, connection.connection_id), "mysql")
    for sql in (
        "DROP TABLE IF EXISTS lasting",
        "CREATE TABLE lasting (a integer) ENGINE = MyISAM",
        "INSERT INTO lasting VALUES (1)",
        "DROP FUNCTION IF EXISTS note_it",
        "CREATE FUNCTION note_it () RETURNS integer MODIFIES SQL DATA BEGIN INSERT INTO lasting VALUES (2);"
        " RETURN 1; END",
    ):
        await planned.query(sql)
    session = await planned.session()
    await planned.query("BEGIN", db_session_id=session)
    for sql, options in (
        ("DELETE FROM lasting", {}),
        ("UPDATE few SET b = note_it()", {}),
        ("UPDATE few, lasting SET b = 1", {}),
        ("SELECT note_it()", {"db_session_id": session}),
    ):
        refused = await planned.refusal(sql, analyze=True, **options)
        assert refused.code == "unsupported", sql
        assert "'lasting'" in refused.message
    assert (await planned.refusal("SELECT note_it()", analyze=True)).code == "read_only"
    refused = await planned.refusal("SELECT 1 INTO OUTFILE '/tmp/litebase-plan'", analyze=True)
    assert refused.code == "unsupported"
    assert await planned.rows("SELECT a FROM lasting") == [[1]]
    await planned.query("CREATE TRIGGER by_hand AFTER UPDATE ON few FOR EACH ROW DELETE FROM lasting")
    assert (await planned.refusal("UPDATE few SET b = 1", analyze=True)).code == "unsupported"
    assert await planned.rows("SELECT a FROM lasting") == [[1]]
    for sql in ("DROP TRIGGER by_hand", "DROP FUNCTION note_it", "DROP TABLE lasting"):
        await planned.query(sql)


@mariadb_only
async def test_a_table_without_transactions_is_found_by_any_name_and_place(
    mysql_service: Service, client: Client
) -> None:
    connection = await client.db_connect(target_of(mysql_service))
    planned = await _planned(Database(client, connection.connection_id), "mysql")
    for name in ("odd-table", "123", "a`b"):
        quoted = f"`{name.replace('`', '``')}`"
        await planned.query(f"DROP TABLE IF EXISTS {quoted}")
        await planned.query(f"CREATE TABLE {quoted} (a integer) ENGINE = MyISAM")
        await planned.query(f"INSERT INTO {quoted} VALUES (1)")
        refused = await planned.refusal(f"/* ` */ DELETE FROM {quoted}", analyze=True)
        assert refused.code == "unsupported", name
        assert await planned.rows(f"SELECT a FROM {quoted}") == [[1]]
        await planned.query(f"DROP TABLE {quoted}")
    session = await planned.session()
    await planned.query("USE mysql", db_session_id=session)
    refused = await planned.refusal("DELETE FROM servers", analyze=True, db_session_id=session)
    assert (refused.code, "'servers'" in refused.message) == ("unsupported", True)
    refused = await planned.refusal("SELECT 1 /*! INTO OUTFILE '/tmp/litebase-plan' */", analyze=True)
    assert refused.code == "unsupported"


@mariadb_only
async def test_a_function_that_writes_is_not_called_for_a_plan_alone(mysql_service: Service, client: Client) -> None:
    connection = await client.db_connect(target_of(mysql_service))
    planned = await _planned(Database(client, connection.connection_id), "mysql")
    for sql in (
        "DROP TABLE IF EXISTS called",
        "CREATE TABLE called (a integer) ENGINE = MyISAM",
        "DROP FUNCTION IF EXISTS call_it",
        "CREATE FUNCTION call_it () RETURNS integer DETERMINISTIC MODIFIES SQL DATA"
        " BEGIN INSERT INTO called VALUES (2); RETURN 1; END",
    ):
        await planned.query(sql)
    session = await planned.session()
    await planned.query("BEGIN", db_session_id=session)
    for sql, options in (
        ("SELECT * FROM few WHERE a = call_it()", {"db_session_id": session}),
        ("UPDATE few SET b = 1 WHERE a = call_it()", {}),
        ("DELETE FROM few WHERE a = (SELECT call_it())", {"db_session_id": session}),
    ):
        assert (await planned.refusal(sql, **options)).code == "unsupported", sql
    assert await planned.rows("SELECT a FROM called") == []
    for sql in ("DROP FUNCTION call_it", "DROP TABLE called"):
        await planned.query(sql)


async def test_sqlite_shows_its_plan_and_measures_nothing(open_database: OpenDatabase, tmp_path: Path) -> None:
    planned = await _planned(await open_database(tmp_path / "a.db", mode="create"), "sqlite")
    answer = await planned.explain("SELECT * FROM few JOIN many ON many.b + 0 = few.b + 0 ORDER BY few.b")
    assert "SCAN" in answer.raw
    assert [one.object.name for one in answer.nodes if one.object is not None] == ["few", "many"]
    assert [one.code for one in answer.findings] == ["full_scan"]
    assert (await planned.explain("SELECT * FROM many WHERE a = ? AND b = ?")).node_count == 2
    assert (await planned.explain("SELECT * FROM many WHERE a = :a", params={"a": 1})).node_count == 2
    await planned.explain("DELETE FROM few")
    assert await planned.count() == 10
    assert (await planned.refusal("DELETE FROM few", analyze=True)).code == "unsupported"
    assert (await planned.refusal("PRAGMA user_version = 7")).code == "unsupported"
    session = await planned.session()
    await planned.query("BEGIN", db_session_id=session)
    await planned.explain("SELECT * FROM few", db_session_id=session)
    assert (await planned.query("SELECT 1", db_session_id=session)).transaction_status == "in_transaction"


async def test_a_plan_of_more_than_ten_thousand_nodes_is_told_in_part(
    postgresql_service: Service, client: Client
) -> None:
    connection = await client.db_connect(target_of(postgresql_service))
    tables = ", ".join(f"generate_series(1, 2) AS {name}" for name in "abcdefgh")
    parts = ", ".join([f"(SELECT count(*) FROM {tables})"] * 650)  # of 16 nodes each
    request = ExplainQueryRequest(connection_id=connection.connection_id, sql=f"SELECT greatest({parts})")
    answer = await client.explain_query(request)
    assert not answer.complete
    assert answer.node_count > 10_000
    assert len(answer.nodes) == 10_000
    numbers = {one.id for one in answer.nodes}
    assert all(child in numbers for one in answer.nodes for child in one.children)


async def test_a_plan_of_many_thousand_nodes_is_bounded(open_database: OpenDatabase) -> None:
    memory = Planned((database := await open_database()).client, database.connection_id)
    parts = " UNION ALL ".join(f"SELECT * FROM (SELECT {n} UNION SELECT {n})" for n in range(450))
    answer = await memory.explain(f"SELECT * FROM ({parts})")
    assert answer.complete
    assert answer.node_count > 450
