"""Texts that are long enough for others to wait for are read beside the event loop, and so is their answer made."""

import threading
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.sql import CompleteSqlRequest, InspectSqlRequest

from litebase.server.handlers import sql as module
from tests.server.room import serving

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("count", "beside"), [(10, False), (1000, True)])
async def test_a_long_text_is_read_beside_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, beside: bool
) -> None:
    threads: dict[str, set[bool]] = {}

    def noting(name: str) -> None:
        done = getattr(module, name)

        def noted(*arguments: Any) -> Any:
            threads.setdefault(name, set()).add(threading.current_thread() is not threading.main_thread())
            return done(*arguments)

        monkeypatch.setattr(module, name, noted)

    for name in ("inspect", "complete", "_inspected", "_refused"):
        noting(name)
    sql = "SELECT * FROM nowhere WHERE 1" + " + 1" * count
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        request = InspectSqlRequest(connection_id=database.connection_id, sql=sql, check="server")
        answer = await database.client.inspect_sql(request)
        assert [one.code for one in answer.findings] == ["refused"]
        await database.client.complete_sql(
            CompleteSqlRequest(connection_id=database.connection_id, sql=sql, offset=len(sql))
        )
    assert threads == {name: {beside} for name in ("inspect", "complete", "_inspected", "_refused")}
