"""Reads all rows of a query with a driver's library alone, and packs them as the backend does.

python -m tools.bench.programs.library_reader SQL

`TARGET` in the environment is the data of a `db_connect`, as JSON.
"""

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from typing import Any

import asyncmy
import msgspec
import psycopg
from asyncmy.constants.FIELD_TYPE import DATE, NEWDECIMAL
from asyncmy.converters import conversions
from asyncmy.cursors import SSCursor
from psycopg.types.string import TextLoader

_ROWS = 500  # in a batch

Batch = Sequence[Sequence[Any]]


def of_sqlite(where: dict[str, Any], sql: str) -> Iterator[Batch]:
    """Batches of rows of Python's sqlite3 module."""
    with closing(sqlite3.connect(where["path"])) as database:
        cursor = database.execute(sql)
        while batch := cursor.fetchmany(_ROWS):
            yield batch


def of_postgresql(where: dict[str, Any], sql: str) -> Iterator[Batch]:
    """Batches of rows that psycopg reads while they come. Dates and decimals stay text, as in the backend."""
    names = ("host", "port", "user", "password")
    with psycopg.connect(**{name: where[name] for name in names}, dbname=where["database"]) as link:
        for name in ("date", "numeric"):
            link.adapters.register_loader(name, TextLoader)
        cursor, batch = link.cursor(), []
        for row in cursor.stream(sql, size=_ROWS):
            batch.append(row)
            if len(batch) == _ROWS:
                yield batch
                batch = []
        yield batch


async def of_mysql(where: dict[str, Any], sql: str) -> AsyncIterator[Batch]:
    """Batches of rows that asyncmy reads while they come, with dates and decimals as text."""
    converters = {kind: convert for kind, convert in conversions.items() if kind not in (DATE, NEWDECIMAL)}
    names = ("host", "port", "user", "password")
    link = await asyncmy.connect(**{name: where[name] for name in names}, db=where["database"], conv=converters)
    async with link.cursor(SSCursor) as cursor:
        await cursor.execute(sql)
        while batch := await cursor.fetchmany(_ROWS):
            yield batch
    link.close()


async def _pack(batches: AsyncIterator[Batch]) -> None:
    pack = msgspec.msgpack.Encoder().encode
    async for batch in batches:
        pack(batch)


def main() -> None:
    """Read and pack."""
    where, sql = json.loads(os.environ["TARGET"]), sys.argv[1]
    if where["engine"] == "mysql":
        asyncio.run(_pack(of_mysql(where, sql)))
        return
    pack = msgspec.msgpack.Encoder().encode
    for batch in (of_sqlite if where["engine"] == "sqlite" else of_postgresql)(where, sql):
        pack(batch)


if __name__ == "__main__":
    main()
