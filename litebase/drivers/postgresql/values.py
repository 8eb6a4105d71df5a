"""PostgreSQL's values: which cell a type's text becomes, what kind it is, and how a parameter is sent.

Everything that is not a boolean, integer, float or bytes stays the server's own text. The text becomes cells in
psycopg's C code; a Python function per cell would cost ten times as much.

A bound integer behaves like the same number written in SQL: it is an `integer` when it fits, else a `bigint`, else a
`numeric`. So `LIMIT $1`, `f($1)`, `items[$1]`, `json -> $1`, `day + $1` and INSERT mean what they say, which they
would not if each number were a `bigint`. A string has no type of its own and takes the one that the place asks for, as
a quoted literal does; so do JSON, enums, arrays and whatever a map `{kind, value}` names without one certain type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import TypedParameter
from psycopg import postgres, pq
from psycopg.adapt import AdaptersMap, Buffer, Loader, Transformer
from psycopg.types.bool import BoolLoader
from psycopg.types.numeric import FloatLoader, IntLoader
from psycopg.types.string import ByteaLoader, TextLoader

from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import Cell, Parameter, Parameters, RowTuple
from litebase.errors import QueryFailed, Unsupported

NO_NAMED_PARAMETERS = Unavailable("PostgreSQL has no named placeholders; write $1, $2 and send the values as an array.")
_UNKNOWN, _BOOL, _BYTEA, _INT8, _INT4, _TEXT, _FLOAT8, _NUMERIC = 0, 16, 17, 20, 23, 25, 701, 1700
_LOADERS = {
    _UNKNOWN: TextLoader, _BOOL: BoolLoader, _BYTEA: ByteaLoader, 700: FloatLoader, _FLOAT8: FloatLoader,
    _INT8: IntLoader, 21: IntLoader, _INT4: IntLoader, 26: IntLoader,
}  # fmt: skip
_KINDS = {
    _BOOL: "boolean", _BYTEA: "bytes", _INT8: "integer", 21: "integer", _INT4: "integer", 26: "integer",
    700: "float", _FLOAT8: "float", _NUMERIC: "decimal",
    18: "text", 19: "text", _TEXT: "text", 1042: "text", 1043: "text", 705: "text",
    1082: "date", 1083: "time", 1266: "timetz", 1114: "timestamp", 1184: "timestamptz", 1186: "interval",
    114: "json", 3802: "json", 2950: "uuid", 142: "xml", 1560: "bit", 1562: "bit",
    650: "network", 869: "network", 829: "network", 774: "network",
    600: "geometry", 601: "geometry", 602: "geometry", 603: "geometry", 604: "geometry", 628: "geometry",
    718: "geometry",
    3904: "range", 3906: "range", 3908: "range", 3910: "range", 3912: "range", 3926: "range",
    4451: "range", 4532: "range", 4533: "range", 4534: "range", 4535: "range", 4536: "range",
    2249: "composite", 22: "other", 30: "other",
}  # fmt: skip
_KIND_OF_TYPTYPE = {"e": "enum", "c": "composite", "r": "range", "m": "range"}
_KIND_OF_CATEGORY = {"A": "array", "S": "text", "G": "geometry", "I": "network"}
_SPATIAL = {"geometry", "geography"}  # PostGIS
LARGE_TYPES = {_BYTEA, 114, 3802, 142}  # a cell of these is often large
TEXT_TYPES = {_TEXT, 1043}  # and of these now and then
_TYPE_OF_KIND = {
    "boolean": _BOOL, "float": _FLOAT8, "decimal": _NUMERIC, "text": _TEXT, "bytes": _BYTEA, "date": 1082,
    "time": 1083, "timetz": 1266, "timestamp": 1114, "timestamptz": 1184, "interval": 1186, "uuid": 2950, "xml": 142,
}  # fmt: skip


def kind_of(oid: int, name: str, typtype: str, category: str) -> str:
    """The portable kind of a type, by what `pg_type` says of it."""
    if oid in _KINDS:
        return _KINDS[oid]
    if name in _SPATIAL:
        return "geometry"
    return _KIND_OF_TYPTYPE.get(typtype) or _KIND_OF_CATEGORY.get(category, "other")


def built_in_types() -> dict[tuple[int, int], tuple[str, str]]:
    """Name and kind of the types that each server has, by OID and modifier (-1, none)."""
    types = {}
    for known in postgres.types:
        types[known.oid, -1] = known.regtype, _KINDS.get(known.oid, "other")
        if known.array_oid:
            types[known.array_oid, -1] = f"{known.regtype}[]", "array"
    # what psycopg calls otherwise than format_type() does, to which these names mean a length of one
    types |= {(1042, -1): ("bpchar", "text"), (1014, -1): ("bpchar[]", "array")}
    types |= {(1560, -1): ('"bit"', "bit"), (1561, -1): ('"bit"[]', "array"), (2249, -1): ("record", "composite")}
    return types


class _LenientTextLoader(Loader):
    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "surrogateescape")


class _Unconnected:
    """A connection to no server: a loader that has one, and no other encoding from it, decodes UTF-8 without looking
    the codec up for each cell.
    """

    def __init__(self) -> None:
        self.pgconn = pq.PGconn.connect_start(b"=")  # an option without a name: libpq connects to nothing


class _Context:
    """What a Transformer asks for. Its encoding is UTF-8, whatever that of the server is at the moment."""

    connection: Any = _Unconnected()  # as much of one as a loader asks for

    def __init__(self, text_loader: Any) -> None:
        self.adapters = AdaptersMap()
        loaders: dict[int, Any] = _LOADERS | {_UNKNOWN: text_loader}  # psycopg's own classes count as abstract
        for oid, loader in loaders.items():
            self.adapters.register_loader(oid, loader)


class RowReader:
    """Turns the pieces of one result into rows."""

    def __init__(self, shape: pq.abc.PGresult) -> None:
        self._shape = shape
        self._strict = _transformer(_STRICT, shape) if shape.nfields else None  # it fails for rows without columns

    def rows(self, piece: pq.abc.PGresult, start: int, end: int) -> list[RowTuple]:
        """Rows `start` to `end` of a piece. Text that is not valid keeps its bytes, as surrogate escapes."""
        if self._strict is None:
            return [()] * (end - start)
        try:
            self._strict.set_pgresult(piece, set_loaders=False)
            rows: list[RowTuple] = self._strict.load_rows(start, end, tuple)
        except UnicodeDecodeError:
            lenient = _transformer(_LENIENT, self._shape)
            lenient.set_pgresult(piece, set_loaders=False)
            rows = lenient.load_rows(start, end, tuple)
        return rows


_STRICT, _LENIENT = _Context(TextLoader), _Context(_LenientTextLoader)


def _transformer(context: _Context, shape: pq.abc.PGresult) -> Any:  # psycopg gives its C class no type
    transformer: Any = Transformer(context)
    transformer.set_pgresult(shape)
    return transformer


@dataclass(frozen=True, slots=True)
class EncodedParameters:
    """Parameters as the protocol wants them."""

    values: Sequence[bytes | None]
    types: Sequence[int]
    formats: Sequence[int]


def encode_parameters(params: Parameters) -> EncodedParameters:
    """Raises `QueryFailed` for a value that PostgreSQL cannot store. The error does not quote the value."""
    if isinstance(params, Mapping):
        raise Unsupported(NO_NAMED_PARAMETERS.reason)
    values, types, formats = [], [], []
    for number, parameter in enumerate(params or (), 1):
        oid, binary, value = _sent(parameter)
        values.append(_encoded(value, number, binary=binary) if isinstance(value, str) else value)
        types.append(oid)
        formats.append(int(binary))
    return EncodedParameters(values, types, formats)


def _sent(parameter: Parameter) -> tuple[int, bool, str | bytes | None]:
    """The type's OID, whether the value goes in binary format, and the value."""
    if isinstance(parameter, TypedParameter):
        return _sent_typed(parameter.kind, parameter.value)
    if isinstance(parameter, bytes):
        return _BYTEA, True, parameter
    if isinstance(parameter, bool):
        return _BOOL, False, _text(parameter)
    if isinstance(parameter, int):
        return _integer_type(parameter), False, _text(parameter)
    return (_FLOAT8 if isinstance(parameter, float) else _UNKNOWN), False, _text(parameter)


def _sent_typed(kind: str, value: Cell) -> tuple[int, bool, str | bytes | None]:
    if kind == "integer":
        beyond = isinstance(value, int) and _integer_type(value) == _NUMERIC
        return (_NUMERIC if beyond else _INT8), False, _text(value)
    oid = _TYPE_OF_KIND.get(kind, _UNKNOWN)
    if isinstance(value, bytes):
        return oid, oid == _BYTEA, value
    if kind == "bytes" and isinstance(value, str):
        return oid, True, value
    return oid, False, _text(value)


def _integer_type(number: int) -> int:
    if -(2**31) <= number < 2**31:
        return _INT4
    return _INT8 if -(2**63) <= number < 2**63 else _NUMERIC


def _text(value: Cell) -> str | bytes | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)  # the shortest digits that give the same float; inf and nan are words of PostgreSQL too
    return value


def _encoded(value: str, number: int, *, binary: bool) -> bytes:
    """The text's bytes. Surrogate escapes become the bytes that they stand for."""
    if "\0" in value and not binary:
        raise _unfit(f"Parameter ${number} holds a NUL character, which a text of PostgreSQL cannot hold.")
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise _unfit(f"Parameter ${number} holds half a surrogate pair, which is not valid text.") from None


def encode_sql(sql: str) -> bytes:
    """The statement's bytes."""
    try:
        return sql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _unfit(
            f"Character {error.start:,} of the statement is half a surrogate pair, which is not valid text."
        ) from None


def _unfit(message: str) -> QueryFailed:
    return QueryFailed(message, QueryFailedDetails(engine_code="22021", sqlstate="22021"))
