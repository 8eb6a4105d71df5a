"""How many changes are followed, and what is said when it is not known what has changed."""

from pathlib import Path

import pytest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.refresh import RefreshCatalogRequest, RefreshCatalogResponse
from litebase_schema.search import SearchObjectsRequest

from tests.conftest import Database
from tests.server.room import serving

pytestmark = pytest.mark.anyio


async def _refresh(
    database: Database, version: str | None = None, schema_name: str | None = "main"
) -> RefreshCatalogResponse:
    return await database.client.refresh_catalog(
        RefreshCatalogRequest(connection_id=database.connection_id, known_version=version, schema_name=schema_name)
    )


def _names(answer: RefreshCatalogResponse) -> list[str]:
    assert answer.added is not None
    return [one.name for one in answer.added]


async def test_more_changes_than_are_kept_are_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("litebase.server.catalog_cache.MOST_CHANGES", 2)
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        versions = [(await _refresh(database)).catalog_version]
        for number in range(3):
            await database.query(f"CREATE TABLE t{number} (a)")
            versions.append((await _refresh(database, versions[-1])).catalog_version)
        assert (await _refresh(database, versions[0])).added is None
        assert _names(await _refresh(database, versions[1])) == ["t1", "t2"]
        assert _names(await _refresh(database, versions[3])) == []


async def test_a_schema_with_more_names_than_are_kept_is_not_followed(tmp_path: Path) -> None:
    async with serving(catalog_bytes=2000) as room, room.database(tmp_path / "a.db") as database:
        first = await _refresh(database)
        assert first.catalog_version is not None
        await database.query(f"CREATE TABLE t{'x' * 2000} (a)")
        for _ in range(2):
            answer = await _refresh(database, first.catalog_version)
            assert (answer.added, answer.changed, answer.removed, answer.catalog_version) == (None, None, None, None)
        await database.query(f"DROP TABLE t{'x' * 2000}")
        again = await _refresh(database, first.catalog_version)
        assert (again.added, again.removed) == (None, None)
        await database.query("CREATE TABLE t (a)")
        assert _names(await _refresh(database, again.catalog_version)) == ["t"]


async def test_a_database_in_memory_is_followed_within_a_transaction_and_through_its_rollback() -> None:
    async with serving() as room, room.database() as database:
        own = await database.client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))
        version = (await _refresh(database, schema_name=None)).catalog_version
        for sql in ("BEGIN", "CREATE TABLE first (a)"):
            await database.query(sql, db_session_id=own.db_session_id)
        made = await _refresh(database, version, None)
        assert _names(made) == ["first"]
        for sql in ("ROLLBACK", "CREATE TABLE second (a)"):
            await database.query(sql, db_session_id=own.db_session_id)
        answer = await _refresh(database, made.catalog_version, None)
        assert _names(answer) == ["second"]
        assert [one.name for one in answer.removed or ()] == ["first"]
        assert _names(await _refresh(database, version, None)) == ["second"]


async def test_a_followed_schema_is_searched_as_it_is(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE VIEW v AS SELECT 1 AS needle")
        version = (await _refresh(database)).catalog_version
        await database.query("CREATE TABLE needles (needle_2)")
        sent = {"connection_id": database.connection_id, "text": "needle"}
        found = await database.client.call("search_objects", SearchObjectsRequest.model_validate(sent))
        assert [one.object.name for one in found.hits] == ["needle", "needles", "needle_2"]
        assert _names(await _refresh(database, version)) == ["needles"]
