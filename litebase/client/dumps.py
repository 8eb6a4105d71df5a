"""The commands `dump` and `restore` of the prompt."""

from collections.abc import Sequence

from litebase_schema.calls import Calls
from litebase_schema.dump import DumpDatabaseRequest, RestoreDatabaseRequest
from pydantic import ValidationError

from litebase.client.output import UnfitName, path_of
from litebase.client.table import printable

COMMANDS = frozenset({"\\dump", "\\restore"})

_RULES = {"up_to_the_error": "Had it failed, what came before the error would have stayed."}


async def lines(calls: Calls, connection_id: str, command: str, said: str, *, confirm: bool) -> Sequence[str]:
    """What a command prints when it has done its work."""
    if not said.strip():
        return [f"Say {command} FILE."]
    try:
        path = str(path_of(said))
        if command == "\\dump":
            dumped = await calls.dump_database(DumpDatabaseRequest(connection_id=connection_id, path=path))
            by = printable(f"{dumped.tool} {dumped.tool_version}")
            return [f"{dumped.bytes:,} bytes in {printable(dumped.path)}, by {by}"]
        request = RestoreDatabaseRequest(connection_id=connection_id, path=path, confirm=confirm)
    except UnfitName as unfit:
        return [printable(str(unfit))]
    except ValidationError as refused:
        return [f"The name cannot be sent: {refused.errors(include_input=False)[0]['msg']}."]
    restored = await calls.restore_database(request)
    by = printable(f"{restored.tool} {restored.tool_version}")
    rule = _RULES.get(restored.rule)
    return [f"{restored.bytes:,} bytes restored, by {by}", *([rule] if rule else [])]
