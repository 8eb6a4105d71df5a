"""Which modules a `query` passes on its way through a running backend, in the order in which they are first entered.

`python -m tools.query_walk [sqlite | postgresql | mysql]` starts a backend, lets it answer the same query until
everything is loaded, and records the calls of one more, those of properties too. Calls into other packages are left
out. The number is how often a module is entered from another one.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

from tools.bench.processes import child, first_line, python
from tools.bench.raw_client import RawClient
from tools.services import mariadb, postgresql

_ROOT = str(Path(__file__).parents[1] / "litebase") + os.sep
_ROWS = "SELECT table_name, table_schema FROM information_schema.tables"
_QUERIES = {"sqlite": "SELECT name, rootpage FROM sqlite_schema", "postgresql": _ROWS, "mysql": _ROWS}
_DONE_S = 10.0


class Recorder:
    """Runs in the backend: from one SIGUSR1 to the next it notes which function of which module is called."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._calls: list[tuple[str, str]] = []
        self._frames: set[FrameType] = set()  # a coroutine that goes on is seen again, and is no further call
        self._recording = False

    def toggle(self, _number: int, _frame: FrameType | None) -> None:
        """Begin to record, or write down what was recorded."""
        self._recording = not self._recording
        if self._recording:
            self._frames.update(_frames_of_tasks())
            self._target.touch()
        else:
            calls = self._target.with_suffix(".part")
            calls.write_text(json.dumps(self._calls))
            calls.replace(self._target)

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """What `sys.setprofile` calls."""
        code = frame.f_code
        if not self._recording or event != "call" or not code.co_filename.startswith(_ROOT):
            return
        if frame not in self._frames:
            self._frames.add(frame)
            module = code.co_filename.removeprefix(_ROOT).removesuffix(".py").replace(os.sep, ".")
            self._calls.append((module, code.co_qualname))


def _frames_of_tasks() -> Iterator[FrameType]:
    """The frames of every coroutine that waits at this moment."""
    for task in asyncio.all_tasks(asyncio.get_event_loop_policy().get_event_loop()):
        coroutine: Any = task.get_coro()
        while getattr(coroutine, "cr_frame", None) is not None:
            yield coroutine.cr_frame
            coroutine = coroutine.cr_await


def record(target: Path, arguments: Sequence[str]) -> None:
    """Be a backend whose calls can be recorded."""
    from litebase.cli import main  # noqa: PLC0415  # only the child is a backend

    recorder = Recorder(target)
    signal.signal(signal.SIGUSR1, recorder.toggle)
    threading.setprofile(recorder.note)
    sys.setprofile(recorder.note)
    sys.argv[1:] = arguments
    sys.exit(main())


@contextmanager
def target_of(engine: str) -> Iterator[dict[str, Any]]:
    """A database of `engine`, as `db_connect` names it."""
    if engine == "sqlite":
        yield {"engine": "sqlite", "mode": "memory"}
        return
    with (postgresql if engine == "postgresql" else mariadb)() as server:
        yield {
            "engine": engine, "host": server.host, "port": server.port, "user": server.user,
            "password": server.password, "database": server.database, "tls": "disable",
        }  # fmt: skip


def calls_of_query(engine: str) -> list[tuple[str, str]]:
    """Module and function of every call that one query makes inside the backend, in order."""
    with tempfile.TemporaryDirectory(prefix="litebase-walk-") as folder, target_of(engine) as target:
        written, socket = Path(folder, "calls"), Path(folder, "socket")
        with child(
            python("tools.query_walk", "--record", written, "--socket", socket), log=subprocess.DEVNULL
        ) as process:
            first_line(process)
            with RawClient(socket) as client:
                connection_id = client.call("db_connect", **target)["connection_id"]
                query = {"connection_id": connection_id, "sql": _QUERIES[engine]}
                for _ in range(2):
                    client.call("query", **query)
                process.send_signal(signal.SIGUSR1)
                _wait_for(written.exists)
                client.call("query", **query)
                process.send_signal(signal.SIGUSR1)
                _wait_for(lambda: written.stat().st_size > 0)
            return [(module, function) for module, function in json.loads(written.read_text())]


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DONE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("The backend did not take the signal.")
        time.sleep(0.01)


def walk(calls: Sequence[tuple[str, str]]) -> list[str]:
    """The modules in the order in which they were entered, without repetitions in a row."""
    return [module for module, _ in groupby(module for module, _ in calls)]


def returns(walked: Sequence[str], place: str) -> int:
    """How often a walk comes back to a module of `place` that it had left for another one of it."""
    rooms = [room for room, _ in groupby(module for module in walked if module.startswith(place))]
    return len(rooms) - len(set(rooms))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the walk."""
    parser = argparse.ArgumentParser("query_walk", description=__doc__)
    parser.add_argument("engine", nargs="?", choices=_QUERIES, default="postgresql")
    engine = parser.parse_args(arguments).engine
    entered = walk(calls_of_query(engine))
    modules = list(dict.fromkeys(entered))
    for module in modules:
        print(f"{entered.count(module):6}  {module}")
    print(f"{len(modules)} modules; {returns(entered, 'server.')} returns to a module of server/")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        record(Path(sys.argv[2]), sys.argv[3:])
    else:
        main()
