"""How the cells of a column compare: each as bytes that sort as the values do.

A key begins with the class of its cell: numbers come before text, and text before bytes, as in SQLite, whose columns
may hold all of them. In a column of dates or times, cells that can be read as such count as numbers. Keys of one column
compare exactly, and none is the beginning of another one, so that keys of several columns can follow one another.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from litebase.results.batch import Cell
from litebase.results.moments import TEMPORAL, moment

Key = Callable[[Cell], bytes]

_NUMBER, _TEXT, _BYTES = b"\x01", b"\x02", b"\x03"
_NULL_FIRST, _NULL_LAST = b"\x00", b"\xff"
_COMPLEMENT = bytes(range(255, -1, -1))
_ALL = 2**64 - 1
_NOT_A_NUMBER = b"\xff" * 13
_LARGEST_EXPONENT = 2**63
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Order:
    """One column to sort by."""

    column: int
    kind: str
    descending: bool = False
    nulls_first: bool = False
    natural: bool = False

    def key(self) -> Key:
        """The key of a cell in this order."""
        of_value = natural_key if self.natural and is_plain(self.kind) else key_of_kind(self.kind)
        null = _NULL_FIRST if self.nulls_first else _NULL_LAST
        if not self.descending:
            return lambda cell: null if cell is None else of_value(cell)
        return lambda cell: null if cell is None else of_value(cell).translate(_COMPLEMENT)


def is_plain(kind: str) -> bool:
    """Whether integers and texts of such a column compare as they are."""
    return kind != "decimal" and kind not in TEMPORAL


@cache
def key_of_kind(kind: str) -> Key:
    """The key of a cell that is not NULL, in a column of that kind."""
    if kind == "decimal":
        return _decimal_key
    if kind in TEMPORAL:
        return lambda cell: _plain_key(cell) if (found := moment(cell, kind)) is None else _number_key(found)
    return _plain_key


def natural_key(cell: Cell) -> bytes:
    """The same where digits in text count as numbers and case does not: `file9` is before `File10`."""
    if not isinstance(cell, str):
        return _plain_key(cell)
    parts = []
    for at, part in enumerate(_DIGITS.split(cell)):
        if at % 2:
            digits = part.lstrip("0").encode()
            parts.append(b"\x01" + len(digits).to_bytes(4, "big") + digits)
        elif part:
            parts.append(b"\x02" + _ended(part.casefold()))
    return _TEXT + b"".join(parts) + b"\x00" + _ended(cell)


def _plain_key(cell: Cell) -> bytes:
    if isinstance(cell, str):
        return _TEXT + _ended(cell)
    if isinstance(cell, int | float):
        return _number_key(cell)
    assert cell is not None, "NULL has no place of its own"
    return _BYTES + cell.replace(b"\x00", b"\x00\xff") + b"\x00\x00"


def _ended(text: str) -> bytes:
    """UTF-8 sorts by code point. The end sorts before every character, and NUL in the text after the end."""
    content = text.encode()
    if b"\x00" in content:
        content = content.replace(b"\x00", b"\x00\xff")
    return content + b"\x00\x00"


def _number_key(value: float) -> bytes:
    """Integers of up to 90 bits and floats, compared exactly with one another; NaN comes last.

    The nearest float, with its sign turned so that its bits sort, and then by how much an integer differs from it.
    """
    nearest = float(value) + 0.0  # no -0.0
    if nearest != nearest:  # noqa: PLR0124  # NaN
        return _NUMBER + _NOT_A_NUMBER
    bits: int = struct.unpack(">Q", struct.pack(">d", nearest))[0]
    bits = _ALL - bits if bits >> 63 else bits | 1 << 63
    rest = value - int(nearest) if isinstance(value, int) else 0
    return _NUMBER + bits.to_bytes(8, "big") + (rest + 2**39).to_bytes(5, "big")


def _decimal_key(cell: Cell) -> bytes:
    value = as_decimal(cell)
    if value is None:
        return _plain_key(cell)
    if value.is_nan():
        return _NUMBER + b"\x05"
    if value.is_infinite():
        return _NUMBER + (b"\x00" if value < 0 else b"\x04")
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "neither infinite nor NaN"
    shown = bytes(digits).lstrip(b"\x00")
    if not shown:
        return _NUMBER + b"\x02"
    place = exponent + len(shown)  # of the first digit
    packed = (place + _LARGEST_EXPONENT).to_bytes(9, "big") + bytes(d + 1 for d in shown.rstrip(b"\x00")) + b"\x00"
    return _NUMBER + (b"\x01" + packed.translate(_COMPLEMENT) if sign else b"\x03" + packed)


def as_decimal(cell: Cell) -> Decimal | None:
    """An exact number, or None where the cell is none. A float counts as its shortest digits, as it is shown."""
    if isinstance(cell, bytes | None):
        return None
    if isinstance(cell, float):
        return Decimal(repr(cell))
    if isinstance(cell, str) and not _is_plain_number(cell):
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return None
    return None if number.is_snan() else number


def _is_plain_number(text: str) -> bool:
    """Decimal() also takes what no database prints, such as 1_000 and digits of other scripts."""
    return text.isascii() and "_" not in text and text == text.strip()
