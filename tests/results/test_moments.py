"""Dates, times and intervals as servers print them."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.results.moments import moment


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("date", ["-infinity", "4713-01-01 BC", "0044-03-15 BC", "0001-12-31 BC", "0001-01-01",
                  "1999-12-31", "2000-02-29", "2000-03-01", "10000-01-01", "5874897-12-31", "infinity"]),
        ("date", ["0000-00-00", "2025-12-31", "2026-00-00", "2026-00-10", "2026-01-00", "2026-01-01"]),
        ("timestamptz", ["2026-01-01 10:00:00.123456700+00", "2026-01-01 10:00:00.123456789+00"]),
        ("interval", ["2562047788:00:54.775807", "1000000000 days", "2147483647 days"]),
        ("timestamp", ["-infinity", "2026-01-31 23:59:59", "2026-01-31 23:59:59.000001", "2026-02-01",
                       "294276-12-31 00:00:00"]),
        ("timestamptz", ["2026-10-25 02:30:00+02", "2026-10-25 02:10:00+01", "2026-10-25 02:30:00+01",
                         "2026-10-25 02:30:00+00:30", "2026-10-25T02:30:00Z", "2026-10-25 02:30:00-03:30"]),
        ("time", ["-838:59:59", "-00:00:01", "00:00:00", "09:30", "09:30:00.5", "24:00:00", "838:59:59.999999"]),
        ("timetz", ["10:00:00+02", "09:00:00+00", "08:00:00-02"]),
        ("interval", ["-1 years", "-1 days +23:00:00", "-00:30:00", "00:00:00", "23:59:59", "1 day", "1 mon -1 days",
                      "1 mon", "1 year 2 mons", "178000000 years"]),
    ],
)  # fmt: skip
def test_the_order_is_that_of_time(kind: str, cells: list[str]) -> None:
    numbers = [moment(cell, kind) for cell in cells]
    assert None not in numbers
    assert all(before < after for before, after in pairwise(numbers))  # type: ignore[operator]


@given(st.datetimes(), st.datetimes())
def test_moments_are_ordered_as_the_calendar_is(one: datetime, other: datetime) -> None:
    numbers = [moment(at.isoformat(" "), "timestamp") for at in (one, other)]
    assert None not in numbers
    assert (numbers[0] < numbers[1], numbers[0] == numbers[1]) == (one < other, one == other)  # type: ignore[operator]


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-12 * 60, 14 * 60))  # noqa: DTZ001
def test_a_zone_does_not_change_the_moment(at: datetime, minutes: int) -> None:
    here = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    there = here.astimezone(UTC).replace(tzinfo=None)
    assert moment(here.isoformat(" "), "timestamptz") == moment(there.isoformat(" "), "timestamp")


@pytest.mark.parametrize("cell", [None, 3, b"2026-01-01", "", "soon", "31.01.2026", "2026-01", "1" * 5000 + "-01-01"])
@pytest.mark.parametrize("kind", ["date", "timestamptz", "time", "interval"])
def test_what_is_no_time_is_none(cell: str | None, kind: str) -> None:
    assert moment(cell, kind) is None
