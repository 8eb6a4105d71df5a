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
# without those that are part of another object, as the constructors of a range are
OF_ITS_OWN = """NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')"""
# without those of tables and of arrays
IS_TYPE = """(t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
OR (t.typtype = 'b' AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')))"""
_RELATIONS = """SELECT {kind}, c.relname, NULL::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"""
_ROUTINES = f"""SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, p.proname,
pg_catalog.pg_get_function_identity_arguments(p.oid)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = $1 AND {OF_ITS_OWN}"""
_TYPES = f"""SELECT 'type', t.typname, NULL::text
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE n.nspname = $1 AND {IS_TYPE}"""
_NAMES = "\nUNION ALL ".join((_RELATIONS.format(kind=KIND), _ROUTINES, _TYPES))
_COLUMNS = """SELECT c.relname, pg_catalog.json_agg(a.attname ORDER BY a.attnum)::text FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname"""

# The rows that make up an object are written anew when it changes, by a transaction with a higher number; so their
# number and the sum of those numbers are others then.
_STATES = """WITH wanted AS (SELECT c.oid, c.relname, {kind} AS kind FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))
SELECT w.kind, w.relname, NULL::text, p.state FROM wanted w JOIN (SELECT one.owner,
pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(one.made_by::text::bigint)) AS state FROM ({rows}) AS one
JOIN wanted ON wanted.oid = one.owner GROUP BY one.owner) AS p ON p.owner = w.oid
UNION ALL SELECT r.kind, r.name, r.signature, pg_catalog.concat(r.made_by, ' ', d.xmin)
FROM ({routines}) AS r (kind, name, signature, oid, made_by)
LEFT JOIN pg_catalog.pg_description d ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
UNION ALL SELECT y.kind, y.name, y.signature, pg_catalog.concat(y.made_by, ' ', d.xmin, ' ',
(SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(e.xmin::text::bigint))
FROM pg_catalog.pg_enum e WHERE e.enumtypid = y.oid), ' ',
(SELECT {sums} FROM pg_catalog.pg_constraint p LEFT JOIN pg_catalog.pg_description d
ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass WHERE p.contypid = y.oid), ' ',
(SELECT {sums} FROM pg_catalog.pg_attribute p LEFT JOIN pg_catalog.pg_description d ON d.objoid = p.attrelid
AND d.objsubid = p.attnum AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass WHERE p.attrelid = y.typrelid))
FROM ({types}) AS y (kind, name, signature, oid, made_by, typrelid)
LEFT JOIN pg_catalog.pg_description d ON d.objoid = y.oid AND d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass"""
_SUMS = """pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(p.xmin::text::bigint), ' ',
pg_catalog.count(d.objoid), ' ', pg_catalog.sum(d.xmin::text::bigint))"""
_ROWS = """SELECT c.oid AS owner, c.xmin AS made_by FROM pg_catalog.pg_class c
UNION ALL SELECT a.attrelid, a.xmin FROM pg_catalog.pg_attribute a WHERE a.attnum > 0
UNION ALL SELECT d.adrelid, d.xmin FROM pg_catalog.pg_attrdef d
UNION ALL SELECT i.indrelid, c.xmin FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
UNION ALL SELECT i.indrelid, i.xmin FROM pg_catalog.pg_index i
UNION ALL SELECT k.conrelid, k.xmin FROM pg_catalog.pg_constraint k
UNION ALL SELECT g.tgrelid, g.xmin FROM pg_catalog.pg_trigger g WHERE NOT g.tgisinternal
UNION ALL SELECT r.ev_class, r.xmin FROM pg_catalog.pg_rewrite r
UNION ALL SELECT o.polrelid, o.xmin FROM pg_catalog.pg_policy o
UNION ALL SELECT s.seqrelid, s.xmin FROM pg_catalog.pg_sequence s
UNION ALL SELECT h.inhrelid, h.xmin FROM pg_catalog.pg_inherits h
UNION ALL SELECT h.inhparent, h.xmin FROM pg_catalog.pg_inherits h
UNION ALL SELECT f.ftrelid, f.xmin FROM pg_catalog.pg_foreign_table f
UNION ALL SELECT x.stxrelid, x.xmin FROM pg_catalog.pg_statistic_ext x
UNION ALL SELECT COALESCE(i.indrelid, d.objoid), d.xmin FROM pg_catalog.pg_description d
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = d.objoid
WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass""" + "".join(
    f"""
UNION ALL SELECT p.{owner}, d.xmin FROM pg_catalog.{part} p JOIN pg_catalog.pg_description d ON d.objoid = p.oid
WHERE d.classoid = 'pg_catalog.{part}'::pg_catalog.regclass"""
    for part, owner in (
        ("pg_constraint", "conrelid"), ("pg_trigger", "tgrelid"), ("pg_rewrite", "ev_class"), ("pg_policy", "polrelid"),
        ("pg_statistic_ext", "stxrelid"),
    )
)  # fmt: skip
_ALL_STATES = _STATES.format(
    kind=KIND,
    rows=_ROWS,
    sums=_SUMS,
    routines=_ROUTINES.replace("\nFROM", ", p.oid, p.xmin\nFROM", 1),
    types=_TYPES.replace("\nFROM", ", t.oid, t.xmin, t.typrelid\nFROM", 1),
)


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


async def states(session: DatabaseSession, schema: str) -> Sequence[tuple[Name, str]]:
    """The same names, each with a text that is another one after a change of the object or what belongs to it."""
    return [(Name(*name), state) for *name, state in await read(session, _ALL_STATES, schema)]


async def columns(session: DatabaseSession, schema: str) -> Sequence[tuple[str, Sequence[str]]]:
    """The names of tables and views of a schema, each with those of its columns in their order."""
    return [(name, json.loads(found)) for name, found in await read(session, _COLUMNS, schema)]
