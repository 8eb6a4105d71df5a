"""README.md is one page: short, with a picture of the demo, and with a link to every other page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from litebase_schema.registry import MESSAGES

from litebase.client import Client
from tests.docs.pages import DOCS, ROOT, read, table

README = read("README.md")
_NAMES = {"SQLite": "sqlite", "PostgreSQL": "postgresql", "MySQL, MariaDB": "mysql"}


def test_it_is_short() -> None:
    assert len(README.text) <= 9000


def test_every_page_of_the_documentation_is_linked() -> None:
    assert DOCS
    assert set(DOCS) - set(README.links) == set()


def test_the_requests_named_exist() -> None:
    cells = [row[1] for row in table(README.section("What it does").partition("| engine |")[0])]
    named = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    assert len(named) > 10
    assert named <= {name for name, message in MESSAGES.items() if message.kind == "request"}


@pytest.mark.anyio
async def test_an_engine_works_exactly_when_hello_reports_it(client: Client) -> None:
    states = dict(table(README.section("What it does").partition("| what |")[2].partition("| engine |")[2]))
    working = {_NAMES[engine] for engine, state in states.items() if engine in _NAMES and state.startswith("works")}
    assert working == set((await client.greet()).engines)


def test_the_transcript_of_the_demo_is_what_the_demo_prints(short_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(short_folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (shown,) = README.blocks("text")
    printed = [without_measures(line) for line in done.stdout.splitlines()]
    position = 0
    for line in map(without_measures, shown.splitlines()):
        assert line in printed[position:], f"not printed, or not in this order: {line}"
        position = printed.index(line, position)


def without_measures(line: str) -> str:
    """A line without what differs from run to run: times, process ids, temporary folders, and health, which is degraded
    for a minute after a busy machine let the process wait."""
    line = re.sub(r" *\d+(\.\d+)? m?s\b", " TIME", line).replace(" degraded,", " healthy,")
    return re.sub(r"pid \d+, \S+", "PLACE", line)
