"""How large a row is, so that drivers that read many at once stop in time."""

from litebase.drivers.interface import RowTuple


def content_bytes(row: RowTuple) -> int:
    """About the bytes of the cells' content: eight for each, and the length of texts (in characters) and bytes."""
    return 8 * len(row) + sum(len(cell) for cell in row if isinstance(cell, str | bytes))
