"""The models and the schema agree on the generated samples."""

import json
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.registry import MESSAGES, validator
from pydantic import ValidationError

from litebase.wire.protocol import refusal
from tools.generation.oracle import Oracle
from tools.generation.samples import valid
from tools.generation.source import Message, load
from tools.generation.tagged_json import from_json

SAMPLES = Path(__file__).parents[2] / "generated" / "samples"
CONTRACT = load()
ORACLE = Oracle(CONTRACT)


def samples(part: str) -> pytest.MarkDecorator:
    """The samples of every message type, as the parameters of a test."""
    found = []
    for message in CONTRACT.messages():
        for one in json.loads((SAMPLES / f"{message.type}.json").read_text(encoding="utf-8"))[part]:
            values = (message, one.get("path"), from_json(one["data"]))
            found.append(pytest.param(*values, id=f"{message.type}: {one['name']}"))
    return pytest.mark.parametrize(("message", "path", "data"), found)


@samples("valid")
def test_a_valid_sample_is_accepted_by_the_model_and_by_the_schema(message: Message, path: None, data: Any) -> None:
    validator(message.type).validate_python(data)
    assert ORACLE.accepts(message.place, data)


@samples("invalid")
def test_an_invalid_sample_is_refused_by_both_at_its_path(message: Message, path: str, data: Any) -> None:
    assert not ORACLE.accepts(message.place, data)
    with pytest.raises(ValidationError) as refused:
        validator(message.type).validate_python(data)
    details = refusal(refused.value, data, "/data").details
    assert details is not None
    assert details.model_dump() == {"path": path}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_has_valid_and_invalid_samples(name: str) -> None:
    content = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert content["type"] == name
    assert len(content["valid"]) >= 2
    assert len(content["invalid"]) >= 2


def test_every_sample_file_belongs_to_a_message() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(MESSAGES)


@pytest.mark.parametrize("message", CONTRACT.messages(), ids=lambda message: message.type)
def test_the_defaults_of_missing_keys_are_valid(message: Message) -> None:
    for name, data in valid(CONTRACT, message.place):
        if "minimal" in name:
            assert ORACLE.accepts(message.place, validator(message.type).validate_python(data).model_dump())
