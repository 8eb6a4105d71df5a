"""What is a row of a dump, and what is not."""

import pytest

from litebase.drivers.sqlite.library.dump import created

START = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f using fts5(a)');", "CREATE VIRTUAL TABLE f using fts5(a)"),
        (f"{START}('table','it''s','it''s',0,'CREATE VIRTUAL TABLE x')", "CREATE VIRTUAL TABLE x"),
        (f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f(''a'')')", "CREATE VIRTUAL TABLE f('a')"),
        (f"{START.replace('schema', 'master')}('table','f','f',0,'CREATE VIRTUAL TABLE f')", "CREATE VIRTUAL TABLE f"),
        (f"{START}('table','f','g',0,'CREATE VIRTUAL TABLE f')", None),
        (f"{START}('view','f','f',0,'CREATE VIRTUAL TABLE f')", None),
        (f"{START}('table','f','f',2,'CREATE VIRTUAL TABLE f')", None),
        (f"{START}('table','f','f',0,'CREATE TABLE f(a)')", None),
        (f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f'), ('table','g','g',0,'CREATE TABLE g')", None),
        (f"{START}('table','f','f',0,'CREATE VIRTUAL TABLE f'||'')", None),
        ("INSERT INTO sqlite_schema SELECT 1", None),
        ("SELECT 1", None),
        ("", None),
    ],
)
def test_only_the_program_s_own_words_are_a_row_of_a_dump(sql: str, expected: str | None) -> None:
    assert created(sql) == expected
