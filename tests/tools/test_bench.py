"""Every benchmark runs and gives figures; no test here fails on a time."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.bench.__main__ import BENCHMARKS, Benchmark, TooLong, main, measured
from tools.bench.figure import Figure, Goal, table
from tools.bench.sizes import Sizes, quick
from tools.bench.timing import percentile, typical
from tools.bench.walk import WINDOW_ROWS, Walk

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(900)  # each benchmark starts processes of its own, and a busy machine starts them slowly
def test_a_quick_run_prints_a_figure_of_every_benchmark(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    usual = {name for name, one in BENCHMARKS.items() if not one.on_request} - {"scale"}  # test_scale.py runs that one
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
    assert {figure["benchmark"] for figure in compared} == usual - {"scanner"}  # nobody else splits scripts
    assert all(figure["ratio"] > 0 for figure in compared)


def test_named_benchmarks_run_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cancel", "--quick", "--folder", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "cancel of an endless query, p99" in printed
    assert "health" not in printed
    assert list(tmp_path.iterdir()) == []  # this one needs no database


def test_a_build_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.bench.frozen.where", lambda **_: tmp_path / "program")
    assert main(["frozen", "--quick", "--folder", str(tmp_path)]) == 1
    assert "run `make build` first" in capsys.readouterr().err


def test_an_unknown_benchmark_is_refused_with_the_names_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["heath"])
    assert ended.value.code == 2
    assert "there is no benchmark heath; there are start, health" in capsys.readouterr().err


def test_a_benchmark_that_cannot_run_is_named_and_the_others_still_run(
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


@pytest.mark.parametrize(
    ("goal", "met", "text"),
    [
        (Goal("ours", "below", 5), True, "< 5 ms"),
        (Goal("ours", "below", 4), False, "< 4 ms"),
        (Goal("ratio", "below", 2.5), True, "ratio < 2.5"),
        (Goal("ratio", "at least", 2), True, "ratio >= 2"),
        (Goal("ratio", "at least", 2.1), False, "ratio >= 2.1"),
        (Goal("difference", "below", 3), True, "< other + 3 ms"),
        (Goal("difference", "below", 2), False, "< other + 2 ms"),
    ],
)
def test_a_goal_bounds_our_value_or_its_ratio_or_its_difference(goal: Goal, met: bool, text: str) -> None:
    figure = Figure("how long", "ms", ours=4, other=2, other_name="theirs", goal=goal)
    assert figure.goal_met is met
    assert text in table([figure])


def test_a_goal_beside_nothing_is_neither_met_nor_missed() -> None:
    figure = Figure("how long", "ms", 4, None, "(not installed)", Goal("ratio", "below", 3))
    assert (figure.ratio, figure.goal_met) == (None, None)
    assert "-  (not installed)" in table([figure])
    assert "missed" not in table([figure])


def test_the_table_is_aligned() -> None:
    lines = table([Figure("short", "s", 1, 2, "x"), Figure("much longer", "rows/s", 123456, 0.5, "yy")]).splitlines()
    assert [line.index("  x") for line in lines if "  x" in line] == [lines[2].index("  x")]
    assert lines[0].index("the other side") == lines[2].index("2 s") == lines[3].index("0.5 rows/s")
    assert "123,456 rows/s" in lines[3]


def test_a_percentile_is_one_of_the_times_and_one_bad_block_does_not_count() -> None:
    times = [float(number) for number in range(1, 101)]
    assert (percentile(times, 50), percentile(times, 99), percentile(times, 100)) == (50, 99, 100)
    assert percentile([7.0], 99) == 7
    assert typical([[1.0], [900.0], [2.0]], 50) == 2


def answered(walk: Walk, rows: int, most: int) -> list[tuple[int, int]]:
    """Play a backend with `rows` rows that sends `most` in one window; the windows that it gave."""
    given, asked = [], []
    while not walk.done:
        asked += list(walk.requests())
        assert asked, "a walk that is not done asks for something"
        offset, limit = asked.pop(0)
        count = max(0, min(limit, most, rows - offset))
        walk.take((offset, limit), count, rows if offset + limit >= rows else None)
        given.append((offset, count))
    return given


@pytest.mark.parametrize("most", [WINDOW_ROWS, 7000, 999])
@pytest.mark.parametrize("rows", [10_000, 10_001, 50_000, 12_345])
def test_a_walk_reads_each_row_once_also_when_windows_come_short(rows: int, most: int) -> None:
    first = min(WINDOW_ROWS, rows, most)
    given = [(0, first), *answered(Walk.after(first, rows if first == rows else None), rows, most)]
    read = sorted(row for offset, count in given for row in range(offset, offset + count))
    assert read == list(range(rows))


def test_a_window_that_comes_short_is_asked_for_again_from_where_it_ended() -> None:
    walk = Walk.after(WINDOW_ROWS, None)
    assert list(walk.requests()) == [(10_000, 10_000), (20_000, 10_000)]
    walk.take((10_000, 10_000), 4000, None)
    assert list(walk.requests()) == [(14_000, 6000)]
    walk.take((20_000, 10_000), 10_000, 30_000)
    assert list(walk.requests()) == []
    walk.take((14_000, 6000), 6000, 30_000)
    assert walk.done
