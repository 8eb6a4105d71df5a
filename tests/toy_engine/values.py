"""The engine's values: text and whole numbers, as they are."""

from collections.abc import Mapping, Sequence

from litebase_schema.values import Column, TypedParameter

from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import Cell, Parameters, RowTuple
from litebase.errors import Unsupported

NO_NAMED_PARAMETERS = Unavailable("The toy engine has no named placeholders; send the parameters as a list.")
_KINDS = {int: "integer", str: "text"}


def bound(params: Parameters) -> Sequence[Cell]:
    """Values for the placeholders, in order. Raises `Unsupported` for named ones."""
    if isinstance(params, Mapping):
        raise Unsupported(NO_NAMED_PARAMETERS.reason)
    return [one.value if isinstance(one, TypedParameter) else one for one in params or ()]


def columns(names: Sequence[str], first: RowTuple | None) -> list[Column]:
    """Columns of a result, typed by its first row."""
    kinds = [_KINDS.get(type(cell), "other") for cell in first] if first else ["other"] * len(names)
    return [Column(name=name, db_type=kind, kind=kind) for name, kind in zip(names, kinds, strict=True)]
