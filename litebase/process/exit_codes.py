"""How the process ends: a small number that whoever starts it can act on, and one line with the reason."""

import os
import select
from enum import IntEnum

_STDERR = 2
_LINE_BYTES = 4000  # a pipe that takes anything takes this much at once; source: pipe(7), PIPE_BUF


class ExitCode(IntEnum):
    """Exit codes of `litebase-backend`; a contract with the host. `meaning` is for people."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    IN_USE = 3
    UNUSABLE = 4
    FORCED = 5
    SELF_TEST = 6

    @property
    def meaning(self) -> str:
        """What happened, in one line."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "asked to end, and did so in order",
    ExitCode.FAULT: "an unexpected fault; see the log",
    ExitCode.USAGE: "wrong options",
    ExitCode.IN_USE: "another backend is alive at the endpoint",
    ExitCode.UNUSABLE: "the endpoint, token file or log file cannot be used",
    ExitCode.FORCED: "the end took too long, or was asked for twice",
    ExitCode.SELF_TEST: "`--self-test` found a part of this build that does not work",
}


def say(reason: str) -> None:
    """One line to whoever started us, on stderr. It is left out where a full pipe would make us wait."""
    line = f"litebase-backend: {reason}\n".encode("utf-8", "backslashreplace")[:_LINE_BYTES]
    try:
        if os.name == "nt" or select.select([], [_STDERR], [], 0)[1]:
            os.write(_STDERR, line)
    except (OSError, ValueError):
        return  # nobody reads stderr
