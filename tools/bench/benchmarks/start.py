"""How long the backend takes from its start to its first answer, and how much memory it then uses."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from statistics import median

from tools.bench import processes
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, packed
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes

_STAY = "import sys; print('ready', flush=True); sys.stdin.read()"
_LIBRARIES = "import anyio, msgpack, structlog, pydantic"
# `import pydantic` loads little of it, and anyio loads asyncio with the first `run`; these are the parts in use, and
# what generated/python/litebase_schema/{base,envelope,opaque,registry}.py import of pydantic.
_IMPORT_USED_PARTS = (
    f"{_LIBRARIES}; import anyio._backends._asyncio; "
    "from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SkipValidation, StrictStr, TypeAdapter"
)
FIRST_ANSWER_CPU = "CPU time from the start to the first answer"
USED_PARTS = "python -c import of the parts of libraries that are used"
BELOW_1_2 = Goal("ratio", "below", 1.2)


def measure(sizes: Sizes) -> list[Figure]:
    """Start to first answer, idle memory, memory after one query."""
    ours, used = list[Start](), list[Start]()
    start_backend(), start_importing()  # puts the files into the system's cache
    for _ in range(2 * sizes.repeats):
        ours.append(start_backend())
        used.append(start_importing())
    idle, queried = _memory(sizes.idle_s)
    with processes.child(_importing(_LIBRARIES)) as process:
        processes.first_line(process)
        imported_mb = rss_mb(process.pid)
    name = "python -c import of the same libraries"
    return [
        Figure("start to the first answer", "s", _median("wall_s", ours), _median("wall_s", used), USED_PARTS),
        Figure(FIRST_ANSWER_CPU, "s", _median("cpu_s", ours), _median("cpu_s", used), USED_PARTS, BELOW_1_2),
        Figure("idle memory", "MB", idle, imported_mb, name, Goal("ours", "below", 38)),
        Figure("memory after one SQLite query", "MB", queried, imported_mb, name),
    ]


def _importing(imports: str) -> list[str]:
    return [sys.executable, "-c", f"{imports}; {_STAY}"]


@dataclass(frozen=True, slots=True)
class Start:
    """What a start took. On a busy machine only the CPU time means something."""

    wall_s: float
    cpu_s: float


def _median(which: str, starts: Sequence[Start]) -> float:
    values: list[float] = list(map(attrgetter(which), starts))
    return median(values)


def start_backend(program: Path | None = None) -> Start:
    """From the start to the first answer, of a build or from source."""
    started = time.perf_counter()
    with processes.backend(program) as backend, RawClient(backend.socket) as client:
        client.send(packed("first", "health_check", {}))
        client.receive()
        return Start(time.perf_counter() - started, processes.cpu_s(backend.pid))


def start_importing() -> Start:
    """The least that a start in Python takes: importing the parts of libraries that the backend uses."""
    started = time.perf_counter()
    with processes.child(_importing(_IMPORT_USED_PARTS)) as process:
        processes.first_line(process)
        return Start(time.perf_counter() - started, processes.cpu_s(process.pid))


def _memory(idle_s: float) -> tuple[float, float]:
    with processes.backend() as backend:
        time.sleep(idle_s)
        idle = rss_mb(backend.pid)
        with RawClient(backend.socket) as client:
            connection_id = client.call("db_connect", engine="sqlite", mode="memory")["connection_id"]
            client.call("query", connection_id=connection_id, sql="SELECT 1, 'one'")
            return idle, rss_mb(backend.pid)
