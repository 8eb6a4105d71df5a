"""Two schemas: what is missing, extra or different, and of what no statement is written."""

import re
from collections.abc import Collection

from litebase.drivers.altering import Table, TableEditor
from litebase.drivers.comparing import PARTS, Key, SchemaWriter, Side, is_alike
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES
from litebase.sql.clauses import mentions

_TABLE = "table"
_RELATIONS = (*TABLES, "sequence", "type")  # of which no two have the same name
_IDENTITY = re.compile(r'^ +("(?:[^"]|"")*"|\w+) .* AS IDENTITY (\(.*?\))(?: NOT NULL)?,?$', re.MULTILINE)
_UNSEEN = ("object", "schema")  # parts that are missing: all of it, or where it belongs


class Comparison:
    """Two schemas, of which `first` stays as it is.

    What one of them has and does not show is neither missing nor extra, and left out. `stuck` are tables with
    partitions, or partitions, of one that is in both and not changed: they are not made or dropped either.
    """

    def __init__(self, editor: TableEditor, writer: SchemaWriter, first: Side, other: Side) -> None:
        self._editor, self._writer, self.first, self.other = editor, writer, first, other
        self._habits = writer.HABITS
        first.becomes = other
        self.unseen = Unseen(first, other)
        own = [key for key in first.refs if key.kind not in PARTS and not self.unseen.has(key)]
        theirs = [key for key in other.refs if key.kind not in PARTS and not self.unseen.has(key)]
        self.missing = [key for key in own if key not in other.refs]
        self.both = [key for key in own if key in other.refs]
        self.extra = [key for key in theirs if key not in first.refs]
        self.different = [key for key in self.both if not is_alike(first, other, key)]
        self.divided = [key for key in self.different if key.kind == _TABLE and self._is_divided(key)]
        self.stuck = self._stuck()
        self.tables = self._tables()

    def _is_divided(self, key: Key) -> bool:
        return any(self._writer.is_divided(side.texts[key]) for side in (self.first, self.other))

    def _stuck(self) -> set[Key]:
        found = set(self.divided)
        while True:
            names = {side.refs[key].name for side in (self.first, self.other) for key in found if key in side.refs}
            parts = {key for key in self.missing if key.kind == _TABLE and self._is_part(key, names)}
            for key in (key for key in self.extra if key.kind == _TABLE):
                name = {self.other.refs[key].name}
                if any(one in self.other.refs and self.other.mentions(one, name) for one in found):
                    parts.add(key)
            if parts <= found:
                break
            found |= parts
        names = {key.name for key in found}
        found |= {key for key in (*self.missing, *self.extra) if key.kind == "trigger" and key.parent in names}
        return found.difference(self.divided)

    def _is_part(self, key: Key, names: Collection[str]) -> bool:
        """Whether a table of the first schema is a partition of one of these, or inherits from it."""
        said = self._writer.parents(self.first.texts[key])
        return any(mentions(said, name, self._habits.dialect) for name in names)

    def _tables(self) -> list[Key]:
        """The tables that are compared column by column: those that differ, and those that refer to them."""
        chosen = [key for key in self.different if key.kind == _TABLE and key not in self.divided]
        if not self._habits.reties or not chosen:
            return chosen
        names = {self.other.refs[key].name for key in chosen}
        for key in self.both:
            said = " ".join(sql for side in (self.first, self.other) for sql in side.whole(key)).upper()
            if key.kind == _TABLE and key not in self.different and "REFERENCES" in said:
                chosen += [key] * (self.other.mentions(key, names) and not self._is_divided(key))
        return chosen

    async def read_first(self, session: DatabaseSession) -> dict[Key, Table]:
        """The tables of the first schema."""
        return {key: await self._editor.read_table(session, self.first.refs[key]) for key in self.tables}


class Unseen:
    """What one of the sides has and does not show, because of privileges or of a lock."""

    def __init__(self, *sides: Side) -> None:
        self._relations, self._others = set[str](), set[tuple[str, str]]()
        self._sides = sides
        for side in sides:
            refs = [one.object for one in side.incomplete if one.part in _UNSEEN and one.object is not None]
            for key in map(side.key, refs):
                if key.kind in _RELATIONS:
                    self._relations.add(key.name)
                elif key.kind != "schema":
                    self._others.add((key.kind, key.name))

    def has(self, key: Key) -> bool:
        """Whether it is one of these, a part of one, or a sequence that may belong to one."""
        if key.kind in _RELATIONS and key.name in self._relations:
            return True
        if key.parent in self._relations or (key.kind, key.name) in self._others:
            return True
        sides = [side for side in self._sides if key.kind == "sequence" and key in side.refs]
        return any(side.mentions(key, self._relations) for side in sides)


def rest_of(side: Side, key: Key) -> list[tuple[str, ...]]:
    """What the statements of a table say beside its columns and its parts."""
    first, *more = side.texts[key]
    _, mark, tail = first.rpartition("\n)")
    kept = [
        sql for sql in more if not sql.startswith("COMMENT ON ") and " ADD " not in sql and " SET DEFAULT " not in sql
    ]
    return sorted(map(side.said, [*kept, *([tail] if mark and side.habits.replaces else [])]))


def lines_of(side: Side, key: Key, unnamed: Collection[str]) -> list[tuple[str, ...]]:
    """The same with the columns, in any order, where a model of a table does not have all that they have.

    Without constraints of these names, which the engine made.
    """
    if not side.habits.replaces:
        return rest_of(side, key)
    text = "\n".join(side.whole(key)).splitlines()
    lines = [side.said(one.strip().rstrip(",")) for one in text]
    names = {f"{mark}{name}{mark}" for name in unnamed for mark in ("", '"')} | {name.upper() for name in unnamed}
    return sorted(one for one in lines if names.isdisjoint(one) or "CONSTRAINT" not in one)


def loses_options(first: Side, other: Side, key: Key) -> bool:
    """Whether an identity of the first schema counts in a way that it does not in the other, even when it is added."""
    own, theirs = (
        {side.said(" ".join(one)) for one in _IDENTITY.findall(side.texts[key][0])} for side in (first, other)
    )
    return not {one for one in own if len(one) > 1} <= theirs
