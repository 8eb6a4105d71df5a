"""Which rows of a stored result are wanted, by the values of their cells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from litebase.results.batch import Cell, RowTuple
from litebase.results.order import as_decimal, key_of_kind

Test = Callable[[Cell], bool]

_NUMBERS = {"integer", "float", "decimal"}
_VALUE_COUNTS = {"is_null": (0, 0), "is_not_null": (0, 0), "between": (2, 2), "in": (0, None)}
_LIKE = re.compile(r"\\(.)|.", re.DOTALL)


class UnfitValue(Exception):
    """A filter cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one column. Only `is_null` is true of NULL."""

    column: int
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
        of_text = _TEXT_TESTS.get(self.op)
        return self._comparison() if of_text is None else self._text_test(of_text)

    def _comparison(self) -> Test:
        key = key_of_kind(self.kind)
        values = [key(self._comparable(value)) for value in self.values]
        if self.op == "in":
            wanted = set(values)
            return lambda cell: cell is not None and key(cell) in wanted
        if self.op == "between":
            low, high = values
            return lambda cell: cell is not None and low <= key(cell) <= high
        compare, (value,) = _COMPARISONS[self.op], values
        return lambda cell: cell is not None and compare(key(cell), value)

    def _comparable(self, value: Cell) -> Cell:
        """A value as the column has them: numbers may be given as text, as exact ones are in the answers."""
        if value is None:
            raise UnfitValue("A filter's value is NULL, which equals nothing; use `is_null` or `is_not_null`.")
        if self.kind in _NUMBERS and isinstance(value, str):
            number = as_decimal(value)
            if number is None:
                raise UnfitValue(f"The value {value[:40]!r} is not a number, and the column has the kind {self.kind}.")
            if self.kind == "decimal":
                return value
            whole = number.is_finite() and number == number.to_integral_value() and abs(number) < 2**64
            return int(number) if whole else float(number)
        return value

    def _text_test(self, fits: Callable[[str], Callable[[str], bool]]) -> Test:
        (value,) = self.values
        if not isinstance(value, str):
            raise UnfitValue(f"`{self.op}` looks for text, and its value is not text.")
        shown = text_of if self.match_case else _folded
        found = fits(value if self.match_case else value.casefold())

        def test(cell: Cell) -> bool:
            text = shown(cell)
            return text is not None and found(text)

        return test


_COMPARISONS: dict[str, Callable[[bytes, bytes], bool]] = {
    "eq": bytes.__eq__,
    "ne": bytes.__ne__,
    "lt": bytes.__lt__,
    "le": bytes.__le__,
    "gt": bytes.__gt__,
    "ge": bytes.__ge__,
}


def _like(pattern: str) -> Callable[[str], bool]:
    """SQL's LIKE, with a backslash before a sign that stands for itself.

    What is between two `%` has a fixed length, and the first place where it fits is the best one. A regular expression
    for the whole would try all places, and a text could keep it busy for years.
    """
    parts, lengths = [""], [0]
    for found in _LIKE.finditer(pattern):
        if found[0] == "%":
            parts.append("")
            lengths.append(0)
        else:
            parts[-1] += "." if found[0] == "_" else re.escape(found[1] or found[0])
            lengths[-1] += 1
    first, *others = [re.compile(part, re.DOTALL) for part in parts]
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


_TEXT_TESTS: dict[str, Callable[[str], Callable[[str], bool]]] = {
    "contains": lambda value: lambda text: value in text,
    "starts_with": lambda value: lambda text: text.startswith(value),
    "ends_with": lambda value: lambda text: text.endswith(value),
    "like": _like,
}


def text_of(cell: Cell) -> str | None:
    """A cell as text that one can look for; None for NULL and for bytes."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return repr(cell) if isinstance(cell, int | float) else None


def _folded(cell: Cell) -> str | None:
    text = text_of(cell)
    return None if text is None else text.casefold()


def row_test(filters: Sequence[Filter]) -> Callable[[RowTuple], bool] | None:
    """Whether a row fits all of them; None where there are none. Raises `UnfitValue`."""
    if not filters:
        return None
    tests = [(one.column, one.test()) for one in filters]
    if len(tests) == 1:
        ((column, test),) = tests
        return lambda cells: test(cells[column])
    return lambda cells: all(test(cells[column]) for column, test in tests)
