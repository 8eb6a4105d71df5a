"""Packs a built folder into one compressed file, and writes the checksums."""

import hashlib
import tarfile
import zipfile
from pathlib import Path

KINDS = (".tar.gz", ".zip")
_BLOCK = 1 << 20


def pack(folder: Path, kind: str) -> Path:
    """Pack `folder` into a `.tar.gz` or `.zip` (`kind`) beside it. Only the tar keeps links and modes."""
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


def write_checksums(folder: Path) -> Path:
    """Write `SHA256SUMS` of all packed files in `folder`, for `sha256sum --check`."""
    sums = folder / "SHA256SUMS"
    packed = sorted(file for file in folder.iterdir() if file.name.endswith(KINDS))
    lines = [f"{_sha256(file)}  {file.name}\n" for file in packed]
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")  # some readers take a CR as part of the name
    return sums


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
