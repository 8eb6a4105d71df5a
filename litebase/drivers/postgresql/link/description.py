"""The columns of results: what the catalog says of their types and tables, remembered for one session.

A result names types and tables by number. Their names are asked for before the statement runs, because nothing can be
asked while it returns rows. They are forgotten when the session changes a definition, and after a minute, because
other sessions change definitions too.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from litebase_schema.values import Column, ColumnOrigin
from psycopg import Error, pq

from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import statements, values
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.sql.effect import Outline

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus

_KEEP_S = 60.0
_STATEMENTS = 500  # remembered at most, by their text
_LONGEST_TEXT = 10_000
_CHUNK_ROWS = 32
_TEXT_CHUNK_ROWS = 4  # where a table stores something out of line
_ARRIVALS = 128  # 1,600 columns with the longest names are 130 kB, on a slow network in 90 parts
_RESULTS = 3  # of preparing, of describing, and the end
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
class _Missing:
    """What has to be asked before a result can be described."""

    types: set[tuple[int, int]] = field(default_factory=set)
    tables: set[int] = field(default_factory=set)

    def queries(self) -> Iterator[str]:
        """What to ask; the answers are for `_learn`."""
        if self.types:
            yield _TYPES_SQL.format(", ".join(f"({oid}::pg_catalog.oid, {modifier})" for oid, modifier in self.types))
        if self.tables:
            yield _COLUMNS_SQL.format(", ".join(map(str, self.tables)))


class Descriptions:
    """What one session knows of types, tables and statements."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.forget()

    def forget(self) -> None:
        """Somebody changed a definition."""
        self._types = dict(_BUILT_IN)
        self._columns: dict[tuple[int, int], _TableColumn] = {}
        self._tables: set[int] = set()
        self._short_rows: set[int] = set()  # tables that store nothing out of line: no row of theirs is long
        self._statements: dict[str, int] = {}
        self._since = time.monotonic()

    async def chunk_rows(self, statement: Outline, sql: bytes, types: Sequence[int], *, sealed: bool) -> int:
        """How many rows of a statement to take at once. Its columns can be described afterwards."""
        if time.monotonic() - self._since > _KEEP_S:
            self.forget()
        if (known := self._statements.get(statement.sql)) is not None:
            return known
        in_error = self._link.connection.transaction_status == pq.TransactionStatus.INERROR
        if in_error or not statements.may_return_rows(statement):
            return 1
        described = await self._described(statement.sql, sql, types, sealed=sealed)
        await self.look_up(described)
        return self._remember(statement.sql, described)

    def columns(self, text: str, shape: _Result) -> tuple[Column, ...]:
        """A result's columns, with what is known of them."""
        outer = _MAKES_NULLS.search(text) is not None
        return tuple(self._column(shape, index, outer) for index in range(shape.nfields))

    async def look_up(self, shape: _Result) -> bool:
        """Ask the catalog for what is not known of a result's columns; whether there was anything to ask.

        After a result there is when its statement was not expected to return rows, or when a definition has changed.
        """
        missing = self._missing(shape)
        if not (queries := "; ".join(missing.queries())):
            return False
        if self._link.stopping:
            raise Interrupted
        self._learn(missing, await self._link.simple(queries.encode()))
        return True

    # asking

    async def _described(self, text: str, sql: bytes, types: Sequence[int], *, sealed: bool) -> _Result:
        """The columns of a statement that is not run. Both questions travel together."""
        link = self._link
        connection = link.connection
        try:
            connection.enter_pipeline_mode()
            connection.send_prepare(b"", sql, types or None)
            connection.send_describe_prepared(b"")
            connection.pipeline_sync()
        except Error as error:
            raise LinkFailed from error
        await link.flush()
        found: list[_Result] = []
        while not found or found[-1].status != _Exec.PIPELINE_SYNC:
            if (result := await link.result(_ARRIVALS)) is not None:
                link.raise_if_closed(result)
                found.append(result)
            if len(found) > _RESULTS:  # a server that goes on for ever would fill the memory
                raise LinkFailed
        connection.exit_pipeline_mode()
        for result in found:
            if result.status == _Exec.FATAL_ERROR:
                raise link.failure(result, text, sealed=sealed)
        return found[1]

    def _missing(self, shape: _Result) -> _Missing:
        """What is not known of a result's columns."""
        missing = _Missing()
        for index in range(shape.nfields):
            if (typed := (shape.ftype(index), shape.fmod(index))) not in self._types:
                missing.types.add(typed)
            if (table := shape.ftable(index)) and table not in self._tables:
                missing.tables.add(table)
        return missing

    # remembering

    def _remember(self, text: str, described: _Result) -> int:
        """Keep a statement by its description; how many rows of it to take at once.

        Several at once are twice as fast. One by one is for what is computed, because libpq drops the good rows of a
        chunk when an error follows them, and where values may be large, because a chunk must fit into memory.
        """
        plain = all(described.ftable(index) for index in range(described.nfields))
        safe = (
            self._rows_that_fit(described.ftype(index), described.ftable(index)) for index in range(described.nfields)
        )
        rows = min(safe, default=1) if plain else 1
        if len(text) <= _LONGEST_TEXT:
            if len(self._statements) >= _STATEMENTS:
                del self._statements[next(iter(self._statements))]
            self._statements[text] = rows
        return rows

    def _rows_that_fit(self, oid: int, table: int) -> int:
        """How many cells of a type, in a column of a table, always or almost always fit into memory together."""
        if (oid, -1) not in _BUILT_IN:
            return 1
        if table in self._short_rows:
            return _CHUNK_ROWS
        if oid in values.LARGE_TYPES:
            return 1
        return _TEXT_CHUNK_ROWS if oid in values.TEXT_TYPES else _CHUNK_ROWS

    def _learn(self, missing: _Missing, answers: Sequence[_Result]) -> None:
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

    def _column(self, shape: _Result, index: int, outer: bool) -> Column:
        oid, modifier = shape.ftype(index), shape.fmod(index)
        db_type, kind = self._types.get((oid, modifier)) or (f"type {oid}", "other")
        name = (shape.fname(index) or b"").decode("utf-8", "surrogateescape")
        source = self._columns.get((shape.ftable(index), shape.ftablecol(index)))
        if source is None:
            return Column(name=name, db_type=db_type, kind=kind)
        if source.type_oid != oid:
            db_type = source.declared_type  # a domain; a result has the type below it
        nullable = None if source.not_null and outer else not source.not_null
        return Column(name=name, db_type=db_type, kind=kind, nullable=nullable, origin=source.origin)


def _rows(result: _Result) -> Iterator[list[str]]:
    for row in range(result.ntuples):
        yield [(result.get_value(row, at) or b"").decode("utf-8", "replace") for at in range(result.nfields)]
