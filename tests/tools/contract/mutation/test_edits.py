"""Every part of the contract is edited in every way."""

from tools.contract.bundle.bundle import Bundle
from tools.contract.mutation.edits import Edit
from tools.generation.source import subschemas


def test_every_definition_of_the_contract_is_edited(bundle: Bundle, every: dict[str, Edit]) -> None:
    assert {edit.place for edit in every.values()} == bundle.definitions.keys()
    assert len(every) > 5000


def test_every_keyword_of_the_contract_is_removed(bundle: Bundle, every: dict[str, Edit]) -> None:
    labels = {edit.label for edit in every.values()}
    used = {word for one in bundle.definitions.values() for _, schema in subschemas(one) for word in schema}
    assert {f"{keyword} removed" for keyword in used} <= labels
