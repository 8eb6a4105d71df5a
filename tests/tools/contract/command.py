"""Runs `tools.contract` on a schema folder."""

from pathlib import Path

import pytest

from tools.contract.__main__ import main


def run(*arguments: str, schema: Path) -> int:
    """The exit code of a subcommand on this folder."""
    return main([*arguments, "--schema", str(schema)])


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of the error output; nothing else was printed."""
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line
