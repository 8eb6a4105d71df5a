"""Workbooks of Excel. Numbers that a cell does not hold in full, and dates that Excel does not have, are text.

Excel keeps 15 digits of a number, milliseconds of a time, no date before 1900, no zone, and 32,767 characters. Text is
written as text: nothing in a cell becomes a formula or a link.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from html import escape
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from litebase_schema.values import Column

from litebase.export.file import NewFile
from litebase.export.writer import Remarks, RowTuple, as_bytes, bytes_text, float_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_575  # of one sheet, and the names
_MOST_CHARACTERS = 32_767
_PIECE = 1 << 20
_FIRST_INEXACT = 10**15
_MOST_DIGITS = 15
_DECIMAL = re.compile(r"-?(\d+)(?:\.(\d+))?", re.ASCII)
_SCALE = re.compile(r"\(\d+, ?(\d{1,2})\)")
_MOMENT = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d))?([ T]?)(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?)?", re.ASCII
)
_FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm:ss", "timestamp": "yyyy-mm-dd hh:mm:ss"}
_WIDTHS = {"date": 11, "time": 12, "timestamp": 23}  # in characters: what is wider is shown as ####
_HAS_DAY, _HAS_TIME = {"date", "timestamp"}, {"time", "timestamp"}
_DAY_0 = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1).toordinal() - _DAY_0  # before it, Excel counts a day that never was
_DAY_MS = 86_400_000
_Spell = Mapping[type, Callable[[int, int, Any], None]]


class Stopped(Exception):
    """The export was stopped while the workbook was put together."""


class Book:
    """Writes the sheets of a workbook into the folder of its `file`; when all rows are there it is put together."""

    def __init__(
        self, columns: Sequence[Column], remarks: Remarks, bytes_as: str, file: NewFile, *, header: bool
    ) -> None:
        from xlsxwriter import Workbook  # noqa: PLC0415  # takes 0.2 s and 13 MB, for this format only

        self._columns, self._remarks, self._header, self._file = columns, remarks, header, file
        folder = file.folder()
        self._path = folder / "book"
        self._stopped, self._at_work = Event(), Lock()
        self._target = _Target(self._path, self._stopped)
        self._book = Workbook(
            self._target,
            {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True},
        )
        self._bold = self._book.add_format({"bold": True})
        self._bytes_text = bytes_text(bytes_as)
        self._spells = [self._spell(column) for column in columns]
        self._sheet: Worksheet
        self._row = MOST_ROWS + 1  # the next of the sheet

    def begin(self) -> bytes:
        """The names are in the first sheet, which may have no other row."""
        with self._file.failures():
            self._begin_sheet()
        return b""

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """Nothing yet."""
        spells = list(enumerate(self._spells))
        with self._file.failures():
            for row in rows:
                if self._row > MOST_ROWS:
                    self._begin_sheet()
                    self._remarks.counts["further_sheets"] += 1
                at = self._row
                for (column, spell), cell in zip(spells, row, strict=True):
                    if cell is not None:
                        spell[type(cell)](at, column, cell)
                self._row += 1
        return b""

    def end(self) -> bytes:
        """Nothing: see `parts`."""
        return b""

    def assemble(self) -> None:
        """Put the workbook together. Raises `Stopped` when it is discarded meanwhile, by another thread."""
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415  # as above

        with self._at_work, self._file.failures():
            try:
                self._book.close()
                self._target.flush()
            except FileCreateError as failed:
                raise failed.args[0] from failed  # what the system said
            finally:
                self._target.give_up()

    def parts(self) -> Iterator[bytes]:
        """The whole file, some at a time."""
        with self._file.failures(), self._path.open("rb") as book:
            while part := book.read(_PIECE):
                yield part

    def discard(self) -> None:
        """Stop what works on it."""
        self._stopped.set()
        with self._at_work:
            self._target.give_up()
            for sheet in self._book.worksheets():
                with suppress(OSError):  # a full disk takes no last byte either
                    sheet.row_data_fh.close()

    def _begin_sheet(self) -> None:
        """XlsxWriter writes a row when a later one begins, so what was written before is complete."""
        self._sheet = sheet = self._book.add_worksheet()
        self._row = int(self._header)
        for at, column in enumerate(self._columns):
            if column.kind in _WIDTHS:
                sheet.set_column(at, at, _WIDTHS[column.kind])
        if self._header:
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(self._columns):
                self._text(0, at, column.name, self._bold)

    # cells

    def _spell(self, column: Column) -> _Spell:
        """What writes the cells of a column, by their types."""
        text: Callable[[int, int, Any], None] = self._text
        if column.kind == "decimal":
            text = self._decimals(column)
        elif column.kind in _FORMATS:
            text = self._moments(column.kind)
        elif column.kind == "timestamptz":
            text = self._zoned
        return {
            bool: self._boolean,
            int: self._integer,
            float: self._float,
            str: text,
            bytes: lambda row, at, cell: self._text(row, at, self._bytes_text(cell)),
        }

    def _boolean(self, row: int, at: int, cell: bool) -> None:
        self._sheet.write_boolean(row, at, cell)

    def _text(self, row: int, at: int, text: str, form: "Format | None" = None) -> None:
        if not text.isascii() and isinstance(cell := as_bytes(text), bytes):
            self._remarks.counts["invalid_text"] += 1
            text = self._bytes_text(cell)
        if text.startswith("<r>") and text.endswith("</r>"):  # XlsxWriter would take it for its own rich text
            text = _as_rich_text(text, self._remarks)
        if self._sheet.write_string(row, at, text, form) != 0:
            self._remarks.counts["cut_cells"] += 1

    def _number(self, row: int, at: int, digits: str, form: "Format | None" = None) -> None:
        number = _Number(digits)
        number.digits = digits
        self._sheet.write_number(row, at, number, form)

    def _integer(self, row: int, at: int, cell: int) -> None:
        if -_FIRST_INEXACT < cell < _FIRST_INEXACT:
            self._sheet.write_number(row, at, cell)
        else:
            self._remarks.counts["text_numbers"] += 1
            self._sheet.write_string(row, at, repr(cell))

    def _float(self, row: int, at: int, cell: float) -> None:
        digits = float_text(cell)
        if digits[-1].isdigit():
            self._number(row, at, digits)
        else:
            self._remarks.counts["text_numbers"] += 1
            self._sheet.write_string(row, at, digits)

    def _decimals(self, column: Column) -> Callable[[int, int, str], None]:
        """Numbers are shown with as many places as the column has."""
        scale = _SCALE.search(column.db_type)
        form = self._book.add_format({"num_format": f"0.{'0' * int(scale[1])}"}) if scale and int(scale[1]) else None

        def write(row: int, at: int, cell: str) -> None:
            number = _DECIMAL.fullmatch(cell)
            if number and len((number[1] + (number[2] or "").rstrip("0")).lstrip("0")) <= _MOST_DIGITS:
                self._number(row, at, cell, form)
            else:
                self._remarks.counts["text_numbers"] += 1
                self._text(row, at, cell)

        return write

    def _moments(self, kind: str) -> Callable[[int, int, str], None]:
        form = self._book.add_format({"num_format": _FORMATS[kind]})
        longer = self._book.add_format({"num_format": f"{_FORMATS[kind]}.000"})

        def write(row: int, at: int, cell: str) -> None:
            ms = self._ms_of(kind, cell)
            if ms is None:
                self._remarks.counts["text_dates"] += 1
                self._text(row, at, cell)
            else:
                days, rest = divmod(ms, _DAY_MS)
                number = days + rest / _DAY_MS if rest else days
                self._sheet.write_number(row, at, number, longer if ms % 1000 else form)

        return write

    def _ms_of(self, kind: str, cell: str) -> int | None:
        """Milliseconds since the day that Excel counts from; None for what it does not have."""
        found = _MOMENT.fullmatch(cell)
        if found is None:
            return None
        year, month, day, between, hours, minutes, seconds, fraction = found.groups()
        if (year is not None, hours is not None, bool(between)) != (
            kind in _HAS_DAY,
            kind in _HAS_TIME,
            kind == "timestamp",
        ):
            return None
        ms = 0
        if year is not None:
            try:
                days = date(int(year), int(month), int(day)).toordinal() - _DAY_0
            except ValueError:  # 0000-00-00
                return None
            if days < _FIRST_DAY:
                return None
            ms = days * _DAY_MS
        if hours is not None:
            micros = int((fraction or "0").ljust(6, "0"))
            self._remarks.counts["cut_fractions"] += micros % 1000 != 0
            ms += (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + micros // 1000
        return ms

    def _zoned(self, row: int, at: int, cell: str) -> None:
        self._remarks.counts["text_dates"] += 1
        self._text(row, at, cell)


class _Number(float):
    """A number, and the digits that are written for it: XlsxWriter writes 16, and some numbers need 17."""

    __slots__ = ("digits",)
    digits: str

    def __format__(self, _: str) -> str:
        return self.digits


class _Target:
    """A new file for a ZipFile. When that is to stop, one write raises; then nothing happens any more.

    A ZipFile that was not closed writes its end when it is deleted, and nobody would catch what that raises.
    """

    def __init__(self, path: Path, stopped: Event) -> None:
        self._file, self._stopped, self._given_up = path.open("x+b"), stopped, False

    def write(self, data: bytes) -> int:
        if self._given_up:
            return len(data)
        if self._stopped.is_set():
            raise Stopped
        return self._file.write(data)

    def tell(self) -> int:
        return 0 if self._given_up else self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self._given_up else self._file.seek(offset, whence)

    def flush(self) -> None:
        if not self._given_up:
            self._file.flush()

    def give_up(self) -> None:
        """Take nothing any more, without a word."""
        self._given_up = True
        with suppress(OSError):  # of a full disk, or raised before
            self._file.close()


def _as_rich_text(text: str, remarks: Remarks) -> str:
    """Text as XlsxWriter's own rich text, which it writes as it is. It must not cut that."""
    before, after = '<r><t xml:space="preserve">', "</t></r>"
    inside, most = escape(text, quote=False), _MOST_CHARACTERS - len(before) - len(after)
    if len(inside.encode("utf-16-le")) > 2 * most:
        remarks.counts["cut_cells"] += 1
        inside = escape(text[: most // 10], quote=False)  # &amp; has five characters, and some characters are two
    return f"{before}{inside}{after}"
