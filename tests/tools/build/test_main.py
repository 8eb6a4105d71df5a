"""The command that builds: its options, and what it says when a build does not work."""

from pathlib import Path

import pytest

from tools.build.__main__ import BuildFailed, build, main, self_test
from tools.build.triple import target_triple


def test_where_names_the_program_as_tauri_wants_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--where", "--folder", str(tmp_path)]) == 0
    assert main(["--where", "--one-file", "--folder", str(tmp_path)]) == 0
    name = f"litebase-backend-{target_triple()}"
    told = capsys.readouterr().out.splitlines()
    assert told == [str(tmp_path / name / name), str(tmp_path / "one-file" / name)]


def test_one_file_is_not_packed_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--one-file", "--pack"])
    assert ended.value.code == 2
    assert "compressed already" in capsys.readouterr().err


def test_a_program_whose_self_test_fails_is_no_build(tmp_path: Path) -> None:
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


def test_a_build_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.build.__main__._SPECIFICATION", tmp_path / "missing.spec")
    with pytest.raises(BuildFailed, match=r"(?s)PyInstaller ended with .*missing\.spec"):
        build(tmp_path)
