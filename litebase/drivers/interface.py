"""What every engine's driver offers. Rows are plain tuples of cells; metadata are the contract's own types.

Text that is not valid in its encoding is a str with surrogate escapes (PEP 383); it leaves as the bytes it consists of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import Column, Notice, TransactionStatus, TypedParameter

from litebase.drivers import engine_limits
from litebase.drivers.abilities import Abilities
from litebase.drivers.trace import Trace
from litebase.errors import LiteBaseError, PromptUnanswered, QueryFailed
from litebase.settings import Settings
from litebase.sql.dialect import Dialect

if TYPE_CHECKING:
    from litebase_schema.prompts import PromptKind

    from litebase.drivers.tunnel.route import Route

Cell = None | bool | int | float | str | bytes
RowTuple = tuple[Cell, ...]
Parameter = Cell | TypedParameter
Parameters = Sequence[Parameter] | Mapping[str, Parameter] | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement with the values for its placeholders.

    `first_rows` is how many rows are wanted at once. With `lock_wait_s` an engine that would wait for somebody's lock
    and can leave it (SQLite) raises `LockTimeout` after that time, for the caller to make way and try again.
    `rows` is what a script holds for PostgreSQL's COPY ... FROM STDIN to read.
    `in_pieces`: a row of COPY ... TO STDOUT (PostgreSQL) is a piece of it, as bytes, and the number of its lines.
    `following` is the text after it in a script: the next statement may ask the server what this one did, and then
    nothing that would change the answer is sent between (MySQL).
    """

    sql: str
    params: Parameters = None
    first_rows: int = 0
    lock_wait_s: float | None = None
    rows: str | None = None
    following: str = ""
    in_pieces: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a database says of a statement that it has compiled and not run.

    `unknown_name`: the failure is that something does not exist, which an earlier statement may make.
    """

    parameter_types: Sequence[str | None] = ()
    failure: QueryFailed | None = None
    unknown_name: bool = False


class RowSink(Protocol):
    """Takes rows over."""

    def add(self, rows: Sequence[RowTuple]) -> None:
        """Take the next rows. Called in the thread that made them, where they are still in the processor's caches."""


class RowList(list[RowTuple]):
    """A sink that keeps the rows as they are."""

    def add(self, rows: Sequence[RowTuple]) -> None:
        self.extend(rows)


class Cursor(Protocol):
    """An open result with a position. It ends when its rows are read or when it is closed."""

    @property
    def columns(self) -> Sequence[Column]:
        """Empty when the statement returns no rows."""

    @property
    def affected_rows(self) -> int | None:
        """Rows inserted, updated or deleted; None when it is not a statement that counts them. Final when exhausted."""

    @property
    def last_insert_id(self) -> int | None: ...

    @property
    def notices(self) -> Sequence[Notice]: ...

    @property
    def ended(self) -> bool:
        """Whether the statement has ended in the database and cannot be stopped any more; rows may still wait here."""

    @property
    def may_have_more(self) -> bool:
        """Whether the statement may have further results; asked for when this one is exhausted or has no rows."""

    @property
    def exhausted(self) -> bool:
        """Whether it is known that no further row exists."""

    @property
    def is_open(self) -> bool:
        """Whether the database still holds something of it, so that closing it may take time."""

    @property
    def must_be_read(self) -> bool:
        """Whether giving up the rest would fail the transaction around it."""

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Up to `count` further rows, some at a time; fewer when they come slowly; none at the end.

        Raises `Interrupted`. After an error what the sink holds is not to be used.
        """

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """The same as tuples, for few rows."""

    async def next_cursor(self) -> "Cursor | None":
        """The next result of the same statement, asked for when this one is exhausted; only procedures give several."""

    async def aclose(self) -> None:
        """Give up the rest, further results too, quickly. Harmless when called again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one statement of a series did. `rows` are the first two that it returned."""

    affected_rows: int | None
    rows: Sequence[RowTuple]
    last_insert_id: int | None
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Series:
    """What became of statements that were run one after the other.

    `failure` is what the one after the `changes` failed with. Nothing after it was run; only where what they return
    takes too much memory, more may have been, so that everything is to be undone. Statements that all only read may
    also end early without a failure, for the rest to be run in another series.
    """

    changes: Sequence[Change]
    failure: LiteBaseError | None = None


class Watcher(Protocol):
    """Learns what a server does with a session that nobody asked it for."""

    def notified(self, channel: str, payload: str, process_id: int) -> None:
        """Another session of the server sent a message to those that listen."""

    def ended(self) -> None:
        """The server ended the session, or the link to it broke, while no statement ran."""


class DatabaseSession(Protocol):
    """One open database session. It runs one statement at a time and has one open cursor at most."""

    server_version: str
    tls: TlsState | None

    @property
    def dialect(self) -> Dialect:
        """How SQL text is read in this session; settings of the session may change it."""

    @property
    def abilities(self) -> Abilities:
        """What this session may do beyond what every one does, at this version of the database and as this user."""

    @property
    def usable(self) -> bool:
        """False once the session was lost or dropped."""

    @property
    def transaction_status(self) -> TransactionStatus:
        """As the engine reports it after the last statement."""

    @property
    def rollback_statement(self) -> str:
        """What ends a transaction without its changes, whatever the session's settings are."""

    @property
    def process_id(self) -> str | None:
        """The server's own number of this session; None where there is none, or it is not known for certain."""

    @property
    def last_word(self) -> str | None:
        """Why the session ended, as the server said it; None when it gave no reason, or has not ended it."""

    def watch(self, watcher: Watcher | None) -> None:
        """Report to `watcher` from now on, or to nobody. While nothing comes from the server, nothing is done."""

    def waits_for_readers(self, sql: str) -> bool:
        """Whether `sql` may have to wait until half-read results of the same database are read or closed."""

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows.

        Raises `QueryFailed` (or `ReadOnly`), `Interrupted`, `LimitExceeded`, `Unsupported`; and when the link is lost
        `ConnectionLost`, or `OutcomeUnknown` if the statement may have changed something.
        """

    async def execute_all(self, statements: Sequence[Statement], lock_wait_s: float | None = None) -> Series:
        """Run short statements in a transaction, one after the other and with few round trips, up to the first error.

        Each of them reads or changes a few rows. Raises `Interrupted`, and what `execute` raises for a lost link; after
        these nobody knows which of them were run. `lock_wait_s` is that of `Statement`.
        """

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a short query of our own: how our code reads metadata, in every engine.

        The session is afterwards what it was before: such a read does not make it dirty and ends no transaction. It is
        refused with `Conflict` while a result of the user is open, and where it could spoil the user's transaction.
        Cancelling the caller stops it at the database. Raises what `execute` raises, and `LimitExceeded` when the rows
        take more memory than `DriverLimits.max_metadata_bytes`.
        """

    async def check(self, sql: str) -> Checked:
        """What the database says of one statement, which is compiled and not run: it changes nothing.

        What cannot be compiled without being run is not looked at. Raises what `rows` raises, but `QueryFailed`.
        """

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """What to execute, in order, to begin a transaction. Raises `Unsupported`."""

    async def responds(self, patience_s: float) -> bool:
        """Whether the server answers in that time, by one round trip that changes nothing.

        A session that does not is dropped. One with an open result is not asked: it answers by its rows. A cancel
        before the question is sent raises, later it waits for the answer.
        """

    @property
    def is_clean(self) -> bool:
        """Whether it is certain that `reset` has nothing to do."""

    async def reset(self) -> bool:
        """Roll back, and undo what a stranger must not inherit. False when the session is better closed."""

    async def aclose(self) -> None:
        """Close the session within a bounded time, also while a statement runs."""


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can answer. `again`: an answer to it was refused before."""

    kind: "PromptKind"
    text: str
    connection_name: str = ""
    host: str | None = None
    again: bool = False


class Ask(Protocol):
    """Asks the person at the client whose request waits."""

    async def __call__(self, question: Question) -> str:
        """The answer, which is kept in memory only. Raises `PromptUnanswered`.

        The time limit of the request does not run meanwhile; those of scopes around this call do.
        """


async def nobody(question: Question) -> str:
    """Where there is no person to ask."""
    raise PromptUnanswered(question.kind, question.text, "no_prompts")


class Driver(Protocol):
    """One engine. `sessions_share_data` is false when each session would see a database of its own."""

    engine: ClassVar[str]

    def __init__(self, target: Any, limits: "DriverLimits", route: "Route | None" = None) -> None:
        """`route` is the way to the server, for a target that has a `tunnel`."""

    @property
    def read_only(self) -> bool:
        """Whether every session refuses writes."""

    @property
    def sessions_share_data(self) -> bool: ...

    async def connect(self, ask: Ask = nobody, trace: Trace | None = None) -> DatabaseSession:
        """Open one database session, and add the steps to `trace`.

        Raises `ConnectFailed`, `NotFound` or `PromptUnanswered`.
        """


_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class DriverLimits:
    """The bounds that a driver keeps."""

    stop_patience_s: float
    fetch_grace_s: float
    max_notices: int = _SETTINGS.max_notices
    max_notices_bytes: int = _SETTINGS.max_notices_bytes
    max_returning_bytes: int = _SETTINGS.max_returning_bytes
    max_metadata_bytes: int = _SETTINGS.max_metadata_bytes
    own: Mapping[str, int] = field(default_factory=engine_limits)  # the engines' own, see `ENGINES`

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the backend's settings."""
        return cls(**{one.name: getattr(settings, one.name) for one in fields(cls) if one.name != "own"})
