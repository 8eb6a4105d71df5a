"""Changes of single rows as SQL, with every value bound. What an engine writes its own way is in its module `edits`.

A row is named by what identifies it, and the old values are compared in the same statement, so that nothing that
happens between two statements of ours can be overwritten.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession, Parameter
from litebase.drivers.rows import RowColumn, Table, Text, UnfitRequest, UnfitValue

_NAMES_NO_ROW = {"float", "json", "bytes"}  # kinds whose values alone do not


class ByDefault:
    """In place of a value: the default of the column."""


NewValue = Cell | ByDefault


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one row. `path` is its place in the request."""

    path: str
    action: str
    table: Table
    identity: Mapping[str, Cell]
    old: Mapping[str, Cell]
    new: Mapping[str, NewValue]


class EditDialect(Protocol):
    """How an engine writes changes of rows: its module `edits`."""

    EMPTY_ROW: str  # what follows the table's name in an INSERT of nothing but defaults
    CURRENT: str  # what a SELECT ends with that reads what is there now, although the transaction is older
    COUNTS_CHANGED: bool  # an UPDATE counts no row whose new values are the old ones
    LOSSES: Collection[str | None]  # codes of warnings that a value was not stored as it was given
    IS_DEFAULT: str | None  # the condition that the column {0} contains its default, where that can be written

    def same(self, text: Text, column: RowColumn, name: str, value: Cell) -> str:
        """The condition that a column has exactly this value, which is not NULL."""

    def identified(self, text: Text, column: RowColumn, name: str, value: Cell) -> str:
        """The same for a column that has an index."""

    def on_conflict(self, table: Table) -> str:
        """What INSERT and UPDATE are followed by, so that no other row makes way for the one that is stored."""

    def default(self, column: DescribedColumn, action: str) -> str:
        """What is written for the default of a column. Raises `UnfitValue`."""

    def returns_inserted(self, session: DatabaseSession) -> bool:
        """Whether an INSERT can return the row that it stored."""

    async def check_free(self, session: DatabaseSession, tables: Sequence[Table]) -> None:
        """Raise `Conflict` if a transaction that begins now would cost the user something that the session holds."""

    async def is_transactional(self, session: DatabaseSession, table: ObjectRef) -> bool:
        """Whether a change of the table can be rolled back."""


@dataclass(frozen=True, slots=True)
class EditStatement:
    """A change of one row as SQL."""

    edit: Edit
    sql: str
    params: Sequence[Parameter]
    returning: Sequence[str]  # the columns of the row that the statement returns; empty when it returns none


class Writer:
    """Writes the statements of edits for one engine."""

    def __init__(self, dialect: EditDialect) -> None:
        self._dialect, self.check_free = dialect, dialect.check_free
        self.losses, self.counts_changed = dialect.LOSSES, dialect.COUNTS_CHANGED

    def statement(self, edit: Edit, *, returns_inserted: bool) -> EditStatement:
        """The statement of an edit. Raises `UnfitRequest`.

        Only an INSERT returns its row, whose key nobody knows before: what triggers make of a row is read afterwards.
        """
        returning = columns_of(edit.table) if returns_inserted and edit.action == "insert" else ()
        text = Text()
        sql = {"insert": self._insert, "update": self._update, "delete": self._delete}[edit.action](text, edit)
        if returning:
            sql += f" RETURNING {', '.join(map(edit.table.quoted, returning))}"
        return EditStatement(edit, sql, text.params, returning)

    def select(
        self,
        table: Table,
        identity: Mapping[str, Cell],
        old: Mapping[str, Cell],
        path: str,
        new: Mapping[str, NewValue],
    ) -> tuple[str, Sequence[Parameter]]:
        """The statement that reads the row as it is now, if it has these old values and these new ones."""
        text = Text()
        columns = ", ".join(map(table.quoted, columns_of(table)))
        # names are quoted, values are bound
        conditions = [self._where(text, table, identity, old, path), *self._contains(text, table, new)]
        sql = f"SELECT {columns} FROM {table.name} WHERE {' AND '.join(conditions)}"  # noqa: S608
        return sql + self._dialect.CURRENT, text.params

    def select_by_number(self, table: Table, column: str, numbers: Sequence[int]) -> tuple[str, Sequence[Parameter]]:
        """The statement that reads the rows with these values of an integer column that identifies them."""
        text = Text()
        columns = ", ".join(map(table.quoted, columns_of(table)))
        given = ", ".join([text.value(table.dialect, table.columns[column], number) for number in numbers])
        sql = f"SELECT {columns} FROM {table.name} WHERE {table.quoted(column)} IN ({given})"  # noqa: S608  # as above
        return sql + self._dialect.CURRENT, text.params

    def _contains(self, text: Text, table: Table, new: Mapping[str, NewValue]) -> Iterator[str]:
        """The conditions that these values were stored."""
        for name, value in new.items():
            column, quoted = table.columns[name], table.quoted(name)
            if isinstance(value, ByDefault):
                if self._dialect.IS_DEFAULT is not None:
                    yield self._dialect.IS_DEFAULT.format(quoted)
            elif value is None:
                yield f"{quoted} {table.dialect.IS_NULL}"
            else:  # a column of 1.00 stores 1, and no other kind makes two forms of one value
                compared = self._dialect.identified if column.kind == "decimal" else self._dialect.same
                yield compared(text, column, quoted, value)

    def _insert(self, text: Text, edit: Edit) -> str:
        table, path = edit.table, f"{edit.path}/new"
        if edit.identity or edit.old:
            raise UnfitRequest(edit.path, "An insert has neither `identity` nor `old`.")
        values = {name: value for name, value in edit.new.items() if not isinstance(value, ByDefault)}
        for name in edit.new.keys() - values.keys():  # left out, which means the same in every engine
            self._writable(table, name, path)
        verb = f"INSERT{self._dialect.on_conflict(table)}"
        if not values:
            return f"{verb} INTO {table.name} {self._dialect.EMPTY_ROW}"
        names = ", ".join(map(table.quoted, values))
        stored = ", ".join([self._stored(text, edit, name, value, path) for name, value in values.items()])
        return f"{verb} INTO {table.name} ({names}) VALUES ({stored})"

    def _update(self, text: Text, edit: Edit) -> str:
        table, path = edit.table, f"{edit.path}/new"
        if not edit.new:
            raise UnfitRequest(path, "An update needs at least one value to store.")
        missing = [name for name in edit.new if name not in edit.old and name not in edit.identity]
        if missing:
            raise UnfitRequest(f"{edit.path}/old", f"The old value of {missing[0][:64]!r} is needed, to compare it.")
        quoted = table.quoted
        stored = [f"{quoted(name)} = {self._stored(text, edit, name, new, path)}" for name, new in edit.new.items()]
        where = self._where(text, table, edit.identity, edit.old, edit.path)
        verb = f"UPDATE{self._dialect.on_conflict(table)}"
        return f"{verb} {table.name} SET {', '.join(stored)} WHERE {where}"

    def _delete(self, text: Text, edit: Edit) -> str:
        if edit.new:
            raise UnfitRequest(f"{edit.path}/new", "A delete stores nothing.")
        where = self._where(text, edit.table, edit.identity, edit.old, edit.path)
        return f"DELETE FROM {edit.table.name} WHERE {where}"  # noqa: S608  # as above

    def _stored(self, text: Text, edit: Edit, name: str, value: NewValue, path: str) -> str:
        column = self._writable(edit.table, name, path)
        try:
            if isinstance(value, ByDefault):
                return self._dialect.default(edit.table.described[name], edit.action)
            return "NULL" if value is None else text.value(edit.table.dialect, column, value)
        except UnfitValue as unfit:
            raise UnfitRequest(f"{path}/{name[:64]}", str(unfit)) from unfit

    def _writable(self, table: Table, name: str, path: str) -> RowColumn:
        column = table.column(name, path)
        described = table.described.get(name)
        if described is not None and described.generated != "none":
            raise UnfitRequest(path, f"The column {name[:64]!r} is generated: the database computes its value.")
        return column

    def _where(self, text: Text, table: Table, identity: Mapping[str, Cell], old: Mapping[str, Cell], path: str) -> str:
        check_identity(table, identity, f"{path}/identity")
        has_index = table.row_identity.source != "none"
        conditions = []
        for part, cells in (("identity", identity), ("old", {k: v for k, v in old.items() if k not in identity})):
            for name, value in cells.items():
                column, quoted = table.column(name, f"{path}/{part}"), table.quoted(name)
                write = self._dialect.identified if has_index and part == "identity" else self._dialect.same
                try:
                    is_null = f"{quoted} {table.dialect.IS_NULL}"
                    conditions.append(is_null if value is None else write(text, column, quoted, value))
                except UnfitValue as unfit:
                    raise UnfitRequest(f"{path}/{part}/{name[:64]}", str(unfit)) from unfit
        return " AND ".join(conditions)


def columns_of(table: Table) -> Sequence[str]:
    """The columns of a stored row as it is answered: those of `SELECT *`, and what identifies it."""
    shown = [one.name for one in table.columns.values() if not one.hidden]
    return [*shown, *(name for name in table.row_identity.columns if name not in shown)]


def check_identity(table: Table, identity: Mapping[str, Cell], path: str) -> None:
    """Raise `UnfitRequest` unless these values tell a row from all others, as far as that can be known before."""
    source, wanted = table.row_identity.source, set(table.row_identity.columns)
    if source == "none":
        wanted = {one.name for one in table.columns.values() if not one.hidden}
    if missing := sorted(wanted - identity.keys()):
        reason = (
            "The table has no key, so its rows are told apart by all their values"
            if source == "none"
            else f"A row of the table is told from the others by {', '.join(sorted(wanted))}"
        )
        raise UnfitRequest(path, f"{reason}: the value of {missing[0][:64]!r} is missing.")
    if extra := sorted(identity.keys() - wanted):
        raise UnfitRequest(path, f"{extra[0][:64]!r} is not a part of the row's identity; compare it in `old`.")
    if source != "none" and None in identity.values():
        raise UnfitRequest(path, "NULL does not tell a row from the others.")
    kinds = {table.columns[name].kind for name, value in identity.items() if value is not None}
    if source == "none" and kinds <= _NAMES_NO_ROW:
        raise UnfitRequest(
            path, "The table has no key, and values of the kinds float, json and bytes alone do not name a row."
        )
