"""Origins of columns: a name that a text gives to something else than a table is nobody's origin."""

from collections.abc import Iterator

import pytest

from litebase.drivers.mysql.link import origins
from litebase.drivers.mysql.link.packets import ColumnDefinition
from litebase.sql.dialect import MYSQL
from litebase.sql.effect import outline
from litebase.sql.words import Text, Word


def _named(sql: str, alias: str = "orders", table: str = "orders", schema: str = "shop") -> bool:
    """Whether a column that the server reports like this has an origin."""
    definition = ColumnDefinition(schema, alias, table, "id", "id", 63, 11, 3, 2, 0)
    (origin,) = origins.of([definition], outline(sql, MYSQL))
    assert origin is None or (origin.schema_name, origin.table_name, origin.key_part) == (schema, table, True)
    return origin is not None


@pytest.mark.parametrize(
    "sql",
    [
        "select * from orders",
        "(select id from Orders)",
        "select `orders`.id from `orders` where orders.id > 1 order by orders.id, orders.note",
        "select * from shop.orders",
        "select orders.* from archive a, orders left join lines l on l.id = orders.id",
        "select orders.id from (orders, archive) where max(orders.id) = -orders.id",
        "select id from orders -- with orders as (\nwhere note <> ') orders' /* orders as ( */",
        "insert into orders (id) select 1 returning id",
        "delete from orders where id = 1 returning *",
        "replace orders values (1) returning id",
        "select id, (select count(*) from orders) from orders",
        "with x as (select 1) select orders.id from x, orders",
        "table orders",
        "select `orders`.id from `shop`.`orders` as `orders`",
        "select id from orders orders",
    ],
)
def test_a_name_that_is_only_a_table_s_has_an_origin(sql: str) -> None:
    assert _named(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "with orders as (select id from archive) select * from orders",
        "with a as (select 1), orders as (select id from archive) select * from orders",
        "with a as (select 1), orders (id) as (select id from archive) select * from orders",
        "with a as (select 1), `orders`/**/AS/**/(select id from archive) select * from orders",
        "with recursive orders as (select 1) select * from orders",
        "select * from (select id from archive) orders",
        "select * from (select id from archive) as `orders`",
        "select * from (with orders as (select id from archive) select * from orders) x, orders",
        "select * from v orders",
        "select * from `v` orders",
        "select * from v as orders",
        "select * from v orders where id in (select id from orders)",
        "select * from a partition (p0) orders",
        "select * from v for system_time as of timestamp '2020-01-01' orders",
        "select * from v for system_time as of transaction 12 orders",
        "select * from json_table('[]', '$[*]' columns (id int path '$')) orders",
        "select * from orders /*! , (select id from archive) x */",
        "select * from orders where note = 'never closed",
        "select * from archive",
        "select * from archive -- from orders",
        "select 'from orders' from archive",
        "select * from v as orders, orders as v, orders as orders",
        "select * from (select 1 as orders) as orders",
        "call orders()",
        "call p((select max(id) from orders))",
        "execute immediate 'select * from orders'",
        "begin not atomic select * from orders; end",
        "",
    ],
)
def test_a_name_that_may_be_something_else_s_has_none(sql: str) -> None:
    assert not _named(sql)


def test_a_table_with_an_alias_has_an_origin_also_in_a_procedure() -> None:
    assert _named("select * from orders o", alias="o")
    assert _named("call p()", alias="o")


def test_what_was_not_merged_names_no_schema_and_has_none() -> None:
    assert not _named("select * from (select max(id) id from orders) x", alias="x", schema="")


def test_the_text_is_read_once_for_all_the_tables_of_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [f"t{n}" for n in range(60)]
    statement = outline(f"with t7 as (select 1 as id) select * from {', '.join(tables)}", MYSQL)
    assert statement.word == "WITH"  # which is read apart, and kept
    passes = list[Text]()
    words = Text.words

    def counted(text: Text) -> Iterator[Word]:
        passes.append(text)
        return words(text)

    monkeypatch.setattr(Text, "words", counted)
    found = origins.of([ColumnDefinition("shop", t, t, "id", "id", 63, 11, 3, 2, 0) for t in tables], statement)
    assert [one and one.table_name for one in found] == [t if t != "t7" else None for t in tables]
    assert len(passes) == 1
