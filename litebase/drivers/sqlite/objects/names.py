"""The names of all objects of an SQLite database, and what shows that one has changed."""

import json
from collections.abc import Collection, Sequence

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import Name
from litebase.drivers.objects import read
from litebase.errors import QueryFailed
from litebase.sql.dialect import SQLITE

# The file has a number that every change of its schema raises, whoever makes it.
_MARK = "PRAGMA {}.schema_version"
_SCHEMAS = "SELECT name FROM pragma_database_list"
_TYPES = {"table": "type = 'table' AND rootpage <> 0", "view": "type = 'view'",
          "virtual_table": "type = 'table' AND rootpage = 0"}  # fmt: skip
_ARRAYS = ", ".join(f"json_group_array(name) FILTER (WHERE {one})" for one in _TYPES.values())
_NAMES = f"SELECT {_ARRAYS} FROM {{}}.sqlite_schema WHERE type IN ('table', 'view')"
_SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'shadow'"
_MADE = "SELECT tbl_name, name, sql FROM {}.sqlite_schema"
_COLUMNS = """SELECT s.name, (SELECT json_group_array(c.name) FROM pragma_table_xinfo(s.name, ?1) c)
FROM {schema}.sqlite_schema s WHERE s.type {types}"""
_VIEWS = "SELECT name FROM {}.sqlite_schema WHERE type = 'view'"


async def mark(session: DatabaseSession) -> str | None:
    """The numbers of the schemas."""
    return repr([(name, *await read(session, _MARK.format(SQLITE.quoted(name)))) for name in await schemas(session)])


async def schemas(session: DatabaseSession) -> Sequence[str]:
    """The names of the databases that are attached in this session."""
    return [name for (name,) in await read(session, _SCHEMAS)]


async def names(session: DatabaseSession, schema: str) -> Sequence[Name]:
    """What is in a database, without what belongs to SQLite or to a virtual table; nothing when it does not exist."""
    if schema not in await schemas(session):
        return []
    found = await names_by_kind(session, schema)
    return [Name(kind, readable(name)) for kind, several in found.items() for name in several]


async def names_by_kind(session: DatabaseSession, schema: str, *, include_system: bool = False) -> dict[str, list[str]]:
    """The names of a database that exists. They come as one text per kind: rows would take thrice as long."""
    (row,) = await read(session, _NAMES.format(SQLITE.quoted(schema)))
    found: dict[str, list[str]] = {kind: json.loads(text) for kind, text in zip(_TYPES, row, strict=True)}
    if not include_system:
        system = await shadows(session, schema) if found["virtual_table"] else ()
        for kind, several in found.items():
            found[kind] = [name for name in several if name not in system and not name.startswith("sqlite_")]
    return found


async def shadows(session: DatabaseSession, schema: str) -> Collection[str]:
    """The tables in which virtual tables keep what they have."""
    return {name for (name,) in await read(session, _SHADOWS, schema)}


async def states(session: DatabaseSession, schema: str) -> Sequence[tuple[Name, str]]:
    """The same names, each with the statements that made the object, its indexes and its triggers."""
    found = await names(session, schema)
    made: dict[bytes, list[str]] = {}  # a trigger of a view names it as its statement does
    for owner, *text in await read(session, _MADE.format(SQLITE.quoted(schema))) if found else ():
        made.setdefault(folded(readable(owner)), []).append(repr(text))
    return [(one, "".join(sorted(made.get(folded(one.name), ())))) for one in found]


async def columns(session: DatabaseSession, schema: str) -> Sequence[tuple[str, Sequence[str]]]:
    """The names of tables and views of a database, each with those of its columns; a broken view has none."""
    if schema not in await schemas(session):
        return []
    quoted = SQLITE.quoted(schema)
    try:
        found = await read(session, _COLUMNS.format(schema=quoted, types="IN ('table', 'view')"), schema)
    except QueryFailed:  # a view of what is gone
        found = list(await read(session, _COLUMNS.format(schema=quoted, types="= 'table'"), schema))
        for (view,) in await read(session, _VIEWS.format(quoted)):
            found += await _of_view(session, quoted, schema, view)
    return [(readable(table), [readable(one) for one in json.loads(names or "[]")]) for table, names in found]


async def _of_view(session: DatabaseSession, quoted: str, schema: str, view: str) -> list[tuple[str, str]]:
    sql = _COLUMNS.format(schema=quoted, types="= 'view' AND s.name = ?2")
    try:
        return [(name, names) for name, names in await read(session, sql, schema, view)]
    except QueryFailed:
        return []


def readable(name: str) -> str:
    """The name as it can be sent: SQLite takes any bytes for one."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def folded(name: str) -> bytes:
    """The same for names that SQLite takes for the same: it knows upper and lower case of ASCII alone."""
    return name.encode("utf-8", "surrogateescape").lower()
