"""The life of the process: listen, say so, serve, and end in order when a signal, the parent or the client says so."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable

import anyio
import structlog
from anyio.abc import TaskStatus
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.exit_codes import ExitCode
from litebase.server.backend import Backend
from litebase.server.clients import send_home, serve_clients
from litebase.transport import Address, Listener, StdioAddress, listen

_PARENT_POLL_S = 0.5
_CLOSING_S = 1.5  # of the time for the end, kept for closing what the answered clients had open

log = structlog.get_logger()


async def run(
    address: Address,
    backend: Backend,
    token: str | None,
    parent_pid: int | None,
    endpoint_extra: dict[str, object],
    flush_logs: Callable[[], None],
) -> None:
    """Serve until something ends it. Raises `EndpointInUse` or `EndpointUnusable` before the ready line."""
    listener = await listen(address)
    ending = anyio.Event()
    try:
        async with anyio.create_task_group() as tasks:
            await tasks.start(_watch_signals, ending, flush_logs)
            if parent_pid is not None:
                tasks.start_soon(_watch_parent, parent_pid, ending)
            tasks.start_soon(_serve, listener, backend, token, ending)
            _say_ready(address, listener, endpoint_extra)
            await ending.wait()
            _end_hard_after(backend.settings.shutdown_s, flush_logs)
            await listener.aclose()
            await send_home(backend, backend.settings.shutdown_s - _CLOSING_S)
            tasks.cancel_scope.cancel()
    finally:
        log.info("backend_stopped")


async def _serve(listener: Listener, backend: Backend, token: str | None, ending: anyio.Event) -> None:
    await serve_clients(listener, backend, token)
    if not ending.is_set():
        log.info("backend_ending", reason="the only client has gone")
        ending.set()


def _say_ready(address: Address, listener: Listener, extra: dict[str, object]) -> None:
    protocol = f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}"
    endpoint = {**listener.endpoint, **extra}
    log.info("backend_ready", version=__version__, protocol=protocol, pid=os.getpid(), **endpoint)
    if isinstance(address, StdioAddress):
        return
    line = {"event": "ready", "protocol": protocol, "version": __version__, "pid": os.getpid(), "endpoint": endpoint}
    try:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        log.warning("ready_line_not_written", reason="stdout is closed")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python tries the line again at its end, and would exit with 120


async def _watch_signals(
    ending: anyio.Event, flush_logs: Callable[[], None], *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """The first SIGTERM or SIGINT begins the end, the second one is the end."""
    if os.name == "nt":
        task_status.started()
        return  # the console's events come with the named pipe
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        task_status.started()
        async for received in signals:
            if ending.is_set():
                log.warning("backend_forced", reason="a second signal")
                flush_logs()
                os._exit(ExitCode.FORCED)
            log.info("backend_ending", reason=signal.Signals(received).name)
            ending.set()


async def _watch_parent(pid: int, ending: anyio.Event) -> None:
    """End when the process `pid` is gone. On Linux the kernel tells at once (pidfd_open(2)); elsewhere we ask."""
    if hasattr(os, "pidfd_open"):
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            descriptor = None
        if descriptor is not None:
            await anyio.wait_readable(descriptor)
            os.close(descriptor)
    else:
        while _alive(pid):  # noqa: ASYNC110  # another process sets no event of ours
            await anyio.sleep(_PARENT_POLL_S)
    log.info("backend_ending", reason=f"the parent process {pid} is gone")
    ending.set()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end_hard_after(seconds: float, flush_logs: Callable[[], None]) -> None:
    """A clean-up that hangs must not keep the process: a thread ends it when the time is over."""

    def end() -> None:
        log.error("backend_forced", reason=f"the end took longer than {seconds:g} s")
        flush_logs()
        os._exit(ExitCode.FORCED)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
