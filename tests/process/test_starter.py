"""The watch over a starter. What it does in a build that is one file is tested in tests/frozen/test_sudden_end.py."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from litebase.process.starter import is_starter, run_below_starter, unpacked_folder, wait_for_end


def test_from_source_nothing_is_watched_and_the_code_is_passed_on() -> None:
    before = threading.active_count()
    assert unpacked_folder() is None
    assert run_below_starter(lambda: 7) == 7
    assert threading.active_count() == before


@pytest.mark.parametrize(("folder", "is_one_file"), [("/tmp/_MEIabc", True), ("/opt/app/_internal", False)])
def test_only_a_folder_of_a_starter_counts_as_unpacked(
    folder: str, is_one_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", folder, raising=False)
    assert unpacked_folder() == (Path(folder) if is_one_file else None)


@pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: looks into /proc")
def test_a_starter_is_a_process_of_the_same_program() -> None:
    assert is_starter(os.getpid())
    with subprocess.Popen(["sleep", "60"]) as other:
        assert not is_starter(other.pid)
        other.kill()
    assert not is_starter(other.pid), "it is gone"


def test_a_parent_that_is_another_program_is_a_starter_that_has_gone() -> None:
    """After its starter's end a process belongs to another parent."""
    with subprocess.Popen(["sleep", "60"]) as other:
        wait_for_end(other.pid)
        other.kill()
