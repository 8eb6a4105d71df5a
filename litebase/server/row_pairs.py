"""Values of two columns, of whatever engines: whether they are equal, and which comes first in a key.

Equal means exactly equal. A floating-point number has the value of the fewest digits that tell it from its neighbours,
which is what servers write of it.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from litebase.drivers.copying import Portable
from litebase.drivers.interface import Cell
from litebase.server.copy_values import shortest_digits

Equal = Callable[[Cell, Cell], bool]
Part = tuple[Any, ...]  # of a key; those of two columns that are compared can be sorted together
Parts = Callable[[Sequence[Cell]], Sequence[Part]]

_GROUPS = {
    "integer": "number", "decimal": "number", "float": "number", "boolean": "number",
    "date": "moment", "timestamp": "moment", "timestamptz": "moment",
    "time": "time", "timetz": "time", "interval": "time", "duration": "time",
    "bytes": "bytes", "opaque": "bytes", "bit": "bit", "varbit": "bit",
    "json": "json", "uuid": "uuid", "geometry": "geometry", "any": "any",
}  # fmt: skip
_ALSO_AS_TEXT = ("number", "moment", "time", "bit", "json", "uuid", "geometry")
_KEYS = ("number", "moment", "time", "bit", "uuid", "bytes", "text", "any")
_FLOAT_BITS, _EXACT = 32, 1 << 53
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NAN = ("NaN",)
_SPECIALS: Mapping[str, object] = {"NaN": _NAN, "Infinity": math.inf, "-Infinity": -math.inf}
_MOMENT = re.compile(
    r"(\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(?:\.(\d+))?)?)? ?(Z|[+-]\d\d(?::?\d\d){0,2})?( BC)?", re.ASCII
)
_USUAL_MOMENT = 19  # characters of `2024-02-29 12:00:00`
_ZERO_OFFSET = re.compile(r"Z|[+-]00(?::?00){0,2}")
_FRACTION = re.compile(r"(\d:\d\d:\d\d)\.(\d*?)0*(?=$|[^\d])", re.ASCII)
_UUID_SIZE = 36


class UnfitKey(Exception):
    """A row cannot be found by its key; the message says why."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at  # among the rows at hand


@dataclass(frozen=True, slots=True)
class CellKind:
    """A column's type. Where it is not `typed`, each value has a type of its own."""

    db_type: str
    type: Portable
    typed: bool

    @property
    def group(self) -> str:
        """Those of one group can be compared with each other."""
        return _GROUPS.get(self.type.kind, "text")

    @property
    def is_padded(self) -> bool:
        """Whether spaces at the end are no part of the values, and yet come with them, and into copies."""
        return self.typed and self.db_type.lower().startswith(("character(", "bpchar"))


def meeting(first: CellKind, other: CellKind) -> str | None:
    """The group that both are compared in; None where they cannot be compared."""
    groups = {first.group, other.group}
    if len(groups) == 1:
        return first.group
    for neutral, takes in (("any", None), ("text", _ALSO_AS_TEXT)):
        if neutral in groups:
            (one,) = groups - {neutral}
            return one if takes is None or one in takes else None
    return None


def key_meeting(first: CellKind, other: CellKind) -> str | None:
    """The group that they are sorted in as parts of a key; None where they do not sort alike."""
    if not (first.typed or other.typed):
        return "any"
    group, are_texts = meeting(first, other), "text" in (first.group, other.group)
    if group == "number" and are_texts:
        number = other if first.group == "text" else first
        return "text" if number.typed and number.type.kind in ("integer", "decimal") else None
    return group if group in _KEYS else None


def remark(first: CellKind, other: CellKind) -> str | None:
    """How values of different meaning are compared, as a sentence; None where there is nothing to say."""
    group, groups = meeting(first, other), (first.group, other.group)
    if groups == ("moment", "moment") and first.type.kind != other.type.kind:
        if "date" in (first.type.kind, other.type.kind):
            return "It has dates on one side and moments on the other: a date is taken for its midnight."
        return "It has a time zone on one side only: times without one are taken for UTC."
    kinds = {first.type.kind, other.type.kind}
    if kinds == {"float", "decimal"} and (first.typed or other.typed):
        return "It has floating-point numbers on one side, which are compared by their digits as they are written."
    if "text" in groups and group in ("number", "moment", "json"):
        what = {"number": "numbers", "moment": "moments", "json": "JSON"}[group]
        return f"It has text on one side and {what} on the other: the text is read as {what}."
    return None


def equality(first: CellKind, other: CellKind, group: str) -> Equal:
    """Whether a cell of the one equals a cell of the other."""
    left, right = _canonical(first, other, group), _canonical(other, first, group)

    def equal(one: Cell, two: Cell) -> bool:
        if one is None or two is None:
            return one is two
        return one == two or left(one) == right(two)

    return equal


def _canonical(kind: CellKind, other: CellKind, group: str) -> Callable[[Cell], object]:
    """What equal values of a group have in common, in a column that is compared with that other one.

    What is written alike in both has the same here.
    """
    if group in ("number", "any") and kind.type.kind == "float" and kind.type.bits == _FLOAT_BITS:
        return _single
    if group == "bit":
        size = max(kind.type.size or 1, other.type.size or 1)
        return lambda cell: f"{int.from_bytes(cell):0{size}b}" if isinstance(cell, bytes) else cell
    if group == "text" and (kind.is_padded or other.is_padded):
        return lambda cell: cell.rstrip(" ") if isinstance(cell, str) else cell
    if group in ("number", "any") and not kind.typed and kind.group != "text":  # there a text is no number
        return lambda cell: cell if isinstance(cell, str) else _number(cell)
    return _CANONICAL.get(group, _itself)


def _itself(cell: Cell) -> object:
    return cell


def _number(cell: Cell) -> object:
    if isinstance(cell, float):
        return _of_float(cell)
    if not isinstance(cell, str):
        return cell
    if _NUMBER.fullmatch(cell):
        try:
            return Decimal(cell)
        except InvalidOperation:  # its exponent is beyond all that a server has
            return cell
    return _SPECIALS.get(cell, cell)


def _single(cell: Cell) -> object:
    return _of_float(shortest_digits(cell)) if isinstance(cell, float) and math.isfinite(cell) else _number(cell)


def _of_float(number: float) -> object:
    if math.isnan(number):
        return _NAN
    if math.isinf(number):
        return number
    return int(number) if number.is_integer() and abs(number) < _EXACT else Decimal(repr(number))


def _moment(cell: Cell) -> object:
    """A moment of UTC without zeros at the end of its fraction."""
    if not isinstance(cell, str) or (len(cell) == _USUAL_MOMENT and cell[10] == " " and cell[4] == "-"):
        return cell
    found = _MOMENT.fullmatch(cell)
    if found is None:
        return cell
    day, minutes, seconds, fraction, zone, era = found.groups()
    fraction = (fraction or "").rstrip("0")
    moment = f"{day} {minutes or '00:00'}{seconds or ':00'}"
    if zone is not None and not _ZERO_OFFSET.fullmatch(zone):
        try:
            moved = datetime.fromisoformat(moment + zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return cell
        moment = f"{moved:%Y-%m-%d %H:%M:%S}".rjust(_USUAL_MOMENT, "0")
    return moment + (f".{fraction}" if fraction else "") + (era or "")


def _time(cell: Cell) -> object:
    if not isinstance(cell, str):
        return cell
    return _FRACTION.sub(lambda found: f"{found[1]}.{found[2]}" if found[2] else found[1], cell)


def _uuid(cell: Cell) -> object:
    return cell.lower() if isinstance(cell, str) and len(cell) == _UUID_SIZE else cell


def _json(cell: Cell) -> object:
    """A document without the order of keys, spaces and spellings. One that is none, or has a key twice, is a text."""
    if isinstance(cell, int | float):  # SQLite's are numbers
        return _json_number(repr(cell))
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(
            cell,
            parse_float=_json_number,
            parse_int=_json_number,
            parse_constant=_no_json,
            object_pairs_hook=_unique_pairs,
        )
    except (ValueError, ArithmeticError, RecursionError):
        return cell


def _json_number(text: str) -> object:
    """One that does not equal JSON's true."""
    return "number", Decimal(text)


def _no_json(word: str) -> object:
    raise ValueError(word)


def _unique_pairs(pairs: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


_CANONICAL: Mapping[str, Callable[[Cell], object]] = {
    "number": _number, "any": _number, "moment": _moment, "time": _time, "uuid": _uuid, "json": _json,
}  # fmt: skip


# keys: numbers before texts before bytes, as SQLite sorts them where a column has several types


def key_parts(kind: CellKind, other: CellKind, group: str) -> Parts:
    """The parts of keys that a column's cells are, compared with that other one. What it returns raises `UnfitKey`."""
    part = _part(kind, other, group)

    def parts(cells: Sequence[Cell]) -> Sequence[Part]:
        if set(map(type, cells)) == {int}:
            return [part(cell) for cell in cells] if group == "text" else [(0, cell) for cell in cells]
        found = list[Part]()
        for at, cell in enumerate(cells):
            if cell is None:
                raise UnfitKey(at, "has NULL in its key. Name a key that is never NULL.")
            if isinstance(cell, str) and not cell.isascii():
                _check_text(at, cell)
            found.append(part(cell))
        return found

    return parts


def _check_text(at: int, cell: str) -> None:
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise UnfitKey(at, "has text in its key that is not valid in its encoding.") from None


def _part(kind: CellKind, other: CellKind, group: str) -> Callable[[Cell], Part]:
    if group == "moment":
        return _moment_part
    canonical = _canonical(kind, other, group)
    if group == "text" and kind.typed:
        return lambda cell: _ranked(canonical(cell if isinstance(cell, str | bytes) else str(cell)))
    if not kind.typed and group == "any":  # a text sorts after all numbers, also where it looks like one
        return lambda cell: _ranked(cell if isinstance(cell, str) else canonical(cell))
    return lambda cell: _ranked(canonical(cell))


def _ranked(value: object) -> Part:
    if isinstance(value, str):
        return 1, value
    if isinstance(value, bytes):
        return 2, value
    return (0.5,) if value is _NAN else (0, value)


def _moment_part(cell: Cell) -> Part:
    """In the order of time, also beyond the four digits of a year, where that of the texts is another one."""
    text = _moment(cell)
    if not isinstance(text, str):
        return _ranked(text)
    if text[4:5] == "-" and not text.endswith(" BC"):
        return 1, text
    if text in ("-infinity", "infinity"):
        return (0.8,) if text[0] == "-" else (1.2,)
    year, _, rest = text.partition("-")
    if not year.isdecimal():
        return 1, text
    return (0.9, -int(year), rest) if text.endswith(" BC") else (1.1, int(year), rest)
