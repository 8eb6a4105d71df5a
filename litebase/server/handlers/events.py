"""What happens in the backend, told to a client that waits for it."""

from collections.abc import Container, Mapping
from datetime import UTC, datetime

from litebase_schema.events import EventEntry, EventKind, WaitEventsRequest, WaitEventsResponse

from litebase.errors import Conflict
from litebase.server.call import Call
from litebase.server.client_session import ClientSession
from litebase.server.events import Events, Happened


async def wait_events(call: Call, request: WaitEventsRequest) -> WaitEventsResponse:
    """The events since the last answer, as soon as there are some; or the present state at once."""
    client = call.client
    events = client.events
    if events is None:
        events = Events()
        client.begin_events(events)
    if events.waited_for:
        raise Conflict("Another wait_events of this client is in flight. One loop receives the events for all.")
    if request.after is None:
        events.forget_until(events.last)
        return WaitEventsResponse(events=_present(client, request.kinds), next=events.last, missed=0)
    if request.after > events.last:
        raise Conflict(
            f"after is {request.after}, and the newest event of this channel is {events.last}. A new channel begins "
            "with after null."
        )
    events.forget_until(request.after)
    found, missed = await events.wait(request.kinds, request.timeout_ms / 1000)
    told = [_entry(number, one) for number, one in found.items()]
    if missed:
        told += _present(client, request.kinds)
    return WaitEventsResponse(events=told, next=events.last, missed=missed)


def _present(client: ClientSession, kinds: Container[str] | None) -> list[EventEntry]:
    """The present state, with the number of the newest event."""
    now = datetime.now(UTC)
    progress: list[tuple[EventKind, Mapping[str, object]]] = [("progress", facts) for facts in client.progress()]
    prompts: list[tuple[EventKind, Mapping[str, object]]] = [("prompt", one.facts()) for one in client.prompts.values()]
    states = [*progress, *client.db_session_states(), *prompts]
    last = client.events.last if client.events else 0
    return [
        _entry(last, Happened(now, kind, facts, 0, None)) for kind, facts in states if kinds is None or kind in kinds
    ]


def _entry(number: int, happened: Happened) -> EventEntry:
    known = {"sequence": number, "at": happened.at.isoformat(), "kind": happened.kind}
    return EventEntry.model_validate({**known, **happened.facts})
