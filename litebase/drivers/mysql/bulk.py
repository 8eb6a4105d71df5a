"""Many rows for MySQL and MariaDB: INSERT with as many rows as fit a packet.

LOAD DATA LOCAL is faster and stays off: with it, a server may ask for any file.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from litebase_schema.errors import QueryFailedDetails

from litebase.bounds import Bounds
from litebase.drivers.bulk import BulkTarget, Cells
from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.mysql.edits import LOSSES
from litebase.errors import QueryFailed

CREATES_IN_TRANSACTION = False
TYPES: Mapping[str, str] = {
    "boolean": "tinyint(1)", "integer": "bigint", "decimal": "decimal(38,10)", "float": "double", "bytes": "longblob",
    "date": "date", "time": "time(6)", "timestamp": "datetime(6)", "json": "json", "uuid": "char(36)",
    "text": "longtext",
}  # fmt: skip
KEY_TYPES: Mapping[str, str] = {"text": "varchar(255)", "bytes": "varbinary(255)"}
_MOST_BYTES = 1024 * 1024
_MOST_ROWS = 2000
_INTEGER = re.compile(r"(tinyint|smallint|mediumint|int|bigint)(?:\((\d+)\))?( unsigned)?")
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_SCALE = re.compile(r"decimal\((\d+),(\d+)\)")
_PLACES = re.compile(r"(?:float|double)\(\d+,(\d+)\)")
_BINARY = re.compile(r"binary\((\d+)\)")
_CHOICES = re.compile(r"(enum|set)\((.*)\)", re.DOTALL)
_CHOICE = re.compile(r"'((?:[^']|'')*)'")
_FRACTION = re.compile(r"\((\d)\)")
_TIMES = {"time", "timestamp"}
_BARE = {"integer", "decimal"}
_ESCAPED = {"\\": "\\\\", "'": "''", "\0": "\\0"}
_ESCAPES = str.maketrans(_ESCAPED)
_FIELD, _NULL = "\1", "\2"  # stand for a quoted field and for NULL while lines become values
_AS_TEXT = frozenset(("bytes", "bit", "boolean"))  # kinds that are no texts in quotes
_STATEMENT_ROWS = 1000
# a duplicate, a foreign key, NULL, too long, no value of the type, out of range, a check of either server, a trigger's
_OF_ROW = {
    "1048", "1062", "1169", "1171", "1216", "1264", "1263", "1265", "1292", "1364", "1366", "1367", "1406", "1411",
    "1416", "1452", "1526", "1644", "1690", "3140", "3141", "3156", "3819", "3903", "4025", "4038",
}  # fmt: skip
_STRICT = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO"
_MODE = f"SET SESSION sql_mode = CONCAT(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '{_STRICT}'), ',{_STRICT}')"


def bounds(kind: str, db_type: str) -> Bounds:
    """The server is made strict, but rounds numbers and seconds all the same."""
    if found := _CHOICES.fullmatch(db_type):
        return Bounds(found[1], choices=frozenset(one.replace("''", "'") for one in _CHOICE.findall(found[2])))
    db_type = db_type.lower()
    if db_type.startswith("year"):  # fewer digits would be a year of this century or the last one
        return Bounds("integer", low=1901, high=2155)
    if found := _INTEGER.match(db_type):
        bits = _BITS[found[1]]
        low, high = (0, (1 << bits) - 1) if found[3] else (-(1 << bits - 1), (1 << bits - 1) - 1)
        return Bounds("integer", low=low, high=high, flags=db_type == "tinyint(1)")
    if kind == "decimal" and (found := _SCALE.match(db_type)):
        return Bounds(kind, scale=int(found[2]))
    if kind in _TIMES:
        fraction = _FRACTION.search(db_type)
        return Bounds(kind, fraction=int(fraction[1]) if fraction else 0)
    if kind == "bytes" and (found := _BINARY.fullmatch(db_type)):
        return Bounds(kind, size=int(found[1]))
    if db_type.startswith("char("):
        return Bounds(kind, trims=True)
    places = _PLACES.match(db_type)
    return Bounds(kind, scale=int(places[1]) if places else None, digits=6 if db_type.startswith("float") else None)


async def types_below(_session: DatabaseSession, _table: str) -> Mapping[str, str]:
    """None: there are no domains."""
    return {}


def before(_target: BulkTarget) -> Sequence[str]:
    """What is stored in another form is an error, and 0 is not the next number. The session forgets it afterwards."""
    return (_MODE,)


def statement(target: BulkTarget) -> str:
    """One INSERT, with a placeholder for each value."""
    return f"{_beginning(target)}({', '.join('?' * len(target.columns))}){_end(target)}"


def _beginning(target: BulkTarget) -> str:
    return f"INSERT INTO {target.name} ({', '.join(target.columns)}) VALUES "  # noqa: S608  # names are quoted


def _end(target: BulkTarget) -> str:
    if target.mode == "skip":
        first = target.key[0] if target.key else target.columns[0]
        return f" ON DUPLICATE KEY UPDATE {first} = {target.name}.{first}"
    if target.mode == "upsert":
        others = [one for one in target.columns if one not in target.key] or target.key[:1]
        return f" ON DUPLICATE KEY UPDATE {', '.join(f'{one} = VALUES({one})' for one in others)}"
    return ""


async def most_bytes(session: DatabaseSession) -> int:
    """What a packet may have, and no more than is of use."""
    ((most,),) = await session.rows("SELECT @@max_allowed_packet")
    return min(int(str(most)) - 1024, _MOST_BYTES)


def spelled(target: BulkTarget, columns: Sequence[Cells], most_bytes: int) -> tuple[int, Sequence[str]]:
    """The number of rows, and the statements that have them."""
    texts = [_texts(cells, kind) for cells, kind in zip(columns, target.kinds, strict=True)]
    rows = list(map(",".join, zip(*texts, strict=True)))
    beginning, end = _beginning(target), _end(target)
    statements, start, size = list[str](), 0, 0
    room = most_bytes - 4 * len(beginning + end)
    for at, row in enumerate(rows):
        length = (len(row) if row.isascii() else len(row.encode("utf-8", "surrogatepass"))) + 3
        if at > start and (size + length > room or at - start >= _MOST_ROWS):
            statements.append(f"{beginning}({'),('.join(rows[start:at])}){end}")
            start, size = at, 0
        size += length
    statements.append(f"{beginning}({'),('.join(rows[start:])}){end}")
    return len(rows), statements


def lines(
    target: BulkTarget, text: str, separator: str, quote: str, most_bytes: int
) -> tuple[int, Sequence[str]] | None:
    """The statements. Every value is a text in quotes, of which the server makes the same as of bare digits."""
    if not _AS_TEXT.isdisjoint(target.kinds) or _FIELD in text or _NULL in text:
        return None
    for one, escaped in _ESCAPED.items():
        if one in text:
            text = text.replace(one, escaped)
    # in some texts of a file, quotes are those of SQL, and are doubled in both
    quote = quote * 2 if quote == "'" else quote
    beginning, end = _beginning(target), _end(target)
    records = text.split("\n")[:-1]
    statements = list[str]()
    for start in range(0, len(records), _STATEMENT_ROWS):
        rows = _values("\n".join(records[start : start + _STATEMENT_ROWS]), separator, quote)
        statements.append(f"{beginning}({rows}){end}")
        if len(statements[-1].encode("utf-8", "surrogatepass")) > most_bytes:
            return None
    return len(records), statements


def _values(lines: str, separator: str, quote: str) -> str:
    """The values of an INSERT, without what is around all of them: what is between quotes stays as it is."""
    parts = lines.split(quote)
    bare = "\n" + _FIELD.join(parts[::2]) + "\n"
    for _ in range(2):  # what overlaps is found the second time
        bare = bare.replace(_FIELD * 2, f"{_FIELD}{quote}{_FIELD}")
        bare = bare.replace(separator * 2, f"{separator}{_NULL}{separator}")
    bare = bare.replace("\n" + separator, f"\n{_NULL}{separator}").replace(separator + "\n", f"{separator}{_NULL}\n")
    bare = bare[1:-1].replace(separator, "','").replace("\n", "'),('")
    parts[::2] = bare.split(_FIELD)
    return f"'{''.join(parts)}'".replace(f"'{_NULL}'", "NULL")


def _texts(cells: Cells, kind: str) -> Sequence[str]:
    spell = _SPELLED.get(kind, _text)
    if kind in _BARE and None not in cells:
        return cells  # type: ignore[return-value]  # digits, as was looked at
    if spell is _text and None not in cells:
        joined = "".join(cells)  # type: ignore[arg-type]  # texts
        if "'" not in joined and "\\" not in joined and "\0" not in joined:
            return [f"'{one}'" for one in cells]  # type: ignore[str-bytes-safe]  # as above
    return ["NULL" if one is None else spell(one) for one in cells]


def _text(cell: str | bytes) -> str:
    return "'" + str(cell).translate(_ESCAPES) + "'"


def _hex(cell: str | bytes) -> str:
    return "X'" + (cell.encode() if isinstance(cell, str) else cell).hex() + "'"


_SPELLED: Mapping[str, Callable[[str | bytes], str]] = {
    **dict.fromkeys(_BARE, str),
    "bytes": _hex,
    "bit": lambda cell: f"b'{cell!s}'",
}


async def load(session: DatabaseSession, target: BulkTarget, rows: tuple[int, Sequence[str]]) -> int | None:
    """The statements, one after the other. A warning that a value was lost is an error."""
    count, statements = rows
    changed = 0
    for sql in statements:
        cursor = await session.execute(Statement(sql))
        changed += cursor.affected_rows or 0
        lost = next((one for one in cursor.notices if one.code in LOSSES), None)
        await cursor.aclose()
        if lost is not None:
            raise QueryFailed(lost.message, QueryFailedDetails(engine_code=lost.code or "1265"))
    return changed if target.mode == "skip" else count  # an UPDATE counts two


def is_of_row(failure: QueryFailed) -> bool:
    """By the server's number, or the class of its SQLSTATE."""
    details = failure.query_details
    return details.engine_code in _OF_ROW or (details.sqlstate or "").startswith(("22", "45"))
