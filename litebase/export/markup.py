"""Tables of Markdown and HTML, to be read by people."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

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
)

_NUMBERS = {"integer", "float", "decimal"}
_MARKDOWN = str.maketrans(
    {"<": "&lt;", "&": "&amp;", "\n": "<br>", "\r": "<br>"} | {mark: f"\\{mark}" for mark in "\\|*`~[]"}
)
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # not inside a word, where it means nothing
_HTML_HEAD = """\
<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<style>
table { border-collapse: collapse; font-family: sans-serif; }
th, td { border: 1px solid #ccc; padding: 2px 6px; text-align: left; white-space: pre-wrap; }
td.number { text-align: right; }
td.null { color: #888; }
</style>
</head>
<body>
<table>
"""
_HTML_END = "</tbody>\n</table>\n</body>\n</html>\n"


def _texts(spell: Mapping[type, Callable[[Any], str]]) -> ColumnTexts:
    def texts(cells: Sequence[Cell]) -> Sequence[str] | Iterator[str]:
        return by_type(cells, spell)

    return texts


class Markdown:
    """Writes a table with a line for each row."""

    def __init__(self, columns: Sequence[Column], remarks: Remarks, bytes_as: str, null: str) -> None:
        self._columns = columns
        escaped_null = _in_markdown(null)
        spell: Mapping[type, Callable[[Any], str]] = {
            NONE: lambda _: escaped_null,
            bool: bool_text,
            int: repr,
            float: float_text,
            str: _in_markdown,
            bytes: _after(bytes_text(bytes_as), _in_markdown),
        }
        self._rows = Lines(columns, [_texts(spell)] * len(columns), _markdown_row, remarks)

    def begin(self) -> bytes:
        """The names, and on which side the cells stand."""
        sides = tuple("---:" if column.kind in _NUMBERS else "---" for column in self._columns)
        names = tuple(_in_markdown(column.name) for column in self._columns)
        return (_markdown_row(names) + _markdown_row(sides)).encode()

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """A line for each row."""
        return "".join(["".join(step) for step in self._rows.steps(rows)]).encode()

    def end(self) -> bytes:
        """Nothing."""
        return b""


def _markdown_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _in_markdown(text: str) -> str:
    escaped = text.replace("\r\n", "\n").translate(_MARKDOWN)
    return _EMPHASIS.sub(r"\\_", escaped) if "_" in escaped else escaped


class Html:
    """Writes a page with one table."""

    def __init__(self, columns: Sequence[Column], remarks: Remarks, bytes_as: str, null: str) -> None:
        self._columns = columns
        null_cell = f'<td class="null">{escape(null)}</td>'
        number: Mapping[type, Callable[[Any], str]] = {
            int: lambda cell: f'<td class="number">{cell!r}</td>',
            float: lambda cell: f'<td class="number">{float_text(cell)}</td>',
        }
        spell: Mapping[type, Callable[[Any], str]] = {
            NONE: lambda _: null_cell,
            bool: lambda cell: f"<td>{bool_text(cell)}</td>",
            **number,
            str: lambda cell: f"<td>{escape(cell)}</td>",
            bytes: _after(bytes_text(bytes_as), "<td>{}</td>".format),
        }
        decimal = {**spell, str: lambda cell: f'<td class="number">{escape(cell)}</td>'}
        texts = [_texts(decimal if column.kind == "decimal" else spell) for column in columns]
        self._rows = Lines(columns, texts, _html_row, remarks)

    def begin(self) -> bytes:
        """The page down to the names."""
        names = "".join(f"<th>{escape(column.name)}</th>" for column in self._columns)
        return f"{_HTML_HEAD}<thead>\n<tr>{names}</tr>\n</thead>\n<tbody>\n".encode()

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """A line for each row."""
        return "".join(["".join(step) for step in self._rows.steps(rows)]).encode()

    def end(self) -> bytes:
        """The rest of the page."""
        return _HTML_END.encode()


def _html_row(cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"


def _after(first: Callable[[bytes], str], second: Callable[[str], str]) -> Callable[[bytes], str]:
    return lambda cell: second(first(cell))
