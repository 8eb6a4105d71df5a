"""Parquet as pyarrow reads it, where it is installed; and what is said where it is not."""

import importlib.util
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from litebase_schema.export import ExportOptions
from litebase_schema.values import Column

from litebase.errors import Unsupported
from litebase.export import formats, has_parquet
from litebase.export.writer import Remarks, RowTuple

needs_pyarrow = pytest.mark.skipif(
    not has_parquet(), reason="NOT TESTED: pyarrow is not installed; pip install 'litebase[parquet]'"
)
_COLUMNS = [
    Column(name="i", db_type="bigint", kind="integer"),
    Column(name="u", db_type="bigint unsigned", kind="integer"),
    Column(name="n", db_type="numeric(24,4)", kind="decimal"),
    Column(name="big", db_type="decimal(65,30)", kind="decimal"),
    Column(name="any", db_type="numeric", kind="decimal"),
    Column(name="f", db_type="double precision", kind="float"),
    Column(name="yes", db_type="boolean", kind="boolean"),
    Column(name="t", db_type="text", kind="text"),
    Column(name="b", db_type="bytea", kind="bytes"),
    Column(name="day", db_type="date", kind="date"),
    Column(name="at", db_type="timestamp", kind="timestamp"),
    Column(name="zoned", db_type="timestamptz", kind="timestamptz"),
    Column(name="span", db_type="interval", kind="interval"),
    Column(name="t", db_type="text", kind="text"),
]
_ROW: RowTuple = (
    -(2**63), 2**64 - 1, "12345678901234567890.1250", "1" * 35 + "." + "2" * 30, "1e400", 0.1 + 0.2, True,
    "größe 🐘\x00", b"\x00\xff", "2026-01-31", "2026-01-31 12:00:00.123456", "2026-01-31 12:00:00.123456+05:30",
    "1 mon", "",
)  # fmt: skip


def _written(columns: Sequence[Column], rows: Sequence[RowTuple]) -> tuple[Any, Remarks]:
    """The table that pyarrow reads, and what was told."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # where it is installed

    remarks = Remarks()
    writer = formats.writer("parquet", formats.Job(columns, ExportOptions(), remarks, None))  # type: ignore[arg-type]  # it writes no SQL
    content = writer.begin()
    for at in range(0, len(rows), 3):
        content += writer.rows(rows[at : at + 3])
    content += writer.end()
    return pq.read_table(BytesIO(content)), remarks


@needs_pyarrow
def test_types_and_values_are_exact() -> None:
    nothing: RowTuple = (None,) * len(_COLUMNS)
    table, remarks = _written(_COLUMNS, [_ROW, nothing, nothing, _ROW])
    assert [str(one.type) for one in table.schema] == [
        "int64", "uint64", "decimal128(24, 4)", "decimal256(65, 30)", "string", "double", "bool", "string", "binary",
        "date32[day]", "timestamp[us]", "timestamp[us, tz=UTC]", "string", "string",
    ]  # fmt: skip
    assert table.schema.names[7::6] == ["t", "t_2"]
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    assert rows[0] == rows[3]
    assert rows[1] == nothing
    assert rows[0] == (
        -(2**63), 2**64 - 1, Decimal("12345678901234567890.1250"), Decimal("1" * 35 + "." + "2" * 30), "1e400",
        0.1 + 0.2, True, "größe 🐘\x00", b"\x00\xff", date(2026, 1, 31),
        datetime(2026, 1, 31, 12, 0, 0, 123456),  # noqa: DTZ001  # it has no zone
        datetime(2026, 1, 31, 6, 30, 0, 123456, UTC), "1 mon", "",
    )  # fmt: skip
    assert [code for code, _ in remarks.all()] == ["renamed_columns", "text_columns"]


@needs_pyarrow
@pytest.mark.parametrize(
    ("db_type", "kind", "cell"),
    [
        ("numeric(4,2)", "decimal", "123.45"),
        ("numeric(4,2)", "decimal", "1.234"),
        ("numeric(4,2)", "decimal", "NaN"),
        ("integer", "integer", "text of SQLite"),
        ("integer", "integer", 2**63),
        ("date", "date", "infinity"),
        ("date", "date", "0044-03-15 BC"),
        ("timestamp", "timestamp", "2026-01-31 12:00:00+01"),
        ("boolean", "boolean", 2),
        ("blob", "bytes", "no bytes"),
    ],
)
def test_what_a_type_does_not_have_is_an_error_with_its_place(db_type: str, kind: str, cell: Any) -> None:
    column = Column(name="c", db_type=db_type, kind=kind)
    with pytest.raises(Unsupported) as refused:
        _written([column], [(None,)] * 4 + [(cell,)])
    assert "Row 5 of column 'c' is not a value of" in refused.value.message
    assert "cast" in refused.value.message
    assert str(cell) not in refused.value.message.replace("Row 5", ""), "no value is in an error"


@needs_pyarrow
def test_row_groups_are_bounded_and_no_rows_make_a_file_too() -> None:
    column = Column(name="t", db_type="text", kind="text")
    table, _ = _written([column], [])
    assert (table.num_rows, table.schema.names) == (0, ["t"])
    table, _ = _written([column], [(f"{number}" + "x" * 2_000_000,) for number in range(40)])
    assert [text[:2] for text in table.column(0).to_pylist()] == [f"{number}x"[:2] for number in range(40)]


def test_where_pyarrow_is_missing_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("litebase.export.find_spec", lambda name: None if name == "pyarrow" else found(name))
    with pytest.raises(Unsupported) as refused:
        formats.check("parquet", ExportOptions(), to_file=True)
    assert "pip install 'litebase[parquet]'" in refused.value.message
