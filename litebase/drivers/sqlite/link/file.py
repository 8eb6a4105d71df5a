"""A database file is opened so that none is made by accident, and what a stranger wrote into it harms nobody."""

import contextlib
import sqlite3
import stat
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litebase_schema.connection import SqliteTarget

from litebase.drivers.interface import DriverLimits
from litebase.drivers.sqlite.link import guard, native
from litebase.drivers.sqlite.link.guard import Guard
from litebase.errors import ConnectFailed, NotFound

_SAFE = (
    "PRAGMA trusted_schema = OFF",  # functions in a stranger's views and triggers do nothing harmful
    "PRAGMA cell_size_check = ON",  # a damaged file is noticed when a page is read
)


class _ClosingConnection(sqlite3.Connection):
    """A connection that leaves no half-read cursor to the garbage collector.

    Since Python 3.11 `close` does, and SQLite keeps the file open as long as such a cursor lives. And to free one in
    another thread, while a statement runs in this one, stops the whole process until the statement has ended: it waits
    for SQLite's mutex and holds Python's lock.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # those of sqlite3.connect
        super().__init__(*args, **options)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:  # the type of the method that this replaces
        cursor = super().cursor(factory)
        self._cursors.add(cursor)
        return cursor

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor()  # the inherited method makes one that this class never sees
        try:
            return cursor.execute(*statement)
        except BaseException:  # its traceback keeps the cursor, and may be dropped anywhere
            cursor.close()
            raise

    def close(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().close()


class DatabaseFile:
    """A database file, or a database in memory, as one session has it open. Used in that session's thread."""

    connection: sqlite3.Connection  # once it is open

    def __init__(self, target: SqliteTarget, limits: DriverLimits, *, read_only: bool) -> None:
        self.guard = Guard(read_only=read_only, creates_files=target.mode == "create")
        self.busy_timeout_ms = target.busy_timeout_ms
        self.handle: int | None = None  # of the connection in the SQLite library, where that can be reached
        self.in_memory = target.mode == "memory"
        self.schema_stays_open = False  # it could not be closed: nothing may run here any more
        self._limits = limits
        self._authorizer: native.Authorizer | None = None
        if target.mode == "memory" or target.path is None:
            self._name = ":memory:"
        else:
            access = "ro" if read_only else {"create": "rwc"}.get(target.mode, "rw")
            self._name = f"{Path(target.path).absolute().as_uri()}?mode={access}"

    def open(self) -> sqlite3.Connection:
        """Open the file without a look at its content."""
        native.prepare_to_open()
        self.connection = sqlite3.connect(
            self._name, timeout=0, isolation_level=None, uri=True, factory=_ClosingConnection
        )
        self.handle = native.handle()
        return self.connection

    @contextlib.contextmanager
    def open_schema(self) -> Iterator[None]:
        """Let the schema table be written meanwhile.

        SQLite reads it again when the dump has ended, and not before: until then the tables behind a virtual table are
        ordinary ones, which may be filled.
        """
        self.guard.schema_is_open = True
        try:
            if self.handle is not None:
                native.harden(self.handle, hard=False)
            self.connection.execute("PRAGMA writable_schema = ON")
            yield
        except BaseException:
            self._close_schema()  # a failure of its own would hide this one
            raise
        if (failure := self._close_schema()) is not None:
            raise failure

    def _close_schema(self) -> Exception | None:
        """Undo `open_schema`: first what cannot fail. What did fail is returned."""
        self.guard.schema_is_open = False
        if self.handle is not None:
            native.harden(self.handle)
        self.guard.schema_is_closing = True
        try:
            self.connection.execute("PRAGMA writable_schema = OFF")
        except (sqlite3.Error, MemoryError) as failure:  # such as an interrupt, which lasts while a result is open
            self.schema_stays_open = True
            return failure
        finally:
            self.guard.schema_is_closing = False
        return None

    def after_setting(self) -> None:
        """What a PRAGMA may have made necessary."""
        self.connection.execute("PRAGMA busy_timeout = 0")  # waiting for locks is ours: SQLite's own cannot be stopped
        if self.guard.dump_has_ended:
            with self.open_schema():
                self.connection.execute("PRAGMA writable_schema = RESET")

    def error_code(self) -> int | None:
        """The result code of the call that failed last, where SQLite can be asked."""
        return None if self.handle is None else native.error_code(self.handle)

    def insertions(self) -> tuple[int, int]:
        """The rowid of the last insert of the whole session, and how many rows were changed in it."""
        return 0 if self.handle is None else native.last_insert_id(self.handle), self.connection.total_changes

    @property
    def authorized(self) -> int:
        """A number that grows whenever SQLite compiles a statement."""
        return 0 if self._authorizer is None else self._authorizer.asked

    def was_compiled_anew(self, authorized: int) -> bool:
        """Whether SQLite has compiled a statement again while it ran, since `authorized` was this number.

        To ask that for each statement would take longer than many a statement.
        """
        return self.handle is not None and self.authorized != authorized and native.was_compiled_anew(self.handle)

    def apply_settings(self) -> None:
        """Make the settings that keep a stranger's file and a stranger's SQL harmless."""
        connection = self.connection
        for pragma in _SAFE:
            connection.execute(pragma)
        guard.bound(connection, self._limits)
        for arguments in (1, 2):  # it tells and takes addresses of code; FTS itself does not need it
            connection.create_function("fts3_tokenizer", arguments, None)
        if self.handle is not None:
            native.harden(self.handle)
        if self.guard.read_only:  # three doors, one behind the other: the guard, this, and `mode=ro`
            connection.execute("PRAGMA query_only = ON")
        if self.handle is None:
            connection.set_authorizer(self.guard.allows)
        else:
            self._authorizer = native.authorize(self.handle, self.guard.allows, self.guard.actions)


def check_file(path: Path, create: bool) -> None:
    """Raise `NotFound` or `ConnectFailed` unless there is a file to open, or to `create` one."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if create and not path.parent.is_dir():
            raise ConnectFailed("name", f"There is no folder {path.parent} to make {path.name} in.") from None
        if not create:
            raise NotFound(
                "path", str(path), f"There is no file {path}. To make a new database, use the mode create."
            ) from None
        return
    except OSError as error:
        raise ConnectFailed("name", f"{path}: {error.strerror}.") from error
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "not an ordinary file"
        raise ConnectFailed("name", f"{path} is {kind}; a database file is needed.")
