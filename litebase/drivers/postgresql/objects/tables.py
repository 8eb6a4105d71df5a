"""Tables and views, described from pg_catalog: one statement per kind of part, for all tables together.

To write an expression as text the server locks the table that it belongs to. Each statement bounds its own wait for
that, and a table that another session keeps locked is left out.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from litebase_schema.catalog import (
    DescribedCheck,
    DescribedColumn,
    DescribedIndex,
    DescribedKey,
    DescribedPartition,
    DescribedTrigger,
    ForeignKey,
    IndexPart,
    ObjectRef,
)

from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.drivers.objects import LOCK_WAIT_S, Descriptions, Draft, hidden, identity_by_keys, read
from litebase.drivers.postgresql.objects.grants import GRANTS_BELOW, GRANTS_IN, grants
from litebase.drivers.postgresql.values import kind_of
from litebase.errors import QueryFailed

KIND = """CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'
WHEN 'S' THEN 'sequence' ELSE 'table' END"""
BOUND = "(SELECT pg_catalog.set_config('lock_timeout', '{ms}', true) OFFSET 0) AS bound"
# a list of numbers as a table, for which the server plans faster than for a condition on each of them
_TABLES = "pg_catalog.unnest('{{{oids}}}'::pg_catalog.oid[]) AS wanted (oid)"
_LOCKED = """SELECT DISTINCT c.oid::bigint, {kind}, n.nspname, c.relname FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE l.mode = 'AccessExclusiveLock'"""
_WANTED = """SELECT c.oid::bigint, n.nspname, c.relname, {kind}, c.relkind IN ('p', 'I'), c.relispartition,
c.relpersistence::text, c.relrowsecurity, pg_catalog.obj_description(c.oid, 'pg_class'),
CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
pg_catalog.pg_get_expr(c.relpartbound, c.oid), pg_catalog.pg_get_userbyid(c.relowner), {granted}, {granted_below}
FROM {bound}, (VALUES {names}) AS wanted (schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid NOT IN ({locked})"""
# A result's column of a domain has the type below it, and so has its kind here. Types are looked up once and not for
# each column: else the server may read all types, or expect to take so long that it compiles the query.
_DESCRIBED_COLUMNS = """WITH RECURSIVE used AS (SELECT DISTINCT a.atttypid AS oid
FROM {tables} JOIN pg_catalog.pg_attribute a ON a.attrelid = wanted.oid WHERE a.attnum > 0),
below (domain, oid, base, never_null) AS (SELECT t.oid, t.oid, t.typbasetype, t.typnotnull
FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid WHERE t.typtype = 'd'
UNION ALL SELECT below.domain, b.oid, b.typbasetype, below.never_null OR b.typnotnull
FROM below JOIN pg_catalog.pg_type b ON b.oid = below.base),
types AS (SELECT t.oid, t.typcollation, COALESCE(below.never_null, false) AS never_null, k.oid AS real_oid,
k.typname, k.typtype, k.typcategory FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
LEFT JOIN below ON below.domain = t.oid AND below.base = 0
JOIN pg_catalog.pg_type k ON k.oid = COALESCE(below.oid, t.oid))
SELECT a.attrelid::bigint, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
t.real_oid::bigint, t.typname, t.typtype::text, t.typcategory::text, a.attnotnull OR t.never_null,
c.relkind IN ('v', 'm'),
pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
CASE WHEN a.attcollation <> t.typcollation THEN l.collname END, pg_catalog.col_description(a.attrelid, a.attnum),
COALESCE(a.attnum = ANY (p.conkey), false)
FROM {bound}, {tables} JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = wanted.oid JOIN types t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_constraint p ON p.conrelid = a.attrelid AND p.contype = 'p'
WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"""
_NAMES_OF = """(SELECT pg_catalog.json_agg(a.attname ORDER BY u.at) FROM pg_catalog.unnest({numbers}) WITH ORDINALITY
AS u (number, at) JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = u.number)::text"""
# Without those that a key to a partitioned table has for each partition. Keys to a table are found by what they depend
# on, because the server has no index of them by the table that they refer to.
_DESCRIBED_CONSTRAINTS = """SELECT k.conrelid::bigint, k.confrelid::bigint, k.contype::text, k.conname, {columns},
{referenced}, k.confupdtype::text, k.confdeltype::text, k.convalidated, n.nspname, c.relname, c.relkind::text,
fn.nspname, f.relname, f.relkind::text,
CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid)
WHEN 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END,
EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = k.conrelid AND i.indisunique AND i.indisvalid
AND i.indpred IS NULL AND i.indexprs IS NULL AND (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey)
FROM {bound}, (SELECT o.oid FROM {tables} JOIN pg_catalog.pg_constraint o ON o.conrelid = wanted.oid
UNION SELECT d.objid FROM {tables} JOIN pg_catalog.pg_depend d ON d.refobjid = wanted.oid
AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass) AS found
JOIN pg_catalog.pg_constraint k ON k.oid = found.oid JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
LEFT JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
AND ((k.conrelid IN ({oids}) AND k.conrelid IS DISTINCT FROM p.conrelid)
OR (k.confrelid IN ({oids}) AND k.conparentid = 0)) ORDER BY k.contype, k.conname, k.oid"""
_DESCRIBED_INDEXES = """SELECT i.indrelid::bigint, c.relname, i.indisunique, i.indisprimary,
i.indisvalid AND i.indisready, m.amname, pg_catalog.pg_get_expr(i.indpred, i.indrelid),
pg_catalog.obj_description(c.oid, 'pg_class'), i.indnkeyatts::int,
(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname,
CASE WHEN a.attname IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid, u.at::int, true) END,
COALESCE(((i.indoption::int2[])[u.at - 1])::int & 1, 0)) ORDER BY u.at)
FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, at)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number AND u.number <> 0)::text
FROM {bound}, {tables} JOIN pg_catalog.pg_index i ON i.indrelid = wanted.oid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam
ORDER BY NOT i.indisprimary, c.relname"""
_DESCRIBED_TRIGGERS = """SELECT g.tgrelid::bigint, g.tgname, g.tgenabled <> 'D', pg_catalog.pg_get_triggerdef(g.oid),
pg_catalog.obj_description(g.oid, 'pg_trigger')
FROM {bound}, pg_catalog.pg_trigger g WHERE g.tgrelid IN ({oids}) AND NOT g.tgisinternal ORDER BY g.tgname"""
_FAMILY = """SELECT h.inhparent::bigint, h.inhrelid::bigint, p.nspname, pc.relname, pc.relkind::text, n.nspname,
c.relname, c.relkind::text, c.relispartition,
CASE WHEN c.oid NOT IN ({locked}) THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END
FROM {bound}, pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
JOIN pg_catalog.pg_namespace p ON p.oid = pc.relnamespace
WHERE h.inhparent IN ({oids}) OR h.inhrelid IN ({oids}) ORDER BY h.inhparent, h.inhseqno, n.nspname, c.relname"""
_VIEWS = """SELECT c.oid::bigint, pg_catalog.pg_get_viewdef(c.oid)
FROM {bound}, pg_catalog.pg_class c WHERE c.oid IN ({oids}) AND c.relkind IN ('v', 'm')"""
_PERSISTENCE = {"t": ["temporary"], "u": ["unlogged"]}
_IDENTITY = {"a": "always", "d": "by_default"}
_ACTIONS = {"a": "no_action", "r": "restrict", "c": "cascade", "n": "set_null", "d": "set_default"}
_LOCK_NOT_AVAILABLE = "55P03"
IS_LOCKED = "Another session has locked it, to change it: it can be described when that session has finished."
_TRIES = 2  # of all together; then one by one
_ONE_VIEW_WAIT_S = 0.01  # of many, after all together have waited
_KIND_OF_RELKIND = {"v": "view", "m": "materialized_view", "f": "foreign_table"}


async def describe_objects(session: DatabaseSession, tables: Sequence[ObjectRef]) -> Descriptions:
    """Those of these tables and views that exist."""
    locked: dict[int, ObjectRef] = {}
    for _ in range(_TRIES):
        try:
            return await _describe(session, tables, locked)
        except QueryFailed as failed:
            if not is_locked(failed):
                raise
        locked |= {
            oid: ObjectRef(kind=kind, schema_name=schema, name=name)
            for oid, kind, schema, name in await read(session, _LOCKED.format(kind=KIND))
        }
    answer = Descriptions()
    for one in tables:
        try:
            found = await _describe(session, [one], locked)
        except QueryFailed as failed:
            if not is_locked(failed):
                raise
            answer.missing.append(hidden("object", IS_LOCKED, one))
            continue
        answer.found |= found.found
        answer.missing += found.missing
    return answer


def is_locked(failed: QueryFailed) -> bool:
    """Whether a statement waited too long for somebody's lock."""
    return failed.query_details.engine_code == _LOCK_NOT_AVAILABLE


async def _describe(
    session: DatabaseSession, tables: Sequence[ObjectRef], locked: Mapping[int, ObjectRef]
) -> Descriptions:
    names = ", ".join(f"(${2 * at + 1}::text, ${2 * at + 2}::text)" for at in range(len(tables)))
    params = [part for one in tables for part in (one.schema_name, one.name)]
    without = ", ".join(map(str, locked)) or "0"
    relations = await bounded(
        session,
        _WANTED,
        *params,
        kind=KIND,
        names=names,
        locked=without,
        granted=GRANTS_IN.format(acl="c.relacl"),
        granted_below=GRANTS_BELOW,
    )
    described = {one[0]: _described(*one[1:]) for one in relations}
    answer = Descriptions({(one.object.schema_name or "", one.object.name): one for one in described.values()})
    wanted = {(one.schema_name, one.name) for one in tables}
    answer.missing += [
        hidden("object", IS_LOCKED, one) for one in locked.values() if (one.schema_name, one.name) in wanted
    ]
    if not described:
        return answer
    oids = ", ".join(map(str, described))
    await columns_of(session, described)
    await _add_constraints(session, oids, described)
    for oid, *index in await bounded(session, _DESCRIBED_INDEXES, oids=oids):
        described[oid].indexes.append(_index(*index))
    for oid, name, enabled, definition, comment in await bounded(session, _DESCRIBED_TRIGGERS, oids=oids):
        if definition is not None:  # else it was dropped after the statement had begun
            described[oid].triggers.append(
                DescribedTrigger(name=name, enabled=enabled, definition=definition, comment=comment)
            )
    inherited = await _add_family(session, oids, described, without)
    await _add_definitions(session, described, answer)
    for oid, one in described.items():
        if oid not in inherited:
            one.row_identity = identity_by_keys(one)
    return answer


async def bounded(
    session: DatabaseSession, sql: str, *params: Parameter, wait_s: float | None = None, **parts: str
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement that does not wait long for a lock."""
    bound = BOUND.format(ms=round(1000 * (LOCK_WAIT_S if wait_s is None else wait_s)))
    tables = _TABLES.format(oids=parts.get("oids", ""))
    return await read(session, sql.format(bound=bound, tables=tables, **parts), *params)


async def columns_of(session: DatabaseSession, described: Mapping[int, Draft]) -> None:
    """Give tables, views and composite types their columns."""
    if described:
        for oid, *column in await bounded(session, _DESCRIBED_COLUMNS, oids=", ".join(map(str, described))):
            described[oid].columns.append(_column(*column))


def _described(
    schema: str,
    name: str,
    kind: str,
    partitioned: bool,
    partition: bool,
    persistence: str,
    row_security: bool,
    comment: str | None,
    key: str | None,
    bound: str | None,
    owner: str,
    *granted: str | None,
) -> Draft:
    traits = {"partitioned": partitioned, "partition": partition, "row_security": row_security}
    return Draft(
        ObjectRef(kind=kind, schema_name=schema, name=name),
        comment=comment,
        traits=[*(trait for trait, has in traits.items() if has), *_PERSISTENCE.get(persistence, [])],
        partition_key=key,
        partition_bound=bound,
        owner=owner,
        grants=grants(*granted),
    )


def _column(
    name: str,
    db_type: str,
    type_oid: int,
    type_name: str,
    typtype: str,
    category: str,
    not_null: bool,
    of_view: bool,
    default: str | None,
    identity: str,
    generated: str,
    collation: str | None,
    comment: str | None,
    key_part: bool,
) -> DescribedColumn:
    return DescribedColumn(
        name=name,
        db_type=db_type,
        kind=kind_of(type_oid, type_name, typtype, category),
        nullable=None if of_view else not not_null,
        default=None if generated else default,
        identity=_IDENTITY.get(identity, "none"),
        generated={"s": "stored", "v": "virtual"}.get(generated, "none"),
        expression=default if generated else None,
        collation=collation,
        comment=comment,
        hidden=False,
        key_part=key_part,
    )


async def _add_constraints(session: DatabaseSession, oids: str, described: Mapping[int, Draft]) -> None:
    rows = await bounded(
        session,
        _DESCRIBED_CONSTRAINTS,
        oids=oids,
        columns=_NAMES_OF.format(numbers="k.conkey", table="k.conrelid"),
        referenced=_NAMES_OF.format(numbers="k.confkey", table="k.confrelid"),
    )
    for oid, referenced_oid, kind, name, columns, *rest in rows:
        names, own = json.loads(columns or "[]"), described.get(oid)
        *foreign, expression, unique = rest
        if kind == "f":
            key = _foreign_key(name, names, unique, *foreign)
            if own is not None:
                own.foreign_keys.append(key)
            if referenced_oid in described:
                described[referenced_oid].referenced_by.append(key)
        elif own is None:
            continue
        elif kind in "pu":
            own.keys.append(DescribedKey(name=name, primary=kind == "p", columns=names))
        elif expression is not None:  # else it was dropped after the statement had begun
            place = own.checks if kind == "c" else own.exclusions
            place.append(DescribedCheck(name=name, expression=expression, enforced=foreign[3]))


def _foreign_key(
    name: str,
    columns: list[str],
    unique: bool,
    referenced: str | None,
    on_update: str,
    on_delete: str,
    enforced: bool,
    *tables: str,
) -> ForeignKey:
    return ForeignKey(
        name=name,
        table=_table(*tables[:3]),
        columns=columns,
        referenced_table=_table(*tables[3:]),
        referenced_columns=json.loads(referenced or "[]"),
        on_update=_ACTIONS.get(on_update, on_update),
        on_delete=_ACTIONS.get(on_delete, on_delete),
        unique=unique,
        enforced=enforced,
    )


def _table(schema: str, name: str, relkind: str) -> ObjectRef:
    return ObjectRef(kind=_KIND_OF_RELKIND.get(relkind, "table"), schema_name=schema, name=name)


def _index(
    name: str,
    unique: bool,
    primary: bool,
    valid: bool,
    method: str,
    predicate: str | None,
    comment: str | None,
    key_parts: int,
    parts: str,
) -> DescribedIndex:
    found = json.loads(parts)
    return DescribedIndex(
        name=name,
        unique=unique,
        primary=primary,
        parts=[
            IndexPart(column=column, expression=expression, descending=bool(descending))
            for column, expression, descending in found[:key_parts]
        ],
        included=[column for column, _, _ in found[key_parts:]],
        method=method,
        predicate=predicate,
        valid=valid,
        comment=comment,
    )


async def _add_family(session: DatabaseSession, oids: str, described: Mapping[int, Draft], locked: str) -> set[int]:
    """Gives the tables that others inherit from: queries of these find rows that their keys say nothing about."""
    inherited = set[int]()
    for parent_oid, oid, *row in await bounded(session, _FAMILY, oids=oids, locked=locked):
        parent, child, (is_partition, bound) = _table(*row[:3]), _table(*row[3:6]), row[6:]
        if is_partition and parent_oid in described:
            partition = DescribedPartition(name=child.name, object=child, bound=bound)
            described[parent_oid].partitions.append(partition)
        if not is_partition:
            inherited.add(parent_oid)
        if oid in described and is_partition:
            described[oid].partition_of = parent
        elif oid in described:
            described[oid].inherits.append(parent)
    return inherited


async def _add_definitions(session: DatabaseSession, described: Mapping[int, Draft], answer: Descriptions) -> None:
    """The queries of views. The server locks what is in them, so some may have to do without."""
    views = {oid: one for oid, one in described.items() if "view" in one.object.kind}
    if not views:
        return
    try:
        for oid, definition in await bounded(session, _VIEWS, oids=", ".join(map(str, views))):
            views[oid].definition = definition
    except QueryFailed:  # because of one of them
        for oid, one in views.items():
            try:
                for _, definition in await bounded(session, _VIEWS, oids=str(oid), wait_s=_ONE_VIEW_WAIT_S):
                    one.definition = definition
            except QueryFailed as failed:
                answer.missing.append(hidden("definition", failed.message, one.object))
