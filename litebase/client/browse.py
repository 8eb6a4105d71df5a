"""What exists in a database, for the prompt: its backslash commands, answered by requests that any client may send."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from litebase_schema.calls import Calls
from litebase_schema.catalog import (
    DescribedColumn,
    DescribedIndex,
    DescribeObjectsRequest,
    ForeignKey,
    GetDdlRequest,
    ListedObject,
    ListObjectsRequest,
    MissingPart,
    ObjectDescription,
    ObjectRef,
)
from litebase_schema.tables import OpenTableRequest, OpenTableResponse
from litebase_schema.values import Column

from litebase.client import finding
from litebase.client.facts import facts, grants
from litebase.client.table import printable, table

_TABLES = ["table", "foreign_table", "virtual_table"]
_RELATIONS = [*_TABLES, "view", "materialized_view", "sequence"]
_DDL = "\\ddl"
_NOWHERE = {"\\dn": ["schema"], "\\du": ["role"], "\\dx": ["extension"]}  # these are in no schema
COMMANDS: Mapping[str, Sequence[str] | None] = {  # the kinds that each one lists
    "\\d": _RELATIONS,
    "\\dt": _TABLES,
    "\\df": ["function", "procedure"],
    "\\dT": ["type"],
    "\\ds": ["sequence"],
    **_NOWHERE,
    "\\search": [],
    _DDL: None,
}
_OTHERS = ["function", "procedure", "type", "event"]  # what \\d NAME describes where there is no such table
_NAMES_IN_FULL = 20_000
_OBJECTS_AT_ONCE = 500  # in one request


async def lines(calls: Calls, connection_id: str, command: str, pattern: str, room: int | None) -> Sequence[str]:
    """What a command of `COMMANDS` prints. `pattern` is `NAME`, or `SCHEMA.NAME`, either with `*` and `?`; or empty."""
    if command == "\\search":
        return await finding.lines(calls, connection_id, pattern, room)
    lister = _Lister(calls, connection_id)
    if command in _NOWHERE:
        found = [one async for one in lister.objects(None, _NOWHERE[command], pattern or None)]
    else:
        found = await lister.fitting(COMMANDS[command], pattern)
        if command == _DDL:
            return await _ddl(calls, connection_id, lister, pattern, [one.object for one in found], room)
        if not found and command == "\\d" and pattern:
            found = await lister.fitting(_OTHERS, pattern)
        if not found and "." not in pattern and not await lister.schemas(None):
            return [f"There is no default schema here. Name one, as in {command} SCHEMA.*; \\dn lists them."]
    name = pattern if command in _NOWHERE else pattern.rpartition(".")[2]
    exact = [one for one in found if one.object.name == name]  # beside others that differ in case
    found = exact if len(exact) == 1 else found
    described = [one.object for one in found]
    if pattern and command not in ("\\dt", "\\dn") and len(described) == 1:
        answer = await calls.describe_objects(DescribeObjectsRequest(connection_id=connection_id, objects=described))
        shown = [line for one in answer.descriptions for line in _description(one, room)]
        return [*shown, *_remarks([*lister.missing, *answer.missing])]
    return [*_listing(found, room), *_remarks(lister.missing)]


async def opened(
    calls: Calls, connection_id: str, db_session_id: str, pattern: str, window_rows: int
) -> OpenTableResponse | None:
    """The rows of the one table or view that fits a pattern; None when there is none, or several."""
    found = [one.object for one in await _Lister(calls, connection_id).fitting(_RELATIONS, pattern) if one.has_children]
    found = [one for one in found if one.name == pattern.rpartition(".")[2]] or found
    if len(found) != 1:
        return None
    return await calls.open_table(
        OpenTableRequest(
            connection_id=connection_id,
            db_session_id=db_session_id,
            object=found[0],
            window_rows=window_rows,
            keep_result=True,
        )
    )


async def tables(calls: Calls, connection_id: str, name: str) -> Sequence[ObjectRef]:
    """The tables that have a name, `NAME` or `SCHEMA.NAME`."""
    found = [one.object for one in await _Lister(calls, connection_id).fitting(_TABLES, name)]
    return [one for one in found if one.name == name.rpartition(".")[2]] or found


async def _ddl(
    calls: Calls, connection_id: str, lister: "_Lister", pattern: str, found: Sequence[ObjectRef], room: int | None
) -> Sequence[str]:
    """Statements that make what was found again, or the schema that has the name. What is said beside are comments."""
    schema, _, name = pattern.rpartition(".")
    schemas = [one.object async for one in lister.objects(None, ["schema"], schema if name == "*" else pattern)]
    wanted = schemas if schemas and (not found or name == "*") else found
    if not wanted or not pattern:
        return ["-- Nothing was found."]
    if len(wanted) > _OBJECTS_AT_ONCE:
        return [f"-- These are {len(wanted):,} objects; {_OBJECTS_AT_ONCE} are shown at once, or a whole schema."]
    answer = await calls.get_ddl(GetDdlRequest(connection_id=connection_id, objects=list(wanted)))
    shown = [line for one in answer.statements for line in _ended(one.sql).split("\n")]
    if room is not None:  # on a terminal, which obeys control characters
        shown = ["\t".join(map(printable, line.split("\t"))) for line in shown]
    return [*shown, *(f"-- {line}" for line in _remarks([*lister.missing, *answer.incomplete]))]


def _ended(sql: str) -> str:
    """With a semicolon that no comment swallows."""
    last = sql.rpartition("\n")[2]
    return f"{sql}\n;" if "--" in last or "#" in last else f"{sql};"


class _Lister:
    """Lists of one connection, whole ones, and what was missing from them."""

    def __init__(self, calls: Calls, connection_id: str) -> None:
        self.missing: list[MissingPart] = []
        self._calls, self._connection_id = calls, connection_id

    async def objects(
        self, parent: ObjectRef | None, kinds: Sequence[str] | None, pattern: str | None
    ) -> AsyncIterator[ListedObject]:
        """All objects of a parent, page by page."""
        request = ListObjectsRequest(
            connection_id=self._connection_id,
            parent=parent,
            kinds=None if kinds is None else list(kinds),
            name_pattern=pattern,
            limit=_NAMES_IN_FULL,
        )
        while True:
            answer = await self._calls.list_objects(request)
            self.missing += answer.missing
            for one in answer.objects:
                yield one
            if answer.next is None:
                return
            request = request.model_copy(update={"after": answer.next})

    async def fitting(self, kinds: Sequence[str] | None, pattern: str) -> list[ListedObject]:
        """All objects of these kinds whose names fit `NAME` or `SCHEMA.NAME`."""
        schema_pattern, dot, name_pattern = pattern.rpartition(".")
        return [
            one
            for schema in await self.schemas(schema_pattern if dot else None)
            async for one in self.objects(schema, kinds, name_pattern or None)
        ]

    async def schemas(self, pattern: str | None) -> Sequence[ObjectRef]:
        """Those that fit a pattern, or those of names without a schema."""
        answer = await self._calls.list_objects(
            ListObjectsRequest(connection_id=self._connection_id, name_pattern=pattern, include_system=True)
        )
        self.missing += answer.missing
        wanted = answer.default_schemas if pattern is None else None
        return [one.object for one in answer.objects if wanted is None or one.object.name in wanted]


def _listing(found: Sequence[ListedObject], room: int | None) -> Iterable[str]:
    if not found:
        return ["Nothing was found."]
    columns = [Column(name=name, db_type="text", kind="text") for name in ("schema", "name", "type")]
    rows = [
        [one.object.schema_name or "", one.object.name + _signature(one.object), one.object.kind.replace("_", " ")]
        for one in found
    ]
    return [*table(columns, rows, room), f"{len(found):,} object{'' if len(found) == 1 else 's'}"]


def _description(one: ObjectDescription, room: int | None) -> Iterable[str]:
    """As psql shows it: the columns, and below what belongs to the table."""
    traits = f" ({', '.join(trait.replace('_', ' ') for trait in one.traits)})" if one.traits else ""
    yield printable(f"{one.object.kind.replace('_', ' ')} {_place(one.object)}{_signature(one.object)}{traits}")
    if one.comment:
        yield printable(one.comment)
    columns = [Column(name=name, db_type="text", kind="text") for name in ("column", "type", "nullable", "default")]
    rows = [
        [column.name, column.db_type, "" if column.nullable is not False else "not null", _made_by(column)]
        for column in one.columns
    ]
    if rows or one.object.kind in _RELATIONS[:-1]:
        yield from table(columns, rows, room)
    below: Sequence[tuple[str, Iterable[str]]] = (
        ("indexes", (f"{index.name}{' unique' if index.unique else ''} ({_parts(index)})" for index in one.indexes)),
        ("checks", (f"{check.name} {check.expression}" for check in one.checks)),
        ("exclusions", (f"{check.name} {check.expression}" for check in one.exclusions)),
        ("foreign keys", map(_foreign_key, one.foreign_keys)),
        ("referenced by", map(_foreign_key, one.referenced_by)),
        ("triggers", (f"{trigger.name} {trigger.definition}" for trigger in one.triggers)),
        ("partitioned by", [one.partition_key] if one.partition_key else []),
        ("partitions", (f"{partition.name} {partition.bound or ''}" for partition in one.partitions)),
        ("inherits", map(_place, one.inherits)),
        *facts(one),
        ("owner", [one.owner] if one.owner else []),
        grants(one),
        ("defined as", (one.definition or "").splitlines() if one.object.kind not in _TABLES else []),
    )
    for title, texts in below:
        shown = [printable(f"  {text}") for text in texts]
        if shown:
            yield from [title, *shown]
    identity = one.row_identity
    if one.object.kind in _RELATIONS[:-1]:
        yield printable(
            f"rows are told apart by {identity.source.replace('_', ' ')} {', '.join(identity.columns)}".rstrip()
        )


def _made_by(column: DescribedColumn) -> str:
    if column.generated != "none":
        return f"{column.generated}: {column.expression or '?'}"
    return column.default or ("" if column.identity == "none" else column.identity.replace("_", " "))


def _parts(index: DescribedIndex) -> str:
    parts = [f"{part.column or part.expression or '?'}{' desc' if part.descending else ''}" for part in index.parts]
    return ", ".join(parts) + (f" where {index.predicate}" if index.predicate else "")


def _foreign_key(key: ForeignKey) -> str:
    target = f"{_place(key.referenced_table)} ({', '.join(key.referenced_columns)})"
    return f"{_place(key.table)} ({', '.join(key.columns)}) to {target}"


def _signature(ref: ObjectRef) -> str:
    return "" if ref.signature is None else f"({ref.signature})"


def _place(ref: ObjectRef) -> str:
    return f"{ref.schema_name}.{ref.name}" if ref.schema_name else ref.name


def _remarks(missing: Iterable[MissingPart]) -> Iterable[str]:
    for one in missing:
        about = f" of {one.object.name}" if one.object is not None else ""
        yield printable(f"{one.part}{about}: {one.reason}")
