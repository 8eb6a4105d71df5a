"""How PostgreSQL changes tables: one ALTER TABLE for all that it may do at once, in a transaction with all the rest.

The server carries the parts of one ALTER TABLE out in an order of its own: types before defaults, new columns
before what needs them.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from litebase.drivers.altering import (
    Column,
    Difference,
    Part,
    Plan,
    Planned,
    Rules,
    Table,
    is_in_foreign_key,
    ordered_renames,
)
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.drivers.postgresql.objects.shape import read_table
from litebase.errors import Conflict, NotFound
from litebase.sql.clauses import mentions
from litebase.sql.dialect import POSTGRESQL

__all__ = ["bounded", "plan", "read_table", "rules", "taken"]

_RULES = Rules(
    POSTGRESQL,
    folds=False,
    longest_name=63,
    name_in_bytes=True,
    unit="bytes",
    refuses=re.compile(r"\0"),
    names_in_schema=("index", "unique", "primary_key"),
    text_types=("char", "text", "citext", "name"),
    reorders="PostgreSQL keeps columns in the order in which they were made.",
    identities=("always", "by_default"),
    generated=("stored",),
    using=True,
    included=True,
    predicates=True,
    methods=("btree", "hash", "gist", "spgist", "gin", "brin"),
)
_ACTIONS = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL", "set_default": "SET DEFAULT"}
_BETWEEN = ",\n  "
_VIRTUAL_SINCE = 18
_TAKEN = """SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname IN ({names})"""
_SCHEMA = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1"
# what the server does not change by itself together with a column
_DEPENDENTS = """SELECT DISTINCT a.attname, pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid),
COALESCE((SELECT g.tgname FROM pg_catalog.pg_trigger g WHERE g.oid = d.objid AND g.tableoid = d.classid),
(SELECT v.relname FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
WHERE r.oid = d.objid AND r.tableoid = d.classid AND r.rulename = '_RETURN'))
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND n.nspname = $1 AND c.relname = $2
AND d.refobjsubid > 0 AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
'pg_catalog.pg_trigger'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass)"""
# whether the server converts values of one type to another when they are stored: as INSERT does
_CONVERTS = """SELECT o.oid = n.oid OR n.typcategory = 'S' OR EXISTS (SELECT FROM pg_catalog.pg_cast k
WHERE k.castsource = COALESCE(NULLIF(o.typbasetype, 0), o.oid)
AND k.casttarget = COALESCE(NULLIF(n.typbasetype, 0), n.oid)
AND k.castcontext IN ('a', 'i'))
FROM pg_catalog.pg_type o, pg_catalog.pg_type n
WHERE o.oid = pg_catalog.to_regtype($1) AND n.oid = pg_catalog.to_regtype($2)"""


async def rules(session: DatabaseSession) -> Rules:
    """What this server can do."""
    if int(session.server_version.split(".")[0]) < _VIRTUAL_SINCE:
        return _RULES
    return replace(_RULES, generated=("stored", "virtual"))


async def taken(session: DatabaseSession, schema: str, names: Collection[str]) -> Collection[str]:
    """Which of these names relations and indexes of the schema have."""
    if not await read(session, _SCHEMA, schema):
        raise NotFound("object", schema, f"There is no schema {schema!r}.")
    marks = ", ".join(f"${at}" for at in range(2, len(names) + 2))
    return [name for (name,) in await read(session, _TAKEN.format(names=marks), schema, *names)] if names else []


async def plan(session: DatabaseSession, before: Table | None, after: Table, gone: Collection[str] = ()) -> Plan:
    """The statements that make one of the other."""
    if before is None:
        return _creation(after)
    difference = Difference(before, after)
    await _check_dependents(session, before, difference, gone)
    writing = _Changes(before, after, difference)
    for old, new in difference.kept:
        if old.db_type != new.db_type and new.using is None:
            rows = await read(session, _CONVERTS, old.db_type, new.db_type)
            if not rows or not rows[0][0]:  # a type that is not there yet is made before
                new.using = f"{_q(new.name)}::{new.db_type}"
    return writing.plan()


def bounded(plan: Plan) -> list[Planned]:
    """All statements, in a transaction where there are several."""
    found = [*plan.opening, *plan.main, *plan.closing]
    return [Planned("BEGIN"), *found, Planned("COMMIT")] if len(found) > 1 else found


async def _check_dependents(
    session: DatabaseSession, before: Table, difference: Difference, gone: Collection[str]
) -> None:
    dropped = {one.name for one in difference.dropped}
    retyped = {old.name for old, new in difference.kept if old.db_type != new.db_type or old.collation != new.collation}
    if not dropped | retyped:
        return
    for column, what, name in await read(session, _DEPENDENTS, before.schema, before.name):
        if column in dropped | retyped and name not in gone:
            raise Conflict(f"The column {column!r} is used by the {what}: drop that first, and make it again.")
    for name in retyped:
        for _, other in difference.kept:
            if other.generated != "none" and mentions(other.expression or "", name, POSTGRESQL):
                raise Conflict(f"The column {name!r} is used by the generated column {other.name!r}.")


def _q(name: str) -> str:
    return POSTGRESQL.quoted(name)


def _text(value: str | None) -> str:
    """A string as a literal, whatever the settings of the session are."""
    if value is None:
        return "NULL"
    doubled = value.replace("'", "''")
    return f"'{doubled}'" if "\\" not in value else " E'" + doubled.replace("\\", "\\\\") + "'"


def _place(table: Table, name: str | None = None) -> str:
    return f"{_q(table.schema)}.{_q(name or table.name)}"


def _column(one: Column) -> str:
    """A column's definition."""
    words = [_q(one.name), one.db_type]
    if one.collation is not None:
        words.append(f"COLLATE {_q(one.collation)}")
    if one.generated != "none":
        words.append(f"GENERATED ALWAYS AS ({one.expression}) {one.generated.upper()}")
    elif one.identity != "none":
        sequence = f" ({one.more[0]})" if one.more else ""
        words.append(f"GENERATED {_how(one)} AS IDENTITY{sequence}")
    elif one.default is not None:
        words.append(f"DEFAULT {one.default}")
    return " ".join([*words, *["NOT NULL"] * (not one.nullable)])


def _how(one: Column) -> str:
    return "ALWAYS" if one.identity == "always" else "BY DEFAULT"


def _constraint(part: Part) -> str:
    """A constraint, as it stands in CREATE TABLE or after ADD."""
    named = f"CONSTRAINT {_q(part.name)} " if part.name is not None else ""
    if part.text is not None:
        return named + part.text
    columns = ", ".join(map(_q, part.columns))
    if part.kind == "check":
        return f"{named}CHECK ({part.expression})"
    if part.kind != "foreign_key":
        return f"{named}{'PRIMARY KEY' if part.kind == 'primary_key' else 'UNIQUE'} ({columns})"
    schema, table = part.referenced or ("", "")
    others = ", ".join(map(_q, part.referenced_columns))
    said = f"{named}FOREIGN KEY ({columns}) REFERENCES {_q(schema)}.{_q(table)} ({others})"
    said += f" ON UPDATE {_ACTIONS[part.on_update]}" if part.on_update in _ACTIONS else ""
    return said + (f" ON DELETE {_ACTIONS[part.on_delete]}" if part.on_delete in _ACTIONS else "")


def _index(table: Table, part: Part) -> str:
    """CREATE INDEX, without a semicolon."""
    if part.text is not None:
        return part.text
    words = ["CREATE UNIQUE INDEX" if part.unique else "CREATE INDEX", _q(part.name or ""), "ON", _place(table)]
    words += [f"USING {part.method}"] * (part.method is not None) + [f"({part.listed(POSTGRESQL)})"]
    words += [f"INCLUDE ({', '.join(map(_q, part.included))})"] if part.included else []
    return " ".join([*words, *[f"WHERE {part.predicate}"] * (part.predicate is not None)])


def _comments(table: Table, columns: Iterable[Column], parts: Iterable[Part]) -> list[Planned]:
    """COMMENT ON what is new."""
    found = [(f"COLUMN {_place(table)}.{_q(one.name)}", one.comment) for one in columns]
    made = [_remark(table, what, text) for what, text in found if text is not None]
    return made + [remark_of(table, one) for one in parts if one.comment is not None]


def remark_of(table: Table, part: Part) -> Planned:
    """COMMENT ON an index or a constraint."""
    name = _q(part.name or "")
    what = f"INDEX {_q(table.schema)}.{name}" if part.kind == "index" else f"CONSTRAINT {name} ON {_place(table)}"
    return _remark(table, what, part.comment)


def _remark(table: Table, what: str, text: str | None) -> Planned:
    return Planned(f"COMMENT ON {what} IS {_text(text)}", table.ref)


def _creation(after: Table) -> Plan:
    """A table that does not exist yet. Its foreign keys come last, for tables that are made after it."""
    made = Plan()
    inside = [part for part in after.parts if part.kind not in ("foreign_key", "index")]
    items = [*map(_column, after.columns), *map(_constraint, inside)]
    made.main.append(Planned(f"CREATE TABLE {_place(after)} (\n  {_BETWEEN.join(items)}\n)", after.ref))
    indexes = [part for part in after.parts if part.kind == "index"]
    made.main += [Planned(_index(after, one), after.part_ref(one)) for one in indexes]
    if after.comment is not None:
        made.main.append(_remark(after, f"TABLE {_place(after)}", after.comment))
    made.main += _comments(after, after.columns, [one for one in after.parts if one.kind != "foreign_key"])
    _add_foreign_keys(made, after, [part for part in after.parts if part.kind == "foreign_key"])
    return made


def _add_foreign_keys(made: Plan, after: Table, parts: Sequence[Part]) -> None:
    if parts:
        added = _BETWEEN.join(f"ADD {_constraint(one)}" for one in parts)
        made.closing.append(Planned(f"ALTER TABLE {_place(after)}\n  {added}", after.ref))
        made.closing += _comments(after, (), parts)


class _Changes:
    """The statements that change a table that exists."""

    def __init__(self, before: Table, after: Table, difference: Difference) -> None:
        self._before, self._after, self._difference = before, after, difference
        self._plan = Plan(warnings=list(after.remarks))
        self._actions: list[str] = []
        self._loses = False

    def plan(self) -> Plan:
        """All of them. The table has its old name until the end of `main`."""
        made, before, after = self._plan, self._before, self._after
        table = self._as_before()
        self._drop_parts()
        self._drop_columns()
        pairs = [(old.name, new.name) for old, new in self._difference.renamed]
        for old, new in ordered_renames(pairs, {one.name for one in [*before.columns, *after.columns]}):
            sql = f"ALTER TABLE {_place(before)} RENAME COLUMN {_q(old)} TO {_q(new)}"
            made.main.append(Planned(sql, before.ref))
        self._alter_columns()
        constraints = [one for one in self._difference.added_parts if one.kind not in ("foreign_key", "index")]
        self._actions += [f"ADD {_constraint(one)}" for one in constraints]
        if self._actions:
            sql = f"ALTER TABLE {_place(before)}\n  {_BETWEEN.join(self._actions)}"
            made.main.append(Planned(sql, before.ref, self._loses))
            made.warn("locks_table", "ALTER TABLE takes an ACCESS EXCLUSIVE lock: nobody reads the table meanwhile.")
        if constraints:
            made.warn("may_fail", "New keys and checks are refused when a row does not fulfil them.")
        self._add_indexes(table)
        self._comment(table, constraints)
        if self._difference.new_name is not None:
            sql = f"ALTER TABLE {_place(before)} RENAME TO {_q(after.name)}"
            made.main.append(Planned(sql, before.ref))
            made.warn("affects_others", "Functions that name the table in their text keep its old name.")
        keys = [one for one in self._difference.added_parts if one.kind == "foreign_key"]
        _add_foreign_keys(made, after, keys)
        if keys:
            made.warn(
                "locks_table", "A new foreign key locks both tables against writing while all rows are looked at."
            )
            made.warn("may_fail", "A new foreign key is refused when a row refers to none.")
        return made

    def _as_before(self) -> Table:
        table = self._after.copy()
        table.name = self._before.name
        return table

    def _drop_parts(self) -> None:
        before = self._before
        for part in sorted(self._difference.dropped_parts, key=lambda one: one.kind != "foreign_key"):
            where = self._plan.opening if part.kind == "foreign_key" else self._plan.main
            if part.kind == "index":
                sql = f"DROP INDEX {_q(before.schema)}.{_q(part.name or '')}"
            else:
                sql = f"ALTER TABLE {_place(before)} DROP CONSTRAINT {_q(part.name or '')}"
            is_again = (part.kind, part.name) in self._difference.again
            where.append(Planned(sql, before.part_ref(part), destructive=not is_again))

    def _drop_columns(self) -> None:
        made, dropped = self._plan, self._difference.dropped
        if dropped:
            dropped = sorted(
                dropped, key=lambda one: one.generated == "none"
            )  # what is made of others goes before them
            drops = _BETWEEN.join(f"DROP COLUMN {_q(one.name)}" for one in dropped)
            sql = f"ALTER TABLE {_place(self._before)}\n  {drops}"
            made.main.append(Planned(sql, self._before.ref, destructive=True))
        for one in dropped:
            made.warn("loses_data", f"The values of the column {one.name!r} are gone afterwards.")

    def _alter_columns(self) -> None:
        made = self._plan
        for old, new in self._difference.kept:
            self._alter(old, new)
        for one in self._difference.added:
            self._actions.append(f"ADD COLUMN {_column(one)}")
            if one.generated == "stored" or one.identity != "none" or "(" in (one.default or ""):
                made.warn("rewrites_table", f"Every row is written again to give {one.name!r} its values.")
            if not one.nullable and one.default is None and one.generated == one.identity == "none":
                made.warn(
                    "may_fail", f"{one.name!r} has no default and takes no NULL: that needs a table without rows."
                )

    def _alter(self, old: Column, new: Column) -> None:
        if (old.generated, old.expression) != (new.generated, new.expression):
            self._actions += [f"DROP COLUMN {_q(new.name)}", f"ADD COLUMN {_column(new)}"]
            self._plan.warn("rewrites_table", f"The column {new.name!r} is made again, at the end of the table.")
            if new.generated == "none" or old.generated == "none":
                self._plan.warn("loses_data", f"The values of the column {new.name!r} are gone afterwards.")
                self._loses = True
            return
        alter, default = f"ALTER COLUMN {_q(new.name)}", old.default
        retyped = old.db_type != new.db_type or old.collation != new.collation
        if old.identity != new.identity:
            self._identity(alter, old, new)
        wanted = new.default
        if retyped and default is not None and (new.using is not None or default != wanted):
            # else the server converts it as it does the values
            self._actions.append(f"{alter} DROP DEFAULT")
            wanted = f"({wanted})::{new.db_type}" if default == wanted else wanted
            default = None
        if retyped:
            self._retype(alter, old, new)
        if default != wanted:
            self._actions.append(f"{alter} " + ("DROP DEFAULT" if wanted is None else f"SET DEFAULT {wanted}"))
        if old.nullable != new.nullable:
            self._actions.append(f"{alter} {'DROP' if new.nullable else 'SET'} NOT NULL")
            if not new.nullable:
                self._plan.warn("may_fail", f"NOT NULL is refused while {new.name!r} is NULL in a row.")

    def _identity(self, alter: str, old: Column, new: Column) -> None:
        if new.identity == "none":
            self._actions.append(f"{alter} DROP IDENTITY")
        elif old.identity == "none":
            self._actions.append(f"{alter} ADD GENERATED {_how(new)} AS IDENTITY")
            self._plan.warn("may_fail", f"The numbers of {new.name!r} begin at 1, whatever numbers the rows have.")
        else:
            self._actions.append(f"{alter} SET GENERATED {_how(new)}")

    def _retype(self, alter: str, old: Column, new: Column) -> None:
        collation = f" COLLATE {_q(new.collation)}" if new.collation is not None else ""
        using = f" USING {new.using}" if new.using is not None else ""
        self._actions.append(f"{alter} TYPE {new.db_type}{collation}{using}")
        self._plan.warn(
            "rewrites_table", f"Every row is written again, unless {new.db_type} is kept as {old.db_type} is."
        )
        if is_in_foreign_key(self._after, new):
            self._plan.warn("may_fail", f"{new.name!r} is in a foreign key, which needs columns of types that fit.")
        if using:
            message = f"The values of {new.name!r} are converted by {new.using}, which fails for some of them, perhaps."
            self._plan.warn("may_fail", message)
        if old.db_type != new.db_type:
            self._plan.warn(
                "converts_values", f"The values of {new.name!r} become {new.db_type}, and may lose by that."
            )

    def _add_indexes(self, table: Table) -> None:
        indexes = [one for one in self._difference.added_parts if one.kind == "index"]
        self._plan.main += [Planned(_index(table, one), table.part_ref(one)) for one in indexes]
        if indexes:
            message = "CREATE INDEX locks the table against writing. CONCURRENTLY does not, outside of a transaction."
            self._plan.warn("locks_table", message)
        if any(one.unique for one in indexes):
            self._plan.warn("may_fail", "A unique index is refused when two rows have the same entry.")

    def _comment(self, table: Table, constraints: Sequence[Part]) -> None:
        main, difference = self._plan.main, self._difference
        if difference.comment:
            main.append(_remark(table, f"TABLE {_place(table)}", table.comment))
        for old, new in difference.kept:
            made_again = (old.generated, old.expression) != (new.generated, new.expression)
            if old.comment != new.comment or (made_again and new.comment is not None):
                main.append(_remark(table, f"COLUMN {_place(table)}.{_q(new.name)}", new.comment))
        indexes = [one for one in difference.added_parts if one.kind == "index"]
        main += _comments(table, difference.added, [*constraints, *indexes])
