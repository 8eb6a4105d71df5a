"""What a database would round, cut, fill up or take for something else is rejected before it gets it."""

import re
import sys

import pytest

from tests.end_to_end.test_imports import Importer, _failure, importer

__all__ = ["importer"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_EXACT = [  # a type, texts that it takes, and texts of which it would make something else
    ("postgresql", "exact_domain", ["1.23"], ["1.239"]),
    ("postgresql", "numeric(5,2)[]", ["{1.23}"], ["{1.239}", "{1e-3}"]),
    ("postgresql", "numeric(5,-2)", ["12300"], ["12345"]),
    ("postgresql", "timestamp(0)[]", ['{"2025-01-01 10:00:00"}'], ["{2025-01-01 10:00:00.6}"]),
    ("postgresql", "interval", ["00:00:00.123456"], ["0.1234567 seconds"]),
    ("postgresql", "interval day", ["5 days", "1 mon"], ["1 day 12:00", "36:00:00", "1.5"]),
    ("postgresql", "interval hour to minute", ["01:30:00"], ["1:30:30"]),
    ("postgresql", "money", ["$1.23"], ["1.239"]),
    ("postgresql", "varchar(3)", ["abc"], ["abc  "]),
    ("postgresql", "oid", ["4294967295"], ["-1"]),
    ("postgresql", '"char"', ["a"], ["ab", "ä"]),
    ("postgresql", "name", ["ä" * 31], ["ä" * 32]),
    ("postgresql", "uuid", ["00000000-0000-0000-0000-00000000000a"], ["\\N", "a\tb"]),
    ("postgresql", "real", ["0.1"], ["1234567.891"]),
    ("mysql", "enum('a','it''s','1')", ["a", "it's", "1"], ["A", "2", "3"]),
    ("mysql", "set('x','y')", ["x,y", ""], ["3", "X", "x,x"]),
    ("mysql", "year", ["1970", "2155"], ["70", "0"]),
    ("mysql", "float(7,2)", ["1.25"], ["1.239"]),
    ("mysql", "double(10,2)", ["1.23"], ["1.239"]),
    ("mysql", "double", ["1e-300"], ["1e-400", "0.1234567890123456789"]),
    ("mysql", "float", ["0.5"], ["1e-60", "16777217"]),
    ("mysql", "decimal(5,2)", ["999.99"], ["1.239", "1e400", "1000"]),
    ("mysql", "varchar(3)", ["abc"], ["abc  ", "abcd"]),
    ("mysql", "char(3)", ["ab", "", " a"], ["ab ", " ", "abcd"]),
    ("mysql", "varchar(3) character set utf8mb3", ["ä"], ["😀"]),
    ("mysql", "varchar(3) character set latin1", ["ä"], ["日"]),
    ("mysql", "binary(2)", ["ffff"], ["ff", "ffffff"]),
    ("mysql", "datetime", ["2025-01-01 10:00:00"], ["2025-01-01 24:00:00", "2025-01-01 10:00:00.6"]),
    ("sqlite", "DECIMAL(10,2)", ["1e300", "0.1", "9007199254740993.0"], ["1e400", "1e-400", "0.12345678901234567"]),
    ("sqlite", "REAL", ["1e-300"], ["1e-400", "9007199254740993", "NaN"]),
    ("sqlite", "UUID", ["a-b"], [" 5 ", "007"]),
    ("sqlite", "STRING", ["a"], ["007", "1e5"]),
    ("sqlite", "ANY", ["5"], ["007"]),
    ("sqlite", "TEXT", ["007", " 5 ", "1e400", "\0"], []),
]


@pytest.mark.parametrize(
    ("importer", "db_type", "taken", "refused"), _EXACT, indirect=["importer"], ids=[f"{e}-{t}" for e, t, *_ in _EXACT]
)
async def test_a_value_is_stored_as_it_is_or_not_at_all(
    importer: Importer, db_type: str, taken: list[str], refused: list[str]
) -> None:
    if importer.name == "postgresql":
        await importer.query("DROP DOMAIN IF EXISTS exact_domain CASCADE")
        await importer.query("CREATE DOMAIN exact_domain AS numeric(5,2)")
    await importer.query(f"CREATE TABLE made (id bigint PRIMARY KEY, v {db_type})")
    for at, text in enumerate(taken):
        await importer.load(f'id,v\n{at},"{text.replace(chr(34), chr(34) * 2)}"\n', table="made")
    stored = [row[1] for row in await importer.all("id, v", table="made")]
    assert list(map(_plain, stored)) == list(map(_plain, taken))
    for text in refused:
        failure = await _failure(importer.load(f'id,v\n99,"{text}"\n', table="made"))
        assert (failure.code, failure.details["line"]) == ("row_rejected", 2), text
    assert len(await importer.all(table="made")) == len(taken)
    if importer.name == "postgresql":
        await importer.query("DROP DOMAIN exact_domain CASCADE")


def _plain(value: object) -> str:
    """The same number is the same text; bytes are their digits."""
    if isinstance(value, bytes):
        return value.hex()
    text = str(value)
    return str(float(text)) if re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?", text) else text
