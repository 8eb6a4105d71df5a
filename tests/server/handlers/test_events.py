"""What a client learns by waiting for events."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.server.room import ENDLESS, Raw, numbers, serving
from tests.server.test_races import DEAF, threads_ended
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


async def _ask(raw: Raw, message_type: str, **data: Any) -> Any:
    await raw.send((message_type, message_type, data))
    answer = await raw.answer()
    assert answer["id"] == message_type
    return answer["data"]


async def _events(raw: Raw, after: int | None, **data: Any) -> tuple[list[dict[str, Any]], int]:
    answer = await _ask(raw, "wait_events", after=after, **data)
    assert answer["missed"] == 0
    return answer["events"], answer["next"]


async def test_a_script_reports_each_statement() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        assert await _events(raw, None) == ([], 0)
        sql = "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT a FROM t; SELECT nothing; SELECT 5"
        answer = await _ask(raw, "run_script", connection_id=connection_id, sql=sql, on_error="continue")
        events, after = await _events(raw, 0)
        done = [one["statement"] for one in events if one["kind"] == "statement_done"]
        assert [one["index"] for one in done] == [0, 1, 2, 3, 4]
        assert [sql[one["start"] : one["end"]] for one in done][1] == "INSERT INTO t VALUES (1), (2)"
        assert [(one["affected_rows"], one["total_rows"], one["error_code"]) for one in done] == [
            (None, None, None),
            (2, None, None),
            (None, 2, None),
            (None, None, "query_failed"),
            (None, 1, None),
        ]
        assert [one["result_id"] for one in done] == [one.get("result_id") for one in answer["statements"]]
        progress = [one["progress"] for one in events if one["kind"] == "progress"]
        assert {"unit": "statements", "done": 5, "total": None} in progress
        of_requests = [one for one in events if one["kind"] != "catalog_changed"]
        assert {one["request_id"] for one in of_requests} == {"run_script"}
        assert len(events) == len(of_requests) + 1, "the script has made a table"
        assert await _events(raw, after, timeout_ms=0) == ([], after)


async def test_a_wait_ends_with_the_first_event_and_with_its_time() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        _, after = await _events(raw, None)
        await raw.send(("w", "wait_events", {"after": after}))
        await raw.nothing_comes()
        await raw.send(("b", "begin", {"db_session_id": own}))
        answers = await raw.answers(2)
        (event,) = answers["w"]["data"]["events"]
        assert (event["kind"], event["transaction_status"]) == ("transaction_changed", "in_transaction")
        assert (event["connection_id"], event["db_session_id"]) == (connection_id, own)
        assert await _events(raw, event["sequence"], timeout_ms=50) == ([], event["sequence"])


async def test_the_present_is_told_at_once(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        await _ask(raw, "begin", db_session_id=own)
        script = {"connection_id": connection_id, "sql": f"SELECT 1; {ENDLESS}"}
        await raw.send(("s", "run_script", script))
        events: list[dict[str, Any]] = []
        with anyio.fail_after(SOON_S):
            while {"unit": "statements", "done": 1, "total": None} not in [one.get("progress") for one in events]:
                events, _ = await _events(raw, None)
        states = [(one["db_session_id"], one["transaction_status"]) for one in events if "db_session_id" in one]
        assert states == [(own, "in_transaction")]
        await raw.send(("c", "cancel", {"request_id": "s"}))
        await raw.answers(2)


async def test_a_result_that_is_read_reports_its_rows(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        _, after = await _events(raw, None)
        pinned = {"connection_id": connection_id, "db_session_id": own}
        await _ask(raw, "query", **pinned, sql=numbers(50_000), window_rows=10)
        await _ask(raw, "query", **pinned, sql="SELECT 1")
        events, after = await _events(raw, after)
        (event,) = [one for one in events if one["kind"] == "progress"]
        assert (event["request_id"], event["progress"]) == ("query", {"unit": "rows", "done": 50_000, "total": None})
        result_id = (await _ask(raw, "query", **pinned, sql=numbers(50_000), window_rows=10))["result_id"]
        await _ask(raw, "fetch", result_id=result_id, offset=20_000, limit=10)
        events, _ = await _events(raw, after)
        assert [one["request_id"] for one in events] == ["fetch"]
        assert events[0]["progress"]["done"] >= 20_000


async def test_a_db_session_that_was_lost_is_told_once(tmp_path: Path) -> None:
    async with serving(stop_patience_s=0.2) as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        _, after = await _events(raw, None)
        deaf = {"connection_id": connection_id, "db_session_id": own, "sql": f"SELECT {DEAF}"}
        await raw.send(("d", "query", deaf))
        await anyio.sleep(0.2)
        await raw.send(("c", "cancel", {"request_id": "d"}))
        await raw.answers(2)
        events, after = await _events(raw, after)
        assert [(one["kind"], one["db_session_id"]) for one in events] == [("db_session_lost", own)]
        assert "close_db_session" in events[0]["message"]
        assert await _events(raw, after, timeout_ms=50) == ([], after)
    await threads_ended()


async def test_a_second_waiter_is_refused_and_the_first_goes_on() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        await _events(raw, None)
        await raw.send(("1", "wait_events", {"after": 0}), ("2", "wait_events", {"after": 0}))
        refused = await raw.answer()
        assert (refused["id"], refused["data"]["code"]) == ("2", "conflict")
        await raw.send(("b", "begin", {"db_session_id": own}))
        assert (await raw.answers(2))["1"]["type"] == "wait_events_response"


async def test_a_number_of_another_channel_is_refused() -> None:
    async with serving() as room, room.raw() as raw:
        answer = await _ask(raw, "wait_events", after=7)
        assert answer["code"] == "conflict"
        assert "null" in answer["message"]


async def test_a_waiter_takes_no_place_of_a_request() -> None:
    async with serving(max_requests_in_flight=1) as room, room.raw() as raw:
        connection_id = await raw.connect()
        await _events(raw, None)
        await raw.send(("w", "wait_events", {"after": 0}))
        assert (await _ask(raw, "query", connection_id=connection_id, sql="SELECT 1"))["rows"] == [[1]]
        await raw.send(("e", "query", {"connection_id": connection_id, "sql": ENDLESS}))
        await raw.send(("q", "query", {"connection_id": connection_id, "sql": "SELECT 1"}))
        refused = await raw.answer()
        assert (refused["id"], refused["data"]["code"]) == ("q", "limit_exceeded")
        await raw.send(("c", "cancel", {"request_id": "e"}))
        assert set(await raw.answers(2)) == {"c", "e"}
        await raw.send(("c", "cancel", {"request_id": "w"}))
        assert (await raw.answers(2))["w"]["data"]["code"] == "cancelled"


async def test_a_waiter_keeps_neither_the_channel_nor_the_backend(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        await _events(raw, None)
        await raw.send(("w", "wait_events", {"after": 0}))
        await raw.nothing_comes()
        (client,) = room.backend.clients
        assert not client.is_busy
        await raw.stream.send_eof()
        assert (await raw.answer())["data"]["events"] == []
        await raw.closed()
        await room.is_empty()


async def test_events_that_were_dropped_are_counted() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await _events(raw, None)
        await _ask(raw, "run_script", connection_id=connection_id, sql="SELECT 1 WHERE 0;" * 1200)
        answer = await _ask(raw, "wait_events", after=0)
        assert answer["missed"] == 202, "1200 statements and two kinds of progress, of which a thousand are kept"
        assert len(answer["events"]) == 1000
        assert await _events(raw, answer["next"], timeout_ms=0) == ([], answer["next"])


async def test_what_was_missed_is_followed_by_the_present() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        await _events(raw, None)
        await _ask(raw, "begin", db_session_id=own)
        pinned = {"connection_id": connection_id, "db_session_id": own}
        await _ask(raw, "run_script", **pinned, sql="SELECT 1 WHERE 0;" * 1200)
        answer = await _ask(raw, "wait_events", after=0)
        assert answer["missed"] > 0
        last = answer["events"][-1]
        assert (last["kind"], last["transaction_status"], last["sequence"]) == (
            "transaction_changed",
            "in_transaction",
            answer["next"],
        )


async def test_what_the_present_told_is_not_told_again() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        own = (await _ask(raw, "open_db_session", connection_id=connection_id))["db_session_id"]
        await _ask(raw, "begin", db_session_id=own)
        events, after = await _events(raw, None)
        assert [one["transaction_status"] for one in events] == ["in_transaction"]
        assert await _events(raw, after, timeout_ms=50) == ([], after)
        await _ask(raw, "rollback", db_session_id=own)
        events, _ = await _events(raw, after)
        assert [one["transaction_status"] for one in events] == ["idle"]
