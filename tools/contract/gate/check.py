"""`contract check`: today's contract against every baseline of its major, and the version against what was changed."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tools.contract.bundle.bundle import read_bundle
from tools.contract.gate.acknowledgement import read_acknowledgements
from tools.contract.gate.baseline import ACKNOWLEDGED_FILE, BASELINES, Tampered, read_baselines, version_name
from tools.contract.gate.revision import at_revision
from tools.contract.gate.verdict import Comparison, Verdict, judge
from tools.contract.rules.rule import Level
from tools.generation.source import SCHEMA_FOLDER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `check` takes."""
    add_schema(parser)
    parser.add_argument("--against", metavar="REV", help="compare with the contract of this git revision, too")


def add_schema(parser: argparse.ArgumentParser) -> None:
    """The folder of the contract: another one is for trying out."""
    parser.add_argument("--schema", type=Path, default=SCHEMA_FOLDER, metavar="FOLDER", help="default: schema/")


def run(arguments: argparse.Namespace) -> int:
    """Print the problems, or one line when there is none. Exit code 0 or 1. Raises `ContractError`."""
    try:
        verdict = checked(arguments.schema, arguments.against)
    except Tampered as error:
        print(error, file=sys.stderr)
        return 1
    for problem in verdict.problems:
        print(problem, file=sys.stderr)
    if not verdict.problems:
        print("\n".join(map(_told, verdict.comparisons)) or "no version is frozen yet: nothing to hold the contract to")
    return 1 if verdict.problems else 0


def checked(schema: Path, revision: str | None = None) -> Verdict:
    """The verdict on the contract in a folder."""
    baselines = read_baselines(schema)
    if revision is not None:
        baselines.append(at_revision(schema, revision))
    acknowledgements = read_acknowledgements(schema / BASELINES / ACKNOWLEDGED_FILE)
    return judge(read_bundle(schema), baselines, acknowledgements)


def _told(comparison: Comparison) -> str:
    counts = Counter(finding.level for finding in comparison.findings)
    told = ", ".join(f"{counts[level]} {level}" for level in Level if counts[level]) or "no difference"
    return f"against {comparison.baseline.name} ({version_name(comparison.baseline.version)}): {told}"
