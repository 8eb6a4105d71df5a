"""Statements that begin every database session: where they hold, and what becomes of those that fail."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.dialects import target_data
from tests.server.handlers.test_events_unasked import ask
from tests.server.room import Raw, serving
from tools.services import Service

pytestmark = pytest.mark.anyio

ENGINES = ["sqlite", "postgresql", "mysql"]
# What makes `SHOWN` answer `begun` in each session, and not without it.
BEGIN = {
    "sqlite": "PRAGMA cache_size = 77; CREATE TEMP TABLE begun AS SELECT ';' AS a",
    "postgresql": "SET search_path TO 'begun'; SELECT set_config('application_name', ';', false)",
    "mysql": "SET @a = ';'; SET @begun = 'begun'",
}
SHOWN = {
    "sqlite": "SELECT 'begun' FROM begun",
    "postgresql": "SELECT current_setting('search_path') WHERE current_setting('application_name') = ';'",
    "mysql": "SELECT @begun",
}
BROKEN = {
    "sqlite": ("SELECT 1;\n\nSELECT nothing", "SQLITE_ERROR"),
    "postgresql": ("SELECT 1;\n\nSELECT nothing", "42703"),
    "mysql": ("SELECT 1;\n\nSELECT nothing", "1054"),
}


@pytest.fixture
def target(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """What to connect to."""
    if engine == "sqlite":
        return target_data(tmp_path / "data.db")
    service: Service = request.getfixturevalue(f"{engine}_service")
    return target_data(service)


async def refused(raw: Raw, target: dict[str, Any], init_sql: str) -> dict[str, Any]:
    answer: dict[str, Any] = await ask(raw, "db_connect", **target, init_sql=init_sql)
    assert answer["code"] == "connect_failed", answer
    assert answer["details"]["stage"] == "settings"
    assert answer["details"]["trace"][-1]["stage"] == "settings"
    assert answer["details"]["trace"][-1]["outcome"] == "failed"
    return answer


@pytest.mark.parametrize("engine", ENGINES)
async def test_they_hold_in_every_session_and_after_each_use(engine: str, target: dict[str, Any]) -> None:
    async with serving() as room, room.raw() as raw:
        opened = await ask(raw, "db_connect", **target, init_sql=BEGIN[engine])
        assert [step["outcome"] for step in opened["trace"]].count("failed") == 0
        own = {"connection_id": opened["connection_id"]}
        for _ in range(3):
            assert (await ask(raw, "query", **own, sql=SHOWN[engine]))["rows"] == [["begun"]]
        pinned = {**own, "db_session_id": (await ask(raw, "open_db_session", **own))["db_session_id"]}
        for _ in range(2):
            assert (await ask(raw, "query", **pinned, sql=SHOWN[engine]))["rows"] == [["begun"]]
        plain = {"connection_id": (await ask(raw, "db_connect", **target))["connection_id"]}
        answer = await ask(raw, "query", **plain, sql=SHOWN[engine])
        assert answer.get("rows") != [["begun"]]


async def test_a_database_in_memory_runs_them_once(tmp_path: Path) -> None:
    """Its only session is never cleaned up by closing it, so what they made is there already."""
    (tmp_path / "other.db").touch()
    async with serving() as room, room.raw() as raw:
        sql = f"ATTACH '{tmp_path / 'other.db'}' AS other; CREATE TABLE t (a); INSERT INTO t VALUES (1)"
        opened = await ask(raw, "db_connect", engine="sqlite", mode="memory", init_sql=sql)
        for _ in range(3):
            answer = await ask(raw, "query", connection_id=opened["connection_id"], sql="SELECT count(*) FROM t")
            assert answer["rows"] == [[1]]


async def test_the_catalog_is_read_as_they_say(postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        target = target_data(postgresql_service)
        opened = await ask(raw, "db_connect", **target, init_sql="SET search_path TO pg_catalog, public")
        answer = await ask(raw, "list_objects", connection_id=opened["connection_id"])
        assert answer["default_schemas"] == ["pg_catalog", "public"]


@pytest.mark.parametrize("engine", ENGINES)
async def test_one_that_fails_is_named(engine: str, target: dict[str, Any]) -> None:
    sql, code = BROKEN[engine]
    async with serving() as room, room.raw() as raw:
        answer = await refused(raw, target, sql)
        assert answer["message"].startswith("init_sql: Statement 2 failed: ")
        assert answer["details"]["engine_code"] == code
        assert (await ask(raw, "health_check"))["connections"] == 0


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_transaction_left_open_is_refused(engine: str, target: dict[str, Any]) -> None:
    async with serving() as room, room.raw() as raw:
        answer = await refused(raw, target, "BEGIN")
        assert "leaves a transaction open" in answer["message"]
        whole = await ask(raw, "db_connect", **target, init_sql="BEGIN; COMMIT")
        assert "connection_id" in whole


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_text_that_cannot_be_read_is_refused(engine: str, target: dict[str, Any]) -> None:
    async with serving() as room, room.raw() as raw:
        assert "Statement 2 cannot be run" in (await refused(raw, target, "SELECT 1; SELECT 'open"))["message"]


async def test_a_read_only_connection_stays_so(postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        target = target_data(postgresql_service, read_only=True)
        answer = await refused(raw, target, "SET default_transaction_read_only = off; CREATE TABLE begun (a integer)")
        assert "Statement 2 failed" in answer["message"]


async def test_one_that_does_not_end_is_stopped_with_connecting(postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        target = target_data(postgresql_service, connect_timeout_ms=300)
        answer = await ask(raw, "db_connect", **target, init_sql="SELECT pg_sleep(60)")
        assert answer["code"] == "connect_failed"
        assert "300 ms" in answer["message"]


async def test_their_text_is_not_logged(capfd: pytest.CaptureFixture[str], postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        target = target_data(postgresql_service)
        broken_later = (
            "DO $$ BEGIN IF pg_backend_pid() % 2 >= 0 THEN PERFORM 'CANARY'; END IF; END $$; SELECT 'CANARY'::int"
        )
        await refused(raw, target, broken_later)
    seen = capfd.readouterr()
    assert "CANARY" not in seen.out + seen.err
