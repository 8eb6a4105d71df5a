"""Workbooks as other programs read them: calamine, and the XML itself where calamine does not tell."""

import re
import threading
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.values import Column
from python_calamine import CalamineWorkbook

from litebase.errors import FileFailed
from litebase.export import xlsx
from litebase.export.file import NewFile
from litebase.export.writer import Remarks, RowTuple
from tests.conftest import unix_only


def _columns(*kinds: str) -> list[Column]:
    types = {"decimal": "numeric(20,2)"}
    return [Column(name=f"c{at}", db_type=types.get(kind, kind), kind=kind) for at, kind in enumerate(kinds)]


def _book(
    path: Path, columns: Sequence[Column], rows: Sequence[RowTuple], *, header: bool = True
) -> tuple[list[list[list[Any]]], dict[str, int]]:
    """The sheets that calamine reads, and what was told."""
    remarks, file = Remarks(), NewFile(path, overwrite=True)
    file.open()
    book = xlsx.Book(columns, remarks, "hex", file, header=header)
    try:
        file.write(book.begin())
        for at in range(0, len(rows), 7):
            file.write(book.rows(rows[at : at + 7]))
        file.write(book.end())
        book.assemble()
        for part in book.parts():
            file.write(part)
        file.complete()
        file.publish()
    finally:
        book.discard()
        file.discard()
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    remarks.all()
    read = CalamineWorkbook.from_path(str(path))
    sheets = [read.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in read.sheet_names]
    return sheets, {code: count for code, count in remarks.counts.items() if count}


def _cells(path: Path) -> dict[str, str]:
    """The XML of each cell of the first sheet."""
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return {found[1]: found[0] for found in re.finditer(r'<c r="([A-Z]+\d+)".*?</c>', sheet, re.DOTALL)}


def test_numbers_of_fifteen_digits_are_numbers_and_longer_ones_text(tmp_path: Path) -> None:
    rows: list[RowTuple] = [
        (999_999_999_999_999, "12345678901234.50", 0.1 + 0.2, True),
        (-(10**15), "1234567890123456", 5e-324, False),
        (9_223_372_036_854_775_807, "0.123456789012345", 1.7976931348623157e308, None),
        (0, "NaN", float("inf"), None),
        (None, "-0.00", float("nan"), None),
        (None, "00012.5", 1e16, None),
    ]
    (sheet,), told = _book(tmp_path / "a.xlsx", _columns("integer", "decimal", "float", "boolean"), rows)
    assert sheet[0] == ["c0", "c1", "c2", "c3"]
    assert sheet[1:] == [
        [999_999_999_999_999, 12345678901234.5, 0.1 + 0.2, True],
        ["-1000000000000000", "1234567890123456", 5e-324, False],
        ["9223372036854775807", 0.123456789012345, 1.7976931348623157e308, ""],
        [0, "NaN", "Infinity", ""],
        ["", 0, "NaN", ""],
        ["", 12.5, 1e16, ""],
    ]
    assert told == {"text_numbers": 6}


def test_dates_and_times_are_such(tmp_path: Path) -> None:
    rows: list[RowTuple] = [
        ("2026-01-31", "23:59:59", "2026-01-31 12:30:45", "2026-01-31 12:30:45+01"),
        ("1900-03-01", "00:00:00.500", "9999-12-31T23:59:59.999999", None),
        ("1900-02-28", "24:00:00", "0044-03-15 12:00:00 BC", None),
        ("infinity", "-838:59:59", "2026-01-31", None),
        ("0000-00-00", "12:00", "2026-13-01 00:00:00", None),
    ]
    columns = _columns("date", "time", "timestamp", "timestamptz")
    (sheet,), told = _book(tmp_path / "a.xlsx", columns, rows)
    assert sheet[1] == [
        date(2026, 1, 31),
        time(23, 59, 59),
        datetime(2026, 1, 31, 12, 30, 45),  # noqa: DTZ001  # Excel has no zones
        "2026-01-31 12:30:45+01",
    ]
    first, second, third, fourth = sheet[2]
    assert (first, third, fourth) == (date(1900, 3, 1), datetime(9999, 12, 31, 23, 59, 59, 999000), "")  # noqa: DTZ001
    assert second in (time(0, 0, 0, 500000), timedelta(milliseconds=500))
    for read, written in zip(sheet[3:], rows[2:], strict=True):
        assert [one or None for one in read] == list(written)
    assert told == {"text_dates": 10, "cut_fractions": 1}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "{=1}", "+1", "-1", "@x", "http://example.com", "mailto:a@b", "internal:Sheet1!A1", "file:///x", "0123",
        "1e5", "true", "#N/A", "<r>x</r>", "<r><t>x</t></r>", "<b>&amp;</b>", "_x0041_", " lead and trail ", "a\nb\tc",
        "größe 🐘", "]]>", "\ufffe\uffff",
    ],
)  # fmt: skip
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    (sheet,), told = _book(tmp_path / "a.xlsx", _columns("text", "integer"), [(text, 1)])
    cell = _cells(tmp_path / "a.xlsx")["A2"]
    assert 't="inlineStr"' in cell
    assert "<f>" not in cell
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert not any("_rels/sheet" in name for name in book.namelist()), "no link"
    assert told == {}
    escaped = text.replace("_x0041_", "_x005F_x0041_").replace("\ufffe\uffff", "_xFFFE__xFFFF_")
    assert sheet[1] in ([text, 1], [escaped, 1])


def test_characters_that_xml_does_not_have_are_escaped_as_excel_does(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", _columns("text"), [("a\x00b\x1fc\r",), ("x\udcff",)])
    cells = _cells(tmp_path / "a.xlsx")
    assert "a_x0000_b_x001F_c_x000D_" in cells["A2"]
    assert ">78ff<" in cells["A3"], "text that is not valid, as the bytes it consists of"


def test_null_is_no_cell_and_empty_text_is_one(tmp_path: Path) -> None:
    _book(tmp_path / "a.xlsx", _columns("text", "text", "bytes"), [(None, "", b""), ("x", None, b"\x00\xff")])
    cells = _cells(tmp_path / "a.xlsx")
    assert {name for name in cells if name[1] != "1"} == {"B2", "C2", "A3", "C3"}
    assert "<t></t>" in cells["B2"]
    assert ">00ff<" in cells["C3"]


def test_a_cell_has_as_many_characters_as_excel_counts(tmp_path: Path) -> None:
    rows: list[RowTuple] = [("x" * 32_767,), ("x" * 32_768,), ("🐘" * 16_384,), (f"<r>{'&' * 32_000}</r>",)]
    (sheet,), told = _book(tmp_path / "a.xlsx", _columns("text"), rows)
    texts = [row[0] for row in sheet[1:]]
    assert [len(text) for text in texts[:3]] == [32_767, 32_767, 16_383]
    assert texts[3].startswith("<r>&&&")
    assert told == {"cut_cells": 3}


def test_rows_go_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 10)
    rows: list[RowTuple] = [(number,) for number in range(25)]
    sheets, told = _book(tmp_path / "a.xlsx", _columns("integer"), rows)
    assert [len(sheet) for sheet in sheets] == [11, 11, 6]
    assert [sheet[0] for sheet in sheets] == [["c0"]] * 3
    assert [row[0] for sheet in sheets for row in sheet[1:]] == list(range(25))
    assert told == {"further_sheets": 2}
    sheets, _ = _book(tmp_path / "a.xlsx", _columns("integer"), rows, header=False)
    assert [row[0] for sheet in sheets for row in sheet] == list(range(25))


def test_the_real_limit_is_one_row_less_than_a_sheet_has() -> None:
    assert xlsx.MOST_ROWS == 2**20 - 1
    assert xlsx.MOST_COLUMNS == 2**14


def test_equal_names_are_both_kept_and_no_rows_make_a_sheet_too(tmp_path: Path) -> None:
    column = Column(name="a", db_type="text", kind="text")
    (sheet,), told = _book(tmp_path / "a.xlsx", [column, column], [])
    assert (sheet, told) == ([["a", "a"]], {})


def test_what_is_put_together_can_be_stopped(tmp_path: Path) -> None:
    """The thread that works on it ends, and what it had on the disk is gone."""
    file = NewFile(tmp_path / "a.xlsx", overwrite=False)
    file.open()
    book = xlsx.Book(_columns("text"), Remarks(), "hex", file, header=True)
    book.begin()
    book.rows([(f"text {number}",) for number in range(20_000)])
    ends: list[BaseException] = []

    def assemble() -> None:
        try:
            book.assemble()
        except xlsx.Stopped as stopped:
            ends.append(stopped)

    book._stopped.set()  # as if it came at the first byte
    thread = threading.Thread(target=assemble)
    thread.start()
    book.discard()
    thread.join()
    file.discard()
    assert len(ends) == 1
    assert list(tmp_path.iterdir()) == []


@unix_only
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    rows: list[RowTuple] = [(f"text {number}",) for number in range(20_000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        with pytest.raises(FileFailed) as failed:
            _book(tmp_path / "a.xlsx", _columns("text"), rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failed.value.reason == "no_space"
    assert list(tmp_path.iterdir()) == []
