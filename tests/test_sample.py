"""A sample of the tests has some of each file, and of each engine."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SUITE = """
import pytest

@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_that_passes(engine, number):
    pass
"""


def test_each_file_and_each_engine_is_in_a_sample(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"test_{name}.py").write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.sample", "-v", str(tmp_path)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
    assert "4 passed, 14 deselected" in told
    for name in "ab":
        assert f"test_{name}.py::test_that_passes[sqlite-0] PASSED" in told
        assert f"test_{name}.py::test_that_passes[postgresql-2] PASSED" in told
