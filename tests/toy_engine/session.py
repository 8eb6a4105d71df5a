"""Database sessions of the toy engine. Its work runs in the event loop, a few steps at a time."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus

from litebase.drivers.abilities import Abilities, Available, Unavailable
from litebase.drivers.interface import Checked, Cursor, DriverLimits, Parameter, RowTuple, Series, Statement, Watcher
from litebase.drivers.interruption import run_interruptibly
from litebase.drivers.series import one_by_one
from litebase.drivers.slices import MetadataRows
from litebase.errors import Conflict, ConnectionLost, Unsupported
from tests.toy_engine.cursor import Stop, ToyCursor
from tests.toy_engine.statements import TOY, parse
from tests.toy_engine.values import NO_NAMED_PARAMETERS

T = TypeVar("T")

NO_TRANSACTIONS = Unavailable("The toy engine has no transactions.")
NO_CHECK = Unavailable("The toy engine reads a statement when it runs it.")
_METADATA_ROWS = 100  # at a time


class ToySession:
    """One session; a statement at a time."""

    server_version = "1.0"
    tls: TlsState | None = None
    last_word: str | None = None
    process_id: str | None = None
    rollback_statement = "ROLLBACK"
    dialect = TOY
    transaction_status: TransactionStatus = "idle"
    abilities = Abilities(
        named_parameters=NO_NAMED_PARAMETERS,
        isolation_levels=NO_TRANSACTIONS,
        read_only_transactions=NO_TRANSACTIONS,
        column_origins=Unavailable("The toy engine does not say where a column comes from."),
        last_insert_id=Unavailable("The toy engine cannot write."),
        more_results=Unavailable("A statement of the toy engine returns one result."),
        several_db_sessions=Available(),
        stop_statements=Available(),
        catalog=Unavailable("The toy engine has nothing that could be listed."),
        check_statements=NO_CHECK,
        db_processes=Unavailable("The toy engine has no server."),
        explain=Unavailable("The toy engine makes no plans."),
        explain_analyze=Unavailable("The toy engine makes no plans."),
        import_rows=Unavailable("The toy engine stores nothing."),
        dumps=Unavailable("The toy engine has nothing that could be dumped."),
        reorder_columns=Unavailable("The toy engine changes no tables."),
    )

    def __init__(self, limits: DriverLimits) -> None:
        self.usable = True
        self._limits = limits
        self._lock = anyio.Lock()
        self._stop = Stop()
        self._open: ToyCursor | None = None

    async def apply_settings(self) -> None:
        """What a new session needs: nothing."""

    def watch(self, _watcher: Watcher | None) -> None:
        """No server is there that could do something unasked."""

    def waits_for_readers(self, _sql: str) -> bool:
        """There is nobody who could write."""
        return False

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows. An open result gives way."""
        if self._open is not None:
            await self._open.aclose()
        self._open = ToyCursor(self, self._stop, parse(statement.sql, statement.params))
        await self._open.start(statement.first_rows)
        return self._open

    async def execute_all(self, statements: Sequence[Statement], lock_wait_s: float | None = None) -> Series:
        """Run short statements one by one: they all read, and there is no round trip to save."""
        return await one_by_one(self, statements, lock_wait_s)

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a short query of our own."""
        if self._open is not None and not self._open.exhausted:
            raise Conflict("Metadata cannot be read in this session: it has an open result.")
        rows = MetadataRows(self._limits.max_metadata_bytes)
        cursor = ToyCursor(self, self._stop, parse(sql, params))
        while not cursor.exhausted:
            await cursor.fetch_into(rows, _METADATA_ROWS)
        return rows

    async def check(self, _sql: str) -> Checked:
        raise Unsupported(NO_CHECK.reason)

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, so that a cancel stops it."""
        async with self._lock:
            if not self.usable:
                raise ConnectionLost("The database session was closed.")
            self._stop.asked = False
            return await run_interruptibly(
                work, self._interrupt, grace_s=grace_s, patience_s=self._limits.stop_patience_s
            )

    async def _interrupt(self) -> None:
        self._stop.asked = True

    def begin_statements(self, _level: IsolationLevel, _read_only: bool) -> Sequence[str]:
        raise Unsupported(NO_TRANSACTIONS.reason)

    async def responds(self, _patience_s: float) -> bool:
        """There is no link that could be lost."""
        return self.usable

    @property
    def is_clean(self) -> bool:
        return self.usable

    async def reset(self) -> bool:
        """Nothing is ever left behind."""
        return True

    def drop(self) -> None:
        """Give the session up at once; work that runs ends at its next step."""
        self.usable = False
        self._stop.asked = self._stop.session_ended = True

    async def aclose(self) -> None:
        """There is no link to be closed."""
        self.drop()
