"""Sheets of workbooks as rows. A workbook is read whole, so its size is looked at before, also what is packed in it."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, BinaryIO

from litebase.files import Unreadable
from litebase.imports.batch import Batch, Flag, Moment, Number
from litebase.imports.failures import BadRow
from litebase.imports.file import SourceFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_BATCH_ROWS = 5000
_MOST_FILES = 20_000
_PIECE = 1 << 20
_LOCAL_HEADER = 30
_STORED, _DEFLATED = 0, 8
_MOST_EXACT = 1 << 53


class Workbook:
    """An open workbook."""

    def __init__(self, file: SourceFile, most_bytes: int) -> None:
        """Read it. Raises `Unreadable`."""
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # for these formats only

        if file.size > most_bytes:
            raise _too_large(most_bytes)
        stream = file.stream()
        if stream.read(2) == b"PK":
            _check_packed(stream, most_bytes)
        stream.seek(0)
        try:
            self._book = CalamineWorkbook.from_filelike(stream)
        except (CalamineError, OSError, ValueError, BaseException) as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            raise Unreadable("not_readable", f"It is not a workbook that can be read: {error}.") from error

    @property
    def sheets(self) -> Sequence[str]:
        """The names of the sheets."""
        return list(self._book.sheet_names)

    def rows(self, sheet: str | None, skip: int = 0) -> list[list[str | None]]:
        """The rows of a sheet; of the first one where none is named. Raises `Unreadable`."""
        name = self.sheets[0] if sheet is None and self.sheets else sheet
        if name is None or name not in self.sheets:
            raise Unreadable("not_readable", f"It has no sheet {str(name)[:64]!r}, but: {', '.join(self.sheets[:20])}.")
        return list(_texts(self._book.get_sheet_by_name(name)))[skip:]


class SheetRows:
    """The rows of a sheet with these columns; `first` is the number of the first one in the sheet."""

    def __init__(self, rows: list[list[str | None]], columns: Sequence[str], first: int) -> None:
        self.columns = columns
        self._rows, self._first = rows, first

    def batches(self) -> Iterator[Batch]:
        """All rows but empty ones."""
        width = len(self.columns)
        for start in range(0, len(self._rows), _BATCH_ROWS):
            batch = Batch([], lines := list[int]())
            for line, row in enumerate(self._rows[start : start + _BATCH_ROWS], self._first + start):
                more = row[width:]
                if any(one is not None for one in more):
                    batch.bad.append(BadRow(line, f"The row has more cells than the sheet has columns: {width}.", row))
                elif any(one is not None for one in row):
                    batch.rows.append(row[:width] + [None] * (width - len(row)))
                    lines.append(line)
            if lines or batch.bad:
                yield batch


def _texts(sheet: "CalamineSheet") -> Iterator[list[str | None]]:
    """Row by row: to make Python's objects of all at once would keep every other thread waiting."""
    before = [None] * (sheet.start[1] if sheet.start else 0)  # columns at the left without any cell
    for row in sheet.iter_rows():
        yield [*before, *[None if cell == "" else _text(cell) for cell in row]]


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return Flag("true" if cell else "false")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _MOST_EXACT:
        return Number(int(cell))
    if isinstance(cell, int | float):
        return Number(repr(cell))
    if isinstance(cell, datetime):
        return Moment(cell.isoformat(" "))
    if isinstance(cell, date | time):
        return Moment(cell.isoformat())
    if isinstance(cell, timedelta):
        return Moment(_duration(cell))
    return str(cell)


def _duration(span: timedelta) -> str:
    micros = span // timedelta(microseconds=1)
    sign, (seconds, rest) = "-" if micros < 0 else "", divmod(abs(micros), 1_000_000)
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:06}" if rest else text


def _too_large(most_bytes: int) -> Unreadable:
    return Unreadable(
        "too_large",
        f"A workbook is read whole, and this one is larger than {most_bytes:,} bytes when it is unpacked. Save it as "
        "CSV, which may have any size.",
    )


def _check_packed(stream: BinaryIO, most_bytes: int) -> None:
    """Unpack everything once and keep nothing: what an archive says of its sizes need not be true."""
    total = 0
    try:
        with zipfile.ZipFile(stream) as packed:
            found = packed.infolist()
            if len(found) > _MOST_FILES or sum(one.file_size for one in found) > most_bytes:
                raise _too_large(most_bytes)
            places = [(one.header_offset, one.compress_type, one.compress_size) for one in found]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:  # the last: of a newer ZIP version
        raise Unreadable("not_readable", f"It is not a workbook that can be read: {error}.") from error
    for offset, method, size in places:
        stream.seek(offset)
        header = stream.read(_LOCAL_HEADER)
        stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        total += size if method == _STORED else _unpacked(stream, size, most_bytes - total, method)
        if total > most_bytes:
            raise _too_large(most_bytes)


def _unpacked(stream: BinaryIO, size: int, room: int, method: int) -> int:
    if method != _DEFLATED:
        raise Unreadable("not_readable", "It is packed in a way that workbooks are not.")
    unpacker, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while size > 0 and not unpacker.eof and (data := stream.read(min(size, _PIECE))):
        size -= len(data)
        while data and not unpacker.eof:
            try:
                total += len(unpacker.decompress(data, _PIECE))
            except zlib.error as error:
                raise Unreadable("not_readable", f"It is damaged: {error}.") from error
            data = unpacker.unconsumed_tail
            if total > room:
                return total
    return total
