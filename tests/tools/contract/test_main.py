"""The command line of `tools.contract`."""

from pathlib import Path

import pytest

from tools.contract.__main__ import main
from tools.generation.source import SCHEMA_FOLDER


def test_an_unreadable_contract_is_named_in_one_line_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    assert main(["diff", str(SCHEMA_FOLDER), str(broken)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("cannot read the contract: broken.json#: not readable as JSON")
    assert printed.err.count("\n") == 1
