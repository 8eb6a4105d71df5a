"""Searches with bounds of their own, of databases that others change, and of the one session of one in memory."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.search import SearchObjectsRequest, SearchObjectsResponse

from litebase.client import RequestFailed
from tests.conftest import Database, target_of
from tests.server.room import serving
from tools.services import Service

pytestmark = pytest.mark.anyio


async def _search(database: Database, text: str, **options: Any) -> SearchObjectsResponse:
    request = SearchObjectsRequest(connection_id=database.connection_id, text=text, **options)
    return await database.client.search_objects(request)


async def _names(database: Database, text: str, **options: Any) -> list[str]:
    return [one.object.name for one in (await _search(database, text, **options)).hits]


async def test_what_others_have_changed_is_found_when_the_names_are_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a)")
        assert await _names(database, "t") == ["t"]
        with contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("CREATE TABLE t_of_others (a)")
        answer = await _search(database, "t")
        assert [one.object.name for one in answer.hits] == ["t"]
        assert answer.names_age_ms is not None
        assert answer.names_age_ms < 30_000
        assert (await _search(database, "t", search_in=["definitions"])).names_age_ms is None
        monkeypatch.setattr("litebase.server.catalog_cache._FRESH_S", 0.0)
        assert await _names(database, "t") == ["t", "t_of_others"]
        assert await _names(database, "a", search_in=["columns"]) == ["a", "a"]


async def test_a_database_in_memory_is_searched_in_its_only_session_also_when_that_is_pinned() -> None:
    async with serving() as room, room.database() as database:
        own = await database.client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))
        for sql in ("BEGIN", "CREATE TABLE first (a)"):
            await database.query(sql, db_session_id=own.db_session_id)
        assert await _names(database, "first") == ["first"]
        for sql in ("ROLLBACK", "CREATE TABLE first_of_all (a)"):  # the schema has the number that it had before
            await database.query(sql, db_session_id=own.db_session_id)
        assert await _names(database, "first") == ["first_of_all"]
        done = await database.query("SELECT 1", db_session_id=own.db_session_id)
        assert done.transaction_status == "idle"


async def test_a_schema_with_more_names_than_are_kept_is_missing_with_the_reason(tmp_path: Path) -> None:
    async with serving(catalog_bytes=15_000) as room, room.database(tmp_path / "a.db") as database:
        await database.query(f"CREATE TABLE small ({', '.join(f'column_{number}' for number in range(1500))})")
        assert await _names(database, "small") == []
        answer = await _search(database, "small")
        assert [(one.object.name if one.object else "", one.part) for one in answer.missing] == [("main", "names")]
        assert not answer.complete
        assert await _names(database, "small", search_in=["names"]) == ["small"]


async def test_a_database_that_is_too_slow_is_told_of(tmp_path: Path) -> None:
    async with serving(search_s=1e-9) as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a)")
        answer = await _search(database, "t", search_in=["names", "definitions"])
        assert [one.where for one in answer.hits] == ["names"]
        assert [one.part for one in answer.missing] == ["definitions"]
        assert not answer.complete


async def test_a_statement_of_the_search_that_takes_too_long_is_stopped(postgresql_service: Service) -> None:
    async with serving(search_s=0.2) as room, room.client() as client:
        opened = await client.db_connect(target_of(postgresql_service))
        database = Database(client, opened.connection_id)
        await database.query("CREATE OR REPLACE VIEW view_in_work AS SELECT 1 AS a")
        own = await client.open_db_session(OpenDbSessionRequest(connection_id=opened.connection_id))
        for sql in ("BEGIN", "LOCK TABLE view_in_work"):
            await database.query(sql, db_session_id=own.db_session_id)
        answer = await _search(database, "view_in_work", search_in=["definitions"])
        assert [one.part for one in answer.missing] == ["definitions"]
        assert "after 0.2 s" in answer.missing[0].reason
        assert await _names(database, "view_in_work", search_in=["names"]) == ["view_in_work"]
        await database.query("ROLLBACK", db_session_id=own.db_session_id)
        await database.query("DROP VIEW view_in_work")


async def test_a_long_line_is_cut_around_what_was_found() -> None:
    async with serving() as room, room.database() as database:
        await database.query(f"CREATE VIEW v AS SELECT '{'x' * 5000}',\n 1 AS needle, '{'y' * 5000}'")
        (hit,) = (await _search(database, "NEEDLE", search_in=["definitions"])).hits
        assert hit.line == 2
        assert hit.excerpt.startswith("1 AS needle, 'yyy")
        assert len(hit.excerpt) < 500


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "a\0"}, {"text": "a", "search_in": []}])
async def test_what_cannot_be_looked_for_is_refused(wrong: dict[str, Any]) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("s", "search_objects", {"connection_id": connection_id, **wrong}))
        assert (await raw.answer())["data"]["code"] == "invalid_message"


async def test_a_connection_that_is_not_open_is_not_found() -> None:
    async with serving() as room, room.database() as database:
        with pytest.raises(RequestFailed) as failed:
            await database.client.search_objects(SearchObjectsRequest(connection_id="c99", text="a"))
        assert failed.value.code == "not_found"


async def test_the_first_kinds_are_in_an_answer_that_is_cut(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE one_z (a)")
        for name in ("a", "b", "c"):
            await database.query(f"CREATE INDEX one_index_{name} ON one_z (a)")
            await database.query(f"CREATE VIEW one_{name} AS SELECT a FROM one_z")
        for places in (["names"], ["definitions"]):
            assert await _names(database, "one_", search_in=places, limit=2) == ["one_z", "one_a"]
        assert await _names(database, "one_", kinds=["view"], limit=2) == ["one_a", "one_b"]


async def test_what_a_savepoint_takes_back_is_not_found() -> None:
    async with serving() as room, room.database() as database:
        own = await database.client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))
        for sql in ("BEGIN", "CREATE TABLE kept_a (a)", "SAVEPOINT s", "CREATE TABLE kept_b (a)"):
            await database.query(sql, db_session_id=own.db_session_id)
        assert await _names(database, "kept") == ["kept_a", "kept_b"]
        await database.query("ROLLBACK TO s", db_session_id=own.db_session_id)
        assert await _names(database, "kept") == ["kept_a"]
