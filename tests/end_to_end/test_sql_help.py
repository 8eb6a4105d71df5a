"""SQL text that is inspected: through the process and the protocol, with the database's own word on it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import DescribeObjectsRequest, ObjectRef
from litebase_schema.connection import SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.sql import CompleteSqlRequest, CompleteSqlResponse, InspectSqlRequest, InspectSqlResponse

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.mysql_series import mariadb_only
from tools.services import Service, postgresql

pytestmark = pytest.mark.anyio

PLACEHOLDER = {"sqlite": "?", "postgresql": "$1", "mysql": "?"}
MISTAKES = {  # a statement after another one, and what the finding is about
    "sqlite": [("SELECT nme FROM people", "nme"), ("SELECT 1 FROM nowhere", "nowhere"),
               ("SELECT 1 FORM people", "people"),
               ("INSERT INTO people (id, nme) VALUES (1, 2)", "nme")],
    "postgresql": [("SELECT nme FROM people", "nme"), ("SELECT 1 FROM nowhere", "nowhere"),
               ("SELECT 1 FORM people", "people"),
                   ("SELECT lower(id) FROM people", "lower"), ("CREATE TABEL x (a int)", "TABEL")],
    "mysql": [("SELECT nme FROM people", "nme"), ("SELECT 1 FROM nowhere", "nowhere"),
               ("SELECT 1 FORM people", "people"),
              ("SELECT nofunction(1)", "nofunction"), ("CREATE TABEL x (a int)", "TABEL")],
}  # fmt: skip


@dataclass
class Help(Database):
    """A connection to one engine with a table of people."""

    engine: str

    async def inspect(self, sql: str, **options: Any) -> InspectSqlResponse:
        request = InspectSqlRequest(connection_id=self.connection_id, sql=sql, **options)
        return await self.client.inspect_sql(request)


@pytest.fixture(params=sorted(DIALECTS))
async def help_(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Help]:
    engine = request.param
    if engine == "sqlite":
        target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "help.db"), mode="create")
    else:
        target = target_of(request.getfixturevalue(f"{engine}_service"))
    opened = await client.db_connect(target)
    database = Help(client, opened.connection_id, engine)
    await database.query("DROP TABLE IF EXISTS people")
    await database.query("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20))")
    await database.query("INSERT INTO people VALUES (1, 'Ada')")
    yield database
    await database.query("DROP TABLE people")


async def test_the_database_finds_mistakes_with_their_places(help_: Help) -> None:
    for wrong, about in MISTAKES[help_.engine]:
        sql = f"SELECT 'ä\U0001f600' ;\n{wrong};"
        answer = await help_.inspect(sql, check="server")
        (one,) = answer.findings
        assert (one.severity, one.code) == ("error", "refused"), wrong
        assert sql[one.start : one.end] == about, one
        assert one.message
        assert one.engine_code


async def test_nothing_is_run_and_nothing_of_the_user_is_touched(help_: Help) -> None:
    own = await help_.client.open_db_session(OpenDbSessionRequest(connection_id=help_.connection_id))
    await help_.query("BEGIN", db_session_id=own.db_session_id)
    sql = "DELETE FROM people WHERE id > 0; DROP TABLE people; INSERT INTO people VALUES (7, 'x'); COMMIT"
    answer = await help_.inspect(sql, check="server")
    assert answer.findings == []
    assert [one.effect for one in answer.statements] == ["writes", "defines", "writes", "transaction"]
    done = await help_.query("SELECT id, name FROM people", db_session_id=own.db_session_id)
    assert done.rows == [[1, "Ada"]]
    assert done.transaction_status == "in_transaction"
    await help_.query("ROLLBACK", db_session_id=own.db_session_id)


async def test_a_name_that_an_earlier_statement_makes_is_no_mistake(help_: Help) -> None:
    made = "CREATE TABLE made_later (a INTEGER); SELECT a FROM made_later; SELEC 1"
    answer = await help_.inspect(made, check="server")
    assert [one.code for one in answer.findings] == ["refused"]
    assert answer.findings[0].start >= made.index("SELEC 1")
    before = await help_.inspect("SELECT a FROM made_later; CREATE TABLE made_later (a INTEGER)", check="server")
    assert len(before.findings) == 1


async def test_a_name_that_select_into_or_use_may_make_known_is_no_mistake(help_: Help) -> None:
    first = {"postgresql": "SELECT 1 AS a INTO made_later", "mysql": "USE`mysql`", "sqlite": "ATTACH':memory:' AS b"}
    answer = await help_.inspect(f"{first[help_.engine]}; SELECT a FROM made_later", check="server")
    assert answer.findings == []
    answer = await help_.inspect("SELECT 1; SELECT a FROM made_later", check="server")
    assert len(answer.findings) == 1


@mariadb_only
async def test_a_sequence_that_an_earlier_statement_makes_is_no_mistake(client: Client, mysql_service: Service) -> None:
    opened = await client.db_connect(target_of(mysql_service))
    help_ = Help(client, opened.connection_id, "mysql")
    made = "CREATE SEQUENCE made_later; SELECT NEXT VALUE FOR made_later"
    assert (await help_.inspect(made, check="server")).findings == []
    assert len((await help_.inspect("SELECT NEXT VALUE FOR made_later", check="server")).findings) == 1


async def test_what_a_read_only_connection_refuses_is_a_finding(client: Client, mysql_service: Service) -> None:
    opened = await client.db_connect(target_of(mysql_service).model_copy(update={"read_only": True}))
    sql = "SELECT 1; SET SESSION TRANSACTION READ WRITE; SELEC 2"
    answer = await Help(client, opened.connection_id, "mysql").inspect(sql, check="server")
    assert [sql[one.start : one.end] for one in answer.findings] == ["SET SESSION TRANSACTION READ WRITE", "SELEC"]
    assert {one.code for one in answer.findings} == {"refused"}


async def test_types_of_parameters_are_told_where_the_server_knows_them(help_: Help) -> None:
    sql = f"SELECT name FROM people WHERE id = {PLACEHOLDER[help_.engine]}"
    (statement,) = (await help_.inspect(sql, check="server")).statements
    (one,) = statement.parameters
    assert (one.number, one.name) == (1, None)
    assert one.db_type == ("integer" if help_.engine == "postgresql" else None)
    assert [sql[place.start : place.end] for place in one.places] == [PLACEHOLDER[help_.engine]]


async def test_what_cannot_be_prepared_is_no_finding(help_: Help) -> None:
    cannot = {
        "sqlite": "PRAGMA user_version = 7; EXPLAIN PRAGMA user_version = 7",
        "postgresql": "PREPARE p AS SELECT 1; SELECT $1; DO 'BEGIN END'",
        "mysql": "LOCK TABLES people READ; BEGIN; SELECT ?",
    }
    assert (await help_.inspect(cannot[help_.engine], check="server")).findings == []
    if help_.engine == "sqlite":
        assert (await help_.query("PRAGMA user_version")).rows == [[0]]


async def test_a_table_that_somebody_locks_is_told_of(help_: Help) -> None:
    if help_.engine == "sqlite":
        return  # compiling waits for nobody
    own = await help_.client.open_db_session(OpenDbSessionRequest(connection_id=help_.connection_id))
    lock = {"postgresql": ["BEGIN", "LOCK TABLE people"], "mysql": ["LOCK TABLES people WRITE"]}[help_.engine]
    for sql in lock:
        await help_.query(sql, db_session_id=own.db_session_id)
    answer = await help_.inspect("SELECT * FROM people; SELECT 1", check="server")
    for sql in {"postgresql": ["ROLLBACK"], "mysql": ["UNLOCK TABLES"]}[help_.engine]:
        await help_.query(sql, db_session_id=own.db_session_id)
    assert [one.code for one in answer.findings] in (["not_checked"], [])
    assert (await help_.inspect("SELECT * FROM people", check="server")).findings == []


async def test_the_place_is_that_of_a_name(help_: Help) -> None:
    sql = "SELECT p.name FROM people p"
    at = (await help_.inspect(sql, offset=sql.index("name"))).at
    assert at is not None
    assert (at.what, at.start, at.end) == ("object", 9, 13)
    assert at.object is not None
    assert (at.object.kind, at.object.parent_name, at.object.name) == ("column", "people", "name")


async def test_the_place_has_what_a_hover_and_the_help_with_arguments_show(help_: Help) -> None:
    sql = "SELECT LOWER(PEOPLE.name), replace(name, 'a', ) FROM people"
    at = (await help_.inspect(sql, offset=8)).at
    assert at is not None
    assert (at.what, at.signatures, at.call) == ("function", ["lower(text) → text"], None)
    at = (await help_.inspect(sql, offset=sql.index(", )") + 2)).at
    assert at is not None
    assert at.call is not None
    assert (at.call.name.lower(), at.call.argument) == ("replace", 2)
    (signature,) = at.call.signatures
    assert signature.count(",") == 2
    if help_.engine == "mysql":
        return  # its names of tables may differ in their case
    await help_.client.complete_sql(
        CompleteSqlRequest(connection_id=help_.connection_id, sql="SELECT * FROM ", offset=14, wait_ms=10_000)
    )
    at = (await help_.inspect(sql, offset=sql.index("name"))).at
    assert at is not None
    assert at.object is not None
    home = {"postgresql": "public", "sqlite": "main"}[help_.engine]
    assert (at.object.schema_name, at.object.parent_name, at.object.name) == (home, "people", "name")
    table = ObjectRef(kind="table", schema_name=at.object.schema_name, name=at.object.parent_name or "")
    request = DescribeObjectsRequest(connection_id=help_.connection_id, objects=[table])
    (described,) = (await help_.client.describe_objects(request)).descriptions
    assert [one.name for one in described.columns] == ["id", "name"]


async def test_a_function_of_the_database_has_its_signature_once_names_are_read(
    client: Client, postgresql_service: Service
) -> None:
    opened = await client.db_connect(target_of(postgresql_service))
    database = Help(client, opened.connection_id, "postgresql")
    await database.query(
        "CREATE OR REPLACE FUNCTION hovered(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    )
    await completed(database, "SELECT hov|", wait_ms=10_000)
    at = (await database.inspect("SELECT public.hovered(1, )", offset=25)).at
    await database.query("DROP FUNCTION hovered(integer, text)")
    assert at is not None
    assert at.call is not None
    assert (at.call.schema_name, at.call.argument, at.call.signatures) == ("public", 1, ["hovered(a integer, b text)"])


UNCLOSED = (
    "SELECT 'a",
    'SELECT "b',
    "SELECT `c",
    "SELECT [d",
    "SELECT /* e",
    "SELECT $$ f",
    "SELECT (((",
    "SELECT CASE WHEN (",
)
FOREIGN = (
    "SELECT TOP 10 [a b] FROM [dbo].[people] WITH (NOLOCK) CROSS APPLY f(x)",
    "DECLARE @x INT = 1; IF @x > 0 BEGIN SELECT 1 END",
    "BEGIN NULL; EXCEPTION WHEN OTHERS THEN RAISE; END;\n/\n",
    "SELECT * FROM people CONNECT BY PRIOR id = parent START WITH id = 1",
    "SELECT `a` FROM `b` LIMIT 5, 10; REPLACE INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1",
    "SELECT a::int[] FROM b WHERE c @> '{1}' AND d ~* 'x' RETURNING *; DO $$ BEGIN END $$",
)


async def test_text_that_is_never_closed_or_of_another_dialect_is_answered_at_every_place(help_: Help) -> None:
    for sql in (
        *UNCLOSED,
        *FOREIGN,
        "e\u0301 SELECT '\U0001f468\u200d\U0001f469",
        "\ufeffSELECT 1",
        "\u2028;\u00a0SELECT",
    ):
        answer = await help_.inspect(sql, check="server")
        places = [(one.start, one.end) for one in answer.findings] + [(one.start, one.end) for one in answer.statements]
        assert all(0 <= start <= end <= len(sql) for start, end in places), sql
        for offset in range(0, len(sql) + 1, 3):  # also between a letter and its accent
            at = (await help_.inspect(sql, offset=offset)).at
            assert at is not None
            assert 0 <= at.start <= at.end <= len(sql), (sql, offset)
            request = CompleteSqlRequest(connection_id=help_.connection_id, sql=sql, offset=offset)
            for item in (await help_.client.complete_sql(request)).items:
                assert 0 <= item.start <= offset <= item.end <= len(sql), (sql, offset)
    assert await help_.rows("SELECT name FROM people") == [["Ada"]]


async def test_a_server_that_refuses_to_prepare_has_no_word_on_mistakes(client: Client, mysql_service: Service) -> None:
    opened = await client.db_connect(target_of(mysql_service))
    database = Help(client, opened.connection_id, "mysql")
    ((usual,),) = await database.rows("SELECT @@max_prepared_stmt_count")
    await database.query("SET GLOBAL max_prepared_stmt_count = 0")
    try:
        answer = await database.inspect("SELECT 1; SELECT nothing; DELETE FROM people", check="server")
    finally:
        await database.query(f"SET GLOBAL max_prepared_stmt_count = {usual}")
    assert [one.code for one in answer.findings] == ["without_where"]
    assert len(answer.statements) == 3
    found = await database.inspect("SELECT nothing", check="server")
    assert [one.code for one in found.findings] == ["refused"]


async def test_a_server_that_is_gone_fails_the_check_and_not_the_text(client: Client) -> None:
    with postgresql() as service:
        opened = await client.db_connect(target_of(service))
        database = Help(client, opened.connection_id, "postgresql")
        assert (await database.inspect("SELECT 1", check="server")).findings == []
    with pytest.raises(RequestFailed) as failed:
        await database.inspect("SELECT 1", check="server")
    assert failed.value.code in ("connect_failed", "connection_lost")
    assert len((await database.inspect("SELECT 1; SELECT 2")).statements) == 2
    answer = await completed(database, "SELECT | FROM people", wait_ms=300, limit=1000)
    assert answer.incomplete
    assert "CASE" in [one.text for one in answer.items]


async def test_a_dialect_needs_no_connection(client: Client) -> None:
    answer = await client.inspect_sql(InspectSqlRequest(dialect="mysql", sql="DELETE FROM `a b`"))
    (statement,) = answer.statements
    assert (statement.without_where, statement.tables[0].object.name) == (True, "a b")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "/data"),
        ({"dialect": "mysql", "connection_id": "c1"}, "/data"),
        ({"dialect": "oracle"}, "/data/dialect"),
        ({"dialect": "sqlite", "offset": 9}, "/data/offset"),
        ({"dialect": "sqlite", "check": "server"}, "/data/check"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_its_path(client: Client, options: dict[str, Any], path: str) -> None:
    with pytest.raises(RequestFailed) as failed:
        await client.inspect_sql(InspectSqlRequest(sql="SELECT 1", **options))
    assert failed.value.code == "invalid_message"
    assert failed.value.message.startswith(f"{path}: ")


async def test_a_text_of_ten_million_characters_is_answered(client: Client) -> None:
    row = "(1, 'abc'), "
    sql = "INSERT INTO t VALUES " + row * (10_000_000 // len(row)) + "(1, 'x')"
    answer = await client.inspect_sql(InspectSqlRequest(dialect="postgresql", sql=sql, offset=len(sql)))
    assert [(one.start, one.end) for one in answer.statements] == [(0, len(sql))]
    assert [one.code for one in answer.findings] == ["too_long"]
    many = await client.inspect_sql(InspectSqlRequest(dialect="postgresql", sql="SELECT 1;" * 1_000_000))
    assert (len(many.statements), many.complete) == (1000, False)


@pytest.fixture
async def shop(help_: Help) -> AsyncIterator[Help]:
    """The same with orders of people."""
    enum = {"postgresql": "mood", "mysql": "ENUM('open', 'it''s paid')", "sqlite": "TEXT"}[help_.engine]
    await help_.query("DROP TABLE IF EXISTS orders")
    if help_.engine == "postgresql":
        await help_.query("DROP TYPE IF EXISTS mood")
        await help_.query("CREATE TYPE mood AS ENUM ('open', 'it''s paid')")
    await help_.query(
        f"CREATE TABLE orders (id INTEGER PRIMARY KEY, person_id INTEGER, state {enum}, "
        "FOREIGN KEY (person_id) REFERENCES people (id))"
    )
    yield help_
    await help_.query("DROP TABLE orders")
    if help_.engine == "postgresql":
        await help_.query("DROP TYPE mood")


async def completed(database: Help, marked: str, **options: Any) -> CompleteSqlResponse:
    offset = marked.index("|")
    sql = marked[:offset] + marked[offset + 1 :]
    request = CompleteSqlRequest(connection_id=database.connection_id, sql=sql, offset=offset, **options)
    return await database.client.complete_sql(request)


async def texts(database: Help, marked: str, kind: str | None = None) -> list[str]:
    """What is offered when everything is known."""
    answer = await completed(database, marked, wait_ms=10_000, limit=1000)
    assert not answer.incomplete
    return [one.text for one in answer.items if kind in (None, one.kind)]


async def test_names_of_the_database_are_offered(shop: Help) -> None:
    assert {"people", "orders"} <= set(await texts(shop, "SELECT * FROM |", "table"))
    assert await texts(shop, "SELECT * FROM peo|", "table") == ["people"]
    assert await texts(shop, "SELECT | FROM people", "column") == ["id", "name"]
    assert await texts(shop, "SELECT p.| FROM People p") == ["id", "name"]
    conditions = await texts(shop, "SELECT * FROM people p JOIN orders o ON |", "join_condition")
    assert conditions == ["o.person_id = p.id"]
    assert await texts(shop, "SELECT * FROM people JOIN |", "join") == ["orders ON orders.person_id = people.id"]
    expected = [] if shop.engine == "sqlite" else ["'it''s paid'", "'open'"]
    assert sorted(await texts(shop, "SELECT * FROM orders WHERE state = |", "value")) == expected


async def test_the_first_answer_comes_before_the_names_are_read(shop: Help) -> None:
    first = await completed(shop, "SELECT | FROM people", limit=1000)
    assert first.incomplete
    assert "CASE" in [one.text for one in first.items]
    assert await texts(shop, "SELECT | FROM people", "column") == ["id", "name"]
    at_once = await completed(shop, "SELECT | FROM people", limit=1000)
    assert not at_once.incomplete
    assert [one.text for one in at_once.items if one.kind == "column"] == ["id", "name"]


async def test_what_the_connection_defines_is_offered_afterwards(shop: Help) -> None:
    assert await texts(shop, "SELECT added| FROM people", "column") == []
    await shop.query("ALTER TABLE people ADD COLUMN added_later INTEGER")
    assert await texts(shop, "SELECT added| FROM people", "column") == ["added_later"]
    await shop.query("CREATE TABLE made_later (a INTEGER)")
    try:
        assert await texts(shop, "SELECT * FROM made|", "table") == ["made_later"]
        assert await texts(shop, "SELECT | FROM made_later", "column") == ["a"]
    finally:
        await shop.query("DROP TABLE made_later")
    assert await texts(shop, "SELECT * FROM made|", "table") == []


async def test_ranges_are_in_code_points(shop: Help) -> None:
    answer = await completed(shop, "SELECT 'ä\U0001f600'; SELECT na|me FROM people", wait_ms=10_000)
    one = answer.items[0]
    assert (one.text, one.start, one.end) == ("name", 20, 24)


async def test_a_transaction_of_the_user_does_not_notice(shop: Help) -> None:
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    await shop.query("BEGIN", db_session_id=own.db_session_id)
    await shop.query("INSERT INTO people VALUES (2, 'Bo')", db_session_id=own.db_session_id)
    assert await texts(shop, "SELECT | FROM orders", "column") == ["id", "person_id", "state"]
    done = await shop.query("ROLLBACK", db_session_id=own.db_session_id)
    assert done.transaction_status == "idle"


async def test_a_place_behind_the_end_is_refused(shop: Help) -> None:
    with pytest.raises(RequestFailed) as failed:
        await shop.client.complete_sql(CompleteSqlRequest(connection_id=shop.connection_id, sql="SELECT", offset=7))
    assert failed.value.code == "invalid_message"
    assert "has 6 code points" in failed.value.message


async def test_a_long_text_and_one_in_memory_are_completed(client: Client) -> None:
    opened = await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
    database = Help(client, opened.connection_id, "sqlite")
    await database.query("CREATE TABLE people (id INTEGER, name TEXT)")
    filler = "INSERT INTO people VALUES (1, 'x');\n" * 100_000
    assert await texts(database, f"{filler}SELECT | FROM people", "column") == ["id", "name"]
    ten_million = await completed(database, f"{filler * 3}SELECT | FROM people")
    assert [one.text for one in ten_million.items if one.kind == "column"] == ["id", "name"]
    long = await completed(database, "SELECT " + "1, " * 100_000 + "| FROM people")
    assert (long.items, long.incomplete) == ([], True)
