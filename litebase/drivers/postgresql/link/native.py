"""What libpq knows and psycopg does not expose: the SQLSTATE of a refused login, the version of TLS, and messages.

All are asked through ctypes from the very library that psycopg has loaded, with its documented functions only. Where
that library cannot be reached, they are unknown and nothing else changes.
Source: postgresql.org/docs/current/libpq-control.html and libpq-status.html.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_void_p
from functools import cache
from importlib import import_module
from pathlib import Path

from psycopg import pq

_TRACED_BYTES = 1 << 20
_VERBOSE = 2  # PQERRORS_VERBOSE: messages with SQLSTATE


@cache
def _library() -> ctypes.CDLL | None:
    try:
        loaded = Path(str(import_module("psycopg_binary.pq").__file__))  # only in the binary wheel
        bundled = sorted(loaded.parents[1].glob("psycopg_binary.libs/libpq-*.dll"))  # Windows looks into no dependency
        library = ctypes.CDLL(str(bundled[0] if bundled else loaded))
        library.PQsetErrorVerbosity.argtypes = [c_void_p, c_int]
        library.PQsslAttribute.argtypes, library.PQsslAttribute.restype = [c_void_p, c_char_p], c_char_p
        library.PQtrace.argtypes, library.PQuntrace.argtypes = [c_void_p, c_void_p], [c_void_p]
    except (ImportError, OSError, AttributeError):
        return None
    return library


def show_sqlstate(connection: pq.abc.PGconn) -> None:
    """Let error messages of `connection` begin with the SQLSTATE; the only way to learn why a login was refused."""
    pointer = getattr(connection, "pgconn_ptr", None)
    if (library := _library()) is not None and pointer:
        library.PQsetErrorVerbosity(pointer, _VERBOSE)


def tls_version(connection: pq.abc.PGconn) -> str | None:
    """For example `TLSv1.3`; None where it is not known."""
    pointer = getattr(connection, "pgconn_ptr", None)
    library = _library()
    if library is None or not pointer:
        return None
    version: bytes | None = library.PQsslAttribute(pointer, b"protocol")
    return version.decode("ascii", "replace") if version else None


if sys.platform == "linux":

    def messages_read(connection: pq.abc.PGconn, read: Callable[[], object]) -> bytes:
        """A line for each message that libpq looks at in `read`, as PQtrace writes it."""
        pointer = getattr(connection, "pgconn_ptr", None)
        library = _library()
        if library is None or not pointer:
            return b""
        memory, stream = _trace()
        library.PQtrace(pointer, stream)
        try:
            read()
        finally:
            library.PQuntrace(pointer)  # flushes
        lines = os.pread(memory, _TRACED_BYTES, 0)
        os.ftruncate(memory, 0)
        return lines

    @cache
    def _trace() -> tuple[int, int]:
        """A file in memory, which rows may pass through, and C's stream of it. Nothing closes them."""
        memory = os.memfd_create("trace")
        open_stream = ctypes.CDLL(None).fdopen
        open_stream.argtypes, open_stream.restype = [c_int, c_char_p], c_void_p
        return memory, open_stream(memory, b"a")

else:

    def messages_read(_connection: pq.abc.PGconn, _read: Callable[[], object]) -> bytes:
        """Nothing: only Linux has files in memory."""
        return b""
