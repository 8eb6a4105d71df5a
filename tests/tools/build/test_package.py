"""Compressed files and checksums."""

import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.build.package import pack, write_checksums


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder like a build: a program and a link."""
    folder = tmp_path / "litebase-backend-x86_64-unknown-linux-gnu"
    folder.mkdir()
    (folder / "program").write_bytes(b"program")
    (folder / "program").chmod(0o755)
    (folder / "library.so").symlink_to("program")
    return folder


def test_a_tar_keeps_modes_and_links_but_not_owners(built: Path, tmp_path: Path) -> None:
    packed = pack(built, ".tar.gz")
    assert packed.name == "litebase-backend-x86_64-unknown-linux-gnu.tar.gz"
    with tarfile.open(packed) as archive:
        members = archive.getmembers()
        assert {(one.uid, one.gid, one.uname, one.gname) for one in members} == {(0, 0, "", "")}
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xzf", packed, "-C", unpacked], check=True)
    assert (unpacked / built.name / "program").stat().st_mode & 0o777 == 0o755
    assert (unpacked / built.name / "library.so").readlink() == Path("program")


def test_a_zip_contains_the_folder(built: Path) -> None:
    with zipfile.ZipFile(pack(built, ".zip")) as archive:
        assert archive.read(f"{built.name}/program") == b"program"


def test_sha256sum_can_check_all_packed_builds(built: Path, tmp_path: Path) -> None:
    packed = [pack(built, ".tar.gz"), pack(built, ".zip")]
    assert write_checksums(tmp_path) == tmp_path / "SHA256SUMS"
    assert b"\r" not in (tmp_path / "SHA256SUMS").read_bytes()
    checked = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(checked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "".join(f"{file.name}: OK\n" for file in packed))
    packed[0].write_bytes(b"something else")
    assert subprocess.run(checked, cwd=tmp_path, capture_output=True, check=False).returncode == 1
