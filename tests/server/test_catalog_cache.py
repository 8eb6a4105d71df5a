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


def test_kinds_are_kept_apart() -> None:
    found = [Name("view", "v"), Name("function", "f", "b"), Name("view", "a"), Name("function", "f", "a")]
    one = packed("s", [(name, str(name)) for name in found])
    assert list(one.objects()) == [found[2], found[0], found[3], found[1]]
    assert [(kind, first, names.all()) for kind, first, names in one.kinds] == [
        ("view", 0, ["a", "v"]), ("function", 2, ["f", "f"]),
    ]  # fmt: skip
    assert list(one.states or ()) == [hash(str(name)) for name in one.objects()]


def test_a_name_is_looked_at_once_whatever_it_repeats_and_a_search_can_be_stopped() -> None:
    looked = 0

    def is_stopped() -> bool:
        nonlocal looked
        looked += 1
        return looked == 6

    names = ["e" * 5000 for _ in range(10)]
    assert len(list(Packed(names).found("e", match_case=True, is_stopped=is_stopped))) == 5
