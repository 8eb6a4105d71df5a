"""The parts that patterns of SQL text are built from."""

import re
import string
import sys

import pytest

from litebase.sql.lexical import FIRST_LETTER, LETTER, LETTER_OR_DOLLAR

EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))
BEYOND_ASCII = EVERYTHING[128:]


@pytest.mark.parametrize(
    ("part", "in_ascii"),
    [
        (FIRST_LETTER, string.ascii_letters + "_"),
        (LETTER, string.ascii_letters + "_" + string.digits),
        (LETTER_OR_DOLLAR, string.ascii_letters + "_" + string.digits + "$"),
    ],
)
def test_a_letter_is_one_of_ascii_or_anything_beyond_it(part: str, in_ascii: str) -> None:
    assert "".join(re.findall(part, EVERYTHING)) == "".join(sorted(in_ascii)) + BEYOND_ASCII
