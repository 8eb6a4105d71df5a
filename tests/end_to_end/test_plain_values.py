"""What is stored of whole lines is what is stored of single fields, for every type and every odd spelling."""

import sys
from collections.abc import Sequence

import pytest
from litebase_schema.catalog import DescribeObjectsRequest, ObjectRef
from litebase_schema.imports import ImportOptions

from litebase.drivers import bulk_loader
from litebase.imports.delimited import Marks
from litebase.imports.plain import plain_lines
from litebase.imports.values import Converter, Spelling
from tests.end_to_end.test_imports import Importer, importer

__all__ = ["importer"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_TYPES = {
    "postgresql": ("integer", "numeric", "real", "money", "varchar(5)", "timestamptz(3)", "bit(3)", "text[]"),
    "mysql": (
        "tinyint(1)",
        "int zerofill",
        "decimal(5,2) unsigned",
        "float",
        "char(5)",
        "text character set utf8mb3",
        "json",
    ),
    "sqlite": ("INTEGER", "INT", "TEXT", "REAL", "DECIMAL(5,2)", "BOOLEAN", "DATETIME", "", "JSON", "UUID", "STRING"),
}
_CELLS = (
    "", " ", "  ", "0", "-0", "00", "007", "+1", "1", "-1", " 1", "1 ", "1_000", "1,5", "12", "127", "128",
    "255", "256", "9999", "32768", "99999", "123456789", "2147483648", "999999999999999999",
    "9223372036854775807", "9223372036854775808", "18446744073709551615", "1.0", "1.", ".5", "1.50", "1.005",
    "999.99", "1000.00", "0.1", "16777217", "9999999", "0.123456789",
    "0.00000000000000000000000000000000000000000000001", "3.4028235", "1e5", "1E-2", "123456789012345.5",
    "1234567890.12345", "0x10", "0b1", "\uff11\uff12", "\xa05", "5\xa0", "\x0b5", "\u20285", "Inf", "inf",
    "Infinity", "-infinity", "NaN", "nan", "true", "TRUE", "t", "yes", "on", "false", "f", "no", "abc", "ABC",
    "abcdef", "ab   ", "ab    ", " ab", "größe", "日本語日本", "😀", "😀😀😀😀😀😀", "a\\b", "\\N", "\\", "\\.", "\\n",
    "\\x41", "'", "''", "it's", '"', 'a"b', '""', "NULL", "null", "%s", "?", "$1", ":a", "--", "/*", "', (1",
    "\x00", "a\x00b", "\x1a", "\x7f", "\t", "a\tb", "\ufeff", "a\ufeff", "e\u0301",
    "2024-02-29", "2023-02-29", "2024-02-30", "2024-13-01", "0000-00-00", "0000-01-01", "0001-01-01",
    "9999-12-31", "2024-1-5", "20240105", "10000-01-01", "2024-06-31", "00:00:00", "23:59:59", "24:00:00",
    "23:59:60", "12:30", "12:30:00.5", "12:30:00.999999", "12:30:00.9999999", "-12:30:00", "838:59:59",
    "12:30:00+02", "12:30:00Z", "2024-02-29 12:00:00", "2024-02-29T12:00:00", "2024-02-29 12:00:00.5",
    "2024-02-29 12:00:00.123456", "2024-02-29 24:00:00", "2024-02-29 12:00:00Z", "2024-02-29 12:00:00+02",
    "2024-02-29 12:00:00+02:30", "2024-02-29 12:00:00+99:99", "2024-03-31 02:30:00", "1969-12-31 23:59:59",
    "1970-01-01 00:00:00", "2038-01-19 03:14:08", "2024-02-29 12:00:00 BC", "1 day", "36:00:00", "1 day 12:00",
    "1 day 00:00:00.5", "1-2", "P1DT2H", "P1Y", "5.5", "1 day 0 hours", "1:30", "1:30:30", "{}", "[]", "[1]",
    '{"a": 1}', '{"a":1,"a":2}', '{"a":1.0}', '"x"', "{1,2}", "{1.25}", "{a,NULL}", "{abcd}",
    "{2024-01-01 00:00:00.6}", "(1,2)", "[1,5)", "[1.5,2]", "010", "101", "1011", "2024", "99", "1900", "1901",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "10.0.0.1", "10.0.0.1/8",
    "08:00:2b:01:02:03", "<a/>", "<a>", "pg_class", "1259",
)  # fmt: skip


async def _plain(importer: Importer, quote: bool) -> Sequence[str]:
    """The spellings that the column takes as they are, in lines that are stored as a whole."""
    ref = ObjectRef(kind="table", schema_name=importer.schema, name="made")
    answer = await importer.client.describe_objects(
        DescribeObjectsRequest(connection_id=importer.connection_id, objects=[ref])
    )
    loader = bulk_loader(importer.name)
    converters = [Converter(loader.bounds(one.kind, one.db_type), Spelling()) for one in answer.descriptions[0].columns]
    if (pattern := plain_lines(Marks(), converters)) is None:
        return ()
    return [one for one in _CELLS if pattern.cut(f"1,{_field(one, quote)}\n", 1, 0, Marks()) is not None]


def _field(text: str, quote: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if quote else text


async def _stored(importer: Importer, cells: Sequence[str], quote: bool, nulls: Sequence[str]) -> Sequence[str]:
    """What one row for each spelling becomes; the id is its place."""
    await importer.query("DELETE FROM made")
    lines = [f"{at},{_field(one, quote)}\n" for at, one in enumerate(cells)]
    options = ImportOptions(header=True, separator=",", quote='"', null_texts=list(nulls))
    await importer.load(
        "id,v\n" + "".join(lines), table="made", format="csv", encoding="utf-8", options=options, on_error="reject"
    )
    shown = {"sqlite": "id, typeof(v), v", "postgresql": "id, v::text, v", "mysql": "id, v, hex(v)"}[importer.name]
    return list(map(repr, await importer.all(shown, table="made")))


async def test_every_spelling_is_stored_the_same_on_both_roads(importer: Importer) -> None:
    for db_type in _TYPES[importer.name]:
        await importer.query("DROP TABLE IF EXISTS made")
        await importer.query(f"CREATE TABLE made (id bigint, v {db_type})")
        for quote in (False, True):
            if not (cells := await _plain(importer, quote)):
                continue
            careful = await _stored(importer, cells, quote, ["", "a text that no file here has"])
            kept = {int(one[1 : one.index(",")]) for one in careful}
            cells = [one for at, one in enumerate(cells) if at in kept]  # else the whole piece is read the other way
            careful = await _stored(importer, cells, quote, ["", "a text that no file here has"])
            fast = await _stored(importer, cells, quote, [""])
            assert len(careful) == len(cells)
            assert fast == careful, db_type
