"""A file together with how it is read: what the user said, and what was found out for the rest."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from litebase.files import Unreadable
from litebase.imports import sniffing
from litebase.imports.batch import Batch, Reader, Row, unique
from litebase.imports.delimited import Delimited, Marks, rows_of, split
from litebase.imports.failures import BadRow, BrokenFile
from litebase.imports.file import SourceFile
from litebase.imports.json_text import JsonRows, keyed, objects
from litebase.imports.workbook import SheetRows, Workbook

FORMATS = {
    "csv": "csv", "txt": "csv", "tsv": "tsv", "tab": "tsv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl",
    "xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods", "sql": "sql", "dump": "sql",
}  # fmt: skip
SHEETS = {"xlsx", "xls", "ods"}
DELIMITED = {"csv", "tsv"}
_SAMPLE = 256 * 1024
_SQLITE = b"SQLite format 3\0"
_MOST_KEYS = 2000
_MOST_OBJECTS = 2000
_MOST_SHEET_ROWS = 20_000


class SqlFile(Exception):
    """A file of SQL, which is run and not imported."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the file is to be read; None is found out."""

    format: str | None = None
    encoding: str | None = None
    header: bool | None = None
    separator: str | None = None
    quote: str | None = None
    null_texts: tuple[str, ...] = ("",)
    sheet: str | None = None
    skip_lines: int = 0


@dataclass(slots=True)
class Source:
    """An open file, how it is read, and its columns."""

    file: SourceFile
    format: str
    wishes: Wishes  # with what was found out
    columns: list[str] = field(default_factory=list)
    repeated: bool = False
    marks: Marks = field(default_factory=Marks)
    book: Workbook | None = None
    sheet_rows: list[list[str | None]] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether the file itself tells numbers from text."""
        return self.format not in DELIMITED

    @property
    def codec(self) -> str:
        """Python's name of the encoding."""
        return sniffing.codec(self.wishes.encoding or "utf-8")

    @property
    def first_line(self) -> int:
        """Where the first row of a sheet is."""
        return 1 + self.wishes.skip_lines + bool(self.wishes.header)

    def reader(self, columns: Sequence[str] | None = None, *, documents: frozenset[str] = frozenset()) -> Reader:
        """What reads all rows from the beginning. For JSON: with these columns, and objects may have other keys.

        `documents` are columns whose values are all taken as JSON.
        """
        if self.format in SHEETS:
            return SheetRows(self.sheet_rows[bool(self.wishes.header) :], self.columns, self.first_line)
        self.file.rewind()
        if self.format in DELIMITED:
            header = bool(self.wishes.header)
            return Delimited(
                self.file, self.codec, self.marks, self.columns, skip=self.wishes.skip_lines, header=header
            )
        return JsonRows(
            self.file,
            self.codec,
            self.columns if columns is None else columns,
            lines=self.format == "jsonl",
            other_keys=columns is not None,
            documents=documents,
        )

    def samples(self) -> Iterator[tuple[Batch, bool]]:
        """Rows from the beginning, and where that can be had from the middle and the end; and whether that is all."""
        if self.format in SHEETS or self.file.compressed or self.format == "json":
            yield from self._first_batches()
        elif self.file.size <= 3 * _SAMPLE:
            yield from self._first_batches(whole=True)
        else:
            yield from self._first_batches()
            for offset in (self.file.size // 2, self.file.size - _SAMPLE):
                yield self._rows_at(offset & ~1), False

    def _first_batches(self, *, whole: bool = False) -> Iterator[tuple[Batch, bool]]:
        batches, read = self.reader().batches(), 0
        most = _MOST_SHEET_ROWS if self.format in SHEETS else _MOST_OBJECTS
        while True:
            try:
                batch = next(batches, None)
            except BrokenFile as broken:
                yield Batch([], [], [broken]), True
                return
            if batch is None:
                return
            read += len(batch.rows)
            yield batch, self.format in SHEETS or whole
            if read >= most and not whole:
                return

    def _rows_at(self, offset: int) -> Batch:
        """Those that begin in a part of the file, which may begin in the middle of a field: so some are not right."""
        text = codecs.getincrementaldecoder(self.codec)("surrogateescape").decode(self.file.sample(offset, _SAMPLE))
        end = self.marks.line_end
        _, _, text = text.partition(end)
        text = text[: text.rfind(end) + 1]
        if self.format in DELIMITED:
            records, lines, _, _ = split(text, 1, self.marks)
            return rows_of(records, lines, self.marks, len(self.columns), self.codec)
        self.file.rewind(offset)
        read = JsonRows(self.file, self.codec, self.columns, lines=True).batches()
        batch = next(read, Batch([], []))
        return Batch(batch.rows[1:], batch.lines[1:])


def opened(path: Path, wishes: Wishes, most_workbook_bytes: int) -> Source:
    """The file. Raises `Unreadable` and `SqlFile`; then nothing stays open."""
    file = SourceFile(path)
    try:
        return _found_out(file, wishes, most_workbook_bytes)
    except BrokenFile as broken:
        file.close()
        raise Unreadable("not_readable", f"Line {broken.line:,}: {broken.reason}") from broken
    except BaseException:
        file.close()
        raise


def _found_out(file: SourceFile, wishes: Wishes, most_workbook_bytes: int) -> Source:
    beginning = file.sample(0, _SAMPLE)
    if beginning.startswith(_SQLITE):
        raise Unreadable("is_database", "It is a database of SQLite: connect to it.")
    name = wishes.format or _format_of(file.path, beginning)
    if name == "sql":
        raise SqlFile
    if name in SHEETS:
        return _sheet(file, name, wishes, most_workbook_bytes)
    encoding = wishes.encoding or sniffing.encoding_of(beginning)
    source = Source(file, name, replace(wishes, format=name, encoding=encoding))
    try:
        text = codecs.getincrementaldecoder(source.codec)("surrogateescape").decode(beginning)
    except UnicodeDecodeError as error:
        raise Unreadable("not_readable", f"It is not text in {encoding}.") from error
    if name in DELIMITED:
        _fields(source, text.removeprefix("\ufeff"))
    else:
        _keys(source)
    return source


def _format_of(path: Path, beginning: bytes) -> str:
    endings = [one.lower().lstrip(".") for one in path.suffixes if one.lower() != ".gz"]
    told = FORMATS.get(endings[-1]) if endings else None
    if beginning.startswith(b"PK\x03\x04"):
        return told if told in SHEETS else "ods" if b"opendocument.spreadsheet" in beginning[:200] else "xlsx"
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if told is not None:
        return told
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    return "json" if text.startswith(b"[") else "jsonl" if text.startswith(b"{") else "csv"


def _fields(source: Source, text: str) -> None:
    wishes = source.wishes
    end = sniffing.line_end(text)
    for _ in range(wishes.skip_lines):
        text = text.partition(end)[2]
    quote = wishes.quote or sniffing.quote(text)
    separator = "\t" if source.format == "tsv" else wishes.separator or sniffing.separator(text, quote, end)
    source.marks = Marks(separator, quote, frozenset(wishes.null_texts), end)
    rows = sniffing.first_rows(text, source.marks)
    _name(source, rows, wishes.header)
    source.wishes = replace(source.wishes, separator=separator, quote=quote)


def _name(source: Source, rows: Sequence[Row], header: bool | None) -> None:
    """Take the names of the first row, or give the columns numbers."""
    header = sniffing.has_header(rows) if header is None else header
    first = rows[0] if rows else ()
    source.columns, source.repeated = unique(first if header else [None] * len(first))
    source.wishes = replace(source.wishes, header=header)


def _keys(source: Source) -> None:
    """The keys of the first objects, in the order in which they come."""
    source.file.rewind()
    names = dict[str, None]()
    for line, found in islice(objects(source.file, source.codec, lines=source.format == "jsonl"), _MOST_OBJECTS):
        try:
            names.update(dict.fromkeys(keyed(line, found)))
        except BadRow:
            continue
        if len(names) > _MOST_KEYS:
            raise Unreadable("not_readable", f"Its objects have more than {_MOST_KEYS:,} different keys.")
    source.columns = list(names)


def _sheet(file: SourceFile, name: str, wishes: Wishes, most_bytes: int) -> Source:
    book = Workbook(file, most_bytes)
    source = Source(file, name, replace(wishes, format=name, encoding=None), book=book)
    source.sheet_rows = book.rows(wishes.sheet, wishes.skip_lines)
    rows = source.sheet_rows
    header = wishes.header
    if header is None and rows and any(type(one) is not str for one in rows[0] if one is not None):
        header = False  # the sheet itself says that there is a number or a date
    width = max(map(len, rows), default=0)
    _name(source, [[*rows[0], *[None] * (width - len(rows[0]))]] if rows else [], header)
    return source
