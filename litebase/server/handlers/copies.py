"""Rows of a table, copied to another one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from decimal import Decimal

from litebase_schema.copies import CopyTableRequest, CopyTableResponse
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.interface import Cell, DatabaseSession, Statement
from litebase.drivers.interruption import finish
from litebase.errors import (
    ConfirmationRequired,
    Conflict,
    InvalidMessage,
    LiteBaseError,
    OutcomeUnknown,
    QueryFailed,
    ReadOnly,
    Unsupported,
)
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.copy_rows import CopySupply, CursorRows, FirstRefusal, Reading, Rows, SpooledRows, two_sessions
from litebase.server.copy_values import unchanged
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.copy_plan import CopyPlan, plan_of
from litebase.server.import_run import ImportRun, Loaded
from litebase.server.lease import Waits
from litebase.server.recording import recorded

Found = tuple[Decimal, Decimal]  # see `_found`
_TOO_MANY = "Within one database the rows are read before the first is stored, and they are too many for that."


async def copy_table(call: Call, request: CopyTableRequest) -> CopyTableResponse:
    """Copy the rows, or say what would run."""
    source = call.client.connection(request.connection_id)
    target = call.client.connection(request.target_connection_id)
    _check(request)
    if target.statements.needs_confirmation and not (request.confirm or request.dry_run):
        raise ConfirmationRequired("writes")
    if target.facts.read_only and not request.dry_run:
        raise ReadOnly("The target's connection is read-only, and a copy writes.", QueryFailedDetails(engine_code=None))
    call.done_so_far("No row is in.")
    plan = await plan_of(call, source, target, request)
    copy = _Copy(call, source, target, request, plan)
    if request.dry_run:
        return copy.told()
    await copy.run()
    return copy.told()


def _check(request: CopyTableRequest) -> None:
    if request.target.kind != "table":
        raise InvalidMessage("/data/target/kind", "rows are copied to a table.")
    if request.target.schema_name is None:
        raise InvalidMessage("/data/target/schema_name", "say in which schema the target is.")
    if request.resume and request.mode != "insert":
        raise InvalidMessage("/data/resume", "a copy is resumed with `mode` `insert` only.")


def _found(key: str) -> str:
    """How many rows there are, and a sum that tells them from others and is small enough for every engine."""
    return f"count(*), sum({key} % 1000000007)"


def _numbers(cells: Sequence[Cell]) -> Found:
    count, total = (Decimal(str(one or 0)) for one in cells)
    return count, total


class _Copy:
    """One copy. `run` is called once."""

    def __init__(
        self, call: Call, source: Connection, target: Connection, request: CopyTableRequest, plan: CopyPlan
    ) -> None:
        self._call, self._source, self._target = call, source, target
        self._request, self._plan = request, plan
        self._loaded = Loaded()
        self._ordered = request.resume or not request.all_or_nothing
        self._sql = self._reads()
        self._waits = Waits(call.rows_read, call.ask)

    async def run(self) -> None:
        """Copy everything. Raises `RowRejected`, and what the databases refuse."""
        highest = await self._highest()
        if self._must_spool():
            with closing(SpooledRows(self._call.backend.settings.max_results_disk_bytes, _TOO_MANY)) as spooled:
                async with (
                    self._source.borrowed_session(self._waits) as session,
                    self._rows(session, highest) as rows,
                ):
                    await spooled.fill(rows)
                async with self._target.borrowed_session(self._waits) as session:
                    await self._store(session, spooled)
        else:
            both = two_sessions(self._call.backend.copies_begin, self._source, self._target, self._waits)
            async with both as (reader, writer), self._rows(reader, highest) as rows:
                await self._store(writer, rows)
        if self._plan.later:
            await self._finish_structure()

    def told(self) -> CopyTableResponse:
        """What was done, or would be."""
        plan, loaded = self._plan, self._loaded
        return CopyTableResponse(
            read=loaded.read,
            rows=loaded.written,
            skipped=loaded.skipped,
            created=plan.creates,
            statements=[self._sql, *plan.load.statements, *(one.sql for one in plan.later)],
            warnings=plan.remarks.said,
        )

    def _reads(self, above: int | None = None) -> str:
        """The statement that reads the rows."""
        select = self._plan.select(above, ordered=self._ordered)
        return self._plan.lines(select) or select

    def _must_spool(self) -> bool:
        """Whether the rows are read before the first is stored, as reading would keep out who stores them."""
        plan, is_one = self._plan, self._source is self._target
        if is_one and self._source.pool.size == 1:
            return True
        blocks = plan.original.dialect.READERS_BLOCK and self._source.engine == self._target.engine
        return blocks and (is_one or (bool(plan.place.server) and plan.place.server == plan.target_place.server))

    async def _highest(self) -> tuple[int, Found] | None:
        """Of a copy that is resumed: the highest key in the target, and which rows it has. None for all rows."""
        if not self._request.resume:
            return None
        if self._plan.key is None:
            raise Unsupported("A copy is resumed by a primary key of one integer column, and there is none.")
        if self._plan.creates:
            return None
        load = self._plan.load
        names = [self._plan.key_name == name for name in self._plan.names]
        key = load.target.columns[names.index(True)]

        async def read(session: DatabaseSession) -> tuple[int, Found] | None:
            sql = f"SELECT max({key}), {_found(key)} FROM {load.target.name}"  # noqa: S608  # names are quoted
            ((highest, *found),) = await session.rows(sql)
            there = _numbers(found)
            if not there[0]:
                return None
            if not isinstance(highest, int):
                raise Conflict("The key of the target is no integer in every row: the copy cannot be resumed.")
            return highest, there

        return await read_catalog(self._call, self._target.id, read)

    @asynccontextmanager
    async def _rows(self, session: DatabaseSession, highest: tuple[int, Found] | None) -> AsyncIterator[CursorRows]:
        """The rows of the source, in one snapshot with what was looked at before."""
        plan, reading = self._plan, Reading(self._source, session, self._call.rows_read)
        await reading.begin(plan.settings)
        above = None
        if highest is not None and plan.key is not None:
            above, there = highest
            sql = f"SELECT {_found(plan.key)} FROM {plan.table} WHERE {plan.key} <= {above}"  # noqa: S608  # a number
            if (found := _numbers(await reading.one(sql))) != there:
                which = f"{found[0]:,}" if found[0] != there[0] else "other"
                raise Conflict(
                    f"The copy cannot be resumed: up to the key {above} the source has {which} rows, and the target "
                    f"has {there[0]:,} in all. Copy with `mode` `skip` or `upsert`."
                )
        self._sql = self._reads(above)
        async with reading.rows(self._sql) as rows:
            yield rows

    async def _store(self, session: DatabaseSession, rows: Rows) -> None:
        plan, call = self._plan, self._call

        def tell(loaded: Loaded) -> None:
            call.progress("copied_rows", loaded.read)
            if loaded.kept:
                call.done_so_far(f"{loaded.kept:,} rows are in.")

        are_lines = plan.lines("") is not None
        names, steps = ([None], [unchanged]) if are_lines else (plan.names, plan.steps)
        load = replace(plan.load, are_lines=are_lines)
        run = ImportRun(self._target, session, load, CopySupply(rows, names, steps), FirstRefusal())
        run.told, self._loaded = tell, run.loaded
        sql = plan.load.loader.statement(plan.load.target)
        with recorded(call.backend, self._target, sql, origin="copy") as note:
            try:
                await run.run()
            finally:
                note.rows = run.loaded.kept

    async def _finish_structure(self) -> None:
        """Add what a new table has beside its rows. What the database refuses is a warning: the rows are in."""
        kept = self._loaded.kept
        self._call.done_so_far(f"All {kept:,} rows are in, and not all keys and indexes of the new table.")
        load = self._plan.load
        try:
            async with self._target.borrowed_session(self._waits) as session:
                for sql in () if load.loader.CREATES_IN_TRANSACTION else load.settings:
                    await self._run(session, sql)
                for one in self._plan.later:
                    try:
                        await self._run(session, one.sql)
                    except QueryFailed as failed:
                        self._plan.remarks.say("left_out", f"{one.what} is left out: {failed.message}")
        except LiteBaseError as failed:
            raise OutcomeUnknown(
                f"All {kept:,} rows are in, and perhaps not all keys and indexes of the new table: {failed.message}"
            ) from failed

    async def _run(self, session: DatabaseSession, sql: str) -> None:
        cursor = await self._target.statements.run(session, Statement(sql))
        await finish(cursor.aclose(), self._target.patience_s)
