"""An open tunnel to one port of a database's host, and whose fault it is when that port is not reached."""

import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import anyio
from anyio import to_thread
from litebase_schema.connection import SshTunnel

from litebase.drivers.interface import Ask
from litebase.drivers.tunnel import command
from litebase.drivers.tunnel.output import OLDEST, Output
from litebase.drivers.tunnel.program import Program
from litebase.drivers.tunnel.questions import Asked
from litebase.errors import ConnectFailed

End = Literal["socket", "port"]  # what our end of the tunnel is

_LOOPBACK = "127.0.0.1"
_MOST_PATH_BYTES = 100  # of a socket; macOS takes 103
_NAME_BYTES = 24  # of a folder of ours, and the socket in it
_SAFE_FOLDER = re.compile(r"[A-Za-z0-9_./-]+")  # ssh passes names in it on through a shell
_PORT_TRIES = 5
_FALL_S, _FALL_POLL_S = 0.2, 0.01


@dataclass(slots=True)
class Inquiry:
    """How the questions of ssh are passed on to a person, for one connection."""

    ask: Ask
    connection_name: str
    _asked: set[str] = field(default_factory=set)

    async def answer(self, asked: Asked, host: str) -> None:
        """Have a question answered. Raises `PromptUnanswered`."""
        again = asked.text in self._asked
        self._asked.add(asked.text)
        answer: str | None = None
        try:
            answer = await self.ask(asked.question(self.connection_name, host, again=again))
        finally:
            asked.answer(answer)


class _PortTaken(Exception):
    """Another program listens on the port of this machine that was to be ours."""


@dataclass(frozen=True, slots=True)
class Course:
    """From where to where: what equal tunnels have in common."""

    options: SshTunnel
    host: str
    port: int

    @property
    def via(self) -> str:
        return f"The SSH tunnel through {command.where(self.options)}"


class Tunnel:
    """A tunnel that was opened. Its end is a Unix socket in a private folder, or a port of the loopback interface."""

    def __init__(self, course: Course, program: Program, folder: Path, port: int) -> None:
        self._course, self._program, self._folder = course, program, folder
        self.address, self.port = _LOOPBACK, port
        self.socket_path = socket_in(folder)

    @classmethod
    async def open(
        cls, course: Course, end: End, patience_s: float, inquiry: Inquiry, on_hop: Callable[[str], object]
    ) -> "Tunnel":
        """Start ssh, and return when it says that the tunnel is open. `on_hop` is called with each SSH host on the way.

        Raises `ConnectFailed`, `InvalidMessage` and `PromptUnanswered`.
        """
        for _ in range(_PORT_TRIES):
            began = time.monotonic()
            tunnel = await cls._start(course, end, on_hop)
            try:
                await tunnel.wait_until_open(began, patience_s, inquiry)
            except BaseException as error:
                await tunnel.aclose()
                if not isinstance(error, _PortTaken):
                    raise
            else:
                return tunnel
        raise ConnectFailed(
            command.STAGE, f"{course.via} was not opened: other programs took each port of this machine."
        )

    @classmethod
    async def _start(cls, course: Course, end: End, on_hop: Callable[[str], object]) -> "Tunnel":
        ssh = command.program()
        far = command.destination(course.host, course.port)
        folder = await to_thread.run_sync(_prepared_folder, course.options, ssh)
        try:
            if end == "socket":
                port, near = 0, str(socket_in(folder))
                output = Output(f"path {near}", f"cannot bind to path {near}", on_hop)
            else:
                port = _free_port()
                near = f"{_LOOPBACK}:{port}"
                output = Output(f"{_LOOPBACK} port {port}", f"cannot listen to port: {port}", on_hop)
            arguments = command.arguments(course.options, ssh, folder / "config", f"{near}:{far}")
            return cls(course, Program(arguments, folder, command.environment(), output), folder, port)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                reason = f"{error.filename or ssh} cannot be used: {error.strerror}."
                raise ConnectFailed(command.STAGE, reason) from error
            raise

    async def wait_until_open(self, began: float, patience_s: float, inquiry: Inquiry) -> None:
        """Return when the tunnel is open. The time that people take for answers does not count.

        Raises `ConnectFailed`, `PromptUnanswered`, and `_PortTaken` when somebody has its port.
        """
        program, output = self._program, self._program.output
        while True:
            with anyio.move_on_after(max(began + patience_s - time.monotonic(), 0)):
                await program.progress()
            if not program.questions.waiting:
                break
            asked_at = time.monotonic()
            await inquiry.answer(program.questions.waiting.popleft(), output.at)
            began += time.monotonic() - asked_at
        await program.settle()
        if output.is_taken:
            raise _PortTaken
        if program.ended or not output.is_open:
            raise self._failure(patience_s)
        program.questions.close()

    def _failure(self, patience_s: float) -> ConnectFailed:
        program, output, via = self._program, self._program.output, self._course.via
        if output.is_too_old:
            oldest = ".".join(map(str, OLDEST))
            found = "an older one" if output.version is None else ".".join(map(str, output.version))
            return ConnectFailed(command.STAGE, f"{via} needs OpenSSH {oldest} or later; this is {found}.")
        if output.version is None and (program.ended or output.last_words()):
            said = output.last_words() or f"nothing ({program.exit})"
            reason = f"{via} was not opened: the program ssh is not OpenSSH. It said: {said}."
            return ConnectFailed(command.STAGE, reason)
        reason = output.failure()
        if program.ended:
            reason = reason or f"ssh gave no reason ({program.exit})"
            return ConnectFailed(command.STAGE, f"{via} was not opened: {reason}.")
        doing = f", while waiting for {output.at}" if output.at else ""
        said = f": {reason}" if reason else ""
        waited = f"{round(patience_s * 1000):,} ms of its connect_timeout_ms"
        return ConnectFailed(command.STAGE, f"{via} was not open within {waited}{doing}{said}.")

    # while it is open

    @property
    def alive(self) -> bool:
        """Whether what answers at our end is ssh, as the system knows at this moment."""
        return not self._program.ended

    @property
    def refusals(self) -> int:
        """How many connections ssh could not make to the database's port, until now."""
        self._program.take_in()
        return self._program.output.refusals

    @property
    def fallen(self) -> str | None:
        """Why the tunnel fell, as a sentence; None when it stands."""
        self._program.take_in()
        if not self._program.ended:
            return None
        return f"{self._course.via} fell: {self._program.output.last_words() or f'ssh ended ({self._program.exit})'}."

    async def fall(self) -> str | None:
        """The same, for a link that ended: it may have been the first to notice."""
        deadline = time.monotonic() + _FALL_S
        while (sentence := self.fallen) is None and time.monotonic() < deadline:  # noqa: ASYNC110  # it may not come
            await anyio.sleep(_FALL_POLL_S)
        return sentence

    async def blamed(self, failure: ConnectFailed, refusals_before: int) -> ConnectFailed:
        """The error for a login that failed so: the tunnel's, or that of the database's host, where ssh says so."""
        course = self._course
        if self.refusals > refusals_before and (refusal := self._program.output.refusal) is not None:
            place = f"{course.host}:{course.port}"
            if refusal.by_ssh_host:
                return ConnectFailed(
                    command.STAGE, f"{course.via} is open, but its host does not forward to {place}: {refusal.reason}."
                )
            by_name = "name" in refusal.reason.lower()
            return ConnectFailed(
                "name" if by_name else "tcp",
                f"{place} cannot be reached from {command.where(course.options)}: {refusal.reason}.",
            )
        if (fall := await self.fall()) is not None:
            return ConnectFailed(command.STAGE, fall)
        return failure

    async def aclose(self) -> None:
        """End ssh, in a bounded time."""
        with anyio.CancelScope(shield=True):
            await self._program.aclose()
            shutil.rmtree(self._folder, ignore_errors=True)


def socket_in(folder: Path) -> Path:
    """The Unix socket of a tunnel."""
    return folder / "db"


def _prepared_folder(options: SshTunnel, ssh: str) -> Path:
    """A private folder with the configuration in it."""
    text = command.configuration(options, ssh)
    folder = Path(tempfile.mkdtemp(prefix="litebase-ssh-", dir=_place_for_folders()))
    (folder / "config").write_text(text, encoding="utf-8")
    return folder


def _place_for_folders() -> str:
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir()):
        fits = len(place.encode()) + _NAME_BYTES <= _MOST_PATH_BYTES
        if fits and _SAFE_FOLDER.fullmatch(place) and Path(place).is_dir():
            return place
    return "/tmp"  # noqa: S108  # the folder in it is made anew, for us alone


def _free_port() -> int:
    """A port that nobody uses at the moment. Where somebody takes it first, ssh says so."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
