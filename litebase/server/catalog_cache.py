"""The names that a connection's database has, kept from one request to the next.

Names are read when they are first needed, schema by schema, and those of columns later than others. All names of a
schema stand in one string, one after another: so thirty thousand tables with their columns take a few megabytes.
"""

import re
import sys
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import anyio
from anyio import to_thread

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import Name, NamesReader

RANKS = 4  # exact, at the beginning, at the beginning of a word, inside
_FRESH_S = 30.0  # for so long names are taken for right after they were compared with the database
_END = "\0"  # which is in no name


class Packed:
    """Many names in one string."""

    def __init__(self, names: Iterable[str]) -> None:
        self._text = _END.join(["", *names, ""])
        folded = self._text.casefold()
        self._folded = self._text if folded == self._text else folded

    @property
    def size_bytes(self) -> int:
        return sys.getsizeof(self._text) + (0 if self._folded is self._text else sys.getsizeof(self._folded))

    def all(self) -> Sequence[str]:
        """The names."""
        return self._text[1:-1].split(_END) if self._text != _END else []

    def found(self, wanted: str, *, match_case: bool) -> Iterator[tuple[int, int]]:
        """The names in which `wanted` stands, the best first: for each its rank and its number."""
        text = self._text if match_case else self._folded
        wanted = wanted if match_case else wanted.casefold()
        if wanted not in text:
            return
        seen = set[int]()
        for rank, places in enumerate((
            _places(text, f"{_END}{wanted}{_END}"),
            _places(text, f"{_END}{wanted}"),
            (one.start() for one in re.finditer(rf"{re.escape(wanted)}(?<=[\W_]{re.escape(wanted)})", text)),
            _places(text, wanted),
        )):  # fmt: skip
            number, counted = -1, 0
            for at in places:
                number += text.count(_END, counted, at + 1)
                counted = at + 1
                if number not in seen:
                    seen.add(number)
                    yield rank, number


def _places(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


@dataclass(frozen=True, slots=True)
class SchemaNames:
    """What is in one schema, ordered by kind and name."""

    schema_name: str
    kinds: Sequence[str]  # of each object
    names: Packed
    signatures: dict[int, str]  # of those objects that have one
    tables: Packed | None = None  # those of `columns`, in their order
    columns: Packed | None = None
    ends: Sequence[int] = ()  # for each of `tables`, up to where in `columns` its own are

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        packed = [one.size_bytes for one in (self.names, self.tables, self.columns) if one is not None]
        return sum(packed) + sys.getsizeof(self.kinds) + 4 * len(self.ends) + 200 * len(self.signatures)

    def table_of(self, column: int) -> int:
        """The number, in `tables`, of the table of a column."""
        return bisect_right(self.ends, column)

    def with_columns(self, found: Sequence[tuple[str, Sequence[str]]]) -> "SchemaNames":
        """The same with the names of columns."""
        ordered = sorted(found, key=lambda one: (one[0].casefold(), one[0]))
        return replace(
            self,
            tables=Packed(name for name, _ in ordered),
            columns=Packed(column for _, columns in ordered for column in columns),
            ends=array("Q", accumulate(len(columns) for _, columns in ordered)),
        )


def packed(schema: str, found: Iterable[Name]) -> SchemaNames:
    """The names of a schema."""
    ordered = sorted(found, key=lambda one: (one.kind, one.name.casefold(), one.name, one.signature or ""))
    return SchemaNames(
        schema,
        [sys.intern(one.kind) for one in ordered],
        Packed(one.name for one in ordered),
        {at: one.signature for at, one in enumerate(ordered) if one.signature is not None},
    )


class CatalogCache:
    """What is known of one connection's database. Only one request reads at a time; the others use what it found."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._schemas: dict[str, SchemaNames] = {}
        self._all: Sequence[str] | None = None  # the names of all schemas
        self._mark: str | None = None
        self._checked = float("-inf")
        self._turn = anyio.Lock()

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        return sum(one.size_bytes for one in self._schemas.values())

    def doubt(self) -> None:
        """Something may have been changed: compare with the database before the next use, whatever its mark is."""
        self._mark, self._checked = None, float("-inf")

    async def read(
        self, session: DatabaseSession, reader: NamesReader, schema_name: str | None, *, columns: bool
    ) -> tuple[Sequence[SchemaNames], Sequence[str]]:
        """The names of one schema, or of all, and the schemas that are left out because there is no room for them."""
        async with self._turn:
            await self._compare(session, reader)
            if schema_name is None and self._all is None:
                self._all = await reader.schemas(session)
            found, left_out = list[SchemaNames](), list[str]()
            for name in [schema_name] if schema_name is not None else self._all or ():
                one = await self._schema(session, reader, name, columns=columns)
                if one is None:
                    left_out.append(name)
                else:
                    found.append(one)
            return found, left_out

    async def _compare(self, session: DatabaseSession, reader: NamesReader) -> None:
        """Forget what may have changed since it was read."""
        if time.monotonic() - self._checked < _FRESH_S:
            return
        started = self._checked = time.monotonic()
        try:
            mark = await reader.mark(session)
        except BaseException:
            self.doubt()
            raise
        if mark is None or mark != self._mark:
            self._schemas.clear()
            self._all = None
        self._mark = mark if self._checked == started else None  # else `doubt` was called meanwhile

    async def _schema(
        self, session: DatabaseSession, reader: NamesReader, name: str, *, columns: bool
    ) -> SchemaNames | None:
        one = self._schemas.get(name)
        if one is None:
            names = await reader.names(session, name)
            one = await to_thread.run_sync(packed, name, names)
        if columns and one.columns is None:
            of_tables = await reader.columns(session, name)
            one = await to_thread.run_sync(one.with_columns, of_tables)
        others = self.size_bytes - (self._schemas[name].size_bytes if name in self._schemas else 0)
        if others + one.size_bytes > self._max_bytes:
            self._schemas.pop(name, None)
            return None
        self._schemas[name] = one
        return one
