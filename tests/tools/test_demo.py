"""The demo works, and fails loudly when a step does not do what it should."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.work import SOON_S
from tools.demo import Report, Unexpected, expect

ROOT = Path(__file__).parent.parent.parent


def run(temporary: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SOON_S,
        check=False,
    )


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def printed(temporary: Path) -> str:
    """What the demo prints when all is well."""
    done = run(temporary)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_demo_walks_through_every_step_and_leaves_nothing(printed: str, temporary: Path) -> None:
    assert [int(number) for number in re.findall(r"^([ \d]\d)  \S", printed, re.MULTILINE)] == list(range(1, 13))
    assert "12 steps, all as they should be" in printed
    assert list(temporary.iterdir()) == []


def test_the_demo_fits_100_columns_and_has_no_colours_in_a_pipe(printed: str, temporary: Path) -> None:
    assert "\x1b" not in printed
    assert [line for line in printed.splitlines() if len(line) > 100 and str(temporary) not in line] == []


def test_a_step_that_fails_is_one_clear_line_and_exit_code_1(tmp_path: Path) -> None:
    too_deep = tmp_path / ("x" * 100)  # the socket's path is then longer than a socket's path may be
    too_deep.mkdir()
    done = run(too_deep)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("demo: step 2 (start the backend as a child process")
    assert "exit code 4" in done.stderr
    assert "100 is the most" in done.stderr
    assert list(too_deep.iterdir()) == []


def test_a_step_expects_what_it_says() -> None:
    expect(fact=True, wanted="one is one")
    with pytest.raises(Unexpected, match="expected that one is two"):
        expect(fact=False, wanted="one is two")


def test_colours_are_only_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    for colours in (True, False):
        report = Report(colours)
        with report.step("walk"):
            report.say("one foot before the other")
        printed = capsys.readouterr().out
        assert ("\x1b[1m" in printed) is colours
        assert "    one foot before the other" in printed
