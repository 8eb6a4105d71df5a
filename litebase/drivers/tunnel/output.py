"""What ssh reports on stderr, read line by line: whether the tunnel is open, and what went wrong on which host.

ssh has no other interface for this. Each jump host has an ssh of its own, which reports to the same place; the line
that names our end can only come from the one that holds it, and comes when the others have begun their sessions. It
comes before a port is bound, so the tunnel is open when the session begins after it.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

OLDEST = (8, 7)  # of the versions that know each of our options

_LINE_BYTES = 2000  # of one line, at most
_COMPLAINTS = 40  # lines, at most
_SHOWN = 3  # of them, in an error
_VERSION = re.compile(r"OpenSSH_(\d+)\.(\d+)")
_AT = re.compile(r"debug1: (?:Connecting to (\S+) \[.*\] port (\d+)|Authenticating to (\S+):(\d+) as )")
_FINGERPRINT = re.compile(r"debug1: Server host key: (\S+ \S+)")
_REFUSED = re.compile(r"channel \d+: open failed: ([a-z ]+): (.*)")
_NO_COMPLAINT = re.compile(
    r"debug\d: |Authenticated to |Transferred: |Bytes per second: |Killed by signal |Warning: Permanently added "
    r"|[@\s]*$"
)
_CHANGED = re.compile(r"Host key for (\S+) has changed")
_OFFENDING = re.compile(r"Offending \S+ key in (.*)")
_UNKNOWN = re.compile(r"Host key verification failed")
_DENIED = re.compile(r"(\S+): Permission denied \((.*)\)")
_UNRESOLVED = re.compile(r"ssh: Could not resolve hostname (.*)")
_UNREACHED = re.compile(r"ssh: connect to host (.*)")
_TOO_OLD = re.compile(r"Bad configuration option: forkafterauthentication", re.IGNORECASE)
_LOOP = re.compile(r"jumphost loop via (.*)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the SSH host did not connect to the database's port. `by_ssh_host`: it may not; else it could not."""

    reason: str
    by_ssh_host: bool


@dataclass(slots=True)
class Output:
    """What was reported so far. `end` is ours, as ssh writes it, and `taken` what it complains of when it is in use.

    `on_hop` is called with each SSH host that an ssh turns to while the tunnel opens.
    """

    end: str
    taken: str
    on_hop: Callable[[str], object]
    version: tuple[int, int] | None = None
    is_open: bool = False
    is_taken: bool = False
    at: str = ""  # the SSH host that an ssh is busy with
    fingerprint: str = ""  # of the key that the host showed
    refusals: int = 0  # connections to the database's port that were not made
    refusal: Refusal | None = None  # the last one
    _complaints: deque[str] = field(default_factory=lambda: deque(maxlen=_COMPLAINTS))
    _rest: bytes = b""
    _names_end: bool = False

    def feed(self, data: bytes) -> None:
        """Read on."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[:_LINE_BYTES]
        for line in lines:
            self._read(line[:_LINE_BYTES].decode("utf-8", "replace").rstrip("\r"))

    def _read(self, line: str) -> None:
        if line.startswith("debug1: "):
            self._read_report(line)
        elif (version := _VERSION.match(line)) is not None:
            self.version = self.version or (int(version[1]), int(version[2]))
        elif self.is_open and (refused := _REFUSED.match(line)) is not None:
            self.refusals += 1
            self.refusal = Refusal(refused[2], by_ssh_host=refused[1] != "connect failed")
        elif not _NO_COMPLAINT.match(line):
            self.is_taken = self.is_taken or self.taken in line
            self._complaints.append("".join(letter if letter.isprintable() else "?" for letter in line))

    def _read_report(self, line: str) -> None:
        if (at := _AT.match(line)) is not None:
            before, self.at = self.at, f"{at[1] or at[3]}:{at[2] or at[4]}"
            if self.at != before and not self.is_open:
                self.on_hop(at[1] or at[3])
        elif (shown := _FINGERPRINT.match(line)) is not None:
            self.fingerprint = shown[1]
        elif line == f"debug1: Local forwarding listening on {self.end}.":
            self._names_end = True
        elif self._names_end and not self.is_taken and line == "debug1: Entering interactive session.":
            self.is_open = True
            self._complaints.clear()  # what was said on the way did no harm

    @property
    def is_too_old(self) -> bool:
        """Whether this ssh lacks what is needed of it."""
        if self.version is not None and self.version < OLDEST:
            return True
        return any(_TOO_OLD.search(line) for line in self._complaints)

    def last_words(self) -> str:
        """The last lines that are not reports, on one line."""
        return "; ".join(list(self._complaints)[-_SHOWN:])

    def failure(self) -> str:
        """Why the tunnel was not opened, as the end of a sentence; empty where ssh gave no reason."""
        said = "\n".join(self._complaints)
        if (host := _CHANGED.search(said)) is not None:
            known = _OFFENDING.search(said)
            return (
                f"the host key of {host[1]} is not the one that is known for it{f' ({known[1]})' if known else ''}. "
                "Either the server has a new key, or somebody else answers in its place. "
                f"It showed {self.fingerprint}; compare that with the server's own before you remove the old key"
            )
        if _UNKNOWN.search(said):
            return f"the host key of {self.at} is not known; it showed {self.fingerprint}. Add it to known_hosts"
        if (denied := _DENIED.search(said)) is not None:
            before = [line for line in self._complaints if not _DENIED.search(line)][-_SHOWN:]
            hints = "".join(f". {line}" for line in before)
            return f"the login as {denied[1]} was refused ({denied[2]}){hints}"
        for pattern in (_UNRESOLVED, _UNREACHED, _LOOP):
            if (found := pattern.search(said)) is not None:
                return {_LOOP: "the jump hosts lead in a circle, via "}.get(pattern, "") + found[1]
        if (refused := _REFUSED.search(said)) is not None:
            return f"the jump host cannot reach the next one: {refused[2]}"
        return self.last_words()
