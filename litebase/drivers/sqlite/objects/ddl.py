"""Statements that make the objects of an SQLite database again: the text that made them, as the file keeps it.

SQLite checks neither views nor triggers nor foreign keys when they are made, so only tables come before their parts.
"""

from collections.abc import Collection, Iterator, Sequence

from litebase_schema.catalog import DdlOptions, MissingPart, ObjectRef

from litebase.drivers.ddl import Ddl, DdlStatement
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, hidden, read
from litebase.drivers.sqlite.objects.names import folded, readable, schemas, shadows
from litebase.sql.dialect import SQLITE

_KINDS = "CASE WHEN type = 'table' AND rootpage = 0 THEN 'virtual_table' ELSE type END"
_OBJECTS = f"SELECT {_KINDS}, name, tbl_name, sql FROM {{}}.sqlite_schema {{}} ORDER BY rowid"
_NAMED = "WHERE name COLLATE NOCASE IN ({0}) OR tbl_name COLLATE NOCASE IN ({0})"
_ORDER = ("table", "virtual_table", "index", "view", "trigger")
_NOT_THERE = "It does not exist."
_OF_TABLE = "It is a part of its table: ask for that."
_BY_ITSELF = "SQLite made it for a key of its table, and makes it again with that."
_NO_KIND = "SQLite has no object of this kind."
_UNREADABLE = "Its text is not valid UTF-8."
_READ_ALSO = ("index", "trigger")  # with their tables

_Row = tuple[str, str, str, str | None]


async def get_ddl(session: DatabaseSession, objects: Sequence[ObjectRef], _options: DdlOptions) -> Ddl:
    """What makes these objects, in order. Nobody owns an object here, and none has a comment."""
    answer = Ddl()
    known = await schemas(session)
    places = dict.fromkeys(one.name if one.kind == "schema" else one.schema_name for one in objects)
    chosen: list[tuple[ObjectRef, str]] = []
    for schema in places:
        asked = [one for one in objects if (one.name if one.kind == "schema" else one.schema_name) == schema]
        if schema is None or schema not in known:
            answer.incomplete += [hidden("object", _NOT_THERE, one) for one in asked]
            continue
        is_whole = any(one.kind == "schema" for one in asked)
        names = [] if is_whole else list(dict.fromkeys(one.name for one in asked))
        where = "" if is_whole else _NAMED.format(", ".join(f"?{at}" for at in range(1, len(names) + 1)))
        rows: Sequence[_Row] = [
            (*row,) for row in await read(session, _OBJECTS.format(SQLITE.quoted(schema), where), *names)
        ]
        inside = await shadows(session, schema) if is_whole else ()
        chosen += _chosen(schema, asked, rows, inside, answer.incomplete)
    chosen.sort(key=lambda one: _ORDER.index(one[0].kind))
    answer.statements = [DdlStatement(ref, sql) for ref, sql in chosen]
    return answer


def _chosen(
    schema: str, asked: Sequence[ObjectRef], rows: Sequence[_Row], inside: Collection[str], missing: list[MissingPart]
) -> Iterator[tuple[ObjectRef, str]]:
    """The objects of one attached database that are asked for, each with its text."""
    is_whole = any(one.kind == "schema" for one in asked)
    tables = {folded(one.name) for one in asked if one.kind in TABLES}
    parts = {(one.kind, folded(one.name)) for one in asked if one.kind in _READ_ALSO}
    found = set[tuple[str, bytes]]()
    for kind, name, table, sql in rows:
        is_part = kind in _READ_ALSO
        found.add((kind if is_part else "table", folded(name)))
        own = (kind, folded(name)) in parts if is_part else folded(name) in tables
        of_whole = is_whole and not name.startswith("sqlite_") and table not in inside
        if not (own or of_whole or (is_part and folded(table) in tables)):
            continue
        optional = {"parent_name": table} if is_part else {}
        ref = ObjectRef(kind=kind, schema_name=schema, name=readable(name), **optional)
        if sql is None:
            missing += [hidden("object", _BY_ITSELF, ref)] if own else []
        elif readable(sql) != sql:
            missing.append(hidden("object", _UNREADABLE, ref))
        else:
            yield ref, sql
    for one in asked:
        key = (one.kind if one.kind in _READ_ALSO else "table", folded(one.name))
        if one.kind in ("column", "constraint"):
            missing.append(hidden("object", _OF_TABLE, one))
        elif one.kind not in ("schema", *TABLES, *_READ_ALSO):
            missing.append(hidden("object", _NO_KIND, one))
        elif one.kind != "schema" and key not in found:
            missing.append(hidden("object", _NOT_THERE, one))
