"""Format, check and test the Rust crates, the plugin, and an app in a real web view.

    python -m tools.tauri            everything
    python -m tools.tauri app        build the app that tests the plugin, and nothing else

What cannot be done here is not done, and that is said; in CI it is a failure.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tools.tauri import (
    APP,
    ROOT,
    WORKSPACE,
    ToolsMissing,
    build_page,
    cargo,
    chosen,
    environment,
    need_web_view,
    studio,
)

# Clippy compiles our own crates, and what it has compiled is tested. Without it they would be compiled once more; by
# `cargo clippy`, whose dependencies are checked and not built, so would everything that the web view needs.
# Source: https://github.com/rust-lang/rust-clippy/blob/master/src/main.rs
_CLIPPY = {
    "RUSTC_WORKSPACE_WRAPPER": "clippy-driver",
    "CLIPPY_ARGS": "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
}


def steps(program: str, *, plain: bool) -> list[tuple[str, list[str]]]:
    """What is run, by name. The build has the features of the tests, so that nothing is compiled twice."""
    crates = chosen(plain=plain)
    found = [
        ("cargo fmt", [program, "fmt", "--all", "--check"]),
        ("clippy and cargo build", [program, "build", *crates, "--all-targets"]),
        ("cargo test", [program, "test", *crates]),
    ]
    if not plain:
        found.append(("the app", [sys.executable, "-m", "pytest", "-n", "0", str(ROOT / "tests" / "tauri")]))
    return found


def without_web_view() -> bool:
    """Whether what needs a web view has to be left out, which is said."""
    try:
        need_web_view()
        build_page()
        studio.build_page()
    except ToolsMissing as error:
        print(f"NOT TESTED: the plugin for Tauri, and apps with it. {error}", file=sys.stderr)
        return True
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every step, and return an exit code."""
    wanted = list(sys.argv[1:] if arguments is None else arguments)
    if wanted not in ([], ["app"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        program = cargo()
    except ToolsMissing as error:
        print(f"NOT TESTED: the Rust crates of clients/tauri. {error}", file=sys.stderr)
        return 1 if "CI" in os.environ else 0
    plain = without_web_view()
    if plain and ("CI" in os.environ or wanted):
        return 1
    for name, command in steps(program, plain=plain):
        if wanted and name != "clippy and cargo build":
            continue
        began = time.monotonic()
        folder = WORKSPACE if command[0] == program else ROOT
        more = _CLIPPY if command[0] == program else {"LITEBASE_TAURI_APP": str(APP)}
        done = subprocess.run(command, cwd=folder, env={**environment(), **more}, check=False)
        if done.returncode:
            return 1
        print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
