"""JSON as rows: an array of objects, or an object in each line. Numbers stay the digits that the file has."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from litebase.imports.batch import Batch, Flag, Nested, Number
from litebase.imports.failures import BadRow, BrokenFile
from litebase.imports.file import SourceFile

_PIECE_BYTES = 512 * 1024
_MOST_RECORD = 16 * 1024 * 1024  # characters
_BATCH_ROWS = 5000
_BLANKS = re.compile(r"[ \t\r\n]*")


class _Pairs(list[tuple[str, object]]):
    """An object as it stands in the text, so that a key that comes twice is seen."""


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=_Pairs, strict=True
)


class JsonRows:
    """The objects of a file as rows with these columns. With `other_keys` an object may have more."""

    def __init__(
        self,
        file: SourceFile,
        encoding: str,
        columns: Sequence[str],
        *,
        lines: bool,
        other_keys: bool = False,
        documents: frozenset[str] = frozenset(),
    ) -> None:
        """`documents`: columns whose values are all JSON, so that text gets its quotes."""
        self.columns = columns
        self._file, self._encoding, self._lines = file, encoding, lines
        self._other_keys, self._documents = other_keys, documents

    def batches(self) -> Iterator[Batch]:
        """All rows. Raises `BrokenFile`."""
        batch = Batch([], lines := list[int]())
        for line, found in objects(self._file, self._encoding, lines=self._lines):
            try:
                batch.rows.append(self._row(line, found))
                lines.append(line)
            except BadRow as bad:
                batch.bad.append(bad)
            if len(lines) + len(batch.bad) >= _BATCH_ROWS:
                yield batch
                batch = Batch([], lines := [])
        if lines or batch.bad:
            yield batch

    def _row(self, line: int, found: object) -> list[str | None]:
        values = keyed(line, found)
        if not self._other_keys and len(values) > len(self.columns):
            self._refuse_others(line, values)
        row = [self._cell(name, values.get(name)) for name in self.columns]
        if not self._other_keys and len(values) > sum(name in values for name in self.columns):
            self._refuse_others(line, values)
        return row

    def _cell(self, name: str, value: object) -> str | None:
        return document(value) if name in self._documents and value is not None else cell(value)

    def _refuse_others(self, line: int, values: Mapping[str, object]) -> None:
        for name in values:
            if name not in self.columns:
                why = f"It has the key {name[:64]!r}, which no sample had. Name it in the mapping."
                raise BadRow(line, why, (document(_Pairs(values.items())),))


def keyed(line: int, found: object) -> Mapping[str, object]:
    """The values of an object by their keys. Raises `BadRow` for anything else."""
    if isinstance(found, BadRow):
        raise found
    if not isinstance(found, _Pairs):
        raise BadRow(line, "It is not an object.", (document(found),))
    values = dict(found)
    if len(values) < len(found):
        raise BadRow(line, "A key comes twice in it.", (document(found),))
    return values


def cell(value: object) -> str | None:
    """A value as text; None for null. What is nested is a document."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return Flag("true" if value else "false")
    return Nested(document(value))


def document(value: object) -> str:
    """The value as JSON, with the digits that it had."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, _Pairs):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{document(one)}" for key, one in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(document, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def objects(file: SourceFile, encoding: str, *, lines: bool) -> Iterator[tuple[int, object]]:
    """The values of a file, each with its line, or in an array with its number. Raises `BrokenFile`."""
    return _of_lines(file, encoding) if lines else _of_array(file, encoding)


def _texts(file: SourceFile, encoding: str) -> Iterator[tuple[str, bool]]:
    """The text, some at a time, and whether it ends with that."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    began, final = False, False
    while not final:
        data = file.read(_PIECE_BYTES)
        final = not data
        text = decoder.decode(data, final)
        if not began and text:
            text, began = text.removeprefix("\ufeff"), True
        yield text, final


def _of_lines(file: SourceFile, encoding: str) -> Iterator[tuple[int, object]]:
    rest, line = "", 0
    for text, final in _texts(file, encoding):
        *whole, rest = (rest + text).split("\n")
        if final and rest:
            whole.append(rest)
        for one in whole:
            line += 1
            if one and not one.isspace():
                yield line, _value(one, line)
        if len(rest) > _MOST_RECORD:
            raise BrokenFile(line + 1, "The line is longer than 16 million characters.")


def _value(text: str, line: int) -> object:
    try:
        found, end = _DECODER.raw_decode(text, _BLANKS.match(text).end())  # type: ignore[union-attr]  # matches always
        if text[end:].strip(" \t\r\n"):
            return BadRow(line, "There is text after its end.", (text,))
        return _checked(found, text[:end], line)
    except (ValueError, RecursionError) as error:
        return BadRow(line, f"It is not JSON: {_why(error)}.", (_readable(text),))


def _checked(found: object, text: str, line: int) -> object:
    """The value, if its text is one in the encoding and its numbers are those of JSON."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return BadRow(line, "It has bytes that are not text in this encoding.", (_readable(text),))
    return found


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _why(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"


def _of_array(file: SourceFile, encoding: str) -> Iterator[tuple[int, object]]:
    """The elements one by one. A value that is not complete yet is tried again when twice as much has been read."""
    rest, at, number, needed, began = "", 0, 0, 0, False
    for text, final in _texts(file, encoding):
        rest += text
        if len(rest) < needed and not final:
            continue
        at = 0
        while True:
            at = _BLANKS.match(rest, at).end()  # type: ignore[union-attr]  # as above
            if at == len(rest):
                break
            if not began:
                if rest[at] != "[":
                    raise BrokenFile(1, "The file is not a JSON array. Objects in lines are the format jsonl.")
                began, at = True, at + 1
                continue
            if rest[at] == "]":
                _check_end(rest[at + 1 :], number)
                return
            start = at
            if number:
                if rest[at] != ",":
                    raise BrokenFile(number, "There is no comma between this element and the next.")
                start = _BLANKS.match(rest, at + 1).end()  # type: ignore[union-attr]  # as above
            try:
                found, end = _DECODER.raw_decode(rest, start)
            except (ValueError, RecursionError) as error:
                if final or isinstance(error, RecursionError) or len(rest) - start > _MOST_RECORD:
                    raise BrokenFile(number + 1, f"It is not JSON: {_why(error)}.") from error
                break
            if end == len(rest) and not final:
                break  # a number may go on
            number += 1
            yield number, _checked(found, rest[start:end], number)
            at = end
        rest = rest[at:]
        needed = 2 * len(rest) if rest else 0
    raise BrokenFile(
        number + 1, "The array is never closed: the file ends before it does." if began else "It is empty."
    )


def _check_end(text: str, number: int) -> None:
    if text.strip(" \t\r\n"):
        raise BrokenFile(number, "There is text after the end of the array.")
