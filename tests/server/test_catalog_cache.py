"""The names that are kept: packed, and found by rank."""

from collections.abc import Sequence

import pytest

from litebase.drivers.names import Name
from litebase.server.catalog_cache import Packed, packed


def ranked(names: Sequence[str], wanted: str, *, match_case: bool = False) -> list[tuple[int, str]]:
    found = list(Packed(names).found(wanted, match_case=match_case))
    assert [name for _, _, name in found] == [names[number] for _, number, _ in found]
    return [(rank, name) for rank, _, name in found]


def test_names_are_found_the_best_first_and_each_once() -> None:
    names = ["order", "Order", "orders", "order_order", "re_order", "my order", "reorder", "other", "a-b", "order"]
    assert ranked(names, "ORDER") == [
        (0, "order"),
        (0, "Order"),
        (0, "order"),
        (1, "orders"),
        (1, "order_order"),
        (2, "re_order"),
        (2, "my order"),
        (3, "reorder"),
    ]
    assert ranked(names, "Order", match_case=True) == [(0, "Order")]
    assert ranked(names, "a-b") == [(0, "a-b")]
    assert ranked(names, "a.b") == []


@pytest.mark.parametrize("names", [[], [""], ["", "a", ""], ["\n", "a\nb"], ["Straße", "İ", "ǅ"]])
def test_names_come_back_as_they_were(names: list[str]) -> None:
    assert list(Packed(names).all()) == names
    for number, name in enumerate(names):
        if name:
            assert (0, number, name) in list(Packed(names).found(name, match_case=False))


def test_a_name_that_is_longer_in_lower_case_moves_no_other() -> None:
    assert ranked(["ẞẞ", "İİ", "x"], "X") == [(0, "x")]
    assert ranked(["GROẞ", "x"], "gross") == [(0, "GROẞ")]


def test_thirty_thousand_tables_with_ten_columns_take_few_megabytes() -> None:
    tables = [f"some_table_of_a_schema_{number}" for number in range(30_000)]
    columns = [f"a_column_of_it_{number}" for number in range(10)]
    one = packed("s", [(Name("table", name), None) for name in tables]).with_columns(
        [(name, columns) for name in tables]
    )
    assert one.size_bytes < 10 * 1024 * 1024
    assert one.columns is not None
    assert one.tables is not None
    assert [one.tables.all()[one.table_of(number)] for number in (0, 9, 10, 299_999)] == [
        tables[0], tables[0], tables[1], max(tables),
    ]  # fmt: skip


def test_tables_without_columns_have_none_of_their_neighbours() -> None:
    one = packed("s", []).with_columns([("a", []), ("b", ["x"]), ("c", []), ("d", ["y", "z"])])
    assert one.tables is not None
    assert [one.tables.all()[one.table_of(number)] for number in range(3)] == ["b", "d", "d"]
