"""Changes of tables, as the statements that make them. Nothing is changed here."""

from litebase_schema.alter import AlterWarning, PlannedStatement, PreviewAlterRequest, PreviewAlterResponse

from litebase.drivers import table_editor
from litebase.drivers.altering import Plan, Planned, TableEditor
from litebase.drivers.changes import applied, new_names
from litebase.drivers.interface import DatabaseSession
from litebase.errors import Conflict, LimitExceeded, NotFound, Unsupported
from litebase.server.call import Call
from litebase.server.handlers.catalog import read_catalog
from litebase.settings import MIB

_MOST_TEXT, _BESIDE_SQL = 12 * MIB, 300  # bytes: an answer is one frame
_TOO_MUCH = "The statements are too long for one answer."


async def preview_alter(call: Call, request: PreviewAlterRequest) -> PreviewAlterResponse:
    """The statements that change a table, or make it."""
    if request.object.kind != "table":
        raise Unsupported(f"Only tables are changed; {request.object.name!r} is said to be a {request.object.kind}.")
    editor = table_editor(call.client.connection(request.connection_id).engine)

    async def read(session: DatabaseSession) -> Plan:
        return await _plan(session, editor, request)

    plan = await read_catalog(call, request.connection_id, read)
    statements = editor.bounded(plan)
    check_length(statements)
    return PreviewAlterResponse(
        statements=[told(one) for one in statements],
        warnings=[AlterWarning(code=code, message=message) for code, message in plan.warnings if statements],
    )


async def _plan(session: DatabaseSession, editor: TableEditor, request: PreviewAlterRequest) -> Plan:
    rules, wanted = await editor.rules(session), request.object
    creates = request.changes[0].change == "create_table"
    before = None if creates else await editor.read_table(session, wanted)
    after = applied(before, wanted, request.changes, rules)
    for name in await editor.taken(session, after.schema, new_names(before, after, rules)):
        raise Conflict(f"There is something named {name!r} in {after.schema!r} already.")
    for part in after.parts:
        if part.number is None and part.referenced is not None:
            await _check_referenced(session, editor, part.referenced, (after.schema, after.name))
    return await editor.plan(session, before, after)


async def _check_referenced(
    session: DatabaseSession, editor: TableEditor, table: tuple[str, str], own: tuple[str, str]
) -> None:
    """Raise when a new foreign key refers to a table that does not exist."""
    if table != own and not await editor.taken(session, table[0], [table[1]]):
        raise NotFound("referenced_table", table[1], f"There is no table {table[1]!r} in {table[0]!r} to refer to.")


def told(one: Planned) -> PlannedStatement:
    """A statement as an answer has it."""
    return PlannedStatement(sql=one.sql, object=one.object, destructive=one.destructive)


def check_length(statements: list[Planned]) -> None:
    """Raise when they do not fit into one answer."""
    if sum(len(one.sql.encode()) + _BESIDE_SQL for one in statements) > _MOST_TEXT:
        raise LimitExceeded("max_frame_bytes", _MOST_TEXT, _TOO_MUCH)
