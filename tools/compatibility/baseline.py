"""Baselines: the contract of each released version, frozen in `schema/baselines/` to be compared with for ever.

A baseline is a folder named by its version: the whole contract, its golden frames, and the hashes of both. Nobody edits
one: `read_baselines` refuses a baseline whose bytes are not those of its hashes, and says which part was changed.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.compatibility.bundle import BUNDLE_FILE, Bundle, read_bundle
from tools.generation import frames, lint
from tools.generation.source import ContractError

BASELINES = "baselines"  # the folder inside of `schema/`
ACKNOWLEDGED_FILE = "acknowledged.json"  # lies beside the baselines
HASHES_FILE = "hashes.json"
FILES = (BUNDLE_FILE, frames.FILE)
RESTORE = "restore it from version control"
_PART_DEPTH = {BUNDLE_FILE: 4, frames.FILE: 2}  # /files/query.json/$defs/QueryRequest; /messages/query
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)")

Version = tuple[int, int]


class FreezeRefused(Exception):
    """Why a baseline cannot be made; nothing was written."""


class Tampered(ContractError):
    """A baseline that is not what was frozen."""


@dataclass(frozen=True)
class Baseline:
    """A frozen contract. `name` is its version, or the git revision that stands in for one."""

    name: str
    bundle: Bundle
    folder: Path | None = None

    @property
    def version(self) -> Version:
        return self.bundle.version

    @property
    def frames(self) -> dict[str, Any]:
        """The golden frames that were frozen with it."""
        assert self.folder is not None, "a revision has no frozen frames"
        found: dict[str, Any] = json.loads((self.folder / frames.FILE).read_text(encoding="utf-8"))
        return found


def version_name(version: Version) -> str:
    """`(0, 1)` as `0.1`."""
    return f"{version[0]}.{version[1]}"


def freeze(name: str, schema: Path) -> Path:
    """Freeze the contract in `schema` as the baseline of its version. Raises `FreezeRefused` and `ContractError`."""
    bundle = read_bundle(schema)
    for problem in lint.problems(bundle.contract):
        raise FreezeRefused(str(problem))
    if not _VERSION.fullmatch(name):
        raise FreezeRefused(f"{name!r} is no version: give major and minor, for example 0.1")
    if name != version_name(bundle.version):
        raise FreezeRefused(
            f"{schema.name}/protocol.json#/minor: the contract says version {version_name(bundle.version)},"
            f" so it cannot be frozen as {name}"
        )
    folder = schema / BASELINES / name
    if folder.exists():
        raise FreezeRefused(f"{_shown(folder)}: is frozen already, and a baseline never changes; raise protocol.json")
    texts = {BUNDLE_FILE: bundle.text(), frames.FILE: frames.text(frames.content(bundle.contract))}
    _write_at_once(folder, texts | {HASHES_FILE: json.dumps(_hashes(texts), indent=1) + "\n"})
    return folder


def _write_at_once(folder: Path, texts: dict[str, str]) -> None:
    """All files or none: half a baseline would be refused for ever."""
    made = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, text in texts.items():
        (made / name).write_text(text, encoding="utf-8", newline="\n")
    made.rename(folder)


def read_baselines(schema: Path) -> list[Baseline]:
    """The baselines of a schema folder, the oldest first. Raises `Tampered` or `Unreadable` for one that is spoilt."""
    folder = schema / BASELINES
    if not folder.is_dir():
        return []
    found = [_read(one) for one in sorted(folder.iterdir()) if not _is_beside(one)]
    return sorted(found, key=lambda baseline: baseline.version)


def _is_beside(path: Path) -> bool:
    """What may lie beside the baselines: the acknowledgements, and hidden files that editors and systems leave."""
    return path.name == ACKNOWLEDGED_FILE or (path.name.startswith(".") and path.is_file())


def _read(folder: Path) -> Baseline:
    shown = _shown(folder)
    if not _VERSION.fullmatch(folder.name) or not folder.is_dir():
        raise Tampered(
            shown, "", f"is no baseline; a version's folder and {ACKNOWLEDGED_FILE} are all that lies here: remove it"
        )
    extra = {one.name for one in folder.iterdir()} - {*FILES, HASHES_FILE}
    if extra:
        raise Tampered(f"{shown}/{min(extra)}", "", "does not belong to a baseline")
    hashes = _read_json(folder / HASHES_FILE)
    for name in FILES:
        _verify(folder / name, hashes)
    bundle = read_bundle(folder)
    if version_name(bundle.version) != folder.name:
        raise Tampered(f"{shown}/{BUNDLE_FILE}", "/protocol", f"says version {version_name(bundle.version)}")
    return Baseline(folder.name, bundle, folder)


def _verify(file: Path, hashes: Any) -> None:
    """Raise `Tampered` unless the file has the bytes that were frozen."""
    frozen = hashes.get(file.name) if isinstance(hashes, dict) else None
    if not isinstance(frozen, dict) or "" not in frozen:
        raise Tampered(_shown(file.parent / HASHES_FILE), f"/{file.name}", "the hashes of this file are missing")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Tampered(_shown(file), "", f"cannot be read: {error.strerror}; {RESTORE}") from error
    if _digest(data) == frozen[""]:
        return
    if _digest(data.replace(b"\r\n", b"\n")) == frozen[""]:
        raise Tampered(
            _shown(file), "", "has other line ends than it was frozen with; let git keep them (.gitattributes)"
        )
    parts = _hashes({file.name: data.decode(errors="replace")})[file.name]
    changed = [pointer for pointer in {**frozen, **parts} if pointer and frozen.get(pointer) != parts.get(pointer)]
    raise Tampered(_shown(file), changed[0] if changed else "", f"was changed after it was frozen; {RESTORE}")


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Tampered(_shown(file), "", f"cannot be read: {error.strerror}; {RESTORE}") from error
    except ValueError as error:
        raise Tampered(_shown(file), "", f"not readable as JSON: {error}; {RESTORE}") from error


def _hashes(texts: dict[str, str]) -> dict[str, dict[str, str]]:
    """File to the hash of its bytes, by the empty pointer, and short ones of its parts, which only find the place."""
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


def _shown(path: Path) -> str:
    """A path as people name it: from `schema/` on."""
    parts = path.parts
    start = max((index - 1 for index, part in enumerate(parts) if part == BASELINES), default=0)
    return "/".join(parts[max(start, 0) :])
