"""Opening and closing databases, as a client sees it."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import BeginRequest, CommitRequest, OpenDbSessionRequest
from litebase_schema.health import HealthCheckRequest
from litebase_schema.query import FetchRequest
from litebase_schema.script import RunScriptRequest

from litebase.client import Client, RequestFailed
from litebase.drivers import load
from tests.conftest import Database, OpenDatabase
from tests.server.room import ENDLESS, ENDLESS_ROWS, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


async def test_a_database_in_memory_says_what_it_is(client: Client) -> None:
    answer = await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
    assert (answer.engine, answer.server_version, answer.read_only) == ("sqlite", sqlite3.sqlite_version, False)


async def test_an_engine_is_loaded_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk or a virus scanner makes its first import take a second, in which other clients want answers."""
    entered, goes_on = threading.Event(), threading.Event()

    def slow(engine: str) -> Any:
        entered.set()
        assert goes_on.wait(SOON_S)
        return load(engine)

    monkeypatch.setattr("litebase.server.handlers.connection.load", slow)
    async with serving() as room, room.client() as client, room.client() as other, anyio.create_task_group() as tasks:
        tasks.start_soon(client.db_connect, SqliteTarget(engine="sqlite", mode="memory"))
        with anyio.fail_after(SOON_S):
            while not entered.is_set():
                await anyio.sleep(0.01)
            assert (await other.health_check(HealthCheckRequest())).requests_in_flight == 2
        goes_on.set()


async def test_a_connection_says_whether_it_is_read_only(client: Client, tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"mode": "create"}, False),
        ({"mode": "read_only"}, True),
        ({"mode": "read_write", "read_only": True}, True),
    ]
    for options, read_only in cases:
        assert (await client.db_connect(SqliteTarget(engine="sqlite", path=path, **options))).read_only is read_only


async def test_a_file_that_does_not_open_in_time_says_so(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (a)")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RequestFailed, match="did not answer within 100 ms") as failed:
        await client.db_connect(SqliteTarget(engine="sqlite", path=str(path), connect_timeout_ms=100))
    other.close()
    assert (failed.value.code, failed.value.details.stage) == ("connect_failed", "database")


@pytest.mark.fault("D01")
async def test_a_missing_file_is_not_found_by_its_path(client: Client, tmp_path: Path) -> None:
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(SqliteTarget(engine="sqlite", path=str(tmp_path / "none.db")))
    assert (failed.value.code, failed.value.details.what) == ("not_found", "path")
    assert "create" in failed.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("D02")
async def test_a_file_that_is_no_database_names_stage_and_code(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(SqliteTarget(engine="sqlite", path=str(path)))
    assert failed.value.code == "connect_failed"
    assert (failed.value.details.stage, failed.value.details.engine_code) == ("database", "SQLITE_NOTADB")


async def test_a_path_is_asked_for(client: Client) -> None:
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(SqliteTarget(engine="sqlite"))
    assert (failed.value.code, failed.value.details.path) == ("invalid_message", "/data/path")


async def test_a_file_that_another_program_has_locked_is_a_limit(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (a)")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(SqliteTarget(engine="sqlite", path=str(path), busy_timeout_ms=50))
    other.close()
    assert (failed.value.code, failed.value.retryable) == ("limit_exceeded", True)


async def test_there_are_no_more_connections_than_the_limit() -> None:
    async with serving(max_connections=2) as room, room.client() as client:
        target = SqliteTarget(engine="sqlite", mode="memory")
        first = await client.db_connect(target)
        await client.db_connect(target)
        with pytest.raises(RequestFailed) as failed:
            await client.db_connect(target)
        assert (failed.value.code, failed.value.details.limit) == ("limit_exceeded", "max_connections")
        await client.db_disconnect(DbDisconnectRequest(connection_id=first.connection_id))
        await client.db_connect(target)


async def test_many_connects_at_once_do_not_pass_the_limit() -> None:
    async with serving(max_connections=4) as room, room.client() as client:
        codes = []

        async def connect() -> None:
            try:
                await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
                codes.append("ok")
            except RequestFailed as error:
                codes.append(error.code)

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(connect)
        assert codes.count("ok") == 4
        assert set(codes) == {"ok", "limit_exceeded"}


async def test_a_closed_connection_is_not_found_and_neither_are_its_results(open_database: OpenDatabase) -> None:
    database = await open_database()
    answer = await database.query(ENDLESS_ROWS, window_rows=5)
    assert answer.result_id is not None
    await database.client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
    for call in (
        database.query("SELECT 1"),
        database.client.fetch(FetchRequest(result_id=answer.result_id, offset=0, limit=1)),
        database.client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id)),
    ):
        with pytest.raises(RequestFailed) as failed:
            await call
        assert failed.value.code == "not_found"


async def _code_of(call: Any) -> str:
    try:
        await call
    except RequestFailed as error:
        return error.code
    return "ok"


async def test_db_disconnect_stops_the_queries_that_run(tmp_path: Path, open_database: OpenDatabase) -> None:
    database = await open_database(tmp_path / "a.db", mode="create")
    codes = []

    async def run() -> None:
        codes.append(await _code_of(database.query(ENDLESS)))

    async with anyio.create_task_group() as tasks:
        for _ in range(12):  # more than there are database sessions
            tasks.start_soon(run)
        await anyio.sleep(0.2)
        with anyio.fail_after(SOON_S):
            await database.client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
    assert codes == ["cancelled"] * 12


async def test_what_is_sent_behind_a_db_disconnect_is_never_internal(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        for turn in range(10):
            await raw.send(
                ("connect", "db_connect", {"engine": "sqlite", "mode": "create", "path": str(tmp_path / "a.db")})
            )
            connection_id = (await raw.answer())["data"]["connection_id"]
            query = {"connection_id": connection_id, "sql": ENDLESS_ROWS, "window_rows": 5}
            await raw.send(("q", "query", query))
            result_id = (await raw.answer())["data"]["result_id"]
            fetches = [
                (f"f{n}", "fetch", {"result_id": result_id, "offset": n * 1000, "limit": 1000}) for n in range(20)
            ]
            leave = ("leave", "db_disconnect", {"connection_id": connection_id})
            slow = [(f"s{n}", "query", {"connection_id": connection_id, "sql": ENDLESS}) for n in range(3)]
            await raw.send(*slow, *fetches[:10], leave, *fetches[10:])
            answers = await raw.answers(24)
            assert answers.pop("leave")["type"] == "db_disconnect_response", f"turn {turn}"
            codes = {one["data"]["code"] for one in answers.values() if one["type"] == "error"}
            assert codes <= {"cancelled", "not_found", "conflict"}, f"turn {turn}"


async def test_the_file_is_free_after_a_disconnect(tmp_path: Path, open_database: OpenDatabase) -> None:
    database: Database = await open_database(tmp_path / "a.db", mode="create")
    await database.query("CREATE TABLE t (a)")
    await database.query("SELECT * FROM t")
    await database.client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))
    other = sqlite3.connect(tmp_path / "a.db", timeout=0)
    other.execute("BEGIN EXCLUSIVE")
    other.close()
    assert [one.name for one in tmp_path.iterdir()] == ["a.db"]


async def _production(client: Client, path: Path, **options: Any) -> Database:
    target = SqliteTarget(engine="sqlite", mode="create", path=str(path), **options)
    answer = await client.db_connect(target)
    assert answer.environment == options.get("environment")
    return Database(client, answer.connection_id)


async def test_a_statement_on_production_needs_to_be_confirmed(client: Client, tmp_path: Path) -> None:
    database = await _production(client, tmp_path / "a.db", environment="production")
    for sql, effect in [
        ("CREATE TABLE t (a)", "defines"),
        ("  /* SELECT */ create table t (a)", "defines"),
        ("INSERT INTO t VALUES (1)", "writes"),
        ("WITH x AS (SELECT 1) DELETE FROM t", "writes"),
        ("PRAGMA user_version = 7", "unknown"),
        ("UNKNOWN WORDS", "unknown"),
    ]:
        with pytest.raises(RequestFailed) as refused:
            await database.query(sql)
        assert (refused.value.code, refused.value.details.effect) == ("confirmation_required", effect), sql
        assert "confirm" in refused.value.message
    assert await database.rows("SELECT count(*) FROM sqlite_schema") == [[0]]
    await database.query("CREATE TABLE t (a)", confirm=True)
    with pytest.raises(RequestFailed, match="UNKNOWN"):
        await database.query("UNKNOWN WORDS", confirm=True)


@pytest.mark.parametrize("environment", [None, "development", "staging"])
async def test_elsewhere_nothing_needs_to_be_confirmed(environment: Any, client: Client, tmp_path: Path) -> None:
    database = await _production(client, tmp_path / "a.db", environment=environment)
    await database.query("CREATE TABLE t (a)")


async def test_a_transaction_on_production_needs_no_confirmation_of_its_own(client: Client, tmp_path: Path) -> None:
    database = await _production(client, tmp_path / "a.db", environment="production")
    own = (await client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))).db_session_id
    await client.begin(BeginRequest(db_session_id=own))
    with pytest.raises(RequestFailed, match="production"):
        await database.query("CREATE TABLE t (a)", db_session_id=own)
    await database.query("CREATE TABLE t (a)", db_session_id=own, confirm=True)
    await client.commit(CommitRequest(db_session_id=own))
    assert await database.rows("SELECT name FROM sqlite_schema") == [["t"]]


async def test_a_script_on_production_is_confirmed_as_a_whole_before_anything_runs(
    client: Client, tmp_path: Path
) -> None:
    database = await _production(client, tmp_path / "a.db", environment="production")
    script = RunScriptRequest(connection_id=database.connection_id, sql="SELECT 1; CREATE TABLE t (a); SELECT 2")
    with pytest.raises(RequestFailed) as refused:
        await client.run_script(script)
    assert (refused.value.code, refused.value.details.effect) == ("confirmation_required", "defines")
    answer = await client.run_script(script.model_copy(update={"confirm": True}))
    assert [one.error for one in answer.statements] == [None, None, None]


async def test_a_script_that_was_refused_can_be_confirmed_and_sent_again(client: Client, tmp_path: Path) -> None:
    database = await _production(client, tmp_path / "a.db", environment="production")
    own = (await client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))).db_session_id
    sql = "BEGIN; CREATE TABLE t (a); COMMIT"
    script = RunScriptRequest(connection_id=database.connection_id, db_session_id=own, sql=sql, on_error="continue")
    with pytest.raises(RequestFailed, match="production"):
        await client.run_script(script)
    answer = await client.run_script(script.model_copy(update={"confirm": True}))
    assert [one.error for one in answer.statements] == [None, None, None]


async def test_a_read_only_connection_to_production_refuses_and_does_not_ask(client: Client, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").execute("CREATE TABLE t (a)").connection.close()
    answer = await client.db_connect(
        SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), read_only=True, environment="production")
    )
    with pytest.raises(RequestFailed) as refused:
        await Database(client, answer.connection_id).query("INSERT INTO t VALUES (1)")
    assert refused.value.code == "read_only"
