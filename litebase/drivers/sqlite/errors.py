"""SQLite's errors as ours. Texts are SQLite's own; they hold names from the statement, never parameter values."""

import sqlite3
from collections.abc import Sequence
from functools import cache

from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.interface import Checked
from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.link import program
from litebase.errors import ConnectFailed, LimitExceeded, LiteBaseError, QueryFailed, ReadOnly, place_in

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNKNOWN_NAMES = ("no such ", "unknown database")  # beginnings of messages
_PRIMARY = (  # by their numbers
    "OK", "ERROR", "INTERNAL", "PERM", "ABORT", "BUSY", "LOCKED", "NOMEM", "READONLY", "INTERRUPT", "IOERR", "CORRUPT",
    "NOTFOUND", "FULL", "CANTOPEN", "PROTOCOL", "EMPTY", "SCHEMA", "TOOBIG", "CONSTRAINT", "MISMATCH", "MISUSE",
    "NOLFS", "AUTH", "FORMAT", "RANGE", "NOTADB", "NOTICE", "WARNING",
)  # fmt: skip
_NEWER_THAN_PYTHON = {  # that is, than 3.11; source: sqlite.org/rescode.html
    1025: "SQLITE_ERROR_RESERVESIZE", 1281: "SQLITE_ERROR_KEY", 1537: "SQLITE_ERROR_UNABLE", 795: "SQLITE_NOTICE_RBU",
    3091: "SQLITE_CONSTRAINT_DATATYPE", 8714: "SQLITE_IOERR_IN_PAGE", 8970: "SQLITE_IOERR_BADKEY",
    9226: "SQLITE_IOERR_CODEC",
}  # fmt: skip


@cache
def _extended_names() -> dict[int, str]:
    """The names of the extended result codes that Python knows, among all its constants of SQLite."""
    numbers = {name: value for name, value in vars(sqlite3).items() if name.startswith("SQLITE_") and value > 0xFF}
    return {
        value: name
        for name, value in numbers.items()
        if value & 0xFF < len(_PRIMARY) and name.startswith(f"SQLITE_{_PRIMARY[value & 0xFF]}_")
    }


def code_name(code: int | None) -> str | None:
    """The name of a result code, that of its primary code where it has none here; None for None."""
    if code is None:
        return None
    primary = code & 0xFF
    plain = f"SQLITE_{_PRIMARY[primary]}" if primary < len(_PRIMARY) else str(code)
    return _extended_names().get(code) or _NEWER_THAN_PYTHON.get(code) or plain


def primary_code(error: sqlite3.Error) -> int:
    """The result code without its extension, 0 when Python raised the error by itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_interrupt(error: sqlite3.Error) -> bool:
    """Whether a statement was stopped because somebody asked for it."""
    return primary_code(error) == sqlite3.SQLITE_INTERRUPT


def is_busy(error: sqlite3.Error) -> bool:
    """Whether waiting for another connection's lock may help."""
    return primary_code(error) in _BUSY and error.sqlite_errorcode != sqlite3.SQLITE_BUSY_SNAPSHOT


def translated(error: Exception, sql: str, position: int | None = None, code: int | None = None) -> Exception:
    """What to raise for an error of the sqlite3 module, met while running `sql`.

    `code` is what SQLite says itself, for an error whose message Python could not read: it holds a name, or a text of
    RAISE(), that is not valid UTF-8.
    """
    if isinstance(error, UnicodeDecodeError):
        message = error.object.decode("utf-8", "replace")
    elif isinstance(error, sqlite3.Error):
        message, code = str(error), getattr(error, "sqlite_errorcode", None)
    else:
        return error
    primary = 0 if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_INTERRUPT:
        return Interrupted()
    kind = ReadOnly if primary == sqlite3.SQLITE_READONLY else QueryFailed
    return _failed(kind, program.advised(message), sql, code_name(code), position)


def unreadable_name(names: Sequence[str]) -> LiteBaseError:
    """A statement would return columns whose names Python cannot read. It has not run."""
    listed = ", ".join(names)
    message = f"The statement returns columns whose names are not valid UTF-8: {listed}. It was not run: leave "
    return _failed(QueryFailed, message + "them out, or give them other names with AS.", "", None, None)


def refused(reason: str, *, read_only: bool) -> LiteBaseError:
    """Our own rules forbid what the statement would do."""
    return _failed(ReadOnly if read_only else QueryFailed, reason, "", "SQLITE_AUTH", None)


def too_much_returned(maximum: int, *, lost_transaction: bool) -> LiteBaseError:
    """A write with RETURNING whose rows fill the memory."""
    with_it = " and its transaction was rolled back" if lost_transaction else ""
    failure = LimitExceeded(
        "max_returning_bytes",
        maximum,
        f"The rows that this writing statement returns take more than {maximum:,} bytes, so it was stopped, nothing of "
        f"it was kept{with_it}. Write without RETURNING, or in parts.",
    )
    failure.retryable = False
    return failure


def too_much_memory(maximum: int) -> LiteBaseError:
    """SQLite, or Python for its rows, got no more memory. Nothing is kept of the statement."""
    return LimitExceeded(
        "max_sqlite_memory_bytes",
        maximum,
        f"The statement would take more than the {maximum:,} bytes of memory that all of SQLite may have here. Ask for "
        "fewer or shorter cells at once, for example with substr().",
    )


def _failed(
    kind: type[QueryFailed], message: str, sql: str, engine_code: str | None, position: int | None
) -> LiteBaseError:
    line = column = None
    if position is not None:
        line, column = place_in(sql, position)
    table, constrained = _constrained(message)
    details = QueryFailedDetails(
        engine_code=engine_code,
        position=position,
        line=line,
        column=column,
        table_name=table,
        column_name=constrained,
    )
    return kind(message, details)


def _constrained(message: str) -> tuple[str | None, str | None]:
    """Table and column of a message such as `NOT NULL constraint failed: artists.name`.

    In a table that is STRICT it is `cannot store TEXT value in INTEGER column artists.age`.
    """
    _, mark, names = message.partition(" constraint failed: ")
    if not mark and message.startswith("cannot store "):
        _, mark, names = message.partition(" column ")
    table, dot, column = names.partition(".")
    if not mark or not dot or "," in names or "\ufffd" in names:
        return None, None
    return table, column


def checked(sql: str, message: str, position: int | None, code: int | None) -> Checked:
    """What a statement that does not compile says of its text."""
    if code is None or code & 0xFF != sqlite3.SQLITE_ERROR:
        return Checked()
    failure = _failed(QueryFailed, program.advised(message), sql, code_name(code), position)
    assert isinstance(failure, QueryFailed)
    return Checked(failure=failure, unknown_name=message.startswith(_UNKNOWN_NAMES))


def not_storable(reason: str) -> LiteBaseError:
    """A parameter would be changed on the way into the database."""
    return _failed(QueryFailed, f"A parameter is {reason}.", "", None, None)


def not_opened(path: str | None, error: BaseException) -> LiteBaseError:
    """The file could not be opened or is no database."""
    name = code_name(getattr(error, "sqlite_errorcode", None))
    message = f"{path or ':memory:'}: {error}. Check that it is a SQLite database and that you may read it."
    return ConnectFailed("database", message, name)
