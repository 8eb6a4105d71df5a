"""What a row of ten columns costs the backend, in instructions, beside the engine's own program.

Neither side decodes: the client of the backend only takes the bytes, and the program writes text to /dev/null.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.bench import databases, processes
from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected, target
from tools.bench.figure import INSTRUCTIONS, Figure
from tools.bench.instructions import Counter, of_program
from tools.bench.raw_client import RawClient
from tools.bench.reading import expect_rows, read_all
from tools.bench.sizes import Sizes
from tools.services import Service, mariadb, postgresql

_SLOWER = 50  # times, that valgrind makes a program
_CONNECT_MS = 300_000  # while instructions are counted, loading the driver takes seconds
_PATIENCE_S = 600.0


def measure(sizes: Sizes) -> list[Figure]:
    """Instructions for each row, of all three engines."""
    with postgresql() as first, mariadb() as second:
        return [_of_sqlite(sizes), *(_of_server(*one, sizes) for one in ((POSTGRESQL, first), (MARIADB, second)))]


def _of_sqlite(sizes: Sizes) -> Figure:
    path = databases.wide(sizes.folder, sizes.counted_rows)
    where = {"engine": "sqlite", "path": str(path), "mode": "read_only"}
    ours = counted(where, databases.ALL_ROWS, sizes.counted_rows)
    program = shutil.which("sqlite3")
    return _figure("SQLite", ours, program and [program, "-readonly", str(path)], databases.ALL_ROWS, {}, sizes)


def _of_server(engine: Engine, service: Service, sizes: Sizes) -> Figure:
    with connected(service) as (_, client, connection_id):
        client.call("query", connection_id=connection_id, sql=engine.make_wide.format(rows=sizes.counted_rows))
    ours = counted(target(service), engine.all_rows, sizes.counted_rows)
    program, *options, _ = engine.program(service, "")
    return _figure(
        engine.title, ours, [_itself(program), *options], engine.all_rows, engine.environment(service), sizes
    )


def counted(where: Mapping[str, Any], sql: str, rows: int) -> float:
    """Instructions of the backend for each row that `sql` returns."""
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as folder:
        counter = Counter(Path(folder))
        started = processes.backend(under=counter.command, slower=_SLOWER)
        with started as backend, RawClient(backend.socket, _PATIENCE_S) as client:
            connection_id = client.call("db_connect", connect_timeout_ms=_CONNECT_MS, **where)["connection_id"]

            def read() -> None:
                expect_rows(read_all(client, connection_id, sql), rows)

            read()  # what is loaded with the first is not counted
            return counter.each(backend.pid, read, 1) / rows


def _figure(
    title: str, ours: float, program: Sequence[str] | None, sql: str, environment: Mapping[str, str], sizes: Sizes
) -> Figure:
    question = f"{title}, a row of 10 columns, not decoded"
    if program is None:
        return Figure(question, INSTRUCTIONS, ours / 1000, other_name="(the program is not installed)")
    few = sizes.counted_rows // 10
    most, least = (
        of_program([*program, f"{sql} LIMIT {rows}"], {**os.environ, **environment})
        for rows in (sizes.counted_rows, few)
    )
    theirs = (most - least) / (sizes.counted_rows - few)
    return Figure(question, INSTRUCTIONS, ours / 1000, theirs / 1000, f"{Path(program[0]).name} ... to /dev/null")


def _itself(program: str) -> str:
    """Debian's `psql` is a script that chooses one of those that are installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(installed[-1]) if installed else program
