# Generated from schema/ by `make generate`. Do not edit.
"""The base of all generated models: strict, closed, immutable, and without their values in errors."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

SECRETS: Final = frozenset({"answer", "init_sql", "password", "tls_key_passphrase", "token"})


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
        """The fields to show, for example in a traceback. Secrets are masked."""
        for name, value in super().__repr_args__():
            yield name, "(secret)" if name in SECRETS and value is not None else value
