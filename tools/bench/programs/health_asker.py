"""Asks for the backend's health again and again: what another client notices of a load.

    python -m tools.bench.programs.health_asker SOCKET

Each line on stdin is JSON: `seconds` to ask for, with a pause after each answer, and to wait before the first one. The
program then prints the milliseconds of the answers as a line of JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench import processes
from tools.bench.raw_client import RawClient, head, packed
from tools.bench.timing import Block

_PAUSE_S = 0.005


@contextmanager
def running(socket: Path) -> Iterator[Callable[[float], Callable[[], Block]]]:
    """Run the program during the block. The yielded function has it ask for some seconds; what that returns waits for
    the sorted times.
    """
    with processes.child(processes.python("tools.bench.programs.health_asker", socket)) as asker:
        processes.first_line(asker)

        def ask(duration_s: float) -> Callable[[], Block]:
            processes.say(asker, {"pause": duration_s / 5, "seconds": 0.8 * duration_s})
            return lambda: sorted(json.loads(processes.first_line(asker)))

        yield ask


def main() -> None:
    """Ask until stdin is closed."""
    request = packed("health", "health_check", {})
    with RawClient(Path(sys.argv[1])) as client:
        client.send(request)
        head(client.receive())
        print("ready", flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            time.sleep(order["pause"])  # while the others begin, all at once
            print(json.dumps(list(_times(client, request, order["seconds"]))), flush=True)


def _times(client: RawClient, request: bytes, duration_s: float) -> Iterator[float]:
    ends = time.perf_counter() + duration_s
    while (started := time.perf_counter()) < ends:
        client.send(request)
        client.receive()
        yield 1000 * (time.perf_counter() - started)
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    main()
