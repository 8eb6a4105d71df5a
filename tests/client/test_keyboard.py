"""Tab and the lines of before, at a (pseudo) terminal."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from litebase_schema.sql import CompletionItem

from litebase.client import asking
from litebase.client.help import HELP
from litebase.client.keyboard import candidates
from tests.client.test_shell import Terminal

TABLES = 'CREATE TABLE customers (customer_id, last_name); CREATE TABLE "Odd Name" ("weird one"); CREATE TABLE d (e)'


def item(text: str, start: int, end: int) -> CompletionItem:
    return CompletionItem(text=text, kind="column", detail=None, start=start, end=end, score=1)


@pytest.mark.parametrize(
    ("sql", "word", "items", "offered"),
    [
        ("SELECT na", "na", [item("name", 7, 9), item("NAture", 7, 9)], ["name", "NAture"]),
        ("SELECT t.na", "na", [item("name", 9, 11)], ["name"]),
        ("SELECT t.na", "t.na", [item("name", 9, 11)], ["t.name"]),
        ('SELECT "odd na', "na", [item('"odd name"', 7, 14), item('"even name"', 7, 14)], ['name"']),
        ("SELECT na", "na", [item('"Name"', 7, 9)], ['"Name"']),
        ("SELECT nm", "nm", [item("name", 7, 9)], ["name"]),
        ("SELECT nm", "nm", [item("name", 7, 9), item("number", 7, 9)], []),
        ("SELECT na", "na", [item("name\x1b[2J", 7, 9), item("nature", 7, 9)], ["nature"]),
        ("SELECT na", "na", [item("name", 7, 12)], []),
        ("SELECT ", "", [item("a", 7, 7), item("a", 7, 7), item("b", 7, 7)], ["a", "b"]),
    ],
)
def test_what_is_offered_replaces_the_word_at_the_cursor(
    sql: str, word: str, items: Sequence[CompletionItem], offered: Sequence[str]
) -> None:
    assert candidates(items, sql, word) == offered


def test_the_help_names_every_command_that_asks() -> None:
    assert [one for one in asking.COMMANDS if one not in HELP] == []


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "t.db"
    with contextlib.closing(sqlite3.connect(path)) as made:
        made.executescript(TABLES)
    return path


@pytest.fixture
def terminal(database: Path) -> Iterator[Terminal]:
    with contextlib.closing(Terminal(f"sqlite:{database}")) as opened:
        opened.until("litebase> ")
        yield opened


def completed(terminal: Terminal, typed: str, wanted: str, keys: str = "") -> None:
    """Type, press further `keys` and Tab, again while the names of the database are still being read."""
    terminal.type(typed)
    terminal.until(typed)
    terminal.type(f"{keys}\t")
    while "\x07" in (seen := terminal.until("\x07", wanted)):
        terminal.type("\t")
    assert wanted in seen


def test_tab_completes_names_in_quotes_where_they_need_them(terminal: Terminal) -> None:
    completed(terminal, "SELECT * FROM cust", "omers")
    terminal.type("\n")
    terminal.until("     ...> ")
    completed(terminal, "WHERE customer_", "id")
    terminal.type(" IS NULL;\n")
    assert "0 rows" in terminal.until("litebase> ")
    completed(terminal, "SELECT * FROM odd", '"Odd Name"')
    terminal.type(";\n")
    assert "weird one" in terminal.until("litebase> ")
    completed(terminal, '\\explain SELECT * FROM "Odd Na', 'me"')
    terminal.type("\n")
    assert "SCAN" in terminal.until("litebase> ")


def test_what_stands_behind_the_cursor_says_what_fits_before_it(terminal: Terminal) -> None:
    back = "\x01" + "\x06" * len("SELECT last_n")
    completed(terminal, "SELECT last_n FROM customers;", "ame", back)
    terminal.type("\n")
    assert "0 rows" in terminal.until(" in all\r\n")


def test_tab_completes_commands_and_indents(terminal: Terminal) -> None:
    completed(terminal, "\\proc", "esses")
    terminal.type("\n")
    assert "SQLite has no server" in terminal.until("litebase> ")
    terminal.type("\tSELECT 41 + 1 AS a;\n")
    assert " 42" in terminal.until("litebase> ")


def test_tab_at_a_question_offers_nothing(terminal: Terminal) -> None:
    terminal.type("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 50) SELECT n FROM r;\n")
    terminal.until("or a row): ")
    terminal.type("q\t\n")
    terminal.until("litebase> ")
    terminal.type("SELECT 41 + 1 AS a;\n")
    assert " 42" in terminal.until("litebase> ")


def test_statements_of_before_are_found_again_those_of_other_databases_are_not(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    other = tmp_path / "other.db"
    for path, sql in ((database, "SELECT 41 + 1 AS here;"), (other, "SELECT 43 + 1 AS there;")):
        with contextlib.closing(Terminal(f"sqlite:{path}", "--create")) as terminal:
            terminal.until("litebase> ")
            terminal.type(f"{sql}\n")
            terminal.until("litebase> ")
            terminal.type("\\q\n")
            terminal.process.wait()
    with contextlib.closing(Terminal(f"sqlite:{database}")) as terminal:
        terminal.until("litebase> ")
        terminal.type("\x1b[A\n")  # the line before
        terminal.until(" 42\r\n")
        terminal.until("litebase> ")
        terminal.type("\x12AS here\r")
        terminal.until(" 42\r\n")
