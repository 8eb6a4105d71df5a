"""Statements and windows, as a client sees them."""

import pytest

from litebase.client import RequestFailed
from tests.conftest import Database

pytestmark = pytest.mark.anyio

NUMBERS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 100000) SELECT n FROM r"


async def test_a_small_result_is_complete_in_its_first_answer(memory: Database) -> None:
    answer = await memory.query("SELECT 1 AS a, 'x' AS b")
    assert answer.rows == [[1, "x"]]
    assert (answer.complete, answer.total_rows, answer.result_id) == (True, 1, None)
    assert [column.name for column in answer.columns] == ["a", "b"]


async def test_several_statements_are_refused_and_nothing_runs(memory: Database) -> None:
    with pytest.raises(RequestFailed, match="one statement") as refused:
        await memory.query("CREATE TABLE t (a); CREATE TABLE u (a)")
    assert refused.value.code == "unsupported"
    assert await memory.rows("SELECT name FROM sqlite_schema") == []
