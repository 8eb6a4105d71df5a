"""Tables and views, described from the schema table and the table-valued pragmas.

One statement per kind of part and per attached database. A pragma of a view whose table is gone is an error, so views
are asked one by one where they cannot be asked together.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from litebase_schema.catalog import (
    DescribedColumn,
    DescribedIndex,
    DescribedKey,
    DescribedTrigger,
    ForeignKey,
    IndexPart,
    ObjectRef,
    RowIdentity,
)

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import Descriptions, Draft, hidden, identity_by_keys, read, within_a_key
from litebase.drivers.sqlite.values import kind_of_declared
from litebase.errors import QueryFailed
from litebase.sql.dialect import SQLITE
from litebase.sql.effect import outline

_SCHEMAS = "SELECT name FROM pragma_database_list"
_OBJECTS = """SELECT s.name,
CASE WHEN s.type = 'view' THEN 'view' WHEN s.rootpage = 0 THEN 'virtual_table' ELSE 'table' END, s.sql
FROM {schema}.sqlite_schema s WHERE s.type IN ('table', 'view') AND s.name IN ({names})"""
_TRAITS = "SELECT name, wr, strict FROM pragma_table_list WHERE schema = ? AND name IN ({names})"
# a key with an index of its own, as INTEGER PRIMARY KEY DESC has, is not the rowid
_COLUMNS = """SELECT s.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden,
x.pk > 0 AND EXISTS (SELECT 1 FROM pragma_index_list(s.name, ?1) l WHERE l.origin = 'pk')
FROM {schema}.sqlite_schema s JOIN pragma_table_xinfo(s.name, ?1) x
WHERE s.type IN ('table', 'view') AND s.name IN ({names}) ORDER BY s.name, x.cid"""
_INDEXES = """SELECT s.name, l.name, l."unique", l.origin, l.partial, i.sql, x.name, x.cid, x."desc", x.key
FROM {schema}.sqlite_schema s JOIN pragma_index_list(s.name, ?) l JOIN pragma_index_xinfo(l.name, ?) x
LEFT JOIN {schema}.sqlite_schema i ON i.type = 'index' AND i.name = l.name
WHERE s.type = 'table' AND s.name IN ({names}) ORDER BY s.name, l.seq, x.seqno"""
_FOREIGN_KEYS = """SELECT s.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
FROM {schema}.sqlite_schema s JOIN pragma_foreign_key_list(s.name, ?) f
WHERE s.type = 'table' AND (s.name IN ({names}) OR lower(f."table") IN ({lowered}))
ORDER BY s.name, f.id, f.seq"""
_KEYS = """SELECT s.name, x.name, x.pk FROM {schema}.sqlite_schema s JOIN pragma_table_xinfo(s.name, ?) x
WHERE s.type = 'table' AND x.pk > 0 AND s.name IN ({names}) ORDER BY s.name, x.pk"""
_TRIGGERS = """SELECT t.tbl_name, t.name, t.sql FROM {schema}.sqlite_schema t
WHERE t.type = 'trigger' AND lower(t.tbl_name) IN ({lowered}) ORDER BY t.name"""
_HIDDEN, _VIRTUAL, _STORED = 1, 2, 3  # what pragma_table_xinfo says of a column
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_IN_TEXT = "SQLite reports none by itself; what there is stands in `definition`."


async def describe_objects(session: DatabaseSession, tables: Sequence[ObjectRef]) -> Descriptions:
    """Those of these tables and views that exist."""
    answer = Descriptions()
    known = {name for (name,) in await read(session, _SCHEMAS)}
    for schema in dict.fromkeys(one.schema_name or "" for one in tables):
        if schema in known:
            names = [one.name for one in tables if one.schema_name == schema]
            await _Describing(session, schema, names, answer).run()
    return answer


class _Describing:
    """Descriptions of tables in one attached database."""

    def __init__(self, session: DatabaseSession, schema: str, names: Sequence[str], answer: Descriptions) -> None:
        self._session, self._schema, self._answer = session, schema, answer
        self._names = names
        self._drafts: dict[str, Draft] = {}

    async def run(self) -> None:
        """Describe those that exist."""
        for name, kind, sql in await self._rows(_OBJECTS, self._names):
            ref = ObjectRef(kind=kind, schema_name=self._schema, name=name)
            self._drafts[name] = Draft(ref, definition=sql)
        if not self._drafts:
            return
        self._answer.found.update({(self._schema, name): one for name, one in self._drafts.items()})
        for name, without_rowid, strict in await self._rows(_TRAITS, self._drafts, self._schema):
            one = self._drafts[name]
            one.traits += ["without_rowid"] * bool(without_rowid) + ["strict"] * bool(strict)
        await self._columns()
        unique = await self._indexes([name for name, one in self._drafts.items() if one.object.kind == "table"])
        await self._foreign_keys(unique)
        lowered = {name.lower(): one for name, one in self._drafts.items()}
        for table, name, sql in await self._rows(_TRIGGERS, self._drafts):
            trigger = DescribedTrigger(name=name, enabled=True, definition=sql, comment=None)
            lowered[table.lower()].triggers.append(trigger)
        for one in self._drafts.values():
            one.row_identity = _identity(one)
            self._note_what_only_the_text_says(one)

    async def _rows(self, sql: str, names: Sequence[str] | Mapping[str, Any], *first: str) -> Sequence[tuple[Any, ...]]:
        """Numbered placeholders, because a statement names the tables more than once."""
        at = range(len(first) + 1, len(first) + len(names) + 1)
        text = sql.format(
            schema=SQLITE.quoted(self._schema),
            names=", ".join(f"?{number}" for number in at),
            lowered=", ".join(f"lower(?{number})" for number in at),
        )
        return await read(self._session, text, *first, *names)

    async def _columns(self) -> None:
        try:
            found = await self._rows(_COLUMNS, self._drafts, self._schema)
        except QueryFailed:
            found = []
            for name, one in self._drafts.items():
                try:
                    found += await self._rows(_COLUMNS, [name], self._schema)
                except QueryFailed as failed:
                    one.traits.append("invalid")
                    self._answer.missing.append(hidden("columns", failed.message, one.object))
        for table, group in groupby(found, key=lambda row: row[0]):
            one, rows = self._drafts[table], list(group)
            key = [name for _, name, _, _, _, pk, *_ in sorted(rows, key=lambda row: row[5]) if pk]
            if key:
                one.keys.append(DescribedKey(name=None, primary=True, columns=key))
            one.columns += [self._column(one, key, *row[1:]) for row in rows]

    def _column(
        self,
        one: Draft,
        key: Sequence[str],
        name: str,
        db_type: str,
        not_null: int,
        default: str | None,
        pk: int,
        hides: int,
        key_has_index: int,
    ) -> DescribedColumn:
        is_rowid = (
            key == [name] and db_type.upper() == "INTEGER" and not key_has_index and "without_rowid" not in one.traits
        )
        counts = is_rowid and "AUTOINCREMENT" in _words(one.definition)
        return DescribedColumn(
            name=name,
            db_type=db_type,
            kind=kind_of_declared(db_type),
            nullable=None if one.object.kind == "view" else not (not_null or is_rowid),
            default=default,
            identity=("auto_increment" if counts else "rowid") if is_rowid else "none",
            generated={_VIRTUAL: "virtual", _STORED: "stored"}.get(hides, "none"),
            expression=None,
            collation=None,
            comment=None,
            hidden=hides == _HIDDEN,
            key_part=pk > 0,
        )

    async def _indexes(self, tables: Sequence[str]) -> dict[str, list[Sequence[str]]]:
        """Describe the indexes; the columns of every unique one, by the table's name in lower case."""
        unique: dict[str, list[Sequence[str]]] = {}
        rows = await self._rows(_INDEXES, tables, self._schema, self._schema) if tables else []
        for (table, name, is_unique, origin, partial, sql), group in groupby(rows, key=lambda row: row[:6]):
            index = _index(name, is_unique, origin, partial, sql, [row[6:] for row in group])
            columns = [part.column for part in index.parts if part.column is not None]
            if index.unique and not partial and len(columns) == len(index.parts):
                unique.setdefault(table.lower(), []).append(columns)
            if table not in self._drafts:
                continue
            self._drafts[table].indexes.append(index)
            if origin == "u":
                self._drafts[table].keys.append(DescribedKey(name=None, primary=False, columns=columns))
        return unique

    async def _foreign_keys(self, unique: dict[str, list[Sequence[str]]]) -> None:
        rows = await self._rows(_FOREIGN_KEYS, self._drafts, self._schema)
        if not rows:
            return
        lowered = {name.lower(): one for name, one in self._drafts.items()}
        others = list(dict.fromkeys(row[0] for row in rows if row[0] not in self._drafts))
        unique |= await self._indexes(others)
        involved = list(dict.fromkeys([*(row[0] for row in rows), *(row[2] for row in rows)]))
        keys: dict[str, list[str]] = {}
        for table, column, _ in await self._rows(_KEYS, involved, self._schema):
            keys.setdefault(table.lower(), []).append(column)
        for (table, _, target, on_update, on_delete), group in groupby(rows, key=lambda row: (*row[:3], *row[5:])):
            pairs = [(row[3], row[4]) for row in group]
            columns = [column for column, _ in pairs]
            named = [column for _, column in pairs if column is not None]
            own_keys = [*unique.get(table.lower(), []), *([keys[table.lower()]] if table.lower() in keys else [])]
            real = lowered[target.lower()].object.name if target.lower() in lowered else target
            key = ForeignKey(
                name=None,
                table=ObjectRef(kind="table", schema_name=self._schema, name=table),
                columns=columns,
                referenced_table=ObjectRef(kind="table", schema_name=self._schema, name=real),
                referenced_columns=named or keys.get(target.lower(), []),  # the primary key, where none is named
                on_update=on_update.lower().replace(" ", "_"),
                on_delete=on_delete.lower().replace(" ", "_"),
                unique=within_a_key(columns, own_keys),
                enforced=False,  # SQLite looks only at what changes, in sessions that ask for it
            )
            if table in self._drafts:
                self._drafts[table].foreign_keys.append(key)
            if target.lower() in lowered:
                lowered[target.lower()].referenced_by.append(key)

    def _note_what_only_the_text_says(self, one: Draft) -> None:
        words = _words(one.definition) if one.object.kind == "table" else set()
        generated = any(column.generated != "none" for column in one.columns)
        for part, there in (
            ("checks", "CHECK" in words),
            ("columns.collation", "COLLATE" in words),
            ("columns.expression", generated),
        ):
            if there:
                self._answer.missing.append(hidden(part, _IN_TEXT, one.object))


def _words(sql: str | None) -> set[str]:
    """The words of a definition that are not names in quotes."""
    return {word.text for word in outline(sql or "", SQLITE).text.words() if not word.quoted}


def _index(
    name: str, unique: int, origin: str, partial: int, sql: str | None, rows: Sequence[tuple[Any, ...]]
) -> DescribedIndex:
    parts = [
        IndexPart(column=column, expression=None, descending=bool(descending))
        for column, _, descending, is_key in rows
        if is_key
    ]
    return DescribedIndex(
        name=name,
        unique=bool(unique),
        primary=origin == "pk",
        parts=parts,
        included=[],
        method=None,
        predicate=_after_where(sql) if partial else None,
        valid=True,
        comment=None,
    )


def _after_where(sql: str | None) -> str | None:
    """The condition of a partial index. An index has no subqueries, so the word stands there once."""
    for word in outline(sql or "", SQLITE).text.words():
        if word.text == "WHERE" and not word.quoted:
            return (sql or "")[word.start + len("WHERE") :].strip()
    return None


def _identity(one: Draft) -> RowIdentity:
    """The primary key, unless it may hold NULLs, which SQLite allows; else the rowid, under a name that is free."""
    if one.object.kind != "table":
        return RowIdentity(columns=[], source="none")
    by_keys = identity_by_keys(one)
    never_null = {column.name for column in one.columns if column.nullable is False}
    is_safe = "without_rowid" in one.traits or "strict" in one.traits or never_null.issuperset(by_keys.columns)
    if by_keys.source == "primary_key" and is_safe:
        return by_keys
    taken = {column.name.lower() for column in one.columns}
    free = [name for name in _ROWID_NAMES if name not in taken]
    if free and "without_rowid" not in one.traits:
        return RowIdentity(columns=free[:1], source="rowid")
    return by_keys if by_keys.source == "unique" else RowIdentity(columns=[], source="none")
