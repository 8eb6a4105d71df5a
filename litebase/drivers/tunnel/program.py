"""A running ssh, with what it reports and what it asks. It ends with us, also when this process is killed."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from litebase.drivers.guarded import Guarded
from litebase.drivers.tunnel.output import Output
from litebase.drivers.tunnel.questions import Questions

_READ_BYTES = 65536
_SETTLE_S = 0.2


class Program:
    """A started ssh, with what it reports and what it asks."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Output) -> None:
        self.output = output
        self._changed = asyncio.Event()
        self.questions = Questions(folder, self._changed.set)
        environment = {**environment, **self.questions.environment()}
        try:
            self._guarded = Guarded(arguments, environment, folder)
        except BaseException:
            self.questions.close()
            raise
        self._ssh = self._guarded.process
        self._stderr = self._guarded.stderr.fileno()
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
                self._guarded.let_guard_kill()
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
            await self._guarded.gone(_SETTLE_S)

    async def aclose(self) -> None:
        """End ssh and all that it started, in a bounded time. To be shielded by the caller. Harmless again."""
        if self._guarded.stderr.closed:
            return
        self.questions.close()
        await self._guarded.aclose()
        if not self._silent:
            asyncio.get_running_loop().remove_reader(self._stderr)
        self._guarded.stderr.close()
