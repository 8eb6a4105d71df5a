"""An app on a display of its own, with everything that it leaves in a private folder."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tools.services import free_port
from tools.tauri import ROOT
from tools.tauri.web_driver import DriverError, Session

Found = TypeVar("Found")

_END_S = 30.0
_TICK_S = 0.05


@dataclass
class Place:
    """A display and a folder for apps, with a driver that starts them."""

    folder: Path
    port: int
    driver: int

    @property
    def runtime(self) -> Path:
        """Where apps have their sockets."""
        return self.folder / "run"


@dataclass
class Running:
    """An app that the driver has started. The backend's number changes when it is started again."""

    session: Session
    place: Place
    program: str
    pid: int

    @property
    def backend(self) -> int | None:
        """The process of the backend, if there is one."""
        found = [pid for pid in children(self.pid) if b"--lifeline" in command_line(pid)]
        return found[0] if found else None


@contextlib.contextmanager
def place(*, from_source: bool = True, folder: Path | None = None) -> Iterator[Place]:
    """A virtual display, a bus, a driver, and folders that go away. Apps use the backend from source, or their own.

    Apps are started in `folder`, or where this program was.
    """
    private = Path(tempfile.mkdtemp(prefix="lb-", dir="/tmp"))  # short, for the socket in it
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, private, ignore_errors=True)
        number = stack.enter_context(_display())
        port = free_port()
        command = ["dbus-run-session", "--", "WebKitWebDriver", f"--port={port}"]
        bus = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(private, number) | ({"LITEBASE_SOURCE": str(ROOT)} if from_source else {}),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        stack.callback(_end_bus, bus)
        driver = wait(lambda: next(_drivers(bus.pid), None))
        wait(lambda: _listens(port))
        yield Place(private, port, driver)


@contextlib.contextmanager
def running(where: Place, program: str | Path, *arguments: str) -> Iterator[Running]:
    """An app, from its first page to its end."""
    session = Session(where.port, str(program), *arguments)
    named = Path(program).resolve()
    try:
        pid = wait(lambda: next((pid for pid in descendants(where.driver) if _executable(pid) == named), None))
        yield Running(session, where, str(named), pid)
    finally:
        with contextlib.suppress(DriverError):  # it may have ended, which is what some tests do to it
            session.end()
    wait(lambda: not runs(pid))


def wait(asked: Callable[[], Found | None], within_s: float = _END_S) -> Found:
    """What is true or found in time; otherwise `TimeoutError`."""
    end = time.monotonic() + within_s
    while True:
        found = asked()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"It did not happen within {within_s:g} s.")
        time.sleep(_TICK_S)


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody waited for has."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return status.rpartition(b")")[2].split()[0] not in (b"Z", b"X")


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, tasks.read_text().split())
    return found


def command_line(pid: int) -> bytes:
    """The arguments of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def descendants(pid: int) -> Iterator[int]:
    """Those, and what they have started."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def _executable(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/exe").resolve()
    except OSError:
        return None


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def _display() -> Iterator[str]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    process = subprocess.Popen(
        command, pass_fds=[writing], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{int(said.readline())}"
    finally:
        process.terminate()
        process.wait(_END_S)


def _environment(folder: Path, number: str) -> dict[str, str]:
    private = {name: folder / name for name in ("run", "home", "data", "cache", "config")}
    for path in private.values():
        path.mkdir(mode=0o700)
    return {
        **os.environ,
        "DISPLAY": number,
        "XDG_RUNTIME_DIR": str(private["run"]),
        "HOME": str(private["home"]),
        "XDG_DATA_HOME": str(private["data"]),
        "XDG_CACHE_HOME": str(private["cache"]),
        "XDG_CONFIG_HOME": str(private["config"]),
        "GDK_BACKEND": "x11",
        "NO_AT_BRIDGE": "1",
        "TAURI_WEBVIEW_AUTOMATION": "true",  # without it the driver waits for ever
    }


def _drivers(bus: int) -> Iterator[int]:
    """The driver that a bus has started; a child that has not become a program yet still has the bus's arguments."""
    return (pid for pid in children(bus) if command_line(pid).startswith(b"WebKitWebDriver\0"))


def _end_bus(bus: "subprocess.Popen[bytes]") -> None:
    """End the driver; the bus ends with it."""
    for pid in _drivers(bus.pid):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    bus.wait(_END_S)
