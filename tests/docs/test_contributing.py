"""What CONTRIBUTING.md says to do can be done: its steps, keywords and commands."""

import re
import shlex

import pytest

from tests.docs.pages import read
from tools.contract.__main__ import SUBCOMMANDS, main
from tools.generation.lint import KEYWORDS

TEXT = read("CONTRIBUTING.md").text
PROGRAM = ".venv/bin/python -m "


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


def test_every_keyword_named_is_one_of_the_schema() -> None:
    named = set(re.findall(r"`(x-[a-z-]+)`", TEXT))
    assert len(named) >= 8
    assert named - KEYWORDS == set()


@pytest.mark.parametrize("command", [one for one in commands() if one.startswith("tools.contract")])
def test_every_command_of_the_contract_is_one_that_the_program_takes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*shlex.split(command)[1:], "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    options = [word for word in shlex.split(command) if word.startswith("--")]
    assert [option for option in options if option not in told] == []


def test_every_subcommand_is_named() -> None:
    named = {command.split()[1] for command in commands() if command.startswith("tools.contract")}
    assert named | {"changelog", "mutation"} == set(SUBCOMMANDS), "make runs those two"


def test_the_other_programs_named_are_installed() -> None:
    assert {command.split()[0] for command in commands()} == {"tools.contract", "pytest"}
