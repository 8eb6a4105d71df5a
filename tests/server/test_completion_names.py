"""What completion knows of a database: what is kept, what is left out, and what happens when it cannot be read."""

from pathlib import Path
from typing import Any

import pytest
from litebase_schema.script import RunScriptRequest
from litebase_schema.sql import CompleteSqlRequest, CompleteSqlResponse

from litebase.client import RequestFailed
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


async def tables(database: Database, marked: str, **options: Any) -> list[str]:
    answer = await completed(database, marked, wait_ms=10_000, **options)
    return [one.text for one in answer.items if one.kind in ("table", "view")]


async def test_tables_that_were_used_lately_come_first_however_many_there_are(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE base (a)")
        for number in range(1, 150):
            await database.query(f"CREATE VIEW v{number:03} AS SELECT a FROM base", record=False)
        assert (await tables(database, "SELECT * FROM v|"))[:2] == ["v001", "v002"]
        await database.query("SELECT a FROM V140")
        await database.query("SELECT 'v003' FROM v141, v149 -- v004")
        for _ in range(2):
            await database.query("SELECT a FROM v149")
        with pytest.raises(RequestFailed):
            await database.query("SELECT wrong FROM v005")
        await database.query("SELECT a FROM v006", record=False)
        request = CompleteSqlRequest(
            connection_id=database.connection_id, sql="SELECT * FROM v", offset=15, limit=5, wait_ms=10_000
        )
        found = [one.text for one in (await database.client.complete_sql(request)).items]
        assert found == ["v149", "v141", "v140", "v001", "v002"]
        await database.query("DROP VIEW v149")
        assert (await tables(database, "SELECT * FROM v|"))[:3] == ["v141", "v140", "v001"]


async def test_columns_and_routines_that_were_used_lately_come_first(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.client.run_script(
            RunScriptRequest(
                connection_id=database.connection_id,
                sql="CREATE TABLE t (a, b, c); SELECT upper(c), b FROM t; SELECT c FROM t",
            )
        )
        assert await columns(database, "SELECT | FROM t") == ["c", "b", "a"]


async def test_another_connection_and_the_statements_of_others_do_not_count(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database, room.database(tmp_path / "a.db") as two:
        await database.query("CREATE TABLE t (a, b)")
        await database.query("SELECT b FROM t")
        assert await columns(database, "SELECT | FROM t") == ["b", "a"]
        assert await columns(two, "SELECT | FROM t") == ["a", "b"]


async def test_what_was_run_on_other_days_counts_where_there_is_a_history(tmp_path: Path) -> None:
    for expected in (["a", "b"], ["b", "a"]):
        async with serving() as room:
            room.backend.history_file = tmp_path / "history.db"
            async with room.database(tmp_path / "a.db") as database:
                await database.query("CREATE TABLE IF NOT EXISTS t (a, b)", record=False)
                assert await columns(database, "SELECT | FROM t") == expected
                await database.query("SELECT b FROM t")
            room.backend.close_history()


async def test_a_history_that_cannot_be_read_leaves_completion_as_it_is(tmp_path: Path) -> None:
    async with serving() as room:
        room.backend.history_file = tmp_path  # a folder
        async with room.database(tmp_path / "a.db") as database:
            await database.query("CREATE TABLE t (a, b)")
            assert await columns(database, "SELECT | FROM t") == ["a", "b"]


async def test_many_long_statements_are_looked_at_bit_by_bit(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        await database.query("CREATE TABLE t (a, b)")
        for _ in range(60):
            await database.query(f"SELECT b, '{'x' * 5000}' FROM t")
        connection = next(iter(next(iter(room.backend.clients)).connections()))
        left = len(connection.latest)
        assert left <= 50
        assert sum(map(len, connection.latest)) <= 50 * 2000
        await completed(database, "SELECT 1 |")
        assert 0 < len(connection.latest) < left
