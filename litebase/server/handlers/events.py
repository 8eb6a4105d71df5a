"""What happens in the backend, told to a client that waits for it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from litebase_schema.events import EventEntry, WaitEventsRequest, WaitEventsResponse

from litebase.errors import Conflict
from litebase.server.call import Call
from litebase.server.client_session import ClientSession
from litebase.server.events import Events, Happened


async def wait_events(call: Call, request: WaitEventsRequest) -> WaitEventsResponse:
    """The events since the last answer, as soon as there are some; or the present state at once."""
    client = call.client
    if client.events is None:
        client.events = Events()
    events = client.events
    if events.waited_for:
        raise Conflict("Another wait_events of this client is in flight. One loop receives the events for all.")
    if request.after is None:
        events.forget_until(events.last)
        present = [
            _entry(events.last, one) for one in _present(client) if request.kinds is None or one.kind in request.kinds
        ]
        return WaitEventsResponse(events=present, next=events.last, missed=0)
    if request.after > events.last:
        raise Conflict(
            f"after is {request.after}, and the newest event of this channel is {events.last}. A new channel begins "
            "with after null."
        )
    events.forget_until(request.after)
    found, missed = await events.wait(request.kinds, request.timeout_ms / 1000)
    return WaitEventsResponse(
        events=[_entry(number, one) for number, one in found.items()], next=events.last, missed=missed
    )


def _present(client: ClientSession) -> Iterator[Happened]:
    now = datetime.now(UTC)
    for request in client.requests.values():
        for progress in request.progress.values():
            yield Happened(now, "progress", {"request_id": request.id, "progress": progress}, None)
    for kind, facts in client.db_session_states():
        yield Happened(now, kind, facts, None)


def _entry(number: int, happened: Happened) -> EventEntry:
    known = {"sequence": number, "at": happened.at.isoformat(), "kind": happened.kind}
    return EventEntry.model_validate({**known, **happened.facts})
