"""A file that appears under its name only when it is complete, and that only its owner may read.

It is written under another name in the same folder. What cannot be finished is deleted, so nothing looks like a good
file that is not one. A process that is killed leaves its file, which the next export into that folder deletes: it is
locked as long as somebody writes it.
"""

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from litebase.errors import FileFailed
from litebase.files import OrdinaryFile, Unreadable, is_open_here

if sys.platform != "win32":
    import fcntl

_DATABASE = (  # how every database of SQLite begins, and the files beside it
    b"SQLite format 3\0",
    b"\x37\x7f\x06\x82",  # a write-ahead log
    b"\x37\x7f\x06\x83",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",  # a rollback journal
)
_BESIDE_DATABASE = ("-wal", "-journal", "-shm")
_TEMPORARY = re.compile(r"\.litebase-[0-9a-f]{16}\.part")
_LOOKED_AT = 10_000  # names of a folder, in search of files that were left there
_LEFT_S = 600.0  # on Windows, where a complete file is closed before it gets its name
_WRITABLE = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}  # of file systems without them
_REASONS = {
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.EROFS: "not_permitted",
    errno.ENOENT: "no_folder",
    errno.ENOTDIR: "no_folder",
    errno.ENOSPC: "no_space",
    errno.EDQUOT if sys.platform != "win32" else errno.ENOSPC: "no_space",
    errno.EFBIG: "no_space",
}


class NewFile:
    """A file on its way to `path`. All methods are called in a thread; `discard` is harmless after `publish`."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.size = 0
        self._path, self._overwrite = path, overwrite
        self._temporary = path.parent / f".litebase-{secrets.token_hex(8)}.part"
        self._descriptor: int | None = None

    def open(self) -> None:
        """Begin. Raises `FileFailed` when the path cannot be written."""
        with self.failures():
            self._check_place()
            _delete_left_files(self._path.parent)
            while not self._is_ours():
                self._close()
                self._descriptor = os.open(self._temporary, _WRITABLE | os.O_CREAT | os.O_EXCL, 0o600)
                _lock(self._descriptor)

    def _is_ours(self) -> bool:
        """Whether the file is there and locked: before it was locked, another process might have deleted it."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._temporary.lstat())
        except FileNotFoundError:
            return False

    def folder(self) -> Path:
        """A folder of its own for what is needed until the file is complete, with the same life as the file."""
        folder = _folder_of(self._temporary)
        with self.failures():
            folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def write(self, data: bytes) -> None:
        """Add bytes to the end."""
        assert self._descriptor is not None, "it is open"
        with self.failures():
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self.size += len(data)

    @property
    def handed_over(self) -> tuple[int, Path]:
        """The descriptor and the temporary name, for something else to write the file by."""
        assert self._descriptor is not None, "it is open"
        return self._descriptor, self._temporary

    def full(self, why: str) -> FileFailed:
        """The error for something else that could not write the file to its end."""
        return self._failed("no_space", why)

    def complete(self) -> None:
        """Bring everything to the disk."""
        assert self._descriptor is not None, "it is open"
        with self.failures():
            os.fsync(self._descriptor)
            self.size = os.fstat(self._descriptor).st_size
            if sys.platform == "win32":  # an open file cannot be renamed there
                self._close()
        shutil.rmtree(_folder_of(self._temporary), ignore_errors=True)

    def publish(self) -> None:
        """Give the file its name. Raises `FileFailed` when a file has come there that is not to be replaced."""
        with self.failures():
            self._check_place()
            if self._overwrite:
                self._temporary.replace(self._path)
            else:
                self._take_free_name()
            self._close()

    def discard(self) -> None:
        """Delete what is there so far."""
        with contextlib.suppress(OSError):
            self._close()
        shutil.rmtree(_folder_of(self._temporary), ignore_errors=True)
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _take_free_name(self) -> None:
        """A file that appears under the name meanwhile is not replaced."""
        if sys.platform == "win32":
            self._temporary.rename(self._path)  # fails there when the name is taken
            return
        try:
            os.link(self._temporary, self._path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._temporary.replace(self._path)
        else:
            self._temporary.unlink()

    def _check_place(self) -> None:
        """Raise `FileFailed` for what is in the way and must not be replaced."""
        if not self._path.parent.is_dir():
            raise self._failed("no_folder", f"There is no folder {self._path.parent}.")
        self._check_companions()
        try:
            found = self._path.lstat()
        except FileNotFoundError:
            return
        if stat.S_ISDIR(found.st_mode):
            raise self._failed("is_folder", "It is a folder. Name a file in it.")
        if stat.S_ISLNK(found.st_mode):
            raise self._failed("is_link", "It is a symbolic link. Name the file that it leads to.")
        if not stat.S_ISREG(found.st_mode):
            raise self._failed("not_a_file", "It is a device or something else that is not a file.")
        if not self._overwrite:
            raise self._failed("exists", "The file exists already. Send `overwrite: true` to replace it.")
        if sys.platform != "win32" and found.st_uid != os.geteuid():
            raise self._failed("not_yours", "The file belongs to another user.")
        if is_open_here(found):
            raise self._failed("is_database", "It is in use by this process, as open databases of SQLite are.")
        if _is_database(self._path):
            raise self._failed("is_database", "It is a database of SQLite, which an export never replaces.")

    def _check_companions(self) -> None:
        """Raise `FileFailed` for a name by which SQLite would take the file for a part of a database."""
        for ending in _BESIDE_DATABASE:
            name = self._path.name
            if name.endswith(ending) and name != ending:
                database = self._path.with_name(name.removesuffix(ending))
                if database.is_file() and (is_open_here(database.stat()) or _is_database(database)):
                    raise self._failed("is_database", f"SQLite would take it for a part of the database {database}.")

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Raise the system's errors as `FileFailed`."""
        try:
            yield
        except FileExistsError as error:
            raise self._failed("exists", "A file of that name has appeared meanwhile; it was left alone.") from error
        except OSError as error:
            reason = _REASONS.get(error.errno or 0, "failed")
            raise self._failed(reason, f"{error.strerror or 'The system gives no reason'}.") from error

    def _failed(self, reason: str, why: str) -> FileFailed:
        return FileFailed(str(self._path), reason, f"{self._path} cannot be written. {why}")


def opened(path: Path) -> BinaryIO:
    """A file to read, which is an ordinary one. Raises `FileFailed`."""
    try:
        return cast("BinaryIO", OrdinaryFile(path))
    except Unreadable as failed:
        raise FileFailed(str(path), failed.reason, f"{path} cannot be read. {failed}") from failed


def _is_database(path: Path) -> bool:
    with path.open("rb") as there:
        return there.read(max(map(len, _DATABASE))).startswith(_DATABASE)


def _folder_of(temporary: Path) -> Path:
    return temporary.with_suffix(".parts")


def _lock(descriptor: int) -> bool:
    """Whether nobody else has the file locked. The lock ends with the process, however that ends."""
    if sys.platform != "win32":  # where who has a file open keeps others from deleting it
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False  # locked, or on a file system that has no locks
    return True


def _delete_left_files(folder: Path) -> None:
    """Delete what exports of processes that were killed have left in a folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for one in islice(found, _LOOKED_AT):
            if _TEMPORARY.fullmatch(one.name):
                with contextlib.suppress(OSError):
                    _delete_left(folder / one.name)


def _delete_left(temporary: Path) -> None:
    found = temporary.lstat()
    if not stat.S_ISREG(found.st_mode) or is_open_here(found):
        return  # where locks belong to a process, it would get one for its own file
    if sys.platform == "win32":
        if time.time() - found.st_mtime > _LEFT_S:
            temporary.unlink()  # fails while somebody has it open
            shutil.rmtree(_folder_of(temporary), ignore_errors=True)
        return
    if found.st_uid != os.geteuid():
        return
    descriptor = os.open(temporary, _WRITABLE)
    try:
        if _lock(descriptor):
            shutil.rmtree(_folder_of(temporary), ignore_errors=True)
            temporary.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
