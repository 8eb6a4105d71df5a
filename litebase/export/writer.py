"""What every writer of a format does, and what it tells about values that the format does not have."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol, runtime_checkable

from litebase_schema.values import Column

Cell = None | bool | int | float | str | bytes
RowTuple = tuple[Cell, ...]
ColumnTexts = Callable[[Sequence[Cell]], "Sequence[str] | Iterator[str]"]  # the cells of one column as text

STEP_ROWS = 128  # so few stay in the processor's caches
NONE = type(None)
_FLOATS = {float}
_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


class Writer(Protocol):
    """Turns rows into bytes: `begin`, then `rows` any number of times, then `end`."""

    def begin(self) -> bytes:
        """What comes before the first row."""

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """Further rows. What a writer keeps for later is bounded."""

    def end(self) -> bytes:
        """What comes after the last row."""


@runtime_checkable
class Assembler(Writer, Protocol):
    """A writer whose bytes exist only when all rows are there: `assemble` and `parts` come after `end`."""

    def assemble(self) -> None:
        """What takes long: cancelling the caller abandons it, and `discard` ends it."""

    def parts(self) -> Iterator[bytes]:
        """The bytes, some at a time."""

    def discard(self) -> None:
        """Give up. Returns when nothing is written any more."""


class UnfitCharacter(ValueError):
    """A character that the encoding does not have; rows are counted from 1, and row 0 has the names."""

    def __init__(self, row: int, column: str, character: str) -> None:
        place = f"row {row:,}, column {column!r}" if row else f"the name of column {column!r}"
        super().__init__(f"{place} has U+{ord(character):04X}")


class Remarks:
    """What is not in the output as it was in the rows."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._said: list[tuple[str, str]] = []

    def say(self, code: str, message: str) -> None:
        """Tell something once."""
        self._said.append((code, message))

    def all(self) -> list[tuple[str, str]]:
        """Codes and messages."""
        counted = [(code, _COUNTED[code].format(count)) for code, count in self.counts.items() if count]
        return [*self._said, *counted]


_COUNTED = {
    "not_finite": "Numbers that are NaN or infinite, which JSON does not have, were written as text: {:,}.",
    "text_numbers": "Numbers that Excel does not have, as those of more than 15 digits, were written as text: {:,}.",
    "text_dates": "Dates and times that Excel does not have, as those with a time zone, were written as text: {:,}.",
    "cut_fractions": "Times were cut to milliseconds, which is what Excel has: {:,}.",
    "cut_cells": "Texts were cut to the 32,767 characters that a cell may have: {:,}.",
    "further_sheets": "A sheet holds 1,048,575 rows, so there are further sheets: {:,}.",
    "not_json": "Cells of JSON columns that are not JSON were written as text: {:,}.",
    "guarded_cells": "Cells that a spreadsheet would take for formulas begin with a tab now: {:,}.",
    "further_results": "The statement has further results, which are not written: {:,}.",
    "empty_lines": "NULL is a line without a character, which some programs skip; `null_text` marks it: {:,}.",
    "invalid_text": "Texts that are not valid in their encoding were written as bytes: {:,}.",
    "nulls_left_out": "NULL is not in the list, because IN never finds it: {:,}.",
}


class Lines:
    """Rows as texts, one column after the other: so most of the work is done in C, for many cells at once."""

    def __init__(
        self,
        columns: Sequence[Column],
        texts: Sequence[ColumnTexts],
        joined: Callable[[tuple[str, ...]], str],
        remarks: Remarks,
        encoding: str = "utf-8",
    ) -> None:
        self.count = 0  # rows so far
        self._columns, self._texts, self._joined = columns, texts, joined
        self._remarks, self._encoding = remarks, encoding

    def steps(self, rows: Sequence[RowTuple]) -> Iterator[list[str]]:
        """The rows some at a time, each as text that the encoding has. Raises `UnfitCharacter`."""
        for at in range(0, len(rows), STEP_ROWS):
            step = rows[at : at + STEP_ROWS]
            counts = self._remarks.counts.copy()
            lines = self._step(step)
            try:
                "".join(lines).encode(self._encoding)
            except UnicodeEncodeError as error:
                self._remarks.counts = counts
                lines = self._step(self._lossless(step, error))
            self.count += len(step)
            yield lines

    def _step(self, rows: Sequence[RowTuple]) -> list[str]:
        if not self._columns:
            return [self._joined(())] * len(rows)
        columns = zip(*rows, strict=True)
        texts = [spelled(cells) for spelled, cells in zip(self._texts, columns, strict=True)]
        return list(map(self._joined, zip(*texts, strict=True)))

    def _lossless(self, rows: Sequence[RowTuple], error: UnicodeEncodeError) -> Sequence[RowTuple]:
        """The rows with each text that was not valid in its encoding as the bytes it consists of."""
        found = [tuple(map(as_bytes, row)) for row in rows]
        for number, row in enumerate(found, self.count + 1):
            for cell, column in zip(row, self._columns, strict=True):
                if isinstance(cell, str) and (character := unfit(cell, self._encoding)):
                    raise UnfitCharacter(number, column.name, character) from error
        pairs = chain.from_iterable(map(zip, rows, found))
        self._remarks.counts["invalid_text"] += sum(cell is not other for cell, other in pairs)
        return found


def as_bytes(cell: Cell) -> Cell:
    """Text with surrogate escapes as bytes, as it leaves in answers too."""
    if isinstance(cell, str):
        try:
            cell.encode()
        except UnicodeEncodeError:
            return cell.encode("utf-8", "surrogateescape")
    return cell


def unfit(text: str, encoding: str) -> str | None:
    """The first character of `text` that the encoding does not have."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        return text[error.start]
    return None


def by_type(
    cells: Sequence[Cell], spell: Mapping[type, Callable[[Any], str]], *, bare_floats: bool = False
) -> "Sequence[str] | Iterator[str]":
    """Each cell as the function for its type writes it. `bare_floats`: for finite numbers that is what `repr` does."""
    types = set(map(type, cells))
    if bare_floats and types == _FLOATS and are_finite(texts := list(map(repr, cells))):
        return texts
    if len(types) == 1:
        return map(spell[types.pop()], cells)
    if len(types) == 2 and NONE in types:
        null = spell[NONE](None)
        (spelled,) = (spell[one] for one in types if one is not NONE)
        return [null if cell is None else spelled(cell) for cell in cells]
    return [spell[type(cell)](cell) for cell in cells]


def are_finite(floats: Sequence[str]) -> bool:
    """Whether none of the numbers is infinite or NaN; they are texts of `repr`."""
    return "n" not in "".join(floats)


def float_text(number: float) -> str:
    """The shortest digits that give the same number; the words of PostgreSQL for what is none."""
    text = repr(number)
    return _WORDS.get(text, text)


def bool_text(value: bool) -> str:
    """As JSON and most databases write it."""
    return "true" if value else "false"


def bytes_text(form: str) -> Callable[[bytes], str]:
    """How bytes are written, by the contract's `BytesForm`."""
    if form == "base64":
        from base64 import b64encode  # noqa: PLC0415  # most exports have no bytes

        return lambda cell: b64encode(cell).decode()
    prefix = "\\x" if form == "backslash_hex" else ""
    return lambda cell: prefix + cell.hex()


def unique_names(columns: Sequence[Column], remarks: Remarks) -> list[str]:
    """The columns' names, those that come again with a number behind, so that none is lost."""
    taken = {column.name for column in columns}
    names: list[str] = []
    used, numbers = set[str](), dict[str, int]()
    for column in columns:
        name = column.name
        while name in used or (name is not column.name and name in taken):
            numbers[column.name] = numbers.get(column.name, 1) + 1
            name = f"{column.name}_{numbers[column.name]}"
        used.add(name)
        names.append(name)
    if (renamed := sum(name != column.name for name, column in zip(names, columns, strict=True))) > 0:
        remarks.say("renamed_columns", f"Columns whose names came before have a number behind theirs: {renamed}.")
    return names
