"""Windows named pipes as byte streams, which only the user who made them can open.

asyncio has the overlapped calls in its Proactor loop, and nothing public above them that lets us choose who may
connect: its own pipe server takes everybody, other machines too. So the pipes are made here; the proactor waits.

A read of no bytes is not the end: the other side may have written nothing. The system says whether it is still there.
"""

import _winapi
import asyncio
import contextlib
import sys
from asyncio import windows_utils
from collections.abc import Iterator, Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream

from litebase.transport import descriptor
from litebase.transport.address import EndpointInUse, EndpointUnusable, PipeAddress

assert sys.platform == "win32", "mypy reads what follows only there"

PREFIX = "\\\\.\\pipe\\"
MAX_PATH_CHARACTERS = 256
BUFFER_BYTES = 65536
SPARE_INSTANCES = 8  # wait for clients; while there is none, a client finds the pipe busy
_CHUNK_BYTES = 262_144  # of one write
_CONNECT_S = 5.0  # a busy pipe is tried again for so long
_BUSY_PAUSE_S = 0.01

# Source: winbase.h and winerror.h, and the pages of CreateNamedPipeW and CreateFileW
_FIRST_INSTANCE = 0x00080000
_REJECT_REMOTE_CLIENTS = 0x00000008
_NO_IMPERSONATION = 0x00100000 | 0x00010000  # SECURITY_SQOS_PRESENT, SECURITY_IDENTIFICATION
_ACCESS_DENIED, _PIPE_BUSY = 5, 231
_GONE = {109, 232, 233}  # BROKEN_PIPE, NO_DATA, PIPE_NOT_CONNECTED


def pipe_path(name: str) -> str:
    """The full path of a pipe of this machine. Raises `EndpointUnusable` for a name that cannot be one."""
    path = name if name.lower().startswith(PREFIX) else PREFIX + name
    rest = path[len(PREFIX) :]
    if not rest or "\\" in rest or "\0" in rest or len(path) > MAX_PATH_CHARACTERS:
        raise EndpointUnusable(
            f"{name!r} is not a pipe name. Give a name without a backslash, or {PREFIX}NAME; "
            f"{MAX_PATH_CHARACTERS - len(PREFIX)} characters at most."
        )
    return path


async def listen_pipe(address: PipeAddress) -> "PipeListener":
    """Make the pipe. It must not exist: whoever made it first could read what is meant for us."""
    path = pipe_path(address.name)
    if _exists(path):  # Wine 8 does not know the flag below, which decides between two starts at once
        raise EndpointInUse(f"A backend is already running at {path}.")
    try:
        first = _create(path, _FIRST_INSTANCE)
    except OSError as error:
        if error.winerror in (_ACCESS_DENIED, _PIPE_BUSY):
            raise EndpointInUse(f"A backend is already running at {path}.") from error
        raise EndpointUnusable(f"The pipe {path} cannot be made: {error.strerror}") from error
    return PipeListener(path, first)


async def connect_pipe(path: str) -> "PipeStream":
    """A stream to the pipe at `path`. The other side learns who we are and cannot act as us. Raises `OSError`."""
    access = _winapi.GENERIC_READ | _winapi.GENERIC_WRITE
    how = _winapi.FILE_FLAG_OVERLAPPED | _NO_IMPERSONATION
    with anyio.move_on_after(_CONNECT_S):
        while True:
            try:
                return PipeStream(
                    windows_utils.PipeHandle(_winapi.CreateFile(path, access, 0, 0, _winapi.OPEN_EXISTING, how, 0))
                )
            except OSError as error:
                if error.winerror != _PIPE_BUSY:
                    raise
            await anyio.sleep(_BUSY_PAUSE_S)
    raise TimeoutError(f"All instances of the pipe {path} were busy for {_CONNECT_S:g} s.")


class PipeListener:
    """Accepts clients of the same user. The first instance keeps the name for us, `_waiting` are those to come."""

    def __init__(self, path: str, first: windows_utils.PipeHandle) -> None:
        self._path = path
        self._closed = False
        self._waiting: dict[asyncio.Future[Any], windows_utils.PipeHandle] = {}
        self._wait_for_client(first)
        self._keep_spares()

    @property
    def endpoint(self) -> Mapping[str, object]:
        return {"transport": "pipe", "path": self._path}

    @property
    def reachable(self) -> bool:
        """Nobody can take the name away while an instance exists."""
        return True

    async def accept(self) -> ByteStream:
        """The next client."""
        while not self._closed:
            self._keep_spares()
            done, _ = await asyncio.wait(self._waiting, return_when=asyncio.FIRST_COMPLETED)
            for future in done & self._waiting.keys():
                pipe = self._waiting.pop(future)
                try:
                    future.result()
                except OSError:  # the client was gone before it was here
                    pipe.close()
                    raise
                return PipeStream(pipe)
        raise anyio.ClosedResourceError

    def _keep_spares(self) -> None:
        while len(self._waiting) < SPARE_INSTANCES:
            self._wait_for_client(_create(self._path))

    def _wait_for_client(self, pipe: windows_utils.PipeHandle) -> None:
        try:
            self._waiting[_proactor().accept_pipe(pipe)] = pipe
        except BaseException:
            pipe.close()
            raise

    async def aclose(self) -> None:
        """Stop listening. The name is free when the last client has gone, too."""
        self._closed = True
        waiting, self._waiting = self._waiting, {}
        for future, pipe in waiting.items():
            future.cancel()
            pipe.close()


class PipeStream(ByteStream):
    """One end of a pipe. A read that was begun is kept when its caller is cancelled, so no byte is lost."""

    def __init__(self, pipe: windows_utils.PipeHandle) -> None:
        self._pipe = pipe
        self._reading: asyncio.Future[bytes] | None = None
        self._left = b""

    async def receive(self, max_bytes: int = BUFFER_BYTES) -> bytes:
        """Bytes as they come. Raises `anyio.EndOfStream` when the other side has gone."""
        while not self._left:
            with self._errors(reading=True):
                if self._reading is None:
                    self._reading = _proactor().recv(self._open(), BUFFER_BYTES)
                await asyncio.wait([self._reading])
                if self._reading.cancelled():
                    raise anyio.ClosedResourceError
                reading, self._reading = self._reading, None
                self._left = reading.result()
                if not self._left:
                    _winapi.PeekNamedPipe(self._open().fileno(), 0)  # fails when this was the end
        data, self._left = self._left[:max_bytes], self._left[max_bytes:]
        return data

    async def send(self, item: bytes) -> None:
        """Write everything; waits while the other side does not read."""
        view = memoryview(item)
        while view:
            with self._errors(reading=False):
                written: int = await _proactor().send(self._open(), view[:_CHUNK_BYTES])
                view = view[written:]

    async def send_eof(self) -> None:
        """Close: a pipe has no half that could be closed."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close; the other side can still read what was sent. Harmless when called again."""
        if self._reading is not None:
            self._reading.cancel()
        self._pipe.close()

    def _open(self) -> windows_utils.PipeHandle:
        if self._pipe.handle is None:
            raise anyio.ClosedResourceError
        return self._pipe

    @contextlib.contextmanager
    def _errors(self, *, reading: bool) -> Iterator[None]:
        """The system's errors in anyio's words."""
        try:
            yield
        except OSError as error:
            if self._pipe.handle is None:
                raise anyio.ClosedResourceError from error
            if reading and error.winerror in _GONE:
                raise anyio.EndOfStream from error
            raise anyio.BrokenResourceError from error


def _proactor() -> Any:
    """The loop's proactor, with the overlapped calls that asyncio's own pipe transports use."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, asyncio.ProactorEventLoop), "named pipes need the Proactor loop, which is Windows' default"
    return loop._proactor  # type: ignore[attr-defined]  # noqa: SLF001  # nothing public waits for a handle


def _exists(path: str) -> bool:
    """Whether the pipe has an instance, without a connection to it."""
    try:
        _winapi.WaitNamedPipe(path, 1)  # ms
    except FileNotFoundError:
        return False
    except OSError:  # all are busy
        return True
    return True


def _create(path: str, flags: int = 0) -> windows_utils.PipeHandle:
    """A new instance of the pipe: for this user, for this machine, in bytes."""
    with descriptor.only_this_user() as security:
        handle = _winapi.CreateNamedPipe(
            path,
            _winapi.PIPE_ACCESS_DUPLEX | _winapi.FILE_FLAG_OVERLAPPED | flags,
            _REJECT_REMOTE_CLIENTS,  # and byte mode, which is 0
            _winapi.PIPE_UNLIMITED_INSTANCES,
            BUFFER_BYTES,
            BUFFER_BYTES,
            0,
            security,
        )
    return windows_utils.PipeHandle(handle)
