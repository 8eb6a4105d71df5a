"""Rows and statements as lines of text for a terminal: aligned, cut to a width, and never able to control it."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from litebase_schema.opaque import CellValue, PackedRows, Rows
from litebase_schema.values import Column

CUT = "…"
_BETWEEN, _CROSS, _LINE = " │ ", "─┼─", "─"
_NUMBERS = {"integer", "float", "decimal"}
_NARROWEST = 8  # a wider column is not made narrower than this while a column further right can be left out
_ZERO_WIDTH = {"Mn", "Me", "Cf"}


def received(rows: Rows) -> Sequence[Sequence[CellValue]]:
    """Rows as a client got them."""
    assert not isinstance(rows, PackedRows), "only the backend has packed rows"
    return rows


def cell_text(cell: CellValue) -> str:
    """A cell in full, on one line: bytes as the SQL literal, nothing that a terminal would obey."""
    if cell is None:
        return "NULL"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, bytes):
        return f"x'{cell.hex()}'"
    return printable(cell) if isinstance(cell, str) else repr(cell)


def printable(text: str) -> str:
    """`text` with control characters, and others that are not seen, as their escapes."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def width(text: str) -> int:
    """Terminal columns that `text` takes. Source: Unicode Standard Annex 11."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """`text`, or as much of it as fits into `room` columns and a mark that it was cut."""
    if len(text) * 2 <= room or width(text) <= room:
        return text
    taken, left = [], room - 1
    for character in text:
        left -= _character_width(character)
        if left < 0:
            break
        taken.append(character)
    return "".join(taken) + CUT


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide each column is shown. `hidden` columns at the right have no room. `cuts`: what is wider is cut."""

    columns: Sequence[Column]
    widths: Sequence[int]
    types: bool
    cuts: bool

    @property
    def hidden(self) -> int:
        return len(self.columns) - len(self.widths)

    def head(self) -> list[str]:
        """The names, the types when wanted, and a line below."""
        shown = [self._joined([printable(column.name) for column in self.columns], self.columns)]
        if self.types:
            shown.append(self._joined([printable(column.db_type) for column in self.columns], self.columns))
        return [*shown, _LINE + _CROSS.join(_LINE * one for one in self.widths) + _LINE]

    def line(self, row: Sequence[CellValue]) -> str:
        """One row."""
        return self._joined([cell_text(cell) for cell in row], row)

    def _joined(self, texts: Sequence[str], cells: Sequence[object]) -> str:
        """Numbers stand at the right; text in a column of numbers does not."""
        shown = []
        for text, cell, room, column in zip(texts, cells, self.widths, self.columns, strict=False):
            fitting = cut(text, room) if self.cuts else text
            space = " " * (room - width(fitting))
            at_right = column.kind == "decimal" or (column.kind in _NUMBERS and not isinstance(cell, str | bytes))
            shown.append(space + fitting if at_right else fitting + space)
        return " " + _BETWEEN.join(shown).rstrip()


def layout(columns: Sequence[Column], rows: Rows, room: int | None, *, types: bool = False) -> Layout:
    """A layout in which these rows fit `room` columns of a terminal; with None nothing is cut."""
    natural = [
        max(width(printable(column.name)), width(printable(column.db_type)) if types else 0) for column in columns
    ]
    for row in received(rows):
        natural = [max(one, width(cell_text(cell))) for one, cell in zip(natural, row, strict=True)]
    natural = [max(one, 1) for one in natural]
    return Layout(columns, natural if room is None else _narrowed(natural, room), types, cuts=room is not None)


def _narrowed(natural: Sequence[int], room: int) -> Sequence[int]:
    """The columns that have room, the widest made narrower until all of them fit."""
    count, used = 0, 0
    for one in natural:
        used += min(one, _NARROWEST) + (len(_BETWEEN) if count else 2)
        if used > room and count:
            break
        count += 1
    kept = natural[:count]
    inside = max(room - 2 - len(_BETWEEN) * (count - 1), count)
    low, high = 1, max(inside, 1)
    while low < high:  # the largest bound with which everything fits
        middle = (low + high + 1) // 2
        if sum(min(one, middle) for one in kept) <= inside:
            low = middle
        else:
            high = middle - 1
    return _with_rest([min(one, low) for one in kept], kept, inside)


def _with_rest(widths: list[int], natural: Sequence[int], inside: int) -> Sequence[int]:
    rest = inside - sum(widths)
    for index, wanted in enumerate(natural):
        if rest > 0 and widths[index] < wanted:
            widths[index] += 1
            rest -= 1
    return widths


def table(
    columns: Sequence[Column], rows: Rows, room: int | None, *, types: bool = False, note: bool = True
) -> Iterable[str]:
    """The lines of a whole table."""
    fitted = layout(columns, rows, room, types=types)
    yield from fitted.head()
    yield from map(fitted.line, received(rows))
    if note and fitted.hidden:
        yield f" {CUT} and {fitted.hidden} more columns that have no room here"


def pointer(sql: str, position: int, room: int) -> list[str]:
    """The line of `sql` that holds the character `position`, and a caret under it."""
    begin = sql.rfind("\n", 0, position) + 1
    before = printable(sql[begin:position])
    after = printable(sql[position:].partition("\n")[0])
    if width(before) > room // 2:
        before = CUT + before[-(room // 2) :]
    return [before + cut(after, max(room - width(before), 2)), " " * width(before) + "^"]


def duration(seconds: float) -> str:
    """A time as people read it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
