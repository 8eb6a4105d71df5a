"""`contract diff OLD NEW`: prints the findings for people or as JSON. Exit code 1 if something breaks."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tools.contract.bundle.bundle import read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding, counted
from tools.contract.rules import RULES
from tools.contract.rules.rule import Level

SHOWN = (Level.BREAK, Level.WARN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    parser.add_argument("old", type=Path, metavar="OLD", help="a schema folder, a baseline's folder or a bundle file")
    parser.add_argument("new", type=Path, metavar="NEW", help="the contract that is to replace it")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--all", action="store_true", help="also show the changes that break nothing")


def run(arguments: argparse.Namespace) -> int:
    """Print what differs. Exit code 1 for a BREAK, else 0. Raises `ContractError`."""
    findings = compare(read_bundle(arguments.old), read_bundle(arguments.new))
    if arguments.format == "json":
        print(json.dumps([finding.to_json() for finding in findings], indent=1))
    else:
        print("\n".join(report(findings, list(Level) if arguments.all else list(SHOWN))))
    return int(any(finding.level is Level.BREAK for finding in findings))


def report(findings: list[Finding], levels: list[Level]) -> Iterator[str]:
    """The findings of these levels as lines, the worst first, and a count of all."""
    for level in levels:
        for finding in findings:
            if finding.level is level:
                yield from _lines(finding)
    yield counted(findings)


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.level} {finding.rule}  {finding.pointer}"
    yield f"  what     {finding.what}"
    yield f"  for whom {finding.for_whom}"
    yield f"  why      {finding.why}"
    if finding.level in SHOWN:
        yield f"  instead  {RULES[finding.rule].instead}"
    yield ""
