"""Wire values as JSON, without loss."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.generation.tagged_json import from_json, to_json

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))  # UTC has no fold
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary() | MOMENTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["$bytes", "$int", "$float", "$timestamp"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_survives_the_way_through_json(value: Any) -> None:
    assert repr(from_json(json.loads(json.dumps(to_json(value))))) == repr(value)


def numbers(tagged: Any) -> list[int | float]:
    """Every plain number in a JSON value."""
    match tagged:
        case bool():
            return []
        case int() | float():
            return [tagged]
        case list():
            return [number for item in tagged for number in numbers(item)]
        case dict():
            return [number for item in tagged.values() for number in numbers(item)]
        case _:
            return []


@given(VALUES)
def test_every_plain_number_is_an_integer_that_a_double_holds(value: Any) -> None:
    assert all(isinstance(number, int) and abs(number) < 2**53 for number in numbers(to_json(value)))


@pytest.mark.parametrize(
    ("value", "tagged"),
    [
        (b"\x00\xff", {"$bytes": "00ff"}),
        (2**53, {"$int": "9007199254740992"}),
        (-(2**53), {"$int": "-9007199254740992"}),
        (2**53 - 1, 2**53 - 1),
        (12.0, {"$float": "12.0"}),
        (-0.0, {"$float": "-0.0"}),
        (math.inf, {"$float": "inf"}),
        (True, True),
        ([b"", None], [{"$bytes": ""}, None]),
        (datetime(2026, 1, 1, tzinfo=UTC), {"$timestamp": "2026-01-01T00:00:00Z"}),
        (datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), {"$timestamp": "2026-01-01T00:00:00Z"}),
        ({"a": 1.5}, {"a": {"$float": "1.5"}}),
    ],
)
def test_a_value_that_json_would_change_is_tagged(value: Any, tagged: Any) -> None:
    assert to_json(value) == tagged
    assert type(to_json(value)) is type(tagged)
