"""What copying a table costs, beside two programs of the server, where one writes lines that the other reads."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.rss import highest_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import Service, mariadb, postgresql

_PROGRAM_S = 300.0
COLUMNS = (
    "id bigint PRIMARY KEY, quantity int, big bigint, ratio double precision, name varchar(100), remark varchar(100), "
    "day date, amount decimal(10,2), at timestamp NULL, parent int"
)
POSTGRESQL_ROWS = (
    "SELECT i, i * 7919 % 1000, i * 2654435761, i / 7.0::float8, 'customer ' || i * 7919 % 100003, "
    "'remark number ' || i % 977 || ', about something', date '2010-01-01' + (i % 5000)::int, (i % 100000) + 0.25, "
    "timestamp '2020-01-01' + i * interval '1 minute', i / 10 FROM generate_series(1, {rows}::bigint) AS i"
)
MARIADB_ROWS = (
    "SELECT seq, seq * 7919 % 1000, seq * 26544357, seq / 7e0, CONCAT('customer ', seq * 7919 % 100003), "
    "CONCAT('remark number ', seq % 977, ', about something'), DATE '2010-01-01' + INTERVAL seq % 5000 DAY, "
    "seq % 100000 + 0.25, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL seq MINUTE, seq DIV 10 FROM seq_1_to_{rows}"
)


def measure(sizes: Sizes) -> list[Figure]:
    """From a server to SQLite, and within a server beside its own programs."""
    sizes.folder.mkdir(parents=True, exist_ok=True)
    count = sizes.rows // 5
    with tempfile.TemporaryDirectory(prefix="litebase-bench-", dir=sizes.folder) as name:
        folder = Path(name)
        with postgresql() as service:
            figures = _server(POSTGRESQL, service, sizes, POSTGRESQL_ROWS.format(rows=count), folder, count)
        with mariadb() as service:
            figures += _server(MARIADB, service, sizes, MARIADB_ROWS.format(rows=count), folder, count)
    return figures


def _server(engine: Engine, service: Service, sizes: Sizes, rows: str, folder: Path, count: int) -> list[Figure]:
    schema = "public" if engine is POSTGRESQL else service.database
    with connected(service, _PROGRAM_S) as (backend, client, connection_id):
        for sql in (f"CREATE TABLE source ({COLUMNS})", f"INSERT INTO source {rows}"):
            client.call("query", connection_id=connection_id, sql=sql)
        file = client.call("db_connect", engine="sqlite", path=str(folder / f"{service.engine}.db"), mode="create")
        source = {"connection_id": connection_id, "object": _table(schema, "source")}
        to_file = {"target_connection_id": file["connection_id"], "target": _table("main", "target")}
        to_server = {"target_connection_id": connection_id, "target": _table(schema, "target")}
        theirs_name, theirs = _theirs(engine, service)

        def drop(where: str) -> None:
            client.call("query", connection_id=where, sql="DROP TABLE IF EXISTS target")

        what = f"{count:,} rows x 10"
        figures = [
            _figure(
                f"{engine.title} to SQLite, {what}", sizes, partial(_copy, client, source, to_file),
                partial(drop, file["connection_id"]),
            ),
            _figure(
                f"{engine.title} to {engine.title}, {what}", sizes, partial(_copy, client, source, to_server),
                partial(drop, connection_id), theirs, theirs_name,
            ),
        ]  # fmt: skip
        memory = f"memory while {what} of {engine.title} are copied"
        return [*figures, Figure(memory, "MB", highest_mb(backend.pid), goal=Goal("ours", "below", 90))]


def _table(schema: str, name: str) -> dict[str, Any]:
    return {"kind": "table", "schema_name": schema, "name": name}


def _copy(client: RawClient, source: dict[str, Any], target: dict[str, Any]) -> None:
    client.call("copy_table", **source, **target)


def _theirs(engine: Engine, service: Service) -> tuple[str, Callable[[], object]]:
    """Two of the server's own programs with a pipe between them; MariaDB has none: there the server copies."""
    like = "(LIKE source INCLUDING ALL)" if engine is POSTGRESQL else "LIKE source"
    create = engine.program(service, f"CREATE TABLE target {like}")
    if engine is POSTGRESQL:
        give = engine.program(service, r"\copy source to stdout")
        take = engine.program(service, r"\copy target from stdin")
        name = r"psql \copy | psql \copy"
    else:
        give = engine.program(service, "INSERT INTO target SELECT * FROM source")
        take = []
        name = "INSERT ... SELECT in the server"
    environment = {**os.environ, **engine.environment(service)}

    def run() -> None:
        finished = partial(subprocess.run, env=environment, check=True, timeout=_PROGRAM_S, stdout=subprocess.DEVNULL)
        finished(create)
        if not take:
            finished(give)
            return
        with subprocess.Popen(give, env=environment, stdout=subprocess.PIPE) as giving:
            finished(take, stdin=giving.stdout)

    return name, run


def _figure(
    name: str,
    sizes: Sizes,
    ours: Callable[[], object],
    empty: Callable[[], object],
    theirs: Callable[[], object] | None = None,
    theirs_name: str = "",
) -> Figure:
    first, second = list[float](), list[float]()
    for _ in range(sizes.repeats):
        empty()
        first.append(seconds(ours))
        if theirs is not None:
            empty()
            second.append(seconds(theirs))
    empty()
    if theirs is None:
        return Figure(name, "s", median(first))
    return Figure(name, "s", median(first), median(second), theirs_name)
