"""Rows as text: aligned, cut to a width, harmless for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litebase_schema.opaque import CellValue
from litebase_schema.values import Column

from litebase.client.table import cell_text, cut, duration, pointer, printable, table, width


def columns(*kinds: str) -> list[Column]:
    return [Column(name=f"c{index}", db_type=kind.upper(), kind=kind) for index, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "NULL"),
        (True, "true"),
        (2**63 - 1, "9223372036854775807"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (float("inf"), "inf"),
        (b"\x00\xff", "x'00ff'"),
        (b"", "x''"),
        ("", ""),
        ("0.10", "0.10"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("left\u202eright", "left\\u202eright"),
        ("é你😀", "é你😀"),
    ],
)
def test_a_cell_is_one_line_of_text(cell: CellValue, text: str) -> None:
    assert cell_text(cell) == text


@given(st.text())
def test_no_text_can_control_the_terminal(text: str) -> None:
    assert printable(text).isprintable()


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_fits_and_what_fits_is_not_cut(text: str, room: int) -> None:
    text = printable(text)
    shown = cut(text, room)
    assert width(shown) <= room
    assert shown == text or (width(text) > room and shown.endswith("…") and text.startswith(shown[:-1]))


def test_wide_and_combining_characters_are_counted_as_terminals_show_them() -> None:
    assert [width(text) for text in ("abc", "你好", "😀", "e\u0301")] == [3, 4, 2, 1]


def test_a_table_is_aligned_with_numbers_at_the_right() -> None:
    rows: list[list[CellValue]] = [[1, "a"], [100, None], [None, "你好"]]
    assert list(table(columns("integer", "text"), rows, 80, types=True)) == [
        "      c0 │ c1",
        " INTEGER │ TEXT",
        "─────────┼──────",
        "       1 │ a",
        "     100 │ NULL",
        "    NULL │ 你好",
    ]


def test_text_in_a_column_of_numbers_stands_at_the_left() -> None:
    rows: list[list[CellValue]] = [[123456], ["x"]]
    assert list(table(columns("integer"), rows, 80))[2:] == [" 123456", " x"]


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=6, max_size=6), min_size=1, max_size=5),
    st.integers(min_value=12, max_value=120),
)
def test_a_table_never_exceeds_the_room_it_is_given(rows: list[list[CellValue]], room: int) -> None:
    for line in table(columns("text", "integer", "text", "bytes", "date", "text"), rows, room, types=True, note=False):
        assert width(line) <= room


def test_columns_without_room_are_counted_and_not_lost_in_silence() -> None:
    rows: list[list[CellValue]] = [["x" * 50] * 9]
    lines = list(table(columns(*["text"] * 9), rows, 40))
    assert lines[-1] == " … and 6 more columns that have no room here"


def test_without_a_width_nothing_is_cut() -> None:
    rows: list[list[CellValue]] = [["x" * 5000, "y" * 5000]]
    assert list(table(columns("text", "text"), rows, None))[-1] == f" {'x' * 5000} │ {'y' * 5000}"


def test_a_result_without_rows_still_shows_its_columns() -> None:
    assert list(table(columns("text"), [], 80)) == [" c0", "────"]


def test_the_caret_stands_under_the_character_also_behind_wide_ones_and_tabs() -> None:
    assert pointer("SELECT\n\t'你', nme\nFROM t", 13, 80) == ["\\t'你', nme", "        ^"]


def test_the_caret_of_a_long_line_stays_in_the_room() -> None:
    sql = f"SELECT '{'x' * 500}', nme, '{'y' * 500}'"
    line, caret = pointer(sql, sql.index("nme"), 60)
    assert width(line) <= 62
    assert line[len(caret) - 1 :].startswith("nme")


def test_a_position_at_the_end_of_the_text_has_a_caret_too() -> None:
    assert pointer("SELECT", 6, 80) == ["SELECT", "      ^"]


@pytest.mark.parametrize(("seconds", "text"), [(0.00004, "0.0 ms"), (0.0123, "12.3 ms"), (1.5, "1.50 s")])
def test_a_duration_has_the_unit_that_people_expect(seconds: float, text: str) -> None:
    assert duration(seconds) == text
