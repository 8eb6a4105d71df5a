"""A plan asks for every window of a result once."""

import pytest

from tools.bench.reading import WINDOW_ROWS, WindowPlan


def answered(plan: WindowPlan, rows: int, most: int) -> list[tuple[int, int]]:
    """The windows that a backend with `rows` rows sends, at most `most` rows in one."""
    sent, asked = [], []
    while not plan.done:
        asked += list(plan.requests())
        assert asked, "a plan that is not done asks for something"
        offset, limit = asked.pop(0)
        count = max(0, min(limit, most, rows - offset))
        plan.take((offset, limit), count, rows if offset + limit >= rows else None)
        sent.append((offset, count))
    return sent


@pytest.mark.parametrize("most", [WINDOW_ROWS, 7000, 999])
@pytest.mark.parametrize("rows", [10_000, 10_001, 50_000, 12_345])
def test_each_row_is_read_once_even_if_windows_are_short(rows: int, most: int) -> None:
    first = min(WINDOW_ROWS, rows, most)
    sent = [(0, first), *answered(WindowPlan.after(first, rows if first == rows else None), rows, most)]
    read = sorted(row for offset, count in sent for row in range(offset, offset + count))
    assert read == list(range(rows))


def test_the_rest_of_a_short_window_is_asked_for_again() -> None:
    plan = WindowPlan.after(WINDOW_ROWS, None)
    assert list(plan.requests()) == [(10_000, 10_000), (20_000, 10_000)]
    plan.take((10_000, 10_000), 4000, None)
    assert list(plan.requests()) == [(14_000, 6000)]
    plan.take((20_000, 10_000), 10_000, 30_000)
    assert list(plan.requests()) == []
    plan.take((14_000, 6000), 6000, 30_000)
    assert plan.done
