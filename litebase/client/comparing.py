"""The command that compares two schemas: what differs, and the statements that make the other like the first."""

from collections.abc import Iterator, Sequence

from litebase_schema.calls import Calls
from litebase_schema.compare import CompareSchemasRequest, CompareSchemasResponse, SchemaDifference

from litebase.client.other_target import compared
from litebase.client.table import printable

COMPARE = "\\compare"
_USAGE = "Say \\compare FIRST OTHER, or \\compare FIRST OTHER TARGET when the other schema is in another database."


async def lines(calls: Calls, connection_id: str, said: str) -> Sequence[str]:
    """Compare two schemas of this connection, or the first one with a schema of another target."""
    return await compared(calls, connection_id, said, _USAGE, lambda one, two: _compared(calls, one, two))


async def _compared(calls: Calls, one: tuple[str, str], two: tuple[str, str]) -> Sequence[str]:
    answer = await calls.compare_schemas(
        CompareSchemasRequest(
            connection_id=one[0], schema_name=one[1], other_connection_id=two[0], other_schema_name=two[1]
        )
    )
    return list(_told(answer))


def _told(answer: CompareSchemasResponse) -> Iterator[str]:
    count = len(answer.differences)
    yield (
        "The schemas are alike."
        if not count
        else f"{count:,} difference{'s' * (count != 1)}, and what makes the other like the first:"
    )
    for one in answer.differences:
        yield from _difference(one)
    for left in answer.not_compared:
        name = f" {printable(left.object.name)}" if left.object is not None else ""
        yield f"not compared: {printable(left.part)}{name}: {printable(left.reason)}"
    for warning in answer.warnings:
        about = f" ({printable(warning.object.name)})" if warning.object is not None else ""
        yield f"{warning.code}{about}: {printable(warning.message)}"
    for statement in answer.statements:
        yield from ["-- destructive"] * statement.destructive
        yield from (printable(line) for line in f"{statement.sql};".splitlines())


def _difference(one: SchemaDifference) -> Iterator[str]:
    name = one.object.name if one.object.parent_name is None else f"{one.object.parent_name}.{one.object.name}"
    yield printable(f"  {one.difference} {one.object.kind.replace('_', ' ')} {name}")
    for found in one.properties:
        yield printable(f"    {found.name}: {_shown(found.first)}, in the other {_shown(found.other)}")


def _shown(text: str | None) -> str:
    return "nothing" if text is None else text
