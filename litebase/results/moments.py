"""Dates, times and intervals as the servers print them, as numbers that compare like them."""

import re
from collections.abc import Callable

from litebase.results.batch import Cell

TEMPORAL = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval"})

_S = 1_000_000_000  # nanoseconds
_DAY = 86_400 * _S

_DATE = r"(?P<year>\d{4,9})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d{1,10}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?)?"
_ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?"
_MOMENT = re.compile(rf"{_DATE}(?:[ T]{_TIME}{_ZONE})?(?P<era> BC)?")
_TIME_OF_DAY = re.compile(rf"(?P<sign>-)?{_TIME}{_ZONE}")
_INTERVAL = re.compile(
    r"(?:(?P<years>[+-]?\d{1,9}) years? ?)?(?:(?P<months>[+-]?\d{1,9}) mons? ?)?(?:(?P<days>[+-]?\d{1,10}) days? ?)?"
    rf"(?:(?P<sign>[+-])?{_TIME})?"
)


def moment(cell: Cell, kind: str) -> float | None:
    """A cell of a column of that kind as a number, or None where it cannot be read. Only comparing makes sense.

    Times with a zone compare by the moment that they name, and those without as if they were in UTC. A month of an
    interval has 30 days, as in PostgreSQL.
    """
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text in _ENDLESS:
        return _ENDLESS[text]
    return _READERS.get(kind, _of_day)(text)


_ENDLESS = {"infinity": float("inf"), "-infinity": float("-inf")}


def _of_day(text: str) -> int | None:
    """A date, alone or with a time. MySQL also has month 0 and day 0, so days are numbered and not counted."""
    if (found := _MOMENT.fullmatch(text)) is None:
        return None
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    year = 1 - year if found["era"] else year
    time = _time(found)
    if offset := _offset(found["zone"]):
        days, time = divmod(_days(year, month, day) * _DAY + time - offset, _DAY)
        year, month, day = _date(days)
    return ((year * 13 + month) * 32 + day) * _DAY + time


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
    return seconds * _S + int((found["part"] or "").ljust(9, "0"))


def _offset(zone: str | None) -> int:
    if zone in (None, "Z"):
        return 0
    digits = zone[1:].replace(":", "").ljust(6, "0")
    seconds = (int(digits[:2]) * 60 + int(digits[2:4])) * 60 + int(digits[4:])
    return (-seconds if zone[0] == "-" else seconds) * _S


def _days(year: int, month: int, day: int) -> int:
    """Days since 1 March of the year 0, in the Gregorian calendar of every year."""
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 + day - 1


def _date(days: int) -> tuple[int, int, int]:
    """Year, month and day of what `_days` counted."""
    era, day = divmod(days, 146_097)  # of 400 years
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= year * 365 + year // 4 - year // 100
    month = (day * 5 + 2) // 153
    day -= (month * 153 + 2) // 5
    year += era * 400
    return (year + 1, month - 9, day + 1) if month >= 10 else (year, month + 3, day + 1)
