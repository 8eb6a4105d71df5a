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
_SHORT = 1_000_000  # characters of a document that are looked at in one go, while no other thread runs
_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:([\[{])|([\]}])|([,:])"
    r'|("[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")'
    r"|(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)(?![0-9A-Za-z.+-]))[ \t\n\r]*+"
)
_DEEPEST = 10_000


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
        if not (is_json(cell) if len(cell) <= _SHORT else is_long_json(cell)):
            return self._told("not_json", cell)
        return cell.replace("\r", " ").replace("\n", " ")  # between its parts; inside its texts they are escaped

    def _told(self, code: str, cell: str) -> str:
        self._remarks.counts[code] += 1
        return quoted(cell)


def is_json(text: str) -> bool:
    """Whether it is one document."""
    try:
        _DOCUMENT.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_long_json(text: str) -> bool:
    """The same word by word: other threads have their turns, and nothing of the document is built."""
    at, inside, before = 0, list[str](), ""  # the word before: one of `[{,:`, `k` for a key, `v` for a value
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        opening, closing, mark, quoted_text = token.groups()
        in_object = bool(inside) and inside[-1] == "{"
        wants_value = before in ("[", ":") or (before == "," and not in_object) or not (before or inside)
        if opening and wants_value and len(inside) < _DEEPEST:
            inside.append(opening)
            before = opening
        elif closing and inside and inside[-1] == _PARTNERS[closing] and before in (inside[-1], "v"):
            inside.pop()
            before = "v"
        elif (mark == "," and before == "v" and inside) or (mark == ":" and before == "k"):
            before = mark
        elif quoted_text and in_object and before in ("{", ","):
            before = "k"
        elif not (opening or closing or mark) and wants_value:
            before = "v"
        else:
            return False
    return at == len(text) and before == "v" and not inside


_PARTNERS = {"]": "[", "}": "{"}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


_DOCUMENT = json.JSONDecoder(
    parse_constant=_refuse, parse_int=str, parse_float=str
)  # digits stay text: any number of them
