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
def test_what_a_column_takes(fit: Fit, text: str, value: str | bytes) -> None:
    assert Converter(fit, Spelling()).convert([None, text]) == ([None, value], {})


@pytest.mark.parametrize(("fit", "text"), _REFUSED)
def test_what_a_column_does_not_take(fit: Fit, text: str) -> None:
    values, reasons = Converter(fit, Spelling()).convert(["", text] if fit.kind == "text" else [text])
    assert (list(values), list(reasons)) == ([None], [0])
