"""Statements that make the objects of a PostgreSQL database again.

The server's own text where it has one, else ours, from pg_catalog; always with qualified names. A fixed number of
statements reads all objects together, whatever their number. pg_depend decides on the order.
"""

from collections.abc import Mapping, Sequence

from litebase_schema.catalog import DdlOptions, ObjectRef

from litebase.drivers.ddl import Ddl, DdlStatement, Step, in_order
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import hidden, read
from litebase.drivers.postgresql.objects.ddl_found import Found, find
from litebase.drivers.postgresql.objects.ddl_others import Others
from litebase.drivers.postgresql.objects.ddl_parts import Parts
from litebase.drivers.postgresql.objects.ddl_reading import numbers
from litebase.drivers.postgresql.objects.ddl_rights import owners_and_grants
from litebase.drivers.postgresql.objects.ddl_tables import table_steps
from litebase.errors import QueryFailed

# the step that makes each row of a catalog: of a default, of a key and of an index of one, of a type of rows
_STEPS = """SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 'schema:' || n.oid
FROM pg_catalog.pg_namespace n WHERE n.oid IN ({schema})
UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'class:' || c.oid
FROM pg_catalog.pg_class c WHERE c.oid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, CASE WHEN k.oid IS NULL
THEN 'index:' || i.indexrelid ELSE 'class:' || i.indrelid END FROM pg_catalog.pg_index i
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 'class:' || d.adrelid
FROM pg_catalog.pg_attrdef d WHERE d.adrelid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, CASE k.contype WHEN 'f'
THEN 'constraint:' || k.oid ELSE 'class:' || k.conrelid END
FROM pg_catalog.pg_constraint k WHERE k.conrelid IN ({class}) AND k.contype <> 't'
UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 'type:' || k.contypid
FROM pg_catalog.pg_constraint k WHERE k.contypid IN ({type})
UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, CASE r.rulename WHEN '_RETURN'
THEN 'class:' || r.ev_class ELSE 'rule:' || r.oid END FROM pg_catalog.pg_rewrite r WHERE r.ev_class IN ({class})
UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 'trigger:' || g.oid
FROM pg_catalog.pg_trigger g WHERE g.tgrelid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, y.oid, 'policy:' || y.oid
FROM pg_catalog.pg_policy y WHERE y.polrelid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, x.oid, 'statistics:' || x.oid
FROM pg_catalog.pg_statistic_ext x WHERE x.stxrelid IN ({class})
UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 'proc:' || p.oid
FROM pg_catalog.pg_proc p WHERE p.oid IN ({proc})
UNION ALL SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, l.oid, 'collation:' || l.oid
FROM pg_catalog.pg_collation l WHERE l.oid IN ({collation})
UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 'type:' || t.oid
FROM pg_catalog.pg_type t WHERE t.oid IN ({type})
UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, t.typrelid, 'type:' || t.oid
FROM pg_catalog.pg_type t WHERE t.oid IN ({type}) AND t.typrelid <> 0
UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype, 'class:' || c.oid
FROM pg_catalog.pg_class c WHERE c.oid IN ({class}) AND c.reltype <> 0
UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, a.typarray, 'class:' || c.oid
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_type a ON a.oid = c.reltype WHERE c.oid IN ({class}) AND a.typarray <> 0
UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.typarray, 'type:' || t.oid
FROM pg_catalog.pg_type t WHERE t.oid IN ({type}) AND t.typarray <> 0
UNION ALL SELECT d.classid, d.objid, 'type:' || d.refobjid FROM pg_catalog.pg_depend d
WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN ({type}) AND d.deptype = 'i'
UNION ALL SELECT d.classid, d.objid, 'extension:' || d.refobjid FROM pg_catalog.pg_depend d
WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid IN ({extension}) AND d.deptype = 'e'
UNION ALL SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, 'extension:' || e.oid
FROM pg_catalog.pg_extension e WHERE e.oid IN ({extension})"""
# a sequence belongs to a column only after the table exists; an index of a partition is paired with its parent's later
_NEEDS = f"""WITH step (class, object, key) AS ({_STEPS})
SELECT DISTINCT a.key, b.key FROM pg_catalog.pg_depend d
JOIN step a ON a.class = d.classid AND a.object = d.objid
JOIN step b ON b.class = d.refclassid AND b.object = d.refobjid
WHERE a.key <> b.key AND d.deptype NOT IN ('P', 'S', 'e') AND NOT (d.deptype IN ('a', 'i')
AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid AND d.refobjsubid > 0
AND EXISTS (SELECT FROM pg_catalog.pg_class s WHERE s.oid = d.objid AND s.relkind = 'S'))"""
_LOCKED = """SELECT DISTINCT l.relation::bigint FROM pg_catalog.pg_locks l
WHERE l.mode = 'AccessExclusiveLock' AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
WHERE d.datname = pg_catalog.current_database())"""
_LOCK_NOT_AVAILABLE = "55P03"
_INTERNAL_ERROR = "XX000"  # also when an object is dropped while its text is made
_IS_LOCKED = "Another session has locked it, to change it: it can be read when that session has finished."
_CLASSES = ("schema", "extension", "collation", "class", "proc", "type")
_UNCHECKED = "SET check_function_bodies = false"  # bodies may name what comes later, as in pg_dump's output
_CHECKED = "RESET check_function_bodies"


async def get_ddl(session: DatabaseSession, objects: Sequence[ObjectRef], options: DdlOptions) -> Ddl:
    """What makes these objects, in order."""
    found = await find(session, objects)
    try:
        return await _written(session, found, options)
    except QueryFailed as failed:
        code = failed.query_details.engine_code
        if code not in (_LOCK_NOT_AVAILABLE, _INTERNAL_ERROR):
            raise
    found = await find(session, objects)
    if code == _LOCK_NOT_AVAILABLE:
        for (oid,) in await read(session, _LOCKED):
            if (ref := found.objects.pop(("class", oid), None)) is not None:
                found.missing.append(hidden("object", _IS_LOCKED, ref))
    return await _written(session, found, options)


async def _written(session: DatabaseSession, found: Found, options: DdlOptions) -> Ddl:
    parts = Parts(session, found, comments=options.comments)
    others = Others(session, found, comments=options.comments)
    await parts.read()
    await others.read()
    tables = await table_steps(session, found, parts, comments=options.comments)
    steps = {**tables, **others.steps, **parts.steps}
    await _add_needs(session, found, steps)
    ddl = in_order(steps)
    rights = await owners_and_grants(session, found, options)
    ddl.statements += [DdlStatement(found.objects[key], sql) for key, sql in rights]
    ddl.incomplete[:0] = found.missing
    if len(found.objects) > 1 and any(one.object.kind in ("function", "procedure") for one in steps.values()):
        ddl.statements[:] = [DdlStatement(None, _UNCHECKED), *ddl.statements, DdlStatement(None, _CHECKED)]
    return ddl


async def _add_needs(session: DatabaseSession, found: Found, steps: Mapping[str, Step]) -> None:
    oids = {what: numbers(found.oids(what)) for what in _CLASSES}
    for key, need in await read(session, _NEEDS.format(**oids)):
        if key in steps:
            steps[key].needs.add(need)
    for key, one in steps.items():
        what, _, oid = key.partition(":")
        if what in ("owned", "refresh"):
            one.needs.add(f"class:{oid}")
    for key in [key for key in steps if key.startswith("refresh:")]:
        below = _below(f"class:{key.removeprefix('refresh:')}", steps)
        steps[key].needs |= {f"refresh:{one.removeprefix('class:')}" for one in below}


def _below(key: str, steps: Mapping[str, Step]) -> set[str]:
    """All steps that come before this one."""
    seen, look = set[str](), [key]
    while look:
        for need in steps[look.pop()].needs:
            if need in steps and need not in seen:
                seen.add(need)
                look.append(need)
    return seen - {key}
