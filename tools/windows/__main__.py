"""Tests LiteBase for Windows under Wine, with Windows' own Python: `python -m tools.windows test [pytest options]`.

SQLite runs inside; PostgreSQL and MariaDB run on this machine and are reached over its loopback interface.
"""

import json
import os
import sys
import time

from tools.services import description, mariadb, postgresql
from tools.system_packages import CannotInstall
from tools.windows.environment import Environment, environment

# The rest is for Linux (see tests/conftest.py), or looks at nothing that differs between systems.
TESTS = (
    "tests/transport",
    "tests/end_to_end/test_pipe.py",
    "tests/end_to_end/test_engines.py",
    "tests/drivers/sqlite",
    "tests/drivers/postgresql/test_waiting.py",
    "tests/drivers/postgresql/test_conformance.py",
    "tests/drivers/postgresql/test_values.py",
    "tests/drivers/mysql/test_conformance.py",
    "tests/drivers/mysql/test_values.py",
    "tests/results",
    "tests/wire",
)
_TESTS_S = 900.0


def main() -> int:
    """Run what was asked for, and return its exit code."""
    try:
        began = time.monotonic()
        wine = environment()
        print(f"Wine environment ready after {time.monotonic() - began:.1f} s: {wine.folder}", flush=True)
    except CannotInstall as error:
        print(f"NOT TESTED ON WINDOWS: {error}", file=sys.stderr)
        return 1 if "CI" in os.environ else 0
    return test(wine, sys.argv[2:] or list(TESTS))


def test(wine: Environment, options: list[str]) -> int:
    """Run the tests, with both servers beside them."""
    with postgresql() as first, mariadb() as second:
        services = {service.engine: description(service) for service in (first, second)}
        variables = {"LITEBASE_TEST_SERVICES": json.dumps(services), "CI": os.environ.get("CI", "")}
        return wine.run(
            [wine.python, "-m", "pytest", "-p", "no:cacheprovider", "--timeout=180", *options], _TESTS_S, variables
        )


if __name__ == "__main__":
    if sys.argv[1:2] != ["test"]:
        sys.exit("python -m tools.windows test [pytest options]")
    sys.exit(main())
