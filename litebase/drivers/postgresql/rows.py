"""How PostgreSQL writes conditions on rows.

A value is sent as text and cast to its column's type: the type's own input function reads it, whatever form it came in.
The type has no length, because an explicit cast to one with a length cuts what is too long without an error.
"""

from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import ObjectRef
from litebase_schema.values import TypedParameter

from litebase.drivers.interface import Cell, DatabaseSession, Parameter
from litebase.drivers.objects import read
from litebase.drivers.rows import ColumnType, Pattern, RowColumn, UnfitValue, like_pattern, nulls_placed
from litebase.sql.dialect import POSTGRESQL

DIALECT = POSTGRESQL
# of a composite value that consists of NULLs, IS NULL is true
IS_NULL, IS_NOT_NULL = "IS NOT DISTINCT FROM NULL", "IS DISTINCT FROM NULL"
SORTED: Collection[str] = (
    "boolean",
    "integer",
    "decimal",
    "float",
    "uuid",
    "bytes",
    "date",
    "time",
    "timestamp",
    "timestamptz",
)
ordered = nulls_placed

# with the schema of every type that is not the system's, because the session that casts may have another search_path
_TYPES = """SELECT a.attname, pg_catalog.format_type(a.atttypid, -1),
pg_catalog.to_jsonb(l) ->> 'collisdeterministic'
FROM (SELECT pg_catalog.set_config('search_path', '', true) OFFSET 0) AS path, pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped"""
_ESTIMATE = """SELECT CASE WHEN c.reltuples >= 0 AND (c.reltuples > 0 OR c.relpages > 0) THEN c.reltuples::bigint END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm', 'f')"""
_NONDETERMINISTIC = "nondeterministic"
# types, and the types of arrays, that have no equality or one of something else than their values
_WITHOUT_EQUALITY = {
    "json", "xml", "jsonpath", "pg_snapshot", "txid_snapshot",
    "point", "line", "lseg", "box", "path", "polygon", "circle",
}  # fmt: skip


async def types(session: DatabaseSession, table: ObjectRef) -> Mapping[str, ColumnType]:
    """Every column's type without a length, and with its schema; and whether its collation is deterministic."""
    rows = await read(session, _TYPES, table.schema_name or "", table.name)
    return {name: ColumnType(type_, _NONDETERMINISTIC if is_so == "false" else None) for name, type_, is_so in rows}


async def estimate(session: DatabaseSession, table: ObjectRef) -> int | None:
    """What the last VACUUM or ANALYZE found."""
    for (rows,) in await read(session, _ESTIMATE, table.schema_name or "", table.name):
        return None if rows is None else int(rows)
    return None


def bound(column: RowColumn, value: Cell, number: int) -> tuple[str, Parameter]:
    """The placeholder with its cast."""
    if column.kind == "bytes" and not isinstance(value, bytes):
        raise UnfitValue("The value is not bytes, and the column has the kind bytes.")
    text = f"${number}::{column.type}"
    if column.kind == "bytes" or isinstance(value, str):
        return text, value
    return text, TypedParameter(kind="other", value=value)  # sent as text without a type


def comparable(column: RowColumn, text: str) -> str:
    """What has no equality, or as the shapes one of their areas, is compared as the server writes it."""
    return (
        f"({text})::text" if column.kind == "geometry" or column.type.removesuffix("[]") in _WITHOUT_EQUALITY else text
    )


def fitted(_column: RowColumn, name: str, _values: Sequence[Cell]) -> str:
    """It is compared as it is."""
    return name


def matches(column: RowColumn, name: str, number: int, *, match_case: bool) -> str:
    """The text of the value is what the pattern must fit."""
    if column.kind == "bytes":
        raise UnfitValue("Bytes cannot be searched as text.")
    if column.text == _NONDETERMINISTIC:  # patterns are not supported there
        name = f'({name} COLLATE pg_catalog."default")'
    return f"{name}::text {'LIKE' if match_case else 'ILIKE'} ${number}::text"


def pattern(parts: Pattern, *, match_case: bool) -> str:  # noqa: ARG001  # as in the other engines
    """A backslash is the sign that LIKE has for that without being told."""
    return like_pattern(parts, "\\")


async def by_bytes(session: DatabaseSession) -> str:
    """The collation C has the order of the bytes in the encoding of the database, whatever that is."""
    ((encoding,),) = await read(session, "SELECT pg_catalog.getdatabaseencoding()")
    return '({}::text COLLATE pg_catalog."C")' if encoding == "UTF8" else "pg_catalog.convert_to({}::text, 'UTF8')"


def is_by_bytes(collation: str | None) -> bool:
    """That of the database is not known here."""
    return collation in ("C", "POSIX")
