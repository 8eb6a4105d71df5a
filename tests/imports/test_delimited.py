"""Rows of delimited text are those that Python's `csv` reads, with NULL told from empty text."""

import csv
import random
from pathlib import Path

import pytest

from litebase.imports.delimited import Marks, fields_of
from litebase.imports.failures import BrokenFile
from litebase.imports.source import Wishes, opened

_TEXTS = ["", "plain", "a,b", 'say "no"', "two\nlines", "cr\r\nlf", "'", "größe", "日本", " ", "NULL", "x" * 500, '"']
_BYTES = 1 << 28


def _rows(path: Path, wishes: Wishes | None = None) -> list[list[str | None]]:
    source = opened(path, wishes or Wishes(header=False), _BYTES)
    try:
        batches = list(source.reader().batches())
    finally:
        source.file.close()
    assert [one for batch in batches for one in batch.bad] == []
    return [list(row) for batch in batches for row in batch.rows]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote_all", [True, False])
def test_long_files_are_read_as_by_csv_wherever_their_pieces_end(tmp_path: Path, end: str, quote_all: bool) -> None:
    chance = random.Random(7)
    rows = [[chance.choice(_TEXTS) for _ in range(4)] for _ in range(30_000)]
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(rows)
    assert path.stat().st_size > 3 * 512 * 1024
    empty = "" if quote_all else None
    assert _rows(path) == [[cell or empty for cell in row] for row in rows]


def test_lines_are_counted_through_fields_with_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2,z\n3,4,5\n')
    source = opened(path, Wishes(), _BYTES)
    (batch,) = source.reader().batches()
    source.file.close()
    assert (list(batch.lines), [one.line for one in batch.bad]) == ([2, 5], [6])


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        ('5" pipe,x', ['5" pipe', "x"]),
        ('"",', ["", None]),
        ('"a""b",c', ['a"b', "c"]),
        (",,", [None, None, None]),
        ("'a',b", ["'a'", "b"]),
    ],
)
def test_fields_of_a_record(record: str, fields: list[str | None]) -> None:
    assert fields_of(record, Marks()) == fields


def test_text_after_a_closing_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="closing quote"):
        fields_of('"a"b,c', Marks())


def test_a_quote_that_never_ends_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "1,2\n" * 200_000 + '3,"never\n' + "1,2\n" * 200_000)
    source = opened(path, Wishes(), _BYTES)
    with pytest.raises(BrokenFile) as broken:
        list(source.reader().batches())
    source.file.close()
    assert broken.value.line == 200_002
