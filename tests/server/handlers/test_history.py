"""What is recorded of what clients run, and found again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.edits import ApplyEditsRequest, RowEdit
from litebase_schema.explain import ExplainQueryRequest
from litebase_schema.export import ExportRowsRequest, ExportSource
from litebase_schema.hello import HelloRequest, ProtocolVersion, Software
from litebase_schema.history import DeleteHistoryRequest, HistoryEntry, SearchHistoryRequest
from litebase_schema.script import RunScriptRequest
from litebase_schema.tables import OpenTableRequest, TableFilter

from litebase.client import RequestFailed
from tests.conftest import Database
from tests.server.room import ENDLESS, Room, open_database, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with serving() as opened:
        opened.backend.history_file = tmp_path / "history.db"
        yield opened


async def _found(database: Database, text: str = "", **options: Any) -> list[HistoryEntry]:
    return (await database.client.search_history(SearchHistoryRequest(text=text, **options))).entries


async def test_statements_are_found_with_what_became_of_them(room: Room, tmp_path: Path) -> None:
    async with room.client() as client:
        database = await open_database(client, tmp_path / "a.db", name="shop")
        await database.query("CREATE TABLE plays (a INTEGER PRIMARY KEY, b)")
        await database.query("INSERT INTO plays VALUES (?, 'x'), (2, 'y')", [1])
        await database.query("SELECT * FROM plays")
        with pytest.raises(RequestFailed):
            await database.query("SELECT * FROM nowhere")
        await database.query("SELECT 'unrecorded'", record=False)
        with pytest.raises(RequestFailed):
            await database.query(ENDLESS, timeout_ms=50)
        found = await _found(database)
        told = [(one.sql, one.rows, one.outcome, one.origin) for one in found]
        assert told == [
            (ENDLESS, None, "cancelled", "user"),
            ("SELECT * FROM nowhere", None, "failed", "user"),
            ("SELECT * FROM plays", 2, "done", "user"),
            ("INSERT INTO plays VALUES (?, 'x'), (2, 'y')", 2, "done", "user"),
            ("CREATE TABLE plays (a INTEGER PRIMARY KEY, b)", None, "done", "user"),
        ]
        assert {(one.connection_name, one.database) for one in found} == {("shop", str(tmp_path / "a.db"))}
        assert found[1].code is not None
        assert [one.code for one in found if one.outcome == "done"] == [None] * 3
        assert [one.sql for one in await _found(database, "PLAYS sel")] == ["SELECT * FROM plays"]
        assert await _found(database, connection_name="other") == []
        assert len(await _found(database, outcomes=["failed", "of_a_later_version"])) == 1
        page = await client.search_history(SearchHistoryRequest(limit=3))
        assert not page.complete
        rest = await client.search_history(SearchHistoryRequest(before=page.entries[-1].at))
        assert [*page.entries, *rest.entries] == found


async def test_scripts_and_edits_are_recorded(room: Room) -> None:
    async with room.database() as database:
        script = "CREATE TABLE t (a INTEGER PRIMARY KEY, b); INSERT INTO t VALUES (1, 'x'); SELECT nothing; SELECT 1"
        await database.client.run_script(RunScriptRequest(connection_id=database.connection_id, sql=script))
        table = ObjectRef(kind="table", schema_name="main", name="t")
        edits = [RowEdit(action="insert", object=table, new={"a": number, "b": "canary"}) for number in range(2, 5)]
        await database.client.apply_edits(ApplyEditsRequest(connection_id=database.connection_id, edits=edits))
        edit, failed, insert, create = await _found(database)
        assert (edit.origin, edit.rows, "canary" in edit.sql, "?" in edit.sql) == ("edit", 3, False, True)
        assert (failed.sql, failed.outcome) == ("SELECT nothing", "failed")
        assert (insert.sql, insert.rows) == ("INSERT INTO t VALUES (1, 'x')", 1)
        assert create.origin == "user"


async def test_entries_are_forgotten(room: Room) -> None:
    async with room.database() as database:
        for number in range(3):
            await database.query(f"SELECT {number}")
        first = (await _found(database))[-1]
        answer = await database.client.delete_history(DeleteHistoryRequest(ids=[first.id, 12345]))
        assert answer.deleted == 1
        assert [one.sql for one in await _found(database)] == ["SELECT 2", "SELECT 1"]
        with pytest.raises(RequestFailed):
            await database.client.delete_history(DeleteHistoryRequest(ids=[1], all=True))
        assert (await database.client.delete_history(DeleteHistoryRequest())).deleted == 0
        assert (await database.client.delete_history(DeleteHistoryRequest(all=True))).deleted == 2
        assert await _found(database) == []


async def test_a_file_that_cannot_be_used_fails_the_search_alone(room: Room, tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    async with room.database() as database:
        assert await database.rows("SELECT 1") == [[1]]
        with pytest.raises(RequestFailed) as failed:
            await _found(database)
        assert failed.value.code == "file_failed"


async def test_without_a_file_nothing_is_kept_and_that_is_said() -> None:
    async with serving() as room, room.database() as database:
        await database.query("SELECT 1")
        with pytest.raises(RequestFailed) as failed:
            await _found(database)
        assert failed.value.code == "unsupported"
        assert "--history" in failed.value.message


async def test_the_capability_says_whether_there_is_a_history(room: Room) -> None:
    hello = HelloRequest(protocol=ProtocolVersion(major=0, minor=1), client=Software(name="test", version="1.0"))
    async with room.client() as client:
        assert "history" in (await client.hello(hello)).capabilities
        room.backend.history_file = None
        assert "history" not in (await client.hello(hello)).capabilities


async def test_a_moment_that_is_none_is_refused(room: Room) -> None:
    async with room.database() as database:
        with pytest.raises(RequestFailed) as failed:
            await _found(database, before="2026-99-01T00:00:00Z")
        assert failed.value.code == "invalid_message"


async def test_many_clients_record_side_by_side(room: Room) -> None:
    async with room.database() as database, anyio.create_task_group() as tasks:
        for number in range(30):
            tasks.start_soon(database.query, f"SELECT {number}")
    async with room.database() as database:
        assert len(await _found(database)) == 30


async def test_what_is_run_for_others_than_query_has_its_origin(room: Room, tmp_path: Path) -> None:
    async with room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a INTEGER PRIMARY KEY, b)", record=False)
        await database.query("INSERT INTO t VALUES (1, 'x'), (2, 'y')", record=False)
        client, where = database.client, database.connection_id
        table = ObjectRef(kind="table", schema_name="main", name="t")
        filters = [TableFilter(column="b", op="eq", values=["canary"])]
        await client.open_table(OpenTableRequest(connection_id=where, object=table))
        opened = await client.open_table(OpenTableRequest(connection_id=where, object=table, filters=filters))
        await client.open_table(OpenTableRequest(connection_id=where, object=table, columns=["a"], record=False))
        for source in ({"object": table}, {"sql": "SELECT a FROM t WHERE a > 1"}):
            request = ExportRowsRequest(source=ExportSource(connection_id=where, **source), format="csv")
            await client.export_rows(request)
        await client.export_rows(request.model_copy(update={"record": False, "format": "json"}))
        with pytest.raises(RequestFailed):
            await client.export_rows(request.model_copy(update={"path": str(tmp_path / "a.db")}))
        changing = ExportSource(connection_id=where, sql="DELETE FROM t")
        with pytest.raises(RequestFailed):
            await client.export_rows(ExportRowsRequest(source=changing, format="csv"))
        failing = ExportSource(connection_id=where, sql="SELECT nothing")
        with pytest.raises(RequestFailed):
            await client.export_rows(ExportRowsRequest(source=failing, format="csv"))
        await client.explain_query(ExplainQueryRequest(connection_id=where, sql="SELECT 1"))
        found = [(one.origin, one.sql, one.rows, one.outcome) for one in await _found(database)]
        everything = next(sql for origin, sql, *_ in found if origin == "table" and "WHERE" not in sql)
        assert found == [
            ("export", "SELECT nothing", None, "failed"),
            ("export", "SELECT a FROM t WHERE a > 1", 1, "done"),
            ("export", 'SELECT * FROM "main"."t"', 2, "done"),
            ("table", opened.sql, 0, "done"),
            ("table", everything, 2, "done"),
        ]
        assert "canary" not in opened.sql
        assert [one.origin for one in await _found(database, origins=["table", "of_a_later_version"])] == ["table"] * 2
        assert await _found(database, origins=["user"]) == []
