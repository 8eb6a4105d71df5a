"""Figures, their goals and their table."""

import pytest

from tools.bench.figure import INSTRUCTIONS, Figure, Goal, table


@pytest.mark.parametrize(
    ("goal", "met", "text"),
    [
        (Goal("ours", "below", 5), True, "< 5 ms"),
        (Goal("ours", "below", 4), False, "< 4 ms"),
        (Goal("ratio", "below", 2.5), True, "ratio < 2.5"),
        (Goal("ratio", "at least", 2), True, "ratio >= 2"),
        (Goal("ratio", "at least", 2.1), False, "ratio >= 2.1"),
        (Goal("difference", "below", 3), True, "< other + 3 ms"),
        (Goal("difference", "below", 2), False, "< other + 2 ms"),
    ],
)
def test_a_goal_bounds_our_value_the_ratio_or_the_difference(goal: Goal, met: bool, text: str) -> None:
    figure = Figure("how long", "ms", ours=4, other=2, other_name="theirs", goal=goal)
    assert figure.goal_met is met
    assert text in table([figure])


def test_a_goal_without_a_comparison_is_neither_met_nor_missed() -> None:
    figure = Figure("how long", "ms", 4, None, "(not installed)", Goal("ratio", "below", 3))
    assert (figure.ratio, figure.goal_met) == (None, None)
    assert "-  (not installed)" in table([figure])
    assert "missed" not in table([figure])


def test_what_depends_least_on_the_machine_comes_first() -> None:
    figures = [Figure("a", "s", 1), Figure("b", "s", 1, 2), Figure("c", INSTRUCTIONS, 3), Figure("d", "s", 1, 2)]
    assert [line[0] for line in table(figures).splitlines()[2:]] == ["c", "b", "d", "a"]


def test_the_table_is_aligned() -> None:
    lines = table([Figure("short", "s", 1, 2, "x"), Figure("much longer", "rows/s", 123456, 0.5, "yy")]).splitlines()
    assert [line.index("  x") for line in lines if "  x" in line] == [lines[2].index("  x")]
    assert lines[0].index("the other side") == lines[2].index("2 s") == lines[3].index("0.5 rows/s")
    assert "123,456 rows/s" in lines[3]
