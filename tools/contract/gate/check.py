"""`contract check`: compares the contract with every baseline of its major, and its version with the changes."""

import argparse
import sys
from pathlib import Path

from tools.contract.bundle.bundle import read_bundle
from tools.contract.comparison.finding import counted
from tools.contract.gate.acknowledgement import read_acknowledgements
from tools.contract.gate.baseline import ACKNOWLEDGED_FILE, BASELINES, Tampered, read_baselines, version_name
from tools.contract.gate.revision import at_revision
from tools.contract.gate.verdict import Comparison, Verdict, judge
from tools.generation.source import SCHEMA_FOLDER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `check`."""
    add_schema(parser)
    parser.add_argument("--against", metavar="REV", help="also compare with the contract of this git revision")


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Add `--schema`, which all subcommands take that read one contract."""
    parser.add_argument("--schema", type=Path, default=SCHEMA_FOLDER, metavar="FOLDER", help="default: schema/")


def run(arguments: argparse.Namespace) -> int:
    """Print the problems, or one line for each comparison. Exit code 0 or 1. Raises `ContractError`."""
    try:
        verdict = checked(arguments.schema, arguments.against)
    except Tampered as error:
        print(error, file=sys.stderr)
        return 1
    for problem in verdict.problems:
        print(problem, file=sys.stderr)
    if not verdict.problems:
        print("\n".join(map(_summary, verdict.comparisons)) or "no version is frozen yet: nothing to compare with")
    return 1 if verdict.problems else 0


def checked(schema: Path, revision: str | None = None) -> Verdict:
    """The verdict on the contract in a folder."""
    baselines = read_baselines(schema)
    if revision is not None:
        baselines.append(at_revision(schema, revision))
    acknowledgements = read_acknowledgements(schema / BASELINES / ACKNOWLEDGED_FILE)
    return judge(read_bundle(schema), baselines, acknowledgements)


def _summary(comparison: Comparison) -> str:
    baseline = comparison.baseline
    return f"against {baseline.name} ({version_name(baseline.version)}): {counted(comparison.findings)}"
