"""What the catalog says of types and table columns, remembered for one session.

A result tells types and tables as numbers. Their names are asked before the statement runs, because a session cannot
ask while a result is open in it. They are forgotten when the session changes a definition, and after a minute, because
others do too.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from litebase_schema.values import Column, ColumnOrigin
from psycopg import pq

from litebase.drivers.postgresql import values

_KEEP_S = 60.0
_STATEMENTS = 500  # remembered at most, by their text
_LONGEST_TEXT = 10_000
_PIECE_ROWS = 32
_TEXT_PIECE_ROWS = 4  # where a table stores something out of line
_BUILT_IN = values.built_in_types()
# these put NULL into columns that have none
_MAKES_NULLS = re.compile(r"\b(?:LEFT|RIGHT|FULL|ROLLUP|CUBE|GROUPING)\b", re.IGNORECASE)

_TYPES_SQL = """SELECT t.oid, m.modifier, pg_catalog.format_type(t.oid, m.modifier), t.typname, t.typtype, t.typcategory
FROM (VALUES {}) AS m(oid, modifier) JOIN pg_catalog.pg_type t ON t.oid = m.oid"""
_COLUMNS_SQL = """SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname, a.attnotnull,
COALESCE(a.attnum = ANY (i.indkey), false), a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod),
c.relkind IN ('r', 'm') AND (c.reltoastrelid = 0 OR pg_catalog.pg_relation_size(c.reltoastrelid) = 0)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE NOT a.attisdropped AND a.attrelid IN ({})"""


@dataclass(frozen=True, slots=True)
class _TableColumn:
    origin: ColumnOrigin
    not_null: bool
    type_oid: int
    declared_type: str


@dataclass(slots=True)
class Missing:
    """What has to be asked before a result can be described."""

    types: set[tuple[int, int]] = field(default_factory=set)
    tables: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.types or self.tables)

    def queries(self) -> Iterator[str]:
        """What to ask; hand the answers to `Facts.learn`."""
        if self.types:
            yield _TYPES_SQL.format(", ".join(f"({oid}::pg_catalog.oid, {modifier})" for oid, modifier in self.types))
        if self.tables:
            yield _COLUMNS_SQL.format(", ".join(map(str, self.tables)))


class Facts:
    """The memory of one session."""

    def __init__(self) -> None:
        self._types = dict(_BUILT_IN)
        self._columns: dict[tuple[int, int], _TableColumn] = {}
        self._tables: set[int] = set()
        self._short_rows: set[int] = set()  # tables that store nothing out of line: no row of theirs is long
        self._statements: dict[str, int] = {}
        self._since = time.monotonic()

    def forget(self) -> None:
        """Somebody changed a definition."""
        self.__init__()  # type: ignore[misc]  # as new

    def piece_rows(self, sql: str) -> int | None:
        """How many rows of a statement to take at once; None when it was not described before."""
        if time.monotonic() - self._since > _KEEP_S:
            self.forget()
        return self._statements.get(sql)

    def describe(self, sql: str, result: pq.abc.PGresult) -> int:
        """Remember a statement by its description; how many rows to take at once.

        Several at once are twice as fast. One by one is for what is computed, because libpq gives up the good rows of
        a piece when an error follows them, and where values may be large, because a piece must fit into memory.
        """
        plain = all(result.ftable(index) for index in range(result.nfields))
        safe = (self._rows_at_once(result.ftype(index), result.ftable(index)) for index in range(result.nfields))
        rows = min(safe, default=1) if plain else 1
        if len(sql) <= _LONGEST_TEXT:
            if len(self._statements) >= _STATEMENTS:
                del self._statements[next(iter(self._statements))]
            self._statements[sql] = rows
        return rows

    def _rows_at_once(self, oid: int, table: int) -> int:
        """How many cells of the type, in a column of the table, surely or mostly fit into memory together."""
        if (oid, -1) not in _BUILT_IN:
            return 1
        if table in self._short_rows:
            return _PIECE_ROWS
        if oid in values.LARGE_TYPES:
            return 1
        return _TEXT_PIECE_ROWS if oid in values.TEXT_TYPES else _PIECE_ROWS

    def missing(self, result: pq.abc.PGresult) -> Missing:
        """What is not known of a result's columns."""
        missing = Missing()
        for index in range(result.nfields):
            if (typed := (result.ftype(index), result.fmod(index))) not in self._types:
                missing.types.add(typed)
            if (table := result.ftable(index)) and table not in self._tables:
                missing.tables.add(table)
        return missing

    def learn(self, missing: Missing, answers: Sequence[pq.abc.PGresult]) -> None:
        """Take in the answers to `missing.queries()`."""
        rows = iter(answers)
        if missing.types:
            for oid, modifier, shown, name, typtype, category in _rows(next(rows)):
                kind = values.kind_of(int(oid), name, typtype, category)
                self._types[int(oid), int(modifier)] = shown, kind
        if missing.tables:
            for table, number, schema, relation, name, not_null, key_part, type_oid, declared, short in _rows(
                next(rows)
            ):
                origin = ColumnOrigin(
                    schema_name=schema, table_name=relation, column_name=name, key_part=key_part == "t"
                )
                self._columns[int(table), int(number)] = _TableColumn(origin, not_null == "t", int(type_oid), declared)
                if short == "t":
                    self._short_rows.add(int(table))
            self._tables |= missing.tables

    def columns(self, sql: str, result: pq.abc.PGresult) -> tuple[Column, ...]:
        """A result's columns, with what is known of them."""
        outer = _MAKES_NULLS.search(sql) is not None
        return tuple(self._column(result, index, outer) for index in range(result.nfields))

    def _column(self, result: pq.abc.PGresult, index: int, outer: bool) -> Column:
        oid, modifier = result.ftype(index), result.fmod(index)
        db_type, kind = self._types.get((oid, modifier)) or (f"type {oid}", "other")
        name = (result.fname(index) or b"").decode("utf-8", "surrogateescape")
        source = self._columns.get((result.ftable(index), result.ftablecol(index)))
        if source is None:
            return Column(name=name, db_type=db_type, kind=kind)
        if source.type_oid != oid:
            db_type = source.declared_type  # a domain; results tell the type below it
        nullable = None if source.not_null and outer else not source.not_null
        return Column(name=name, db_type=db_type, kind=kind, nullable=nullable, origin=source.origin)


def _rows(result: pq.abc.PGresult) -> Iterator[list[str]]:
    for row in range(result.ntuples):
        yield [(result.get_value(row, at) or b"").decode("utf-8", "replace") for at in range(result.nfields)]
