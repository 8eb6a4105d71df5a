"""A table of PostgreSQL as something to be changed, with every name in its texts qualified."""

import json
from typing import Any

from litebase_schema.catalog import ForeignKey, ObjectRef

from litebase.drivers.altering import Column, Part, Table
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.postgresql.objects.ddl_reading import bounded
from litebase.errors import NotFound, Unsupported

_TABLE = """SELECT c.oid::bigint, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'), c.relispartition,
pg_catalog.pg_has_role(c.relowner, 'USAGE'), pg_catalog.pg_get_userbyid(c.relowner), EXISTS (SELECT FROM
pg_catalog.pg_inherits h WHERE h.inhparent = c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"""
_COLUMNS = """SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
CASE WHEN a.attcollation <> t.typcollation THEN l.collname END, pg_catalog.col_description(a.attrelid, a.attnum)
FROM {bound}, pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_NAMES = """(SELECT pg_catalog.json_agg(a.attname ORDER BY u.at) FROM pg_catalog.unnest({numbers}) WITH ORDINALITY
AS u (number, at) JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = u.number)::text"""
_PARTS = f"""SELECT k.contype::text, k.conname, {_NAMES.format(numbers="k.conkey", table="k.conrelid")},
pg_catalog.pg_get_constraintdef(k.oid), false, pg_catalog.obj_description(k.oid, 'pg_constraint')
FROM {{bound}}, pg_catalog.pg_constraint k WHERE k.conrelid = $1 AND k.contype IN ('p', 'u', 'f', 'c', 'x')
UNION ALL SELECT 'i', c.relname, {_NAMES.format(numbers="i.indkey::int2[]", table="i.indrelid")},
pg_catalog.pg_get_indexdef(i.indexrelid), i.indisunique, pg_catalog.obj_description(c.oid, 'pg_class')
FROM {{bound}}, pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1
AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
ORDER BY 1, 2"""
_REFERRING = f"""SELECT k.conname, n.nspname, c.relname, {_NAMES.format(numbers="k.confkey", table="k.confrelid")}
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_constraint k ON k.oid = d.objid AND k.contype = 'f'
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.refobjid = $1 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.confrelid = $1 AND k.conparentid = 0
GROUP BY k.oid, k.conname, n.nspname, c.relname, k.confkey, k.confrelid"""
_KINDS = {
    "p": "primary_key", "u": "unique", "f": "foreign_key", "c": "check", "x": "exclusion", "i": "index",
}  # fmt: skip
_NOT_TABLES = {"v": "a view", "m": "a materialized view", "f": "a foreign table", "S": "a sequence"}


async def read_table(session: DatabaseSession, wanted: ObjectRef) -> Table:
    """The table as it is."""
    schema, name = wanted.schema_name or "", wanted.name
    found = await session.rows(_TABLE, (schema, name))
    if not found:
        message = f"There is no table {name!r} in {schema!r}, or this user is not allowed to see it."
        raise NotFound("object", name, message)
    ((oid, relkind, comment, is_partition, is_owner, owner, has_children),) = found
    if (kind := _NOT_TABLES.get(str(relkind))) is not None:
        raise Unsupported(f"{name!r} is {kind}; only tables are changed.")
    table = Table(schema, name, name, comment=_text(comment))
    table.columns = [_column(*row) for row in await bounded(session, _COLUMNS, oid)]
    for at, (letter, part, columns, text, unique, remark) in enumerate(await bounded(session, _PARTS, oid)):
        names = json.loads(columns or "[]")
        table.parts.append(Part(_KINDS[letter], part, names, at, text, unique=unique or letter in "pu", comment=remark))
    for key, place, referring, columns in await session.rows(_REFERRING, (oid,)):
        table.referenced_by = [*table.referenced_by, _key(str(key), str(place), str(referring), columns, table)]
    remarks = []
    if not is_owner:
        remarks.append(("may_fail", f"The table belongs to {owner!r}: only that role and its members may change it."))
    if is_partition or has_children:
        remarks.append(("affects_others", "Partitions and tables that inherit from one another change together."))
    table.remarks = remarks
    return table


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _column(
    name: str, db_type: str, not_null: bool, default: str | None, identity: str, generated: str, *rest: str | None
) -> Column:
    collation, comment = rest
    return Column(
        name, db_type, name, nullable=not not_null, default=None if generated else default,
        identity={"a": "always", "d": "by_default"}.get(identity, "none"),
        generated={"s": "stored", "v": "virtual"}.get(generated, "none"), expression=default if generated else None,
        collation=collation, comment=comment,
    )  # fmt: skip


def _key(name: str, schema: str, referring: str, columns: Any, table: Table) -> ForeignKey:
    return ForeignKey(
        name=name, table=ObjectRef(kind="table", schema_name=schema, name=referring), columns=[],
        referenced_table=table.ref, referenced_columns=json.loads(columns or "[]"), on_update="no_action",
        on_delete="no_action", unique=False, enforced=True,
    )  # fmt: skip
