"""What a declared type says about the cells of its column."""

import pytest

from litebase.drivers.sqlite.values import TOLERANT, kind_of_declared, type_of_values

# the left column of the tables in sections 3.1 and 3.1.1 of sqlite.org/datatype3.html, and the names that people use
KINDS = {
    "integer": ["INT", "INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT", "UNSIGNED BIG INT", "INT2", "int8"],
    "text": [
        "CHARACTER(20)", "VARCHAR(255)", "VARYING CHARACTER(255)", "NCHAR(55)", "NATIVE CHARACTER(70)",
        "NVARCHAR(100)", "TEXT", "CLOB", "text",
    ],
    "bytes": ["BLOB", "blob(20)", "LONGBLOB"],
    "float": ["REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT", "float(8)"],
    "decimal": ["NUMERIC", "DECIMAL(10,5)", "decimal(10, 2)", "MONEY"],
    "boolean": ["BOOLEAN", "bool"],
    "date": ["DATE"],
    "time": ["TIME"],
    "timetz": ["TIMETZ"],
    "timestamp": ["DATETIME", "TIMESTAMP", "TIMESTAMP(6)"],
    "timestamptz": ["TIMESTAMPTZ"],
    "json": ["JSON", "JSONB"],
    "uuid": ["UUID", "GUID"],
    "xml": ["XML"],
    "other": ["ANY", "STRING", "VECTOR(3)", "(10)", "  "],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "declared"), [(kind, name) for kind, names in KINDS.items() for name in names])
def test_a_declared_type_has_its_kind(kind: str, declared: str) -> None:
    assert kind_of_declared(declared) == kind


def test_affinity_is_decided_in_sqlite_s_order() -> None:
    """INT comes first, so a CHARINT is an integer and a FLOATING POINT, which holds INT, is one too."""
    assert kind_of_declared("CHARINT") == "integer"
    assert kind_of_declared("FLOATING POINT") == "integer"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, ("integer", "integer")),
        (1.5, ("real", "float")),
        ("a", ("text", "text")),
        (b"a", ("blob", "bytes")),
    ],
)
def test_an_expression_is_named_after_its_first_value_that_is_not_null(value: int, found: tuple[str, str]) -> None:
    assert type_of_values([("x", None), ("x", value), ("x", "later")], 1) == found


def test_an_expression_without_values_may_be_anything() -> None:
    assert type_of_values([], 0) == ("ANY", "other")
    assert type_of_values([(None,)], 0) == ("ANY", "other")


def test_invalid_utf_8_becomes_text_from_which_the_bytes_can_be_had() -> None:
    assert TOLERANT(b"a\xff\xc3") == "a\udcff\udcc3"
    assert TOLERANT("é🙂\0".encode()) == "é🙂\0"
