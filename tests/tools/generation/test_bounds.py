"""Bounds in words."""

from typing import Any

import pytest

from tools.generation.bounds import bounds

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"type": "integer", "minimum": 1, "maximum": 9, "x-unit": "rows"}, ["1 to 9 rows."]),
    ({"type": "integer", "minimum": 1, "maximum": 9, "x-unit": "none"}, ["1 to 9."]),
    ({"type": "integer", "minimum": 0, "x-unit": "bytes"}, ["At least 0; in bytes."]),
    ({"type": "integer", "x-unit": "bytes"}, ["In bytes."]),
    ({"type": "integer", "x-unit": "none"}, []),
    ({"type": "string", "maxLength": 7, "x-unit": "characters"}, ["At most 7 characters."]),
    ({"type": "array", "maxItems": 7}, ["At most 7 items."]),
    ({"type": "string", "maxLength": 7, "x-secret": True}, ["At most 7 characters.", "Secret: never logged."]),
]


@pytest.mark.parametrize(("schema", "sentences"), CASES)
def test_each_bound_is_a_sentence_with_its_unit(schema: dict[str, Any], sentences: list[str]) -> None:
    assert list(bounds(schema)) == sentences
