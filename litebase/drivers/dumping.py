"""Dumps and restores: what is asked of an engine, what it answers, and how its programs are run.

A program gets the file itself and no pipe, so that the rows never pass through us. Passwords reach it by its
environment or by a private file, never by its arguments, which everybody on the machine can read.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

import anyio
from anyio import from_thread, to_thread
from litebase_schema.dump import DumpFormat, DumpPart, RestoreRule

from litebase.drivers.guarded import Guarded, environment
from litebase.drivers.interruption import side_by_side
from litebase.drivers.tools import Tool
from litebase.errors import FileFailed, ToolFailed

if TYPE_CHECKING:
    from litebase_schema.catalog import ObjectRef

    from litebase.drivers.interface import Ask, DatabaseSession, Driver

_LOG_BYTES = 65536
_MESSAGE_LINES = 3
_SHORTEST_SECRET = 3
_LOOK_AGAIN_S = 0.02
_CHUNK_BYTES = 1 << 20
_END_BYTES = 4096  # of a file, at both ends
_NO_SPACE = ("No space left on device", "File too large", "Disk quota exceeded", "Errcode: 28", "Errcode: 27")

Report = Callable[[int, int | None], None]  # bytes that are done, of how many
Kind = Literal["pg_custom", "pg_plain", "mysql", "database"]


@dataclass(frozen=True, slots=True)
class DumpWanted:
    """What is to be dumped."""

    objects: "Sequence[ObjectRef] | None"
    what: DumpPart
    format: DumpFormat | None
    owners: bool


@dataclass(frozen=True, slots=True)
class NewDump:
    """The file that a dump is written to, under its temporary name."""

    descriptor: int
    path: Path

    def size(self) -> int:
        """What was written so far."""
        return os.fstat(self.descriptor).st_size


@dataclass(frozen=True, slots=True)
class Dump:
    """A file that is to be restored: open, an ordinary file, and recognized by its first bytes."""

    path: Path
    file: BinaryIO
    size: int
    kind: Kind
    head: bytes
    tail: bytes
    given_up: threading.Event = field(default_factory=threading.Event)  # set when nobody waits for its lines

    def position(self) -> int:
        """How far it was read, also by a program that has the same descriptor."""
        return os.lseek(self.file.fileno(), 0, os.SEEK_CUR)

    def rewind(self) -> None:
        """Read it from its beginning once more."""
        os.lseek(self.file.fileno(), 0, os.SEEK_SET)

    def failed(self, reason: str, why: str) -> FileFailed:
        """The error that it cannot be restored."""
        return FileFailed(str(self.path), reason, f"{self.path} cannot be restored. {why}")

    def lines(self, report: Report) -> Iterator[bytes]:
        """All of its lines, from the beginning. To be called in a thread, as `report` is then, too."""
        self.rewind()
        with os.fdopen(os.dup(self.file.fileno()), "rb", buffering=_CHUNK_BYTES) as reader:
            done = 0
            while not self.given_up.is_set() and (some := reader.readlines(_CHUNK_BYTES)):
                done += sum(map(len, some))
                report(done, self.size)
                yield from some


@dataclass(frozen=True, slots=True)
class Dumped:
    """A dump that is complete."""

    tool: str
    tool_version: str
    format: DumpFormat
    log: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A dump whose objects are there."""

    tool: str
    tool_version: str
    format: DumpFormat
    rule: RestoreRule
    log: str


@dataclass(frozen=True, slots=True)
class Reports:
    """Who wants to know how far it is."""

    dumped: Report
    checked: Report
    restored: Report


class Dumper(Protocol):
    """Dumps and restores: the module `dumps` of an engine whose sessions have that ability."""

    async def dump(
        self,
        driver: "Driver",
        session: "DatabaseSession",
        wanted: DumpWanted,
        file: NewDump,
        reports: Reports,
        ask: "Ask",
    ) -> Dumped:
        """Write what is wanted. Raises `Unsupported` where no program fits, and `ToolFailed`."""

    async def restore(
        self, driver: "Driver", session: "DatabaseSession", dump: Dump, reports: Reports, ask: "Ask", *, owners: bool
    ) -> Restored:
        """Make what is in a dump. Raises the same, and `FileFailed` and `Conflict` before anything is changed."""


def threadsafe(report: Report) -> Report:
    """The same, to be called in another thread. Made in a worker thread of the event loop that `report` belongs to."""
    loop = from_thread.run_sync(asyncio.get_running_loop)

    def tell(done: int, total: int | None) -> None:
        loop.call_soon_threadsafe(report, done, total)

    return tell


class OutOfSpace(Exception):
    """What an engine writes itself found no room."""


# running a program


@dataclass(frozen=True, slots=True)
class Command:
    """How a program is started. `environment` is added to ours, without the variables that begin with `hidden`.

    `interrupted` says that it has the server stop its statement when it gets SIGINT, and only then.
    """

    tool: Tool
    arguments: Sequence[str]
    environment: Mapping[str, str]
    hidden: tuple[str, ...]
    secrets: Sequence[str | None]
    interrupted: bool = False

    def whole_environment(self) -> dict[str, str]:
        """Messages are to be English, so that they can be recognized."""
        return {**environment(self.hidden), "LC_ALL": "C", **self.environment}


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only we can read, for files with secrets."""
    folder = Path(tempfile.mkdtemp(prefix="litebase-tool-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def carry_out(
    command: Command,
    folder: Path,
    watch: Callable[[], None],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    feed: Callable[[BinaryIO], None] | None = None,
) -> str:
    """Run a program to its end, and return what it has reported. Raises `ToolFailed`.

    `watch` is called again and again meanwhile. `feed` writes its input, in a thread. When the caller is cancelled, the
    program is ended.
    """
    arguments = [command.tool.path, *command.arguments]
    log = _Log(command.secrets)
    if feed is not None:
        stdin = subprocess.PIPE
    try:
        started = Guarded(arguments, command.whole_environment(), folder, stdin, stdout)
    except OSError as error:
        raise ToolFailed(
            command.tool.path, command.tool.text, None, "", f"It cannot be started: {error.strerror}."
        ) from error
    try:
        works = [partial(_until_end, started, log, watch)]
        if feed is not None:
            works.append(partial(_fed, started, feed))
        await side_by_side(works)
    finally:
        with anyio.CancelScope(shield=True):
            await started.aclose(signal.SIGINT if command.interrupted else signal.SIGTERM)
            started.stderr.close()
    watch()
    code = started.process.returncode
    if code:
        raise ToolFailed(command.tool.path, command.tool.text, code, log.text(), log.last_words(code))
    return log.text()


async def _until_end(started: Guarded, log: "_Log", watch: Callable[[], None]) -> None:
    if sys.platform != "win32":
        os.set_blocking(started.stderr.fileno(), False)
    ended = False
    while not ended:
        ended = started.process.poll() is not None
        log.take_in(started.stderr.fileno())
        watch()
        if not ended:
            await anyio.sleep(_LOOK_AGAIN_S)


async def _fed(started: Guarded, feed: Callable[[BinaryIO], None]) -> None:
    def write() -> None:
        pipe = started.process.stdin
        assert pipe is not None, "it was asked for"
        with suppress(BrokenPipeError), pipe:  # a program that ended says itself why
            feed(pipe)  # type: ignore[arg-type]  # a pipe of bytes

    await to_thread.run_sync(write, abandon_on_cancel=True)


class _Log:
    """What a program reports: of a long report the end."""

    def __init__(self, secrets: Sequence[str | None]) -> None:
        self._secrets = [one for one in secrets if one and len(one) >= _SHORTEST_SECRET]
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._cut = False

    def take_in(self, descriptor: int) -> None:
        """Read what is there, without waiting."""
        with suppress(BlockingIOError):
            while data := os.read(descriptor, _LOG_BYTES):
                self._parts.append(data)
                self._size += len(data)
                while self._size - len(self._parts[0]) >= _LOG_BYTES:
                    self._size -= len(self._parts.popleft())
                    self._cut = True

    def text(self) -> str:
        text = b"".join(self._parts).decode("utf-8", "replace")
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return f"[...]\n{text.partition(chr(10))[2]}" if self._cut else text

    def last_words(self, code: int) -> str:
        """How the program ended, for people."""
        if code < 0:
            return f"It was ended by {signal.Signals(-code).name}."
        lines = [line for line in self.text().splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()] or lines
        return f"It ended with exit code {code}: {' '.join(telling[-_MESSAGE_LINES:]) or 'it gave no reason'}"


def is_out_of_space(failure: ToolFailed) -> bool:
    """Whether a program failed because it could not write any more."""
    full = sys.platform != "win32" and failure.exit_code == -signal.SIGXFSZ
    return full or any(words in failure.log for words in _NO_SPACE)


# recognizing a file


def kind_of(head: bytes) -> Kind | None:
    """What a file is by its first bytes; None for nothing that is known here."""
    if head.startswith(b"PGDMP"):
        return "pg_custom"
    if head.startswith(b"SQLite format 3\0"):
        return "database"
    for line in head.splitlines()[:10]:
        if line.startswith((b"-- MySQL dump", b"-- MariaDB dump")):
            return "mysql"
        if line.startswith(b"-- PostgreSQL database dump"):
            return "pg_plain"
    return None


KINDS: Mapping[Kind, str] = {
    "pg_custom": "a dump of pg_dump in its own format",
    "pg_plain": "a dump of pg_dump as SQL",
    "mysql": "a dump of mysqldump or mariadb-dump",
    "database": "a database of SQLite",
}


def ends(file: BinaryIO, size: int) -> tuple[bytes, bytes]:
    """The first and the last bytes of a file, which is read from its beginning afterwards."""
    found = []
    for at in (0, max(size - _END_BYTES, 0)):
        file.seek(at)
        found.append(file.read(_END_BYTES))
    file.seek(0)
    return found[0], found[1]
