"""What an import costs, from the same CSV file beside the bulk loader of each engine's own program."""

import csv
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench import processes
from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.rss import highest_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import Service, mariadb, postgresql

_PROGRAM_S = 300.0
_TWICE = Goal("ratio", "below", 2)
_COLUMNS = (
    "id bigint, quantity int, big bigint, ratio double precision, name varchar(100), remark varchar(100), day date, "
    "amount decimal(10,2), at timestamp, parent int"
)
_NAMES = "id,quantity,big,ratio,name,remark,day,amount,at,parent"
_LOAD = (
    "LOAD DATA LOCAL INFILE '{path}' INTO TABLE target FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' "
    "LINES TERMINATED BY '\\n' IGNORE 1 LINES"
)


def measure(sizes: Sizes) -> list[Figure]:
    """Times in turn with the other side, and the memory of the backend meanwhile."""
    sizes.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="litebase-bench-", dir=sizes.folder) as name:
        folder = Path(name)
        path = folder / "rows.csv"
        _write(path, sizes.rows)
        with postgresql() as service:
            copy = rf"\copy target from '{path}' csv header"
            figures = [*_server(POSTGRESQL, service, sizes, path, copy, "psql \\copy", "public")]
        with mariadb() as service:
            load = _LOAD.format(path=path)
            figures += _server(MARIADB, service, sizes, path, load, "LOAD DATA LOCAL", service.database)
        return [*figures, *_sqlite(sizes, folder, path)]


def _write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_NAMES + "\n")
        for i in range(count):
            remark = f'"remark number {i % 977}, about something"' if i % 3 else '"none"'
            day = f"20{i % 20 + 10}-{i % 12 + 1:02}-{i % 28 + 1:02}"
            file.write(
                f"{i},{i * 7919 % 1000},{i * 2654435761},{i / 7},customer {i * 7919 % 100003},{remark},{day},"
                f"{i % 100000}.{i % 100:02},{day} 12:{i % 60:02}:00,{i // 10}\n"
            )


def _server(
    engine: Engine, service: Service, sizes: Sizes, path: Path, sql: str, theirs_name: str, schema: str
) -> Sequence[Figure]:
    with connected(service, _PROGRAM_S) as (backend, client, connection_id):

        def query(text: str) -> None:
            client.call("query", connection_id=connection_id, sql=text)

        query(f"CREATE TABLE target ({_COLUMNS})")
        program = engine.program(service, sql)
        if engine is MARIADB:
            program.insert(2, "--local-infile=1")
        theirs = partial(
            subprocess.run,
            program,
            env={**os.environ, **engine.environment(service)},
            check=True,
            timeout=_PROGRAM_S,
            stdout=subprocess.DEVNULL,
        )
        ours = partial(_import, client, connection_id, path, schema)
        empty = partial(query, "TRUNCATE TABLE target")
        return _figures(engine.title, sizes, backend.pid, ours, theirs, empty, theirs_name)


def _sqlite(sizes: Sizes, folder: Path, path: Path) -> Sequence[Figure]:
    database, other = folder / "ours.db", folder / "theirs.db"
    with processes.backend() as backend, RawClient(backend.socket, _PROGRAM_S) as client:
        opened = client.call("db_connect", engine="sqlite", path=str(database), mode="create")
        connection_id = opened["connection_id"]
        client.call("query", connection_id=connection_id, sql=f"CREATE TABLE target ({_COLUMNS})")

        def empty() -> None:
            client.call("query", connection_id=connection_id, sql="DELETE FROM target")
            other.unlink(missing_ok=True)

        ours = partial(_import, client, connection_id, path, "main")
        theirs = partial(_by_module, path, other)
        return _figures("SQLite", sizes, backend.pid, ours, theirs, empty, "Python's csv and sqlite3")


def _by_module(path: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as target, path.open(encoding="utf-8", newline="") as file:
        target.execute(f"CREATE TABLE target ({_COLUMNS})")
        rows = csv.reader(file)
        next(rows)
        target.executemany(f"INSERT INTO target VALUES ({', '.join('?' * 10)})", rows)
        target.commit()


def _import(client: RawClient, connection_id: str, path: Path, schema: str) -> None:
    table = {"kind": "table", "schema_name": schema, "name": "target"}
    answer: dict[str, Any] = client.call("import_rows", connection_id=connection_id, path=str(path), object=table)
    assert answer["rejected"] == 0, "every row is one of the table"


def _figures(
    title: str,
    sizes: Sizes,
    pid: int,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    empty: Callable[[], object],
    theirs_name: str,
) -> Sequence[Figure]:
    times = list[tuple[float, float]]()
    for _ in range(sizes.repeats):
        empty()
        took = seconds(ours)
        empty()
        times.append((took, seconds(theirs)))
    empty()
    first, second = zip(*times, strict=True)
    rows = f"{sizes.rows:,} rows x 10 of a CSV file"
    return [
        Figure(f"{title}, {rows}", "s", median(first), median(second), theirs_name, _TWICE),
        Figure(f"memory while {rows} go to {title}", "MB", highest_mb(pid), goal=Goal("ours", "below", 90)),
    ]
