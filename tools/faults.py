"""Runs the tests of the fault matrix and prints the outcome of each of its cases.

The matrix is the table in `tests/faults.md`. A test covers the cases in its mark, `@pytest.mark.fault("F05")`.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "tests" / "faults.md"
SHOWN = {"tested", "part"}  # covered by a test
UNSHOWN = {"not done", "not here", "not applicable"}
DEFAULT_MINUTES = 5.0
NO_TEST_RAN = "none of its tests ran; make faults-long runs the long ones"
_ROW = re.compile(r"\| ([A-Z]+\d+) \| (.+?) \| (.+?) \| ?(.*?) ?\|")


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the matrix."""

    id: str
    title: str
    state: str
    note: str


def cases(table: str) -> list[Case]:
    """The rows of the matrix, in order. Raises `ValueError` for a row that cannot be read."""
    found = []
    for line in table.splitlines():
        if not re.match(r"\| [A-Z]+\d+ \|", line):
            continue
        if (row := _ROW.fullmatch(line)) is None:
            raise ValueError(f"not `| id | case | state | note |`: {line}")
        found.append(Case(*row.groups()))
    return found


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Outcomes:
    """A pytest plugin that remembers which tests of which case passed."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    by_case: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: dict[str, str] = field(default_factory=dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember which cases each test covers."""
        for item in session.items:
            self.ids[item.nodeid] = [one for mark in item.iter_markers("fault") for one in mark.args]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test once: its call, or the phase in which it failed or was skipped."""
        if report.when != "call" and report.passed:
            return
        for one in self.ids.get(report.nodeid, []):
            self.by_case[one][report.outcome] += 1
            if report.skipped and isinstance(report.longrepr, tuple):
                self.reasons[one] = str(report.longrepr[2]).removeprefix("Skipped: ")


def verdict(case: Case, counts: Counter[str], skipped_because: str) -> tuple[str, str]:
    """The outcome of a case, and a remark."""
    if counts["failed"]:
        return "FAIL", f"{counts['failed']} of {counts.total()} tests"
    if counts["passed"]:
        passed = f"{counts['passed']} tests" if counts["passed"] > 1 else "1 test"
        missing = f"; {counts['skipped']} not run: {skipped_because}" if counts["skipped"] else ""
        return "part" if case.state == "part" else "pass", f"{passed}{missing}" + (
            f"; {case.note}" if case.note else ""
        )
    if counts["skipped"]:
        return "not run", skipped_because
    return ("not run", case.note or NO_TEST_RAN) if case.state in SHOWN else (case.state, case.note)


def report(matrix: Sequence[Case], outcomes: Outcomes) -> str:
    """The table of outcomes, and their counts."""
    rows = []
    for case in matrix:
        counts = outcomes.by_case.get(case.id, Counter())
        rows.append((case, *verdict(case, counts, outcomes.reasons.get(case.id, ""))))
    lines = [f"{case.id:5} {found:15} {case.title:62} {text}" for case, found, text in rows]
    totals = Counter(found for _, found, _ in rows)
    return "\n".join(
        [*lines, "", f"{len(rows)} cases: " + ", ".join(f"{n} {name}" for name, n in totals.most_common())]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the everyday tests of the matrix, or the long ones with `--long`."""
    parser = argparse.ArgumentParser("faults", description=__doc__)
    parser.add_argument("--long", action="store_true", help="run the long tests and print their figures")
    parser.add_argument(
        "--minutes",
        type=float,
        default=DEFAULT_MINUTES,
        help="how long the long tests may take in total (default: %(default)s)",
    )
    parser.add_argument("tests", nargs="*", help="run only these; default: all")
    chosen = parser.parse_args(arguments)
    if chosen.long:
        return pytest.main(["-m", "long", f"--minutes={chosen.minutes}", *chosen.tests])
    outcomes = Outcomes()
    ended = pytest.main(["-m", "fault and not long", *chosen.tests], plugins=[outcomes])
    print(report(cases(TABLE.read_text(encoding="utf-8")), outcomes))
    return ended


if __name__ == "__main__":
    sys.exit(main())
