"""The databases' own programs on this machine: where they are, and of which version each is.

They are looked for in PATH and where their installers put them: an app that a desktop starts has a short PATH. Where
`LITEBASE_TOOLS` is set, the folders in it are the only ones.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread

from litebase.drivers.guarded import environment

VARIABLE = "LITEBASE_TOOLS"
ON_WINDOWS = (
    "Dumps of servers are not available on Windows yet, where a program cannot be kept from outliving the backend. "
    "Run the database's own program there."
)

_ANSWER_S = 10.0
_WRAPPERS = {"pg_wrapper"}  # of Debian: which program it starts hangs on other things than ours

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that says of which version it is."""

    path: str
    said: str
    version: Version

    @property
    def text(self) -> str:
        """The version, for people."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: the names of a program, the best first, where it usually is, and how it tells its version."""

    names: tuple[str, ...]
    folders: tuple[str, ...]
    version: "re.Pattern[str]"

    def paths(self) -> list[str]:
        """The programs that there are, each once. Looks at folders, and starts nothing."""
        found: dict[str, str] = {}
        for folder in _folders(self.folders):
            for name in self.names:
                path = Path(folder, name)
                with suppress(OSError):
                    real = path.resolve(strict=True)
                    if real.is_file() and os.access(path, os.X_OK) and real.name not in _WRAPPERS:
                        found.setdefault(str(real), str(path))
        return list(found.values())

    async def tools(self) -> list[Tool]:
        """The programs that answer to `--version`."""
        return await to_thread.run_sync(self._tools)

    def _tools(self) -> list[Tool]:
        said = [(path, version_of(path)) for path in self.paths()]
        found = [(path, text, self.version.search(text)) for path, text in said]
        return [Tool(path, text, _numbers(match)) for path, text, match in found if match]


_SAID: dict[tuple[str, int, int], str] = {}


def version_of(path: str) -> str:
    """What a program says to `--version`; nothing when it does not answer. Asked once for each file."""
    try:
        facts = Path(path).stat()
        key = path, facts.st_mtime_ns, facts.st_size
        if key not in _SAID:
            done = run([path, "--version"])
            _SAID[key] = done.stdout.decode("utf-8", "replace").strip()
        return _SAID[key]
    except (OSError, subprocess.TimeoutExpired):
        return ""


def run(command: Sequence[str], stdin: int = subprocess.DEVNULL) -> "subprocess.CompletedProcess[bytes]":
    """A short run of a program. To be called in a thread."""
    return subprocess.run(  # noqa: S603  # a program that the user has installed
        command, capture_output=True, timeout=_ANSWER_S, check=False, stdin=stdin, env=environment(())
    )


def _numbers(match: "re.Match[str]") -> Version:
    return tuple(int(one) for one in match.groups() if one is not None)


def _folders(usual: Sequence[str]) -> Iterator[str]:
    only = os.environ.get(VARIABLE)
    if only is not None:
        yield from filter(None, only.split(os.pathsep))
        return
    yield from filter(None, os.environ.get("PATH", "").split(os.pathsep))
    for pattern in usual:
        yield from sorted(map(str, Path("/").glob(pattern.lstrip("/"))), reverse=True)


def missing_reason(search: Search, packages: str) -> str | None:
    """Why programs cannot be used here, as far as that is known without starting them; None where they may be."""
    if sys.platform == "win32":
        return ON_WINDOWS
    if not search.paths():
        return not_found(search, packages)
    return None


def not_found(search: Search, packages: str) -> str:
    """That no such program is there, as a sentence."""
    names = " or ".join(search.names)
    where = "in PATH and the usual folders"
    if (only := os.environ.get(VARIABLE)) is not None:
        where = f"in {only}, which {VARIABLE} names"
    return f"{names} was not found {where}: install {packages}."
