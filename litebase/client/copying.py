"""The command that copies a table: where to, and what it prints."""

from collections.abc import Sequence

from litebase_schema.calls import Calls
from litebase_schema.catalog import ListObjectsRequest, ObjectRef
from litebase_schema.copies import CopyTableRequest, CopyTableResponse

from litebase.client import browse
from litebase.client.other_target import UnfitTarget, connected
from litebase.client.table import printable
from litebase.drivers.targets import FORMS, TargetOptions

COPY = "\\copy"
_USAGE = f"Say \\copy TABLE NEW for a table in this database, or \\copy TABLE TARGET NEW; a target is one of: {FORMS}."
_WORDS = 2


async def lines(calls: Calls, connection_id: str, said: str, *, confirm: bool) -> Sequence[str]:
    """Copy a table to one that is made for that, and say where it differs."""
    words = said.split()
    if len(words) not in (_WORDS, _WORDS + 1):
        return [_USAGE]
    found = await browse.tables(calls, connection_id, words[0])
    if len(found) != 1:
        return [f"{'Several tables fit' if found else 'There is no table'} {printable(words[0])}."]
    if len(words) == _WORDS:
        return await _copied(calls, (connection_id, found[0]), connection_id, words[1], confirm=confirm)
    try:
        async with connected(calls, words[1], TargetOptions(create=words[1].startswith("sqlite:"))) as there:
            return await _copied(calls, (connection_id, found[0]), there, words[2], confirm=confirm)
    except UnfitTarget as unfit:
        return [str(unfit)]


async def _copied(
    calls: Calls, source: tuple[str, ObjectRef], target_id: str, name: str, *, confirm: bool
) -> Sequence[str]:
    schema, _, table = name.rpartition(".")
    answer = await calls.copy_table(
        CopyTableRequest(
            connection_id=source[0],
            object=source[1],
            target_connection_id=target_id,
            target=ObjectRef(kind="table", schema_name=schema or await _usual_schema(calls, target_id), name=table),
            confirm=confirm,
        )
    )
    return [*_told(answer), f"{answer.rows:,} row{'' if answer.rows == 1 else 's'} copied"]


async def _usual_schema(calls: Calls, connection_id: str) -> str:
    """Where a name without a schema is looked for."""
    answer = await calls.list_objects(ListObjectsRequest(connection_id=connection_id, kinds=["schema"], limit=1))
    return next(iter(answer.default_schemas or ()), "")


def _told(answer: CopyTableResponse) -> list[str]:
    made = [printable(one) for one in answer.statements[1:2] if answer.created]
    return [
        *made,
        *(f"{f'{printable(one.column)}: ' if one.column else ''}{printable(one.message)}" for one in answer.warnings),
    ]
