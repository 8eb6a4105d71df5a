"""The Rust crates of `clients/tauri/`: formatted, checked and tested. Without cargo nothing is done, and that is said.

A toolchain is never installed here: those of Linux distributions are often too old for the crates. Outside of CI its
lack is no failure, so that nobody needs Rust for the rest.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKSPACE = ROOT / "clients" / "tauri"
LEAST_RUST = (1, 85)  # the first with the edition of the crates
STEPS = (
    ("fmt", "--all", "--check"),
    ("clippy", "--workspace", "--all-targets", "--", "-D", "warnings"),
    ("test", "--workspace"),
)


class ToolsMissing(Exception):
    """There is no cargo, or one that is too old; says what to install."""


def cargo() -> str:
    """The path of a cargo that is new enough, with rustfmt and clippy beside it."""
    found = shutil.which("cargo")
    wanted = f"Rust {'.'.join(map(str, LEAST_RUST))} or later, with rustfmt and clippy: https://rustup.rs"
    if found is None:
        raise ToolsMissing(f"There is no cargo in the PATH. Install {wanted}")
    for step in (["--version"], ["fmt", "--version"], ["clippy", "--version"]):
        said = subprocess.run([found, *step], capture_output=True, text=True, check=False)
        version = re.search(r"(\d+)\.(\d+)", said.stdout)
        if said.returncode or version is None:
            raise ToolsMissing(f"`cargo {' '.join(step)}` does not work. Install {wanted}")
        if step == ["--version"] and (int(version[1]), int(version[2])) < LEAST_RUST:
            raise ToolsMissing(f"{found} is {said.stdout.strip()}. Install {wanted}")
    return found


def main() -> int:
    """Run every step, and return an exit code."""
    try:
        program = cargo()
    except ToolsMissing as error:
        print(f"NOT TESTED: the Rust crates of clients/tauri. {error}", file=sys.stderr)
        return 1 if "CI" in os.environ else 0
    for step in STEPS:
        began = time.monotonic()
        done = subprocess.run([program, *step], cwd=WORKSPACE, check=False)
        if done.returncode:
            return 1
        print(f"cargo {step[0]}: {time.monotonic() - began:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
