"""What exists in a MySQL or MariaDB server: from SHOW TABLES for names, and from information_schema.

information_schema compares names without regard to case, so that `Orders` would also find `orders`; names are compared
here once more.
"""

from collections.abc import Sequence
from typing import Any

from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.ddl import get_ddl
from litebase.drivers.mysql.objects.others import describe_others
from litebase.drivers.mysql.objects.reading import SYSTEM, kind_of_table, rows
from litebase.drivers.mysql.objects.tables import NO_REASON, ONLY_SELECT, Describing, is_closed, is_restricted
from litebase.drivers.objects import TABLES, Descriptions, Listed, Listing, Wanted, hidden, no_such, read
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

__all__ = ["describe_objects", "describe_others", "get_ddl", "list_objects"]

_SCHEMAS = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
_SCHEMA = _SCHEMAS + " WHERE SCHEMA_NAME = ?"
_DEFAULT_SCHEMA = "SELECT DATABASE()"
_NAMES = "SHOW FULL TABLES FROM {}"
# MariaDB reads the names from a folder, and opens the file of a table only for what else is wanted of it
_ALL_NAMES = """SELECT CAST(SUM(CHAR_LENGTH(TABLE_NAME) + 1) AS SIGNED), GROUP_CONCAT(TABLE_NAME SEPARATOR 0x00)
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND BINARY TABLE_SCHEMA = ?"""
_NAMES_BETWEEN = """SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND BINARY TABLE_SCHEMA = ? AND BINARY TABLE_NAME BETWEEN ? AND ?"""
# MySQL 8.0.15 fails to count the rows of a view, and shows the error as the comment of the tables that follow
_TABLES = """SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, IF(TABLE_TYPE LIKE '%VIEW', NULL, TABLE_ROWS),
IF(TABLE_TYPE LIKE '%VIEW', NULL, DATA_LENGTH + INDEX_LENGTH), TABLE_SCHEMA
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?"""
_TABLE = """SELECT TABLE_NAME, TABLE_SCHEMA, TABLE_TYPE, ENGINE, TABLE_COMMENT FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_PRIVILEGES = """SELECT PRIVILEGES, TABLE_SCHEMA, TABLE_NAME FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_ROUTINES = """SELECT ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_COMMENT, ROUTINE_SCHEMA FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE')"""
_EVENTS = """SELECT 'event', EVENT_NAME, EVENT_COMMENT, EVENT_SCHEMA FROM information_schema.EVENTS
WHERE EVENT_SCHEMA = ?"""
_USERS = "SELECT User, Host FROM mysql.user"

_COLUMNS = """SELECT COLUMN_NAME, COLUMN_COMMENT, ORDINAL_POSITION, TABLE_SCHEMA, TABLE_NAME
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_INDEXES = """SELECT INDEX_NAME, INDEX_COMMENT, 0, TABLE_SCHEMA, TABLE_NAME
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND SEQ_IN_INDEX = 1"""
_CONSTRAINTS = """SELECT CONSTRAINT_NAME, NULL, 0, TABLE_SCHEMA, TABLE_NAME
FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_TRIGGERS = """SELECT TRIGGER_NAME, NULL, ACTION_ORDER, EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE
FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?"""
_MOST_NAMES = 2**30  # bytes of all of a schema; the server sends as many as it may in one packet
_PARTS = (("column", _COLUMNS), ("index", _INDEXES), ("constraint", _CONSTRAINTS), ("trigger", _TRIGGERS))


async def list_objects(session: DatabaseSession, wanted: Wanted) -> Listing:
    """All that is `wanted`, in any order. Raises `NotFound` when its parent does not exist."""
    if wanted.parent is None:
        return await _top(session, wanted)
    if wanted.parent.kind == "schema":
        return await _in_schema(session, wanted, wanted.parent)
    if wanted.parent.kind in TABLES:
        return await _in_table(session, wanted, wanted.parent)
    return Listing()


async def _top(session: DatabaseSession, wanted: Wanted) -> Listing:
    listing = Listing()
    kinds = ("schema",) if wanted.kinds is None else wanted.kinds
    if "schema" in kinds:
        listing.objects += [
            Listed("schema", None, name)
            for (name,) in await rows(session, _SCHEMAS)
            if wanted.include_system or name not in SYSTEM
        ]
        listing.default_schemas = [name for (name,) in await rows(session, _DEFAULT_SCHEMA) if name is not None]
    if "role" in kinds:
        try:
            found = await rows(session, _USERS)
            listing.objects += [Listed("role", None, f"{user}@{host}" if host else user) for user, host in found]
        except QueryFailed as refused:
            listing.missing.append(hidden("role", f"Users and roles cannot be listed: {refused.message}"))
    return listing


async def _in_schema(session: DatabaseSession, wanted: Wanted, schema: ObjectRef) -> Listing:
    name = schema.name
    if (name,) not in await rows(session, _SCHEMA, name):
        raise no_such(schema)
    listing = Listing()
    if wanted.asks_for("table", "view", "sequence"):
        listing.objects += wanted.chosen(await _tables(session, wanted, name))
    for kinds, sql in (("function", "procedure"), _ROUTINES), (("event",), _EVENTS):
        if wanted.asks_for(*kinds):
            found = [
                Listed(kind.lower(), name, one, comment=comment or None if wanted.summary else None)
                for kind, one, comment, place in await rows(session, sql, name)
                if place == name
            ]
            listing.objects += wanted.chosen(found)
    return listing


async def _tables(session: DatabaseSession, wanted: Wanted, schema: str) -> list[Listed]:
    if not wanted.summary:
        first = await _first_tables(session, wanted, schema)
        names = await read(session, _NAMES.format(MYSQL.quoted(schema))) if first is None else first
        return [Listed(kind_of_table(table_type), schema, name) for name, table_type in names]
    return [
        Listed(kind_of_table(kind), schema, name, None, None, _remark(kind, comment), count, size)
        for name, kind, comment, count, size, place in await rows(session, _TABLES, schema)
        if place == schema
    ]


async def _first_tables(session: DatabaseSession, wanted: Wanted, schema: str) -> Sequence[tuple[Any, ...]] | None:
    """The names and types of MariaDB's tables on a page of tables alone; None where that is not quicker than all."""
    most = wanted.most
    if most is None or not wanted.asks_for("table") or not ServerVersion.of(session.server_version).is_mariadb:
        return None
    ((length, text),) = await rows(session, _ALL_NAMES, schema, schema, group_concat_max_len=_MOST_NAMES)
    if text is None or len(text) + 1 != length:  # there are none, or they were too long for one text
        return None
    names = text.split("\0")
    few = wanted.following("table", names)[: most + most // 4]  # there may be views between the tables
    if not most <= len(few) < len(names) // 2:
        return None
    found = await rows(session, _NAMES_BETWEEN, schema, schema, few[0], few[-1])
    fitting = set(few)
    tables = sum(kind_of_table(table_type) == "table" and name in fitting for name, table_type in found)
    return found if tables >= most else None


def _remark(kind: str, comment: str | None) -> str | None:
    """The comment on a table; for a view the server writes the word VIEW, or why the view is broken."""
    return None if not comment or (kind == "VIEW" and comment == "VIEW") else comment


async def _in_table(session: DatabaseSession, wanted: Wanted, table: ObjectRef) -> Listing:
    place = (table.schema_name or "", table.name)
    found = [row[2:] for row in await rows(session, _TABLE, *place) if row[1::-1] == place]
    if not found:
        raise no_such(table)
    ((table_type, engine, remark),) = found
    listing = Listing()
    if is_closed(table_type, engine):
        listing.missing.append(hidden("object", remark or NO_REASON, table))
        return listing
    for kind, sql in _PARTS:
        if wanted.asks_for(kind):
            listing.objects += [
                Listed(kind, place[0], name, place[1], None, comment or None if wanted.summary else None, position=at)
                for name, comment, at, *owner in await rows(session, sql, *place)
                if tuple(owner) == place
            ]
    shown = {one.kind for one in listing.objects}
    unseen = [kind for kind in ("constraint", "trigger") if wanted.asks_for(kind) and kind not in shown]
    if unseen and "VIEW" not in table_type:
        privileges = await rows(session, _PRIVILEGES, *place)
        if any(is_restricted(one) for one, *owner in privileges if tuple(owner) == place):
            listing.missing += [hidden(kind, ONLY_SELECT, table) for kind in unseen]
    return listing


async def describe_objects(session: DatabaseSession, tables: Sequence[ObjectRef]) -> Descriptions:
    """Those of these tables and views that exist."""
    return await Describing(session).of([(one.schema_name or "", one.name) for one in tables])
