"""How MySQL and MariaDB change tables: all that may stand together in one ALTER TABLE.

Every statement commits. MODIFY repeats all attributes of a column, because the server drops those that it misses.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Column, Difference, Part, Plan, Planned, Rules, Table, is_in_foreign_key
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.shape import table_of
from litebase.drivers.mysql.objects.tables import Describing
from litebase.drivers.objects import read
from litebase.errors import Conflict, NotFound, Unsupported
from litebase.sql.clauses import QUOTED, mentions
from litebase.sql.dialect import MYSQL
from litebase.sql.scanner import lexemes

__all__ = ["bounded", "plan", "read_table", "rules", "taken"]

_RULES = Rules(
    MYSQL,
    folds=True,
    longest_name=64,
    refuses=re.compile(r" $|\0|[^\u0000-\uffff]"),
    text_types=("char", "text", "enum", "set"),
    identities=("auto_increment",),
    on_update=True,
    prefixes=True,
    methods=("btree", "hash", "fulltext", "spatial"),
    unique_indexes=True,
)
_READING = (
    "SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION lock_wait_timeout = 2",
    "USE information_schema",
)
_BETWEEN = ",\n  "
_ACTIONS = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL", "set_default": "SET DEFAULT"}
_RENAMES_SINCE = {True: (10, 5, 2), False: (8, 0, 0)}  # of MariaDB and of MySQL
_SCHEMA = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?"
_TAKEN = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN ({names})"
_USERS = """SELECT 'view', TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = ? AND VIEW_DEFINITION LIKE ?
UNION ALL SELECT 'trigger', TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?"""
COMMITS = "Each statement commits at once, and with it a transaction that is open; there is no way back."


async def rules(_session: DatabaseSession) -> Rules:
    """What this server can do."""
    return _RULES


async def read_table(session: DatabaseSession, wanted: ObjectRef) -> Table:
    """The table as it is."""
    schema, name = wanted.schema_name or "", wanted.name
    described = await Describing(session).of([(schema, name)])
    found = described.found.get((schema, name))
    if found is None:
        reason = "".join(f" {one.reason}" for one in described.missing if one.part == "object")
        message = f"There is no table {name!r} in {schema!r}, or this user is not allowed to see it.{reason}"
        raise NotFound("object", name, message)
    if found.object.kind != "table":
        raise Unsupported(f"{name!r} is a {found.object.kind}; only tables are changed.")
    for sql in _READING:
        await read(session, sql)
    ((_, text),) = await read(session, f"SHOW CREATE TABLE {MYSQL.quoted(schema)}.{MYSQL.quoted(name)}")
    table = table_of(schema, name, text)
    table.comment, table.referenced_by = found.comment, found.referenced_by
    return table


async def taken(session: DatabaseSession, schema: str, names: Collection[str]) -> Collection[str]:
    """Which of these names tables and views of the schema have."""
    if not await read(session, _SCHEMA, schema):
        raise NotFound("object", schema, f"There is no database {schema!r}.")
    marks = ", ".join("?" * len(names))
    return [name for (name,) in await read(session, _TAKEN.format(names=marks), schema, *names)] if names else []


async def plan(session: DatabaseSession, before: Table | None, after: Table, _gone: Collection[str] = ()) -> Plan:
    """The statements that make one of the other."""
    if before is None:
        return _creation(after)
    made = _Changes(before, after, ServerVersion.of(session.server_version)).plan()
    changed = [old.name for old in before.columns if all(old.name != new.name for new in after.columns)]
    if changed or before.name != after.name:
        pattern = "%" + before.name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = await read(session, _USERS, before.schema, pattern, before.schema, before.name)
        for kind, name, text in found:
            if before.name != after.name or any(mentions(text or "", one, MYSQL) for one in changed):
                made.warn("affects_others", f"The {kind} {name!r} uses the old name, and is broken afterwards.")
    return made


def bounded(plan: Plan) -> list[Planned]:
    """All statements: each is a transaction of its own."""
    return [*plan.opening, *plan.main, *plan.closing]


def _q(name: str) -> str:
    return MYSQL.quoted(name)


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _place(table: Table, name: str | None = None) -> str:
    return f"{_q(table.schema)}.{_q(name or table.name)}"


def _column(one: Column, parts: Sequence[Part]) -> str:
    """A column's definition with everything that it has."""
    words = [_q(one.name), one.db_type]
    if one.charset is not None:
        words.append(f"CHARACTER SET {one.charset}")
    if one.collation is not None:
        words.append(f"COLLATE {one.collation}")
    if one.generated != "none":
        words.append(f"GENERATED ALWAYS AS ({one.expression}) {one.generated.upper()}")
    if not one.nullable:
        words.append("NOT NULL")
    elif one.generated == "none" and not any(word.startswith("GENERATED") for word in one.more):
        words.append("NULL")
    if one.default is not None:
        words.append(f"DEFAULT {one.default}")
    if one.on_update is not None:
        words.append(f"ON UPDATE {one.on_update}")
    words += ["AUTO_INCREMENT"] * (one.identity == "auto_increment") + list(one.more)
    if one.comment is not None:
        words.append(f"COMMENT {_text(one.comment)}")
    return " ".join([*words, *(part.text or "" for part in parts if part.inline == one.name)])


def _part(part: Part) -> str:
    """A key, a constraint or an index, as it stands in CREATE TABLE or after ADD."""
    if part.text is not None:
        return part.text
    named = f"CONSTRAINT {_q(part.name)} " if part.name is not None else ""
    columns = ", ".join(map(_q, part.columns))
    if part.kind == "primary_key":
        return f"PRIMARY KEY ({columns})"
    if part.kind == "check":
        return f"{named}CHECK ({part.expression})"
    if part.kind == "foreign_key":
        schema, table = part.referenced or ("", "")
        others = ", ".join(map(_q, part.referenced_columns))
        said = f"{named}FOREIGN KEY ({columns}) REFERENCES {_q(schema)}.{_q(table)} ({others})"
        said += f" ON DELETE {_ACTIONS[part.on_delete]}" if part.on_delete in _ACTIONS else ""
        return said + (f" ON UPDATE {_ACTIONS[part.on_update]}" if part.on_update in _ACTIONS else "")
    method = (part.method or "").upper()
    noun = {"FULLTEXT": "FULLTEXT KEY", "SPATIAL": "SPATIAL KEY"}.get(method, "KEY")
    noun = "UNIQUE KEY" if part.unique or part.kind == "unique" else noun
    name = f" {_q(part.name)}" if part.name is not None else ""
    using = f" USING {method}" if method in ("BTREE", "HASH") else ""
    return f"{noun}{name}{using} ({part.listed(MYSQL) or columns})"


def _creation(after: Table) -> Plan:
    """A table that does not exist yet. Its foreign keys come last, for tables that are made after it."""
    made = Plan()
    parts = [one for one in after.parts if one.kind != "foreign_key" and one.inline is None]
    items = [*(_column(one, after.parts) for one in after.columns), *map(_part, parts)]
    options = f" {after.options}" if after.options else ""
    options += f" COMMENT={_text(after.comment)}" if after.comment is not None else ""
    sql = f"CREATE TABLE {_place(after)} (\n  {_BETWEEN.join(items)}\n){options}"
    made.main.append(Planned(sql, after.ref))
    _add_foreign_keys(made, after, [one for one in after.parts if one.kind == "foreign_key"])
    return made


def _add_foreign_keys(made: Plan, after: Table, parts: Sequence[Part]) -> None:
    if parts:
        added = _BETWEEN.join(f"ADD {_part(one)}" for one in parts)
        made.closing.append(Planned(f"ALTER TABLE {_place(after)}\n  {added}", after.ref))


class _Changes:
    """The statements that change a table that exists."""

    def __init__(self, before: Table, after: Table, version: ServerVersion) -> None:
        self._version = version
        self._difference = Difference(before, after)
        self._renames = {old.name: new.name for old, new in self._difference.renamed}
        self._before, self._after = before, self._with_new_names(after)
        self._plan = Plan(warnings=[("not_transactional", COMMITS)])
        self._loses = self._early = False

    def _with_new_names(self, table: Table) -> Table:
        """The texts of columns as the server has them after the renaming."""
        if not self._renames:
            return table
        table = table.copy()
        for one in table.columns:
            one.expression = one.expression and self._renamed(one.expression)
            one.more = tuple(map(self._renamed, one.more))
        table.parts = [
            replace(one, text=self._renamed(one.text)) if one.text is not None and one.inline is not None else one
            for one in table.parts
        ]
        return table

    def _renamed(self, text: str) -> str:
        """The text of the server, in which every name stands in quotes, with the new names."""
        for mark, start, end in reversed(list(lexemes(text, MYSQL))):
            name = text[start + 1 : end - 1].replace("``", "`")
            if mark == QUOTED and text[start] == "`" and name in self._renames:
                text = text[:start] + _q(self._renames[name]) + text[end:]
        return text

    def plan(self) -> Plan:
        """All of them."""
        made, before, after, difference = self._plan, self._before, self._after, self._difference
        self._check_indexes()
        self._check_partitions()
        keys = [one for one in difference.dropped_parts if one.kind == "foreign_key"]
        if keys:
            drops = ", ".join(f"DROP FOREIGN KEY {_q(one.name or '')}" for one in keys)
            is_gone = any((one.kind, one.name) not in difference.again for one in keys)
            made.opening.append(Planned(f"ALTER TABLE {_place(before)} {drops}", before.ref, destructive=is_gone))
        names = {name.lower() for name in self._renames.values()}
        self._early = any(one.name.lower() in names for one in difference.dropped)  # a name has to become free
        if self._early:
            self._alter(self._drops("check"), destructive=True)
            self._drop_at_once()
        if difference.renamed:
            made.main.append(Planned(f"ALTER TABLE {_place(before)}\n  {self._rename()}", before.ref))
        if not self._early:
            self._alter(self._drops("check"), destructive=True)
        actions = self._actions()
        if actions:
            replaced = [one for one in difference.dropped_parts if one.kind == "index" and self._is_replaced(one)]
            gone = any(one.kind == "primary_key" for one in difference.dropped_parts)
            gone = gone or any((one.kind, one.name) not in difference.again for one in replaced)
            self._alter(actions, destructive=gone or self._loses)
            made.warn(
                "locks_table", "Nobody writes the table while it is copied, unless the server changes it in place."
            )
        if not self._early and not self._key_goes():
            self._drop_at_once()
        if difference.new_name is not None:
            self._alter([f"RENAME TO {_place(after)}"])
        added = [one for one in difference.added_parts if one.kind == "foreign_key"]
        _add_foreign_keys(made, after, added)
        if added:
            made.warn("may_fail", "A new foreign key is refused when a row refers to none.")
        return made

    def _check_indexes(self) -> None:
        """Raise when a foreign key is left without an index."""
        left = [one for one in self._after.parts if one.kind in ("index", "unique", "primary_key")]
        for key in self._after.parts:
            if key.kind != "foreign_key" or key.number is None:
                continue
            own = [one.lower() for one in key.columns]
            serves = [one for one in left if [name.lower() for name in one.columns[: len(own)]] == own]
            for part in self._difference.dropped_parts:
                columns = [self._renames.get(name, name).lower() for name in part.columns[: len(own)]]
                if part.kind in ("index", "unique", "primary_key") and columns == own and not serves:
                    raise Conflict(f"The {key.noun} needs the {part.noun}: drop the foreign key before it.")

    def _check_partitions(self) -> None:
        """Raise when the rows are divided by a column that goes, or that MySQL would not rename."""
        _, _, partitions = self._before.options.partition("PARTITION BY")
        names = [one.name for one in self._difference.dropped]
        names += [] if self._version.is_mariadb else list(self._renames)
        for name in names:
            if mentions(partitions, name, MYSQL):
                raise Conflict(f"The rows are divided into partitions by the column {name!r}.")

    def _rename(self) -> str:
        """Renaming as a part of ALTER TABLE. The server renames all at once, so names may be exchanged."""
        if self._version.release >= _RENAMES_SINCE[self._version.is_mariadb]:
            if not self._version.is_mariadb:
                self._check_expressions()
            return _BETWEEN.join(f"RENAME COLUMN {_q(old)} TO {_q(new)}" for old, new in self._renames.items())
        self._check_expressions()
        changes = []
        for old, new in self._difference.renamed:
            definition = _column(replace(old, name=new.name), [])
            changes.append(f"CHANGE COLUMN {_q(old.name)} {definition}")
        return _BETWEEN.join(changes)

    def _check_expressions(self) -> None:
        for name in self._renames:
            for one in self._before.columns:
                if mentions(one.expression or "", name, MYSQL):
                    raise Conflict(f"This server renames no column that the generated column {one.name!r} uses.")
            for part in self._before.parts:
                if part.kind == "check" and mentions(part.expression or "", name, MYSQL):
                    raise Conflict(f"This server renames no column that the {part.noun} uses.")

    def _alter(self, actions: Sequence[str], *, destructive: bool = False) -> None:
        if actions:
            sql = f"ALTER TABLE {_place(self._before)}\n  {_BETWEEN.join(actions)}"
            self._plan.main.append(Planned(sql, self._before.ref, destructive))

    def _drop_at_once(self) -> None:
        key = ["DROP PRIMARY KEY"] * (self._early and self._key_goes())
        self._alter([*key, *self._drops_at_once()], destructive=True)

    def _drops_at_once(self) -> list[str]:
        return [*self._drops("index", "unique"), *(f"DROP COLUMN {_q(one.name)}" for one in self._gone())]

    def _key_goes(self) -> bool:
        """Whether the primary key is dropped with a column of it: without each other AUTO_INCREMENT lets neither go."""
        gone = {one.name for one in self._gone()}
        keys = [part for part in self._difference.dropped_parts if part.kind == "primary_key"]
        return any(gone.intersection(part.columns) for part in keys)

    def _is_replaced(self, part: Part) -> bool:
        added = [one for one in self._difference.added_parts if one.kind != "foreign_key"]
        if part.kind == "primary_key" or part.name in [one.name for one in added]:
            return True
        # the server itself drops what it made for a foreign key when another index begins with the same columns
        own = list(part.columns)
        return part.kind == "index" and bool(own) and any(list(one.columns[: len(own)]) == own for one in added)

    def _drops(self, *kinds: str) -> list[str]:
        """What drops parts for which nothing comes of the same name."""
        found = [one for one in self._difference.dropped_parts if one.kind in kinds and one.inline is None]
        return [self._drop(one) for one in found if not self._is_replaced(one)]

    def _gone(self) -> list[Column]:
        """Columns that are dropped and not made again."""
        names = {one.name.lower() for one in self._difference.added}
        return [one for one in self._difference.dropped if one.name.lower() not in names]

    def _actions(self) -> list[str]:
        """What stands in the one ALTER TABLE for all the rest."""
        made, difference, after = self._plan, self._difference, self._after
        dropped = [one for one in difference.dropped_parts if one.kind != "foreign_key" and one.inline is None]
        if self._early and self._key_goes():
            dropped = [one for one in dropped if one.kind != "primary_key"]
        actions = [self._drop(one) for one in dropped if self._is_replaced(one)]
        actions += self._drops_at_once() if self._key_goes() and not self._early else []
        gone = self._gone()
        for column in difference.dropped:
            made.warn("loses_data", f"The values of the column {column.name!r} are gone afterwards.")
            if column not in gone:
                actions.append(f"DROP COLUMN {_q(column.name)}")
                self._loses = True
        actions += self._columns()
        for part in difference.added_parts:
            if part.kind != "foreign_key" and part.inline is None:
                actions.append(f"ADD {_part(part)}")
                if part.kind != "index":
                    made.warn("may_fail", "New keys and checks are refused when a row does not fulfil them.")
        if difference.comment:
            actions.append(f"COMMENT = {_text(after.comment or '')}")
        if self._before.options != after.options:
            if "PARTITION" in self._before.options + after.options:
                raise Unsupported("How a table is divided into partitions is not changed here.")
            actions.append(after.options)
        return actions

    def _drop(self, part: Part) -> str:
        if part.kind == "primary_key":
            return "DROP PRIMARY KEY"
        if part.kind == "check":
            return f"DROP {'CONSTRAINT' if self._version.is_mariadb else 'CHECK'} {_q(part.name or '')}"
        return f"DROP KEY {_q(part.name or '')}"

    def _columns(self) -> list[str]:
        """Columns that are added, changed or moved, from the first to the last."""
        made, before, after = self._plan, self._before, self._after
        actions: list[str] = []
        kept = {new.name: old for old, new in self._difference.kept}
        order = [new.name for _, new in self._difference.kept]  # as they stand while this statement is carried out
        for at, new in enumerate(after.columns):
            text, old = _column(new, after.parts), kept.get(new.name)
            place = f" AFTER {_q(after.columns[at - 1].name)}" if at else " FIRST"
            if old is None or (old.generated != new.generated):
                if old is not None:
                    actions.append(f"DROP COLUMN {_q(new.name)}")
                    order.remove(new.name)
                    made.warn("rewrites_table", f"The column {new.name!r} is dropped and made again.")
                    if "none" in (old.generated, new.generated):
                        made.warn("loses_data", f"The values of the column {new.name!r} are gone afterwards.")
                        self._loses = True
                actions.append(f"ADD COLUMN {text}{'' if at == len(order) else place}")
                order.insert(at, new.name)
                continue
            was = _column(self._renamed_column(old), self._parts_before())
            moves = order[at] != new.name
            if moves:
                order.remove(new.name)
                order.insert(at, new.name)
                made.warn("rewrites_table", "The order of columns changes, for which all rows may be written again.")
            if was != text or moves:
                actions.append(f"MODIFY COLUMN {text}{place if moves else ''}")
                self._warn_of(old, new)
        return actions if before.columns else []

    def _renamed_column(self, old: Column) -> Column:
        expression = old.expression and self._renamed(old.expression)
        more = tuple(map(self._renamed, old.more))
        return replace(old, name=self._renames.get(old.name, old.name), expression=expression, more=more)

    def _parts_before(self) -> list[Part]:
        return [
            replace(one, inline=self._renames.get(one.inline, one.inline), text=one.text and self._renamed(one.text))
            for one in self._before.parts
            if one.inline is not None
        ]

    def _warn_of(self, old: Column, new: Column) -> None:
        if old.db_type != new.db_type or (old.charset, old.collation) != (new.charset, new.collation):
            message = f"All rows may be written again, because {new.name!r} becomes {new.db_type}."
            self._plan.warn("rewrites_table", message)
            message = (
                f"The values of {new.name!r} are converted. What does not fit is refused, or cut without strict mode."
            )
            self._plan.warn("converts_values", message)
            if is_in_foreign_key(self._after, new):
                message = f"{new.name!r} is in a foreign key: most changes of its type are refused."
                self._plan.warn("may_fail", message)
        if old.nullable and not new.nullable:
            self._plan.warn("may_fail", f"NOT NULL is refused while {new.name!r} is NULL in a row.")
