"""Prompts that the Python client answers, while events are read or not."""

from typing import Any

import anyio
import pytest
from litebase_schema.connection import PostgresqlTarget
from litebase_schema.db_session import BeginRequest, OpenDbSessionRequest
from litebase_schema.events import WaitEventsRequest
from litebase_schema.prompts import Prompt

from litebase.client import RequestFailed, connect
from tests.conftest import RunningBackend, target_of
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


def target(service: Service, **options: Any) -> PostgresqlTarget:
    made = target_of(service, password=None, password_prompt=True, **options)
    assert isinstance(made, PostgresqlTarget)
    return made


async def test_a_prompt_is_answered_by_the_callback(backend: RunningBackend, postgresql_service: Service) -> None:
    prompts: list[Prompt] = []

    async def on_prompt(prompt: Prompt) -> str | None:
        prompts.append(prompt)
        return postgresql_service.password if prompt.again else "wrong"

    async with connect(backend.endpoint, on_prompt) as client:
        await client.db_connect(target(postgresql_service, name="shop"))
    assert [(one.kind, one.again, one.connection_name) for one in prompts] == [
        ("password", False, "shop"),
        ("password", True, "shop"),
    ]


async def test_none_refuses(backend: RunningBackend, postgresql_service: Service) -> None:
    async def on_prompt(_prompt: Prompt) -> str | None:
        return None

    async with connect(backend.endpoint, on_prompt) as client:
        with pytest.raises(RequestFailed) as failed:
            await client.db_connect(target(postgresql_service))
    assert (failed.value.code, failed.value.details.reason) == ("prompt_unanswered", "refused")


async def test_a_callback_is_cancelled_when_its_prompt_is_withdrawn(
    backend: RunningBackend, postgresql_service: Service
) -> None:
    asked, withdrawn = anyio.Event(), anyio.Event()

    async def on_prompt(_prompt: Prompt) -> str | None:
        asked.set()
        try:
            await anyio.sleep_forever()
        finally:
            withdrawn.set()
        return None

    async with connect(backend.endpoint, on_prompt) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.db_connect, target(postgresql_service))
        with anyio.fail_after(SOON_S):
            await asked.wait()
            tasks.cancel_scope.cancel()
    assert withdrawn.is_set()


async def test_a_reader_gets_the_present_and_then_events_while_prompts_are_answered(
    backend: RunningBackend, postgresql_service: Service
) -> None:
    async def on_prompt(_prompt: Prompt) -> str | None:
        return postgresql_service.password

    async with connect(backend.endpoint, on_prompt) as client:
        opened = await client.db_connect(target(postgresql_service))
        own = await client.open_db_session(OpenDbSessionRequest(connection_id=opened.connection_id))
        seen: list[tuple[str, Any]] = []
        with anyio.fail_after(SOON_S):
            async for event in client.events(["transaction_changed", "prompt"]):
                seen.append((event.kind, event.transaction_status))
                if len(seen) == 1:  # a reader may await what asks: its prompts do not wait for it
                    await client.db_connect(target(postgresql_service))
                    await client.begin(BeginRequest(db_session_id=own.db_session_id))
                elif seen[-1][1] == "in_transaction":
                    break
        assert seen == [
            ("transaction_changed", "idle"),
            ("prompt", None),
            ("transaction_changed", "in_transaction"),
        ]
        again = client.events()
        assert (await anext(again)).transaction_status == "in_transaction"


async def test_a_reader_that_comes_as_a_prompt_is_withdrawn_does_not_hide_that(
    backend: RunningBackend, postgresql_service: Service
) -> None:
    """The event waits for the pause between two answers, and the present that the reader asks for replaces it."""
    asked, withdrawn = anyio.Event(), anyio.Event()

    async def on_prompt(_prompt: Prompt) -> str | None:
        asked.set()
        try:
            await anyio.sleep_forever()
        finally:
            withdrawn.set()
        return None

    async def read() -> None:
        async for _ in client.events():
            pass

    async with connect(backend.endpoint, on_prompt) as client, anyio.create_task_group() as tasks:
        async with anyio.create_task_group() as connecting:
            connecting.start_soon(client.db_connect, target(postgresql_service))
            with anyio.fail_after(SOON_S):
                await asked.wait()
            connecting.cancel_scope.cancel()
        tasks.start_soon(read)
        with anyio.fail_after(SOON_S):
            await withdrawn.wait()
        tasks.cancel_scope.cancel()


async def test_a_callback_that_raises_refuses_its_prompt_and_later_ones_are_asked(
    backend: RunningBackend, postgresql_service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Any] = [LookupError("the keychain is locked"), 42, postgresql_service.password]

    async def on_prompt(_prompt: Prompt) -> str | None:
        answer: str | Exception = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with connect(backend.endpoint, on_prompt) as client:
        for reported in ("the keychain is locked", "valid string"):
            caplog.clear()
            with pytest.raises(RequestFailed) as failed:
                await client.db_connect(target(postgresql_service))
            assert (failed.value.code, failed.value.details.reason) == ("prompt_unanswered", "refused")
            assert reported in caplog.text
        await client.db_connect(target(postgresql_service))
    assert postgresql_service.password is not None
    assert postgresql_service.password not in caplog.text


async def test_prompts_go_on_after_the_app_has_waited_for_events_by_itself(
    backend: RunningBackend, postgresql_service: Service
) -> None:
    async def on_prompt(_prompt: Prompt) -> str | None:
        return postgresql_service.password

    async def wait_by_oneself() -> None:
        while True:  # until it comes between two requests of the feed
            try:
                await client.wait_events(WaitEventsRequest(after=0, timeout_ms=300))
            except RequestFailed as failed:
                if failed.code != "conflict":
                    raise
            else:
                return

    async with connect(backend.endpoint, on_prompt) as client:
        with anyio.fail_after(SOON_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait_by_oneself)
                await client.db_connect(target(postgresql_service))  # its prompt is an event
            await client.db_connect(target(postgresql_service))
