"""Joins that the foreign keys of a database suggest, with what the statement calls its tables."""

from collections.abc import Iterator, Sequence

from litebase.sql.completion.catalog import ForeignKey, Table
from litebase.sql.completion.context import Cursor
from litebase.sql.completion.sources import Sources
from litebase.sql.completion.spelling import spelled
from litebase.sql.reading.queries import Relation

_MOST = 30  # tables of a statement that are looked at


def conditions(cursor: Cursor, sources: Sources) -> Iterator[str]:
    """Conditions between the last table before the cursor and those before it."""
    relations = _before(cursor)
    if len(relations) < 2:
        return
    *others, last = relations
    joined = sources.table(last, cursor.query)
    if joined is None:
        return
    for other in reversed(others[-_MOST:]):
        table = sources.table(other, cursor.query)
        if table is None:
            continue
        for key in _keys(joined, table):
            yield _condition(cursor, last.qualifier(cursor.sql), key.columns, other.qualifier(cursor.sql), key.referred)
        for key in _keys(table, joined):
            if table is not joined:
                yield _condition(
                    cursor, last.qualifier(cursor.sql), key.referred, other.qualifier(cursor.sql), key.columns
                )


def joined_tables(cursor: Cursor, sources: Sources) -> Iterator[tuple[str, str]]:
    """Tables that refer to those of the statement, or are referred to, with the condition; and their names."""
    for relation in _before(cursor)[-_MOST:]:
        table = sources.table(relation, cursor.query)
        if table is None:
            continue
        for key in table.foreign_keys:
            yield _join(cursor, relation, table, key, key.referred, key.columns)
        for key in table.referred_by:
            yield _join(cursor, relation, table, key, key.columns, key.referred)


def _join(
    cursor: Cursor, relation: Relation, table: Table, key: ForeignKey, theirs: Sequence[str], ours: Sequence[str]
) -> tuple[str, str]:
    name = spelled(key.table, cursor.dialect)
    if key.schema_name is not None and key.schema_name != table.schema_name:
        name = f"{spelled(key.schema_name, cursor.dialect)}.{name}"
    called = name
    if key.table == table.name and relation.alias is None:  # the table itself
        called = spelled(f"{key.table}_2", cursor.dialect)
        name = f"{name} AS {called}"
    return f"{name} ON {_condition(cursor, called, theirs, relation.qualifier(cursor.sql), ours)}", key.table


def _before(cursor: Cursor) -> list[Relation]:
    """The named tables of the query before the cursor."""
    place = cursor.start
    return [one for one in cursor.query.relations if one.parts and one.name and one.parts[0].start < place]


def _keys(table: Table, other: Table) -> Iterator[ForeignKey]:
    for key in table.foreign_keys:
        if key.table == other.name and key.schema_name in (None, other.schema_name):
            yield key


def _condition(cursor: Cursor, one: str, columns: Sequence[str], other: str, others: Sequence[str]) -> str:
    pairs = (
        f"{one}.{spelled(left, cursor.dialect)} = {other}.{spelled(right, cursor.dialect)}"
        for left, right in zip(columns, others, strict=False)
    )
    return " AND ".join(pairs)
