"""What every reader of a format gives: batches of rows, and the rows that are not to be had."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from litebase.imports.failures import BadRow

Row = Sequence[str | None]


class Number(str):
    """Text that the file has as a number, digit by digit."""

    __slots__ = ()


class Flag(str):
    """Text that the file has as true or false."""

    __slots__ = ()


class Moment(str):
    """Text that the file has as a date or a time."""

    __slots__ = ()


class Nested(str):
    """A JSON document in a file of JSON."""

    __slots__ = ()


@dataclass(slots=True)
class Batch:
    """Rows, each with as many fields as the file has columns, and the line where each begins."""

    rows: list[Row]
    lines: Sequence[int]
    bad: list[BadRow] = field(default_factory=list)


class Reader(Protocol):
    """A file as rows. Everything may block, so it is called in a thread."""

    columns: Sequence[str]

    def batches(self) -> Iterator[Batch]:
        """All rows, some at a time. Raises `BrokenFile` and `Unreadable`."""


def unique(names: Sequence[str | None]) -> tuple[list[str], bool]:
    """Names for columns, none of them twice, and whether some had the same."""
    taken = {name for name in names if name}
    found, used, repeated = list[str](), set[str](), False
    for at, given in enumerate(names, 1):
        wanted = given or f"column_{at}"
        name, number = wanted, 1
        while name in used or (name != given and name in taken):
            number += 1
            name = f"{wanted}_{number}"
            repeated = repeated or bool(given)
        used.add(name)
        found.append(name)
    return found, repeated
