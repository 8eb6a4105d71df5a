"""Ordinary files that are opened to read, and never one that SQLite has open in this process.

POSIX ends all locks that a process has on a file as soon as the process closes any descriptor of it. So opening a
database of SQLite beside a connection, and closing it again, would let two writers in at once.
"""

import contextlib
import io
import os
import stat
import sys
from pathlib import Path

_READABLE = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_DESCRIPTORS = "/dev/fd"
_open_readers = set[int]()  # descriptors that are only read, so that a file may be read twice at once


class Unreadable(Exception):
    """A file that cannot be read. `reason` is a word of the contract's `FileFailure`."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


class OrdinaryFile(io.FileIO):
    """A file that is there and is no link, device or folder, opened to read. Everything may block."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `Unreadable`."""
        super().__init__(_descriptor(path))
        self._number = self.fileno()
        _open_readers.add(self._number)

    def close(self) -> None:
        """Close it. Its number may belong to another file at once, so it is forgotten before."""
        if not self.closed:
            _open_readers.discard(self._number)
        super().close()


def _descriptor(path: Path) -> int:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise Unreadable("is_link", "It is a symbolic link. Name the file that it leads to.")
        _check_ordinary(found)
        if is_open_here(found, except_readers=True):
            raise Unreadable("is_database", "It is in use by this process, as open databases of SQLite are.")
        descriptor = os.open(path, _READABLE)
        try:
            _check_ordinary(os.fstat(descriptor))
        except Unreadable:
            os.close(descriptor)
            raise
    except FileNotFoundError as error:
        raise Unreadable("missing", "There is no such file.") from error
    except PermissionError as error:
        raise Unreadable("not_permitted", "The system does not allow it.") from error
    except OSError as error:
        raise Unreadable("failed", f"{error.strerror or 'The system gives no reason'}.") from error
    return descriptor


def _check_ordinary(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable("is_folder", "It is a folder. Name a file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("not_a_file", "It is a device or something else that is not a file.")


def is_open_here(found: os.stat_result, *, except_readers: bool = False) -> bool:
    """Whether this process has the file open, not counting those who only read it if that is wanted."""
    if sys.platform == "win32":
        return False  # locks belong to a handle there
    try:
        names = os.listdir(_DESCRIPTORS)  # noqa: PTH208  # the names are numbers
    except OSError:
        return False  # a system that does not tell
    for number in map(int, names):
        if except_readers and number in _open_readers:
            continue
        with contextlib.suppress(OSError):  # the descriptor of the listing itself is closed by now
            if os.path.samestat(os.fstat(number), found):
                return True
    return False
