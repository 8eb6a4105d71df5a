"""A file of plain lines is stored as whole lines: the table and the rejected rows are those of reading each field."""

import random
import sys

import pytest
from litebase_schema.imports import ImportOptions

from tests.end_to_end.test_imports import Importer, _failure, importer
from tests.imports.hostile import hostile_file, table_of

__all__ = ["importer"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_ROADS = (["", "a text that no file here has"], [""])  # with a second text for NULL, each field is looked at


@pytest.mark.parametrize("seed", range(6))
async def test_hostile_files_are_stored_and_rejected_the_same_on_both_roads(importer: Importer, seed: int) -> None:
    chance = random.Random(seed)
    marks = (chance.choice(",;\t|"), chance.choice("\"'"))
    content = hostile_file(chance, marks, hostile=seed % 3)
    found = []
    for null_texts in _ROADS:
        await importer.query("DROP TABLE IF EXISTS made")
        await importer.query(f"CREATE TABLE made ({table_of(importer.name)})")
        options = ImportOptions(header=True, separator=marks[0], quote=marks[1], null_texts=null_texts)
        answer = await importer.load(
            content, "rows.csv", table="made", format="csv", encoding="utf-8", options=options, on_error="reject"
        )
        rejected = importer.folder.joinpath(answer.rejects_path).read_bytes() if answer.rejects_path else b""
        rows = sorted(map(repr, await importer.all("*", table="made")))
        found.append((rows, rejected.splitlines(), answer.read, answer.written, answer.rejected))
    assert found[0] == found[1]
    assert found[0][3] == len(found[0][0])
    assert bool(found[0][4]) is bool(seed % 3)


async def test_columns_in_another_order_get_their_own_values(importer: Importer) -> None:
    await importer.query("CREATE TABLE made (a varchar(5), b bigint, c varchar(5))")
    await importer.load('c,b,a\nx,1,"y,"\n,,""\n', table="made")
    assert sorted(await importer.all(table="made"), key=repr) == sorted([["y,", 1, "x"], ["", None, None]], key=repr)


async def test_a_row_that_the_database_refuses_among_whole_lines_is_known_by_its_line(importer: Importer) -> None:
    await importer.query("CREATE TABLE made (id bigint NOT NULL PRIMARY KEY, t varchar(20) NOT NULL)")
    lines = [f"{at},text {at}\n" for at in range(2000)]
    lines[1234] = "7,again\n"
    refused = await _failure(importer.load("id,t\n" + "".join(lines), table="made"))
    assert (refused.code, refused.details["line"]) == ("row_rejected", 1236)
    assert await importer.all(table="made") == []
    lines[1500] = "1500,\n"
    answer = await importer.load("id,t\n" + "".join(lines), table="made", on_error="reject")
    assert (answer.read, answer.written, answer.rejected) == (2000, 1998, 2)
    for mode, written in (("skip", 2), ("upsert", 1999)):
        await importer.query("DELETE FROM made WHERE id IN (3, 4)")
        answer = await importer.load("id,t\n" + "".join(lines), table="made", mode=mode, on_error="reject")
        assert (answer.read, answer.rejected) == (2000, 1)
        assert answer.written == written
    assert (await importer.all("t", table="made")).count(["again"]) == 1
