"""A backend as a child process, with everything that a test may want to set and to see."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litebase.process.exit_codes import ExitCode
from tests.end_to_end.frames import Line, deaf, dial
from tests.work import SOON_S
from tools.services import PASSWORD

# A kill on Windows has the code of a fault.
END_S = SOON_S
KILLED = 1 if sys.platform == "win32" else -signal.SIGKILL


@dataclass
class Running:
    """A backend that has said that it is ready."""

    process: "subprocess.Popen[bytes]"
    ready: dict[str, Any]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def endpoint(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ready["endpoint"]
        return found

    def dial(self) -> "contextlib.AbstractContextManager[Line]":
        return dial(self.endpoint)

    def settle(self) -> None:
        """Return when the backend answers, so that its start is over."""
        with self.dial() as line:
            line.ask("health_check")

    def start_deaf_statement(self, line: Line) -> str:
        """Have a statement run that hears no interrupt; the request's id, when the statement is under way."""
        connection_id = line.open_memory()
        before = processor_ticks(self.pid)
        request_id = line.send("query", {"connection_id": connection_id, "sql": deaf(600)})
        wait_until(lambda: processor_ticks(self.pid) > before + 15)
        return request_id

    def end(self) -> int:
        """SIGTERM, or on Windows the end of its stdin, and the exit code."""
        ask_to_end(self.process)
        return self.process.wait(END_S)

    def events(self) -> list[dict[str, Any]]:
        """What the log tells; each line must be JSON, but for the reason of an end that was not in order."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if not line.startswith("litebase-backend: ")]

    def reasons(self) -> list[str]:
        """The lines that tell whoever started the backend why it ended."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith("litebase-backend: ")]

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208  # /proc, not a folder to walk

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/task"))  # noqa: PTH208  # as above


def command(*options: str) -> list[str]:
    """The backend from source, or the one of a build that `make test-build` names."""
    built = os.environ.get("LITEBASE_TEST_PROGRAM")
    return [*([built] if built else [sys.executable, "-m", "litebase.cli"]), *options]


def endpoint_options(folder: Path) -> tuple[str, ...]:
    """A place that belongs to `folder`: a socket in it, or on Windows a pipe, and stdin to end it by."""
    if sys.platform != "win32":
        return ("--socket", str(folder / "socket"))
    return ("--pipe", f"litebase-trial-{zlib.crc32(str(folder).encode()):08x}", "--lifeline", "stdin")


def ask_to_end(process: "subprocess.Popen[bytes]") -> None:
    """Ask for an end in order. On Windows only stdin can ask; a backend that does not listen to ours is killed."""
    if sys.platform == "win32" and process.stdin is not None:
        process.stdin.close()
    else:
        process.terminate()


@contextlib.contextmanager
def running(
    folder: Path, *options: str, environment: dict[str, str] | None = None, arguments: Sequence[str] = (), **popen: Any
) -> Iterator[Running]:
    """A backend at `endpoint_options` unless the options say otherwise, with its log at debug level in `folder`/log.

    `arguments` replaces the whole command line. A backend that still runs at the end is asked to end, then killed.
    """
    log = folder / "log"
    if not {"--socket", "--port", "-port", "-socket", "-pipe"} & set(options):
        options = (*endpoint_options(folder), *options)
    if "--log-level" not in options:
        options = (*options, "--log-level", "debug")
    if sys.platform == "win32" and "stdin" not in popen and "--lifeline" not in options:
        options = (*options, "--lifeline", "stdin")
    popen.setdefault("stdin", subprocess.PIPE if sys.platform == "win32" else subprocess.DEVNULL)
    with log.open("ab") as errors:
        popen.setdefault("stderr", errors)
        process = subprocess.Popen(
            arguments or command(*options),
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            **popen,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"no ready line, exit code {process.wait(END_S)}: {log.read_text(encoding='utf-8')[-2000:]}"
        yield Running(process, json.loads(line), log)
    finally:
        if process.poll() is None:
            ask_to_end(process)
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(END_S)
        told = process.stdout.read()
        process.stdout.close()
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
    check_end(process.returncode, told, log.read_text(encoding="utf-8"))


def check_end(code: int, told: bytes, log: str) -> None:
    """INV8 and INV6: how a backend may end, and what it may have said."""
    assert code in {*ExitCode, KILLED}, f"exit code {code} is not documented"
    assert told == b"", f"nothing but the ready line goes to stdout, and this did: {told!r}"
    assert not re.search(r"^Traceback|^Exception ignored", log, re.MULTILINE), log[-3000:]
    assert PASSWORD not in log, "the password of a database is in the log"
    if code == ExitCode.FORCED:
        assert "backend_forced" in log, "the reason of the end is not told"


def processor_ticks(pid: int) -> int:
    """User and system time in hundredths of a second. Source: proc(5), /proc/PID/stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def fails(*options: str, **run: Any) -> "subprocess.CompletedProcess[bytes]":
    """Start a backend that is expected to end by itself."""
    run.setdefault("timeout", END_S)
    if "input" not in run:
        run.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(command(*options), capture_output=True, check=False, **run)


def wait_until(is_true: Callable[[], bool], seconds: float = SOON_S) -> None:
    """Return when `is_true()` is; fail when the time is over."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
