"""Write `generated/` from `schema/`, or with `--check` say whether it is fresh. Exit code 1 when it is not."""

import argparse
import subprocess
import sys
from pathlib import Path

from tools.contract.rules import page
from tools.generation import (
    frames,
    lint,
    python_models,
    reference,
    registry,
    rust,
    rust_package,
    samples,
    typescript,
    typescript_package,
)
from tools.generation.source import Contract, ContractError, load

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "generated"
BUILT = {"__pycache__", "dist"}  # folders in it that compilers write, which are not committed


def everything(contract: Contract) -> dict[Path, str]:
    """Path below `generated/` to text, for every generated file."""
    python = {
        Path("python/litebase_schema", name): text
        for name, text in (python_models.generate(contract) | registry.generate(contract)).items()
    }
    package = {Path("typescript", name): text for name, text in typescript_package.generate(contract).items()}
    package |= {Path("typescript/src", name): text for name, text in typescript.generate(contract).items()}
    package |= {Path("rust", name): text for name, text in rust_package.generate(contract).items()}
    package |= {Path("rust/src", name): text for name, text in rust.generate(contract).items()}
    made = {Path("samples", name): text for name, text in samples.generate(contract).items()}
    texts = frames.generate(contract) | reference.generate(contract) | page.generate()
    pages = {Path(name): text for name, text in texts.items()}
    return {path: _formatted(path, text) for path, text in python.items()} | package | made | pages


def stale(files: dict[Path, str], folder: Path = GENERATED) -> list[Path]:
    """Paths whose file is missing, differs, or should not be there."""
    existing = {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and not BUILT.intersection(path.relative_to(folder).parts)
    }
    differing = [path for path in files if not _same(folder / path, files[path])]
    return sorted([*differing, *(existing - files.keys())])


def write(files: dict[Path, str], folder: Path = GENERATED) -> None:
    """Make `folder` hold exactly `files`."""
    for path in stale(files, folder):
        if path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(files[path], encoding="utf-8", newline="\n")
        else:
            (folder / path).unlink()


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _formatted(path: Path, text: str) -> str:
    if path.suffix != ".py":
        return text
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(GENERATED / path), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when generated/ is stale")
    arguments = parser.parse_args()
    try:
        contract = load()
        problems = lint.problems(contract)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 1
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    files = everything(contract)
    if not arguments.check:
        write(files)
        return 0
    for path in stale(files):
        print(f"generated/{path} is stale: run `make generate`", file=sys.stderr)
    return 1 if stale(files) else 0


if __name__ == "__main__":
    sys.exit(main())
