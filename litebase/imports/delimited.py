"""Text with separators as rows.

Most lines have no quote, or only such that Python's `csv` reads right; both are fast. `csv` does not say whether a
field had quotes, which is what tells empty text from NULL, so the few lines where that matters are read one by one.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from litebase.imports.batch import Batch, Row
from litebase.imports.failures import BadRow, BrokenFile
from litebase.imports.file import SourceFile
from litebase.imports.plain import Lines, PlainLines

_PIECE_BYTES = 512 * 1024
_MOST_RECORD = 16 * 1024 * 1024  # characters

csv.field_size_limit(_MOST_RECORD)


@dataclass(frozen=True)
class Marks:
    """How fields and lines are told apart. `line_end` is a carriage return where a file has no other."""

    separator: str = ","
    quote: str = '"'
    null_texts: frozenset[str] = frozenset(("",))
    line_end: str = "\n"

    @cached_property
    def field(self) -> re.Pattern[str]:
        """One field, in quotes or not, up to a separator or the end."""
        q, s = re.escape(self.quote), re.escape(self.separator)
        return re.compile(rf"{q}((?:[^{q}]++|{q}{q})*+){q}(?={s}|\Z)|((?!{q})[^{s}]*+)(?={s}|\Z)")

    @cached_property
    def open(self) -> re.Pattern[str]:
        """A record whose last field has a quote that is not closed."""
        q, s = re.escape(self.quote), re.escape(self.separator)
        closed = rf"{q}(?:[^{q}]++|{q}{q})*+{q}(?!{q})[^{s}]*+"
        return re.compile(rf"(?:(?:{closed}|(?!{q})[^{s}]*+){s})*+{q}(?:[^{q}]++|{q}{q})*+")

    @cached_property
    def doubtful(self) -> re.Pattern[str]:
        """A field in quotes that would be NULL without them."""
        q, s = re.escape(self.quote), re.escape(self.separator)
        texts = "|".join(re.escape(one) for one in self.null_texts)
        return re.compile(rf"(?:\A|{s}){q}(?:{texts}){q}(?:{s}|\Z)")


class Delimited:
    """The rows of a file, from where it was rewound to on. `skip` lines are not read, nor is a header."""

    def __init__(
        self, file: SourceFile, encoding: str, marks: Marks, columns: Sequence[str], *, skip: int = 0, header: bool
    ) -> None:
        self.columns = columns
        self.marks = marks
        self._file, self._encoding, self._skip = file, encoding, skip + header

    def batches(self) -> Iterator[Batch]:
        """All rows. Raises `BrokenFile`."""
        for records, lines in pieces(self._file, self._encoding, self.marks, self._skip):
            yield self._rows(records, lines)

    def parts(self, plain: PlainLines) -> Iterator[Batch | Lines]:
        """All rows; lines as they are where all of a piece are plain. Raises `BrokenFile`."""
        for piece in pieces(self._file, self._encoding, self.marks, self._skip, plain):
            yield piece if isinstance(piece, Lines) else self._rows(*piece)

    def rows(self, lines: Lines) -> Batch:
        """The rows of plain lines."""
        records, numbers, _, _ = split(lines.text, lines.line, self.marks)
        return self._rows(records, numbers)

    def _rows(self, records: list[str], lines: Sequence[int]) -> Batch:
        return rows_of(records, lines, self.marks, len(self.columns), self._encoding)


Records = tuple[list[str], Sequence[int]]  # as text, and the line where each begins


@overload
def pieces(file: SourceFile, encoding: str, marks: Marks, skip: int = 0) -> Iterator[Records]: ...
@overload
def pieces(
    file: SourceFile, encoding: str, marks: Marks, skip: int, plain: PlainLines
) -> Iterator[Records | Lines]: ...


def pieces(
    file: SourceFile, encoding: str, marks: Marks, skip: int = 0, plain: PlainLines | None = None
) -> Iterator[Records | Lines]:
    """Records, some at a time; after the first ones, and as lines where all of a piece are plain."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    rest, line, final, began = "", 1, False, False
    while not final:
        data = file.read(_PIECE_BYTES)
        final = not data
        text = rest + decoder.decode(data, final)
        if not began and text:
            text, began = text.removeprefix("\ufeff"), True
        end = len(text) if final else text.rfind(marks.line_end) + 1
        whole, rest = text[:end], text[end:]
        if plain is not None and (found := plain.cut(whole, line, skip, marks)) is not None:
            skip, line = 0, found.line + found.count
            yield found
            continue
        records, lines, open_at, line = split(whole, line, marks)
        if open_at is not None:
            if final:
                raise _never_closed(open_at[1])
            rest, line = open_at[0] + rest, open_at[1]
        if len(rest) > _MOST_RECORD:
            raise _never_closed(line) if open_at else BrokenFile(line, "The line is longer than 16 million characters.")
        if skip:
            skipped = min(skip, len(records))
            skip -= skipped
            records, lines = records[skipped:], lines[skipped:]
        if records:
            yield records, lines


def _never_closed(line: int) -> BrokenFile:
    return BrokenFile(line, "A quote that opens in this row is never closed, so nothing after it can be read.")


def split(text: str, line: int, marks: Marks) -> tuple[list[str], Sequence[int], tuple[str, int] | None, int]:
    """The records of a text, the line of each, what is not complete at the end, and the line that follows."""
    if not text:
        return [], range(line, line), None, line
    end = marks.line_end
    if marks.quote not in text:
        if end == "\n" and "\r" in text:
            text = text.replace("\r\n", "\n")
        records = text.split(end)
        if not records[-1]:
            records.pop()
        elif end == "\n" and records[-1].endswith("\r"):
            records[-1] = records[-1][:-1]
        return records, range(line, line + len(records)), None, line + len(records)
    return _with_quotes(text, line, marks)


def _with_quotes(text: str, line: int, marks: Marks) -> tuple[list[str], Sequence[int], tuple[str, int] | None, int]:
    end, quote = marks.line_end, marks.quote
    physical = text.split(end)
    if not physical[-1]:
        physical.pop()
    records, lines = list[str](), list[int]()
    parts, start = list[str](), line
    for one in physical:
        odd = one.count(quote) & 1
        if parts:
            parts.append(one)
            if odd and not marks.open.fullmatch(whole := end.join(parts)):
                records.append(whole)
                lines.append(start)
                parts = []
        elif odd and marks.open.fullmatch(one):
            parts, start = [one], line
        else:
            records.append(one)
            lines.append(line)
        line += 1
    if end == "\n" and "\r" in text:
        records = [one.removesuffix("\r") for one in records]
    left = None
    if parts:
        left = end.join(parts) + (end if text.endswith(end) else ""), start
    return records, lines, left, line


def rows_of(records: list[str], lines: Sequence[int], marks: Marks, width: int, encoding: str) -> Batch:
    """Records as rows. Those that are not as wide as the others, or not text, are bad."""
    bad = list[BadRow]()
    if width > 1 and "" in records:
        kept = [at for at, one in enumerate(records) if one]
        records, lines = [records[at] for at in kept], [lines[at] for at in kept]
    rows = _parsed(records, lines, marks, bad)
    if not _is_text(records):
        for at, one in enumerate(records):
            if not _is_text((one,)):
                fields = [None if cell is None else _readable(cell) for cell in rows[at] or ()]
                bad.append(BadRow(lines[at], f"The row has bytes that are not text in {encoding}.", fields))
                rows[at] = None
    if bad or set(map(len, rows)) != {width}:  # type: ignore[arg-type]  # no row is None where none is bad
        for at, row in enumerate(rows):
            if row is not None and len(row) != width:
                count = "1 field" if len(row) == 1 else f"{len(row):,} fields"
                bad.append(BadRow(lines[at], f"The row has {count}, and the file has {width:,} columns.", row))
                rows[at] = None
        kept = [at for at, row in enumerate(rows) if row is not None]
        lines = [lines[at] for at in kept]
    bad.sort(key=lambda one: one.line)
    return Batch([row for row in rows if row is not None], lines, bad)


def _is_text(records: Sequence[str]) -> bool:
    text = "".join(records)
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parsed(records: list[str], lines: Sequence[int], marks: Marks, bad: list[BadRow]) -> list[Row | None]:
    separator, quote = marks.separator, marks.quote
    text = "\n".join(records)
    if quote not in text:
        rows: list[Row | None] = [one.split(separator) for one in records]
        return _all_with_nulls(rows, text, marks)
    quoted = [at for at, one in enumerate(records) if quote in one]
    read = _by_csv(records if len(quoted) == len(records) else [records[at] for at in quoted], marks)
    doubtful = set[int]()
    if marks.null_texts != {""} or quote * 2 in text:
        doubtful = {at for at in quoted if marks.doubtful.search(records[at])}
    if read is not None and len(quoted) == len(records):
        rows = _all_with_nulls(read, text, marks)  # type: ignore[arg-type]  # a list of more than it contains
    else:
        rows = [_with_nulls(one.split(separator), marks) for one in records]
        for at, fields in zip(quoted, read or (), strict=bool(read)):
            rows[at] = _with_nulls(fields, marks)
    for at in quoted if read is None else doubtful:
        try:
            rows[at] = fields_of(records[at], marks)
        except ValueError as error:
            bad.append(BadRow(lines[at], str(error), (records[at],)))
            rows[at] = None
    return rows


def _all_with_nulls(rows: list[Row | None], text: str, marks: Marks) -> list[Row | None]:
    """The same rows with NULL; `text` are their records in lines, which shows quickly where no field is empty."""
    separator = marks.separator
    if marks.null_texts == {""} and not (
        separator * 2 in text
        or f"{separator}\n" in text
        or f"\n{separator}" in text
        or "\n\n" in text
        or text.startswith((separator, "\n"))
        or text.endswith((separator, "\n"))
        or not text
    ):
        return rows
    return [_with_nulls(row, marks) for row in rows]  # type: ignore[arg-type]  # they are lists, none is None


def _by_csv(records: list[str], marks: Marks) -> list[list[str]] | None:
    """Their fields; None where they must be read one by one."""
    try:
        read = list(csv.reader(records, delimiter=marks.separator, quotechar=marks.quote, strict=True))
    except csv.Error:
        return None
    return read if len(read) == len(records) else None


def _with_nulls(fields: list[str], marks: Marks) -> Row:
    if marks.null_texts == {""}:
        return [one or None for one in fields] if "" in fields else fields
    return [None if one in marks.null_texts else one for one in fields]


def fields_of(record: str, marks: Marks) -> Row:
    """The fields of one record, by the rules of RFC 4180. Raises `ValueError`."""
    fields, at, quote = list[str | None](), 0, marks.quote
    while True:
        found = marks.field.match(record, at)
        if found is None:
            raise ValueError("There is text after a closing quote.")
        text, bare = found.groups()
        if text is not None:
            fields.append(text.replace(quote * 2, quote))
        else:
            fields.append(None if bare in marks.null_texts else bare)
        at = found.end()
        if at == len(record):
            return fields
        at += 1
