"""Which rows of a stored result are wanted, by the values of their cells."""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

from litebase.results.batch import Cell
from litebase.results.moments import TEMPORAL, moment
from litebase.results.order import as_decimal, is_plain, key_of_kind

Test = Callable[[Cell], bool]
Places = Callable[[Sequence[Cell], Sequence[int]], Sequence[int]]

_NUMBERS = {"integer", "float", "decimal"}
_VALUE_COUNTS = {"is_null": (0, 0), "is_not_null": (0, 0), "between": (2, 2), "in": (0, None)}
_SMALLEST = 5e-324
_LIKE_CHARACTERS = 200
_LIKE = re.compile(r"\\(.)|.", re.DOTALL)


class UnfitValue(Exception):
    """A filter cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a column of that kind. Only `is_null` is true of NULL."""

    kind: str
    op: str
    values: Sequence[Cell] = ()
    match_case: bool = False

    def test(self) -> Test:
        """Whether a cell fits. Raises `UnfitValue`."""
        least, most = _VALUE_COUNTS.get(self.op, (1, 1))
        if len(self.values) < least or (most is not None and len(self.values) > most):
            wanted = "1 value" if least == 1 else f"{least or 'no'} values"
            raise UnfitValue(f"`{self.op}` takes {wanted}, not {len(self.values)}.")
        if self.op == "is_null":
            return lambda cell: cell is None
        if self.op == "is_not_null":
            return lambda cell: cell is not None
        return self._text_test() if self.op in _TEXT_OPERATORS else self._comparison()

    def places(self) -> Places:
        """Those of some places whose cell fits `test`; found sooner than one by one. Raises `UnfitValue`."""
        test = self.test()
        value = self.values[0] if len(self.values) == 1 else None
        if self.op == "contains" and isinstance(value, str) and not self.match_case:
            folded = value.casefold()
            return lambda cells, among: [
                at
                for at in among
                if (folded in cell.casefold() if (cell := cells[at]).__class__ is str else test(cell))
            ]
        as_it_is = type(value) is int or (type(value) is str and self.kind not in (*_NUMBERS, "boolean"))
        if self.op not in _OPERATORS or not is_plain(self.kind) or not as_it_is:
            return lambda cells, among: [at for at in among if test(cells[at])]
        compare, of = _OPERATORS[self.op], type(value)
        return lambda cells, among: [
            at for at in among if (compare(cell, value) if (cell := cells[at]).__class__ is of else test(cell))
        ]

    def _comparison(self) -> Test:
        key = key_of_kind(self.kind)
        values = [self._key(value) for value in self.values]
        if self.op == "in":
            wanted = set(values)
            return lambda cell: cell is not None and key(cell) in wanted
        if self.op == "between":
            low, high = values
            return lambda cell: cell is not None and low <= key(cell) <= high
        compare, (value,) = _COMPARISONS[self.op], values
        return lambda cell: cell is not None and compare(key(cell), value)

    def _key(self, value: Cell) -> bytes:
        """The key of a value. Numbers may be given as text, as exact ones are in the answers."""
        if value is None:
            raise UnfitValue("A filter's value is NULL, which equals nothing; use `is_null` or `is_not_null`.")
        key = key_of_kind(self.kind)
        if not isinstance(value, str):
            return key(value)
        if self.kind == "boolean":
            raise UnfitValue(f"The value {value[:40]!r} is text, and the column has the kind boolean.")
        if self.kind in TEMPORAL and moment(value, self.kind) is None:
            raise UnfitValue(f"The value {value[:40]!r} is not a {self.kind}; write it as the column shows its values.")
        if self.kind not in _NUMBERS:
            return key(value)
        number = as_decimal(value)
        if number is None:
            raise UnfitValue(f"The value {value[:40]!r} is not a number, and the column has the kind {self.kind}.")
        return key(value) if self.kind == "decimal" else _key_of_number(number)

    def _text_test(self) -> Test:
        (value,) = self.values
        if not isinstance(value, str):
            raise UnfitValue(f"`{self.op}` looks for text, and its value is not text.")
        if self.op == "like":
            fits = _like(value, match_case=self.match_case)
        else:
            find = _FINDERS[self.op]
            if self.match_case:
                fits = partial(find, value)
            else:
                folded = value.casefold()
                return lambda cell: (text := text_of(cell)) is not None and find(folded, text.casefold())
        return lambda cell: (text := text_of(cell)) is not None and fits(text)


def _key_of_number(number: Decimal) -> bytes:
    """The key of any number among integers of up to 64 bits and floats."""
    key = key_of_kind("integer")
    nearest = float(number)
    if not number.is_finite() or number.copy_abs() >= 2**64:
        return key(nearest)
    floor = int(number.to_integral_value(ROUND_FLOOR))
    if number == floor:
        return key(floor)
    if abs(nearest) < 2**53:
        return key(nearest or math.copysign(_SMALLEST, number))
    return key(floor) + b"\x80"  # all cells so large are whole: it is behind one and before the next


_COMPARISONS: dict[str, Callable[[bytes, bytes], bool]] = {
    "eq": bytes.__eq__,
    "ne": bytes.__ne__,
    "lt": bytes.__lt__,
    "le": bytes.__le__,
    "gt": bytes.__gt__,
    "ge": bytes.__ge__,
}


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def _like(pattern: str, *, match_case: bool) -> Callable[[str], bool]:
    """SQL's LIKE, with a backslash before a sign that stands for itself.

    What is between two `%` has a fixed length, and the first place where it fits is the best one. A regular expression
    for the whole would try all places, and a text could keep it busy for years.
    """
    if len(pattern) > _LIKE_CHARACTERS:
        raise UnfitValue(f"The pattern has {len(pattern):,} characters, and {_LIKE_CHARACTERS} at most are taken.")
    parts, lengths = [""], [0]
    for found in _LIKE.finditer(pattern):
        if found[0] == "%":
            parts.append("")
            lengths.append(0)
        else:
            parts[-1] += "." if found[0] == "_" else re.escape(found[1] or found[0])
            lengths[-1] += 1
    flags = re.DOTALL if match_case else re.DOTALL | re.IGNORECASE
    first, *others = [re.compile(part, flags) for part in parts]
    if not others:
        return lambda text: first.fullmatch(text) is not None
    *middle, last = others
    shortest = lengths[-1]

    def fits(text: str) -> bool:
        place = first.match(text)
        for part in middle:
            place = place and part.search(text, place.end())
        end = len(text) - shortest
        return place is not None and place.end() <= end and last.fullmatch(text, end) is not None

    return fits


_FINDERS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, text: value in text,
    "starts_with": lambda value, text: text.startswith(value),
    "ends_with": lambda value, text: text.endswith(value),
}
_TEXT_OPERATORS = {*_FINDERS, "like"}


def text_of(cell: Cell) -> str | None:
    """A cell as text that one can look for; None for NULL and for bytes."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return repr(cell) if isinstance(cell, int | float) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are wanted, by their cells in one column."""

    column: int
    places: Places
