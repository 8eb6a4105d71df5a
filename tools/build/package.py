"""A built folder as one compressed file, and the checksums of what is shipped."""

import hashlib
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

_BLOCK = 1 << 20


def pack(folder: Path, kind: str) -> Path:
    """Write `folder` beside itself as `.tar.gz` or `.zip` (`kind`), with links and modes kept in a tar."""
    packed = folder.with_name(f"{folder.name}{kind}")
    if kind == ".zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(folder.parent))
    else:
        with tarfile.open(packed, "w:gz", compresslevel=9) as archive:
            archive.add(folder, folder.name, filter=_without_owner)
    return packed


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def write_checksums(folder: Path, files: Iterable[Path]) -> Path:
    """`SHA256SUMS` in `folder`, in the form that `sha256sum --check` reads."""
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(f"{_sha256(file)}  {file.name}\n" for file in sorted(files)), encoding="utf-8")
    return sums


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
