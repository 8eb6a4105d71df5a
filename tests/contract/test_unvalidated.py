"""What `unvalidated` makes is what the model itself makes of the same values."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from litebase_schema.base import Model, unvalidated
from litebase_schema.health import HealthResponse
from litebase_schema.registry import MESSAGES, validator
from litebase_schema.rows import ResultFilter
from litebase_schema.values import Column

from litebase.wire.packing import fields_set
from litebase.wire.protocol import Limits, Protocol
from tests.contract.samples import samples_of

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _models(value: object) -> Iterator[Model]:
    """A model, and those in it."""
    if isinstance(value, Model):
        yield value
        yield from _models(list(vars(value).values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _models(one)
    elif isinstance(value, dict):
        yield from _models(list(value.values()))


def _packed(message_type: str, data: Model) -> bytes:
    return b"".join(Protocol("requests", Limits(0, 0, 0)).send("1", message_type, _WHEN, data))


@pytest.mark.parametrize("message_type", sorted(MESSAGES))
def test_a_model_is_the_same_without_its_validation(message_type: str) -> None:
    seen = 0
    for sample in samples_of(message_type, "valid"):
        with sample.named():
            validated = validator(message_type).validate_python(sample.data)
            for model in _models(validated):
                values = fields_set(model)
                made = unvalidated(type(model))(**dict(reversed(values.items())))
                assert made == model
                assert list(vars(made)) == list(vars(model))
                assert made.model_fields_set == model.model_fields_set
                assert made.model_dump() == model.model_dump()
                assert made.model_extra == model.model_extra
                seen += 1
            again = unvalidated(type(validated))(**fields_set(validated))
            assert _packed(message_type, again) == _packed(message_type, validated)
    assert seen


def test_a_default_that_can_be_changed_belongs_to_one_model() -> None:
    make = unvalidated(ResultFilter)
    first, second = (make(column=0, op="is_null") for _ in range(2))
    assert first.values == []
    assert first.values is not second.values


def test_it_refuses_names_that_are_missing_or_unknown() -> None:
    make = unvalidated(Column)
    with pytest.raises(AssertionError, match="Column"):
        make(name="a")  # type: ignore[call-arg]  # as the checker would say
    with pytest.raises(AssertionError, match="Column"):
        make(name="a", db_type="INT", kind="integer", other=1)  # type: ignore[call-arg]  # as above
    assert make(name="a", db_type="INT", kind="integer") == Column(name="a", db_type="INT", kind="integer")


def test_the_checker_knows_the_fields() -> None:
    with pytest.raises(AssertionError, match="HealthResponse"):
        unvalidated(HealthResponse)(status="healthy")  # type: ignore[call-arg]  # which `make lint` would report as unused
