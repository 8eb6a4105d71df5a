"""Unix sockets, bound so that no other user can connect and no living backend is displaced.

A lock file beside the socket is held for as long as the backend lives. Whoever holds it may remove a stale socket, and
only after lstat says that it is our own socket and nobody answers a connect. The umask is set around bind, so
the socket is never open to others, not even for a moment.
"""

import errno
import fcntl
import os
import socket
import stat
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
import structlog
from anyio.abc import ByteStream, SocketAttribute, SocketListener

from litebase.transport.address import EndpointInUse, EndpointUnusable, UnixAddress
from litebase.transport.stream import TransportStream

assert sys.platform != "win32", "mypy reads what follows everywhere else"

MAX_PATH_BYTES = 100  # macOS takes 103, Linux 107
_BACKLOG = 128

log = structlog.get_logger()


async def listen_unix(address: UnixAddress) -> "UnixListener":
    """Lock, check, bind, listen."""
    bound, lock = await anyio.to_thread.run_sync(_bind, address)
    listener = await SocketListener.from_socket(bound)
    return UnixListener(listener, address.path, lock)


class UnixListener:
    """Accepts clients of the same user."""

    def __init__(self, listener: SocketListener, path: Path, lock: int) -> None:
        self._listener, self._path, self._lock = listener, path, lock
        self._name = str(path)  # health looks there each time, and a path's text takes longer than the look
        self._made = _identity(self._name)

    @property
    def endpoint(self) -> Mapping[str, object]:
        return {"transport": "unix", "path": str(self._path)}

    @property
    def reachable(self) -> bool:
        """Whether the socket's file is still ours; whoever removed it has shut out new clients."""
        return _identity(self._name) == self._made

    async def accept(self) -> ByteStream:
        """The next client of the same user; another user's is closed at once."""
        while True:
            accepted = await self._listener.accept()
            connected = accepted.extra(SocketAttribute.raw_socket)  # noqa: S610  # anyio's extra, not Django's
            if is_same_user(connected):
                return await TransportStream.over(connected)
            log.warning(
                "client_refused", reason="another user", user=peer_user(connected), pid=_peer_process(connected)
            )
            await accepted.aclose()

    async def aclose(self) -> None:
        """Close, then remove the socket and the lock, if they are still ours."""
        await self._listener.aclose()
        if self._made is not None and _identity(self._name) == self._made:
            self._path.unlink(missing_ok=True)
        _unlock(self._path, self._lock)


def is_same_user(connected: socket.socket) -> bool:
    """Whether the program at the other end runs as this user, as far as the system reports it."""
    return peer_user(connected) in (None, os.getuid())


def peer_user(connected: socket.socket) -> int | None:
    """The user id at the other end, or None where the system does not report it."""
    if sys.platform == "linux":
        return _credentials(connected)[1]
    if sys.platform == "darwin":
        return _user_on_macos(connected)
    return None


def _peer_process(connected: socket.socket) -> int | None:
    """The process id at the other end, for the log."""
    return _credentials(connected)[0] if sys.platform == "linux" else None


if sys.platform == "linux":

    def _credentials(connected: socket.socket) -> tuple[int, int]:
        """Process and user at the other end, as they were when it connected. Source: unix(7), SO_PEERCRED."""
        credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        process, user, _ = struct.unpack("3i", credentials)
        return int(process), int(user)


if sys.platform == "darwin":
    _SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES = 0, 1, 76

    def _user_on_macos(connected: socket.socket) -> int:
        """Source: unix(4) and sys/ucred.h, struct xucred: version, then user. Written from them; not run by us."""
        credentials = connected.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
        _, user = struct.unpack_from("=II", credentials)
        return int(user)


def _bind(address: UnixAddress) -> tuple[socket.socket, int]:
    path = address.path
    length = len(os.fsencode(path))
    if length > MAX_PATH_BYTES:
        raise EndpointUnusable(f"The socket path has {length} bytes; {MAX_PATH_BYTES} is the most: {path}")
    try:
        _check_folder(path.parent, ours=address.private_folder)
        lock = _lock(path)
        try:
            _remove_stale(path)
            return _bound(path), lock
        except BaseException:
            _unlock(path, lock)
            raise
    except OSError as error:
        raise EndpointUnusable(f"The socket {path} cannot be made: {error.strerror}.") from error


def _check_folder(folder: Path, *, ours: bool) -> None:
    if ours:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat() if ours else folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise EndpointUnusable(f"{folder} is not a folder{' of its own but a link' if ours else ''}.")
    if ours and (found.st_uid != os.getuid() or found.st_mode & 0o077):
        raise EndpointUnusable(f"{folder} must belong to you alone (mode 0700). Correct or remove it.")
    open_to_others = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
    if open_to_others or found.st_uid not in (os.getuid(), 0):
        raise EndpointUnusable(
            f"Other users can change {folder}; a socket there could be replaced. Choose another place."
        )


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _lock(path: Path) -> int:
    """Hold the lock file. It may be removed by its former owner between open and lock: then try again."""
    lock_path = _lock_path(path)
    while True:
        # O_NONBLOCK: what stands there may be a FIFO
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            _check_lock(lock, lock_path)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _identity(lock_path) == _identity_of(os.fstat(lock)):
                return lock
        except BlockingIOError as error:
            os.close(lock)
            raise EndpointInUse(f"A backend is already running at {path}.") from error
        except EndpointUnusable:
            os.close(lock)
            raise
        os.close(lock)


def _check_lock(lock: int, lock_path: Path) -> None:
    found = os.fstat(lock)
    if not stat.S_ISREG(found.st_mode) or found.st_size or found.st_uid != os.getuid():
        raise EndpointUnusable(f"{lock_path} is needed as a lock and is another file. Choose another socket path.")


def _unlock(path: Path, lock: int) -> None:
    """Remove the lock file, if it is still ours, before others can have it."""
    if _identity(_lock_path(path)) == _identity_of(os.fstat(lock)):
        _lock_path(path).unlink(missing_ok=True)
    os.close(lock)


def _remove_stale(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
        raise EndpointUnusable(f"{path} exists and is not a socket of yours. Remove it or choose another path.")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        answer = probe.connect_ex(str(path))
    if answer != errno.ECONNREFUSED:
        raise EndpointInUse(f"A program is listening at {path}.")
    path.unlink()


def _bound(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    except BaseException:
        listening.close()
        raise
    finally:
        os.umask(before)
    listening.listen(_BACKLOG)
    listening.setblocking(False)
    return listening


def _identity(path: Path | str) -> tuple[int, int] | None:
    try:
        return _identity_of(os.lstat(path))  # health asks each time, and a Path's own way takes longer
    except FileNotFoundError:
        return None


def _identity_of(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
