"""Questions to the person at a client, over the protocol, with the passwords of real servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.query import QueryRequest

from litebase.client import Client
from tests.conftest import target_of
from tests.server.room import Raw, Room, serving
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio

_ANY_DATABASE = {"postgresql": {}, "mysql": {"database": ""}}  # that a new user may enter
HELLO = {"protocol": {"major": 0, "minor": 2}, "client": {"name": "test", "version": "1"}, "prompts": True}


@pytest.fixture(params=["postgresql", "mysql"])
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


def target(service: Service, **options: Any) -> dict[str, Any]:
    """A `db_connect` without a password, which is to be asked for."""
    data = target_of(service, password=None, password_prompt=True, **options).model_dump(exclude_unset=True)
    return {name: value for name, value in data.items() if value is not None}


async def ask(raw: Raw, message_type: str, **data: Any) -> dict[str, Any]:
    await raw.send((message_type, message_type, data))
    answer = await raw.answer()
    assert answer["id"] == message_type
    return answer


@asynccontextmanager
async def asked(room: Room, data: dict[str, Any]) -> AsyncIterator[tuple[Raw, dict[str, Any], int]]:
    """A client whose db_connect `c` waits for an answer; the prompt, and the number of its event."""
    async with room.raw() as raw:
        await ask(raw, "hello", **HELLO)
        after = (await ask(raw, "wait_events", after=None))["data"]["next"]
        await raw.send(("c", "db_connect", data), ("w", "wait_events", {"after": after}))
        told = await raw.answer()
        assert told["id"] == "w"
        (event,) = told["data"]["events"]
        assert (event["kind"], event["request_id"]) == ("prompt", "c")
        yield raw, event["prompt"], told["data"]["next"]


async def prompts_open(room: Room, count: int) -> None:
    """Wait until the client has as many."""
    (client,) = room.backend.clients
    with anyio.fail_after(SOON_S):
        while len(client.prompts) < count:
            await anyio.sleep(0.01)


async def test_a_password_is_asked_for_and_serves_later_sessions_too(service: Service) -> None:
    async with serving() as room, asked(room, target(service, name="the shop")) as (raw, prompt, after):
        assert (prompt["kind"], prompt["again"]) == ("password", False)
        assert (prompt["connection_name"], prompt["host"]) == ("the shop", service.host)
        assert service.user in prompt["text"]
        assert str(service.port) in prompt["text"]
        await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": service.password}))
        answers = await raw.answers(2)
        assert (answers["a"]["type"], answers["c"]["type"]) == ("answer_prompt_response", "db_connect_response")
        connection_id = answers["c"]["data"]["connection_id"]
        for _ in range(2):  # the second one is opened, as the first is pinned
            assert (await ask(raw, "open_db_session", connection_id=connection_id))["type"] != "error"
        assert (await ask(raw, "wait_events", after=after, timeout_ms=50))["data"]["events"] == []


async def test_a_refused_password_is_asked_for_again_three_times_at_most(service: Service) -> None:
    async with serving() as room, asked(room, target(service)) as (raw, first, told_until):
        prompt, after = first, told_until
        for _ in range(2):
            wrong = {"prompt_id": prompt["prompt_id"], "answer": "wrong"}
            await raw.send(("a", "answer_prompt", wrong), ("w", "wait_events", {"after": after}))
            answers = await raw.answers(2)
            (event,) = answers["w"]["data"]["events"]
            after = answers["w"]["data"]["next"]
            prompt = event["prompt"]
            assert prompt["again"] is True
            assert "refused" in prompt["text"]
        await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": "wrong"}))
        answers = await raw.answers(2)
        assert (answers["c"]["data"]["code"], answers["c"]["data"]["details"]["stage"]) == ("connect_failed", "auth")


async def test_a_given_password_that_is_refused_is_asked_for(service: Service) -> None:
    async with serving() as room, asked(room, {**target(service), "password": "wrong"}) as (raw, prompt, _):
        assert prompt["again"] is True
        await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": service.password}))
        assert (await raw.answers(2))["c"]["type"] == "db_connect_response"


async def test_a_token_is_asked_for_as_one(service: Service) -> None:
    async with serving() as room, asked(room, target(service, password_kind="token")) as (_, prompt, _after):
        assert prompt["kind"] == "token"
        assert prompt["text"].startswith("Token of ")


async def test_a_refusal_fails_the_request_and_asks_no_more(service: Service) -> None:
    async with serving() as room, asked(room, target(service)) as (raw, prompt, _):
        await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": None}))
        error = (await raw.answers(2))["c"]["data"]
        assert (error["code"], error["details"]["reason"]) == ("prompt_unanswered", "refused")
        assert error["details"]["text"] == prompt["text"]
        late = await ask(raw, "answer_prompt", prompt_id=prompt["prompt_id"], answer="late")
        assert (late["data"]["code"], late["data"]["details"]["what"]) == ("not_found", "prompt_id")


async def test_a_second_and_an_unknown_answer_are_not_found(service: Service) -> None:
    async with serving() as room, asked(room, target(service)) as (raw, prompt, _):
        answer = {"prompt_id": prompt["prompt_id"], "answer": service.password}
        await raw.send(("1", "answer_prompt", answer), ("2", "answer_prompt", answer))
        answers = await raw.answers(3)
        assert answers["1"]["type"] == "answer_prompt_response"
        assert answers["2"]["data"]["code"] == "not_found"
        assert (await ask(raw, "answer_prompt", prompt_id="p99", answer="x"))["data"]["code"] == "not_found"


async def test_a_prompt_that_nobody_answers_is_withdrawn(service: Service) -> None:
    async with serving(prompt_timeout_s=0.3) as room, asked(room, target(service)) as (raw, prompt, after):
        error = (await raw.answer())["data"]
        assert (error["code"], error["details"]["reason"]) == ("prompt_unanswered", "timed_out")
        told = (await ask(raw, "wait_events", after=after))["data"]["events"]
        assert [(one["kind"], one["prompt"]["prompt_id"]) for one in told] == [
            ("prompt_withdrawn", prompt["prompt_id"])
        ]


async def test_a_request_that_is_cancelled_withdraws_its_prompt(service: Service) -> None:
    async with serving() as room, asked(room, target(service)) as (raw, prompt, after):
        await raw.send(("x", "cancel", {"request_id": "c"}))
        answers = await raw.answers(2)
        assert answers["c"]["data"]["code"] == "cancelled"
        told = (await ask(raw, "wait_events", after=after))["data"]["events"]
        assert [one["kind"] for one in told] == ["prompt_withdrawn"]
        late = await ask(raw, "answer_prompt", prompt_id=prompt["prompt_id"], answer="late")
        assert late["data"]["code"] == "not_found"
        assert (await ask(raw, "wait_events", after=None))["data"]["events"] == []


async def test_the_present_tells_open_prompts_and_an_unread_one_that_was_withdrawn_comes_as_such(
    service: Service,
) -> None:
    async with serving() as room, asked(room, target(service)) as (raw, prompt, after):
        (event,) = (await ask(raw, "wait_events", after=None))["data"]["events"]
        assert (event["kind"], event["prompt"]) == ("prompt", prompt)
        await raw.send(("d", "db_connect", target(service)))
        await prompts_open(room, 2)
        await raw.send(("x", "cancel", {"request_id": "d"}))
        await raw.answers(2)
        told = (await ask(raw, "wait_events", after=after, timeout_ms=0))["data"]["events"]
        assert [(one["kind"], one["request_id"]) for one in told] == [("prompt_withdrawn", "d")]


async def test_the_time_of_a_request_does_not_run_while_it_asks(service: Service) -> None:
    async with (
        serving() as room,
        asked(room, target(service, connect_timeout_ms=2000)) as (raw, prompt, _),
    ):
        await raw.nothing_comes(for_s=2.2)
        await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": service.password}))
        assert (await raw.answers(2))["c"]["type"] == "db_connect_response"


async def test_without_prompts_the_request_fails_at_once_with_the_question(service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        await ask(raw, "wait_events", after=None)
        error = (await ask(raw, "db_connect", **target(service)))["data"]
        assert (error["code"], error["details"]["reason"]) == ("prompt_unanswered", "no_prompts")
        assert service.user in error["message"]


async def test_a_client_that_never_waits_for_events_is_not_asked(service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        await ask(raw, "hello", **HELLO)
        error = (await ask(raw, "db_connect", **target(service)))["data"]
        assert (error["code"], error["details"]["reason"]) == ("prompt_unanswered", "no_prompts")


async def test_a_client_that_leaves_is_waited_for_no_more(service: Service) -> None:
    async with serving() as room:
        async with asked(room, target(service)):
            pass
        await room.is_empty()


async def test_open_prompts_are_as_many_as_requests_in_flight_and_can_still_be_answered(service: Service) -> None:
    async with serving(max_requests_in_flight=2) as room, asked(room, target(service)) as (raw, prompt, _):
        await raw.send(("d", "db_connect", target(service)), ("e", "db_connect", target(service)))
        refused = await raw.answer()
        assert (refused["id"], refused["data"]["code"]) == ("e", "limit_exceeded")
        await prompts_open(room, 2)
        events = (await ask(raw, "wait_events", after=None))["data"]["events"]
        assert [(one["kind"], one["request_id"]) for one in events] == [("prompt", "c"), ("prompt", "d")]
        for number, one in enumerate(events):
            text = {"prompt_id": one["prompt"]["prompt_id"], "answer": service.password}
            await raw.send((str(number), "answer_prompt", text))
        assert {one["type"] for one in (await raw.answers(4)).values()} == {
            "answer_prompt_response",
            "db_connect_response",
        }
        assert prompt["prompt_id"] == events[0]["prompt"]["prompt_id"]


async def test_sessions_that_open_at_once_ask_once_when_the_kept_password_is_refused(service: Service) -> None:
    """The password is changed at the server while the first session is open; two further ones need the new one."""
    user = f"prompt_{service.engine}"
    async with serving() as room, room.client() as admin:
        await change_password(admin, service, user, "first")
        async with asked(room, target(service, user=user, **_ANY_DATABASE[service.engine])) as (raw, prompt, after):
            await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": "first"}))
            connection_id = (await raw.answers(2))["c"]["data"]["connection_id"]
            await ask(raw, "open_db_session", connection_id=connection_id)
            await change_password(admin, service, user, "second")
            open_one = {"connection_id": connection_id}
            await raw.send(("1", "open_db_session", open_one), ("2", "open_db_session", open_one))
            told = (await ask(raw, "wait_events", after=after))["data"]
            (event,) = [one for one in told["events"] if one["kind"] == "prompt"]
            assert event["prompt"]["again"] is True
            answer = {"prompt_id": event["prompt"]["prompt_id"], "answer": "second"}
            await raw.send(("a", "answer_prompt", answer))
            answers = await raw.answers(3)
            assert [answers[one]["type"] for one in "12"] == ["open_db_session_response"] * 2


async def test_reading_the_catalog_asks_when_the_kept_password_is_refused(service: Service) -> None:
    """It is read in a database session of its own, which is opened then."""
    user = f"catalog_{service.engine}"
    async with serving() as room, room.client() as admin:
        await change_password(admin, service, user, "first")
        async with asked(room, target(service, user=user, **_ANY_DATABASE[service.engine])) as (raw, prompt, after):
            await raw.send(("a", "answer_prompt", {"prompt_id": prompt["prompt_id"], "answer": "first"}))
            connection_id = (await raw.answers(2))["c"]["data"]["connection_id"]
            await change_password(admin, service, user, "second")
            await raw.send(("l", "list_objects", {"connection_id": connection_id}))
            told = (await ask(raw, "wait_events", after=after))["data"]
            (event,) = told["events"]
            assert (event["kind"], event["request_id"], event["prompt"]["again"]) == ("prompt", "l", True)
            answer = {"prompt_id": event["prompt"]["prompt_id"], "answer": "second"}
            await raw.send(("a", "answer_prompt", answer))
            assert (await raw.answers(2))["l"]["type"] == "list_objects_response"


async def change_password(admin: Client, service: Service, user: str, password: str) -> None:
    """Make the user with this password, or give it another one."""
    role = f"ROLE {user} LOGIN PASSWORD '{password}'"
    made_by = {
        "postgresql": f"DO $$ BEGIN CREATE {role}; EXCEPTION WHEN duplicate_object THEN ALTER {role}; END $$",
        "mysql": f"CREATE OR REPLACE USER {user}@'%' IDENTIFIED BY '{password}'",
    }
    opened = await admin.db_connect(target_of(service))
    await admin.query(QueryRequest(connection_id=opened.connection_id, sql=made_by[service.engine]))
    await admin.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
