"""Measured programs as child processes that end with the block."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from litebase.client.process import command

_LINE_S = 20.0
_SLOW_LINE_S = 300.0  # of a program that runs under another
_END_S = 10.0


@dataclass(frozen=True, slots=True)
class Backend:
    """A running backend."""

    pid: int
    socket: Path

    @property
    def endpoint(self) -> dict[str, str]:
        return {"transport": "unix", "path": str(self.socket)}


@contextmanager
def backend(
    program: Path | None = None,
    limits: Mapping[str, int] | None = None,
    options: Sequence[str] = ("--no-history",),
    under: Sequence[str] = (),
    slower: int = 1,
) -> Iterator[Backend]:
    """A new backend on its own Unix socket: from source, or a built `program`. From source, `limits` may replace the
    default ones. `under` is the command of a program that runs it, and makes it that many times `slower`.
    """
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as folder:
        socket = Path(folder, "socket")
        options = ["--socket", str(socket), "--parent-pid", str(os.getpid()), *options]
        arguments = [str(program), *options] if program else command(options)
        if limits:
            arguments = python("tools.bench.programs.other_limits", json.dumps(limits), *options)
        if slower > 1:
            arguments = python("tools.bench.programs.slower", slower, *options)
        with child([*under, *arguments], log=subprocess.DEVNULL) as process:
            ready = json.loads(first_line(process, _SLOW_LINE_S if under else _LINE_S))
            yield Backend(ready["pid"], socket)


@contextmanager
def child(
    arguments: Sequence[str], pass_fds: Sequence[int] = (), log: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program with pipes to its stdin and stdout. Its stderr is inherited, or goes to `log`."""
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, pass_fds=pass_fds)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def python(module: str, *arguments: object) -> list[str]:
    """The command line of one of our modules in this Python."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def say(process: subprocess.Popen[bytes], order: Mapping[str, Any]) -> None:
    """Write one line of JSON to a child."""
    assert process.stdin is not None, "`child` makes a pipe"
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.flush()


def stdout(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The pipe that the child writes to."""
    assert process.stdout is not None, "`child` makes a pipe"
    return process.stdout


def first_line(process: subprocess.Popen[bytes], patience_s: float = _LINE_S) -> bytes:
    """The first line that a child prints. Raises `TimeoutError` if it prints nothing, `EOFError` if it ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(stdout(process), selectors.EVENT_READ)
        if not selector.select(patience_s):
            raise TimeoutError(f"{process.args!r} printed nothing for {patience_s:g} s.")
    line = stdout(process).readline()
    if not line:
        raise EOFError(f"{process.args!r} ended with exit code {process.wait(_END_S)}.")
    return line


def cpu_s(pid: int) -> float:
    """The CPU time of all threads of a process. Source: clock_getcpuclockid(3), whose number is made as the C library
    makes it.
    """
    return time.clock_gettime(~pid << 3 | 2)
