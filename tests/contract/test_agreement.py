"""The schema and the models generated from it accept and refuse the same changed messages, thousands of them.

This finds a generator that loses a keyword, and a model that is lax where the schema is strict.
"""

import copy
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litebase_schema.registry import MESSAGES, details_validator, validator
from pydantic import TypeAdapter, ValidationError

from tools.generation.oracle import Oracle
from tools.generation.samples import valid
from tools.generation.source import Place, load

CONTRACT = load()
ORACLE = Oracle(CONTRACT)
SEED = 20260101
ROUNDS = 25  # changed messages per sample
ODD_VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 16, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**63), 0.0, 1.0, 1.5, float("nan"),
    float("inf"), "", "12", "text", "\x00", "a\x00b", "x\n", "true", "sqlite", "x" * 129, "\N{GRINNING FACE}" * 64, b"",
    b"12", [], [1], [[]], ["text"], {}, {"a": 1}, {"name": []}, datetime(2026, 1, 1, tzinfo=UTC),
]  # fmt: skip


def containers(value: Any) -> Iterator[dict[str, Any] | list[Any]]:
    """`value` and everything inside that contains items."""
    if isinstance(value, dict | list):
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from containers(child)


def change(chance: random.Random, data: Any) -> None:
    """Change one thing in `data`, at any depth."""
    target = chance.choice(list(containers(data)))
    keys: list[Any] = list(target) if isinstance(target, dict) else list(range(len(target)))
    match chance.choice(["drop", "add", "swap", "swap", "swap"]):
        case "drop" if keys:
            del target[chance.choice(keys)]
        case "swap" if keys:
            target[chance.choice(keys)] = copy.deepcopy(chance.choice(ODD_VALUES))
        case _ if isinstance(target, dict):
            target[chance.choice(["no_such_field", "path", "id", ""])] = copy.deepcopy(chance.choice(ODD_VALUES))
        case _:
            target.append(copy.deepcopy(chance.choice(ODD_VALUES)))


def mutants(place: Place) -> Iterator[Any]:
    """Changed copies of every valid sample of a definition, the same ones in every run."""
    chance = random.Random(f"{SEED} {place}")
    for _, sample in valid(CONTRACT, place):
        for _ in range(ROUNDS):
            data = copy.deepcopy(sample)
            for _ in range(chance.choice([1, 1, 2])):
                change(chance, data)
            yield data
    yield from ODD_VALUES


def accepts(adapter: TypeAdapter[Any], data: Any) -> bool:
    """Whether the model accepts `data`."""
    try:
        adapter.validate_python(data)
    except ValidationError:
        return False
    return True


def verdicts(place: Place, adapter: TypeAdapter[Any], opaque: tuple[str, ...] = ()) -> dict[bool, int]:
    """How many changed messages both accept and both refuse. Fails if they differ."""
    count = {True: 0, False: 0}
    for data in mutants(place):
        judged = data
        if isinstance(data, dict):  # the model does not look into rows, so the schema gets valid ones
            judged = data | {name: [] for name in opaque if name in data}
        verdict = ORACLE.accepts(place, judged)
        assert accepts(adapter, data) is verdict, f"the schema says {verdict}: {data!r}"
        count[verdict] += 1
    return count


@pytest.mark.parametrize("message", CONTRACT.messages(), ids=lambda message: message.type)
def test_schema_and_model_agree_on_every_changed_message(message: Any) -> None:
    count = verdicts(message.place, validator(message.type), MESSAGES[message.type].opaque)
    assert count[False] >= 30
    assert count[True] >= 1


CODES = sorted(code for code, entry in CONTRACT.error_codes().items() if "details" in entry)


@pytest.mark.parametrize("code", CODES)
def test_schema_and_model_agree_on_the_details_of_every_error_code(code: str) -> None:
    adapter = details_validator(code)
    assert adapter is not None
    count = verdicts(Place("errors.json", CONTRACT.error_codes()[code]["details"]), adapter)
    assert count[False] >= 30
    assert count[True] >= 1


def test_there_are_thousands_of_accepted_and_of_refused_messages() -> None:
    accepted = refused = 0
    for message in CONTRACT.messages():
        for data in mutants(message.place):
            if accepts(validator(message.type), data):
                accepted += 1
            else:
                refused += 1
    assert accepted > 1000
    assert refused > 4000
