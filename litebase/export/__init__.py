"""Rows as the bytes of CSV, JSON, SQL and other formats."""

from importlib.util import find_spec


def has_parquet() -> bool:
    """Whether Parquet can be written; pyarrow is not loaded by that."""
    return find_spec("pyarrow") is not None
