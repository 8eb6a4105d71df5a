"""What exists in an SQLite database, read from sqlite_schema and the table-valued pragmas."""

from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, Listed, Listing, Others, Wanted, hidden, no_such, read
from litebase.drivers.sqlite.objects.ddl import get_ddl
from litebase.drivers.sqlite.objects.tables import describe_objects
from litebase.errors import QueryFailed
from litebase.sql.dialect import SQLITE

__all__ = ["describe_objects", "describe_others", "get_ddl", "list_objects"]

_SCHEMAS = "SELECT name FROM pragma_database_list"
_NAMES = """SELECT CASE WHEN type = 'view' THEN 'view' WHEN rootpage = 0 THEN 'virtual_table' ELSE 'table' END, name
FROM {}.sqlite_schema WHERE type IN ('table', 'view')"""
_SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'shadow'"
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
            listing.objects = [Listed("schema", None, name) for (name,) in await read(session, _SCHEMAS)]
            listing.default_schemas = [one.name for one in listing.objects]
    elif wanted.parent.kind == "schema":
        listing.objects = wanted.chosen(await _in_schema(session, wanted, wanted.parent))
    elif wanted.parent.kind in TABLES:
        await _in_table(session, wanted, wanted.parent, listing)
    return _readable(listing)


async def describe_others(_session: DatabaseSession, _objects: Sequence[ObjectRef]) -> Others:
    """SQLite has only tables and views, and what belongs to them."""
    return Others()


async def _in_schema(session: DatabaseSession, wanted: Wanted, schema: ObjectRef) -> list[Listed]:
    if (schema.name,) not in await read(session, _SCHEMAS):
        raise no_such(schema)
    quoted = SQLITE.quoted(schema.name)
    found = await read(session, _NAMES.format(quoted))
    system = set[str]()
    if any(kind == "virtual_table" for kind, _ in found):
        system.update(name for (name,) in await read(session, _SHADOWS, schema.name))
    system.update(name for _, name in found if name.startswith("sqlite_"))
    estimates = dict[str, int]()
    if wanted.summary and ("table", "sqlite_stat1") in found:
        estimates = dict(await read(session, _ESTIMATES.format(quoted)))
    return [
        Listed(kind, schema.name, name, rows_estimate=estimates.get(name))
        for kind, name in found
        if wanted.include_system or name not in system
    ]


async def _in_table(session: DatabaseSession, wanted: Wanted, table: ObjectRef, listing: Listing) -> None:
    place = table.schema_name or ""
    if (place,) not in await read(session, _SCHEMAS):
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
        listing.objects += [Listed(kind, place, name, table.name, position=position) for name, position in found]


def _readable(listing: Listing) -> Listing:
    """The same with names that can be sent: SQLite takes any bytes for a name."""
    for index, one in enumerate(listing.objects):
        try:
            one.name.encode()
        except UnicodeEncodeError:
            name = one.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            listing.objects[index] = one._replace(name=name)
            owner = ObjectRef(kind=one.kind, schema_name=one.schema_name, name=name, parent_name=one.parent_name)
            listing.missing.append(hidden("name", _UNREADABLE, owner))
    return listing
