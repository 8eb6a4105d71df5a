"""Places in statements for which two other programs publish what they offer, and whether we offer that as well.

The cases are those of pgcli (`tests/test_sqlcompletion.py` and the files beside it) and of sqls
(`internal/handler/completion_test.go`), told in our own words: the text, the cursor, and what has to be offered there.
A column is found by its name, whether or not it stands behind what the statement calls its table: of several tables, we
always write that. Where we offer something else on purpose, `DIFFERENT` says what, and why.
"""

from collections.abc import Collection, Iterable, Sequence

import pytest

from litebase.sql.completion.catalog import Column, Match, Table
from litebase.sql.completion.completion import complete
from litebase.sql.completion.matching import Typed
from litebase.sql.dialect import MYSQL, POSTGRESQL, Dialect

CITY = "ID, Name, CountryCode, District, Population"
COUNTRY = "Code, Name, Region, SurfaceArea, IndepYear, LifeExpectancy, GNP, LocalName, HeadOfState, Capital, Code2"
WORLD = {"city": CITY, "country": COUNTRY, "countrylanguage": "CountryCode, Language, IsOfficial, Percentage"}
USERS, ORDERS = "id, parentid, email, first_name, last_name", "id, ordered_date, status, email"
SHOP = {"users": USERS, "orders": ORDERS, "select": "id, localtime", "user_emails": "id, email"}
CUSTOM = {"products": "id, product_name, price", "shipments": "id, address, user_id"}
TABLES = ", ".join(WORLD)


class Known:
    """A catalog that is known: its first schema needs no name."""

    def __init__(self, schemas: dict[str, dict[str, str]]) -> None:
        self.incomplete = False
        self._schemas = schemas

    def schemas(self) -> Sequence[str]:
        return list(self._schemas)

    def objects(self, typed: Typed, kinds: Collection[str], schema: str | None, limit: int) -> Iterable[Match]:
        place = schema or next(iter(self._schemas))
        others = [("view", "user_view"), ("function", "custom_fun"), ("type", "custom_type")]
        tables = [("table", name) for name in self._schemas.get(place, ())]
        for kind, name in [*tables, *(others if place == "public" else [])][:limit]:
            if kind in kinds and (rank := typed.rank(name)) is not None:
                yield Match(rank, kind, name, place, "integer" if kind == "function" else None)

    def table(self, schema: str | None, name: str) -> Table | None:
        place = schema or next(iter(self._schemas))
        for known, columns in self._schemas.get(place, {}).items():
            if known.casefold() == name.casefold():
                return Table(place, known, [Column(one, "text") for one in columns.split(", ")])
        return None


def offered(marked: str, dialect: Dialect) -> set[str]:
    """What is offered at the bar, columns also without what stands before their dot, functions without parentheses."""
    schemas = {"world": WORLD, "mysql": {}} if dialect is MYSQL else {"public": SHOP, "custom": CUSTOM}
    found = complete(marked.replace("|", "", 1), marked.index("|"), dialect, Known(schemas), 1000)
    texts = {one.text.removesuffix("()").removesuffix("(") for one in found.items}
    return texts | {one.text.rpartition(".")[2] for one in found.items if one.kind == "column"}


SQLS = [
    ("select | from city", f"{CITY}, city"),
    ("select Cou| from city", "CountryCode"),
    ("select | from world.city", CITY),
    ("select | from city as c", f"{CITY}, c"),
    ("select | from world.city as c", f"{CITY}, c"),
    ("select | from city c", f"{CITY}, c"),
    ("select id, cou| from city", "CountryCode"),
    ("select 1 = cou| from city", "CountryCode"),
    ("select 1 + cou| from city", "CountryCode"),
    ("select c.| from city as c", CITY),
    ("select c.| from city c", CITY),
    ("select CountryCode from |", f"{TABLES}, world, mysql"),
    ("select CountryCode from co|", "country, countrylanguage"),
    ("select CountryCode from city left join |", TABLES),
    ("select CountryCode from city left join co|", "country, countrylanguage"),
    ("select CountryCode from city left join country on co|", "Code, Code2, country"),
    ("SELECT * FROM city inner join country on city.CountryCode = |", "city, country"),
    ("SELECT * FROM city inner join country on city.CountryCode = co|", "country"),
    ("SELECT ID, Name FROM city ORDER BY |", f"{CITY}, city"),
    ("SELECT CountryCode, COUNT(*) FROM city GROUP BY |", f"{CITY}, city"),
    ("SELECT * FROM (SELECT * FROM |", TABLES),
    ("SELECT * FROM (SELECT * FROM co|", "country, countrylanguage"),
    ("SELECT * FROM (SELECT Cou| FROM city)", "CountryCode"),
    ("SELECT | FROM (SELECT ID as city_id, Name as city_name FROM city) as t", "city_id, city_name, t"),
    ("SELECT c.| FROM city as c;SELECT c. FROM country as c;", CITY),
    ("SELECT c. FROM city as c;SELECT c.| FROM country as c;", COUNTRY),
    ("SELECT `Language`, CASE Is| WHEN 'T' THEN 'o' END AS is_official FROM countrylanguage;", "IsOfficial"),
    ("SELECT `Language`, CASE IsOfficial WHEN Is| THEN 'o' END AS is_official FROM countrylanguage;", "IsOfficial"),
    ("SELECT `Language`, CASE IsOfficial WHEN 'T' THEN Is| END AS is_official FROM countrylanguage;", "IsOfficial"),
    ("SELECT `Language`, CASE IsOfficial WHEN 'T' THEN 1 END AS is_official, P| FROM countrylanguage;", "Percentage"),
    ("INSERT INTO |", TABLES),
    ("INSERT INTO co|", "country, countrylanguage"),
    ("INSERT INTO city (|", CITY),
    ("INSERT INTO city (cou|", "CountryCode"),
    ("INSERT INTO city (id, cou|", "CountryCode"),
    ("UPDATE |", TABLES),
    ("UPDATE co|", "country, countrylanguage"),
    ("UPDATE city SET |", CITY),
    ("UPDATE city SET cou|", "CountryCode"),
    ("UPDATE city SET CountryCode=12, Na|", "Name"),
    ("DELETE FROM |", TABLES),
    ("DELETE FROM co|", "country, countrylanguage"),
    ("DELETE FROM city WHERE |", CITY),
    ("DELETE FROM city WHERE co|", "CountryCode"),
]
FROM = "users, orders, user_view, public, custom"
PGCLI = [
    ("SELECT | FROM users", f"{USERS}, max, CASE"),
    ("SELECT | FROM custom.products", "id, product_name, price, max"),
    ("INSERT INTO users SELECT | FROM orders", ORDERS),
    ("SELECT * FROM users WHERE |", f"{USERS}, max"),
    ("SELECT * FROM users WHERE (|", USERS),
    ("SELECT * FROM users WHERE id = |", USERS),
    ("SELECT * FROM users WHERE id = 1 AND |", USERS),
    ("SELECT * FROM users WHERE id = 1 OR |", USERS),
    ("SELECT * FROM users WHERE (id > 10 AND |", USERS),
    ("SELECT * FROM users WHERE (id AND (email OR (last_name OR (|", USERS),
    ("SELECT * FROM users WHERE 10 < |", USERS),
    ("SELECT * FROM users WHERE id BETWEEN |", USERS),
    ("SELECT * FROM users WHERE id BETWEEN 1 AND |", USERS),
    ("SELECT * FROM users WHERE id IN (|", USERS),
    ("SELECT * FROM users WHERE id IN (parentid, |", USERS),
    ("SELECT * FROM users WHERE id = ANY(|", USERS),
    ("SELECT 1::|", "text, integer, custom_type"),
    ("SELECT id::| FROM users", "text, custom_type"),
    ("SELECT (x + y)::|", "text"),
    ("SELECT * FROM users WHERE id::text = |", USERS),
    ("ALTER TABLE users ALTER COLUMN id TYPE |", "text, custom_type"),
    ("ALTER TABLE users ADD COLUMN x |", "text, custom_type"),
    ("ALTER TABLE users ADD COLUMN x te|", "text"),
    ("CREATE TABLE x (a |", "text, custom_type"),
    ("CREATE TABLE x (a text, b |", "text, custom_type"),
    ("CREATE FUNCTION f(a |", "text, custom_type"),
    ("CREATE FUNCTION f(a text, b |", "text, custom_type"),
    ("CREATE FUNCTION f() RETURNS |", "text, custom_type"),
    ("SELECT MAX(| FROM users", USERS),
    ("SELECT MAX(|) FROM users", USERS),
    ("SELECT |", "max"),
    ("SELECT cu|", "custom_fun"),
    ("SELECT * FROM |", FROM),
    ("INSERT INTO |", "users, orders, public, custom"),
    ("COPY |", "users, orders"),
    ("UPDATE |", "users, orders"),
    ("DESCRIBE |", ""),
    ("SELECT * FROM custom.|", "products, shipments"),
    ("INSERT INTO custom.|", "products, shipments"),
    ("UPDATE custom.|", "products, shipments"),
    ("TRUNCATE |", "users, orders"),
    ("TRUNCATE custom.|", "products, shipments"),
    ("SELECT DISTINCT | FROM users", USERS),
    ("SELECT id, |, email FROM users", USERS),
    ("SELECT id, email, | FROM users", USERS),
    ("SELECT id, email FROM users, |", FROM),
    ("INSERT INTO users (|", USERS),
    ("INSERT INTO users (i|", "id"),
    ("INSERT INTO users (id,|", "email"),
    ("SELECT * FROM users WHERE first_n|", "first_name"),
    ("SELECT users.| FROM users", USERS),
    ("SELECT t1.| FROM users t1, orders t2", USERS),
    ("SELECT t1.id, t2.| FROM users t1, orders t2", ORDERS),
    ("SELECT t1.| FROM custom.shipments t1", "id, address, user_id"),
    ("SELECT * FROM (|", "SELECT"),
    ("SELECT * FROM (S|", "SELECT"),
    ("SELECT * FROM foo WHERE EXISTS (|", "SELECT"),
    ("SELECT * FROM foo WHERE bar AND NOT EXISTS (|", "SELECT"),
    ("SELECT * FROM foo WHERE EXISTS (S|", "SELECT"),
    ("SELECT * FROM (SELECT * FROM |", FROM),
    ("SELECT * FROM foo WHERE EXISTS (SELECT * FROM |", FROM),
    ("SELECT * FROM foo WHERE bar AND NOT EXISTS (SELECT * FROM |", FROM),
    ("SELECT 1 AS |", ""),
    ("SELECT 1 FROM users AS |", ""),
    ("SELECT * FROM (SELECT | FROM users", USERS),
    ("SELECT * FROM (SELECT id, | FROM users", USERS),
    ("SELECT * FROM (SELECT t.| FROM users t", USERS),
    ("SELECT * FROM users JOIN |", FROM),
    ("SELECT * FROM users INNER JOIN |", FROM),
    ("SELECT * FROM users LEFT JOIN |", FROM),
    ("SELECT * FROM users u RIGHT OUTER JOIN |", FROM),
    ("SELECT * FROM users u CROSS JOIN |", FROM),
    ("SELECT * FROM users NATURAL JOIN |", FROM),
    ("SELECT * FROM users u JOIN orders o ON u.|", USERS),
    ("SELECT * FROM users u JOIN orders o ON u.id = o.|", ORDERS),
    ("SELECT * FROM users u JOIN orders o ON u.id = o.id AND u.|", USERS),
    ("select u.id from users u join orders o on |", "u, o"),
    ("select u.id from users u join orders o on u.id = |", "u, o"),
    ("select users.id from users join orders on |", "users, orders"),
    ("select users.id from users join orders on users.id = |", "users, orders"),
    ("select u.id from users u join orders o on u.id = o.id and |", "u, o"),
    ("select * from users inner join orders using (|", "id, email"),
    ("select * from users inner join orders using (id, |", "email"),
    ("select * from users; select * from |", FROM),
    ("select * from users; select | from orders", ORDERS),
    ("select * from; select * from |", FROM),
    ("select * from |; select * from users", FROM),
    ("select | from users; select * from orders", USERS),
    ("select * from users; select * from |; select * from orders", FROM),
    ("select * from users; select | from orders; select * from users", ORDERS),
    ("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE SQL; SELECT | FROM users", USERS),
    ("|", "SELECT, INSERT INTO, UPDATE, DELETE FROM, CREATE, ALTER, DROP"),
    ("create table foo (dt d|", "date"),
    ("DROP TABLE custom.|", "products, shipments"),
    ("DROP TABLE |", "users, orders"),
    ("DROP VIEW |", "user_view"),
    ("ALTER TABLE |", "users, orders"),
    ("ALTER VIEW |", "user_view"),
    ("DROP FUNCTION |", "custom_fun"),
    ("ALTER FUNCTION |", "custom_fun"),
    ("DROP SCHEMA |", "public, custom"),
    ("SET SCHEMA |", ""),
    (",|", ""),
    ("sel ,|", ""),
    ("SELECT * FROM users CROSS JOIN LATERAL (SELECT | FROM orders) s", ORDERS),
    ("SELECT x.| FROM users u CROSS JOIN LATERAL (SELECT o.id AS number FROM orders o) x", "number"),
    ("WITH cte AS (SELECT id, email AS mail FROM users) SELECT | FROM cte", "id, mail"),
    ("WITH cte AS (SELECT id FROM users) SELECT * FROM |", f"cte, {FROM}"),
    ("WITH cte AS (SELECT foo, bar FROM baz) SELECT | FROM cte", "foo, bar"),
    ("WITH cte AS (INSERT INTO users VALUES (1) RETURNING id, email) SELECT | FROM cte", "id, email"),
    ("WITH a AS (SELECT 1 AS one), b AS (SELECT | FROM a) SELECT 1", "one"),
    ("SELECT * FROM users WHERE 'foo|", ""),
    ("SELECT e'foo|", ""),
    ('SELECT * FROM "users" WHERE |', USERS),
    ('SELECT * FROM "select" s WHERE s.|', 'id, "localtime"'),
    ("SELECT | FROM Users U", USERS),
    ("SELECT U.| FROM Users U", USERS),
    ("EXPLAIN SELECT | FROM users", USERS),
    ("EXPLAIN ANALYZE SELECT * FROM |", FROM),
    ("CREATE VIEW v AS SELECT | FROM users", USERS),
    ("CREATE TABLE v AS SELECT | FROM users", USERS),
    ("DELETE FROM users WHERE |", USERS),
    ("UPDATE users SET |", USERS),
    ("UPDATE users SET email = 'x', |", USERS),
    ("SELECT * FROM users u LIMIT 1 OFFSET 2; SELECT | FROM orders", ORDERS),
    ("SELECT * FROM users ORDER BY |", USERS),
    ("SELECT * FROM users GROUP BY id, |", USERS),
    ("SELECT id FROM users UNION ALL SELECT | FROM orders", ORDERS),
    ("SELECT * FROM custom_fun() |", "WHERE, JOIN, AS"),
    ("SELECT * FROM cus|", "custom_fun, custom"),
]
DIFFERENT = [
    # sqls also offers every table where a value stands; we offer what the statement names there
    ("select | from city", "country", MYSQL),
    ("SELECT ID, Name FROM city ORDER BY |", "country", MYSQL),
    # sqls also offers columns where a table has to follow
    ("select CountryCode from city left join |", "ID", MYSQL),
    # pgcli offers the tables of a schema by that name where `users.` can only be the table
    ("SELECT users.| FROM users", "products", POSTGRESQL),
    # pgcli offers all functions of the database before a letter is typed; there may be thousands
    ("SELECT |", "custom_fun", POSTGRESQL),
    # pgcli offers nothing but columns behind DISTINCT, whichever tables there are
    ("SELECT DISTINCT | FROM users", "ordered_date", POSTGRESQL),
]


def _missing(marked: str, names: str, dialect: Dialect) -> list[str]:
    found = offered(marked, dialect)
    return [one for one in names.split(", ") if one and one not in found]


@pytest.mark.parametrize(("marked", "names"), SQLS, ids=[one[0] for one in SQLS])
def test_what_sqls_offers_is_offered(marked: str, names: str) -> None:
    assert _missing(marked, names, MYSQL) == []


@pytest.mark.parametrize(("marked", "names"), PGCLI, ids=[one[0] for one in PGCLI])
def test_what_pgcli_offers_is_offered(marked: str, names: str) -> None:
    assert _missing(marked, names, POSTGRESQL) == []


@pytest.mark.parametrize(("marked", "name", "dialect"), DIFFERENT)
def test_what_cannot_stand_there_is_not_offered(marked: str, name: str, dialect: Dialect) -> None:
    assert name not in offered(marked, dialect)
