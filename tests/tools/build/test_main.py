"""The command that builds: its options, and its errors when a build does not work."""

from pathlib import Path

import pytest

from tools.build.__main__ import BuildFailed, build, main, self_test
from tools.build.triple import target_triple


def test_where_prints_the_name_that_tauri_expects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--where", "--folder", str(tmp_path)]) == 0
    assert main(["--where", "--one-file", "--folder", str(tmp_path)]) == 0
    name = f"litebase-backend-{target_triple()}"
    printed = capsys.readouterr().out.splitlines()
    assert printed == [str(tmp_path / name / name), str(tmp_path / "one-file" / name)]


def test_the_one_file_cannot_be_packed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--one-file", "--pack"])
    assert ended.value.code == 2
    assert "already compressed" in capsys.readouterr().err


def test_a_failed_self_test_fails_the_build(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "mysql FAILED"\nexit 6\n')
    program.chmod(0o755)
    with pytest.raises(BuildFailed, match="self-test ended with 6:\nmysql FAILED"):
        self_test(program)


def test_the_self_test_runs_in_an_empty_environment(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n/usr/bin/env\n")
    program.chmod(0o755)
    names = {line.partition("=")[0] for line in self_test(program).splitlines()}
    assert names <= {"PWD", "SHLVL", "_", "OLDPWD"}, "the shell's own"


def test_the_output_of_a_failed_build_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.build.__main__._SPECIFICATION", tmp_path / "missing.spec")
    with pytest.raises(BuildFailed, match=r"(?s)PyInstaller ended with .*missing\.spec"):
        build(tmp_path)
