"""What is a row of a dump, and what is not."""

import pytest

from litebase.drivers.sqlite.link.dump import created

START = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES"


TABLE = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','{0}','{0}',0,'{1}')"


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("f", "CREATE VIRTUAL TABLE f using fts5(a)"),
        ("it's", 'CREATE VIRTUAL TABLE "it\'s" USING fts5(a)'),
        ("it's", "CREATE VIRTUAL TABLE 'it''s' USING fts5(a)"),
        ('a"b', 'CREATE VIRTUAL TABLE "a""b"USING fts5(\'a\')'),
        ("a`b", "CREATE VIRTUAL TABLE `a``b` USING fts5(a)"),
        ("main.x", "CREATE VIRTUAL TABLE [main.x]\n  Using fts5(a)"),
        ("café_$1", "CREATE VIRTUAL TABLE café_$1\tUSING rtree(id,x0,x1)"),
    ],
)
def test_a_row_of_a_dump_brings_one_virtual_table(name: str, sql: str) -> None:
    row = TABLE.format(name.replace("'", "''"), sql.replace("'", "''"))
    for one in (row, f" {row};\n", row.replace("_schema", "_master")):
        assert created(one) == (name, sql)


@pytest.mark.parametrize(
    "sql",
    [
        f"{START}('table','f','g',0,'CREATE VIRTUAL TABLE f USING fts5(a)')",
        f"{START}('view','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a)')",
        f"{START}('table','f','f',2,'CREATE VIRTUAL TABLE f USING fts5(a)')",
        f"{START}('table','f','f',0,'CREATE TABLE f(a)')",
        f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a)'), ('table','g','g',0,'CREATE TABLE g')",
        f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a)'||'')",
        TABLE.format("y", "CREATE VIRTUAL TABLE x USING fts5(a)"),
        TABLE.format("X", "CREATE VIRTUAL TABLE x USING fts5(a)"),
        TABLE.format("x", "CREATE VIRTUAL TABLE x"),
        TABLE.format("x", "CREATE VIRTUAL TABLE main.x USING fts5(a)"),
        TABLE.format("main.x", "CREATE VIRTUAL TABLE main.x USING fts5(a)"),
        TABLE.format("x", 'CREATE VIRTUAL TABLE temp."x" USING fts5(a)'),
        TABLE.format("x", "CREATE VIRTUAL TABLE IF NOT EXISTS x USING fts5(a)"),
        TABLE.format("IF", "CREATE VIRTUAL TABLE IF NOT EXISTS x USING fts5(a)"),
        TABLE.format("x", "CREATE VIRTUAL TABLE x\u00a0USING fts5(a)"),
        "INSERT INTO sqlite_schema SELECT 1",
        "SELECT 1",
        "",
    ],
)
def test_only_the_program_s_own_words_are_a_row_of_a_dump(sql: str) -> None:
    assert created(sql) is None
