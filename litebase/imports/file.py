"""A file that is read while others may change it: opened without following links, and compared at the end."""

import gzip
import os
import stat
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from litebase.imports.failures import Unreadable

_READABLE = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_GZIP = b"\x1f\x8b"


class SourceFile:
    """A file on this machine. Everything may block, so it is called in a thread."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `Unreadable`."""
        self.path = path
        self._descriptor = _opened(path)
        self._facts = _facts(os.fstat(self._descriptor))
        self.size = os.fstat(self._descriptor).st_size
        self._raw = cast("BinaryIO", os.fdopen(self._descriptor, "rb"))
        self.compressed = self._raw.read(2) == _GZIP
        self._raw.seek(0)
        self._data = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if self.compressed else self._raw

    @property
    def position(self) -> int:
        """How far the file on the disk was read."""
        return self._raw.tell()

    def read(self, size: int) -> bytes:
        """The next bytes, without compression; none at the end."""
        try:
            return self._data.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable("not_readable" if self.compressed else "failed", f"{error}.") from error

    def sample(self, offset: int, size: int) -> bytes:
        """Bytes from anywhere; of a compressed file, only from its beginning."""
        self._data.seek(offset)
        return self.read(size)

    def rewind(self, offset: int = 0) -> None:
        """Go on reading there."""
        self._data.seek(offset)

    def stream(self) -> BinaryIO:
        """The file for a library that reads it by itself."""
        self._raw.seek(0)
        return self._raw

    def check_unchanged(self) -> None:
        """Raise `Unreadable` if the file is not the one that was opened any more."""
        same = _facts(os.fstat(self._descriptor)) == self._facts
        try:
            there = self.path.lstat()
        except OSError:
            there = None
        if not same or there is None or _facts(there) != self._facts:
            raise Unreadable("changed", "The file was changed while it was read.")

    def close(self) -> None:
        """Close it."""
        self._data.close()
        self._raw.close()


def _opened(path: Path) -> int:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise Unreadable("is_link", "It is a symbolic link. Name the file that it leads to.")
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable("is_folder", "It is a folder. Name a file in it.")
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("not_a_file", "It is a device or something else that is not a file.")
        descriptor = os.open(path, _READABLE)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Unreadable("not_a_file", "It is a device or something else that is not a file.")
    except FileNotFoundError as error:
        raise Unreadable("missing", "There is no such file.") from error
    except PermissionError as error:
        raise Unreadable("not_permitted", "The system does not allow it.") from error
    except OSError as error:
        raise Unreadable("failed", f"{error.strerror or 'The system gives no reason'}.") from error
    return descriptor


def _facts(found: os.stat_result) -> tuple[int, ...]:
    same = (found.st_size, found.st_mtime_ns)
    return same if sys.platform == "win32" else (*same, found.st_dev, found.st_ino)
