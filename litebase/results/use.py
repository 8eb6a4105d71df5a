"""What the results of the process take of memory and disk, and may take; told by health checks."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from litebase.errors import Conflict


@dataclass(slots=True)
class StoreUse:
    """What all results of the process hold together, and what they may."""

    max_memory_bytes: int
    max_disk_bytes: int
    memory_bytes: int = 0
    disk_bytes: int = 0
    keep_free_bytes: int = 0  # of the disk, for everybody else
    free_bytes: int | None = None  # of the disk, when it was looked at last

    @property
    def disk_short(self) -> bool:
        """Whether the disk has no room for more rows."""
        return self.free_bytes is not None and self.free_bytes < self.keep_free_bytes

    def look_at_disk(self, coming_bytes: int = 0) -> None:
        """In a thread, for a disk can be slow: raise `OSError` when it is or would be too full, or is not there."""
        self.free_bytes = shutil.disk_usage(folder_of_files() or tempfile.gettempdir()).free
        if self.free_bytes - coming_bytes < self.keep_free_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def folder_of_files() -> Path | None:
    """Large files belong on a disk, and /tmp may be memory. TMPDIR, where it is set, has the last word."""
    if sys.platform == "win32":
        return None
    disk = Path("/var/tmp")  # noqa: S108  # the file has no name there
    return disk if "TMPDIR" not in os.environ and disk.is_dir() and os.access(disk, os.W_OK) else None


class PrivateFile:
    """A private temporary file that is only ever appended to."""

    def __init__(self) -> None:
        self.size = 0
        self._file = tempfile.TemporaryFile(dir=folder_of_files(), buffering=0)  # noqa: SIM115  # closed with the result
        self._lock = Lock()

    def append(self, chunks: Sequence[bytes]) -> int:
        """Write at the end and return where it begins."""
        with self._lock:
            position = self.size
            self._file.seek(position)
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[self._file.write(view) :]
            self.size = self._file.tell()
            return position

    def read(self, position: int, length: int) -> bytes:
        try:
            with self._lock:
                self._file.seek(position)
                return self._file.read(length)
        except ValueError as error:
            raise Conflict("The result was closed while it was read.") from error

    def close(self) -> None:
        with self._lock:
            self._file.close()
