"""Completion beyond the table of cases: quoting, ranks, joins, values of enums, and any text whatever."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.sql.completion import completion as module
from litebase.sql.completion.completion import Completion, complete
from litebase.sql.reading.reader import Reader
from litebase.sql.reading.tokens import MOST_TOKENS
from tests.sql.completion.shop import DIALECTS, Shop, completed, texts
from tests.sql.completion.test_cases import EVERYWHERE, OWN

ALPHABET = st.sampled_from((
    "SELECT", "FROM", "WHERE", "JOIN", "ON", "WITH", "AS", "INSERT INTO", "UPDATE", "SET", "DELETE", "(", ")",
    ",", ".", ";", "'", '"', "`", "[", "]", "$$", "/*", "--", "\n", " ", "users", "u", "orders", "id", "=",
    "*", "::", "UNION", "VALUES", "CASE", "ORDER BY", "OVER", "PARTITION BY", "RECURSIVE", "USING", "ä",
    "\U0001f600", "\\", "GO", "CREATE TABLE", "ALTER TABLE", "IN", "EXCLUDED.", "RETURNING", "c AS (",
    "BEGIN", "DELIMITER //", "GRANT", "LATERAL", "CAST(", ":a", "?", "$1", "1", "MERGE",
))  # fmt: skip


def replaced(marked: str, item: str, engine: str = "postgresql") -> str:
    """The text after a completion."""
    done = completed(marked, engine)
    assert item in [one.text for one in done.items]
    text = marked.replace("|", "", 1)
    return text[: done.start] + item + text[done.end :]


@pytest.mark.parametrize(
    ("marked", "item", "after", "engine"),
    [
        ("SELECT na| FROM users", "name", "SELECT name FROM users", "postgresql"),
        ("SELECT na|me FROM users", "name", "SELECT name FROM users", "postgresql"),
        ("SELECT u.na| FROM users u", "name", "SELECT u.name FROM users u", "postgresql"),
        ("SELECT |name FROM users", "id", "SELECT idname FROM users", "postgresql"),
        ('SELECT "na| FROM users', '"name"', 'SELECT "name" FROM users', "postgresql"),
        ('SELECT "na|" FROM users', '"name"', 'SELECT "name" FROM users', "postgresql"),
        ("SELECT `na| FROM users", "`name`", "SELECT `name` FROM users", "mysql"),
        ("ä\U0001f600; SELECT na| FROM users", "name", "ä\U0001f600; SELECT name FROM users", "sqlite"),
        ("SELECT lo|(name) FROM users", "lower", "SELECT lower(name) FROM users", "postgresql"),
        ("SELECT no| FROM users", "now()", "SELECT now() FROM users", "postgresql"),
    ],
)
def test_the_word_at_the_cursor_is_replaced(marked: str, item: str, after: str, engine: str) -> None:
    assert replaced(marked, item, engine) == after


def test_the_best_come_first() -> None:
    assert texts("SELECT id| FROM users")[0] == "id"
    assert texts("SELECT * FROM or|")[0] in ("orders", "order_items", '"order"')
    found = texts("SELECT * FROM o|", kind="table")
    assert set(found[:3]) == {"orders", "order_items", '"order"'}
    assert texts("SELECT * FROM orders|", kind="table")[0] == "orders"
    assert texts("SELECT * FROM oi|")[0] == "order_items", "the first letters of its words"
    assert texts("SELECT * FROM items|")[0] == "order_items", "a word in it"
    assert texts("SELECT * FROM odr|", kind="table")[:2] == ['"order"', "order_items"], "letters in their order"
    mixed = completed("SELECT na| FROM users").items
    assert mixed[0].text == "name"
    assert [one.score for one in mixed] == sorted((one.score for one in mixed), reverse=True)


def test_words_of_sql_have_the_case_that_is_typed() -> None:
    assert "from" in texts("select * fr|")
    assert "FROM" in texts("SELECT * FR|")
    assert "where" in texts("select * from users |")
    assert "WHERE" in texts("SELECT * FROM users |")


def test_values_of_an_enum_stand_behind_a_comparison() -> None:
    for marked in (
        "SELECT * FROM users WHERE status = |",
        "SELECT * FROM users u WHERE u.status <> |",
        "SELECT * FROM users WHERE status IN (|",
        "SELECT * FROM users WHERE status IN ('active', |",
        "SELECT * FROM users WHERE status = | AND id = 1",
    ):
        assert texts(marked, kind="value") == ["'active'", "'it''s blocked'"], marked
    assert texts("SELECT * FROM users WHERE name = |", kind="value") == []
    assert texts("SELECT * FROM users WHERE status = a|")[0] == "'active'"


def test_tables_with_a_foreign_key_come_with_their_condition() -> None:
    assert texts("SELECT * FROM users u JOIN |", kind="join") == ["orders ON orders.user_id = u.id"]
    joined = texts("SELECT * FROM orders JOIN |", kind="join")
    assert set(joined) == {"order_items ON order_items.order_id = orders.id", "users ON users.id = orders.user_id"}
    assert texts("SELECT * FROM users u JOIN ord|")[0] == "orders ON orders.user_id = u.id"


@pytest.mark.parametrize(
    ("marked", "item"),
    [
        ("SELECT | FROM USERS U, ORDERS", "U.name"),
        ("SELECT | FROM USERS U, ORDERS", "ORDERS.total"),
        ('SELECT | FROM users "U", orders', '"U".name'),
        ('SELECT * FROM users "U" JOIN orders O ON |', 'O.user_id = "U".id'),
        ("SELECT * FROM USERS JOIN ORDERS ON |", "ORDERS.user_id = USERS.id"),
        ('SELECT * FROM orders "O" JOIN |', 'users ON users.id = "O".user_id'),
        ("DELETE FROM users U WHERE |", "U"),
    ],
)
def test_qualifiers_are_spelled_as_the_statement_spells_them(marked: str, item: str) -> None:
    assert item in texts(marked)


def test_details_say_what_a_thing_is() -> None:
    shown = {one.text: (one.kind, one.detail) for one in completed("SELECT | FROM users u").items}
    assert shown["name"] == ("column", "text · users")
    assert shown["u"] == ("alias", None)
    assert shown["lower("] == ("function", "(text) → text")
    assert shown["CASE"] == ("keyword", None)


def test_what_is_not_known_yet_makes_an_answer_incomplete() -> None:
    answer = completed("SELECT | FROM users", loads=True)
    assert answer.incomplete
    assert "CASE" in [one.text for one in answer.items]
    assert not completed("SELECT | FROM users").incomplete
    assert not completed("SELECT 'a|", loads=True).incomplete


def test_no_more_than_the_limit_and_it_is_said() -> None:
    answer = completed("SELECT | FROM users", limit=3)
    assert (len(answer.items), answer.incomplete) == (3, True)


def test_a_table_that_reads_itself_ends() -> None:
    for marked in (
        "WITH RECURSIVE t AS (SELECT * FROM t) SELECT | FROM t",
        "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT | FROM a, b",
        "SELECT | FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM users) a) b) c",
    ):
        assert completed(marked).items
    assert "name" in texts("SELECT | FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM users) a) b) c")


@settings(max_examples=400)
@given(st.lists(ALPHABET, max_size=30).map(" ".join), st.integers(0, 200), st.sampled_from(sorted(DIALECTS)))
def test_any_text_is_answered(text: str, offset: int, engine: str) -> None:
    offset = min(offset, len(text))
    answer = complete(text, offset, DIALECTS[engine], Shop(engine), 100)
    assert 0 <= answer.start <= answer.end <= len(text)
    assert answer.start <= offset
    assert len(answer.items) <= 100


@pytest.mark.parametrize("engine", sorted(DIALECTS))
def test_every_beginning_of_every_case_is_answered(engine: str) -> None:
    for number, marked in enumerate([one[0] for one in EVERYWHERE] + [one[1] for one in OWN]):
        text = marked.replace("|", "", 1)
        for offset in range(number % 3, len(text) + 1, 3):
            for half in (text, text[:offset]):
                assert isinstance(complete(half, offset, DIALECTS[engine], Shop(engine), 20), Completion)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * 200_000,
        "SELECT " + "a.b, " * 100_000,
        "SELECT * FROM " + "users, " * 100_000,
        "WITH " + ", ".join(f"c{number} AS (SELECT * FROM c{number - 1})" for number in range(5000)) + " SELECT ",
        "SELECT " + "(SELECT " * 50_000,
        "SELECT '" + "a" * 1_000_000,
        "SELECT " + "x" * 1_000_000,
        "SELECT 1;" * 100_000,
        "/*" * 100_000,
    ],
    ids=range(9),
)
def test_the_work_for_a_long_text_is_bounded(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = names = 0
    step, offer = Reader._name, module._Offers._item

    def counted_step(reader: Reader, start: int, end: int) -> None:
        nonlocal steps
        steps += 1
        step(reader, start, end)

    def counted_offer(offers: module._Offers, *arguments: object, **named: object) -> object:
        nonlocal names
        names += 1
        return offer(offers, *arguments, **named)  # type: ignore[arg-type]  # passed on as it is

    monkeypatch.setattr(Reader, "_name", counted_step)
    monkeypatch.setattr(module._Offers, "_item", counted_offer)
    shop = Shop("postgresql")
    for offset in (0, len(text) // 2, len(text)):
        complete(text, offset, DIALECTS["postgresql"], shop, 100)
    assert steps <= 3 * MOST_TOKENS + 10
    assert names <= 3 * 20_000
    assert shop.asked <= 3 * 1000
