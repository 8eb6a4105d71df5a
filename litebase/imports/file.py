"""A file that is read while others may change it: opened without following links, and compared at the end."""

import gzip
import io
import os
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from litebase.files import OrdinaryFile, Unreadable

_GZIP = b"\x1f\x8b"


class SourceFile:
    """A file on this machine. Everything may block, so it is called in a thread."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `Unreadable`."""
        self.path = path
        self._ordinary = OrdinaryFile(path)
        found = os.fstat(self._ordinary.fileno())
        self._facts, self.size = _facts(found), found.st_size
        self._raw: BinaryIO = io.BufferedReader(self._ordinary)
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
        same = _facts(os.fstat(self._ordinary.fileno())) == self._facts
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


def _facts(found: os.stat_result) -> tuple[int, ...]:
    same = (found.st_size, found.st_mtime_ns)
    return same if sys.platform == "win32" else (*same, found.st_dev, found.st_ino)
