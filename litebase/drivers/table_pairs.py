"""One table in two schemas: what differs, and what the other one shall be."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from litebase_schema.catalog import ObjectRef
from litebase_schema.compare import PropertyDifference

from litebase.drivers.altering import Column, Part, Rules, Table
from litebase.drivers.comparing import Habits, Key, Side
from litebase.sql.clauses import Clauses, mentions

_FACTS = (
    "db_type", "nullable", "default", "identity", "generated", "expression", "charset", "collation", "comment",
    "on_update",
)  # fmt: skip
_SQL = frozenset({"db_type", "default", "expression", "on_update"})
_SHAPE = frozenset({"db_type", "charset", "collation", "identity", "generated", "expression"})
_KEYS = frozenset({"primary_key", "unique"})


@dataclass(slots=True)
class Found:
    """One difference; `part` is what mends it, if that has statements of its own."""

    difference: str
    object: ObjectRef
    first: str | None = None
    other: str | None = None
    properties: list[PropertyDifference] = field(default_factory=list)


class TablePair:
    """A table of the first schema, as it would be in the other one, and the table that is there."""

    def __init__(self, key: Key, sides: tuple[Side, Side], tables: tuple[Table, Table], rules: Rules) -> None:
        self.key, self.rules = key, rules
        self._first, self._other = sides
        self.before = tables[1]
        self.after = _moved(tables[0], *sides)
        self.after.schema, self.after.name, self.after.origin = self.before.schema, self.before.name, self.before.name
        self.after.referenced_by, self.after.remarks = self.before.referenced_by, self.before.remarks
        self.differences: list[Found] = []
        self.shaken: set[str] = set()  # columns whose shape changes, or that go
        self.is_reordered = False
        self.remarks: list[Part] = []  # parts of which only the comment differs
        self.renamed: list[tuple[str, str]] = []  # names that the engine made for the same constraint
        self._match_columns()
        self._match_parts(tables[0].parts)
        self._compare_table(tables[0])

    @property
    def habits(self) -> Habits:
        """Those of the engine."""
        return self._first.habits

    def ties(self) -> bool:
        """Whether foreign keys that have to do with the table stand in the way of what changes."""
        kinds = {*_KEYS, "index"} if self.habits.index_ties else _KEYS
        numbers = {one.number for one in self.after.parts}
        moving = [one for one in self.before.parts if one.number not in numbers]
        moving += [one for one in self.after.parts if one.number is None] if self.habits.index_ties else []
        return bool(self.shaken) or any(one.kind in kinds or one.unique for one in moving)

    def retie(self, tied: Collection[str]) -> None:
        """Let foreign keys be dropped and made again that refer to one of these tables, or are of one."""
        for at, part in enumerate(self.after.parts):
            if part.kind != "foreign_key" or part.number is None:
                continue
            schema, table = referred(part, self)
            if self.before.name in tied or (schema == self.before.schema and table in tied):
                self.after.parts[at] = replace(part, number=None)

    def _match_columns(self) -> None:
        own = {self.rules.folded(one.name): one for one in self.before.columns}
        matched = list[Column]()
        for new in self.after.columns:
            old = own.pop(self.rules.folded(new.name), None)
            if old is None:
                new.origin = None
                self._add("missing", self._ref("column", new.name), _said(new), None)
            else:
                matched.append(old)
                self._match_column(old, new)
        for old in own.values():
            self.shaken.add(old.name)
            self._add("extra", self._ref("column", old.name), None, _said(old))
        self.is_reordered = matched != [one for one in self.before.columns if one in matched]
        self._remake()

    def _match_column(self, old: Column, new: Column) -> None:
        new.origin = old.name
        facts = [_property(name, getattr(new, name), getattr(old, name)) for name in _FACTS]
        facts = [one for one in facts if not self._is_same(one)]
        if (clauses := _clauses(new)) != _clauses(old):
            facts.append(_property("clauses", clauses, _clauses(old)))
        if new.name != old.name:
            facts.append(_property("name", new.name, old.name))
        if facts:
            self._add("different", self._ref("column", old.name), _said(new), _said(old), facts)
        for name in _FACTS:  # spelled as the other side has it, where that means the same
            if all(one.name != name for one in facts):
                setattr(new, name, getattr(old, name))
        if any(one.name in _SHAPE for one in facts):
            self.shaken.add(old.name)

    def _is_same(self, one: PropertyDifference) -> bool:
        if one.first is None or one.other is None or one.name not in _SQL:
            return one.first == one.other
        return self._other.said(one.first) == self._other.said(one.other)

    def _remake(self) -> None:
        """Make generated columns anew where the engine would not change what they are made of."""
        if not self.habits.reties:
            return
        for new in self.after.columns:
            old = next((one for one in self.before.columns if one.name == new.origin), None)
            if old is None or "none" == old.generated == new.generated:
                continue
            text = f"{old.expression or ''} {new.expression or ''}"
            if (old.generated, old.expression) != (new.generated, new.expression) or any(
                mentions(text, name, self.habits.dialect) for name in self.shaken if name != old.name
            ):
                self.shaken.add(old.name)
                if new.generated != "none":
                    new.origin = None

    def _match_parts(self, first: Sequence[Part]) -> None:
        waiting = [(self._signature(one, self._other), one) for one in self.before.parts]
        added = list[tuple[int, Part]]()
        for at, new in enumerate(self.after.parts):
            signature = self._signature(first[at], self._first)
            found = next((one for one in waiting if one[0] == signature), None)
            if found is None:
                added.append((at, new))
                continue
            waiting.remove(found)
            self._keep(at, found[1])
        gone = [one for _, one in waiting]
        same = self._with_other_names(first, [at for at, _ in added], gone)
        for at, kept in same.items():
            gone.remove(kept)
            self.renamed.append((first[at].name or "", kept.name or ""))
            self._keep(at, kept)
        added = [(at, new) for at, new in added if at not in same]
        for at, new in added:
            self.after.parts[at] = replace(new, number=None)
            old = next((one for one in gone if one.kind == new.kind and _is_same_name(one, new)), None)
            if old is not None:
                gone.remove(old)
            kind = "missing" if old is None else "different"
            self._add(kind, self.before.part_ref(new), _said_part(new), None if old is None else _said_part(old))
        for old in gone:
            self._add("extra", self.before.part_ref(old), None, _said_part(old))

    def _with_other_names(self, first: Sequence[Part], added: Sequence[int], gone: Sequence[Part]) -> dict[int, Part]:
        """Constraints that only have another name, which the engine made on both sides."""
        waiting = [(self._unnamed(one, self._other), one) for one in gone if self._is_unnamed(one, self.before.parts)]
        found = dict[int, Part]()
        for at in added:
            if self._is_unnamed(first[at], first):
                own = self._unnamed(first[at], self._first)
                if (same := next((one for one in waiting if one[0] == own), None)) is not None:
                    waiting.remove(same)
                    found[at] = same[1]
        while True:  # a name that another constraint gets is not kept
            needed = {first[at].name for at in added if at not in found}
            taken = [at for at, old in found.items() if old.name in needed]
            if not taken:
                return found
            for at in taken:
                del found[at]

    def _is_unnamed(self, part: Part, parts: Sequence[Part]) -> bool:
        pattern = self.habits.names_itself
        if pattern is None or part.name is None or part.inline is not None:
            return False
        if part.kind == "index":  # which MySQL makes for a foreign key, and names like that or like its column
            keys = [one for one in parts if one.kind == "foreign_key" and list(one.columns) == list(part.columns)]
            return self.habits.index_ties and any(part.name in (one.name, one.columns[0]) for one in keys)
        return re.fullmatch(pattern.replace("{}", re.escape(self.before.name)), part.name) is not None

    def _unnamed(self, part: Part, side: Side) -> tuple[Any, ...]:
        """By what a constraint is found that has no name of its own."""
        name = self.habits.dialect.quoted(part.name or "")
        text = part.text and part.text.removeprefix(f"CONSTRAINT {name} ").replace(f"KEY {name} ", "KEY ", 1)
        return self._signature(replace(part, name=None, text=text), side)

    def _keep(self, at: int, old: Part) -> None:
        """A part that is on both sides; it goes with a column that is made anew, and is made again."""
        new = self.after.parts[at]
        remade = {one.name for one in self.after.columns if one.origin is None}
        columns = [one for one in self.before.columns if one.name in remade]
        again = any(self.rules.uses(old, one) for one in columns)
        self.after.parts[at] = replace(new, number=None) if again else replace(old, comment=new.comment)
        if old.comment != new.comment:
            facts = [_property("comment", new.comment, old.comment)]
            self._add("different", self.before.part_ref(old), _said_part(new), _said_part(old), facts)
            self.remarks.append(new)

    def _signature(self, part: Part, side: Side) -> tuple[Any, ...]:
        """By what a part is found on the other side."""
        name = part.name if part.name is None else self.rules.folded(part.name)
        if part.text is not None:
            return part.kind, name, part.inline and self.rules.folded(part.inline), side.said(part.text)
        place = part.referenced and ("" if side.is_home(part.referenced[0]) else part.referenced[0], part.referenced[1])
        columns = tuple(map(self.rules.folded, part.columns)), tuple(map(self.rules.folded, part.referenced_columns))
        return part.kind, name, place, columns, part.on_update, part.on_delete

    def _compare_table(self, first: Table) -> None:
        facts = []
        if first.comment != self.before.comment:
            facts.append(_property("comment", first.comment, self.before.comment))
        if self._first.said(first.options) == self._other.said(self.before.options):
            self.after.options = self.before.options
        else:
            facts.append(_property("options", first.options, self.before.options))
        if self.is_reordered and self.rules.reorders is None:
            both = [[one.name for one in table.columns] for table in (self.after, self.before)]
            facts.append(_property("column_order", *(", ".join(names) for names in both)))
        if facts:
            self._add("different", self.before.ref, None, None, facts)

    def _ref(self, kind: str, name: str) -> ObjectRef:
        return ObjectRef(kind=kind, schema_name=self.before.schema, name=name, parent_name=self.before.name)

    def _add(
        self, kind: str, ref: ObjectRef, first: str | None, other: str | None,
        facts: Sequence[PropertyDifference] = (),
    ) -> None:  # fmt: skip
        self.differences.append(Found(kind, ref, first, other, list(facts)))


def referred(part: Part, pair: TablePair) -> tuple[str, str]:
    """The table that a foreign key refers to."""
    if part.referenced is not None:
        return part.referenced
    said = Clauses(part.text or "", pair.habits.dialect)
    said.until(("REFERENCES",))
    said.take()
    names = [said.name()]
    while said.word == ".":
        said.take()
        names.append(said.name())
    return (names[0] if names[1:] else pair.before.schema), names[-1]


def _moved(table: Table, first: Side, other: Side) -> Table:
    """A copy of a table of the first schema with the names of the other one."""

    def text(sql: str | None) -> str | None:
        return None if sql is None else first.moved(sql, other.schema)

    made = table.copy()
    for one in made.columns:
        one.db_type = first.moved(one.db_type, other.schema)
        one.default, one.expression = text(one.default), text(one.expression)
        one.more = tuple(first.moved(clause, other.schema) for clause in one.more)
    made.parts = [_moved_part(one, text, first.schema, other.schema) for one in made.parts]
    return made


def _moved_part(part: Part, text: Callable[[str | None], str | None], schema: str, other: str) -> Part:
    place = part.referenced
    if place is not None and place[0] == schema:
        place = (other, place[1])
    return replace(part, text=text(part.text), expression=text(part.expression), referenced=place)


def _property(name: str, first: object, other: object) -> PropertyDifference:
    return PropertyDifference(name=name, first=_shown(first), other=_shown(other))


def _shown(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else str(value).lower()


def _clauses(column: Column) -> str | None:
    return " ".join([column.conflict.strip(), *column.more]).strip() or None


def _said(column: Column) -> str:
    """A column for people."""
    return " ".join(_words(column))


def _words(column: Column) -> Iterator[str]:
    yield column.db_type
    if column.charset is not None:
        yield f"CHARACTER SET {column.charset}"
    if column.collation is not None:
        yield f"COLLATE {column.collation}"
    if column.generated != "none":
        yield f"GENERATED ALWAYS AS ({column.expression}) {column.generated.upper()}"
    if not column.nullable:
        yield f"NOT NULL{column.conflict}"
    if column.default is not None:
        yield f"DEFAULT {column.default}"
    if column.on_update is not None:
        yield f"ON UPDATE {column.on_update}"
    if column.identity != "none":
        yield column.identity.upper().replace("_", " ")
    yield from column.more


def _is_same_name(one: Part, other: Part) -> bool:
    return one.kind == "primary_key" or (one.name is not None and one.name == other.name)


def _said_part(part: Part) -> str:
    """A part for people."""
    if part.text is not None:
        return part.text
    schema, table = part.referenced or ("", "")
    return (
        f"FOREIGN KEY ({', '.join(part.columns)}) REFERENCES {schema}.{table} ({', '.join(part.referenced_columns)})"
        f" ON UPDATE {part.on_update} ON DELETE {part.on_delete}".replace("_", " ")
    )
