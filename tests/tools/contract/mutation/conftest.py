"""The real contract and all edits of it."""

import pytest

from tools.contract.bundle.bundle import Bundle, sound
from tools.contract.mutation.edits import Edit, edits, scaled
from tools.generation.source import load


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return sound(scaled(load()))


@pytest.fixture(scope="module")
def every(bundle: Bundle) -> dict[str, Edit]:
    """Every edit by its name, which is unique."""
    found = list(edits(bundle.contract))
    assert len({str(edit) for edit in found}) == len(found)
    return {str(edit): edit for edit in found}
