"""Names of a schema in SQL are replaced where they qualify what is in it, and nowhere else."""

import pytest

from litebase.drivers.qualifying import ended, made_beside, names_schema, requalified
from litebase.sql.dialect import MYSQL, POSTGRESQL, Dialect

_NAMES = {"t", "u", "v", "f", "first"}


def moved(text: str, dialect: Dialect = POSTGRESQL, to: str | None = "other") -> str:
    names = {*_NAMES, *made_beside(text, "first", dialect)}
    return requalified(text, "first", to, names, dialect)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('SELECT "first".t, first."t"', 'SELECT "other".t, "other"."t"'),
        ("SELECT FIRST.t", 'SELECT "other".t'),
        ('SELECT "FIRST".t', 'SELECT "FIRST".t'),
        ("SELECT first.unknown, x.first.t", "SELECT first.unknown, x.first.t"),
        ("SELECT 'first.t', $$first.t$$ -- first.t", "SELECT 'first.t', $$first.t$$ -- first.t"),
        ("nextval('first.t'::regclass)", "nextval('\"other\".t'::regclass)"),
        ("'first.t'::region.kind", "'first.t'::region.kind"),
        ("COLLATE first.anything", 'COLLATE "other".anything'),
    ],
)
def test_only_a_qualifier_of_a_known_name_is_replaced(text: str, wanted: str) -> None:
    assert moved(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CREATE STATISTICS first.st ON a, b FROM first.t", 'CREATE STATISTICS "other".st ON a, b FROM "other".t'),
        ("IDENTITY (SEQUENCE NAME first.id_seq START WITH 5)", 'IDENTITY (SEQUENCE NAME "other".id_seq START WITH 5)'),
        ("RANGE (X = date, MULTIRANGE_TYPE_NAME = first.mr)", 'RANGE (X = date, MULTIRANGE_TYPE_NAME = "other".mr)'),
    ],
)  # fmt: skip
def test_what_a_statement_makes_beside_its_object_is_not_made_in_the_first_schema(text: str, wanted: str) -> None:
    assert moved(text) == wanted


def test_an_alias_with_the_name_of_the_schema_stays() -> None:
    query = (
        "CREATE VIEW first.v AS\n SELECT first.t, first.f(first.u), NULL::first.u\n FROM (first.first JOIN first.t x"
        " ON ((first.u = x.u))), first.u WHERE first.t IS DISTINCT FROM first.u"
        " AND EXISTS (SELECT 1 FROM ONLY first.t WHERE EXTRACT(day FROM first.t) > 1)"
    )
    assert moved(query) == (
        'CREATE VIEW "other".v AS\n SELECT first.t, "other".f(first.u), NULL::"other".u\n'
        ' FROM ("other".first JOIN "other".t x ON ((first.u = x.u))), "other".u WHERE first.t IS DISTINCT FROM first.u'
        ' AND EXISTS (SELECT 1 FROM ONLY "other".t WHERE EXTRACT(day FROM first.t) > 1)'
    )


def test_an_alias_with_the_name_of_the_database_stays_in_mysql() -> None:
    query = (
        "CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `first`.`v` AS select `first`.`t` AS `t`,"
        "`first`.`u`.`x` AS `x`,`first`.`f`(1) AS `y` from (`second`.`a` `first` join `first`.`u` on(`first`.`t` = 1))"
    )
    assert moved(query, MYSQL) == (
        "CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `other`.`v` AS select `first`.`t` AS `t`,"
        "`other`.`u`.`x` AS `x`,`other`.`f`(1) AS `y` from (`second`.`a` `first` join `other`.`u` on(`first`.`t` = 1))"
    )


def test_the_schema_in_the_search_path_of_a_routine_is_a_name() -> None:
    head = "CREATE FUNCTION first.f()\n SET search_path TO {}, 'public', 'firsts'\nAS $$SELECT first.t$$"
    assert moved(head.format("'first'")) == head.replace("first.f", '"other".f').format("'other'")


def test_a_body_that_cannot_be_read_stays_and_its_head_is_moved() -> None:
    text = "CREATE FUNCTION `first`.`f`() RETURNS text RETURN '\\'"
    assert moved(text, MYSQL) == text.replace("`first`", "`other`")


def test_a_comment_at_the_end_is_left_out() -> None:
    assert ended("CREATE VIEW v AS SELECT 1 -- x", MYSQL) == "CREATE VIEW v AS SELECT 1"
    assert ended("CREATE TABLE t (x int) /*!50100 PARTITION BY HASH (x) */", MYSQL).endswith("*/")
    assert ended("RETURN '\\' -- x", MYSQL) == "RETURN '\\' -- x"


@pytest.mark.parametrize(
    ("text", "is_named"),
    [("'first.t'::text", True), ('"FIRST" . t', True), ("`first`.t", True), ("afirst.t", False), ("x.first.t", False)],
)
def test_a_text_that_still_names_the_schema_is_found(text: str, is_named: bool) -> None:
    assert names_schema(text, "first") is is_named
