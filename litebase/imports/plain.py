"""Lines of delimited text in which each field is a value of its column as it is: one pattern says so for all of them.

Lines that it does not fit are not wrong: they are read field by field.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from litebase.imports.values import Converter

if TYPE_CHECKING:  # which reads such lines, and imports this module
    from litebase.imports.delimited import Marks

_SEPARATORS, _QUOTES = frozenset(",;\t|"), frozenset("\"'")  # that no number and no time has


@dataclass(frozen=True, slots=True)
class Lines:
    """Records, each of one line with a line feed at its end. An empty field without quotes is NULL."""

    text: str
    line: int  # where the first one is in the file

    @property
    def count(self) -> int:
        """How many there are."""
        return self.text.count("\n")


class PlainLines:
    """The pattern of such lines."""

    def __init__(self, pattern: str) -> None:
        self._lines = re.compile(rf"(?:{pattern}\n)*+", re.ASCII)

    def cut(self, text: str, line: int, skip: int, marks: "Marks") -> Lines | None:
        """The lines of a text after the first ones; None where it has others."""
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if skip:
            *left_out, text = text.split("\n", skip)
            if len(left_out) < skip or any(marks.quote in one for one in left_out):
                return None
        if text and not text.endswith("\n"):  # the last line of the file
            text += "\n"
        if not text or not self._lines.fullmatch(text):
            return None
        try:
            _ = text.isascii() or text.encode()
        except UnicodeEncodeError:
            return None
        return Lines(text, line + skip)


def plain_lines(marks: "Marks", converters: Sequence[Converter]) -> PlainLines | None:
    """The pattern of a file whose columns go to these; None where its fields must be looked at one by one."""
    known = marks.separator in _SEPARATORS and marks.quote in _QUOTES and marks.line_end == "\n"
    if not known or marks.null_texts != {""} or len(converters) < 2:  # a line of one column may be empty
        return None
    fields = [_field(one, re.escape(marks.separator), marks.quote) for one in converters]
    found = [one for one in fields if one is not None]
    return PlainLines(re.escape(marks.separator).join(found)) if len(found) == len(fields) else None


def _field(converter: Converter, separator: str, quote: str) -> str | None:
    quoted = converter.plain(rf"{quote}\n\r", quote * 2)
    bare = converter.plain(rf"{quote}{separator}\n\r")
    return None if bare is None else rf"(?:{quote}(?:{quoted}){quote}|{bare})?"
