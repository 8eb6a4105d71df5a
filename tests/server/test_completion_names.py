"""What completion knows of a database: what is kept, what is left out, and what happens when it cannot be read."""

from pathlib import Path
from typing import Any

import pytest
from litebase_schema.sql import CompleteSqlRequest, CompleteSqlResponse

from litebase.errors import Unsupported
from litebase.server import completion_names
from tests.conftest import Database
from tests.server.room import serving

pytestmark = pytest.mark.anyio


async def completed(database: Database, marked: str, **options: Any) -> CompleteSqlResponse:
    offset = marked.index("|")
    request = CompleteSqlRequest(
        connection_id=database.connection_id, sql=marked.replace("|", "", 1), offset=offset, limit=1000, **options
    )
    return await database.client.complete_sql(request)


async def columns(database: Database, marked: str) -> list[str]:
    answer = await completed(database, marked, wait_ms=10_000)
    return [one.text for one in answer.items if one.kind == "column"]


async def test_a_schema_for_which_there_is_no_room_leaves_the_answer_incomplete(tmp_path: Path) -> None:
    async with serving(catalog_bytes=300) as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a)")
        for number in range(30):
            await database.query(f"CREATE TABLE table_with_a_long_name_{number} (a)")
        answer = await completed(database, "SELECT * FROM |", wait_ms=10_000)
        assert answer.incomplete
        assert [one.text for one in answer.items if one.kind == "table"] == []


async def test_a_catalog_that_cannot_be_read_leaves_words_and_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a)")
        with monkeypatch.context() as patched:
            patched.setattr("litebase.drivers.sqlite.catalog.list_objects", _failing)
            answer = await completed(database, "SELECT | FROM t", wait_ms=500)
            assert answer.incomplete
            assert "CASE" in [one.text for one in answer.items]
        connection = next(iter(next(iter(room.backend.clients)).connections()))
        assert connection.completions is not None
        assert not connection.completions.wants_loading, "it pauses"
        connection.completions._retry_at = 0.0
        assert await columns(database, "SELECT | FROM t") == ["a"]


async def _failing(*_arguments: object) -> None:
    raise Unsupported("The catalog is broken.")


async def test_only_so_many_tables_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion_names, "_MOST_TABLES", 2)
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        for number in range(4):
            await database.query(f"CREATE TABLE t{number} (a{number})")
        for number in range(4):
            assert await columns(database, f"SELECT | FROM t{number}") == [f"a{number}"]
        connection = next(iter(next(iter(room.backend.clients)).connections()))
        assert connection.completions is not None
        assert list(connection.completions._tables) == [("main", "t2"), ("main", "t3")]
        assert connection.completions._columns == 2


async def test_a_database_in_memory_is_read_in_its_only_session() -> None:
    async with serving() as room, room.database() as database:
        await database.query("CREATE TABLE t (a, b)")
        assert await columns(database, "SELECT | FROM t") == ["a", "b"]


async def test_letters_of_a_name_are_found_in_their_order(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        for name in ("order_items", "Straße", "other"):
            await database.query(f'CREATE TABLE "{name}" (a)')
        for typed, expected in (
            ("ori", ["order_items"]),
            ("oi", ["order_items"]),
            ("sae", ["Straße"]),
            ("ot", ["other"]),
        ):
            answer = await completed(database, f"SELECT * FROM {typed}|", wait_ms=10_000)
            assert [one.text for one in answer.items if one.kind == "table"][:1] == expected
