"""W04: an installer meets a build that runs. Windows locks what runs, so a half replaced build cannot come of it."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.end_to_end.process import endpoint_options, running

assert sys.platform == "win32", "mypy reads what follows only there"


@pytest.fixture
def installed(program: Path, tmp_path: Path) -> Path:
    """The program of a copy of the build."""
    shutil.copytree(program.parent, tmp_path / "app", copy_function=shutil.copyfile)  # Wine 8 has no CopyFile2
    return tmp_path / "app" / program.name


@pytest.mark.fault("W04")
def test_what_runs_cannot_be_replaced_and_what_has_ended_can(installed: Path, tmp_path: Path) -> None:
    library = next((installed.parent / "_internal").glob("python3??.dll"))
    newer = installed.read_bytes()
    with running(tmp_path, arguments=[str(installed), *endpoint_options(tmp_path)]) as backend:
        for file in (installed, library):
            with pytest.raises(PermissionError):
                file.write_bytes(b"half of a newer one")
            with pytest.raises(PermissionError):
                file.unlink()
        with backend.dial() as line:
            assert line.ask_ok("health_check")["status"] == "healthy"
        assert backend.end() == 0
    installed.unlink()
    installed.write_bytes(newer)
    with running(tmp_path, arguments=[str(installed), *endpoint_options(tmp_path)]) as backend:
        backend.settle()


def test_nothing_of_wine_is_in_the_build(program: Path) -> None:
    """Under Wine some of Windows is made of other parts, which Windows has itself."""
    theirs = ("api-ms-win-", "ucrtbase", "bcryptprimitives", "_wmi")
    assert [file.name for file in program.parent.rglob("*") if file.name.lower().startswith(theirs)] == []
