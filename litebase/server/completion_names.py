"""The names of a connection's database as completion sees them: at once, as far as they are known.

What is missing is noted, and read by the client's upkeep in a session for metadata; the next completion has it. Names
of schemas are those of the catalog cache; tables are described when a statement names them, and kept for a while.
"""

import re
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice

import anyio
from litebase_schema.catalog import ForeignKey as DescribedForeignKey
from litebase_schema.catalog import ObjectRef

from litebase.drivers import catalog_reader, names_reader
from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import Draft, Wanted
from litebase.errors import LimitExceeded
from litebase.server.catalog_cache import CatalogCache, Packed, SchemaNames
from litebase.sql.completion.catalog import Column, ForeignKey, Match, Table
from litebase.sql.completion.matching import EXACT, Typed
from litebase.sql.completion.recent import Recent
from litebase.sql.dialect import Dialect

_FRESH_S = 30.0  # for so long a description is taken for right while nothing is known to have changed
_PAUSE_S = 5.0  # after a failure
_MOST_TABLES, _MOST_COLUMNS = 1000, 100_000  # that are kept
_AT_ONCE = 50  # tables that are described by one request
_MOST_USED, _LOOKED_UP_AT_ONCE = 50, 10  # words that were used lately and are looked for among the names of a schema
_CHARACTERS_AT_ONCE = 4000  # of the latest statements that one completion looks at, which takes about 3 ms
_MOST_SCHEMAS = 20  # that a statement may ask for beyond the usual ones
_SHORTEST_SCATTERED = 2  # letters
_ENUM = re.compile(r"enum\((.*)\)", re.IGNORECASE | re.DOTALL)
_ENUM_VALUE = re.compile(r"'((?:[^']|'')*)'")

_Key = tuple[str, str]  # of a table: its schema and its name


@dataclass(frozen=True, slots=True)
class _Described:
    table: Table | None
    doubts: int  # of the catalog, when it was read
    at: float


class CompletionNames:
    """What is known for completions of one connection."""

    def __init__(self, catalog: CatalogCache, engine: str) -> None:
        self.catalog, self._engine = catalog, engine
        self.defaults: Sequence[str] | None = None  # the schemas of names without one; None: not known
        self.schemas: Sequence[str] = ()
        self.loaded = anyio.Event()  # set after each reading, by which it is another one
        self.is_loading = False
        self._doubts = -1  # of the catalog, when names were read
        self._tables: dict[_Key, _Described] = {}  # the one that was read last is the last
        self._columns = 0
        self._names_wanted = False
        self._schemas_wanted: set[str] = set()
        self._left_out: set[str] = set()  # schemas for which there is no room
        self._tables_wanted: dict[_Key, None] = {}
        self._retry_at = float("-inf")
        self._recent = Recent()
        self.used: Mapping[str, int] = {}  # words that the user's latest statements used, with their points
        self._used_in: dict[str, tuple[SchemaNames, dict[str, list[Match]]]] = {}  # by schema

    def look_at(self, latest: deque[str], dialect: Dialect) -> None:
        """Note what the user's latest statements use, the oldest first; what takes long is left for the next time."""
        room = _CHARACTERS_AT_ONCE
        while latest and len(latest[0]) <= room:
            room -= len(latest[0]) + 1
            self._recent.add(latest.popleft(), dialect)
        if room < _CHARACTERS_AT_ONCE:
            self.used = self._recent.points()

    def used_in(self, names: SchemaNames) -> Iterator[Match]:
        """Objects of a schema that were used lately, those with the most points first."""
        words = list(self.used)[:_MOST_USED]
        before, known = self._used_in.get(names.schema_name, (None, {}))
        found = {word: known[word] for word in words if word in known} if before is names else {}
        for word in [word for word in words if word not in found][:_LOOKED_UP_AT_ONCE]:
            found[word] = list(_called(names, word))
        self._used_in[names.schema_name] = names, found
        for word in words:
            yield from found.get(word, ())

    def place_of(self, name: str) -> _Key | None:
        """The schema and the own name of a table that is named without one; None when that is not known."""
        for place in self.defaults or ():
            names = self.catalog.known(place)
            own = None if names is None else _own_name(names, name)
            if own is not None:
                return place, own
        return None

    def signatures(self, schema: str | None, name: str) -> Iterator[str]:
        """How the routines of this name are called, as far as names are known."""
        for place in (self.defaults or ()) if schema is None else [schema]:
            names = self.catalog.known(place)
            for one in _called(names, name) if names is not None else ():
                if one.kind in ("function", "procedure"):
                    yield f"{one.name}({one.signature or ''})"

    @property
    def wants_loading(self) -> bool:
        """Whether something is to be read now."""
        wanted = self._names_wanted or self._schemas_wanted or self._tables_wanted
        return bool(wanted) and time.monotonic() >= self._retry_at

    # what is known

    def in_doubt(self) -> bool:
        """Note that names are wanted if they are not known or may have changed; whether they are not certain."""
        age_s = self.catalog.age_s
        unknown = self.defaults is None or self._doubts != self.catalog.doubts
        if unknown or age_s is None or age_s > _FRESH_S:
            self._names_wanted = True
        return unknown

    def names(self, schema: str) -> SchemaNames | None:
        """The names of a schema; those that are not known are wanted."""
        found = self.catalog.known(schema)
        if found is None and schema not in self._left_out and len(self._schemas_wanted) < _MOST_SCHEMAS:
            self._schemas_wanted.add(schema)
        return found

    def table(self, key: _Key) -> tuple[Table | None, bool]:
        """What is known of a table, and whether it is certain; else it is wanted."""
        found = self._tables.get(key)
        certain = found is not None and found.doubts == self.catalog.doubts
        if found is None or not certain or time.monotonic() - found.at > _FRESH_S:
            self._tables_wanted[key] = None
        return (None if found is None else found.table), certain

    # reading

    @asynccontextmanager
    async def loading(self) -> AsyncIterator[None]:
        """Around a reading: whoever waits for it goes on, and after a failure there is a pause."""
        self._retry_at, self.is_loading = time.monotonic() + _PAUSE_S, True
        try:
            yield
            self._retry_at = float("-inf")
        finally:
            self.is_loading = False
            self.loaded.set()
            self.loaded = anyio.Event()

    async def load(self, session: DatabaseSession) -> None:
        """Read what is wanted."""
        if isinstance(session.abilities.catalog, Unavailable):
            self._names_wanted, self.defaults, self._doubts = False, (), self.catalog.doubts
            self._schemas_wanted.clear()
            self._tables_wanted.clear()
            return
        if self._names_wanted or self._schemas_wanted:
            await self._load_names(session)
        if self._tables_wanted:
            wanted = list(self._tables_wanted)[:_AT_ONCE]
            await self._load_tables(session, wanted)
            for key in wanted:
                self._tables_wanted.pop(key, None)

    async def _load_names(self, session: DatabaseSession) -> None:
        doubts = self.catalog.doubts
        listing = await catalog_reader(self._engine).list_objects(session, Wanted(kinds=("schema",)))
        defaults = listing.default_schemas or []
        self._left_out.clear()
        for schema in dict.fromkeys([*defaults, *self._schemas_wanted]):
            _, left_out = await self.catalog.read(session, names_reader(self._engine), schema, columns=False)
            self._left_out.update(left_out)
            self._schemas_wanted.discard(schema)
        self.schemas = sorted(one.name for one in listing.objects if one.kind == "schema")
        self.defaults, self._doubts, self._names_wanted = defaults, doubts, False

    async def _load_tables(self, session: DatabaseSession, wanted: Sequence[_Key]) -> None:
        doubts, reader = self.catalog.doubts, catalog_reader(self._engine)
        refs = [ObjectRef(kind="table", schema_name=schema, name=name) for schema, name in wanted]
        try:
            found = (await reader.describe_objects(session, refs)).found
        except LimitExceeded:  # they have very many columns
            found = {}
        values = await self._values(session, list(found.values()))
        for key in wanted:
            draft = found.get(key)
            table = None if draft is None else _table(key, draft, values)
            self._keep(key, _Described(table, doubts, time.monotonic()))

    async def _values(self, session: DatabaseSession, drafts: Sequence[Draft]) -> dict[str, Sequence[str]]:
        """The values of enums by the types of columns, where the type does not list them itself."""
        types = {one.db_type for draft in drafts for one in draft.columns if one.kind == "enum"}
        refs = {}
        for db_type in sorted(types)[:_AT_ONCE]:
            if _ENUM.match(db_type) is None:
                schema, _, name = db_type.rpartition(".")
                for place in [schema.strip('"')] if schema else self.defaults or ():
                    refs[place, name.strip('"')] = db_type
        if not refs:
            return {}
        asked = [ObjectRef(kind="type", schema_name=schema, name=name) for schema, name in refs]
        others = await catalog_reader(self._engine).describe_others(session, asked)
        return {
            refs[one.object.schema_name or "", one.object.name]: one.type.values
            for one in others.found.values()
            if one.type is not None
        }

    def _keep(self, key: _Key, one: _Described) -> None:
        """Keep a description; the oldest make way."""
        self._forget(key)
        self._tables[key] = one
        self._columns += 0 if one.table is None else len(one.table.columns)
        while len(self._tables) > _MOST_TABLES or (self._columns > _MOST_COLUMNS and len(self._tables) > 1):
            self._forget(next(iter(self._tables)))

    def _forget(self, key: _Key) -> None:
        old = self._tables.pop(key, None)
        if old is not None and old.table is not None:
            self._columns -= len(old.table.columns)


class CompletionView:
    """The `Catalog` of one completion."""

    def __init__(self, names: CompletionNames) -> None:
        self._names = names
        self._in_doubt: bool | None = None
        self.incomplete = False

    def _defaults(self) -> Sequence[str]:
        if self._in_doubt is None:
            self._in_doubt = self._names.in_doubt()
        self.incomplete = self.incomplete or self._in_doubt
        return self._names.defaults or ()

    def schemas(self) -> Sequence[str]:
        """The names of all schemas."""
        self._defaults()
        return self._names.schemas

    def objects(self, typed: Typed, kinds: Collection[str], schema: str | None, limit: int) -> Iterator[Match]:
        """Objects of these kinds whose names fit, the best first within their kind."""
        defaults = self._defaults()
        for place in defaults if schema is None else [schema]:
            names = self._known(place)
            for one in self._names.used_in(names) if names is not None else ():
                if one.kind in kinds and typed.rank(one.name) is not None:
                    yield one
            for kind, first, packed in names.kinds if names is not None else ():
                if kind not in kinds:
                    continue
                routine = kind in ("function", "procedure")
                for number, name in _fitting(packed, typed, limit):
                    rank = typed.rank(name)
                    if rank is not None:
                        signature = names.signatures.get(first + number) if routine and names is not None else None
                        yield Match(rank, kind, name, place, signature)

    def table(self, schema: str | None, name: str) -> Table | None:
        """A table or a view; None when it is not known."""
        defaults = self._defaults()
        for place in defaults if schema is None else [schema]:
            names = self._known(place)
            own = None if names is None else _own_name(names, name)
            if own is not None:
                found, certain = self._names.table((place, own))
                self.incomplete = self.incomplete or not certain
                return found
        return None

    def _known(self, schema: str) -> SchemaNames | None:
        found = self._names.names(schema)
        self.incomplete = self.incomplete or found is None
        return found


def _fitting(packed: Packed, typed: Typed, limit: int) -> Iterator[tuple[int, str]]:
    """The numbers and names that fit, the best first. The number is only right for what is found as it was typed."""
    if not typed.text:
        yield from enumerate(packed.first(limit))
        return
    count = 0
    for _, number, name in islice(packed.found(typed.text, match_case=False), limit):
        count += 1
        yield number, name
    if count < limit and len(typed.text) >= _SHORTEST_SCATTERED:
        for name in islice(packed.scattered(typed.text), limit - count):
            yield -1, name


def _called(names: SchemaNames, word: str) -> Iterator[Match]:
    """The objects with a name, in any capital letters."""
    for kind, first, packed in names.kinds:
        for rank, number, name in packed.found(word, match_case=False):
            if rank != EXACT:
                break
            routine = kind in ("function", "procedure")
            signature = names.signatures.get(first + number) if routine else None
            yield Match(EXACT, kind, name, names.schema_name, signature)


def _own_name(names: SchemaNames, wanted: str) -> str | None:
    """How a table or view is written that a statement may write with other capital letters."""
    folded = None
    for kind, _, packed in names.kinds:
        if kind in ("function", "procedure", "type", "sequence", "event"):
            continue
        for rank, _, name in packed.found(wanted, match_case=False):
            if rank != EXACT:
                break
            if name == wanted:
                return name
            folded = folded or name
    return folded


def _table(key: _Key, draft: Draft, values: dict[str, Sequence[str]]) -> Table:
    schema, name = key
    columns = [Column(one.name, one.db_type, _values_of(one.db_type, values)) for one in draft.columns]
    return Table(schema, name, columns, _keys(draft.foreign_keys, ours=True), _keys(draft.referenced_by, ours=False))


def _values_of(db_type: str, values: dict[str, Sequence[str]]) -> Sequence[str]:
    listed = _ENUM.match(db_type)
    if listed is None:
        return values.get(db_type, ())
    return [value.replace("''", "'") for value in _ENUM_VALUE.findall(listed[1])]


def _keys(found: Sequence[DescribedForeignKey], *, ours: bool) -> list[ForeignKey]:
    """Foreign keys, each with the table at its other end."""
    keys = []
    for one in found:
        other = one.referenced_table if ours else one.table
        if one.referenced_columns:
            keys.append(ForeignKey(one.columns, other.schema_name, other.name, one.referenced_columns))
    return keys
