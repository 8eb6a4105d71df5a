"""Tables and views, described from the schema table and the table-valued pragmas.

One statement per kind of part and per attached database. A pragma of a view whose table is gone is an error, so views
are asked one by one where they cannot be asked together.
"""

import re
from collections.abc import Collection, Mapping, Sequence
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
from litebase.drivers.sqlite.objects.names import folded, schemas
from litebase.drivers.sqlite.values import kind_of_declared
from litebase.errors import QueryFailed
from litebase.sql.dialect import SQLITE
from litebase.sql.effect import outline
from litebase.sql.lexical import LETTER_OR_DOLLAR

# the schema table has no index: it is read through once, with the comparisons that SQLite makes fastest
_TEXTS = """SELECT s.type, s.name, s.tbl_name, s.rootpage, s.sql FROM {schema}.sqlite_schema s
WHERE s.tbl_name COLLATE NOCASE IN ({names}) OR (s.type = 'table' AND s.sql LIKE '%references%')"""
_TRAITS = "SELECT s.name, l.wr, l.strict FROM {tables} JOIN pragma_table_list(s.name) l WHERE l.schema = ?1"
_COLUMNS = """SELECT s.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
FROM {tables} JOIN pragma_table_xinfo(s.name, ?1) x ORDER BY s.name, x.cid"""
_INDEXES = """SELECT s.name, l.name, l."unique", l.origin, l.partial, x.name, x.cid, x."desc", x.key
FROM {tables} JOIN pragma_index_list(s.name, ?1) l JOIN pragma_index_xinfo(l.name, ?1) x
ORDER BY s.name, l.seq, x.seqno"""
_FOREIGN_KEYS = """SELECT s.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
FROM {tables} JOIN pragma_foreign_key_list(s.name, ?1) f ORDER BY s.name, f.id, f.seq"""
_TABLES = "(SELECT column1 AS name FROM (VALUES {})) s"
_REAL_NAMES = (
    "SELECT s.name FROM {schema}.sqlite_schema s WHERE s.type = 'table' AND s.name COLLATE NOCASE IN ({names})"
)
_KEYS = """SELECT s.name, x.name, x.pk FROM {tables} JOIN pragma_table_xinfo(s.name, ?1) x ORDER BY s.name, x.pk"""
_HAS_TRAITS = re.compile("without|strict", re.IGNORECASE)
_REFERRED = re.compile(
    rf"""references\s*(?:"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|'((?:[^']|'')*)'|\[([^]]*)]|({LETTER_OR_DOLLAR}+))?""",
    re.IGNORECASE,
)
_HIDDEN, _VIRTUAL, _STORED = 1, 2, 3  # what pragma_table_xinfo says of a column
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_IN_TEXT = "SQLite reports none by itself; what there is stands in `definition`."


async def describe_objects(session: DatabaseSession, tables: Sequence[ObjectRef]) -> Descriptions:
    """Those of these tables and views that exist."""
    answer = Descriptions()
    known = await schemas(session)
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
        self._index_texts: dict[str, str | None] = {}

    async def run(self) -> None:
        """Describe those that exist."""
        texts = await self._rows(_TEXTS, self._names)
        wanted = set(self._names)
        for kind, name, _, root_page, sql in texts:
            if kind in ("table", "view") and name in wanted:
                real = "virtual_table" if kind == "table" and root_page == 0 else kind
                self._drafts[name] = Draft(ObjectRef(kind=real, schema_name=self._schema, name=name), definition=sql)
        if not self._drafts:
            return
        self._answer.found.update({(self._schema, name): one for name, one in self._drafts.items()})
        special = [name for name, one in self._drafts.items() if _HAS_TRAITS.search(one.definition or "")]
        for name, without_rowid, strict in await self._rows(_TRAITS, special):  # it looks at all tables for each
            one = self._drafts[name]
            one.traits += ["without_rowid"] * bool(without_rowid) + ["strict"] * bool(strict)
        self._index_texts = {name: sql for kind, name, _, _, sql in texts if kind == "index"}
        unique = await self._indexes([name for name, one in self._drafts.items() if one.object.kind == "table"])
        await self._columns()
        await self._foreign_keys(unique, [(name, sql) for kind, name, _, _, sql in texts if kind == "table"])
        lowered = {folded(name): one for name, one in self._drafts.items()}
        for name, table, sql in sorted((name, table, sql) for kind, name, table, _, sql in texts if kind == "trigger"):
            if (table := folded(table)) in lowered:
                trigger = DescribedTrigger(name=name, enabled=True, definition=sql, comment=None)
                lowered[table].triggers.append(trigger)
        for one in self._drafts.values():
            one.row_identity = _identity(one)
            self._note_what_only_the_text_says(one)

    async def _rows(self, sql: str, names: Sequence[str] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """The rows about tables of these names."""
        if not names:
            return []
        at = [f"?{number}" for number in range(2, len(names) + 2)]
        text = sql.format(
            schema=SQLITE.quoted(self._schema),
            tables=_TABLES.format(", ".join(f"({one})" for one in at)),
            names=", ".join(at),
        )
        return await read(self._session, text, self._schema, *names)

    async def _columns(self) -> None:
        try:
            found = await self._rows(_COLUMNS, self._drafts)
        except QueryFailed:
            found = []
            for name, one in self._drafts.items():
                try:
                    found += await self._rows(_COLUMNS, [name])
                except QueryFailed as failed:
                    one.traits.append("invalid")
                    self._answer.missing.append(hidden("columns", failed.message, one.object))
        for table, group in groupby(found, key=lambda row: row[0]):
            one, rows = self._drafts[table], list(group)
            key = [name for _, name, _, _, _, pk, *_ in sorted(rows, key=lambda row: row[5]) if pk]
            if key:
                one.keys.insert(0, DescribedKey(name=None, primary=True, columns=key))
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
    ) -> DescribedColumn:
        # a key with an index of its own, as INTEGER PRIMARY KEY DESC has, is not the rowid
        has_index = any(index.primary for index in one.indexes) or "without_rowid" in one.traits
        is_rowid = key == [name] and db_type.upper() == "INTEGER" and not has_index
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
        """Describe the indexes; the columns of every unique one, by table."""
        unique: dict[str, list[Sequence[str]]] = {}
        rows = await self._rows(_INDEXES, tables)
        for (table, name, is_unique, origin, partial), group in groupby(rows, key=lambda row: row[:5]):
            sql = self._index_texts.get(name) if partial else None
            index = _index(name, is_unique, origin, partial, sql, [row[5:] for row in group])
            columns = [part.column for part in index.parts if part.column is not None]
            if index.unique and not partial and len(columns) == len(index.parts):
                unique.setdefault(table, []).append(columns)
            if table not in self._drafts:
                continue
            self._drafts[table].indexes.append(index)
            if origin == "u":
                self._drafts[table].keys.append(DescribedKey(name=None, primary=False, columns=columns))
        return unique

    async def _foreign_keys(
        self, unique: dict[str, list[Sequence[str]]], texts: Sequence[tuple[str, str | None]]
    ) -> None:
        described = {folded(name) for name in self._drafts}
        referring = [name for name, sql in texts if _refers(sql or "", None if name in self._drafts else described)]
        rows = await self._rows(_FOREIGN_KEYS, referring)
        if not rows:
            return
        others = list(dict.fromkeys(row[0] for row in rows if row[0] not in self._drafts))
        unique |= await self._indexes(others)
        targets = list(dict.fromkeys(row[2] for row in rows))
        real_names = {folded(name): name for (name,) in await self._rows(_REAL_NAMES, targets)}
        rows = [(*row[:2], real_names.get(folded(row[2]), row[2]), *row[3:]) for row in rows]
        involved = list(dict.fromkeys([*(row[0] for row in rows), *(row[2] for row in rows)]))
        keys: dict[str, list[str]] = {}
        real_columns: dict[tuple[str, bytes], str] = {}  # a key may name them in another case
        for table, column, in_key in await self._rows(_KEYS, involved):
            real_columns[table, folded(column)] = column
            if in_key:
                keys.setdefault(table, []).append(column)
        for (table, _, target, on_update, on_delete), group in groupby(rows, key=lambda row: (*row[:3], *row[5:])):
            pairs = [(row[3], row[4]) for row in group]
            columns = [column for column, _ in pairs]
            named = [real_columns.get((target, folded(column)), column) for _, column in pairs if column is not None]
            own_keys = [*unique.get(table, []), *([keys[table]] if table in keys else [])]
            key = ForeignKey(
                name=None,
                table=ObjectRef(kind="table", schema_name=self._schema, name=table),
                columns=columns,
                referenced_table=ObjectRef(kind="table", schema_name=self._schema, name=target),
                referenced_columns=named or keys.get(target, []),  # the primary key, where none is named
                on_update=on_update.lower().replace(" ", "_"),
                on_delete=on_delete.lower().replace(" ", "_"),
                unique=within_a_key(columns, own_keys),
                enforced=False,  # SQLite looks only at what changes, in sessions that ask for it
            )
            if table in self._drafts:
                self._drafts[table].foreign_keys.append(key)
            if target in self._drafts:
                self._drafts[target].referenced_by.append(key)

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


def _refers(sql: str, names: Collection[bytes] | None) -> bool:
    """Whether a table's text may name one of these tables as its target, or any; its pragma says what it does."""
    for found in _REFERRED.finditer(sql):
        target = next((text for text in found.groups() if text is not None), None)  # none before a comment
        if names is None or target is None or folded(target) in names or any(mark in target for mark in "\"'`"):
            return True
    return False


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
    taken = {folded(column.name) for column in one.columns}
    free = [name for name in _ROWID_NAMES if folded(name) not in taken]
    if free and "without_rowid" not in one.traits:
        return RowIdentity(columns=free[:1], source="rowid")
    return by_keys if by_keys.source == "unique" else RowIdentity(columns=[], source="none")
