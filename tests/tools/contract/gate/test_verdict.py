"""Which version a contract may have, given what changed since the frozen ones."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.edits import (
    Edit,
    add_message,
    add_optional_request_field,
    add_response_field,
    apply,
    change_a_description,
    definition,
    field,
    raise_a_bound_of_an_answer,
    remove_response_field,
    set_version,
)
from tests.contract.older import copy_of_the_contract
from tools.contract.gate.check import checked
from tools.contract.gate.freeze import freeze
from tools.contract.gate.verdict import may_break, next_breaking

WARNING = {"rule": "B6", "pointer": "hello.json#/$defs/Software/properties/version", "why": "Names grow."}


@pytest.fixture(scope="module", params=[(0, 1), (1, 0)], ids=["0.1", "1.0"])
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, int]:
    """A contract that was frozen as 0.1, and one that was frozen as 1.0."""
    major, minor = request.param
    schema = copy_of_the_contract(tmp_path_factory.mktemp("original"))
    set_version(schema, major, minor)
    freeze(f"{major}.{minor}", schema)
    return schema, major, minor


@pytest.fixture
def frozen(original: tuple[Path, int, int], tmp_path: Path) -> tuple[Path, int, int]:
    """A copy of that, to be edited."""
    schema, major, minor = original
    return Path(shutil.copytree(schema, tmp_path / "schema")), major, minor


def acknowledge(schema: Path, *entries: dict[str, Any]) -> None:
    (schema / "baselines" / "acknowledged.json").write_text(json.dumps(entries), encoding="utf-8")


def test_an_unchanged_contract_passes(frozen: tuple[Path, int, int]) -> None:
    assert checked(frozen[0]).problems == []


def test_descriptions_may_change_in_a_frozen_version(frozen: tuple[Path, int, int]) -> None:
    apply(frozen[0], change_a_description)
    verdict = checked(frozen[0])
    assert verdict.problems == []
    assert [finding.rule for finding in verdict.comparisons[0].findings] == ["M22"]


@pytest.mark.parametrize("edit", [add_optional_request_field, add_message])
def test_an_addition_requires_the_next_minor(frozen: tuple[Path, int, int], edit: Edit) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, edit)
    assert checked(schema).problems == []
    set_version(schema, major, minor)
    problems = checked(schema).problems
    assert problems
    assert any(f"is frozen and never changes; raise protocol.json to {major}.{minor + 1}" in one for one in problems)


def test_a_break_requires_the_next_minor_while_major_is_0_and_then_the_next_major(
    frozen: tuple[Path, int, int],
) -> None:
    schema, major, minor = frozen
    apply(schema, remove_response_field)
    due = "0.2" if major == 0 else "2.0"
    (problem,) = checked(schema).problems
    assert problem.startswith("schema/health.json#/$defs/HealthResponse")
    assert f"BREAK F8 against {major}.{minor}" in problem
    assert problem.endswith(f"or raise protocol.json to {due}.")
    set_version(schema, major, minor + 1)
    assert bool(checked(schema).problems) == (major == 1)
    set_version(schema, 2, 0)
    assert checked(schema).problems == []


def test_a_version_is_never_lowered(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    freeze(f"{major}.{minor + 1}", schema)
    set_version(schema, major, minor)
    assert any("lower than the frozen" in problem for problem in checked(schema).problems)


def test_a_warning_must_be_acknowledged(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, raise_a_bound_of_an_answer)
    (problem,) = checked(schema).problems
    assert problem.startswith(f"schema/{WARNING['pointer']}")
    assert "WARN B6" in problem
    assert "baselines/acknowledged.json" in problem
    acknowledge(schema, WARNING | {"until": f"{major}.{minor + 1}"})
    assert checked(schema).problems == []


def test_a_problem_shows_the_acknowledgement_to_add(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, raise_a_bound_of_an_answer)
    (problem,) = checked(schema).problems
    entry = json.loads(problem[problem.index("{") :])
    acknowledge(schema, entry | {"until": "9.9"})
    assert checked(schema).problems == []


def test_an_acknowledgement_that_matches_nothing_is_a_problem(frozen: tuple[Path, int, int]) -> None:
    acknowledge(frozen[0], WARNING | {"until": "9.9"})
    assert checked(frozen[0]).problems == [
        "schema/baselines/acknowledged.json#/0: there is no WARN B6 at hello.json#/$defs/Software/properties/version"
        " any more; remove the entry"
    ]


def test_an_acknowledgement_expires(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 2)
    apply(schema, raise_a_bound_of_an_answer)
    acknowledge(schema, WARNING | {"until": f"{major}.{minor + 1}"})
    (problem,) = checked(schema).problems
    assert f"applied until {major}.{minor + 1}, and the contract is now {major}.{minor + 2}; reconsider it" in problem


def test_a_break_cannot_be_acknowledged(frozen: tuple[Path, int, int]) -> None:
    schema, _, _ = frozen
    apply(schema, remove_response_field)
    (problem,) = checked(schema).problems
    pointer = problem.partition(": BREAK")[0].removeprefix("schema/")
    acknowledge(schema, {"rule": "F8", "pointer": pointer, "why": "Because.", "until": "9.9"})
    assert len(checked(schema).problems) == 2, "the break, and an entry that acknowledges no WARN"


def test_every_baseline_of_the_major_is_compared_and_not_only_the_newest(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, add_optional_request_field)
    freeze(f"{major}.{minor + 1}", schema)
    set_version(schema, major, minor + 2)
    assert [one.baseline.version for one in checked(schema).comparisons] == [(major, minor), (major, minor + 1)]
    apply(schema, lambda files: files["query.json"]["$defs"]["QueryRequest"]["properties"].pop("an_added_key"))
    broken = [problem for problem in checked(schema).problems if "BREAK" in problem]
    assert len(broken) == (1 if major == 1 else 0)
    assert all(f"against {major}.{minor + 1}" in problem for problem in broken)


def test_a_new_major_that_breaks_nothing_must_be_acknowledged(frozen: tuple[Path, int, int]) -> None:
    schema, major, _ = frozen
    set_version(schema, major + 1, 0)
    problems = checked(schema).problems
    if major == 0:
        assert problems == [], "1.0 is declared"
        return
    assert len(problems) == 1
    assert problems[0].startswith("schema/protocol.json#/major: WARN M27")
    acknowledge(schema, {"rule": "M27", "pointer": "protocol.json#/major", "why": "A new start.", "until": "2.0"})
    assert checked(schema).problems == []


@pytest.mark.parametrize(
    ("today", "frozen_version", "may"),
    [
        ((0, 1), (0, 1), False),
        ((0, 2), (0, 1), True),
        ((1, 0), (0, 9), True),
        ((1, 0), (1, 0), False),
        ((1, 9), (1, 0), False),
        ((2, 0), (1, 9), True),
        ((0, 1), (0, 2), False),
    ],
)
def test_which_version_may_break_which(today: tuple[int, int], frozen_version: tuple[int, int], may: bool) -> None:
    assert may_break(today, frozen_version) is may
    assert may_break(next_breaking(frozen_version), frozen_version)


@pytest.mark.parametrize("edit", [add_optional_request_field, add_response_field, add_message])
def test_new_things_must_name_the_version_that_adds_them(frozen: tuple[Path, int, int], edit: Edit) -> None:
    schema, major, minor = frozen
    apply(schema, edit)  # its x-since is the frozen version
    set_version(schema, major, minor + 1)
    problems = checked(schema).problems
    assert problems
    for problem in problems:
        assert f"x-since {major}.{minor}, but {major}.{minor} does not have it" in problem
        assert f'write "x-since": "{major}.{minor + 1}"' in problem


def test_a_new_field_without_x_since_is_a_problem(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, add_optional_request_field)
    apply(schema, lambda files: field(files, "query.json", "QueryRequest", "an_added_key").pop("x-since"))
    (problem,) = checked(schema).problems
    assert problem.startswith("schema/query.json#/$defs/QueryRequest/properties/an_added_key: x-since is missing")


def test_a_field_of_an_earlier_minor_keeps_its_x_since(frozen: tuple[Path, int, int]) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, add_optional_request_field)
    freeze(f"{major}.{minor + 1}", schema)
    set_version(schema, major, minor + 2)
    assert checked(schema).problems == []


def test_x_since_of_a_frozen_thing_never_changes_even_if_the_version_may_break(
    frozen: tuple[Path, int, int],
) -> None:
    schema, major, minor = frozen
    set_version(schema, major, minor + 1)
    apply(schema, lambda files: definition(files, "cancel.json", "CancelRequest").update({"x-since": "0.0"}))
    problems = checked(schema).problems
    assert (
        f'schema/cancel.json#/$defs/CancelRequest: {major}.{minor} already has it: leave "x-since": "0.1"' in problems
    )
