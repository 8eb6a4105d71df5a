"""The servers that are measured: how each is filled and read, also by its own client program."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tools.bench import processes
from tools.bench.figure import Goal
from tools.bench.raw_client import RawClient
from tools.services import Service


@dataclass(frozen=True, slots=True)
class Engine:
    """The SQL that fills and reads a server, and its own client program."""

    title: str
    make_wide: str
    all_rows: str
    many_rows: str
    endless: str
    program: Callable[[Service, str], list[str]]
    goal: Goal
    environment: Callable[[Service], dict[str, str]]


POSTGRESQL = Engine(
    "PostgreSQL",
    "CREATE TABLE wide AS SELECT i::integer AS id, (i * 7919 % 1000)::integer AS quantity, i * 2654435761 AS big, "
    "i / 7.0::float8 AS ratio, 'customer ' || i * 7919 % 100003 AS name, "
    "CASE WHEN i % 3 <> 0 THEN 'remark number ' || i % 977 || ' about something' END AS remark, "
    "date '2020-01-01' + (i % 2000)::integer AS day, (i % 100000 + i % 100 / 100.0)::numeric(10,2) AS amount, "
    "decode(lpad(i::text, 12, '0'), 'escape') AS digest, CASE WHEN i % 10 <> 0 THEN (i / 10)::integer END AS parent "
    "FROM generate_series(1::bigint, {rows}) AS g (i)",
    "SELECT * FROM wide",
    "SELECT i, 'row ' || i AS name FROM (SELECT generate_series(1, {rows}) AS i) AS g",  # streams row by row
    "SELECT count(*) FROM generate_series(1, 1000000000000)",
    lambda service, sql: [
        "psql", "-X", "-At", "-h", service.host, "-p", str(service.port), "-U", service.user, "-d", service.database,
        "-v", "FETCH_COUNT=0", "-c", sql,
    ],
    Goal("ratio", "at least", 1.0),
    lambda service: {"PGPASSWORD": service.password},
)  # fmt: skip
MARIADB = Engine(
    "MariaDB",
    "CREATE TABLE wide AS SELECT CAST(seq AS integer) AS id, CAST(seq * 7919 % 1000 AS integer) AS quantity, "
    "seq * 2654435761 AS big, seq / 7e0 AS ratio, CONCAT('customer ', seq * 7919 % 100003) AS name, "
    "IF(seq % 3, CONCAT('remark number ', seq % 977, ' about something'), NULL) AS remark, "
    "DATE_ADD('2020-01-01', INTERVAL seq % 2000 DAY) AS day, CAST(seq % 100000 + seq % 100 / 100 AS decimal(10,2)) "
    "AS amount, CAST(LPAD(seq, 12, '0') AS binary(12)) AS digest, IF(seq % 10, CAST(seq / 10 AS integer), NULL) "
    "AS parent FROM seq_1_to_{rows}",
    "SELECT * FROM wide",
    "SELECT seq, CONCAT('row ', seq) AS name FROM seq_1_to_{rows}",
    "SELECT sum(a.seq * b.seq) FROM seq_1_to_10000000 a, seq_1_to_10000000 b",
    lambda service, sql: [
        "mariadb", "--no-defaults", "--quick", "-N", "-B", "-h", service.host, "-P", str(service.port),
        "-u", service.user, "-D", service.database, "-e", sql,
    ],
    Goal("ratio", "at least", 0.55),
    lambda service: {"MYSQL_PWD": service.password},
)  # fmt: skip


@contextmanager
def connected(service: Service, timeout_s: float = 60.0) -> Iterator[tuple[processes.Backend, RawClient, str]]:
    """A fresh backend, a client of it, and the id of its connection to the server."""
    with processes.backend() as backend, RawClient(backend.socket, timeout_s) as client:
        opened = client.call("db_connect", **target(service))
        yield backend, client, opened["connection_id"]


def target(service: Service) -> dict[str, Any]:
    """The data of `db_connect` for a server."""
    names = ("engine", "host", "port", "user", "password", "database")
    return {name: getattr(service, name) for name in names}
