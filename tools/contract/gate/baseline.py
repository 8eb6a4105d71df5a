"""Baselines: the contract of each released version, frozen in `schema/baselines/`.

A baseline is a folder named after its version, with the whole contract, its golden frames, and their hashes. It is
never edited: `read_baselines` refuses a baseline that does not match its hashes, and names the part that was changed.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.contract.bundle.bundle import BUNDLE_FILE, Bundle, read_bundle
from tools.generation import frames
from tools.generation.source import ContractError

BASELINES = "baselines"  # the folder inside `schema/`
ACKNOWLEDGED_FILE = "acknowledged.json"  # beside the baselines
HASHES_FILE = "hashes.json"
FILES = (BUNDLE_FILE, frames.FILE)
RESTORE = "restore it from version control"
_PART_DEPTH = {BUNDLE_FILE: 4, frames.FILE: 2}  # /files/query.json/$defs/QueryRequest; /messages/query
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)")

Version = tuple[int, int]


class Tampered(ContractError):
    """A baseline that is not what was frozen."""


@dataclass(frozen=True)
class Baseline:
    """A frozen contract. `name` is its version, or the git revision that is used like one."""

    name: str
    bundle: Bundle
    folder: Path | None = None

    @property
    def version(self) -> Version:
        return self.bundle.version

    @property
    def frames(self) -> dict[str, Any]:
        """The golden frames that were frozen with it."""
        assert self.folder is not None, "a git revision has no frozen frames"
        found: dict[str, Any] = json.loads((self.folder / frames.FILE).read_text(encoding="utf-8"))
        return found


def version_name(version: Version) -> str:
    """`(0, 1)` as `0.1`."""
    return f"{version[0]}.{version[1]}"


def version_of(name: str) -> Version:
    """`0.1` as `(0, 1)`."""
    major, _, minor = name.partition(".")
    return int(major), int(minor)


def read_baselines(schema: Path) -> list[Baseline]:
    """The baselines of a schema folder, the oldest first. Raises `ContractError` for one that is damaged."""
    folder = schema / BASELINES
    if not folder.is_dir():
        return []
    found = [_read(one) for one in sorted(folder.iterdir()) if not _is_beside(one)]
    return sorted(found, key=lambda baseline: baseline.version)


def _is_beside(path: Path) -> bool:
    """Whether this may be beside the baselines: the acknowledgements, and hidden files of editors and systems."""
    return path.name == ACKNOWLEDGED_FILE or (path.name.startswith(".") and path.is_file())


def _read(folder: Path) -> Baseline:
    name = shown(folder)
    if not VERSION.fullmatch(folder.name) or not folder.is_dir():
        raise Tampered(
            name, "", f"is not a baseline; remove it: only folders of versions and {ACKNOWLEDGED_FILE} belong here"
        )
    extra = {one.name for one in folder.iterdir()} - {*FILES, HASHES_FILE}
    if extra:
        raise Tampered(f"{name}/{min(extra)}", "", "does not belong to a baseline")
    frozen = _read_json(folder / HASHES_FILE)
    for file in FILES:
        _verify(folder / file, frozen)
    bundle = read_bundle(folder)
    if version_name(bundle.version) != folder.name:
        raise Tampered(f"{name}/{BUNDLE_FILE}", "/protocol", f"is version {version_name(bundle.version)}")
    return Baseline(folder.name, bundle, folder)


def _verify(file: Path, all_frozen: Any) -> None:
    """Raise `Tampered` unless the file has the bytes that were frozen."""
    frozen = all_frozen.get(file.name) if isinstance(all_frozen, dict) else None
    if not isinstance(frozen, dict) or "" not in frozen:
        raise Tampered(shown(file.parent / HASHES_FILE), f"/{file.name}", "the hashes of this file are missing")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Tampered(shown(file), "", f"cannot be read: {error.strerror}; {RESTORE}") from error
    if _digest(data) == frozen[""]:
        return
    if _digest(data.replace(b"\r\n", b"\n")) == frozen[""]:
        raise Tampered(
            shown(file),
            "",
            "has other line endings than when it was frozen; let git keep them (.gitattributes)",
        )
    parts = hashes({file.name: data.decode(errors="replace")})[file.name]
    changed = [pointer for pointer in {**frozen, **parts} if pointer and frozen.get(pointer) != parts.get(pointer)]
    raise Tampered(shown(file), changed[0] if changed else "", f"was changed after it was frozen; {RESTORE}")


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Tampered(shown(file), "", f"cannot be read: {error.strerror}; {RESTORE}") from error
    except ValueError as error:
        raise Tampered(shown(file), "", f"not readable as JSON: {error}; {RESTORE}") from error


def hashes(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    """File to the hash of its bytes, at the empty pointer, and to short ones of its parts, which locate a change."""
    return {name: {"": _digest(text.encode()), **_part_hashes(text, _PART_DEPTH[name])} for name, text in texts.items()}


def _part_hashes(text: str, depth: int) -> dict[str, str]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return {
        pointer: _digest(json.dumps(part, sort_keys=True).encode())[:16]
        for pointer, part in _parts(document, "", depth)
    }


def _parts(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth == 0 or not isinstance(value, dict):
        yield pointer, value
        return
    for key, child in value.items():
        yield from _parts(child, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", depth - 1)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shown(path: Path) -> str:
    """A path as people write it: from `schema/` on."""
    parts = path.parts
    start = max((index - 1 for index, part in enumerate(parts) if part == BASELINES), default=0)
    return "/".join(parts[max(start, 0) :])
