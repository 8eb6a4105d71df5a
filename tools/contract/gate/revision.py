"""The contract of a git revision, read without touching the working tree."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from tools.contract.bundle.bundle import read_bundle
from tools.contract.gate.baseline import Baseline
from tools.generation.source import ContractError

FETCH = "if this clone lacks the revision, run `git fetch`"


def at_revision(schema: Path, revision: str) -> Baseline:
    """The contract in `schema/` at a revision. Raises `ContractError` if git cannot read it."""
    if revision.startswith("-"):
        raise ContractError("git", "", f"{revision!r} is not a revision")
    command = ["git", "-C", str(schema), "archive", "--format=tar", revision, "."]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except FileNotFoundError as error:
        raise ContractError("git", "", "git is not installed") from error
    if done.returncode != 0:
        reason = [*done.stderr.decode(errors="replace").strip().splitlines(), "git failed"][0]
        raise ContractError("git", "", f"no contract at {revision!r}: {reason}; {FETCH}")
    with tempfile.TemporaryDirectory() as folder:
        _unpack(done.stdout, Path(folder))
        try:
            return Baseline(revision, read_bundle(Path(folder)))
        except ContractError as error:
            raise ContractError(f"{revision}:{schema.name}/{error.file}", error.pointer, error.reason) from error


def _unpack(archive: bytes, folder: Path) -> None:
    """Write the files of the contract itself, without the folders below it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            content = members.extractfile(member) if "/" not in member.name.removeprefix("./") else None
            if content is not None:
                (folder / member.name).write_bytes(content.read())
