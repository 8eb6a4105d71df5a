"""Dates, times and intervals as the servers print them, as numbers that compare like them."""

import re
from collections.abc import Callable

from litebase.results.batch import Cell

_S = 1_000_000  # microseconds
_DAY = 86_400 * _S

_DATE = r"(?P<year>\d{4,9})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d{1,9}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?"
_MOMENT = re.compile(rf"{_DATE}(?:[ T]{_TIME}{_ZONE})?(?P<era> BC)?")
_TIME_OF_DAY = re.compile(rf"(?P<sign>-)?{_TIME}{_ZONE}")
_INTERVAL = re.compile(
    r"(?:(?P<years>[+-]?\d{1,9}) years? ?)?(?:(?P<months>[+-]?\d{1,9}) mons? ?)?(?:(?P<days>[+-]?\d{1,9}) days? ?)?"
    rf"(?:(?P<sign>[+-])?{_TIME})?"
)


def moment(cell: Cell, kind: str) -> float | None:
    """A cell of a column of that kind in microseconds, or None where it cannot be read. Only comparing makes sense.

    Times with a zone compare by the moment that they name. A month of an interval has 30 days, as in PostgreSQL.
    """
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text in _ENDLESS:
        return _ENDLESS[text]
    return _READERS.get(kind, _of_day)(text)


_ENDLESS = {"infinity": float("inf"), "-infinity": float("-inf")}


def _of_day(text: str) -> int | None:
    """A date, alone or with a time."""
    if (found := _MOMENT.fullmatch(text)) is None:
        return None
    year = int(found["year"])
    days = _days(1 - year if found["era"] else year, int(found["month"]), int(found["day"]))
    return days * _DAY + _time(found) - _offset(found["zone"])


def _time_of_day(text: str) -> int | None:
    if (found := _TIME_OF_DAY.fullmatch(text)) is None:
        return None
    time = _time(found)
    return (-time if found["sign"] else time) - _offset(found["zone"])


def _interval(text: str) -> int | None:
    found = _INTERVAL.fullmatch(text)
    if found is None or not text:
        return None
    years, months, days = (int(found[name] or 0) for name in ("years", "months", "days"))
    time = _time(found)
    return ((years * 12 + months) * 30 + days) * _DAY + (-time if found["sign"] == "-" else time)


_READERS: dict[str, Callable[[str], int | None]] = {
    "time": _time_of_day,
    "timetz": _time_of_day,
    "interval": _interval,
}


def _time(found: re.Match[str]) -> int:
    if found["hour"] is None:
        return 0
    seconds = (int(found["hour"]) * 60 + int(found["minute"])) * 60 + int(found["second"] or 0)
    return seconds * _S + int((found["part"] or "").ljust(6, "0")[:6])


def _offset(zone: str | None) -> int:
    if zone in (None, "Z"):
        return 0
    digits = zone[1:].replace(":", "").ljust(6, "0")
    seconds = (int(digits[:2]) * 60 + int(digits[2:4])) * 60 + int(digits[4:])
    return (-seconds if zone[0] == "-" else seconds) * _S


def _days(year: int, month: int, day: int) -> int:
    """Days since a day long ago, in the Gregorian calendar of every year; also of MySQL's day 0 and month 0."""
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 + day
