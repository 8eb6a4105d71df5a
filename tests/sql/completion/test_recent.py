"""Words of the latest statements, and what completion makes of them."""

import pytest

from litebase.sql.completion.completion import complete
from litebase.sql.completion.recent import MOST_POINTS, Recent
from litebase.sql.dialect import MYSQL, POSTGRESQL
from tests.sql.completion.shop import Shop


def offered(marked: str, *statements: str) -> list[tuple[str, str]]:
    """What is offered at the bar after statements were run: kinds and texts."""
    recent = Recent()
    for sql in statements:
        recent.add(sql, POSTGRESQL)
    text = marked.replace("|", "", 1)
    found = complete(text, marked.index("|"), POSTGRESQL, Shop("postgresql"), 1000, recent.points())
    return [(one.kind, one.text) for one in found.items]


def first(marked: str, kind: str, *statements: str) -> str:
    return next(text for of_kind, text in offered(marked, *statements) if of_kind == kind)


@pytest.mark.parametrize(
    ("marked", "kind", "statement", "without", "after"),
    [
        ("SELECT * FROM |", "table", "SELECT 1 FROM products", '"Mixed"', "products"),
        ("SELECT * FROM |", "table", 'SELECT 1 FROM "Mixed" JOIN Users ON true', '"Mixed"', '"Mixed"'),
        ("SELECT * FROM or|", "table", "UPDATE orders SET total = 1", '"order"', "orders"),
        ("SELECT | FROM users", "column", "SELECT status FROM users", "created_at", "status"),
        ("SELECT * FROM users WHERE |", "column", "DELETE FROM users WHERE email = 'name'", "created_at", "email"),
        ("SELECT | FROM users u JOIN orders o ON true", "column", "SELECT total", "u.created_at", "o.total"),
        ("SELECT l|", "function", "SELECT lower('LTRIM')", "lag(", "lower("),
        ("SELECT * FROM users |", "keyword", "SELECT 1 WHERE true", "AS", "WHERE"),
    ],
)
def test_what_was_used_lately_comes_first_of_its_kind(
    marked: str, kind: str, statement: str, without: str, after: str
) -> None:
    assert first(marked, kind) == without
    assert first(marked, kind, statement) == after


def test_what_fits_better_and_what_belongs_there_stays_before_it() -> None:
    often = ["SELECT products.id, lower(x) FROM products JOIN order_items ON true"] * 50
    assert offered("SELECT * FROM orders|", *often)[0] == ("table", "orders")
    assert offered("SELECT * FROM ord|", *often)[0][1] in ("orders", '"order"', "order_items")
    kinds = [kind for kind, _ in offered("SELECT | FROM users", *often)]
    assert kinds == sorted(kinds, key=kinds.index), "each kind in one piece"
    assert kinds.index("column") < kinds.index("function") < kinds.index("keyword")


def test_the_last_use_counts_more_than_an_old_one_and_many_more_than_one() -> None:
    recent = Recent()
    recent.add("SELECT old FROM t", POSTGRESQL)
    recent.add("SELECT new FROM t", POSTGRESQL)
    points = recent.points()
    assert points["t"] > points["new"] > points["old"] > 0
    assert "select" in points
    for _ in range(200):
        recent.add("SELECT new", POSTGRESQL)
    points = recent.points()
    assert (points["new"], points["old"]) == (MOST_POINTS, 0)
    assert list(points)[:2] == ["select", "new"]


def test_only_so_many_words_are_kept_and_the_latest_of_them() -> None:
    recent = Recent()
    for number in range(60):
        recent.add("SELECT " + ", ".join(f"c{number}_{column}" for column in range(50)), POSTGRESQL)
    points = recent.points()
    assert len(points) == 500
    assert points["c59_49"] > 0
    assert "c0_0" not in points


def test_strings_comments_and_numbers_are_no_words_and_any_text_can_be_added() -> None:
    recent = Recent()
    recent.add("SELECT 'secret' -- remark\n, 12, `my name` FROM \"half open", MYSQL)
    assert set(recent.points()) == {"select", "my name", "from"}
