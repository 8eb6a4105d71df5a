"""The rows of two tables side by side, both in the order of their key: which are equal, and which are not.

Each table's order is checked row by row, so that a server that sorts in another way is an error and no wrong answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import lt

from anyio import to_thread

from litebase.drivers.interface import Cell, RowTuple
from litebase.drivers.interruption import Interrupted, side_by_side
from litebase.errors import Conflict, ConnectionLost, LiteBaseError, NotFound, QueryFailed, Unsupported
from litebase.server.copy_rows import Rows
from litebase.server.import_run import without_collection
from litebase.server.row_pairs import Equal, Part, Parts, UnfitKey

Key = tuple[Part, ...]

_MOST_NAMES = 1000  # of sets of columns that are kept as text


@contextmanager
def named(name: str) -> Iterator[None]:
    """An error of a database says of which table it is."""
    try:
        yield
    except (ConnectionLost, NotFound, QueryFailed, Unsupported) as failed:
        failed.message = f"{name[0].upper()}{name[1:]}: {failed.message}"
        raise


class KeyedRows:
    """The rows of one table, with their keys. Of a row the key comes first. `name` is what errors call the table."""

    def __init__(self, rows: Rows, parts: Sequence[Parts], name: str) -> None:
        self.rows: Sequence[RowTuple] = ()
        self.keys: Sequence[Key] = ()
        self.at = 0  # the first that was not compared
        self.count = 0  # rows so far, those at hand included
        self.ended = False
        self._source, self._parts, self._name = rows, parts, name
        self._last: Key | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether no row is at hand."""
        return self.at >= len(self.rows)

    async def fill(self) -> None:
        """Have the next rows at hand. Raises `Conflict` for a key that is not one."""
        with named(self._name):
            self.rows, self.at = await self._source.read(), 0
        self.ended = not self.rows
        if self.rows:
            self.keys = await to_thread.run_sync(without_collection, self._checked_keys)
        self.count += len(self.rows)

    def _checked_keys(self) -> Sequence[Key]:
        columns = zip(*self.rows, strict=True)
        try:
            keys = list(zip(*(make(cells) for make, cells in zip(self._parts, columns, strict=False)), strict=True))
        except UnfitKey as unfit:
            raise Conflict(f"Row {self.count + unfit.at + 1:,} of {self._name} {unfit}") from unfit
        before = keys[:1] if self._last is None else [self._last]
        first = 1 if self._last is None else 0
        if not all(map(lt, chain(before, keys[first:]), keys[first:])):
            raise self._out_of_order(keys)
        self._last = keys[-1]
        return keys

    def _out_of_order(self, keys: Sequence[Key]) -> Conflict:
        last = self._last
        for at, key in enumerate(keys, self.count + 1):
            if last is not None and key == last:
                return Conflict(
                    f"Rows {at - 1:,} and {at:,} of {self._name} have the same key. Name columns as the key whose "
                    "values tell all rows apart."
                )
            if last is not None and key < last:
                return Conflict(
                    f"Row {at:,} of {self._name} does not come in the order of its key that both tables have to have, "
                    "so rows could be missed: its values are written in several ways. Name another key."
                )
            last = key
        raise AssertionError("it is out of order somewhere")


@dataclass(slots=True)
class Counts:
    """How many rows there were of each kind. `by_column` has those that differ in each compared column."""

    equal: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    by_column: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compared:
    """A column beside the key."""

    name: str
    equal: Equal


class Merge:
    """Compares two tables."""

    def __init__(
        self, first: KeyedRows, other: KeyedRows, columns: Sequence[Compared], key_size: int, wanted: Sequence[str]
    ) -> None:
        self.counts = Counts(by_column=[0] * len(columns))
        self._first, self._other, self._columns = first, other, columns
        self._key_size = key_size
        self._wants: Mapping[str, bool] = {one: one in wanted for one in ("missing", "extra", "different")}
        self._names: dict[tuple[int, ...], str] = {}

    @property
    def done(self) -> int:
        """Rows of both tables that were compared."""
        return sum(side.count - len(side.rows) + side.at for side in (self._first, self._other))

    async def next(self) -> Sequence[RowTuple] | None:
        """The differences among some rows, as rows of the result; None at the end."""
        sides = [one for one in (self._first, self._other) if one.is_used_up and not one.ended]
        outcomes = await side_by_side([partial(_outcome, one) for one in sides])
        for failure in outcomes:
            if failure is not None:
                raise failure
        if self._first.ended and self._other.ended:
            return None
        return await to_thread.run_sync(without_collection, self._merged)

    def _merged(self) -> Sequence[RowTuple]:
        """Up to where one side has no row at hand, and all of one side where the other has ended."""
        found = list[RowTuple]()
        first, other = self._first, self._other
        rows, keys, left, left_end = first.rows, first.keys, first.at, len(first.rows)
        other_rows, other_keys, right, right_end = other.rows, other.keys, other.at, len(other.rows)
        equal = 0
        while left < left_end and right < right_end:
            key, other_key = keys[left], other_keys[right]
            if key == other_key:
                if rows[left] == other_rows[right]:
                    equal += 1
                else:
                    self._pair(rows[left], other_rows[right], found)
                left, right = left + 1, right + 1
            elif key < other_key:
                self._missing(rows[left], found)
                left += 1
            else:
                self._extra(other_rows[right], found)
                right += 1
        if other.ended:
            for row in rows[left:]:
                self._missing(row, found)
            left = left_end
        if first.ended:
            for row in other_rows[right:]:
                self._extra(row, found)
            right = right_end
        self.counts.equal += equal
        first.at, other.at = left, right
        return found

    def _missing(self, row: RowTuple, found: list[RowTuple]) -> None:
        self.counts.missing += 1
        if self._wants["missing"]:
            values = chain.from_iterable((cell, None) for cell in row[self._key_size :])
            found.append(("missing", None, *row[: self._key_size], *values))

    def _extra(self, row: RowTuple, found: list[RowTuple]) -> None:
        self.counts.extra += 1
        if self._wants["extra"]:
            values = chain.from_iterable((None, cell) for cell in row[self._key_size :])
            found.append(("extra", None, *row[: self._key_size], *values))

    def _pair(self, row: RowTuple, other: RowTuple, found: list[RowTuple]) -> None:
        """Two rows of one key that are not written alike."""
        size = self._key_size
        cells = zip(self._columns, row[size:], other[size:], strict=True)
        differing = tuple(at for at, (column, one, two) in enumerate(cells) if not column.equal(one, two))
        if not differing:
            self.counts.equal += 1
            return
        self.counts.different += 1
        for at in differing:
            self.counts.by_column[at] += 1
        if self._wants["different"]:
            values: Sequence[Cell] = list(chain.from_iterable(zip(row[size:], other[size:], strict=True)))
            found.append(("different", self._named(differing), *row[:size], *values))

    def _named(self, differing: tuple[int, ...]) -> str:
        """Names of columns, as a JSON array."""
        text = self._names.get(differing)
        if text is None:
            text = json.dumps([self._columns[at].name for at in differing], ensure_ascii=False)
            if len(self._names) < _MOST_NAMES:
                self._names[differing] = text
        return text


async def _outcome(side: KeyedRows) -> LiteBaseError | Interrupted | None:
    """What filling failed with, so that the other side comes to its end first, and no group of errors is raised."""
    try:
        await side.fill()
    except (LiteBaseError, Interrupted) as failed:
        return failed
    return None
