"""The statements that change a table of SQLite, tried out on a copy of the schema without rows."""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing

from litebase.drivers.altering import Column, Difference, Part, Plan, Planned, Table, ordered_renames
from litebase.drivers.sqlite.objects.names import folded
from litebase.drivers.sqlite.objects.scratch import Scratch
from litebase.drivers.sqlite.objects.shape import Text, table_of
from litebase.errors import Conflict
from litebase.sql.clauses import Clauses, mentions
from litebase.sql.dialect import SQLITE

PLACE = "\0"  # in a statement: where the name of the attached database goes
_ACTIONS = {"restrict": "RESTRICT", "cascade": "CASCADE", "set_null": "SET NULL", "set_default": "SET DEFAULT"}
_SIMPLE = re.compile(r"[+-]?\s*[\d.][\w.+-]*|[xX]?'(?:[^']|'')*'|(?i:null|true|false|current_(?:date|time|timestamp))")
_CHANGING = re.compile(r"\(|(?i:current_)")
_CHECKED = "litebase_foreign_keys"
_BETWEEN = ",\n  "


def q(name: str) -> str:
    """A name in quotes."""
    return SQLITE.quoted(name)


def _string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _default(text: str) -> str:
    """A default as it stands in a definition: an expression needs parentheses."""
    said = Clauses(text, SQLITE)
    is_group = bool(said.group()) and not said.word
    return text if is_group or _SIMPLE.fullmatch(text.strip()) else f"({text})"


def column_text(one: Column, parts: Iterable[Part]) -> str:
    """A column's definition."""
    words = [q(one.name), *[one.db_type] * bool(one.db_type)]
    for part in parts:
        is_counter = part.kind == "primary_key" and part.text is None and one.identity == "auto_increment"
        if part.inline == one.name:
            words.append(part.text or "")
        elif is_counter and list(part.columns) == [one.name]:
            words.append("PRIMARY KEY AUTOINCREMENT")
    words += [f"NOT NULL{one.conflict}"] * (not one.nullable)
    if one.default is not None:
        words.append(f"DEFAULT {_default(one.default)}")
    if one.collation is not None:
        words.append(f"COLLATE {q(one.collation)}")
    if one.generated != "none":
        words.append(f"GENERATED ALWAYS AS ({one.expression}) {one.generated.upper()}")
    return " ".join([*words, *one.more])


def constraint_text(part: Part) -> str:
    """A constraint of the table."""
    if part.text is not None:
        return part.text
    named = f"CONSTRAINT {q(part.name)} " if part.name is not None else ""
    columns = ", ".join(map(q, part.columns))
    if part.kind == "check":
        return f"{named}CHECK ({part.expression})"
    if part.kind != "foreign_key":
        return f"{named}{'PRIMARY KEY' if part.kind == 'primary_key' else 'UNIQUE'} ({columns})"
    others = ", ".join(map(q, part.referenced_columns))
    said = f"{named}FOREIGN KEY ({columns}) REFERENCES {q((part.referenced or ('', ''))[1])} ({others})"
    said += f" ON UPDATE {_ACTIONS[part.on_update]}" if part.on_update in _ACTIONS else ""
    return said + (f" ON DELETE {_ACTIONS[part.on_delete]}" if part.on_delete in _ACTIONS else "")


def table_text(table: Table, name: str) -> str:
    """CREATE TABLE under a name."""
    counts = {one.name for one in table.columns if one.identity == "auto_increment"}
    items = [column_text(one, table.parts) for one in table.columns]
    for part in table.parts:
        is_counter = part.kind == "primary_key" and part.text is None and counts.issuperset(part.columns)
        if part.kind != "index" and part.inline is None and not is_counter:
            items.append(constraint_text(part))
    options = f" {table.options}" if table.options else ""
    return f"CREATE TABLE {PLACE}{q(name)} (\n  {_BETWEEN.join(items)}\n){options}"


def index_text(table: Table, part: Part) -> str:
    """CREATE INDEX."""
    if part.text is not None:
        return placed_text(part.text)
    unique = "UNIQUE " * part.unique
    said = f"CREATE {unique}INDEX {PLACE}{q(part.name or '')} ON {q(table.name)} ({part.listed(SQLITE)})"
    return said + (f" WHERE {part.predicate}" if part.predicate is not None else "")


def placed_text(sql: str) -> str:
    """The text of a statement that makes something, with a mark where the attached database is named.

    A comment at its end is left out: it would take the semicolon behind it.
    """
    said = Clauses(sql, SQLITE)
    said.until(("TABLE", "INDEX", "VIEW", "TRIGGER"))
    said.take()
    if said.words(3) == ["IF", "NOT", "EXISTS"]:
        said.take(3)
    start = said.position
    return f"{sql[:start]}{PLACE}{said.rest()}"


def creation(after: Table) -> Plan:
    """A table that does not exist yet."""
    made = Plan(main=[Planned(table_text(after, after.name), after.ref)])
    made.main += [Planned(index_text(after, one), after.part_ref(one)) for one in after.parts if one.kind == "index"]
    return _in_place(made, after.schema)


def _in_place(made: Plan, schema: str) -> Plan:
    made.main = [one._replace(sql=one.sql.replace(PLACE, f"{q(schema)}.")) for one in made.main]
    return made


class Rebuilding:
    """The statements that change one table."""

    def __init__(self, before: Table, after: Table, texts: Sequence[Text], *, checks_keys: bool) -> None:
        self._before, self._after, self._texts = before, after, texts
        self._checks_keys = checks_keys  # whether sessions of this connection have foreign keys checked
        self._difference = Difference(before, after)
        self._plan = Plan()
        self._name = before.name

    def plan(self) -> Plan:
        """All of them, after they were tried. To be called in a thread."""
        with closing(Scratch(self._texts)) as scratch:
            broken = scratch.broken()
            self._rename(scratch)
            if self._needs_new_table():
                self._rebuild(scratch)
            else:
                self._alter(scratch)
            if self._difference.new_name is not None:
                self._do(scratch, f"ALTER TABLE {PLACE}{q(self._name)} RENAME TO {q(self._after.name)}")
            for what, reason in scratch.broken().items():
                if what not in broken:
                    raise Conflict(f"{what} would be broken: {reason}. Drop it first, and make it again.")
        return _in_place(self._plan, self._before.schema)

    def _do(self, scratch: Scratch, sql: str, *, destructive: bool = False, part: Part | None = None) -> None:
        scratch.run(sql.replace(PLACE, ""))
        place = self._before.ref if part is None else self._after.part_ref(part)
        self._plan.main.append(Planned(sql, place, destructive))

    def _rename(self, scratch: Scratch) -> None:
        """What goes before everything else: indexes that are dropped, and names."""
        for part in self._difference.dropped_parts:
            if part.kind == "index":
                self._do(
                    scratch,
                    f"DROP INDEX {PLACE}{q(part.name or '')}",
                    destructive=(part.kind, part.name) not in self._difference.again,
                    part=part,
                )
        gone = {one.name.lower() for one in self._difference.dropped}
        pairs = [(old.name, new.name) for old, new in self._difference.renamed]
        if gone & {new.lower() for _, new in pairs}:
            raise Conflict("A column takes the name of one that is dropped: drop that by a request before this one.")
        taken = {one.name for one in [*self._before.columns, *self._after.columns]}
        for old, new in ordered_renames(pairs, taken):
            self._do(scratch, f"ALTER TABLE {PLACE}{q(self._name)} RENAME COLUMN {q(old)} TO {q(new)}")

    def _needs_new_table(self) -> bool:
        """Whether ALTER TABLE cannot do it."""
        before, after, difference = self._before, self._after, self._difference
        if any(one.kind != "index" for one in [*difference.dropped_parts, *difference.added_parts]):
            return True
        if before.options.upper() != after.options.upper():
            return True
        if any(_without_name(old) != _without_name(new) for old, new in difference.kept):
            return True
        if difference.moved([new.name for _, new in difference.kept], [one.name for one in after.columns]):
            return True
        return not all(map(_can_be_added, difference.added))

    def _alter(self, scratch: Scratch) -> None:
        for column in self._difference.dropped:
            sql = f"ALTER TABLE {PLACE}{q(self._name)} DROP COLUMN {q(column.name)}"
            self._do(scratch, sql, destructive=True)
            self._loses(column)
            self._plan.warn("rewrites_table", "Every row is written again without the column.")
        for column in self._difference.added:
            self._do(scratch, f"ALTER TABLE {PLACE}{q(self._name)} ADD COLUMN {column_text(column, ())}")
        self._add_indexes(scratch)

    def _loses(self, column: Column) -> None:
        self._plan.warn("loses_data", f"The values of the column {column.name!r} are gone afterwards.")

    def _add_indexes(self, scratch: Scratch) -> None:
        table = self._after.copy()
        table.name = self._name
        for part in self._difference.added_parts:
            if part.kind == "index":
                self._do(scratch, index_text(table, part), part=part)
                if part.unique:
                    self._plan.warn("may_fail", "A unique index is refused when two rows have the same entry.")

    # a new table in the place of the old one

    def _rebuild(self, scratch: Scratch) -> None:
        there = scratch.texts()
        ((*_, sql),) = [one for one in there if one[0] == "table" and folded(one[1]) == folded(self._name)]
        now = table_of(self._before.schema, sql, there)
        table = self._with_present_texts(now)
        views, triggers = self._dependents(there)
        aside, number = f"litebase_new_{self._name}", 1
        while any(folded(one[1]) == folded(aside) for one in there):
            number += 1
            aside = f"litebase_new_{number}_{self._name}"
        self._count_violations(before=True)
        for kind, name, _, _ in [*triggers, *reversed(views)]:
            self._do(scratch, f"DROP {kind.upper()} {PLACE}{q(name)}")
        self._do(scratch, table_text(table, aside))
        self._copy(scratch, now, table, aside)
        self._do(scratch, f"DROP TABLE {PLACE}{q(self._name)}", destructive=bool(self._gone()))
        self._do(scratch, f"ALTER TABLE {PLACE}{q(aside)} RENAME TO {q(self._name)}")
        own = [one for one in there if folded(one[2]) == folded(self._name) and one[0] in ("index", "trigger")]
        for kind, _, _, text in own:
            if kind == "index":
                self._do(scratch, placed_text(text))
        self._add_indexes(scratch)
        for text in [one[3] for one in own if one[0] == "trigger"] + [one[3] for one in [*views, *triggers]]:
            self._do(scratch, placed_text(text))
        self._count_violations(before=False)
        self._warn(views, triggers)

    def _gone(self) -> list[Column]:
        """Columns of which the values are not copied."""
        generated = [old for old, new in self._difference.kept if old.generated == "none" != new.generated]
        return [*self._difference.dropped, *generated]

    def _with_present_texts(self, now: Table) -> Table:
        """The table as it shall be, with the texts that the renaming has changed."""
        table, before = self._after.copy(), {one.name: one for one in self._before.columns}
        present = {one.name: one for one in now.columns}
        for one in table.columns:
            old = before.get(one.origin or "")
            if old is not None and old.expression == one.expression:
                one.expression = present[one.name].expression
        numbers = {one.number: one for one in now.parts}
        table.parts = [
            numbers[one.number] if one.number is not None and one.kind != "index" else one for one in table.parts
        ]
        return table

    def _dependents(self, there: Sequence[Text]) -> tuple[list[Text], list[Text]]:
        """Views and triggers of others that name the table, which stand in the way of a renaming."""
        names, views = {self._name}, list[Text]()
        while True:
            more = [one for one in there if one[0] == "view" and one not in views and _names_any(one[3], names)]
            if not more:
                break
            views += more
            names |= {one[1] for one in more}
        views = [one for one in there if one in views]
        of_views = {folded(one[1]) for one in views}
        triggers = [
            one for one in there if one[0] == "trigger" and folded(one[2]) != folded(self._name)
            and (folded(one[2]) in of_views or _names_any(one[3], names))
        ]  # fmt: skip
        return views, triggers

    def _copy(self, scratch: Scratch, now: Table, table: Table, aside: str) -> None:
        """The rows, with their rowids, and the number of the last one."""
        if any(one.identity == "auto_increment" for one in now.columns) and any(
            one.identity == "auto_increment" for one in table.columns
        ):
            sequence = f"{PLACE}sqlite_sequence"
            sql = f"INSERT INTO {sequence} (name, seq) SELECT {_string(aside)}, seq FROM {sequence} "
            self._do(scratch, f"{sql}WHERE name = {_string(self._name)}")
        there = {one.name for one in now.columns}
        columns = [q(one.name) for one in table.columns if one.name in there and one.generated == "none" and one.origin]
        if self._keeps_rowids(now, table):
            columns.insert(0, "rowid")
        if columns:
            names, source = ", ".join(columns), f"{PLACE}{q(self._name)}"
            # OR ABORT: else ON CONFLICT IGNORE or REPLACE of the table would leave out rows, and nobody would be told
            sql = f"INSERT OR ABORT INTO {PLACE}{q(aside)} ({names}) SELECT {names} FROM {source}"
            self._do(scratch, sql)

    @staticmethod
    def _keeps_rowids(now: Table, table: Table) -> bool:
        names = {one.name.lower() for one in [*now.columns, *table.columns]}
        is_alias = any(one.identity != "none" for one in [*now.columns, *table.columns])
        integer = any(part.kind == "primary_key" and part.text is None for part in table.parts)
        has_none = "WITHOUT" in f"{now.options} {table.options}".upper()
        return "rowid" not in names and not is_alias and not integer and not has_none

    def _count_violations(self, *, before: bool) -> None:
        """Let the script fail when more rows violate foreign keys than did before."""
        keys = [part for part in [*self._before.parts, *self._after.parts] if part.kind == "foreign_key"]
        if not keys and not self._before.referenced_by:
            return
        schema = self._before.schema
        tables = dict.fromkeys([self._name, *(key.table.name for key in self._before.referenced_by)])
        count = " + ".join(
            f"(SELECT count(*) FROM pragma_foreign_key_check({_string(one)}, {_string(schema)}))" for one in tables
        )
        if before:
            statements = [
                f"CREATE TEMP TABLE {_CHECKED} (before INTEGER, after INTEGER DEFAULT 0,"
                ' CONSTRAINT "all rows refer to rows that exist" CHECK (after <= before))',
                f"INSERT INTO temp.{_CHECKED} (before) SELECT {count}",
            ]
        else:
            statements = [f"UPDATE temp.{_CHECKED} SET after = {count}", f"DROP TABLE temp.{_CHECKED}"]
            self._plan.warn("may_fail", "The end is refused when rows refer to rows that do not exist, and did before.")
        self._plan.main += [Planned(one) for one in statements]

    def _warn(self, views: Sequence[Text], triggers: Sequence[Text]) -> None:
        made = self._plan
        made.warn("rewrites_table", "SQLite cannot change this in place: all rows are copied into a new table.")
        made.warn("locks_table", "Nobody else writes to the database meanwhile.")
        made.around = (["PRAGMA foreign_keys = OFF"], ["PRAGMA foreign_keys = ON"] if self._checks_keys else [])
        state = "on" if self._checks_keys else "off"
        made.warn(
            "uses_settings", f"Foreign keys are not checked meanwhile; PRAGMA foreign_keys is {state} afterwards."
        )
        for one in self._gone():
            self._loses(one)
        if others := [f"{kind} {name!r}" for kind, name, _, _ in [*views, *triggers]]:
            made.warn("affects_others", f"These are dropped and made again: {', '.join(others[:20])}.")
        if any(part.number is None for part in self._after.parts) or any(
            (old.nullable and not new.nullable) or (old.db_type, old.collation) != (new.db_type, new.collation)
            for old, new in self._difference.kept
        ):
            made.warn("may_fail", "The copy is refused when a row does not fulfil the keys, checks and NOT NULL.")
        if any(old.db_type != new.db_type for old, new in self._difference.kept):
            made.warn(
                "converts_values", "Values of columns with another type are converted where their form allows it."
            )


def _without_name(one: Column) -> tuple[object, ...]:
    default = one.default and _default(one.default)
    is_counter = one.identity == "auto_increment"
    return one.db_type, one.nullable, default, is_counter, one.generated, one.expression, one.collation, one.more


def _can_be_added(one: Column) -> bool:
    """Whether ADD COLUMN takes it, whatever rows there are."""
    if one.generated == "stored" or one.identity != "none":
        return False
    if one.generated == "virtual":
        return True
    is_null = one.default is None or one.default.upper() == "NULL"
    return not (one.nullable is False and is_null) and not (one.default and _CHANGING.search(_default(one.default)))


def _names_any(sql: str, names: Iterable[str]) -> bool:
    return any(mentions(sql, one, SQLITE) for one in names)
