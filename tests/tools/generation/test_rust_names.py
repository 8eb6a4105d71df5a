"""Names that Rust needs for itself are refused in the contract."""

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.lint import problems
from tools.generation.rust import generate
from tools.generation.rust_names import CRATE, refused
from tools.generation.source import load

THING = {"description": "A thing.", "type": "boolean"}


def test_the_contract_and_the_small_one_have_no_such_name() -> None:
    assert list(refused(load())) == []
    assert list(refused(edited({}))) == []


@pytest.mark.parametrize("name", ["Option", "Secret", "Details"])
def test_a_definition_cannot_have_a_name_that_rust_needs(name: str) -> None:
    (found,) = refused(edited({f"things.json {name}": THING}))
    assert found[:2] == ("things.json", f"/$defs/{name}")
    assert f"{name!r} is a name of" in found[2]


def test_a_file_cannot_be_called_like_a_module_of_ours() -> None:
    assert [file for file, _, _ in refused(edited({"support.json Thing": THING}))] == ["support.json"]


@pytest.mark.parametrize("name", ["self", "super", "crate"])
def test_a_field_cannot_be_called_so(name: str) -> None:
    contract = edited({f"things.json ByName properties {name}": {**THING, "default": False}})
    (found,) = refused(contract)
    assert found[2] == f"no field in Rust can be called {name!r}"
    assert found[2] in [problem.reason for problem in problems(contract)]


def test_a_definition_cannot_be_called_like_the_type_of_a_constant() -> None:
    (found,) = refused(edited({"things.json ByNameBy": THING}))
    assert found[2] == "'ByNameBy' is what Rust calls the type of 'by'"


def test_the_names_of_the_crate_are_those_that_it_exports() -> None:
    made = generate(edited({}))
    assert [name for name in CRATE if name not in made["lib.rs"] + made["messages.rs"]] == []
