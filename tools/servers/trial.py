"""Runs the tests that depend on a server's version against one version, and counts how they ended."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.servers.fetching import fetched
from tools.servers.pinned import Pinned
from tools.servers.programs import VARIABLES

ROOT = Path(__file__).parents[2]
# conformance, values, cancel, lost links, scripts; then what asks for the catalog, where versions differ most
_BOTH = (
    "tests/drivers/test_explaining.py",
    "tests/end_to_end/test_engines.py",
    "tests/end_to_end/test_lost_links.py",
    "tests/end_to_end/test_catalog.py",
    "tests/end_to_end/test_ddl.py",
    "tests/end_to_end/test_explain.py",
    "tests/end_to_end/test_activity.py",
    "tests/end_to_end/test_edits.py",
    "tests/field/test_scripts.py",
)
TESTS = {
    "postgresql": (
        *(f"tests/drivers/postgresql/test_{name}.py" for name in (
            "catalog", "conformance", "ddl", "errors", "session", "statements", "texts", "values",
        )),
        "tests/drivers/postgresql/link/test_seal.py",
        "tests/drivers/postgresql/link/test_state.py",
        *_BOTH,
        "tests/end_to_end/test_copied_exports.py",
    ),
    "mysql": (
        *(f"tests/drivers/mysql/test_{name}.py" for name in (
            "catalog", "conformance", "ddl", "errors", "session", "texts", "values",
        )),
        *_BOTH,
        "tests/end_to_end/test_explain_mysql.py",
    ),
    "pgbouncer": ("tests/field/test_postgresql_pooler.py",),
}  # fmt: skip
# what takes long and says nothing about a version: races, and large numbers of rows and nodes
_LONG = (
    "races_of_cancel", "more_than_ten_thousand", "two_editors", "long_cells_beside", "flat_memory",
    "filters_of_views_agree", "too_many_notices", "kept_in_memory", "is_in_the_history",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many tests ended in which way."""

    passed: int
    failed: int
    skipped: int


def run_tests(server: Pinned, options: Sequence[str]) -> Outcome | None:
    """Run the tests of a server's engine against it. None when pytest did not come to its end. Raises `CannotFetch`."""
    programs = fetched(server)
    environment = {**os.environ, VARIABLES[server.engine]: str(programs)}
    chosen = f"not ({' or '.join(_LONG)})"
    engine = [] if server.engine == "pgbouncer" else ["--engine", server.engine]
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.xml"
        arguments = ["-n", "2", "--dist", "loadfile", "-k", chosen, *engine, f"--junitxml={report}", *options]
        command = [sys.executable, "-m", "pytest", *arguments, *TESTS[server.engine]]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        return counted(report) if code in (0, 1) and report.exists() else None


def counted(report: Path) -> Outcome:
    """What a report of pytest in JUnit's format says."""
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  # pytest has just written it
    ends = [(suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) for suite in suites]
    tests, failures, errors, skipped = (sum(int(end[at] or 0) for end in ends) for at in range(4))
    return Outcome(tests - failures - errors - skipped, failures + errors, skipped)
