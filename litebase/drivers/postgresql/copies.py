"""How PostgreSQL takes part in copies of tables."""

import re
from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.copying import Fitted, Place, Portable, Rule
from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.objects import read
from litebase.sql.dialect import POSTGRESQL

TYPED, READERS_BLOCK, KEYS_LATER, OPTIONS = True, False, True, ""
UTC_MARK = "+00"
# Both sides write and read texts in one form. In the locale C, money has two decimal places and no marks of a country.
_FORMS = (
    "SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL intervalstyle = 'postgres'", "SET LOCAL timezone = 'UTC'",
    "SET LOCAL extra_float_digits = 3", "SET LOCAL bytea_output = 'hex'", "SET LOCAL xmloption = 'content'",
    "SET LOCAL lc_monetary = 'C'", "SET LOCAL array_nulls = on",
)  # fmt: skip
READING: Sequence[str] = _FORMS
STORING: Sequence[str] = _FORMS
_NO_TYPE = "PostgreSQL has no such type; the values are kept as text."
RULES: Sequence[Rule] = (
    Rule("boolean", "boolean"),
    Rule("integer", "smallint", bits=16),
    Rule("integer", "integer", bits=32),
    Rule("integer", "bigint", bits=64),
    Rule("integer", "numeric(20,0)", "other_type", "Integers of 64 bits without a sign become numeric.",
         "decimal"),
    Rule("decimal", "numeric({digits},{scale})", digits=1000, scale=1000),
    Rule("decimal", "numeric"),
    Rule("float", "real", bits=32),
    Rule("float", "double precision"),
    Rule("text", "character varying({size})", size=10_485_760),
    Rule("text", "text"),
    Rule("bytes", "bytea"),
    Rule("date", "date"),
    Rule("time", "time({fraction})"),
    Rule("timetz", "timetz({fraction})"),
    Rule("timestamp", "timestamp({fraction})"),
    Rule("timestamptz", "timestamptz({fraction})"),
    Rule("interval", "interval"),
    Rule("duration", "interval", "other_type", "Its times may be negative and longer than a day: they become interval.",
         "interval"),
    Rule("json", "json"),
    Rule("uuid", "uuid"),
    Rule("bit", "bit({size})", size=83_886_080),
    Rule("varbit", "varbit", stored="bit"),
    Rule("xml", "xml"),
    Rule("opaque", "bytea", "other_type", "The bytes are kept as the other engine has them.", "bytes"),
    Rule("any", "text", "becomes_text", "Each of its values has a type of its own; all are kept as text."),
    Rule("*", "text", "becomes_text", _NO_TYPE),
)  # fmt: skip
_BITS = {"smallint": 16, "integer": 32, "bigint": 64, "oid": 64, "real": 32, "double precision": 64}
_CHANGES = (
    (re.compile(r"jsonb"), "jsonb keeps neither the order of keys nor all spellings."),
    (re.compile(r"character\(\d+\)"), "Its texts are filled up with spaces."),
    (re.compile(r"interval (?:\w+ to )?(?:year|month|day|hour|minute)"), "It cuts off what is smaller."),
)
_SIZE = re.compile(r"(?:character varying|bit)\((\d+)\)")
_DECIMAL = re.compile(r"numeric\((\d+),(-?\d+)\)")
_FRACTION = re.compile(r"\((\d)\)")
_LACKING = "SELECT t.name FROM (VALUES {values}) AS t (name) WHERE pg_catalog.to_regtype(t.name) IS NULL"
_MODIFIER = re.compile(r"\([^)]*\)")
_PLACE = """SELECT pg_catalog.pg_postmaster_start_time()::text || ' ' || pg_catalog.current_database(),
COALESCE((SELECT c.oid::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2), '')"""
_COLLATIONS = """SELECT a.attname, l.collname FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND a.attcollation <> t.typcollation"""
_KNOWN = "SELECT DISTINCT collname FROM pg_catalog.pg_collation WHERE pg_catalog.pg_collation_is_visible(oid)"


def portable(db_type: str, kind: str) -> Portable:
    """A column's type, as `format_type` writes it."""
    if kind == "bit":
        found = _SIZE.fullmatch(db_type)
        return (
            Portable("bit", size=int(found[1])) if found else Portable("bit" if db_type == "bit" else "varbit", size=1)
        )
    if db_type == "money" or kind in ("other", "composite", "range", "array", "geometry", "network", "enum"):
        return Portable(kind if kind != "other" else "unknown")
    if found := _DECIMAL.fullmatch(db_type):
        scale = int(found[2])
        return Portable(kind, digits=int(found[1]), scale=scale) if 0 <= scale <= int(found[1]) else Portable(kind)
    size = _SIZE.fullmatch(db_type)
    fraction = _FRACTION.search(db_type) if kind.startswith("time") else None
    return Portable(
        kind,
        bits=_BITS.get(db_type, 64),
        size=int(size[1]) if size else None,
        fraction=int(fraction[1]) if fraction else 6,
    )


def read_as(column: str, _db_type: str) -> str:
    """The column itself: the server's text is exact."""
    return column


def identity() -> str:
    """One that takes values too."""
    return "by_default"


async def lacking(session: DatabaseSession, db_types: Collection[str]) -> Collection[str]:
    """Which types no name in the search path stands for."""
    names = {one: _MODIFIER.sub("", one) for one in db_types}
    if not names:
        return ()
    values = ", ".join(f"(${at}::text)" for at in range(1, len(names) + 1))
    missing = {name for (name,) in await read(session, _LACKING.format(values=values), *names.values())}
    return [one for one, name in names.items() if name in missing]


async def place(session: DatabaseSession, table: ObjectRef) -> Place:
    """A server is known by the moment of its start."""
    ((server, number),) = await read(session, _PLACE, table.schema_name or "", table.name)
    return Place(server, number)


async def collations(session: DatabaseSession, table: ObjectRef) -> Mapping[str, str]:
    """Those that are not the usual ones of the types."""
    return dict(await read(session, _COLLATIONS, table.schema_name or "", table.name))


async def checks(_session: DatabaseSession, _table: ObjectRef) -> Sequence[str]:
    """None: the description has them."""
    return ()


async def known_collations(session: DatabaseSession, names: Collection[str]) -> Collection[str]:
    """Those in the search path."""
    return {name for (name,) in await read(session, _KNOWN)} & set(names)


def changes(db_type: str) -> str | None:
    """What the server does without an error."""
    return next((said for pattern, said in _CHANGES if pattern.fullmatch(db_type)), None)


def fills(_column: DescribedColumn) -> bool:
    """None: NULL is refused where it cannot be."""
    return False


def lines_of(select: str) -> str | None:
    """COPY, whose lines another server of this engine takes as they are."""
    return f"COPY ({select}) TO STDOUT"


def after_rows(table: str, column: DescribedColumn) -> str | None:
    """The sequence goes on after the highest number."""
    name = POSTGRESQL.quoted(column.name)
    place, literal = (f"'{one.replace(chr(39), chr(39) * 2)}'" for one in (table, column.name))
    highest = f"(SELECT pg_catalog.max({name}) FROM {table})"  # noqa: S608  # names are quoted
    return f"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({place}, {literal}), {highest})"


def stored(_db_type: str, cells: Sequence[Cell]) -> Fitted:
    """A column has values of its type."""
    return cells, {}
