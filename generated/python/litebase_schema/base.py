# Generated from schema/ by `make generate`. Do not edit.
"""What all generated models share: strict, closed, immutable, and silent about their values in errors."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

SECRETS: Final = frozenset({"password", "token"})


class Model(BaseModel):
    """The base of every generated model."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What is shown of a model, in a traceback for example: everything but its secrets."""
        for name, value in super().__repr_args__():
            yield name, "(secret)" if name in SECRETS and value is not None else value
