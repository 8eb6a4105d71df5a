"""Requests that meet: what was asked for is done in the order in which it was sent, and nothing is left behind."""

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.server.room import ENDLESS, Raw, numbers, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

# gives its first rows at once and then searches for ever
SLOW_ROWS = (
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r WHERE n < 10 OR n > 1000000000000"
)
# one call of a function that hears no interrupt; about three seconds
DEAF = "instr(hex(zeroblob(1500000)), hex(zeroblob(45000)) || '1')"


async def threads_ended() -> None:
    """Wait for threads that were left behind: they end with their statement, and need the event loop for that."""
    with anyio.fail_after(SOON_S):
        while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):
            await anyio.sleep(0.05)


async def _ask(raw: Raw, message_type: str, **data: Any) -> dict[str, Any]:
    await raw.send((message_type, message_type, data))
    answer = await raw.answer(12)
    assert answer["id"] == message_type
    found: dict[str, Any] = answer["data"]
    return found


async def _opened(raw: Raw, path: Path) -> tuple[str, str]:
    """A connection with the empty table `t (a)`, and a database session of it."""
    connection_id = await raw.connect(path)
    await _ask(raw, "query", connection_id=connection_id, sql="CREATE TABLE IF NOT EXISTS t (a)")
    return connection_id, (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]


async def test_a_rollback_that_is_sent_behind_a_begin_is_really_done(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, own = await _opened(raw, tmp_path / "a.db")
        insert = {"connection_id": connection_id, "db_session_id": own, "sql": "INSERT INTO t VALUES (1)"}
        await raw.send(
            ("b", "begin", {"db_session_id": own}), ("i", "query", insert), ("r", "rollback", {"db_session_id": own})
        )
        answers = await raw.answers(3)
        assert [answers[name]["data"]["transaction_status"] for name in "bir"] == ["in_transaction"] * 2 + ["idle"]
        assert (await _ask(raw, "query", connection_id=connection_id, sql="SELECT count(*) FROM t"))["rows"] == [[0]]


async def test_a_second_begin_that_is_sent_at_once_is_a_conflict(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        _, own = await _opened(raw, tmp_path / "a.db")
        await raw.send(("1", "begin", {"db_session_id": own}), ("2", "begin", {"db_session_id": own}))
        answers = await raw.answers(2)
        assert answers["1"]["type"] == "begin_response"
        assert answers["2"]["data"]["code"] == "conflict"
        assert answers["2"]["data"]["transaction_status"] == "in_transaction"


async def test_an_insert_may_use_the_last_insert_id_of_the_one_before(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (p); "
        "INSERT INTO parent VALUES (41); INSERT INTO child VALUES (last_insert_rowid())"
    )
    async with serving() as room, room.raw() as raw:
        connection_id, _ = await _opened(raw, tmp_path / "a.db")
        await _ask(raw, "run_script", connection_id=connection_id, sql=script)
        assert (await _ask(raw, "query", connection_id=connection_id, sql="SELECT p FROM child"))["rows"] == [[41]]


async def test_a_write_that_heard_no_stop_has_an_unknown_outcome(tmp_path: Path) -> None:
    async with serving(stop_patience_s=0.2) as room, room.raw() as raw:
        connection_id, _ = await _opened(raw, tmp_path / "a.db")
        write = {"connection_id": connection_id, "sql": f"INSERT INTO t VALUES ({DEAF})"}
        await raw.send(("w", "query", write))
        await anyio.sleep(0.2)
        await raw.send(("c", "cancel", {"request_id": "w"}))
        answers = await raw.answers(2)
        assert answers["w"]["data"]["code"] == "outcome_unknown"
        assert answers["c"]["data"]["outcome"] == "session_ended"
    await threads_ended()


@pytest.mark.fault("Q19")
async def test_what_a_pinned_session_set_is_gone_for_the_next_one(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, own = await _opened(raw, tmp_path / "a.db")
        for sql in (
            "CREATE TEMP TABLE mine (a)",
            "PRAGMA ignore_check_constraints = ON",
            "PRAGMA busy_timeout = 30000",
        ):
            await _ask(raw, "query", connection_id=connection_id, db_session_id=own, sql=sql)
        await _ask(raw, "close_db_session", db_session_id=own)
        for _ in range(3):
            gone = await _ask(raw, "query", connection_id=connection_id, sql="SELECT * FROM temp.mine")
            assert gone["code"] == "query_failed"
            answer = await _ask(raw, "query", connection_id=connection_id, sql="PRAGMA ignore_check_constraints")
            assert answer["rows"] == [[0]]


async def test_closing_a_result_ends_whoever_reads_it_and_lets_the_waiting_go_on(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, _ = await _opened(raw, tmp_path / "a.db")
        shown = await _ask(raw, "query", connection_id=connection_id, sql=SLOW_ROWS, window_rows=3)
        await raw.send(("w", "query", {"connection_id": connection_id, "sql": "INSERT INTO t VALUES (1)"}))
        await anyio.sleep(0.3)  # it reads the result to its end, which never comes
        await raw.send(("close", "close_result", {"result_id": shown["result_id"]}))
        answers = await raw.answers(2)
        assert answers["close"]["type"] == "close_result_response"
        assert answers["w"]["data"]["affected_rows"] == 1


async def test_writes_that_wait_in_a_session_are_not_run_when_it_is_closed(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, own = await _opened(raw, tmp_path / "a.db")
        slow = {"connection_id": connection_id, "db_session_id": own, "sql": ENDLESS}
        write = slow | {"sql": "INSERT INTO t VALUES (1)"}
        await raw.send(("s", "query", slow), *((f"w{n}", "query", write) for n in range(5)))
        await anyio.sleep(0.2)
        await raw.send(("close", "close_db_session", {"db_session_id": own}))
        answers = await raw.answers(7)
        assert {answers[f"w{n}"]["data"]["code"] for n in range(5)} == {"cancelled"}
        assert (await _ask(raw, "query", connection_id=connection_id, sql="SELECT count(*) FROM t"))["rows"] == [[0]]


async def test_a_client_that_goes_while_it_closes_things_leaves_nothing(tmp_path: Path) -> None:
    many = f"SELECT n, 'row ' || n FROM ({numbers(20_000)})"
    async with serving() as room:
        async with room.raw() as raw:
            connection_id, _ = await _opened(raw, tmp_path / "a.db")
            for _ in range(2):
                await _ask(raw, "query", connection_id=connection_id, sql=many, window_rows=10_000)
            shown = await _ask(raw, "query", connection_id=connection_id, sql=SLOW_ROWS, window_rows=3)
            fetch = {"result_id": shown["result_id"], "offset": 100, "limit": 10}
            await raw.send(
                ("f", "fetch", fetch),
                ("r", "close_result", {"result_id": shown["result_id"]}),
                ("d", "db_disconnect", {"connection_id": connection_id}),
            )
        await room.is_empty()
        assert (room.backend.store_use.memory_bytes, room.backend.store_use.disk_bytes) == (0, 0)


def _written(path: Path) -> int:
    """How many rows another program sees in `t`."""
    with contextlib.closing(sqlite3.connect(path)) as other:
        ((count,),) = other.execute("SELECT count(*) FROM t")
    return int(count)


async def test_a_script_that_is_cancelled_tells_how_far_it_came(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, _ = await _opened(raw, tmp_path / "a.db")
        script = "INSERT INTO t VALUES (1);\n" * 30_000
        await raw.send(("s", "run_script", {"connection_id": connection_id, "sql": script}))
        with anyio.fail_after(SOON_S):
            while _written(tmp_path / "a.db") < 2:
                await anyio.sleep(0.02)
        await raw.send(("c", "cancel", {"request_id": "s"}))
        answers = await raw.answers(2)
        ((written,),) = (await _ask(raw, "query", connection_id=connection_id, sql="SELECT count(*) FROM t"))["rows"]
        told = int(answers["s"]["data"]["message"].partition(" was cancelled. ")[2].split()[0])
        assert 0 < told <= written <= told + 1


async def test_sessions_that_are_opened_at_once_do_not_take_the_last_one(tmp_path: Path) -> None:
    async with serving(max_db_sessions=4) as room, room.raw() as raw:
        connection_id, _ = await _opened(raw, tmp_path / "a.db")
        await raw.send(*((f"o{n}", "open_db_session", {"connection_id": connection_id}) for n in range(6)))
        answers = await raw.answers(6)
        codes = sorted(one["data"].get("code", "ok") for one in answers.values())
        assert codes == ["limit_exceeded"] * 4 + ["ok"] * 2
        assert (await _ask(raw, "query", connection_id=connection_id, sql="SELECT 1"))["rows"] == [[1]]


async def test_two_statements_are_refused_before_they_can_hurt_a_transaction(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id, own = await _opened(raw, tmp_path / "a.db")
        await _ask(raw, "begin", db_session_id=own)
        both = {"connection_id": connection_id, "db_session_id": own, "sql": "INSERT INTO t VALUES (1);\nCOMMIT"}
        refused = await _ask(raw, "query", **both)
        assert (refused["code"], refused["transaction_status"]) == ("unsupported", "in_transaction")
        assert "line 2, column 1" in refused["message"]
