"""The runner of the fault matrix reads the table, counts outcomes, and never reports as passed what did not run."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools.faults import Case, Outcomes, cases, report, verdict

ROOT = Path(__file__).parents[2]
TESTED, PART = Case("F01", "a", "tested", ""), Case("F02", "b", "part", "half of it")
NOT_RUN = ("not run", "none of its tests ran; make faults-long runs the long ones")
NOT_HERE = Case("T13", "c", "not here", "needs Windows")

SUITE = """
import pytest

@pytest.mark.fault("F01")
def test_passes(): ...
@pytest.mark.fault("F02", "F03")
def test_fails(): assert 1 == 2
@pytest.mark.fault("F04")
def test_is_skipped(): pytest.skip("no server")
@pytest.mark.fault("F05")
def test_marked(): ...
@pytest.fixture
def broken(): raise OSError("no")
@pytest.mark.fault("F06")
def test_has_a_broken_fixture(broken): ...
@pytest.mark.fault("F07")
@pytest.mark.long
def test_is_long(): ...
def test_not_of_the_matrix(): assert False
"""


def test_the_rows_of_the_table_are_read_and_a_malformed_one_is_refused() -> None:
    table = "| id | case | state | note |\n|---|---|---|---|\n| F01 | a | tested | |\n| F02 | b | part | half of it |\n"
    assert cases(table) == [TESTED, PART]
    with pytest.raises(ValueError, match="F03"):
        cases(table + "| F03 | no state |\n")


@pytest.mark.parametrize(
    ("case", "counts", "found"),
    [
        (TESTED, {"passed": 2}, ("pass", "2 tests")),
        (TESTED, {"passed": 1}, ("pass", "1 test")),
        (TESTED, {"passed": 2, "failed": 1}, ("FAIL", "1 of 3 tests")),
        (TESTED, {"passed": 1, "skipped": 1}, ("pass", "1 test; 1 not run: why")),
        (TESTED, {"skipped": 1}, ("not run", "why")),
        (TESTED, {}, NOT_RUN),
        (PART, {"passed": 1}, ("part", "1 test; half of it")),
        (PART, {}, ("not run", "half of it")),
        (NOT_HERE, {}, ("not here", "needs Windows")),
    ],
)
def test_the_outcome_of_a_case_follows_from_its_tests(
    case: Case, counts: dict[str, int], found: tuple[str, str]
) -> None:
    assert verdict(case, Counter(counts), "why") == found


def test_the_report_counts_all_cases() -> None:
    outcomes = Outcomes()
    outcomes.by_case["F01"]["passed"] += 1
    text = report([TESTED, PART, NOT_HERE], outcomes)
    assert text.splitlines()[-1] == "3 cases: 1 pass, 1 not run, 1 not here"


def test_a_run_reports_marked_tests_and_skips_the_long_ones(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.fault_cases import pytest_addoption, pytest_collection_modifyitems\n", encoding="utf-8"
    )
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "tools.faults", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    found = {line.split()[0]: line.split()[1:3] for line in done.stdout.splitlines() if line[:3].strip()[1:].isdigit()}
    assert found["F01"][0] == "pass"
    assert found["F02"][0] == found["F03"][0] == found["F06"][0] == "FAIL"
    assert found["F04"] == ["not", "run"]
    assert "no server" in done.stdout
    assert found["F05"][0] == "pass"
    assert found["F07"] == ["not", "run"]


def test_long_tests_share_the_available_time(tmp_path: Path) -> None:
    hooks = "figure, long_s, pytest_addoption, pytest_collection_modifyitems, pytest_terminal_summary"
    (tmp_path / "conftest.py").write_text(f"from tests.fault_cases import {hooks}\n", encoding="utf-8")
    (tmp_path / "test_suite.py").write_text(
        "import pytest\n"
        "@pytest.mark.long\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_long(n, long_s, figure):\n    figure(f'{long_s:g} s')\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "tools.faults", "--long", "--minutes", "0.5", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_long[1]: 15 s" in done.stdout
    assert "test_long[2]: 15 s" in done.stdout


def test_figures_are_printed_once_even_if_several_processes_run_the_tests(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.fault_cases import figure, pytest_addoption, pytest_terminal_summary\n", encoding="utf-8"
    )
    (tmp_path / "test_suite.py").write_text("def test_one(figure):\n    figure('7 ms')\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    for options in ([], ["-n", "2"]):
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("test_one: 7 ms") == 1
