"""Tests and builds LiteBase for Windows under Wine, with Windows' own Python.

    python -m tools.windows test [pytest options]   the tests that say something about Windows
    python -m tools.windows build                   the folder with the .exe in dist/, and its tests
    python -m tools.windows bench                   figures of a pipe, from source and from a build in dist/

SQLite runs inside; PostgreSQL and MariaDB run on this machine and are reached over its loopback interface.
"""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence

from tools.services import description, mariadb, postgresql
from tools.system_packages import CannotInstall
from tools.windows.environment import ROOT, Environment, environment, windows_path

_SUITE = "tests/drivers/postgresql/test_conformance.py::TestPostgresql"
# The rest is for Linux (see tests/conftest.py), or looks at nothing that differs between systems.
TESTS = (
    "tests/transport",
    "tests/end_to_end/test_pipe.py",
    "tests/end_to_end/test_engines.py",
    "tests/drivers/sqlite",
    "tests/drivers/postgresql/test_conformance.py",
    "tests/drivers/postgresql/test_waiting.py",
    "tests/drivers/mysql/test_conformance.py",
    "tests/results",
    "tests/wire/test_packing.py",
    # PostgreSQL's session is given up when a cursor takes longer than 0.8 s to close, as under Wine on a busy machine
    f"--deselect={_SUITE}::test_a_cursor_may_be_closed_early_and_again",
    f"--deselect={_SUITE}::test_q04_a_fetch_that_was_cancelled_leaves_the_session_usable",
)
BUILD_TESTS = ("tests/end_to_end/test_pipe.py", "tests/end_to_end/test_engines.py")
_NAME = "litebase-backend-x86_64-pc-windows-msvc"
BUILT = ROOT / "dist" / _NAME / f"{_NAME}.exe"
_TESTS_S, _BUILD_S, _BENCH_S = 1500.0, 900.0, 300.0


def main() -> int:
    """Do what was asked for, and return its exit code."""
    task, *options = sys.argv[1:] or [""]
    if task not in ("test", "build", "bench"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        began = time.monotonic()
        wine = environment()
    except CannotInstall as error:
        print(f"NOT TESTED ON WINDOWS: {error}", file=sys.stderr)
        return 1 if "CI" in os.environ else 0
    print(f"Wine environment ready after {time.monotonic() - began:.1f} s: {wine.folder}", flush=True)
    if task == "test":
        return run_tests(wine, options or TESTS, {})
    return build(wine) if task == "build" else bench(wine)


def run_tests(wine: Environment, options: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run tests, with both servers beside them."""
    with postgresql() as first, mariadb() as second:
        services = {service.engine: description(service) for service in (first, second)}
        everything = {**variables, "LITEBASE_TEST_SERVICES": json.dumps(services)}
        pytest = [wine.python, "-m", "pytest", "-p", "no:cacheprovider", "--timeout=180"]
        return wine.run([*pytest, *options], _TESTS_S, everything)


def build(wine: Environment) -> int:
    """Make the build, have it test itself, and run a process's tests with it instead of the source."""
    failed = wine.run([wine.python, "-m", "tools.build", "--pack"], _BUILD_S)
    return failed or run_tests(wine, BUILD_TESTS, {"LITEBASE_TEST_PROGRAM": windows_path(BUILT)})


def bench(wine: Environment) -> int:
    """Print figures of a backend on a pipe."""
    built = [windows_path(BUILT)] if BUILT.exists() else []
    return wine.run([wine.python, "-m", "tools.windows.round_trips", *built], _BENCH_S)


if __name__ == "__main__":
    sys.exit(main())
