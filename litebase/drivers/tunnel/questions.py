"""What ssh asks while a tunnel opens: host keys, passphrases, passwords, codes, as questions to the person at a client.

ssh runs a program for each question (SSH_ASKPASS): ourselves, in the mode `--askpass`, which connects to a socket in
the private folder of the tunnel. The token that it shows is good for this socket, and the socket for this opening.
"""

import asyncio
import hmac
import re
import secrets
import shlex
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from litebase.drivers.interface import Question

if TYPE_CHECKING:
    from litebase_schema.prompts import PromptKind

_MOST_BYTES = 16384  # of a question and its token
_MOST_WAITING = 4  # ssh asks one at a time, on each hop
_KINDS: tuple[tuple[re.Pattern[str], "PromptKind"], ...] = (
    (re.compile(r"The authenticity of host "), "host_key"),
    (re.compile(r"Enter (?:passphrase|PIN) for "), "passphrase"),
    (re.compile(r".*\(yes/no", re.DOTALL), "approval"),
    (re.compile(r".*passw", re.DOTALL | re.IGNORECASE), "password"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of ssh; `link` leads to the program that waits for the answer."""

    text: str
    is_decision: bool
    link: socket.socket

    @property
    def kind(self) -> "PromptKind":
        """What is asked for. What ssh itself does not ask comes from the server, and is a code most often."""
        if self.is_decision:
            return "approval"
        return next((kind for pattern, kind in _KINDS if pattern.match(self.text)), "one_time_code")

    def question(self, connection_name: str, host: str, *, again: bool) -> Question:
        kind = self.kind
        text = "".join(letter for letter in self.text if letter.isprintable() or letter == "\n").strip()
        return Question(kind, text, connection_name, None if kind == "passphrase" else host or None, again)

    def answer(self, text: str | None) -> None:
        """Pass the answer on; None for none. Its reader may have gone."""
        with suppress(OSError):
            if text is not None:
                self.link.sendall(b"1" + text.encode("utf-8", "surrogateescape"))
        self.link.close()


class Questions:
    """The questions of one ssh. `told` is called when one has come."""

    def __init__(self, folder: Path, told: Callable[[], object]) -> None:
        self.waiting: deque[Asked] = deque()
        self._told = told
        self._path, self._program = folder / "ask", folder / "askpass"
        self._token = secrets.token_urlsafe(24)
        self._links: dict[socket.socket, bytearray] = {}  # whose question has not come whole
        self._listener = socket.socket(socket.AF_UNIX)  # type: ignore[attr-defined, unused-ignore]  # Windows has none, and no tunnels
        try:
            self._listener.setblocking(False)
            self._listener.bind(str(self._path))  # in a folder that is ours alone
            self._listener.listen(_MOST_WAITING)
            self._program.write_text(f'#!/bin/sh\nexec {shlex.join(_ourselves())} --askpass="$1"\n', encoding="utf-8")
            self._program.chmod(0o700)
            asyncio.get_running_loop().add_reader(self._listener, self._accept)
        except BaseException:
            self._listener.close()
            raise

    def environment(self) -> Mapping[str, str]:
        """What makes ssh ask here, whether it has a terminal or not."""
        return {
            "SSH_ASKPASS": str(self._program),
            "SSH_ASKPASS_REQUIRE": "force",
            "LITEBASE_ASKPASS_SOCKET": str(self._path),
            "LITEBASE_ASKPASS_TOKEN": self._token,
        }

    def close(self) -> None:
        """Take no more questions, and leave those that wait unanswered. Harmless when called again."""
        if self._listener.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._path.unlink(missing_ok=True)
        for link in list(self._links):
            self._forget(link)
            link.close()
        while self.waiting:
            self.waiting.popleft().answer(None)

    def _accept(self) -> None:
        with suppress(OSError):
            link, _ = self._listener.accept()
            link.setblocking(False)
            if len(self._links) >= _MOST_WAITING:
                link.close()
                return
            self._links[link] = bytearray()
            asyncio.get_running_loop().add_reader(link, self._read, link)

    def _read(self, link: socket.socket) -> None:
        received = self._links[link]
        try:
            part = link.recv(_MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        received += part
        if part and len(received) <= _MOST_BYTES:
            return
        self._forget(link)
        token, _, rest = bytes(received).partition(b"\0")
        hint, found, text = rest.partition(b"\0")
        if not found or len(received) > _MOST_BYTES or not hmac.compare_digest(token, self._token.encode()):
            link.close()
            return
        self.waiting.append(Asked(text.decode("utf-8", "replace"), hint == b"confirm", link))
        self._told()

    def _forget(self, link: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(link)
        del self._links[link]


def _ourselves() -> list[str]:
    """The command line of this program."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "litebase.cli"]
