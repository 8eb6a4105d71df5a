"""What exists in a PostgreSQL database, read from pg_catalog.

Numbers of rows and bytes are those of the last VACUUM or ANALYZE: to measure a table would wait for whoever changes it.
"""

import json

from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, Listed, Listing, Wanted, hidden, no_such, read
from litebase.drivers.postgresql.objects.ddl import get_ddl
from litebase.drivers.postgresql.objects.names import IS_TYPE, OF_ITS_OWN
from litebase.drivers.postgresql.objects.others import describe_others
from litebase.drivers.postgresql.objects.tables import KIND, describe_objects

__all__ = ["describe_objects", "describe_others", "get_ddl", "list_objects"]

_RELATIONS = {
    "table": "'r', 'p'",
    "view": "'v'",
    "materialized_view": "'m'",
    "foreign_table": "'f'",
    "sequence": "'S'",
}
_FACTS = """, pg_catalog.obj_description(c.oid, 'pg_class'),
CASE WHEN c.relkind IN ('r', 'p', 'm', 'f') AND c.reltuples >= 0 AND (c.reltuples > 0 OR c.relpages > 0)
THEN c.reltuples::bigint END,
CASE WHEN c.relkind IN ('r', 'm') AND (c.reltuples > 0 OR c.relpages > 0) THEN
(c.relpages + COALESCE(t.relpages, 0) + COALESCE(x.pages, 0)) * pg_catalog.current_setting('block_size')::bigint END"""
_FACT_TABLES = """LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN (SELECT i.indrelid, pg_catalog.sum(ic.relpages)::bigint AS pages FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid GROUP BY i.indrelid) x ON x.indrelid = c.oid"""

_SCHEMAS = """SELECT n.nspname, {comment} FROM pg_catalog.pg_namespace n
WHERE $1 OR (n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema')"""
_DEFAULT_SCHEMAS = """SELECT path.name FROM pg_catalog.unnest(pg_catalog.current_schemas(false))
WITH ORDINALITY AS path (name, at) ORDER BY path.at"""
_EXTENSIONS = "SELECT e.extname, {comment} FROM pg_catalog.pg_extension e"
_ROLES = "SELECT r.rolname, {comment} FROM pg_catalog.pg_roles r WHERE $1 OR r.rolname NOT LIKE 'pg\\_%'"

_SCHEMA = """SELECT n.oid::bigint, pg_catalog.has_schema_privilege(n.oid, 'USAGE') FROM pg_catalog.pg_namespace n
WHERE n.nspname = $1"""
_NAMES = """SELECT {kind}, pg_catalog.json_agg(c.relname)::text FROM pg_catalog.pg_class c
WHERE c.relnamespace = $1 AND c.relkind IN ({kinds}) AND NOT c.relispartition GROUP BY 1"""
_IN_SCHEMA = """SELECT {kind}, c.relname{facts} FROM pg_catalog.pg_class c {tables}
WHERE c.relnamespace = $1 AND c.relkind IN ({kinds}) AND NOT c.relispartition"""
_ROUTINES = """SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, p.proname,
pg_catalog.pg_get_function_identity_arguments(p.oid), {comment} FROM pg_catalog.pg_proc p
WHERE p.pronamespace = $1 AND {of_its_own}"""
_TYPES = """SELECT t.typname, {comment} FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typnamespace = $1 AND {is_type}"""

_TABLE = """SELECT c.oid::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"""
_PARTITIONS = """SELECT {kind}, n.nspname, c.relname{facts} FROM pg_catalog.pg_inherits h
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
{tables} WHERE h.inhparent = $1 AND c.relispartition"""
_COLUMNS = """SELECT 'column', a.attname, {comment}, a.attnum::int FROM pg_catalog.pg_attribute a
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped"""
_INDEXES = """SELECT 'index', c.relname, {comment}, 0 FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1"""
_CONSTRAINTS = """SELECT 'constraint', k.conname, {comment}, 0 FROM pg_catalog.pg_constraint k
WHERE k.conrelid = $1 AND k.contype IN ('p', 'u', 'f', 'c', 'x')"""
_TRIGGERS = """SELECT 'trigger', g.tgname, {comment}, 0 FROM pg_catalog.pg_trigger g
WHERE g.tgrelid = $1 AND NOT g.tgisinternal"""
_PARTS = (  # kind, statement, its row in pg_description
    ("column", _COLUMNS, "pg_catalog.col_description(a.attrelid, a.attnum)"),
    ("index", _INDEXES, "pg_catalog.obj_description(c.oid, 'pg_class')"),
    ("constraint", _CONSTRAINTS, "pg_catalog.obj_description(k.oid, 'pg_constraint')"),
    ("trigger", _TRIGGERS, "pg_catalog.obj_description(g.oid, 'pg_trigger')"),
)
_NO_USAGE = "This user has no USAGE privilege on the schema: what is in it has names, and cannot be used."


async def list_objects(session: DatabaseSession, wanted: Wanted) -> Listing:
    """All that is `wanted`, in any order. Raises `NotFound` when its parent does not exist."""
    if wanted.parent is None:
        return await _top(session, wanted)
    if wanted.parent.kind == "schema":
        return await _in_schema(session, wanted, wanted.parent)
    if wanted.parent.kind in TABLES:
        return await _in_table(session, wanted, wanted.parent)
    return Listing()


def _comment(wanted: Wanted, described: str) -> str:
    return described if wanted.summary else "NULL::text"


def _facts(wanted: Wanted) -> dict[str, str]:
    facts, tables = (_FACTS, _FACT_TABLES) if wanted.summary else ("", "")
    return {"kind": KIND, "facts": facts, "tables": tables}


async def _top(session: DatabaseSession, wanted: Wanted) -> Listing:
    listing = Listing()
    kinds = ("schema",) if wanted.kinds is None else wanted.kinds
    for kind, sql, params, described in (
        ("schema", _SCHEMAS, (wanted.include_system,), "pg_catalog.obj_description(n.oid, 'pg_namespace')"),
        ("extension", _EXTENSIONS, (), "pg_catalog.obj_description(e.oid, 'pg_extension')"),
        ("role", _ROLES, (wanted.include_system,), "pg_catalog.shobj_description(r.oid, 'pg_authid')"),
    ):
        if kind in kinds:
            found = await read(session, sql.format(comment=_comment(wanted, described)), *params)
            listing.objects += [Listed(kind, None, name, comment=comment) for name, comment in found]
    if "schema" in kinds:
        listing.default_schemas = [name for (name,) in await read(session, _DEFAULT_SCHEMAS)]
    return listing


async def _in_schema(session: DatabaseSession, wanted: Wanted, schema: ObjectRef) -> Listing:
    found = await read(session, _SCHEMA, schema.name)
    if not found:
        raise no_such(schema)
    ((oid, usable),) = found
    listing, name = Listing(), schema.name
    if not usable:
        listing.missing.append(hidden("access", _NO_USAGE, schema))
    kinds = ", ".join(letters for kind, letters in _RELATIONS.items() if wanted.asks_for(kind))
    if kinds and not wanted.summary:
        for kind, names in await read(session, _NAMES.format(kind=KIND, kinds=kinds), oid):
            listing.objects += wanted.listed(kind, name, json.loads(names))
    elif kinds:
        sql = _IN_SCHEMA.format(kinds=kinds, **_facts(wanted))
        listing.objects += [Listed(one[0], name, one[1], None, None, *one[2:]) for one in await read(session, sql, oid)]
    if wanted.asks_for("function", "procedure"):
        sql = _ROUTINES.format(
            comment=_comment(wanted, "pg_catalog.obj_description(p.oid, 'pg_proc')"), of_its_own=OF_ITS_OWN
        )
        routines = [
            Listed(kind, name, routine, signature=signature, comment=comment)
            for kind, routine, signature, comment in await read(session, sql, oid)
        ]
        listing.objects += wanted.chosen(routines)
    if wanted.asks_for("type"):
        sql = _TYPES.format(comment=_comment(wanted, "pg_catalog.obj_description(t.oid, 'pg_type')"), is_type=IS_TYPE)
        types = await read(session, sql, oid)
        listing.objects += [Listed("type", name, one, comment=comment) for one, comment in types]
    return listing


async def _in_table(session: DatabaseSession, wanted: Wanted, table: ObjectRef) -> Listing:
    found = await read(session, _TABLE, table.schema_name, table.name)
    if not found:
        raise no_such(table)
    ((oid,),) = found
    listing, place = Listing(), (table.schema_name or "", table.name)
    parts = [
        sql.format(comment=_comment(wanted, described)) for kind, sql, described in _PARTS if wanted.asks_for(kind)
    ]
    if parts:
        listing.objects += [
            Listed(kind, table.schema_name, name, table.name, comment=comment, position=position)
            for kind, name, comment, position in await read(session, "\nUNION ALL ".join(parts), oid)
        ]
    if wanted.asks_for("table", "foreign_table"):
        partitions = await read(session, _PARTITIONS.format(**_facts(wanted)), oid)
        found_there = [Listed(kind, schema, name, None, None, *facts) for kind, schema, name, *facts in partitions]
        listing.objects += wanted.chosen([one._replace(partition_of=place) for one in found_there])
    return listing
