"""The tables: what can be read here, and nothing of it changes."""

import re
from collections.abc import Iterator
from itertools import count, repeat
from typing import NamedTuple

from litebase.drivers.interface import RowTuple

PLANETS = (("Mercury", 0), ("Venus", 0), ("Earth", 1), ("Mars", 2))
_BRITTLE = re.compile(r"brittle\((\d+)\)")


class Broken(Exception):
    """A table that cannot be read any further."""


class Table(NamedTuple):
    """Column names, and rows; None among them is a step of the work that gives no row."""

    columns: tuple[str, ...]
    rows: Iterator[RowTuple | None]


def find(name: str) -> Table | None:
    """The table of that name, from its first row."""
    if name == "planets":
        return Table(("name", "moons"), iter(PLANETS))
    if name == "numbers":  # without end
        return Table(("n",), ((n,) for n in count(1)))
    if name == "silence":  # without end, and without a row
        return Table(("n",), repeat(None))
    if found := _BRITTLE.fullmatch(name):
        return Table(("n",), _brittle(int(found[1])))
    return None


def _brittle(good: int) -> Iterator[RowTuple]:
    yield from ((n,) for n in range(1, good + 1))
    raise Broken(f"there is a crack after row {good}")
