"""Commands of the prompt that ask the backend for something and print lines."""

from collections.abc import Sequence

from litebase_schema.calls import Calls

from litebase.client import browse, past, plan

COMMANDS = frozenset({*browse.COMMANDS, *plan.COMMANDS, past.COMMAND})


async def lines(
    calls: Calls, connection_id: str, db_session_id: str, command: str, said: str, room: int | None
) -> Sequence[str]:
    """What a command of `COMMANDS` prints."""
    if command in plan.COMMANDS:
        return await plan.lines(calls, connection_id, db_session_id, said, analyze=command == "\\analyze")
    if command == past.COMMAND:
        return await past.lines(calls, said)
    return await browse.lines(calls, connection_id, command, said, room)
