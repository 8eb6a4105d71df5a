"""What the prompt says of the answer to a search."""

from typing import Any

import pytest
from litebase_schema.calls import Calls
from litebase_schema.search import SearchObjectsResponse

from litebase.client import finding

pytestmark = pytest.mark.anyio


class Answering(Calls):
    """A peer that has found nothing, in names of some age."""

    def __init__(self, names_age_ms: int | None) -> None:
        self._answer = SearchObjectsResponse(hits=[], complete=True, missing=[], names_age_ms=names_age_ms)

    async def call(self, _message_type: str, _data: Any) -> Any:
        return self._answer


@pytest.mark.parametrize(
    ("age_ms", "told"),
    [(None, []), (0, []), (4999, []), (5000, ["The names are those of 5 s ago."])],
)
async def test_the_age_of_names_is_told_when_they_are_old(age_ms: int | None, told: list[str]) -> None:
    assert await finding.lines(Answering(age_ms), "c1", "text", None) == ["Nothing was found.", *told]
