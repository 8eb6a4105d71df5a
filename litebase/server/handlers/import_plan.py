"""What an import is to run, decided before the first statement: which column of the file goes where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anyio import to_thread
from litebase_schema.imports import ImportMapping, ImportOptions, ImportRowsRequest, NewTable, NewTableColumn

from litebase.bounds import Bounds
from litebase.drivers import bulk_loader, edit_dialect, row_dialect
from litebase.drivers.abilities import Unavailable
from litebase.drivers.bulk import BulkLoader, BulkTarget
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.rows import Table
from litebase.errors import InvalidMessage, Unsupported
from litebase.imports.batch import Reader
from litebase.imports.source import Source
from litebase.imports.values import Converter, Spelling
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.import_source import Preview
from litebase.server.handlers.tables import known_tables
from litebase.server.import_run import Feed, ImportPlan

_FILLED = ("table", "foreign_table", "virtual_table")
_TYPED_JSON = {"json", "jsonl"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of the table: its quoted name, and what it takes."""

    quoted: str
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the file with the columns that it needs."""

    plan: ImportPlan
    feeds: Sequence[Feed]
    source: Source
    read: Sequence[str] | None  # columns that are read, where a file may have others
    documents: frozenset[str]

    def reader(self) -> Reader:
        """The rows of the file."""
        return self.source.reader(self.read, documents=self.documents)


async def plan_of(call: Call, connection: Connection, request: ImportRowsRequest, source: Source) -> Planned:
    """Raises `InvalidMessage`, `NotFound` and `Unsupported`."""
    loader = bulk_loader(connection.engine)
    if request.new_table is not None:
        return await _for_new(connection, request, source, loader, request.new_table)

    async def read(session: DatabaseSession) -> Planned:
        assert request.object is not None, "it was checked"
        if isinstance(ability := session.abilities.import_rows, Unavailable):
            raise Unsupported(ability.reason)
        (table,) = (await known_tables(session, connection.engine, [request.object])).values()
        if table.object.kind not in _FILLED:
            raise InvalidMessage("/data/object/kind", f"a {table.object.kind.replace('_', ' ')} gets no rows.")
        if not await edit_dialect(connection.engine).is_transactional(session, table.object):
            raise Unsupported(
                f"The storage engine of the table {table.object.name!r} has no transactions, so a row that fails half "
                "way could not be undone. Import into a table of InnoDB, and copy the rows from there."
            )
        planned = _for_table(request, source, loader, table, await loader.types_below(session, table.name))
        found = replace(planned.plan.target, on_conflict=edit_dialect(connection.engine).on_conflict(table))
        return replace(planned, plan=replace(planned.plan, target=found))

    return await read_catalog(call, connection.id, read)


def _for_table(
    request: ImportRowsRequest, source: Source, loader: BulkLoader, table: Table, below: Mapping[str, str]
) -> Planned:
    shown = [one for one in table.columns.values() if not one.hidden or one.name in table.described]
    generated = {one.name for one in table.described.values() if one.generated != "none"}
    types = {**{name: one.db_type for name, one in table.described.items()}, **below}
    places = {
        one.name: _Place(table.quoted(one.name), loader.bounds(one.kind, types.get(one.name, one.type)))
        for one in shown
        if one.name not in generated
    }
    mapping = request.mapping or _usual(source, list(places))
    for at, one in enumerate(mapping):
        if one.column in generated:
            why = f"the column {one.column[:64]!r} is generated: the database computes its value."
            raise InvalidMessage(f"/data/mapping/{at}/column", why)
    identity = table.row_identity
    names = [one.column for one in mapping]
    key = list(identity.columns) if identity.source in ("primary_key", "unique") else []
    if request.mode == "upsert" and not (key and set(key) <= set(names)):
        raise InvalidMessage("/data/mode", "upsert needs a key of the table, and all its columns in the mapping.")
    target = BulkTarget(
        table.name,
        [places[one].quoted for one in names if one in places],
        [],
        request.mode,
        [table.quoted(one) for one in key],
        any(one.identity != "none" for one in table.described.values()),
    )
    return _planned(request, source, loader, target, places, mapping)


async def _for_new(
    connection: Connection, request: ImportRowsRequest, source: Source, loader: BulkLoader, new: NewTable
) -> Planned:
    if request.mode in ("skip", "upsert") and not any(one.key for one in new.columns or ()):
        raise InvalidMessage("/data/mode", f"{request.mode} needs a key, and the new table has none.")
    preview = Preview(source, 1, (request.options or ImportOptions()).date_order)
    await to_thread.run_sync(preview.read)
    kinds = {one.name: one.kind for one in preview.columns}
    wanted = {one.column: one.source for one in request.mapping or ()}
    columns = new.columns or [NewTableColumn(name=one) for one in wanted or source.columns]
    mapping = request.mapping or _usual(source, [one.name for one in columns])
    quoted, made, places = row_dialect(connection.engine).DIALECT.quoted, list[str](), dict[str, _Place]()
    for one in columns:
        kind = one.kind or kinds.get(wanted.get(one.name) or one.name, "text")
        if one.kind is None and kind == "date" and (request.options is None or request.options.date_order is None):
            kind = "text" if preview.date_order else kind  # nobody has said that they are to be read by it
        types = {**loader.TYPES, **(loader.KEY_TYPES if one.key else {})}
        db_type = types.get(kind) or types["text"]
        places[one.name] = _Place(quoted(one.name), loader.bounds(kind if kind in loader.TYPES else "text", db_type))
        made.append(f"{quoted(one.name)} {db_type}{'' if one.nullable and not one.key else ' NOT NULL'}")
    if len(places) < len(columns):
        raise InvalidMessage("/data/new_table/columns", "a column is named twice.")
    key = [quoted(one.name) for one in columns if one.key]
    if key:
        made.append(f"PRIMARY KEY ({', '.join(key)})")
    name = quoted(new.name) if new.schema_name is None else f"{quoted(new.schema_name)}.{quoted(new.name)}"
    target = BulkTarget(name, [places[one.column].quoted for one in mapping if one.column in places], [], key=key)
    target = replace(target, mode="insert" if request.mode == "replace" else request.mode)
    planned = _planned(request, source, loader, target, places, mapping)
    create, drop = f"CREATE TABLE {name} ({', '.join(made)})", f"DROP TABLE {name}"
    return replace(planned, plan=replace(planned.plan, create=[create], drop=drop))


def _planned(
    request: ImportRowsRequest,
    source: Source,
    loader: BulkLoader,
    target: BulkTarget,
    places: Mapping[str, _Place],
    mapping: Sequence[ImportMapping],
) -> Planned:
    options = request.options or ImportOptions()
    spelling = Spelling(options.date_order, options.bytes_as)
    is_json = source.format in _TYPED_JSON
    read = list(dict.fromkeys(one.source for one in mapping if one.source is not None))
    known = read if is_json else source.columns
    feeds, documents, seen = list[Feed](), set[str](), set[str]()
    for at, one in enumerate(mapping):
        place, path = places.get(one.column), f"/data/mapping/{at}"
        if place is None:
            raise InvalidMessage(f"{path}/column", f"the table has no column {one.column[:64]!r}.")
        if one.column in seen:
            raise InvalidMessage(f"{path}/column", f"the column {one.column[:64]!r} is named before.")
        seen.add(one.column)
        converter = Converter(place.bounds, spelling)
        if one.source is None:
            feeds.append(_constant(one, converter, path))
            continue
        if one.value is not None:
            raise InvalidMessage(f"{path}/value", "send either `source` or `value`.")
        if one.source not in known:
            raise InvalidMessage(f"{path}/source", f"the file has no column {one.source[:64]!r}.")
        if is_json and place.bounds.kind == "json":
            documents.add(one.source)
        feeds.append(Feed(one.column, converter, known.index(one.source)))
    target = replace(target, kinds=[places[one.name].bounds.kind for one in feeds])
    plan = ImportPlan(loader, target, all_or_nothing=request.all_or_nothing)
    is_open = is_json and request.mapping is None
    return Planned(plan, feeds, source, None if is_open or not is_json else read, frozenset(documents))


def _constant(one: ImportMapping, converter: Converter, path: str) -> Feed:
    values, reasons = converter.convert([one.value])
    if reasons:
        raise InvalidMessage(f"{path}/value", reasons[0])
    return Feed(one.column, converter, constant=values[0])


def _usual(source: Source, names: Sequence[str]) -> Sequence[ImportMapping]:
    """Each column of the file to the one of its name; without a header, to the one in its place."""
    if source.format not in _TYPED_JSON and not source.wishes.header:
        if len(source.columns) > len(names):
            why = f"the file has {len(source.columns)} columns without names, and the table {len(names)}."
            raise InvalidMessage("/data/mapping", f"{why} Say which goes where.")
        return [ImportMapping(column=name, source=one) for name, one in zip(names, source.columns, strict=False)]
    folded = {name.casefold(): name for name in reversed(names)}
    found = list[ImportMapping]()
    for one in source.columns:
        name = one if one in names else folded.get(one.casefold())
        if name is None:
            why = f"the table has no column {one[:64]!r} of the file. Say where it goes, or leave it out."
            raise InvalidMessage("/data/mapping", why)
        found.append(ImportMapping(column=name, source=one))
    if not found:
        raise InvalidMessage("/data/path", "the file has no columns.")
    return found
