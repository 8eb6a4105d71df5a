"""JSON and JSON lines. Numbers keep every digit, and documents of JSON columns are embedded as they are."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any, NoReturn

from litebase_schema.values import Column

from litebase.export.writer import (
    NONE,
    Cell,
    ColumnTexts,
    Lines,
    Remarks,
    RowTuple,
    bool_text,
    by_type,
    bytes_text,
    float_text,
    unique_names,
)

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_LINE_ENDS = str.maketrans("\r\n", "  ")  # between the parts of a document; inside its texts they are escaped


class JsonText:
    """Writes an object for each row: all of them in an array, or each in a line of its own."""

    def __init__(self, columns: Sequence[Column], remarks: Remarks, bytes_as: str, *, lines: bool) -> None:
        self._remarks, self._lines = remarks, lines
        self._hexed = bytes_text(bytes_as)
        self._any = False  # whether a row was written
        keys = [quoted(name).replace("%", "%%") for name in unique_names(columns, remarks)]
        template = "{" + ",".join(f"{key}:%s" for key in keys) + "}"
        texts = [self._texts(column.kind) for column in columns]
        self._rows = Lines(columns, texts, template.__mod__, remarks)

    def begin(self) -> bytes:
        """The array's."""
        return b"" if self._lines else b"["

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """An object for each row."""
        between = "\n" if self._lines else ",\n"
        text = between.join([between.join(step) for step in self._rows.steps(rows)])
        if not text:
            return b""
        first = "" if self._any or self._lines else "\n"
        before = between if self._any and not self._lines else first
        self._any = True
        return f"{before}{text}{between if self._lines else ''}".encode()

    def end(self) -> bytes:
        """The array's."""
        return b"" if self._lines else b"\n]\n" if self._any else b"]\n"

    def _texts(self, kind: str) -> ColumnTexts:
        spell: Mapping[type, Callable[[Any], str]] = {
            NONE: lambda _: "null",
            bool: bool_text,
            int: repr,
            float: self._float,
            str: {"decimal": self._decimal, "json": self._document}.get(kind, quoted),
            bytes: lambda cell: quoted(self._hexed(cell)),
        }

        def texts(cells: Sequence[Cell]) -> Sequence[str] | Iterator[str]:
            return by_type(cells, spell, bare_floats=True)

        return texts

    def _float(self, cell: float) -> str:
        text = float_text(cell)
        return text if _NUMBER.fullmatch(text) else self._told("not_finite", text)

    def _decimal(self, cell: str) -> str:
        """The digits as they are; text that is no number, such as NaN, as text."""
        if _NUMBER.fullmatch(cell):
            return cell
        is_finite = not cell.lower().lstrip("+-").startswith(("nan", "inf"))
        return quoted(cell) if is_finite else self._told("not_finite", cell)

    def _document(self, cell: str) -> str:
        try:
            _DOCUMENT.decode(cell)
        except (ValueError, RecursionError):
            return self._told("not_json", cell)
        return cell.translate(_LINE_ENDS) if "\n" in cell or "\r" in cell else cell

    def _told(self, code: str, cell: str) -> str:
        self._remarks.counts[code] += 1
        return quoted(cell)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DOCUMENT = json.JSONDecoder(
    parse_constant=_refuse, parse_int=str, parse_float=str
)  # digits stay text: any number of them
