"""What the database server does for everybody, for the prompt, and stopping some of it."""

from collections.abc import Iterable, Sequence

from litebase_schema.activity import (
    DbProcess,
    ListDbProcessesRequest,
    SeenProcess,
    StopDbProcessRequest,
    StopDbProcessResponse,
)
from litebase_schema.calls import Calls
from litebase_schema.values import Column

from litebase.client.table import duration, printable, table

LIST, STOP = "\\processes", "\\stop"
COMMANDS = (LIST, STOP)
_COLUMNS = ("process", "state", "for", "blocked by", "statement", "user", "client", "database", "waits for")
_DEEPEST = 10  # levels of waiting that are shown by their place


class Processes:
    """The processes that the person has seen: only what was seen is stopped."""

    def __init__(self, calls: Calls, connection_id: str, db_session_id: str) -> None:
        self._calls, self._connection_id, self._db_session_id = calls, connection_id, db_session_id
        self._seen: dict[str, SeenProcess] = {}

    async def lines(self, command: str, said: str, room: int | None, *, confirm: bool) -> Sequence[str]:
        """What a command of `COMMANDS` prints."""
        return await self._list(room) if command == LIST else [await self._stop(said.split(), confirm=confirm)]

    async def _list(self, room: int | None) -> Sequence[str]:
        answer = await self._calls.list_db_processes(ListDbProcessesRequest(connection_id=self._connection_id))
        self._seen = {one.process_id: SeenProcess(started_at=one.started_at, sql=one.sql) for one in answer.processes}
        columns = [Column(name=name, db_type="text", kind="text") for name in _COLUMNS]
        rows = [self._row(one, depth) for one, depth in as_tree(answer.processes)]
        count = len(rows)
        remarks = [f"{count:,} process{'' if count == 1 else 'es'}{'' if answer.complete else ', and there are more'}"]
        remarks += [printable(answer.hidden_reason)] if answer.hidden_reason is not None else []
        return [*table(columns, rows, room), *remarks]

    def _row(self, one: DbProcess, depth: int) -> Sequence[str]:
        client = "this prompt" if one.db_session_id == self._db_session_id else one.application or one.client or ""
        return [
            "  " * min(depth, _DEEPEST) + one.process_id,
            one.state.replace("_", " "),
            "" if one.elapsed_ms is None else duration(one.elapsed_ms / 1000),
            ", ".join(one.blocked_by),
            " ".join((one.sql or "").split()),
            one.user or "",
            client,
            one.database or "",
            one.waits_for or "",
        ]

    async def _stop(self, words: Sequence[str], *, confirm: bool) -> str:
        if len(words) not in (1, 2) or words[1:] not in ([], ["terminate"]):
            return f"Say {STOP} ID to cancel the statement of a process, {STOP} ID terminate to end its session."
        process_id, how = words[0], "terminate" if words[1:] else "cancel"
        if (seen := self._seen.get(process_id)) is None:
            return f"No process {printable(process_id)} has been listed. {LIST} lists them; what it showed is stopped."
        request = StopDbProcessRequest.model_validate({
            "connection_id": self._connection_id,
            "process_id": process_id,
            "how": how,
            "seen": seen,
            "confirm": confirm,
        })  # fmt: skip
        return _outcome(await self._calls.stop_db_process(request), process_id, how)


def as_tree(processes: Sequence[DbProcess]) -> Iterable[tuple[DbProcess, int]]:
    """Each process once, in the order given, but those that wait below the first one that is in their way.

    The number is its level. Of processes that wait for one another, the first in the order given is on top.
    """
    listed = {one.process_id for one in processes}
    waiting: dict[str, list[DbProcess]] = {}
    top: list[DbProcess] = []
    for one in processes:
        blocker = next((by for by in one.blocked_by if by in listed and by != one.process_id), None)
        (top if blocker is None else waiting.setdefault(blocker, [])).append(one)
    shown: set[str] = set()
    for root in [*top, *processes]:  # in a circle nobody is on top
        stack = [(root, 0)]
        while stack:
            one, depth = stack.pop()
            if one.process_id not in shown:
                shown.add(one.process_id)
                yield one, depth
                stack += [(below, depth + 1) for below in reversed(waiting.get(one.process_id, []))]


def _outcome(answer: StopDbProcessResponse, process_id: str, how: str) -> str:
    ended = f"The statement of {process_id}" if how == "cancel" else f"The session {process_id}"
    sentences = {
        "stopped": f"{ended} has ended.",
        "still_runs": f"The server was asked to stop {process_id}. {LIST} shows whether it has ended.",
        "gone": f"There is no process {process_id} any more.",
        "another_statement": f"{process_id} has gone on to something else, and was not stopped. {LIST} shows it.",
        "nothing_to_cancel": f"{process_id} runs no statement. {STOP} {process_id} terminate ends its session.",
    }
    return sentences.get(answer.outcome) or printable(answer.outcome)
