"""Texts of a file as values of a column: exactly what the text says, or not at all.

A whole column is looked at with one pattern first; only where that does not bounds, which is rare, cell by cell.
"""

import contextlib
import math
import re
import struct
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial

from litebase.bounds import Bounds
from litebase.imports.batch import Moment
from litebase.imports.failures import Unfit

Cell = None | str | bytes
Converted = tuple[Sequence[Cell], Mapping[int, str]]  # the values, and why some are none, by their places

_TRUE, _FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}
_SPECIAL = {"nan", "infinity", "-infinity", "inf", "-inf", "+infinity", "+inf"}
_SPECIAL_DAYS = {"infinity", "-infinity"}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_ISO = re.compile(r"(\d{4,6})-(\d{1,2})-(\d{1,2})( BC)?", re.ASCII)
_ORDERED = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)
_TIME = re.compile(r"-?\d{1,3}:\d\d(?::\d\d(?:\.(\d+))?)?", re.ASCII)
_ZONE = re.compile(r" ?(?:Z|UTC|[+-]\d\d(?::?\d\d(?::\d\d)?)?)", re.ASCII)
_MOMENT = re.compile(rf"({_ISO.pattern}|[\d./-]+)(?:[ T]([\d:.]+)({_ZONE.pattern})?)?( BC)?", re.ASCII)
_HEX = re.compile(r"(?:\\x|0x)?((?:[0-9a-fA-F]{2})*)", re.ASCII)
_MOST_DIGITS = 1000
_BEYOND = 10**_MOST_DIGITS
_FLOAT_DIGITS = {6: 9, None: 17}  # with which every number of 32 and 64 bits can be written: fewer are kept as they are
_BEYOND_SINGLE = 3.4028235677973366e38
_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_UNITS = (r"y|yrs?|years?", r"mons?|months?", r"d|days?|w|weeks?", r"h|hrs?|hours?", r"mins?|minutes?")
_CLOCKS = {"year": "00?:00", "month": "00?:00", "day": "00?:00", "hour": r"\d+:00", "minute": r"\d+:\d\d"}
_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_DAY = (
    r"(?:\d{4}-(?:(?:0[13-9]|1[0-2])-(?:0[1-9]|[12]\d|30)|(?:0[13578]|1[02])-31|02-(?:0[1-9]|1\d|2[0-8]))"
    rf"|{_LEAP})"
)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the file writes values, by the contract's options."""

    date_order: str | None = None
    bytes_as: str = "hex"


class Converter:
    """Makes values of the texts for one column."""

    def __init__(self, bounds: Bounds, spelling: Spelling) -> None:
        one, plain = _rules(bounds, spelling)
        self._one, self._bounds, self._spelling = one, bounds, spelling
        self._plain = re.compile(rf"(?:(?:{plain})\n)*+", re.ASCII) if plain else None

    def convert(self, cells: Sequence[str | None]) -> Converted:
        """The values. What is NULL in the file is NULL."""
        if self._one is None:
            return cells, {}
        present = cells if None not in cells else [cell for cell in cells if cell is not None]
        if self._plain is not None:
            text = "\n".join(present) + "\n" if present else ""  # type: ignore[arg-type]  # no None is among them
            if self._plain.fullmatch(text) and text.count("\n") == len(present):
                return cells, {}
        values, reasons = list[Cell](), dict[int, str]()
        for at, cell in enumerate(cells):
            value: Cell = None
            if cell is not None:
                try:
                    value = self._one(cell)
                except Unfit as unfit:
                    reasons[at] = str(unfit)
            values.append(value)
        return values, reasons

    def plain(self, ends: str, pair: str = "") -> str | None:
        """A pattern of texts that are values as they are, up to one of `ends`, which they do not have; None for none.

        `ends` is what stands between the brackets of a pattern. A `pair` stands for one character in the texts.
        """
        one, plain = _rules(self._bounds, self._spelling, ends, pair)
        return _any_text(ends, pair) if one is None else plain


def _rules(
    bounds: Bounds, spelling: Spelling, ends: str = r"\n", pair: str = ""
) -> tuple[Callable[[str], Cell] | None, str | None]:
    """What makes a value of one text, and a pattern of texts that are values as they are."""
    kind = bounds.kind
    if kind == "integer":
        narrow = 18 if bounds.high is None else min(18, len(str(bounds.high)) - 1)
        signed = "-?" if bounds.low is None or bounds.low < 0 else ""
        return partial(_integer, bounds), None if bounds.low and bounds.low > 0 else rf"{signed}\d{{1,{narrow}}}"
    if kind == "decimal":
        places = r"(?:\.\d+)?" if bounds.scale is None else rf"(?:\.\d{{1,{bounds.scale}}})?" if bounds.scale else ""
        few = rf"(?=[\d.]{{1,{bounds.digits}}}[{ends}])" if bounds.digits else ""
        is_plain = bounds.scale is None or bounds.scale >= 0
        return partial(_decimal, bounds), rf"-?{few}\d+{places}" if is_plain else None
    if kind == "float":
        whole, most = (7, _FLOAT_DIGITS[6]) if bounds.digits == 6 else (15, _FLOAT_DIGITS[None])
        small = rf"0\.0{{0,30}}[1-9]\d{{0,{most - 1}}}"
        plain = rf"-?(?:\d{{1,{whole}}}|(?=[\d.]{{3,{most + 1}}}[{ends}])\d{{1,{whole}}}\.\d+|{small})"
        return partial(_float, bounds), plain if bounds.scale is None else None
    if kind == "boolean":
        return _boolean, "true|false"
    if kind == "date":
        return partial(_date, bounds, spelling.date_order), None if spelling.date_order not in (None, "ymd") else _DAY
    if kind in ("time", "timetz"):
        return partial(_time, bounds), _CLOCK + _digits(bounds)
    if kind in ("timestamp", "timestamptz"):
        is_plain = spelling.date_order in (None, "ymd")
        zone = r"(?:Z|[+-]\d\d(?::\d\d)?)?" if kind == "timestamptz" else ""
        plain = rf"{_DAY}[ T]{_CLOCK}{_digits(bounds)}{zone}"
        return partial(_moment, bounds, spelling.date_order), plain if is_plain else None
    if kind == "bytes":
        return partial(_bytes, bounds, spelling.bytes_as), None
    if kind == "bit":
        return _bits, "[01]+"
    return _text_rules(bounds, ends, pair)


def _any_text(ends: str, pair: str) -> str:
    return rf"[^{ends}]*+(?:{pair}[^{ends}]*+)*+" if pair else rf"[^{ends}]*+"


def _short_text(ends: str, pair: str, length: int) -> str:
    few = rf"[^{ends}]{{0,{length}}}+"
    return rf"{few}(?=[{ends}])(?!{pair})|(?:[^{ends}]|{pair}){{0,{length}}}+" if pair else few


def _text_rules(bounds: Bounds, ends: str, pair: str) -> tuple[Callable[[str], Cell] | None, str | None]:
    if bounds.choices is not None:
        return partial(_choice, bounds.choices, several=bounds.kind == "set"), None
    if bounds.unit is not None:
        return partial(_whole_units, bounds.unit), None
    if bounds.scale is not None:
        return partial(_unrounded, bounds.scale), rf"[^.eE{ends}]*+"
    if bounds.length is not None and bounds.in_bytes:
        return partial(_uncut_bytes, bounds.length), rf"(?:(?![{ends}])[\0-\x7f]){{0,{bounds.length}}}+"
    if bounds.length is not None:
        return partial(_uncut, bounds.length), _short_text(ends, pair, bounds.length)
    if bounds.trims:
        return _untrimmed, rf"(?:[^{ends}]*[^{ends} ])?"
    if bounds.makes_numbers:
        return _kept_text, rf"[^\s\d.+{ends}-][^{ends}]*+"
    return None, None


def _digits(bounds: Bounds) -> str:
    return rf"(?:\.\d{{1,{bounds.fraction}}})?" if bounds.fraction else ""


def _integer(bounds: Bounds, text: str) -> str:
    if bounds.flags and (word := text.lower()) in _TRUE | _FALSE:
        return "1" if word in _TRUE else "0"
    if not _INTEGER.fullmatch(text):
        raise Unfit(f"{_shown(text)} is not an integer.")
    low, high = (-_BEYOND if bounds.low is None else bounds.low), (_BEYOND if bounds.high is None else bounds.high)
    if len(text) > _MOST_DIGITS or not low <= int(text) <= high:
        raise Unfit(f"{_shown(text)} is beyond what the column holds.")
    return text.removeprefix("+")


def _decimal(bounds: Bounds, text: str) -> str:
    if bounds.specials and text.lower() in _SPECIAL:
        return text
    if not _NUMBER.fullmatch(text):
        raise Unfit(f"{_shown(text)} is not a number.")
    if len(text) > 1000:
        raise Unfit(f"{_shown(text)} has more than 1,000 digits.")
    value = Decimal(text)
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "it is finite"
    kept = "".join(map(str, digits)).rstrip("0")
    places = -exponent - (len(digits) - len(kept))
    if bounds.scale is not None and kept and places > bounds.scale:
        raise Unfit(f"{_shown(text)} has more than {bounds.scale} decimal places and would be rounded.")
    if bounds.digits is not None and len(kept.lstrip("0")) > bounds.digits and not _is_64_bit(value):
        raise Unfit(f"{_shown(text)} has more than {bounds.digits} digits and would be rounded.")
    if exponent > 1000 or exponent < -1000:
        raise Unfit(f"{_shown(text)} has more than 1,000 digits.")
    if bounds.digits is not None and not _is_64_bit(value) and Decimal(repr(float(text))) != value:
        raise Unfit(f"{_shown(text)} is beyond what the column holds.")
    if bounds.digits is not None and len(kept) > bounds.digits:
        return str(int(value))  # SQLite takes no more digits of a text with a point
    return format(value, "f") if "e" in text.lower() else text.removeprefix("+")


def _is_64_bit(value: Decimal) -> bool:
    return value == value.to_integral_value() and -(1 << 63) <= value < 1 << 63


def _float(bounds: Bounds, text: str) -> str:
    if text.lower() in _SPECIAL and bounds.specials:
        return text
    if not _NUMBER.fullmatch(text):
        raise Unfit(f"{_shown(text)} is not a number.")
    number, digits = float(text), text.lower().partition("e")[0].lstrip("+-").replace(".", "").strip("0")
    if bounds.digits == 6 and abs(number) < _BEYOND_SINGLE:
        (number,) = struct.unpack("f", struct.pack("f", number))
    if math.isinf(number) or (digits and not number):
        raise Unfit(f"{_shown(text)} is beyond what the column holds.")
    is_long = len(digits) > _FLOAT_DIGITS[bounds.digits] or _INTEGER.fullmatch(text)
    if is_long and (len(text) > _MOST_DIGITS or Decimal(text) != Decimal(number)):
        raise Unfit(f"{_shown(text)} has more digits than the column holds and would be rounded.")
    return text if bounds.scale is None else str(_unrounded(bounds.scale, text))


def _boolean(text: str) -> str:
    word = text.lower()
    if word not in _TRUE and word not in _FALSE:
        raise Unfit(f"{_shown(text)} is neither true nor false.")
    return "true" if word in _TRUE else "false"


def _date(bounds: Bounds, order: str | None, text: str) -> str:
    if bounds.specials and text.lower() in _SPECIAL_DAYS:
        return text
    day, _, clock = text.replace("T", " ", 1).partition(" ") if not text.endswith(" BC") else (text, "", "")
    if clock.strip("0:.Z"):
        raise Unfit(f"{_shown(text)} has a time, which a date does not hold.")
    return _day(bounds, order, day, text)


def _day(bounds: Bounds, order: str | None, day: str, text: str) -> str:
    """A date in ISO's form."""
    if found := _ISO.fullmatch(day):
        if found[4] is not None or len(found[1]) > 4:
            if bounds.specials:
                return day
            raise Unfit(f"{_shown(text)} is beyond what the column holds.")
        return _checked_day(found[1], found[2], found[3], text)
    ordered = _ORDERED.fullmatch(day)
    if ordered is None:
        raise Unfit(f"{_shown(text)} is not a date.")
    if order is None:
        raise Unfit(f"{_shown(text)} may be day or month first: say date_order.")
    parts = (ordered[1], ordered[3], ordered[4])
    year, month, this = (parts[at] for at in _ORDERS[order])
    if len(year) != 4:
        raise Unfit(f"{_shown(text)} has no year of four digits in the order {order}.")
    return _checked_day(year, month, this, text)


def _checked_day(year: str, month: str, day: str, text: str) -> str:
    if year == "0000" or month.strip("0") == "" or day.strip("0") == "":
        return f"{year}-{month:0>2}-{day:0>2}"  # a zero date of MySQL; the database says whether it has them
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Unfit(f"{_shown(text)} is not a day of the calendar.") from None


def _time(bounds: Bounds, text: str) -> str:
    clock, zone = text, ""
    if (found := _ZONE.search(text)) and found.end() == len(text) and found.start() > 0:
        clock, zone = text[: found.start()], found[0]
    if not _TIME.fullmatch(clock):
        raise Unfit(f"{_shown(text)} is not a time.")
    if zone and bounds.kind != "timetz":
        raise Unfit(f"{_shown(text)} has a time zone, which the column does not hold.")
    return _fraction(bounds, clock, text) + zone


def _fraction(bounds: Bounds, clock: str, text: str) -> str:
    """The time of day, if no digit of its second is lost."""
    whole, _, digits = clock.partition(".")
    if bounds.fraction is not None and len(kept := digits.rstrip("0")) > bounds.fraction:
        raise Unfit(f"{_shown(text)} has more than {bounds.fraction} digits of a second: {kept} would be rounded.")
    return f"{whole}.{digits[: bounds.fraction]}" if digits and bounds.fraction != 0 else whole


def _moment(bounds: Bounds, order: str | None, text: str) -> str:
    if bounds.specials and text.lower() in _SPECIAL_DAYS:
        return text
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Unfit(f"{_shown(text)} is not a date with a time.")
    day, clock, zone, before = found[1], found[6], found[7], found[8]
    if zone and bounds.kind == "timestamp":
        raise Unfit(f"{_shown(text)} has a time zone, which the column does not hold.")
    if before is not None and not bounds.specials:
        raise Unfit(f"{_shown(text)} is beyond what the column holds.")
    told = _day(bounds, order, day, text)
    if clock is None:
        midnight = " 00:00:00" if isinstance(text, Moment) else ""  # where the file knows it to be a moment
        return told + midnight + (before or "")
    if not _TIME.fullmatch(clock):
        raise Unfit(f"{_shown(text)} is not a date with a time.")
    return f"{told} {_fraction(bounds, clock, text)}{zone or ''}{before or ''}"


def _bytes(bounds: Bounds, form: str, text: str) -> bytes:
    value = None
    with contextlib.suppress(ValueError):
        if form == "base64":
            value = b64decode(text.encode("ascii"), validate=True)
        elif found := _HEX.fullmatch(text):
            value = bytes.fromhex(found[1])
    if value is None:
        raise Unfit(f"{_shown(text)} is not bytes as {form} writes them.")
    if bounds.size is not None and len(value) < bounds.size:
        raise Unfit(f"{_shown(text)} has fewer than {bounds.size} bytes and would be filled up with zeros.")
    return value


def _choice(choices: frozenset[str], text: str, *, several: bool) -> str:
    parts = text.split(",") if several and text else [] if several else [text]
    if not choices.issuperset(parts) or len(set(parts)) < len(parts):
        raise Unfit(f"{_shown(text)} is not what the column may have: {', '.join(sorted(choices))[:200]}.")
    return text


def _unrounded(scale: int, text: str) -> str:
    """Text with numbers or times inside that the column keeps with so many places only."""
    if re.search(rf"\.\d{{{scale}}}\d*[1-9]|\d[eE]-\d", text, re.ASCII):
        raise Unfit(f"{_shown(text)} has more than {scale} decimal places and would be rounded.")
    return text


def _whole_units(unit: str, text: str) -> str:
    """An interval of units that the column keeps; there a bare number is one of the smallest."""
    if not _intervals(unit).fullmatch(text):
        raise Unfit(f"{_shown(text)} is no interval of whole units down to the {unit}: the rest would be cut off.")
    return text


@cache
def _intervals(unit: str) -> re.Pattern[str]:
    kept = "|".join(_UNITS[: list(_CLOCKS).index(unit) + 1])
    span = rf"[+-]? *(?:\d+ *(?:{kept})|0+ *[a-z]+)"
    clock = rf"[+-]?{_CLOCKS[unit]}(?::00?(?:\.0+)?)?"
    number = r"[+-]?\d+" if unit == "year" else r"[+-]?\d+(?:-\d+)?"  # years and months
    return re.compile(
        rf" *(?:@ *)?(?:{number}|{clock}|{span}(?:[ ,]*{span})*(?: +{clock})?)(?: +ago)? *", re.ASCII | re.IGNORECASE
    )


def _uncut(length: int, text: str) -> str:
    if len(text) > length:
        raise Unfit(f"{_shown(text)} has more than {length:,} characters and would be cut.")
    return text


def _uncut_bytes(length: int, text: str) -> str:
    if len(text.encode(errors="surrogatepass")) > length:
        raise Unfit(f"{_shown(text)} has more than {length:,} bytes and would be cut.")
    return text


def _untrimmed(text: str) -> str:
    if text.endswith(" "):
        raise Unfit(f"{_shown(text)} ends with spaces, which the column does not keep.")
    return text


def _bits(text: str) -> str:
    if not text or text.strip("01"):
        raise Unfit(f"{_shown(text)} is not bits.")
    return text


def _kept_text(text: str) -> str:
    """Text in a column whose declared type makes numbers of what looks like one."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return text
    if _INTEGER.fullmatch(text) and str(int(text)) == text and _is_64_bit(Decimal(text)):
        return text
    if len(text) < 18 and repr(float(stripped)) == text and not text.endswith(".0"):
        return text
    raise Unfit(
        f"{_shown(text)} would be stored as a number, which is written in another way: declare the column TEXT."
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]} ...")
