"""Files are read without harm to the databases that this process has open."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from litebase.errors import FileFailed
from litebase.export.file import opened
from litebase.files import OrdinaryFile, Unreadable
from litebase.imports.file import SourceFile
from tests.conftest import unix_only


def _reason(path: Path) -> str:
    with pytest.raises(Unreadable) as failed:
        SourceFile(path)
    with pytest.raises(FileFailed) as told:
        opened(path)
    assert told.value.reason == failed.value.reason
    return failed.value.reason


@unix_only
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_the_lock_of_an_open_database_survives_that_somebody_reads_its_file(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "base.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        database.execute("CREATE TABLE t (a)")
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO t VALUES (1)")
        tmp_path.joinpath("same.csv").hardlink_to(path)
        names = [one.name for one in tmp_path.iterdir()]
        assert len(names) == (3 if mode == "DELETE" else 4)
        assert {name: _reason(tmp_path / name) for name in names} == dict.fromkeys(names, "is_database")
        write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, timeout=30, check=False)
        assert "database is locked" in other.stderr


@unix_only
def test_links_pipes_folders_and_nothing_are_not_read(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_bytes(b"text")
    tmp_path.joinpath("link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    found = {name: _reason(tmp_path / name) for name in ("link", "pipe", ".", "none")}
    assert found == {"link": "is_link", "pipe": "not_a_file", ".": "is_folder", "none": "missing"}


def test_a_file_is_read_by_two_at_once_and_its_number_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"text")
    with OrdinaryFile(path) as first, OrdinaryFile(path) as second:
        number = first.fileno()
        assert first.read() == second.read() == b"text"
    if sys.platform != "win32":
        other = os.open(path, os.O_RDONLY)
        try:
            assert (other, _reason(path)) == (number, "is_database")
        finally:
            os.close(other)
