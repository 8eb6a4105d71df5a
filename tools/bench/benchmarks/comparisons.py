"""What comparing the rows of two tables costs, beside reading both in order with the server's own program."""

import os
import subprocess
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from tools.bench.benchmarks.copies import COLUMNS, MARIADB_ROWS, POSTGRESQL_ROWS
from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.rss import highest_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import Service, mariadb, postgresql

_PROGRAM_S = 300.0


def measure(sizes: Sizes) -> list[Figure]:
    """Two tables of one server, of which one row in a hundred differs."""
    count = sizes.rows // 5
    with postgresql() as service:
        figures = _server(POSTGRESQL, service, sizes, POSTGRESQL_ROWS.format(rows=count), count)
    with mariadb() as service:
        figures += _server(MARIADB, service, sizes, MARIADB_ROWS.format(rows=count), count)
    return figures


def _server(engine: Engine, service: Service, sizes: Sizes, rows: str, count: int) -> list[Figure]:
    schema = "public" if engine is POSTGRESQL else service.database
    with connected(service, _PROGRAM_S) as (backend, client, connection_id):
        for name in ("source", "target"):
            for sql in (f"CREATE TABLE {name} ({COLUMNS})", f"INSERT INTO {name} {rows}"):
                client.call("query", connection_id=connection_id, sql=sql)
        client.call("query", connection_id=connection_id, sql="UPDATE target SET parent = -1 WHERE id % 100 = 0")
        request = {
            "connection_id": connection_id,
            "object": {"kind": "table", "schema_name": schema, "name": "source"},
            "other_connection_id": connection_id,
            "other_object": {"kind": "table", "schema_name": schema, "name": "target"},
        }
        ours, theirs = list[float](), list[float]()
        for _ in range(sizes.repeats):
            ours.append(seconds(partial(_compare, client, request, count // 100)))
            theirs.append(seconds(_both_read(engine, service)))
        what = f"2 tables of {count:,} rows x 10"
        beside = "both read in order with its own program"
        memory = f"memory while {what} of {engine.title} are compared"
        return [
            Figure(f"{engine.title}, {what} compared", "s", median(ours), median(theirs), beside),
            Figure(memory, "MB", highest_mb(backend.pid), goal=Goal("ours", "below", 90)),
        ]


def _compare(client: RawClient, request: dict[str, Any], different: int) -> None:
    answer = client.call("compare_rows", **request, window_rows=100)
    assert answer["different_rows"] == different, "the others are equal"
    client.call("close_result", result_id=answer["result_id"])


def _both_read(engine: Engine, service: Service) -> Callable[[], object]:
    programs = [
        engine.program(service, f"SELECT * FROM {name} ORDER BY id")  # our own names
        for name in ("source", "target")
    ]
    environment = {**os.environ, **engine.environment(service)}

    def run() -> None:
        for program in programs:
            subprocess.run(program, env=environment, check=True, timeout=_PROGRAM_S, stdout=subprocess.DEVNULL)

    return run
