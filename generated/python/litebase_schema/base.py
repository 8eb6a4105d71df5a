# Generated from schema/ by `make generate`. Do not edit.
"""The base of all generated models: strict, closed, immutable, and without their values in errors."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, Final, ParamSpec, TypeVar, cast

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


M = TypeVar("M", bound=Model)
P = ParamSpec("P")


def unvalidated(model: Callable[P, M]) -> Callable[P, M]:
    """Return a constructor of `model` that skips validation, for answers that are made often of our own values."""
    assert isinstance(model, type) and issubclass(model, Model)
    fields = model.__pydantic_fields__
    assert all(field.default_factory is None for field in fields.values()), "only defaults are known here"
    blank = {name: field.default for name, field in fields.items()}
    required = {name for name, field in fields.items() if field.is_required()}
    mutable = [name for name, default in blank.items() if isinstance(default, list | dict)]
    names = set(blank)  # for all models that have all of them: it is never changed
    create, put = cast("Callable[[object], M]", model.__new__), object.__setattr__

    def made(*_positional: P.args, **values: P.kwargs) -> M:
        one = create(model)
        whole = {**blank, **values}  # in the order of the fields
        if len(values) == len(blank) == len(whole):
            put(one, "__pydantic_fields_set__", names)
        else:
            assert required <= values.keys() <= names, f"the fields of {model.__name__} are {list(blank)}"
            for name in mutable:
                if name not in values:
                    whole[name] = copy(blank[name])
            put(one, "__pydantic_fields_set__", set(values))
        put(one, "__dict__", whole)
        put(one, "__pydantic_extra__", None)
        put(one, "__pydantic_private__", None)
        return one

    return made
