"""Every benchmark runs and returns figures; no test here depends on a time."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.bench.__main__ import BENCHMARKS, Benchmark, TooLong, main, measured
from tools.bench.figure import Figure
from tools.bench.sizes import Sizes, quick

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(900)  # each benchmark starts processes of its own, and a busy machine starts them slowly
def test_a_quick_run_prints_figures_of_every_benchmark(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    usual = {name for name, one in BENCHMARKS.items() if not one.on_request} - {
        "scale",
        "small",
        "rows",
    }  # tests of their own
    options = ["--quick", "--json", str(file), "--folder", str(tmp_path / "data")]
    command = [sys.executable, "-m", "tools.bench", *sorted(usual), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=880, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert {figure["benchmark"] for figure in figures} == usual
    for figure in figures:
        assert figure["ours"] > 0, figure
        assert figure["question"] in done.stdout
    compared = [figure for figure in figures if figure["other"] is not None]
    assert {figure["benchmark"] for figure in compared} == usual - {"scanner"}  # it is compared with nothing
    assert all(figure["ratio"] > 0 for figure in compared)


def test_only_named_benchmarks_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cancel", "--quick", "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "cancel of an endless query, p99" in printed
    assert "health" not in printed
    assert list(tmp_path.iterdir()) == []  # this one needs no database


def test_a_missing_build_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.bench.benchmarks.frozen.where", lambda **_: tmp_path / "program")
    assert main(["frozen", "--quick", "--folder", str(tmp_path)]) == 1
    assert "run `make build` first" in capsys.readouterr().err


def test_an_unknown_benchmark_is_refused_with_a_list_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["heath"])
    assert ended.value.code == 2
    assert "there is no benchmark heath; there are small, rows, start, health" in capsys.readouterr().err


def test_a_benchmark_that_cannot_run_is_reported_and_the_others_still_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "file"
    folder.write_text("a file where the databases should go")
    assert main(["memory", "cancel", "--quick", "--folder", str(folder)]) == 1
    printed = capsys.readouterr()
    assert "memory could not be measured: FileExistsError" in printed.err
    assert "cancel of an endless query" in printed.out


def test_a_benchmark_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    ended = False

    def never(_sizes: Sizes) -> list[Figure]:
        nonlocal ended
        time.sleep(30)
        ended = True
        return []

    with pytest.raises(TooLong, match=r"longer than 0\.05 s"):
        measured(Benchmark(never, 0.05), quick(tmp_path))
    assert not ended
