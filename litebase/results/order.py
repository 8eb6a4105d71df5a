"""How the cells of a column compare: each as bytes that sort as the values do.

A key begins with the class of its cell: numbers come before text, and text before bytes, as in SQLite, whose columns
may hold all of them. In a column of dates or times, cells that can be read as such count as numbers. Keys of one column
compare exactly, and none is the beginning of another one, so that keys of several columns can follow one another.
"""

import re
import struct
from collections.abc import Callable, Iterable, Sequence
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
_EXACT = 2**53  # up to there floats have all integers
_NO_REST = (2**39).to_bytes(5, "big")
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
        of_value = self._key_of_value
        null = _NULL_FIRST if self.nulls_first else _NULL_LAST
        if not self.descending:
            return lambda cell: null if cell is None else of_value(cell)
        return lambda cell: null if cell is None else of_value(cell).translate(_COMPLEMENT)

    @property
    def _key_of_value(self) -> Key:
        return natural_key if self.natural and is_plain(self.kind) else key_of_kind(self.kind)

    def keys(self, cells: Sequence[Cell]) -> list[str]:
        """The keys of many cells, sooner than one by one; as text, in which each character stands for a byte."""
        present = [cell for cell in cells if cell is not None] if None in cells else cells
        keys = None
        if self._key_of_value is _plain_key and not self.descending:
            keys = _keys_of_ascii(present)
        if keys is None:
            keys = [key.decode("latin-1") for key in self._encoded(present)]
        if len(present) == len(cells):
            return keys
        null, of_present = (_NULL_FIRST if self.nulls_first else _NULL_LAST).decode("latin-1"), iter(keys)
        return [null if cell is None else next(of_present) for cell in cells]

    def _encoded(self, present: Sequence[Cell]) -> Iterable[bytes]:
        of_value = self._key_of_value
        keys = _keys_of_numbers(present) if of_value is _plain_key else None
        if keys is None:
            keys = list(map(_remembering(of_value, present), present))
        return [key.translate(_COMPLEMENT) for key in keys] if self.descending else keys


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


def _keys_of_ascii(cells: Sequence[Cell]) -> list[str] | None:
    """The keys of texts in which each character is one byte and not NUL; None where there are others."""
    if set(map(type, cells)) != {str}:
        return None
    together = "".join(cells)  # type: ignore[arg-type]  # all are text
    if not together.isascii() or "\x00" in together:
        return None
    return [f"\x02{cell}\x00\x00" for cell in cells]  # type: ignore[str-bytes-safe]  # as above


def _keys_of_numbers(cells: Sequence[Cell]) -> list[bytes] | None:
    """The keys of numbers that a float has; None where there are others."""
    if not set(map(type, cells)) <= {int, float, bool} or not all(-_EXACT <= cell <= _EXACT for cell in cells):  # type: ignore[operator]  # all are numbers
        return None
    bits = struct.unpack(f">{len(cells)}Q", struct.pack(f">{len(cells)}d", *[cell + 0.0 for cell in cells]))  # type: ignore[operator]  # as above
    turned = [_ALL - one if one >> 63 else one | 1 << 63 for one in bits]
    return [_NUMBER + one.to_bytes(8, "big") + _NO_REST for one in turned]


def _remembering(key: Key, cells: Sequence[Cell]) -> Key:
    """`key`, looked up where many cells are equal: equal cells have equal keys."""
    different = set(cells)
    if len(different) > len(cells) // 2:
        return key
    return {cell: key(cell) for cell in different}.__getitem__


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
