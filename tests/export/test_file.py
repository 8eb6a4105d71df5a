"""A file appears under its name when it is complete, or not at all."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from litebase.errors import FileFailed
from litebase.export.file import NewFile
from tests.conftest import unix_only


def _write(path: Path, data: bytes = b"new", *, overwrite: bool = False) -> None:
    file = NewFile(path, overwrite=overwrite)
    try:
        file.open()
        file.write(data)
        file.complete()
        file.publish()
    except BaseException:
        file.discard()
        raise


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _refusal(path: Path, *, overwrite: bool = True) -> str:
    there = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises(FileFailed) as failed:
        _write(path, overwrite=overwrite)
    assert (sorted(path.parent.iterdir()) if path.parent.is_dir() else []) == there, "nothing is left behind"
    assert str(path) in failed.value.message
    return failed.value.reason


def test_a_complete_file_has_its_content_and_nothing_else_is_there(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv")
    assert tmp_path.joinpath("a.csv").read_bytes() == b"new"
    assert _names(tmp_path) == ["a.csv"]


def test_the_name_is_free_until_the_file_is_complete(tmp_path: Path) -> None:
    file = NewFile(tmp_path / "a.csv", overwrite=False)
    file.open()
    file.write(b"half")
    assert not tmp_path.joinpath("a.csv").exists()
    file.discard()
    assert _names(tmp_path) == []


def test_an_existing_file_is_replaced_only_when_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    assert _refusal(path, overwrite=False) == "exists"
    assert path.read_bytes() == b"old"
    _write(path, overwrite=True)
    assert path.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    file = NewFile(path, overwrite=False)
    file.open()
    file.complete()
    path.write_bytes(b"theirs")
    with pytest.raises(FileFailed) as failed:
        file.publish()
    file.discard()
    assert (failed.value.reason, path.read_bytes()) == ("exists", b"theirs")
    assert _names(tmp_path) == ["a.csv"]


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    tmp_path.joinpath("folder").mkdir()
    assert _refusal(tmp_path / "folder") == "is_folder"
    assert _refusal(tmp_path / "missing" / "a.csv") == "no_folder"
    tmp_path.joinpath("base.db").write_bytes(b"SQLite format 3\0 and so on")
    assert _refusal(tmp_path / "base.db") == "is_database"


def test_the_root_folder_is_a_folder() -> None:
    with pytest.raises(FileFailed) as failed:
        NewFile(Path(Path.cwd().anchor), overwrite=True).open()
    assert failed.value.reason == "is_folder"


def test_the_files_beside_a_database_are_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "base.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE t (a)")
        database.commit()
        for name in ("base.db-wal", "base.db-shm"):
            shutil.copy(tmp_path / name, tmp_path / f"copy{name}")
    assert _refusal(tmp_path / "copybase.db-wal") == "is_database"
    for name in ("base.db-wal", "base.db-shm", "base.db-journal"):
        assert not tmp_path.joinpath(name).exists()
        assert _refusal(tmp_path / name, overwrite=False) == "is_database"
    _write(tmp_path / "other-wal")


@unix_only
def test_looking_at_an_open_database_does_not_end_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "base.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE t (a)")
        database.execute("BEGIN IMMEDIATE")
        for name in ("base.db", "base.db-journal"):
            assert _refusal(tmp_path / name) == "is_database"
        write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, timeout=30, check=False)
        assert "database is locked" in other.stderr


@unix_only
def test_links_and_pipes_are_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target.csv"
    target.write_bytes(b"old")
    tmp_path.joinpath("link").symlink_to(target)
    tmp_path.joinpath("dangling").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    assert [_refusal(tmp_path / name) for name in ("link", "dangling", "pipe")] == ["is_link", "is_link", "not_a_file"]
    assert _refusal(tmp_path / "dangling", overwrite=False) == "is_link"
    assert target.read_bytes() == b"old"


@unix_only
def test_a_file_of_another_user_is_never_replaced(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: only root can make a file that belongs to somebody else")
    path = tmp_path / "theirs.csv"
    path.write_bytes(b"old")
    os.chown(path, 12345, -1)
    assert _refusal(path) == "not_yours"
    assert path.read_bytes() == b"old"


@unix_only
def test_only_its_owner_may_read_it_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o644)
    _write(path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o600


_KILLED = """
import os, signal, sys
from pathlib import Path
from litebase.export.file import NewFile
file = NewFile(Path(sys.argv[1]), overwrite=False)
file.open()
file.write(b"half")
file.folder().joinpath("more").write_bytes(b"half")
print("written", flush=True)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


def _writes(path: Path, how: str) -> "subprocess.Popen[str]":
    """Another process that is half-way in writing to `path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


@unix_only
def test_what_a_killed_process_left_is_deleted_by_the_next_export_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with _writes(tmp_path / "other.csv", "alive") as alive:
        there = set(_names(tmp_path))
        with _writes(path, "killed"):
            pass
        assert len(_names(tmp_path)) == 4
        mine = NewFile(tmp_path / "mine.csv", overwrite=False)
        mine.open()
        others = [".litebase-0123456789abcdef.part.txt", ".litebase-xyz.part", "litebase-0123456789abcdef.part"]
        for name in others:
            tmp_path.joinpath(name).write_bytes(b"of somebody")
        tmp_path.joinpath("elsewhere").write_bytes(b"of somebody")
        tmp_path.joinpath(".litebase-0123456789abcdef.part").symlink_to(tmp_path / "elsewhere")
        _write(path)
        mine.complete()
        mine.publish()
        left = {"a.csv", "mine.csv", "elsewhere", ".litebase-0123456789abcdef.part", *others}
        assert set(_names(tmp_path)) == there | left
        alive.communicate("")


@unix_only
def test_a_folder_of_its_own_has_the_life_of_the_file(tmp_path: Path) -> None:
    for ends in ("complete", "discard"):
        file = NewFile(tmp_path / "a.csv", overwrite=True)
        file.open()
        assert file.folder().stat().st_mode & 0o777 == 0o700
        file.folder().joinpath("more").write_bytes(b"half")
        getattr(file, ends)()
        assert [name for name in _names(tmp_path) if name.endswith(".parts")] == []
        file.discard()
        assert _names(tmp_path) == []


@unix_only
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    assert sys.platform != "win32"
    import resource  # noqa: PLC0415  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # Python ignores the signal that comes with it
    try:
        with pytest.raises(FileFailed) as failed:
            _write(tmp_path / "a.csv", b"x" * 20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert failed.value.reason == "no_space"
    assert _names(tmp_path) == []


@unix_only
def test_a_folder_without_hard_links_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # as FAT answers

    monkeypatch.setattr(os, "link", refuse)
    _write(tmp_path / "a.csv")
    assert _refusal(tmp_path / "a.csv", overwrite=False) == "exists"
    assert _names(tmp_path) == ["a.csv"]
