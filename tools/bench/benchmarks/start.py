"""How long the backend takes to start, and how much memory it then uses."""

import sys
import time
from statistics import median

from tools.bench import processes
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes

_STAY = "import sys; print('ready', flush=True); sys.stdin.read()"
_LIBRARIES = "import anyio, msgpack, structlog, pydantic"
# `import pydantic` loads little of it, and anyio loads asyncio with the first `run`; these are the parts in use
_USED_PARTS = f"{_LIBRARIES}; import anyio._backends._asyncio; from pydantic import BaseModel, TypeAdapter"


def measure(sizes: Sizes) -> list[Figure]:
    """Start to ready line, idle memory, memory after one query."""
    ours, imported, used = [], [], []
    _start_backend(), _start_importing(_USED_PARTS)  # puts the files into the system's cache
    for _ in range(2 * sizes.repeats):
        ours.append(_start_backend())
        imported.append(_start_importing(_LIBRARIES))
        used.append(_start_importing(_USED_PARTS))
    idle, queried = _memory(sizes.idle_s)
    with processes.child(_importing(_LIBRARIES)) as process:
        processes.first_line(process)
        imported_mb = rss_mb(process.pid)
    name, parts = "python -c import of the same libraries", "and of the parts of them that are used"
    return [
        Figure("start to ready line", "s", median(ours), median(imported), name, Goal("ratio", "below", 1.2)),
        Figure("start to ready line", "s", median(ours), median(used), parts),
        Figure("idle memory", "MB", idle, imported_mb, name, Goal("ours", "below", 38)),
        Figure("memory after one SQLite query", "MB", queried, imported_mb, name),
    ]


def _importing(imports: str) -> list[str]:
    return [sys.executable, "-c", f"{imports}; {_STAY}"]


def _start_backend() -> float:
    started = time.perf_counter()
    with processes.backend():
        return time.perf_counter() - started


def _start_importing(imports: str) -> float:
    started = time.perf_counter()
    with processes.child(_importing(imports)) as process:
        processes.first_line(process)
        return time.perf_counter() - started


def _memory(idle_s: float) -> tuple[float, float]:
    with processes.backend() as backend:
        time.sleep(idle_s)
        idle = rss_mb(backend.pid)
        with RawClient(backend.socket) as client:
            connection_id = client.call("db_connect", engine="sqlite", mode="memory")["connection_id"]
            client.call("query", connection_id=connection_id, sql="SELECT 1, 'one'")
            return idle, rss_mb(backend.pid)
