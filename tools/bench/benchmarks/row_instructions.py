"""What a row of ten columns costs the backend, in instructions, beside the engine's own program and the library alone.

Neither side decodes: the client of the backend only takes the bytes, and the program writes text to /dev/null. What the
library takes with packing is the least that a backend in Python can take.
"""

import json
import os
import shutil
import sys
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
        servers = ((POSTGRESQL, first), (MARIADB, second))
        return [*_of_sqlite(sizes), *(figure for one in servers for figure in _of_server(*one, sizes))]


def _of_sqlite(sizes: Sizes) -> list[Figure]:
    path = databases.wide(sizes.folder, sizes.counted_rows)
    where = {"engine": "sqlite", "path": str(path), "mode": "read_only"}
    ours = counted(where, databases.ALL_ROWS, sizes.counted_rows)
    program = shutil.which("sqlite3")
    own = _beside_program("SQLite", ours, program and [program, "-readonly", str(path)], databases.ALL_ROWS, {}, sizes)
    return [own, _beside_library("SQLite", ours, "sqlite3", where, databases.ALL_ROWS, sizes)]


def _of_server(engine: Engine, service: Service, sizes: Sizes) -> list[Figure]:
    with connected(service) as (_, client, connection_id):
        client.call("query", connection_id=connection_id, sql=engine.make_wide.format(rows=sizes.counted_rows))
    ours = counted(target(service), engine.all_rows, sizes.counted_rows)
    program, *options, _ = engine.program(service, "")
    command, environment = [_itself(program), *options], engine.environment(service)
    library = "psycopg" if engine is POSTGRESQL else "asyncmy"
    return [
        _beside_program(engine.title, ours, command, engine.all_rows, environment, sizes),
        _beside_library(engine.title, ours, library, target(service), engine.all_rows, sizes),
    ]


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


def _beside_program(
    title: str, ours: float, program: Sequence[str] | None, sql: str, environment: Mapping[str, str], sizes: Sizes
) -> Figure:
    question = f"{title}, a row of 10 columns, not decoded"
    if program is None:
        return Figure(question, INSTRUCTIONS, ours / 1000, other_name="(the program is not installed)")
    theirs = _each_row(program, sql, environment, sizes.counted_rows)
    return Figure(question, INSTRUCTIONS, ours / 1000, theirs / 1000, f"{Path(program[0]).name} ... to /dev/null")


def _beside_library(title: str, ours: float, library: str, where: Mapping[str, Any], sql: str, sizes: Sizes) -> Figure:
    reader = [sys.executable, "-m", "tools.bench.programs.library_reader"]
    theirs = _each_row(reader, sql, {"TARGET": json.dumps(where)}, sizes.counted_rows)
    question, other = f"{title}, a row beside its library", f"{library} and msgspec alone"
    return Figure(question, INSTRUCTIONS, ours / 1000, theirs / 1000, other)


def _each_row(program: Sequence[str], sql: str, environment: Mapping[str, str], rows: int) -> float:
    """The instructions of a program for each of up to `rows` rows, without those of its start."""
    few = rows // 10
    most, least = (
        of_program([*program, f"{sql} LIMIT {count}"], {**os.environ, **environment}) for count in (rows, few)
    )
    return (most - least) / (rows - few)


def _itself(program: str) -> str:
    """Debian's `psql` is a script that chooses one of those that are installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(installed[-1]) if installed else program
