"""Names, descriptions and DDL of a schema of many tables, beside what other programs ask the same servers."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import msgpack

from tools.bench import processes
from tools.bench.engines import target
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, Unexpected, packed
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import PASSWORD, Service, mariadb, postgresql

_PAGE = 5000  # the default of `list_objects`
_SMALL_PAGE = 500  # what a tree shows first
_MANY = 200
_MADE_AT_ONCE = 5000  # tables
_PATIENCE_S = 600.0  # while they are made
_COLUMNS = "(id integer PRIMARY KEY, title varchar(100) NOT NULL, owner integer, made date)"
_MAKE_IN_POSTGRESQL = f"""DO $$ BEGIN FOR i IN {{first}}..{{end}} - 1 LOOP
EXECUTE pg_catalog.format('CREATE TABLE bench_%s {_COLUMNS}', i);
IF i % 500 = 499 THEN COMMIT; END IF; END LOOP; END $$"""  # each transaction has room for so many locks
_MAKE_IN_MARIADB = f"""BEGIN NOT ATOMIC DECLARE i INT DEFAULT {{first}}; WHILE i < {{end}} DO
EXECUTE IMMEDIATE CONCAT('CREATE TABLE bench_', i, ' {_COLUMNS}'); SET i = i + 1; END WHILE; END"""


@dataclass(frozen=True, slots=True)
class _Peer:
    """An engine, and the statements of others: for the tables of a schema, and for the columns of one table."""

    title: str
    schema: str
    names: str
    names_by: str
    columns: str
    search: str  # for tables and columns whose name has `tit` in it
    names_ms: float  # the goal for 30,000 tables
    make: str  # makes the tables


_POSTGRESQL = _Peer(
    "PostgreSQL",
    "public",
    "SELECT n.nspname, c.relname, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' END, "
    "pg_get_userbyid(c.relowner) FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', '') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' "
    "AND n.nspname <> 'information_schema' AND pg_table_is_visible(c.oid) ORDER BY 1, 2",
    "the statement of psql's \\dt",
    "SELECT * FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'bench_0'",
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND (c.relname ~* 'tit' OR a.attname ~* 'tit') "
    "LIMIT 100",
    300,
    _MAKE_IN_POSTGRESQL,
)
_MARIADB = _Peer(
    "MariaDB",
    "litebase",
    "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'litebase'",
    "information_schema.tables",
    "SELECT * FROM information_schema.columns WHERE table_schema = 'litebase' AND table_name = 'bench_0'",
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'litebase' "
    "AND column_name LIKE '%tit%' LIMIT 100",
    300,
    _MAKE_IN_MARIADB,
)
_SQLITE = _Peer(
    "SQLite",
    "main",
    "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY 2",
    "sqlite_schema",
    "SELECT * FROM pragma_table_xinfo('bench_0')",
    "SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE c.name LIKE '%tit%' LIMIT 100",
    50,
    "",
)


def measure(sizes: Sizes) -> list[Figure]:
    """All engines, each with `sizes.tables` tables."""
    found: list[Figure] = []
    with postgresql() as service:
        found += _measure(_POSTGRESQL, _server(service), sizes, partial(_pg_dump, service))
    with mariadb() as service:
        found += _measure(_MARIADB, _server(service), sizes, partial(_mariadb_dump, service))
    sizes.folder.mkdir(parents=True, exist_ok=True)
    path = sizes.folder.resolve() / "catalog.db"
    path.unlink(missing_ok=True)
    try:
        _make_in_sqlite(path, sizes.tables)
        found += _measure(
            _SQLITE, {"engine": "sqlite", "mode": "create", "path": str(path)}, sizes, partial(_sqlite_shell, str(path))
        )
    finally:
        path.unlink(missing_ok=True)
    return found


def _make_in_sqlite(path: Path, tables: int) -> None:
    """Write the schema table: for each CREATE TABLE, SQLite reads through all tables, which takes minutes for 30,000.

    All tables have the page of the first one, which is empty.
    """
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE bench_0 {_COLUMNS}")
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1) INSERT INTO sqlite_schema "
            "SELECT 'table', 'bench_' || i, 'bench_' || i, s.rootpage, replace(s.sql, 'bench_0', 'bench_' || i) "
            "FROM n, (SELECT rootpage, sql FROM sqlite_schema) AS s",
            (tables,),
        )


def _server(service: Service) -> Mapping[str, Any]:
    return target(service)


def _pg_dump(service: Service, names: Sequence[str]) -> Sequence[str]:
    place = ["-h", str(service.socket_path), "-p", str(service.port), "-U", service.user]
    return ["pg_dump", "--schema-only", *place, *(f"--table=public.{name}" for name in names), service.database]


def _mariadb_dump(service: Service, names: Sequence[str]) -> Sequence[str]:
    place = [f"--socket={service.socket_path}", f"--user={service.user}"]
    return ["mariadb-dump", "--no-data", *place, service.database, *names]


def _sqlite_shell(path: str, names: Sequence[str]) -> Sequence[str]:
    return ["sqlite3", path, *(f".schema {name}" for name in names)]


def _measure(
    peer: _Peer, where: Mapping[str, Any], sizes: Sizes, dump: Callable[[Sequence[str]], Sequence[str]]
) -> Iterator[Figure]:
    with processes.backend() as backend, RawClient(backend.socket, _PATIENCE_S) as client:
        connection_id = client.call("db_connect", **where)["connection_id"]
        for first in range(0, sizes.tables, _MADE_AT_ONCE) if peer.make else ():
            sql = peer.make.format(first=first, end=min(first + _MADE_AT_ONCE, sizes.tables))
            client.call("query", connection_id=connection_id, sql=sql, timeout_ms=None)
        schema = {"kind": "schema", "schema_name": None, "name": peer.schema}
        names = {"connection_id": connection_id, "parent": schema, "kinds": ["table"]}
        query = {"connection_id": connection_id, "window_rows": _PAGE}
        for page in (_SMALL_PAGE, _PAGE):
            yield Figure(
                f"{peer.title}, first {min(page, sizes.tables):,} names of {sizes.tables:,} tables",
                "ms",
                *_both(
                    client, sizes, ("list_objects", {**names, "limit": page}), ("query", {**query, "sql": peer.names})
                ),
                peer.names_by,
                Goal("ours", "below", peer.names_ms),
            )
        for count, goal_ms in ((1, 15.0), (min(_MANY, sizes.tables), 150.0)):
            tables = [
                {"kind": "table", "schema_name": peer.schema, "name": f"bench_{number}"} for number in range(count)
            ]
            wanted = {"connection_id": connection_id, "objects": tables}
            yield Figure(
                f"{peer.title}, describe {count} of {sizes.tables:,} tables",
                "ms",
                *_both(client, sizes, ("describe_objects", wanted), ("query", {**query, "sql": peer.columns})),
                "the columns alone of one table, by query",
                Goal("ours", "below", goal_ms),
            )
        yield from _statements(peer, client, connection_id, dump, sizes)
    with processes.backend() as backend, RawClient(backend.socket, _PATIENCE_S) as client:  # whose memory is its own
        yield from _kept(peer, backend, client, client.call("db_connect", **where)["connection_id"], sizes)


def _statements(
    peer: _Peer,
    client: RawClient,
    connection_id: str,
    dump: Callable[[Sequence[str]], Sequence[str]],
    sizes: Sizes,
) -> Iterator[Figure]:
    """Statements of many tables, beside the program that every server has for them."""
    names = [f"bench_{number}" for number in range(min(_MANY, sizes.tables))]
    objects = [{"kind": "table", "schema_name": peer.schema, "name": name} for name in names]
    wanted = {"connection_id": connection_id, "objects": objects}
    yield Figure(
        f"{peer.title}, the statements of {len(names)} of {sizes.tables:,} tables",
        "ms",
        1000 * median(_times(partial(_ask, client, "get_ddl", wanted), sizes)),
        *_dumped(dump(names), sizes),
    )


def _times(ask: Callable[[], object], sizes: Sizes) -> Sequence[float]:
    """After a first one that does not count."""
    ask()
    return [seconds(ask) for _ in range(sizes.repeats)]


def _dumped(command: Sequence[str], sizes: Sizes) -> tuple[float | None, str]:
    """How long another program takes for the same tables; it is started anew each time."""
    program = command[0]
    if shutil.which(program) is None:
        return None, f"{program} is not installed"
    environment = {**os.environ, "PGPASSWORD": PASSWORD, "MYSQL_PWD": PASSWORD}

    def run() -> None:
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)

    return 1000 * median(_times(run, sizes)), f"{program}, a new process"


def _kept(
    peer: _Peer, backend: processes.Backend, client: RawClient, connection_id: str, sizes: Sizes
) -> Iterator[Figure]:
    """What is kept of the names: how much memory it takes, and how fast it is asked and compared."""
    before = rss_mb(backend.pid)
    of, query = {"connection_id": connection_id}, {"connection_id": connection_id, "window_rows": _PAGE}
    wanted = {**of, "text": "tit"}
    version = client.call("refresh_catalog", **of, timeout_ms=None)["catalog_version"]
    client.call("search_objects", **wanted, timeout_ms=None)
    yield Figure(
        f"{peer.title}, memory of {sizes.tables:,} tables with their columns",
        "MB",
        rss_mb(backend.pid) - before,
        goal=Goal("ours", "below", 30),
    )
    yield Figure(
        f"{peer.title}, search the names and columns of {sizes.tables:,} tables",
        "ms",
        *_both(client, sizes, ("search_objects", wanted), ("query", {**query, "sql": peer.search})),
        "the same search by query",
        Goal("ours", "below", 100),
    )
    yield Figure(
        f"{peer.title}, refresh {sizes.tables:,} tables of which none has changed",
        "ms",
        *_both(
            client,
            sizes,
            ("refresh_catalog", {**of, "known_version": version}),
            ("query", {**query, "sql": peer.names}),
        ),
        f"listing them again: {peer.names_by}",
        Goal("ours", "below", 10),
    )


def _both(
    client: RawClient, sizes: Sizes, ours: tuple[str, Mapping[str, Any]], theirs: tuple[str, Mapping[str, Any]]
) -> tuple[float, float]:
    """The median times of two requests, in turn, after a first one of each that does not count."""
    times = [(_asked(client, *ours), _asked(client, *theirs)) for _ in range(sizes.repeats + 1)][1:]
    return 1000 * median(one for one, _ in times), 1000 * median(other for _, other in times)


def _asked(client: RawClient, message_type: str, data: Mapping[str, Any]) -> float:
    """How long a request takes. A result is closed after it, else the next one would need another database session."""
    answers = list[memoryview]()
    time_s = seconds(lambda: answers.append(_ask(client, message_type, data)))
    result_id = msgpack.unpackb(answers[0], timestamp=3)["data"].get("result_id")
    if result_id is not None:
        client.call("close_result", result_id=result_id)
    return time_s


def _ask(client: RawClient, message_type: str, data: Mapping[str, Any]) -> memoryview:
    client.send(packed("asked", message_type, data))
    answer = client.receive()
    if b"_response" not in bytes(answer[:200]):
        raise Unexpected(f"{message_type} was answered with {msgpack.unpackb(answer, timestamp=3)['data']}.")
    return answer
