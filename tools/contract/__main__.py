"""Compare contracts: `python -m tools.contract diff OLD NEW` shows what an edit of `schema/` breaks."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tools.contract.gate import changelog, check, diff, freeze
from tools.contract.mutation import trial
from tools.generation.source import ContractError

UNREADABLE = 2  # the exit code when an input cannot be read


@dataclass(frozen=True)
class Subcommand:
    """What a subcommand is for, what adds its arguments, and what runs it and returns the exit code."""

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


SUBCOMMANDS = {
    "diff": Subcommand("show what differs between two contracts, and whom it breaks", diff.add_arguments, diff.run),
    "check": Subcommand("check schema/ against every frozen version of its major", check.add_arguments, check.run),
    "freeze": Subcommand("freeze schema/ as the baseline of its version", freeze.add_arguments, freeze.run),
    "changelog": Subcommand("list what changed since the last frozen version", changelog.add_arguments, changelog.run),
    "mutation": Subcommand("test the rules on every small edit of schema/ (minutes)", trial.add_arguments, trial.run),
}


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="contract", description=__doc__)
    subparsers = parser.add_subparsers(dest="subcommand", required=True)
    for name, subcommand in SUBCOMMANDS.items():
        subcommand.add_arguments(subparsers.add_parser(name, help=subcommand.summary, description=subcommand.summary))
    options = parser.parse_args(arguments)
    try:
        return SUBCOMMANDS[options.subcommand].run(options)
    except ContractError as error:
        print(f"cannot read the contract: {error}", file=sys.stderr)
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
