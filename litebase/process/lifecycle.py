"""The life of the process: listen, say so, serve, and end in order when a signal, the parent or the client says so."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio
import structlog
from anyio.abc import TaskGroup
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.log import LineWriter
from litebase.process import parent
from litebase.process.ending import Ending
from litebase.process.memory import Memory
from litebase.process.watchdog import LoopHealth, LoopWatch
from litebase.server.backend import Backend
from litebase.server.clients import close_clients, serve_clients
from litebase.settings import Settings
from litebase.transport import Address, Listener, StdioAddress, listen

_CLOSING_S = 1.5  # of the time for the end, kept for closing what the answered clients had open

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What ends the process beside signals, where it was asked for."""

    parent_pid: int | None = None
    stdin: bool = False
    idle_s: float | None = None


async def run(
    address: Address,
    settings: Settings,
    log_writer: LineWriter,
    token: str | None,
    lifetime: Lifetime,
    endpoint_extra: dict[str, object],
    history_file: Path | None = None,
) -> None:
    """Serve until something ends it. Raises `EndpointInUse` or `EndpointUnusable` before the ready line."""
    listener = await listen(address)
    loop_health = LoopHealth()
    backend = Backend(settings, log_writer, loop_health, Memory(), listener, history_file)
    ending = Ending(settings.shutdown_s, log_writer.flush)
    try:
        async with anyio.create_task_group() as tasks:
            ending.listen_to_signals()
            with LoopWatch(loop_health, settings.loop_blocked_s):
                _watch(tasks, lifetime, backend, ending)
                tasks.start_soon(_serve, listener, backend, token, ending)
                _say_ready(address, listener, endpoint_extra)
                await ending.begun.wait()
                await listener.aclose()
                await close_clients(backend, settings.shutdown_s - _CLOSING_S)
                await anyio.to_thread.run_sync(backend.close_history, abandon_on_cancel=True)
                tasks.cancel_scope.cancel()
    finally:
        log.info("backend_stopped")


def _watch(tasks: TaskGroup, lifetime: Lifetime, backend: Backend, ending: Ending) -> None:
    if lifetime.parent_pid is not None:
        tasks.start_soon(_watch_parent, lifetime.parent_pid, ending)
    if lifetime.stdin:
        tasks.start_soon(_watch_stdin, ending)
    if lifetime.idle_s is not None:
        tasks.start_soon(_watch_idle, lifetime.idle_s, backend, ending)


async def _watch_parent(pid: int, ending: Ending) -> None:
    await parent.process_gone(pid)
    ending.begin(f"the parent process {pid} is gone")


async def _watch_stdin(ending: Ending) -> None:
    await parent.stdin_closed()
    ending.begin("stdin was closed")


async def _watch_idle(idle_s: float, backend: Backend, ending: Ending) -> None:
    """Exact and without polling: whoever leaves while we sleep is remembered with the time."""
    while (left := backend.idle_left_s(idle_s)) > 0:  # noqa: ASYNC110  # it is the time that is waited for
        await anyio.sleep(left)
    ending.begin(f"there was no client for {idle_s:g} s")


async def _serve(listener: Listener, backend: Backend, token: str | None, ending: Ending) -> None:
    await serve_clients(listener, backend, token)
    ending.begin("the only client has gone")


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
