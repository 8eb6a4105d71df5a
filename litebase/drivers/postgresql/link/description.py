"""The columns of results: what the catalog says of their types and tables.

A result names types and tables by number. Their names are asked for ahead of the statement, because nothing can be
asked while it returns rows: tables each time, because other sessions change definitions too, and types until the
session changes a definition, or for a minute.
"""

import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from litebase_schema.values import Column, ColumnOrigin
from psycopg import Error, pq

from litebase.drivers.interface import Checked
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors, statements, values
from litebase.drivers.postgresql.link.catalog import TYPE_FIELDS, Catalog, rows
from litebase.drivers.postgresql.link.look_up import Refused, ask
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.errors import QueryFailed
from litebase.sql.dialect import POSTGRESQL
from litebase.sql.effect import Outline, outline

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus

_KEEP_S = 60.0
_TABLE_COLUMNS = 2000  # remembered at most
_STATEMENTS = 500  # remembered at most, by their text
_LONGEST_TEXT = 10_000
_CHUNK_ROWS = 32
_TEXT_CHUNK_ROWS = 4  # where a table stores something out of line
_ARRIVALS = 128  # 1,600 columns with the longest names are 130 kB, on a slow network in 90 parts
_RESULTS = 3  # of preparing, of describing, and the end
_PASSING = {"40", "53", "55", "57"}  # classes of errors about the moment: rollback, resources, locks, a stop
_BUILT_IN = values.built_in_types()
# these put NULL into columns that have none
_MAKES_NULLS = re.compile(r"\b(?:LEFT|RIGHT|FULL|ROLLUP|CUBE|GROUPING|MERGE)\b", re.IGNORECASE)


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
    columns: set[tuple[int, int]] = field(default_factory=set)  # by their table and their number in it


class Descriptions:
    """What one session knows of types, tables and statements."""

    def __init__(self, link: Link, catalog: Catalog) -> None:
        self._link, self._catalog = link, catalog
        self._asks = True  # the server has refused no question for good
        self.forget()

    def forget(self) -> None:
        """Somebody changed a definition."""
        self._types = dict(_BUILT_IN)
        self._statements: dict[str, _Result] = {}  # what they return
        self._since = time.monotonic()
        self._begin(None)

    def _begin(self, expected: _Result | None) -> None:
        """A statement that is expected to return this."""
        self._expected, self._missing = expected, _Missing()
        self._columns: dict[tuple[int, int], _TableColumn] = {}
        self._short_rows: set[int] = set()  # tables that store nothing out of line: no row of theirs is long

    async def questions(self, statement: Outline, sql: bytes, types: Sequence[int], *, sealed: bool) -> Sequence[str]:
        """What to ask ahead of a statement; the answers are for `learn`."""
        if time.monotonic() - self._since > _KEEP_S:
            self.forget()
        self._begin(None)
        in_error = self._link.connection.transaction_status == pq.TransactionStatus.INERROR
        if in_error or not statements.may_return_rows(statement):
            return ()
        if (expected := self._statements.get(statement.sql)) is None:
            expected = await self._described(statement.sql, sql, types, sealed=sealed)
            self._remember(statement.sql, expected)
        self._begin(expected)
        self._missing = self._unknown(expected, with_tables=statements.locks_when_parsed(statement))
        return self._asked(with_tables=True)

    async def check(self, text: str, sql: bytes) -> Checked:
        """What the server says of a statement that it parses and does not run."""
        try:
            described = await self._described(text, sql, (), sealed=False)
        except QueryFailed as failure:
            return errors.checked(failure)
        oids = [described.param_type(index) for index in range(described.nparams)]
        if not oids or not self._catalog.answers:
            return Checked([None] * len(oids))
        with contextlib.suppress(Refused):
            (answer,) = await ask(self._link, [self._catalog.types({(oid, -1) for oid in oids})])
            names = {int(oid): shown for oid, _, shown, *_ in rows(answer)}
            return Checked([names.get(oid) for oid in oids])
        return Checked([None] * len(oids))

    def learn(self, answers: Sequence[_Result]) -> None:
        """Take over the answers. What makes no sense, on some other server, is as if it was not said."""
        with contextlib.suppress(ValueError):
            for answer in answers:
                self._learn(answer)

    def do_without(self, code: str | None) -> None:
        """A question was refused; others need not be asked, unless it was only the wrong moment."""
        self._asks = (code or "")[:2] in _PASSING

    @property
    def rows_at_once(self) -> int:
        """How many rows of the statement to take at once.

        Several at once are twice as fast. One by one is for what is computed, because libpq drops the good rows of a
        chunk when an error follows them, and where values may be large, because a chunk must fit into memory.
        """
        shape = self._expected
        if shape is None or not all(shape.ftable(index) for index in range(shape.nfields)):
            return 1
        fitting = (self._rows_that_fit(shape.ftype(index), shape.ftable(index)) for index in range(shape.nfields))
        return min(fitting, default=1)

    def columns(self, text: str, shape: _Result) -> tuple[Column, ...]:
        """A result's columns, with what is known of them."""
        if not self._unknown(shape, with_tables=True).columns <= self._missing.columns:
            self._statements.pop(text, None)  # it returns something else by now
        makes_nulls = _MAKES_NULLS.search(text) is not None or outline(text, POSTGRESQL).word == "FETCH"  # of any query
        return tuple(self._column(shape, index, makes_nulls) for index in range(shape.nfields))

    async def look_up(self, shape: _Result) -> bool:
        """Ask the catalog for types of a result that has ended; whether any were learnt.

        There are when its statement was not expected to return rows. Its tables may be other ones by now.
        """
        self._missing.types = self._unknown(shape, with_tables=False).types
        if not (asked := self._asked(with_tables=False)):
            return False
        if self._link.stopping:
            raise Interrupted
        try:
            self.learn(await ask(self._link, asked))
        except Refused as refused:
            self.do_without(refused.code)
            return False
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

    def _unknown(self, shape: _Result, *, with_tables: bool) -> _Missing:
        """What has to be asked before a result can be described."""
        columns = range(shape.nfields)
        types = {(shape.ftype(index), shape.fmod(index)) for index in columns}
        of_tables = {(shape.ftable(index), shape.ftablecol(index)) for index in columns if shape.ftable(index)}
        return _Missing(types - self._types.keys(), of_tables if with_tables else set())

    def _asked(self, *, with_tables: bool) -> list[str]:
        if not (self._asks and self._catalog.answers):
            return []
        types = [self._catalog.types(self._missing.types)] if self._missing.types else []
        columns = self._missing.columns if with_tables else ()
        return types + ([self._catalog.columns(columns)] if columns else [])

    # remembering

    def _remember(self, text: str, described: _Result) -> None:
        if len(text) <= _LONGEST_TEXT:
            if len(self._statements) >= _STATEMENTS:
                del self._statements[next(iter(self._statements))]
            self._statements[text] = described

    def _rows_that_fit(self, oid: int, table: int) -> int:
        """How many cells of a type, in a column of a table, always or almost always fit into memory together."""
        if (oid, -1) not in _BUILT_IN:
            return 1
        if table in self._short_rows:
            return _CHUNK_ROWS
        if oid in values.LARGE_TYPES:
            return 1
        return _TEXT_CHUNK_ROWS if oid in values.TEXT_TYPES else _CHUNK_ROWS

    def _learn(self, answer: _Result) -> None:
        if answer.nfields == TYPE_FIELDS:
            for oid, modifier, shown, name, typtype, category in rows(answer):
                kind = values.kind_of(int(oid), name, typtype, category)
                self._types[int(oid), int(modifier)] = shown, kind
            return
        for table, number, *said, short in rows(answer):
            self._columns[int(table), int(number)] = _table_column(*said)
            if short == "t":
                self._short_rows.add(int(table))

    def _column(self, shape: _Result, index: int, makes_nulls: bool) -> Column:
        oid, modifier = shape.ftype(index), shape.fmod(index)
        db_type, kind = self._types.get((oid, modifier)) or (f"type {oid}", "other")
        name = (shape.fname(index) or b"").decode("utf-8", "surrogateescape")
        source = self._columns.get((shape.ftable(index), shape.ftablecol(index)))
        if source is None:
            return Column(name=name, db_type=db_type, kind=kind)
        if source.type_oid != oid:
            db_type = source.declared_type  # a domain; a result has the type below it
        nullable = None if source.not_null and makes_nulls else not source.not_null
        return Column(name=name, db_type=db_type, kind=kind, nullable=nullable, origin=source.origin)


@lru_cache(maxsize=_TABLE_COLUMNS)  # it is the same answer nearly always, and takes long to make
def _table_column(
    schema: str, relation: str, name: str, not_null: str, key_part: str, type_oid: str, declared: str
) -> _TableColumn:
    origin = ColumnOrigin(schema_name=schema, table_name=relation, column_name=name, key_part=key_part == "t")
    return _TableColumn(origin, not_null == "t", int(type_oid), declared)
