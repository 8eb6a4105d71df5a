"""The models and the schema agree on the generated samples."""

import json

import pytest
from litebase_schema.registry import MESSAGES, validator
from pydantic import ValidationError

from litebase.wire.protocol import refusal
from tests.contract.samples import FOLDER, samples_of
from tools.generation.oracle import Oracle
from tools.generation.samples import valid
from tools.generation.source import Message, load

CONTRACT = load()
ORACLE = Oracle(CONTRACT)


every_message = pytest.mark.parametrize("message", CONTRACT.messages(), ids=lambda message: message.type)


@every_message
def test_valid_samples_are_accepted_by_the_model_and_by_the_schema(message: Message) -> None:
    for sample in samples_of(message.type, "valid"):
        with sample.named():
            validator(message.type).validate_python(sample.data)
            assert ORACLE.accepts(message.place, sample.data)


@every_message
def test_invalid_samples_are_refused_by_both_at_their_path(message: Message) -> None:
    for sample in samples_of(message.type, "invalid"):
        with sample.named():
            assert not ORACLE.accepts(message.place, sample.data)
            with pytest.raises(ValidationError) as refused:
                validator(message.type).validate_python(sample.data)
            details = refusal(refused.value, sample.data, "/data", validator(message.type)).details
            assert details is not None
            assert details.model_dump() == {"path": sample.path}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_has_valid_and_invalid_samples(name: str) -> None:
    content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert content["type"] == name
    assert len(content["valid"]) >= 2
    assert len(content["invalid"]) >= 2


def test_every_sample_file_belongs_to_a_message() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(MESSAGES)


@every_message
def test_the_defaults_of_missing_keys_are_valid(message: Message) -> None:
    for name, data in valid(CONTRACT, message.place):
        if "minimal" in name:
            assert ORACLE.accepts(message.place, validator(message.type).validate_python(data).model_dump())
