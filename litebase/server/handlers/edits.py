"""Changing rows of tables, all of them or none.

What is to be run is decided before the first statement. An edit that fits no row does not stop the others at once, so
that all conflicts are found together; then everything is undone, and the rows are read as they are now.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from litebase_schema.edits import (
    ApplyEditsRequest,
    ApplyEditsResponse,
    ColumnDefault,
    EditOutcome,
    RowEdit,
)
from litebase_schema.edits import EditStatement as ToldStatement

from litebase.drivers import edit_dialect
from litebase.drivers.edits import ByDefault, Edit, EditStatement, Writer
from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.rows import Table, UnfitRequest
from litebase.errors import ConfirmationRequired, Conflict, ConnectionLost, DbSessionLost, LimitExceeded, Unsupported
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.edit_batch import EditBatch
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.tables import known_tables, places_named
from litebase.server.lease import Waits
from litebase.server.recording import recorded

_MOST_STATEMENT_BYTES = 4 * 1024 * 1024
# the kinds whose values have several forms
_PLAIN: Mapping[str, Callable[[str], object]] = {
    "integer": Decimal,
    "decimal": Decimal,
    "float": Decimal,
    "uuid": UUID,
    "text": str,
}
_EDITED = ("table", "foreign_table", "virtual_table")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be run, as far as the catalog decides it."""

    writer: Writer
    statements: Sequence[EditStatement]
    lasting: Table | None  # of which changes cannot be undone


async def apply_edits(call: Call, request: ApplyEditsRequest) -> ApplyEditsResponse:
    """Apply edits of rows, or say what would run."""
    connection = call.client.connection(request.connection_id)
    pinned = None
    if request.db_session_id is not None:
        pinned = call.client.pinned_session(request.db_session_id, connection.id)
    if connection.statements.needs_confirmation and not (request.confirm or request.dry_run):
        raise ConfirmationRequired("writes")
    plan = await _plan(call, connection, request)
    told = _told(plan.statements, dry_run=request.dry_run)
    if request.dry_run:
        status = "idle" if pinned is None else pinned.transaction_status
        outcomes = [_not_run() for _ in plan.statements]
        return ApplyEditsResponse(statements=told, outcomes=outcomes, committed=False, transaction_status=status)
    if pinned is None:
        async with connection.borrowed_session(Waits(call.rows_read, call.ask)) as session:
            outcomes, committed = await _run(call, connection, session, plan)
            status = session.transaction_status
    else:
        async with pinned.turn(call.rows_read) as session:
            try:
                outcomes, committed = await _run(call, connection, session, plan)
            except ConnectionLost as lost:
                raise DbSessionLost(session.last_word) from lost
            status = session.transaction_status
    return ApplyEditsResponse(statements=told, outcomes=outcomes, committed=committed, transaction_status=status)


async def _run(
    call: Call, connection: Connection, session: DatabaseSession, plan: _Plan
) -> tuple[list[EditOutcome], bool]:
    if plan.lasting is not None and (len(plan.statements) > 1 or session.transaction_status != "idle"):
        raise Unsupported(
            f"Changes of the table {plan.lasting.object.name!r} cannot be undone, because its storage engine has no "
            "transactions: send its edits one by one, outside a transaction."
        )
    batch = EditBatch(
        connection, session, plan.writer, plan.statements, call.rows_read, lasting=plan.lasting is not None
    )
    with ExitStack() as stack:
        texts = Counter(one.sql for one in plan.statements)
        notes = {sql: stack.enter_context(recorded(call.backend, connection, sql, origin="edit")) for sql in texts}
        outcomes, committed = await batch.run()
        if all(one.outcome == "applied" for one in outcomes):
            for sql, count in texts.items():
                notes[sql].rows = count
        else:  # nothing was changed
            for note in notes.values():
                note.failure = Conflict("The edits fit no rows.")
        return outcomes, committed


async def _plan(call: Call, connection: Connection, request: ApplyEditsRequest) -> _Plan:
    dialect = edit_dialect(connection.engine)
    wanted = {(one.object.schema_name, one.object.name): one.object for one in request.edits}

    async def read(session: DatabaseSession) -> _Plan:
        tables = await known_tables(session, connection.engine, list(wanted.values()))
        edits = [
            _edit(f"/data/edits/{at}", one, tables[one.object.schema_name, one.object.name])
            for at, one in enumerate(request.edits)
        ]
        writer = Writer(dialect)
        returns = dialect.returns_inserted(session)
        statements = [writer.statement(one, returns_inserted=returns) for one in edits]
        _check_distinct(edits)
        lasting = [one for one in tables.values() if not await dialect.is_transactional(session, one.object)]
        if lasting and lasting[0].row_identity.source == "none" and edits[0].action != "insert":
            reason = "The table has no key, and its storage engine cannot undo a change of more rows than one."
            raise UnfitRequest(edits[0].path, reason)
        return _Plan(writer, statements, lasting[0] if lasting else None)

    with places_named():
        return await read_catalog(call, connection.id, read)


def _edit(path: str, one: RowEdit, table: Table) -> Edit:
    if table.object.kind not in _EDITED:
        kind = table.object.kind.replace("_", " ")
        reason = f"{table.object.name!r} is a {kind}: nothing tells its rows apart, so edit the tables that it shows."
        raise UnfitRequest(f"{path}/object", reason)
    new = {name: ByDefault() if isinstance(value, ColumnDefault) else value for name, value in one.new.items()}
    return Edit(path, one.action, table, one.identity, one.old, new)


def _check_distinct(edits: Sequence[Edit]) -> None:
    """Raise `UnfitRequest` for the second edit of one row: which one would be compared with which values?

    Called when their statements have been written, and the names in them are known to be columns.
    """
    seen = dict[tuple[object, ...], str]()
    for one in edits:
        if one.action == "insert":
            continue
        # the names differ, so that no two values are compared
        row = (one.table.name, *sorted((name, *_plain(one.table, name, value)) for name, value in one.identity.items()))
        if row in seen:
            raise UnfitRequest(f"{one.path}/identity", f"{seen[row]} is an edit of the same row; send one edit of it.")
        seen[row] = one.path


def _plain(table: Table, name: str, value: Cell) -> tuple[str, object]:
    """A value of a key in one of the forms that mean it, and what tells it from values of other types."""
    plain = _PLAIN.get(table.columns[name].kind)
    if plain is not None and isinstance(value, str | int | float):
        with contextlib.suppress(ValueError, ArithmeticError):
            return "", plain(str(int(value) if isinstance(value, bool) else value))
    return type(value).__name__, value


def _told(statements: Sequence[EditStatement], *, dry_run: bool) -> list[ToldStatement]:
    told = [ToldStatement(sql=one.sql, params=list(one.params)) for one in statements]
    size = sum(len(one.sql) + sum(_size(value) for value in one.params) for one in told)
    if size <= _MOST_STATEMENT_BYTES:
        return told
    if dry_run:
        raise LimitExceeded(
            "max_statement_bytes",
            _MOST_STATEMENT_BYTES,
            "The statements of these edits are too long together for an answer. Ask for fewer at a time.",
        )
    return []


def _size(value: object) -> int:
    value = getattr(value, "value", value)
    if isinstance(value, str):
        return 4 * len(value)  # at most
    return len(value) if isinstance(value, bytes) else 9


def _not_run() -> EditOutcome:
    return EditOutcome(outcome="not_run", row=None, current=None, omitted=[], message=None)
