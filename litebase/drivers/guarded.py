"""A running program whose end is certain: with us, also when this process is killed.

A guard, a shell that does nothing but wait, reads from a pipe of which we alone hold the other end. The kernel closes
that end with our process; the guard then removes the program's folder and kills its process group. The program is
started in this group, and what it starts stays in it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import anyio

_GUARD = 'read -r _; rm -rf -- "$0"; kill -9 0'
_POLITE_S = 0.5  # for the program to take its leave of the server
_KILLED_S = 2.0
_POLL_S = 0.005

Stream = int | IO[bytes]


class Guarded:
    """A program with its guard. Its stderr is a pipe. Not on Windows, which has no such shell."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        stdin: Stream = subprocess.DEVNULL,
        stdout: Stream = subprocess.DEVNULL,
    ) -> None:
        """Start it. `folder` is its own, and is removed when this process is killed. Raises `OSError`."""
        self._guard = subprocess.Popen(  # noqa: S603  # a constant, and a folder of ours
            ["/bin/sh", "-c", _GUARD, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        try:
            self.process = subprocess.Popen(  # noqa: S603  # whoever starts it makes the arguments
                arguments,
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.PIPE,
                process_group=self._guard.pid,
                env=environment,
            )
        except BaseException:
            self.let_guard_kill()
            self._guard.wait()
            raise
        assert self.process.stderr is not None, "it is a pipe"
        self.stderr = self.process.stderr

    def let_guard_kill(self) -> None:
        """Have the program and all that it started killed."""
        assert self._guard.stdin is not None
        with suppress(OSError):
            self._guard.stdin.close()

    async def aclose(self, request: int = signal.SIGTERM) -> None:
        """End the program and all that it started, in a bounded time. To be shielded by the caller.

        `request` is the signal by which it is asked to end.
        """
        if self.process.poll() is None:
            self.process.send_signal(request)
            await self.gone(_POLITE_S)
        self.let_guard_kill()
        await self.gone(_KILLED_S)
        await _gone(self._guard, _KILLED_S)

    async def gone(self, patience_s: float) -> None:
        """Return when the program has ended, or patience has."""
        await _gone(self.process, patience_s)


def environment(hidden: tuple[str, ...]) -> dict[str, str]:
    """Ours for a program of the system: without what a build of ours sets for its own libraries.

    Variables that begin with one of `hidden` are left out, too.
    """
    made = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    if getattr(sys, "frozen", False):
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            made.pop(name, None)
            if (before := made.pop(f"{name}_ORIG", None)) is not None:
                made[name] = before
    return made


async def _gone(process: "subprocess.Popen[bytes]", patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while process.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110  # no event tells of it everywhere
        await anyio.sleep(_POLL_S)
