"""What can be said of a text without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect
from litebase.sql.reading.inspection import Inspection, inspect
from litebase.sql.reading.tokens import MOST_TOKENS
from tests.sql.reading.test_tokens import DIALECTS, PIECES


def found(sql: str, dialect: Dialect = POSTGRESQL, offset: int | None = None, limit: int = 1000) -> Inspection:
    return inspect(sql, dialect, offset, limit)


def tables(sql: str, dialect: Dialect = POSTGRESQL) -> list[str]:
    """The tables of all statements: `schema.name alias:use`."""
    shown = []
    for statement in found(sql, dialect).statements:
        for one in statement.tables:
            schema = "" if one.named.schema_name is None else f"{one.named.schema_name}."
            shown.append(f"{schema}{one.named.name}{f' {one.alias}' if one.alias else ''}:{one.use}")
    return shown


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM a", ["a:reads"]),
        ("SELECT * FROM Sales.Orders AS O, ONLY b c", ["sales.orders O:reads", "b c:reads"]),
        ('SELECT * FROM "Sales"."Or""ders"', ['Sales.Or"ders:reads']),
        ("SELECT * FROM a LEFT JOIN b ON a.x = b.x CROSS JOIN c", ["a:reads", "b:reads", "c:reads"]),
        ("SELECT * FROM (a JOIN b USING (x)) JOIN c ON true", ["a:reads", "b:reads", "c:reads"]),
        ("SELECT (SELECT max(x) FROM b) FROM a WHERE EXISTS (SELECT 1 FROM c)", ["b:reads", "a:reads", "c:reads"]),
        ("SELECT * FROM (SELECT * FROM a) s", ["a:reads"]),
        ("SELECT * FROM generate_series(1, 2) g", []),
        ("SELECT extract(year FROM d), a IS DISTINCT FROM b FROM t", ["t:reads"]),
        ("WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a) SELECT * FROM a JOIN b ON true", ["t:reads"]),
        ("WITH t AS (SELECT * FROM t) SELECT * FROM t", ["t:reads"]),
        ("WITH RECURSIVE t AS (SELECT * FROM s UNION ALL SELECT * FROM t) SELECT * FROM t", ["s:reads"]),
        ("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", ["t:writes"]),
        ("INSERT INTO a (x) SELECT x FROM b", ["a:writes", "b:reads"]),
        ("INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x", ["a:writes"]),
        ("UPDATE a SET x = 1 FROM b WHERE a.y = b.y", ["a:writes", "b:reads"]),
        ("DELETE FROM a USING b WHERE a.x = b.x", ["a:writes", "b:reads"]),
        ("MERGE INTO a t USING b s ON t.x = s.x WHEN MATCHED THEN DELETE", ["a t:writes", "b s:reads"]),
        ("TRUNCATE TABLE a, b", ["a:writes", "b:writes"]),
        ("CREATE TABLE a (x int REFERENCES b (y) ON DELETE CASCADE)", ["a:defines", "b:reads"]),
        ("CREATE VIEW v AS SELECT * FROM a", ["v:defines", "a:reads"]),
        ("CREATE INDEX i ON a (x)", ["a:defines"]),
        ("DROP TABLE IF EXISTS a, s.b CASCADE", ["a:defines", "s.b:defines"]),
        ("ALTER TABLE a ADD COLUMN x int", ["a:defines"]),
        ("GRANT SELECT, UPDATE ON a TO u", ["a:reads"]),
        ("EXPLAIN ANALYZE SELECT * FROM a", ["a:reads"]),
        ("EXPLAIN (ANALYZE, BUFFERS) DELETE FROM a", ["a:writes"]),
        ("VACUUM (FULL, ANALYZE) a, b", ["a:reads", "b:reads"]),
        ("COPY (DELETE FROM a RETURNING *) TO STDOUT", ["a:writes"]),
        ("SELECT * FROM a UNION SELECT * FROM b ORDER BY 1", ["a:reads", "b:reads"]),
        ("SELECT * FROM a; SELECT * FROM b", ["a:reads", "b:reads"]),
        ("SELECT * FROM a WHERE x IN ('FROM b') -- FROM c", ["a:reads"]),
        ("SELECT * FROM", []),
        ("SELECT * FROM WHERE", []),
        ("SELECT * FROM a, WHERE x", ["a:reads"]),
    ],
)
def test_tables_are_found_with_their_use(sql: str, expected: list[str]) -> None:
    assert tables(sql) == expected


@pytest.mark.parametrize(
    ("sql", "dialect", "expected"),
    [
        ("UPDATE a, b SET a.x = b.x", MYSQL, ["a:writes", "b:reads"]),
        ("REPLACE INTO a VALUES (1)", MYSQL, ["a:writes"]),
        ("SELECT replace(a, 'b', 'c') FROM t", MYSQL, ["t:reads"]),
        ("INSERT IGNORE a SET x = 1 ON DUPLICATE KEY UPDATE x = VALUES(x)", MYSQL, ["a:writes"]),
        ("DELETE a FROM a JOIN b ON a.x = b.x", MYSQL, ["a:writes", "b:reads"]),
        ("DELETE a FROM a JOIN b USING (x) WHERE y", MYSQL, ["a:writes", "b:reads"]),
        ("INSERT OR REPLACE INTO main.a VALUES (1)", SQLITE, ["main.a:writes"]),
        ("CREATE TRIGGER t AFTER UPDATE ON a BEGIN DELETE FROM b; UPDATE c SET x = 1; END", SQLITE,
         ["a:defines", "b:writes", "c:writes"]),
        ("SELECT * FROM [my table] m", SQLITE, ["my table m:reads"]),
    ],
)  # fmt: skip
def test_tables_are_found_in_each_dialect(sql: str, dialect: Dialect, expected: list[str]) -> None:
    assert tables(sql, dialect) == expected


@pytest.mark.parametrize(
    ("sql", "hits"),
    [
        ("DELETE FROM a", True),
        ("UPDATE a SET x = 1", True),
        ("UPDATE a SET x = (SELECT 1 FROM b WHERE true)", True),
        ("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", True),
        ("DELETE FROM a WHERE x = 1", False),
        ("UPDATE a SET x = 1 WHERE true", False),
        ("SELECT * FROM a FOR UPDATE", False),
        ("INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2", False),
        ("EXPLAIN DELETE FROM a", False),
        ("EXPLAIN ANALYZE DELETE FROM a", True),
        ("EXPLAIN (ANALYZE, BUFFERS) DELETE FROM a", True),
        ("COPY (DELETE FROM a RETURNING *) TO STDOUT", True),
        ("UPDATE a SET x = 1 FROM b JOIN c ON b.y = c.y", True),
        ("UPDATE a SET x = 1 FROM b JOIN c USING (y) WHERE a.y = b.y", False),
        ("DELETE FROM a USING b JOIN c ON b.y = c.y", True),
        ("DELETE FROM a USING b JOIN c USING (y) WHERE a.y = b.y", False),
        ("CREATE TABLE a (x int REFERENCES b ON DELETE CASCADE ON UPDATE CASCADE)", False),
        ("GRANT UPDATE, DELETE ON a TO u", False),
        ("SELECT 'DELETE FROM a'", False),
    ],
)
def test_what_changes_every_row_is_told(sql: str, hits: bool) -> None:
    answer = found(sql)
    assert [one.without_where for one in answer.statements] == [hits]
    assert [one.code for one in answer.findings] == ["without_where"] * hits


def test_a_limit_or_a_join_leaves_rows_out() -> None:
    for sql in ("DELETE FROM a LIMIT 1", "DELETE a FROM a JOIN b ON a.x = b.x", "UPDATE a JOIN b USING (x) SET y = 1"):
        assert not found(sql, MYSQL).statements[0].without_where
    assert not found("DELETE FROM t USING a AS t JOIN b ON t.x = b.x", MYSQL).statements[0].without_where


def test_an_outer_join_leaves_no_rows_out() -> None:
    for sql in ("UPDATE a LEFT JOIN b ON a.x = b.x SET y = 1", "DELETE a FROM a LEFT OUTER JOIN b USING (x)"):
        assert found(sql, MYSQL).statements[0].without_where
    assert not found("DELETE a FROM a LEFT JOIN b USING (x) WHERE b.x IS NULL", MYSQL).statements[0].without_where


def test_ranges_and_effects_are_those_of_each_statement() -> None:
    answer = found("-- first\nSELECT 'ä;' ;\n DROP TABLE a; BEGIN")
    shown = [(one.start, one.end, one.effect) for one in answer.statements]
    assert shown == [(9, 20, "reads"), (24, 36, "defines"), (38, 43, "transaction")]


def test_parameters_have_the_numbers_of_their_engine() -> None:
    def numbers(sql: str, dialect: Dialect) -> list[tuple[int, str | None, int]]:
        (one,) = found(sql, dialect).statements
        return [(each.number, each.name, len(each.places)) for each in one.parameters]

    assert numbers("SELECT $2, $1, $2", POSTGRESQL) == [(1, None, 1), (2, None, 2)]
    assert numbers("SELECT ?, '?', ?", MYSQL) == [(1, None, 1), (2, None, 1)]
    assert numbers("SELECT ?, ?5, ?, :Name, :Name, @other", SQLITE) == [
        (1, None, 1), (5, None, 1), (6, None, 1), (7, ":Name", 2), (8, "@other", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "what", "named", "call"),
    [
        ("SELECT na|me FROM users", "object", "column users.name", None),
        ("SELECT name| FROM users", "object", "column users.name", None),
        ("SELECT u.na|me FROM users u, b", "object", "column users.name", None),
        ("SELECT u|.name FROM users u, b", "object", "table users", None),
        ("SELECT name| FROM users u, b", "column", "users b", None),
        ("SELECT * FROM s.us|ers", "object", "table s.users", None),
        ("SELECT * FROM s|.users", "object", "schema s", None),
        ("SELECT * FROM users u|", "alias", "", None),
        ("WITH c AS (SELECT 1) SELECT * FROM |c", "cte", "", None),
        ("SEL|ECT 1", "keyword", "", None),
        ("SELECT 'a|b'", "string", "", None),
        ("SELECT 'a|b", "string", "", None),
        ("SELECT 1 -- a|b", "comment", "", None),
        ("SELECT 1 /* a|b", "comment", "", None),
        ("SELECT |1", "number", "", None),
        ("SELECT |$1", "parameter", "", None),
        ("SELECT a |  FROM t", "nothing", "", None),
        ("SELECT lo|wer(a) FROM t", "function", "", None),
        ("SELECT s.f(a, |b, c) FROM t", "object", "column t.b", "s.f 1"),
        ("SELECT f(|)", "mark", "", "f 0"),
        ("SELECT f(1, g(2, 3), |", "nothing", "", "f 2"),
        ("SELECT f((SELECT |a FROM t))", "object", "column t.a", None),
        ("INSERT INTO t (a, |b) VALUES (1, 2)", "object", "column t.b", None),
        ("UPDATE t SET |a = 1", "object", "column t.a", None),
        ("SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE a.|x = 1)", "object", "column a.x", None),
    ],
)
def test_what_is_at_a_place(sql: str, what: str, named: str, call: str | None) -> None:
    offset = sql.index("|")
    at = found(sql.replace("|", "", 1), offset=offset).at
    assert at is not None
    shown = " ".join(one.name for one in at.among)
    if at.named is not None:
        one = at.named
        shown = f"{one.kind} " + ".".join(filter(None, [one.schema_name, one.parent_name, one.name]))
    called = None
    if at.call is not None:
        called = ".".join(filter(None, [at.call.schema_name, at.call.name])) + f" {at.call.argument}"
    assert (at.what, shown, called) == (what, named, call)


def test_a_place_between_statements_belongs_to_none() -> None:
    sql = "SELECT 1; -- here\n SELECT 2"
    for offset, what, statement in ((8, "nothing", (0, 8)), (10, "nothing", None), (14, "comment", None)):
        answer = found(sql, offset=offset)
        assert answer.at is not None
        assert (answer.at.what, answer.at_statement) == (what, statement)


def test_what_cannot_be_read_is_a_finding_with_its_place() -> None:
    (one,) = found("SELECT 1; SELECT 'abc").findings
    assert (one.code, one.severity, one.start, one.end) == ("never_closed", "error", 17, 21)
    (one,) = found("\\d users\nSELECT 1").findings
    assert (one.code, one.start, one.end) == ("not_sql", 0, 8)


def test_no_more_statements_than_asked_for_and_the_place_all_the_same() -> None:
    sql = "SELECT 1;" * 100
    answer = found(sql, offset=899, limit=10)
    assert (len(answer.statements), answer.complete, answer.at_statement) == (10, False, (891, 899))
    assert found(sql, limit=100).complete


def test_a_very_long_text_is_looked_through_in_part() -> None:
    answer = found("SELECT a" + ",a" * MOST_TOKENS)
    assert [one.code for one in answer.findings] == ["too_long"]
    many = found("SELECT a,a,a,a,a,a,a,a;" * 20_000, limit=10_000)
    assert not many.complete
    assert len(many.statements) < 7000, "the bound is one of tokens"
    assert [one.code for one in found("(" * 100_000).findings] == ["too_long"]


@given(st.lists(PIECES, max_size=40).map("".join), DIALECTS, st.integers(0, 80))
def test_any_text_can_be_inspected_at_any_place(sql: str, dialect: Dialect, offset: int) -> None:
    answer = inspect(sql, dialect, min(offset, len(sql)), 100)
    assert answer.at is not None
    for one in answer.statements:
        assert 0 <= one.start <= one.end <= len(sql)
    for each in answer.findings:
        assert 0 <= each.start <= each.end <= len(sql)
    assert 0 <= answer.at.start <= answer.at.end <= len(sql)
