"""The file of an import: opened as the request says, sampled, and its rejected rows in a file beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from litebase_schema.imports import ImportColumn, ImportOptions, ImportProblem

from litebase.errors import FileFailed, InvalidMessage, RowRejected, Unsupported
from litebase.export.file import NewFile
from litebase.files import Unreadable
from litebase.imports.batch import Row
from litebase.imports.failures import BadRow
from litebase.imports.kinds import Guess, guess
from litebase.imports.source import Source, SqlFile, Wishes, opened

_SHOWN = 200  # characters of a sample
_MOST_PROBLEMS = 20
_NOT_OF = {  # options, and the formats that have them
    "separator": {"csv"},
    "quote": {"csv", "tsv"},
    "header": {"csv", "tsv", "xlsx", "xls", "ods"},
    "skip_lines": {"csv", "tsv", "xlsx", "xls", "ods"},
    "sheet": {"xlsx", "xls", "ods"},
}
_LONG = "It has numbers that do not fit 64 bits; a column of integers cannot take them."
_RESERVED = {'"', ",", "\n", "\r"}


def source_of(
    path: str, file_format: str | None, encoding: str | None, options: ImportOptions, most_workbook_bytes: int
) -> Source:
    """The open file, in a thread. Raises `FileFailed`, `InvalidMessage` and `Unsupported`."""
    place = Path(path)
    if not place.is_absolute():
        raise InvalidMessage("/data/path", "send an absolute path: the backend has a working folder of its own.")
    if options.separator is not None and options.separator == options.quote:
        raise InvalidMessage("/data/options/quote", "it is the separator too.")
    wishes = Wishes(
        file_format,
        encoding,
        options.header,
        options.separator,
        options.quote,
        tuple(options.null_texts),
        options.sheet,
        options.skip_lines,
    )
    try:
        with readable(place):
            source = opened(place, wishes, most_workbook_bytes)
    except SqlFile:
        raise Unsupported("A file of SQL is not imported but run: send its text with run_script.") from None
    for option, formats in _NOT_OF.items():
        if source.format not in formats and getattr(options, option) not in (None, 0):
            source.file.close()
            raise InvalidMessage(f"/data/options/{option}", f"{source.format} does not have it.")
    return source


@contextmanager
def readable(place: Path) -> Iterator[None]:
    """Raise what is wrong with the file as `FileFailed`."""
    try:
        yield
    except Unreadable as failed:
        raise FileFailed(str(place), failed.reason, f"{place} cannot be read. {failed}") from failed


def options_of(source: Source, options: ImportOptions, date_order: str | None) -> ImportOptions:
    """The options with what was found out."""
    found = source.wishes
    return options.model_copy(
        update={
            "header": found.header,
            "separator": found.separator,
            "quote": found.quote,
            "date_order": options.date_order or date_order,
        }
    )


class Preview:
    """What samples of a file say. `read` is called in a thread."""

    def __init__(self, source: Source, sample_rows: int, date_order: str | None) -> None:
        self.columns: list[ImportColumn] = []
        self.problems: list[ImportProblem] = []
        self.date_order: str | None = None  # the only one that all dates allow
        self.rows_estimate: int | None = None
        self.exact = True
        self._source, self._sample_rows, self._wanted_order = source, sample_rows, date_order
        self._rows: list[Row] = []
        self._read = 0

    def read(self) -> None:
        """Look at the samples."""
        bad = self._samples()
        source = self._source
        for one in bad[:_MOST_PROBLEMS]:
            code = "ragged_rows" if " columns." in one.reason else "bad_row"
            self._say("invalid_text" if "not text in" in one.reason else code, one.reason, one.line)
        if not self._rows and not bad:
            self._say("empty", "The file has no rows.")
        if source.repeated:
            self._say("repeated_names", "Columns had the same name, and have a number behind it now.")
        if source.book is not None and len(source.book.sheets) > 1:
            self._say("further_sheets", f"The workbook has further sheets: {', '.join(source.book.sheets[:20])}.")
        guesses = [self._guess(at, name) for at, name in enumerate(source.columns)]
        self._take_order(guesses)
        for at, name in enumerate(source.columns):
            cells = [row[at] for row in self._rows]
            kind = "date" if guesses[at].orders & {self._wanted_order or self.date_order} else guesses[at].kind
            shown = [None if cell is None else str(cell[:_SHOWN]) for cell in cells[: self._sample_rows]]
            self.columns.append(ImportColumn(name=name, kind=kind, samples=shown, nulls=cells.count(None)))

    def _samples(self) -> list[BadRow]:
        bad, at_beginning = list[BadRow](), 0
        for number, (batch, complete) in enumerate(self._source.samples()):
            self._rows += batch.rows
            self.exact = self.exact and complete
            if number == 0 or complete:
                bad += batch.bad
                at_beginning += len(batch.rows) + len(batch.bad)
                self._read = self._source.file.position
        if self.exact:
            self.rows_estimate = at_beginning
        elif not self._source.file.compressed and self._read:
            self.rows_estimate = round(at_beginning * self._source.file.size / self._read)
        return bad

    def _guess(self, at: int, name: str) -> Guess:
        found = guess([row[at] for row in self._rows], typed=self._source.typed)
        if found.long:
            self._say("long_numbers", _LONG, column=name)
        return found

    def _take_order(self, guesses: Sequence[Guess]) -> None:
        """Take an order of day and month that all columns with dates allow, if it is the only one."""
        dated = [(name, one.orders) for name, one in zip(self._source.columns, guesses, strict=True) if one.orders]
        if self._wanted_order is not None or not dated:
            return
        allowed = frozenset.intersection(*(orders for _, orders in dated))
        if len(allowed) == 1:
            (self.date_order,) = allowed
            why = f"Its dates can only have the order {self.date_order}; all dates of the file are read by it."
            self._say("dates_by_order", why, column=dated[0][0])
            return
        for name, _ in dated:
            self._say("ambiguous_dates", "Its dates may have day or month first: say `date_order`.", column=name)

    def _say(self, code: str, message: str, line: int | None = None, column: str | None = None) -> None:
        self.problems.append(ImportProblem(code=code, message=message, line=line or None, column=column))


class RejectedRows:
    """Rows that are not stored, in a file beside the source. All methods are called in a thread."""

    def __init__(self, source: Source, most: int | None) -> None:
        """`most` rows are taken; None for none at all."""
        self.count, self.path = 0, None
        self._source, self._most = source, most
        self._file: NewFile | None = None
        self._place = source.file.path

    def add(self, row: BadRow) -> None:
        """Take one. Raises `RowRejected` when that is one too many."""
        if self._most is None:
            raise RowRejected(row.line, row.reason)
        if self.count >= self._most:
            raise RowRejected(row.line, f"More than {self._most:,} rows were rejected, this one because: {row.reason}")
        if self._file is None:
            self._place = _free_place(self._source.file.path)
            self._file = NewFile(self._place, overwrite=False)
            self._file.open()
            self._write(["line", "reason", *self._source.columns])
        column = f"column {row.column}: " if row.column else ""
        self._write([str(row.line), column + row.reason, *row.fields])
        self.count += 1

    def publish(self) -> str | None:
        """The file's path, if there is one."""
        if self._file is None:
            return None
        self._file.complete()
        self._file.publish()
        return str(self._place)

    def discard(self) -> None:
        """Delete it, unless it is complete."""
        if self._file is not None:
            self._file.discard()

    def _write(self, fields: Sequence[str | None]) -> None:
        assert self._file is not None, "it is open"
        text = ",".join(map(_spelled, fields)) + "\n"
        self._file.write(text.encode("utf-8", "surrogatepass"))


def _spelled(cell: str | None) -> str:
    if cell is None:
        return ""
    if cell and _RESERVED.isdisjoint(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _free_place(path: Path) -> Path:
    name = path.name.removesuffix(path.suffix)
    ends = ("", *map("-{}".format, range(2, 1000)))
    places = (path.with_name(f"{name}.rejected{end}.csv") for end in ends)
    return next((place for place in places if not place.exists()), path.with_name(f"{name}.rejected.csv"))
