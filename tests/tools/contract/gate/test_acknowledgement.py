"""The file of acknowledged findings."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.contract.gate.acknowledgement import read_acknowledgements
from tools.generation.source import ContractError

ENTRY = {"rule": "B6", "pointer": "hello.json#/$defs/Software", "why": "Names grow.", "until": "0.12"}


def written(folder: Path, content: Any) -> Path:
    file = folder / "acknowledged.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_without_a_file_nothing_is_acknowledged(tmp_path: Path) -> None:
    assert read_acknowledgements(tmp_path / "acknowledged.json") == []


def test_an_entry_is_read_with_its_pointer(tmp_path: Path) -> None:
    _, second = read_acknowledgements(written(tmp_path, [ENTRY, ENTRY | {"rule": "B1"}]))
    assert (second.rule, second.pointer, second.why) == ("B1", ENTRY["pointer"], ENTRY["why"])
    assert (second.until, second.place) == ((0, 12), "/1")


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ("{", ""),
        ({}, ""),
        ([1], "/0"),
        ([ENTRY, {key: ENTRY[key] for key in ENTRY if key != "why"}], "/1"),
        ([ENTRY | {"more": "x"}], "/0"),
        ([ENTRY | {"why": "  "}], "/0/why"),
        ([ENTRY | {"until": "soon"}], "/0/until"),
        ([ENTRY | {"until": 2}], "/0/until"),
        ([ENTRY | {"rule": None}], "/0/rule"),
    ],
)
def test_a_malformed_file_is_refused_with_the_pointer(tmp_path: Path, content: Any, pointer: str) -> None:
    with pytest.raises(ContractError) as refused:
        read_acknowledgements(written(tmp_path, content))
    assert (refused.value.file, refused.value.pointer) == ("acknowledged.json", pointer)
