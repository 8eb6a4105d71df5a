"""`contract diff OLD NEW`: the findings, for a person in a hurry or as JSON. Exit code 1 when something breaks."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tools.contract.bundle.bundle import read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.rules import RULES
from tools.contract.rules.rule import Level

SHOWN = (Level.BREAK, Level.WARN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `diff` takes."""
    parser.add_argument("old", type=Path, metavar="OLD", help="a schema folder, a baseline's folder or a bundle file")
    parser.add_argument("new", type=Path, metavar="NEW", help="the contract that shall take its place")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--all", action="store_true", help="show the changes that break nothing, too")


def run(arguments: argparse.Namespace) -> int:
    """Print what differs. Exit code 0 without a BREAK, 1 with one. Raises `ContractError`."""
    findings = compare(read_bundle(arguments.old), read_bundle(arguments.new))
    if arguments.format == "json":
        print(json.dumps([finding.to_json() for finding in findings], indent=1))
    else:
        print("\n".join(report(findings, list(Level) if arguments.all else list(SHOWN))))
    return int(any(finding.level is Level.BREAK for finding in findings))


def report(findings: list[Finding], levels: list[Level]) -> Iterator[str]:
    """The findings of these levels as lines for a person, the worst first, and a count of all."""
    for level in levels:
        for finding in findings:
            if finding.level is level:
                yield from _told(finding)
    counts = Counter(finding.level for finding in findings)
    told = ", ".join(f"{counts[level]} {level}" for level in Level if counts[level])
    yield told or "no difference"


def _told(finding: Finding) -> Iterator[str]:
    yield f"{finding.level} {finding.rule}  {finding.pointer}"
    yield f"  what     {finding.what}"
    yield f"  for whom {finding.for_whom}"
    yield f"  why      {finding.why}"
    if finding.level in SHOWN:
        yield f"  instead  {RULES[finding.rule].instead}"
    yield ""
