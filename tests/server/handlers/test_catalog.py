"""Lists of what exists: pages, and the one session of a database in memory."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import GetDdlRequest, ListObjectsRequest, ObjectRef
from litebase_schema.db_session import OpenDbSessionRequest

from litebase.client import RequestFailed
from tests.conftest import Database
from tests.server.room import serving

pytestmark = pytest.mark.anyio

MAIN = ObjectRef(kind="schema", schema_name=None, name="main")


async def _names(database: Database, **options: Any) -> list[str]:
    request = ListObjectsRequest(connection_id=database.connection_id, parent=MAIN, **options)
    return [one.object.name for one in (await database.client.list_objects(request)).objects]


async def test_a_database_in_memory_is_read_in_its_only_session_also_when_that_is_pinned() -> None:
    async with serving() as room, room.database() as database:
        await database.query("CREATE TABLE t (a)")
        assert await _names(database) == ["t"]
        own = await database.client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))
        await database.query("BEGIN", db_session_id=own.db_session_id)
        await database.query("CREATE TABLE u (a)", db_session_id=own.db_session_id)
        half_read = await database.query(
            "SELECT value FROM json_each('[1, 2, 3]')", db_session_id=own.db_session_id, window_rows=1
        )
        assert half_read.result_id is not None
        assert await _names(database) == ["t", "u"]
        done = await database.query("COMMIT", db_session_id=own.db_session_id)
        assert done.transaction_status == "idle"


async def test_a_list_does_not_wait_for_the_statements_that_have_every_session(tmp_path: Path) -> None:
    async with serving(max_db_sessions=2) as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a)")
        for _ in range(2):
            await database.query("SELECT value FROM json_each('[1, 2, 3]')", window_rows=1)
        assert await _names(database) == ["t"]


@pytest.mark.parametrize(
    "after", ["", "x", "[]", "{}", "[1]", '["a", 0, "", "", ""]', '[1, 0, 2, "", ""]', "null", "7"]
)
async def test_only_what_an_answer_gave_is_taken_for_a_place(after: str) -> None:
    async with serving() as room, room.database() as database:
        with pytest.raises(RequestFailed) as failed:
            await _names(database, after=after)
        assert failed.value.code == "invalid_message"
        assert failed.value.details is not None


async def test_a_view_of_a_table_that_is_gone_says_so() -> None:
    async with serving() as room, room.database() as database:
        for sql in ("CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a FROM t", "DROP TABLE t"):
            await database.query(sql)
        assert await _names(database) == ["v"]
        broken = ObjectRef(kind="view", schema_name="main", name="v")
        request = ListObjectsRequest(connection_id=database.connection_id, parent=broken)
        answer = await database.client.list_objects(request)
        assert answer.objects == []
        assert [(one.object, one.part) for one in answer.missing] == [(broken, "column")]
        assert "main.t" in answer.missing[0].reason


async def test_a_name_that_is_no_text_is_listed_and_said_to_be_unreadable(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as made:
        made.execute("CREATE TABLE t (a)")
        made.execute("PRAGMA writable_schema = ON")
        name, sql = (f"CAST(x'{text.hex()}' AS TEXT)" for text in (b"t\xff", b'CREATE TABLE "t\xff" (a)'))
        made.execute(f"UPDATE sqlite_schema SET name = {name}, tbl_name = {name}, sql = {sql}")
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        request = ListObjectsRequest(connection_id=database.connection_id, parent=MAIN)
        answer = await database.client.list_objects(request)
        assert [one.object.name for one in answer.objects] == ["t\ufffd"]
        assert [(one.object, one.part) for one in answer.missing] == [(answer.objects[0].object, "name")]


async def test_ddl_that_is_too_long_for_one_answer_says_so() -> None:
    async with serving() as room, room.database() as database:
        for number in range(13):
            await database.query(f"CREATE VIEW v{number} AS SELECT '{'x' * 1_000_000}'")
        view = ObjectRef(kind="view", schema_name="main", name="v1")
        alone = GetDdlRequest(connection_id=database.connection_id, objects=[view])
        assert len((await database.client.get_ddl(alone)).statements) == 1
        with pytest.raises(RequestFailed) as failed:
            await database.client.get_ddl(alone.model_copy(update={"objects": [MAIN]}))
        assert (failed.value.code, failed.value.retryable) == ("limit_exceeded", False)
        assert "fewer objects" in failed.value.message
