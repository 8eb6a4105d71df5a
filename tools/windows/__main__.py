"""Test and build LiteBase for Windows under Wine, with Python for Windows.

    python -m tools.windows test [pytest options]   run the tests that matter on Windows
    python -m tools.windows test --quick            only those of pipes, engines and SQLite's driver
    python -m tools.windows build                   make the folder with the .exe in dist/, and test it
    python -m tools.windows bench                   measure a pipe, from source and with a build in dist/
    python -m tools.windows transcript              print a session over a pipe, frame by frame

SQLite runs inside Wine; PostgreSQL and MariaDB run on this machine and are reached over its loopback interface.
"""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence

from tools.services import description, mariadb, postgresql
from tools.system_packages import CannotInstall
from tools.windows.environment import ROOT, Environment, environment, windows_path

_CHANNEL = "tests/server/test_channel.py"
# The rest is for Linux (see tests/conftest.py), or does not depend on the system.
TESTS = (
    "tests/transport",
    "tests/end_to_end/test_pipe.py",
    "tests/end_to_end/test_engines.py",
    "tests/end_to_end/test_tcp.py",
    "tests/contract/test_seed_messages.py",
    "tests/contract/test_golden_frames.py",
    "tests/client",
    "tests/server",
    "tests/drivers/test_conformance.py",
    "tests/drivers/sqlite",
    "tests/drivers/postgresql/test_conformance.py",
    "tests/drivers/postgresql/link/test_waiting.py",
    "tests/drivers/mysql/test_conformance.py",
    "tests/process/test_memory.py",
    "tests/results",
    "tests/wire/test_frame.py",
    "tests/wire/test_packing.py",
    # Windows keeps 2 MB between two sockets, so there no answer waits for its reader
    f"--deselect={_CHANNEL}::test_a_cancel_behind_a_health_check_is_heard_while_a_long_answer_waits_for_its_reader",
    # its statement hears no stop and takes 1 s on Linux; where bytes are compared slowly the test is over before it
    "--deselect=tests/server/test_races.py::test_a_write_that_heard_no_stop_has_an_unknown_outcome",
)
QUICK_TESTS = (
    "tests/transport/test_pipe.py",
    "tests/end_to_end/test_pipe.py",
    "tests/end_to_end/test_engines.py",
    "tests/contract/test_seed_messages.py",
    "tests/drivers/test_conformance.py",
)
BUILD_TESTS = ("tests/end_to_end/test_pipe.py", "tests/end_to_end/test_engines.py", "tests/frozen/test_upgrade.py")
_NAME = "litebase-backend-x86_64-pc-windows-msvc"
BUILT = ROOT / "dist" / _NAME / f"{_NAME}.exe"
_TESTS_S, _BUILD_S, _BENCH_S, _TRANSCRIPT_S = 3600.0, 900.0, 300.0, 120.0


def main() -> int:
    """Run the task of the command line, and return its exit code."""
    task, *options = sys.argv[1:] or [""]
    if task not in ("test", "build", "bench", "transcript"):
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
        return run_tests(wine, tests_of(options), {})
    return {"build": build, "bench": bench, "transcript": transcript}[task](wine)


def tests_of(options: Sequence[str]) -> list[str]:
    """The arguments of pytest: the tests that the options name, the quick ones or all, and its own options."""
    rest = [option for option in options if option != "--quick"]
    named = any(not option.startswith("-") for option in rest)
    chosen = QUICK_TESTS if "--quick" in options else () if named else TESTS
    return [*chosen, *rest]


def run_tests(wine: Environment, options: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run tests while both servers run."""
    with postgresql() as first, mariadb() as second:
        services = {service.engine: description(service) for service in (first, second)}
        everything = {**variables, "LITEBASE_TEST_SERVICES": json.dumps(services)}
        pytest = [wine.python, "-m", "pytest", "-p", "no:cacheprovider", "-vv"]  # a run that hangs has named its test
        return wine.run([*pytest, *options], _TESTS_S, everything)


def build(wine: Environment) -> int:
    """Make the build, which tests itself, and run the tests of a process with it instead of the source."""
    failed = wine.run([wine.python, "-m", "tools.build", "--pack"], _BUILD_S)
    return failed or run_tests(wine, BUILD_TESTS, {"LITEBASE_TEST_PROGRAM": windows_path(BUILT)})


def bench(wine: Environment) -> int:
    """Measure a backend on a pipe."""
    built = [windows_path(BUILT)] if BUILT.exists() else []
    return wine.run([wine.python, "-m", "tools.windows.round_trips", *built], _BENCH_S)


def transcript(wine: Environment) -> int:
    """Print a session over a pipe, with the build or else from source."""
    built = [windows_path(BUILT)] if BUILT.exists() else []
    return wine.run([wine.python, "-m", "tools.windows.transcript", *built], _TRANSCRIPT_S)


if __name__ == "__main__":
    sys.exit(main())
