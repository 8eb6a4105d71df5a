"""Tables and views, described from information_schema: one statement per kind of part and per schema.

MariaDB opens only the tables of a list of names, but reads the names of all tables of the schema to find them. So a few
tables are asked for in a part each, where both names are compared with a constant. Who refers to a table it would find
out by opening every table of the server; InnoDB's own list of foreign keys says it at once, to users who have the
PROCESS privilege.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from litebase_schema.catalog import (
    DescribedCheck,
    DescribedColumn,
    DescribedIndex,
    DescribedKey,
    DescribedPartition,
    DescribedTrigger,
    ForeignKey,
    IndexPart,
    ObjectRef,
)

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.reading import is_ignored, rows
from litebase.drivers.mysql.objects.rights import grants_on
from litebase.drivers.mysql.objects.shape import table_of
from litebase.drivers.objects import Descriptions, Draft, hidden, identity_by_keys, read, within_a_key
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

_FEW = 30  # tables that are asked for in a part each
Place = tuple[str, str]  # the schema and the name of a table

_TABLES = """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_COMMENT, ENGINE, TABLE_COLLATION, CREATE_OPTIONS
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)"""
_COLUMNS = """SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE,
COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION, COLLATION_NAME, COLUMN_COMMENT, COLUMN_KEY, PRIVILEGES
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)"""
_INDEXES = """SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, NON_UNIQUE, COLUMN_NAME, COLLATION, SUB_PART,
INDEX_TYPE, INDEX_COMMENT, {ignored}, {expression} FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)"""
_KEY_COLUMNS = """SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME,
REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)"""
_ACTIONS = """SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE
FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME IN (?)"""
_CHECKS_OF_MARIADB = """SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, 'YES'
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME IN (?)"""
_CHECKS_OF_MYSQL = """SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, k.CHECK_CLAUSE, t.ENFORCED
FROM information_schema.TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS k
USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME IN (?)"""
_TRIGGERS = """SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION,
ACTION_STATEMENT, ACTION_ORDER FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE IN (?)"""
_PARTITIONS = """SELECT TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION, PARTITION_NAME, PARTITION_METHOD,
PARTITION_EXPRESSION, PARTITION_DESCRIPTION FROM information_schema.PARTITIONS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) AND PARTITION_NAME IS NOT NULL
AND COALESCE(SUBPARTITION_ORDINAL_POSITION, 1) = 1"""
_VIEWS = """SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)"""
# names as those of files, of which InnoDB shows the beginning
_CUT = 193
_IS_PLAIN = re.compile(r"\w*", re.ASCII).fullmatch  # as a name of a file it is the same
_FILE_NAME = "CONVERT(CONVERT({0} USING filename) USING binary), '/', CONVERT(CONVERT({1} USING filename) USING binary)"
_FILE_NAME = f"CONVERT(LEFT(CONCAT({_FILE_NAME}), {_CUT}) USING utf8mb4)"
_REAL_NAME = "CONVERT(CONVERT(CONVERT(SUBSTRING_INDEX(FOR_NAME, '/', {}) USING binary) USING filename) USING utf8mb4)"
_KEYS_IN_MARIADB = """SELECT {schema}, {table}, FOR_NAME FROM information_schema.INNODB_SYS_FOREIGN
WHERE REF_NAME IN ({names}) OR FOR_NAME IN ({names})"""
_OF_CUT_NAMES = """SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
WHERE {file_name} IN ({names})"""
_REFERRING = """SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE
WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IN (?)"""
_REFERRING_IN_SCHEMA = """SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IN (?)"""

_KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), "integer"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext"), "text"),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), "bytes"),
    **dict.fromkeys(("inet4", "inet6"), "network"),
    **dict.fromkeys(
        ("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
         "geometrycollection", "geomcollection"), "geometry",
    ),
    "decimal": "decimal", "date": "date", "time": "time", "datetime": "timestamp", "timestamp": "timestamp",
    "json": "json", "uuid": "uuid", "enum": "enum", "bit": "bit",
}  # fmt: skip
_BARE = {"integer", "float", "decimal", "bit"}  # kinds whose defaults need no quotes
_ROW_TIMES = {"ROW START": "row_start", "ROW END": "row_end"}  # in place of an expression
_ON_UPDATE = re.compile(r"on update (\S+)", re.IGNORECASE)
_GENERATED = (("STORED GENERATED", "stored"), ("PERSISTENT", "stored"), ("VIRTUAL GENERATED", "virtual"))
_TRAITS = {"SYSTEM VERSIONED": "system_versioned", "TEMPORARY": "temporary", "TEMPORARY TABLE": "temporary"}
ONLY_SELECT = "The server shows this only to users who have more than the SELECT privilege on the table."
_ELSEWHERE = "Foreign keys of tables in other databases are shown only to users who have the PROCESS privilege."
NO_REASON = "The server gives no reason."
_NO_QUERY = "The query of a view is shown only to users who have the SHOW VIEW privilege."


class Describing:
    """Descriptions in the making: what is known of the tables that were asked for, and of those that refer to them."""

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session
        self._version = ServerVersion.of(session.server_version)
        self._answer = Descriptions()
        self._restricted = set[Place]()  # tables of which the user sees little
        self._collations: dict[Place, str | None] = {}

    async def of(self, wanted: Collection[Place]) -> Descriptions:
        """Those that exist."""
        drafts = self._answer.found
        for schema, table, kind, comment, engine, collation, options in await self._rows(_TABLES, wanted):
            one = _draft(schema, table, kind, comment)
            if "partitioned" in (options or ""):
                one.traits.append("partitioned")
            self._collations[schema, table] = collation
            if is_closed(kind, engine):
                self._answer.missing.append(hidden("object", comment or NO_REASON, one.object))
            elif not kind.endswith("SEQUENCE"):
                drafts[schema, table] = one
        if not drafts:
            return self._answer
        await self._columns()
        with_keys = await self._with_foreign_keys()
        indexes = await self._indexes({*drafts, *with_keys})
        await self._foreign_keys(with_keys, indexes)
        await self._others()
        await self._views()
        if refused := await grants_on(self._session, drafts.values()):
            self._answer.missing += [hidden("grants", refused, one.object) for one in drafts.values()]
        for place, one in drafts.items():
            one.row_identity = identity_by_keys(one)
            if place in self._restricted and "view" not in one.object.kind:
                for part in ("foreign_keys", "referenced_by", "checks", "triggers"):
                    if not getattr(one, part):
                        self._answer.missing.append(hidden(part, ONLY_SELECT, one.object))
        return self._answer

    async def _rows(self, sql: str, places: Iterable[Place], *more: str) -> Sequence[tuple[Any, ...]]:
        """The rows about tables of exactly these names, in the order of their first cells."""
        wanted = set(places)
        found = [row for row in await self._near(sql, wanted, *more) if (row[0], row[1]) in wanted]
        return sorted(set(found), key=lambda row: [(one is None, one) for one in row[:4]])

    async def _near(self, sql: str, places: Collection[Place], *more: str) -> list[tuple[Any, ...]]:
        """The rows that a statement finds for these names, and for others that differ only in case."""
        found: list[tuple[Any, ...]] = []
        for schema, group in groupby(sorted(places), key=lambda place: place[0]):
            names = [name for _, name in group]
            if len(names) <= _FEW:
                arms = [sql.replace("IN (?)", "= ?")] * len(names)
                text, params = "\nUNION ALL ".join(arms), [one for name in names for one in (schema, name, *more)]
            else:
                text, params = sql.replace("(?)", f"({', '.join('?' * len(names))})"), [schema, *names, *more]
            found += await rows(self._session, text, *params)
        return found

    async def _columns(self) -> None:
        for schema, table, _, name, db_type, data_type, nullable, default, *rest in await self._rows(
            _COLUMNS, self._answer.found
        ):
            one = self._answer.found[schema, table]
            extra, expression, collation, comment, key, privileges = rest
            if is_restricted(privileges):
                self._restricted.add((schema, table))
            kind = _KINDS.get(data_type.lower(), "other")
            on_update, usual = _ON_UPDATE.search(extra), self._collations[schema, table]
            generated = _ROW_TIMES.get((expression or "").upper()) or next(
                (word for mark, word in _GENERATED if mark in extra.upper()), "none"
            )
            one.columns.append(
                DescribedColumn(
                    name=name,
                    db_type=db_type,
                    kind=kind,
                    nullable=None if one.object.kind == "view" else nullable == "YES",
                    default=self._default(default, kind, extra),
                    identity="auto_increment" if "auto_increment" in extra else "none",
                    generated=generated,
                    expression=expression or None if generated in ("stored", "virtual") else None,
                    collation=collation if collation != usual and one.object.kind == "table" else None,
                    comment=comment or None,
                    hidden="INVISIBLE" in extra.upper(),
                    key_part=key == "PRI",
                    on_update=on_update and on_update[1],
                )
            )

    def _default(self, default: str | None, kind: str, extra: str) -> str | None:
        """As an SQL expression. MariaDB writes one; MySQL writes the value, or says that it is an expression."""
        if default is None or (self._version.is_mariadb and default == "NULL"):
            return None
        if self._version.is_mariadb or "DEFAULT_GENERATED" in extra or kind in _BARE:
            return default
        return "'" + default.replace("\\", "\\\\").replace("'", "''") + "'"

    async def _with_foreign_keys(self) -> set[Place]:
        """The tables that may have foreign keys: described ones, and those that refer to a described one."""
        places = [place for place, one in self._answer.found.items() if one.object.kind == "table"]
        if not places:
            return set()
        if not self._version.is_mariadb:
            return {*places, *((row[0], row[1]) for row in await self._near(_REFERRING, places))}
        try:
            return await self._with_foreign_keys_in_mariadb(places)
        except QueryFailed:  # without the PROCESS privilege
            self._answer.missing += [
                hidden("referenced_by", _ELSEWHERE, self._answer.found[one].object) for one in places
            ]
        found: list[tuple[Any, ...]] = []
        for schema in {schema for schema, _ in places}:
            names = [name for own, name in places if own == schema]
            sql = _REFERRING_IN_SCHEMA.replace("(?)", f"({', '.join('?' * len(names))})")
            found += await rows(self._session, sql, schema, schema, *names)
        return {*places, *((row[0], row[1]) for row in found)}

    async def _with_foreign_keys_in_mariadb(self, places: Sequence[Place]) -> set[Place]:
        files = await self._file_names(places)
        sql = _KEYS_IN_MARIADB.format(
            schema=_REAL_NAME.format(1), table=_REAL_NAME.format(-1), names=", ".join("?" * len(files))
        )
        found = await read(self._session, sql, *files, *files)
        cut = list({name for *_, name in found if len(name) == _CUT})
        whole = {(schema, table) for schema, table, name in found if name not in cut}
        if cut:
            file_name = _FILE_NAME.format("TABLE_SCHEMA", "TABLE_NAME")
            sql = _OF_CUT_NAMES.format(file_name=file_name, names=", ".join("?" * len(cut)))
            whole |= {(schema, table) for schema, table in await rows(self._session, sql, *cut)}
        return whole

    async def _file_names(self, places: Sequence[Place]) -> Sequence[str]:
        """Asked apart from what they are for, else the server would make them again for each key."""
        plain = [f"{schema}/{name}"[:_CUT] for schema, name in places if _IS_PLAIN(schema) and _IS_PLAIN(name)]
        others = [one for one in places if not (_IS_PLAIN(one[0]) and _IS_PLAIN(one[1]))]
        if not others:
            return plain
        names = ", ".join([_FILE_NAME.format("?", "?")] * len(others))
        (made,) = await read(self._session, f"SELECT {names}", *(name for one in others for name in one))
        return [*plain, *made]

    async def _indexes(self, places: Collection[Place]) -> Mapping[Place, Sequence[Collection[str]]]:
        """Describe the indexes; the columns of every unique one, by table."""
        expression = "NULL" if self._version.is_mariadb or self._version.release < (8, 0, 13) else "EXPRESSION"
        rows = await self._rows(_INDEXES.format(ignored=is_ignored(self._version), expression=expression), places)
        unique: dict[Place, list[Collection[str]]] = {}
        for (schema, table, name), group in groupby(rows, key=lambda row: row[:3]):
            parts = [row[3:] for row in group]
            _, non_unique, _, _, _, method, comment, ignored, _ = parts[0]
            index = DescribedIndex(
                name=name,
                unique=not non_unique,
                primary=name == "PRIMARY",
                parts=[_part(row[2], row[3], row[4], row[8]) for row in parts],
                included=[],
                method=method.lower(),
                predicate=None,
                valid=ignored != "YES",
                comment=comment or None,
            )
            columns = [part.column for part in index.parts if part.column is not None and part.prefix_length is None]
            if index.unique and len(columns) == len(index.parts):
                unique.setdefault((schema, table), []).append(columns)
            if (one := self._answer.found.get((schema, table))) is not None:
                one.indexes.append(index)
                if index.unique and len(columns) == len(index.parts):
                    one.keys.append(DescribedKey(name=name, primary=index.primary, columns=columns))
        return unique

    async def _foreign_keys(self, places: Collection[Place], unique: Mapping[Place, Sequence[Collection[str]]]) -> None:
        rows = [row for row in await self._rows(_KEY_COLUMNS, places) if row[6] is not None]
        if not rows:
            return
        referring = {(row[0], row[1]) for row in rows}
        rules = {row[:3]: row[3:] for row in await self._rows(_ACTIONS, referring)}
        for (schema, table, name), group in groupby(rows, key=lambda row: row[:3]):
            columns = list(group)
            on_update, on_delete = rules.get((schema, table, name), ("NO ACTION", "NO ACTION"))
            target = (columns[0][5], columns[0][6])
            key = ForeignKey(
                name=name,
                table=ObjectRef(kind="table", schema_name=schema, name=table),
                columns=[row[4] for row in columns],
                referenced_table=ObjectRef(kind="table", schema_name=target[0], name=target[1]),
                referenced_columns=[row[7] for row in columns],
                on_update=on_update.lower().replace(" ", "_"),
                on_delete=on_delete.lower().replace(" ", "_"),
                unique=within_a_key([row[4] for row in columns], unique.get((schema, table), ())),
                enforced=True,
            )
            if (schema, table) in self._answer.found:
                self._answer.found[schema, table].foreign_keys.append(key)
            if target in self._answer.found:
                self._answer.found[target].referenced_by.append(key)

    async def _others(self) -> None:
        found = self._answer.found
        tables = [place for place, one in found.items() if one.object.kind == "table"]
        for schema, table, name, clause, enforced in await self._checks(tables):
            check = DescribedCheck(name=name, expression=clause, enforced=enforced == "YES")
            found[schema, table].checks.append(check)
            # so MariaDB makes the type JSON of longtext
            if self._version.names_json and clause.startswith(f"json_valid({MYSQL.quoted(name)})"):
                _call_json(found[schema, table], name)
        for schema, table, name, timing, event, body, _ in await self._rows(_TRIGGERS, tables):
            definition = f"{timing} {event} FOR EACH ROW {body}"
            trigger = DescribedTrigger(name=name, enabled=True, definition=definition, comment=None)
            found[schema, table].triggers.append(trigger)
        partitioned = [place for place in tables if "partitioned" in found[place].traits]
        for schema, table, _, name, method, expression, bound in await self._rows(_PARTITIONS, partitioned):
            one = found[schema, table]
            if not one.partitions:
                one.partition_key = f"{method} ({expression or ''})"
            one.partitions.append(DescribedPartition(name=name, object=None, bound=bound))

    async def _checks(self, tables: Sequence[Place]) -> Sequence[tuple[Any, ...]]:
        if self._version.lists_checks:
            return await self._rows(_CHECKS_OF_MARIADB if self._version.is_mariadb else _CHECKS_OF_MYSQL, tables)
        if not self._version.is_mariadb:
            return []
        shown = [place for place in tables if place not in self._restricted]
        return [row for place in shown for row in await self._checks_in_text(place)]

    async def _checks_in_text(self, place: Place) -> Sequence[tuple[Any, ...]]:
        """The same rows about one table, from the text of it, which is all that an old MariaDB shows."""
        sql = f"SHOW CREATE TABLE {MYSQL.quoted(place[0])}.{MYSQL.quoted(place[1])}"
        try:
            ((_, text, *_),) = await rows(self._session, sql, sql_mode=0, sql_quote_show_create=1)
            reason = "" if text.startswith("CREATE TABLE ") else "A temporary table or a new view has this name."
        except QueryFailed as error:
            reason = error.message
        if reason:
            self._answer.missing.append(hidden("checks", reason, self._answer.found[place].object))
            return []
        checks = [part for part in table_of(*place, text).parts if part.kind == "check"]
        return sorted((*place, one.name, one.expression, "YES") for one in checks)

    async def _views(self) -> None:
        views = [place for place, one in self._answer.found.items() if one.object.kind == "view"]
        for schema, table, definition in await self._rows(_VIEWS, views):
            one = self._answer.found[schema, table]
            one.definition = definition or None
            if not definition:
                self._answer.missing.append(hidden("definition", _NO_QUERY, one.object))
            if not one.columns:
                one.traits.append("invalid")
                reason, one.comment = one.comment or NO_REASON, None
                self._answer.missing.append(hidden("columns", reason, one.object))


def is_closed(kind: str, engine: str | None) -> bool:
    """Whether the server could not open a table, for example a locked one; its comment is then the error."""
    return kind == "BASE TABLE" and engine is None


def is_restricted(privileges: str) -> bool:
    """Whether the privileges on a column show little more than that the table exists."""
    return {"insert", "update"}.isdisjoint(privileges.split(","))


def _draft(schema: str, name: str, kind: str, comment: str | None) -> Draft:
    is_view = kind in ("VIEW", "SYSTEM VIEW")
    ref = ObjectRef(kind="view" if is_view else "table", schema_name=schema, name=name)
    traits = [_TRAITS[kind]] if kind in _TRAITS else []
    return Draft(ref, None if not comment or (is_view and comment == "VIEW") else comment, traits)


def _call_json(one: Draft, name: str) -> None:
    """Give a column the kind that a result gives it."""
    for at, column in enumerate(one.columns):
        if column.name == name:
            one.columns[at] = column.model_copy(update={"kind": "json"})


def _part(column: str | None, order: str | None, prefix: int | None, expression: str | None) -> IndexPart:
    return IndexPart(column=column, expression=expression, descending=order == "D", prefix_length=prefix)
