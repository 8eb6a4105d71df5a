"""Help while SQL is written."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import anyio
from anyio import to_thread
from litebase_schema.catalog import ObjectRef
from litebase_schema.sql import (
    CompleteSqlRequest,
    CompleteSqlResponse,
    CompletionItem,
    InspectedStatement,
    InspectSqlRequest,
    InspectSqlResponse,
    MentionedTable,
    SqlCall,
    SqlFinding,
    SqlParameter,
    SqlPlace,
    SqlRange,
)

from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import Checked, DatabaseSession
from litebase.drivers.interruption import Interrupted
from litebase.drivers.objects import LOCK_WAIT_S
from litebase.errors import InvalidMessage, QueryFailed, Unsupported
from litebase.server.call import Call
from litebase.server.completion_names import CompletionNames, CompletionView
from litebase.server.connection import Connection
from litebase.server.recording import earlier
from litebase.sql.completion.completion import Completion, complete
from litebase.sql.completion.functions import functions_of
from litebase.sql.dialect import DIALECTS, Dialect
from litebase.sql.effect import outline
from litebase.sql.reading.inspection import Finding, Inspected, Inspection, Parameter, Table, inspect
from litebase.sql.reading.places import At, Named
from litebase.sql.reading.tokens import tokens

T = TypeVar("T")

_LONG_TEXT = 2000  # characters; a longer one is read in a thread, so that no other request waits for it
_MAKES_KNOWN = {"SET", "USE", "ATTACH", "RESET", "PREPARE", "CALL", "DO", "EXECUTE"}
_NAMES_IN_MESSAGE = (
    re.compile(r"no such \w+: (?P<name>[^\s,]+)"),
    re.compile(r"has no column named (?P<name>\S+)"),
    re.compile(r"(?:Table|Unknown column|Unknown database|FUNCTION|PROCEDURE) '?(?P<name>[^\s']+)'?"),
)
_HISTORY_S = 0.05  # for which the first completion of a connection waits for the history
_MOST_SLOW = 3  # statements that the database does not answer in time
_SLOW = f"The database had not looked at this statement after {LOCK_WAIT_S:g} s: a table that it names may be locked."
_TOO_SLOW = "This statement was not sent, because the database was too slow with others."


async def inspect_sql(call: Call, request: InspectSqlRequest) -> InspectSqlResponse:
    """What stands in a text."""
    text, offset = request.sql, request.offset
    _check_offset(text, offset)
    connection = _connection(call, request)
    dialect = _dialect_named(request.dialect) if connection is None else _dialect_of(connection)
    found = await _read(text, partial(inspect, text, dialect, offset, request.limit))
    types: dict[int, Sequence[str | None]] = {}
    if request.check == "server":
        if connection is None:
            raise InvalidMessage("/data/check", "only a database can check statements: send a connection_id")
        types = await _check(call, connection, text, found)
    known = _Known(dialect, None if connection is None else connection.completions)
    return await _read(text, partial(_inspected, text, found, types, known))


async def _read(text: str, work: Callable[[], T]) -> T:
    """The value of work whose time grows with the text."""
    return work() if len(text) <= _LONG_TEXT else await to_thread.run_sync(work, abandon_on_cancel=True)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of functions and tables: of the engine, and of the database as far as completion has read it."""

    dialect: Dialect
    names: CompletionNames | None

    def signatures(self, schema: str | None, name: str) -> list[str]:
        """How a function is called."""
        own = [] if schema is not None else [one for one in functions_of(self.dialect) if one.name == name.lower()]
        found = [f"{one.name}{one.signature}" for one in own]
        return found + (list(self.names.signatures(schema, name)) if self.names is not None else [])

    def placed(self, one: Named) -> Named:
        """A table or a column with the schema and the name that its table has in the database, where that is known."""
        table = one.parent_name or one.name
        if self.names is None or one.kind not in ("table", "column") or one.schema_name is not None:
            return one
        if (found := self.names.place_of(table)) is None:
            return one
        schema, own = found
        return replace(one, schema_name=schema, **{"name" if one.kind == "table" else "parent_name": own})


def _inspected(
    text: str, found: Inspection, types: Mapping[int, Sequence[str | None]], known: _Known
) -> InspectSqlResponse:
    found.findings.sort(key=lambda one: (one.start, one.end))
    return InspectSqlResponse(
        statements=[_statement(one, types.get(one.start, ())) for one in found.statements],
        findings=[_finding(one) for one in found.findings],
        at=_place(text, found, known),
        complete=found.complete,
    )


async def complete_sql(call: Call, request: CompleteSqlRequest) -> CompleteSqlResponse:
    """What may be written at a place, as far as it is known; it waits for no database unless it is told to."""
    _check_offset(request.sql, request.offset)
    connection = call.client.connection(request.connection_id)
    names = connection.completions
    if names is None:
        names = connection.completions = CompletionNames(connection.catalog, connection.engine)
        await _remember(call, connection)
    found = await _completed(request, connection, names)
    with anyio.move_on_after(request.wait_ms / 1000):
        while found.incomplete and request.wait_ms and (names.is_loading or names.wants_loading):
            loaded = names.loaded
            _load(call)
            await loaded.wait()
            found = await _completed(request, connection, names)
    if names.wants_loading:
        _load(call)
    items = [
        CompletionItem(
            text=one.text, kind=one.kind, detail=one.detail, start=found.start, end=found.end, score=one.score
        )
        for one in found.items
    ]
    return CompleteSqlResponse(items=items, incomplete=found.incomplete)


async def _completed(request: CompleteSqlRequest, connection: Connection, names: CompletionNames) -> Completion:
    view, dialect = CompletionView(names), _dialect_of(connection)
    names.look_at(connection.latest, dialect)
    work = partial(complete, request.sql, request.offset, dialect, view, request.limit, names.used)
    return await _read(request.sql, work)


async def _remember(call: Call, connection: Connection) -> None:
    """Have the latest statements of earlier days looked at, if the history has them soon; else a bit later."""
    if (history := call.backend.history) is None:
        return
    with anyio.move_on_after(_HISTORY_S):
        await to_thread.run_sync(earlier, history, connection, abandon_on_cancel=True)


def _load(call: Call) -> None:
    """Have what is wanted read meanwhile."""
    call.client.upkeep_wanted.set()
    call.client.take_note()


def _check_offset(text: str, offset: int | None) -> None:
    """Raise `InvalidMessage` for a place that is not in the text."""
    if offset is not None and offset > len(text):
        raise InvalidMessage("/data/offset", f"this is past the end: the text has {len(text):,} code points")


def _dialect_of(connection: Connection) -> Dialect:
    """How text is read in a connection's sessions."""
    return connection.dialect or DIALECTS[connection.engine]


def _connection(call: Call, request: InspectSqlRequest) -> Connection | None:
    if (request.connection_id is None) == (request.dialect is None):
        raise InvalidMessage("/data", "exactly one of connection_id and dialect is needed")
    return None if request.connection_id is None else call.client.connection(request.connection_id)


def _dialect_named(name: str | None) -> Dialect:
    if name not in DIALECTS:
        raise InvalidMessage("/data/dialect", f"this is none of {', '.join(DIALECTS)}")
    return DIALECTS[name]


# what the database says


async def _check(call: Call, connection: Connection, text: str, found: Inspection) -> dict[int, Sequence[str | None]]:
    """Add what the database finds; the types of parameters, by where their statement begins."""
    types: dict[int, Sequence[str | None]] = {}
    todo = [one for one in found.statements if one.readable]
    names_may_come, slow = False, 0
    while todo and slow < _MOST_SLOW:
        async with call.client.catalog_session(connection.id, call.ask) as session:
            ability = session.abilities.check_statements
            if isinstance(ability, Unavailable):
                raise Unsupported(ability.reason)
            while todo and slow < _MOST_SLOW and session.usable:
                one = todo.pop(0)
                call.progress("statements", len(found.statements) - len(todo) - 1, len(found.statements))
                sql = text[one.start : one.end]
                checked = await _checked(session, sql)
                if checked is None:
                    slow += 1
                    found.findings.append(Finding(one.start, one.end, "info", "not_checked", _SLOW))
                    continue
                types[one.start] = checked.parameter_types
                if checked.failure is not None and not (checked.unknown_name and names_may_come):
                    refused = partial(_refused, checked.failure, sql, one, session.dialect)
                    found.findings.append(await _read(sql, refused))
                names_may_come = names_may_come or _may_make_names(sql, one, session.dialect)
    found.findings += [Finding(one.start, one.end, "info", "not_checked", _TOO_SLOW) for one in todo]
    return types


async def _checked(session: DatabaseSession, sql: str) -> Checked | None:
    """What the database says of a statement; None when it takes too long."""
    with anyio.move_on_after(LOCK_WAIT_S) as bound:
        try:
            return await session.check(sql)
        except QueryFailed as refusal:  # it was not even sent: it would end the read-only mode
            return Checked(failure=refusal)
        except Interrupted:  # it was stopped
            if not bound.cancel_called:
                raise
    return None


def _may_make_names(sql: str, one: Inspected, dialect: Dialect) -> bool:
    """Whether a statement may make names, or make them known. SELECT ... INTO makes a table in PostgreSQL."""
    word = outline(sql, dialect).word
    return one.effect == "defines" or word in _MAKES_KNOWN or (word == "SELECT" and one.effect != "reads")


def _refused(failure: QueryFailed, sql: str, one: Inspected, dialect: Dialect) -> Finding:
    start, end = _range(failure, sql, dialect)
    code = getattr(failure.details, "engine_code", None)
    return Finding(one.start + start, one.start + end, "error", "refused", failure.message, code)


def _range(failure: QueryFailed, sql: str, dialect: Dialect) -> tuple[int, int]:
    """The word at the place that the database names, or the name that it does not know; else the whole statement."""
    found = tokens(sql, dialect).items
    position = getattr(failure.details, "position", None)
    if position is not None:
        index = bisect_right(found, position, key=lambda one: one.start) - 1
        if index >= 0 and found[index].end > position:
            return position, found[index].end
        return max(min(position, len(sql) - 1), 0), min(position + 1, len(sql))
    said = (pattern.search(failure.message) for pattern in _NAMES_IN_MESSAGE)
    for name in (match["name"].strip("'\"`").rpartition(".")[2].casefold() for match in said if match is not None):
        for token in found:
            if token.is_identifier and token.text.casefold() == name:
                return token.start, token.end
    return 0, len(sql)


# the answer


def _statement(one: Inspected, types: Sequence[str | None]) -> InspectedStatement:
    return InspectedStatement(
        start=one.start,
        end=one.end,
        effect=one.effect,
        without_where=one.without_where,
        tables=[_mentioned(table) for table in one.tables],
        parameters=[_parameter(parameter, types) for parameter in one.parameters],
    )


def _mentioned(one: Table) -> MentionedTable:
    return MentionedTable(object=_ref(one.named), use=one.use, alias=one.alias, start=one.start, end=one.end)


def _parameter(one: Parameter, types: Sequence[str | None]) -> SqlParameter:
    return SqlParameter(
        number=one.number,
        name=one.name,
        db_type=types[one.number - 1] if 0 < one.number <= len(types) else None,
        places=_ranges(one.places),
    )


def _ranges(places: Iterable[tuple[int, int]]) -> list[SqlRange]:
    return [SqlRange(start=start, end=end) for start, end in places]


def _finding(one: Finding) -> SqlFinding:
    return SqlFinding(
        start=one.start,
        end=one.end,
        severity=one.severity,
        code=one.code,
        message=one.message,
        engine_code=one.engine_code,
    )


def _place(text: str, found: Inspection, known: _Known) -> SqlPlace | None:
    one: At | None = found.at
    if one is None:
        return None
    called = one.call
    return SqlPlace(
        what=one.what,
        start=one.start,
        end=one.end,
        statement=None if found.at_statement is None else _ranges([found.at_statement])[0],
        object=None if one.named is None else _ref(known.placed(one.named)),
        tables=[_ref(known.placed(table)) for table in one.among],
        signatures=known.signatures(None, text[one.start : one.end].strip('`"[]')) if one.what == "function" else [],
        call=None
        if called is None
        else SqlCall(
            name=called.name,
            schema_name=called.schema_name,
            argument=called.argument,
            signatures=known.signatures(called.schema_name, called.name),
        ),
    )


def _ref(one: Named) -> ObjectRef:
    parent = {} if one.parent_name is None else {"parent_name": one.parent_name}
    return ObjectRef(kind=one.kind, schema_name=one.schema_name, name=one.name, **parent)
