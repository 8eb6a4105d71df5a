"""No secret of a statement is stored: each statement here carries a canary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.history.secrets import without_secrets
from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE
from litebase.sql.effect import outline

CANARY = "hunter2canary"
STATEMENTS = [
    "CREATE USER bob PASSWORD '{}'",
    "CREATE ROLE bob LOGIN ENCRYPTED PASSWORD '{}' VALID UNTIL 'infinity'",
    "ALTER ROLE bob WITH PASSWORD $x${}$x$",
    "ALTER USER bob PASSWORD E'it\\'s {}'",
    "ALTER USER bob PASSWORD U&'\\0061{}'",
    "/* a remark */ -- another\n alter user bob password '{}'",
    "ALTER USER bob PASSWORD {}",
    "ALTER USER bob PASSWORD '{}",
    "-- the password is {}\nALTER USER bob PASSWORD 'x'",
    "CREATE USER bob@'%' IDENTIFIED BY '{}' REQUIRE SSL",
    'CREATE USER bob IDENTIFIED WITH caching_sha2_password BY "{}"',
    "CREATE OR REPLACE USER bob IDENTIFIED VIA ed25519 USING PASSWORD('{}')",
    "GRANT ALL ON *.* TO bob@'%' IDENTIFIED BY '{}'",
    "SET PASSWORD FOR bob = PASSWORD('{}')",
    "SET PASSWORD = '{}'",
    "SET @auth_token = '{}'",
    "/*!50000 ALTER USER bob IDENTIFIED BY '{}' */",
    "CHANGE MASTER TO MASTER_HOST = 'h', MASTER_PASSWORD = '{}', MASTER_PORT = 1",
    "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = '{}'",
    "CREATE SUBSCRIPTION s CONNECTION 'host=h user=u password={}' PUBLICATION p",
    "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'u', password '{}')",
    "SELECT * FROM dblink('host=h password={}', 'SELECT 1') AS t (a int)",
    "SELECT dblink_connect('postgresql://u:{}@h/d')",
    "SELECT 'https://u:{}@example.org/x'",
    "SELECT 'mysql://u:a@b:{}@h/d'",
    "INSERT INTO users (name, password) VALUES ('bob', '{}')",
    "INSERT INTO users (name, password) VALUES ('it''s\\', '{}'), ('a', 'b') RETURNING name",
    'UPDATE users SET pwd = "{}" WHERE id = 1',
    "SELECT crypt('{}', gen_salt('bf'))",
    "SELECT AES_ENCRYPT('x', '{}')",
    "SELECT pgp_sym_encrypt('x', $${}$$)",
    "SELECT 1 -- token: {}",
    "SELECT 1 /* secret {} */ + 1",
    "SELECT 1 # password '{}'",
    "CREATE TABLE users (name text, password text DEFAULT '{}')",
    "ALTER USER bob PASSWROD '{}'",
    "CREATE OR REPLACE USER bob@'%' IDENTIFED BY '{}'",
    "CREATE USER MAPPING FOR bob SERVER s OPTIONS (key '{}')",
    "PRAGMA key = '{}'",
    "PRAGMA main.hexrekey = {}",
    "ATTACH 'x.db' AS y KEY '{}'",
    "SET GLOBAL wsrep_sst_auth = 'root:{}'",
    "COPY t FROM PROGRAM 'curl -u bob:{} https://h/'",
    "UPDATE wp_users SET user_pass = '{}'",
    "INSERT INTO u VALUES ('bob', MD5('{}'))",
    "UPDATE u SET note = 'a', password = '{}",
    "UPDATE u SET password = 'a\\'{}",
    "SELECT 'a' -- token 'b' {}",
    "SELECT 'a\"b', \"password {}",
    "SELECT 'https://a_token_without_a_name_{}@example.org/x'",
]


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL, MYSQL], ids=["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize("text", STATEMENTS)
def test_the_canary_is_gone(text: str, dialect: object) -> None:
    sql = text.format(CANARY)
    shown = without_secrets(sql, outline(sql, dialect).first_words)  # type: ignore[arg-type]  # it is a Dialect
    assert CANARY not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT * FROM plays WHERE author = 'Shakespeare'", None),
        ("SELECT id FROM users WHERE password_reset IS NULL", None),
        ("CREATE TABLE users (name text, password text)", None),
        ("ALTER USER bob PASSWORD 'x' VALID UNTIL 'y'", "ALTER USER bob PASSWORD ***"),
        ("UPDATE users SET password = 'x' WHERE id = 1", "UPDATE users SET password = '***' WHERE id = 1"),
        ("SELECT 'postgresql://u:x@h/d'", "SELECT 'postgresql://u:***@h/d'"),
    ],
)
def test_what_is_left_can_be_found_again(sql: str, shown: str | None) -> None:
    assert without_secrets(sql, outline(sql, POSTGRESQL).first_words) == (shown or sql)


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE users SET password = {} WHERE name = 'bob'",
        "INSERT INTO users (name, password) VALUES ('bob', {})",
        "SELECT AES_DECRYPT(x, {})",
    ],
)
@pytest.mark.parametrize("number", ["12345678", "0x68756e74"])
def test_no_number_is_left_that_may_be_a_password(text: str, number: str) -> None:
    sql = text.format(number)
    assert number not in without_secrets(sql, outline(sql, MYSQL).first_words)


@pytest.mark.parametrize("at", [10, 99_990, 100_000, 199_990])
def test_what_a_cut_leaves_has_no_part_of_a_secret(at: int) -> None:
    filled = "x" * at
    for sql in (
        f"SELECT {filled}, 'u://me:{CANARY * 60}@h/d', {filled}",
        f"SELECT '{CANARY * 9000}' {filled} password",
    ):
        shown = without_secrets(sql, ("SELECT",), 100_000)
        assert "hunter2" not in shown
        assert len(shown) <= 100_000


@pytest.mark.parametrize("at", range(16_370, 16_390))
def test_a_word_is_found_wherever_the_text_is_divided(at: int) -> None:
    sql = f"UPDATE u SET {'x' * at} API_KEY = '{CANARY}'"
    assert CANARY not in without_secrets(sql, ("UPDATE",))


@given(st.text(), st.text(alphabet="abc'\"`$-#/*\\\n ", max_size=30), st.text(alphabet="'\"`$-#/*\\\n x", max_size=10))
def test_no_text_makes_it_fail_or_leaves_the_value_of_a_password(anything: str, before: str, after: str) -> None:
    without_secrets(anything, outline(anything, MYSQL).first_words)
    sql = f"UPDATE users SET note = {before}, password = '{CANARY}'{after}"
    assert CANARY not in without_secrets(sql, outline(sql, POSTGRESQL).first_words)
