"""SQLite's errors as ours. Texts are SQLite's own; they hold names from the statement, never parameter values."""

import sqlite3

from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.interruption import Interrupted
from litebase.errors import ConnectFailed, LimitExceeded, LiteBaseError, QueryFailed, ReadOnly, place_in

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def primary_code(error: sqlite3.Error) -> int:
    """The result code without its extension, 0 when Python raised the error by itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_interrupt(error: sqlite3.Error) -> bool:
    """Whether a statement was stopped because somebody asked for it."""
    return primary_code(error) == sqlite3.SQLITE_INTERRUPT


def is_busy(error: sqlite3.Error) -> bool:
    """Whether waiting for another connection's lock may help."""
    return primary_code(error) in _BUSY and error.sqlite_errorcode != sqlite3.SQLITE_BUSY_SNAPSHOT


def translated(error: Exception, sql: str, position: int | None = None) -> Exception:
    """What to raise for an error of the sqlite3 module, met while running `sql`."""
    if isinstance(error, sqlite3.Error) and is_interrupt(error):
        return Interrupted()
    if isinstance(error, UnicodeDecodeError):
        return _failed(QueryFailed, "SQLite's own message is not valid text: the file is damaged.", sql, None, None)
    if not isinstance(error, sqlite3.Error):
        return error
    message = str(error)
    kind = ReadOnly if primary_code(error) == sqlite3.SQLITE_READONLY else QueryFailed
    return _failed(kind, message, sql, getattr(error, "sqlite_errorname", None), position)


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
    """Table and column of a message such as `NOT NULL constraint failed: artists.name`."""
    _, mark, names = message.partition(" constraint failed: ")
    table, dot, column = names.partition(".")
    if not mark or not dot or "," in names:
        return None, None
    return table, column


def not_storable(reason: str) -> LiteBaseError:
    """A parameter would be changed on the way into the database."""
    return _failed(QueryFailed, f"A parameter is {reason}.", "", None, None)


def not_opened(path: str | None, error: BaseException) -> LiteBaseError:
    """The file could not be opened or is no database."""
    name = getattr(error, "sqlite_errorname", None)
    message = f"{path or ':memory:'}: {error}. Check that it is a SQLite database and that you may read it."
    return ConnectFailed("database", message, name)
