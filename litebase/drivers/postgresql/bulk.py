"""Many rows for PostgreSQL: COPY, and where rows may be there already, through a temporary table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from litebase.bounds import Bounds
from litebase.drivers.bulk import BulkTarget, Cells
from litebase.drivers.interface import DatabaseSession, Statement
from litebase.errors import QueryFailed

CREATES_IN_TRANSACTION = True
TYPES: Mapping[str, str] = {
    "boolean": "boolean", "integer": "bigint", "decimal": "numeric", "float": "double precision", "bytes": "bytea",
    "date": "date", "time": "time", "timetz": "timetz", "timestamp": "timestamp", "timestamptz": "timestamptz",
    "interval": "interval", "text": "text", "json": "jsonb",
    "uuid": "uuid", "network": "inet", "bit": "varbit", "xml": "xml",
}  # fmt: skip
KEY_TYPES: Mapping[str, str] = {}
_STAGING = "litebase_import"
_SCALE = re.compile(r"numeric\((\d+),(-?\d+)\)")
_FRACTION = re.compile(r"\((\d)\)")
_PLACE = re.compile(r"COPY .*, \w+ \d+, \w+ ([^:]+)(?:: .*)?")  # in any language
_CUT = re.compile(r"character varying\((\d+)\)")
_SHORT = {"name": 63, '"char"': 1}
_BELOW = """WITH RECURSIVE below (name, base, modifier) AS (SELECT a.attname, t.typbasetype, t.typtypmod
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = {table}::pg_catalog.regclass AND a.attnum > 0 AND t.typtype = 'd' UNION ALL
SELECT below.name, t.typbasetype, CASE WHEN t.typtypmod = -1 THEN below.modifier ELSE t.typtypmod END
FROM below JOIN pg_catalog.pg_type t ON t.oid = below.base WHERE t.typtype = 'd')
SELECT below.name, pg_catalog.format_type(below.base, below.modifier)
FROM below JOIN pg_catalog.pg_type t ON t.oid = below.base WHERE t.typtype <> 'd'"""
_MICROS, _CENTS = 6, 2
_UNIT = re.compile(r"interval (?:\w+ to )?(year|month|day|hour|minute)")
_HIGHEST = {"smallint": (1 << 15) - 1, "integer": (1 << 31) - 1, "bigint": (1 << 63) - 1}
_TIMES = {"time", "timetz", "timestamp", "timestamptz"}
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# classes of SQLSTATE: a row that comes twice, data, constraints, check option, a value or row that is too large for its
# index or page, what triggers raise
_OF_VALUE = ("21", "22", "23", "44", "54000", "P0")
_SYNTAX_OR_NAME = "42"  # of a statement, or of a value: tsvector, jsonpath, regclass
_NEEDS_NONE = {"integer", "decimal", "float", "boolean", "date", "time", "timetz", "timestamp", "timestamptz"}


@dataclass(frozen=True, slots=True)
class CsvLines:
    """Rows that COPY reads as CSV."""

    text: str
    separator: str
    quote: str

    @property
    def options(self) -> str:
        """Those of the COPY."""
        quote = self.quote.replace("'", "''")
        return f"WITH (FORMAT csv, DELIMITER '{self.separator}', QUOTE '{quote}')"


def bounds(kind: str, db_type: str) -> Bounds:
    """Mostly the server itself refuses; but it rounds numbers and seconds, also in arrays, and cuts spaces off."""
    if high := _HIGHEST.get(db_type):
        return Bounds("integer", low=-high - 1, high=high)
    if db_type == "oid":  # which makes a great number of a negative one
        return Bounds("integer", low=0, high=(1 << 32) - 1)
    if kind == "decimal" and (found := _SCALE.fullmatch(db_type)):
        return Bounds(kind, scale=int(found[2]), specials=True)
    if kind in _TIMES:
        fraction = _FRACTION.search(db_type)
        return Bounds(kind, fraction=int(fraction[1]) if fraction else _MICROS, specials=True)
    if found := _CUT.fullmatch(db_type):
        return Bounds(kind, length=int(found[1]))
    if found := _UNIT.fullmatch(db_type):
        return Bounds(kind, unit=found[1])
    if db_type in _SHORT:
        return Bounds(kind, length=_SHORT[db_type], in_bytes=True)
    return Bounds(kind, scale=_places(db_type), digits=6 if db_type == "real" else None, specials=True)


def _places(db_type: str) -> int | None:
    """Behind the points of what is no single number or time."""
    if found := _SCALE.match(db_type):
        return max(int(found[2]), 0) if db_type.endswith("[]") else None
    if db_type == "money":
        return _CENTS
    if db_type.startswith(("interval", "time")):
        found = _FRACTION.search(db_type)
        return int(found[1]) if found else _MICROS
    return None


async def types_below(session: DatabaseSession, table: str) -> Mapping[str, str]:
    """What domains are made of, as `numeric(5,2)`."""
    literal = "'" + table.replace("'", "''") + "'"
    found = await session.rows(_BELOW.format(table=literal))
    return {str(name): str(db_type) for name, db_type in found}


def before(target: BulkTarget) -> Sequence[str]:
    """The temporary table has the types of the columns and none of their rules."""
    if target.mode not in ("skip", "upsert"):
        return ()
    columns = ", ".join(target.columns)
    drop = f"DROP TABLE IF EXISTS pg_temp.{_STAGING}"
    rows = f"SELECT {columns} FROM {target.name} WITH NO DATA"  # noqa: S608  # names are quoted
    return drop, f"CREATE TEMPORARY TABLE {_STAGING} ON COMMIT DROP AS {rows}"


def statement(target: BulkTarget) -> str:
    """COPY, or what moves the rows of the temporary table."""
    columns = ", ".join(target.columns)
    if target.mode not in ("skip", "upsert"):
        return f"COPY {target.name} ({columns}) FROM STDIN"
    overriding = " OVERRIDING SYSTEM VALUE" if target.has_identity else ""
    # names are quoted
    moved = f"INSERT INTO {target.name} ({columns}){overriding} SELECT {columns} FROM pg_temp.{_STAGING}"  # noqa: S608
    if target.mode == "skip":
        return f"{moved} ON CONFLICT DO NOTHING"
    others = [one for one in target.columns if one not in target.key] or target.key[:1]
    changes = ", ".join(f"{one} = EXCLUDED.{one}" for one in others)
    return f"{moved} ON CONFLICT ({', '.join(target.key)}) DO UPDATE SET {changes}"


async def most_bytes(_session: DatabaseSession) -> int:
    """COPY has no bound."""
    return 1 << 62


def spelled(target: BulkTarget, columns: Sequence[Cells], _most_bytes: int) -> str:
    """The lines of COPY."""
    texts = [_texts(cells, kind) for cells, kind in zip(columns, target.kinds, strict=True)]
    return "\n".join(map("\t".join, zip(*texts, strict=True))) + "\n"


def _texts(cells: Cells, kind: str) -> Sequence[str]:
    if kind == "bytes":
        return ["\\N" if one is None else _of_bytes(one) for one in cells]
    if None in cells:
        return ["\\N" if one is None else one.translate(_ESCAPED) for one in cast("Sequence[str | None]", cells)]
    texts = cast("Sequence[str]", cells)
    if kind not in _NEEDS_NONE:
        joined = "".join(texts)
        if "\\" in joined or "\t" in joined or "\n" in joined or "\r" in joined:
            return [one.translate(_ESCAPED) for one in texts]
    return texts


def _of_bytes(cell: str | bytes) -> str:
    return "\\\\x" + (cell.encode() if isinstance(cell, str) else cell).hex()


def lines(target: BulkTarget, text: str, separator: str, quote: str, _most_bytes: int) -> CsvLines | None:
    """The lines themselves. The server takes the same texts from them as from those of COPY's own format."""
    if "bytes" in target.kinds or text.startswith("\\.") or "\n\\." in text:  # which ended the rows before version 18
        return None
    return CsvLines(text, separator, quote)


async def load(session: DatabaseSession, target: BulkTarget, rows: str | CsvLines) -> int | None:
    """One COPY; a temporary table is emptied afterwards."""
    is_direct = target.mode not in ("skip", "upsert")
    copy = statement(target) if is_direct else f"COPY pg_temp.{_STAGING} ({', '.join(target.columns)}) FROM STDIN"
    if isinstance(rows, CsvLines):
        copy, rows = f"{copy} {rows.options}", rows.text
    try:
        stored = await _run(session, Statement(copy, rows=rows))
    except QueryFailed as failed:
        raise _of_row(failed) from failed
    if is_direct:
        return stored
    stored = await _run(session, Statement(statement(target)))
    await _run(session, Statement(f"TRUNCATE pg_temp.{_STAGING}"))
    return stored


def _of_row(failed: QueryFailed) -> QueryFailed:
    """The same without the line, which is counted in these rows only; the column has a field of its own."""
    details = failed.query_details
    lines = (details.detail or "").splitlines()
    column = next((found[1] for one in lines if (found := _PLACE.fullmatch(one))), details.column_name)
    detail = "\n".join(one for one in lines if not one.startswith("COPY ")) or None
    told = type(failed)(failed.message, details.model_copy(update={"detail": detail, "column_name": column}))
    told.notices = failed.notices
    return told


async def _run(session: DatabaseSession, one: Statement) -> int | None:
    cursor = await session.execute(one)
    count = cursor.affected_rows
    await cursor.aclose()
    return count


def is_of_row(failure: QueryFailed) -> bool:
    """By the class of its SQLSTATE, and whether COPY was at a column, for the class that statements share."""
    details = failure.query_details
    state = details.sqlstate or details.engine_code or ""
    return state.startswith(_OF_VALUE) or (state.startswith(_SYNTAX_OR_NAME) and details.column_name is not None)
