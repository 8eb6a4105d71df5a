"""A build compared with the same code from source; no test here depends on a time."""

from pathlib import Path

import pytest

from tools.bench.benchmarks import frozen
from tools.bench.sizes import quick


def test_both_sides_are_measured(
    program: Path, one_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {False: program, True: one_file}
    monkeypatch.setattr(frozen, "where", lambda *, one_file=False: places[one_file])
    figures = frozen.measure(quick(tmp_path))
    assert [figure.unit for figure in figures] == ["s", "s", "MB", "MB", "MB", "rows/s", "s"]
    assert all(figure.ours > 0 and figure.other for figure in figures)
