"""What CONTRIBUTING.md tells to do can be done: its commands, make targets and paths exist."""

import re
import shlex
from pathlib import Path

import pytest

from tools import contract
from tools.generation.lint import KEYWORDS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROGRAM = ".venv/bin/python -m "
VERSION = re.compile(r"schema/baselines/\d+\.\d+")  # an example; whether it is frozen is no matter here


def commands() -> list[str]:
    """Every command of our tools that the page names, in blocks and in sentences."""
    found = re.findall(rf"{re.escape(PROGRAM)}[^`\n]+", TEXT)
    return [command.removeprefix(PROGRAM) for command in found]


@pytest.mark.parametrize("title", ["Add a field", "Add a message", "Rename", "Deprecate", "Freeze a version"])
def test_a_section_is_numbered_steps_with_a_command(title: str) -> None:
    section = re.search(rf"^### {title}\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section
    steps = re.findall(r"^(\d+)\. ", section[1], re.MULTILINE)
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) >= 3
    assert "make check" in section[1]


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    real = {name for line in re.findall(r"^([a-z -]+):(?!=)", makefile, re.MULTILINE) for name in line.split()}
    named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", TEXT, re.MULTILINE))
    assert len(named) >= 4
    assert {one or other for one, other in named} - real == set()


def test_every_path_named_exists() -> None:
    quoted = set(re.findall(r"`((?:schema|generated|litebase|tests|tools)/[\w./-]*|[A-Z]+\.md)`", TEXT))
    in_commands = {word for command in commands() for word in command.split() if "/" in word}
    paths = {path for path in quoted | in_commands if not VERSION.fullmatch(path)}
    assert len(paths) >= 8
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_keyword_named_is_one_of_the_schema() -> None:
    named = set(re.findall(r"`(x-[a-z-]+)`", TEXT))
    assert len(named) >= 8
    assert named - KEYWORDS == set()


@pytest.mark.parametrize("command", [one for one in commands() if one.startswith("tools.contract")])
def test_every_command_of_the_contract_is_one_that_the_program_takes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        contract.main([*shlex.split(command)[1:], "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    options = [word for word in shlex.split(command) if word.startswith("--")]
    assert [option for option in options if option not in told] == []


def test_every_subcommand_is_told() -> None:
    named = {command.split()[1] for command in commands() if command.startswith("tools.contract")}
    assert named | {"changelog"} == set(contract.SUBCOMMANDS), "make changelog-contract runs that one"


def test_the_other_programs_named_are_installed() -> None:
    assert {command.split()[0] for command in commands()} == {"tools.contract", "pytest"}
