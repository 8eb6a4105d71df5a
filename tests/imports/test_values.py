"""A text is exactly what a column takes, or it is refused."""

import pytest

from litebase.imports.values import Converter, Fit, Spelling

_TAKEN = [
    (Fit("integer", low=-128, high=127), "-128", "-128"),
    (Fit("integer", low=0, high=255), "255", "255"),
    (Fit("integer", flags=True), "true", "1"),
    (Fit("decimal", scale=2), "1.500", "1.500"),
    (Fit("decimal", scale=0), "1e3", "1000"),
    (Fit("decimal", digits=15), "9223372036854775807", "9223372036854775807"),
    (Fit("float"), "0.1", "0.1"),
    (Fit("float"), "0.30000000000000004", "0.30000000000000004"),
    (Fit("float"), "-0.00014285714285714285", "-0.00014285714285714285"),
    (Fit("float"), "0.1000000000000000055511151231257827021181583404541015625", None),
    (Fit("float", digits=6), "0.100000001", "0.100000001"),
    (Fit("decimal", digits=15), "1e300", "1" + "0" * 300),
    (Fit("decimal", scale=-2), "12300", "12300"),
    (Fit("integer", low=1901, high=2155), "1970", "1970"),
    (Fit("enum", choices=frozenset(("a", "it's"))), "it's", "it's"),
    (Fit("set", choices=frozenset("xy")), "y,x", "y,x"),
    (Fit("set", choices=frozenset("xy")), "", ""),
    (Fit("text", length=3), "a\nb", "a\nb"),
    (Fit("array", scale=2), "{1.2300,-4}", "{1.2300,-4}"),
    (Fit("bytes", size=2), "00ff", b"\x00\xff"),
    (Fit("other", makes_numbers=True), "-text", "-text"),
    (Fit("date"), "2024-02-29", "2024-02-29"),
    (Fit("date"), "2025-12-31 00:00:00", "2025-12-31"),
    (Fit("timestamp", fraction=3), "2025-01-01T10:00:00.120000", "2025-01-01 10:00:00.120"),
    (Fit("timestamptz", fraction=6), "2025-01-01 10:00:00.5+02", "2025-01-01 10:00:00.5+02"),
    (Fit("time", fraction=0), "838:59:59", "838:59:59"),
    (Fit("bytes"), "\\x00ff", b"\x00\xff"),
    (Fit("bit"), "0101", "0101"),
    (Fit("json", makes_numbers=True), "text", "text"),
]
_REFUSED = [
    (Fit("integer", low=-128, high=127), "128"),
    (Fit("integer", low=0, high=255), "-1"),
    (Fit("integer"), "1\n2"),
    (Fit("integer"), ""),
    (Fit("decimal", scale=2), "1.001"),
    (Fit("decimal", digits=15), "0.1234567890123456"),
    (Fit("decimal"), "NaN"),
    (Fit("float"), "9007199254740993"),
    (Fit("float", digits=6), "16777217"),
    (Fit("float"), "1e999"),
    (Fit("float"), "1e-400"),
    (Fit("float"), "0.1234567890123456789"),
    (Fit("float", digits=6), "1234567.891"),
    (Fit("float", digits=6), "1e-60"),
    (Fit("float", scale=2), "1.239"),
    (Fit("decimal", digits=15), "1e400"),
    (Fit("decimal", digits=15), "1e-400"),
    (Fit("decimal", scale=-2), "12345"),
    (Fit("integer", low=1901, high=2155), "70"),
    (Fit("enum", choices=frozenset("ab")), "A"),
    (Fit("enum", choices=frozenset("ab")), "1"),
    (Fit("set", choices=frozenset("xy")), "x,x"),
    (Fit("set", choices=frozenset("xy")), "3"),
    (Fit("text", length=3), "abc "),
    (Fit("array", scale=2), "{1.23,1.239}"),
    (Fit("array", scale=2), "{1e-3}"),
    (Fit("bytes", size=2), "ff"),
    (Fit("other", makes_numbers=True), " 5 "),
    (Fit("boolean"), "maybe"),
    (Fit("date"), "2025-02-29"),
    (Fit("date"), "2025-12-31 10:00:00"),
    (Fit("date"), "01/02/2025"),
    (Fit("timestamp", fraction=0), "2025-01-01 10:00:00.6"),
    (Fit("timestamp", fraction=6), "2025-01-01 10:00:00Z"),
    (Fit("bytes"), "0ff"),
    (Fit("other", makes_numbers=True), "00123"),
    (Fit("other", makes_numbers=True), "1.10"),
]


@pytest.mark.parametrize(("fit", "text", "value"), _TAKEN)
def test_what_a_column_takes(fit: Fit, text: str, value: str | bytes | None) -> None:
    assert Converter(fit, Spelling()).convert([None, text]) == ([None, text if value is None else value], {})


@pytest.mark.parametrize(("fit", "text"), _REFUSED)
def test_what_a_column_does_not_take(fit: Fit, text: str) -> None:
    values, reasons = Converter(fit, Spelling()).convert([text])
    assert (list(values), list(reasons)) == ([None], [0])
