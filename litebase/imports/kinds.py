"""What the values of a column are, judged by samples. What could be two things is text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from litebase.imports.batch import Flag, Moment, Nested, Number

_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?", re.ASCII)
_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
_ORDERED = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)
_MOST_DAY, _MOST_MONTH = 31, 12
_FIRST_LONG = 1 << 63


@dataclass(frozen=True, slots=True)
class Guess:
    """The kind of a column; the orders that its dates can have where they are not ISO's; whether numbers are long."""

    kind: str
    orders: frozenset[str] = frozenset()
    long: bool = False


def guess(samples: Sequence[str | None], *, typed: bool) -> Guess:
    """What all samples are. `typed`: the file itself tells numbers from text."""
    values = [one for one in samples if one is not None]
    if not values:
        return Guess("text")
    if typed:
        kinds = {type(one) for one in values}
        if kinds == {Flag}:
            return Guess("boolean")
        if kinds == {Nested}:
            return Guess("json")
        if kinds not in ({Number}, {Moment}) and kinds & {Number, Flag, Nested}:
            return Guess("text")
        if (
            kinds == {Moment}
            and any(map(_is_moment, values))
            and all(_is_day(one) or _is_moment(one) for one in values)
        ):
            return Guess("timestamp")  # in a workbook, midnight is a date alone
        if kinds != {Number}:
            return _of_text(values, numbers=False)
    return _of_text(values, numbers=True)


def _of_text(values: Sequence[str], *, numbers: bool) -> Guess:
    if numbers:
        if all(map(_INTEGER.fullmatch, values)):
            long = any(len(one) > 18 and not -_FIRST_LONG <= int(one[:400]) < _FIRST_LONG for one in values)
            return Guess("decimal" if long else "integer", long=long)
        for kind, pattern in (("decimal", _DECIMAL), ("float", _FLOAT)):
            if all(map(pattern.fullmatch, values)):
                return Guess(kind)
        if {one.lower() for one in values} <= {"true", "false"}:
            return Guess("boolean")
    for kind, fits in _KINDS:
        if all(map(fits, values)):
            return Guess(kind)
    return Guess("text", _orders(values))


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None


def _is_moment(text: str) -> bool:
    return _is_day(text[:10]) and text[10:11] in {" ", "T"} and _is_time(text[11:])


def _is_zoned(text: str) -> bool:
    found = _ZONE.search(text, 16)
    return found is not None and found.end() == len(text) and _is_moment(text[: found.start()].rstrip(" "))


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


_KINDS: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("date", _is_day),
    ("time", _is_time),
    ("timestamp", _is_moment),
    ("timestamptz", _is_zoned),
    ("uuid", _is_uuid),
)


def _orders(values: Sequence[str]) -> frozenset[str]:
    """The orders of day, month and year that all values can have; none where they are not dates."""
    orders = {"ymd", "dmy", "mdy"}
    for one in values:
        found = _ORDERED.fullmatch(one)
        if found is None:
            return frozenset()
        first, second, third = found[1], found[3], found[4]
        possible = set[str]()
        if len(first) == 4 and len(third) <= 2 and _fits(second, third):
            possible.add("ymd")
        if len(third) == 4 and len(first) <= 2:
            possible |= {"dmy"} if _fits(second, first) else set()
            possible |= {"mdy"} if _fits(first, second) else set()
        orders &= possible
        if not orders:
            break
    return frozenset(orders)


def _fits(month: str, day: str) -> bool:
    return 1 <= int(month) <= _MOST_MONTH and 1 <= int(day) <= _MOST_DAY
