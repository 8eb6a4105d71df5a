"""A running ssh, whose end is certain: with us, also when this process is killed.

A guard, a shell that does nothing but wait, reads from a pipe of which we alone hold the other end. The kernel closes
that end with our process; the guard then removes the folder of the tunnel and kills its process group. ssh is started
in this group, and what ssh starts for jump hosts stays in it.
"""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import anyio

from litebase.drivers.tunnel.output import Output
from litebase.drivers.tunnel.questions import Questions

_GUARD = 'read -r _; rm -rf -- "$0"; kill -9 0'
_READ_BYTES = 65536
_POLITE_S = 0.5  # for ssh to take its leave of the server
_KILLED_S = 2.0
_SETTLE_S = 0.2
_POLL_S = 0.005


class Program:
    """A started ssh, with what it reports and what it asks."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Output) -> None:
        self.output = output
        self._changed = asyncio.Event()
        self.questions = Questions(folder, self._changed.set)
        environment = {**environment, **self.questions.environment()}
        try:
            self._guard = subprocess.Popen(  # noqa: S603  # a constant, and a folder of ours
                ["/bin/sh", "-c", _GUARD, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )
        except BaseException:
            self.questions.close()
            raise
        try:
            self._ssh = subprocess.Popen(  # noqa: S603  # `command` makes the arguments
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                process_group=self._guard.pid,
                env=environment,
            )
        except BaseException:
            self.questions.close()
            self._let_guard_kill()
            self._guard.wait()
            raise
        assert self._ssh.stderr is not None
        self._stderr = self._ssh.stderr.fileno()
        self._silent = False
        os.set_blocking(self._stderr, False)  # type: ignore[attr-defined, unused-ignore]  # Windows has none, and no tunnels
        asyncio.get_running_loop().add_reader(self._stderr, self.take_in)

    @property
    def ended(self) -> bool:
        """Whether ssh has ended, as the system knows at this moment."""
        return self._ssh.poll() is not None or self._silent

    @property
    def exit(self) -> str:
        """How ssh ended, for people."""
        code = self._ssh.poll()
        if code is None:
            return "it closed its stderr"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def take_in(self) -> None:
        """Read what ssh has reported, without waiting."""
        while not self._silent:
            try:
                data = os.read(self._stderr, _READ_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self._silent = True
                asyncio.get_running_loop().remove_reader(self._stderr)
                self._let_guard_kill()
            self.output.feed(data or b"\n")
        self._changed.set()

    async def progress(self) -> None:
        """Return when a question waits, or when the tunnel is open or cannot be any more."""
        output = self.output
        while not (self.questions.waiting or output.is_open or output.is_taken or self.ended):
            self._changed.clear()
            await self._changed.wait()

    async def settle(self) -> None:
        """Let the end be known as a whole when a part of it is."""
        self.take_in()
        if self._silent:
            await self._gone(self._ssh, _SETTLE_S)

    async def aclose(self) -> None:
        """End ssh and all that it started, in a bounded time. To be shielded by the caller. Harmless again."""
        if self._ssh.stderr is None or self._ssh.stderr.closed:
            return
        self.questions.close()
        if self._ssh.poll() is None:
            self._ssh.terminate()
            await self._gone(self._ssh, _POLITE_S)
        self._let_guard_kill()
        await self._gone(self._ssh, _KILLED_S)
        await self._gone(self._guard, _KILLED_S)
        if not self._silent:
            asyncio.get_running_loop().remove_reader(self._stderr)
        self._ssh.stderr.close()

    def _let_guard_kill(self) -> None:
        assert self._guard.stdin is not None
        with suppress(OSError):
            self._guard.stdin.close()

    @staticmethod
    async def _gone(process: "subprocess.Popen[bytes]", patience_s: float) -> None:
        deadline = time.monotonic() + patience_s
        while process.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110  # no event tells of it everywhere
            await anyio.sleep(_POLL_S)
