"""What a result says of its columns, and what a description says of them: the same, on each engine."""

from collections.abc import Sequence

import pytest
from litebase_schema.query import QueryResponse
from litebase_schema.values import ColumnOrigin

from tests.end_to_end import test_catalog
from tests.end_to_end.test_catalog import Shop

pytestmark = pytest.mark.anyio

shop = test_catalog.shop

TABLES = {  # what is in the parentheses of CREATE TABLE
    "plain": "a integer, b varchar(20) NOT NULL",
    "keyed": "a integer NOT NULL PRIMARY KEY, b integer UNIQUE",
    "by_two": "a integer NOT NULL, b varchar(20) NOT NULL, c date, PRIMARY KEY (b, a)",
    "only_unique": "a integer, b integer NOT NULL UNIQUE",
    "of_null": "a integer UNIQUE",
    "referring": "a integer NOT NULL PRIMARY KEY, b integer, FOREIGN KEY (b) REFERENCES {s}keyed (a)",
    "Odd name": "{q}it's{q} integer, {q}a.b{q} integer NOT NULL PRIMARY KEY",
}


async def test_columns_of_results_are_those_of_descriptions(shop: Shop) -> None:
    place, quote = "" if shop.engine == "sqlite" else f"{shop.spelling.schema}.", shop.spelling.quote
    for name, columns in TABLES.items():
        written = columns.replace("{q}", quote).replace("{s}", place)
        await shop.query(f"CREATE TABLE {place}{shop.spelling.quoted(name)} ({written})")
    for name in [*TABLES, "person", "pet"]:
        described = await shop.described(name)
        result = await shop.query(f"SELECT * FROM {place}{shop.spelling.quoted(name)}")
        shown = [one for one in described.columns if not one.hidden]
        assert [(one.schema_name, one.table_name) for one in origins_of(result)] == [
            (described.object.schema_name, described.object.name) for _ in shown
        ]
        assert [(one.column_name, one.key_part) for one in origins_of(result)] == [
            (one.name, one.key_part) for one in shown
        ]
        assert [one.kind for one in result.columns] == [one.kind for one in shown]
        for column, of_table in zip(result.columns, shown, strict=True):
            assert column.nullable in (None, of_table.nullable), (name, column.name)
        parts = {one.column_name for one in origins_of(result) if one.key_part}
        if described.row_identity.source == "primary_key":
            assert set(described.row_identity.columns) == parts
        else:
            # without a primary key MySQL says so of the first unique one that holds no NULL
            assert parts == (set(described.row_identity.columns) if shop.engine == "mysql" else set())


async def test_the_columns_of_a_view_come_from_the_table_or_the_view_that_can_be_described(shop: Shop) -> None:
    result = await shop.query(f"SELECT * FROM {'' if shop.engine == 'sqlite' else 'shop.'}owners")
    for origin in origins_of(result):
        answer = await shop.describing(shop.table(origin.table_name, "view"))
        (described,) = answer.descriptions
        (column,) = [one for one in described.columns if one.name == origin.column_name]
        assert column.key_part is origin.key_part


def origins_of(result: QueryResponse) -> Sequence[ColumnOrigin]:
    """Where the columns come from, those that come from a table or a view."""
    return [one.origin for one in result.columns if one.origin is not None]
