"""Rows that are taken as whole lines are those that are read field by field."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from litebase.bounds import Bounds
from litebase.imports.delimited import Delimited, Marks
from litebase.imports.plain import Lines, plain_lines
from litebase.imports.source import Wishes, opened
from litebase.imports.values import Converter, Spelling
from tests.imports.hostile import BOUNDS, hostile_file

_BYTES = 1 << 28


def _parts(path: Path, marks: tuple[str, str], bounds: Sequence[Bounds]) -> tuple[list[object], list[object], int]:
    """Rows and rejected rows of a file, read both ways, and how many rows came as whole lines."""
    wishes = Wishes("csv", "utf-8", True, marks[0], marks[1])
    found: list[list[object]] = [[], []]
    whole = 0
    for way in (0, 1):
        source = opened(path, wishes, _BYTES)
        reader = source.reader()
        assert isinstance(reader, Delimited)
        converters = [Converter(one, Spelling()) for one in bounds]
        plain = plain_lines(reader.marks, converters)
        assert plain is not None
        for part in reader.parts(plain) if way else reader.batches():
            if isinstance(part, Lines):
                whole += part.count
                batch = reader.rows(part)
                converted = [
                    one.convert(cells) for one, cells in zip(converters, zip(*batch.rows, strict=True), strict=True)
                ]
                assert not any(reasons for _, reasons in converted), "every field is a value as it is"
                assert [list(values) for values, _ in converted] == [
                    list(cells) for cells in zip(*batch.rows, strict=True)
                ]
                assert len(batch.rows) == part.count
            else:
                batch = part
            found[way] += [(line, tuple(row)) for line, row in zip(batch.lines, batch.rows, strict=True)]
            found[way] += [(one.line, one.reason) for one in batch.bad]
        source.file.close()
    return *found, whole  # type: ignore[return-value]  # two lists


@pytest.mark.parametrize("seed", range(30))
def test_whole_lines_are_the_rows_that_are_read_field_by_field(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path, marks = tmp_path / "rows.csv", (chance.choice(",;\t|"), chance.choice("\"'"))
    path.write_bytes(hostile_file(chance, marks, hostile=seed % 3))
    careful, fast, whole = _parts(path, marks, BOUNDS)
    assert sorted(map(repr, careful)) == sorted(map(repr, fast))
    assert whole or seed % 3, "a file without oddities is taken as it is"


@pytest.mark.parametrize(
    "text", ["1,a\r", "1,a\r\r\n", '1,a"b\n', "1,a\n\n", '1,"a\nb"\n', "1\n", "1,a,b\n", "x,a\n", ","]
)
def test_lines_with_anything_special_are_not_taken_whole(text: str) -> None:
    plain = plain_lines(
        Marks(), [Converter(Bounds("integer"), Spelling()), Converter(Bounds("text", length=3), Spelling())]
    )
    assert plain is not None
    found = plain.cut(f"1,x\n{text}", 1, 0, Marks())
    assert found is None or text == ","
