# Generated from schema/ by `make generate`. Do not edit.
"""Rows are passed on as they are: a sender may supply packed bytes, and the cells are not validated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import SkipValidation

CellValue: TypeAlias = None | bool | int | float | str | bytes


@dataclass(frozen=True, slots=True)
class PackedRows:
    """A MessagePack array of rows without its header: `count` rows, each packed, one after the other in `chunks`."""

    count: int
    chunks: tuple[bytes | memoryview, ...]


Rows: TypeAlias = Annotated[Sequence[Sequence[CellValue]] | PackedRows, SkipValidation]
