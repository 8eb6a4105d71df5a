"""Rows in the order of their keys, compared with what sets say of them."""

import json
import random
from collections.abc import Mapping, Sequence

import pytest

from litebase.drivers.copying import Portable
from litebase.drivers.interface import RowTuple
from litebase.errors import Conflict, Unsupported
from litebase.server.row_merge import Compared, KeyedRows, Merge, named
from litebase.server.row_pairs import CellKind, equality, key_parts

pytestmark = pytest.mark.anyio

_TEXT = CellKind("text", Portable("text"), typed=True)
_ALL = ("missing", "extra", "different")


class _Batches:
    """Rows in parts of random sizes."""

    def __init__(self, rows: Sequence[RowTuple], chance: random.Random) -> None:
        self._rows, self._chance = list(rows), chance

    async def read(self) -> Sequence[RowTuple]:
        count = self._chance.choice([1, 2, 3, 50])
        found, self._rows = self._rows[:count], self._rows[count:]
        return found


def _merge(first: Sequence[RowTuple], other: Sequence[RowTuple], wanted: Sequence[str] = _ALL, seed: int = 1) -> Merge:
    chance, parts = random.Random(seed), [key_parts(_TEXT, _TEXT, "text")]
    one = KeyedRows(_Batches(first, chance), parts, "the first table")
    two = KeyedRows(_Batches(other, chance), parts, "the other table")
    columns = [Compared(name, equality(_TEXT, _TEXT, "text")) for name in ("a", "b")]
    return Merge(one, two, columns, 1, wanted)


async def _all(merge: Merge) -> Sequence[RowTuple]:
    found = list[RowTuple]()
    while (rows := await merge.next()) is not None:
        found += rows
    return found


def _table(chance: random.Random) -> Mapping[str, tuple[str | None, str]]:
    texts = ["".join(chance.choice("aAäß😀 \uffff") for _ in range(3)) for _ in range(chance.randrange(200))]
    return {key: (chance.choice(["x", "y", None]), "z") for key in texts}


@pytest.mark.parametrize("seed", range(30))
async def test_random_tables_are_compared_as_sets_say(seed: int) -> None:
    chance = random.Random(seed)
    left, right = _table(chance), _table(chance)
    if seed == 7:
        left = {}
    if seed == 8:
        right = left
    one, two = ([(key, *table[key]) for key in sorted(table)] for table in (left, right))
    merge = _merge(one, two, seed=seed)
    found = await _all(merge)
    both = left.keys() & right.keys()
    expected: list[RowTuple] = [("missing", None, key, left[key][0], None, "z", None) for key in left.keys() - both]
    expected += [("extra", None, key, None, right[key][0], None, "z") for key in right.keys() - both]
    unequal = [key for key in both if left[key] != right[key]]
    expected += [("different", '["a"]', key, left[key][0], right[key][0], "z", "z") for key in unequal]
    assert found == sorted(expected, key=lambda row: str(row[2]))
    counts = merge.counts
    assert (counts.equal, counts.different) == (len(both) - len(unequal), len(unequal))
    assert (counts.missing, counts.extra) == (len(left) - len(both), len(right) - len(both))
    assert counts.by_column == [len(unequal), 0]
    assert merge.done == len(left) + len(right)


@pytest.mark.parametrize("wanted", [(), *((one,) for one in _ALL)])
async def test_rows_that_nobody_wants_are_counted(wanted: Sequence[str]) -> None:
    merge = _merge([("a", "1", "2"), ("b", "1", "2")], [("b", "1", "3"), ("c", "1", "2")], wanted)
    assert [row[0] for row in await _all(merge)] == list(wanted)
    counts = merge.counts
    assert (counts.equal, counts.missing, counts.extra, counts.different) == (0, 1, 1, 1)


async def test_the_columns_that_differ_are_a_json_array() -> None:
    (row,) = await _all(_merge([("a", "1", "2")], [("a", "2", None)]))
    assert json.loads(str(row[1])) == ["a", "b"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["a", "b", "b"], "Rows 2 and 3 of the other table have the same key"),
        (["a", "c", "b"], "Row 3 of the other table does not come in the order of its key"),
        (["a", None], "Row 2 of the other table has NULL in its key"),
    ],
)
@pytest.mark.parametrize("seed", range(6))
async def test_what_is_no_key_is_refused_wherever_rows_are_parted(
    keys: Sequence[str | None], message: str, seed: int
) -> None:
    with pytest.raises(Conflict, match=message):
        await _all(_merge([], [(key, "1", "2") for key in keys], seed=seed))


def test_an_error_says_of_which_table_it_is() -> None:
    with pytest.raises(Unsupported) as raised, named("the other table"):
        raise Unsupported("It has no such thing.")
    assert raised.value.message == "The other table: It has no such thing."
