"""The events that are kept for a client."""

import time
from typing import Any

import anyio
import pytest

from litebase.server.events import Events
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


def _with(count: int) -> Events:
    events = Events()
    for number in range(1, count + 1):
        events.add("statement_done", {"request_id": str(number)})
    return events


async def _now(events: Events, kinds: Any = None) -> tuple[list[int], int]:
    found, dropped = await events.wait(kinds, 0)
    return list(found), dropped


async def test_events_come_in_their_order_until_they_were_received() -> None:
    events = _with(3)
    assert await _now(events) == ([1, 2, 3], 0)
    assert await _now(events) == ([1, 2, 3], 0), "an answer that was lost can be asked for again"
    events.forget_until(2)
    assert await _now(events) == ([3], 0)


async def test_of_events_with_the_same_key_only_the_newest_is_kept() -> None:
    events = Events()
    for done in range(5):
        events.add("progress", {"done": done}, key="a")
        events.add("progress", {"done": done}, key="b")
    found, dropped = await events.wait(None, 0)
    assert [(number, one.facts["done"]) for number, one in found.items()] == [(9, 4), (10, 4)]
    assert dropped == 0, "what a newer one took the place of was not missed"
    events.forget_until(10)
    events.add("progress", {"done": 5}, key="a")
    assert await _now(events) == ([11], 0)


async def test_too_many_events_lose_the_oldest_and_say_how_many() -> None:
    events = _with(1003)
    found, dropped = await _now(events)
    assert (len(found), found[0], dropped) == (1000, 4, 3)
    events.forget_until(1003)
    assert await _now(events) == ([], 0)


async def test_what_was_received_or_not_asked_for_is_not_missed() -> None:
    events = _with(900)
    assert (await _now(events))[1] == 0
    for number in range(1001):
        events.add("statement_done", {"request_id": str(number)})
    assert (await _now(events))[1] == 1, "of 901 that were dropped, 900 had been received"
    events.forget_until(events.last)
    for _ in range(1500):
        events.add("progress", {})
    assert await _now(events, ["db_session_lost"]) == ([], 0)


async def test_what_was_told_as_missed_is_not_missed_again() -> None:
    events = _with(1003)
    assert (await _now(events))[1] == 3
    assert (await _now(events))[1] == 3, "an answer that was lost can be asked for again"
    for number in range(1001):
        events.add("statement_done", {"request_id": str(number)})
    events.forget_until(1003)
    assert (await _now(events))[1] == 1


async def test_long_texts_are_bounded_together() -> None:
    events = Events()
    for _ in range(300):
        events.add("notification", {}, characters=8000)
    found, dropped = await _now(events)
    assert (len(found), dropped) == (125, 175)
    events.forget_until(events.last)
    events.add("notification", {}, characters=8000)
    assert (await _now(events)) == ([301], 0)


async def test_a_client_that_never_comes_back_takes_bounded_memory() -> None:
    events = Events()
    for number in range(10_000):
        events.add("progress", {}, key=number)
    assert len(events._kept) == len(events._newest) == 1000  # what is not seen from outside


async def test_other_kinds_are_passed_over() -> None:
    events = Events()
    events.add("progress", {})
    events.add("db_session_lost", {})
    assert await _now(events, ["db_session_lost", "of_a_later_version"]) == ([2], 0)


async def test_whoever_waits_is_woken_by_an_event_and_by_the_end() -> None:
    for wake in (lambda events: events.add("progress", {}), Events.end):
        events = Events()
        answers: list[Any] = []

        async def wait(events: Events = events, answers: list[Any] = answers) -> None:
            answers.append(await events.wait(None, 60))

        with anyio.fail_after(SOON_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait)
                await anyio.wait_all_tasks_blocked()
                assert events.waited_for
                wake(events)
        assert len(answers) == 1
        assert not events.waited_for


async def test_a_burst_comes_in_few_answers() -> None:
    events, answers = Events(), 0
    started = time.monotonic()

    async def burst() -> None:
        for number in range(200):
            events.add("statement_done", {"request_id": str(number)})
            await anyio.sleep(0.001)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(burst)
        received = 0
        while received < 200:
            found, _ = await events.wait(None, 60)
            received += len(found)
            events.forget_until(events.last)
            answers += 1
    assert answers <= 2 + (time.monotonic() - started) / 0.05
