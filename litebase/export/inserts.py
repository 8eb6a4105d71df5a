"""SQL that inserts rows, and lists of values for IN; the engine says how its values are written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from litebase_schema.catalog import DescribedColumn
from litebase_schema.values import Column

from litebase.export.writer import Cell, ColumnTexts, Lines, Remarks, RowTuple, by_type, unique_names

_STATEMENT_CHARACTERS = 500_000  # of one INSERT, unless a single row has more


class Copy(Protocol):
    """An engine's own way to write the rows of a table as lines of CSV."""

    def __call__(
        self, table: str, columns: Sequence[Column], separator: str, bytes_as: str, version: str
    ) -> tuple[str, bytes, int, Callable[[list[bytes]], list[bytes]]] | None:
        """What a `Copied` consists of, for a table whose name is quoted; None where the lines would not be as ours."""


class SqlSpelling(Protocol):
    """How an engine writes what stands in SQL: the module `literals` of its folder."""

    def identifier(self, name: str) -> str:
        """`name` in quotes."""

    def literals(self, column: Column) -> Mapping[type, Callable[[Any], str]]:
        """A function for each type of cell that a column of that kind may have; what it writes is one expression."""

    def column_type(self, column: Column) -> str | None:
        """The column's type for CREATE TABLE; None where a result does not say it in full."""

    ANY_TYPE: str  # holds any text
    BEFORE: str  # statements before all others, so that the values mean the same whatever the session's settings are
    AFTER: str  # statements that set back what `BEFORE` sets
    ALL_ROWS: str  # what stands at the end of a SELECT that no setting of the session is to cut
    GIVEN_IDENTITY: str  # what stands before VALUES where a column that the database numbers by itself has values

    copied: Copy | None  # where the engine does it faster than we do

    def can_be_key(self, db_type: str) -> bool:
        """Whether a column of that type may be part of a primary key."""

    def depends_on_zone(self, column: Column) -> bool:
        """Whether the text of its values is another one in a session of another time zone."""

    def on_conflict(self, columns: Sequence[str], key: Sequence[str]) -> str:
        """What makes an INSERT replace the row of the same key; names are quoted already."""


@dataclass(frozen=True, slots=True)
class Target:
    """The table that the statements insert into. Names are not quoted."""

    name: str
    key: Sequence[str]
    create: bool
    upsert: bool
    rows_per_statement: int
    described: Mapping[str, DescribedColumn]  # the columns of the table that the rows are read from, where it is known


class Inserts:
    """Writes INSERT statements of several rows each."""

    def __init__(
        self,
        columns: Sequence[Column],
        target: Target,
        spelling: SqlSpelling,
        remarks: Remarks,
        *,
        is_stored: bool = False,
    ) -> None:
        """`is_stored`: texts that are not valid in their encoding are bytes, and look like any others."""
        self._columns, self._target, self._spelling, self._remarks = columns, target, spelling, remarks
        quoted = spelling.identifier
        self._names = [quoted(name) for name in unique_names(columns, remarks)]
        self._key = [quoted(name) for name in target.key]
        self._table = quoted(target.name)
        numbered = [name for name, column in zip(self._names, columns, strict=True) if self._is_numbered(column)]
        given = spelling.GIVEN_IDENTITY if numbered else ""
        self._head = f"INSERT INTO {self._table} ({', '.join(self._names)}){given} VALUES\n"
        changed = [name for name in self._names if name in self._key or name not in numbered]
        self._tail = f"\n{spelling.on_conflict(changed, self._key)};\n" if target.upsert else ";\n"
        texts = [_texts(spelling.literals(column)) for column in columns]
        if is_stored:
            pairs = zip(columns, texts, strict=True)
            texts = [self._counting(one) if column.kind == "text" else one for column, one in pairs]
        self._lines = Lines(columns, texts, _tuple_of, remarks)
        self._waiting: list[str] = []  # rows of the next statement
        self._characters = 0

    def begin(self) -> bytes:
        """The settings, and CREATE TABLE where it is wanted."""
        if local := [column.name for column in self._columns if self._spelling.depends_on_zone(column)]:
            self._remarks.say(
                "session_time_zone",
                f"Times are those of the session's time zone, so load them in the same: {_few(local)}.",
            )
        return f"{self._spelling.BEFORE}{self._create() if self._target.create else ''}".encode()

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """The statements that are full."""
        statements = []
        for step in self._lines.steps(rows):
            for row in step:
                is_full = len(self._waiting) >= self._target.rows_per_statement
                if is_full or (self._waiting and self._characters + len(row) > _STATEMENT_CHARACTERS):
                    statements.append(self._statement())
                self._waiting.append(row)
                self._characters += len(row)
        return "".join(statements).encode()

    def end(self) -> bytes:
        """The last statement, and the settings as they were."""
        return f"{self._statement() if self._waiting else ''}{self._spelling.AFTER}".encode()

    def _counting(self, texts: ColumnTexts) -> ColumnTexts:
        def counted(cells: Sequence[Cell]) -> Sequence[str] | Iterator[str]:
            for cell in cells:
                if isinstance(cell, bytes) and "\ufffd" in cell.decode("utf-8", "replace"):
                    self._remarks.counts["invalid_text"] += 1
            return texts(cells)

        return counted

    def _is_numbered(self, column: Column) -> bool:
        found = self._described(column)
        return found is not None and found.identity == "always"

    def _described(self, column: Column) -> DescribedColumn | None:
        return self._target.described.get(column.name)

    def _type(self, column: Column) -> str | None:
        """Its type in full, as the result says it, or as the table does."""
        known = self._spelling.column_type(column)
        if known is None and (found := self._described(column)) is not None:
            return self._spelling.column_type(column.model_copy(update={"db_type": found.db_type}))
        return known

    def _statement(self) -> str:
        waiting, self._waiting, self._characters = self._waiting, [], 0
        return self._head + ",\n".join(waiting) + self._tail

    def _create(self) -> str:
        parts, unknown, unfit = [], [], []
        for name, column in zip(self._names, self._columns, strict=True):
            known, found = self._type(column), self._described(column)
            if known is None:
                unknown.append(column.name)
            db_type = self._spelling.ANY_TYPE if known is None else known
            if name in self._key and not self._spelling.can_be_key(db_type):
                unfit.append(column.name)
            is_filled = found is not None and found.nullable is False
            parts.append(f"  {name} {db_type}{' NOT NULL' if is_filled else ''}".rstrip())
        if unfit:
            self._remarks.say(
                "key_left_out", f"CREATE TABLE has no primary key, because its type cannot have one: {_few(unfit)}."
            )
        elif self._key:
            parts.append(f"  PRIMARY KEY ({', '.join(self._key)})")
        if unknown:
            self._remarks.say(
                "unknown_types",
                f"CREATE TABLE says {self._spelling.ANY_TYPE} for columns whose type a result does not tell in full: "
                f"{_few(unknown)}.",
            )
        inside = ",\n".join(parts)
        return f"CREATE TABLE {self._table} (\n{inside}\n);\n"


class InList:
    """Writes the values of one column for IN. The list is in parentheses; of no value at all it is `(NULL)`."""

    def __init__(self, columns: Sequence[Column], spelling: SqlSpelling, remarks: Remarks) -> None:
        self._remarks, self._any = remarks, False
        self._lines = Lines(columns, [_texts(spelling.literals(column)) for column in columns], "".join, remarks)

    def begin(self) -> bytes:
        """The parenthesis."""
        return b"("

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """The values."""
        values = [row for row in rows if row[0] is not None]
        self._remarks.counts["nulls_left_out"] += len(rows) - len(values)
        text = ", ".join([", ".join(step) for step in self._lines.steps(values)])
        before = ", " if self._any and text else ""
        self._any = self._any or bool(text)
        return f"{before}{text}".encode()

    def end(self) -> bytes:
        """The other parenthesis."""
        return b")" if self._any else b"NULL)"


def _few(names: Sequence[str]) -> str:
    """Some names for people."""
    return f"{', '.join(names[:10])}{' ...' if len(names) > 10 else ''}"


def _texts(spell: Mapping[type, Callable[[Any], str]]) -> ColumnTexts:
    def texts(cells: Sequence[Cell]) -> Sequence[str] | Iterator[str]:
        return by_type(cells, spell)

    return texts


def _tuple_of(cells: tuple[str, ...]) -> str:
    return f"({', '.join(cells)})"
