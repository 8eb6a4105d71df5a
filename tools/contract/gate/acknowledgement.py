"""Acknowledged findings: the WARNs that somebody accepted, with the reason and the last version it applies to."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.contract.comparison.finding import Finding
from tools.contract.gate.baseline import Version, version_of
from tools.generation.source import ContractError

KEYS = ("rule", "pointer", "why", "until")


@dataclass(frozen=True)
class Acknowledgement:
    """One entry of the file; `place` is its pointer there."""

    rule: str
    pointer: str
    why: str
    until: Version
    place: str

    def covers(self, finding: Finding) -> bool:
        """Whether the entry is about this finding."""
        return (self.rule, self.pointer) == (finding.rule, finding.pointer)


def read_acknowledgements(file: Path) -> list[Acknowledgement]:
    """The entries of the file; none if there is no file. Raises `ContractError` with the pointer of a malformed one."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ContractError(file.name, "", f"not readable as JSON: {error}") from error
    if not isinstance(content, list):
        raise ContractError(file.name, "", "must be an array of acknowledgements")
    return [_entry(file.name, f"/{index}", entry) for index, entry in enumerate(content)]


def _entry(file: str, place: str, entry: Any) -> Acknowledgement:
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        raise ContractError(file, place, f"an acknowledgement has exactly the keys {', '.join(KEYS)}")
    for key in KEYS:
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ContractError(file, f"{place}/{key}", "must be a non-empty string")
    if not re.fullmatch(r"\d+\.\d+", entry["until"]):
        raise ContractError(file, f"{place}/until", "must be the last version it applies to, for example 0.3")
    return Acknowledgement(entry["rule"], entry["pointer"], entry["why"], version_of(entry["until"]), place)
