"""The names of all objects of a PostgreSQL database, and what shows that one has changed."""

import json
from collections.abc import Sequence

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import Name
from litebase.drivers.objects import read
from litebase.drivers.postgresql.objects.tables import KIND

# No transaction can have changed the catalog unless one has ended since, and then the snapshot is another one.
_MARK = "SELECT pg_catalog.txid_current_snapshot()::text"
_SCHEMAS = """SELECT n.nspname FROM pg_catalog.pg_namespace n
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"""
_RELATIONS = """SELECT {kind}, c.relname, NULL::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"""
_ROUTINES = """SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, p.proname,
pg_catalog.pg_get_function_identity_arguments(p.oid)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = $1 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')"""
_TYPES = """SELECT 'type', t.typname, NULL::text
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE n.nspname = $1 AND (t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
OR (t.typtype = 'b' AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')))"""
_NAMES = "\nUNION ALL ".join((_RELATIONS.format(kind=KIND), _ROUTINES, _TYPES))
_COLUMNS = """SELECT c.relname, pg_catalog.json_agg(a.attname ORDER BY a.attnum)::text FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname"""


async def mark(session: DatabaseSession) -> str | None:
    """The transactions that have ended."""
    ((found,),) = await read(session, _MARK)
    return str(found)


async def schemas(session: DatabaseSession) -> Sequence[str]:
    """The names of all schemas but those of the database system."""
    return [name for (name,) in await read(session, _SCHEMAS)]


async def names(session: DatabaseSession, schema: str) -> Sequence[Name]:
    """What is in a schema, partitions too; nothing when it does not exist."""
    return [Name(*row) for row in await read(session, _NAMES, schema)]


async def columns(session: DatabaseSession, schema: str) -> Sequence[tuple[str, Sequence[str]]]:
    """The names of tables and views of a schema, each with those of its columns in their order."""
    return [(name, json.loads(found)) for name, found in await read(session, _COLUMNS, schema)]
