"""Commands of the prompt that ask the backend for something and print lines."""

from collections.abc import Sequence

from litebase_schema.calls import Calls

from litebase.client import browse, comparing, copying, dumps, importing, past, plan, processes, row_comparing

COMMANDS = frozenset(
    {
        *browse.COMMANDS,
        *plan.COMMANDS,
        past.COMMAND,
        *processes.COMMANDS,
        *dumps.COMMANDS,
        importing.IMPORT,
        copying.COPY,
        comparing.COMPARE,
        row_comparing.COMPARE_ROWS,
    }
)


class Asking:
    """What the commands know of one another in a database session."""

    def __init__(self, calls: Calls, connection_id: str, db_session_id: str) -> None:
        self._calls, self._connection_id, self._db_session_id = calls, connection_id, db_session_id
        self._processes = processes.Processes(calls, connection_id, db_session_id)

    async def lines(self, command: str, said: str, room: int | None, *, confirm: bool = False) -> Sequence[str]:
        """What a command of `COMMANDS` prints. `confirm`: the person agrees to it on a production database."""
        if command in plan.COMMANDS:
            where, analyze = (self._calls, self._connection_id, self._db_session_id), command == "\\analyze"
            return await plan.lines(*where, said, analyze=analyze, confirm=confirm)
        if command == past.COMMAND:
            return await past.lines(self._calls, said)
        if command in processes.COMMANDS:
            return await self._processes.lines(command, said, room, confirm=confirm)
        if command in dumps.COMMANDS:
            return await dumps.lines(self._calls, self._connection_id, command, said, confirm=confirm)
        if command == importing.IMPORT:
            return await importing.lines(self._calls, self._connection_id, said, confirm=confirm)
        if command == copying.COPY:
            return await copying.lines(self._calls, self._connection_id, said, confirm=confirm)
        if command == comparing.COMPARE:
            return await comparing.lines(self._calls, self._connection_id, said)
        if command == row_comparing.COMPARE_ROWS:
            return await row_comparing.lines(self._calls, self._connection_id, said, room)
        return await browse.lines(self._calls, self._connection_id, command, said, room)
