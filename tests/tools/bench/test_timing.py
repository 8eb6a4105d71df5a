"""Percentiles and typical times."""

from tools.bench.timing import percentile, typical


def test_a_percentile_is_one_of_the_times_and_one_slow_block_does_not_count() -> None:
    times = [float(number) for number in range(1, 101)]
    assert (percentile(times, 50), percentile(times, 99), percentile(times, 100)) == (50, 99, 100)
    assert percentile([7.0], 99) == 7
    assert typical([[1.0], [900.0], [2.0]], 50) == 2
