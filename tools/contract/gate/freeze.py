"""`contract freeze`: freezes the contract in `schema/` as the baseline of its version."""

import argparse
import json
import shutil
import sys
from pathlib import Path

from tools.contract.bundle.bundle import BUNDLE_FILE, read_bundle
from tools.contract.gate.baseline import BASELINES, HASHES_FILE, VERSION, Tampered, hashes, shown, version_name
from tools.contract.gate.check import add_schema, checked
from tools.generation import frames, lint


class FreezeRefused(Exception):
    """A baseline cannot be made; nothing was written."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `freeze`."""
    add_schema(parser)
    parser.add_argument("version", metavar="VERSION", help="the version in protocol.json, for example 0.1")


def run(arguments: argparse.Namespace) -> int:
    """Freeze a contract that passes the check. Exit code 0 or 1. Raises `ContractError`."""
    try:
        folder = _frozen(arguments.version, arguments.schema)
    except (FreezeRefused, Tampered) as error:
        print(f"not frozen: {error}", file=sys.stderr)
        return 1
    print(f"frozen in {folder}: commit it and never edit it")
    return 0


def _frozen(version: str, schema: Path) -> Path:
    for problem in checked(schema).problems:
        raise FreezeRefused(problem)
    return freeze(version, schema)


def freeze(name: str, schema: Path) -> Path:
    """Freeze the contract in `schema` as the baseline of its version. Raises `FreezeRefused` and `ContractError`."""
    bundle = read_bundle(schema)
    for problem in lint.problems(bundle.contract):
        raise FreezeRefused(str(problem))
    if not VERSION.fullmatch(name):
        raise FreezeRefused(f"{name!r} is not a version: give major and minor, for example 0.1")
    if name != version_name(bundle.version):
        raise FreezeRefused(
            f"{schema.name}/protocol.json#/minor: the contract is version {version_name(bundle.version)},"
            f" so it cannot be frozen as {name}"
        )
    folder = schema / BASELINES / name
    if folder.exists():
        raise FreezeRefused(f"{shown(folder)}: is already frozen and never changes; raise the version in protocol.json")
    texts = {BUNDLE_FILE: bundle.text(), frames.FILE: frames.text(frames.content(bundle.contract))}
    _write_at_once(folder, texts | {HASHES_FILE: json.dumps(hashes(texts), indent=1) + "\n"})
    return folder


def _write_at_once(folder: Path, texts: dict[str, str]) -> None:
    """Write all files or none: half a baseline would be refused from then on."""
    made = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, text in texts.items():
        (made / name).write_text(text, encoding="utf-8", newline="\n")
    made.rename(folder)
