"""What README.md says is so: its tables, its paths, its targets, its blocks that can be run."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from litebase_schema.registry import MESSAGES

from litebase import __version__
from litebase.client import Client
from litebase.process.exit_codes import ExitCode

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below one heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no section {title!r}"
    return found.group(1)


def table(text: str) -> list[list[str]]:
    """The cells of the tables in `text`, without their heads."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    heads = {index - 1 for index, row in enumerate(rows) if set("".join(row)) <= set("-|")}
    return [row for index, row in enumerate(rows) if index not in heads and index - 1 not in heads]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(command: list[str], folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


def test_the_options_are_those_of_the_command_line() -> None:
    told = run([sys.executable, "-m", "litebase.cli", "--help"], ROOT, COLUMNS="200").stdout
    real = set(re.findall(r"^  (-[a-z-]+)\b", told, re.MULTILINE))
    written = {row[0].strip("`").split()[0] for row in table(section("Options"))}
    assert written == real


def test_the_exit_codes_are_those_of_the_process() -> None:
    assert table(section("Exit codes")) == [[str(code.value), code.meaning] for code in ExitCode]


@pytest.mark.anyio
async def test_the_limits_are_those_that_hello_tells(client: Client) -> None:
    real = (await client.greet()).limits.model_dump()
    assert {row[0].strip("`"): int(row[1].replace(",", "")) for row in table(section("Limits"))} == real


@pytest.mark.anyio
async def test_an_engine_works_exactly_when_hello_tells_it(client: Client) -> None:
    names = {"SQLite": "sqlite", "PostgreSQL": "postgresql", "MySQL, MariaDB": "mysql"}
    working = {names[row[0]] for row in table(section("Engines")) if row[1].startswith("works")}
    assert working == set((await client.greet()).engines)


def test_the_messages_named_exist() -> None:
    named = set(re.findall(r"`([a-z]+_?[a-z_]*)`", section("Messages").partition("In short:")[2]))
    assert named
    assert named <= {name for name, message in MESSAGES.items() if message.kind == "request"}


def test_every_dependency_is_named_with_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~ ]", one)[0] for one in wanted}
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    names |= package["devDependencies"].keys()
    peer = json.loads((ROOT / "tools/bench/node/package.json").read_text(encoding="utf-8"))
    names |= peer["dependencies"].keys() | peer["optionalDependencies"].keys()
    rows = table(section("Dependencies"))
    assert {row[0].strip("`") for row in rows} == names
    assert all(len(row[1].split()) >= 2 for row in rows)


def test_every_make_target_named_exists_and_the_other_way_round() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    real = {name for line in re.findall(r"^([a-z -]+):(?!=)", makefile, re.MULTILINE) for name in line.split()}
    named = set(re.findall(r"`make ([a-z-]+)", README)) | set(re.findall(r"^make ([a-z-]+)", README, re.MULTILINE))
    assert named - real == set()
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    listed = set(re.findall(r"`make ([a-z-]+)", section("Make targets")))
    assert described - listed == set(), "each target that `make help` lists is in the table"


def test_every_path_named_exists() -> None:
    linked = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
    quoted = set(re.findall(r"`((?:schema|generated|litebase|tests|tools)/[\w./-]*)`", README))
    assert len(linked | quoted) > 10
    assert [path for path in sorted(linked | quoted) if not (ROOT / path).exists()] == []


def test_every_room_is_in_the_table_of_places() -> None:
    rooms = {f"`litebase/{one.name}/`" for one in (ROOT / "litebase").iterdir() if (one / "__init__.py").exists()}
    assert {room for room in rooms if room not in section("Where things are")} == set()


def test_the_ready_line_shown_is_of_this_version() -> None:
    assert f'"version": "{__version__}"' in section("Run the backend")
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder in which `.venv/bin/python` is this Python, as in a checkout."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize("block", blocks("sh run"))
def test_a_shell_block_marked_run_works(block: str, folder: Path) -> None:
    done = run(["sh", "-e", "-c", block], folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", blocks("python run"))
def test_a_python_block_marked_run_works(block: str, folder: Path) -> None:
    done = run([sys.executable, "-c", block], folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[[42]]\n", "")


def test_there_are_blocks_to_run() -> None:
    assert blocks("sh run")
    assert blocks("python run")


def test_the_transcript_of_the_demo_is_what_the_demo_prints(short_folder: Path) -> None:
    done = run([sys.executable, "-m", "tools.demo"], ROOT, TMPDIR=str(short_folder))
    assert done.returncode == 0, done.stderr
    (shown,) = blocks("text")
    printed = [without_measures(line) for line in done.stdout.splitlines()]
    position = 0
    for line in map(without_measures, shown.splitlines()):
        assert line in printed[position:], f"not printed, or not in this order: {line}"
        position = printed.index(line, position)


def without_measures(line: str) -> str:
    """A line without what differs from run to run: times, process ids, temporary folders."""
    line = re.sub(r" *\d+(\.\d+)? m?s\b", " TIME", line)
    return re.sub(r"pid \d+, \S+", "PLACE", line)
