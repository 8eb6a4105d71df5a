"""A text is exactly what a column takes, or it is refused."""

import pytest

from litebase.bounds import Bounds
from litebase.imports.values import Converter, Spelling

_TAKEN = [
    *[
        (Bounds("interval", unit="day"), one, None)
        for one in ("5", "-1 year 2 mons 3 days", "1 day 00:00:00", "2 w ago")
    ],
    *[(Bounds("interval", unit="minute"), one, None) for one in ("1:30", "-1:30:00", "1 day 01:30:00", "1 h 0 sec")],
    (Bounds("interval", unit="year"), "@ 3 years", None),
    (Bounds("interval", unit="hour"), "1-2", None),
    (Bounds("integer", low=-128, high=127), "-128", "-128"),
    (Bounds("integer", low=0, high=255), "255", "255"),
    (Bounds("integer", flags=True), "true", "1"),
    (Bounds("decimal", scale=2), "1.500", "1.500"),
    (Bounds("decimal", scale=0), "1e3", "1000"),
    (Bounds("decimal", digits=15), "9223372036854775807", "9223372036854775807"),
    (Bounds("decimal", digits=15), "-1234567890123.45", "-1234567890123.45"),
    (Bounds("float"), "0.1", "0.1"),
    (Bounds("float"), "0.30000000000000004", "0.30000000000000004"),
    (Bounds("float"), "-0.00014285714285714285", "-0.00014285714285714285"),
    (Bounds("float"), "0.1000000000000000055511151231257827021181583404541015625", None),
    (Bounds("float", digits=6), "0.100000001", "0.100000001"),
    (Bounds("decimal", digits=15), "1e300", "1" + "0" * 300),
    (Bounds("decimal", scale=-2), "12300", "12300"),
    (Bounds("integer", low=1901, high=2155), "1970", "1970"),
    (Bounds("enum", choices=frozenset(("a", "it's"))), "it's", "it's"),
    (Bounds("set", choices=frozenset("xy")), "y,x", "y,x"),
    (Bounds("set", choices=frozenset("xy")), "", ""),
    (Bounds("text", length=3), "a\nb", "a\nb"),
    (Bounds("text", length=4, in_bytes=True), "ää", "ää"),
    (Bounds("text", length=4, in_bytes=True), "a\nbc", "a\nbc"),
    (Bounds("text", trims=True), " a\nb", " a\nb"),
    (Bounds("text", trims=True), "", ""),
    (Bounds("decimal", digits=15), "9007199254740993.0", "9007199254740993"),
    (Bounds("array", scale=2), "{1.2300,-4}", "{1.2300,-4}"),
    (Bounds("bytes", size=2), "00ff", b"\x00\xff"),
    (Bounds("other", makes_numbers=True), "-text", "-text"),
    (Bounds("date"), "2024-02-29", "2024-02-29"),
    (Bounds("date"), "2025-12-31 00:00:00", "2025-12-31"),
    (Bounds("timestamp", fraction=3), "2025-01-01T10:00:00.120000", "2025-01-01 10:00:00.120"),
    (Bounds("timestamptz", fraction=6), "2025-01-01 10:00:00.5+02", "2025-01-01 10:00:00.5+02"),
    (Bounds("time", fraction=0), "838:59:59", "838:59:59"),
    (Bounds("bytes"), "\\x00ff", b"\x00\xff"),
    (Bounds("bit"), "0101", "0101"),
    (Bounds("json", makes_numbers=True), "text", "text"),
]
_REFUSED = [
    *[(Bounds("interval", unit="day"), one) for one in ("1 day 12:00", "36:00:00", "5.5", "P1DT2H", "1 hour", "1:30")],
    *[(Bounds("interval", unit="minute"), one) for one in ("1:30:30", "5 s", "1 min 2 sec", "0:00:00.5")],
    (Bounds("interval", unit="year"), "1-2"),
    (Bounds("interval", unit="year"), "1 year 1 mon"),
    (Bounds("interval", unit="hour"), "1 day 00:01"),
    (Bounds("integer", low=-128, high=127), "128"),
    (Bounds("integer", low=0, high=255), "-1"),
    (Bounds("integer"), "1\n2"),
    (Bounds("integer"), ""),
    (Bounds("decimal", scale=2), "1.001"),
    (Bounds("decimal", digits=15), "0.1234567890123456"),
    (Bounds("decimal", digits=15), "-12345678901234.56"),
    (Bounds("decimal"), "NaN"),
    (Bounds("float"), "9007199254740993"),
    (Bounds("float", digits=6), "16777217"),
    (Bounds("float"), "1e999"),
    (Bounds("float"), "1e-400"),
    (Bounds("float"), "0.1234567890123456789"),
    (Bounds("float", digits=6), "1234567.891"),
    (Bounds("float", digits=6), "1e-60"),
    (Bounds("float", scale=2), "1.239"),
    (Bounds("decimal", digits=15), "1e400"),
    (Bounds("decimal", digits=15), "1e-400"),
    (Bounds("decimal", scale=-2), "12345"),
    (Bounds("integer", low=1901, high=2155), "70"),
    (Bounds("enum", choices=frozenset("ab")), "A"),
    (Bounds("enum", choices=frozenset("ab")), "1"),
    (Bounds("set", choices=frozenset("xy")), "x,x"),
    (Bounds("set", choices=frozenset("xy")), "3"),
    (Bounds("text", length=3), "abc "),
    (Bounds("text", length=4, in_bytes=True), "aää"),
    (Bounds("text", length=4, in_bytes=True), "abcde"),
    (Bounds("text", trims=True), "a "),
    (Bounds("array", scale=2), "{1.23,1.239}"),
    (Bounds("array", scale=2), "{1e-3}"),
    (Bounds("bytes", size=2), "ff"),
    (Bounds("other", makes_numbers=True), " 5 "),
    (Bounds("boolean"), "maybe"),
    (Bounds("date"), "2025-02-29"),
    (Bounds("date"), "2025-12-31 10:00:00"),
    (Bounds("date"), "01/02/2025"),
    (Bounds("timestamp", fraction=0), "2025-01-01 10:00:00.6"),
    (Bounds("timestamp", fraction=6), "2025-01-01 10:00:00Z"),
    (Bounds("bytes"), "0ff"),
    (Bounds("other", makes_numbers=True), "00123"),
    (Bounds("other", makes_numbers=True), "1.10"),
]


@pytest.mark.parametrize(("bounds", "text", "value"), _TAKEN)
def test_what_a_column_takes(bounds: Bounds, text: str, value: str | bytes | None) -> None:
    assert Converter(bounds, Spelling()).convert([None, text]) == ([None, text if value is None else value], {})


@pytest.mark.parametrize(("bounds", "text"), _REFUSED)
def test_what_a_column_does_not_take(bounds: Bounds, text: str) -> None:
    values, reasons = Converter(bounds, Spelling()).convert([text])
    assert (list(values), list(reasons)) == ([None], [0])
