"""Changes of a table, made one after the other on its model; what cannot be made is refused by name."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from litebase_schema.alter import AlterChange, ColumnDefinition, NewIndexPart
from litebase_schema.catalog import ForeignKey, ObjectRef

from litebase.drivers.altering import Column, Part, Rules, Table
from litebase.drivers.naming import Names
from litebase.errors import Conflict, NotFound, Unsupported
from litebase.sql.clauses import mentions, spelled

# what each change must have, and what it may have beside that
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "create_table": (set(), set()),
    "add_column": ({"definition"}, {"first", "after"}),
    "drop_column": ({"column"}, set()),
    "rename_column": ({"column", "new_name"}, set()),
    "move_column": ({"column"}, {"first", "after"}),
    "set_type": ({"column", "db_type"}, {"using", "collation"}),
    "set_default": ({"column", "default"}, set()),
    "set_nullable": ({"column", "nullable"}, set()),
    "set_comment": ({"comment"}, {"column"}),
    "add_key": ({"columns"}, {"name", "primary"}),
    "add_foreign_key": (
        {"columns", "referenced_table", "referenced_columns"}, {"name", "on_update", "on_delete"},
    ),
    "add_check": ({"expression"}, {"name"}),
    "drop_constraint": ({"constraint"}, {"name", "columns", "expression"}),
    "add_index": ({"name", "parts"}, {"unique", "included", "method", "predicate"}),
    "drop_index": ({"name"}, set()),
    "rename_table": ({"new_name"}, set()),
}  # fmt: skip
_MAY_BE_NULL = {"default", "comment"}


def applied(before: Table | None, place: ObjectRef, changes: Sequence[AlterChange], rules: Rules) -> Table:
    """The table after the changes. Raises `InvalidMessage`, `NotFound`, `Conflict` and `Unsupported`."""
    creates = changes[0].change == "create_table"
    if before is None:
        table = Table(place.schema_name or "", place.name)
        if not creates:
            raise NotFound("object", place.name, f"There is no table {place.name!r} in {place.schema_name!r}.")
    else:
        table = before.copy()
        if creates:
            raise Conflict(f"There is a table {place.name!r} already.")
    making = _Changing(table, rules)
    for at, one in enumerate(changes):
        making.make(at, one)
    making.check()
    return table


class _Changing:
    """One table that is being changed."""

    def __init__(self, table: Table, rules: Rules) -> None:
        self._table, self._rules = table, rules
        self._names = Names(table, rules)
        if table.origin is None:
            self._names.check_name(table.name)

    def make(self, at: int, change: AlterChange) -> None:
        """Make one change."""
        self._names.path = f"/data/changes/{at}"
        if change.change not in _FIELDS or (at > 0 and change.change == "create_table"):
            raise self._names.invalid("change", "this change is not known, or it is not the first one")
        required, optional = _FIELDS[change.change]
        given = change.model_fields_set - {"change"}
        if extra := sorted(given - required - optional):
            raise self._names.invalid(extra[0], f"a change {change.change} has no such field")
        for name in sorted(required):
            value = getattr(change, name)
            if name not in given or value == [] or (value is None and name not in _MAY_BE_NULL):
                raise self._names.invalid(name, f"a change {change.change} needs it")
        make: Callable[[AlterChange], None] | None = getattr(self, f"_{change.change}", None)
        if make is not None:
            make(change)

    def check(self) -> None:
        """Raise what is wrong with the outcome as a whole."""
        self._names.path = "/data/changes"
        if not self._table.columns:
            raise Conflict("A table without columns is left: add one, or drop the table itself.")
        identities = [one.name for one in self._table.columns if one.identity == "auto_increment"]
        first = [(part.columns or [""])[0] for part in self._table.parts if part.kind != "check"]
        for name in identities:
            if self._names.same(name, *first) is None:
                raise Conflict(f"The column {name!r} numbers the rows, so a key has to begin with it.")

    # columns

    def _add_column(self, change: AlterChange) -> None:
        new = change.definition
        assert new is not None
        self._names.check_new_column(new.name)
        self._check_definition(new)
        at = self._names.position(change)
        column = Column(
            new.name, new.db_type, nullable=new.nullable, default=new.default, identity=new.identity,
            generated=new.generated, expression=new.expression, collation=new.collation, comment=new.comment,
            on_update=new.on_update,
        )  # fmt: skip
        self._table.columns.insert(len(self._table.columns) if at is None else at, column)

    def _check_definition(self, new: ColumnDefinition) -> None:
        rules, at = self._rules, "definition"
        for name in ("db_type", "default", "expression", "on_update"):
            self._names.check_fragment(f"{at}/{name}", getattr(new, name))
        if new.identity != "none" and new.identity not in rules.identities:
            raise self._names.invalid(f"{at}/identity", f"this engine has {', '.join(rules.identities)}")
        if new.generated != "none" and new.generated not in rules.generated:
            raise self._names.invalid(f"{at}/generated", f"this server has {', '.join(rules.generated)}")
        if (new.generated == "none") != (new.expression is None):
            raise self._names.invalid(f"{at}/expression", "a generated column needs one, and no other has one")
        values = [new.default is not None, new.generated != "none", new.identity != "none"]
        if sum(values) > 1:
            raise self._names.invalid(at, "a column has a default, is generated, or numbers the rows: one of them")
        if new.comment is not None and not rules.comments:
            raise Unsupported("This engine keeps no comments.")
        if new.on_update is not None and not rules.on_update:
            raise Unsupported("This engine sets no column by itself when a row is updated.")

    def _drop_column(self, change: AlterChange) -> None:
        column = self._names.column(change)
        for part in list(self._table.parts):
            if part.kind == "check" and part.inline == column.name:
                self._table.parts.remove(part)  # it is a part of the column
            elif self._rules.uses(part, column):
                raise Conflict(f"The column {column.name!r} is used by the {part.noun}: drop that before it.")
        for other in self._table.columns:
            if other is not column and mentions(other.expression or "", column.name, self._rules.dialect):
                raise Conflict(f"The column {column.name!r} is used by the generated column {other.name!r}.")
        for key in self._referring():
            if column.origin is not None and self._names.same(column.origin, *key.referenced_columns) is not None:
                raise Conflict(f"The column {column.name!r} is referred to by {_said(key)}: drop that before it.")
        self._table.columns.remove(column)

    def _rename_column(self, change: AlterChange) -> None:
        column, name = self._names.column(change), change.new_name or ""
        if name == column.name:
            return
        if self._rules.folded(name) != self._rules.folded(column.name):
            self._names.check_new_column(name)
        self._names.check_name(name)
        self._check_new_texts(column.name)
        old, column.name = column.name, name
        for at, part in enumerate(self._table.parts):
            if self._names.same(old, *part.columns) is not None:
                self._table.parts[at] = _renamed(part, self._rules.folded, old, name)

    def _check_new_texts(self, name: str) -> None:
        """Raise where SQL of a change before this one names a column, which nobody would rename there."""
        texts = [text for part in self._table.parts if part.number is None for text in part.texts]
        texts += [one.expression for one in self._table.columns if one.origin is None and one.expression]
        if any(mentions(text, name, self._rules.dialect) for text in texts):
            raise self._names.invalid(
                "change", f"a change before this one uses the column {name!r} in SQL: rename it first"
            )

    def _move_column(self, change: AlterChange) -> None:
        column = self._names.column(change, "place")
        self._table.columns.remove(column)
        at = self._names.position(change)
        self._table.columns.insert(len(self._table.columns) if at is None else at, column)

    def _set_type(self, change: AlterChange) -> None:
        column, db_type = self._names.column(change, "type"), change.db_type or ""
        self._names.check_fragment("db_type", db_type)
        self._names.check_fragment("using", change.using)
        if change.using is not None and not self._rules.using:
            raise Unsupported("This engine converts values in its own way: `using` is for PostgreSQL.")
        column.db_type, column.using = db_type, change.using
        if self._rules.text_types and not any(word in db_type.lower() for word in self._rules.text_types):
            column.collation = column.charset = None
        if change.collation is not None:
            column.collation, column.charset = change.collation, None

    def _set_default(self, change: AlterChange) -> None:
        column = self._names.column(change, "default")
        self._names.check_fragment("default", change.default)
        if column.generated != "none" or column.identity not in ("none", "rowid"):
            raise Conflict(f"The column {column.name!r} gets its values from the database, so it has no default.")
        column.default = change.default

    def _set_nullable(self, change: AlterChange) -> None:
        column = self._names.column(change, "nullable")
        keys = [part for part in self._table.parts if part.kind == "primary_key"]
        if change.nullable and any(self._names.same(column.name, *part.columns) is not None for part in keys):
            raise Conflict(f"The column {column.name!r} is part of the primary key: it takes no NULL.")
        column.nullable = change.nullable

    def _set_comment(self, change: AlterChange) -> None:
        if not self._rules.comments:
            raise Unsupported("This engine keeps no comments.")
        if change.column is None:
            self._names.once(id(self._table), "comment")
            self._table.comment = change.comment or None
        else:
            self._names.column(change, "comment").comment = change.comment or None

    # what belongs to the table

    def _add_key(self, change: AlterChange) -> None:
        kind = "primary_key" if change.primary else "unique"
        columns = self._names.columns(change.columns)
        if change.primary:
            if any(part.kind == kind for part in self._table.parts):
                raise Conflict("The table has a primary key: drop that before another one is added.")
            for name in columns:
                next(one for one in self._table.columns if one.name == name).nullable = False
        self._add(Part(kind, change.name, columns))

    def _add_foreign_key(self, change: AlterChange) -> None:
        target, rules = change.referenced_table, self._rules
        assert target is not None
        if len(change.columns) != len(change.referenced_columns):
            raise self._names.invalid("referenced_columns", "there must be as many as there are columns")
        for name in ("on_update", "on_delete"):
            if getattr(change, name) not in rules.actions:
                raise self._names.invalid(name, f"this engine has {', '.join(rules.actions)}")
        schema = target.schema_name or self._table.schema
        if schema != self._table.schema and not rules.other_schemas:
            raise Unsupported("A foreign key does not leave the database file that its table is in.")
        self._add(
            Part(
                "foreign_key", change.name, self._names.columns(change.columns), referenced=(schema, target.name),
                referenced_columns=change.referenced_columns, on_update=change.on_update, on_delete=change.on_delete,
            )
        )  # fmt: skip

    def _add_check(self, change: AlterChange) -> None:
        self._names.check_fragment("expression", change.expression)
        self._add(Part("check", change.name, expression=change.expression))

    def _add_index(self, change: AlterChange) -> None:
        rules = self._rules
        for name, allowed in (("included", rules.included), ("predicate", rules.predicates)):
            if getattr(change, name) and not allowed:
                raise Unsupported(f"This engine has no indexes with `{name}`.")
        if change.method is not None and change.method.lower() not in rules.methods:
            known = ", ".join(rules.methods) or "only one, which has no name"
            raise Unsupported(f"This engine has no indexes of the kind {change.method!r}; it has {known}.")
        self._names.check_fragment("predicate", change.predicate)
        pieces = [self._piece(at, one) for at, one in enumerate(change.parts)]
        self._add(
            Part(
                "unique" if change.unique and rules.unique_indexes else "index", change.name,
                [name for name, _ in pieces if name is not None], pieces=pieces, unique=change.unique,
                included=self._names.columns(change.included), method=change.method, predicate=change.predicate,
            )
        )  # fmt: skip

    def _piece(self, at: int, one: NewIndexPart) -> tuple[str | None, str]:
        """A column of an index with what follows it, or an expression."""
        if (one.column is None) == (one.expression is None):
            raise self._names.invalid(f"parts/{at}", "a part is a column or an expression")
        down = " DESC" * one.descending
        if one.column is None:
            self._names.check_fragment(f"parts/{at}/expression", one.expression)
            if one.prefix_length is not None:
                raise self._names.invalid(f"parts/{at}/prefix_length", "only columns have one")
            return None, f"({one.expression}){down}"
        (name,) = self._names.columns([one.column])
        if one.prefix_length is not None and not self._rules.prefixes:
            raise Unsupported("This engine has no indexes on the beginning of a column.")
        length = "" if one.prefix_length is None else f"({one.prefix_length})"
        return name, f"{length}{down}"

    def _add(self, part: Part) -> None:
        if part.name is not None:
            self._names.check_name(part.name)
            for other in self._table.parts:
                if other.name is not None and self._names.same(part.name, other.name) is not None:
                    raise Conflict(f"The table has a {other.noun} already.")
        self._table.parts.append(part)

    def _drop_constraint(self, change: AlterChange) -> None:
        kind = change.constraint
        found = [part for part in self._table.parts if part.kind == kind and self._fits(part, change)]
        noun = Part(kind or "", change.name).noun
        if not found:
            raise NotFound("name", change.name or "", f"The table has no such {noun}.")
        if len(found) > 1:
            raise self._names.invalid("columns", f"the table has several: which {noun} is meant?")
        self._drop(found[0])

    def _fits(self, part: Part, change: AlterChange) -> bool:
        if change.name is not None and (part.name is None or self._names.same(change.name, part.name) is None):
            return False
        if change.expression is not None:
            wanted = spelled(change.expression, self._rules.dialect)
            if part.expression is None or spelled(part.expression, self._rules.dialect) != wanted:
                return False
        folded = self._rules.folded
        return not change.columns or [folded(one) for one in change.columns] == [folded(one) for one in part.columns]

    def _drop_index(self, change: AlterChange) -> None:
        for part in self._table.parts:
            if part.name is not None and self._names.same(change.name or "", part.name) is not None:
                if part.kind == "index" or (part.kind == "unique" and self._rules.unique_indexes):
                    return self._drop(part)
                raise Conflict(f"{change.name!r} is the index of the {part.noun}: drop that with `drop_constraint`.")
        raise NotFound("name", change.name or "", f"The table has no index {change.name!r}.")

    def _drop(self, part: Part) -> None:
        if part.number is None:
            raise self._names.invalid("name", f"the {part.noun} is added by a change before this one")
        for key in self._referring():
            columns = sorted(map(self._rules.folded, part.columns))
            others = [one for one in self._table.parts if one is not part and one.kind in ("primary_key", "unique")]
            free = any(sorted(map(self._rules.folded, one.columns)) == columns for one in others)
            is_key = part.kind in ("primary_key", "unique") or part.unique
            if is_key and not free and sorted(map(self._rules.folded, key.referenced_columns)) == columns:
                raise Conflict(f"The {part.noun} is referred to by {_said(key)}: drop that before it.")
        self._table.parts.remove(part)

    def _referring(self) -> list[ForeignKey]:
        """The foreign keys that refer to the table, without those of its own that were dropped."""
        left = {part.name for part in self._table.parts if part.kind == "foreign_key"}
        own = self._table.schema, self._table.origin
        found = self._table.referenced_by
        return [key for key in found if (key.table.schema_name, key.table.name) != own or key.name in left]

    def _rename_table(self, change: AlterChange) -> None:
        if self._table.origin is None:
            raise self._names.invalid("change", "a new table is given its name at once")
        self._names.once(id(self._table), "name")
        self._names.check_name(change.new_name or "")
        self._table.name = change.new_name or ""


def _renamed(part: Part, folded: Callable[[str], str], old: str, new: str) -> Part:
    changes: dict[str, Any] = {
        "columns": [new if folded(one) == folded(old) else one for one in part.columns],
        "included": [new if folded(one) == folded(old) else one for one in part.included],
        "pieces": [
            (new if name is not None and folded(name) == folded(old) else name, rest) for name, rest in part.pieces
        ],
    }
    if part.inline is not None and folded(part.inline) == folded(old):
        changes["inline"] = new
    return replace(part, **changes)


def _said(key: ForeignKey) -> str:
    name = "a foreign key" if key.name is None else f"the foreign key {key.name!r}"
    return f"{name} of the table {key.table.name!r}"


def new_names(before: Table | None, after: Table, rules: Rules) -> Collection[str]:
    """Names that must be free in the schema."""
    found = set[str]()
    if before is None or rules.folded(after.name) != rules.folded(before.name):
        found.add(after.name)
    if rules.names_in_schema:
        dropped = {part.name for part in before.parts} - {part.name for part in after.parts} if before else set()
        found |= {
            part.name
            for part in after.parts
            if part.number is None and part.kind in rules.names_in_schema and part.name
        }
        found -= {name for name in dropped if name is not None}
    return found
