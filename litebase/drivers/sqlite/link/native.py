"""What SQLite tells about a statement and Python's sqlite3 module does not pass on.

Declared types, the origin of a result column, whether a statement writes, where in the text an error lies, and all that
may hold a name that is not UTF-8, which Python's module cannot read, are asked from the same SQLite library through
ctypes, with its documented functions only. The handle of a connection comes from an auto extension, a function that
SQLite calls with each connection it opens; so a handle can only belong to the library that we call. Where that library
cannot be reached (a static build, say), `handle()` is None and columns are described by their values alone.

Sources: sqlite.org/c3ref/auto_extension.html, column_database_name.html, column_decltype.html, stmt_readonly.html,
error_offset.html, table_column_metadata.html, set_authorizer.html, errcode.html.
"""

import contextlib
import ctypes
import platform
import sqlite3
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from ctypes import POINTER, addressof, byref, c_char_p, c_int, c_int64, c_void_p, string_at
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

_ENTRY_POINT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)
_AUTHORIZER = ctypes.CFUNCTYPE(c_int, c_void_p, c_int, *[c_void_p] * 4)
Rule = Callable[..., int]  # takes an action and four names, each None where there is none
_opened = threading.local()
_STMTSTATUS_REPREPARE = 5
_DBCONFIG_DEFENSIVE = 1010
_ORIGIN = ("sqlite3_column_database_name", "sqlite3_column_table_name", "sqlite3_column_origin_name")


class ColumnFacts(NamedTuple):
    """What SQLite knows of one result column; its origin is None where it is an expression, or not valid UTF-8."""

    name: str
    name_is_text: bool  # else `name` has replacement characters
    declared_type: str | None
    schema_name: str | None
    table_name: str | None
    column_name: str | None
    not_null: bool | None
    primary_key: bool


class StatementFacts(NamedTuple):
    """What SQLite knows of a statement that it has compiled and not run."""

    columns: tuple[ColumnFacts, ...]
    writes: bool
    rest_at: int  # offset in code points of the text behind the first statement


@dataclass(frozen=True, slots=True)
class CompileError:
    """A statement that does not compile; `position` is in code points, None when SQLite names no place."""

    position: int | None
    message: str


def _remember(handle: int, _error: int, _routines: int) -> int:
    _opened.handle = handle
    return 0


_remember_entry = _ENTRY_POINT(_remember)  # kept for as long as SQLite may call it


@cache
def _library() -> ctypes.CDLL | None:
    try:
        import _sqlite3  # noqa: PLC0415  # a built-in module in static builds, missing in some

        if sys.platform == "win32":
            library = ctypes.CDLL(str(Path(_sqlite3.__file__).with_name("sqlite3.dll")))
        else:
            library = ctypes.CDLL(_sqlite3.__file__)
        _declare(library)
        library.sqlite3_auto_extension(_remember_entry)
    except (ImportError, OSError, AttributeError):
        return None
    return library


def _declare(library: ctypes.CDLL) -> None:
    library.sqlite3_prepare_v2.argtypes = [c_void_p, c_void_p, c_int, c_void_p, c_void_p]  # addresses cost the least
    for name in ("sqlite3_column_count", "sqlite3_stmt_readonly", "sqlite3_finalize", "sqlite3_db_mutex"):
        getattr(library, name).argtypes = [c_void_p]
    library.sqlite3_db_mutex.restype = c_void_p
    for name in ("sqlite3_mutex_enter", "sqlite3_mutex_leave"):
        function = getattr(library, name)
        function.argtypes, function.restype = [c_void_p], None
    for name in ("sqlite3_column_name", "sqlite3_column_decltype"):
        function = getattr(library, name)
        function.argtypes, function.restype = [c_void_p, c_int], c_char_p
    library.sqlite3_extended_errcode.argtypes = [c_void_p]
    library.sqlite3_errmsg.argtypes, library.sqlite3_errmsg.restype = [c_void_p], c_char_p
    library.sqlite3_next_stmt.argtypes, library.sqlite3_next_stmt.restype = [c_void_p, c_void_p], c_void_p
    library.sqlite3_stmt_status.argtypes = [c_void_p, c_int, c_int]
    library.sqlite3_set_authorizer.argtypes = [c_void_p, _AUTHORIZER, c_void_p]
    library.sqlite3_auto_extension.argtypes = [_ENTRY_POINT]
    library.sqlite3_last_insert_rowid.argtypes = [c_void_p]
    library.sqlite3_last_insert_rowid.restype = c_int64
    if hasattr(library, "sqlite3_error_offset"):  # since SQLite 3.38
        library.sqlite3_error_offset.argtypes = [c_void_p]
    if hasattr(library, "sqlite3_column_table_name"):  # only where built with SQLITE_ENABLE_COLUMN_METADATA
        for name in _ORIGIN:
            function = getattr(library, name)
            function.argtypes, function.restype = [c_void_p, c_int], c_char_p
        library.sqlite3_table_column_metadata.argtypes = [
            c_void_p, c_char_p, c_char_p, c_char_p,
            POINTER(c_char_p), POINTER(c_char_p), POINTER(c_int), POINTER(c_int), POINTER(c_int),
        ]  # fmt: skip


@cache
def knows_origins() -> bool:
    """Whether the library says where a column comes from."""
    library = _library()
    return library is not None and hasattr(library, "sqlite3_column_table_name")


def prepare_to_open() -> None:
    """Call this in the thread that opens a connection, before it does."""
    _library()
    _opened.handle = None


def handle() -> int | None:
    """The handle of the connection that this thread opened last, or None where it cannot be known."""
    found: int | None = getattr(_opened, "handle", None)
    return found


def describe(connection: int, sql: str) -> StatementFacts | CompileError:
    """Compile `sql` without running it. To be called in the thread of the connection."""
    library = _library()
    assert library is not None, "there is no handle without the library"
    text = sql.encode("utf-8", "surrogatepass")
    statement, rest = c_void_p(), c_char_p()
    if library.sqlite3_prepare_v2(connection, text, -1, addressof(statement), addressof(rest)):
        offset = library.sqlite3_error_offset(connection) if hasattr(library, "sqlite3_error_offset") else -1
        message = _text(library.sqlite3_errmsg(connection)) or ""
        return CompileError(None if offset < 0 else _position(text, offset), message)
    try:
        count = library.sqlite3_column_count(statement)
        columns = tuple(_column(library, connection, statement, index) for index in range(count))
        writes = bool(statement) and not library.sqlite3_stmt_readonly(statement)
    finally:
        library.sqlite3_finalize(statement)
    behind = rest.value
    return StatementFacts(columns, writes, len(sql) - (len(behind.decode("utf-8", "surrogatepass")) if behind else 0))


def was_compiled_anew(connection: int) -> bool:
    """Whether SQLite has compiled any statement again while it ran, since it was asked this last.

    It does so when another program has changed the schema, which is seen only at the first step.
    Source: sqlite.org/c3ref/c_stmtstatus_counter.html ("SQLITE_STMTSTATUS_REPREPARE")
    """
    library = _library()
    assert library is not None, "there is no handle without the library"
    statement, anew = None, False
    while statement := library.sqlite3_next_stmt(connection, statement):
        anew = library.sqlite3_stmt_status(statement, _STMTSTATUS_REPREPARE, 1) > 0 or anew
    return anew


def harden(connection: int, *, hard: bool = True) -> None:
    """Refuse what only an attack needs, such as writing into the schema table; or allow it again.

    sqlite3_db_config takes variable arguments, which Apple's arm64 passes in another way; there it is left out.
    Source: sqlite.org/c3ref/c_dbconfig_defensive.html
    """
    library = _library()
    if library is None or (sys.platform == "darwin" and platform.machine() == "arm64"):
        return
    library.sqlite3_db_config(c_void_p(connection), c_int(_DBCONFIG_DEFENSIVE), c_int(hard), c_void_p(None))


class Authorizer:
    """What SQLite asks while it compiles a statement, for each thing that it would do. It lives with its connection."""

    def __init__(self) -> None:
        self.asked = 0  # times
        self.entry: object = None  # for SQLite


def authorize(connection: int, rule: Rule, actions: Collection[int]) -> Authorizer:
    """Have SQLite ask `rule` whether a statement may do one of `actions`; it may do all others.

    Python's `set_authorizer` refuses whatever has a name that is not valid UTF-8, and never asks.
    """
    authorizer = Authorizer()

    def ask(_data: int | None, action: int, *names: int | None) -> int:
        authorizer.asked += 1
        if action not in actions:  # above all reading a column, which is asked about each in each statement
            return sqlite3.SQLITE_OK
        try:
            return rule(action, *(name and string_at(name).decode("utf-8", "surrogateescape") for name in names))
        except Exception:  # noqa: BLE001  # what ctypes cannot pass on would count as leave to do it
            return sqlite3.SQLITE_DENY

    library, authorizer.entry = _library(), _AUTHORIZER(ask)
    assert library is not None, "there is no handle without the library"
    library.sqlite3_set_authorizer(connection, authorizer.entry, None)
    return authorizer


def error_code(connection: int) -> int:
    """The extended result code of the call that failed last in this connection."""
    library = _library()
    assert library is not None, "there is no handle without the library"
    code: int = library.sqlite3_extended_errcode(connection)
    return code


@contextlib.contextmanager
def held(connection: int | None) -> Iterator[None]:
    """Hold a connection's mutex, which SQLite takes and gives back in each call, three times for each cell of a row.

    A thread that has it already takes it again without any of the processor's slow instructions. Another thread that
    lets go of a cursor of the connection waits meanwhile, without Python's lock. So a cursor that is not read to its
    end must never be left to the garbage collector, which runs in any thread: two that hold their connections could
    wait for each other. Cursors are closed in their session's thread.
    Source: sqlite.org/c3ref/mutex_alloc.html ("recursive"), sqlite.org/c3ref/db_mutex.html
    """
    library = _library()
    if library is None or connection is None:
        yield
        return
    mutex = library.sqlite3_db_mutex(connection)
    library.sqlite3_mutex_enter(mutex)
    try:
        yield
    finally:
        library.sqlite3_mutex_leave(mutex)


def last_insert_id(connection: int) -> int:
    """The rowid of the last insert in this connection, 0 when there was none."""
    library = _library()
    assert library is not None, "there is no handle without the library"
    last: int = library.sqlite3_last_insert_rowid(connection)
    return last


def _column(library: ctypes.CDLL, connection: int, statement: c_void_p, index: int) -> ColumnFacts:
    raw_name = library.sqlite3_column_name(statement, index) or b""
    try:
        name, is_text = raw_name.decode(), True
    except UnicodeDecodeError:
        name, is_text = raw_name.decode("utf-8", "replace"), False
    has_origin = knows_origins() and library.sqlite3_column_origin_name(statement, index) is not None
    # an expression has neither an origin nor a declared type: SQLite finds both on the same way
    declared_type = None
    if has_origin or not knows_origins():
        declared_type = _text(library.sqlite3_column_decltype(statement, index))
    described = name, is_text, declared_type
    if not has_origin:
        return ColumnFacts(*described, None, None, None, not_null=None, primary_key=False)
    origin = [getattr(library, asked)(statement, index) for asked in _ORIGIN]
    not_null, primary_key = c_int(), c_int()
    known = not library.sqlite3_table_column_metadata(
        connection, *origin, None, None, byref(not_null), byref(primary_key), None
    )
    schema_name, table_name, column_name = map(_text, origin) if all(map(_is_text, origin)) else (None, None, None)
    return ColumnFacts(
        *described,
        schema_name,
        table_name,
        column_name,
        not_null=bool(not_null.value) if known else None,
        primary_key=known and bool(primary_key.value),
    )


def _is_text(raw: bytes | None) -> bool:
    try:
        return raw is None or raw.decode() is not None
    except UnicodeDecodeError:
        return False


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", "replace")


def _position(text: bytes, offset: int) -> int:
    return len(text[:offset].decode("utf-8", "replace"))
