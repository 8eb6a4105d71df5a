"""Several processes that run tests share them well, and end in order, also after Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.process import wait_until
from tests.longest_first import LONGEST
from tests.work import SOON_S

ROOT = Path(__file__).parents[1]
CONFTEST = """
import signal

from tests.side_by_side import pytest_sessionfinish

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background commands ignore it
"""
SUITE = """
import os, signal, time
from pathlib import Path
import pytest

HERE = Path(__file__).parent
NAME = os.environ["PYTEST_XDIST_WORKER"]

@pytest.fixture(scope="session")
def server():
    yield
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    (HERE / f"{NAME}.ended").touch()

@pytest.mark.parametrize("number", range(2))
def test_that_takes_long(server, number):
    (HERE / f"{NAME}.started").touch()  # not in the fixture: it is ended only when pytest has it
    time.sleep(60)
"""


def test_after_ctrl_c_the_servers_are_ended_although_a_second_one_comes(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", str(tmp_path)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True)
    wait_until(lambda: len(list(tmp_path.glob("*.started"))) == 2)
    os.killpg(run.pid, signal.SIGINT)
    told, _ = run.communicate(timeout=SOON_S)
    assert run.returncode == 2, told
    assert sorted(path.name for path in tmp_path.glob("*.ended")) == ["gw0.ended", "gw1.ended"], told


def test_the_longest_files_begin_first() -> None:
    files = [f"tests/{name}" for name in LONGEST]
    assert [name for name in files if not (ROOT / name).is_file()] == []
    command = [sys.executable, "-m", "pytest", "--collect-only", "-n", "0"]  # even quieter, it would sort them itself
    chosen = ["tests/test_side_by_side.py", files[9], files[5]]
    plainly = {**os.environ, "PYTEST_ADDOPTS": ""}
    told = subprocess.run([*command, *chosen], capture_output=True, text=True, check=True, cwd=ROOT, env=plainly).stdout
    found = [line.partition(":")[0] for line in told.splitlines() if line.startswith("tests/")]
    assert list(dict.fromkeys(found)) == [files[5], files[9], "tests/test_side_by_side.py"]
