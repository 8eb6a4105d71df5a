"""Counts, sums and the most frequent values of a stored result's columns."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from itertools import islice
from math import fsum

from anyio import to_thread

from litebase.results.batch import Cell
from litebase.results.filter import text_of
from litebase.results.order import as_decimal, is_plain, key_of_kind
from litebase.results.store import RowStore
from litebase.results.stored_rows import StoredRows

_NUMERIC = {"integer", "float", "decimal", "other"}
_MOST_DIGITS = 200_000  # more than PostgreSQL's numeric has
_EXACT = Context(prec=_MOST_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
_MEAN = Context(prec=38, Emax=MAX_EMAX, Emin=MIN_EMIN)
_COUNTED_VALUES, _COUNTED_BYTES = 100_000, 8 * 1024 * 1024  # different ones, of all columns together
_SHOWN_CHARACTERS, _LISTED_CHARACTERS = 65_536, 1_024


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One column in figures; numbers as exact text. None: there is none, or it is too large to be told."""

    column: int
    count: int  # cells that are not NULL
    nulls: int
    distinct: int | None
    least: str | None
    greatest: str | None
    total: str | None
    mean: str | None
    values: Sequence[tuple[Cell, int]]
    values_complete: bool


async def summarize(
    store: RowStore, columns: Sequence[tuple[int, str]], rows: range, listed: int
) -> list[ColumnSummary]:
    """Sum up columns, each given by its index and kind, over rows that were read; `listed` values are told of each."""
    tallies = [_Tally(column, kind) for column, kind in columns]
    row, stop = rows.start, min(rows.stop, store.row_count)
    while row < stop:
        row = await to_thread.run_sync(_add_batch, store, tallies, row, stop)
    return [await to_thread.run_sync(one.summary, listed) for one in tallies]


def _add_batch(store: RowStore, tallies: Sequence["_Tally"], row: int, stop: int) -> int:
    """Take in what is wanted of the batch that has `row`; the row to go on with."""
    stored: StoredRows = store.batch_with(row)
    for part in stored.columns({one.column for one in tallies}):
        begin, end = max(row - part.first_row, 0), min(stop - part.first_row, part.count)
        for tally in tallies if begin < end else ():
            tally.add(part.cells[tally.column][begin:end])
            if sum(one.held for one in tallies) > _COUNTED_BYTES:
                max(tallies, key=lambda one: one.held).count_no_values()
        if part.first_row >= stop:
            break
    return stored.first_row + stored.count


_NAN = float("nan")
_PER_VALUE = _COUNTED_BYTES // _COUNTED_VALUES


@dataclass(slots=True)
class _Tally:
    """What is known of a column so far."""

    column: int
    kind: str
    count: int = 0
    nulls: int = 0
    held: int = 0  # bytes that the counted values take, as the bound counts them
    _values: Counter[Cell] | None = field(default_factory=Counter)
    _ends: list[Cell] = field(default_factory=list)  # the least and the greatest
    _numeric: bool = True
    _integers: int = 0
    _decimals: Decimal = Decimal(0)
    _floats: list[float] | None = None  # sums of floats

    def __post_init__(self) -> None:
        self._numeric = self.kind in _NUMERIC

    def add(self, cells: Sequence[Cell]) -> None:
        """Take further cells in."""
        present = [cell for cell in cells if cell is not None]
        self.count += len(present)
        self.nulls += len(cells) - len(present)
        if not present:
            return
        types = set(map(type, present))
        if float in types:  # or each NaN would be a value of its own
            present = [_NAN if cell != cell else cell for cell in present]  # noqa: PLR0124
        self._count_values(present)
        self._keep_ends(present, types)
        if self._numeric:
            self._add_numbers(present, types)

    def count_no_values(self) -> None:
        """There are too many different ones."""
        self._values, self.held = None, 0

    def _count_values(self, present: Sequence[Cell]) -> None:
        if self._values is None:
            return
        known = len(self._values)
        self._values.update(present)
        for cell in islice(reversed(self._values), len(self._values) - known):
            self.held += _PER_VALUE + (len(cell) if isinstance(cell, str | bytes) else 0)

    def _keep_ends(self, present: Sequence[Cell], types: set[type]) -> None:
        key = key_of_kind(self.kind)
        plain = types in ({int}, {str}) and is_plain(self.kind)  # in their own order
        ends = [min(present), max(present)] if plain else [min(present, key=key), max(present, key=key)]  # type: ignore[type-var]  # cells of one type
        both = [*self._ends, *ends]
        self._ends = [min(both, key=key), max(both, key=key)]

    def _add_numbers(self, present: Sequence[Cell], types: set[type]) -> None:
        if types == {int}:
            self._integers += sum(present)  # type: ignore[arg-type]  # all are integers
        elif types <= {int, float} and self.kind != "decimal":
            floats = [float(cell) for cell in present if cell is not None]
            self._floats = [*(self._floats or ()), _sum_of_floats(floats)]
        elif self.kind == "decimal" and None not in (values := [as_decimal(cell) for cell in present]):
            try:
                for value in values:
                    self._decimals = _EXACT.add(self._decimals, value)  # type: ignore[arg-type]  # none is None
            except Inexact:
                self._numeric = False
        else:
            self._numeric = False

    def summary(self, listed: int) -> ColumnSummary:
        """The figures of all cells, with the most frequent values."""
        total, mean = self._sum() if self._numeric and self.count else (None, None)
        least, greatest = map(_shown, self._ends or (None, None))
        distinct, values, complete = self._frequent(listed)
        return ColumnSummary(
            self.column, self.count, self.nulls, distinct, least, greatest, total, mean, values, complete
        )

    def _sum(self) -> tuple[str | None, str | None]:
        if self._floats is not None:
            total = _sum_of_floats([*self._floats, float(self._integers)])
            return repr(total), repr(total / self.count)
        try:
            exact = _EXACT.add(self._decimals, Decimal(self._integers))
        except Inexact:
            return None, None
        if exact.is_finite() and abs(exact.adjusted()) > _MOST_DIGITS:
            return None, None
        mean = _MEAN.divide(exact, Decimal(self.count))
        return _plain(exact), _plain(mean)

    def _frequent(self, listed: int) -> tuple[int | None, list[tuple[Cell, int]], bool]:
        """How many different values there are, and the most frequent ones. Equal ones may be written differently."""
        if self._values is None:
            return None, [], False
        key = key_of_kind(self.kind)
        equal: dict[bytes, tuple[Cell, int]] = {}
        for cell, count in self._values.items():
            first, before = equal.get(place := key(cell), (cell, 0))
            equal[place] = first, before + count
        chosen = heapq.nsmallest(listed, equal.items(), key=lambda item: (-item[1][1], item[0]))
        values = [
            (cell, count)
            for _, (cell, count) in chosen
            if not isinstance(cell, str | bytes) or len(cell) <= _LISTED_CHARACTERS
        ]
        return len(equal), values, len(values) == len(equal)


def _sum_of_floats(values: Sequence[float]) -> float:
    try:
        return fsum(values)
    except (ValueError, OverflowError):  # infinities of both signs, or beyond the largest float on the way
        return sum(values)


def _plain(number: Decimal) -> str:
    """Digits without an exponent."""
    if not number.is_finite():
        return str(number)
    return format(number, "f")


def _shown(cell: Cell) -> str | None:
    text = text_of(cell)
    return text if text is not None and len(text) <= _SHOWN_CHARACTERS else None
