"""Rows of a file that are stored in one database session, while the next ones are read.

Each batch has a savepoint. Where the database refuses one, it is undone and stored in halves, down to the single rows
that are refused: so speed stays, and each of them is known by its line.
"""

import gc
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from anyio import Semaphore, to_thread

from litebase.drivers.bulk import BulkLoader, BulkTarget, Cells
from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.interruption import Interrupted, finish, side_by_side
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed, RowRejected
from litebase.imports.batch import Batch, Reader
from litebase.imports.delimited import Delimited
from litebase.imports.failures import BadRow
from litebase.imports.plain import Lines, plain_lines
from litebase.imports.values import Converter
from litebase.server.connection import Connection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Feed:
    """What one column of the table gets: the column of the file at `source`, or `constant` in every row."""

    name: str
    converter: Converter
    source: int | None = None
    constant: str | bytes | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What is to be run. `create` and `drop` are those of a new table."""

    loader: BulkLoader
    target: BulkTarget
    create: Sequence[str] = ()
    drop: str | None = None
    all_or_nothing: bool = True
    settings: Sequence[str] = ()  # what each transaction begins with, after what the loader runs, and a CREATE outside
    are_lines: bool = False  # the only column is that of the lines which another database of the engine wrote

    @property
    def statements(self) -> list[str]:
        """Everything, in order, but what begins and ends transactions."""
        empty = [self.empty] if self.empty else []
        before = self.loader.before(self.target)
        return [*self.create, *empty, *before, self.loader.statement(self.target)]

    @property
    def empty(self) -> str | None:
        """What empties the table, where that is wanted."""
        return f"DELETE FROM {self.target.name}" if self.target.mode == "replace" else None  # noqa: S608  # it is quoted


class SourceLost(ConnectionLost):
    """The link to where the rows come from was lost."""


class Rejects(Protocol):
    """Takes rows that are not stored. Raises `RowRejected` where that ends the import."""

    def add(self, row: BadRow) -> None: ...


@dataclass(slots=True)
class Loaded:
    """How many rows there were, how many were stored, and how many of them are committed."""

    read: int = 0
    written: int = 0
    skipped: int = 0
    kept: int = 0


@dataclass(slots=True)
class Prepared:
    """The rows of a batch as the table takes them."""

    columns: Sequence[Cells]
    batch: Batch
    bad: Sequence[BadRow] = field(default_factory=list)


@dataclass(slots=True)
class Whole:
    """Rows that were looked at all together. `spelled` and `prepared` are called in a thread."""

    count: int
    target: BulkTarget  # with the columns in their order
    spelled: Callable[[int], Any | None]  # as `load` takes them, with so many bytes at most; None where they are others
    prepared: Callable[[], Prepared]  # the same rows, for when the database refuses one of them


class Supply(Protocol):
    """Where the rows come from."""

    async def next(self) -> Prepared | Whole | None:
        """The next rows; None after the last."""


class FileSupply:
    """The rows of a file, made ready in a thread."""

    def __init__(self, reader: Reader, plan: ImportPlan, feeds: Sequence[Feed], row_work: Semaphore) -> None:
        self._plan, self._feeds, self._row_work = plan, feeds, row_work
        self._target, self._parts = plan.target, cast("Iterator[Batch | Lines]", reader.batches())
        if isinstance(reader, Delimited) and (order := _in_order(feeds, len(reader.columns))) is not None:
            self._reader = reader
            self._target = plan.target.in_order(order)
            plain = plain_lines(reader.marks, [feeds[at].converter for at in order])
            self._parts = self._parts if plain is None else reader.parts(plain)

    async def next(self) -> Prepared | Whole | None:
        """The next rows of the file."""
        async with self._row_work:
            return await to_thread.run_sync(without_collection, self._next)

    def _next(self) -> Prepared | Whole | None:
        part = next(self._parts, None)
        if isinstance(part, Lines):
            return self._whole(part)
        return None if part is None else self._prepared(part)

    def _whole(self, lines: Lines) -> Whole:
        marks, target = self._reader.marks, self._target
        spelled = partial(self._plan.loader.lines, target, lines.text, marks.separator, marks.quote)
        return Whole(lines.count, target, spelled, lambda: self._prepared(self._reader.rows(lines)))

    def _prepared(self, batch: Batch) -> Prepared:
        count, bad = len(batch.rows), dict[int, BadRow]()
        given = list(zip(*batch.rows, strict=True))
        columns = list[Cells]()
        for feed in self._feeds:
            if feed.source is None:
                columns.append([feed.constant] * count)
                continue
            values, reasons = feed.converter.convert(given[feed.source]) if given else ((), {})
            columns.append(values)
            for at, reason in reasons.items():
                bad.setdefault(at, BadRow(batch.lines[at], reason, batch.rows[at], feed.name))
        if bad:
            kept = [at for at in range(count) if at not in bad]
            columns = [[cells[at] for at in kept] for cells in columns]
            rows, lines = [batch.rows[at] for at in kept], [batch.lines[at] for at in kept]
            batch = Batch(rows, lines, batch.bad)
        all_bad = sorted([*batch.bad, *bad.values()], key=lambda one: one.line)
        return Prepared(columns, batch, all_bad)


def _in_order(feeds: Sequence[Feed], width: int) -> Sequence[int] | None:
    """The feeds by the columns of the file; None where it is not one for each."""
    places = {feed.source: at for at, feed in enumerate(feeds)}
    if len(feeds) != width or places.keys() != set(range(width)):
        return None
    return [places[column] for column in range(width)]


def without_collection(work: Callable[[], T]) -> T:
    """In a thread. So many lists at once make Python look for garbage again and again, a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if collecting:
            gc.enable()


class ImportRun:
    """An import in one session. `run` is called once."""

    def __init__(
        self,
        connection: Connection,
        session: DatabaseSession,
        plan: ImportPlan,
        supply: Supply,
        rejects: Rejects,
    ) -> None:
        self.loaded = Loaded()
        self.told: Callable[[Loaded], None] = lambda _: None  # called after each batch and each commit
        self.before_commit: Callable[[], None] = lambda: None  # in a thread
        self._connection, self._session, self._plan = connection, session, plan
        self._supply, self._rejects = supply, rejects
        self._mark = session.dialect.quoted(f"litebase_{secrets.token_hex(4)}")
        self._most_bytes, self._created, self._dropped, self._committing = 0, False, False, False

    async def run(self) -> None:
        """Store all rows. Raises `RowRejected`, and what the database refuses; then what is in is `loaded.kept`."""
        try:
            self._most_bytes = await self._plan.loader.most_bytes(self._session)
            await self._create()
            await self._begin()
            prepared = await self._supply.next()
            while prepared is not None:
                prepared = await self._store_and_prepare(prepared)
                if not self._plan.all_or_nothing and prepared is not None:
                    await self._commit()
                    await self._begin()
            await to_thread.run_sync(self.before_commit)
            await self._commit()
        except BaseException as failed:
            await self._undo()
            if isinstance(failed, ConnectionLost | OutcomeUnknown):
                raise self._lost(failed, "to the source " if isinstance(failed, SourceLost) else "") from failed
            if isinstance(failed, LiteBaseError) and not isinstance(failed, RowRejected) and self.loaded.kept:
                failed.message = f"{failed.message} {self.loaded.kept:,} rows are in."
                failed.retryable = False
            raise

    def _lost(self, failed: LiteBaseError, which: str) -> LiteBaseError:
        """The error for a lost link: only a COMMIT that was sent may have taken effect."""
        kept = self.loaded.kept
        if self._committing and isinstance(failed, OutcomeUnknown):
            return OutcomeUnknown(
                f"The link was lost when the rows were committed. {kept:,} rows are in, and perhaps all "
                f"{self.loaded.written:,} that were sent."
            )
        if kept:
            return OutcomeUnknown(
                f"The link {which}was lost. {kept:,} rows were committed before and are in; no other is."
            )
        left = " The new table is there, and empty." if self._created and not self._dropped else ""
        return ConnectionLost(f"The link {which}was lost before the rows were committed: no row is in.{left}")

    async def _create(self) -> None:
        if not self._plan.loader.CREATES_IN_TRANSACTION:
            for sql in self._plan.settings if self._plan.create else ():
                await self._run(sql)
            for sql in self._plan.create:
                await self._run(sql)
                self._created = True

    async def _begin(self) -> None:
        plan = self._plan
        for sql in self._session.begin_statements("default", read_only=False):
            await self._run(sql)
        first = self.loaded.read == 0
        if first and plan.loader.CREATES_IN_TRANSACTION:
            for sql in plan.create:
                await self._run(sql)
        if first and plan.empty:
            await self._run(plan.empty)
        for sql in (*plan.loader.before(plan.target), *plan.settings):
            await self._run(sql)

    async def _commit(self) -> None:
        self._committing = True
        await self._run("COMMIT")
        self._committing = False
        self.loaded.kept = self.loaded.written
        self.told(self.loaded)

    async def _store_and_prepare(self, prepared: Prepared | Whole) -> Prepared | Whole | None:
        """Store some rows; meanwhile the next are made ready. What storing raises comes first."""
        stored, following = await side_by_side(
            [partial(_outcome, partial(self._store, prepared)), partial(_outcome, self._supply.next)]
        )
        for one in (stored, following):
            if isinstance(one, Exception):
                raise one
        self.told(self.loaded)
        return cast("Prepared | Whole | None", following)

    async def _store(self, prepared: Prepared | Whole) -> None:
        if isinstance(prepared, Whole):
            if await self._store_whole(prepared):
                return
            prepared = await to_thread.run_sync(without_collection, prepared.prepared)
        for one in prepared.bad:
            await self._reject(one)
        count = len(prepared.batch.rows)
        if count:
            await self._load(prepared, 0, count)
        self.loaded.read += count + len(prepared.bad)

    async def _store_whole(self, rows: Whole) -> bool:
        """Whether all of them are stored; else none is, and they are to be stored the other way."""
        spelled = await to_thread.run_sync(without_collection, partial(rows.spelled, self._most_bytes))
        if spelled is None or await self._load_or_undo(rows.target, spelled, rows.count) is not None:
            return False
        self.loaded.read += rows.count
        return True

    async def _load_or_undo(self, target: BulkTarget, rows: Any, count: int) -> QueryFailed | None:
        """Store rows. Where the database refuses one of them, none is stored: the error."""
        await self._do(f"SAVEPOINT {self._mark}")
        try:
            stored = await self._plan.loader.load(self._session, target, rows)
        except QueryFailed as failed:
            if not self._plan.loader.is_of_row(failed) or self._session.transaction_status == "idle":
                raise
            await self._do(f"ROLLBACK TO SAVEPOINT {self._mark}")
            return failed
        await self._do(f"RELEASE SAVEPOINT {self._mark}")
        written = count if stored is None else stored
        self.loaded.written += written
        self.loaded.skipped += count - written
        return None

    async def _load(self, prepared: Prepared, start: int, end: int) -> None:
        """Store the rows from `start` to `end`; where they are refused, each half of them."""
        plan, whole = self._plan, end - start == len(prepared.batch.rows)
        columns = prepared.columns if whole else [one[start:end] for one in prepared.columns]
        if plan.are_lines:
            spelled = partial(_joined, cast("Sequence[str]", columns[0]))
        else:
            spelled = partial(plan.loader.spelled, plan.target, columns, self._most_bytes)
        rows = await to_thread.run_sync(without_collection, spelled)
        if (failed := await self._load_or_undo(plan.target, rows, end - start)) is None:
            return
        if end - start > 1:
            middle = (start + end) // 2
            await self._load(prepared, start, middle)
            await self._load(prepared, middle, end)
        else:
            await self._reject(_refused(failed, prepared.batch, start))

    async def _reject(self, row: BadRow) -> None:
        try:
            await to_thread.run_sync(self._rejects.add, row)
        except RowRejected as ended:
            raise RowRejected(
                row.line, ended.row_details.reason, row.column, row.engine_code, self.loaded.kept, ended.counted
            ) from ended

    async def _run(self, sql: str) -> None:
        """Run a statement when no half-read result of the connection stands in its way."""
        cursor = await self._connection.statements.run(self._session, Statement(sql))
        await finish(cursor.aclose(), self._connection.patience_s)

    async def _do(self, sql: str) -> None:
        cursor = await self._session.execute(Statement(sql))
        await finish(cursor.aclose(), self._connection.patience_s)

    async def _undo(self) -> None:
        """Undo what is not committed, also when the caller is cancelled; close the session where that fails."""
        session, patience_s = self._session, self._connection.patience_s
        wanted = [session.rollback_statement] if session.usable and session.transaction_status != "idle" else []
        if self._created and self._plan.drop is not None and not self.loaded.kept:
            wanted.append(self._plan.drop)
        done = True
        self._dropped = bool(wanted) and wanted[-1] == self._plan.drop
        for sql in wanted:
            try:
                done = done and session.usable and await finish(self._run(sql), patience_s)
            except (LiteBaseError, Interrupted):
                done = False
        self._dropped = self._dropped and done
        if not done and session.usable:
            await finish(session.aclose(), patience_s)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


async def _outcome(work: Callable[[], Awaitable[Any]]) -> Any:
    """The value of `work`, or what it raises: the other one is to come to its end."""
    try:
        return await work()
    except Exception as failed:  # noqa: BLE001  # it is raised by whoever gets it
        return failed


def _refused(failed: QueryFailed, batch: Batch, at: int) -> BadRow:
    detail = f" {failed.query_details.detail}" if failed.query_details.detail else ""
    row = BadRow(batch.lines[at], f"{failed.message}{detail}", batch.rows[at], failed.query_details.column_name)
    row.engine_code = failed.query_details.engine_code
    return row
