"""The names that a connection's database has, kept from one request to the next.

Names are read when they are first needed, schema by schema, and those of columns later than others. All names of a
schema stand in one string, one after another: so thirty thousand tables with their columns take a few megabytes.
"""

import re
import secrets
import sys
import time
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain
from typing import NamedTuple

import anyio
from anyio import to_thread

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import Name, NamesReader
from litebase.errors import NotFound

RANKS = 4  # exact, at the beginning, at the beginning of a word, inside
MOST_CHANGES = 5000  # that are kept, to tell them
NO_SCHEMA = "There is no schema {!r}, or this user is not allowed to see it."
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

    def first(self, count: int) -> Sequence[str]:
        """The first of the names."""
        return self._text[1:].split(_END, count)[:count] if self._text != _END else []

    def scattered(self, wanted: str) -> Iterator[str]:
        """The names in which all letters stand in their order, with others between them."""
        steps = "".join(rf"[^{re.escape(letter)}{_END}]*+{re.escape(letter)}" for letter in wanted.casefold())
        names = None if len(self._folded) == len(self._text) else self.all()
        for found in re.finditer(rf"{_END}{steps}[^{_END}]*+", self._folded):
            begin = found.start() + 1
            yield names[self._folded.count(_END, 0, begin) - 1] if names else self._text[begin : found.end()]

    def found(
        self, wanted: str, *, match_case: bool, is_stopped: Callable[[], bool] = bool
    ) -> Iterator[tuple[int, int, str]]:
        """The names in which `wanted` stands, the best first: for each its rank, its number and the name itself."""
        text = self._text if match_case else self._folded
        wanted = wanted if match_case else wanted.casefold()
        if wanted not in text:
            return
        names = None if len(text) == len(self._text) else self.all()  # some are longer in lower case
        word = re.compile(rf"{re.escape(wanted)}(?<=[\W_]{re.escape(wanted)})")
        seen = set[int]()
        ways: Sequence[Callable[[int], int]] = (
            partial(text.find, f"{_END}{wanted}{_END}"),
            partial(text.find, f"{_END}{wanted}"),
            lambda begin: -1 if (one := word.search(text, begin)) is None else one.start(),
            partial(text.find, wanted),
        )
        for rank, find in enumerate(ways):
            number, counted = -1, 0
            for at in _places(text, find):
                if is_stopped():
                    return
                number += text.count(_END, counted, at + 1)
                counted = at + 1
                if number in seen:
                    continue
                seen.add(number)
                begin = text.rfind(_END, 0, at + 1) + 1
                yield rank, number, names[number] if names else self._text[begin : self._text.index(_END, begin)]


def _places(text: str, find: Callable[[int], int]) -> Iterator[int]:
    """The first place in each name."""
    at = find(0)
    while at >= 0:
        yield at
        at = find(text.index(_END, at + 1))


class OfKind(NamedTuple):
    """The objects of one kind in a schema. They are searched alone, because a search may want few kinds."""

    kind: str
    first: int  # the number, among all objects of the schema, of the first
    names: Packed


@dataclass(frozen=True, slots=True)
class SchemaNames:
    """What is in one schema, of each kind ordered by name."""

    schema_name: str
    kinds: Sequence[OfKind]
    signatures: dict[int, str]  # of those objects that have one
    tables: Packed | None = None  # those of `columns`, in their order
    columns: Packed | None = None
    ends: Sequence[int] = ()  # for each of `tables`, up to where in `columns` its own are
    states: Sequence[int] | None = None  # of each object a number that changes with it, where changes are followed

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        texts = [*(one.names for one in self.kinds), self.tables, self.columns]
        states = 0 if self.states is None else 8 * len(self.states)
        packed = sum(one.size_bytes for one in texts if one is not None)
        return packed + 8 * len(self.ends) + 200 * len(self.signatures) + states

    def objects(self) -> Iterator[Name]:
        """What is in the schema."""
        for kind, first, names in self.kinds:
            for number, name in enumerate(names.all(), first):
                yield Name(kind, name, self.signatures.get(number))

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


def packed(schema: str, found: Iterable[tuple[Name, str | None]]) -> SchemaNames:
    """The names of a schema, each with its state; None where changes are not followed."""
    of_kinds = dict[str, list[tuple[Name, str | None]]]()
    for one in found:
        of_kinds.setdefault(one[0].kind, []).append(one)
    kinds, ordered = list[OfKind](), list[tuple[Name, str | None]]()
    for kind, several in of_kinds.items():
        several.sort(key=lambda one: (one[0].name.casefold(), one[0].name, one[0].signature or ""))
        kinds.append(OfKind(sys.intern(kind), len(ordered), Packed(one.name for one, _ in several)))
        ordered += several
    followed = all(state is not None for _, state in ordered)
    return SchemaNames(
        schema,
        kinds,
        {at: one.signature for at, (one, _) in enumerate(ordered) if one.signature is not None},
        states=array("q", (hash(state) for _, state in ordered)) if followed else None,
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since some version: names, each with its schema. A schema itself has none."""

    added: Sequence[tuple[str | None, Name]]
    changed: Sequence[tuple[str | None, Name]]
    removed: Sequence[tuple[str | None, Name]]

    @property
    def weight(self) -> int:
        """How many names there are; a very long one counts as several."""
        names = chain(self.added, self.changed, self.removed)
        return sum(1 + (len(one.name) + len(one.signature or "")) // 1000 for _, one in names)


def _difference(schema: str, old: SchemaNames, new: SchemaNames) -> Changes:
    before = dict(zip(old.objects(), old.states or (), strict=True))
    after = dict(zip(new.objects(), new.states or (), strict=True))
    return Changes(
        [(schema, one) for one in after if one not in before],
        [(schema, one) for one, state in after.items() if one in before and before[one] != state],
        [(schema, one) for one in before if one not in after],
    )


class CatalogCache:
    """What is known of one connection's database. Only one request reads at a time; the others use what it found.

    Changes are followed in the schemas that `refresh` was asked for. Each difference that is found makes a new version;
    the differences since a version are known as long as there are not too many of them.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._schemas: dict[str, SchemaNames] = {}
        self._followed: dict[str, SchemaNames] = {}  # with the states of their objects
        self._valid, self._followed_valid = set[str](), set[str]()  # what may not have changed since it was read
        self._all: Sequence[str] = ()  # the names of all schemas
        self._known = frozenset[str]()  # those that were there at the last `refresh` of all
        self._all_valid = False
        self._mark: str | None = None
        self._checked = float("-inf")
        self.doubts = 0  # how often something may have been changed
        self._turn = anyio.Lock()
        self._nonce = secrets.token_hex(4)  # so that a version of another connection is not taken for one of this
        self._version = 0
        self._since: dict[str | None, int] = {}  # from which version on a schema is followed; None: all are
        self._log = deque[tuple[int, Changes]]()
        self._lost = 0  # the newest version whose difference is not kept any more

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        return sum(one.size_bytes for one in (*self._schemas.values(), *self._followed.values()))

    @property
    def version(self) -> str | None:
        """The present one; None as long as no changes are followed."""
        return f"{self._nonce}-{self._version}" if self._since else None

    @property
    def age_s(self) -> float | None:
        """For how long the names may differ from those in the database; None when they are to be compared at once."""
        return None if self._checked == float("-inf") else time.monotonic() - self._checked

    def known(self, schema: str) -> SchemaNames | None:
        """The names of a schema as they were read last, perhaps some time ago; None when they were not read."""
        return self._schemas.get(schema)

    def doubt(self) -> None:
        """Something may have been changed: compare with the database before the next use, whatever its mark is."""
        self.doubts += 1
        self._mark, self._checked = None, float("-inf")

    async def read(
        self, session: DatabaseSession, reader: NamesReader, schema_name: str | None, *, columns: bool
    ) -> tuple[Sequence[SchemaNames], Sequence[str]]:
        """The names of one schema, or of all, and the schemas that are left out because there is no room for them."""
        async with self._turn:
            if time.monotonic() - self._checked >= _FRESH_S:
                await self._compare(session, reader)
            wanted = [schema_name] if schema_name is not None else await self._all_schemas(session, reader)
            found, left_out = list[SchemaNames](), list[str]()
            for name in wanted:
                one = await self._schema(session, reader, name, columns=columns)
                if one is None:
                    left_out.append(name)
                else:
                    found.append(one)
            return found, left_out

    async def refresh(
        self, session: DatabaseSession, reader: NamesReader, schema_name: str | None, known: str | None
    ) -> Changes | None:
        """What has changed since a version, in one schema or in all; None when that is not known."""
        async with self._turn:
            await self._compare(session, reader)
            if schema_name is None:
                for name in await self._all_schemas(session, reader, follow=True):
                    await self._follow(session, reader, name)
            else:
                if schema_name not in self._since and not await exists(session, reader, schema_name):
                    raise NotFound("schema_name", schema_name, NO_SCHEMA.format(schema_name))
                await self._follow(session, reader, schema_name)
            return self._changes(schema_name, known)

    async def _compare(self, session: DatabaseSession, reader: NamesReader) -> None:
        """Find out whether what was read may be another by now."""
        started = self._checked = time.monotonic()
        try:
            mark = await reader.mark(session)
        except BaseException:
            self.doubt()
            raise
        if mark is None or mark != self._mark:
            self._valid.clear()
            self._followed_valid.clear()
            self._all_valid = False
        self._mark = mark if self._checked == started else None  # else `doubt` was called meanwhile

    async def _all_schemas(
        self, session: DatabaseSession, reader: NamesReader, *, follow: bool = False
    ) -> Sequence[str]:
        if not self._all_valid:
            self._all, self._all_valid = await reader.schemas(session), True
        if follow and None not in self._since:
            self._version += 1
            self._since[None] = self._version
        elif follow:
            await self._note_schemas(session, reader)
        self._known = frozenset(self._all) if follow else self._known
        return self._all

    async def _note_schemas(self, session: DatabaseSession, reader: NamesReader) -> None:
        """Note the schemas that have come or gone, with all that was in them."""
        came, went = set(self._all) - self._known, self._known - set(self._all)
        for name in went:
            await self._follow(session, reader, name)
        for name in came - self._followed.keys():
            self._followed[name] = packed(name, [])
            self._since[name] = self._since[None]
        self._note(Changes(*([(None, Name("schema", one)) for one in sorted(names)] for names in (came, (), went))))

    async def _schema(
        self, session: DatabaseSession, reader: NamesReader, name: str, *, columns: bool
    ) -> SchemaNames | None:
        """The names of a schema; None when there is no room for them."""
        one = self._schemas.get(name) if name in self._valid else None
        if one is None:
            found = await reader.names(session, name)
            one = await to_thread.run_sync(packed, name, [(found_one, None) for found_one in found])
        if columns and one.columns is None:
            of_tables = await reader.columns(session, name)
            one = await to_thread.run_sync(one.with_columns, of_tables)
        return one if self._keep(self._schemas, self._valid, one) else None

    async def _follow(self, session: DatabaseSession, reader: NamesReader, name: str) -> None:
        """Read the states of a schema, and note what has changed, if it was followed before."""
        if name in self._followed_valid:
            return
        old, found = self._followed.get(name), await reader.states(session, name)
        new = await to_thread.run_sync(packed, name, found)
        if old is not None:
            self._note(await to_thread.run_sync(_difference, name, old, new))
        if not self._keep(self._followed, self._followed_valid, new):
            self._since.pop(name, None)
        elif name not in self._since:
            self._version += 1
            self._since[name] = self._version

    def _keep(self, place: dict[str, SchemaNames], valid: set[str], one: SchemaNames) -> bool:
        """Keep names, in the place of those that were read before; False where there is no room."""
        place.pop(one.schema_name, None)
        valid.discard(one.schema_name)
        if self.size_bytes + one.size_bytes > self._max_bytes:
            return False
        place[one.schema_name] = one
        valid.add(one.schema_name)
        return True

    def _note(self, changes: Changes) -> None:
        """Keep a difference. The oldest are forgotten when there are too many."""
        if not changes.weight:
            return
        self._version += 1
        self._log.append((self._version, changes))
        while sum(one.weight for _, one in self._log) > MOST_CHANGES:
            self._lost, _ = self._log.popleft()

    def _changes(self, schema_name: str | None, known: str | None) -> Changes | None:
        """What has changed since a version; None when that is not known."""
        nonce, _, number = (known or "").partition("-")
        followed = [schema_name] if schema_name is not None else [None, *self._all]
        if nonce != self._nonce or not number.isdecimal() or not all(name in self._since for name in followed):
            return None
        version = int(number)
        if not max(self._lost, *(self._since[name] for name in followed)) <= version <= self._version:
            return None
        return _together([one for number, one in self._log if number > version], schema_name)


def _together(several: Iterable[Changes], schema_name: str | None) -> Changes:
    """What they come to, in one schema or in all."""
    was, found = dict[tuple[str | None, Name], bool](), dict[tuple[str | None, Name], bool]()
    for one in several:
        for names, before, after in ((one.added, False, True), (one.changed, True, True), (one.removed, True, False)):
            for name in names:
                if schema_name in (None, name[0]) or name == (None, Name("schema", schema_name)):
                    was.setdefault(name, before)
                    found[name] = after
    return Changes(
        [name for name, there in found.items() if there and not was[name]],
        [name for name, there in found.items() if there and was[name]],
        [name for name, there in found.items() if not there and was[name]],
    )


async def exists(session: DatabaseSession, reader: NamesReader, schema_name: str) -> bool:
    """Whether there is such a schema, perhaps one of the database system."""
    return schema_name in await reader.schemas(session) or bool(await reader.names(session, schema_name))
