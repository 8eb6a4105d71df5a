# Generated from schema/ by `make generate`. Do not edit.
"""What all generated models share: strict, closed, immutable, and silent about their values in errors."""

from pydantic import BaseModel, ConfigDict


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
