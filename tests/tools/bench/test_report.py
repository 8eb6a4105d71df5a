"""The report has every figure, each goal with its outcome, the machine, and plots."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.bench.figure import Figure, Goal
from tools.bench.report import main, write

FIGURES = [
    ("rows", Figure("SQLite, 5 rows x 10 columns", "rows/s", 400, 200, "a|b", Goal("ratio", "at least", 1.5))),
    ("health", Figure("health check, p99", "ms", 7, 1, "echo", Goal("ours", "below", 5), [(1, 0.5), (100, 7.0)])),
    ("memory", Figure("peak memory", "MB", 50, curve=[(0, 40.0), (1.5, 50.0)])),
    ("scale", Figure("mixed work", "requests/s", 900, 300, "one", curve=[(1, 300.0), (64, 900.0)])),
]


def record() -> dict[str, Any]:
    about = {"python": "3.11", "sqlite": "3.40", "system": "Linux", "processor": "a processor", "cores": 2}
    about |= {"load": 0.5, "load_after": 1.5, "commit": "abcd1234", "time": "2026-11-23 12:00"}
    found = json.dumps({**about, "figures": [{"benchmark": name, **one.record()} for name, one in FIGURES]})
    again: dict[str, Any] = json.loads(found)
    return again


def test_a_goal_is_listed_with_both_sides_its_ratio_and_its_outcome(tmp_path: Path) -> None:
    write(record(), tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    goals = text.partition("## Goals")[2].partition("\n## ")[0]
    assert "| SQLite, 5 rows x 10 columns | 400 rows/s | 200 rows/s  a\\|b | 2.00 | ratio >= 1.5 | met |" in goals
    assert "| health check, p99 | 7 ms | 1 ms  echo | 7.00 | < 5 ms | missed |" in goals
    assert "peak memory" not in goals, "it has no goal"
    assert "1 of 2 goals are met" in text
    assert "| peak memory | 50 MB | - | - | - |  |" in text


def test_the_report_names_machine_commit_load_and_date(tmp_path: Path) -> None:
    write(record(), tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    for fact in ("abcd1234", "2026-11-23 12:00", "a processor", "2 cores", "load 0.5 before and 1.5 after"):
        assert fact in text.replace("\n", " ")


def test_the_plots_in_the_report_exist(tmp_path: Path) -> None:
    write(record(), tmp_path)
    shown = re.findall(r"!\[\w+\]\((.+)\)", (tmp_path / "report.md").read_text(encoding="utf-8"))
    assert shown == ["rows.svg", "latency.svg", "memory.svg", "clients.svg"]
    assert all((tmp_path / name).read_text(encoding="utf-8").startswith("<svg") for name in shown)


def test_a_record_gives_the_same_figures_back() -> None:
    again = [Figure.of_record(one) for one in record()["figures"]]
    assert [one.record() for one in again] == [_plain(one) for one in FIGURES]


def _plain(named: tuple[str, Figure]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(named[1].record()))
    return plain


def test_it_measures_what_is_asked_for_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cancel", "--quick", "--folder", str(tmp_path)]) == 0
    assert f"wrote {tmp_path / 'report.md'}" in capsys.readouterr().out
    assert "cancel of an endless query, p99" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_it_writes_what_was_measured_before(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps(record()), encoding="utf-8")
    assert main(["--from", str(file), "--folder", str(tmp_path / "report")]) == 0
    assert "mixed work" in (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
