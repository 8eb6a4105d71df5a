"""Abilities, and the contract's names for them."""

import json
from dataclasses import replace
from pathlib import Path

from litebase.drivers.abilities import NAMES, Unavailable
from tests.toy_engine.session import ToySession

SCHEMA = Path(__file__).parents[2] / "schema" / "connection.json"


def test_the_contract_knows_and_explains_every_ability() -> None:
    definition = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]["CapabilityName"]
    assert tuple(definition["enum"]) == NAMES
    for name in NAMES:
        assert f"`{name}`: " in definition["description"]


def test_an_ability_that_is_missing_says_why() -> None:
    changed = replace(ToySession.abilities, stop_statements=Unavailable("Nobody listens."))
    reasons = dict(changed.reasons())
    assert tuple(reasons) == NAMES
    assert (reasons["stop_statements"], reasons["several_db_sessions"]) == ("Nobody listens.", None)
