"""Every page is true: what it names exists, its links lead somewhere, and its blocks that are marked so can be run."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.registry import MESSAGES

from tests.docs.pages import PAGES, ROOT, Page, read
from tests.work import unhurried
from tools.contract.__main__ import SUBCOMMANDS

_PLACES = ("schema", "generated", "litebase", "clients", "tests", "tools", "docs", r"\.github")
_BASELINE = re.compile(r"schema/baselines/\d+\.\d+")  # an example; whether it is frozen does not matter here
_PROGRAMS = ("litebase.cli", "litebase.client", "tools.bench", "tools.build", "tools.faults", "tools.windows")
_OTHER_PROGRAMS = ("git", "mariadb", "npm", "pip", "psql")
_RUN = ("python -m", ".venv/bin/python -m")  # a module: there is a test of those
_ABOUT_THE_CODE = ("docs/architecture.md", "docs/adding-an-engine.md", "CONTRIBUTING.md")
_NOT_OF_THE_CONTRACT = {
    "max_execution_time", "max_statement_time", "net_write_timeout",  # settings of servers
    "mysql_native_password", "caching_sha2_password", "sha256_password", "client_ed25519",  # methods of MySQL
    "mysql_clear_password", "auth_gssapi_client",  # and those that are refused
    "start_backend", "on_prompt",  # functions
    "connection_closed",  # a code of the TypeScript client alone
    "sqlite_rows",  # a benchmark
    "token_file",  # in the ready line
    "writable_schema", "generate_series",  # of SQLite
    "sql_mode", "standard_conforming_strings", "pg_cursors",  # settings and a view of servers
    "pg_dump", "pg_dumpall",  # programs
    "tables_priv",  # a table of MySQL
    "performance_schema",  # a schema of MySQL
    "pg_read_all_stats",  # roles of PostgreSQL
    "pg_signal_backend",
    "serde_bytes", "serde_json",  # crates
    "generate_handler",  # a macro of Tauri
    "each_message", "on_log",  # of the Rust crates
}  # fmt: skip


def run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


every_page = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


@every_page
def test_every_link_leads_to_a_file_and_a_heading(page: Page) -> None:
    wrong = []
    for link in page.links:
        path, _, anchor = link.partition("#")
        if re.match(r"https?://", link):
            continue
        target = (page.path.parent / path).resolve() if path else page.path
        if not target.exists() or (anchor and anchor not in read(target.relative_to(ROOT).as_posix()).anchors):
            wrong.append(link)
    assert wrong == []


@every_page
def test_every_path_named_exists(page: Page) -> None:
    path = re.compile(rf"(?<![\w/.@-])(?:{'|'.join(_PLACES)})/[\w./-]*")
    named = {found for code in (*page.code, *page.blocks("sh")) for found in path.findall(code)}
    named |= {code for code in page.code if re.fullmatch(r"[A-Z]+\.md|[\w-]+\.(?:lock|toml)", code)}
    assert [path for path in sorted(named) if not (ROOT / path).exists() and not _BASELINE.fullmatch(path)] == []


@every_page
def test_every_make_target_named_exists(page: Page) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    real = {name for line in re.findall(r"^([a-z -]+):(?!=)", makefile, re.MULTILINE) for name in line.split()}
    named = {name for code in page.code for name in re.findall(r"^make ([a-z-]+)", code)}
    named |= set(re.findall(r"^make ([a-z-]+)", page.text, re.MULTILINE))
    assert named - real == set()


@every_page
def test_every_program_named_exists(page: Page) -> None:
    named = set(re.findall(r"python -m ([\w.]+\w)", page.text))
    assert [module for module in sorted(named) if importlib.util.find_spec(module) is None] == []


@cache
def real_options() -> frozenset[str]:
    """The options of every program of ours."""
    asked = [[program] for program in _PROGRAMS] + [["tools.contract", name] for name in SUBCOMMANDS]
    told = "\n".join(run([sys.executable, "-m", *words, "--help"], ROOT).stdout for words in asked)
    return frozenset(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", told))


@every_page
def test_every_option_named_exists(page: Page) -> None:
    lines = [line for line in page.text.splitlines() if line.partition(" ")[0] not in _OTHER_PROGRAMS]
    named = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)}
    named |= {
        option
        for code in page.code
        if code.split()[0] not in _OTHER_PROGRAMS
        for option in re.findall(r"(?<!\S)-[a-z][a-z-]*", code)
    }
    assert named - real_options() == set()


def words_of(node: Any, inside: str = "") -> Iterator[str]:
    """The names of fields and the words of enums of a schema."""
    if isinstance(node, dict):
        if inside in ("properties", "x-error-codes"):
            yield from node
        for key, value in node.items():
            yield from words_of(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from words_of(value, inside)
    elif isinstance(node, str) and inside in ("enum", "const"):
        yield node


@cache
def contract_words() -> frozenset[str]:
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schema").glob("*.json")]
    return frozenset(word for schema in schemas for word in words_of(schema)) | MESSAGES.keys()


@cache
def names_in_the_code() -> frozenset[str]:
    """What the sources define: functions, classes and fields."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "litebase").rglob("*.py")]
    return frozenset(
        name for text in sources for name in re.findall(r"^ *(?:def |async def |class )?(\w+)[(:]", text, re.MULTILINE)
    )


@every_page
def test_every_message_field_and_code_named_is_in_the_contract(page: Page) -> None:
    words = {
        word
        for code in page.code
        if "/" not in code and not code.startswith(_RUN)
        for word in re.findall(r"(?<![\w@])[a-z]+(?:_[a-z0-9]+)+(?![\w(]|\.py)", code)
    }
    real = contract_words() | (names_in_the_code() if page.name in _ABOUT_THE_CODE else set())
    assert words - real - _NOT_OF_THE_CONTRACT == set()


def test_no_word_is_excused_that_no_page_names() -> None:
    named = {word for page in PAGES for code in page.code for word in re.findall(r"\w+", code)}
    assert _NOT_OF_THE_CONTRACT - named == set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder in which `.venv/bin/python` is this Python, as in a checkout."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o700)
    return tmp_path


SHELL = [block for page in PAGES for block in page.blocks("sh run")]
PYTHON = [block for page in PAGES for block in page.blocks("python run")]


@pytest.mark.parametrize("block", SHELL)
def test_a_shell_block_marked_run_works(block: str, folder: Path) -> None:
    done = run(["sh", "-e", "-c", block], folder)
    assert (done.returncode, unhurried(done.stderr)) == (0, "")


@pytest.mark.parametrize("block", PYTHON)
def test_a_python_block_marked_run_works(block: str, folder: Path) -> None:
    done = run([sys.executable, "-c", block], folder)
    assert (done.returncode, done.stdout, unhurried(done.stderr)) == (0, "[[42]]\n", "")


def test_there_are_blocks_to_run() -> None:
    assert SHELL
    assert PYTHON
