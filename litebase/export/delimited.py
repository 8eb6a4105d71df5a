"""CSV and TSV, as RFC 4180 describes them. NULL and text that looks like it are told apart by quotes."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from litebase_schema.values import Column

from litebase.export.writer import (
    NONE,
    Cell,
    Lines,
    Remarks,
    RowTuple,
    UnfitCharacter,
    are_finite,
    bool_text,
    bytes_text,
    float_text,
    unfit,
)

_NUMBER = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|\d+(:\d\d){1,2}(\.\d+)?|Infinity)", re.ASCII)  # or a time
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_END_OF_DATA = "\\."  # for PostgreSQL before 18, alone in a line
_BOMS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_TEXT, _TEXT_OR_NULL = {str}, {str, NONE}
_NUMBERS_OR_NULL = {int, float, NONE}


class CannotCopy(Exception):
    """The lines that an engine writes are not those that we would write, so the rows must be read."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A statement whose rows are lines of CSV, written by the engine exactly as we would write them.

    What it writes otherwise stands between two `mark`s, `marked` times in a line, and `spelled` gives our text of it.
    """

    sql: str
    mark: bytes
    marked: int
    spelled: Callable[[list[bytes]], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What stands between and around fields."""

    separator: str
    quote: str = '"'
    null: str = ""
    line_end: str = "\n"
    quote_all: bool = False
    guard: bool = False
    header: bool = True
    encoding: str = "utf-8"
    bom: bool = False
    bytes_as: str = "hex"

    def refusal(self) -> tuple[str, str] | None:
        """Which option does not go together with the others, and why."""
        for name, mark in (("separator", self.separator), ("quote", self.quote)):
            if mark.isalnum() or mark in "+-.":
                return name, "letters, digits, `+`, `-` and `.` are part of values."
        if self.separator == self.quote:
            return "quote", "it is the separator already."
        if self.separator in self.null or self.quote in self.null:
            return "null_text", "it must not hold the separator or the quote."
        for name, text in (("separator", self.separator), ("quote", self.quote), ("null_text", self.null)):
            if (character := unfit(text, self.encoding)) is not None:
                return name, f"{self.encoding} does not have {character!r}."
        if self.bom and self.encoding not in _BOMS:
            return "bom", f"{self.encoding} has no byte order mark."
        return None


class Delimited:
    """Writes fields and lines."""

    def __init__(self, columns: Sequence[Column], marks: Marks, remarks: Remarks) -> None:
        self._columns, self._marks, self._remarks = columns, marks, remarks
        self._bytes_text = bytes_text(marks.bytes_as)
        self._each = marks.quote_all or marks.guard  # look at each field by itself
        self._special = (marks.quote, marks.separator, "\n", "\r")
        alone = len(columns) == 1
        self._empty_lines = alone and not marks.null  # for NULL
        self._quoted_texts = {marks.null, *([_END_OF_DATA] if alone else [])}
        self._lines = Lines(columns, [self._column] * len(columns), marks.separator.join, remarks, marks.encoding)

    def begin(self) -> bytes:
        """The byte order mark, and the names."""
        marks = self._marks
        head = _BOMS[marks.encoding] if marks.bom else b""
        if marks.header:
            for column in self._columns:
                if (character := unfit(column.name, marks.encoding)) is not None:
                    raise UnfitCharacter(0, column.name, character)
            names = marks.separator.join([self._field(column.name) for column in self._columns])
            head += f"{names}{marks.line_end}".encode(marks.encoding)
        return head

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """A line for each row."""
        end, encoding = self._marks.line_end, self._marks.encoding
        texts = [end.join(step) for step in self._lines.steps(rows)]
        return "".join([f"{text}{end}" for text in texts]).encode(encoding)

    def end(self) -> bytes:
        """Nothing."""
        return b""

    def _column(self, cells: Sequence[Cell]) -> Sequence[str] | Iterator[str]:
        types = set(map(type, cells))
        if self._empty_lines and NONE in types:
            self._remarks.counts["empty_lines"] += cells.count(None)
        if types <= _NUMBERS_OR_NULL and not self._each and not self._marks.null:
            texts = ["" if cell is None else repr(cell) for cell in cells] if NONE in types else list(map(repr, cells))
            if float not in types or are_finite(texts):
                return texts
        if bytes in types:
            cells = [self._bytes_text(cell) if isinstance(cell, bytes) else cell for cell in cells]
            types = (types - {bytes}) | {str}
        if types <= _TEXT_OR_NULL and not self._each:
            only = [cell for cell in cells if isinstance(cell, str)] if types != _TEXT else cells
            if not self._is_any_special(only):  # type: ignore[arg-type]  # all of them are texts
                null = self._marks.null
                return cells if types == _TEXT else [null if cell is None else cell for cell in cells]  # type: ignore[return-value, misc]  # as above
        field = self._field
        return [field(cell) for cell in cells]

    def _is_any_special(self, texts: Sequence[str]) -> bool:
        """Whether one of the texts needs quotes."""
        together = "\0".join(texts)
        return any(mark in together for mark in self._special) or any(one in texts for one in self._quoted_texts)

    def _field(self, cell: Cell) -> str:
        marks = self._marks
        if cell is None:
            return marks.null
        text, tab = cell if isinstance(cell, str) else _SPELLED[type(cell)](cell), ""
        if marks.guard and isinstance(cell, str) and text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
            self._remarks.counts["guarded_cells"] += 1
            tab = "\t"
        if tab or marks.quote_all or text in self._quoted_texts or any(mark in text for mark in self._special):
            quote = marks.quote
            return f"{quote}{tab}{text.replace(quote, quote * 2)}{quote}"
        return text


class CopiedLines:
    """Writes lines that the engine has written: each row is some of them as bytes, and their number."""

    def __init__(self, names: Delimited, copied: Copied) -> None:
        self._names, self._copied = names, copied

    def begin(self) -> bytes:
        """The byte order mark, and the names."""
        return self._names.begin()

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """The lines. Raises `CannotCopy`."""
        pieces = cast("Sequence[tuple[bytes, int]]", rows)
        mark, marked, spelled = self._copied.mark, self._copied.marked, self._copied.spelled
        lines = b"".join([piece for piece, _ in pieces])
        if marked:
            parts = lines.split(mark)
            if len(parts) != 2 * marked * sum(count for _, count in pieces) + 1:
                raise CannotCopy  # some cell has the mark
            parts[1::2] = spelled(parts[1::2])
            lines = b"".join(parts)
        if not lines.isascii():
            try:
                lines.decode()
            except UnicodeDecodeError as error:
                raise CannotCopy from error  # we write such cells as bytes, and tell it
        return lines

    def end(self) -> bytes:
        """Nothing."""
        return b""


_SPELLED: dict[type, Callable[..., str]] = {bool: bool_text, int: repr, float: float_text}
