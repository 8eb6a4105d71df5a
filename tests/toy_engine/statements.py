"""The engine's SQL: `SELECT item, ... [FROM table [LIMIT n]]`; an item is `*`, a column, `'text'`, `12` or `?`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from litebase.drivers.interface import Cell, Parameters, RowTuple
from litebase.sql.dialect import Dialect
from tests.toy_engine import errors, values
from tests.toy_engine.data.tables import Table, find

TOY = Dialect("toy")

_SELECT = re.compile(
    r"\s*SELECT\s+(.+?)(?:\s+FROM\s+([\w()]+)(?:\s+LIMIT\s+(\d+))?)?\s*;?\s*", re.IGNORECASE | re.DOTALL
)
_ITEM = re.compile(r"\s*(?:(\*)|'((?:[^']|'')*)'|(-?\d+)|(\?)|([a-z]\w*))\s*(?:,|$)", re.IGNORECASE)

Item = tuple[str, Callable[[RowTuple], Cell]]
"""The name of a column of the result, and what gives its cell."""


@dataclass(frozen=True, slots=True)
class Select:
    """A statement that can be run: its columns, and its rows as a table has them."""

    columns: tuple[str, ...]
    rows: Iterator[RowTuple | None]


def parse(sql: str, params: Parameters) -> Select:
    """Raises `QueryFailed` when the text means nothing, or a value for a placeholder is missing."""
    found = _SELECT.fullmatch(sql)
    if found is None:
        raise errors.refused(sql, 0, "A statement is SELECT item, ... FROM table LIMIT n.")
    table = find(found[2]) if found[2] else Table((), iter([()]))
    if table is None:
        raise errors.refused(sql, found.start(2), f"There is no table {found[2]}.")
    items = list(_items(sql, found.span(1), table.columns, iter(values.bound(params))))
    limit = None if found[3] is None else int(found[3])
    return Select(tuple(name for name, _ in items), _picked(table.rows, items, limit))


def _items(sql: str, span: tuple[int, int], columns: tuple[str, ...], params: Iterator[Cell]) -> Iterator[Item]:
    position, end = span
    while position < end:
        found = _ITEM.match(sql, position, end)
        if found is None:
            raise errors.refused(sql, position, "An item is *, a column, 'text', a whole number or ?.")
        star, text, number, placeholder, column = found.groups()
        if star:
            yield from ((name, itemgetter(index)) for index, name in enumerate(columns))
        elif column:
            if column not in columns:
                raise errors.refused(sql, found.start(5), f"There is no column {column}.")
            yield column, itemgetter(columns.index(column))
        elif placeholder:
            yield "?", _constant(_next(sql, found.start(4), params))
        else:
            yield (number or text), _constant(int(number) if number else text.replace("''", "'"))
        position = found.end()


def _next(sql: str, position: int, params: Iterator[Cell]) -> Cell:
    for value in params:
        return value
    raise errors.refused(sql, position, "There is no value for this placeholder.")


def _constant(value: Cell) -> Callable[[RowTuple], Cell]:
    return lambda _row: value


def _picked(rows: Iterator[RowTuple | None], items: list[Item], limit: int | None) -> Iterator[RowTuple | None]:
    given = 0
    while given != limit and (row := next(rows, _END)) is not _END:
        given += row is not None
        yield None if row is None else tuple(cell(row) for _, cell in items)


_END: RowTuple = ("the end",)
