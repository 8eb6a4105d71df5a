"""What exists in an SQLite database, read from sqlite_schema and the table-valued pragmas."""

from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, Listed, Listing, Others, Wanted, hidden, no_such, read
from litebase.drivers.sqlite.objects.ddl import get_ddl
from litebase.drivers.sqlite.objects.names import names_by_kind, readable, schemas
from litebase.drivers.sqlite.objects.tables import describe_objects
from litebase.errors import QueryFailed
from litebase.sql.dialect import SQLITE

__all__ = ["describe_objects", "describe_others", "get_ddl", "list_objects"]

_ESTIMATES = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM {}.sqlite_stat1 GROUP BY tbl"

_TABLE = "SELECT name FROM {}.sqlite_schema WHERE name = ? AND type IN ('table', 'view')"
_COLUMNS = "SELECT name, cid FROM pragma_table_xinfo(?, ?)"
_INDEXES = "SELECT name, 0 FROM pragma_index_list(?, ?)"
_TRIGGERS = "SELECT name, 0 FROM {}.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"
_UNREADABLE = "The name is not valid UTF-8; what is shown in its place does not name the object."


async def list_objects(session: DatabaseSession, wanted: Wanted) -> Listing:
    """All that is `wanted`, in any order. Raises `NotFound` when its parent does not exist."""
    listing = Listing()
    if wanted.parent is None:
        if wanted.asks_for("schema"):
            listing.objects = [Listed("schema", None, name) for name in await schemas(session)]
            listing.default_schemas = [one.name for one in listing.objects]
    elif wanted.parent.kind == "schema":
        await _in_schema(session, wanted, wanted.parent, listing)
    elif wanted.parent.kind in TABLES:
        await _in_table(session, wanted, wanted.parent, listing)
    return listing


async def describe_others(_session: DatabaseSession, _objects: Sequence[ObjectRef]) -> Others:
    """SQLite has only tables and views, and what belongs to them."""
    return Others()


async def _in_schema(session: DatabaseSession, wanted: Wanted, schema: ObjectRef, listing: Listing) -> None:
    if schema.name not in await schemas(session):
        raise no_such(schema)
    found = await names_by_kind(session, schema.name, include_system=wanted.include_system)
    estimates = dict[str, int]()
    if wanted.summary and await read(session, _TABLE.format(SQLITE.quoted(schema.name)), "sqlite_stat1"):
        estimates = dict(await read(session, _ESTIMATES.format(SQLITE.quoted(schema.name))))
    for kind, names in found.items():
        if wanted.asks_for(kind):
            listing.objects += [
                one._replace(rows_estimate=estimates.get(one.name)) if estimates else one
                for one in wanted.listed(kind, schema.name, _readable(kind, schema.name, names, listing))
            ]


async def _in_table(session: DatabaseSession, wanted: Wanted, table: ObjectRef, listing: Listing) -> None:
    place = table.schema_name or ""
    if place not in await schemas(session):
        raise no_such(table)
    quoted = SQLITE.quoted(place)
    if not await read(session, _TABLE.format(quoted), table.name):
        raise no_such(table)
    for kind, sql, params in (
        ("column", _COLUMNS, (table.name, place)),
        ("index", _INDEXES, (table.name, place)),
        ("trigger", _TRIGGERS.format(quoted), (table.name,)),
    ):
        if not wanted.asks_for(kind):
            continue
        try:
            found = await read(session, sql, *params)
        except QueryFailed as failed:  # a view of a table that is gone
            listing.missing.append(hidden(kind, failed.message, table))
            continue
        names = _readable(kind, place, [name for name, _ in found], listing, table.name)
        listing.objects += [
            Listed(kind, place, name, table.name, position=position)
            for name, (_, position) in zip(names, found, strict=True)
        ]


def _readable(
    kind: str, schema: str, names: Sequence[str], listing: Listing, table: str | None = None
) -> Sequence[str]:
    """The names as they can be sent: SQLite takes any bytes for one. What names no object is told in the listing."""
    shown = [readable(name) for name in names] if readable(text := "".join(names)) != text else names
    for name, as_shown in zip(names, shown, strict=True) if shown is not names else ():
        if name != as_shown:
            owner = ObjectRef(kind=kind, schema_name=schema, name=as_shown, parent_name=table)
            listing.missing.append(hidden("name", _UNREADABLE, owner))
    return shown
