"""Many rows for SQLite: one prepared INSERT, run for all of them in one call of the session's thread."""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from litebase.bounds import Bounds
from litebase.drivers.bulk import BulkTarget, Cells
from litebase.drivers.interface import DatabaseSession, RowTuple
from litebase.drivers.sqlite.session import SqliteSession
from litebase.errors import QueryFailed

CREATES_IN_TRANSACTION = True
TYPES: Mapping[str, str] = {
    "boolean": "BOOLEAN", "text": "TEXT", "integer": "INTEGER", "decimal": "NUMERIC", "float": "REAL", "bytes": "BLOB",
    "date": "DATE", "time": "TIME", "timestamp": "DATETIME", "timestamptz": "TIMESTAMPTZ", "json": "TEXT",
    "uuid": "TEXT",
}  # fmt: skip
KEY_TYPES: Mapping[str, str] = {}
_DIGITS = 15  # of a number that is not a whole one: SQLite stores 64 bits
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1
_CONVERTED: Mapping[str, Callable[[str], int | float]] = {
    "integer": int, "float": float, "boolean": lambda text: int(text == "true"),
}  # fmt: skip
_OF_ROW = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG")


def bounds(kind: str, db_type: str) -> Bounds:
    """SQLite refuses nothing; it makes numbers of texts in columns of most types."""
    if kind == "integer":
        return Bounds(kind, low=_LEAST, high=_GREATEST)
    if kind == "decimal":
        return Bounds(kind, digits=_DIGITS)
    if kind == "float":
        return Bounds(kind)
    return Bounds(kind, makes_numbers=kind not in ("bytes", "boolean") and _is_numeric(db_type))


def _is_numeric(db_type: str) -> bool:
    """Whether the type's affinity makes numbers; see section 3.1 of sqlite.org/datatype3.html."""
    name = db_type.upper()
    return "INT" in name or (bool(name) and not any(word in name for word in ("CHAR", "CLOB", "TEXT", "BLOB")))


async def types_below(_session: DatabaseSession, _table: str) -> Mapping[str, str]:
    """None: there are no domains."""
    return {}


def before(_target: BulkTarget) -> Sequence[str]:
    """Nothing."""
    return ()


def statement(target: BulkTarget) -> str:
    """The INSERT of one row."""
    values = ", ".join("?" * len(target.columns))
    columns = ", ".join(target.columns)
    sql = f"INSERT{target.on_conflict} INTO {target.name} ({columns}) VALUES ({values})"  # names are quoted
    if target.mode == "skip":
        return f"{sql} ON CONFLICT DO NOTHING"
    if target.mode == "upsert":
        others = [one for one in target.columns if one not in target.key] or target.key[:1]
        changes = ", ".join(f"{one} = excluded.{one}" for one in others)
        return f"{sql} ON CONFLICT ({', '.join(target.key)}) DO UPDATE SET {changes}"
    return sql


async def most_bytes(_session: DatabaseSession) -> int:
    """A statement has one row."""
    return 1 << 62


def spelled(target: BulkTarget, columns: Sequence[Cells], _most_bytes: int) -> Sequence[RowTuple]:
    """Rows of what SQLite stores."""
    return list(zip(*map(_cells, columns, target.kinds), strict=True))


def lines(target: BulkTarget, text: str, separator: str, quote: str, _most_bytes: int) -> Sequence[RowTuple] | None:
    """Rows of their fields, as Python's `csv` reads them: None where it would not tell empty texts from NULL."""
    has_null = separator * 2 in text or f"{separator}\n" in text or f"\n{separator}" in text or text[0] == separator
    if has_null and quote * 2 in text:
        return None
    records = text[:-1].split("\n")
    if quote in text:
        try:
            rows: list[list[Any]] = list(csv.reader(records, delimiter=separator, quotechar=quote, strict=True))
        except csv.Error:  # a field is longer than it takes
            return None
    else:
        rows = [one.split(separator) for one in records]
    if has_null:
        rows = [[one or None for one in row] if "" in row else row for row in rows]
    for at, kind in enumerate(target.kinds):
        if (converted := _CONVERTED.get(kind)) is None:
            continue
        for row in rows:
            if row[at] is not None:
                row[at] = converted(row[at])
    return cast("Sequence[RowTuple]", rows)


def _cells(cells: Cells, kind: str) -> Sequence[int | float | str | bytes | None]:
    texts = cast("Sequence[str | None]", cells)
    if kind == "integer":
        return (
            list(map(int, cast("Sequence[str]", cells))) if None not in cells else [one and int(one) for one in texts]
        )
    if kind == "float":
        return [None if one is None else float(one) for one in texts]
    if kind == "boolean":
        return [None if one is None else int(one == "true") for one in texts]
    return cells


async def load(session: DatabaseSession, target: BulkTarget, rows: Sequence[RowTuple]) -> int | None:
    """One call for all of them."""
    own = cast("SqliteSession", session)
    insert = partial(own._insert_all, statement(target), rows)  # noqa: SLF001  # no other engine's session has this
    return await own._run_when_unlocked(partial(own.thread.begin, insert))  # noqa: SLF001  # as above


def is_of_row(failure: QueryFailed) -> bool:
    """By the name of its code."""
    return (failure.query_details.engine_code or "").startswith(_OF_ROW)
