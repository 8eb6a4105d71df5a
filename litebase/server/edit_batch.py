"""Edits of rows that are applied in one database session, all of them or none."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from litebase_schema.edits import EditOutcome
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import TypedParameter

from litebase.drivers.edits import ByDefault, Edit, EditStatement, NewValue, Writer, columns_of
from litebase.drivers.interface import Cell, Change, DatabaseSession, Parameter, RowTuple, Statement
from litebase.drivers.interruption import finish
from litebase.drivers.rows import Table, UnfitRequest
from litebase.drivers.slices import content_bytes
from litebase.errors import Conflict, QueryFailed
from litebase.results.result import Report
from litebase.server.connection import Connection
from litebase.server.statements import undone_beyond

_LONGEST_CELL_BYTES = 65536
_MOST_ROW_BYTES = 8 * 1024 * 1024  # of an answer
_SHORT_CELL_BYTES = 256  # is always told
_KEPT_FROM_IT = (
    "The row is as it was read: a trigger, a rule, a policy or a column's type keeps the database from storing this."
)
_STORED_OTHERS = "The database did not store exactly what was sent: a trigger or a column's type changed it."
_ROWS_AT_ONCE = 500
_ROWS_PER_FETCH = 32  # each may be long
_EDITS_AT_ONCE = 250
_MOST_SENT_BYTES = 1024 * 1024  # at once, and one edit beyond
_Told = tuple[dict[str, Cell], list[str]]  # a row for the answer, and the columns that it leaves out
# an edit's place, and what its row is to be: its identity, old values and new ones
_Wanted = tuple[int, Mapping[str, Cell], Mapping[str, Cell], Mapping[str, NewValue]]
_NUMBERED = ("auto_increment", "rowid")


class EditBatch:
    """Statements that change one row each. `run` is called once."""

    def __init__(
        self,
        connection: Connection,
        session: DatabaseSession,
        writer: Writer,
        statements: Sequence[EditStatement],
        report: Report,
        *,
        lasting: bool,
    ) -> None:
        self._connection, self._session, self._writer = connection, session, writer
        self._statements, self._report = statements, report
        self._lasting = lasting  # what was stored cannot be undone
        # by the edit's place: what identifies the row now, and the row as it is told, which is all that is kept of it
        self._identities: dict[int, Mapping[str, Cell]] = {}
        self._told: dict[int, _Told] = {}
        self._made_ids: dict[int, int | None] = {}
        self._messages: dict[int, str] = {}
        self._missed: list[int] = []  # edits that fitted no row
        self._room = _MOST_ROW_BYTES

    async def run(self) -> tuple[list[EditOutcome], bool]:
        """What became of each, and whether the changes are committed.

        Raises what the database refuses, with the edit's place; then, and when it is cancelled, nothing was changed.
        """
        session = self._session
        status = session.transaction_status
        if status not in ("idle", "in_transaction"):
            raise Conflict("The transaction has failed, or its state is not known: roll it back first.")
        if status == "idle":
            await self._writer.check_free(session, [one.edit.table for one in self._statements])
        mark = session.dialect.quoted(f"litebase_{secrets.token_hex(4)}")
        begin: Sequence[str] = session.begin_statements("default", read_only=False)
        end, undo = "COMMIT", [session.rollback_statement]
        if status == "in_transaction":
            begin, end = [f"SAVEPOINT {mark}"], f"RELEASE SAVEPOINT {mark}"
            undo = [f"ROLLBACK TO SAVEPOINT {mark}", end]
        try:
            for sql in begin:
                await self._do(sql)
            await self._apply()
            if not self._missed:
                await self._read_back()
                await self._compare_stored()
                outcomes = [self._applied(at) for at in range(len(self._statements))]
                await self._do(end)
                return outcomes, status == "idle"
        except BaseException as failed:
            await self._connection.statements.undo(session, undo)
            if status != "idle" and (told := undone_beyond(failed, session)) is not failed:
                raise told from failed
            raise
        await self._connection.statements.undo(session, undo)
        self._told, self._room = {}, _MOST_ROW_BYTES
        return await self._not_applied(), False

    # applying

    async def _apply(self) -> None:
        at = 0
        while at < len(self._statements):
            some = self._next(at)
            run = self._connection.statements.run_all
            series = await run(self._session, [Statement(one.sql, list(one.params)) for one in some], self._report)
            counts = await self._counts(at, series.changes)
            try:
                for change, count in zip(series.changes, counts, strict=True):
                    self._keep(at, change, count)
                    at += 1
                if series.failure is not None:
                    raise series.failure
            except QueryFailed as failed:
                if self._missed and self._session.transaction_status != "idle":
                    return  # perhaps it failed only because of that
                raise _placed(failed, self._statements[at].edit.path) from failed
            self._report(at)

    def _next(self, start: int) -> Sequence[EditStatement]:
        """The statements from there on that are sent at once."""
        size, end = 0, start
        while end < len(self._statements) and end - start < _EDITS_AT_ONCE and size < _MOST_SENT_BYTES:
            one = self._statements[end]
            size += len(one.sql) + content_bytes(tuple(map(_cell_of, one.params)))
            end += 1
        return self._statements[start:end]

    async def _counts(self, start: int, changes: Sequence[Change]) -> Sequence[int]:
        """How many rows statements changed; two stand for more."""
        counts, unclear = [], []
        for at, change in enumerate(changes, start):
            one = self._statements[at]
            count = len(change.rows) if one.returning else change.affected_rows or 0
            if count == 0 and one.edit.action == "update" and self._writer.counts_changed:
                # it was either not found, or contained the new values before: no need to know which, if it has both now
                unclear.append((at, one.edit.identity, one.edit.old, one.edit.new))
            counts.append(count)
        async for at, rows in self._read(unclear):
            counts[at - start] = len(rows)
        return counts

    def _keep(self, at: int, change: Change, count: int) -> None:
        """Keep what a statement did. Raises what is wrong with it."""
        edit = self._statements[at].edit
        self._made_ids[at] = change.last_insert_id
        for notice in change.notices:
            if notice.code in self._writer.losses:
                if not self._lasting:
                    raise QueryFailed(notice.message, QueryFailedDetails(engine_code=notice.code))
                self._messages[at] = notice.message
        if self._statements[at].returning and change.rows:
            self._identities[at] = _identity_in(edit.table, change.rows[0])
            if not edit.table.has_triggers:
                self._told[at] = self._cut(edit.table, change.rows[0])
        if count == 0 and edit.action == "insert":
            raise Conflict(f"{edit.path}: The database inserted no row, because of a trigger or a rule.")
        if count == 0:
            self._missed.append(at)
        elif count > 1:
            raise Conflict(f"{edit.path}: This is not one row but several alike. Nothing was changed.")

    async def _do(self, sql: str) -> None:
        cursor = await self._connection.statements.run(self._session, Statement(sql), self._report)
        await finish(cursor.aclose(), self._connection.patience_s)

    # the rows afterwards

    async def _read_back(self) -> None:
        """Read the rows as triggers and the rest of the batch have left them, many at a time where that is possible."""
        by_number: dict[str, dict[int, int]] = {}  # the places of edits, by the table's name and the row's number
        tables: dict[str, Table] = {}
        others: list[_Wanted] = []
        for at, one in enumerate(self._statements):
            edit = one.edit
            if edit.action == "delete" or at in self._told:
                continue
            identity = self._identities.get(at) or self._new_identity(at, edit)
            if identity is None:
                continue
            self._identities[at] = identity
            value, *more = identity.values()
            if not more and type(value) is int:
                tables[edit.table.name] = edit.table
                by_number.setdefault(edit.table.name, {})[value] = at
            else:
                others.append((at, identity, {}, {}))
        async for at, found in self._read(others):
            if found:
                self._told[at] = self._cut(self._statements[at].edit.table, found[0])
        for name, places in by_number.items():
            await self._read_numbered(tables[name], places)

    async def _read_numbered(self, table: Table, places: Mapping[int, int]) -> None:
        (column,) = table.row_identity.columns
        index, numbers = columns_of(table).index(column), list(places)

        def take(row: RowTuple) -> None:
            number = row[index]
            if isinstance(number, int) and number in places:
                self._told[places[number]] = self._cut(table, row)

        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            sql, params = self._writer.select_by_number(table, column, numbers[start : start + _ROWS_AT_ONCE])
            await self._select(sql, params, take)

    async def _compare_stored(self) -> None:
        """Note which rows of tables with triggers do not contain what was sent."""
        wanted: list[_Wanted] = [
            (at, self._identities[at], {}, one.edit.new)
            for at, one in enumerate(self._statements)
            if at in self._told and one.edit.table.has_triggers
        ]
        async for at, found in self._read(wanted):
            if not found:
                self._messages.setdefault(at, _STORED_OTHERS)

    def _applied(self, at: int) -> EditOutcome:
        cells, omitted = self._told.get(at, (None, ()))
        return _outcome("applied", row=cells, omitted=omitted, message=self._messages.get(at))

    def _new_identity(self, at: int, edit: Edit) -> Mapping[str, Cell] | None:
        """What identifies a row now that was not returned; None where that is not known."""
        table = edit.table
        known: dict[str, NewValue] = {**edit.identity, **edit.new}
        names = table.row_identity.columns or list(columns_of(table))
        for name in names:
            described = table.described.get(name)
            if isinstance(known.get(name, ByDefault()), ByDefault):
                if described is None or described.identity not in _NUMBERED or not self._made_ids[at]:
                    return None
                known[name] = self._made_ids[at]
        return {name: value for name in names if not isinstance(value := known[name], ByDefault)}

    async def _not_applied(self) -> list[EditOutcome]:
        """What became of each when everything was undone."""
        outcomes = [_outcome("not_run") for _ in self._statements]
        edits = [(at, self._statements[at].edit) for at in self._missed]
        async for at, found in self._read([(at, edit.identity, {}, {}) for at, edit in edits]):
            outcomes[at] = _outcome("gone")
            if found:
                cells, omitted = self._cut(self._statements[at].edit.table, found[0])
                outcomes[at] = _outcome("conflict", current=cells, omitted=omitted)
        there = [(at, edit) for at, edit in edits if outcomes[at].outcome == "conflict"]
        async for at, found in self._read([(at, edit.identity, edit.old, {}) for at, edit in there]):
            if found:
                outcomes[at] = outcomes[at].model_copy(update={"message": _KEPT_FROM_IT})
        return outcomes

    async def _read(self, wanted: Sequence[_Wanted]) -> AsyncIterator[tuple[int, Sequence[RowTuple]]]:
        """The rows that have an identity, old values and new ones now, two at most, with the place of each edit."""
        for start in range(0, len(wanted), _ROWS_PER_FETCH):
            places, statements = [], []
            for at, identity, old, new in wanted[start : start + _ROWS_PER_FETCH]:
                edit = self._statements[at].edit
                try:
                    sql, params = self._writer.select(edit.table, identity, old, edit.path, new)
                except UnfitRequest:  # a stored value that names no row
                    yield at, ()
                    continue
                places.append(at)
                statements.append(Statement(sql, list(params)))
            if not statements:
                continue
            series = await self._connection.statements.run_all(self._session, statements, self._report)
            if series.failure is not None:
                raise series.failure
            for at, change in zip(places, series.changes, strict=True):
                yield at, change.rows

    async def _select(self, sql: str, params: Sequence[Parameter], take: Callable[[RowTuple], None]) -> None:
        """Give the rows of a statement to `take`, one by one."""
        run = self._connection.statements.run
        cursor = await run(self._session, Statement(sql, list(params), first_rows=_ROWS_PER_FETCH), self._report)
        try:
            while some := await cursor.fetch(_ROWS_PER_FETCH):
                for row in some:
                    take(row)
        finally:
            await finish(cursor.aclose(), self._connection.patience_s)

    def _cut(self, table: Table, row: RowTuple) -> _Told:
        """A row for the answer, and the columns that it leaves out."""
        cells, omitted = dict[str, Cell](), []
        for name, value in zip(columns_of(table), row, strict=True):
            cell = _sendable(value)
            size = len(cell) if isinstance(cell, str | bytes) else 0
            if size > _LONGEST_CELL_BYTES or (size > _SHORT_CELL_BYTES and size > self._room):
                omitted.append(name)
            else:
                cells[name] = cell
                self._room -= size
        return cells, omitted


def _identity_in(table: Table, row: RowTuple) -> Mapping[str, Cell]:
    cells = dict(zip(columns_of(table), row, strict=True))
    return {name: cells[name] for name in table.row_identity.columns or cells}


def _cell_of(parameter: Parameter) -> Cell:
    return parameter.value if isinstance(parameter, TypedParameter) else parameter


def _sendable(cell: Cell) -> Cell:
    """Text that is not valid in its encoding leaves as the bytes it consists of."""
    if isinstance(cell, str):
        try:
            cell.encode()
        except UnicodeEncodeError:
            return cell.encode("utf-8", "surrogateescape")
    return cell


def _outcome(
    name: str,
    *,
    row: dict[str, Cell] | None = None,
    current: dict[str, Cell] | None = None,
    omitted: Sequence[str] = (),
    message: str | None = None,
) -> EditOutcome:
    return EditOutcome(outcome=name, row=row, current=current, omitted=list(omitted), message=message)


def _placed(failed: QueryFailed, path: str) -> QueryFailed:
    """The same error with the edit's place, and without one in a text that the client has not written."""
    details = failed.query_details.model_copy(update={"position": None, "line": None, "column": None})
    placed = type(failed)(f"{path}: {failed.message}", details)
    placed.notices = failed.notices
    return placed
