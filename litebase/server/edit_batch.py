"""Edits of rows that are applied in one database session, all of them or none."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from litebase_schema.edits import EditOutcome
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.edits import ByDefault, Edit, EditStatement, NewValue, Writer, columns_of
from litebase.drivers.interface import Cell, DatabaseSession, Parameter, RowTuple, Statement
from litebase.drivers.interruption import Interrupted, finish
from litebase.drivers.rows import Table, UnfitRequest
from litebase.errors import Conflict, LiteBaseError, QueryFailed
from litebase.results.result import Report
from litebase.server.connection import Connection

_LONGEST_CELL_BYTES = 65536
_MOST_ROW_BYTES = 8 * 1024 * 1024  # of an answer
_SHORT_CELL_BYTES = 256  # is always told
_KEPT_FROM_IT = (
    "The row is as it was read: a trigger, a rule, a policy or a column's type keeps the database from storing this."
)
_STORED_OTHERS = "The database did not store exactly what was sent: a trigger or a column's type changed it."
_ROWS_AT_ONCE = 500
_ROWS_PER_FETCH = 32  # each may be long
_Told = tuple[dict[str, Cell], list[str]]  # a row for the answer, and the columns that it leaves out
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
            await self._undo(undo)
            is_gone = status != "idle" and session.usable and session.transaction_status == "idle"
            if is_gone and isinstance(failed, QueryFailed):
                message = f"{failed.message} The database rolled the whole transaction back."
                raise type(failed)(message, failed.query_details) from failed
            raise
        await self._undo(undo)
        self._told, self._room = {}, _MOST_ROW_BYTES
        return [await self._not_applied(at) for at in range(len(self._statements))], False

    # applying

    async def _apply(self) -> None:
        for at, one in enumerate(self._statements):
            try:
                count = await self._change(at, one)
            except QueryFailed as failed:
                if self._missed:
                    return  # perhaps it failed only because of that
                raise _placed(failed, one.edit.path) from failed
            if count == 0:
                self._missed.append(at)
            elif count > 1:
                raise Conflict(f"{one.edit.path}: This is not one row but several alike. Nothing was changed.")
            self._report(at + 1)

    async def _change(self, at: int, one: EditStatement) -> int:
        """How many rows a statement changed; two stand for more."""
        run = self._connection.statements.run
        cursor = await run(self._session, Statement(one.sql, list(one.params), first_rows=2), self._report)
        try:
            rows = list[RowTuple]()
            while one.returning and len(rows) <= 1 and (some := await cursor.fetch(2)):
                rows += some
            count = len(rows) if one.returning else cursor.affected_rows or 0
            self._made_ids[at] = cursor.last_insert_id
            for notice in cursor.notices:
                if notice.code in self._writer.losses:
                    if not self._lasting:
                        raise QueryFailed(notice.message, QueryFailedDetails(engine_code=notice.code))
                    self._messages[at] = notice.message
        finally:
            await finish(cursor.aclose(), self._connection.patience_s)
        if rows:
            self._identities[at] = _identity_in(one.edit.table, rows[0])
            if not one.edit.table.has_triggers:
                self._told[at] = self._cut(one.edit.table, rows[0])
        if count == 0 and one.edit.action == "insert":
            raise Conflict(f"{one.edit.path}: The database inserted no row, because of a trigger or a rule.")
        if count == 0 and one.edit.action == "update" and self._writer.counts_changed:
            # it was either not found, or contained the new values before: no need to know which, if it has both now
            return len(await self._read(one.edit, one.edit.identity, one.edit.old, one.edit.new))
        return count

    async def _do(self, sql: str) -> None:
        cursor = await self._connection.statements.run(self._session, Statement(sql), self._report)
        await finish(cursor.aclose(), self._connection.patience_s)

    async def _undo(self, texts: Sequence[str]) -> None:
        """Undo everything, also when the caller is cancelled; close the session where that cannot be done."""
        session, patience_s = self._session, self._connection.patience_s
        done = True
        for sql in texts:
            if not session.usable or session.transaction_status == "idle":
                return
            try:
                done = done and await finish(self._do(sql), patience_s)
            except (LiteBaseError, Interrupted):
                done = False
        if not done and session.usable:
            await finish(session.aclose(), patience_s)

    # the rows afterwards

    async def _read_back(self) -> None:
        """Read the rows as triggers and the rest of the batch have left them, many at a time where that is possible."""
        by_number: dict[str, dict[int, int]] = {}  # the places of edits, by the table's name and the row's number
        tables: dict[str, Table] = {}
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
            elif found := await self._read(edit, identity, {}):
                self._told[at] = self._cut(edit.table, found[0])
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
        for at, one in enumerate(self._statements):
            edit = one.edit
            if at not in self._told or not edit.table.has_triggers:
                continue
            if not await self._read(edit, self._identities[at], {}, edit.new):
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

    async def _not_applied(self, at: int) -> EditOutcome:
        if at not in self._missed:
            return _outcome("not_run")
        edit = self._statements[at].edit
        found = await self._read(edit, edit.identity, {})
        if not found:
            return _outcome("gone")
        is_as_read = bool(await self._read(edit, edit.identity, edit.old))
        cells, omitted = self._cut(edit.table, found[0])
        return _outcome("conflict", current=cells, omitted=omitted, message=_KEPT_FROM_IT if is_as_read else None)

    async def _read(
        self,
        edit: Edit,
        identity: Mapping[str, Cell],
        old: Mapping[str, Cell],
        new: Mapping[str, NewValue] = MappingProxyType({}),
    ) -> Sequence[RowTuple]:
        """The rows that have this identity and these values now, two at most."""
        try:
            sql, params = self._writer.select(edit.table, identity, old, edit.path, new)
        except UnfitRequest:  # a stored value that names no row
            return ()
        rows = list[RowTuple]()
        await self._select(sql, params, rows.append, most=2)
        return rows

    async def _select(
        self, sql: str, params: Sequence[Parameter], take: Callable[[RowTuple], None], most: int = _ROWS_AT_ONCE
    ) -> None:
        """Give the first rows of a statement to `take`, one by one."""
        run, at_once = self._connection.statements.run, min(most, _ROWS_PER_FETCH)
        cursor = await run(self._session, Statement(sql, list(params), first_rows=at_once), self._report)
        try:
            while most > 0 and (some := await cursor.fetch(min(most, at_once))):
                most -= len(some)
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
