"""Statements that make the objects of a MySQL or MariaDB server again: what `SHOW CREATE` says, one object at a time.

There is no other source of the server's own text. The session that reads has no setting of its own: when it is given
back, the default database and the settings that are made here are undone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from litebase_schema.catalog import DdlOptions, MissingPart, ObjectRef

from litebase.drivers.ddl import Ddl, DdlStatement, Step, in_order
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.definitions import TableText, names_in, qualified
from litebase.drivers.mysql.objects.grants import add_grants
from litebase.drivers.mysql.objects.tables import ONLY_SELECT, is_restricted
from litebase.drivers.objects import TABLES, hidden, read
from litebase.errors import InvalidScript, QueryFailed
from litebase.sql.dialect import MYSQL

# whatever SHOW CREATE depends on; that names are qualified in views
_READING = (
    "SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION lock_wait_timeout = 2",
    "USE information_schema",
)
_USUAL = "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.collation_connection"
_SCHEMAS = """SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, {comment}
FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?"""
_TABLES = "SHOW FULL TABLES FROM {}"
_TABLE = """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
# MariaDB looks into a view, and says in the place of the comment that it is broken, where its rows are asked for
_VIEW = """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_PRIVILEGES = """SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, PRIVILEGES FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_FEW = 100  # tables in one statement about several
_TRIGGERS = """SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER"""
_ROUTINES = (
    "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?"
)
_EVENTS = "SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?"
_ROW_KINDS = {"VIEW": "view", "SYSTEM VIEW": "view", "SEQUENCE": "sequence"}
_RANKS = {"schema": 0, "sequence": 1, "function": 2, "procedure": 2, "table": 3, "view": 4, "trigger": 5, "event": 6}
_ROUTINE_KINDS = {"FUNCTION": "function", "PROCEDURE": "procedure"}


class _Shown(NamedTuple):
    """Where SHOW CREATE of a kind has what: numbers of columns."""

    text: int
    charset: int | None = None
    collation: int | None = None
    mode: int | None = None
    zone: int | None = None


_SHOWN = {
    "table": _Shown(1),
    "sequence": _Shown(1),
    "view": _Shown(1, 2, 3),
    "function": _Shown(2, 3, 4, 1),
    "procedure": _Shown(2, 3, 4, 1),
    "trigger": _Shown(2, 3, 4, 1),
    "event": _Shown(3, 4, 5, 1, 2),
}
_OF_TABLE = ("column", "index", "constraint")
_PART = "It is a part of its table: ask for that."
_ROLE = "A role belongs to the server and not to a database."
_NOT_THERE = "It does not exist, or this user is not allowed to see it."
_NOT_SHOWN = "The server shows its text only to its owner and to users with further privileges."
_NO_KIND = "MySQL has no object of this kind."
_NO_STATEMENT = "No statement is written for this kind of object: {}."
_UNQUALIFIED = "The names in its text are not qualified: it is made in the default database."
_OTHER_CHARSET = "It was made by a client with the character set {}, which its text no longer says."
_SCHEMA_COMMENT_SINCE = (10, 5, 0)  # of MariaDB
_GONE = {"1049", "1146", "1305", "1360", "1539"}
_SAVED = {
    "sql_mode": "@litebase_sql_mode",
    "time_zone": "@litebase_time_zone",
    "collation_connection": "@litebase_collation_connection",
}
_ZERO_DATES = {"NO_ZERO_DATE", "NO_ZERO_IN_DATE"}


async def get_ddl(session: DatabaseSession, objects: Sequence[ObjectRef], options: DdlOptions) -> Ddl:
    """What makes these objects, in order."""
    (usual,) = await read(session, _USUAL)
    for sql in _READING:
        await read(session, sql)
    return await _Writing(session, options, dict(zip(_SAVED, usual, strict=True))).of(objects)


class _Writing:
    """Statements in the making."""

    def __init__(self, session: DatabaseSession, options: DdlOptions, usual: Mapping[str, str]) -> None:
        self._session, self._options, self._usual = session, options, usual
        self._version = ServerVersion.of(session.server_version)
        self._steps: dict[str, Step] = {}
        self._missing: list[MissingPart] = []
        self._settings: dict[str, Mapping[str, str]] = {}  # that the statements of a step need

    async def of(self, objects: Sequence[ObjectRef]) -> Ddl:
        """What makes these objects."""
        whole = [one for one in objects if one.kind == "schema"]
        for one in whole:
            await self._schema(one)
        asked = [one for one in objects if one.kind in (*TABLES, "sequence")]
        await self._tables(asked)
        for one in objects:
            if one.kind in ("function", "procedure", "event", "trigger"):
                await self._add(one)
            elif one not in whole and one not in asked:
                reason = _PART if one.kind in _OF_TABLE else _ROLE if one.kind == "role" else _NO_KIND
                self._missing.append(hidden("object", reason, one))
        await self._triggers([one.name for one in whole])
        ddl = in_order(self._steps)
        ddl.statements = self._with_settings(ddl.statements)
        if self._options.grants:
            await add_grants(self._session, [one.object for one in self._steps.values()], ddl)
        ddl.incomplete[:0] = self._missing
        return ddl

    # what there is

    async def _schema(self, schema: ObjectRef) -> None:
        has_comment = self._version.is_mariadb and self._version.release >= _SCHEMA_COMMENT_SINCE
        sql = _SCHEMAS.format(comment="SCHEMA_COMMENT" if has_comment else "''")
        rows = [row for row in await read(self._session, sql, schema.name) if row[0] == schema.name]
        if not rows:
            self._missing.append(hidden("object", _NOT_THERE, schema))
            return
        ((name, charset, collation, comment),) = rows
        said = f"CREATE DATABASE IF NOT EXISTS {MYSQL.quoted(name)} CHARACTER SET {charset} COLLATE {collation}"
        said += f" COMMENT {_literal(comment)}" if comment else ""
        self._steps[_key("schema", name)] = Step(schema, [said], _RANKS["schema"])
        tables = await read(self._session, _TABLES.format(MYSQL.quoted(name)))
        found = [_ref(_ROW_KINDS.get(kind, "table"), name, one) for one, kind in tables]
        broken = await self._broken([one for one in found if one.kind == "view"])
        self._missing += [hidden("object", reason, one) for one, reason in broken]
        for ref in found:
            if all(ref is not one for one, _ in broken):
                await self._add(ref)
        for place, routine, kind in await read(self._session, _ROUTINES, name):
            if place == name and kind in _ROUTINE_KINDS:
                await self._add(_ref(_ROUTINE_KINDS[kind], name, routine))
            elif place == name:
                self._missing.append(hidden(kind.lower().replace(" ", "_"), _NO_STATEMENT.format(routine), schema))
        for place, event in await read(self._session, _EVENTS, name):
            if place == name:
                await self._add(_ref("event", name, event))

    async def _tables(self, asked: Sequence[ObjectRef]) -> None:
        if not asked:
            return
        kinds = {(schema, name): kind for schema, name, kind in await self._each(_TABLE, asked)}
        for one in asked:
            kind = kinds.get((one.schema_name or "", one.name))
            if kind is None:
                self._missing.append(hidden("object", _NOT_THERE, one))
            else:
                await self._add(_ref(_ROW_KINDS.get(kind, "table"), one.schema_name or "", one.name))

    async def _broken(self, views: Sequence[ObjectRef]) -> list[tuple[ObjectRef, str]]:
        """Views of what is gone, of which the server says so in the place of a comment."""
        remarks = {(schema, name): remark for schema, name, remark, _ in await self._each(_VIEW, views)}
        told = [(one, remarks.get((one.schema_name or "", one.name))) for one in views]
        return [(one, remark) for one, remark in told if remark not in (None, "", "VIEW")]

    async def _each(self, sql: str, objects: Sequence[ObjectRef]) -> Sequence[tuple[str, ...]]:
        """The rows of a statement with one part for each object."""
        if not objects:
            return []
        text = "\nUNION ALL ".join([sql] * len(objects))
        return await read(self._session, text, *(name for one in objects for name in (one.schema_name or "", one.name)))

    async def _triggers(self, whole: Sequence[str]) -> None:
        """Those of the tables, in the order in which they run."""
        tables = {
            (one.object.schema_name, one.object.name) for one in self._steps.values() if one.object.kind == "table"
        }
        with_triggers = set[tuple[str | None, str]]()
        for schema in dict.fromkeys([*whole, *(schema or "" for schema, _ in tables)]):
            before: tuple[str, ...] = ()
            for place, name, table, *when in await read(self._session, _TRIGGERS, schema):
                if place != schema or (schema, table) not in tables:
                    continue
                with_triggers.add((schema, table))
                step = await self._add(_ref("trigger", schema, name, table))
                if step is not None:
                    step.needs.add(_key("table", schema, table))
                    if before[1:] == (table, *when):
                        step.needs.add(_key("trigger", schema, before[0]))
                    before = (name, table, *when)
        await self._hidden_triggers(tables - with_triggers)

    async def _hidden_triggers(self, silent: Iterable[tuple[str | None, str]]) -> None:
        """Tables without a trigger that we may see, whose triggers we may not see."""
        tables = [_ref("table", schema or "", name) for schema, name in sorted(silent)]
        for few in (tables[at : at + _FEW] for at in range(0, len(tables), _FEW)):
            found = await self._each(_PRIVILEGES, few)
            restricted = {(schema, name) for schema, name, privileges in found if is_restricted(privileges)}
            self._missing += [
                hidden("triggers", ONLY_SELECT, one) for one in few if (one.schema_name, one.name) in restricted
            ]

    # their text

    async def _add(self, ref: ObjectRef) -> Step | None:
        """A step for one object, if the server shows its text."""
        schema, shown = ref.schema_name or "", _SHOWN[ref.kind]
        key = _key(ref.kind, schema, ref.name)
        if key in self._steps:
            return self._steps[key]
        place = f"{MYSQL.quoted(schema)}.{MYSQL.quoted(ref.name)}"
        try:
            (row,) = await read(self._session, f"SHOW CREATE {ref.kind.upper()} {place}")
        except QueryFailed as failed:
            reason = _NOT_THERE if failed.query_details.engine_code in _GONE else failed.message
            self._missing.append(hidden("object", reason, ref))
            return None
        text = row[shown.text]
        if text is None:
            self._missing.append(hidden("object", _NOT_SHOWN, ref))
            return None
        step = self._steps[key] = self._step(ref, str(text), place)
        usual = self._usual["sql_mode"].split(",")
        self._settings[key] = {"sql_mode": ",".join(_readable_by(usual, step.sql[0]))}
        if shown.mode is not None:
            self._settings[key] = {"sql_mode": row[shown.mode]}
        if shown.zone is not None:
            self._settings[key] = {**self._settings[key], "time_zone": row[shown.zone]}
        if shown.collation is not None:
            self._settings[key] = {**self._settings[key], "collation_connection": row[shown.collation]}
        if shown.charset is not None and not row[shown.charset].startswith("utf8"):
            self._missing.append(hidden("character_set", _OTHER_CHARSET.format(row[shown.charset]), ref))
        return step

    def _step(self, ref: ObjectRef, text: str, place: str) -> Step:
        schema, rank = ref.schema_name or "", _RANKS[ref.kind]
        step = Step(ref, [text], rank, {_key("schema", schema)})
        try:
            if ref.kind == "table":
                self._read_table(step, TableText(text, schema), schema, place)
            else:
                step.sql = [qualified(text, schema, owner=self._options.owners)]
            if ref.kind == "view":
                step.needs |= {_key(kind, *one) for one in names_in(text) for kind in ("table", "view", "sequence")}
        except (InvalidScript, LookupError):
            self._missing.append(hidden("schema", _UNQUALIFIED, ref))
        return step

    def _read_table(self, step: Step, table: TableText, schema: str, place: str) -> None:
        step.sql = [qualified(table.without_counter(), schema, owner=True)]
        step.needs |= {_key("table", *one) for one in table.refers_to | table.merged}
        if table.refers_to:
            step.stub = qualified(table.without_foreign_keys(), schema, owner=True)
            step.replacing = table.foreign_keys(place)

    def _with_settings(self, statements: Iterable[DdlStatement]) -> list[DdlStatement]:
        """The same, with the settings that some need, and without them for all others."""
        said: list[DdlStatement] = []
        current, saved = dict(self._usual), set[str]()

        def to(name: str, value: str) -> None:
            if name not in saved:
                said.append(DdlStatement(None, f"SET {_SAVED[name]} = @@SESSION.{name}"))
                saved.add(name)
            text = _SAVED[name] if value == self._usual[name] else _literal(value)
            said.append(DdlStatement(None, f"SET SESSION {name} = {text}"))
            current[name] = value

        for one in statements:
            ref = one.object
            needed = {} if ref is None else self._settings.get(_key(ref.kind, ref.schema_name or "", ref.name), {})
            for name, value in {**self._usual, **needed}.items():
                if value != current[name]:
                    to(name, value)
            said.append(one)
        for name in sorted(saved):
            if current[name] != self._usual[name]:
                to(name, self._usual[name])
        return said


def _key(*parts: str) -> str:
    return "\0".join(parts)


def _ref(kind: str, schema: str, name: str, table: str | None = None) -> ObjectRef:
    if table is None:
        return ObjectRef(kind=kind, schema_name=schema, name=name)
    return ObjectRef(kind=kind, schema_name=schema, name=name, parent_name=table)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _readable_by(modes: Iterable[str], sql: str) -> list[str]:
    """The modes in which the text of a table or a view means the same, and its dates are allowed."""
    refused = {"NO_BACKSLASH_ESCAPES"} | (_ZERO_DATES if "'0000-00-00" in sql else set())
    return [one for one in modes if one not in refused]
