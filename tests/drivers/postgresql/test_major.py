"""The major version, which servers before their release write in another way."""

import pytest

from litebase.drivers.postgresql.objects.major import major_version


@pytest.mark.parametrize(
    ("text", "major"),
    [("12.22", 12), ("18.4", 18), ("19rc1", 19), ("19beta2", 19), ("20devel", 20), ("17", 17), ("", 0)],
)
def test_every_spelling_of_a_version_has_a_major_one(text: str, major: int) -> None:
    assert major_version(text) == major
