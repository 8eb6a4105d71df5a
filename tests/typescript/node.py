"""TypeScript programs that use the packages as an app does: compiled with them installed, and run by Node.js."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools import typescript

_RUN_S = 250.0


def link_packages(folder: Path) -> None:
    """Make everything that is installed in the workspace importable from `folder`."""
    (folder / "node_modules").symlink_to(typescript.ROOT / "node_modules")


def lay_out(folder: Path, sources: Iterable[Path], **more: bool) -> None:
    """Make `folder` a project with the packages installed, copies of `sources` and further compiler options."""
    link_packages(folder)
    options = {
        "outDir": "out",
        "rootDir": ".",
        "types": ["node"],
        "lib": ["ES2022", "ESNext.Disposable", "DOM"],
        "sourceMap": False,
    } | more
    base = typescript.ROOT / "tsconfig.base.json"
    settings = {"extends": str(base), "compilerOptions": options, "include": ["*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for source in sources:
        shutil.copy(source, folder)


def compile_all(folder: Path) -> Path:
    """Compile a project; the folder of its programs. What the compiler refuses fails the test."""
    command = [typescript.tool("tsc"), "--project", str(folder), "--pretty", "false"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_RUN_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"


def run(
    arguments: Iterable[str | Path], environment: Mapping[str, str], given: bytes = b"", folder: Path | None = None
) -> bytes:
    """What a program prints. It must end with exit code 0 and say nothing on stderr."""
    done = subprocess.run(
        [typescript.node(), *map(str, arguments)],
        input=given,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=_RUN_S,
        check=False,
    )
    told = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, told[-8000:]
    assert done.stderr == b"", told[-8000:]
    return done.stdout


def run_program(command: list[str], folder: Path) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_tests(file: Path, environment: Mapping[str, str]) -> None:
    """Run a file of `node:test`; each of its tests must have been run, and none left out."""
    told = run(["--test-reporter=spec", "--test-timeout=240000", "--test", file], environment).decode()
    counts = {name: int(count) for name, count in re.findall(r"^\S (\w+) (\d+)$", told, re.MULTILINE)}
    assert counts["pass"] == counts["tests"] > 0, told
    assert counts["skipped"] == counts["todo"] == counts["fail"] == 0, told


def backend_command() -> str:
    """The command line of a backend, for a program that starts its own."""
    return json.dumps([sys.executable, "-m", "litebase.cli"])
