"""What was run before."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from anyio import to_thread
from litebase_schema.history import (
    DeleteHistoryRequest,
    DeleteHistoryResponse,
    HistoryEntry,
    SearchHistoryRequest,
    SearchHistoryResponse,
)

from litebase.errors import FileFailed, InvalidMessage, Unsupported
from litebase.history.file import Entry, Wanted, iso, microseconds
from litebase.history.history import History, Unusable
from litebase.server.call import Call

T = TypeVar("T")

_MOST_BYTES, _SHORT = 8 * 1024 * 1024, 200  # of the statements of one answer; characters of those beyond


async def search_history(call: Call, request: SearchHistoryRequest) -> SearchHistoryResponse:
    """The newest statements that fit."""
    try:
        before = None if request.before is None else microseconds(request.before)
    except (ValueError, TypeError):  # the latter for one without a time zone
        raise InvalidMessage("/data/before", "this is not a moment") from None
    outcomes = None if request.outcomes is None else [str(one) for one in request.outcomes]
    origins = None if request.origins is None else [str(one) for one in request.origins]
    words = request.text.split()
    wanted = Wanted(words, request.connection_name, request.database, outcomes, origins, before, request.limit)
    stopped = Event()

    def look(history: History) -> list[Entry]:
        return history.search(wanted, stopped.is_set)

    try:
        found = await _in_thread(call, look)
    finally:
        stopped.set()
    room, entries = _MOST_BYTES, []
    for one in found[: request.limit]:
        room -= len(one.run.sql.encode("utf-8", "replace"))
        entries.append(_entry(one, shortened=room < 0))
    return SearchHistoryResponse(entries=entries, complete=len(found) <= request.limit)


async def delete_history(call: Call, request: DeleteHistoryRequest) -> DeleteHistoryResponse:
    """Forget entries."""
    if request.all and request.ids:
        raise InvalidMessage("/data/ids", "with `all` there are no ids to name")
    ids = None if request.all else request.ids
    deleted = await _in_thread(call, lambda history: history.delete(ids))
    return DeleteHistoryResponse(deleted=deleted)


async def _in_thread(call: Call, work: Callable[[History], T]) -> T:
    history = call.backend.history
    if history is None:
        raise Unsupported("This backend keeps no history. Start it with --history FILE to keep one.")
    try:
        return await to_thread.run_sync(work, history, abandon_on_cancel=True)
    except Unusable as failed:
        path = str(history.path)
        message = f"The history in {path} cannot be used: {failed}. Move the file away, and a new one is made."
        raise FileFailed(path, "failed", message) from failed


def _entry(one: Entry, *, shortened: bool) -> HistoryEntry:
    run = one.run
    is_cut = shortened and len(run.sql) > _SHORT
    return HistoryEntry(
        id=one.id,
        sql=run.sql[:_SHORT] if is_cut else run.sql,
        sql_complete=bool(run.sql_complete) and not is_cut,
        at=iso(run.at),
        ms=run.ms,
        rows=run.rows,
        outcome=run.outcome,
        code=run.code,
        connection_name=run.connection_name,
        database=run.database,
        origin=run.origin,
        runs=one.runs,
    )
