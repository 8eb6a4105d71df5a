"""pgcli's completer beside ours, where it can be had."""

from pathlib import Path

import pytest

from tools.bench import pgcli
from tools.bench.__main__ import main


def test_without_pgcli_the_others_are_measured_and_that_is_said_loudly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgcli, "_INSTALLED", tmp_path / "nowhere")
    assert main(["completion", "--quick", "--folder", str(tmp_path / "data")]) == 0
    printed = capsys.readouterr()
    assert "NOT MEASURED: pgcli's completer. It is not installed" in printed.err
    assert "a plain scan of the names" in printed.out
    assert "pgcli" not in printed.out


def test_what_keeps_it_from_being_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("where a folder should go")
    monkeypatch.setattr(pgcli, "_INSTALLED", tmp_path / "file" / "pgcli")
    with pytest.raises(pgcli.PgcliMissing, match=r"It cannot be installed: .*Not a directory"):
        pgcli.installed()


def test_it_answers_from_the_names_that_it_is_given() -> None:
    try:
        with pgcli.completer(["people", "orders"], [("id", "integer")], may_install=False) as complete:
            ms, items = complete("SELECT * FROM peop", 18)
            nothing = complete("SELECT 'peop", 12)
    except pgcli.PgcliMissing as missing:
        pytest.skip(f"NOT TESTED: {missing}")
    assert (ms > 0, items) == (True, 1)
    assert nothing[1] == 0
