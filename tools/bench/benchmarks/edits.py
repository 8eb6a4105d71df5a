"""What a batch of edits costs, beside the driver's own `executemany` in one transaction."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median

import asyncmy
import psycopg

from tools.bench import processes
from tools.bench.engines import connected
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import Service, mariadb, postgresql

_TABLE = "CREATE TABLE edited (id integer PRIMARY KEY, a integer, b varchar(100))"
_ROW = "INSERT INTO edited VALUES ({mark}, 0, 'something of a row')"
_UPDATE = "UPDATE edited SET a = {mark} WHERE id = {mark} AND a = {mark}"
_EDITS = 1000


def measure(sizes: Sizes) -> list[Figure]:
    """One batch of updates on each engine, in turn with the library alone."""
    return [*_sqlite(sizes), *_postgresql(sizes), *_mariadb(sizes)]


def _sqlite(sizes: Sizes) -> Iterator[Figure]:
    sizes.folder.mkdir(parents=True, exist_ok=True)
    path = sizes.folder / "edits.db"
    path.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(path)) as database,
        processes.backend() as backend,
        RawClient(backend.socket) as client,
    ):
        database.execute(_TABLE)
        database.executemany(_ROW.format(mark="?"), [(one,) for one in range(_EDITS)])
        database.commit()

        def update(new: int, old: int) -> None:
            with database:
                database.executemany(_UPDATE.format(mark="?"), [(new, one, old) for one in range(_EDITS)])

        opened = client.call("db_connect", engine="sqlite", path=str(path))
        yield _figure(sizes, "SQLite", client, opened["connection_id"], "main", update)
    path.unlink()


def _postgresql(sizes: Sizes) -> Iterator[Figure]:
    with postgresql() as service, psycopg.connect(_conninfo(service)) as database:
        with database.transaction():
            database.execute(_TABLE)
            database.cursor().executemany(_ROW.format(mark="%s"), [(one,) for one in range(_EDITS)])

        def update(new: int, old: int) -> None:
            with database.transaction():
                database.cursor().executemany(_UPDATE.format(mark="%s"), [(new, one, old) for one in range(_EDITS)])

        with connected(service) as (_, client, connection_id):
            yield _figure(sizes, "PostgreSQL", client, connection_id, "public", update)


def _conninfo(service: Service) -> str:
    return psycopg.conninfo.make_conninfo(
        host=service.host,
        port=service.port,
        user=service.user,
        password=service.password,
        dbname=service.database,
    )


def _mariadb(sizes: Sizes) -> Iterator[Figure]:
    with mariadb() as service, connected(service) as (_, client, connection_id), asyncio.Runner() as runner:
        database = runner.run(
            asyncmy.connect(
                host=service.host,
                port=service.port,
                user=service.user,
                password=service.password,
                db=service.database,
            )
        )

        async def run(sql: str, values: list[tuple[int, ...]]) -> None:
            async with database.cursor() as cursor:
                await cursor.executemany(sql, values)
            await database.commit()

        client.call("query", connection_id=connection_id, sql=_TABLE)
        runner.run(run(_ROW.format(mark="%s"), [(one,) for one in range(_EDITS)]))

        def update(new: int, old: int) -> None:
            runner.run(run(_UPDATE.format(mark="%s"), [(new, one, old) for one in range(_EDITS)]))

        yield _figure(sizes, "MariaDB", client, connection_id, service.database, update)
        runner.run(database.ensure_closed())


def _figure(
    sizes: Sizes, title: str, client: RawClient, connection_id: str, schema: str, update: Callable[[int, int], None]
) -> Figure:
    table = {"kind": "table", "schema_name": schema, "name": "edited"}

    def edit(new: int, old: int) -> None:
        edits = [
            {"action": "update", "object": table, "identity": {"id": one}, "old": {"a": old}, "new": {"a": new}}
            for one in range(_EDITS)
        ]
        answer = client.call("apply_edits", connection_id=connection_id, edits=edits)
        assert answer["committed"]

    ours, theirs = [], []
    for one in range(0, 2 * sizes.repeats, 2):
        ours.append(1000 * seconds(lambda: edit(one + 1, one)))  # noqa: B023  # called here
        theirs.append(1000 * seconds(lambda: update(one + 2, one + 1)))  # noqa: B023  # as above
    goal = Goal("ours", "below", 300)
    return Figure(f"{title}, {_EDITS:,} edits in one batch", "ms", median(ours), median(theirs), "executemany", goal)
