"""Answers each request of a fixed size with an answer of a fixed size: what a socket alone costs.

python -m tools.bench.programs.echo DESCRIPTOR REQUEST_BYTES ANSWER_BYTES
"""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tools.bench import processes


def main() -> None:
    """Echo until the other side is closed."""
    descriptor, request_bytes, answer_bytes = map(int, sys.argv[1:])
    with socket.socket(fileno=descriptor) as stream:
        answer = bytes(answer_bytes)
        while stream.recv(request_bytes, socket.MSG_WAITALL):
            stream.sendall(answer)


@dataclass(frozen=True, slots=True)
class Echo:
    """An echo process, and a function that makes one round trip to it over a Unix socket."""

    pid: int
    round_trip: Callable[[], None]


@contextmanager
def echo(request_bytes: int, answer_bytes: int) -> Iterator[Echo]:
    """Run an echo process during the block."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    request, answer = bytes(request_bytes), memoryview(bytearray(answer_bytes))
    arguments = processes.python("tools.bench.programs.echo", theirs.fileno(), request_bytes, answer_bytes)

    def round_trip() -> None:
        ours.sendall(request)
        left = answer_bytes
        while left:
            left -= ours.recv_into(answer, left)

    with ours, processes.child(arguments, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        round_trip()  # the process has started
        yield Echo(process.pid, round_trip)


if __name__ == "__main__":
    main()
