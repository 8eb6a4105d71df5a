"""A backend as a child process, started the way an app starts it."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

_READY_S = 10.0
_END_S = 8.0

_lifeline: tuple[str, ...] = ()
_no_window = 0
if sys.platform == "win32":  # it has no SIGTERM: the backend ends when we close its stdin
    _lifeline, _no_window = ("--lifeline", "stdin"), subprocess.CREATE_NO_WINDOW


class StartFailed(Exception):
    """The backend ended or was silent instead of saying that it is ready."""


@dataclass(frozen=True, slots=True)
class BackendProcess:
    """A running backend: what it said in its ready line, and the process."""

    ready: dict[str, Any]
    process: Process

    @property
    def endpoint(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ready["endpoint"]
        return found


def command(options: Sequence[str]) -> list[str]:
    """The command line of a backend in this Python's environment."""
    return [sys.executable, "-m", "litebase.cli", *options]


@asynccontextmanager
async def start_backend(
    *options: str, log: int | None = subprocess.DEVNULL, environment: dict[str, str] | None = None
) -> AsyncIterator[BackendProcess]:
    """Run a backend for the length of the block; it ends in order. `log` is where its stderr goes."""
    process = await anyio.open_process(
        command([*options, *_lifeline]),
        stdin=subprocess.PIPE if _lifeline else subprocess.DEVNULL,
        stderr=log,
        env={**os.environ, **(environment or {})},
        creationflags=_no_window,
    )
    try:
        assert process.stdout is not None, "open_process makes a pipe for stdout"
        lines = BufferedByteReceiveStream(process.stdout)
        try:
            with anyio.fail_after(_READY_S):
                line = await lines.receive_until(b"\n", 65536)
        except (anyio.IncompleteRead, anyio.EndOfStream) as error:
            raise StartFailed(f"The backend ended with exit code {await process.wait()}.") from error
        except TimeoutError as error:
            raise StartFailed(f"The backend was not ready within {_READY_S:g} s.") from error
        yield BackendProcess(json.loads(line), process)
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)


async def _end(process: Process) -> None:
    if process.stdin is not None:
        await process.stdin.aclose()
    elif process.returncode is None:
        process.terminate()
    with anyio.move_on_after(_END_S):
        await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
    await process.aclose()
