"""Two schemas compared, with the statements that make one like the other. Nothing is changed here."""

from collections.abc import Iterator

from anyio import to_thread
from litebase_schema.catalog import ObjectRef
from litebase_schema.compare import (
    CompareSchemasRequest,
    CompareSchemasResponse,
    CompareWarning,
    SchemaDifference,
)

from litebase.drivers import catalog_reader, schema_writer, table_editor
from litebase.drivers.altering import Plan, Planned, TableEditor
from litebase.drivers.comparing import Key, Side, read_side
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mending import mend
from litebase.drivers.objects import TABLES
from litebase.drivers.schema_pairs import Comparison
from litebase.drivers.schema_scripts import Outcome
from litebase.drivers.table_pairs import Found
from litebase.errors import LimitExceeded, Unsupported
from litebase.server.call import Call
from litebase.server.handlers.alter import check_length, told
from litebase.server.handlers.catalog import read_catalog
from litebase.settings import MIB

_MOST_TEXT, _BESIDE_TEXT = 12 * MIB, 400  # bytes: an answer is one frame
_TOO_MUCH = "The differences are too long for one answer."


async def compare_schemas(call: Call, request: CompareSchemasRequest) -> CompareSchemasResponse:
    """What differs between two schemas, and what makes the other one like the first."""
    engine, other_engine = (
        call.client.connection(one).engine for one in (request.connection_id, request.other_connection_id)
    )
    if engine != other_engine:
        raise Unsupported(
            f"Only schemas of the same engine are compared: the first is of {engine}, the other of {other_engine}."
        )
    reader, editor, writer = catalog_reader(engine), table_editor(engine), schema_writer(engine)

    async def first_side(session: DatabaseSession) -> Side:
        return await read_side(session, reader, writer.HABITS, request.schema_name)

    async def other_side(session: DatabaseSession) -> Side:
        return await read_side(session, reader, writer.HABITS, request.other_schema_name)

    first = await read_catalog(call, request.connection_id, first_side)
    other = await read_catalog(call, request.other_connection_id, other_side)
    # which reads all texts word by word
    comparison = await to_thread.run_sync(Comparison, editor, writer, first, other, abandon_on_cancel=True)
    tables = await read_catalog(call, request.connection_id, comparison.read_first)

    async def mended(session: DatabaseSession) -> Outcome:
        return await mend(session, comparison, editor, writer, tables)

    outcome = await read_catalog(call, request.other_connection_id, mended)
    return _answer(editor, comparison, outcome)


def _answer(editor: TableEditor, comparison: Comparison, outcome: Outcome) -> CompareSchemasResponse:
    statements = editor.bounded(Plan(main=[one for one, _ in outcome.statements], around=outcome.around))
    check_length(statements)
    offset = next((at for at, one in enumerate(statements) if one is outcome.statements[0][0]), 0) if statements else 0
    differences = [_told(key, found, outcome, offset) for key, found in outcome.differences]
    if sum(_length(one) for one in differences) > _MOST_TEXT - sum(len(one.sql.encode()) for one in statements):
        raise LimitExceeded("max_frame_bytes", _MOST_TEXT, _TOO_MUCH)
    return CompareSchemasResponse(
        differences=differences,
        statements=[told(one) for one in statements],
        warnings=[
            CompareWarning(code=code, message=message, object=ref)
            for code, message, ref in _warnings(comparison, outcome)
        ],
        not_compared=[*comparison.first.incomplete, *comparison.other.incomplete],
    )


def _warnings(comparison: Comparison, outcome: Outcome) -> Iterator[tuple[str, str, ObjectRef | None]]:
    first, other = comparison.first.version, comparison.other.version
    if first != other:
        message = f"The servers are {first} and {other}: they may write the same thing differently."
        yield "other_version", message, None
    yield from outcome.warnings


def _told(key: Key, found: Found, outcome: Outcome, offset: int) -> SchemaDifference:
    """A difference as an answer has it."""
    keyed = [(at, one, of) for at, (one, of) in enumerate(outcome.statements, offset) if of is not None]
    own = [(at, one) for at, one, of in keyed if of == key]
    if not own and key.kind == "trigger":  # it goes with its table
        own = [(at, one) for at, one, of in keyed if of.name == key.parent and of.kind in TABLES]
    exact = [(at, one) for at, one in own if one.object == found.object]
    chosen: list[tuple[int, Planned]] = exact or own
    return SchemaDifference(
        difference=found.difference, object=found.object, first=found.first, other=found.other,
        properties=found.properties, statements=[at for at, _ in chosen],
        destructive=any(one.destructive for _, one in chosen),
    )  # fmt: skip


def _length(one: SchemaDifference) -> int:
    texts = [one.first, one.other, *(text for found in one.properties for text in (found.first, found.other))]
    return _BESIDE_TEXT * (1 + len(one.properties)) + sum(len(text.encode()) for text in texts if text is not None)
