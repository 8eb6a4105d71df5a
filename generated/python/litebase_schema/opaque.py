# Generated from schema/ by `make generate`. Do not edit.
"""Rows travel as they are: a sender may hand over packed bytes, and no one validates them cell by cell."""

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
