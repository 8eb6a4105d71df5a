"""Noticing that whoever started us is gone: by the end of a process, or by the end of our stdin.

Linux reports it through a pidfd, macOS through a kqueue, Windows through a process handle; each is bound to the process
and not to its number, which another process may get at once. What happens before it is bound is settled by the time at
which the process began: one that is younger than we are has not started us.
"""

import contextlib
import os
import stat
import sys
from pathlib import Path

import anyio

from litebase.transport.threads import in_daemon_thread

_POLL_S = 0.5
_STDIN = 0


async def process_gone(pid: int) -> None:
    """Return when the process `pid` has ended, or if it was gone before we looked."""
    if sys.platform == "linux":
        await _gone_on_linux(pid)
    elif sys.platform == "darwin":
        await _gone_on_macos(pid)
    elif sys.platform == "win32":
        await _gone_on_windows(pid)
    else:
        while _answers(pid):  # noqa: ASYNC110  # another process sets no event of ours
            await anyio.sleep(_POLL_S)


if sys.platform == "linux":

    async def _gone_on_linux(pid: int) -> None:
        """Source: pidfd_open(2): readable when the process has ended, also when nobody has waited for it."""
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        except OSError:  # no descriptor is free, a kernel before 5.3, or a filter that forbids the call
            await _polled(pid)
            return
        try:
            if not _is_younger(pid):
                await anyio.wait_readable(descriptor)
        finally:
            os.close(descriptor)

    async def _polled(pid: int) -> None:
        """The same without a pidfd: ask again and again whether it is still the same process."""
        began = None if _is_younger(pid) else _began(pid)
        while began is not None and _began(pid) == began:  # noqa: ASYNC110  # as above
            await anyio.sleep(_POLL_S)

    def _is_younger(pid: int) -> bool:
        """Whether the process began after we did, and so has only got our parent's number."""
        began, ours = _began(pid), _began(os.getpid())
        return began is not None and ours is not None and began > ours

    def _began(pid: int) -> int | None:
        """When a process began, in clock ticks since the boot; None when it is gone. Source: proc(5), field 22."""
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        state, *fields = text.rpartition(")")[2].split()
        return None if state in ("Z", "X") else int(fields[18])


if sys.platform == "darwin":
    import select

    async def _gone_on_macos(pid: int) -> None:
        """Source: kqueue(2), EVFILT_PROC with NOTE_EXIT. Written from the manual; not run by us."""
        queue = select.kqueue()
        try:
            watch = select.kevent(
                pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_ONESHOT, select.KQ_NOTE_EXIT
            )
            with contextlib.suppress(ProcessLookupError):
                queue.control([watch], 0)
                await anyio.wait_readable(queue.fileno())
        finally:
            queue.close()


if sys.platform == "win32":
    import _winapi
    import ctypes
    from ctypes import wintypes

    _QUERY_LIMITED_INFORMATION = 0x1000
    _ACCESS_DENIED = 5

    async def _gone_on_windows(pid: int) -> None:
        """A process handle is signalled when its process has ended, and keeps the number from being given again."""
        while True:
            try:
                handle = _winapi.OpenProcess(_winapi.SYNCHRONIZE | _QUERY_LIMITED_INFORMATION, False, pid)
                break
            except OSError as error:
                if error.winerror != _ACCESS_DENIED:
                    return
            await anyio.sleep(_POLL_S)  # it is there, and more privileged than we are
        if _began(handle) <= _began(_winapi.GetCurrentProcess()):
            await in_daemon_thread(lambda: _winapi.WaitForSingleObject(handle, _winapi.INFINITE))
        _winapi.CloseHandle(handle)

    def _began(process: int) -> int:
        """When a process began, in 100 ns since 1601. Source: GetProcessTimes."""
        times = [wintypes.FILETIME() for _ in range(4)]
        ctypes.windll.kernel32.GetProcessTimes(wintypes.HANDLE(process), *map(ctypes.byref, times))
        return times[0].dwHighDateTime << 32 | times[0].dwLowDateTime


def _answers(pid: int) -> bool:
    """Whether a process of that number exists."""
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def stdin_can_tell() -> bool:
    """Whether the end of stdin can mean anything: a pipe, a socket or a terminal, which somebody holds open."""
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(_STDIN)


async def stdin_closed() -> None:
    """Return when the other end of stdin was closed. What comes before that is thrown away."""
    while True:
        try:
            if not await _from_stdin():
                return
        except BlockingIOError:
            continue
        except OSError:
            return  # a reset socket, or a terminal that has hung up


async def _from_stdin() -> bytes:
    def read() -> bytes:
        return os.read(_STDIN, 65536)

    if sys.platform == "win32":  # its event loops wait for no pipe that they did not make
        return await in_daemon_thread(read)
    await anyio.wait_readable(_STDIN)
    return read()
